//! The rooms that dialogs, keys and commands speak to, and what is about several of them at once.

use std::time::Duration;

use crate::domain::formats::toml::TomlPassword;
use crate::domain::record::{FieldId, Record as _, Value};
use crate::keys::{Command, Scope};

use crate::app::core::{Context, Setup, Tone};
use crate::app::list::List;
use crate::app::list::preview::{RUN, Resting};
use crate::app::model::time::Moment;
use crate::app::panes::record::Detail;
use crate::app::panes::stack::SidePane;
use crate::app::panes::{Focus, Panes};
use crate::app::store::Store;
use crate::app::sync::Sync;
use crate::app::sync::watch::WatchedView;
use crate::app::widget::Leads;
use crate::app::write::Writes;
use crate::app::write::bulk::Task;

/// What lies below the dialogs.
#[derive(Debug)]
pub struct Rooms {
    /// What the rooms share and how they reach the outside.
    pub cx: Context,
    /// What is known.
    pub store: Store,
    /// Reading.
    pub sync: Sync,
    /// Changing.
    pub writes: Writes,
    /// The list.
    pub list: List,
    /// What the list opened.
    pub panes: Panes,
}

impl Rooms {
    /// The rooms before anything happened.
    pub fn new(setup: Setup, size: (u16, u16), now: Moment) -> Self {
        let mut store = Store::new(setup.if_match, setup.ignored);
        store.history.began = Some(now.wall);
        Self {
            writes: Writes::default(),
            store,
            cx: Context::new(setup, size, now),
            sync: Sync::default(),
            list: List::default(),
            panes: Panes::default(),
        }
    }

    /// The loaded record that the focused pane is about.
    pub fn subject(&self) -> Option<u64> {
        match self.panes.focused() {
            Some(SidePane::Detail(Detail { id, .. }) | SidePane::Document { id, .. }) => Some(*id),
            Some(SidePane::Form(form)) => Some(form.id),
            Some(SidePane::Target(_)) => None,
            None => self.list.rows.cursor(),
        }
    }

    /// What the line under the cursor leads to; `None`: there is no line.
    pub fn leads(&self) -> Option<Leads> {
        match self.panes.focused() {
            Some(_) => self.panes.chosen_line(&self.cx, &self.store).map(|line| line.leads),
            None => self.subject().map(Leads::Registration),
        }
    }

    /// Whether a command is about many records: a range, or the marked ones.
    pub fn many(&self) -> bool {
        self.panes.scope() == Scope::List && self.list.has_targets(&self.store)
    }

    /// Of how many records the keys that change one speak now, where it is not one.
    pub fn count_for_many(&self) -> Option<usize> {
        self.many().then(|| self.list.targets(&self.store).len())
    }

    /// The keys of a command on the screen that has the keyboard, as messages name them.
    pub fn key_here(&self, command: Command) -> String {
        self.cx.key_in(self.panes.scope(), command)
    }

    /// The records that the next change is about: those of a range, the marked ones, or the one under the cursor.
    pub fn chosen(&self) -> Vec<u64> {
        if self.many() { self.list.targets(&self.store) } else { self.subject().into_iter().collect() }
    }

    /// Opens the form of the record that the focused pane is about.
    pub(in crate::app) fn edit(&mut self) {
        if let Some(id) = self.subject() {
            self.panes.open_form(&mut self.cx, &mut self.store, id, Vec::new());
        }
    }

    /// Opens that record as text, once its base is there.
    pub(in crate::app) fn edit_text(&mut self, passwords: TomlPassword) {
        if self.panes.form().is_none() {
            self.edit();
        }
        if let Some(form) = self.panes.form_mut() {
            form.as_text = Some(passwords);
        }
        self.panes.text_due(&mut self.cx, &mut self.store);
    }

    /// Begins a change of these records.
    pub(in crate::app) fn begin_bulk(&mut self, task: Task, ids: Vec<u64>) {
        self.begin_bulk_of(task, ids, None);
    }

    /// The same where an earlier run left it, under this name.
    pub(in crate::app) fn begin_bulk_of(&mut self, task: Task, ids: Vec<u64>, left: Option<String>) {
        self.writes.begin_batch(&mut self.cx, &mut self.store, task, ids, left);
    }

    /// Sends the change of many, once what deserves a look was in view.
    pub(in crate::app) fn start_bulk(&mut self) {
        let Some(batch) = self.writes.bulk.as_deref_mut() else { return };
        match batch.unread(&self.cx) {
            Some(why) => batch.hint = why,
            None => self.writes.start_batch(&mut self.cx, &mut self.store),
        }
    }

    /// Begins to set values of the records that are marked.
    pub(in crate::app) fn set_marked(&mut self, values: Vec<(FieldId, Value)>) {
        self.begin_bulk(Task::Set(values), self.list.targets(&self.store));
    }

    /// The pane that has the keyboard, where the list has not, with how many lines it has and how many are in view.
    pub(in crate::app) fn focused_mut(&mut self) -> Option<(&mut SidePane, usize, usize)> {
        let Self { cx, store, panes, .. } = self;
        let (len, height) = panes.side_extent(cx, store).filter(|_| panes.focus == Focus::Side)?;
        Some((panes.stack.last_mut()?, len, height))
    }

    /// What someone looks at.
    pub(in crate::app) fn in_view(&self) -> WatchedView {
        let height = self.cx.layout().list_height();
        let mut ids: Vec<u64> = self.list.rows.in_view(&self.store.records, height).map(|row| row.id()).collect();
        ids.extend(self.subject());
        ids.retain(|id| self.store.records.get(*id).is_some());
        ids.sort_unstable();
        ids.dedup();
        let detail = match self.panes.stack.last() {
            Some(SidePane::Detail(pane)) => Some(pane.id),
            _ => None,
        };
        WatchedView { ids, detail, scope: self.panes.scope() }
    }

    /// When a run will have ended, if a pane waits for that.
    pub fn rests_at(&self) -> Option<Duration> {
        let Resting { on, cursor, moved, .. } = self.list.resting;
        let in_a_pane = self.cx.layout().wide && self.panes.stack.is_empty() && on != cursor;
        let on_a_line = !self.cx.layout().wide && self.panes.focus == Focus::List && !self.list.is_at_rest(&self.cx);
        // Where nothing shows it, there is nothing to wake up for.
        moved.filter(|_| in_a_pane || on_a_line).map(|moved| moved + RUN)
    }

    /// Puts the cursor on a record; where the list does not show it, says why and opens it alone.
    pub(in crate::app) fn go_to(&mut self, id: u64) {
        let height = self.cx.layout().list_height();
        if self.list.rows.go_to(id, &self.store.records, height) {
            return self.leave_panes();
        }
        let display_name = self.store.display_name(id);
        let why = if self.store.records.get(id).is_some() {
            let (back, all) = (self.cx.key(Command::Escape), self.cx.key(Command::View(1)));
            let filter = &self.list.arranging.text;
            format!("{display_name} shown alone, the filter hides it. {back}: back, {all}: show all ({filter})")
        } else if self.sync.sweep.is_running() {
            format!("{display_name} is not loaded yet: fetching it alone, the list keeps loading")
        } else {
            let again = self.cx.key(Command::Reload);
            format!("{display_name} is not in the list: fetching it alone. {again}: reload the list")
        };
        self.cx.say(Tone::Plain, why);
        self.panes.open_detail(&mut self.cx, &self.store, id);
    }

    /// Back to the list: what was opened is closed, and drafts stay.
    pub(in crate::app) fn leave_panes(&mut self) {
        for side in &self.panes.stack {
            if let SidePane::Form(form) = side {
                self.store.leave_form(&mut self.cx, form);
            }
        }
        self.panes.close_all();
    }

    /// Beside a wide list stands the record under the cursor; what was opened for another gives way, but for an edit.
    pub(in crate::app) fn cursor_left(&mut self, before: Option<u64>) {
        if self.list.rows.cursor() != before && !self.panes.stack.iter().any(|side| matches!(side, SidePane::Form(_))) {
            self.panes.stack.clear();
        }
    }

    /// The records or the screen changed: cursors stay on what they are on.
    pub(in crate::app) fn clamp_cursors(&mut self) {
        let layout = self.cx.layout();
        self.list.arranging.stale = true;
        self.list.views.stale = true;
        self.store.marks.stale = true;
        self.list.rows.clamp_cursor(&self.store.records, layout.list_height());
        let shown =
            |id: &u64| self.panes.stack.iter().any(|side| matches!(side, SidePane::Detail(pane) if pane.id == *id));
        self.store.fetched.retain(|id, _| shown(id));
        self.panes.clamp_panes(&self.cx, &self.store);
    }
}
