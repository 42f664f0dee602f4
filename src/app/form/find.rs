//! How the form's cursor gets to a field without stepping over the others: by its first letter, by typing a part of
//! its name, and from one text to the next while typing.

use crate::domain::record::field::{EDIT_ORDER, FIELD_COUNT, FieldId, Kind};
use crate::keys::chord::{Code, Key};
use crate::keys::command::Scope;

use crate::app::core::context::Context;
use crate::app::core::notice::Tone;
use crate::app::form::{Editing, Form, Stage};
use crate::app::panes::Panes;
use crate::app::store::Store;
use crate::app::widget::line_editor::LineEditor;

/// A field being looked for by name.
#[derive(Debug, Clone, Default)]
pub struct FieldFinder {
    /// What was typed.
    pub line: LineEditor,
    /// Where the cursor was before.
    from: usize,
}

impl FieldFinder {
    /// Whether something was typed that is in no field's name.
    #[must_use]
    pub fn finds_nothing(&self) -> bool {
        matches(self.line.text()).is_empty()
    }
}

/// Places of the fields whose name has this text, those that begin with it first.
fn matches(text: &str) -> Vec<usize> {
    let wanted = text.trim().to_lowercase();
    let mut ranked: Vec<(u8, usize)> = EDIT_ORDER
        .iter()
        .enumerate()
        .filter_map(|(place, field)| rank(*field, &wanted).map(|rank| (rank, place)))
        .collect();
    ranked.sort_unstable();
    ranked.into_iter().map(|(_, place)| place).collect()
}

fn rank(field: FieldId, wanted: &str) -> Option<u8> {
    let caption = field.caption().to_lowercase();
    let name = field.field().name;
    let begins = |text: &str| text.split([' ', '-']).any(|word| word.starts_with(wanted));
    match () {
        () if caption.starts_with(wanted) || name.starts_with(wanted) => Some(0),
        () if begins(&caption) || begins(name) => Some(1),
        () if caption.contains(wanted) || name.contains(wanted) => Some(2),
        () => None,
    }
}

/// The next item of a circle of fields from a place that fits; the place itself comes last.
fn around(from: usize, step: Step, fits: impl Fn(FieldId) -> bool) -> Option<usize> {
    (1..=FIELD_COUNT)
        .map(|count| match step {
            Step::On => (from + count) % FIELD_COUNT,
            Step::Back => (from + FIELD_COUNT - count) % FIELD_COUNT,
        })
        .find(|place| EDIT_ORDER.get(*place).is_some_and(|field| fits(*field)))
}

/// Which way round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::app) enum Step {
    On,
    Back,
}

const fn is_typed(kind: Kind) -> bool {
    match kind {
        Kind::Text | Kind::Secret | Kind::Number { .. } | Kind::Texts => true,
        Kind::Flag | Kind::Choice(_) | Kind::Reference(_) => false,
    }
}

impl Panes {
    fn finding(&mut self, finder: FieldFinder) {
        if let Some(form) = self.form_mut() {
            form.editing = Some(Editing::Find(finder));
        }
    }

    /// `/`: a field is looked for by name.
    pub(in crate::app) fn find_field(&mut self) {
        if let Some(form) = self.form_mut().filter(|form| matches!(form.stage, Stage::Editing)) {
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
        let Some(form) = self.form().filter(|form| matches!(form.stage, Stage::Editing)) else { return false };
        if self.scope() != Scope::Form {
            return false;
        }
        if c.is_ascii_digit() && matches!(form.field().kind, Kind::Number { .. }) {
            self.begin_anew(cx, store, c);
            return true;
        }
        let begins = |field: FieldId| {
            field.caption().chars().next().is_some_and(|first| first.to_lowercase().eq(c.to_lowercase()))
        };
        let Some(place) = around(form.pager.cursor, Step::On, begins) else { return false };
        self.form_cursor(cx, store, place);
        true
    }

    /// What was typed is done; typing goes on in the next field that takes text. So no letter is ever a command by
    /// accident.
    pub(in crate::app) fn type_in_next(&mut self, cx: &mut Context, store: &mut Store, step: Step) {
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
                    if !matches!(self.form().map(|form| form.field().kind), Some(Kind::Flag)) {
                        self.input(cx, store);
                    }
                    return;
                }
            }
            Key { code: Code::Tab | Code::Down, ctrl: false } => {
                let at = found.iter().position(|place| *place == from);
                if let Some(place) = at.and_then(|at| found.get(at + 1)).or_else(|| found.first()) {
                    self.form_cursor(cx, store, *place);
                }
            }
            Key { code: Code::BackTab | Code::Up, ctrl: false } => {
                let at = found.iter().position(|place| *place == from);
                let before = at.and_then(|at| at.checked_sub(1)).and_then(|at| found.get(at));
                if let Some(place) = before.or_else(|| found.last()) {
                    self.form_cursor(cx, store, *place);
                }
            }
            other => {
                let typed = finder.line.typed(other);
                self.finding(finder);
                if typed {
                    self.field_sought(cx, store);
                }
                return;
            }
        }
        self.finding(finder);
    }
}

impl Form {}
