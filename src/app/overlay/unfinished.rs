//! The offer to finish or undo what an earlier run left unfinished.

use crate::domain::change::{Action, UnfinishedPlan};
use crate::keys::{Code, Key};

use crate::app::core::{Effect, Tone};
use crate::app::overlay::{After, Dialog, DialogLines, Dialogs, KeyHandling, Overlay};
use crate::app::rooms::Rooms;
use crate::app::widget::Pager;
use crate::app::write::Writes;
use crate::app::write::bulk::Task;

/// Opens the offer where nothing else is going on.
pub(in crate::app) fn offer_unfinished(rooms: &mut Rooms, dialogs: &mut Dialogs, is_typing: bool) {
    rooms.writes.drop_what_is_on_again(&mut rooms.cx, &rooms.store);
    let something = !rooms.writes.unfinished.off.is_empty() || !rooms.writes.unfinished.plans.is_empty();
    let quiet = dialogs.current.is_none() && !is_typing && rooms.panes.form().is_none() && !rooms.writes.batch_goes();
    if something && quiet && !rooms.writes.unfinished.offered && rooms.store.loaded.synced.is_some() {
        rooms.writes.unfinished.offered = true;
        dialogs.current = Some(Overlay::Offer(UnfinishedWork::default()));
    }
}

/// What an earlier run left unfinished.
#[derive(Debug, Clone, Default)]
pub struct UnfinishedWork(pub Pager);

impl Dialog for UnfinishedWork {
    fn manner(&self, _: &Rooms) -> KeyHandling {
        KeyHandling::question("yfLuX").writing()
    }

    fn key(&mut self, rooms: &mut Rooms, _: &mut Dialogs, key: Key) -> After {
        let bounces = !rooms.writes.unfinished.off.is_empty();
        match (key.ctrl, key.code) {
            (false, Code::Char('y' | 'f')) if bounces => {
                let ids = rooms.writes.unfinished.off.iter().map(|bounce| bounce.id).collect();
                rooms.begin_bulk(Task::SwitchOn, ids);
                rooms.writes.forget_spent(&mut rooms.cx);
            }
            (false, Code::Char('L')) if bounces => rooms.writes.leave_bounces_off(&mut rooms.cx),
            (false, Code::Char('f')) if !bounces => return Self::finish_plan(rooms),
            (false, Code::Char('u')) if !bounces => return Self::undo_plan(rooms),
            (false, Code::Char('X')) if !bounces => {
                if let Some(plan) = rooms.writes.unfinished.take_plan() {
                    rooms.cx.say(Tone::Plain, "Forgotten. Changes that were made stay; see the journal.");
                    rooms.cx.effect(Effect::Forget(plan.name));
                }
            }
            _ => return After::Unused,
        }
        After::Close
    }

    fn list(&mut self, rooms: &Rooms, _: &Dialogs) -> Option<DialogLines<'_>> {
        let len = rooms.writes.offer_lines(&rooms.cx).len();
        Some(DialogLines { pager: &mut self.0, len, height: rooms.cx.batch_height() })
    }

    fn typed(&mut self, rooms: &mut Rooms, key: Key) {
        rooms.cx.say(Tone::Plain, format!("Unknown key {key}. Esc: ask again at the next start"));
    }
}

impl UnfinishedWork {
    fn finish_plan(rooms: &mut Rooms) -> After {
        let Some(action) = rooms.writes.unfinished.plans.first().map(UnfinishedPlan::action) else {
            return After::Close;
        };
        let Some(action) = action else {
            rooms.cx.say(Tone::Bad, "Its plan cannot be read, so it cannot be finished. X: forget");
            return After::Open(Overlay::Offer(Self::default()));
        };
        let Some(plan) = rooms.writes.unfinished.take_plan() else { return After::Close };
        let ids = plan.left();
        if plan.deletes() {
            rooms.begin_bulk_of(Task::Delete, ids, Some(plan.name));
            return After::Close;
        }
        let values = plan.to_finish();
        if values.len() < ids.len() {
            let missing = ids.len() - values.len();
            let text = format!("{missing} of them need a password, which is never stored: mark them and set it again");
            rooms.cx.say(Tone::Bad, text);
        }
        let ids: Vec<u64> = values.keys().copied().collect();
        if ids.is_empty() {
            return After::Close;
        }
        rooms.begin_bulk_of(Task::Finish(values, action), ids, Some(plan.name));
        After::Close
    }

    fn undo_plan(rooms: &mut Rooms) -> After {
        let Some(plan) = rooms.writes.unfinished.plans.first() else { return After::Close };
        let values = plan.to_undo();
        if plan.deletes() || values.is_empty() {
            rooms.cx.say(Tone::Bad, "Nothing can be undone here; the journal shows what was done.");
            return After::Open(Overlay::Offer(Self::default()));
        }
        let Some(plan) = rooms.writes.unfinished.take_plan() else { return After::Close };
        let ids: Vec<u64> = values.keys().copied().collect();
        rooms.begin_bulk_of(Task::Finish(values, Action::Undo), ids, Some(plan.name));
        After::Close
    }
}

impl Writes {
    /// What the keys of the offer do.
    pub fn offer_keys(&self) -> &'static str {
        if !self.unfinished.off.is_empty() {
            "y: check and finish   L: leave disabled   Esc: ask at next start"
        } else if self.unfinished.plans.first().is_some_and(UnfinishedPlan::deletes) {
            "f: check and finish   X: forget   Esc: ask at next start"
        } else {
            "f: check and finish   u: undo the done ones   X: forget   Esc: ask at next start"
        }
    }
}
