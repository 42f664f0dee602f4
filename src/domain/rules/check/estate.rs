//! Rules that compare a record with the others of the switch: two that fight over one address, and a registrar that
//! is not reached the same way by all.

use crate::domain::record::field::FieldId::{Contact, Domain, Enabled, RouteSet, TransportProtocol, Username};
use crate::domain::record::registration::Record;
use crate::domain::rules::check::{Context, Finding, Severity};
use crate::domain::rules::rule::{Rule, find};

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
            if census.sharers(subject, subject.targets()).next().is_some() {
                report.add(Contact, || {
                    let others = listed(census.sharers(subject, subject.targets()));
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
            if let Some(usual) = census.usual_way(subject, subject.targets()) {
                report.add(Domain, || {
                    let way = if usual.by_route { "by a route set" } else { "straight to the domain" };
                    let example = usual.example.map(|id| format!("registration {id} ")).unwrap_or_default();
                    format!(
                        "{} of {} other registrations of this domain go another way: {example}over {} {way}",
                        usual.otherwise, usual.others, usual.transport
                    )
                });
            }
        },
    },
];

/// Ids in a line: up to three of them.
fn listed(ids: impl Iterator<Item = u64>) -> String {
    const SHOWN: usize = 3;
    let ids: Vec<String> = ids.take(SHOWN + 1).map(|id| id.to_string()).collect();
    let more = if ids.len() > SHOWN { " and more" } else { "" };
    let shown: Vec<&str> = ids.iter().take(SHOWN).map(String::as_str).collect();
    format!("registration {}{more}", shown.join(", "))
}

/// What disabling or deleting an enabled record does to those that share its address; `None` where there is none.
#[must_use]
pub fn loss(record: &impl Record, context: &Context<'_>) -> Option<Finding> {
    let census = context.census?;
    if record.enabled() != Some(true) {
        return None;
    }
    census.sharers(record, context.targets).next()?;
    let others = listed(census.sharers(record, context.targets));
    Some(Finding {
        field: Enabled,
        severity: Severity::Warning,
        rule: find("shared-address"),
        message: format!(
            "{others} registers the same address from the same node and loses its binding until its next refresh"
        ),
    })
}
