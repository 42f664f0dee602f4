//! Panes beside the list: a registration, a target, the JSON document, and copying from them.

pub mod copy;
pub mod record;
pub mod stack;
pub mod target;

use std::collections::BTreeMap;

use crate::app::panes::stack::Side;
use crate::domain::request_error::Trouble;

/// Which pane has the keyboard.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Focus {
    /// The list.
    #[default]
    List,
    /// What it opened.
    Side,
}

/// What the list opened.
#[derive(Debug, Default)]
pub struct Panes {
    /// Panes, the top last.
    pub stack: Vec<Side>,
    /// Which pane has the keyboard.
    pub focus: Focus,
    /// The record and the entry of the history that a review is to undo.
    pub(in crate::app) undoing: Option<(u64, usize)>,
    /// New records of which it is not known whether the server created them, by their drafts.
    pub(in crate::app) unsure: BTreeMap<u64, Trouble>,
}
