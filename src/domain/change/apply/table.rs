//! Rows of a CSV file: a header with the API's names, a record a row. Columns may be separated as spreadsheets of any
//! country do it: a `sep=` line or the header shows which sign it is.

use csv::{ErrorKind, ReaderBuilder, StringRecord};

use crate::domain::change::apply::encoding::{decoded, other_kind};
use crate::domain::change::apply::{FileError, FileRow, Notes, Reading, Said, column, respelled, whole};
use crate::domain::count::counted;
use crate::domain::query::Column;

/// What may stand between cells, the usual one first.
const SEPARATORS: [(u8, &str); 4] = [(b',', "comma"), (b';', "semicolon"), (b'\t', "tab"), (b'|', "bar")];

/// What stands over the cells of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Heading {
    Known(Column),
    /// Nothing: its cells have to be empty.
    Nameless,
    /// It was reported already.
    Wrong,
}

/// Reads a CSV file: every column that is not known, every row that is no row is a mistake with its place.
pub fn read(bytes: &[u8]) -> Reading {
    if let Some(kind) = other_kind(bytes) {
        return refused(Reading::default(), None, kind);
    }
    let (bytes, encoding) = decoded(bytes);
    let mut read = Reading { notes: encoding.note().into_iter().collect(), ..Reading::default() };
    let (bytes, named) = without_separator_line(&bytes);
    let separator = named.unwrap_or_else(|| separator(bytes));
    if let Some((_, name)) = SEPARATORS.iter().skip(1).find(|(sign, _)| *sign == separator) {
        read.notes.push(format!("read as {name}-separated"));
    }
    let mut reader = ReaderBuilder::new().delimiter(separator).flexible(true).has_headers(false).from_reader(bytes);
    let mut cells = StringRecord::new();
    let mut place = Place::default();
    let mut headings: Option<Vec<Heading>> = None;
    let mut notes = Notes::default();
    let mut empty = 0_usize;
    loop {
        let before = reader.position().line();
        let more = reader.read_record(&mut cells);
        let lines = reader.position().line() - before;
        let number = if matches!(more, Ok(false)) { place.row } else { place.after(lines, &cells) };
        match (more, &headings) {
            (Ok(false), None) => return refused(read, None, "the file is empty; its first row names the columns"),
            (Ok(false), Some(_)) => break,
            (Err(error), None) => return refused(read, Some(number), &unreadable(&error)),
            (Err(error), Some(_)) => read.mistakes.push(FileError::new(Some(number), None, unreadable(&error))),
            // Rows of nothing but separators above the header or between records.
            (Ok(true), _)
                if cells.iter().all(|cell| cell.trim().is_empty()) && separates(headings.as_deref(), &cells) =>
            {
                empty += 1;
            }
            (Ok(true), None) => {
                let header = header(&cells, number, &mut notes, &mut read.mistakes);
                let identifies = |heading: &Heading| match heading {
                    Heading::Known(column) => matches!(column.name(), "id" | "name"),
                    Heading::Nameless | Heading::Wrong => false,
                };
                if !header.iter().any(identifies) {
                    let message = "no column id or name, so no row identifies a registration";
                    return refused(read, Some(number), message);
                }
                headings = Some(header);
            }
            (Ok(true), Some(headings)) => {
                read.rows.extend(row(number, headings, &cells, &mut notes, &mut read.mistakes));
            }
        }
    }
    if ends_within_quotes(bytes, separator) {
        let message = "has a cell whose quote is not closed, and runs to the end of the file, which may be cut off";
        read.mistakes.push(FileError::new(Some(place.row), None, message));
    }
    read.notes.extend(notes.into_lines());
    if empty > 0 {
        read.notes.push(format!("skipped {}", counted(empty, "empty row")));
    }
    read
}

fn refused(mut read: Reading, row: Option<usize>, message: &str) -> Reading {
    read.mistakes.push(FileError::new(row, None, message));
    read
}

/// Whether a row of empty cells is a row that someone left empty: under one column it says that its value is none.
fn separates(headings: Option<&[Heading]>, cells: &StringRecord) -> bool {
    headings.is_none_or(|headings| headings.len() > 1) || cells.is_empty()
}

/// Counts rows as a spreadsheet does: one that is empty counts, and a cell with line ends in it is in one row.
#[derive(Debug, Default)]
struct Place {
    row: usize,
}

impl Place {
    /// The row that was just read, `lines` further on.
    fn after(&mut self, lines: u64, cells: &StringRecord) -> usize {
        let within = cells.iter().map(|cell| cell.bytes().filter(|byte| *byte == b'\n').count()).sum::<usize>();
        // The last row may have no line end.
        self.row += usize::try_from(lines).unwrap_or_default().saturating_sub(within).max(1);
        self.row
    }
}

/// `sep=;` on a line of its own is for Excel, which does not show it.
fn without_separator_line(bytes: &[u8]) -> (&[u8], Option<u8>) {
    let end = bytes.iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(bytes.len());
    let (first, rest) = bytes.split_at(end);
    let text = String::from_utf8_lossy(first).to_lowercase();
    let sign = text.trim_matches('"').strip_prefix("sep=").map(|sign| sign.trim_matches(' ').as_bytes().to_vec());
    match sign.as_deref() {
        Some([sign]) if SEPARATORS.iter().any(|(known, _)| known == sign) => {
            let rest = rest.strip_prefix(b"\r").unwrap_or(rest);
            (rest.strip_prefix(b"\n").unwrap_or(rest), Some(*sign))
        }
        Some(_) | None => (bytes, None),
    }
}

/// The sign that makes the most names of fields out of the header; a comma where none does.
fn separator(bytes: &[u8]) -> u8 {
    let names = |separator: u8| {
        let mut reader = ReaderBuilder::new().delimiter(separator).flexible(true).has_headers(false).from_reader(bytes);
        let header = reader.records().find(|cells| !cells.as_ref().is_ok_and(|cells| cells.iter().all(str::is_empty)));
        let Some(Ok(cells)) = header else { return 0 };
        cells.iter().filter(|cell| Column::parse(cell).is_ok()).count()
    };
    let mut best = (0, b',');
    for (sign, _) in SEPARATORS {
        let count = names(sign);
        if count > best.0 {
            best = (count, sign);
        }
    }
    best.1
}

fn header(cells: &StringRecord, number: usize, notes: &mut Notes, mistakes: &mut Vec<FileError>) -> Vec<Heading> {
    let mut headings: Vec<Heading> = Vec::new();
    for name in cells {
        let heading = match column(name, Some(number), notes) {
            _ if name.trim().is_empty() => Heading::Nameless,
            Ok(column) if headings.contains(&Heading::Known(column)) => {
                mistakes.push(FileError::new(Some(number), Some(name), "is there twice"));
                Heading::Wrong
            }
            Ok(column) => Heading::Known(column),
            Err(mistake) => {
                mistakes.push(mistake);
                Heading::Wrong
            }
        };
        headings.push(heading);
    }
    while headings.last() == Some(&Heading::Nameless) {
        headings.pop();
    }
    headings
}

/// Whether the last cell begins with a quote that nothing closes: the rest of the file would be taken for its text.
fn ends_within_quotes(bytes: &[u8], separator: u8) -> bool {
    let (mut within, mut begins) = (false, true);
    for byte in bytes {
        (within, begins) = match *byte {
            // Two of them within quotes stand for one: out and in again.
            b'"' if within => (false, true),
            b'"' if begins => (true, false),
            b'\n' | b'\r' if !within => (false, true),
            byte if byte == separator && !within => (false, true),
            _ => (within, false),
        };
    }
    within
}

/// The row; none where it does not say which record it is about.
fn row(
    number: usize,
    headings: &[Heading],
    cells: &StringRecord,
    notes: &mut Notes,
    mistakes: &mut Vec<FileError>,
) -> Option<FileRow> {
    let mut row = FileRow { number, id: None, fields: Vec::new() };
    let mut wrong = |column, message: String| mistakes.push(FileError::new(Some(number), column, message));
    let beyond = cells.iter().skip(headings.len()).any(|cell| !cell.trim().is_empty());
    if cells.len() < headings.len() || beyond {
        wrong(None, format!("has {} cells under {} columns", cells.len(), headings.len()));
        return None;
    }
    let mut is_stated = true;
    for (index, (heading, cell)) in headings.iter().zip(cells).enumerate() {
        match heading {
            Heading::Known(Column::Id) if cell.trim().is_empty() => {}
            Heading::Known(Column::Id) => {
                let id = cell.trim();
                row.id = whole(id).unwrap_or(id).parse().ok();
                if row.id.is_none() {
                    wrong(Some("id"), "is not an ID: a whole number, or empty".to_owned());
                    is_stated = false;
                }
            }
            Heading::Known(Column::Field(field)) => {
                let said = respelled(*field, cell, notes).unwrap_or_else(|| cell.to_owned());
                row.fields.push((*field, Said::Cell(said)));
            }
            Heading::Nameless if !cell.trim().is_empty() => {
                wrong(None, format!("has a value in column {}, which has no name", index + 1));
            }
            // What nodes said when the file was written.
            Heading::Known(Column::Live) | Heading::Nameless | Heading::Wrong => {}
        }
    }
    is_stated.then_some(row)
}

fn unreadable(error: &csv::Error) -> String {
    match error.kind() {
        ErrorKind::Utf8 { .. } => "is not UTF-8; save the file as UTF-8 (in Excel: CSV UTF-8)".to_owned(),
        _ => error.to_string(),
    }
}
