//! Changing records: toggle, delete, re-create, undo, and changes of many.

pub mod bulk;
pub mod delete;
pub(in crate::app) mod intent;
pub(in crate::app) mod outcome;
pub(in crate::app) mod recreate;
pub mod toggle;
pub mod unsettled;

use std::collections::BTreeMap;
use std::time::Duration;

use crate::app::core::effect::IfMatch;
use crate::app::write::bulk::Batch;
use crate::app::write::bulk::resume::Leftovers;
use crate::app::write::toggle::UnderWay;
use crate::app::write::unsettled::Unsettled;

/// Writes under way, and changes of many records.
#[derive(Debug)]
pub struct Writes {
    /// Writes under way, by number.
    pub under_way: BTreeMap<u64, UnderWay>,
    /// Writes of which the outcome is not known yet, by record.
    pub(in crate::app) unsettled: BTreeMap<u64, Unsettled>,
    /// Number of the last write.
    pub(in crate::app) written: u64,
    /// When records were last written by us.
    pub(in crate::app) touched: BTreeMap<u64, Duration>,
    /// Whether writes carry `If-Match`.
    pub(in crate::app) if_match: IfMatch,
    /// The change of many records, until the next one.
    pub bulk: Option<Box<Batch>>,
    /// Number of the last change of many.
    pub(in crate::app) bulks: u64,
    /// What an earlier run left unfinished.
    pub leftovers: Leftovers,
    /// Whether the program was told to end.
    pub(in crate::app) leaving: bool,
}

impl Writes {
    /// Nothing under way.
    #[must_use]
    pub fn new(if_match: IfMatch) -> Self {
        Self {
            under_way: BTreeMap::new(),
            unsettled: BTreeMap::new(),
            written: 0,
            touched: BTreeMap::new(),
            if_match,
            bulk: None,
            bulks: 0,
            leftovers: Leftovers::default(),
            leaving: false,
        }
    }
}
