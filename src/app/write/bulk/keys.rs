//! The keys of the pane of many records, and what it says they do. A key that does nothing says so.

use crate::domain::change::bulk::Again;
use crate::keys::chord::{Code, Key};
use crate::keys::command::{Command, Scope};
use crate::keys::keymap::Meaning;

use crate::app::App;
use crate::app::core::notice::Tone;
use crate::app::overlay::Overlay;
use crate::app::store::Store;
use crate::app::widget::movement::{movement, moving};
use crate::app::write::Writes;
use crate::app::write::bulk::{Leg, Planning, Step, Wait};

/// What can be done to marked records, each with its key in the box that asks.
pub const CHOICES: &[(char, Command)] = &[
    ('e', Command::BulkEnable),
    ('d', Command::BulkDisable),
    ('s', Command::BulkSet),
    ('B', Command::Bounce),
    ('D', Command::BulkDelete),
    ('w', Command::Export),
];

impl App {
    /// Whether the number of records is being typed.
    pub(in crate::app) fn batch_takes_count(&self) -> bool {
        self.writes.bulk.as_ref().is_some_and(|batch| {
            let count = batch.to_send();
            matches!(batch.step, Step::Asking) && count > 0 && batch.task.wants_count(count)
        })
    }

    /// Shows what is done to many records, or how far reading the list is.
    /// Whether the change of many is over, and its results are shown.
    pub(in crate::app) fn batch_is_over(&self) -> bool {
        self.writes.bulk.as_ref().is_some_and(|batch| matches!(batch.step, Step::Over))
    }

    pub(in crate::app) fn show_progress(&mut self) {
        if let Some(batch) = self.writes.bulk.as_deref_mut() {
            batch.look(self.cx.now.mono);
            batch.hint.clear();
            self.overlay.current = Some(Overlay::Batch);
        } else if let Some(progress) = self.progress() {
            self.overlay.current = Some(Overlay::Progress(Box::new(progress)));
        }
    }

    #[expect(clippy::too_many_lines, reason = "a line a key")]
    pub(in crate::app) fn typed_in_batch(&mut self, key: Key) {
        let height = self.cx.batch_height();
        let Some(batch) = self.writes.bulk.as_deref_mut() else { return };
        batch.hint.clear();
        let leaves = matches!(key, Key { code: Code::Esc, ctrl: false });
        let stops = key == Key::ctrl('c');
        let count = batch.to_send();
        let letters = !matches!(batch.step, Step::Asking) || !batch.task.wants_count(count) || count == 0;
        // Where a number is typed, letters move all the same.
        let digit = matches!(key, Key { code: Code::Char('0'..='9'), .. }) || key == Key::ctrl('u');
        let moved = if letters || !digit { moving(&self.cx.setup.keymap, "yrnolsu", key) } else { movement(key) };
        if let Some(command) = moved {
            let len = batch.rows().len();
            batch.pager.follow(command, len, height);
            self.overlay.current = Some(Overlay::Batch);
            return;
        }
        match &mut batch.step {
            Step::Looking(_) | Step::Asking if leaves || stops => {
                self.end_without_a_word();
                self.cx.say(Tone::Plain, "Cancelled. Nothing was sent.");
                return;
            }
            Step::Asking => return self.answered_batch(key),
            Step::Waiting(wait) if wait.choosing => match (key.ctrl, key.code) {
                (false, Code::Char('o')) if wait.then == Leg::On => {
                    self.overlay.current = Some(Overlay::Batch);
                    self.wait_no_more();
                    return;
                }
                (false, Code::Char('l')) => {
                    self.overlay.current = Some(Overlay::Batch);
                    self.leave_off();
                    return;
                }
                (false, Code::Esc) => {
                    wait.choosing = false;
                    self.overlay.current = Some(Overlay::Batch);
                    self.batch_woke();
                    return;
                }
                _ => {}
            },
            Step::Waiting(wait) if stops => {
                wait.choosing = true;
                self.overlay.current = Some(Overlay::Batch);
                return;
            }
            Step::Going | Step::Waiting(_) | Step::Over if leaves => {
                let going = batch.is_going();
                let noun = batch.task.noun();
                if going {
                    self.cx.say(Tone::Plain, format!("The {noun} continues. :progress shows it."));
                }
                return;
            }
            Step::Going => {
                let paused = batch.is_paused();
                let unplanned = paused && batch.planning == Planning::Refused;
                match (key.ctrl, key.code) {
                    (false, Code::Char('y')) if unplanned => {
                        self.overlay.current = Some(Overlay::Batch);
                        self.plan_again(Planning::Without);
                        return;
                    }
                    (false, Code::Char('r')) if unplanned => {
                        self.overlay.current = Some(Overlay::Batch);
                        self.plan_again(Planning::Kept);
                        return;
                    }
                    (false, Code::Char('y')) if paused => {
                        batch.pause = None;
                        batch.bulk.go_on();
                        self.overlay.current = Some(Overlay::Batch);
                        self.pump();
                        return;
                    }
                    (false, Code::Char('n')) if paused => {
                        self.overlay.current = Some(Overlay::Batch);
                        self.cancel_batch();
                        return;
                    }
                    (true, Code::Char('c')) => {
                        self.overlay.current = Some(Overlay::Batch);
                        self.cancel_batch();
                        return;
                    }
                    _ => {}
                }
            }
            Step::Over => match (key.ctrl, key.code) {
                (false, Code::Enter) => {
                    let id = batch.rows().get(batch.pager.cursor).copied();
                    if let Some(id) = id {
                        self.show_record(id);
                    }
                    return;
                }
                (false, Code::Char('r')) => {
                    self.overlay.current = Some(Overlay::Batch);
                    self.batch_again(Again::Failed);
                    return;
                }
                (false, Code::Char('s')) => {
                    self.overlay.current = Some(Overlay::Batch);
                    self.batch_again(Again::NotSent);
                    return;
                }
                (false, Code::Char('u')) if self.store.history.has_group(batch.number) => {
                    return self.run(Command::Undo, None);
                }
                (true, Code::Char('c')) => return,
                _ => {}
            },
            Step::Looking(_) | Step::Waiting(_) => {}
        }
        self.overlay.current = Some(Overlay::Batch);
        if self.cx.setup.keymap.meaning(Scope::Global, &[key]) != Meaning::Command(Command::Redraw)
            && let Some(batch) = self.writes.bulk.as_deref_mut()
        {
            batch.hint = format!("Unknown key {key}");
        }
    }

    /// The answer to what would happen.
    fn answered_batch(&mut self, key: Key) {
        self.overlay.current = Some(Overlay::Batch);
        let Some(batch) = self.writes.bulk.as_deref_mut() else { return };
        let count = batch.to_send();
        if count == 0 {
            "Nothing to send. Esc: close".clone_into(&mut batch.hint);
            return;
        }
        if !batch.task.wants_count(count) {
            match (key.ctrl, key.code) {
                (false, Code::Char('y')) => {
                    match batch.unread(&self.cx) {
                        Some(why) => batch.hint = why,
                        None => self.start_batch(),
                    }
                    return;
                }
                (false, Code::Char('n')) => {
                    self.end_without_a_word();
                    self.cx.say(Tone::Plain, "Cancelled. Nothing was sent.");
                    return;
                }
                _ => batch.hint = format!("Unknown key {key}. y: yes  n/Esc: no"),
            }
            return;
        }
        if key == Key::plain(Code::Enter) {
            if batch.typed.text().trim() == count.to_string() {
                match batch.unread(&self.cx) {
                    Some(why) => batch.hint = why,
                    None => self.start_batch(),
                }
                return;
            }
            let what = if batch.typed.text().is_empty() { "Nothing typed yet" } else { "That is a different number" };
            batch.hint = format!("{what}. Type {count} and press Enter");
            return;
        }
        batch.typed.typed(key);
    }

    /// To a record of the results.
    fn show_record(&mut self, id: u64) {
        let height = self.cx.layout().list_height();
        self.list.rows.go_to(id, &self.store.records, height);
        self.panes.open_detail(&mut self.cx, &self.store, id);
    }
}

impl Writes {
    /// What the keys do now.
    #[must_use]
    pub fn batch_keys(&self, store: &Store) -> String {
        let Some(batch) = &self.bulk else { return String::new() };
        let count = batch.to_send();
        match &batch.step {
            Step::Looking(_) => "Esc: cancel (nothing sent yet)".to_owned(),
            Step::Asking if count == 0 => "nothing to send   Esc: close".to_owned(),
            Step::Asking if batch.task.wants_count(count) => {
                format!("type {count} and Enter: {} {count}   arrows: scroll   Esc: cancel", batch.task.verb())
            }
            Step::Asking => "y: apply   n/Esc: cancel   j/k: scroll".to_owned(),
            Step::Waiting(Wait { choosing: true, then: Leg::On, .. }) => {
                "o: enable now (nodes may miss the outage)   l: leave disabled   Esc: keep waiting".to_owned()
            }
            Step::Waiting(Wait { choosing: true, then: Leg::Off, .. }) => {
                "l: cancel bounce (nothing sent)   Esc: keep waiting".to_owned()
            }
            Step::Waiting(_) => "Ctrl-c: cancel wait   Esc: close (continues)   j/k: scroll".to_owned(),
            Step::Going if batch.is_paused() && batch.planning == Planning::Refused => {
                "y: continue without   r: retry   n/Ctrl-c: stop   Esc: close (paused)".to_owned()
            }
            Step::Going if batch.is_paused() => "y: continue   n/Ctrl-c: stop   Esc: close (paused)".to_owned(),
            Step::Going => "Ctrl-c: stop after the running ones   Esc: close (continues)".to_owned(),
            Step::Over => {
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
}
