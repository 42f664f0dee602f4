//! Going to a field by its first letter or by what is typed, and typing on in the next one.

use crate::domain::record::{FieldId, ValueKind};
use crate::keys::{Code, Key, Scope};

use crate::app::core::{Context, Tone};
use crate::app::form::find::{FieldFinder, FindDirection, around, is_typed, matches};
use crate::app::form::{Editing, FormStage};
use crate::app::panes::Panes;
use crate::app::store::Store;

impl Panes {
    /// `/`: a field is looked for by name.
    pub(in crate::app) fn find_field(&mut self) {
        if let Some(form) = self.form_mut().filter(|form| matches!(form.stage, FormStage::Editing)) {
            let from = form.pager.cursor;
            form.editing = Some(Editing::Find(FieldFinder { from, ..FieldFinder::default() }));
        }
    }

    /// The cursor follows what is typed.
    pub(in crate::app) fn field_sought(&mut self, cx: &Context, store: &Store) {
        let Some(Editing::Find(finder)) = self.form().and_then(|form| form.editing.as_ref()) else { return };
        let first = matches(finder.line.text()).first().copied();
        let empty = finder.line.text().trim().is_empty();
        let place = if empty { Some(finder.from) } else { first };
        if let Some(place) = place {
            self.form_cursor(cx, store, place);
        }
    }

    /// A key that is no command of the form: a letter goes to the next field that begins with it, a digit begins a
    /// new number. Returns whether it was one.
    pub(in crate::app) fn key_in_fields(&mut self, cx: &mut Context, store: &mut Store, key: Key) -> bool {
        let Key { code: Code::Char(c), ctrl: false } = key else { return false };
        let Some(form) = self.form().filter(|form| matches!(form.stage, FormStage::Editing)) else { return false };
        if self.scope() != Scope::Form {
            return false;
        }
        if c.is_ascii_digit() && matches!(form.field().kind, ValueKind::Number { .. }) {
            self.type_digit(cx, store, c);
            return true;
        }
        let begins = |field: FieldId| {
            field.caption().chars().next().is_some_and(|first| first.to_lowercase().eq(c.to_lowercase()))
        };
        let Some(place) = around(form.pager.cursor, FindDirection::On, begins) else { return false };
        self.form_cursor(cx, store, place);
        true
    }

    /// What was typed is done; typing goes on in the next field that takes text. So no letter is ever a command by
    /// accident.
    pub(in crate::app) fn type_in_next(&mut self, cx: &mut Context, store: &mut Store, step: FindDirection) {
        self.done_typing();
        let from = self.form().map_or(0, |form| form.pager.cursor);
        let Some(place) = around(from, step, |field| is_typed(field.field().kind)) else { return };
        self.form_cursor(cx, store, place);
        self.input(cx, store);
    }

    pub(in crate::app) fn typed_in_finder(
        &mut self,
        cx: &mut Context,
        store: &mut Store,
        mut finder: FieldFinder,
        key: Key,
    ) {
        let from = self.form().map_or(0, |form| form.pager.cursor);
        let found = matches(finder.line.text());
        match key {
            Key { code: Code::Esc, ctrl: false } => {
                self.form_cursor(cx, store, finder.from);
                return;
            }
            Key { code: Code::Enter, ctrl: false } => {
                if found.is_empty() {
                    cx.say(Tone::Plain, "No field has this in its name. Backspace: correct, Esc: cancel");
                } else {
                    // A flag would be turned by it.
                    if !matches!(self.form().map(|form| form.field().kind), Some(ValueKind::Flag)) {
                        self.input(cx, store);
                    }
                    return;
                }
            }
            Key { code: Code::Tab | Code::Down | Code::BackTab | Code::Up, ctrl: false } => {
                let at = found.iter().position(|place| *place == from);
                let next = match key.code {
                    Code::Tab | Code::Down => at.and_then(|at| found.get(at + 1)).or_else(|| found.first()),
                    _ => at.and_then(|at| found.get(at.checked_sub(1)?)).or_else(|| found.last()),
                };
                if let Some(place) = next {
                    self.form_cursor(cx, store, *place);
                }
            }
            other => {
                let typed = finder.line.typed(other);
                self.set_editing(Some(Editing::Find(finder)));
                if typed {
                    self.field_sought(cx, store);
                }
                return;
            }
        }
        self.set_editing(Some(Editing::Find(finder)));
    }
}
