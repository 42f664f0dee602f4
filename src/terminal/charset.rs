//! Which characters a terminal can be sent, and how it sends those that are not ASCII. One answer for the console and
//! for the commands. Only [`LocaleVariables::read`] reads the environment.

use super::decode::InputEncoding;
use crate::domain::text::Characters;

/// What the environment says about the terminal.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LocaleVariables {
    /// `LC_ALL`.
    pub lc_all: Option<String>,
    /// `LC_CTYPE`.
    pub lc_ctype: Option<String>,
    /// `LANG`.
    pub lang: Option<String>,
    /// `TERM`.
    pub term: Option<String>,
}

impl LocaleVariables {
    /// Those of this process.
    pub fn read() -> Self {
        let variable = |name: &str| std::env::var(name).ok();
        Self {
            lc_all: variable("LC_ALL"),
            lc_ctype: variable("LC_CTYPE"),
            lang: variable("LANG"),
            term: variable("TERM"),
        }
    }

    /// The locale of characters, in the order of POSIX; empty where none is set, which means `C`.
    pub fn locale(&self) -> &str {
        let set = [&self.lc_all, &self.lc_ctype, &self.lang].into_iter().flatten().find(|value| !value.is_empty());
        set.map_or("", String::as_str)
    }

    /// Whether that locale is one of UTF-8.
    pub fn is_utf8(&self) -> bool {
        let locale = self.locale().to_ascii_lowercase();
        locale.contains("utf-8") || locale.contains("utf8")
    }

    /// What may be written to it. Terminals that take the bytes 0x80 to 0x9f for control characters must see none of
    /// them: a real VT always, GNU screen and the console of Linux where the locale is not UTF-8. `chosen` is the
    /// setting `ascii`.
    pub fn characters(&self, chosen: Characters) -> Characters {
        let term = self.term.as_deref().unwrap_or_default();
        let takes_controls = term.starts_with("screen") || term == "linux" || term.starts_with("linux-");
        if chosen == Characters::Ascii || term.starts_with("vt") || (takes_controls && !self.is_utf8()) {
            Characters::Ascii
        } else {
            Characters::Unicode
        }
    }

    /// How it sends keys. A locale that is not UTF-8 says little where the terminal is a modern one: most are UTF-8
    /// all the same, and a byte that can be part of a character is taken for that first.
    pub fn encoding(&self) -> InputEncoding {
        if self.is_utf8() { InputEncoding::Utf8 } else { InputEncoding::EightBit }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variables(lc_all: &str, lc_ctype: &str, lang: &str, term: &str) -> LocaleVariables {
        let [lc_all, lc_ctype, lang, term] = [lc_all, lc_ctype, lang, term].map(|value| Some(value.to_owned()));
        LocaleVariables { lc_all, lc_ctype, lang, term }
    }

    fn characters(lc_all: &str, lc_ctype: &str, lang: &str, term: &str) -> Characters {
        variables(lc_all, lc_ctype, lang, term).characters(Characters::Unicode)
    }

    #[test]
    fn the_first_variable_that_is_set_counts() {
        for (lc_all, lc_ctype, lang, utf8) in [
            ("", "", "C.UTF-8", true),
            ("", "", "uk_UA.utf8", true),
            ("C", "C.UTF-8", "C.UTF-8", false),
            ("", "POSIX", "C.UTF-8", false),
            ("C.UTF-8", "C", "C", true),
            ("", "", "", false),
        ] {
            let claims = variables(lc_all, lc_ctype, lang, "");
            assert_eq!(claims.is_utf8(), utf8, "{claims:?}");
        }
    }

    #[test]
    fn only_terminals_that_take_bytes_for_controls_get_ascii_alone() {
        for term in ["screen", "screen-256color", "screen.xterm-256color", "linux", "vt100", "vt220"] {
            assert_eq!(characters("", "", "C", term), Characters::Ascii, "{term}");
        }
        for term in ["screen", "linux", "xterm-256color", "tmux-256color"] {
            assert_eq!(characters("", "", "C.UTF-8", term), Characters::Unicode, "{term}");
        }
        assert_eq!(characters("", "", "C", "xterm-256color"), Characters::Unicode);
        assert_eq!(characters("", "", "C.UTF-8", "vt100"), Characters::Ascii);
        assert_eq!(LocaleVariables::default().characters(Characters::Ascii), Characters::Ascii);
    }
}
