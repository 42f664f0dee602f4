//! What is wrong with a value or a record. The form, the list's sign, the review, bulk previews, `lint` and every
//! command that writes ask here, so that all of them find the same. The rules stand in the files of their groups.

pub(in crate::domain::rules) mod contact;
pub(in crate::domain::rules) mod credentials;
pub(in crate::domain::rules) mod domain;
pub(in crate::domain::rules) mod estate;
pub(in crate::domain::rules) mod names;
pub(in crate::domain::rules) mod place;
pub(in crate::domain::rules) mod presence;
pub(in crate::domain::rules) mod route_set;
mod subject;
pub(in crate::domain::rules) mod timers;
pub(in crate::domain::rules) mod transport;
mod typed;

use std::cmp::Reverse;

pub use estate::loss;
pub(in crate::domain::rules) use subject::{CheckSubject, RuleReport};
pub use typed::{cell_text, edit_text, parse, parse_cell};

use crate::domain::record::field::FieldId;
use crate::domain::record::registration::{Record, Registration};
use crate::domain::record::relation::{Relation, Targets};
use crate::domain::record::value::ValueRef;
pub use crate::domain::rules::census::Census;
use crate::domain::rules::rule::{Rule, RuleSet, all};

/// How bad a finding is; the worst is the greatest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Will surprise somebody.
    Warning,
    /// Is not sent: the server or its database would refuse it.
    Error,
    /// The record cannot work as it stands: no node loads it, or no REGISTER leaves a node as meant.
    Down,
}

impl Severity {
    /// All of them, the worst first.
    pub const ALL: [Self; 4] = [Self::Down, Self::Error, Self::Warning, Self::Info];

    /// The word for people: `DOWN`, `error`, `warning`, `info`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Down => "DOWN",
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Info => "info",
        }
    }

    /// The word in options and data: `down`, `error`, `warning`, `info`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Down => "down",
            Self::Error | Self::Warning | Self::Info => self.word(),
        }
    }

    /// Whether a row of a list has a sign for it.
    #[must_use]
    pub const fn is_signed(self) -> bool {
        !matches!(self, Self::Info)
    }
}

/// One thing that is wrong with one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Where it is shown.
    pub field: FieldId,
    /// How bad it is, and whether it blocks.
    pub severity: Severity,
    /// The rule that found it; `None` where somebody else did: the server, or the reader of typed text.
    pub rule: Option<&'static Rule>,
    /// What is wrong and what to do, for people. May quote the server: hostile until sanitised.
    pub message: String,
}

impl Finding {
    /// An error that no rule of the table found.
    #[must_use]
    pub const fn error(field: FieldId, message: String) -> Self {
        Self { field, severity: Severity::Error, rule: None, message }
    }

    /// Name of its rule; empty without one.
    #[must_use]
    pub fn rule_id(&self) -> &'static str {
        self.rule.map_or("", |rule| rule.id)
    }

    /// Word, field and message in a line: `DOWN: domain: contains a space; remove it`.
    #[must_use]
    pub fn line(&self) -> String {
        format!("{}: {}: {}", self.severity.word(), self.field.field().label, self.message)
    }
}

/// Whether the record is on the server already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnServer {
    /// Yes: a field that the server did not send is unknown, not empty.
    Loaded,
    /// Not yet: a required text that nobody set is empty.
    New,
}

/// What a record is compared with.
#[derive(Debug, Clone, Copy)]
pub struct CheckContext<'a> {
    targets: &'a Targets,
    census: Option<&'a Census>,
    standing: OnServer,
    ignored: RuleSet,
    /// Counted once, so that asking for each row of a list stays cheap.
    nodes: usize,
}

impl<'a> CheckContext<'a> {
    /// A context; without a census records are not compared with each other.
    #[must_use]
    pub fn new(targets: &'a Targets, census: Option<&'a Census>, standing: OnServer) -> Self {
        Self { targets, census, standing, ignored: RuleSet::NONE, nodes: targets.count(Relation::Node) }
    }

    /// The same, without the findings of these rules. Errors are found all the same: they keep a record from being
    /// sent.
    #[must_use]
    pub const fn ignoring(self, ignored: RuleSet) -> Self {
        Self { ignored, ..self }
    }

    /// The same, beside other records.
    #[must_use]
    pub const fn with(self, census: &'a Census) -> Self {
        Self { census: Some(census), ..self }
    }

    /// What is known of pops, nodes and transports.
    #[must_use]
    pub const fn targets(&self) -> &'a Targets {
        self.targets
    }

    /// The same for a record that is not on the server yet.
    pub(in crate::domain) const fn of_new(&self) -> Self {
        Self { standing: OnServer::New, ..*self }
    }

    /// Whether the record is on the server already.
    pub(in crate::domain) const fn is_loaded(&self) -> bool {
        matches!(self.standing, OnServer::Loaded)
    }
}

/// What is wrong with a value by itself.
#[must_use]
pub fn value(field: FieldId, value: ValueRef<'_>) -> Vec<Finding> {
    let targets = Targets::default();
    let mut alone = Registration::new(0);
    alone.set(field, value.to_value());
    record(&alone, &CheckContext::new(&targets, None, OnServer::Loaded))
}

/// What is wrong with a record: its values one by one, how they fit together, and how they fit to the rest of
/// the switch as far as it is known. The worst first, then in the order of the field table.
#[must_use]
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
#[must_use]
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

/// The worst that [`record`] would find.
#[must_use]
pub fn worst(record: &impl Record, context: &CheckContext<'_>) -> Option<Severity> {
    verdict(record, context).worst
}

/// The ignored rules that would have found something about a record.
#[must_use]
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
