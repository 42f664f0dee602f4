//! State of small parts that several screens use: lines, editors, pagers, layout.

pub mod layout;
pub mod line;
pub mod line_editor;
pub(in crate::app) mod movement;
pub mod pager;
pub mod text_editor;
