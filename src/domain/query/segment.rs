//! A page of registrations in one piece of memory: all text in one string, each value in eight bytes.
//! Made once, then only read, so it can be shared with workers. 100,000 records fit where 100,000
//! structs of strings would not.
//!
//! Passwords are not kept, only whether there is one.

mod part;
mod search;

pub use search::Needle;

use search::Folded;

use crate::domain::record::{FIELD_COUNT, FieldId, Record, Texts, ValueKind, ValueRef};

/// One value: three bits of tag, and either a number or a place in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Cell(u64);

const TAG_SHIFT: u32 = 60;
const LENGTH_BITS: u32 = 28;
const LENGTH_MASK: u64 = (1 << LENGTH_BITS) - 1;

const MISSING: u64 = 0;
const NULL: u64 = 1;
const WITHHELD: u64 = 2;
const FALSE: u64 = 3;
const TRUE: u64 = 4;
const NUMBER: u64 = 5;
const REFERENCE: u64 = 6;
const TEXT: u64 = 7;
const TEXTS: u64 = 8;
const LINKED: u64 = 9;
const ODD: u64 = 10;
/// The beginning of a text, or of the JSON of another value, that is longer than a list keeps.
const CUT: u64 = 11;

impl Cell {
    const fn tagged(tag: u64, payload: u64) -> Self {
        Self((tag << TAG_SHIFT) | payload)
    }

    const fn tag(self) -> u64 {
        self.0 >> TAG_SHIFT
    }

    const fn payload(self) -> u64 {
        self.0 & ((1 << TAG_SHIFT) - 1)
    }

    /// A whole number that fits in 60 bits with its sign.
    const fn number(number: i64) -> Option<Self> {
        let payload = number.cast_unsigned() & ((1 << TAG_SHIFT) - 1);
        if Self::signed(payload) == number { Some(Self::tagged(NUMBER, payload)) } else { None }
    }

    /// Where a text stands in its segment's text.
    fn range(self) -> std::ops::Range<usize> {
        let start = usize::try_from(self.payload() >> LENGTH_BITS).unwrap_or(usize::MAX);
        let length = usize::try_from(self.payload() & LENGTH_MASK).unwrap_or(usize::MAX);
        start..start.saturating_add(length)
    }

    const fn signed(payload: u64) -> i64 {
        (payload << (64 - TAG_SHIFT)).cast_signed() >> (64 - TAG_SHIFT)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Row {
    id: u64,
    cells: [Cell; FIELD_COUNT],
}

/// Some registrations, packed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Segment {
    /// The text of each cell, one row after the other, each cell ended by a NUL.
    text: Box<str>,
    rows: Box<[Row]>,
    /// Where in the text each row begins.
    starts: Box<[u32]>,
    folded: Folded,
    /// How many records have a value that is kept in part.
    cut: usize,
}

impl Segment {
    /// How many records it holds.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The record at a position.
    pub fn row(&self, position: usize) -> Option<RowRef<'_>> {
        self.rows.get(position).map(|row| RowRef { text: &self.text, row })
    }

    /// Each record in order.
    pub fn iter(&self) -> impl Iterator<Item = RowRef<'_>> {
        self.rows.iter().map(|row| RowRef { text: &self.text, row })
    }

    /// Bytes of its text.
    pub(in crate::domain) const fn text_size(&self) -> usize {
        self.text.len()
    }

    /// Bytes of memory it takes.
    pub fn size(&self) -> usize {
        self.text.len() + self.rows.len() * (size_of::<Row>() + size_of::<u32>()) + self.folded.size()
    }

    /// A segment of copies of these records.
    pub fn of<'a, R: Record + 'a>(records: impl IntoIterator<Item = &'a R>) -> Self {
        let mut builder = SegmentBuilder::default();
        for record in records {
            builder.begin(record.id());
            for field in FieldId::all() {
                builder.set(field, record.value(field));
            }
        }
        builder.finish()
    }
}

/// One record of a segment.
#[derive(Debug, Clone, Copy)]
pub struct RowRef<'a> {
    text: &'a str,
    row: &'a Row,
}

impl<'a> RowRef<'a> {
    fn slice(self, cell: Cell) -> &'a str {
        self.text.get(cell.range()).unwrap_or_default()
    }

    /// Its value in a field, with the lifetime of the segment.
    #[expect(clippy::indexing_slicing, reason = "a field's index is below FIELD_COUNT by construction")]
    pub fn get(self, field: FieldId) -> ValueRef<'a> {
        let cell = self.row.cells[field.index()];
        match cell.tag() {
            NULL => ValueRef::Null,
            WITHHELD => ValueRef::Withheld,
            FALSE => ValueRef::Flag(false),
            TRUE => ValueRef::Flag(true),
            NUMBER => ValueRef::Number(Cell::signed(cell.payload())),
            REFERENCE => ValueRef::Reference(cell.payload()),
            TEXT => ValueRef::Text(self.slice(cell)),
            TEXTS => ValueRef::Texts(Texts::Packed(self.slice(cell))),
            LINKED => ValueRef::Linked(self.slice(cell)),
            ODD => ValueRef::Odd(self.slice(cell)),
            CUT => ValueRef::Cut(self.slice(cell)),
            _ => ValueRef::Missing,
        }
    }

    /// Whether another row of the same record has the same values.
    pub fn says_the_same(self, other: RowRef<'_>) -> bool {
        FieldId::all().all(|field| self.get(field) == other.get(field))
    }
}

impl Record for RowRef<'_> {
    fn id(&self) -> u64 {
        self.row.id
    }

    fn value(&self, field: FieldId) -> ValueRef<'_> {
        self.get(field)
    }
}

/// Fills a segment record by record.
#[derive(Debug, Default)]
pub struct SegmentBuilder {
    text: String,
    rows: Vec<Row>,
    starts: Vec<u32>,
}

impl SegmentBuilder {
    /// Makes room for so many records with so many bytes of text, so that it need not be made piece by piece.
    pub fn reserve(&mut self, records: usize, text: usize) {
        self.text.reserve(text);
        self.rows.reserve(records);
        self.starts.reserve(records);
    }

    /// Starts the next record; until set, each of its fields is missing.
    pub fn begin(&mut self, id: u64) {
        self.rows.push(Row { id, cells: [Cell::tagged(MISSING, 0); FIELD_COUNT] });
        // Text beyond what can be addressed is not stored at all.
        self.starts.push(u32::try_from(self.text.len()).unwrap_or(u32::MAX));
    }

    /// Gives the record under construction its id, where a document has it late.
    pub fn set_id(&mut self, id: u64) {
        if let Some(row) = self.rows.last_mut() {
            row.id = id;
        }
    }

    /// Drops the record under construction.
    pub fn abandon(&mut self) {
        self.rows.pop();
        self.starts.pop();
    }

    /// Sets a field of the record under construction. The text of a secret is not kept.
    #[expect(clippy::indexing_slicing, reason = "a field's index is below FIELD_COUNT by construction")]
    pub fn set(&mut self, field: FieldId, value: ValueRef<'_>) {
        let value = match (field.field().kind, value) {
            // Whatever a server sends as a password, a number even, is none of a list's business.
            (ValueKind::Secret, value) if !value.is_unset() => ValueRef::Withheld,
            (_, value) => value,
        };
        let cell = match value {
            ValueRef::Missing => Cell::tagged(MISSING, 0),
            ValueRef::Null => Cell::tagged(NULL, 0),
            ValueRef::Secret(secret) if secret.expose().is_empty() => self.store(TEXT, |_| ()),
            ValueRef::Withheld | ValueRef::Secret(_) => Cell::tagged(WITHHELD, 0),
            ValueRef::Flag(false) => Cell::tagged(FALSE, 0),
            ValueRef::Flag(true) => Cell::tagged(TRUE, 0),
            ValueRef::Number(number) => match Cell::number(number) {
                Some(cell) => cell,
                None => self.store(ODD, |text| text.push_str(&number.to_string())),
            },
            ValueRef::Reference(id) if id >> TAG_SHIFT == 0 => Cell::tagged(REFERENCE, id),
            ValueRef::Reference(id) => self.store(ODD, |text| text.push_str(&id.to_string())),
            ValueRef::Text(value) => self.store(TEXT, |text| text.push_str(value)),
            ValueRef::Linked(value) => self.store(LINKED, |text| text.push_str(value)),
            ValueRef::Odd(value) => self.store(ODD, |text| text.push_str(value)),
            ValueRef::Cut(value) => self.store(CUT, |text| text.push_str(value)),
            ValueRef::Texts(values) => self.store(TEXTS, |text| {
                for value in values.iter() {
                    // The separator itself cannot come from the database; from elsewhere it is shown as a mark.
                    text.extend(value.chars().map(|c| if c == '\0' { char::REPLACEMENT_CHARACTER } else { c }));
                    text.push('\0');
                }
            }),
        };
        if let Some(row) = self.rows.last_mut() {
            row.cells[field.index()] = cell;
        }
    }

    fn store(&mut self, tag: u64, write: impl FnOnce(&mut String)) -> Cell {
        let start = self.text.len();
        write(&mut self.text);
        let length = self.text.len() - start;
        // A segment comes from one response whose size is capped far below these limits.
        if (length as u64) > LENGTH_MASK || (start as u64) >> (TAG_SHIFT - LENGTH_BITS) != 0 {
            self.text.truncate(start);
            return Cell::tagged(MISSING, 0);
        }
        if length > 0 {
            self.text.push('\0');
        }
        Cell::tagged(tag, ((start as u64) << LENGTH_BITS) | length as u64)
    }

    /// How many records were begun.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether none was begun.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The finished segment, in exactly the memory it needs.
    pub fn finish(self) -> Segment {
        let folded = Folded::of(&self.text, &self.rows);
        let cut = self.rows.iter().filter(|row| row.cells.iter().any(|cell| cell.tag() == CUT)).count();
        Segment {
            cut,
            text: self.text.into_boxed_str(),
            rows: self.rows.into_boxed_slice(),
            starts: self.starts.into_boxed_slice(),
            folded,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::record::{Registration, Secret, Value};

    fn any_value() -> impl Strategy<Value = Value> {
        prop_oneof![
            Just(Value::Missing),
            Just(Value::Null),
            ".*".prop_map(Value::Text),
            Just(Value::Withheld),
            any::<bool>().prop_map(Value::Flag),
            (-(1_i64 << 59)..(1_i64 << 59)).prop_map(Value::Number),
            proptest::collection::vec("[^\0]*", 0..4).prop_map(Value::Texts),
            (0..1_u64 << 59).prop_map(Value::Reference),
            ".*".prop_map(Value::Linked),
            ".*".prop_map(Value::Odd),
        ]
    }

    proptest! {
        #[test]
        fn what_goes_in_comes_out(values in proptest::collection::vec(any_value(), FIELD_COUNT), id in any::<u64>()) {
            let mut record = Registration::new(id);
            for (field, value) in FieldId::all().zip(values) {
                let kept_back = field == FieldId::AuthPassword && !value.as_ref().is_unset();
                record.set(field, if kept_back { Value::Withheld } else { value });
            }
            let segment = Segment::of([&record, &record]);
            for row in segment.iter() {
                prop_assert_eq!(&Registration::from_record(&row), &record);
            }
        }
    }

    #[test]
    fn a_password_is_known_to_be_set_but_not_kept() {
        let mut record = Registration::new(1);
        record.set(FieldId::AuthPassword, Value::Secret(Secret::new("hunter2")));
        let segment = Segment::of([&record]);
        assert_eq!(segment.row(0).unwrap().get(FieldId::AuthPassword), ValueRef::Withheld);
        assert!(!format!("{segment:?}").contains("hunter2"));
        record.set(FieldId::AuthPassword, Value::Odd("12345678".into()));
        assert!(!format!("{:?}", Segment::of([&record])).contains("12345678"));
    }

    #[test]
    fn numbers_too_large_for_a_cell_are_still_shown() {
        let mut record = Registration::new(1);
        record.set(FieldId::Expire, Value::Number(i64::MAX));
        let segment = Segment::of([&record]);
        assert_eq!(segment.row(0).unwrap().get(FieldId::Expire), ValueRef::Odd("9223372036854775807"));
    }
}
