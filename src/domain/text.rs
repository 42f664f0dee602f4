//! Text from elsewhere made fit to print: what could move a cursor or hide is made visible, and widths
//! are measured in terminal cells. Everything that a screen or a table shows passes through here.

use std::borrow::Cow;
use std::fmt::Write as _;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC};
use unicode_width::UnicodeWidthChar as _;

/// What may be shown of characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Characters {
    /// All that is not [hidden](is_hidden).
    #[default]
    Unicode,
    /// ASCII; the rest by number.
    Ascii,
}

/// What a URL writes by number: all but the unreserved characters (RFC 3986, 2.3).
pub const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Marks that may follow one character; what is beyond is a flood, not writing.
pub const MARKS_PER_CHARACTER: usize = 3;

/// Characters that print nothing, or change how others print: controls, line separators, bidi overrides, joiners,
/// variation selectors, tags, fillers. They are shown by number, or by a mark, instead. The one list of them: screen,
/// command line, title and clipboard all ask here.
pub const fn is_hidden(c: char) -> bool {
    matches!(c,
        '\u{00}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{ad}' | '\u{34f}' | '\u{600}'..='\u{605}' | '\u{61c}'
        | '\u{6dd}' | '\u{70f}' | '\u{890}'..='\u{891}' | '\u{8e2}' | '\u{115f}'..='\u{1160}'
        | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
        | '\u{fff0}'..='\u{fffb}' | '\u{110bd}' | '\u{110cd}' | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{1f3fb}'..='\u{1f3ff}' | '\u{e0000}'..='\u{e0fff}')
}

/// Those among the [hidden](is_hidden) that only make one character of their neighbours: joiners, variation selectors,
/// skin tones. Where a text is copied as it is, or already stands in one cell, they do no harm.
pub const fn is_joining(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}')
}

/// The character itself, or the visible mark that stands for it: control pictures (U+2400 and on) for C0 controls and
/// DEL, a middle dot for what else is hidden. A mark is one cell wide. What joins neighbours stays: a copy is to be the
/// same text, and in a cell it steers nothing.
pub fn mark(c: char) -> char {
    match c {
        '\0'..='\x1f' => char::from_u32(0x2400 + u32::from(c)).unwrap_or('?'),
        '\x7f' => '\u{2421}',
        hidden if is_hidden(hidden) && !is_joining(hidden) => '\u{b7}',
        _ => c,
    }
}

/// The text with a [`mark`] for everything that could break a line, steer a terminal or reorder what is read.
pub fn shown_on_one_line(text: &str) -> String {
    text.chars().map(mark).collect()
}

/// Counts the marks on a character, to distinguish writing from a flood that would cover other lines.
#[derive(Debug, Clone, Copy, Default)]
pub struct CombiningMarks(usize);

impl CombiningMarks {
    /// Whether the next character of a text is one mark too many.
    pub fn flood_with(&mut self, c: char) -> bool {
        self.0 = if c.width() == Some(0) { self.0 + 1 } else { 0 };
        self.0 > MARKS_PER_CHARACTER
    }
}

/// Whether there is nothing but space in a text.
pub fn is_blank(text: &str) -> bool {
    // The first byte of nearly every text decides.
    !text.bytes().next().is_some_and(|byte| byte.is_ascii_graphic()) && text.trim().is_empty()
}

/// A name without case, hidden characters and spaces, sign by sign: what a reader takes for the same.
pub fn plainly(name: &str) -> impl Iterator<Item = char> {
    let visible = |c: &char| !c.is_whitespace() && !is_hidden(*c);
    name.chars().filter(visible).flat_map(char::to_lowercase)
}

/// Whether a text begins or ends with a space of any kind.
pub fn has_edge_space(text: &str) -> bool {
    let graphic = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_graphic());
    let plain = graphic(text.bytes().next()) && graphic(text.bytes().next_back());
    !plain && text.trim() != text
}

/// The parts in front of and behind the first such ASCII character. Quicker than a search for what may be any
/// character, where texts are short and many.
pub fn split_at_ascii(text: &str, wanted: u8) -> Option<(&str, &str)> {
    let at = text.bytes().position(|byte| byte == wanted)?;
    Some((text.get(..at)?, text.get(at + 1..)?))
}

/// What a file or a variable with one secret holds, without what programs put around it: a byte order mark in front and
/// one line end behind (CRLF is one). Every other character is part of the secret.
pub fn without_line_end(text: &str) -> &str {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let text = text.strip_suffix('\n').unwrap_or(text);
    text.strip_suffix('\r').unwrap_or(text)
}

/// Whether a text can be printed as it is.
fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| (0x20..0x7f).contains(&byte))
}

/// The same text with nothing hidden and nothing active: `^[` for an escape, `<202e>` for a bidi override.
/// The result has no control character and no character of width zero but a few marks behind a letter.
pub fn visible(text: &str) -> Cow<'_, str> {
    if is_plain(text) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    let mut marks = None;
    for c in text.chars() {
        push_visible(&mut out, c, &mut marks);
    }
    Cow::Owned(out)
}

/// The same with nothing but ASCII: every other character by its number, `<6771>`. Line feeds and the sequences of our
/// own colours stay; hostile text is made [`visible`] before.
pub fn in_ascii(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() * 2);
    for c in text.chars() {
        if c.is_ascii() { out.push(c) } else { push_number(&mut out, c) }
    }
    Cow::Owned(out)
}

/// `marks` counts the marks on the last letter; `None` where there is no letter to carry one.
fn push_visible(out: &mut String, c: char, marks: &mut Option<usize>) {
    if is_hidden(c) {
        *marks = None;
        match c {
            '\u{00}'..='\u{1f}' => {
                out.push('^');
                out.push(char::from(b'@' + u8::try_from(u32::from(c)).unwrap_or_default()));
            }
            '\u{7f}' => out.push_str("^?"),
            _ => push_number(out, c),
        }
        return;
    }
    if c.width() == Some(0) {
        match marks {
            Some(count) if *count < MARKS_PER_CHARACTER => {
                *count += 1;
                out.push(c);
            }
            Some(_) => {}
            None => push_number(out, c),
        }
        return;
    }
    // Lines are broken at spaces: a mark on one would begin a line with nothing under it.
    *marks = (c != ' ').then_some(0);
    out.push(c);
}

fn push_number(out: &mut String, c: char) {
    // Writing to a string cannot fail.
    let _ = write!(out, "<{:02x}>", u32::from(c));
}

/// Cells that a text takes once made [`visible`].
pub fn width(text: &str) -> usize {
    if is_plain(text) {
        return text.len();
    }
    visible(text).chars().map(|c| c.width().unwrap_or(0)).sum()
}

/// The text made visible and cut to at most `cells` cells, with `~` at the end where something was cut.
pub fn fit(text: &str, cells: usize) -> Cow<'_, str> {
    fit_with(text, cells, '~')
}

/// The same with another character, of one cell, where something was cut.
pub fn fit_with(text: &str, cells: usize, cut: char) -> Cow<'_, str> {
    if is_plain(text) {
        if text.len() <= cells {
            return Cow::Borrowed(text);
        }
        let kept = text.get(..cells.saturating_sub(1)).unwrap_or_default();
        return Cow::Owned(if cells == 0 { String::new() } else { format!("{kept}{cut}") });
    }
    // No more characters can be needed than fit, so a text of a million characters costs no more than a line.
    let mut out = String::new();
    let mut used = 0;
    let mut end_of_kept = 0;
    let mut marks = None;
    for c in text.chars() {
        let before = out.len();
        push_visible(&mut out, c, &mut marks);
        let added: usize = out.get(before..).unwrap_or_default().chars().map(|c| c.width().unwrap_or(0)).sum();
        if used + added > cells {
            out.truncate(end_of_kept);
            if cells > 0 {
                out.push(cut);
            }
            return Cow::Owned(out);
        }
        used += added;
        if used < cells {
            end_of_kept = out.len();
        }
    }
    Cow::Owned(out)
}

/// The text made visible and broken into lines of at most `cells` cells, at spaces where there are any.
pub fn wrap(text: &str, cells: usize) -> Vec<String> {
    let cells = cells.max(1);
    let shown = visible(text);
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut used = 0;
    for word in shown.split_inclusive(' ') {
        let needed = width(word.trim_end());
        if used > 0 && used + needed > cells {
            lines.push(std::mem::take(&mut line).trim_end().to_owned());
            used = 0;
        }
        for c in word.chars() {
            let wide = c.width().unwrap_or(0);
            // A mark goes with its letter, also where that is wider than the line.
            if wide > 0 && used + wide > cells {
                if c == ' ' {
                    continue;
                }
                lines.push(std::mem::take(&mut line));
                used = 0;
            }
            line.push(c);
            used += wide;
        }
    }
    let last = line.trim_end();
    if !last.is_empty() || lines.is_empty() {
        lines.push(last.to_owned());
    }
    lines
}

/// A text with its first letter in upper case.
pub fn capitalised(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

/// A text that begins with a capital, as a sentence does; one that begins with a name of the API, a file or a key as it
/// is: those are written in one way only.
pub fn sentence(text: &str) -> String {
    let word = text.split([' ', '.', ',']).next().unwrap_or_default();
    let plain = word.chars().count() > 1 && word.chars().all(char::is_lowercase);
    if plain && !text.starts_with(&format!("{word}.")) { capitalised(text) } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cells(text: &str) -> usize {
        text.chars().map(|c| c.width().unwrap_or(0)).sum()
    }

    #[test]
    fn a_mark_on_a_space_is_told_as_its_number_and_so_no_line_begins_with_one() {
        assert_eq!(visible("a \u{301}b"), "a <301>b");
        assert_eq!(visible("a\u{301} b"), "a\u{301} b");
        assert!(wrap("\u{b041}\u{59d}", 1).contains(&"\u{b041}\u{59d}".to_owned()));
        for line in wrap("aaaa \u{59d}k", 4) {
            assert!(width(&line) <= 4, "{line:?}");
        }
    }

    #[test]
    fn what_could_act_is_shown_instead() {
        assert_eq!(visible("a\u{1b}[31mb"), "a^[[31mb");
        assert_eq!(visible("x\u{9b}2J"), "x<9b>2J");
        assert_eq!(visible("abc\u{202e}def"), "abc<202e>def");
        assert_eq!(visible("a\u{200b}b\u{7f}\r\n"), "a<200b>b^?^M^J");
        assert_eq!(visible("東京"), "東京");
    }

    #[test]
    fn what_is_not_ascii_is_told_by_its_number() {
        assert_eq!(in_ascii("東-Ä\n"), "<6771>-<c4>\n");
        assert_eq!(in_ascii("plain"), "plain");
    }

    #[test]
    fn a_flood_of_marks_is_cut_and_a_mark_alone_is_named() {
        let flood = format!("e{}", "\u{301}".repeat(500));
        assert_eq!(visible(&flood), "e\u{301}\u{301}\u{301}");
        assert_eq!(visible("\u{301}e"), "<301>e");
    }

    #[test]
    fn cutting_keeps_wide_characters_whole() {
        assert_eq!(fit("東京トランク", 5), "東京~");
        assert_eq!(fit("東京", 4), "東京");
        assert_eq!(fit("東京", 3), "東~");
        assert_eq!(fit("acme-fra-main", 6), "acme-~");
        assert_eq!(fit("acme", 0), "");
    }

    #[test]
    fn lines_break_at_spaces_and_in_words_only_where_they_must() {
        assert_eq!(wrap("one two three", 8), ["one two", "three"]);
        assert_eq!(wrap("abcdefghij", 4), ["abcd", "efgh", "ij"]);
        assert_eq!(wrap("", 4), [""]);
    }

    proptest! {
        #[test]
        fn nothing_active_gets_through(text in any::<String>()) {
            let shown = visible(&text);
            prop_assert!(!shown.chars().any(|c| c.is_control() || is_hidden(c)));
            prop_assert_eq!(width(&text), cells(&shown));
        }

        #[test]
        fn a_fitted_text_fits(text in any::<String>(), room in 0_usize..40) {
            let fitted = fit(&text, room);
            prop_assert!(cells(&fitted) <= room);
            prop_assert!(!fitted.chars().any(char::is_control));
            if width(&text) <= room {
                prop_assert_eq!(fitted, visible(&text));
            }
        }

        #[test]
        fn wrapped_lines_fit(text in any::<String>(), room in 2_usize..40) {
            for line in wrap(&text, room) {
                prop_assert!(cells(&line) <= room);
            }
        }
    }
}
