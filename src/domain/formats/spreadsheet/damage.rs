//! Whether a text that came back is another one only because a spreadsheet took it for something else.

use std::borrow::Cow;

use super::{date, number, words};

/// What was done to a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextDamage {
    /// A formula failed, or the column was too narrow: `#NAME?`, `####`.
    Error,
    /// A number in short: `4.9E+10`.
    Exponent,
    /// Digits at the end became zeros.
    Tail,
    /// The same number, without zeros or a plus in front, or with other signs.
    Number,
    /// The result of a formula.
    Formula,
    /// An apostrophe in front is missing.
    Apostrophe,
    /// A date or a time.
    Date,
    /// A truth value: `TRUE`.
    Flag,
    /// Letters outside ASCII were read or written in another encoding.
    Encoding,
    /// Quotes, dashes or dots were replaced by typographic ones.
    Quotes,
    /// Line ends were replaced.
    Lines,
    /// Cut at the largest size of a cell.
    Cut,
}

impl TextDamage {
    /// What happened, in words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Error => "an error that a spreadsheet shows in place of a value",
            Self::Exponent => "a number that a spreadsheet shortened",
            Self::Tail => "a number whose last digits a spreadsheet replaced by zeros",
            Self::Number => "the same number as a spreadsheet writes it",
            Self::Formula => "the result of the formula that a spreadsheet took it for",
            Self::Apostrophe => "the same text with an apostrophe less in front",
            Self::Date => "a date or time that a spreadsheet made of it",
            Self::Flag => "a truth value that a spreadsheet made of it",
            Self::Encoding => "the same text in a wrong encoding",
            Self::Quotes => "the same text with typographic signs",
            Self::Lines => "the same text with other line ends",
            Self::Cut => "the text cut at the largest size of a cell",
        }
    }
}

/// The most characters of a cell in Excel.
const LARGEST_CELL: usize = 32_767;

/// From this many digits on a number may lose its last ones.
const PRECISE: usize = 12;

/// What a spreadsheet did to `old`, where that alone explains `new`.
pub fn damage(old: &str, new: &str) -> Option<TextDamage> {
    if old == new || new.is_empty() {
        return None;
    }
    let (from, to) = (number::readings(old), number::readings(new));
    let pairs = || from.iter().flat_map(|from| to.iter().map(move |to| (from, to)));
    if number::is_scientific(new) && pairs().any(|(from, to)| from == to || to.is_shortened(from, 1)) {
        return Some(TextDamage::Exponent);
    }
    if pairs().any(|(from, to)| from == to) {
        return Some(TextDamage::Number);
    }
    if old.len() >= PRECISE && pairs().any(|(from, to)| to.is_shortened(from, PRECISE - 1)) {
        return Some(TextDamage::Tail);
    }
    let computed = old.starts_with(['+', '-', '@']) && from.is_empty() && !to.is_empty();
    if computed || (old.starts_with('=') && !new.starts_with('=') && !words::is_error(new)) {
        return Some(TextDamage::Formula);
    }
    if let Some(old) = date::parts(old) {
        let shown = [date::parts(new), date::of_serial(new), date::of_fraction(new)];
        if shown.iter().flatten().any(|new| date::is_shown_as(&old, new)) {
            return Some(TextDamage::Date);
        }
    }
    if let (Some(old), Some(new)) = (words::truth(old), words::truth(new))
        && old == new
    {
        return Some(TextDamage::Flag);
    }
    if is_misread(old, new) {
        return Some(TextDamage::Encoding);
    }
    if plain_signs(old) == plain_signs(new) {
        return Some(TextDamage::Quotes);
    }
    if old.contains(['\n', '\r']) && plain_lines(old) == plain_lines(new) {
        return Some(TextDamage::Lines);
    }
    if old.starts_with(new) && new.encode_utf16().count() == LARGEST_CELL {
        return Some(TextDamage::Cut);
    }
    suspect(new)
}

/// What a text must have been through that no one types, whatever it was before.
pub fn suspect(new: &str) -> Option<TextDamage> {
    if words::is_error(new) {
        Some(TextDamage::Error)
    } else {
        number::is_scientific(new).then_some(TextDamage::Exponent)
    }
}

/// Whether `new` is the UTF-8 of `old` read as Windows-1252, or has signs in place of what an encoding lacks.
fn is_misread(old: &str, new: &str) -> bool {
    if old.is_ascii() {
        return false;
    }
    let bytes: Option<Vec<u8>> = new.chars().map(windows_1252).collect();
    if bytes.is_some_and(|bytes| bytes == old.as_bytes()) {
        return true;
    }
    let lost = |(old, new): (char, char)| old == new || (!old.is_ascii() && matches!(new, '?' | '_' | '\u{fffd}'));
    old.chars().count() == new.chars().count() && old.chars().zip(new.chars()).all(lost)
}

fn windows_1252(c: char) -> Option<u8> {
    const HIGH: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘',
        '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
    ];
    match u32::from(c) {
        code @ (0..=0x7f | 0xa0..=0xff) => u8::try_from(code).ok(),
        _ => (0x80_u8..).zip(HIGH).find(|(_, high)| *high == c).map(|(byte, _)| byte),
    }
}

fn plain_signs(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '“' | '”' | '„' | '«' | '»' => plain.push('"'),
            '‘' | '’' | '‚' => plain.push('\''),
            '–' | '—' => plain.push_str("--"),
            '…' => plain.push_str("..."),
            '\u{a0}' | '\u{202f}' => plain.push(' '),
            c => plain.push(c),
        }
    }
    Cow::Owned(plain)
}

fn plain_lines(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}
