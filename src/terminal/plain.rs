//! Text of unknown origin, made harmless for a terminal's title or clipboard.
//!
//! It must not know where the text came from: all of it is hostile.

use crate::domain::text::{mark, shown_on_one_line};

/// The text with every character that could steer a terminal or reorder what is read replaced by a visible mark.
pub(crate) fn plain(text: &str) -> String {
    shown_on_one_line(text)
}

/// As [`plain`], but line feeds and tabs stay: for text that is pasted elsewhere.
pub(crate) fn plain_lines(text: &str) -> String {
    text.chars().map(|char| if matches!(char, '\n' | '\t') { char } else { mark(char) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn controls_become_visible() {
        assert_eq!(plain("a\x1b]0;x\x07b\x7f\u{9b}c\u{202e}d\n"), "a\u{241b}]0;x\u{2407}b\u{2421}·c·d\u{240a}");
        assert_eq!(plain_lines("a\n\tb\r\x1b"), "a\n\tb\u{240d}\u{241b}");
        assert_eq!(plain("\u{3164}\u{e0041}\u{2028}"), "···");
        assert_eq!(plain("Zürich 東京 é 👍🏽"), "Zürich 東京 é 👍🏽");
    }
}
