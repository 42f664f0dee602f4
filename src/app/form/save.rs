//! From a draft to the server: checks, the check against the server, review, sending, and what the answer means.
//! Nothing is sent without the review, and nothing is sent twice without the user.

use crate::domain::answer::Fetched;
use crate::domain::change::journal::{Action, Change, Ending};
use crate::domain::change::merge::{Cause, Difference, rebased};
use crate::domain::change::outcome::{Checked, Saved, explain, words};
use crate::domain::record::draft::{Draft, is_fresh};
use crate::domain::record::field::FieldId;
use crate::domain::record::registration::Record as _;
use crate::domain::record::show;
use crate::domain::record::value::Value;
use crate::domain::request_error::Trouble;
use crate::domain::rules::check::Severity;
use crate::keys::command::Command;

use crate::app::core::context::Context;
use crate::app::core::effect::{Effect, IfMatch, Read, Write};
use crate::app::core::notice::Tone;
use crate::app::core::ticket::Slot;
use crate::app::form::{Form, Review, Stage};
use crate::app::model::history::{Deed, Entry, Standing};
use crate::app::panes::Panes;
use crate::app::store::Store;
use crate::app::store::changes::Mine;
use crate::app::store::open_writes::IS_SENDING;
use crate::app::store::open_writes::UnderWay;
use crate::app::{Focus, Side};

/// From this age on a review is not acted upon without another look.
const STALE_REVIEW: std::time::Duration = std::time::Duration::from_secs(10);

impl Panes {
    /// The form of a record, on top or not.
    pub(in crate::app) fn form_of(&mut self, id: u64) -> Option<&mut Form> {
        self.stack.iter_mut().rev().find_map(|side| match side {
            Side::Form(form) if form.id == id => Some(form.as_mut()),
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
        let Some(kept) = store.drafts.get(&id) else { return };
        let draft = Box::new(kept.draft.clone());
        let warnings = Review::warnings_of(&draft, &store.lint_context());
        let review = Review { check, checked: cx.now.mono, merged, warnings, ..Review::default() };
        self.stage(id, Stage::Review(review));
        if self.form_of(id).is_some_and(|form| std::mem::take(&mut form.checks_again)) {
            let (called, save) = (store.called(id), cx.key(Command::Apply));
            let text = format!("{called}: checked again just now, nothing sent yet. {save}: save");
            cx.say(Tone::Plain, text);
        }
        let effect = Effect::Read { ticket: cx.tickets.open(Slot::Preview), read: Read::Preview(draft) };
        cx.effect(effect);
    }

    pub(in crate::app) fn stage(&mut self, id: u64, stage: Stage) {
        if let Some(form) = self.form_of(id) {
            form.stage = stage;
            form.editing = None;
            form.pager = crate::app::widget::pager::Pager::default();
        }
    }

    pub(in crate::app) fn close_form(&mut self, store: &mut Store, id: u64) {
        store.drafts.remove(&id);
        self.stack.retain(|side| !matches!(side, Side::Form(form) if form.id == id));
        if self.stack.is_empty() {
            self.focus = Focus::List;
        }
    }

    /// The draft did its work. What was typed while the answer was awaited is a draft again, over the answer.
    fn finish(&mut self, cx: &mut Context, store: &mut Store, id: u64, sent: &Draft, now: &Fetched) {
        let Some(kept) = store.drafts.get_mut(&id) else { return };
        let mut rest = Draft::new(now.registration.clone(), now.tag.clone());
        for (field, value) in kept.draft.changes() {
            if sent.changes().get(field) != Some(value) {
                rest.set(*field, value.clone());
            }
        }
        for field in sent.changes().keys().filter(|field| !kept.draft.is_changed(**field)) {
            rest.set(*field, kept.draft.base().get(*field).clone());
        }
        let unread = !kept.unread.is_empty() || kept.text.is_some();
        if rest.is_empty() && !unread {
            self.close_form(store, id);
            cx.effect(Effect::DropDraft(id));
            return;
        }
        if let Some(kept) = store.drafts.get_mut(&id) {
            kept.draft = rest;
            kept.based = cx.now.wall;
        }
        if self.form_of(id).is_some_and(|form| matches!(form.stage, Stage::Saving)) {
            self.stage(id, Stage::Editing);
        }
        store.keep(cx, id);
    }

    /// The look at the server failed: nothing was sent.
    pub(in crate::app) fn not_checked(&mut self, cx: &mut Context, store: &Store, id: u64, trouble: &Trouble) {
        self.stage(id, Stage::Editing);
        let called = store.called(id);
        cx.say(
            Tone::Bad,
            format!(
                "{called}: not sent, the check with the server failed: {}. {}: retry",
                trouble.message,
                cx.key(Command::Save)
            ),
        );
        cx.ask_sign_in_after(trouble);
    }

    /// Looks at the server before the review.
    pub(in crate::app) fn check(&mut self, cx: &mut Context, store: &mut Store, id: u64) {
        if let Some(why) = store.in_the_way(cx, id, IS_SENDING) {
            cx.say(Tone::Bad, why);
            return;
        }
        store.rebase_draft(cx, id);
        let Some(kept) = store.drafts.get(&id) else { return };
        let draft = Box::new(kept.draft.clone());
        if draft.is_fresh() {
            self.review_new(cx, store, id);
            return;
        }
        if let Some(form) = self.form_of(id) {
            form.stage = Stage::Checking;
            form.editing = None;
            form.on_top.clear();
            form.pager = crate::app::widget::pager::Pager::default();
        }
        cx.read(Slot::Check, Read::Check(draft));
    }

    /// `y` in the review.
    pub(in crate::app) fn apply(&mut self, cx: &mut Context, store: &mut Store) {
        let Some(Form { id, stage: Stage::Review(review), .. }) = self.form() else { return };
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
        let Some(kept) = store.drafts.get(&id) else { return };
        let draft = Box::new(store.over_ours(&kept.draft));
        let undoes = kept.undoes;
        self.stage(id, Stage::Saving);
        if is_fresh(id) {
            store.write(cx, id, Write::Create(draft));
            return;
        }
        let if_match = store.writes.if_match;
        store.write_of(cx, id, Write::Save { draft, if_match }, undoes);
    }

    /// The server has it: what it says now is compared with what was wanted.
    pub(in crate::app) fn stored(
        &mut self,
        cx: &mut Context,
        store: &mut Store,
        under_way: &UnderWay,
        draft: &Draft,
        now: &Fetched,
        differences: &[Difference],
        unseen: Option<&Trouble>,
    ) {
        let (id, action) = (under_way.id, store.action_of_save(under_way));
        let fields: Vec<_> = draft.changes().keys().copied().collect();
        store.learn_as(cx, now, Mine::Fields(&fields));
        let called = store.called(id);
        let names: Vec<_> = draft.changes().keys().map(|field| field.field().label).collect();
        let (how, why) = match unseen {
            None => ("saved", String::new()),
            Some(trouble) if under_way.late.is_some() => ("saved", under_way.how_known(cx, trouble)),
            Some(trouble) => ("Saved, although the answer was lost:", format!(" ({})", trouble.message)),
        };
        let told = store.told(id, differences);
        let tone = if told.is_empty() { Tone::Good } else { Tone::Bad };
        let saved = format!("{how} {called}: {}{told}", names.join(", "));
        cx.say_why(tone, &saved, &why, Some((Command::Undo, "undo")));
        let changes = draft
            .changes()
            .keys()
            .map(|field| (*field, draft.base().get(*field).clone(), now.registration.get(*field).clone()))
            .collect();
        if let Some(index) = under_way.of {
            store.turn_over(index, now);
        } else {
            store.history.note(Entry {
                at: cx.now.wall,
                id,
                name: draft.base().name().to_owned(),
                deed: if under_way.part.is_some() && fields == [FieldId::Enabled] { Deed::Toggle } else { Deed::Edit },
                changes,
                after: (now.registration.clone(), now.tag.clone()),
                standing: Standing::Done,
                group: under_way.part.map(|part| part.number),
            });
        }
        let ending = if unseen.is_some() { Ending::AppliedUnseen } else { Ending::Applied };
        let request = unseen.and_then(|trouble| trouble.request_id.clone());
        let line = cx.journal(action, draft, Change::of_draft(draft), ending, request);
        cx.effect(line);
        self.finish(cx, store, id, draft, now);
    }

    /// `w`: local checks, then the check against the server.
    pub(in crate::app) fn begin_save(&mut self, cx: &mut Context, store: &mut Store) {
        if let Some(form) = self.form_mut() {
            form.checks_again = false;
        }
        let Some(form) = self.form() else { return };
        let id = form.id;
        if let Stage::Conflict(merge) = &form.stage {
            let merge = merge.clone();
            self.merged(cx, store, id, &merge);
            return;
        }
        if !matches!(form.stage, Stage::Editing) {
            return;
        }
        // The list may have changed since the name was typed.
        self.look_for_namesake(store, id);
        let (Some(form), Some(kept)) = (self.form(), self.form_draft(store)) else { return };
        let findings = form.findings(kept, &store.lint_context());
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

    /// Puts the server's complaints to their fields in the form, cursor on the first. Answers with the others.
    pub(in crate::app) fn complain(
        &mut self,
        cx: &Context,
        store: &Store,
        id: u64,
        trouble: &Trouble,
        draft: &Draft,
    ) -> Vec<String> {
        let explanation = explain(trouble, draft);
        let first = explanation.fields.first().map(|(field, _)| *field);
        self.stage(id, Stage::Editing);
        if let Some(form) = self.form_of(id) {
            form.refused.clear();
            for (field, message) in explanation.fields {
                form.refused.entry(field).or_default().push(message);
            }
            form.on_top.clone_from(&explanation.general);
        }
        if let Some(field) = first {
            self.form_cursor(cx, store, field.place());
        }
        explanation.general
    }

    /// The server said no: each complaint goes to its field, the draft stays.
    pub(in crate::app) fn refused(
        &mut self,
        cx: &mut Context,
        store: &Store,
        id: u64,
        draft: &Draft,
        trouble: &Trouble,
    ) {
        let called = store.called(id);
        let general = self.complain(cx, store, id, trouble, draft);
        let mut text = format!("Not saved, nothing was changed: {called}: {}", trouble.message);
        for general in &general {
            text.push_str("; ");
            text.push_str(general);
        }
        text.push_str("; your draft is kept");
        cx.say(Tone::Bad, text);
        cx.ask_sign_in_after(trouble);
    }

    /// The look at the server told something.
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
                store.learn(cx, &now);
                store.rebase(cx, id, &now);
                let text =
                    "Unchanged on the server since you opened it (checked just now; only a name it refers to changed).";
                self.review(cx, store, id, text.to_owned(), Vec::new());
            }
            Checked::Moved { now, merge } => {
                store.learn(cx, &now);
                store.changes.told(id);
                self.moved_under(cx, store, id, merge);
            }
            Checked::Gone => self.gone(cx, store, id, "Nothing was sent"),
        }
    }

    /// The record of a form was deleted: the draft stays.
    fn gone(&mut self, cx: &mut Context, store: &mut Store, id: u64, what: &str) {
        store.went(cx, &[id]);
        self.stage(id, Stage::Editing);
        let (called, by) = (store.called(id), store.deleted_by(id));
        let text = format!("{called} was deleted{by}. {what}, your draft is kept. :recreate: create it again");
        cx.say(Tone::Bad, text);
    }

    /// A save ended.
    pub(in crate::app) fn saved(
        &mut self,
        cx: &mut Context,
        store: &mut Store,
        under_way: &UnderWay,
        draft: &Draft,
        saved: Saved,
    ) {
        let id = under_way.id;
        let called = store.called(id);
        let action = store.action_of_save(under_way);
        let (ending, request, merge) = match saved {
            Saved::Applied { now, differences } => {
                return self.stored(cx, store, under_way, draft, &now, &differences, None);
            }
            Saved::AppliedUnseen { now, trouble } => {
                return self.stored(cx, store, under_way, draft, &now, &[], Some(&trouble));
            }
            Saved::CannotCompare => {
                store.writes.if_match = IfMatch::Omit;
                cx.say(
                    Tone::Plain,
                    "This server cannot compare its own ETags (412 right after a 304). If-Match is off for this \
                     session; set if_match = false in the profile. Checking again",
                );
                self.stage(id, Stage::Editing);
                return self.check(cx, store, id);
            }
            Saved::Moved { now, merge } => {
                store.learn(cx, &now);
                store.changes.told(id);
                let changed = store.others(id).changed("it");
                cx.say(Tone::Bad, format!("{called}: {changed} in the meantime (412); nothing was saved"));
                (Ending::Conflict, None, Some(merge))
            }
            Saved::Gone => {
                self.gone(cx, store, id, "Nothing was changed");
                (Ending::Gone, None, None)
            }
            Saved::Refused(trouble) => {
                self.refused(cx, store, id, draft, &trouble);
                (Ending::Refused, trouble.request_id, None)
            }
            Saved::NotApplied { now, trouble } => {
                store.learn(cx, &now);
                self.stage(id, Stage::Editing);
                let then = format!("Your draft is kept. {}: save again", cx.key(Command::Save));
                let text = words::not_applied("applied", &under_way.so_far(cx), &then, &trouble);
                cx.say(Tone::Bad, format!("{called}: {text}"));
                (Ending::NotApplied, trouble.request_id, None)
            }
            Saved::Unclear { now, merge, trouble } => {
                store.learn(cx, &now);
                let why = words::no_clear_answer(&trouble);
                let text = "the registration now has neither the old nor your values";
                cx.say(Tone::Bad, format!("{called}: {text} {why}"));
                (under_way.unclear(), trouble.request_id, Some(merge))
            }
            Saved::Unknown { trouble, seen } => {
                store.note_unanswered(id);
                self.stage(id, Stage::Editing);
                let then = ". Your draft is kept; checking until known";
                cx.say(Tone::Bad, format!("{called}: {}", words::unknown("applied", &seen, then, &trouble)));
                (Ending::Unknown, trouble.request_id, None)
            }
        };
        let line = cx.journal(action, draft, Change::of_draft(draft), ending, request);
        cx.effect(line);
        if let Some(merge) = merge {
            self.moved_under(cx, store, id, merge);
        }
    }
}

impl Store {
    pub(in crate::app) fn rebase(&mut self, cx: &mut Context, id: u64, now: &Fetched) {
        if let Some(kept) = self.drafts.get_mut(&id) {
            kept.draft = rebased(&kept.draft, &now.registration, now.tag.clone());
            kept.based = cx.now.wall;
        }
    }

    /// What a save is for the journal: an edit, or an entry of the history that it undoes or does again.
    pub(in crate::app) fn action_of_save(&self, under_way: &UnderWay) -> Action {
        match under_way.of.and_then(|index| self.history.get(index)).map(|entry| entry.standing) {
            None => under_way.part.map_or(Action::Edit, |part| part.action),
            Some(Standing::Done) => Action::Undo,
            Some(Standing::Undone) => Action::Redo,
        }
    }

    /// What an answer has that was not wanted, in words.
    pub(in crate::app) fn told(&self, id: u64, differences: &[Difference]) -> String {
        let mut text = String::new();
        for difference in &self.by_others(id, differences) {
            let label = difference.field.field().label;
            let value = |value: &Value| show::full(difference.field, value.as_ref(), &self.targets).into_owned();
            let answer = value(&difference.answer);
            let part = match difference.cause {
                Cause::Foreign => format!("; meanwhile {} to {answer}", self.others(id).changed(label)),
                Cause::Altered => {
                    format!("; the server stored {label} {answer} instead of your {}", value(&difference.wanted))
                }
            };
            text.push_str(&part);
        }
        text
    }

    fn short_tag(&self, id: u64) -> String {
        let tag = self.drafts.get(&id).and_then(|kept| kept.draft.tag());
        tag.map_or_else(String::new, |tag| format!(", ETag {}", crate::app::widget::line::short_tag(tag.as_str())))
    }
}
