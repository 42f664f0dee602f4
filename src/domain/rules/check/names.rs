//! Rules of the texts that name something: the record, the interface, the user, the display name.

use crate::domain::record::FieldId::DisplayUsername;
use crate::domain::record::FieldId::Name;
use crate::domain::record::FieldId::SipInterfaceName;
use crate::domain::record::FieldId::Username;
use crate::domain::record::Record as _;
use crate::domain::record::fresh_id::listed;
use crate::domain::rules::rule::Rule;
use crate::domain::rules::rule::Severity;
use crate::domain::rules::sip::uri::{percent, unescaped};
use crate::domain::text::{has_edge_space, is_hidden};

/// The interface that a node has unless its configuration says otherwise.
const DEFAULT_INTERFACE: &str = "default";

pub(in crate::domain::rules) const RULES: [Rule; 7] = [
    Rule {
        id: "name-spaces",
        severity: Severity::Warning,
        fields: &[Name],
        summary: "the name begins or ends with a space",
        help: "The server keeps it, and takes the name for another one than that without the space.",
        source: "server",
        check: |subject, report| {
            if subject.words(Name).is_some_and(has_edge_space) {
                report.add(Name, || {
                    "begins or ends with a space, which is kept; remove it unless it is meant".to_owned()
                });
            }
        },
    },
    Rule {
        id: "same-name",
        severity: Severity::Warning,
        fields: &[Name],
        summary: "another record has the same name",
        help: "The server refuses to save a record whose name another one has.",
        source: "server",
        check: |subject, report| {
            if let Some(name) = subject.words(Name)
                && let Some(other) = subject.census().and_then(|census| census.namesake(name, subject.id()))
            {
                report.add(Name, || {
                    format!("{} has the same name; the server refuses equal names", listed([other].into_iter(), 1))
                });
            }
        },
    },
    Rule {
        id: "similar-name",
        severity: Severity::Warning,
        fields: &[Name],
        summary: "another record's name differs by case, spaces or hidden characters only",
        help: "The server takes them for two names, a reader for one: the wrong one is changed sooner or later.",
        source: "practice",
        check: |subject, report| {
            if let Some(name) = subject.words(Name)
                && let Some(other) = subject.census().and_then(|census| census.lookalike(name, subject.id()))
            {
                report.add(Name, || {
                    let other = listed([other].into_iter(), 1);
                    format!("{other} has a name that differs by case, spaces or hidden characters only")
                });
            }
        },
    },
    Rule {
        id: "interface-spaces",
        severity: Severity::Warning,
        fields: &[SipInterfaceName],
        summary: "the interface name contains a space",
        help: "No interface in a node's configuration has such a name, so the node cannot find it.",
        source: "node",
        check: |subject, report| {
            if subject.words(SipInterfaceName).is_some_and(|name| name.contains(char::is_whitespace)) {
                report.add(SipInterfaceName, || "contains a space; no interface has such a name".to_owned());
            }
        },
    },
    Rule {
        id: "interface-unshared",
        severity: Severity::Warning,
        fields: &[SipInterfaceName],
        summary: "no other record names this interface",
        help: "The name must be that of an interface in the configuration of every node that loads the record; the \
               API does not show it. A name used only once is often a typing mistake. `default` is always right.",
        source: "node",
        check: |subject, report| {
            if let Some(name) = subject.words(SipInterfaceName).filter(|name| *name != DEFAULT_INTERFACE)
                && let Some(census) = subject.census()
                && census.has_others(subject.id())
                && census.interface_mate(name, subject.id()).is_none()
            {
                report.add(SipInterfaceName, || {
                    "no other registration names this interface; compare it with the node's configuration".to_owned()
                });
            }
        },
    },
    Rule {
        id: "username-unescaped",
        severity: Severity::Warning,
        fields: &[Username],
        summary: "the user name contains a character that a SIP URI must escape",
        help: "The node writes the user name into From and To as it is. Write the character as %XX.",
        source: "RFC 3261, 25.1",
        check: |subject, report| {
            let foreign = |c: &char| !c.is_control() && !is_hidden(*c);
            if let Some(c) = subject.words(Username).and_then(unescaped).filter(foreign) {
                report.add(Username, || format!("contains {c:?}, which a SIP URI must write as {}", percent(c)));
            }
        },
    },
    Rule {
        id: "display-name-quotes",
        severity: Severity::Warning,
        fields: &[DisplayUsername],
        summary: "the display name contains a quote or a backslash",
        help: "Nodes escape these since May 2026. Older ones send them as they are, which breaks From and To.",
        source: "node; RFC 3261, 25.1",
        check: |subject, report| {
            if subject.words(DisplayUsername).is_some_and(|name| name.contains(['"', '\\'])) {
                report.add(DisplayUsername, || {
                    "contains \" or \\: nodes older than May 2026 send it unescaped, which breaks From and To"
                        .to_owned()
                });
            }
        },
    },
];
