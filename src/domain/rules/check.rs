//! What is wrong with a value or a record. The form, the list's sign, the review, bulk previews, `lint` and every
//! command that writes ask here, so that all of them find the same. The rules stand in the files of their groups.

mod contact;
mod credentials;
mod domain;
mod estate;
mod loss;
mod names;
mod place;
mod presence;
mod route_set;
mod table;
mod timers;
mod transport;
mod typed;

use std::cmp::Reverse;

pub use loss::loss;
pub use table::{all, find};
pub use typed::{cell_text, edit_text, parse, parse_cell};

use crate::domain::record::Record;
use crate::domain::rules::rule::Rule;
use crate::domain::rules::rule::subject::CheckContext;
use crate::domain::rules::rule::subject::{CheckSubject, RuleReport};
use crate::domain::rules::rule::{Finding, Severity};

/// What is wrong with a record: its values one by one, how they fit together, and how they fit to the rest of
/// the switch as far as it is known. The worst first, then in the order of the field table.
pub fn record(record: &impl Record, context: &CheckContext<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    let subject = CheckSubject::of(record, context);
    for (index, rule) in (0..).zip(all()) {
        if !is_ignored(rule, index, context) {
            (rule.check)(&subject, &mut RuleReport::collecting(rule, &mut found));
        }
    }
    found.sort_by_key(|finding| (Reverse(finding.severity), finding.field));
    found
}

/// The worst that is wrong with a record, and whether some of what is wrong is ignored.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LintVerdict {
    /// The worst of what [`record`] would find.
    pub worst: Option<Severity>,
    /// Whether rules that are ignored would have found something.
    pub ignored: bool,
}

/// What a row's sign is made of. Makes no text, so that it can be asked for each row of a long list.
pub fn verdict(record: &impl Record, context: &CheckContext<'_>) -> LintVerdict {
    let subject = CheckSubject::of(record, context);
    let mut verdict = LintVerdict::default();
    for (index, rule) in (0..).zip(all()) {
        let ignored = is_ignored(rule, index, context);
        let done = if ignored { verdict.ignored } else { verdict.worst >= Some(rule.severity) };
        if done {
            continue;
        }
        let mut found = false;
        (rule.check)(&subject, &mut RuleReport::asking(&mut found));
        match (found, ignored) {
            (true, true) => verdict.ignored = true,
            (true, false) => verdict.worst = Some(rule.severity),
            (false, _) => {}
        }
    }
    verdict
}

/// The ignored rules that would have found something about a record.
pub fn ignored(record: &impl Record, context: &CheckContext<'_>) -> Vec<&'static Rule> {
    if context.ignored.is_empty() {
        return Vec::new();
    }
    let subject = CheckSubject::of(record, context);
    let finds = |rule: &Rule| {
        let mut found = false;
        (rule.check)(&subject, &mut RuleReport::asking(&mut found));
        found
    };
    (0..)
        .zip(all())
        .filter(|(index, rule)| is_ignored(rule, *index, context) && finds(rule))
        .map(|(_, rule)| rule)
        .collect()
}

fn is_ignored(rule: &Rule, index: u32, context: &CheckContext<'_>) -> bool {
    context.ignored.has(index) && rule.severity != Severity::Error
}

#[cfg(test)]
mod tests;
