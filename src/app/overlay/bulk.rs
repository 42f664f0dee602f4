//! The box of a bulk change: its keys. A key that does nothing says so.

use crate::domain::change::bulk::Restart;
use crate::keys::{Code, Command, Key, KeyMeaning, Scope};

use crate::app::core::{Context, Intent, Tone};
use crate::app::overlay::{After, Dialog, Dialogs, KeyHandling, Overlay, progress};
use crate::app::rooms::Rooms;
use crate::app::store::Store;
use crate::app::widget::{movement, moving};
use crate::app::write::Writes;
use crate::app::write::bulk::{Batch, BatchStep, BounceWait, Leg, Planning, registrations};

/// What can be done to marked records, each with its key in the box that asks.
pub const CHOICES: &[(char, Command)] = &[
    ('e', Command::BulkEnable),
    ('d', Command::BulkDisable),
    ('s', Command::BulkSet),
    ('B', Command::Bounce),
    ('D', Command::BulkDelete),
    ('w', Command::Export),
];

/// Shows what is done to many records, or how far reading the list is.
pub(in crate::app) fn show_progress(rooms: &mut Rooms, dialogs: &mut Dialogs) {
    if let Some(batch) = rooms.writes.bulk.as_deref_mut() {
        batch.look(rooms.cx.now.mono);
        batch.hint.clear();
        dialogs.current = Some(Overlay::Batch(BulkBox));
    } else if let Some(progress) = progress::progress(rooms) {
        dialogs.current = Some(Overlay::Progress(Box::new(progress)));
    }
}

/// To a record of the results.
fn show_record(rooms: &mut Rooms, id: u64) {
    let height = rooms.cx.layout().list_height();
    rooms.list.rows.go_to(id, &rooms.store.records, height);
    rooms.panes.open_detail(&mut rooms.cx, &rooms.store, id);
}

/// Says that a key does nothing here; drawing again is done everywhere.
fn unknown(cx: &Context, batch: &mut Batch, key: Key) {
    if cx.setup.keymap.meaning(Scope::Global, &[key]) != KeyMeaning::Command(Command::Redraw) {
        batch.hint = format!("Unknown key {key}");
    }
}

/// The pane of what is done to many records; its state is kept while it is closed.
#[derive(Debug, Clone, Copy)]
pub struct BulkBox;

impl Dialog for BulkBox {
    fn manner(&self, rooms: &Rooms) -> KeyHandling {
        let manner = if rooms.writes.batch_takes_count() {
            KeyHandling::text()
        } else {
            let is_finished = rooms.writes.bulk.as_ref().is_some_and(|batch| batch.is_finished());
            KeyHandling { back: is_finished, ..KeyHandling::question("yrnolsu") }
        };
        manner.writing().ending_when_locked()
    }

    fn key(&mut self, rooms: &mut Rooms, dialogs: &mut Dialogs, key: Key) -> After {
        // It stays but where a key leaves it.
        dialogs.current = Some(Overlay::Batch(Self));
        let Rooms { cx, store, writes, .. } = &mut *rooms;
        let Some(batch) = writes.bulk.as_deref_mut() else { return Self::leave(dialogs) };
        batch.hint.clear();
        let leaves = matches!(key, Key { code: Code::Esc, ctrl: false });
        let stops = key == Key::ctrl('c');
        let count = batch.foreseen.to_send;
        let letters = !matches!(batch.step, BatchStep::Asking) || !batch.task.wants_count(count) || count == 0;
        // Where a number is typed, letters move all the same.
        let digit = matches!(key, Key { code: Code::Char('0'..='9'), .. }) || key == Key::ctrl('u');
        let moved = if letters || !digit { moving(&cx.setup.keymap, "yrnolsu", key) } else { movement(key) };
        if let Some(command) = moved {
            let (len, height) = (batch.rows(), batch.room(cx).table.max(1));
            batch.pager.follow(command, len, height);
            return After::Close;
        }
        match &mut batch.step {
            BatchStep::Looking(_) | BatchStep::Asking if leaves || stops => {
                writes.end_without_a_word(cx);
                cx.say(Tone::Plain, "Cancelled. Nothing was sent.");
                return Self::leave(dialogs);
            }
            BatchStep::Asking => return Self::answered(rooms, dialogs, key),
            BatchStep::Waiting(wait) if wait.choosing => match (key.ctrl, key.code) {
                (false, Code::Char('o')) if wait.then == Leg::On => writes.wait_no_more(cx, store),
                (false, Code::Char('l')) => writes.leave_off(cx, store),
                (false, Code::Esc) => {
                    wait.choosing = false;
                    writes.batch_woke(cx, store);
                }
                _ => unknown(cx, batch, key),
            },
            BatchStep::Waiting(wait) if stops => wait.choosing = true,
            BatchStep::Going | BatchStep::Waiting(_) | BatchStep::Finished if leaves => {
                if batch.is_going() {
                    let how = if batch.is_paused() { "is paused" } else { "continues" };
                    cx.say(Tone::Plain, format!("The {} {how}. :progress shows it.", batch.task.noun()));
                }
                return Self::leave(dialogs);
            }
            BatchStep::Going => {
                let paused = batch.is_paused();
                let unplanned = paused && batch.planning == Planning::Refused;
                match (key.ctrl, key.code) {
                    (false, Code::Char('y')) if unplanned => writes.plan_again(cx, store, Planning::Without),
                    (false, Code::Char('r')) if unplanned => writes.plan_again(cx, store, Planning::Kept),
                    (false, Code::Char('y')) if paused => {
                        batch.pause = None;
                        batch.bulk.go_on();
                        writes.pump(cx, store);
                    }
                    (false, Code::Char('n')) if paused => writes.cancel_batch(cx, store),
                    (true, Code::Char('c')) => writes.cancel_batch(cx, store),
                    _ => unknown(cx, batch, key),
                }
            }
            BatchStep::Finished => match (key.ctrl, key.code) {
                (false, Code::Enter) => {
                    if let Some(id) = batch.id_on(batch.pager.cursor) {
                        show_record(rooms, id);
                    }
                    return Self::leave(dialogs);
                }
                (false, Code::Char('r')) => writes.batch_again(cx, store, Restart::Failed),
                (false, Code::Char('s')) => writes.batch_again(cx, store, Restart::NotSent),
                (false, Code::Char('u')) if store.history.has_group(batch.number) => {
                    cx.ask(Intent::Run(Command::Undo));
                    return Self::leave(dialogs);
                }
                (true, Code::Char('c')) => return Self::leave(dialogs),
                _ => unknown(cx, batch, key),
            },
            BatchStep::Looking(_) | BatchStep::Waiting(_) => unknown(cx, batch, key),
        }
        After::Close
    }
}

impl BulkBox {
    fn leave(dialogs: &mut Dialogs) -> After {
        dialogs.current = None;
        After::Close
    }

    /// The answer to what would happen.
    fn answered(rooms: &mut Rooms, dialogs: &mut Dialogs, key: Key) -> After {
        let Some(batch) = rooms.writes.bulk.as_deref_mut() else { return After::Close };
        let count = batch.foreseen.to_send;
        if count == 0 {
            "Nothing to send. Esc: close".clone_into(&mut batch.hint);
            return After::Close;
        }
        let counted = batch.task.wants_count(count);
        let is_typed = batch.typed.text().trim() == count.to_string();
        match (key.ctrl, key.code) {
            (false, Code::Char('n')) if !counted => {
                rooms.writes.end_without_a_word(&mut rooms.cx);
                rooms.cx.say(Tone::Plain, "Cancelled. Nothing was sent.");
                return Self::leave(dialogs);
            }
            (false, Code::Char('y')) if !counted => rooms.start_bulk(),
            _ if !counted => batch.hint = format!("Unknown key {key}. y: yes  n/Esc: no"),
            (false, Code::Enter) if is_typed => rooms.start_bulk(),
            (false, Code::Enter) => {
                let what =
                    if batch.typed.text().is_empty() { "Nothing typed yet" } else { "That is a different number" };
                batch.hint = format!("{what}. Type {count} and press Enter");
            }
            _ => {
                batch.typed.typed(key);
            }
        }
        After::Close
    }
}

impl Writes {
    /// What the keys do now.
    pub fn batch_keys(&self, cx: &Context, store: &Store) -> String {
        let Some(batch) = &self.bulk else { return String::new() };
        let count = batch.foreseen.to_send;
        match &batch.step {
            BatchStep::Looking(_) => "Esc: cancel (nothing sent yet)".to_owned(),
            BatchStep::Asking if count == 0 => "Nothing to send   Esc: close".to_owned(),
            // What was not seen yet is not offered.
            BatchStep::Asking if batch.unread(cx).is_some() => {
                format!("{}: read on   Esc: cancel", cx.key(Command::PageDown))
            }
            BatchStep::Asking if batch.task.wants_count(count) => {
                let what = format!("{} {}", batch.task.verb(), registrations(count));
                format!("Type {count} and press Enter to {what}   Esc: cancel   arrows: scroll")
            }
            BatchStep::Asking => {
                let verb = batch.task.key_verb();
                cx.explain(&format!("y: {verb}   n/Esc: cancel   {{down}}/{{up}}: scroll"))
            }
            BatchStep::Waiting(BounceWait { choosing: true, then: Leg::On, .. }) => {
                "o: enable now (nodes may miss it)   l: leave disabled   Esc: keep waiting".to_owned()
            }
            BatchStep::Waiting(BounceWait { choosing: true, then: Leg::Off, .. }) => {
                "l: cancel bounce (nothing sent)   Esc: keep waiting".to_owned()
            }
            BatchStep::Waiting(_) => {
                cx.explain("{interrupt}: cancel wait   Esc: close (continues)   {down}/{up}: scroll")
            }
            BatchStep::Going if batch.is_paused() && batch.planning == Planning::Refused => {
                cx.explain("y: continue without   r: retry   n/{interrupt}: stop   Esc: close (paused)")
            }
            BatchStep::Going if batch.is_paused() => {
                cx.explain("y: continue   n/{interrupt}: stop   Esc: close (paused)")
            }
            BatchStep::Going => cx.explain("{interrupt}: stop after the running ones   Esc: close (continues)"),
            BatchStep::Finished => {
                let counts = batch.seen.counts;
                let mut keys = vec!["Enter: open"];
                if counts.failed > 0 {
                    keys.push("r: retry failed");
                }
                if counts.not_sent > 0 {
                    keys.push("s: send the rest");
                }
                if store.history.has_group(batch.number) {
                    keys.push("u: undo the done ones");
                }
                keys.push("Esc: close");
                keys.join("   ")
            }
        }
    }

    /// Whether the number of records is being typed.
    pub(in crate::app) fn batch_takes_count(&self) -> bool {
        self.bulk.as_ref().is_some_and(|batch| {
            let count = batch.foreseen.to_send;
            matches!(batch.step, BatchStep::Asking) && count > 0 && batch.task.wants_count(count)
        })
    }
}

/// Ctrl-c while many records are under way and something else is shown.
pub(in crate::app) fn interrupt_batch(rooms: &mut Rooms, dialogs: &mut Dialogs) {
    let _ = BulkBox.key(rooms, dialogs, Key::ctrl('c'));
}
