//! What is to be done about one row of a file.

use crate::domain::change::apply::names::Similar;
use crate::domain::change::draft::Draft;
use crate::domain::formats::spreadsheet::TextDamage;
use crate::domain::record::FieldId;
use crate::domain::rules::Finding;

/// What is to be done about a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowStep {
    /// A record is created.
    Create(Box<Draft>),
    /// A record is changed.
    Change(Box<Draft>),
    /// The record is as the row says.
    Unchanged(u64),
}

/// A value that a spreadsheet damaged. Never holds a password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Damaged {
    pub field: FieldId,
    /// What is there; of a new record nothing.
    pub old: String,
    /// What the file has.
    pub new: String,
    /// What was done to it.
    pub damage: TextDamage,
}

/// One row with what is to be done about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedRow {
    /// As [`FileRow::number`](super::FileRow::number).
    pub row: usize,
    /// What is done.
    pub step: RowStep,
    /// An id that the row has although no record does: a new one has another.
    pub lost_id: Option<u64>,
    /// What someone should look at; it can be saved.
    pub warnings: Vec<Finding>,
    /// What a spreadsheet damaged.
    pub damaged: Vec<Damaged>,
    /// Another record whose name is nearly the one that this row gives.
    pub similar: Option<Similar>,
}
