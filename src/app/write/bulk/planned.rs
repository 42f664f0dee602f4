//! What is to be sent of one record of many, in a few bytes: a hundred thousand of them may wait. A change is kept as
//! the page that its record came with, which all of that page share, and the values that are wanted.

use std::sync::Arc;

use crate::domain::change::Draft;
use crate::domain::query::{HeldRecord, RowRef};
use crate::domain::record::{FieldId, Record, Registration, Value, ValueRef};

use crate::app::core::{IfMatch, Write};

/// The values that are wanted, shared by all records that are to get the same.
pub(super) type Values = Arc<[(FieldId, Value)]>;

/// What is to be sent.
#[derive(Debug, Clone)]
pub(super) enum PlannedWrite {
    /// A change of a record that a page brought.
    Change {
        /// The record.
        base: HeldRecord,
        /// What it is to get.
        values: Values,
        /// Whether with `If-Match`.
        if_match: IfMatch,
    },
    /// Anything else.
    Whole(Box<Write>),
}

impl PlannedWrite {
    /// The same in fewer bytes, where the record is the one that a page brought. `last` are the values of the record before.
    pub(super) fn packed(self, came: Option<&HeldRecord>, last: &mut Option<Values>) -> Self {
        let Self::Whole(write) = self else { return self };
        let (Write::Change { draft, if_match }, Some(base)) = (&*write, came) else { return Self::Whole(write) };
        if !base.is(draft.base()) || draft.tag().is_some() {
            return Self::Whole(write);
        }
        let wanted = || draft.changes().iter();
        let same = last.take().filter(|last| last.iter().map(|(field, value)| (field, value)).eq(wanted()));
        let values = same.unwrap_or_else(|| wanted().map(|(field, value)| (*field, value.clone())).collect());
        *last = Some(Arc::clone(&values));
        Self::Change { base: base.clone(), values, if_match: *if_match }
    }

    /// The write itself.
    pub(super) fn write(&self) -> Option<Write> {
        match self {
            Self::Whole(write) => Some((**write).clone()),
            Self::Change { base, values, if_match } => {
                let mut draft = Draft::new(Registration::from_record(&base.row()?), None);
                for (field, value) in values.iter() {
                    draft.set(*field, value.clone());
                }
                Some(Write::Change { draft: Box::new(draft), if_match: *if_match })
            }
        }
    }
}

/// A record as it will be.
#[derive(Debug)]
pub(super) enum RecordAfter<'a> {
    /// What a page brought, with the values that are wanted.
    Row(RowRef<'a>, &'a [(FieldId, Value)]),
    /// A draft.
    Draft(&'a Draft),
}

impl Record for RecordAfter<'_> {
    fn id(&self) -> u64 {
        match self {
            Self::Row(row, _) => row.id(),
            Self::Draft(draft) => draft.id(),
        }
    }

    fn value(&self, field: FieldId) -> ValueRef<'_> {
        match self {
            Self::Row(row, values) => match values.iter().find(|(known, _)| *known == field) {
                Some((_, value)) => value.as_ref(),
                None => row.value(field),
            },
            Self::Draft(draft) => draft.value(field),
        }
    }
}

impl PlannedWrite {
    /// The record as it will be, and which fields change; none where it does not stay.
    pub(super) fn wanted(&self) -> Option<(RecordAfter<'_>, Vec<FieldId>)> {
        match self {
            Self::Change { base, values, .. } => {
                let fields = values.iter().map(|(field, _)| *field).collect();
                Some((RecordAfter::Row(base.row()?, values), fields))
            }
            Self::Whole(write) => {
                let Write::Change { draft, .. } = &**write else { return None };
                Some((RecordAfter::Draft(draft), draft.changes().keys().copied().collect()))
            }
        }
    }

    /// Whether it deletes the record.
    pub(super) fn deletes(&self) -> bool {
        matches!(self, Self::Whole(write) if matches!(**write, Write::Delete { .. }))
    }
}

impl From<Write> for PlannedWrite {
    fn from(write: Write) -> Self {
        Self::Whole(Box::new(write))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::answer::Tag;
    use crate::domain::query::Segment;

    fn record() -> Registration {
        let mut record = Registration::new(7);
        record.set(FieldId::Name, Value::Text("acme".into()));
        record.set(FieldId::Enabled, Value::Flag(true));
        record.set(FieldId::AuthPassword, Value::Withheld);
        record.set(FieldId::RouteSet, Value::Texts(vec!["<sip:a;lr>".into(), "<sip:b;lr>".into()]));
        record
    }

    fn change(base: Registration, tag: Option<Tag>) -> Write {
        let mut draft = Draft::new(base, tag);
        draft.set(FieldId::Enabled, Value::Flag(false));
        draft.set(FieldId::Expire, Value::Number(60));
        Write::Change { draft: Box::new(draft), if_match: IfMatch::Send }
    }

    #[test]
    fn a_packed_change_is_the_same_write_and_shares_its_values() {
        let page = Arc::new(Segment::of(&[record(), Registration::new(8)]));
        let came = HeldRecord::of(&page, 0);
        let mut last = None;
        let packed = |last: &mut Option<Values>| PlannedWrite::from(change(record(), None)).packed(Some(&came), last);
        let (first, second) = (packed(&mut last), packed(&mut last));
        assert_eq!(first.write(), Some(change(record(), None)));
        let (PlannedWrite::Change { values: one, .. }, PlannedWrite::Change { values: other, .. }) = (&first, &second)
        else {
            panic!("not packed")
        };
        assert!(Arc::ptr_eq(one, other));
        assert!(size_of::<PlannedWrite>() <= 40, "{}", size_of::<PlannedWrite>());
    }

    #[test]
    fn what_is_not_as_it_came_is_kept_whole() {
        let page = Arc::new(Segment::of(&[record()]));
        let came = HeldRecord::of(&page, 0);
        let mut other = record();
        other.set(FieldId::Name, Value::Text("other".into()));
        let tagged = change(record(), Some(Tag::new("W/\"1\"")));
        for write in [change(other, None), tagged, Write::Create(Box::new(Draft::new(record(), None)))] {
            let planned = PlannedWrite::from(write.clone()).packed(Some(&came), &mut None);
            assert!(matches!(planned, PlannedWrite::Whole(_)));
            assert_eq!(planned.write(), Some(write));
        }
    }
}
