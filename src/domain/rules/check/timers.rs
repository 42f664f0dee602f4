//! Rules of seconds and tries: numbers that are accepted, but rarely meant.

use crate::domain::record::FieldId::Expire;
use crate::domain::record::FieldId::RetryDelay;
use crate::domain::record::{FieldId, ValueRef};
use crate::domain::rules::rule::Rule;
use crate::domain::rules::rule::Severity;
use crate::domain::rules::rule::subject::{CheckSubject, RuleReport};

pub(in crate::domain::rules) const RULES: [Rule; 5] = [
    Rule {
        id: "expire-zero",
        severity: Severity::Info,
        fields: &[Expire],
        summary: "expire is 0, which is the same as empty",
        help: "A node reads an empty expire as 0, and 0 as its own default (1800 s unless configured otherwise). It never \
               sends Expires: 0 for it, and a change between the two does not touch the node.",
        source: "node",
        check: |subject, report| {
            if subject.get(Expire) == ValueRef::Number(0) {
                report.add(Expire, || "0 is the same as empty: the node's default, usually 1800 s".to_owned());
            }
        },
    },
    Rule {
        id: "expire-short",
        severity: Severity::Warning,
        fields: &[Expire],
        summary: "expire is under 60 s",
        help: "The node refreshes at half of what is granted: a REGISTER every few seconds. A registrar may answer 423 \
               (Interval Too Brief) and name its own least value.",
        source: "RFC 3261, 10.3",
        check: |subject, report| {
            between(subject, report, Expire, 1, 59, |_| {
                "under 60 s: the node sends a REGISTER every few seconds, and registrars may refuse it (423)".to_owned()
            });
        },
    },
    Rule {
        id: "expire-long",
        severity: Severity::Warning,
        fields: &[Expire],
        summary: "expire is over a day",
        help: "After a node failure the registrar keeps the dead address for that long.",
        source: "practice",
        check: |subject, report| {
            between(subject, report, Expire, 86_401, i64::from(i32::MAX), |_| {
                "over 86400 s (a day): after a failure the registrar keeps a dead address that long".to_owned()
            });
        },
    },
    Rule {
        id: "retry-delay-short",
        severity: Severity::Warning,
        fields: &[RetryDelay],
        summary: "retry-delay is under 5 s",
        help: "After an error or a timeout the node retries at this pace. A registrar may treat it as a flood and \
               ban the node's address.",
        source: "practice",
        check: |subject, report| {
            between(subject, report, RetryDelay, 1, 4, |_| "below 5 s: the registrar may ban this address".to_owned());
        },
    },
    Rule {
        id: "retry-delay-long",
        severity: Severity::Warning,
        fields: &[RetryDelay],
        summary: "retry-delay is over 600 s",
        help: "One lost answer keeps the registration down until the next try.",
        source: "practice",
        check: |subject, report| {
            between(subject, report, RetryDelay, 601, 32_767, |number| {
                format!("over 600 s: one lost answer keeps the registration down for {number} s")
            });
        },
    },
];

fn between(
    subject: &CheckSubject<'_>,
    report: &mut RuleReport<'_>,
    field: FieldId,
    least: i64,
    most: i64,
    message: impl FnOnce(i64) -> String,
) {
    if let ValueRef::Number(number) = subject.get(field)
        && (least..=most).contains(&number)
    {
        report.add(field, || message(number));
    }
}
