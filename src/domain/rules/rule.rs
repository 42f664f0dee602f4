//! A rule, what it finds, and sets of rules; with [`subject`], what a rule looks at. The rules themselves stand in
//! `check`.

pub mod subject;

use crate::domain::record::FieldId;
use crate::domain::rules::rule::subject::{CheckSubject, RuleReport};

/// One rule.
pub struct Rule {
    /// Its name in settings, `--rule` and `--explain`.
    pub id: &'static str,
    /// How bad it is where it holds.
    pub severity: Severity,
    /// The fields that it is about.
    pub fields: &'static [FieldId],
    /// What it finds, in one line.
    pub summary: &'static str,
    /// Why it matters and what to do.
    pub help: &'static str,
    /// Where it comes from: a section of an RFC, `node` (the node's public sources), `server`, or `practice`.
    pub source: &'static str,
    /// Reports what it finds about a record.
    pub(in crate::domain::rules) check: fn(&CheckSubject<'_>, &mut RuleReport<'_>),
}

impl std::fmt::Debug for Rule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.id)
    }
}

impl PartialEq for Rule {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for Rule {}

/// How bad a finding is; the worst is the greatest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Will surprise someone.
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
    pub const fn word(self) -> &'static str {
        match self {
            Self::Down => "DOWN",
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Info => "info",
        }
    }

    /// The word in options and data: `down`, `error`, `warning`, `info`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Down => "down",
            Self::Error | Self::Warning | Self::Info => self.word(),
        }
    }

    /// Whether a row of a list has a sign for it.
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
    /// The rule that found it; `None` where someone else did: the server, or the reader of typed text.
    pub rule: Option<&'static Rule>,
    /// What is wrong and what to do, for people. May quote the server: hostile until sanitised.
    pub message: String,
}

impl Finding {
    /// An error that no rule of the table found.
    pub const fn error(field: FieldId, message: String) -> Self {
        Self { field, severity: Severity::Error, rule: None, message }
    }

    /// Name of its rule; empty without one.
    pub fn rule_id(&self) -> &'static str {
        self.rule.map_or("", |rule| rule.id)
    }

    /// Word, field and message in a line: `DOWN: domain: contains a space; remove it`.
    pub fn line(&self) -> String {
        format!("{}: {}: {}", self.severity.word(), self.field.field().label, self.message)
    }
}

/// Some of the rules.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RuleSet(pub(in crate::domain::rules) u64);

impl RuleSet {
    /// A set without rules.
    pub const NONE: Self = Self(0);

    /// Whether it has the rule at this place of the table.
    pub(in crate::domain::rules) const fn has(self, index: u32) -> bool {
        match 1_u64.checked_shl(index) {
            Some(bit) => self.0 & bit != 0,
            None => false,
        }
    }

    /// Whether it has none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }
}
