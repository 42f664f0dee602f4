//! The filter language: which records a person wants to see. One implementation for the console's filter box
//! and the command line's `--filter`. Here: what a filter consists of, and the table that explains it.

pub(crate) mod build;
mod matcher;
mod parse;
mod print;

use std::ops::Range;

pub use matcher::Matcher;
use regex::{Regex, RegexBuilder};

use crate::domain::query::column::{Column, UnknownColumn};
pub use crate::domain::record::CompareWith;
use crate::domain::record::{FieldId, LiveTest, Record, Targets, ValueKind, ValueRef};

/// The language in examples with their meaning: help and documentation print this table.
pub const FILTER_HELP: [(&str, &str); 18] = [
    ("acme", "any field contains acme (case ignored)"),
    ("acme fra", "all words, in any order"),
    ("\"two words\"", "exact phrase; \\\" and \\\\ for \" and \\"),
    ("!acme", "not (before any term)"),
    ("domain:acme", "one field contains acme (dom:acme works too)"),
    ("domain=sip.acme.example", "one field equals this (case ignored)"),
    ("node:fra", "node name contains fra; node:#7 is node ID 7"),
    ("pop:any", "no POP set"),
    ("display-username:", "not set"),
    ("enabled:no", "disabled; also yes, true, on, 1, false, off, 0"),
    ("expire:3600", "number equals"),
    ("expire>3600 retry-delay<=5", "compare numbers: > >= < <= ="),
    ("id:7,9,12", "these IDs"),
    ("~^sip-[0-9]+$", "regular expression on any field; (?-i): case-sensitive"),
    ("domain:~(fra|lon)", "regular expression on one field"),
    ("live:error", "live state: active, pending, error, absent, expired, drift, unknown"),
    ("live.code:403 live.left<60", "last error code; seconds until the registration expires"),
    ("is:marked", "marked; also is:draft, is:changed, is:lint, is:down"),
];

/// The language in one line, below the box in which a filter is typed.
pub const FILTER_SYNTAX: &str = "word  \"two words\"  field:text  expire>3600  !not  ~regex  is:down  live:error";

/// Whether a term wants its test to hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sense {
    /// The test must hold.
    Is,
    /// The test must not hold.
    IsNot,
}

/// What a record can be beside its values. The program knows, the record does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordState {
    /// Marked by the user.
    Marked,
    /// Has an unsaved edit.
    Draft,
    /// Differs from how it was first loaded.
    Changed,
    /// Has a problem: a warning, an error, or DOWN.
    Lint,
    /// Cannot work as it stands.
    Down,
}

/// A regular expression. Equal to another of the same text.
#[derive(Debug, Clone)]
pub struct Pattern(Regex);

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.source() == other.source()
    }
}

impl Pattern {
    /// Compiles a regular expression; upper and lower case are one unless it says otherwise.
    ///
    /// # Errors
    /// It is none, or too large.
    pub fn new(source: &str) -> Result<Self, PatternError> {
        RegexBuilder::new(source)
            .case_insensitive(true)
            .size_limit(1 << 20)
            .dfa_size_limit(1 << 21)
            .build()
            .map(Self)
            .map_err(|error| {
                let words = error.to_string();
                let last = words.lines().last().unwrap_or_default();
                PatternError(last.strip_prefix("error: ").unwrap_or(last).to_owned())
            })
    }

    /// The expression as it was typed.
    pub fn source(&self) -> &str {
        self.0.as_str()
    }
}

/// A text that is no regular expression; what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("invalid regular expression: {0}")]
pub struct PatternError(String);

/// What a term asks of a record.
#[derive(Debug, Clone, PartialEq)]
pub enum Test {
    /// Some text contains the word.
    Word(String),
    /// Some text matches the regular expression.
    Pattern(Pattern),
    /// The id is one of these; in ascending order.
    Ids(Vec<u64>),
    /// A number compares like this.
    Number(Column, CompareWith, i64),
    /// A flag has this value.
    Flag(FieldId, bool),
    /// A field is not set.
    Unset(FieldId),
    /// A field's text contains this.
    Contains(FieldId, String),
    /// A field's text is this.
    Exactly(FieldId, String),
    /// A relationship leads to this id.
    Target(FieldId, u64),
    /// A field's text matches.
    Matches(FieldId, Pattern),
    /// The record is in a state.
    Is(RecordState),
    /// Its nodes say this.
    Live(LiveTest),
}

/// A test and whether it must hold.
#[derive(Debug, Clone, PartialEq)]
pub struct Term {
    /// Whether it must.
    pub sense: Sense,
    /// The test.
    pub test: Test,
}

/// Terms that all must hold; without any, every record passes.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Filter {
    /// The terms, in the order in which they were typed.
    pub terms: Vec<Term>,
}

/// Why a text is no filter.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{mistake}")]
pub struct FilterError {
    /// Where, in bytes of the text; may be empty at its end.
    pub at: Range<usize>,
    /// What is wrong and what would be right.
    pub mistake: FilterMistake,
}

/// What is wrong in a filter, and what would be right.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FilterMistake {
    /// `!` with nothing behind it.
    #[error("add a term after !")]
    NoTerm,
    /// `""` alone.
    #[error("the quotes are empty")]
    EmptyQuotes,
    /// Text right behind a quoted one.
    #[error("add a space after the closing quote")]
    NoSpace,
    /// A quote that does not end.
    #[error("the quote is not closed")]
    OpenQuote,
    /// `~` with nothing behind it.
    #[error("add a regular expression after ~")]
    NoPattern,
    /// No regular expression.
    #[error(transparent)]
    Pattern(#[from] PatternError),
    /// A name that no field has, before this sign.
    #[error("{0} (quote text that contains {1})")]
    Column(UnknownColumn, &'static str),
    /// The list does not have the value of this field.
    #[error("{0} is not in the list; only {0}: (not set) and !{0}: (set) work")]
    Secret(&'static str),
    /// A name takes other words: these, and the one that was probably meant.
    #[error("{name}: takes {}{}", .words.join(", "), .near.map(|near| format!("; did you mean {name}:{near}?")).unwrap_or_default())]
    Word {
        /// What is asked.
        name: &'static str,
        /// The words that it takes.
        words: Vec<&'static str>,
        /// The nearest of them.
        near: Option<&'static str>,
    },
    /// A sign that compares with nothing, or with a text.
    #[error("add a whole number after {0}{1}")]
    NoNumber(String, &'static str),
    /// A part of the live state that there is not.
    #[error("live filters: live:, live.code and live.left")]
    LivePart,
    /// Ids that are none.
    #[error("id: takes numbers with commas between them, such as id:7,9,12")]
    Ids,
    /// A field that is no number, compared.
    #[error("{0} is not a number, {1} does not work; use {0}:")]
    NotComparable(&'static str, &'static str),
    /// A flag is yes or no.
    #[error("{0}: takes yes or no")]
    Flag(&'static str),
    /// A field takes a number.
    #[error("{0}: takes a whole number, or nothing for not set")]
    Number(&'static str),
    /// A field takes one of these.
    #[error("{0}: takes {list}", list = .1.join(" or "))]
    Choice(&'static str, Vec<&'static str>),
}

impl Filter {
    /// Reads a filter.
    ///
    /// # Errors
    /// The first mistake in it.
    pub fn parse(text: &str) -> Result<Self, FilterError> {
        parse::filter(text)
    }

    /// Whether every record passes.
    pub const fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// Whether it asks what records are beside their values.
    pub fn asks_states(&self) -> bool {
        self.terms.iter().any(|term| matches!(term.test, Test::Is(_)))
    }

    /// Makes the filter ready to be run, with names of targets looked up once.
    pub fn prepare(&self, targets: &Targets) -> Matcher {
        Matcher::new(self, targets)
    }

    /// The terms that records with the same value in a column as this one pass. None where there is nothing to
    /// compare with: a value that was not sent, or is kept back.
    pub fn like_cell(record: &impl Record, column: Column, targets: &Targets) -> Vec<Term> {
        if column == Column::Live {
            let word = targets.live_mark(record.id()).map_or("unknown", |mark| mark.word);
            return vec![Term { sense: Sense::Is, test: Test::Live(LiveTest::Word(word)) }];
        }
        let Column::Field(field) = column else {
            return vec![Term { sense: Sense::Is, test: Test::Ids(vec![record.id()]) }];
        };
        let value = targets.followed(record.value(field));
        let tests = match (field.field().kind, value) {
            (_, ValueRef::Missing | ValueRef::Linked(_) | ValueRef::Odd(_) | ValueRef::Cut(_)) => Vec::new(),
            (_, value) if value.is_unset() => vec![Test::Unset(field)],
            (ValueKind::Secret, _) | (_, ValueRef::Withheld | ValueRef::Secret(_)) => {
                return vec![Term { sense: Sense::IsNot, test: Test::Unset(field) }];
            }
            (_, ValueRef::Null) => vec![Test::Unset(field)],
            (_, ValueRef::Text(text)) => vec![Test::Exactly(field, text.to_owned())],
            (_, ValueRef::Texts(texts)) => texts.iter().map(|text| Test::Exactly(field, text.to_owned())).collect(),
            (_, ValueRef::Flag(flag)) => vec![Test::Flag(field, flag)],
            (_, ValueRef::Number(number)) => vec![Test::Number(column, CompareWith::Equal, number)],
            (ValueKind::Reference(relation), ValueRef::Reference(id)) => match targets.name(relation, id) {
                Some(name) if !name.is_empty() => vec![Test::Exactly(field, name.to_owned())],
                Some(_) | None => vec![Test::Target(field, id)],
            },
            (_, ValueRef::Reference(id)) => vec![Test::Target(field, id)],
        };
        tests.into_iter().map(|test| Term { sense: Sense::Is, test }).collect()
    }
}

impl RecordState {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Marked, Self::Draft, Self::Changed, Self::Lint, Self::Down];

    /// The word behind `is:`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Marked => "marked",
            Self::Draft => "draft",
            Self::Changed => "changed",
            Self::Lint => "lint",
            Self::Down => "down",
        }
    }
}

#[cfg(test)]
mod tests;
