//! Changing records: toggle, delete, re-create, undo, and changes of many.

pub mod bulk;
mod ended;
pub(in crate::app) mod intent;
mod losses;
pub(in crate::app) mod recreate;
pub(crate) mod toggle;

use crate::app::write::bulk::Batch;
use crate::app::write::bulk::resume::UnfinishedWrites;

/// Changes of many records.
#[derive(Debug, Default)]
pub struct Writes {
    /// The change of many records, until the next one.
    pub bulk: Option<Box<Batch>>,
    /// Number of the last change of many.
    pub(in crate::app) bulks: u64,
    /// What an earlier run left unfinished.
    pub unfinished: UnfinishedWrites,
}
