//! Ending the program, and cancelling what runs.

use crate::keys::command::Command;

use crate::app::App;
use crate::app::core::effect::Effect;
use crate::app::core::notice::Tone;
use crate::app::core::ticket::Slot;
use crate::app::form::Stage;
use crate::app::overlay::{Overlay, Question, Yes};

impl App {
    /// Ends the program; asks only where something is not done or not safe yet.
    pub(in crate::app) fn quit(&mut self) {
        let running = self.overlay.losses();
        let lines: Vec<String> = running.into_iter().chain(self.writes.losses(&self.cx, &self.store)).collect();
        if lines.is_empty() {
            self.cx.effect(Effect::Quit);
            return;
        }
        let question = Question::of_sentences("Quit anyway?", "quit", lines, Yes::Quit);
        self.overlay.current = Some(Overlay::Question(question));
    }

    pub(in crate::app) fn interrupt(&mut self) {
        const CANCELLED: [Slot; 2] = [Slot::Detail, Slot::Target];
        if self.overlay.cancel_program(&mut self.cx) {
            return;
        }
        if self.writes.batch_goes() {
            self.interrupt_batch();
            return;
        }
        if let Some(seen) = self.sync.sweep.cancel() {
            let refresh = self.cx.key_in(self.panes.scope(), Command::Refresh);
            let of = self.store.loaded.total.map_or_else(String::new, |total| format!(" of {total}"));
            self.cx.say(Tone::Plain, format!("Loading the list cancelled at {seen}{of}. {refresh}: load again"));
            self.cx.give_up(&[Slot::List]);
            return;
        }
        if let Some(Stage::Checking) = self.panes.form().map(|form| &form.stage) {
            self.cx.say(Tone::Plain, "Check cancelled. Nothing was sent, your draft is kept.");
            let _ = self.panes.back_in_form(&mut self.cx);
            return;
        }
        if let Some(under_way) = self.store.writes.under_way.values().next() {
            let called = self.store.called(under_way.id);
            let text = format!("{called} is being saved and cannot be cancelled; the result is shown when it arrives");
            self.cx.say(Tone::Plain, text);
            return;
        }
        if let Some(Stage::Reading) = self.panes.form().map(|form| &form.stage) {
            self.cx.say(Tone::Plain, "Opening the form cancelled");
            self.step_back();
            return;
        }
        if self.cx.flights.values().any(|(ticket, _)| ticket.slot == Slot::Watch) {
            self.cx.say(
                Tone::Plain,
                self.cx.explain("A watch refresh is running in the background. {watch}: stop watching"),
            );
            return;
        }
        if !self.cx.flights.values().any(|(ticket, _)| CANCELLED.contains(&ticket.slot)) {
            self.cx.say(Tone::Plain, "POP, node and transport names are loading in the background");
            return;
        }
        self.cx.say(Tone::Plain, "Requests cancelled. Nothing was changed.");
        self.cx.give_up(&CANCELLED);
    }
}
