//! One key press, in the words of a keymap. Only keys that every terminal can send.

use std::fmt;

/// Which key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Code {
    /// A character, upper case where shift made it so.
    Char(char),
    /// Enter.
    Enter,
    /// Escape.
    Esc,
    /// Tab.
    Tab,
    /// Shift-Tab.
    BackTab,
    /// Backspace.
    Backspace,
    /// Delete.
    Delete,
    /// Home.
    Home,
    /// End.
    End,
    /// Page up.
    PageUp,
    /// Page down.
    PageDown,
    /// Arrow up.
    Up,
    /// Arrow down.
    Down,
    /// Arrow left.
    Left,
    /// Arrow right.
    Right,
}

/// A key with or without Ctrl.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// Which key.
    pub code: Code,
    /// Whether Ctrl is held.
    pub ctrl: bool,
}

/// Names of the keys that are no characters. The first name of a key is the one shown.
const NAMES: [(&str, Code); 20] = [
    ("Enter", Code::Enter),
    ("Return", Code::Enter),
    ("Esc", Code::Esc),
    ("Tab", Code::Tab),
    ("Shift-Tab", Code::BackTab),
    ("BackTab", Code::BackTab),
    ("Backspace", Code::Backspace),
    ("Del", Code::Delete),
    ("Delete", Code::Delete),
    ("Home", Code::Home),
    ("End", Code::End),
    ("PgUp", Code::PageUp),
    ("PageUp", Code::PageUp),
    ("PgDn", Code::PageDown),
    ("PageDown", Code::PageDown),
    ("Up", Code::Up),
    ("Down", Code::Down),
    ("Left", Code::Left),
    ("Right", Code::Right),
    ("Space", Code::Char(' ')),
];

impl Key {
    /// A key without Ctrl.
    #[must_use]
    pub const fn plain(code: Code) -> Self {
        Self { code, ctrl: false }
    }

    /// A character.
    #[must_use]
    pub const fn char(c: char) -> Self {
        Self::plain(Code::Char(c))
    }

    /// A character with Ctrl.
    #[must_use]
    pub const fn ctrl(c: char) -> Self {
        Self { code: Code::Char(c), ctrl: true }
    }

    /// Reads the name of a key, such as `j`, `Ctrl-d` or `PgDn`.
    ///
    /// # Errors
    /// A sentence that says what is not known, for the user's own keymap.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut rest = text;
        let mut ctrl = false;
        for prefix in ["Ctrl-", "ctrl-", "C-", "c-"] {
            if let Some(bare) = text.strip_prefix(prefix)
                && !bare.is_empty()
            {
                rest = bare;
                ctrl = true;
                break;
            }
        }
        let mut chars = rest.chars();
        let code = match (chars.next(), chars.next()) {
            (Some(c), None) => Code::Char(if ctrl { c.to_ascii_lowercase() } else { c }),
            _ => NAMES
                .iter()
                .find(|(name, _)| name.eq_ignore_ascii_case(rest))
                .map(|(_, code)| *code)
                .ok_or_else(|| format!("no key is called {text:?}; keys are single characters, Ctrl-x, Enter, Esc, Tab, Shift-Tab, Space, Backspace, Del, Home, End, PgUp, PgDn, Up, Down, Left, Right"))?,
        };
        Ok(Self { code, ctrl })
    }

    /// Reads keys separated by spaces, pressed one after the other: `g p`.
    ///
    /// # Errors
    /// As [`Key::parse`].
    pub fn parse_sequence(text: &str) -> Result<Vec<Self>, String> {
        text.split_whitespace().map(Self::parse).collect()
    }
}

impl fmt::Display for Key {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.ctrl {
            out.write_str("Ctrl-")?;
        }
        if let Some((name, _)) = NAMES.iter().find(|(_, code)| *code == self.code) {
            return out.write_str(name);
        }
        match self.code {
            Code::Char(c) => write!(out, "{c}"),
            other => write!(out, "{other:?}"),
        }
    }
}

/// Keys pressed one after the other, as people write them.
#[must_use]
pub fn sequence(keys: &[Key]) -> String {
    keys.iter().map(Key::to_string).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back_as_the_same_key() {
        for text in ["j", "G", "Ctrl-d", "PgDn", "Space", "Shift-Tab", "?", "<", "Ctrl-Space", "-"] {
            let key = Key::parse(text).unwrap();
            assert_eq!(Key::parse(&key.to_string()).unwrap(), key, "{text}");
            assert_eq!(key.to_string(), text);
        }
        assert_eq!(Key::parse_sequence("g p").unwrap(), [Key::char('g'), Key::char('p')]);
    }

    #[test]
    fn an_unknown_name_is_told() {
        assert!(Key::parse("F13").unwrap_err().contains("F13"));
    }
}
