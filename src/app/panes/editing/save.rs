//! From a draft to the server: checks, the check against the server, review, sending, and what the answer means.
//! Nothing is sent without the review, and nothing is sent twice without the user.

use crate::domain::answer::Fetched;
use crate::domain::change::draft::is_fresh;
use crate::domain::change::merge::rebased;
use crate::domain::change::outcome::{Wording, explain};
use crate::domain::change::{Aim, Checked, Draft, SaveOutcome};
use crate::domain::record::FieldId;
use crate::domain::request_error::{RequestError, RequestErrorKind};
use crate::domain::rules::Severity;
use crate::keys::Command;

use crate::app::core::{Context, Effect, Read, Slot, Tone, Write};
use crate::app::form::{Form, FormStage, Review};
use crate::app::panes::Panes;
use crate::app::panes::stack::SidePane;
use crate::app::store::Store;
use crate::app::store::open_writes::IS_SENDING;

/// From this age on a review is not acted upon without another look.
const STALE_REVIEW: std::time::Duration = std::time::Duration::from_secs(10);

impl Panes {
    /// The form of a record, on top or not.
    pub(in crate::app) fn form_of(&mut self, id: u64) -> Option<&mut Form> {
        self.stack.iter_mut().rev().find_map(|side| match side {
            SidePane::Form(form) if form.id == id => Some(form.as_mut()),
            _ => None,
        })
    }

    pub(in crate::app) fn review(
        &mut self,
        cx: &mut Context,
        store: &mut Store,
        id: u64,
        check: String,
        merged: Vec<FieldId>,
    ) {
        let Some(open) = store.drafts.get(&id) else { return };
        let draft = Box::new(open.draft.clone());
        let warnings = Review::warnings_of(&draft, &store.lint_context());
        let review = Review { check, checked: cx.now.mono, merged, warnings, ..Review::default() };
        self.stage(id, FormStage::Review(review));
        if self.form_of(id).is_some_and(|form| std::mem::take(&mut form.checks_again)) {
            let (display_name, save) = (store.display_name(id), cx.key(Command::Apply));
            let text = format!("{display_name}: checked again just now, nothing sent yet. {save}: save");
            cx.say(Tone::Plain, text);
        }
        cx.read_beside(Slot::Preview, Read::Preview(draft));
    }

    pub(in crate::app) fn stage(&mut self, id: u64, stage: FormStage) {
        if let Some(form) = self.form_of(id) {
            form.stage = stage;
            form.editing = None;
            form.pager = crate::app::widget::Pager::default();
        }
    }

    pub(in crate::app) fn close_form(&mut self, store: &mut Store, id: u64) {
        store.drafts.remove(&id);
        self.retain(|side| !Self::is_form_of(side, id));
    }

    /// The draft did its work. What was typed while the answer was awaited is a draft again, over the answer.
    pub(in crate::app) fn finish(&mut self, cx: &mut Context, store: &mut Store, id: u64, sent: &Draft, now: &Fetched) {
        let Some(open) = store.drafts.get_mut(&id) else { return };
        let mut rest = typed_since(&open.draft, sent, now);
        for field in sent.changes().keys().filter(|field| !open.draft.is_changed(**field)) {
            rest.set(*field, open.draft.base().get(*field).clone());
        }
        let unread = !open.unread.is_empty() || open.text.is_some();
        if rest.is_empty() && !unread {
            self.close_form(store, id);
            cx.effect(Effect::DropDraft(id));
            return;
        }
        if let Some(open) = store.drafts.get_mut(&id) {
            open.draft = rest;
            open.based = cx.now.wall;
        }
        if self.form_of(id).is_some_and(|form| matches!(form.stage, FormStage::Saving)) {
            self.stage(id, FormStage::Editing);
        }
        store.keep(cx, id);
    }

    /// The look at the server failed: nothing was sent.
    pub(in crate::app) fn not_checked(&mut self, cx: &mut Context, store: &Store, id: u64, error: &RequestError) {
        self.stage(id, FormStage::Editing);
        let display_name = store.display_name(id);
        cx.say(
            Tone::Bad,
            format!(
                "{display_name}: not sent, the check with the server failed: {}. {}: retry",
                error.message,
                cx.key(Command::Save)
            ),
        );
        cx.ask_sign_in_after(error);
    }

    /// Looks at the server before the review.
    pub(in crate::app) fn check(&mut self, cx: &mut Context, store: &mut Store, id: u64) {
        if let Some(why) = store.in_the_way(cx, id, IS_SENDING) {
            cx.say(Tone::Bad, why);
            return;
        }
        store.rebase_draft(cx, id);
        let Some(open) = store.drafts.get(&id) else { return };
        let draft = Box::new(open.draft.clone());
        if draft.is_fresh() {
            self.review_new(cx, store, id);
            return;
        }
        self.stage(id, FormStage::Checking);
        if let Some(form) = self.form_of(id) {
            form.on_top.clear();
        }
        cx.read(Slot::Check, Read::Check(draft));
    }

    /// `y` in the review.
    pub(in crate::app) fn apply(&mut self, cx: &mut Context, store: &mut Store) {
        let Some(Form { id, stage: FormStage::Review(review), .. }) = self.form() else { return };
        let (id, age) = (*id, cx.now.since(review.checked));
        if let Some(why) = store.in_the_way(cx, id, IS_SENDING) {
            cx.say(Tone::Bad, why);
            return;
        }
        // A review that was left standing says nothing about now.
        if age > STALE_REVIEW && !is_fresh(id) {
            cx.say(Tone::Plain, format!("Checked {} s ago: checking again before saving", age.as_secs()));
            if let Some(form) = self.form_mut() {
                form.checks_again = true;
            }
            self.check(cx, store, id);
            return;
        }
        let Some(open) = store.drafts.get(&id) else { return };
        let draft = Box::new(store.over_ours(&open.draft));
        let undoes = open.undoes;
        self.stage(id, FormStage::Saving);
        if is_fresh(id) {
            store.write(cx, id, Write::Create(draft));
            return;
        }
        let if_match = store.writes.if_match;
        store.write_of(cx, id, Write::Save { draft, if_match }, undoes);
    }

    /// `w`: local checks, then the check against the server.
    pub(in crate::app) fn begin_save(&mut self, cx: &mut Context, store: &mut Store) {
        if let Some(form) = self.form_mut() {
            form.checks_again = false;
        }
        let Some(form) = self.form() else { return };
        let id = form.id;
        if let FormStage::Conflict(merge) = &form.stage {
            let merge = merge.clone();
            self.merged(cx, store, id, &merge, None);
            return;
        }
        if !matches!(form.stage, FormStage::Editing) {
            return;
        }
        // The list may have changed since the name was typed.
        self.look_for_namesake(store, id);
        let (Some(form), Some(open)) = (self.form(), self.form_draft(store)) else { return };
        let findings = form.findings(open, &store.lint_context());
        // What the server refused before is no reason not to ask it again.
        let blocking = findings
            .iter()
            .find(|finding| finding.severity == Severity::Error && !form.refused.contains_key(&finding.field));
        if let Some(finding) = blocking {
            let (field, text) = (finding.field, format!("{}: {}", finding.field.field().label, finding.message));
            self.form_cursor(cx, store, field.place());
            cx.say(Tone::Bad, format!("not sent; {text}"));
            return;
        }
        self.check(cx, store, id);
    }

    /// Puts the server's complaints to their fields in the form, cursor on the first, and the others on top.
    fn complain(&mut self, cx: &Context, store: &Store, id: u64, error: &RequestError, draft: &Draft) {
        let explanation = explain(error, draft);
        let first = explanation.fields.first().map(|(field, _)| *field);
        self.stage(id, FormStage::Editing);
        if let Some(form) = self.form_of(id) {
            form.refused.clear();
            for (field, message) in explanation.fields {
                form.refused.entry(field).or_default().push(message);
            }
            form.on_top = explanation.general;
        }
        if let Some(field) = first {
            self.form_cursor(cx, store, field.place());
        }
    }

    /// What was sent was not done, as far as known: the draft stays, and what the server said stands in the form.
    pub(in crate::app) fn not_saved(
        &mut self,
        cx: &mut Context,
        store: &mut Store,
        id: u64,
        sent: &Draft,
        complaint: Option<&RequestError>,
        of_history: bool,
    ) {
        let Some(error) = complaint else {
            self.stage(id, FormStage::Editing);
            self.look_for_namesake(store, id);
            return;
        };
        let mut id = id;
        if of_history && error.kind == RequestErrorKind::Invalid {
            // The values must be mended, and only a form can do that.
            id = self.next_new(cx, store);
            let (values, _) = store.carry_over(sent, id);
            self.open_new(cx, store, Some(values));
        }
        self.complain(cx, store, id, error, sent);
    }

    /// The check showed something.
    pub(in crate::app) fn checked(&mut self, cx: &mut Context, store: &mut Store, id: u64, checked: Checked) {
        match checked {
            Checked::Same => {
                let tag = store.short_tag(id);
                self.review(
                    cx,
                    store,
                    id,
                    format!("Unchanged on the server since you opened it (checked just now{tag})."),
                    Vec::new(),
                );
            }
            Checked::Renewed(now) => {
                store.store_fetched(cx, &now);
                store.rebase(cx, id, &now);
                let text =
                    "Unchanged on the server since you opened it (checked just now; only a name it refers to changed).";
                self.review(cx, store, id, text.to_owned(), Vec::new());
            }
            Checked::Moved { now, merge } => {
                store.store_fetched(cx, &now);
                store.changes.reported(id);
                self.moved_under(cx, store, id, merge, None);
            }
            Checked::Gone => {
                store.mark_deleted(cx, &[id]);
                self.stage(id, FormStage::Editing);
                let then = "; your draft is kept. :recreate: create it again";
                let wording = Wording { by: store.deleted_by(id), then, ..Wording::default() };
                let text = SaveOutcome::Gone.report().sentence(Aim::Change, wording);
                cx.say(Tone::Bad, format!("{}: {text}", store.display_name(id)));
            }
        }
    }
}

/// What was typed after a draft was sent, over the record as the server has it now.
pub(super) fn typed_since(draft: &Draft, sent: &Draft, now: &Fetched) -> Draft {
    let mut rest = Draft::new(now.registration.clone(), now.tag.clone());
    for (field, value) in draft.changes().iter().filter(|(field, value)| sent.changes().get(field) != Some(value)) {
        rest.set(*field, value.clone());
    }
    rest
}

impl Store {
    pub(in crate::app) fn rebase(&mut self, cx: &mut Context, id: u64, now: &Fetched) {
        if let Some(open) = self.drafts.get_mut(&id) {
            open.draft = rebased(&open.draft, &now.registration, now.tag.clone());
            open.based = cx.now.wall;
        }
    }

    fn short_tag(&self, id: u64) -> String {
        let tag = self.drafts.get(&id).and_then(|open| open.draft.tag());
        tag.map_or_else(String::new, |tag| format!(", ETag {}", crate::app::widget::line::short_tag(tag.as_str())))
    }
}
