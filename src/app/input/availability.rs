//! Why a command cannot be used here and now. Menu and palette show it, and the command itself refuses with it
//! before it does anything, so that the three never disagree. What only the server or a worker can tell is not
//! decided here.

use crate::domain::record::draft::is_fresh;
use crate::domain::record::field::{FieldId, Presence};
use crate::domain::record::relation::{Relation, Resolved};
use crate::domain::record::value::ValueRef;
use crate::keys;
use crate::keys::command::{Command, Scope};

use crate::app::core::context::Context;
use crate::app::core::notice::Tone;
use crate::app::form::{Form, Stage};
use crate::app::input::program;
use crate::app::list::List;
use crate::app::list::marking::RANGE_LOST;
use crate::app::panes::Panes;
use crate::app::store::Store;
use crate::app::widget::line::Leads;
use crate::app::write::Writes;
use crate::app::{App, Focus, Side};

/// A refusal and how it is meant, if there is one.
pub(in crate::app) type Refusal = Option<(Tone, String)>;

#[expect(clippy::unnecessary_wraps, reason = "it makes a refusal, which may be there or not")]
fn plain(why: impl Into<String>) -> Refusal {
    Some((Tone::Plain, why.into()))
}

#[expect(clippy::unnecessary_wraps, reason = "it makes a refusal, which may be there or not")]
fn bad(why: impl Into<String>) -> Refusal {
    Some((Tone::Bad, why.into()))
}

impl App {
    /// Why a command cannot be used on this screen, or just now. `None`: it can.
    #[must_use]
    pub fn why_not(&self, command: Command) -> Option<String> {
        self.refusal(command).map(|(_, why)| why)
    }

    #[expect(clippy::too_many_lines, reason = "a line a command")]
    pub(in crate::app) fn refusal(&self, command: Command) -> Refusal {
        if !command.row().works_in(self.panes.scope()) {
            let screens: Vec<&str> = command.row().scopes.iter().copied().map(Scope::title).collect();
            return plain(format!(":{} works in: {}", command.row().name, screens.join("; ")));
        }
        match command {
            Command::Profiles if self.overlay.profiles.is_empty() => {
                plain("No profile to switch to. sipreg config init --profile NAME --url URL adds one")
            }
            Command::Down
            | Command::Up
            | Command::HalfDown
            | Command::HalfUp
            | Command::PageDown
            | Command::PageUp
            | Command::First
            | Command::Last
            | Command::NextPane
            | Command::TurnPane
            | Command::PreviousPane
            | Command::Escape
            | Command::Back
            | Command::Quit
            | Command::Lock
            | Command::Help
            | Command::Palette
            | Command::Actions
            | Command::Messages
            | Command::Journal
            | Command::Refresh
            | Command::Reload
            | Command::Watch
            | Command::Exchanges
            | Command::Profiles
            | Command::Lint
            | Command::Overview
            | Command::Redraw
            | Command::Suspend
            | Command::GoToId
            | Command::LongHelp
            | Command::ShowBase
            | Command::AllMine
            | Command::AllTheirs
            | Command::Decline
            | Command::Filter
            | Command::BuildFilter
            | Command::ColumnLeft
            | Command::ColumnRight
            | Command::Sort
            | Command::ReverseSort
            | Command::SortLeft
            | Command::SortRight
            | Command::Columns
            | Command::Views
            | Command::NextMatch
            | Command::PreviousMatch
            | Command::ShowView => None,
            Command::BulkEnable | Command::BulkDisable | Command::BulkSet | Command::BulkDelete => self.no_bulk(),
            Command::Bounce => self.no_bounce(),
            Command::Export => match self.list.rows.len(&self.store.records) {
                0 if !self.list.has_targets(&self.store) => {
                    plain("No registration is shown or marked, nothing to export")
                }
                _ => None,
            },
            Command::Progress => match (self.writes.bulk.is_some(), self.sync.sweep.is_running()) {
                (false, false) => plain("nothing is running"),
                _ => None,
            },
            Command::Interrupt => self.nothing_runs(),
            Command::Open => self.nothing_to_open(),
            Command::GoPop => self.nowhere(Relation::Pop),
            Command::GoNode => self.nowhere(Relation::Node),
            Command::GoTransport => self.nowhere(Relation::TransportProtocol),
            Command::RevealPassword => self.panes.no_password(&self.store),
            Command::ShowDocument => self.panes.no_document(&self.store),
            Command::Edit => self.no_edit(),
            Command::EditText | Command::EditTextWithPassword => {
                self.no_edit().or_else(|| self.panes.form_reads(&self.store)).or_else(|| self.only_in_the_form())
            }
            Command::Create => self.cx.read_only(),
            Command::Clone => self.cx.read_only().or_else(|| self.no_subject("copy")),
            Command::Delete => self.no_delete(),
            Command::Mark | Command::MarkRange | Command::RangeDown | Command::RangeUp => self.no_subject("mark"),
            Command::MarkAll => match self.list.rows.len(&self.store.records) {
                0 => plain("no registration is shown, nothing to mark"),
                _ => None,
            },
            Command::ClearMarks => self.store.no_marks(),
            Command::SetField => self.no_edit().or_else(|| self.form_is_past_editing()),
            Command::Toggle => self.no_toggle(),
            Command::Undo | Command::Redo => self.writes.no_undo(&self.cx, &self.store, command),
            Command::Discard => self.no_discard(),
            Command::TakeDraft => self.no_second_draft(),
            Command::Recreate => self.no_recreate(),
            Command::Input | Command::FindField => self.panes.form_reads(&self.store),
            Command::SetNull => self.panes.form_reads(&self.store).or_else(|| self.panes.not_null()),
            Command::Revert => self.panes.form_reads(&self.store).or_else(|| self.panes.nothing_to_revert(&self.store)),
            Command::NextMarked | Command::PreviousMarked => {
                if self.panes.marked_lines(&self.store).is_empty() {
                    plain("no field has an error or a change")
                } else {
                    None
                }
            }
            Command::Save => self.no_save(),
            Command::Apply => self.panes.no_review(&self.store).or_else(|| self.unread_review().and_then(plain)),
            Command::ShowBody => self.panes.no_review(&self.store),
            Command::CopyCurl => self.panes.no_curl(&self.store),
            Command::Mine | Command::Theirs | Command::TypeChoice => match self.panes.conflict_field() {
                Some(_) => None,
                None => plain("nothing to decide for this field. n: next open conflict"),
            },
            Command::SameValue | Command::ShowValue => self.no_cell(),
            Command::SameDomain => self.no_subject("narrow by"),
            Command::View1 => self.list.no_view(&self.cx, 1),
            Command::View2 => self.list.no_view(&self.cx, 2),
            Command::View3 => self.list.no_view(&self.cx, 3),
            Command::View4 => self.list.no_view(&self.cx, 4),
            Command::View5 => self.list.no_view(&self.cx, 5),
            Command::View6 => self.list.no_view(&self.cx, 6),
            Command::View7 => self.list.no_view(&self.cx, 7),
            Command::View8 => self.list.no_view(&self.cx, 8),
            Command::View9 => self.list.no_view(&self.cx, 9),
            Command::Compare => self.no_subject("compare"),
            Command::RecordHistory => self.no_subject("show the history of").or_else(|| self.only_in_the_form()),
            Command::CopyId
            | Command::CopyName
            | Command::CopyCell
            | Command::CopyAddress
            | Command::CopyContact
            | Command::CopyJson
            | Command::CopyRequest
            | Command::CopyTicket => self.copied(command).err(),
            Command::Custom(custom) => program::of(self, custom).err().and_then(plain),
        }
    }

    /// Whether the access of the profile is why a command cannot be used here, whatever the record.
    #[must_use]
    pub fn is_refused_by_profile(&self, command: Command) -> bool {
        let Some(read_only) = self.cx.why_read_only() else { return false };
        // Where there is nothing to undo that is said first.
        let writes = command.row().writes != keys::command::Writes::Nothing;
        writes || self.why_not(command).is_some_and(|why| why == read_only)
    }

    fn nothing_runs(&self) -> Refusal {
        let runs = self.writes.batch_goes()
            || self.sync.sweep.is_running()
            || !self.store.writes.under_way.is_empty()
            || !self.cx.flights.is_empty()
            || self.overlay.program.is_some();
        if runs {
            return None;
        }
        plain(format!("Nothing is running. {}: back, quits from the list", self.panes.key_of(&self.cx, Command::Back)))
    }

    fn nothing_to_open(&self) -> Refusal {
        if let (Focus::Side, Some(side)) = (self.panes.focus, self.panes.stack.last()) {
            let line = self.lines(side).into_iter().nth(side.pager().cursor);
            return match line.map(|line| line.leads) {
                Some(Leads::Relationship(field)) => field.relation().and_then(|relation| self.nowhere(relation)),
                Some(Leads::Target(..) | Leads::Registration(_)) => None,
                Some(Leads::Nowhere) | None => plain("not a link; POP, node and transport are"),
            };
        }
        self.no_subject("open")
    }

    fn no_subject(&self, verb: &str) -> Refusal {
        if self.subject().is_some() { None } else { plain(format!("no registration selected to {verb}")) }
    }

    /// Why there is no way to this kind of target.
    fn nowhere(&self, relation: Relation) -> Refusal {
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

    fn no_edit(&self) -> Refusal {
        self.cx.read_only().or_else(|| self.no_subject("edit"))
    }

    /// A form of the subject shows its review, a conflict, or waits for an answer.
    fn form_is_past_editing(&self) -> Refusal {
        let id = self.subject()?;
        let called = self.store.called(id);
        self.panes.stack.iter().find_map(|side| match side {
            Side::Form(form) if form.id == id => match form.stage {
                Stage::Reading | Stage::Editing => None,
                Stage::Checking | Stage::Review(_) | Stage::Conflict(_) => {
                    plain(format!("{called} is in review. Esc there: back to the form"))
                }
                Stage::Saving => plain(format!("{called} is being saved; wait for the answer")),
            },
            _ => None,
        })
    }

    /// A record that is not on the server yet is made in its form.
    fn only_in_the_form(&self) -> Refusal {
        let id = self.subject().filter(|id| is_fresh(*id))?;
        plain(format!("{} does not exist on the server yet", self.store.called(id)))
    }

    fn no_delete(&self) -> Refusal {
        if self.many() {
            return self.no_bulk();
        }
        if let Some(refusal) = self.cx.read_only().or_else(|| self.no_subject("delete")) {
            return Some(refusal);
        }
        self.store.being_written(&self.cx, self.subject()?)
    }

    /// Why nothing can be done to the marked records.
    fn no_bulk(&self) -> Refusal {
        if let Some(refusal) = self.cx.read_only() {
            return Some(refusal);
        }
        if self.store.marks.anchor().is_some() && self.list.range(&self.store).is_none() {
            return bad(RANGE_LOST);
        }
        if !self.list.has_targets(&self.store) {
            return plain(format!("Nothing is marked. {}: mark", self.panes.key_of(&self.cx, Command::Mark)));
        }
        self.writes.batch_in_the_way().and_then(plain)
    }

    fn no_bounce(&self) -> Refusal {
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

    fn no_toggle(&self) -> Refusal {
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
        bad(format!("{}: the server did not show whether it is enabled. Enter: load it", self.store.called(id)))
    }

    fn no_discard(&self) -> Refusal {
        let Some(id) = self.subject() else { return plain("no registration selected") };
        let called = self.store.called(id);
        if self.store.writes.is_writing(id) {
            return bad(format!("{called} is being saved; the draft is kept until the answer arrives"));
        }
        if self.store.drafts.contains_key(&id) { None } else { plain(format!("{called} has no draft")) }
    }

    fn no_second_draft(&self) -> Refusal {
        let id = self.panes.form().map(|form| form.id)?;
        if self.store.changes.others.second.contains_key(&id) {
            return None;
        }
        plain(format!("{}: no other console left a draft of it", self.store.called(id)))
    }

    fn no_recreate(&self) -> Refusal {
        if let Some(refusal) = self.cx.read_only() {
            return Some(refusal);
        }
        match self.subject().filter(|id| self.store.drafts.contains_key(id)) {
            None => plain("no draft here to re-create from"),
            Some(id) if is_fresh(id) => {
                let save = self.panes.key_of(&self.cx, Command::Save);
                plain(format!("{} was never on the server. {save}: review and create", self.store.called(id)))
            }
            // It would be there twice.
            Some(id) if self.store.records.get(id).is_some() && !self.store.is_gone(id) => {
                let save = self.panes.key_of(&self.cx, Command::Save);
                plain(format!(
                    "{} was not deleted as far as known. {save} in its form: save the draft",
                    self.store.called(id)
                ))
            }
            Some(id) => self.store.being_written(&self.cx, id),
        }
    }

    fn no_save(&self) -> Refusal {
        let form = self.panes.form()?;
        match form.stage {
            Stage::Reading => self.panes.form_reads(&self.store),
            Stage::Editing => {
                let kept = self.panes.form_draft(&self.store)?;
                if kept.is_empty() {
                    let called = self.store.called(form.id);
                    let nothing = if is_fresh(form.id) {
                        "no field is set, nothing to create"
                    } else {
                        "no changes, nothing to save"
                    };
                    return plain(format!("{called}: {nothing}"));
                }
                let sending = "is already being saved; wait for the answer";
                self.store.in_the_way(&self.cx, form.id, sending).and_then(bad)
            }
            Stage::Checking | Stage::Review(_) | Stage::Conflict(_) | Stage::Saving => None,
        }
    }

    fn no_cell(&self) -> Refusal {
        if self.list.rows.column.is_some() {
            return self.no_subject("narrow by");
        }
        let (left, right) =
            (self.panes.key_of(&self.cx, Command::ColumnLeft), self.panes.key_of(&self.cx, Command::ColumnRight));
        plain(format!("choose a cell first with {left} and {right}"))
    }
}

impl Panes {
    fn key_of(&self, cx: &Context, command: Command) -> String {
        cx.setup.keymap.keys_of(self.scope(), command).unwrap_or_else(|| format!(":{}", command.row().name))
    }

    fn no_password(&self, store: &Store) -> Refusal {
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

    fn no_document(&self, store: &Store) -> Refusal {
        match self.stack.last() {
            Some(Side::Detail(pane)) if !store.fetched.contains_key(&pane.id) => {
                plain(format!("{} is still loading", store.called(pane.id)))
            }
            _ => None,
        }
    }

    /// The base of the form on top is not there yet.
    fn form_reads(&self, store: &Store) -> Refusal {
        match self.form() {
            Some(Form { id, stage: Stage::Reading, .. }) => {
                plain(format!("{} is still loading; wait for its values", store.called(*id)))
            }
            _ => None,
        }
    }

    fn not_null(&self) -> Refusal {
        let field = self.form()?.field();
        match field.presence {
            Presence::Required => bad(format!("{} cannot be empty: {}", field.label, field.more)),
            Presence::Optional => None,
        }
    }

    fn nothing_to_revert(&self, store: &Store) -> Refusal {
        let (form, kept) = (self.form()?, self.form_draft(store)?);
        let id = form.field().id;
        let touched = kept.draft.is_changed(id)
            || kept.draft.lost().any(|lost| lost == id)
            || kept.unread.contains_key(&id)
            || form.refused.contains_key(&id);
        if touched { None } else { plain(format!("{} is unchanged, nothing to revert", form.field().label)) }
    }

    fn no_review(&self, store: &Store) -> Refusal {
        let form = self.form()?;
        match form.stage {
            Stage::Checking => plain("checking with the server; wait for the review"),
            Stage::Saving => plain(format!("{} is being saved; wait for the answer", store.called(form.id))),
            Stage::Reading | Stage::Editing | Stage::Review(_) | Stage::Conflict(_) => None,
        }
    }

    fn no_curl(&self, store: &Store) -> Refusal {
        match self.form().map(|form| &form.stage) {
            Some(Stage::Review(review)) if review.curl.is_none() => plain("the curl command is not ready yet"),
            _ => self.no_review(store),
        }
    }
}

impl Context {
    fn read_only(&self) -> Refusal {
        self.why_read_only().and_then(bad)
    }
}

impl Writes {
    fn no_undo(&self, cx: &Context, store: &Store, command: Command) -> Refusal {
        let (index, what) = match command {
            Command::Redo => (store.history.redoable(), "redo"),
            _ => (store.history.undoable(), "undo"),
        };
        match index {
            None => plain(format!("nothing to {what} in this session")),
            Some(index) => self.no_undo_of(cx, store, index),
        }
    }

    /// Why one entry of the history cannot be taken back or done again.
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
        let keys = cx.setup.keymap.keys_of(Scope::List, Command::Views).unwrap_or_default();
        plain(format!("No view {digit}. {keys}: save the current list as a view"))
    }
}

impl Store {
    fn being_written(&self, cx: &Context, id: u64) -> Refusal {
        self.in_the_way(cx, id, "is already being saved; the second key was ignored").and_then(plain)
    }

    fn no_marks(&self) -> Refusal {
        if self.marked().is_empty() && !self.marks.can_bring_back() { plain("nothing is marked") } else { None }
    }
}
