//! What a rule looks at, and where it reports. A record is read and its texts are parsed once for all rules.

use crate::domain::record::field::{FIELD_COUNT, FIELDS, FieldId};
use crate::domain::record::registration::Record;
use crate::domain::record::relation::Targets;
use crate::domain::record::value::ValueRef;
use crate::domain::rules::census::Census;
use crate::domain::rules::check::{CheckContext, Finding, OnServer};
use crate::domain::rules::facts::Facts;
use crate::domain::rules::next_hop::Route;
use crate::domain::rules::rule::Rule;
use crate::domain::text::is_blank;

/// A record under check with what it is compared with.
pub(in crate::domain::rules) struct CheckSubject<'a> {
    id: u64,
    values: [ValueRef<'a>; FIELD_COUNT],
    facts: Facts<'a>,
    plain: bool,
    context: &'a CheckContext<'a>,
}

impl<'a> CheckSubject<'a> {
    pub(super) fn of(record: &'a impl Record, context: &'a CheckContext<'a>) -> Self {
        let values: [ValueRef<'a>; FIELD_COUNT] =
            std::array::from_fn(|index| FIELDS.get(index).map_or(ValueRef::Missing, |row| record.value(row.id)));
        let plain = values.iter().all(|value| is_plain(*value));
        Self { id: record.id(), values, facts: Facts::of(record), plain, context }
    }

    pub(super) const fn targets(&self) -> &'a Targets {
        self.context.targets
    }

    pub(super) const fn census(&self) -> Option<&'a Census> {
        self.context.census
    }

    pub(super) const fn is_new(&self) -> bool {
        matches!(self.context.standing, OnServer::New)
    }

    /// Known nodes of the switch.
    pub(super) const fn nodes(&self) -> usize {
        self.context.nodes
    }

    /// A value without a borrow of the subject.
    #[expect(clippy::indexing_slicing, reason = "a field's index is below FIELD_COUNT by construction")]
    pub(super) const fn get(&self, field: FieldId) -> ValueRef<'a> {
        self.values[field.index()]
    }

    /// A text that is not blank, without a borrow of the subject.
    pub(super) fn words(&self, field: FieldId) -> Option<&'a str> {
        match self.get(field) {
            ValueRef::Text(text) if !is_blank(text) => Some(text),
            _ => None,
        }
    }

    /// What its texts are made of.
    pub(super) const fn facts(&self) -> &Facts<'a> {
        &self.facts
    }

    /// Whether all its texts are printable ASCII, as nearly all are: nothing can be hidden in them.
    pub(super) const fn is_plain(&self) -> bool {
        self.plain
    }

    /// The routes that can be read, with the numbers of their entries.
    pub(super) fn routes(&self) -> impl Iterator<Item = (usize, Route<'a>)> {
        self.facts.routes.iter().copied()
    }

    /// Set to nothing, as opposed to not sent.
    pub(super) fn is_empty(&self, field: FieldId) -> bool {
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
    pub(super) const fn collecting(rule: &'static Rule, found: &'r mut Vec<Finding>) -> Self {
        Self { wanted: ReportTo::Findings(rule, found) }
    }

    /// Only notes that something is found.
    pub(super) const fn asking(found: &'r mut bool) -> Self {
        Self { wanted: ReportTo::Whether(found) }
    }

    /// Something is wrong with a field. The text is made only where somebody reads it.
    pub(super) fn add(&mut self, field: FieldId, message: impl FnOnce() -> String) {
        match &mut self.wanted {
            ReportTo::Whether(found) => **found = true,
            ReportTo::Findings(rule, found) => {
                found.push(Finding { field, severity: rule.severity, rule: Some(rule), message: message() });
            }
        }
    }
}
