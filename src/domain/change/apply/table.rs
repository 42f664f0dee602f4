//! Rows of a CSV file: a header with the API's names, a record a row.

use csv::{ErrorKind, ReaderBuilder, StringRecord};

use crate::domain::change::apply::{Mistake, Row, Said, columns};
use crate::domain::query::column::Column;

/// Reads a CSV file.
///
/// # Errors
/// Every column that is not known, every row that is no row, each with its place.
pub fn read(bytes: &[u8]) -> Result<Vec<Row>, Vec<Mistake>> {
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    let mut reader = ReaderBuilder::new().flexible(true).has_headers(false).from_reader(bytes);
    let mut rows = reader.records();
    let header = match rows.next() {
        Some(Ok(header)) => header,
        Some(Err(error)) => return Err(vec![unreadable(&error, 1)]),
        None => return Err(vec![Mistake::new(None, None, "the file is empty; its first row names the columns")]),
    };
    if header.len() == 1 && header.iter().any(|only| only.contains([';', '\t'])) {
        let message = "the columns are not separated by commas; save it as CSV with commas";
        return Err(vec![Mistake::new(Some(1), None, message)]);
    }
    let columns = columns(header.iter(), Some(1))?;
    if !columns.contains(&Column::Id) && !columns.iter().any(|column| column.name() == "name") {
        return Err(vec![Mistake::new(
            Some(1),
            None,
            "there is no column id or name, so that no row says which record",
        )]);
    }
    let (mut read, mut mistakes) = (Vec::new(), Vec::new());
    for (number, cells) in (2..).zip(rows) {
        match cells.map_err(|error| unreadable(&error, number)).and_then(|cells| row(number, &columns, &cells)) {
            Ok(row) => read.push(row),
            Err(mistake) => mistakes.push(mistake),
        }
    }
    if ends_within_quotes(bytes) {
        let last =
            read.last().map_or(1, |row| row.number).max(mistakes.iter().filter_map(|told| told.row).max().unwrap_or(1));
        mistakes.push(Mistake::new(
            Some(last),
            None,
            "has a cell whose quote is not closed, and runs to the end of the file, which may be cut off",
        ));
    }
    if mistakes.is_empty() { Ok(read) } else { Err(mistakes) }
}

/// Whether the last cell begins with a quote that nothing closes: the rest of the file would be taken for its text.
fn ends_within_quotes(bytes: &[u8]) -> bool {
    let (mut within, mut begins) = (false, true);
    for byte in bytes {
        (within, begins) = match byte {
            // Two of them within quotes stand for one: out and in again.
            b'"' if within => (false, true),
            b'"' if begins => (true, false),
            b',' | b'\n' | b'\r' if !within => (false, true),
            _ => (within, false),
        };
    }
    within
}

fn row(number: usize, columns: &[Column], cells: &StringRecord) -> Result<Row, Mistake> {
    if cells.len() != columns.len() {
        let message = format!("has {} cells under {} columns", cells.len(), columns.len());
        return Err(Mistake::new(Some(number), None, message));
    }
    let mut row = Row { number, id: None, fields: Vec::new() };
    for (column, cell) in columns.iter().zip(cells) {
        match column {
            Column::Id if cell.trim().is_empty() => {}
            Column::Id => match cell.trim().parse() {
                Ok(id) => row.id = Some(id),
                Err(_) => return Err(Mistake::new(Some(number), Some("id"), "is no id: a whole number, or empty")),
            },
            Column::Field(field) => row.fields.push((*field, Said::Cell(cell.to_owned()))),
            Column::Live => {}
        }
    }
    Ok(row)
}

fn unreadable(error: &csv::Error, number: usize) -> Mistake {
    let message = match error.kind() {
        ErrorKind::Utf8 { .. } => "is not UTF-8; save the file as UTF-8".to_owned(),
        _ => error.to_string(),
    };
    Mistake::new(Some(number), None, message)
}
