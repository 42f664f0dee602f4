//! Rules that compare a record with the others of the switch: two that fight over one address, and a registrar that
//! is not reached the same way by all.

use crate::domain::record::FieldId::Contact;
use crate::domain::record::FieldId::Domain;
use crate::domain::record::FieldId::Enabled;
use crate::domain::record::FieldId::RouteSet;
use crate::domain::record::FieldId::TransportProtocol;
use crate::domain::record::FieldId::Username;
use crate::domain::record::fresh_id::listed;
use crate::domain::rules::rule::Rule;
use crate::domain::rules::rule::Severity;

/// Records that are named; of the others only that there are some.
pub(super) const SHOWN: usize = 3;

pub(in crate::domain::rules) const RULES: [Rule; 2] = [
    Rule {
        id: "shared-address",
        severity: Severity::Warning,
        fields: &[Contact, Username, Domain, Enabled],
        summary: "another enabled record registers the same address from the same node",
        help: "Two records with one address of record and one contact, loaded by a common node, share one binding at the \
               registrar: each overwrites the other's, and disabling one removes the other's until its next refresh.",
        source: "RFC 3261, 10.2.2 and 10.3",
        check: |subject, report| {
            let Some(census) = subject.census() else { return };
            if census.sharers(subject, subject.facts(), subject.targets()).next().is_some() {
                report.add(Contact, || {
                    let others = listed(census.sharers(subject, subject.facts(), subject.targets()), SHOWN);
                    format!(
                        "registers the same address from the same node as {others}: disabling one removes the other's \
                         binding until its next refresh"
                    )
                });
            }
        },
    },
    Rule {
        id: "registrar-differs",
        severity: Severity::Info,
        fields: &[Domain, TransportProtocol, RouteSet],
        summary: "most records of this domain are sent over another transport or route",
        help: "One registrar is usually reached in one way. A record that is sent otherwise than the others of its domain \
               is often one that was forgotten in a change.",
        source: "practice",
        check: |subject, report| {
            let Some(census) = subject.census() else { return };
            if let Some(usual) = census.usual_way(subject, subject.facts(), subject.targets()) {
                report.add(Domain, || {
                    let way = if usual.by_route { "by a route set" } else { "straight to the domain" };
                    let example =
                        usual.example.map(|id| format!("{} ", listed([id].into_iter(), 1))).unwrap_or_default();
                    let who = match (usual.otherwise, usual.others) {
                        (1, 1) => "the other registration of this domain goes".to_owned(),
                        (all, others) if all == others => format!("all {all} other registrations of this domain go"),
                        (some, others) => format!("{some} of {others} other registrations of this domain go"),
                    };
                    format!("{who} another way: {example}over {} {way}", usual.transport)
                });
            }
        },
    },
];
