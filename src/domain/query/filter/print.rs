//! Writes a filter in its own language, so that what is read back is an equal filter.

use std::fmt::{self, Display, Formatter, Write};

use crate::domain::query::column::Column;
use crate::domain::record::{FieldId, LiveTest, ValueKind};

use crate::domain::query::filter::parse::name_and_sign;
use crate::domain::query::filter::{CompareWith, Filter, Sense, Term, Test};

impl Display for Filter {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        for (index, term) in self.terms.iter().enumerate() {
            if index > 0 {
                out.write_char(' ')?;
            }
            term.fmt(out)?;
        }
        Ok(())
    }
}

impl Display for Term {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        match self.sense {
            Sense::Is => {}
            Sense::IsNot => out.write_char('!')?,
        }
        self.test.fmt(out)
    }
}

impl Display for Test {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Word(word) if word.starts_with(['!', '~']) || name_and_sign(word).is_some() => quoted(out, word),
            Self::Word(word) => plain(out, word),
            Self::Pattern(pattern) => {
                out.write_char('~')?;
                plain(out, pattern.source())
            }
            Self::Ids(ids) => {
                let ids: Vec<String> = ids.iter().map(u64::to_string).collect();
                write!(out, "id:{}", ids.join(","))
            }
            Self::Number(column @ Column::Field(_), CompareWith::Equal, number) => {
                write!(out, "{}:{number}", column.name())
            }
            Self::Number(column, comparison, number) => write!(out, "{}{}{number}", column.name(), comparison.sign()),
            Self::Flag(field, flag) => write!(out, "{}:{}", field.field().name, if *flag { "yes" } else { "no" }),
            Self::Unset(field) => write!(out, "{}:", field.field().name),
            Self::Contains(field, text) => {
                write!(out, "{}:", field.field().name)?;
                if needs_quotes(*field, text) { quoted(out, text) } else { plain(out, text) }
            }
            Self::Exactly(field, text) => {
                write!(out, "{}=", field.field().name)?;
                plain(out, text)
            }
            Self::Target(field, id) => write!(out, "{}:#{id}", field.field().name),
            Self::Matches(field, pattern) => {
                write!(out, "{}:~", field.field().name)?;
                plain(out, pattern.source())
            }
            Self::Is(state) => write!(out, "is:{}", state.word()),
            Self::Live(LiveTest::Word(word)) => write!(out, "live:{word}"),
            Self::Live(LiveTest::Code(comparison, code)) => write!(out, "live.code{}{code}", comparison.sign()),
            Self::Live(LiveTest::Left(comparison, left)) => write!(out, "live.left{}{left}", comparison.sign()),
        }
    }
}

/// A text behind `field:` that would be read as something else than a text.
fn needs_quotes(field: FieldId, text: &str) -> bool {
    let row = field.field();
    let special = matches!(row.kind, ValueKind::Reference(_))
        && (text.trim().eq_ignore_ascii_case(row.unset) || text.trim().starts_with('#'));
    special || text.starts_with('~')
}

fn plain(out: &mut Formatter<'_>, text: &str) -> fmt::Result {
    if text.is_empty() || text.starts_with('"') || text.contains(char::is_whitespace) {
        quoted(out, text)
    } else {
        out.write_str(text)
    }
}

fn quoted(out: &mut Formatter<'_>, text: &str) -> fmt::Result {
    out.write_char('"')?;
    for c in text.chars() {
        if matches!(c, '"' | '\\') {
            out.write_char('\\')?;
        }
        out.write_char(c)?;
    }
    out.write_char('"')
}
