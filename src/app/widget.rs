//! State of small parts that several screens use: lines, editors, pagers, layout.

mod in_view;
pub mod layout;
pub(crate) mod line;
mod line_editor;
mod movement;
mod pager;
pub(in crate::app) mod recall;
mod text_editor;

pub use in_view::InView;
pub use layout::{DetailPlace, Layout, Opened};
pub(crate) use line::{Leads, Meant, TextLine};
pub(crate) use line_editor::LineEditor;
pub(in crate::app) use movement::{leaves, movement, moving};
pub(crate) use pager::Pager;
pub(crate) use text_editor::TextEditor;
