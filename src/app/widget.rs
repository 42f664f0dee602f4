//! State of small parts that several screens use: lines, editors, pagers, layout.

pub mod in_view;
pub mod layout;
pub(crate) mod line;
pub(crate) mod line_editor;
pub(in crate::app) mod movement;
pub(crate) mod pager;
pub(crate) mod text_editor;
