//! A conflict: what others changed is joined with what was typed, and what clashes is decided field by field.

use std::fmt::Write as _;

use crate::domain::change::merge::MergeSide;
use crate::domain::change::{Decision, FieldMerge, Merge, Upshot};
use crate::domain::count::counted;
use crate::domain::record::{FieldId, ValueKind};
use crate::domain::rules::check;
use crate::keys::Command;

use crate::app::core::{Context, Tone};
use crate::app::form::{Editing, FormStage};
use crate::app::panes::Panes;
use crate::app::store::Store;
use crate::app::widget::LineEditor;

/// What can be done about a field that both changed.
const CHOICES: &str = "{mine}: mine  {theirs}: theirs  {type-choice}: type";

/// Said once no conflict is open.
const DECIDED: &str = "All decided. {save}: check again and review";

impl Panes {
    /// The conflict that is shown.
    pub(in crate::app) fn conflict(&self) -> Option<&Merge> {
        match &self.form()?.stage {
            FormStage::Conflict(merge) => Some(merge),
            _ => None,
        }
    }

    fn conflict_mut(&mut self) -> Option<&mut Merge> {
        match &mut self.form_mut()?.stage {
            FormStage::Conflict(merge) => Some(merge),
            _ => None,
        }
    }

    pub(in crate::app) fn choose_all(&mut self, cx: &mut Context, side: MergeSide) {
        if let Some(merge) = self.conflict_mut() {
            merge.resolve_all(side);
            cx.say(Tone::Plain, cx.explain(DECIDED));
        }
    }

    pub(in crate::app) fn conflict_field(&self) -> Option<FieldId> {
        let (merge, cursor) = (self.conflict()?, self.form()?.pager.cursor);
        let row = crate::app::form::lines::shown_rows(merge).get(cursor.checked_sub(1)?).copied()?;
        (row.fate == FieldMerge::Conflict).then_some(row.field)
    }

    /// `e` in a conflict: a third value is typed.
    pub(in crate::app) fn type_choice(&mut self, cx: &mut Context, store: &mut Store) {
        let Some(field) = self.conflict_field() else { return };
        let row = self.conflict().and_then(|merge| merge.rows().iter().find(|row| row.field == field));
        let begin = row.and_then(|row| check::edit_text(field, row.mine.as_ref(), &store.targets)).unwrap_or_default();
        self.set_editing(Some(Editing::Line(LineEditor::with(&begin.replace('\n', " ")))));
        self.type_resolution(cx, store, &begin);
    }

    /// What is typed for a conflict becomes its decision as soon as it is a value.
    pub(in crate::app) fn type_resolution(&mut self, cx: &mut Context, store: &mut Store, text: &str) {
        let Some(field) = self.conflict_field() else { return };
        let Some(merge) = self.conflict_mut() else { return };
        match check::parse_cell(field, text, &store.targets) {
            // As in the form: nothing typed yet decides nothing, least of all to remove a password.
            _ if field.field().kind == ValueKind::Secret && text.is_empty() => merge.reopen(field),
            Ok(value) => merge.resolve(field, Decision::Typed(value)),
            Err(finding) => {
                merge.reopen(field);
                cx.say(Tone::Bad, finding.message);
            }
        }
    }

    /// All conflicts are decided: the result is the draft, over what the server has now. `ended` is how the save ended
    /// that showed them; `None` where nothing was sent.
    pub(in crate::app) fn merged(
        &mut self,
        cx: &mut Context,
        store: &mut Store,
        id: u64,
        merge: &Merge,
        ended: Option<Upshot>,
    ) {
        let draft = match merge.resolved() {
            Ok(draft) => draft,
            Err(open) => {
                let names: Vec<_> = open.iter().map(|field| field.field().label).collect();
                let choices = cx.explain(CHOICES);
                cx.say(Tone::Bad, format!("Still to decide: {}. {choices}", names.join(", ")));
                return;
            }
        };
        let was_conflict = merge.rows().iter().any(|row| row.fate == FieldMerge::Conflict);
        let theirs: Vec<FieldId> = merge.fields(FieldMerge::Theirs).collect();
        let same: Vec<_> = merge.fields(FieldMerge::Same).map(|field| field.field().label).collect();
        let empty = draft.is_empty();
        if let Some(open) = store.drafts.get_mut(&id) {
            open.draft = draft;
            open.based = cx.now.wall;
        }
        store.keep(cx, id);
        if empty {
            self.close_form(store, id);
            let display_name = store.display_name(id);
            let why = if was_conflict {
                "None of your changes is left to send; theirs are kept"
            } else if ended.is_some() {
                "the server has these values now"
            } else {
                "the server already has these values; nothing was sent"
            };
            cx.say(Tone::Good, format!("{display_name}: {why}"));
            return;
        }
        if was_conflict {
            // What was decided is a draft again, and is checked again.
            self.check(cx, store, id);
            return;
        }
        let changed = store.others(id).changed("other fields");
        let mut text = format!("Checked just now: {changed}; those are kept, yours are sent");
        if !same.is_empty() {
            let _ = write!(text, "; already set, not sent: {}", same.join(", "));
        }
        self.review(cx, store, id, text, theirs);
    }

    /// The conflict under the cursor is decided.
    pub(in crate::app) fn choose(&mut self, cx: &mut Context, store: &Store, choice: Decision) {
        let Some(field) = self.conflict_field() else { return };
        if let Some(merge) = self.conflict_mut() {
            merge.resolve(field, choice);
            if merge.open().is_empty() {
                cx.say(Tone::Plain, cx.explain(DECIDED));
                return;
            }
        }
        self.next_marked(cx, store, Command::NextMarked);
    }

    /// Others changed the record: what does not clash is joined, what clashes is asked. `ended` is how the save ended
    /// that showed it; `None` where nothing was sent.
    pub(in crate::app) fn moved_under(
        &mut self,
        cx: &mut Context,
        store: &mut Store,
        id: u64,
        merge: Box<Merge>,
        ended: Option<Upshot>,
    ) {
        if !merge.open().is_empty() {
            let count = merge.open().len();
            let fields = counted(count, "field");
            self.stage(id, FormStage::Conflict(merge));
            self.form_cursor(cx, store, 0);
            let display_name = store.display_name(id);
            let changed = store.others(id).changed(&format!("{fields} that you changed too"));
            let choices = cx.explain(CHOICES);
            let text = match ended {
                None => format!("{display_name}: {changed}. Nothing was sent. {choices}"),
                Some(Upshot::Unclear) => {
                    format!("{display_name}: UNKNOWN whether your change was applied. Decide {fields}: {choices}")
                }
                Some(_) => format!("{display_name}: not changed: {changed}. {choices}"),
            };
            cx.say(Tone::Bad, text);
            self.next_marked(cx, store, Command::NextMarked);
            return;
        }
        self.merged(cx, store, id, &merge, ended);
    }
}
