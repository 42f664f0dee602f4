//! Panes beside the list: a registration, a target, the JSON document, and copying from them.

pub mod copy;
pub mod record;
pub mod stack;
pub mod target;
