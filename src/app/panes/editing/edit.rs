//! The form's commands and its typing: every key goes into the draft at once, and the draft to the disk, so
//! that nothing typed can be lost.

use secrecy::zeroize::Zeroizing;

use crate::domain::change::Draft;
use crate::domain::change::draft::{is_fresh, server_default};
use crate::domain::record::{EDIT_ORDER, FieldId, Record as _, Secret, Value, ValueKind, ValueRef};
use crate::domain::rules::{Severity, check};
use crate::keys::{Code, Command, Key, Scope};

use crate::app::core::{Access, Context, Effect, Intent, Read, Slot, Tone};
use crate::app::form::find::FindDirection;
use crate::app::form::{Editing, Form, FormStage, Picker, begin_text};
use crate::app::model::drafts::{OnDisk, OpenDraft};
use crate::app::panes::record::REVEALED;
use crate::app::panes::stack::SidePane;
use crate::app::panes::{Focus, Panes};
use crate::app::store::Store;
use crate::app::widget::{LineEditor, TextEditor};

impl Context {
    /// Why records may not be changed, if they may not.
    pub fn why_read_only(&self) -> Option<String> {
        (self.setup.access == Access::ReadOnly).then(|| {
            format!("Profile {} is read-only (access = \"read-only\"): changes are refused", self.setup.profile)
        })
    }
}

impl Panes {
    /// A key while a value is being made.
    pub(in crate::app) fn typed_in_form(&mut self, cx: &mut Context, store: &mut Store, key: Key) {
        let Some(form) = self.form_mut() else { return };
        let Some(editing) = form.editing.take() else { return };
        let plain = |code| key == Key::plain(code);
        let step = if plain(Code::Tab) { FindDirection::On } else { FindDirection::Back };
        match editing {
            Editing::Find(finder) => self.typed_in_finder(cx, store, finder, key),
            Editing::Picker(picker) if plain(Code::Tab) || plain(Code::BackTab) => {
                // What was not looked for is not chosen either.
                if !picker.filter.text().trim().is_empty() {
                    self.typed_in_picker(cx, store, picker, Key::plain(Code::Enter));
                }
                if self.form().is_none_or(|form| form.editing.is_none()) {
                    self.type_in_next(cx, store, step);
                }
            }
            Editing::Picker(picker) => self.typed_in_picker(cx, store, picker, key),
            Editing::Line(_) if plain(Code::Enter) || plain(Code::Esc) => {
                self.done_typing();
            }
            Editing::Lines(_) if plain(Code::Esc) => {
                self.done_typing();
            }
            Editing::Line(_) | Editing::Lines(_) if key == Key::ctrl('s') => {
                self.done_typing();
                cx.ask(Intent::Run(Command::Save));
            }
            Editing::Line(_) if self.conflict().is_some() && (plain(Code::Tab) || plain(Code::BackTab)) => {
                self.done_typing();
                let command = if plain(Code::Tab) { Command::NextMarked } else { Command::PreviousMarked };
                self.next_marked(cx, store, command);
            }
            Editing::Line(_) | Editing::Lines(_) if plain(Code::Tab) || plain(Code::BackTab) => {
                self.type_in_next(cx, store, step);
            }
            Editing::Line(mut line) => {
                line.typed(key);
                self.typing(cx, store, Editing::Line(line));
            }
            Editing::Lines(mut lines) => {
                lines.typed(key);
                self.typing(cx, store, Editing::Lines(lines));
            }
        }
    }

    /// Throws the draft of a record away: only by its own command.
    pub(in crate::app) fn discard(&mut self, cx: &mut Context, store: &mut Store, id: u64) {
        let display_name = store.display_name(id);
        if store.drafts.remove(&id).is_none() {
            return;
        }
        self.retain(|side| !Self::is_form_of(side, id));
        let rest = if is_fresh(id) { "nothing was sent" } else { "the server's record is unchanged" };
        cx.say(Tone::Good, format!("{display_name}: draft discarded; {rest}"));
        cx.give_up(&[Slot::Base, Slot::Check]);
        cx.effect(Effect::DropDraft(id));
    }

    /// Whether the form that has the keyboard makes a value of a field.
    pub(in crate::app) fn makes_value(&self) -> bool {
        self.focus == Focus::Side && self.form().is_some_and(|form| form.editing.is_some())
    }

    /// Whether a pane is the form of this record.
    pub(in crate::app) fn is_form_of(side: &SidePane, id: u64) -> bool {
        matches!(side, SidePane::Form(form) if form.id == id)
    }

    /// Opens a form on top.
    pub(in crate::app) fn push_form(&mut self, form: Form) {
        self.push(SidePane::Form(Box::new(form)));
    }

    /// The form on top, if one is.
    pub fn form(&self) -> Option<&Form> {
        match self.stack.last() {
            Some(SidePane::Form(form)) => Some(form),
            _ => None,
        }
    }

    pub(in crate::app) fn form_mut(&mut self) -> Option<&mut Form> {
        match self.stack.last_mut() {
            Some(SidePane::Form(form)) => Some(form),
            _ => None,
        }
    }

    /// The draft that the form on top shows.
    pub fn form_draft<'a>(&self, store: &'a Store) -> Option<&'a OpenDraft> {
        store.drafts.get(&self.form()?.id)
    }

    /// Changes the draft of the form on top, and keeps it.
    fn change(&mut self, cx: &mut Context, store: &mut Store, change: impl FnOnce(&mut Draft)) {
        let Some(id) = self.form().map(|form| form.id) else { return };
        let Some(open) = store.drafts.get_mut(&id) else { return };
        let before = open.draft.clone();
        change(&mut open.draft);
        if open.draft == before {
            return;
        }
        if open.draft.text(FieldId::Name) != before.text(FieldId::Name) {
            self.look_for_namesake(store, id);
        }
        store.keep(cx, id);
    }

    /// Gives a field of the form on top a value that it can have: complaints about it and text that was none go,
    /// from the disk too.
    pub(in crate::app) fn change_field(
        &mut self,
        cx: &mut Context,
        store: &mut Store,
        field: FieldId,
        change: impl FnOnce(&mut Draft),
    ) {
        let Some(form) = self.form_mut() else { return };
        form.refused.remove(&field);
        let id = form.id;
        let was_unread = store.drafts.get_mut(&id).is_some_and(|open| open.unread.remove(&field).is_some());
        let before = cx.effects.len();
        self.change(cx, store, change);
        if was_unread && cx.effects.len() == before {
            store.keep(cx, id);
        }
    }

    /// Text is pasted while a value is being made.
    pub(in crate::app) fn pasted_in_form(&mut self, cx: &mut Context, store: &mut Store, text: &str) {
        let Some(form) = self.form_mut() else { return };
        let Some(mut editing) = form.editing.take() else {
            return cx.say(Tone::Plain, "No field is being edited; the paste was ignored");
        };
        match &mut editing {
            Editing::Line(line) => line.pasted(text),
            Editing::Lines(lines) => lines.pasted(text),
            Editing::Picker(picker) => picker.filter.pasted(text),
            Editing::Find(finder) => finder.line.pasted(text),
        }
        match editing {
            Editing::Line(_) | Editing::Lines(_) => self.typing(cx, store, editing),
            Editing::Picker(_) | Editing::Find(_) => self.set_editing(Some(editing)),
        }
    }

    /// The text changed: it goes into the draft at once.
    fn typing(&mut self, cx: &mut Context, store: &mut Store, editing: Editing) {
        // It may be a password.
        let text = Zeroizing::new(match &editing {
            Editing::Line(line) => line.text().to_owned(),
            Editing::Lines(lines) => lines.text(),
            Editing::Picker(_) | Editing::Find(_) => String::new(),
        });
        let Some(form) = self.form_mut() else { return };
        form.editing = Some(editing);
        if let FormStage::Conflict(_) = form.stage {
            self.type_resolution(cx, store, &text);
            return;
        }
        let field = form.field();
        self.take_text(cx, store, field.id, &text);
    }

    /// What was typed for a field: a value, or text that is none yet.
    fn take_text(&mut self, cx: &mut Context, store: &mut Store, field: FieldId, text: &str) {
        if field.field().kind == ValueKind::Secret {
            // Nothing typed yet changes nothing; removing it is X.
            self.change_field(cx, store, field, |draft| match text {
                "" => draft.revert(field),
                typed => draft.set(field, Value::Secret(Secret::new(typed))),
            });
            return;
        }
        match check::parse(field, text, &store.targets) {
            Ok(value) => self.change_field(cx, store, field, |draft| draft.set(field, value)),
            Err(finding) => {
                let Some(form) = self.form() else { return };
                let id = form.id;
                if let Some(open) = store.drafts.get_mut(&id) {
                    open.unread.insert(field, (text.to_owned(), finding));
                }
                store.keep(cx, id);
            }
        }
    }

    /// A digit in place of the number that the field has.
    pub(in crate::app) fn type_digit(&mut self, cx: &mut Context, store: &mut Store, digit: char) {
        self.typing(cx, store, Editing::Line(LineEditor::with(digit.encode_utf8(&mut [0; 4]))));
    }

    pub(in crate::app) fn done_typing(&mut self) {
        self.set_editing(None);
    }

    /// The value, or the name of a field, that is made in the form on top.
    pub(in crate::app) fn set_editing(&mut self, editing: Option<Editing>) {
        if let Some(form) = self.form_mut() {
            form.editing = editing;
        }
    }

    fn typed_in_picker(&mut self, cx: &mut Context, store: &mut Store, mut picker: Picker, key: Key) {
        let height = cx.overlay_height();
        let Some(form) = self.form() else { return };
        let field = form.field();
        let options = Form::options(field, &store.targets, picker.filter.text());
        match key {
            Key { code: Code::Esc, ctrl: false } => return self.done_typing(),
            Key { code: Code::Enter, ctrl: false } => {
                if let Some(chosen) = options.into_iter().nth(picker.pager.cursor) {
                    self.done_typing();
                    return self.change_field(cx, store, field.id, |draft| draft.set(field.id, chosen.value));
                }
                cx.say(Tone::Plain, "no match   Esc: cancel");
            }
            other => match crate::app::widget::movement(other) {
                Some(command) => {
                    picker.pager.follow(command, options.len(), height);
                }
                None => {
                    if picker.filter.typed(other) {
                        picker.pager = crate::app::widget::Pager::default();
                    }
                }
            },
        }
        self.set_editing(Some(Editing::Picker(picker)));
    }

    /// Begins to make a value of the field under the cursor with the editor that fits it.
    pub(in crate::app) fn input(&mut self, cx: &mut Context, store: &mut Store) {
        let (Some(form), Some(open)) = (self.form(), self.form_draft(store)) else { return };
        if !matches!(form.stage, FormStage::Editing) {
            return;
        }
        let field = form.field();
        let begin = match open.unread.get(&field.id) {
            Some((text, _)) => text.clone(),
            None => begin_text(field, &open.draft, &store.targets),
        };
        let default = server_default(field.id);
        let value = match open.draft.value(field.id) {
            ValueRef::Missing if open.draft.is_fresh() => default.as_ref(),
            value => value,
        };
        let flag = matches!(value, ValueRef::Flag(true));

        let editing = match field.kind {
            ValueKind::Flag => {
                return self.change_field(cx, store, field.id, |draft| draft.set(field.id, Value::Flag(!flag)));
            }
            ValueKind::Text | ValueKind::Secret | ValueKind::Number { .. } => Editing::Line(LineEditor::with(&begin)),
            ValueKind::Texts => Editing::Lines(TextEditor::with(&begin)),
            ValueKind::Choice(_) | ValueKind::Reference(_) => {
                // On what it is now: Enter alone changes nothing.
                let options = Form::options(field, &store.targets, "");
                let now = options.iter().position(|option| option.value.as_ref() == value);
                let mut picker = Picker::default();
                picker.pager.move_to(now.unwrap_or_default(), options.len(), cx.overlay_height());
                Editing::Picker(picker)
            }
        };
        if let ValueKind::Reference(relation) = field.kind {
            // What the server has now, all of it; until it comes, what is known.
            cx.read_beside(Slot::Catalogue, Read::Targets(relation, None));
        }
        self.set_editing(Some(editing));
    }

    pub(in crate::app) fn set_null(&mut self, cx: &mut Context, store: &mut Store) {
        let Some(field) = self.form().map(Form::field) else { return };
        let empty = if field.kind == ValueKind::Texts { Value::Texts(Vec::new()) } else { Value::Null };
        self.change_field(cx, store, field.id, |draft| draft.set(field.id, empty));
    }

    pub(in crate::app) fn revert_field(&mut self, cx: &mut Context, store: &mut Store) {
        let Some(field) = self.form().map(Form::field) else { return };
        self.change_field(cx, store, field.id, |draft| draft.revert(field.id));
    }

    /// Lines of the form with an error or a change; in a conflict the open ones.
    pub(in crate::app) fn marked_lines(&self, store: &Store) -> Vec<usize> {
        match (self.form(), self.form_draft(store)) {
            (Some(Form { stage: FormStage::Conflict(merge), .. }), _) => {
                let open = merge.open();
                let rows = crate::app::form::lines::shown_rows(merge);
                rows.iter().enumerate().filter(|(_, row)| open.contains(&row.field)).map(|(line, _)| line + 1).collect()
            }
            (Some(form), Some(open)) => {
                let findings = form.findings(open, &store.lint_context());
                let is_marked = |id| {
                    open.draft.is_changed(id)
                        || findings.iter().any(|finding| finding.field == id && finding.severity >= Severity::Error)
                };
                (0..EDIT_ORDER.len())
                    .filter(|place| EDIT_ORDER.get(*place).is_some_and(|field| is_marked(*field)))
                    .collect()
            }
            _ => Vec::new(),
        }
    }

    /// Puts the form's cursor on a line.
    pub(in crate::app) fn form_cursor(&mut self, cx: &Context, store: &Store, line: usize) {
        let (len, height) = self.side_extent(cx, store).unwrap_or_default();
        if let Some(form) = self.form_mut() {
            form.pager.move_to(line, len, height);
        }
    }

    pub(in crate::app) fn reveal_in_form(&mut self, cx: &Context, store: &Store) {
        let until = cx.now.mono + REVEALED;
        if let Some(form) = self.form_mut() {
            form.revealed_until = if form.revealed_until.is_some() { None } else { Some(until) };
            let line = FieldId::AuthPassword.place();
            self.form_cursor(cx, store, line);
        }
    }

    /// The base of a form is there.
    pub(in crate::app) fn take_base(&mut self, cx: &Context, store: &mut Store, id: u64, mut draft: Draft) {
        let name = draft.base().name().to_owned();
        let Some(form) = self.form_of(id) else { return };
        form.stage = FormStage::Editing;
        let intended = std::mem::take(&mut form.intended);
        let first = intended.first().map(|(field, _)| field.place());
        for (field, value) in intended {
            draft.set(field, value);
        }
        let based = cx.now.wall;
        store.drafts.insert(id, OpenDraft::new(draft, name, based, OnDisk::Kept));
        if let (Some(line), true) = (first, self.form().is_some_and(|form| form.id == id)) {
            self.form_cursor(cx, store, line);
        }
    }

    /// Opens a form; `intended` changes are made as soon as the base is there.
    pub(in crate::app) fn open_form(
        &mut self,
        cx: &mut Context,
        store: &mut Store,
        id: u64,
        intended: Vec<(FieldId, Value)>,
    ) {
        // A form that is open already comes to the top as it is: two of them would show one draft.
        if let Some(index) = self.stack.iter().position(|side| Self::is_form_of(side, id)) {
            let open = self.stack.remove(index);
            return self.push(open);
        }
        // Another console may have left a newer draft, or have one open.
        cx.effect(Effect::ClaimDraft(id));
        let mut form = Form::new(id);
        form.intended = intended;
        if store.drafts.get(&id).is_some_and(OpenDraft::is_empty) {
            // Nothing was typed over that base, so a newer one is better.
            store.drafts.remove(&id);
        }
        if let Some(open) = store.drafts.get(&id) {
            form.stage = FormStage::Editing;
            let in_text = open.text.is_some();
            let (content, based, first) = (open.content(), open.based, open.touched().map(FieldId::place).min());
            let (display_name, age) = (store.display_name(id), cx.clock(based));
            if in_text {
                let key = cx.key_in(Scope::Form, Command::EditText);
                cx.say(Tone::Plain, format!("{display_name}: {key}: resume the text from the editor"));
            } else {
                cx.say(Tone::Plain, format!("{display_name}: resumed your draft ({content}, from {age})"));
            }

            self.push_form(form);
            // On small screens what was changed may be out of view.
            self.form_cursor(cx, store, first.unwrap_or_default());
            return;
        }
        // While it is being written, what a pane has is about to be outdated.
        let fetched = store.fetched.get(&id).filter(|_| !store.writes.is_sending(id)).cloned();
        self.push_form(form);
        if let Some(fetched) = fetched {
            self.take_base(cx, store, id, Draft::new(fetched.registration, fetched.tag));
            return;
        }
        cx.read(Slot::Base, Read::Record { id, known: None });
    }

    /// To the next or previous field with an error or a change; in a conflict to the next open one.
    pub(in crate::app) fn next_marked(&mut self, cx: &Context, store: &Store, command: Command) {
        let marked = self.marked_lines(store);
        let cursor = self.form().map_or(0, |form| form.pager.cursor);
        let target = if command == Command::NextMarked {
            marked.iter().find(|line| **line > cursor).or_else(|| marked.first())
        } else {
            marked.iter().rev().find(|line| **line < cursor).or_else(|| marked.last())
        };
        if let Some(line) = target {
            self.form_cursor(cx, store, *line);
        }
    }
}
