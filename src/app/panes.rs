//! Panes beside the list: a registration, a target, the JSON document, and copying from them.

pub mod copy;
pub mod record;
pub mod stack;
pub mod target;

use crate::app::panes::stack::Side;
use crate::keys::command::Command;

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
    /// A record that is read whole to be copied from, and what is to be copied.
    pub(in crate::app) copying: Option<(u64, Command)>,
    /// Whether the user agreed that passwords of a protected profile are shown.
    pub(in crate::app) may_show_passwords: bool,
}
