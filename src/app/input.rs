//! Keys, mouse and commands: what was asked for, and whether it is available.

pub(in crate::app) mod arguments;
pub(in crate::app) mod availability;
pub(in crate::app) mod command_line;
pub(in crate::app) mod commands;
pub(in crate::app) mod ending;
pub(in crate::app) mod keyboard;
pub(in crate::app) mod marks;
pub(crate) mod mouse;
pub(in crate::app) mod moving;
pub(in crate::app) mod program;
pub(in crate::app) mod session;
pub(crate) mod status;
pub(crate) mod typing;

use ratatui::layout::Position;
use std::mem::Discriminant;
use std::time::Duration;

use crate::keys::{Key, Scope};

use crate::app::model::tips::Tips;
use crate::app::overlay::Overlay;
use crate::app::panes::stack::SidePane;

/// What has the keyboard, as far as it decides what keys mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::app) struct KeyFocus {
    pub scope: Scope,
    pub depth: usize,
    pub side: Option<Discriminant<SidePane>>,
    pub overlay: Option<Discriminant<Overlay>>,
}

impl KeyFocus {
    /// Whether it is the list with nothing open.
    pub fn is_the_list(&self) -> bool {
        self.scope == Scope::List && self.overlay.is_none()
    }
}

/// Keys and clicks that wait for the next one.
#[derive(Debug, Default)]
pub struct Input {
    /// Keys of a binding begun.
    pub pending: Vec<Key>,
    /// A number typed in front of a movement.
    pub count: Option<usize>,
    /// The screen that messages were said on.
    pub(in crate::app) screen: Option<KeyFocus>,
    /// How keys came.
    pub(in crate::app) typing: typing::Typing,
    /// Tips for those who try the console.
    pub tips: Tips,
    /// When and where the mouse was last clicked.
    pub(in crate::app) clicked: Option<(Duration, Position)>,
}
