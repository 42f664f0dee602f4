//! Rules of transport and scheme beside the route set, which decides over what a REGISTER really goes.

use crate::domain::record::FieldId::RouteSet;
use crate::domain::record::FieldId::SipSchemaId;
use crate::domain::record::FieldId::TransportProtocol;
use crate::domain::record::Record as _;
use crate::domain::rules::next_hop::{Route, Routing, Transport, wanted};
use crate::domain::rules::rule::Rule;
use crate::domain::rules::rule::Severity;
use crate::domain::rules::rule::subject::CheckSubject;

pub(in crate::domain::rules) const RULES: [Rule; 2] = [
    Rule {
        id: "transport-overridden",
        severity: Severity::Warning,
        fields: &[TransportProtocol, RouteSet],
        summary: "the route set decides on another transport than transport-protocol",
        help: "With a route set its first entry decides over what the REGISTER goes: its transport= parameter, or UDP \
               without one, whatever transport-protocol and the scheme say. Name the transport in the route: \
               <sip:host;transport=tls;lr>.",
        source: "node; RFC 3263, 4.1",
        check: |subject, report| {
            let Some(route) = first(subject) else { return };
            let used = route.transport().unwrap_or(Transport::Udp);
            if let Some(wanted) = wanted(subject, subject.targets()).filter(|wanted| *wanted != used) {
                report.add(TransportProtocol, || {
                    let what = match route.transport() {
                        Some(named) => format!("says transport={}", named.parameter()),
                        None => "names no transport".to_owned(),
                    };
                    // sips asks for TLS on every hop: no advice leads away from it.
                    let advice = match (subject.number(SipSchemaId), used) {
                        (Some(2), Transport::Tls) => "set transport-protocol to TLS".to_owned(),
                        (Some(2), _) => format!("write {}", route.fixed(Some(Transport::Tls))),
                        _ => format!("write {}", route.fixed(Some(wanted))),
                    };
                    format!(
                        "{} is not used: the first route {what}, so the REGISTER goes over {}; {advice}",
                        wanted.label(),
                        used.label(),
                    )
                });
            }
        },
    },
    Rule {
        id: "sips-without-tls",
        severity: Severity::Warning,
        fields: &[SipSchemaId, RouteSet],
        summary: "the scheme is sips, but the route set does not lead over TLS",
        help: "sips asks for TLS on every hop. Without a route set the node takes TLS for it; with one the first entry \
               decides, and UDP is its default. Write <sip:host;transport=tls;lr>.",
        source: "node; RFC 3261, 26.2.2",
        check: |subject, report| {
            let Some(route) = first(subject).filter(|_| subject.number(SipSchemaId) == Some(2)) else { return };
            let used = route.transport().unwrap_or(Transport::Udp);
            if used != Transport::Tls {
                report.add(SipSchemaId, || {
                    format!(
                        "sips asks for TLS, but the first route leads over {}; write {}",
                        used.label(),
                        route.fixed(Some(Transport::Tls))
                    )
                });
            }
        },
    },
];

fn first<'a>(subject: &CheckSubject<'a>) -> Option<Route<'a>> {
    match subject.facts().routing {
        Routing::Via(route) => Some(route),
        Routing::Direct | Routing::Dropped(_) | Routing::Unknown => None,
    }
}
