//! Taking changes back: what is asked before, and the change itself.

use crate::domain::change::{Draft, Toggle};
use crate::domain::record::Value;
use crate::keys::Command;

use crate::app::core::Tone;
use crate::app::form::{Form, FormStage};
use crate::app::model::drafts::{OnDisk, OpenDraft};
use crate::app::model::history::{EntryState, HistoryAction, UndoKind};
use crate::app::overlay::{Dialogs, Overlay, Question, Yes};
use crate::app::panes::Panes;
use crate::app::rooms::Rooms;
use crate::app::widget::TextLine;

/// `u` and `U`: asks before anything is undone or redone.
pub(in crate::app) fn ask_undo(rooms: &mut Rooms, dialogs: &mut Dialogs, command: Command) {
    let index = if command == Command::Undo { rooms.store.history.undoable() } else { rooms.store.history.redoable() };
    if let Some(index) = index {
        ask_undo_of(rooms, dialogs, index);
    }
}

/// Asks about one entry of the history.
pub(in crate::app) fn ask_undo_of(rooms: &mut Rooms, dialogs: &mut Dialogs, index: usize) {
    let Some(entry) = rooms.store.history.get(index).cloned() else { return };
    if let Some(refusal) = rooms.writes.no_undo_of(&rooms.cx, &rooms.store, index) {
        rooms.cx.refuse(refusal);
        return;
    }
    if let Some(group) = entry.group {
        rooms.writes.take_back(&mut rooms.cx, &mut rooms.store, group, entry.standing);
        return;
    }
    match entry.course() {
        UndoKind::Change => {}
        UndoKind::Delete => return dialogs.ask_delete_of(&mut rooms.cx, entry.id, Some(index)),
        UndoKind::Make => return dialogs.ask_recreate_entry(&mut rooms.cx, index, &entry),
    }
    let (id, what, at) = (entry.id, entry.what(), rooms.cx.clock(entry.at));
    let name = rooms.store.name_now(id, entry.name());
    let (title, verb, change) = match entry.standing {
        EntryState::Done => (format!("Undo: {} {id} {name}?", entry.opposite()), "undo", format!("{what} at {at}")),
        EntryState::Undone => (format!("Redo: {id} {name}: {what}?"), "redo", format!("first done at {at}")),
    };
    let facts = vec![
        TextLine::labelled("Registration", format!("{id} {name}")),
        TextLine::labelled("Change", change),
        rooms.cx.server_fact(),
    ];
    dialogs.current = Some(Overlay::Question(Question::new(title, verb, facts, Yes::Undo(index))));
}

/// Takes an entry back, or does it again, with the same check as any change.
pub(in crate::app) fn undo(rooms: &mut Rooms, index: usize) {
    let Some(entry) = rooms.store.history.get(index).cloned() else { return };
    match entry.course() {
        UndoKind::Change => {}
        // The answer to that is a name.
        UndoKind::Delete => return,
        UndoKind::Make => return rooms.store.recreate_entry(&mut rooms.cx, index, &entry),
    }
    let wanted = |before: &Value, after: &Value| match entry.standing {
        EntryState::Done => before.clone(),
        EntryState::Undone => after.clone(),
    };
    if let (HistoryAction::Toggle, [(_, before, after)]) = (entry.action, entry.changes.as_slice()) {
        let to = if wanted(before, after) == Value::Flag(true) { Toggle::On } else { Toggle::Off };
        rooms.store.switch(&mut rooms.cx, entry.id, to, Some(index));
        return;
    }
    // An edit goes back through the review, from the record as the server left it then: whatever others
    // changed since shows up as theirs, or as a conflict.
    if rooms.store.drafts.get(&entry.id).is_some_and(|open| !open.is_empty()) {
        rooms
            .cx
            .say(Tone::Bad, format!("{} has a draft; save or :discard it first", rooms.store.display_name(entry.id)));
        return;
    }
    let mut draft = rooms.store.over_ours(&Draft::new(entry.after.0.record(), entry.after.1.clone()));
    for (field, before, after) in entry.changes.iter() {
        draft.set(*field, wanted(before, after));
    }
    rooms.panes.retain(|side| !Panes::is_form_of(side, entry.id));
    let name = rooms.store.name_now(entry.id, entry.name());
    let open = OpenDraft { undoes: Some(index), ..OpenDraft::new(draft, name, rooms.cx.now.wall, OnDisk::Pending) };
    rooms.store.drafts.insert(entry.id, open);
    let mut form = Form::new(entry.id);
    form.stage = FormStage::Editing;
    rooms.panes.push_form(form);
    rooms.store.keep(&mut rooms.cx, entry.id);
    rooms.panes.begin_save(&mut rooms.cx, &mut rooms.store);
}
