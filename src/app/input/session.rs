//! Commands about what is shown of a session: reading it again, and the password in sight.

use crate::domain::record::field::FieldId;

use crate::app::core::context::Context;
use crate::app::core::effect::Effect;
use crate::app::core::notice::Tone;
use crate::app::core::ticket::Slot;
use crate::app::overlay::{Overlay, Question, Yes};
use crate::app::panes::Panes;
use crate::app::panes::record::REVEALED;
use crate::app::panes::target::TargetPane;
use crate::app::store::Store;
use crate::app::sync::Sync;
use crate::app::widget::line::{Line, Meant};
use crate::app::{Access, App, Focus, Side};

impl App {
    /// `P`: shows the password, where the profile is protected after a question, once a session.
    pub(in crate::app) fn reveal_password(&mut self) {
        if self.cx.setup.access != Access::Write && !self.panes.may_show_passwords {
            let called = self.subject().map(|id| self.store.called(id)).unwrap_or_default();
            let facts = vec![
                Line::labelled("Registration", called),
                self.cx.server_fact(),
                Line::new(Meant::Text, "It stays on the screen for 10 s. This is asked once per session."),
            ];
            let question = Question::new("Show the password?", "show", facts, Yes::ShowPassword);
            self.overlay.current = Some(Overlay::Question(question));
            return;
        }
        self.panes.reveal_password(&mut self.cx, &self.store);
    }

    pub(in crate::app) fn refresh(&mut self) {
        if let (Focus::Side, Some(side)) = (self.panes.focus, self.panes.stack.last()) {
            match side {
                Side::Detail(pane) => self.store.read_detail(&mut self.cx, pane.id),
                Side::Target(TargetPane { relation, id: Some(id), .. }) => {
                    self.cx.read_target(*relation, *id);
                }
                Side::Target(_) | Side::Document { .. } | Side::Form(_) => {}
            }
        }
        self.sync.age_links(&mut self.store);
        if self.sync.sweep.held_up.is_some() && self.sync.sweep.is_running() {
            self.sync.sweep.retry(&mut self.cx, &self.store.records);
        } else if self.sync.sweep.is_running() {
            self.cx.say(Tone::Plain, "The list is already loading");
        } else {
            self.store.acknowledge();
            self.sync.sweep.refresh(&mut self.cx, &self.store.records);
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
        let Some(Side::Detail(pane)) = self.stack.last_mut() else { return };
        let id = pane.id;
        match store.fetched.get(&id).map(|fetched| fetched.registration.get(FieldId::AuthPassword)) {
            None => {}
            Some(_) if pane.revealed_until.is_some() => pane.revealed_until = None,
            Some(_) => {
                pane.revealed_until = Some(now.mono + REVEALED);
                let line = self.stack.last().and_then(|side| {
                    store.lines(cx, side).iter().position(|line| line.field == Some(FieldId::AuthPassword))
                });
                let height = cx.layout().side_height();
                let len = self.stack.last().map_or(0, |side| store.lines(cx, side).len());
                if let (Some(line), Some(side)) = (line, self.stack.last_mut()) {
                    side.pager_mut().move_to(line, len, height);
                }
                let called = store.called(id);
                cx.say(Tone::Plain, format!("{called}: password shown for 10 s"));
            }
        }
    }
}
