//! From a draft to the server: checks, the look at the server, review, sending, and what the answer means.
//! Nothing is sent without the review, and nothing is sent twice without the user.

use crate::domain::answer::Fetched;
use crate::domain::change::journal::{Action, Change, Ending};
use crate::domain::change::merge::{Cause, Difference, rebased};
use crate::domain::change::outcome::{Checked, Saved, explain};
use crate::domain::record::draft::{Draft, is_fresh};
use crate::domain::record::field::FieldId;
use crate::domain::record::registration::Record as _;
use crate::domain::record::show;
use crate::domain::record::value::Value;
use crate::domain::request_error::{Trouble, TroubleKind};
use crate::domain::rules::check::Severity;

use crate::app::core::context::Context;
use crate::app::core::effect::{Effect, IfMatch, Read, Write};
use crate::app::core::intent::Intent;
use crate::app::core::notice::Tone;
use crate::app::core::ticket::Slot;
use crate::app::form::{Form, Review, Stage};
use crate::app::model::history::{Deed, Entry, Standing};
use crate::app::panes::Panes;
use crate::app::store::Store;
use crate::app::store::changes::Mine;
use crate::app::store::open_writes::IS_SENDING;
use crate::app::store::open_writes::UnderWay;
use crate::app::{App, Focus, Side};

impl App {
    /// `w`: local checks, then the look at the server.
    pub(in crate::app) fn begin_save(&mut self) {
        if let Some(form) = self.panes.form_mut() {
            form.checks_again = false;
        }
        let Some(form) = self.panes.form() else { return };
        let id = form.id;
        if let Stage::Conflict(merge) = &form.stage {
            let merge = merge.clone();
            self.merged(id, &merge);
            return;
        }
        if !matches!(form.stage, Stage::Editing) {
            return;
        }
        // The list may have changed since the name was typed.
        self.panes.look_for_namesake(&mut self.store, id);
        let (Some(form), Some(kept)) = (self.panes.form(), self.panes.form_draft(&self.store)) else { return };
        let findings = form.findings(kept, &self.store.lint_context());
        // What the server refused before is no reason not to ask it again.
        let blocking = findings
            .iter()
            .find(|finding| finding.severity == Severity::Error && !form.refused.contains_key(&finding.field));
        if let Some(finding) = blocking {
            let (field, text) = (finding.field, format!("{}: {}", finding.field.field().label, finding.message));
            self.form_cursor(field.place());
            self.cx.say(Tone::Bad, format!("not sent; {text}"));
            return;
        }
        self.check(id);
    }

    /// Looks at the server before the review.
    pub(in crate::app) fn check(&mut self, id: u64) {
        if let Some(why) = self.store.in_the_way(&self.cx, id, IS_SENDING) {
            self.cx.say(Tone::Bad, why);
            return;
        }
        self.store.rebase_draft(&mut self.cx, id);
        let Some(kept) = self.store.drafts.get(&id) else { return };
        let draft = Box::new(kept.draft.clone());
        if draft.is_fresh() {
            self.review_new(id);
            return;
        }
        if let Some(form) = self.panes.form_of(id) {
            form.stage = Stage::Checking;
            form.editing = None;
            form.on_top.clear();
            form.pager = crate::app::widget::pager::Pager::default();
        }
        self.cx.read(Slot::Check, Read::Check(draft));
    }

    /// The look at the server told something.
    pub(in crate::app) fn checked(&mut self, id: u64, checked: Checked) {
        match checked {
            Checked::Same => {
                let tag = self.store.short_tag(id);
                self.panes.review(
                    &mut self.cx,
                    &mut self.store,
                    id,
                    format!("Unchanged on the server since you opened it (checked just now{tag})."),
                    Vec::new(),
                );
            }
            Checked::Renewed(now) => {
                self.store.learn(&mut self.cx, &now);
                self.store.rebase(&mut self.cx, id, &now);
                let text =
                    "Unchanged on the server since you opened it (checked just now; only a name it refers to changed).";
                self.panes.review(&mut self.cx, &mut self.store, id, text.to_owned(), Vec::new());
            }
            Checked::Moved { now, merge } => {
                self.store.learn(&mut self.cx, &now);
                self.store.changes.told(id);
                self.moved_under(id, merge);
            }
            Checked::Gone => {
                self.store.went(&self.cx, &[id]);
                self.panes.stage(id, Stage::Editing);
                let (called, by) = (self.store.called(id), self.store.deleted_by(id));
                self.cx.say(
                    Tone::Bad,
                    format!(
                        "{called} was deleted{by}. Nothing was sent, your draft is kept. :recreate: create it \
                             again"
                    ),
                );
            }
        }
    }

    /// `y` in the review.
    pub(in crate::app) fn apply(&mut self) {
        let Some(Form { id, stage: Stage::Review(review), .. }) = self.panes.form() else { return };
        let (id, age) = (*id, self.cx.now.since(review.checked));
        if let Some(why) = self.store.in_the_way(&self.cx, id, IS_SENDING) {
            self.cx.say(Tone::Bad, why);
            return;
        }
        // A review that was left standing says nothing about now.
        if age > STALE_REVIEW && !is_fresh(id) {
            self.cx.say(Tone::Plain, format!("Checked {} s ago: checking again before saving", age.as_secs()));
            if let Some(form) = self.panes.form_mut() {
                form.checks_again = true;
            }
            self.check(id);
            return;
        }
        let Some(kept) = self.store.drafts.get(&id) else { return };
        let draft = Box::new(self.store.over_ours(&kept.draft));
        let undoes = kept.undoes;
        self.panes.stage(id, Stage::Saving);
        if is_fresh(id) {
            self.store.write(&mut self.cx, id, Write::Create(draft));
            return;
        }
        let if_match = self.store.writes.if_match;
        self.store.write_of(&mut self.cx, id, Write::Save { draft, if_match }, undoes);
    }

    /// A save ended.
    pub(in crate::app) fn saved(&mut self, under_way: &UnderWay, draft: &Draft, saved: Saved) {
        let id = under_way.id;
        let called = self.store.called(id);
        let action = self.store.action_of_save(under_way);
        match saved {
            Saved::Applied { now, differences } => self.stored(under_way, draft, &now, &differences, None),
            Saved::AppliedUnseen { now, trouble } => self.stored(under_way, draft, &now, &[], Some(&trouble)),
            Saved::Moved { now, merge } => {
                self.store.learn(&mut self.cx, &now);
                self.store.changes.told(id);
                let line = self.cx.journal(action, draft, Change::of_draft(draft), Ending::Conflict, None);
                let changed = self.store.others(id).changed("it");
                self.cx.say(Tone::Bad, format!("{called}: {changed} in the meantime (412); nothing was saved"));
                self.cx.effect(line);
                self.moved_under(id, merge);
            }
            Saved::CannotCompare => {
                self.store.writes.if_match = IfMatch::Omit;
                self.cx.say(
                    Tone::Plain,
                    "This server cannot compare its own ETags (412 right after a 304). If-Match is off for this \
                     session; set if_match = false in the profile. Checking again",
                );
                self.panes.stage(id, Stage::Editing);
                self.check(id);
            }
            Saved::Gone => {
                self.store.went(&self.cx, &[id]);
                self.panes.stage(id, Stage::Editing);
                let by = self.store.deleted_by(id);
                self.cx.say(
                    Tone::Bad,
                    format!(
                        "{called} was deleted{by}. Nothing was changed, your draft is kept. :recreate: create it \
                         again"
                    ),
                );
                self.cx.effect(self.cx.journal(action, draft, Change::of_draft(draft), Ending::Gone, None));
            }
            Saved::Refused(trouble) => self.refused(id, action, draft, &trouble),
            Saved::NotApplied { now, trouble } => {
                self.store.learn(&mut self.cx, &now);
                self.panes.stage(id, Stage::Editing);
                let text = format!(
                    "{called}: NOT applied {}, as a check shows. Your draft is kept. w: save again (no clear answer: \
                     {})",
                    under_way.so_far(&self.cx),
                    trouble.message
                );
                self.cx.say(Tone::Bad, text);
                self.cx.effect(self.cx.journal(
                    action,
                    draft,
                    Change::of_draft(draft),
                    Ending::NotApplied,
                    trouble.request_id,
                ));
            }
            Saved::Unclear { now, merge, trouble } => {
                self.store.learn(&mut self.cx, &now);
                let text = format!(
                    "{called}: the registration now has neither the old nor your values (no clear answer: {})",
                    trouble.message
                );
                self.cx.say(Tone::Bad, text);
                let line =
                    self.cx.journal(action, draft, Change::of_draft(draft), under_way.unclear(), trouble.request_id);
                self.cx.effect(line);
                self.moved_under(id, merge);
            }
            Saved::Unknown { trouble, seen } => {
                self.store.note_unanswered(id);
                self.panes.stage(id, Stage::Editing);
                let text = format!(
                    "{called}: UNKNOWN whether it was applied: {}. Your draft is kept; checking until known (no \
                     clear answer: {})",
                    seen.words(),
                    trouble.message
                );
                self.cx.say(Tone::Bad, text);
                self.cx.effect(self.cx.journal(
                    action,
                    draft,
                    Change::of_draft(draft),
                    Ending::Unknown,
                    trouble.request_id,
                ));
            }
        }
    }

    /// The server has it: what it says now is compared with what was wanted.
    fn stored(
        &mut self,
        under_way: &UnderWay,
        draft: &Draft,
        now: &Fetched,
        differences: &[Difference],
        unseen: Option<&Trouble>,
    ) {
        let (id, action) = (under_way.id, self.store.action_of_save(under_way));
        let fields: Vec<_> = draft.changes().keys().copied().collect();
        self.store.learn_as(&mut self.cx, now, Mine::Fields(&fields));
        let called = self.store.called(id);
        let names: Vec<_> = draft.changes().keys().map(|field| field.field().label).collect();
        // What is true and of which record stands first; why nobody answered may be cut on a narrow screen.
        let (how, why) = match unseen {
            None => ("saved", String::new()),
            Some(trouble) if under_way.late.is_some() => ("saved", under_way.how_known(&self.cx, trouble)),
            Some(trouble) => ("Saved, although the answer was lost:", format!(" ({})", trouble.message)),
        };
        let told = self.store.told(id, differences);
        let tone = if told.is_empty() { Tone::Good } else { Tone::Bad };
        let undo = self.cx.setup.keymap.keys_of(crate::keys::command::Scope::List, crate::keys::command::Command::Undo);
        let hint = undo.map(|keys| format!(". {keys}: undo")).unwrap_or_default();
        self.cx.say(tone, format!("{how} {called}: {}{told}{hint}{why}", names.join(", ")));
        let changes = draft
            .changes()
            .keys()
            .map(|field| (*field, draft.base().get(*field).clone(), now.registration.get(*field).clone()))
            .collect();
        if let Some(index) = under_way.of {
            self.store.turn_over(index, now);
        } else {
            self.store.history.note(Entry {
                at: self.cx.now.wall,
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
        let line = self.cx.journal(action, draft, Change::of_draft(draft), ending, request);
        self.cx.effect(line);
        self.panes.finish(&mut self.cx, &mut self.store, id, draft, now);
    }

    /// Puts the server's complaints to their fields in the form, cursor on the first. Answers with the others.
    pub(in crate::app) fn complain(&mut self, id: u64, trouble: &Trouble, draft: &Draft) -> Vec<String> {
        let explanation = explain(trouble, draft);
        let first = explanation.fields.first().map(|(field, _)| *field);
        self.panes.stage(id, Stage::Editing);
        if let Some(form) = self.panes.form_of(id) {
            form.refused.clear();
            for (field, message) in explanation.fields {
                form.refused.entry(field).or_default().push(message);
            }
            form.on_top.clone_from(&explanation.general);
        }
        if let Some(field) = first {
            self.form_cursor(field.place());
        }
        explanation.general
    }

    /// The server said no: each complaint goes to its field, the draft stays.
    fn refused(&mut self, id: u64, action: Action, draft: &Draft, trouble: &Trouble) {
        let called = self.store.called(id);
        let general = self.complain(id, trouble, draft);
        let mut text = format!("Not saved, nothing was changed: {called}: {}", trouble.message);
        for general in &general {
            text.push_str("; ");
            text.push_str(general);
        }
        text.push_str("; your draft is kept");
        self.cx.say(Tone::Bad, text);
        if matches!(trouble.kind, TroubleKind::SignInNeeded | TroubleKind::SignInRefused) {
            self.cx.ask(Intent::SignIn(trouble.clone()));
        }
        self.cx.effect(self.cx.journal(
            action,
            draft,
            Change::of_draft(draft),
            Ending::Refused,
            trouble.request_id.clone(),
        ));
    }

    /// The look at the server failed: nothing was sent.
    pub(in crate::app) fn not_checked(&mut self, id: u64, trouble: Trouble) {
        self.panes.stage(id, Stage::Editing);
        let called = self.store.called(id);
        self.cx.say(
            Tone::Bad,
            format!("{called}: not sent, the check with the server failed: {}. w: retry", trouble.message),
        );
        if matches!(trouble.kind, TroubleKind::SignInNeeded | TroubleKind::SignInRefused) {
            self.cx.ask(Intent::SignIn(trouble));
        }
    }
}

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
            let text = format!("{}: checked again just now, nothing sent yet. y: save", store.called(id));
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
