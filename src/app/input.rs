//! Keys, mouse and commands: what was asked for, and whether it is available.

pub(in crate::app) mod arguments;
pub(in crate::app) mod availability;
pub(in crate::app) mod commands;
pub(in crate::app) mod keyboard;
pub mod mouse;
pub(in crate::app) mod search;
pub mod status;
