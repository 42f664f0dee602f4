//! Rules of the contact: what the server refuses, what a node cannot read, and what does not mean what it seems to.

use crate::domain::record::FieldId::Contact as Field;
use crate::domain::rules::rule::Rule;
use crate::domain::rules::rule::Severity;
use crate::domain::rules::rule::subject::CheckSubject;
use crate::domain::rules::sip::contact::{Contact, ContactFault};
use crate::domain::rules::sip::uri::{percent, unescaped};
use crate::domain::text::is_hidden;

pub(in crate::domain::rules) const RULES: [Rule; 8] = [
    Rule {
        id: "contact-scheme",
        severity: Severity::Error,
        fields: &[Field],
        summary: "the contact has no sip: URI",
        help: "The server wants a URI with sip: in lower case somewhere in the text, and refuses sips: and SIP:.",
        source: "server",
        check: |subject, report| {
            if read(subject).is_some_and(|read| read == Err(ContactFault::NoSipUri)) {
                report.add(Field, || {
                    "needs a URI of the scheme sip: in lower case, such as sip:user@host:port; the server refuses sips: here"
                        .to_owned()
                });
            }
        },
    },
    Rule {
        id: "contact-unreadable",
        severity: Severity::Down,
        fields: &[Field],
        summary: "the node cannot read the contact",
        help: "The server takes it, but the node logs an error and sends no REGISTER. Write sip:user@host:port, or \
               <sip:user@host;transport=tcp> with parameters.",
        source: "node; RFC 3261, 20.10",
        check: |subject, report| {
            if let Some(Err(ContactFault::Unreadable(reason))) = read(subject) {
                report.add(Field, || {
                    format!("the node cannot read it and sends no REGISTER: {reason}; write sip:user@host:port")
                });
            }
        },
    },
    Rule {
        id: "contact-text-around",
        severity: Severity::Warning,
        fields: &[Field],
        summary: "the contact has text around the address",
        help: "In front of <...> may stand a display name in quotes or of plain words, behind it parameters that begin \
               with a semicolon. A registrar may refuse anything else (400).",
        source: "RFC 3261, 20.10",
        check: |subject, report| {
            if sound(subject).is_some_and(|contact| contact.surrounded) {
                report.add(Field, || {
                    "has text around the address; give sip:user@host:port, or \"Name\" <sip:user@host>".to_owned()
                });
            }
        },
    },
    Rule {
        id: "contact-bare-parameters",
        severity: Severity::Warning,
        fields: &[Field],
        summary: "the contact has parameters without angle brackets",
        help: "Behind a URI without brackets parameters belong to the header, not to the URI: the node sends \
               <sip:user@host>;transport=tcp, the registrar drops the parameter, and calls may come back another way. \
               Write <sip:user@host;transport=tcp>.",
        source: "RFC 3261, 20.10",
        check: |subject, report| {
            if let Some(contact) = sound(subject).filter(Contact::has_bare_parameters) {
                report.add(Field, || {
                    let (sent, write) = (contact.sent(), contact.bracketed());
                    if sent == write {
                        return format!("has a ? without angle brackets, which RFC 3261 forbids; write {write}");
                    }
                    format!(
                        "the node sends {sent}, with the parameters outside of the URI: calls may come back another way; \
                         write {write}"
                    )
                });
            }
        },
    },
    Rule {
        id: "contact-several",
        severity: Severity::Warning,
        fields: &[Field],
        summary: "the contact has a comma outside of the brackets",
        help: "The node reads up to the comma and forgets the rest. Create one registration per address; a user part \
               with a comma needs <...> around the URI.",
        source: "node; RFC 3261, 20.10",
        check: |subject, report| {
            if let Some(contact) = sound(subject).filter(|contact| contact.several) {
                report.add(Field, || {
                    format!(
                        "has a comma: the node reads only {}; create one registration per address",
                        contact.address.uri
                    )
                });
            }
        },
    },
    Rule {
        id: "contact-user",
        severity: Severity::Warning,
        fields: &[Field],
        summary: "the contact has no user part",
        help: "Most registrars want sip:user@host:port, and calls come back without a number otherwise.",
        source: "practice",
        check: |subject, report| {
            if sound(subject).is_some_and(|contact| contact.uri.user.is_none_or(str::is_empty)) {
                report.add(Field, || "has no user part; most registrars want sip:user@host:port".to_owned());
            }
        },
    },
    Rule {
        id: "contact-user-unescaped",
        severity: Severity::Warning,
        fields: &[Field],
        summary: "the user part of the contact contains a character that a URI must escape",
        help: "Write the character as %XX: the registrar must send the same user back in its 200 OK.",
        source: "RFC 3261, 25.1",
        check: |subject, report| {
            // A password may stand behind a colon.
            let user = sound(subject).and_then(|contact| contact.uri.user);
            let parts = user.into_iter().flat_map(|user| user.splitn(2, ':'));
            let foreign = |c: &char| !c.is_control() && !is_hidden(*c);
            if let Some(c) = parts.filter_map(unescaped).find(foreign) {
                report.add(Field, || {
                    format!("contains {c:?} in its user part, which a SIP URI must write as {}", percent(c))
                });
            }
        },
    },
    Rule {
        id: "contact-host",
        severity: Severity::Warning,
        fields: &[Field],
        summary: "the host or port of the contact cannot be one",
        help: "The REGISTER is sent, but no call can come back to this address, and a registrar may refuse it (400).",
        source: "RFC 3261, 25.1",
        check: |subject, report| {
            if let Some(contact) = sound(subject)
                && let Some(Err(fault)) = subject.facts().contact_host
            {
                report.add(Field, || format!("its host {} {}", contact.uri.host, fault.reason()));
            }
        },
    },
];

fn read<'a>(subject: &CheckSubject<'a>) -> Option<Result<Contact<'a>, ContactFault>> {
    subject.facts().contact
}

fn sound<'a>(subject: &CheckSubject<'a>) -> Option<Contact<'a>> {
    read(subject)?.ok()
}
