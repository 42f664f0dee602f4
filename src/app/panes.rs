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
use crate::app::widget::{Opened, TextLine};
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
    /// The pane that has the keyboard, where the list has not.
    pub fn focused(&self) -> Option<&SidePane> {
        self.stack.last().filter(|_| self.focus == Focus::Side)
    }

    /// Whose keys are in force.
    pub fn scope(&self) -> Scope {
        self.focused().map_or(Scope::List, SidePane::scope)
    }

    /// Opens a pane on top, with the keyboard.
    pub(in crate::app) fn push(&mut self, side: SidePane) {
        self.stack.push(side);
        self.focus = Focus::Side;
    }

    /// Closes the panes that are not to stay. Without any the list has the keyboard.
    pub(in crate::app) fn retain(&mut self, stays: impl FnMut(&SidePane) -> bool) {
        self.stack.retain(stays);
        if self.stack.is_empty() {
            self.focus = Focus::List;
        }
    }

    /// Closes the pane on top.
    pub(in crate::app) fn pop(&mut self) -> Option<SidePane> {
        let side = self.stack.pop();
        self.retain(|_| true);
        side
    }

    /// Closes all of them.
    pub(in crate::app) fn close_all(&mut self) {
        self.retain(|_| false);
    }

    /// Lines of the pane on top, and how many are in view.
    pub(in crate::app) fn side_extent(&self, cx: &Context, store: &Store) -> Option<(usize, usize)> {
        let side = self.stack.last()?;
        Some((store.lines(cx, side).len(), cx.side_rows(side)))
    }

    /// The line under the cursor of the pane that has the keyboard.
    pub fn chosen_line(&self, cx: &Context, store: &Store) -> Option<TextLine> {
        let side = self.focused()?;
        store.lines(cx, side).into_iter().nth(side.pager().cursor)
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
        self.retain(|side| match side {
            SidePane::Detail(pane) => pane.id != id,
            SidePane::Document { id: shown, .. } => *shown != id,
            SidePane::Target(_) | SidePane::Form(_) => true,
        });
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
