//! Reads the filter language. Each mistake points at the place in the text that has to change.

use std::ops::Range;

use crate::domain::nearest::nearest;
use crate::domain::query::column::Column;
use crate::domain::record::{FieldId, LIVE_WORDS, LiveTest, ValueKind, flag_of};

use crate::domain::query::filter::{
    CompareWith, Filter, FilterError, FilterMistake, Pattern, RecordState, Sense, Term, Test,
};

/// A value as it was typed.
struct Typed {
    text: String,
    quoted: Quoted,
    at: Range<usize>,
}

#[derive(PartialEq, Eq)]
enum Quoted {
    Yes,
    No,
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
}

/// What names of parts of the live state begin with.
const LIVE: &str = "live.";

/// Schemes that people paste with what follows: `sip:user@host` asks for this text, not for a field `sip`.
const SCHEMES: [&str; 3] = ["sip", "sips", "tel"];

pub(super) fn filter(text: &str) -> Result<Filter, FilterError> {
    let mut reader = Reader { text, at: 0 };
    let mut terms = Vec::new();
    loop {
        reader.skip_spaces();
        if reader.rest().is_empty() {
            return Ok(Filter { terms });
        }
        terms.push(reader.term()?);
    }
}

/// The name and the sign behind it at the beginning of a text, if it begins like a field's term: letters and
/// dashes, then a colon or a comparison.
pub(super) fn name_and_sign(text: &str) -> Option<(&str, &'static str)> {
    // A dot stands in names of the live state only: elsewhere it is part of a host.
    let live = text.get(..LIVE.len()).is_some_and(|head| head.eq_ignore_ascii_case(LIVE));
    let end = text.find(|c: char| !(c.is_ascii_alphabetic() || c == '-' || c == '_' || (live && c == '.')))?;
    let (name, rest) = text.split_at_checked(end)?;
    if name.is_empty() {
        return None;
    }
    let signs = [":"].into_iter().chain(CompareWith::SIGNS.map(|(sign, _)| sign));
    let sign = signs.into_iter().find(|sign| rest.starts_with(sign))?;
    if sign == ":" && SCHEMES.contains(&name.to_ascii_lowercase().as_str()) {
        return None;
    }
    Some((name, sign))
}

impl<'t> Reader<'t> {
    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn skip_spaces(&mut self) {
        self.at = self.text.len() - self.rest().trim_start().len();
    }

    fn take(&mut self, prefix: &str) -> bool {
        let found = self.rest().starts_with(prefix);
        if found {
            self.at += prefix.len();
        }
        found
    }

    fn term(&mut self) -> Result<Term, FilterError> {
        let begin = self.at;
        let mut sense = Sense::Is;
        while self.take("!") {
            sense = match sense {
                Sense::Is => Sense::IsNot,
                Sense::IsNot => Sense::Is,
            };
        }
        let rest = self.rest();
        if rest.is_empty() || rest.starts_with(char::is_whitespace) {
            return Err(FilterMistake::NoTerm.at(begin..self.at));
        }
        let test = if self.take("~") {
            Test::Pattern(self.pattern()?)
        } else if let Some((name, sign)) = name_and_sign(rest) {
            let named = self.at..self.at + name.len();
            self.at += name.len() + sign.len();
            self.field(name, sign, named)?
        } else {
            let word = self.value()?;
            if word.text.is_empty() {
                return Err(FilterMistake::EmptyQuotes.at(word.at));
            }
            Test::Word(word.text)
        };
        Ok(Term { sense, test })
    }

    /// A value up to the next space, or in quotes.
    fn value(&mut self) -> Result<Typed, FilterError> {
        let begin = self.at;
        if !self.take("\"") {
            let rest = self.rest();
            let word = rest.split(char::is_whitespace).next().unwrap_or_default();
            self.at += word.len();
            return Ok(Typed { text: word.to_owned(), quoted: Quoted::No, at: begin..self.at });
        }
        let mut text = String::new();
        let mut chars = self.rest().chars();
        while let Some(c) = chars.next() {
            match c {
                '"' => {
                    self.at = self.text.len() - chars.as_str().len();
                    if chars.as_str().chars().next().is_some_and(|next| !next.is_whitespace()) {
                        let next = self.rest().chars().next().map_or(0, char::len_utf8);
                        return Err(FilterMistake::NoSpace.at(self.at..self.at + next));
                    }
                    return Ok(Typed { text, quoted: Quoted::Yes, at: begin..self.at });
                }
                '\\' => match chars.clone().next() {
                    Some(escaped @ ('"' | '\\')) => {
                        chars.next();
                        text.push(escaped);
                    }
                    _ => text.push('\\'),
                },
                c => text.push(c),
            }
        }
        Err(FilterMistake::OpenQuote.at(begin..self.text.len()))
    }

    fn pattern(&mut self) -> Result<Pattern, FilterError> {
        let typed = self.value()?;
        if typed.text.is_empty() {
            return Err(FilterMistake::NoPattern.at(self.tail(&typed.at)));
        }
        Pattern::new(&typed.text).map_err(|error| FilterMistake::Pattern(error).at(typed.at))
    }

    /// A place to show, also where nothing was typed: then the sign before it.
    const fn tail(&self, at: &Range<usize>) -> Range<usize> {
        if at.start < at.end { at.start..at.end } else { self.at.saturating_sub(1)..self.at }
    }

    fn field(&mut self, name: &str, sign: &'static str, named: Range<usize>) -> Result<Test, FilterError> {
        if sign == ":" && name.eq_ignore_ascii_case("is") {
            let typed = self.value()?;
            return state(&typed, self.tail(&typed.at));
        }
        let low = name.to_ascii_lowercase();
        if let Some(part) = low.strip_prefix(LIVE) {
            let typed = self.value()?;
            return live_number(part, sign, &typed, named, self.tail(&typed.at));
        }
        if sign == ":" && low == "live" {
            let typed = self.value()?;
            return live(&typed, self.tail(&typed.at));
        }
        let column = Column::parse(name).map_err(|unknown| FilterMistake::Column(unknown, sign).at(named))?;
        if sign != ":" {
            let typed = self.value()?;
            return compared(column, sign, &typed, self.tail(&typed.at));
        }
        match column {
            Column::Id => {
                let typed = self.value()?;
                ids(&typed, self.tail(&typed.at))
            }
            Column::Field(field) if self.take("~") => {
                if matches!(field.field().kind, ValueKind::Secret) {
                    return Err(FilterMistake::Secret(field.field().name).at(self.at - 1..self.at));
                }
                Ok(Test::Matches(field, self.pattern()?))
            }
            Column::Field(field) => held(field, &self.value()?),
            Column::Live => {
                let typed = self.value()?;
                live(&typed, self.tail(&typed.at))
            }
        }
    }
}

impl FilterMistake {
    const fn at(self, at: Range<usize>) -> FilterError {
        FilterError { at, mistake: self }
    }

    fn word(name: &'static str, words: &[&'static str], typed: &str) -> Self {
        Self::Word { name, words: words.to_vec(), near: nearest(typed, words.iter().copied()) }
    }
}

fn state(typed: &Typed, at: Range<usize>) -> Result<Test, FilterError> {
    let words = RecordState::ALL.map(RecordState::word);
    if let Some(state) = RecordState::ALL.into_iter().find(|state| state.word().eq_ignore_ascii_case(&typed.text)) {
        return Ok(Test::Is(state));
    }
    Err(FilterMistake::word("is", &words, &typed.text).at(at))
}

/// `live:WORD`.
fn live(typed: &Typed, at: Range<usize>) -> Result<Test, FilterError> {
    if let Some(word) = LIVE_WORDS.into_iter().find(|word| word.eq_ignore_ascii_case(&typed.text)) {
        return Ok(Test::Live(LiveTest::Word(word)));
    }
    Err(FilterMistake::word("live", &LIVE_WORDS, &typed.text).at(at))
}

/// `live.code` and `live.left`, compared with a number.
fn live_number(
    part: &str,
    sign: &'static str,
    typed: &Typed,
    named: Range<usize>,
    at: Range<usize>,
) -> Result<Test, FilterError> {
    let comparison = CompareWith::of(sign);
    let number = typed.text.trim().parse();
    match (part, number) {
        ("code", Ok(code)) => Ok(Test::Live(LiveTest::Code(comparison, code))),
        ("left", Ok(left)) => Ok(Test::Live(LiveTest::Left(comparison, left))),
        ("code" | "left", Err(_)) => Err(FilterMistake::NoNumber(format!("live.{part}"), sign).at(at)),
        (_, _) => Err(FilterMistake::LivePart.at(named)),
    }
}

fn ids(typed: &Typed, at: Range<usize>) -> Result<Test, FilterError> {
    let parts = typed.text.split(',').map(str::trim).filter(|part| !part.is_empty());
    let ids: Result<Vec<u64>, _> = parts.map(str::parse).collect();
    match ids {
        Ok(mut ids) if !ids.is_empty() => {
            ids.sort_unstable();
            ids.dedup();
            Ok(Test::Ids(ids))
        }
        Ok(_) | Err(_) => Err(FilterMistake::Ids.at(at)),
    }
}

fn compared(column: Column, sign: &'static str, typed: &Typed, at: Range<usize>) -> Result<Test, FilterError> {
    let comparison = CompareWith::of(sign);
    let numeric = match column {
        Column::Id => true,
        Column::Live => return live(typed, at),
        Column::Field(field) => matches!(field.field().kind, ValueKind::Number { .. } | ValueKind::Choice(_)),
    };
    if let (true, Ok(number)) = (numeric, typed.text.trim().parse()) {
        return Ok(Test::Number(column, comparison, number));
    }
    let name = column.name();
    match column {
        Column::Field(field) if comparison == CompareWith::Equal => match field.field().kind {
            ValueKind::Text | ValueKind::Texts | ValueKind::Reference(_) if !typed.text.is_empty() => {
                Ok(Test::Exactly(field, typed.text.clone()))
            }
            _ => held(field, typed),
        },
        _ if numeric => Err(FilterMistake::NoNumber(name.to_owned(), sign).at(at)),
        Column::Id | Column::Live | Column::Field(_) => Err(FilterMistake::NotComparable(name, sign).at(at)),
    }
}

/// What `field:value` asks.
fn held(field: FieldId, typed: &Typed) -> Result<Test, FilterError> {
    let row = field.field();
    let word = typed.text.trim();
    let wrong = |mistake: FilterMistake| Err(mistake.at(typed.at.clone()));
    match row.kind {
        _ if typed.text.is_empty() => Ok(Test::Unset(field)),
        ValueKind::Secret => wrong(FilterMistake::Secret(row.name)),
        ValueKind::Text | ValueKind::Texts => Ok(Test::Contains(field, typed.text.clone())),
        ValueKind::Flag => match flag_of(word) {
            Some(flag) => Ok(Test::Flag(field, flag)),
            None => wrong(FilterMistake::Flag(row.name)),
        },
        ValueKind::Number { .. } => match word.parse() {
            Ok(number) => Ok(Test::Number(Column::Field(field), CompareWith::Equal, number)),
            Err(_) => wrong(FilterMistake::Number(row.name)),
        },
        ValueKind::Choice(choices) => match row.kind.chosen(word) {
            Some(number) => Ok(Test::Number(Column::Field(field), CompareWith::Equal, number)),
            None => wrong(FilterMistake::Choice(row.name, choices.iter().map(|(_, word)| *word).collect())),
        },
        ValueKind::Reference(_) if typed.quoted == Quoted::Yes => Ok(Test::Contains(field, typed.text.clone())),
        ValueKind::Reference(_) if word.eq_ignore_ascii_case(row.unset) => Ok(Test::Unset(field)),
        ValueKind::Reference(_) => match word.strip_prefix('#').map(str::parse) {
            Some(Ok(id)) => Ok(Test::Target(field, id)),
            Some(Err(_)) | None => Ok(Test::Contains(field, typed.text.clone())),
        },
    }
}
