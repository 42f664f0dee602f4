//! Panes beside the list: a registration, a target, the JSON document, and copying from them.

pub(crate) mod copy;
pub(in crate::app) mod editing;
pub(in crate::app) mod open;
pub(in crate::app) mod pending;
pub(crate) mod record;
pub(in crate::app) mod replies;
pub(crate) mod stack;
pub(in crate::app) mod stack_lines;
pub(crate) mod target;

use crate::app::core::Context;
use crate::app::panes::stack::SidePane;
use crate::app::store::Store;
use crate::app::widget::Opened;
use crate::keys::{Command, Scope};

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
    pub stack: Vec<SidePane>,
    /// Which pane has the keyboard.
    pub focus: Focus,
    /// A record that is read whole to be copied from, and what is to be copied.
    pub(in crate::app) copying: Option<(u64, Command)>,
    /// Whether the user agreed that passwords of a protected profile are shown.
    pub(in crate::app) may_show_passwords: bool,
}

impl Panes {
    /// Whose keys are in force.
    pub fn scope(&self) -> Scope {
        match (self.focus, self.stack.last()) {
            (Focus::Side, Some(side)) => side.scope(),
            (Focus::Side, None) | (Focus::List, _) => Scope::List,
        }
    }

    /// A record was read alone: its earlier error is over.
    pub(in crate::app) fn record_read(&mut self, id: u64) {
        for side in &mut self.stack {
            if let SidePane::Detail(pane) = side
                && pane.id == id
            {
                pane.error = None;
            }
        }
    }

    /// Closes what shows a record that was deleted. Forms stay: they have what was typed.
    pub(in crate::app) fn close_record(&mut self, id: u64) {
        self.stack.retain(|side| match side {
            SidePane::Detail(pane) => pane.id != id,
            SidePane::Document { id: shown, .. } => *shown != id,
            SidePane::Target(_) | SidePane::Form(_) => true,
        });
        if self.stack.is_empty() {
            self.focus = Focus::List;
        }
    }

    /// Notes what the list opened: it changes where panes are, and how many lines of them are in view.
    pub(in crate::app) fn follow_opened(&mut self, cx: &mut Context, store: &Store) {
        let opened = match self.stack.last() {
            None => Opened::Nothing,
            Some(SidePane::Form(form)) if form.is_reviewed() => Opened::Review,
            Some(SidePane::Form(_)) => Opened::Form,
            Some(SidePane::Detail(_) | SidePane::Document { .. } | SidePane::Target(_)) => Opened::Pane,
        };
        if std::mem::replace(&mut cx.opened, opened) != opened {
            self.clamp_panes(cx, store);
        }
    }

    /// Cursors of panes stay on lines that are there.
    pub(in crate::app) fn clamp_panes(&mut self, cx: &Context, store: &Store) {
        for index in 0..self.stack.len() {
            if let Some(SidePane::Target(pane)) = self.stack.get_mut(index) {
                pane.count(&store.records, &store.targets);
            }
            let (len, height) =
                self.stack.get(index).map_or((0, 0), |side| (store.lines(cx, side).len(), cx.side_rows(side)));
            if let Some(side) = self.stack.get_mut(index) {
                side.pager_mut().clamp(len, height);
            }
        }
    }
}
