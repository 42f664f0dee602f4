//! Commands about what is shown of a session: reading it again, and the password in sight.

use crate::domain::record::FieldId;

use crate::app::core::{Context, Effect, Slot, Tone};
use crate::app::panes::Panes;
use crate::app::panes::record::REVEALED;
use crate::app::panes::stack::SidePane;
use crate::app::panes::target::TargetPane;
use crate::app::rooms::Rooms;
use crate::app::store::Store;
use crate::app::sync::Sync;

pub(in crate::app) fn refresh(rooms: &mut Rooms) {
    if let Some(side) = rooms.panes.focused() {
        rooms.store.read_shown(&mut rooms.cx, side);
    }
    rooms.sync.age_links(&mut rooms.store);
    if rooms.sync.sweep.held_up.is_some() && rooms.sync.sweep.is_running() {
        rooms.sync.sweep.retry(&mut rooms.cx, &rooms.store.records);
    } else if rooms.sync.sweep.is_running() {
        rooms.cx.say(Tone::Plain, "The list is already loading");
    } else {
        rooms.store.acknowledge();
        rooms.sync.sweep.refresh(&mut rooms.cx, &rooms.store.records);
    }
}

impl Store {
    /// Reads again what a pane shows; what is typed in a form has no newer answer.
    pub(in crate::app) fn read_shown(&self, cx: &mut Context, side: &SidePane) {
        match side {
            SidePane::Detail(pane) => self.read_detail(cx, pane.id),
            SidePane::Target(TargetPane { relation, id: Some(id), .. }) => cx.read_target(*relation, *id),
            SidePane::Target(_) | SidePane::Document { .. } | SidePane::Form(_) => {}
        }
    }
}

impl Sync {
    pub(in crate::app) fn reload(&mut self, cx: &mut Context, store: &mut Store) {
        self.age_links(store);
        store.acknowledge();
        cx.effect(Effect::Cancel(Slot::List));
        self.sweep.start(cx);
    }
}

impl Panes {
    pub(in crate::app) fn reveal_password(&mut self, cx: &mut Context, store: &Store) {
        if self.form().is_some() {
            self.reveal_in_form(cx, store);
            return;
        }
        let now = cx.now;
        let Some(SidePane::Detail(pane)) = self.stack.last_mut() else { return };
        let id = pane.id;
        match store.fetched.get(&id).map(|fetched| fetched.registration.get(FieldId::AuthPassword)) {
            None => {}
            Some(_) if pane.revealed_until.is_some() => pane.revealed_until = None,
            Some(_) => {
                pane.revealed_until = Some(now.mono + REVEALED);
                let lines = self.stack.last().map(|side| store.lines(cx, side)).unwrap_or_default();
                let line = lines.iter().position(|line| line.field == Some(FieldId::AuthPassword));
                let height = cx.layout().side_height();
                if let (Some(line), Some(side)) = (line, self.stack.last_mut()) {
                    side.pager_mut().move_to(line, lines.len(), height);
                }
                let display_name = store.display_name(id);
                cx.say(Tone::Plain, format!("{display_name}: password shown for 10 s"));
            }
        }
    }
}
