//! Reads the filter language. Each mistake points at the place in the text that has to change.

use std::ops::Range;

use crate::domain::nearest::nearest;
use crate::domain::query::column::Column;
use crate::domain::record::{FieldId, LIVE_WORDS, LiveTest, ValueKind};

use crate::domain::query::filter::{CompareWith, Filter, FilterError, Pattern, RecordState, Sense, Term, Test};

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
pub(super) fn name_and_sign(text: &str) -> Option<(&str, &str)> {
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
            return Err(mistake(begin..self.at, "add a term after !"));
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
                return Err(mistake(word.at, "the quotes are empty"));
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
                        return Err(mistake(self.at..self.at + next, "add a space after the closing quote"));
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
        Err(mistake(begin..self.text.len(), "the quote is not closed"))
    }

    fn pattern(&mut self) -> Result<Pattern, FilterError> {
        let typed = self.value()?;
        if typed.text.is_empty() {
            return Err(mistake(self.tail(&typed.at), "add a regular expression after ~"));
        }
        Pattern::new(&typed.text).map_err(|mistake| FilterError { at: typed.at, message: mistake.to_string() })
    }

    /// A place to show, also where nothing was typed: then the sign before it.
    const fn tail(&self, at: &Range<usize>) -> Range<usize> {
        if at.start < at.end { at.start..at.end } else { self.at.saturating_sub(1)..self.at }
    }

    fn field(&mut self, name: &str, sign: &str, named: Range<usize>) -> Result<Test, FilterError> {
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
        let column = Column::parse(name).map_err(|unknown| FilterError {
            at: named,
            message: format!("{unknown} (quote text that contains {sign})"),
        })?;
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
                    return Err(secret(field, self.at - 1..self.at));
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

fn mistake(at: Range<usize>, message: &str) -> FilterError {
    FilterError { at, message: message.to_owned() }
}

fn secret(field: FieldId, at: Range<usize>) -> FilterError {
    let name = field.field().name;
    FilterError { at, message: format!("{name} is not in the list; only {name}: (not set) and !{name}: (set) work") }
}

fn state(typed: &Typed, at: Range<usize>) -> Result<Test, FilterError> {
    let words = RecordState::ALL.map(RecordState::word);
    if let Some(state) = RecordState::ALL.into_iter().find(|state| state.word().eq_ignore_ascii_case(&typed.text)) {
        return Ok(Test::Is(state));
    }
    let near = nearest(&typed.text, words).map(|near| format!("; did you mean is:{near}?")).unwrap_or_default();
    Err(FilterError { at, message: format!("is: takes {}{near}", words.join(", ")) })
}

/// `live:WORD`.
fn live(typed: &Typed, at: Range<usize>) -> Result<Test, FilterError> {
    if let Some(word) = LIVE_WORDS.into_iter().find(|word| word.eq_ignore_ascii_case(&typed.text)) {
        return Ok(Test::Live(LiveTest::Word(word)));
    }
    let near = nearest(&typed.text, LIVE_WORDS).map(|near| format!("; did you mean live:{near}?")).unwrap_or_default();
    Err(FilterError { at, message: format!("live: takes {}{near}", LIVE_WORDS.join(", ")) })
}

/// `live.code` and `live.left`, compared with a number.
fn live_number(
    part: &str,
    sign: &str,
    typed: &Typed,
    named: Range<usize>,
    at: Range<usize>,
) -> Result<Test, FilterError> {
    let comparison =
        CompareWith::SIGNS.into_iter().find(|(other, _)| *other == sign).map_or(CompareWith::Equal, |(_, found)| found);
    let number = typed.text.trim().parse();
    match (part, number) {
        ("code", Ok(code)) => Ok(Test::Live(LiveTest::Code(comparison.ordered(), code))),
        ("left", Ok(left)) => Ok(Test::Live(LiveTest::Left(comparison.ordered(), left))),
        ("code" | "left", Err(_)) => Err(mistake(at, &format!("add a whole number after live.{part}{sign}"))),
        (_, _) => Err(mistake(named, "live filters: live:, live.code and live.left")),
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
        Ok(_) | Err(_) => Err(mistake(at, "id: takes numbers with commas between them, such as id:7,9,12")),
    }
}

fn compared(column: Column, sign: &str, typed: &Typed, at: Range<usize>) -> Result<Test, FilterError> {
    let comparison =
        CompareWith::SIGNS.into_iter().find(|(other, _)| *other == sign).map_or(CompareWith::Equal, |(_, found)| found);
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
            ValueKind::Text
            | ValueKind::Secret
            | ValueKind::Flag
            | ValueKind::Number { .. }
            | ValueKind::Choice(_)
            | ValueKind::Texts
            | ValueKind::Reference(_) => held(field, typed),
        },
        _ if numeric => Err(FilterError { at, message: format!("add a whole number after {name}{sign}") }),
        Column::Id | Column::Live | Column::Field(_) => {
            Err(FilterError { at, message: format!("{name} is not a number, {sign} does not work; use {name}:") })
        }
    }
}

/// What `field:value` asks.
fn held(field: FieldId, typed: &Typed) -> Result<Test, FilterError> {
    let row = field.field();
    let word = typed.text.trim();
    let wrong = |message: String| Err(FilterError { at: typed.at.clone(), message });
    match row.kind {
        _ if typed.text.is_empty() => Ok(Test::Unset(field)),
        ValueKind::Secret => Err(secret(field, typed.at.clone())),
        ValueKind::Text | ValueKind::Texts => Ok(Test::Contains(field, typed.text.clone())),
        ValueKind::Flag => match word.to_ascii_lowercase().as_str() {
            "yes" | "y" | "true" | "on" | "1" => Ok(Test::Flag(field, true)),
            "no" | "n" | "false" | "off" | "0" => Ok(Test::Flag(field, false)),
            _ => wrong(format!("{}: takes yes or no", row.name)),
        },
        ValueKind::Number { .. } => match word.parse() {
            Ok(number) => Ok(Test::Number(Column::Field(field), CompareWith::Equal, number)),
            Err(_) => wrong(format!("{}: takes a whole number, or nothing for not set", row.name)),
        },
        ValueKind::Choice(choices) => {
            let found =
                choices.iter().find(|(number, name)| name.eq_ignore_ascii_case(word) || word.parse() == Ok(*number));
            let words: Vec<&str> = choices.iter().map(|(_, word)| *word).collect();
            found.map_or_else(
                || wrong(format!("{}: takes {}", row.name, words.join(" or "))),
                |(number, _)| Ok(Test::Number(Column::Field(field), CompareWith::Equal, *number)),
            )
        }
        ValueKind::Reference(_) if typed.quoted == Quoted::Yes => Ok(Test::Contains(field, typed.text.clone())),
        ValueKind::Reference(_) if word.eq_ignore_ascii_case(row.unset) => Ok(Test::Unset(field)),
        ValueKind::Reference(_) => match word.strip_prefix('#').map(str::parse) {
            Some(Ok(id)) => Ok(Test::Target(field, id)),
            Some(Err(_)) | None => Ok(Test::Contains(field, typed.text.clone())),
        },
    }
}
