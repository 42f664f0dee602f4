//! Records as rows of CSV, and a cell back to a value. The header has the API's names. Pops, nodes and transports
//! stand by name (`#7` where a name would not say which), the entries of a route set side by side with spaces
//! between them, `true` and `false`, numbers as they are; an empty cell is `null`.
//!
//! A spreadsheet takes a cell that begins with `=`, `+`, `-`, `@`, a tab or a line end for a formula, and others for
//! numbers, dates or truth values ([`spreadsheet::would_change`]). Such a text gets an apostrophe in front, and so does
//! one that begins with an apostrophe: whoever reads a cell takes one leading apostrophe away, always, and has the text
//! that was there. A bare `********` is a password that is kept
//! back; a password that is just this has the apostrophe too.

use std::borrow::Cow;
use std::collections::HashMap;

use csv::Writer;

use crate::domain::formats::json::JsonPasswords;
use crate::domain::formats::spreadsheet;
use crate::domain::query::Column;
use crate::domain::record::{FieldId, MASK, Record, Relation, Resolved, Targets, Value, ValueKind, ValueRef};
use crate::domain::rules::Finding;
use crate::domain::rules::check;

/// In front of a text that would not be taken for one.
const GUARD: char = '\'';

/// What a cell says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CsvCell {
    /// Nothing: the password is kept back.
    Withheld,
    Value(Value),
}

/// Writes rows. Remembers the names of targets.
#[derive(Debug)]
pub struct Sheet {
    columns: Vec<Column>,
    passwords: JsonPasswords,
    display_name: HashMap<(Relation, u64), String>,
    lines: Writer<Vec<u8>>,
}

impl Sheet {
    /// A sheet with these columns.
    pub fn new(columns: Vec<Column>, passwords: JsonPasswords) -> Self {
        Self { columns, passwords, display_name: HashMap::new(), lines: Writer::from_writer(Vec::new()) }
    }

    /// Adds the first line.
    pub fn header(&mut self) {
        // Writing to memory cannot fail, here and below.
        let _ = self.lines.write_record(self.columns.iter().map(|column| column.name()));
    }

    /// Call it when more is known about targets: a name may no longer say which it is.
    pub fn forget_names(&mut self) {
        self.display_name.clear();
    }

    /// Adds the line of a record.
    pub fn row(&mut self, record: &impl Record, targets: &Targets) {
        for column in &self.columns {
            let Column::Field(field) = *column else {
                let _ = match column {
                    Column::Live => {
                        self.lines.write_field(targets.live_mark(record.id()).map_or("?", |mark| &*mark.cell))
                    }
                    Column::Id | Column::Field(_) => self.lines.write_field(record.id().to_string()),
                };
                continue;
            };
            let value = record.value(field);
            let _ = if let (Some(relation), Resolved::Target(id)) = (field.relation(), targets.resolve(value)) {
                self.lines.write_field(self.display_name.entry((relation, id)).or_insert_with(|| {
                    let name = check::cell_text(field, ValueRef::Reference(id), targets).unwrap_or_default();
                    guarded(&name).into_owned()
                }))
            } else {
                self.lines.write_field(&*cell(field, value, targets, self.passwords))
            };
        }
        let _ = self.lines.write_record(None::<&[u8]>);
    }

    /// Bytes that wait to be taken, but for the last few kilobytes.
    pub fn waiting(&self) -> usize {
        self.lines.get_ref().len()
    }

    /// The lines since the last time.
    pub fn take(&mut self) -> String {
        text(std::mem::replace(&mut self.lines, Writer::from_writer(Vec::new())))
    }
}

fn text(lines: Writer<Vec<u8>>) -> String {
    // Neither can fail: it was texts, and they are in memory.
    lines.into_inner().ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
}

/// The cell of a value, not yet in quotes. Two values with the same cell are the same to whoever reads it.
pub fn cell<'a>(field: FieldId, value: ValueRef<'a>, targets: &Targets, passwords: JsonPasswords) -> Cow<'a, str> {
    match value {
        ValueRef::Missing | ValueRef::Null => Cow::Borrowed(""),
        ValueRef::Secret(secret) if secret.expose().is_empty() => Cow::Borrowed(""),
        ValueRef::Secret(secret) if passwords == JsonPasswords::Shown => guarded(secret.expose()),
        ValueRef::Withheld | ValueRef::Secret(_) => Cow::Borrowed(MASK),
        ValueRef::Text(text) | ValueRef::Odd(text) | ValueRef::Cut(text) => guarded(text),
        ValueRef::Flag(true) => Cow::Borrowed("true"),
        ValueRef::Flag(false) => Cow::Borrowed("false"),
        ValueRef::Number(number) => Cow::Owned(number.to_string()),
        ValueRef::Texts(_) => {
            let text = check::cell_text(field, value, targets).unwrap_or_default();
            Cow::Owned(guarded(&text).into_owned())
        }
        ValueRef::Reference(_) | ValueRef::Linked(_) => match targets.resolve(value) {
            Resolved::Target(id) => {
                let text = check::cell_text(field, ValueRef::Reference(id), targets).unwrap_or_default();
                Cow::Owned(guarded(&text).into_owned())
            }
            Resolved::Nothing | Resolved::Unknown => Cow::Borrowed(""),
        },
    }
}

/// What a cell says, quotes already taken away: the inverse of [`cell`].
///
/// # Errors
/// A finding that says what would be accepted.
pub fn read_cell(field: FieldId, cell: &str, targets: &Targets) -> Result<CsvCell, Finding> {
    if matches!(field.field().kind, ValueKind::Secret) && cell == MASK {
        return Ok(CsvCell::Withheld);
    }
    check::parse_cell(field, unguarded(cell), targets).map(CsvCell::Value)
}

/// The text with an apostrophe in front where it needs one.
pub fn guarded(text: &str) -> Cow<'_, str> {
    // Some readers drop spaces before they look for a formula.
    let begins = |c: char| matches!(c, '=' | '+' | '-' | '@' | GUARD | '＝' | '＋' | '－' | '＠');
    let needs = text.starts_with(['\t', '\r', '\n'])
        || text.trim_start().starts_with(begins)
        || text == MASK
        || spreadsheet::would_change(text);
    if needs { Cow::Owned(format!("{GUARD}{text}")) } else { Cow::Borrowed(text) }
}

/// The text without the apostrophe in front: the inverse of [`guarded`].
pub fn unguarded(cell: &str) -> &str {
    cell.strip_prefix(GUARD).unwrap_or(cell)
}

/// A line of texts that are no record: guarded, with commas between them.
pub fn line(texts: &[&str]) -> String {
    let mut line = Writer::from_writer(Vec::new());
    let _ = line.write_record(texts.iter().map(|text| guarded(text).into_owned()));
    text(line)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::record::{Registration, Secret, Target};

    fn known() -> Targets {
        let mut targets = Targets::default();
        for (relation, id, name) in [
            (Relation::Pop, 1, "FRA"),
            (Relation::Pop, 2, "any"),
            (Relation::Pop, 3, "=1+1"),
            (Relation::Pop, 4, "#1"),
            (Relation::Pop, 5, " a, \"b\"\n"),
            (Relation::Node, 1, "twin"),
            (Relation::Node, 2, "twin"),
            (Relation::Node, 3, ""),
        ] {
            let name = Some(name.to_owned());
            targets.add(Target { relation, id, name, pop: None, attributes: Vec::new() });
        }
        targets
    }

    fn text() -> impl Strategy<Value = String> {
        prop_oneof![any::<String>(), "[=+@'\\-\t\r\n ,\";\\\\a]{0,8}", Just(MASK.to_owned())]
    }

    fn any_value(field: FieldId) -> BoxedStrategy<Value> {
        let set: BoxedStrategy<Value> = match field.field().kind {
            ValueKind::Text => text().prop_map(Value::Text).boxed(),
            ValueKind::Secret => text().prop_map(|text| Value::Secret(Secret::new(text))).boxed(),
            ValueKind::Flag => any::<bool>().prop_map(Value::Flag).boxed(),
            ValueKind::Number { .. } => any::<i64>().prop_map(Value::Number).boxed(),
            ValueKind::Texts => proptest::collection::vec(text(), 0..4).prop_map(Value::Texts).boxed(),
            ValueKind::Choice(_) => (1_i64..=2).prop_map(Value::Number).boxed(),
            ValueKind::Reference(_) => (1_u64..8).prop_map(Value::Reference).boxed(),
        };
        prop_oneof![1 => Just(Value::Null), 4 => set].boxed()
    }

    fn any_record() -> impl Strategy<Value = Registration> {
        let values: Vec<BoxedStrategy<Value>> = FieldId::all().map(any_value).collect();
        (any::<u64>(), values).prop_map(|(id, values)| {
            let mut record = Registration::new(id);
            for (field, value) in FieldId::all().zip(values) {
                record.set(field, value);
            }
            record
        })
    }

    proptest! {
        #[test]
        fn what_is_written_as_rows_comes_back(records in proptest::collection::vec(any_record(), 1..4)) {
            let targets = known();
            let mut sheet = Sheet::new(Column::all().collect(), JsonPasswords::Shown);
            sheet.header();
            for record in &records {
                sheet.row(record, &targets);
            }
            let file = sheet.take();
            let mut reader = csv::Reader::from_reader(file.as_bytes());
            let header: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
            prop_assert_eq!(header, Column::all().map(|column| column.name().to_owned()).collect::<Vec<_>>());
            let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
            prop_assert_eq!(rows.len(), records.len());
            for (row, record) in rows.iter().zip(&records) {
                let id = record.id().to_string();
                prop_assert_eq!(row.get(0), Some(id.as_str()));
                for (index, field) in FieldId::all().enumerate() {
                    let said = read_cell(field, row.get(index + 1).unwrap(), &targets).unwrap();
                    let value = record.get(field);
                    let unset = Value::Null.as_ref();
                    let expected = if value.as_ref().is_unset() { unset } else { value.as_ref() };
                    match &said {
                        CsvCell::Value(read) if read.as_ref().is_unset() => prop_assert_eq!(unset, expected),
                        CsvCell::Value(read) => prop_assert_eq!(read.as_ref(), expected),
                        CsvCell::Withheld => prop_assert!(false, "nothing was withheld"),
                    }
                }
            }
        }

        #[test]
        fn no_text_looks_like_a_formula_and_each_comes_back(text in text()) {
            let guarded = guarded(&text);
            prop_assert_eq!(unguarded(&guarded), &text);
            prop_assert!(!guarded.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']));
        }
    }

    #[test]
    fn a_password_that_is_kept_back_says_nothing() {
        let targets = Targets::default();
        let secret = Secret::new("hunter2");
        let masked = cell(FieldId::AuthPassword, ValueRef::Secret(&secret), &targets, JsonPasswords::Masked);
        assert_eq!(masked, MASK);
        assert_eq!(read_cell(FieldId::AuthPassword, &masked, &targets), Ok(CsvCell::Withheld));
        let literal = Secret::new(MASK);
        let shown = cell(FieldId::AuthPassword, ValueRef::Secret(&literal), &targets, JsonPasswords::Shown);
        assert_eq!(
            read_cell(FieldId::AuthPassword, &shown, &targets),
            Ok(CsvCell::Value(Value::Secret(literal.clone())))
        );
    }

    #[test]
    fn cells_read_as_people_expect() {
        let mut record = Registration::new(7);
        record.set(FieldId::Name, Value::Text("a \"b\", c".to_owned()));
        record.set(FieldId::Enabled, Value::Flag(false));
        record.set(FieldId::Pop, Value::Reference(1));
        record.set(FieldId::Node, Value::Reference(2));
        record.set(FieldId::RouteSet, Value::Texts(vec!["<sip:a;lr>".to_owned(), "<sip:b;lr>".to_owned()]));
        record.set(FieldId::DisplayUsername, Value::Text("=cmd".to_owned()));
        record.set(FieldId::RetryDelay, Value::Number(-5));
        let fields = [
            FieldId::Name,
            FieldId::Enabled,
            FieldId::Pop,
            FieldId::Node,
            FieldId::RouteSet,
            FieldId::DisplayUsername,
            FieldId::RetryDelay,
            FieldId::Expire,
        ];
        let columns = std::iter::once(Column::Id).chain(fields.map(Column::Field)).collect();
        let rows = |columns| {
            let mut sheet = Sheet::new(columns, JsonPasswords::Masked);
            sheet.row(&record, &known());
            sheet.take()
        };
        assert_eq!(rows(columns), "7,\"a \"\"b\"\", c\",false,FRA,#2,<sip:a;lr> <sip:b;lr>,'=cmd,-5,\n");
        assert_eq!(rows(vec![Column::Field(FieldId::Expire)]), "\"\"\n");
    }
}
