//! Rules of the route set: what makes a node drop it, and what makes it route otherwise than written.

use crate::domain::record::FieldId::RouteSet;
use crate::domain::record::{Texts, ValueRef};
use crate::domain::rules::next_hop::{Route, Transport, pieces};
use crate::domain::rules::rule::Rule;
use crate::domain::rules::rule::Severity;
use crate::domain::rules::rule::subject::{CheckSubject, RuleReport};
use crate::domain::rules::sip::address::list;
use crate::domain::rules::sip::host;

pub(in crate::domain::rules) const RULES: [Rule; 8] = [
    Rule {
        id: "route-unreadable",
        severity: Severity::Down,
        fields: &[RouteSet],
        summary: "an entry of the route set is not a SIP URI",
        help: "One such entry makes the node drop the whole set: the REGISTER goes straight to the domain instead. \
               Write <sip:host;lr>.",
        source: "node; RFC 3261, 20.34",
        check: |subject, report| {
            for (number, entry) in entries(subject) {
                if let Some(fault) = pieces(entry).find_map(|piece| Route::parse(piece).err()) {
                    let reason = fault.reason();
                    report.add(RouteSet, || {
                        format!(
                            "entry {number} is not a SIP URI ({reason}): the node drops the whole set; write \
                             <sip:host;lr>"
                        )
                    });
                }
            }
        },
    },
    Rule {
        id: "route-first-host",
        severity: Severity::Down,
        fields: &[RouteSet],
        summary: "the host of the first route cannot be one",
        help: "The first route decides where the REGISTER goes: it goes nowhere.",
        source: "node; RFC 3261, 25.1",
        check: |subject, report| hosts(subject, report, |index| index == 0),
    },
    Rule {
        id: "route-host",
        severity: Severity::Warning,
        fields: &[RouteSet],
        summary: "the host of a later route cannot be one",
        help: "The proxy in front of it cannot send the request on.",
        source: "RFC 3261, 25.1",
        check: |subject, report| hosts(subject, report, |index| index > 0),
    },
    Rule {
        id: "route-comma",
        severity: Severity::Warning,
        fields: &[RouteSet],
        summary: "an entry of the route set has a comma outside of the brackets",
        help: "A comma separates entries: the node sees more routes than the list shows. Use one entry for each.",
        source: "RFC 3261, 20.34",
        check: |subject, report| {
            for (number, _) in entries(subject).filter(|(_, entry)| list(entry).nth(1).is_some()) {
                report.add(RouteSet, || {
                    format!("entry {number} has a comma, which separates entries; make two entries of it")
                });
            }
        },
    },
    Rule {
        id: "route-bare",
        severity: Severity::Warning,
        fields: &[RouteSet],
        summary: "an entry of the route set has no angle brackets",
        help: "Without brackets its parameters belong to the header: lr and transport are not seen, so the node routes \
               strictly and over UDP. Write <sip:host;lr>.",
        source: "node; RFC 3261, 20.34",
        check: |subject, report| {
            for (number, route) in subject.routes().filter(|(_, route)| !route.address.bracketed) {
                report.add(RouteSet, || {
                    format!(
                        "entry {number} has no <>: the node sees no lr and routes strictly; write {}",
                        route.fixed(None)
                    )
                });
            }
        },
    },
    Rule {
        id: "route-strict",
        severity: Severity::Warning,
        fields: &[RouteSet],
        summary: "an entry of the route set has no lr parameter",
        help: "Without lr in lower case the node routes strictly: the entry takes the place of the request URI, and the \
               domain goes to the end of the Route header. Few proxies want that. Write <sip:host;lr>.",
        source: "node; RFC 3261, 16.12.1.2",
        check: |subject, report| {
            let strict = |route: &Route<'_>| route.address.bracketed && !route.is_loose();
            for (number, route) in subject.routes().filter(|(_, route)| strict(route)) {
                report.add(RouteSet, || {
                    let write = route.fixed(None);
                    if route.uri.parameters().any(|(name, _)| name.eq_ignore_ascii_case("lr")) {
                        format!("entry {number}: nodes do not see LR in capitals and route strictly; write {write}")
                    } else {
                        format!(
                            "entry {number} has no ;lr in its brackets, which asks for strict routing; write {write}"
                        )
                    }
                });
            }
        },
    },
    Rule {
        id: "route-text-around",
        severity: Severity::Warning,
        fields: &[RouteSet],
        summary: "an entry of the route set has text around the address",
        help: "In front of <...> may stand a display name in quotes or of plain words, behind it parameters that begin \
               with a semicolon.",
        source: "RFC 3261, 20.34",
        check: |subject, report| {
            for (number, _) in subject.routes().filter(|(_, route)| !route.address.is_clean()) {
                report.add(RouteSet, || format!("entry {number} has text around the address; write <sip:host;lr>"));
            }
        },
    },
    Rule {
        id: "route-transport",
        severity: Severity::Warning,
        fields: &[RouteSet],
        summary: "an entry of the route set names a transport other than udp, tcp and tls",
        help: "The node may not have it, and then sends nothing.",
        source: "RFC 3261, 19.1.1",
        check: |subject, report| {
            for (number, route) in subject.routes().filter(|(_, route)| route.address.bracketed) {
                if let Some(Transport::Other(name)) = route.transport() {
                    report
                        .add(RouteSet, || format!("entry {number} names the transport {name}; write udp, tcp or tls"));
                }
            }
        },
    },
];

/// The entries with their numbers, from 1.
fn entries<'a>(subject: &CheckSubject<'a>) -> impl Iterator<Item = (usize, &'a str)> {
    let texts = match subject.get(RouteSet) {
        ValueRef::Texts(texts) => Some(texts),
        _ => None,
    };
    (1..).zip(texts.into_iter().flat_map(Texts::iter))
}

fn hosts(subject: &CheckSubject<'_>, report: &mut RuleReport<'_>, is_meant: impl Fn(usize) -> bool) {
    for (_, (number, route)) in subject.routes().enumerate().filter(|(index, _)| is_meant(*index)) {
        if let Err(fault) = host::parse(route.uri.host) {
            report.add(RouteSet, || format!("entry {number}: its host {} {}", route.uri.host, fault.reason()));
        }
    }
}
