//! Ending the program, and cancelling what runs.

use crate::keys::Command;

use crate::app::core::{Effect, Slot, Tone};
use crate::app::form::FormStage;
use crate::app::input::moving;
use crate::app::overlay::{Dialogs, Overlay, Question, Yes, bulk};
use crate::app::panes::Focus;
use crate::app::rooms::Rooms;

/// Ends the program; asks only where something is not done or not safe yet.
pub(in crate::app) fn quit(rooms: &mut Rooms, dialogs: &mut Dialogs) {
    let running = dialogs.losses();
    let lines: Vec<String> = running.into_iter().chain(rooms.writes.losses(&rooms.cx, &rooms.store)).collect();
    if lines.is_empty() {
        rooms.cx.effect(Effect::Quit);
        return;
    }
    let question = Question::of_sentences("Quit anyway?", "quit", lines, Yes::Quit);
    dialogs.current = Some(Overlay::Question(question));
}

pub(in crate::app) fn interrupt(rooms: &mut Rooms, dialogs: &mut Dialogs) {
    const CANCELLED: [Slot; 2] = [Slot::Detail, Slot::Target];
    if dialogs.cancel_program(&mut rooms.cx) {
        return;
    }
    if rooms.writes.batch_goes() {
        bulk::interrupt_batch(rooms, dialogs);
        return;
    }
    if let Some(seen) = rooms.sync.sweep.cancel() {
        let refresh = rooms.key_here(Command::Refresh);
        let of = rooms.store.loaded.total.map_or_else(String::new, |total| format!(" of {total}"));
        rooms.cx.say(Tone::Plain, format!("Loading the list cancelled at {seen}{of}. {refresh}: load again"));
        rooms.cx.give_up(&[Slot::List]);
        return;
    }
    if let Some(FormStage::Checking) = rooms.panes.form().map(|form| &form.stage) {
        rooms.cx.say(Tone::Plain, "Check cancelled. Nothing was sent, your draft is kept.");
        rooms.panes.back_in_form(&mut rooms.cx);
        return;
    }
    if let Some(under_way) = rooms.store.writes.under_way.values().next() {
        let display_name = rooms.store.display_name(under_way.id);
        let text =
            format!("{display_name} is being saved and cannot be cancelled; the result is shown when it arrives");
        rooms.cx.say(Tone::Plain, text);
        return;
    }
    if let Some(FormStage::Reading) = rooms.panes.form().map(|form| &form.stage) {
        rooms.cx.say(Tone::Plain, "Opening the form cancelled");
        moving::step_back(rooms);
        return;
    }
    if rooms.cx.flights.values().any(|(ticket, _)| ticket.slot == Slot::Watch) {
        rooms
            .cx
            .say(Tone::Plain, rooms.cx.explain("A watch refresh is running in the background. {watch}: stop watching"));
        return;
    }
    if !rooms.cx.flights.values().any(|(ticket, _)| CANCELLED.contains(&ticket.slot)) {
        rooms.cx.say(Tone::Plain, "POP, node and transport names are loading in the background");
        return;
    }
    rooms.cx.say(Tone::Plain, "Requests cancelled. Nothing was changed.");
    rooms.cx.give_up(&CANCELLED);
}

pub(in crate::app) fn back(rooms: &mut Rooms, dialogs: &mut Dialogs) {
    if rooms.panes.focus == Focus::Side {
        moving::step_back(rooms);
    } else {
        quit(rooms, dialogs);
    }
}
