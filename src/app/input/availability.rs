//! Why a command cannot be used here and now. Menu and palette show it, and the command itself refuses with it
//! before it does anything, so that the three never disagree. What only the server or a worker knows is not
//! decided here.

use crate::domain::record::draft::is_fresh;
use crate::domain::record::field::{FieldId, Presence};
use crate::domain::record::relation::{Relation, Resolved};
use crate::domain::record::value::ValueRef;
use crate::keys::command::{Command, Writes};

use crate::app::core::context::Context;
use crate::app::core::notice::Tone;
use crate::app::form::{Form, Stage};
use crate::app::list::List;
use crate::app::list::marking::RANGE_LOST;
use crate::app::overlay::Dialogs;
use crate::app::panes::Panes;
use crate::app::store::Store;
use crate::app::widget::line::Leads;
use crate::app::{App, Focus, Side};

/// A refusal and how it is meant, if there is one.
pub(in crate::app) type Refusal = Option<(Tone, String)>;

#[expect(clippy::unnecessary_wraps, reason = "it makes a refusal, which may be there or not")]
pub(in crate::app) fn plain(why: impl Into<String>) -> Refusal {
    Some((Tone::Plain, why.into()))
}

#[expect(clippy::unnecessary_wraps, reason = "it makes a refusal, which may be there or not")]
fn bad(why: impl Into<String>) -> Refusal {
    Some((Tone::Bad, why.into()))
}

impl App {
    /// Whether the access of the profile is why a command cannot be used here, whatever the record.
    #[must_use]
    pub fn is_refused_by_profile(&self, command: Command) -> bool {
        let Some(read_only) = self.cx.why_read_only() else { return false };
        // Where there is nothing to undo that is said first.
        let writes = command.row().writes != Writes::Nothing;
        writes || self.why_not(command).is_some_and(|why| why == read_only)
    }

    pub(in crate::app) fn nothing_runs(&self) -> Refusal {
        let runs = self.writes.batch_goes()
            || self.sync.sweep.is_running()
            || !self.store.writes.under_way.is_empty()
            || !self.cx.flights.is_empty()
            || self.overlay.program.is_some();
        if runs {
            return None;
        }
        plain(format!(
            "Nothing is running. {}: back, quits from the list",
            self.cx.key_in(self.panes.scope(), Command::Back)
        ))
    }

    pub(in crate::app) fn nothing_to_open(&self) -> Refusal {
        if let (Focus::Side, Some(side)) = (self.panes.focus, self.panes.stack.last()) {
            let line = self.store.lines(&self.cx, side).into_iter().nth(side.pager().cursor);
            return match line.map(|line| line.leads) {
                Some(Leads::Relationship(field)) => field.relation().and_then(|relation| self.nowhere(relation)),
                Some(Leads::Target(..) | Leads::Registration(_)) => None,
                Some(Leads::Nowhere) | None => plain("not a link; POP, node and transport are"),
            };
        }
        self.no_subject("open")
    }

    pub(in crate::app) fn no_subject(&self, verb: &str) -> Refusal {
        if self.subject().is_some() { None } else { plain(format!("no registration selected to {verb}")) }
    }

    /// Why there is no way to this kind of target.
    pub(in crate::app) fn nowhere(&self, relation: Relation) -> Refusal {
        if let (Focus::Side, Some(Side::Target(pane))) = (self.panes.focus, self.panes.stack.last()) {
            let known = pane.id.and_then(|id| self.store.targets.get(pane.relation, id));
            return match (relation, known.and_then(|target| target.pop)) {
                (Relation::Pop, Some(_)) => None,
                _ => plain(format!("a {} has no {}", pane.relation.noun(), relation.noun())),
            };
        }
        let Some(id) = self.subject() else { return plain("no registration selected") };
        let value = self.store.value_of(id, relation.field());
        let called = self.store.called(id);
        match (self.store.targets.resolve(value.as_ref()), value.as_ref()) {
            (Resolved::Target(_), _) | (Resolved::Unknown, ValueRef::Linked(_)) => None,
            (Resolved::Nothing, _) => {
                plain(format!("{called}: {} is {}", relation.noun(), relation.field().field().unset))
            }
            (Resolved::Unknown, _) => plain(format!("{called}: the server did not show its {}", relation.noun())),
        }
    }

    pub(in crate::app) fn no_edit(&self) -> Refusal {
        self.cx.read_only().or_else(|| self.no_subject("edit"))
    }

    pub(in crate::app) fn no_text(&self) -> Refusal {
        self.no_edit().or_else(|| self.panes.form_reads(&self.store)).or_else(|| self.only_in_the_form())
    }

    pub(in crate::app) fn no_progress(&self) -> Refusal {
        if self.writes.bulk.is_some() || self.sync.sweep.is_running() { None } else { plain("nothing is running") }
    }

    /// A form of the subject shows its review, a conflict, or waits for an answer.
    pub(in crate::app) fn form_is_past_editing(&self) -> Refusal {
        let id = self.subject()?;
        let called = self.store.called(id);
        self.panes.stack.iter().find_map(|side| match side {
            Side::Form(form) if form.id == id => match form.stage {
                Stage::Reading | Stage::Editing => None,
                Stage::Checking | Stage::Review(_) | Stage::Conflict(_) => {
                    plain(format!("{called} is in review. {} there: back to the form", self.cx.key(Command::Escape)))
                }
                Stage::Saving => plain(format!("{called} is being saved; wait for the answer")),
            },
            _ => None,
        })
    }

    /// A record that is not on the server yet is made in its form.
    pub(in crate::app) fn only_in_the_form(&self) -> Refusal {
        let id = self.subject().filter(|id| is_fresh(*id))?;
        plain(format!("{} does not exist on the server yet", self.store.called(id)))
    }

    pub(in crate::app) fn no_delete(&self) -> Refusal {
        if self.many() {
            return self.no_bulk();
        }
        if let Some(refusal) = self.cx.read_only().or_else(|| self.no_subject("delete")) {
            return Some(refusal);
        }
        self.store.being_written(&self.cx, self.subject()?)
    }

    /// Why nothing can be done to the marked records.
    pub(in crate::app) fn no_bulk(&self) -> Refusal {
        if let Some(refusal) = self.cx.read_only() {
            return Some(refusal);
        }
        if self.store.marks.anchor().is_some() && self.list.range(&self.store).is_none() {
            return bad(self.cx.explain(RANGE_LOST));
        }
        if !self.list.has_targets(&self.store) {
            return plain(format!("Nothing is marked. {}: mark", self.cx.key_in(self.panes.scope(), Command::Mark)));
        }
        self.writes.batch_in_the_way().and_then(plain)
    }

    pub(in crate::app) fn no_bounce(&self) -> Refusal {
        if self.many() {
            return self.no_bulk();
        }
        if let Some(refusal) = self.cx.read_only().or_else(|| self.no_subject("bounce")) {
            return Some(refusal);
        }
        let id = self.subject()?;
        self.only_in_the_form()
            .or_else(|| self.store.being_written(&self.cx, id))
            .or_else(|| self.writes.batch_in_the_way().and_then(plain))
    }

    pub(in crate::app) fn no_toggle(&self) -> Refusal {
        if self.many() {
            return self.no_bulk();
        }
        if let Some(refusal) = self.cx.read_only().or_else(|| self.no_subject("switch")) {
            return Some(refusal);
        }
        let id = self.subject()?;
        if let Some(refusal) = self.store.being_written(&self.cx, id) {
            return Some(refusal);
        }
        if self.store.is_on(id).is_some() {
            return None;
        }
        let (called, open) = (self.store.called(id), self.cx.key(Command::Open));
        bad(format!("{called}: the server did not show whether it is enabled. {open}: load it"))
    }

    pub(in crate::app) fn no_discard(&self) -> Refusal {
        let Some(id) = self.subject() else { return plain("no registration selected") };
        let called = self.store.called(id);
        if self.store.writes.is_writing(id) {
            return bad(format!("{called} is being saved; the draft is kept until the answer arrives"));
        }
        if self.store.drafts.contains_key(&id) { None } else { plain(format!("{called} has no draft")) }
    }

    pub(in crate::app) fn no_recreate(&self) -> Refusal {
        if let Some(refusal) = self.cx.read_only() {
            return Some(refusal);
        }
        match self.subject().filter(|id| self.store.drafts.contains_key(id)) {
            None => plain("no draft here to re-create from"),
            Some(id) if is_fresh(id) => {
                let save = self.cx.key_in(self.panes.scope(), Command::Save);
                plain(format!("{} was never on the server. {save}: review and create", self.store.called(id)))
            }
            // It would be there twice.
            Some(id) if self.store.records.get(id).is_some() && !self.store.is_gone(id) => {
                let save = self.cx.key_in(self.panes.scope(), Command::Save);
                plain(format!(
                    "{} was not deleted as far as known. {save} in its form: save the draft",
                    self.store.called(id)
                ))
            }
            Some(id) => self.store.being_written(&self.cx, id),
        }
    }

    pub(in crate::app) fn no_cell(&self) -> Refusal {
        if self.list.rows.column.is_some() {
            return self.no_subject("narrow by");
        }
        let (left, right) = (
            self.cx.key_in(self.panes.scope(), Command::ColumnLeft),
            self.cx.key_in(self.panes.scope(), Command::ColumnRight),
        );
        plain(format!("choose a cell first with {left} and {right}"))
    }
}

impl Panes {
    pub(in crate::app) fn no_password(&self, store: &Store) -> Refusal {
        if self.form().is_some() {
            return self.form_reads(store);
        }
        let Some(Side::Detail(pane)) = self.stack.last() else { return None };
        let called = store.called(pane.id);
        match store.fetched.get(&pane.id).map(|fetched| fetched.registration.get(FieldId::AuthPassword)) {
            None => plain(format!("{called} is still loading; its password is not known yet")),
            Some(value) if value.as_ref().is_unset() => plain(format!("{called} has no password")),
            Some(_) => None,
        }
    }

    pub(in crate::app) fn no_document(&self, store: &Store) -> Refusal {
        match self.stack.last() {
            Some(Side::Detail(pane)) if !store.fetched.contains_key(&pane.id) => {
                plain(format!("{} is still loading", store.called(pane.id)))
            }
            _ => None,
        }
    }

    /// The base of the form on top is not there yet.
    pub(in crate::app) fn form_reads(&self, store: &Store) -> Refusal {
        match self.form() {
            Some(Form { id, stage: Stage::Reading, .. }) => {
                plain(format!("{} is still loading; wait for its values", store.called(*id)))
            }
            _ => None,
        }
    }

    pub(in crate::app) fn not_null(&self) -> Refusal {
        let field = self.form()?.field();
        match field.presence {
            Presence::Required => bad(format!("{} cannot be empty: {}", field.label, field.more)),
            Presence::Optional => None,
        }
    }

    pub(in crate::app) fn nothing_to_revert(&self, store: &Store) -> Refusal {
        let (form, kept) = (self.form()?, self.form_draft(store)?);
        let id = form.field().id;
        let touched = kept.draft.is_changed(id)
            || kept.draft.lost().any(|lost| lost == id)
            || kept.unread.contains_key(&id)
            || form.refused.contains_key(&id);
        if touched { None } else { plain(format!("{} is unchanged, nothing to revert", form.field().label)) }
    }

    pub(in crate::app) fn no_review(&self, store: &Store) -> Refusal {
        let form = self.form()?;
        match form.stage {
            Stage::Checking => plain("checking with the server; wait for the review"),
            Stage::Saving => plain(format!("{} is being saved; wait for the answer", store.called(form.id))),
            Stage::Reading | Stage::Editing | Stage::Review(_) | Stage::Conflict(_) => None,
        }
    }

    pub(in crate::app) fn no_curl(&self, store: &Store) -> Refusal {
        match self.form().map(|form| &form.stage) {
            Some(Stage::Review(review)) if review.curl.is_none() => plain("the curl command is not ready yet"),
            _ => self.no_review(store),
        }
    }

    pub(in crate::app) fn no_marked_field(&self, store: &Store) -> Refusal {
        if self.marked_lines(store).is_empty() {
            return plain("no field has an error or a change");
        }
        None
    }

    pub(in crate::app) fn no_save(&self, cx: &Context, store: &Store) -> Refusal {
        let form = self.form()?;
        match form.stage {
            Stage::Reading => self.form_reads(store),
            Stage::Editing => {
                let kept = self.form_draft(store)?;
                if kept.is_empty() {
                    let called = store.called(form.id);
                    let nothing = if is_fresh(form.id) {
                        "no field is set, nothing to create"
                    } else {
                        "no changes, nothing to save"
                    };
                    return plain(format!("{called}: {nothing}"));
                }
                let sending = "is already being saved; wait for the answer";
                store.in_the_way(cx, form.id, sending).and_then(bad)
            }
            Stage::Checking | Stage::Review(_) | Stage::Conflict(_) | Stage::Saving => None,
        }
    }

    pub(in crate::app) fn no_second_draft(&self, store: &Store) -> Refusal {
        let id = self.form().map(|form| form.id)?;
        if store.changes.others.second.contains_key(&id) {
            return None;
        }
        plain(format!("{}: no other console left a draft of it", store.called(id)))
    }

    pub(in crate::app) fn nothing_to_decide(&self, cx: &Context) -> Refusal {
        if self.conflict_field().is_some() {
            return None;
        }
        plain(cx.explain("nothing to decide for this field. {next-marked}: next open conflict"))
    }
}

impl Dialogs {
    pub(in crate::app) fn no_profiles(&self) -> Refusal {
        if self.profiles.is_empty() {
            return plain("No profile to switch to. sipreg config init --profile NAME --url URL adds one");
        }
        None
    }
}

impl Context {
    pub(in crate::app) fn read_only(&self) -> Refusal {
        self.why_read_only().and_then(bad)
    }
}

impl crate::app::write::Writes {
    pub(in crate::app) fn no_undo(&self, cx: &Context, store: &Store, command: Command) -> Refusal {
        let (index, what) = match command {
            Command::Redo => (store.history.redoable(), "redo"),
            _ => (store.history.undoable(), "undo"),
        };
        match index {
            None => plain(format!("nothing to {what} in this session")),
            Some(index) => self.no_undo_of(cx, store, index),
        }
    }

    /// Why one entry of the history cannot be undone or redone.
    pub(in crate::app) fn no_undo_of(&self, cx: &Context, store: &Store, index: usize) -> Refusal {
        let entry = store.history.get(index)?;
        if let Some(refusal) = cx.read_only() {
            return Some(refusal);
        }
        if entry.group.is_some() {
            return self.batch_in_the_way().and_then(plain);
        }
        if !entry.is_reversible() {
            let (id, name) = (entry.id, &entry.name);
            return bad(format!("{id} {name}: the previous value is unknown, so it cannot be undone"));
        }
        store.being_written(cx, entry.id)
    }
}

impl List {
    pub(in crate::app) fn no_view(&self, cx: &Context, digit: u8) -> Refusal {
        if digit <= 3 || self.views.own.contains_key(&digit) {
            return None;
        }
        let keys = cx.key(Command::Views);
        plain(format!("No view {digit}. {keys}: save the current list as a view"))
    }

    pub(in crate::app) fn nothing_to_export(&self, store: &Store) -> Refusal {
        if self.rows.len(&store.records) > 0 || self.has_targets(store) {
            return None;
        }
        plain("No registration is shown or marked, nothing to export")
    }

    pub(in crate::app) fn nothing_to_mark(&self, store: &Store) -> Refusal {
        if self.rows.len(&store.records) > 0 {
            return None;
        }
        plain("no registration is shown, nothing to mark")
    }
}

impl Store {
    pub(in crate::app) fn being_written(&self, cx: &Context, id: u64) -> Refusal {
        self.in_the_way(cx, id, "is already being saved; the second key was ignored").and_then(plain)
    }

    pub(in crate::app) fn no_marks(&self) -> Refusal {
        if self.marked().is_empty() && !self.marks.can_bring_back() { plain("nothing is marked") } else { None }
    }
}
