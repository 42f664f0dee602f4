//! The form: one line a field, what was changed, what is wrong with it, and the line being typed. Shows a
//! draft of [`crate::app::model::drafts`]; keeps nothing of it itself.

pub(crate) mod find;
pub(in crate::app) mod leave;
pub(crate) mod lines;
pub(crate) mod rows;

use std::collections::BTreeMap;
use std::time::Duration;

use crate::domain::change::draft::server_default;
use crate::domain::change::{Draft, Merge};
use crate::domain::formats::toml::TomlPassword;
use crate::domain::query::fold;
use crate::domain::record::{
    EDIT_ORDER, Field, FieldId, FieldPresence, MASK, Record as _, Relation, Targets, Value, ValueKind, ValueRef, show,
};
use crate::domain::rules::{CheckContext, Finding, Severity, check};

use crate::app::form::find::FieldFinder;
use crate::app::model::drafts::OpenDraft;
use crate::app::widget::{LineEditor, Pager, TextEditor};

/// What the pane is at.
#[derive(Debug, Clone, Default)]
pub enum FormStage {
    /// Reading the base.
    #[default]
    Reading,
    /// Changing fields.
    Editing,
    /// Looking at the server before the review.
    Checking,
    /// Showing what would be sent.
    Review(Review),
    /// Someone changed the same fields.
    Conflict(Box<Merge>),
    /// Sent; the answer is awaited.
    Saving,
}

/// What the review says besides the changes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Review {
    /// What the check found, in a sentence.
    pub check: String,
    /// When the check was made.
    pub checked: Duration,
    /// Fields that others changed and that are now part of the base.
    pub merged: Vec<FieldId>,
    /// What is doubtful but allowed, the worst first.
    pub warnings: Vec<Finding>,
    /// The JSON body that would be sent, password masked.
    pub body_text: Option<String>,
    /// The same as a curl command without the token.
    pub curl: Option<String>,
    /// Whether the JSON body is shown.
    pub body: bool,
    /// Whether its end was in view; before, nothing is sent.
    pub seen: bool,
}

/// A value being made.
#[derive(Debug, Clone)]
pub enum Editing {
    /// A line of text.
    Line(LineEditor),
    /// Several lines, an entry each.
    Lines(TextEditor),
    /// One out of several.
    Picker(Picker),
    /// Not a value: a field is looked for.
    Find(FieldFinder),
}

/// An entry of a picker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pick {
    /// What it becomes.
    pub value: Value,
    /// How it reads.
    pub text: String,
}

/// A list to pick from; typing filters it.
#[derive(Debug, Clone, Default)]
pub struct Picker {
    /// What was typed.
    pub filter: LineEditor,
    /// Over the matches.
    pub pager: Pager,
}

/// State of the pane.
#[derive(Debug, Clone, Default)]
pub struct Form {
    /// Which record.
    pub id: u64,
    /// Cursor over the lines of the stage.
    pub pager: Pager,
    /// What it is at.
    pub stage: FormStage,
    /// The value being made of the field under the cursor.
    pub editing: Option<Editing>,
    /// What the server refused, by field.
    pub refused: BTreeMap<FieldId, Vec<String>>,
    /// What the server refused without naming a field that is known.
    pub on_top: Vec<String>,
    /// Whether `y` had the record checked again instead of sending.
    pub checks_again: bool,
    /// Changes to make once the base is read: an undo that goes through the review.
    pub intended: Vec<(FieldId, Value)>,
    /// Whether it is to be edited as text, and with the password in it or not.
    pub as_text: Option<TomlPassword>,
    /// Whether the base's value is shown beside each change.
    pub with_base: bool,
    /// Whether the long help of the field is shown.
    pub long_help: bool,
    /// Until when the password is shown.
    pub revealed_until: Option<Duration>,
    /// The record that this new one is a copy of.
    pub copied: Option<u64>,
    /// The copy as it was made: nothing was typed as long as the draft is this.
    pub untouched: Option<Box<Draft>>,
    /// A name and the loaded record that has it.
    pub namesake: Option<(String, u64)>,
}

impl Review {
    /// What is doubtful in a draft, the worst first.
    pub fn warnings_of(draft: &Draft, context: &CheckContext<'_>) -> Vec<Finding> {
        let mut findings = draft.findings(context);
        findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
        findings
    }

    /// Whether the registration cannot work once this is saved.
    pub fn will_be_down(&self) -> bool {
        self.warnings.iter().any(|finding| finding.severity == Severity::Down)
    }
}

impl Form {
    /// Whether what would be sent, or what clashes, is shown in place of the fields.
    pub const fn is_reviewed(&self) -> bool {
        !matches!(self.stage, FormStage::Reading | FormStage::Editing)
    }

    /// A form whose base is yet to be read.
    pub fn new(id: u64) -> Self {
        Self { id, with_base: true, ..Self::default() }
    }

    /// The field under the cursor, while fields are edited.
    pub fn field(&self) -> &'static Field {
        EDIT_ORDER.get(self.pager.cursor).copied().unwrap_or(FieldId::Name).field()
    }

    /// Errors and warnings of a field: what was typed and is no value, what the server refused, what the
    /// checks say.
    pub fn findings(&self, open: &OpenDraft, context: &CheckContext<'_>) -> Vec<Finding> {
        let mut findings: Vec<Finding> = open.unread.values().map(|(_, finding)| finding.clone()).collect();
        for (field, messages) in &self.refused {
            let refused = messages.iter().map(|message| format!("refused by the server: {message}"));
            findings.extend(refused.map(|message| Finding::error(*field, message)));
        }
        if let Some((name, id)) =
            self.namesake.as_ref().filter(|(name, _)| open.draft.text(FieldId::Name) == Some(name))
        {
            let message = format!("registration {id} already has the name {name}; choose another, names are unique");
            findings.push(Finding::error(FieldId::Name, message));
        }
        // Of a field whose text is no value the draft has an older one, perhaps none: only the text is judged.
        findings.extend(open.draft.findings(context).into_iter().filter(|it| !open.unread.contains_key(&it.field)));
        for field in open.draft.lost() {
            let message = "was changed, but secrets are not stored on disk: type it again or revert";
            findings.push(Finding::error(field, message.to_owned()));
        }
        findings
    }

    /// What can be picked for a field.
    pub fn options(field: &Field, targets: &Targets, typed: &str) -> Vec<Pick> {
        let wanted = fold::fold(typed);
        let mut options = Vec::new();
        if field.presence == FieldPresence::Optional {
            options.push(Pick { value: Value::Null, text: format!("({})", field.unset) });
        }
        match field.kind {
            ValueKind::Reference(relation) => {
                options.extend(targets.of(relation).into_iter().map(|target| {
                    let mut text = format!("{}  (id {})", target.name.as_deref().unwrap_or("?"), target.id);
                    if let Some(pop) = target.pop {
                        text.push_str("  in ");
                        text.push_str(targets.name(Relation::Pop, pop).unwrap_or("?"));
                    }
                    Pick { value: Value::Reference(target.id), text }
                }));
            }
            ValueKind::Choice(choices) => options.extend(
                choices.iter().map(|(id, word)| Pick { value: Value::Number(*id), text: format!("{word}  ({id})") }),
            ),
            ValueKind::Text | ValueKind::Secret | ValueKind::Flag | ValueKind::Number { .. } | ValueKind::Texts => {}
        }
        options.retain(|option| fold::contains(&option.text, &wanted));
        options
    }

    /// The value of a field in the form, as it reads.
    pub fn text(field: &Field, open: &OpenDraft, targets: &Targets, revealed: bool) -> String {
        if let Some((text, _)) = open.unread.get(&field.id) {
            return text.replace('\n', " | ");
        }
        let value = open.draft.value(field.id);
        if open.draft.is_fresh() && value == ValueRef::Missing {
            default_text(field, targets)
        } else {
            value_text(field, value, targets, revealed)
        }
    }
}

/// What a field of a new record will be where nothing is said.
pub fn default_text(field: &Field, targets: &Targets) -> String {
    match server_default(field.id) {
        Value::Missing => "(required)".to_owned(),
        value if value.as_ref().is_unset() => format!("({})", field.unset),
        value => format!("({}: server default)", show::cell(field.id, value.as_ref(), targets)),
    }
}

/// A value in one line of the form.
pub fn value_text(field: &Field, value: ValueRef<'_>, targets: &Targets, revealed: bool) -> String {
    match (field.kind, value) {
        (ValueKind::Flag, ValueRef::Flag(true)) => "[x] yes".to_owned(),
        (ValueKind::Flag, ValueRef::Flag(false)) => "[ ] no".to_owned(),
        (ValueKind::Secret, ValueRef::Secret(secret)) if revealed && !value.is_unset() => secret.expose().to_owned(),
        (ValueKind::Secret, _) if !value.is_unset() => format!("{MASK}  set"),
        (ValueKind::Texts, ValueRef::Texts(texts)) if !texts.is_empty() => {
            texts.iter().enumerate().map(|(index, text)| format!("{} {text}", index + 1)).collect::<Vec<_>>().join("  ")
        }
        _ => show::full(field.id, value, targets).into_owned(),
    }
}

/// The text to begin typing with.
pub fn begin_text(field: &Field, draft: &Draft, targets: &Targets) -> String {
    match (field.kind, draft.value(field.id)) {
        // A secret is typed again, not corrected: its length alone would reveal something.
        // And what the server would put there is no beginning: it stays the server's until something is typed.
        (ValueKind::Secret, _) | (_, ValueRef::Missing) => String::new(),
        (_, value) => check::edit_text(field.id, value, targets).unwrap_or_default(),
    }
}
