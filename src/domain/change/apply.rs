//! What a file of records asks for, beside what the server has: a plan that says of each row what would be done,
//! before anything is. Reads the shapes that `export` writes. Knows of no file system and no server.

mod json;
mod plan;
mod table;

use std::fmt;

use serde_json::Value as Json;

pub use json::read as read_json;
pub use plan::{Plan, Planned, Step, plan, refer_to, tells_passwords};
pub use table::read as read_csv;

use crate::domain::nearest::nearest;
use crate::domain::query::column::Column;
use crate::domain::record::field::FieldId;

/// Why a file cannot be applied, with the place. May quote the file: hostile until sanitised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// The row, as [`Row::number`]; `None` where it is about the whole.
    pub row: Option<usize>,
    /// The column.
    pub column: Option<String>,
    /// What is wrong and what would be right.
    pub message: String,
}

impl Mistake {
    fn new(row: Option<usize>, column: Option<&str>, message: impl Into<String>) -> Self {
        Self { row, column: column.map(str::to_owned), message: message.into() }
    }
}

impl fmt::Display for Mistake {
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
pub struct Row {
    /// Where it stands, as a spreadsheet counts: of a CSV file the header is row 1; of JSON the first is 1.
    pub number: usize,
    id: Option<u64>,
    fields: Vec<(FieldId, Said)>,
}

/// Passwords may be among the values.
impl fmt::Debug for Row {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Row").field("number", &self.number).field("id", &self.id).finish_non_exhaustive()
    }
}

/// Which columns a header or an object has: each field or id once, by exactly the API's names.
fn columns<'a>(names: impl IntoIterator<Item = &'a str>, row: Option<usize>) -> Result<Vec<Column>, Vec<Mistake>> {
    let (mut columns, mut mistakes) = (Vec::new(), Vec::new());
    for name in names {
        match Column::all().find(|column| column.name() == name) {
            Some(column) if columns.contains(&column) => {
                mistakes.push(Mistake::new(row, Some(name), "is there twice"));
            }
            Some(column) => columns.push(column),
            None => {
                let all: Vec<&str> = Column::all().map(Column::name).collect();
                let near = match Column::parse(name) {
                    Ok(column) => Some(column.name()),
                    Err(_) => nearest(name, all),
                };
                let near = near.map_or_else(String::new, |near| format!("; did you mean {near}?"));
                mistakes.push(Mistake::new(row, Some(name), format!("is no field of a registration{near}")));
            }
        }
    }
    if mistakes.is_empty() { Ok(columns) } else { Err(mistakes) }
}

#[cfg(test)]
mod tests;
