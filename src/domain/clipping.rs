//! Text for the clipboard. It is pasted into shells, tickets and chats, where a line break runs a command and a hidden
//! character steers or lies: what is copied is one line with all of that shown, or JSON with all of that escaped.

use std::fmt;
use std::ops::Deref;

use crate::domain::formats::json;
use crate::domain::text::shown_on_one_line;

/// Text that is safe to paste. There is no other way to make one than the two below.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Clipping(String);

impl Clipping {
    /// One line: line breaks, tabs, other control characters, bidi marks and what else is hidden become visible marks.
    pub fn line(text: &str) -> Self {
        Self(shown_on_one_line(text))
    }

    /// A JSON document, of which the line breaks between members stay. Values have theirs as escapes.
    pub fn json(document: &str) -> Self {
        Self(document.split('\n').map(json::escaped).collect::<Vec<_>>().join("\n"))
    }
}

impl fmt::Display for Clipping {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl Deref for Clipping {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::text::{is_hidden, is_joining};

    #[test]
    fn a_line_break_of_any_kind_is_shown() {
        let text = "a\nreboot\r\nb\tc\u{85}d\u{2028}e\u{2029}f\u{b}g\u{c}h\u{202e}i\u{1b}[2Jj\u{7f}";
        assert_eq!(&*Clipping::line(text), "a␊reboot␍␊b␉c·d·e·f␋g␌h·i␛[2Jj␡");
    }

    #[test]
    fn json_keeps_its_lines_and_its_values() {
        let document = "{\n  \"name\": \"a\\nb\u{202e}\u{85}\"\n}";
        let copied = Clipping::json(document);
        assert_eq!(&*copied, "{\n  \"name\": \"a\\nb\\u202e\\u0085\"\n}");
        let read = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
        assert_eq!(read(&copied), read(document));
    }

    proptest! {
        #[test]
        fn nothing_that_is_copied_breaks_a_line_or_steers(text in any::<String>()) {
            let copied = Clipping::line(&text);
            prop_assert!(!copied.chars().any(|c| c.is_control() || is_hidden(c) && !is_joining(c)), "{:?}", &*copied);
        }
    }
}
