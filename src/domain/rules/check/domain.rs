//! Rules of the registrar's domain: host of the request URI, From and To.

use crate::domain::record::FieldId::Domain;
use crate::domain::rules::rule::Rule;
use crate::domain::rules::rule::Severity;
use crate::domain::rules::rule::subject::CheckSubject;
use crate::domain::rules::sip::host::{HostFault, HostPort};

pub(in crate::domain::rules) const RULES: [Rule; 3] = [
    Rule {
        id: "domain-host",
        severity: Severity::Down,
        fields: &[Domain],
        summary: "the domain cannot be a host",
        help: "A domain is a name (labels of 1 to 63 letters, digits and hyphens; international names in xn-- form), an \
               IPv4 address, or an IPv6 address in brackets, and optionally :port. The node looks up SRV records itself \
               where no port is given: an SRV name such as _sip._udp.x is not a domain. Nothing else can be sent to.",
        source: "RFC 3261, 25.1; RFC 3263, 4",
        check: |subject, report| {
            if let Some(Err(fault)) = parsed(subject) {
                report.add(Domain, || fault.reason());
            }
        },
    },
    Rule {
        id: "domain-underscore",
        severity: Severity::Info,
        fields: &[Domain],
        summary: "the domain contains an underscore",
        help: "DNS knows such names, RFC 3261 does not; some registrars and proxies refuse them in a URI.",
        source: "RFC 3261, 25.1",
        check: |subject, report| {
            if let Some(Ok(domain)) = parsed(subject)
                && domain.has_underscore()
            {
                report.add(Domain, || "contains an underscore, which some SIP software refuses".to_owned());
            }
        },
    },
    Rule {
        id: "domain-ipv6",
        severity: Severity::Info,
        fields: &[Domain],
        summary: "the domain is an IPv6 address without brackets",
        help: "The node adds the brackets. Without brackets a port cannot be distinguished: write [address]:port.",
        source: "node; RFC 3261, 25.1",
        check: |subject, report| {
            if let Some(Ok(domain)) = parsed(subject)
                && domain.bare
            {
                report.add(Domain, || "an IPv6 address: the node adds the brackets, and no port is sent".to_owned());
            }
        },
    },
];

fn parsed<'a>(subject: &CheckSubject<'a>) -> Option<Result<HostPort<'a>, HostFault>> {
    subject.facts().domain
}

/// Whether the domain is no host.
pub(super) fn is_unusable(subject: &CheckSubject<'_>) -> bool {
    matches!(parsed(subject), Some(Err(_)))
}
