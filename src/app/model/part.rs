//! What a write has to do with the change of many records that it is a part of.

use crate::domain::change::Action;

/// Half of a bounce.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leg {
    /// Records are switched off.
    Off,
    /// They are switched on again.
    On,
}

/// The change of many that a write is a part of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BulkPart {
    /// Number of that change; its entries of the history carry it.
    pub number: u64,
    /// The journal's name for it.
    pub action: Action,
    /// Which half of a bounce it is.
    pub half: Option<Leg>,
}
