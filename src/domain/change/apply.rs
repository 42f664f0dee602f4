//! What a file of records asks for, beside what the server has: a plan that says of each row what would be done,
//! before anything is. Reads the shapes that `export` writes. Knows of no file system and no server.

mod encoding;
mod json;
mod names;
mod order;
mod plan;
mod planned_row;
mod table;

use std::fmt;

use serde_json::Value as Json;

pub use json::read as read_json;
pub use order::{Move, Standing, moves_of};
pub use plan::{ApplyPlan, Damages, has_passwords, plan, refer_to};
pub use planned_row::{PlannedRow, RowStep};
pub use table::read as read_csv;

use crate::domain::formats::spreadsheet;
use crate::domain::nearest::nearest;
use crate::domain::query::Column;
use crate::domain::record::{FieldId, Targets, ValueKind};
use crate::domain::rules::check::parse_cell;

/// Why a file cannot be applied, with the place. May quote the file: hostile until sanitised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileError {
    /// The row, as [`FileRow::number`]; `None` where it is about the whole.
    pub row: Option<usize>,
    /// The column.
    pub column: Option<String>,
    /// What is wrong and what would be right.
    pub message: String,
}

impl FileError {
    fn new(row: Option<usize>, column: Option<&str>, message: impl Into<String>) -> Self {
        Self { row, column: column.map(str::to_owned), message: message.into() }
    }
}

impl fmt::Display for FileError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.row, &self.column) {
            (Some(row), Some(column)) => write!(out, "row {row}, column {column}: {}", self.message),
            (Some(row), None) => write!(out, "row {row}: {}", self.message),
            (None, Some(column)) => write!(out, "column {column}: {}", self.message),
            (None, None) => out.write_str(&self.message),
        }
    }
}

/// What a file says of one field.
#[derive(Clone, PartialEq)]
enum Said {
    Cell(String),
    Json(Json),
}

/// One record of a file.
#[derive(Clone, PartialEq)]
pub struct FileRow {
    /// Where it stands, as a spreadsheet counts: of a CSV file the header is row 1; of JSON the first is 1.
    pub number: usize,
    id: Option<u64>,
    fields: Vec<(FieldId, Said)>,
}

/// Passwords may be among the values.
impl fmt::Debug for FileRow {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Row").field("number", &self.number).field("id", &self.id).finish_non_exhaustive()
    }
}

/// What a file says, with everything in it that is no row.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Reading {
    /// The records.
    pub rows: Vec<FileRow>,
    /// What could not be read.
    pub mistakes: Vec<FileError>,
    /// What was read although it is not as `export` writes it, a line each.
    pub notes: Vec<String>,
}

impl Reading {
    fn refused(mistake: FileError) -> Self {
        Self { mistakes: vec![mistake], ..Self::default() }
    }
}

/// What is written in place of what `export` would have written, each kind once.
#[derive(Debug, Default)]
struct Notes {
    names: Vec<String>,
    values: Vec<String>,
    ignored: Vec<&'static str>,
}

/// As many examples as a note gives.
const EXAMPLES: usize = 4;

impl Notes {
    fn into_lines(self) -> Vec<String> {
        let some = |list: &[String]| {
            let more = if list.len() > EXAMPLES { ", .." } else { "" };
            format!("{}{more}", list.iter().take(EXAMPLES).cloned().collect::<Vec<_>>().join(", "))
        };
        let mut lines = Vec::new();
        if !self.names.is_empty() {
            lines.push(format!("read column names in another spelling: {}", some(&self.names)));
        }
        if !self.values.is_empty() {
            lines.push(format!("read values in another spelling: {}", some(&self.values)));
        }
        lines.extend(self.ignored.iter().map(|name| {
            format!(
                "ignored column {name}: it is not a field of a \
                                                            registration"
            )
        }));
        lines
    }
}

/// Which column a name of a header or an object means: the API's name in any case, with spaces at the edges.
fn column(name: &str, row: Option<usize>, notes: &mut Notes) -> Result<Column, FileError> {
    let known = || Column::all().chain([Column::Live]);
    let plain = name.trim().to_lowercase();
    if let Some(column) = known().find(|column| column.name() == plain) {
        let note = format!("{name:?} as {}", column.name());
        if column.name() != name && !notes.names.contains(&note) {
            notes.names.push(note);
        }
        if column == Column::Live && !notes.ignored.contains(&column.name()) {
            notes.ignored.push(column.name());
        }
        return Ok(column);
    }
    let near = match Column::parse(name) {
        Ok(column) => Some(column.name()),
        Err(_) => nearest(name, known().map(Column::name)),
    };
    let near = near.map_or_else(String::new, |near| format!("; did you mean {near}?"));
    Err(FileError::new(row, Some(name), format!("is not a field of a registration{near}")))
}

/// A cell as `export` would have written it, where a spreadsheet or a program wrote it in another way that says
/// the same: a truth value in another language, a whole number with zeros behind the point.
fn respelled(field: FieldId, cell: &str, notes: &mut Notes) -> Option<String> {
    let text = cell.trim();
    let plain = match field.field().kind {
        ValueKind::Flag if parse_cell(field, text, &Targets::default()).is_ok() => None,
        ValueKind::Flag => spreadsheet::flag(text).map(|flag| flag.to_string()),
        ValueKind::Number { .. } | ValueKind::Choice(_) => whole(text).map(str::to_owned),
        ValueKind::Text | ValueKind::Secret | ValueKind::Texts | ValueKind::Reference(_) => None,
    }?;
    let note = format!("{text} as {plain}");
    if !notes.values.contains(&note) && notes.values.len() <= EXAMPLES {
        notes.values.push(note);
    }
    Some(plain)
}

/// `3600` of `3600.0`, `3600,00`. Three digits behind the sign may be a group of a thousand: none of this.
fn whole(text: &str) -> Option<&str> {
    let (whole, zeros) = text.split_once(['.', ','])?;
    let digits = whole.strip_prefix('-').unwrap_or(whole);
    let is_whole = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    (is_whole && matches!(zeros, "0" | "00")).then_some(whole)
}

#[cfg(test)]
mod tests;
