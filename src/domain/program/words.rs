//! From the text of a call to its words: separated by spaces, held together by quotes and backslashes as in a shell,
//! with placeholders in braces. Nothing else of a shell means anything here.

use super::{CallMistake, Placeholder, ProgramWord, WordPart};

/// Signs that only a shell gives a meaning.
const OF_A_SHELL: &str = "|&;<>$`*?~#";

/// Reads the words of a line.
///
/// # Errors
/// Why it cannot be read.
pub(super) fn of_line(line: &str) -> Result<Vec<ProgramWord>, CallMistake> {
    let mut words = Vec::new();
    let (mut word, mut quote) = (None::<String>, None::<char>);
    let mut signs = line.chars();
    while let Some(c) = signs.next() {
        match (quote, c) {
            (Some(open), _) if c == open => quote = None,
            (Some('\''), _) => word.get_or_insert_default().push(c),
            (_, '\\') => {
                let next = signs.next().ok_or(CallMistake::Backslash)?;
                word.get_or_insert_default().push(next);
            }
            (None, '\'' | '"') => {
                word.get_or_insert_default();
                quote = Some(c);
            }
            (None, _) if c.is_whitespace() => words.extend(word.take()),
            (None, _) if OF_A_SHELL.contains(c) => {
                return Err(CallMistake::OfShell(c));
            }
            (Some(_) | None, _) => word.get_or_insert_default().push(c),
        }
    }
    if let Some(quote) = quote {
        return Err(CallMistake::OpenQuote(quote));
    }
    words.extend(word);
    words.iter().map(|text| of_text(text)).collect()
}

/// Reads one word. `{{` and `}}` stand for braces.
///
/// # Errors
/// Why it cannot be read.
pub(super) fn of_text(text: &str) -> Result<ProgramWord, CallMistake> {
    let (mut parts, mut plain, mut rest) = (Vec::new(), String::new(), text);
    while let Some(at) = rest.find(['{', '}']) {
        let (before, from) = rest.split_at(at);
        plain.push_str(before);
        if let Some(after) = from.strip_prefix("{{") {
            plain.push('{');
            rest = after;
        } else if let Some(after) = from.strip_prefix("}}") {
            plain.push('}');
            rest = after;
        } else if let Some((name, after)) = from.strip_prefix('{').and_then(|inside| inside.split_once('}')) {
            if !plain.is_empty() {
                parts.push(WordPart::Text(std::mem::take(&mut plain)));
            }
            parts.push(WordPart::Value(placeholder(name)?));
            rest = after;
        } else {
            return Err(CallMistake::LoneBrace(from.chars().next().unwrap_or('{')));
        }
    }
    plain.push_str(rest);
    if !plain.is_empty() {
        parts.push(WordPart::Text(plain));
    }
    Ok(ProgramWord(parts))
}

fn placeholder(name: &str) -> Result<Placeholder, CallMistake> {
    if name == "auth-password" {
        return Err(CallMistake::Password);
    }
    Placeholder::named(name).ok_or_else(|| CallMistake::Unknown(name.to_owned()))
}
