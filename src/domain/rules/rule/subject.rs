//! What a rule looks at, and where it reports. A record is read and its texts are parsed once for all rules.

use crate::domain::record::{FIELD_COUNT, FIELDS, FieldId, Record, Relation, Targets, ValueRef};
use crate::domain::rules::census::Census;
use crate::domain::rules::facts::Facts;
use crate::domain::rules::next_hop::Route;
use crate::domain::rules::rule::{Finding, Rule, RuleSet};
use crate::domain::text::is_blank;

/// Whether the record is on the server already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnServer {
    /// Yes: a field that the server did not send is unknown, not empty.
    Loaded,
    /// Not yet: a required text that no one set is empty.
    New,
}

/// What a record is compared with.
#[derive(Debug, Clone, Copy)]
pub struct CheckContext<'a> {
    targets: &'a Targets,
    pub(in crate::domain::rules) census: Option<&'a Census>,
    standing: OnServer,
    pub(in crate::domain::rules) ignored: RuleSet,
    /// Counted once, so that asking for each row of a list stays cheap.
    nodes: usize,
}

impl<'a> CheckContext<'a> {
    /// A context; without a census records are not compared with each other.
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

/// A record under check with what it is compared with.
pub(in crate::domain::rules) struct CheckSubject<'a> {
    id: u64,
    values: [ValueRef<'a>; FIELD_COUNT],
    facts: Facts<'a>,
    plain: bool,
    context: &'a CheckContext<'a>,
}

impl<'a> CheckSubject<'a> {
    pub(in crate::domain::rules) fn of(record: &'a impl Record, context: &'a CheckContext<'a>) -> Self {
        let values: [ValueRef<'a>; FIELD_COUNT] =
            std::array::from_fn(|index| FIELDS.get(index).map_or(ValueRef::Missing, |row| record.value(row.id)));
        let plain = values.iter().all(|value| is_plain(*value));
        Self { id: record.id(), values, facts: Facts::of(record), plain, context }
    }

    pub(in crate::domain::rules) const fn targets(&self) -> &'a Targets {
        self.context.targets
    }

    pub(in crate::domain::rules) const fn census(&self) -> Option<&'a Census> {
        self.context.census
    }

    pub(in crate::domain::rules) const fn is_new(&self) -> bool {
        matches!(self.context.standing, OnServer::New)
    }

    /// Known nodes of the switch.
    pub(in crate::domain::rules) const fn nodes(&self) -> usize {
        self.context.nodes
    }

    /// A value without a borrow of the subject.
    #[expect(clippy::indexing_slicing, reason = "a field's index is below FIELD_COUNT by construction")]
    pub(in crate::domain::rules) const fn get(&self, field: FieldId) -> ValueRef<'a> {
        self.values[field.index()]
    }

    /// A text that is not blank, without a borrow of the subject.
    pub(in crate::domain::rules) fn words(&self, field: FieldId) -> Option<&'a str> {
        match self.get(field) {
            ValueRef::Text(text) if !is_blank(text) => Some(text),
            _ => None,
        }
    }

    /// What its texts are made of.
    pub(in crate::domain::rules) const fn facts(&self) -> &Facts<'a> {
        &self.facts
    }

    /// Whether all its texts are printable ASCII, as nearly all are: nothing can be hidden in them.
    pub(in crate::domain::rules) const fn is_plain(&self) -> bool {
        self.plain
    }

    /// The routes that can be read, with the numbers of their entries.
    pub(in crate::domain::rules) fn routes(&self) -> impl Iterator<Item = (usize, Route<'a>)> {
        self.facts.routes.iter().copied()
    }

    /// Set to nothing, as opposed to not sent.
    pub(in crate::domain::rules) fn is_empty(&self, field: FieldId) -> bool {
        let value = self.get(field);
        value.is_unset() && !matches!(value, ValueRef::Missing)
    }
}

/// Whether a value has no character but printable ASCII. Between the entries of a packed list stand NULs, which are
/// none of its.
fn is_plain(value: ValueRef<'_>) -> bool {
    // Without an early end it runs through many bytes at once.
    let plain = |text: &str| text.bytes().fold(true, |so_far, byte| so_far & (0x20..0x7f).contains(&byte));
    match value {
        ValueRef::Text(text) => plain(text),
        ValueRef::Secret(secret) => plain(secret.expose()),
        ValueRef::Texts(texts) => texts.iter().all(plain),
        _ => true,
    }
}

impl Record for CheckSubject<'_> {
    fn id(&self) -> u64 {
        self.id
    }

    fn value(&self, field: FieldId) -> ValueRef<'_> {
        self.get(field)
    }
}

/// Where a rule reports.
pub(in crate::domain::rules) struct RuleReport<'r> {
    wanted: ReportTo<'r>,
}

enum ReportTo<'r> {
    Findings(&'static Rule, &'r mut Vec<Finding>),
    Whether(&'r mut bool),
}

impl<'r> RuleReport<'r> {
    /// Collects what is found.
    pub(in crate::domain::rules) const fn collecting(rule: &'static Rule, found: &'r mut Vec<Finding>) -> Self {
        Self { wanted: ReportTo::Findings(rule, found) }
    }

    /// Only notes that something is found.
    pub(in crate::domain::rules) const fn asking(found: &'r mut bool) -> Self {
        Self { wanted: ReportTo::Whether(found) }
    }

    /// Something is wrong with a field. The text is made only where someone reads it.
    pub(in crate::domain::rules) fn add(&mut self, field: FieldId, message: impl FnOnce() -> String) {
        match &mut self.wanted {
            ReportTo::Whether(found) => **found = true,
            ReportTo::Findings(rule, found) => {
                found.push(Finding { field, severity: rule.severity, rule: Some(rule), message: message() });
            }
        }
    }
}
