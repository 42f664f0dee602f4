//! What a lock wipes: every password that was read or typed, wherever the state has it, and token and password once
//! no write needs them. What else was typed stays.

use crate::domain::record::{FieldId, Value, ValueKind};

use crate::app::core::{Context, Effect, Tone};
use crate::app::form::{Form, FormStage};
use crate::app::lock::Lock;
use crate::app::model::drafts::EditedText;
use crate::app::overlay::{Dialogs, Overlay};
use crate::app::panes::stack::SidePane;
use crate::app::rooms::Rooms;
use crate::app::store::Store;
use crate::app::write::Writes;
use crate::app::write::bulk::BatchStep;

/// Wipes every password that was read or typed. Called after each message, since an answer may bring one.
pub(in crate::app) fn wipe(rooms: &mut Rooms, dialogs: &mut Dialogs, lock: &mut Lock) {
    for side in &mut rooms.panes.stack {
        match side {
            SidePane::Detail(pane) => {
                pane.error = None;
                pane.revealed_until = None;
            }
            SidePane::Form(form) => wipe_form(form),
            SidePane::Document { .. } | SidePane::Target(_) => {}
        }
    }
    rooms.panes.may_show_passwords = false;
    let mut wiped = Vec::new();
    for (id, open) in &mut rooms.store.drafts {
        open.unread.retain(|field, _| field.field().kind != ValueKind::Secret);
        open.text = open.text.take().map(EditedText::wiped);
        if open.draft.withhold_secrets() {
            wiped.push(*id);
        }
    }
    for (open, _) in rooms.store.changes.others.second.values_mut() {
        open.draft.withhold_secrets();
        open.text = open.text.take().map(EditedText::wiped);
    }
    rooms.store.fetched.clear();
    rooms.store.history.withhold_secrets();
    if lock.locked.as_ref().is_none_or(|lock| lock.forgotten) {
        rooms.store.writes.withhold_secrets();
    }
    rooms.store.changes.ours.withhold_secrets();
    if matches!(dialogs.current, Some(Overlay::SignIn(_) | Overlay::Batch(_))) {
        // Put there by something that goes on; the lock asks already, and :progress shows the rest.
        dialogs.current = None;
    }
    if let Some(lock) = &mut lock.locked {
        lock.wiped.extend(wiped);
    }
}

/// Token and password go as soon as no write needs them.
pub(in crate::app) fn forget_when_done(rooms: &mut Rooms, lock: &mut Lock) -> Option<Effect> {
    let lock = lock.locked.as_mut().filter(|lock| !lock.forgotten)?;
    if !rooms.store.writes.under_way.is_empty()
        || rooms.writes.bulk.as_ref().is_some_and(|batch| batch.is_going())
        || rooms.store.writes.read_back_until().is_some()
    {
        return None;
    }
    lock.forgotten = true;
    rooms.store.writes.withhold_secrets();
    rooms.sync.token_until = None;
    Some(Effect::SignOut)
}

fn wipe_form(form: &mut Form) {
    let secret = |field: FieldId| field.field().kind == ValueKind::Secret;
    form.revealed_until = None;
    if let Some(untouched) = &mut form.untouched {
        untouched.withhold_secrets();
    }
    form.as_text = None;
    form.intended.retain(|(_, value)| !matches!(value, Value::Secret(_)));
    if form.editing.is_some() && secret(form.field().id) && !matches!(form.stage, FormStage::Conflict(_)) {
        form.editing = None;
    }
    let goes_on = match &mut form.stage {
        FormStage::Conflict(merge) => merge.withhold_secrets(),
        // What was looked at is old by the time that someone is back.
        FormStage::Checking | FormStage::Review(_) => false,
        FormStage::Reading | FormStage::Editing | FormStage::Saving => true,
    };
    if !goes_on {
        form.stage = FormStage::Editing;
        form.editing = None;
        form.pager = crate::app::widget::Pager::default();
    }
}

impl Writes {
    /// A running bulk change continues to its end: a bounce must not stay disabled. What waits for
    /// someone's word ends, with everything that it held.
    pub(in crate::app) fn lock_batch(&mut self, cx: &mut Context, store: &mut Store) {
        if self.bulk.as_ref().is_some_and(|batch| batch.is_paused()) {
            self.cancel_batch(cx, store);
        }
        let open = self.bulk.as_ref().is_some_and(|batch| store.writes.has_open_parts(batch.number));
        let Some(batch) = self.bulk.as_deref_mut() else { return };
        match &mut batch.step {
            BatchStep::Waiting(wait) => wait.choosing = false,
            BatchStep::Going => {}
            BatchStep::Looking(_) | BatchStep::Asking => {
                let text = format!("{}: cancelled by the lock; nothing was sent", batch.task.verb());
                self.bulk = None;
                cx.say(Tone::Plain, text);
            }
            // What became of some of it is not known yet.
            BatchStep::Finished if open => {}
            // How it ended was said, and is in the journal.
            BatchStep::Finished => self.bulk = None,
        }
    }
}
