//! A program of the user's own that gets values of registrations: its arguments, with placeholders, and
//! what becomes of them. Values are whole arguments and environment variables; no shell ever reads one as its language.

mod mistake;
mod words;

use std::fmt;

use crate::domain::record::{FIELDS, FieldId, Record, Secret, Targets, ValueKind, ValueRef};
use crate::domain::rules::check;
use crate::domain::text::visible;

pub use mistake::{CallMistake, ProgramError, Unfit};

/// Bytes of arguments and variables of one call: below what every system takes.
const MOST_BYTES: usize = 100_000;

/// In front of the names of variables with values of the registration.
const PREFIX: &str = "REGISTRATION_";

/// What stands in braces for a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Placeholder {
    /// The id.
    Id,
    /// `username@domain`.
    Address,
    /// A field, as an export writes it.
    Field(FieldId),
}

impl Placeholder {
    /// The placeholder of this name. The password is none: arguments of a program are seen by everyone on the machine.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "id" => Some(Self::Id),
            "address" => Some(Self::Address),
            _ => fields().find(|field| field.field().name == name).map(Self::Field),
        }
    }

    /// All names.
    pub fn names() -> impl Iterator<Item = &'static str> {
        ["id", "address"].into_iter().chain(fields().map(|field| field.field().name))
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Address => "address",
            Self::Field(field) => field.field().name,
        }
    }
}

/// Fields whose values a program may get as they are.
fn fields() -> impl Iterator<Item = FieldId> {
    FIELDS.iter().filter(|field| field.kind != ValueKind::Secret).map(|field| field.id)
}

/// A part of a word.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WordPart {
    /// As it stands.
    Text(String),
    /// A value.
    Value(Placeholder),
}

/// One argument, in parts.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProgramWord(Vec<WordPart>);

/// How a program is started.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Call {
    /// The program and its arguments, without a shell.
    Words(Vec<ProgramWord>),
    /// A piece of shell. It gets values as variables only.
    Shell(String),
}

/// What shows what the program prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Display {
    /// The terminal, which is the program's until it ends.
    Terminal,
    /// A box, once it has ended.
    Box,
}

/// A program, ready to be started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    /// What the user calls it.
    pub title: String,
    /// The program and its arguments; at least one word.
    pub words: Vec<String>,
    /// Variables that it gets beside those of sipreg.
    pub variables: Vec<(String, String)>,
    /// The password, where the user asked for it: a variable, too.
    pub password: Option<Secret>,
    /// What shows what it prints.
    pub display: Display,
}

impl Program {
    /// The variable with the password.
    pub fn password_variable() -> String {
        variable(FieldId::AuthPassword)
    }
}

/// The words on one line as one would type them, harmless.
impl fmt::Display for Program {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plain = |c: char| c.is_alphanumeric() || "/._-+,:@%=".contains(c);
        let words = self.words.iter().map(|word| match visible(word) {
            word if !word.is_empty() && word.chars().all(plain) => word.into_owned(),
            word => format!("'{}'", word.replace('\'', "'\\''")),
        });
        out.write_str(&words.collect::<Vec<_>>().join(" "))
    }
}

/// How a program ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProgramEnd {
    /// Whether it says that it did what it should.
    pub well: bool,
    /// How, as the end of a sentence: `exit code 3`.
    pub how: String,
    /// What it printed, errors included; hostile. Empty where the terminal showed it.
    pub output: String,
    /// Whether that is only the beginning.
    pub cut: bool,
}

impl ProgramEnd {
    /// What its exit code, or the signal that ended it, means.
    pub fn of(code: Option<i32>, signal: Option<i32>, output: String) -> Self {
        const INTERRUPTED: i32 = 2;
        let (well, how) = match (code, signal) {
            (Some(0), _) => (true, "done".to_owned()),
            (_, Some(INTERRUPTED)) | (Some(130), _) => (true, "interrupted".to_owned()),
            (Some(code), _) => (false, format!("exit code {code}")),
            (None, Some(signal)) => (false, format!("ended by signal {signal}")),
            (None, None) => (false, "ended in an unknown way".to_owned()),
        };
        Self { well, how, output, cut: false }
    }
}

impl Call {
    /// Reads the words of a call, as a shell separates them.
    ///
    /// # Errors
    /// Why it is none.
    pub fn of_line(line: &str) -> Result<Self, CallMistake> {
        words::of_line(line).and_then(Self::of_words)
    }

    /// Takes a list of words.
    ///
    /// # Errors
    /// Why it is no call.
    pub fn of_list(list: &[String]) -> Result<Self, CallMistake> {
        list.iter().map(|text| words::of_text(text)).collect::<Result<_, _>>().and_then(Self::of_words)
    }

    fn of_words(words: Vec<ProgramWord>) -> Result<Self, CallMistake> {
        match words.first().map(|word| word.0.as_slice()) {
            None | Some([]) => Err(CallMistake::NoProgram),
            Some([WordPart::Text(_)]) => Ok(Self::Words(words)),
            Some(_) => Err(CallMistake::ProgramVaries),
        }
    }

    /// A piece of shell.
    ///
    /// # Errors
    /// It has a placeholder, which a shell would read as its own language.
    pub fn of_shell(script: &str) -> Result<Self, CallMistake> {
        if script.trim().is_empty() {
            return Err(CallMistake::NoProgram);
        }
        let placed = Placeholder::names().find(|name| script.contains(&format!("{{{name}}}")));
        match placed.and_then(Placeholder::named) {
            Some(placeholder) => Err(CallMistake::InShell(placeholder)),
            None => Ok(Self::Shell(script.to_owned())),
        }
    }

    /// Whether it needs a registration: it has placeholders, or reads variables of one.
    pub fn has_placeholders(&self) -> bool {
        match self {
            Self::Words(words) => words.iter().any(|word| !word.placeholders().is_empty()),
            Self::Shell(script) => read_variables(script).next().is_some(),
        }
    }

    /// The words for one registration after the other: a word with a placeholder comes once for each.
    ///
    /// # Errors
    /// Which registration's value cannot be passed on, and why.
    pub fn words<R: Record>(&self, records: &[R], targets: &Targets) -> Result<Vec<String>, (u64, Unfit)> {
        let words = match self {
            Self::Shell(script) => {
                for placeholder in read_variables(script) {
                    readable(placeholder, records, targets)?;
                }
                return Ok(vec!["sh".to_owned(), "-c".to_owned(), script.clone(), "sh".to_owned()]);
            }
            Self::Words(words) => words,
        };
        let (mut called, mut options) = (Vec::with_capacity(words.len()), true);
        for word in words {
            if word.placeholders().is_empty() {
                let text = word.filled(|_| Ok(String::new())).unwrap_or_default();
                options &= text != "--";
                called.push(text);
                continue;
            }
            for record in records {
                let filled = word.filled(|placeholder| value(placeholder, record, targets));
                let text = filled.map_err(|why| (record.id(), why))?;
                if options && text.starts_with('-') && matches!(word.0.first(), Some(WordPart::Value(_))) {
                    let name = word.placeholders().first().map_or("", |placeholder| placeholder.name());
                    return Err((record.id(), Unfit::LikeOption(name)));
                }
                called.push(text);
            }
        }
        Ok(called)
    }
}

impl ProgramWord {
    fn placeholders(&self) -> Vec<Placeholder> {
        let value = |part: &WordPart| match part {
            WordPart::Value(placeholder) => Some(*placeholder),
            WordPart::Text(_) => None,
        };
        self.0.iter().filter_map(value).collect()
    }

    fn filled(&self, mut value: impl FnMut(Placeholder) -> Result<String, Unfit>) -> Result<String, Unfit> {
        let mut text = String::new();
        for part in &self.0 {
            match part {
                WordPart::Text(own) => text.push_str(own),
                WordPart::Value(placeholder) => text.push_str(&value(*placeholder)?),
            }
        }
        Ok(text)
    }
}

/// A value as an argument.
fn value(placeholder: Placeholder, record: &impl Record, targets: &Targets) -> Result<String, Unfit> {
    let field = match placeholder {
        Placeholder::Id => return Ok(record.id().to_string()),
        Placeholder::Address => {
            let part = |field| value(Placeholder::Field(field), record, targets);
            return Ok(format!("{}@{}", part(FieldId::Username)?, part(FieldId::Domain)?));
        }
        Placeholder::Field(field) => field,
    };
    let name = placeholder.name();
    match text_of(field, record, targets) {
        None => Err(Unfit::NotLoaded(name)),
        Some(text) if text.is_empty() => Err(Unfit::Unset(name)),
        Some(text) if !is_harmless(&text) => Err(Unfit::Harmful(name)),
        Some(text) => Ok(text),
    }
}

/// The variables of one registration that a piece of shell names.
fn read_variables(script: &str) -> impl Iterator<Item = Placeholder> {
    let words = script.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
    words.filter_map(|word| {
        let name = word.strip_prefix(PREFIX)?;
        if name == "ID" {
            return Some(Placeholder::Id);
        }
        fields().find(|field| variable(*field) == word).map(Placeholder::Field)
    })
}

/// Whether the variable for it is there to be read; not set is as good as any other value.
fn readable<R: Record>(placeholder: Placeholder, records: &[R], targets: &Targets) -> Result<(), (u64, Unfit)> {
    let [record] = records else {
        return Err((records.first().map_or(0, Record::id), Unfit::OfOne(placeholder)));
    };
    let Placeholder::Field(field) = placeholder else { return Ok(()) };
    let name = field.field().name;
    match text_of(field, record, targets) {
        None => Err((record.id(), Unfit::NotLoaded(name))),
        Some(text) if !is_harmless(&text) => Err((record.id(), Unfit::Harmful(name))),
        Some(_) => Ok(()),
    }
}

/// A value as an export writes it; `None` where it is not known. A POP or node whose name was not read is not known: its
/// id alone would be taken for one.
fn text_of(field: FieldId, record: &impl Record, targets: &Targets) -> Option<String> {
    let value = targets.followed(record.value(field));
    if let (ValueKind::Reference(relation), ValueRef::Reference(id)) = (field.field().kind, value) {
        targets.name(relation, id)?;
    }
    check::cell_text(field, value, targets)
}

/// Whether a text has nothing in it that acts on a terminal or hides what it is.
fn is_harmless(text: &str) -> bool {
    visible(text) == text
}

/// The variables about one registration. What could steer a program or a terminal, and what is not known, is left out;
/// what is not set is empty.
pub fn variables(record: &impl Record, targets: &Targets) -> Vec<(String, String)> {
    let mut found = vec![(format!("{PREFIX}ID"), record.id().to_string())];
    found.extend(fields().filter_map(|field| {
        let text = text_of(field, record, targets)?;
        is_harmless(&text).then(|| (variable(field), text))
    }));
    found
}

/// Every variable that some program may get about registrations, the password included.
pub fn every_variable() -> impl Iterator<Item = String> {
    let fields = FIELDS.iter().map(|field| variable(field.id));
    fields.chain(["ID", "IDS"].map(|name| format!("{PREFIX}{name}")))
}

/// The variable about many registrations: their ids, with a space between them.
pub fn variable_of_many(ids: &[u64]) -> (String, String) {
    let ids: Vec<String> = ids.iter().map(u64::to_string).collect();
    (format!("{PREFIX}IDS"), ids.join(" "))
}

/// Whether a call is longer than systems take.
pub fn is_too_long(words: &[String], variables: &[(String, String)]) -> bool {
    let bytes = words.iter().map(|word| word.len() + 1).sum::<usize>();
    bytes + variables.iter().map(|(name, value)| name.len() + value.len() + 2).sum::<usize>() > MOST_BYTES
}

fn variable(field: FieldId) -> String {
    format!("{PREFIX}{}", field.field().name.replace('-', "_").to_uppercase())
}

fn variable_of(placeholder: Placeholder) -> String {
    match placeholder {
        Placeholder::Id => format!("{PREFIX}ID"),
        Placeholder::Address => format!("${PREFIX}USERNAME@${PREFIX}DOMAIN").trim_start_matches('$').to_owned(),
        Placeholder::Field(field) => variable(field),
    }
}

#[cfg(test)]
mod tests;
