//! Why a command cannot be used here and now. Menu and palette show it, and the command itself refuses with it
//! before it does anything, so that the three never disagree. What only the server or a worker knows is not
//! decided here.

use crate::domain::change::draft::is_fresh;
use crate::domain::record::{FieldId, FieldPresence, Relation, Resolved, ValueRef};
use crate::keys::Command;

use crate::app::core::{CommandRefusal, Context};
use crate::app::form::{Form, FormStage};
use crate::app::list::List;
use crate::app::list::marking::RANGE_LOST;
use crate::app::overlay::Dialogs;
use crate::app::panes::Panes;
use crate::app::panes::stack::SidePane;
use crate::app::rooms::Rooms;
use crate::app::store::Store;
use crate::app::widget::Leads;

/// Why a command cannot be used, if so.
pub(in crate::app) type Unavailable = Option<CommandRefusal>;

#[expect(clippy::unnecessary_wraps, reason = "it makes a refusal, which may be there or not")]
pub(in crate::app) fn plain(why: impl Into<String>) -> Unavailable {
    Some(CommandRefusal::Idle(why.into()))
}

#[expect(clippy::unnecessary_wraps, reason = "it makes a refusal, which may be there or not")]
fn bad(why: impl Into<String>) -> Unavailable {
    Some(CommandRefusal::Bad(why.into()))
}

pub(in crate::app) fn nothing_runs(rooms: &Rooms, dialogs: &Dialogs) -> Unavailable {
    let runs = rooms.writes.batch_goes()
        || rooms.sync.sweep.is_running()
        || !rooms.store.writes.under_way.is_empty()
        || !rooms.cx.flights.is_empty()
        || dialogs.program.is_some();
    if runs {
        return None;
    }
    plain(format!("Nothing is running. {}: back, quits from the list", rooms.key_here(Command::Back)))
}

pub(in crate::app) fn nothing_to_open(rooms: &Rooms) -> Unavailable {
    match rooms.leads() {
        Some(Leads::Relationship(field)) => field.relation().and_then(|relation| nowhere(rooms, relation)),
        Some(Leads::Target(..) | Leads::Registration(_)) => None,
        None if rooms.panes.focused().is_none() => no_subject(rooms, "open"),
        Some(Leads::Nowhere) | None => plain("not a link; POP, node and transport are"),
    }
}

pub(in crate::app) fn no_subject(rooms: &Rooms, verb: &str) -> Unavailable {
    if rooms.subject().is_some() { None } else { plain(format!("no registration selected to {verb}")) }
}

/// The target of this kind that the focused pane is about: its ID, or the link to it.
///
/// # Errors
/// Why there is no way to it.
pub(in crate::app) fn way_to(
    rooms: &Rooms,
    relation: Relation,
) -> Result<(Option<u64>, Option<String>), CommandRefusal> {
    let idle = |why: String| Err(CommandRefusal::Idle(why));
    if let Some(SidePane::Target(pane)) = rooms.panes.focused() {
        let known = pane.id.and_then(|id| rooms.store.targets.get(pane.relation, id));
        return match (relation, known.and_then(|target| target.pop)) {
            (Relation::Pop, Some(pop)) => Ok((Some(pop), None)),
            _ => idle(format!("a {} has no {}", pane.relation.noun(), relation.noun())),
        };
    }
    let Some(id) = rooms.subject() else { return idle("no registration selected".to_owned()) };
    let value = rooms.store.value_of(id, relation.field());
    let display_name = rooms.store.display_name(id);
    match (rooms.store.targets.resolve(value.as_ref()), value.as_ref()) {
        (Resolved::Target(target), _) => Ok((Some(target), None)),
        (Resolved::Unknown, ValueRef::Linked(link)) => Ok((None, Some(link.to_owned()))),
        (Resolved::Nothing, _) => {
            idle(format!("{display_name}: {} is {}", relation.noun(), relation.field().field().unset))
        }
        (Resolved::Unknown, _) => idle(format!("{display_name}: the server did not show its {}", relation.noun())),
    }
}

/// Why there is no way to this kind of target.
pub(in crate::app) fn nowhere(rooms: &Rooms, relation: Relation) -> Unavailable {
    way_to(rooms, relation).err()
}

pub(in crate::app) fn no_edit(rooms: &Rooms) -> Unavailable {
    rooms.cx.read_only().or_else(|| no_subject(rooms, "edit"))
}

pub(in crate::app) fn no_text(rooms: &Rooms) -> Unavailable {
    no_edit(rooms).or_else(|| rooms.panes.form_reads(&rooms.store)).or_else(|| only_in_the_form(rooms))
}

pub(in crate::app) fn no_progress(rooms: &Rooms) -> Unavailable {
    if rooms.writes.bulk.is_some() || rooms.sync.sweep.is_running() { None } else { plain("nothing is running") }
}

/// A form of the subject shows its review, a conflict, or waits for an answer.
pub(in crate::app) fn form_is_past_editing(rooms: &Rooms) -> Unavailable {
    let id = rooms.subject()?;
    let display_name = rooms.store.display_name(id);
    rooms.panes.stack.iter().find_map(|side| match side {
        SidePane::Form(form) if form.id == id => match form.stage {
            FormStage::Reading | FormStage::Editing => None,
            FormStage::Checking | FormStage::Review(_) | FormStage::Conflict(_) => {
                plain(format!("{display_name} is in review. {} there: back to the form", rooms.cx.key(Command::Escape)))
            }
            FormStage::Saving => plain(format!("{display_name} is being saved; wait for the answer")),
        },
        _ => None,
    })
}

/// A record that is not on the server yet is made in its form.
pub(in crate::app) fn only_in_the_form(rooms: &Rooms) -> Unavailable {
    let id = rooms.subject().filter(|id| is_fresh(*id))?;
    plain(format!("{} does not exist on the server yet", rooms.store.display_name(id)))
}

/// Why many records, or else the one that the focused pane is about, cannot be changed.
fn no_change(rooms: &Rooms, verb: &str, of_one: impl FnOnce(u64) -> Unavailable) -> Unavailable {
    if rooms.many() {
        return no_bulk(rooms);
    }
    rooms.cx.read_only().or_else(|| no_subject(rooms, verb)).or_else(|| of_one(rooms.subject()?))
}

pub(in crate::app) fn no_delete(rooms: &Rooms) -> Unavailable {
    no_change(rooms, "delete", |id| rooms.store.being_written(&rooms.cx, id))
}

/// Why nothing can be done to the marked records.
pub(in crate::app) fn no_bulk(rooms: &Rooms) -> Unavailable {
    if let Some(refusal) = rooms.cx.read_only() {
        return Some(refusal);
    }
    if rooms.store.marks.anchor.is_some() && rooms.list.range(&rooms.store).is_none() {
        return bad(rooms.cx.explain(RANGE_LOST));
    }
    if !rooms.list.has_targets(&rooms.store) {
        return plain(format!("Nothing is marked. {}: mark", rooms.key_here(Command::Mark)));
    }
    rooms.writes.batch_in_the_way().and_then(plain)
}

pub(in crate::app) fn no_bounce(rooms: &Rooms) -> Unavailable {
    no_change(rooms, "bounce", |id| {
        only_in_the_form(rooms)
            .or_else(|| rooms.store.being_written(&rooms.cx, id))
            .or_else(|| rooms.writes.batch_in_the_way().and_then(plain))
    })
}

pub(in crate::app) fn no_toggle(rooms: &Rooms) -> Unavailable {
    no_change(rooms, "switch", |id| rooms.store.being_written(&rooms.cx, id).or_else(|| no_known_state(rooms, id)))
}

fn no_known_state(rooms: &Rooms, id: u64) -> Unavailable {
    if rooms.store.is_on(id).is_some() {
        return None;
    }
    let (display_name, open) = (rooms.store.display_name(id), rooms.cx.key(Command::Open));
    bad(format!("{display_name}: the server did not show whether it is enabled. {open}: load it"))
}

pub(in crate::app) fn no_discard(rooms: &Rooms) -> Unavailable {
    let Some(id) = rooms.subject() else { return plain("no registration selected") };
    let display_name = rooms.store.display_name(id);
    if rooms.store.writes.is_writing(id) {
        return bad(format!("{display_name} is being saved; the draft is kept until the answer arrives"));
    }
    if rooms.store.drafts.contains_key(&id) { None } else { plain(format!("{display_name} has no draft")) }
}

pub(in crate::app) fn no_recreate(rooms: &Rooms) -> Unavailable {
    if let Some(refusal) = rooms.cx.read_only() {
        return Some(refusal);
    }
    match rooms.subject().filter(|id| rooms.store.drafts.contains_key(id)) {
        None => plain("no draft here to re-create from"),
        Some(id) if is_fresh(id) => {
            let save = rooms.key_here(Command::Save);
            plain(format!("{} was never on the server. {save}: review and create", rooms.store.display_name(id)))
        }
        // It would be there twice.
        Some(id) if rooms.store.records.get(id).is_some() && !rooms.store.is_deleted(id) => {
            let save = rooms.key_here(Command::Save);
            plain(format!(
                "{} was not deleted as far as known. {save} in its form: save the draft",
                rooms.store.display_name(id)
            ))
        }
        Some(id) => rooms.store.being_written(&rooms.cx, id),
    }
}

pub(in crate::app) fn no_cell(rooms: &Rooms) -> Unavailable {
    if rooms.list.rows.column.is_some() {
        return no_subject(rooms, "narrow by");
    }
    let (left, right) = (rooms.key_here(Command::ColumnLeft), rooms.key_here(Command::ColumnRight));
    plain(format!("choose a cell first with {left} and {right}"))
}

impl Panes {
    pub(in crate::app) fn no_password(&self, store: &Store) -> Unavailable {
        if self.form().is_some() {
            return self.form_reads(store);
        }
        let Some(SidePane::Detail(pane)) = self.stack.last() else { return None };
        let display_name = store.display_name(pane.id);
        match store.fetched.get(&pane.id).map(|fetched| fetched.registration.get(FieldId::AuthPassword)) {
            None => plain(format!("{display_name} is still loading; its password is not known yet")),
            Some(value) if value.as_ref().is_unset() => plain(format!("{display_name} has no password")),
            Some(_) => None,
        }
    }

    pub(in crate::app) fn no_document(&self, store: &Store) -> Unavailable {
        match self.stack.last() {
            Some(SidePane::Detail(pane)) if !store.fetched.contains_key(&pane.id) => {
                plain(format!("{} is still loading", store.display_name(pane.id)))
            }
            _ => None,
        }
    }

    /// The base of the form on top is not there yet.
    pub(in crate::app) fn form_reads(&self, store: &Store) -> Unavailable {
        match self.form() {
            Some(Form { id, stage: FormStage::Reading, .. }) => {
                plain(format!("{} is still loading; wait for its values", store.display_name(*id)))
            }
            _ => None,
        }
    }

    pub(in crate::app) fn not_null(&self) -> Unavailable {
        let field = self.form()?.field();
        match field.presence {
            FieldPresence::Required => bad(format!("{} cannot be empty: {}", field.label, field.more)),
            FieldPresence::Optional => None,
        }
    }

    pub(in crate::app) fn nothing_to_revert(&self, store: &Store) -> Unavailable {
        let (form, open) = (self.form()?, self.form_draft(store)?);
        let id = form.field().id;
        let touched = open.draft.is_changed(id)
            || open.draft.lost().any(|lost| lost == id)
            || open.unread.contains_key(&id)
            || form.refused.contains_key(&id);
        if touched { None } else { plain(format!("{} is unchanged, nothing to revert", form.field().label)) }
    }

    pub(in crate::app) fn no_review(&self, store: &Store) -> Unavailable {
        let form = self.form()?;
        match form.stage {
            FormStage::Checking => plain("checking with the server; wait for the review"),
            FormStage::Saving => plain(format!("{} is being saved; wait for the answer", store.display_name(form.id))),
            FormStage::Reading | FormStage::Editing | FormStage::Review(_) | FormStage::Conflict(_) => None,
        }
    }

    pub(in crate::app) fn no_curl(&self, store: &Store) -> Unavailable {
        match self.form().map(|form| &form.stage) {
            Some(FormStage::Review(review)) if review.curl.is_none() => plain("the curl command is not ready yet"),
            _ => self.no_review(store),
        }
    }

    pub(in crate::app) fn no_marked_field(&self, store: &Store) -> Unavailable {
        if self.marked_lines(store).is_empty() {
            return plain("no field has an error or a change");
        }
        None
    }

    pub(in crate::app) fn no_save(&self, cx: &Context, store: &Store) -> Unavailable {
        let form = self.form()?;
        match form.stage {
            FormStage::Reading => self.form_reads(store),
            FormStage::Editing => {
                let open = self.form_draft(store)?;
                if open.is_empty() {
                    let display_name = store.display_name(form.id);
                    let nothing = if is_fresh(form.id) {
                        "no field is set, nothing to create"
                    } else {
                        "no changes, nothing to save"
                    };
                    return plain(format!("{display_name}: {nothing}"));
                }
                let sending = "is already being saved; wait for the answer";
                store.in_the_way(cx, form.id, sending).and_then(bad)
            }
            FormStage::Checking | FormStage::Review(_) | FormStage::Conflict(_) | FormStage::Saving => None,
        }
    }

    pub(in crate::app) fn no_second_draft(&self, store: &Store) -> Unavailable {
        let id = self.form().map(|form| form.id)?;
        if store.changes.others.second.contains_key(&id) {
            return None;
        }
        plain(format!("{}: no other console left a draft of it", store.display_name(id)))
    }

    pub(in crate::app) fn nothing_to_decide(&self, cx: &Context) -> Unavailable {
        if self.conflict_field().is_some() {
            return None;
        }
        plain(cx.explain("nothing to decide for this field. {next-marked}: next open conflict"))
    }
}

impl Dialogs {
    pub(in crate::app) fn no_profiles(&self) -> Unavailable {
        if self.profiles.is_empty() {
            return plain("No profile to switch to. sipreg config init --profile NAME --url URL adds one");
        }
        None
    }
}

impl Context {
    pub(in crate::app) fn read_only(&self) -> Unavailable {
        self.why_read_only().map(CommandRefusal::ReadOnly)
    }
}

impl crate::app::write::Writes {
    pub(in crate::app) fn no_undo(&self, cx: &Context, store: &Store, command: Command) -> Unavailable {
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
    pub(in crate::app) fn no_undo_of(&self, cx: &Context, store: &Store, index: usize) -> Unavailable {
        let entry = store.history.get(index)?;
        if let Some(refusal) = cx.read_only() {
            return Some(refusal);
        }
        if entry.group.is_some() {
            return self.batch_in_the_way().and_then(plain);
        }
        if !entry.is_reversible() {
            let (id, name) = (entry.id, entry.name());
            return bad(format!("{id} {name}: the previous value is unknown, so it cannot be undone"));
        }
        store.being_written(cx, entry.id)
    }
}

impl List {
    pub(in crate::app) fn no_view(&self, cx: &Context, digit: u8) -> Unavailable {
        if digit <= 3 || self.views.own.contains_key(&digit) {
            return None;
        }
        let keys = cx.key(Command::Views);
        plain(format!("No view {digit}. {keys}: save the current list as a view"))
    }

    pub(in crate::app) fn nothing_to_export(&self, store: &Store) -> Unavailable {
        if self.rows.len(&store.records) > 0 || self.has_targets(store) {
            return None;
        }
        plain("No registration is shown or marked, nothing to export")
    }

    pub(in crate::app) fn nothing_to_mark(&self, store: &Store) -> Unavailable {
        if self.rows.len(&store.records) > 0 {
            return None;
        }
        plain("no registration is shown, nothing to mark")
    }
}

impl Store {
    pub(in crate::app) fn being_written(&self, cx: &Context, id: u64) -> Unavailable {
        self.in_the_way(cx, id, "is already being saved; the second key was ignored").and_then(plain)
    }

    pub(in crate::app) fn no_marks(&self) -> Unavailable {
        if self.marks.ids.is_empty() && self.marks.cleared.is_empty() { plain("nothing is marked") } else { None }
    }
}
