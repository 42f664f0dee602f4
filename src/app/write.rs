//! Changing records: toggle, delete, re-create, undo, and changes of many.

pub mod bulk;
pub mod delete;
pub(in crate::app) mod outcome;
pub(in crate::app) mod recreate;
pub mod toggle;
