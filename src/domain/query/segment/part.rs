//! Segments that keep a part of others: some of the records, or only the beginning of long values. A value that is
//! kept in part says so in its own text, and can be distinguished from a whole one.

use std::fmt::Write as _;

use crate::domain::record::{FieldId, Record as _, Texts, ValueRef};

use crate::domain::query::segment::{CUT, Cell, RowRef, Segment, SegmentBuilder};

impl Segment {
    /// How many records have a value that is kept in part.
    pub const fn cut(&self) -> usize {
        self.cut
    }

    /// A copy in which no value takes much more than `longest` bytes; `None` where none does here.
    pub fn shortened(&self, longest: usize) -> Option<Self> {
        // Most pages are so small that no value in them can be too long.
        if self.text.len() <= longest || !self.iter().any(|row| row.longest() > longest) {
            return None;
        }
        let mut builder = SegmentBuilder::default();
        for row in self.iter() {
            builder.copy(row, longest);
        }
        Some(builder.finish())
    }

    /// A copy with these records only.
    #[must_use]
    pub fn only(&self, keep: impl Fn(u64) -> bool) -> Self {
        let mut builder = SegmentBuilder::default();
        for row in self.iter().filter(|row| keep(row.id())) {
            builder.copy(row, usize::MAX);
        }
        builder.finish()
    }
}

impl RowRef<'_> {
    /// Whether each of its values is kept as a whole.
    pub fn is_whole(self) -> bool {
        FieldId::all().all(|field| !self.is_cut(field))
    }

    #[expect(clippy::indexing_slicing, reason = "a field's index is below FIELD_COUNT by construction")]
    fn is_cut(self, field: FieldId) -> bool {
        self.row.cells[field.index()].tag() == CUT
    }

    fn longest(self) -> usize {
        FieldId::all().map(|field| text_of(self.get(field)).len()).max().unwrap_or_default()
    }
}

impl SegmentBuilder {
    /// Adds a copy of a record, of its long values only the beginning.
    pub(in crate::domain) fn copy(&mut self, row: RowRef<'_>, longest: usize) {
        self.begin(row.id());
        for field in FieldId::all() {
            let value = row.get(field);
            let text = text_of(value);
            if row.is_cut(field) {
                self.set(field, value);
            } else if text.len() > longest {
                self.set_cut(field, |kept| {
                    let end = (0..=longest).rev().find(|end| text.is_char_boundary(*end)).unwrap_or_default();
                    // What separates the entries of a list must not stand in a cell.
                    kept.extend(text.get(..end).unwrap_or_default().chars().map(|c| if c == '\0' { ' ' } else { c }));
                    // Writing to a text cannot fail.
                    let _ = write!(kept, " [cut: {} bytes in all]", text.len());
                });
            } else {
                self.set(field, value);
            }
        }
    }

    #[expect(clippy::indexing_slicing, reason = "a field's index is below FIELD_COUNT by construction")]
    fn set_cut(&mut self, field: FieldId, write: impl FnOnce(&mut String)) {
        let cell: Cell = self.store(CUT, write);
        if let Some(row) = self.rows.last_mut() {
            row.cells[field.index()] = cell;
        }
    }
}

/// What of a value takes memory.
fn text_of(value: ValueRef<'_>) -> &str {
    match value {
        ValueRef::Text(text) | ValueRef::Linked(text) | ValueRef::Odd(text) | ValueRef::Cut(text) => text,
        ValueRef::Texts(Texts::Packed(packed)) => packed,
        // No segment holds a slice, a secret is never kept, and the others take none.
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::record::{Equality, Registration, Value, equality};

    fn record(id: u64, name: &str) -> Registration {
        let mut record = Registration::new(id);
        record.set(FieldId::Name, Value::Text(name.to_owned()));
        record.set(FieldId::RouteSet, Value::Texts(vec!["sip:a".to_owned(); name.len()]));
        record
    }

    #[test]
    fn long_values_keep_their_beginning_and_say_so() {
        let whole = Segment::of([&record(1, "short"), &record(2, &"\u{e4}".repeat(100))]);
        assert_eq!(whole.shortened(1_200), None, "nothing is that long");
        let short = whole.shortened(31).unwrap();
        assert_eq!((whole.cut(), short.cut()), (0, 1));
        let (first, second) = (short.row(0).unwrap(), short.row(1).unwrap());
        assert!(first.is_whole() && !second.is_whole());
        assert_eq!(Registration::from_record(&first), record(1, "short"));
        assert_eq!(second.name(), format!("{} [cut: 200 bytes in all]", "\u{e4}".repeat(15)));
        assert!(
            matches!(second.get(FieldId::RouteSet), ValueRef::Cut(text) if text.ends_with("[cut: 1200 bytes in all]"))
        );
        let held = Registration::from_record(&second);
        assert_eq!(equality(held.value(FieldId::Name), whole.row(1).unwrap().get(FieldId::Name)), Equality::Unknown);
        assert!(short.rows_with(&crate::domain::query::segment::Needle::new("cut: 200"))[1]);
        let copy = short.only(|id| id == 2);
        assert_eq!((copy.len(), copy.cut()), (1, 1));
        assert_eq!(copy.row(0).unwrap().name(), second.name(), "what is cut once is not cut again");
    }
}
