//! Moving: the cursor, between panes, and back.

use crate::domain::record::relation::{Relation, Resolved};
use crate::domain::record::value::ValueRef;
use crate::keys::command::Command;

use crate::app::core::context::Context;
use crate::app::core::notice::Tone;
use crate::app::core::ticket::Slot;
use crate::app::store::Store;
use crate::app::widget::layout::{BELOW, DRESSED, Layout, Opened, Place};
use crate::app::widget::line::Leads;
use crate::app::{App, Focus, Side};

impl App {
    pub(in crate::app) fn moved(&mut self, command: Command) {
        let layout = self.cx.layout();
        if let (Focus::Side, Some(side)) = (self.panes.focus, self.panes.stack.last()) {
            let (len, height) = (self.store.lines(&self.cx, side).len(), self.cx.side_rows(side));
            if let Some(side) = self.panes.stack.last_mut() {
                match command {
                    // Nothing of a review is chosen: it only scrolls.
                    Command::Down if side.is_review() => side.pager_mut().scroll(1, len, height),
                    Command::Up if side.is_review() => side.pager_mut().scroll(-1, len, height),
                    _ => {
                        side.pager_mut().follow(command, len, height);
                    }
                }
            }
            return;
        }
        let before = self.list.rows.cursor();
        self.list.rows.follow(command, &self.store.records, layout.list_height());
        self.cursor_left(before);
    }

    /// A movement with a number in front of it. Returns whether the command is one that takes a number.
    pub(in crate::app) fn moved_by(&mut self, command: Command, count: usize) -> bool {
        let layout = self.cx.layout();
        let (focus, len, height) = match (self.panes.focus, self.panes.stack.last()) {
            (Focus::Side, Some(side)) => (Focus::Side, self.store.lines(&self.cx, side).len(), self.cx.side_rows(side)),
            (Focus::Side, None) | (Focus::List, _) => {
                (Focus::List, self.list.rows.len(&self.store.records), layout.list_height())
            }
        };
        let from = match (focus, self.panes.stack.last()) {
            (Focus::Side, Some(side)) => side.pager().cursor,
            (Focus::Side, None) | (Focus::List, _) => self.list.rows.position(),
        };
        let to = match command {
            Command::Down | Command::RangeDown => from.saturating_add(count),
            Command::Up | Command::RangeUp => from.saturating_sub(count),
            Command::Last | Command::First => count.saturating_sub(1),
            _ => return false,
        };
        let to = to.min(len.saturating_sub(1));
        if let (Focus::Side, Some(side)) = (focus, self.panes.stack.last_mut()) {
            side.pager_mut().move_to(to, len, height);
            return true;
        }
        let before = self.list.rows.cursor();
        self.list.rows.go_to_row(to, &self.store.records, height);
        self.cursor_left(before);
        true
    }

    /// Beside a wide list stands the record under the cursor; what was opened for another gives way, but for an edit.
    pub(in crate::app) fn cursor_left(&mut self, before: Option<u64>) {
        if self.list.rows.cursor() != before && !self.panes.stack.iter().any(|side| matches!(side, Side::Form(_))) {
            self.panes.stack.clear();
        }
    }

    pub(in crate::app) fn open(&mut self) {
        if let (Focus::Side, Some(side)) = (self.panes.focus, self.panes.stack.last()) {
            let line = self.store.lines(&self.cx, side).into_iter().nth(side.pager().cursor);
            match line.map(|line| line.leads) {
                Some(Leads::Relationship(field)) => {
                    if let Some(relation) = field.relation() {
                        self.go_to_target(relation);
                    }
                }
                Some(Leads::Target(relation, id)) => {
                    self.panes.open_target(&mut self.cx, &mut self.store, relation, Some(id), None);
                }
                Some(Leads::Registration(id)) => self.panes.open_detail(&mut self.cx, &self.store, id),
                Some(Leads::Nowhere) | None => {}
            }
            return;
        }
        if let Some(id) = self.list.rows.cursor() {
            self.panes.open_detail(&mut self.cx, &self.store, id);
        }
    }

    pub(in crate::app) fn go_to_target(&mut self, relation: Relation) {
        if let (Focus::Side, Some(Side::Target(pane))) = (self.panes.focus, self.panes.stack.last()) {
            let pop = pane.id.and_then(|id| self.store.targets.get(pane.relation, id)).and_then(|target| target.pop);
            if let Some(pop) = pop {
                self.panes.open_target(&mut self.cx, &mut self.store, Relation::Pop, Some(pop), None);
            }
            return;
        }
        let Some(id) = self.subject() else { return };
        let value = self.store.value_of(id, relation.field());
        match (self.store.targets.resolve(value.as_ref()), value.as_ref()) {
            (Resolved::Target(target), _) => {
                self.panes.open_target(&mut self.cx, &mut self.store, relation, Some(target), None);
            }
            (Resolved::Unknown, ValueRef::Linked(link)) => {
                self.panes.open_target(&mut self.cx, &mut self.store, relation, None, Some(link.to_owned()));
            }
            (Resolved::Nothing | Resolved::Unknown, _) => {}
        }
    }

    pub(in crate::app) fn other_pane(&mut self) {
        match self.panes.focus {
            Focus::Side => {
                self.panes.focus = Focus::List;
            }
            Focus::List if !self.panes.stack.is_empty() => {
                self.panes.focus = Focus::Side;
            }
            Focus::List => self.run(Command::Open),
        }
    }

    pub(in crate::app) fn step_back(&mut self) {
        if self.panes.focus == Focus::List {
            if self.store.leave_range(&mut self.cx) {
                return;
            }
            if self.cx.layout().wide && !self.panes.stack.is_empty() && self.panes.form().is_none() {
                self.panes.stack.clear();
                self.cx.give_up(&[Slot::Detail, Slot::Target]);
                return;
            }
            if self.store.acknowledge_aloud(&mut self.cx) {
                return;
            }
            if self.list.clear_filter(&mut self.cx, &mut self.store) {
                return;
            }
            let quit = self.cx.key_in(self.panes.scope(), Command::Back);
            self.cx.say(Tone::Plain, format!("Press {quit} to quit."));
            return;
        }
        if let Some(_effects) = self.panes.back_in_form(&mut self.cx) {
            return;
        }

        match self.panes.stack.pop() {
            Some(Side::Form(form)) => {
                self.cx.give_up(&[Slot::Base, Slot::Check]);
                self.store.leave_form(&mut self.cx, &form);
            }
            Some(Side::Detail(pane)) => {
                self.store.looked_at(pane.id);
                self.cx.give_up(&[Slot::Detail]);
            }
            Some(Side::Target(_)) => self.cx.give_up(&[Slot::Target]),
            Some(Side::Document { .. }) | None => {}
        }
        if self.panes.stack.is_empty() {
            self.panes.focus = Focus::List;
        }
        // What a lock wiped is read again when it comes to the top.
        if matches!(self.panes.stack.last(), Some(Side::Detail(pane)) if !self.store.fetched.contains_key(&pane.id) && pane.trouble.is_none())
        {
            self.panes.read_top(&mut self.cx, &self.store);
        }
    }

    pub(in crate::app) fn back(&mut self) {
        if self.panes.focus == Focus::Side {
            self.step_back();
        } else {
            self.quit();
        }
    }
}

impl Store {
    /// Puts the detail to its next place that this screen has room for.
    pub(in crate::app) fn turn_pane(&mut self, cx: &mut Context) {
        let places = [Place::Beside, Place::Below, Place::Off];
        let now = cx.layout().place;
        let from = places.iter().position(|place| *place == now).unwrap_or(0);
        let fits = |place: &&Place| Layout::of(cx.size, Some(**place), Opened::Nothing).place == **place;
        let next = places.iter().cycle().skip(from + 1).take(places.len()).find(fits).copied();
        if next.is_none_or(|next| next == now) {
            let (columns, rows) = (DRESSED.0, BELOW);
            let text = format!("No room for the detail beside or below the list: needs {columns}x{rows}.");
            cx.say(Tone::Plain, text);
            return;
        }
        cx.turned = next;
        self.touch();
    }
}
