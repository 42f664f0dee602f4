//! What is wrong with a registration, where it is loaded, and what nodes send for it.

pub mod check;
pub mod lint;
pub mod placement;
pub mod preview;
