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
    /// Arrow up with Shift, on terminals that distinguish it from the arrow alone.
    ShiftUp,
    /// Arrow down with Shift.
    ShiftDown,
    /// Arrow left.
    Left,
    /// Arrow right.
    Right,
    /// Insert: no command has it.
    Insert,
    /// A function key: no command has one.
    F(u8),
    /// A character with Alt: only text boxes know some.
    Alt(char),
    /// Backspace with Alt.
    AltBackspace,
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
const NAMES: [(&str, Code); 22] = [
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
    ("Shift-Up", Code::ShiftUp),
    ("Shift-Down", Code::ShiftDown),
    ("Space", Code::Char(' ')),
];

/// A name that no key has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "no key is called {0:?}; keys are single characters, Ctrl-x, Enter, Esc, Tab, Shift-Tab, Space, Backspace, Del, \
     Home, End, PgUp, PgDn, Up, Down, Left, Right, Shift-Up, Shift-Down"
)]
pub struct UnknownKey(String);

impl Key {
    /// A key without Ctrl.
    pub const fn plain(code: Code) -> Self {
        Self { code, ctrl: false }
    }

    /// A character.
    pub const fn char(c: char) -> Self {
        Self::plain(Code::Char(c))
    }

    /// A character with Ctrl.
    pub const fn ctrl(c: char) -> Self {
        Self { code: Code::Char(c), ctrl: true }
    }

    /// Reads the name of a key, such as `j`, `Ctrl-d` or `PgDn`.
    ///
    /// # Errors
    /// No key has this name.
    pub fn parse(text: &str) -> Result<Self, UnknownKey> {
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
                .ok_or_else(|| UnknownKey(text.to_owned()))?,
        };
        Ok(Self { code, ctrl })
    }

    /// Reads keys separated by spaces, pressed one after the other: `g p`.
    ///
    /// # Errors
    /// As [`Key::parse`].
    pub fn parse_sequence(text: &str) -> Result<Vec<Self>, UnknownKey> {
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
            Code::Insert => out.write_str("Ins"),
            Code::F(number) => write!(out, "F{number}"),
            Code::Alt(' ') => out.write_str("Alt-Space"),
            Code::Alt(c) => write!(out, "Alt-{c}"),
            Code::AltBackspace => out.write_str("Alt-Backspace"),
            other => write!(out, "{other:?}"),
        }
    }
}

impl Key {
    /// What to say of a key that does nothing here, without an end: a letter of another keyboard layout looks like
    /// another one.
    pub fn idle(self) -> String {
        match self.code {
            Code::Char(c) | Code::Alt(c) if !c.is_ascii() && c.is_alphabetic() => {
                let script = script(c).map_or_else(String::new, |script| format!("{script} "));
                format!("{script}{self}: another keyboard layout?")
            }
            _ => format!("Unknown key {self}"),
        }
    }
}

impl Key {
    /// The same, and what there is to press instead.
    pub fn idle_but(self, instead: &str) -> String {
        let idle = self.idle();
        let between = if idle.ends_with('?') { "" } else { "." };
        format!("{idle}{between} {instead}")
    }
}

/// The script of a letter, where keyboards have it.
fn script(c: char) -> Option<&'static str> {
    SCRIPTS.iter().find(|(from, to, _)| (*from..=*to).contains(&c)).map(|(_, _, script)| *script)
}

const SCRIPTS: [(char, char, &str); 20] = [
    ('\u{80}', '\u{24f}', "Latin"),
    ('\u{370}', '\u{3ff}', "Greek"),
    ('\u{400}', '\u{52f}', "Cyrillic"),
    ('\u{530}', '\u{58f}', "Armenian"),
    ('\u{590}', '\u{5ff}', "Hebrew"),
    ('\u{600}', '\u{77f}', "Arabic"),
    ('\u{900}', '\u{97f}', "Devanagari"),
    ('\u{980}', '\u{9ff}', "Bengali"),
    ('\u{b80}', '\u{bff}', "Tamil"),
    ('\u{e00}', '\u{e7f}', "Thai"),
    ('\u{10a0}', '\u{10ff}', "Georgian"),
    ('\u{1100}', '\u{11ff}', "Hangul"),
    ('\u{1e00}', '\u{1eff}', "Latin"),
    ('\u{1f00}', '\u{1fff}', "Greek"),
    ('\u{3040}', '\u{309f}', "Hiragana"),
    ('\u{30a0}', '\u{30ff}', "Katakana"),
    ('\u{3100}', '\u{312f}', "Bopomofo"),
    ('\u{3130}', '\u{318f}', "Hangul"),
    ('\u{4e00}', '\u{9fff}', "Chinese"),
    ('\u{ac00}', '\u{d7a3}', "Hangul"),
];

/// Keys pressed one after the other, as people write them.
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
    fn a_key_that_does_nothing_says_what_it_is() {
        let idle = |key: Key| key.idle();
        assert_eq!(idle(Key::char('е')), "Cyrillic е: another keyboard layout?");
        assert_eq!(idle(Key::char('ε')), "Greek ε: another keyboard layout?");
        assert_eq!(idle(Key::char('é')), "Latin é: another keyboard layout?");
        assert_eq!(idle(Key::ctrl('\\')), "Unknown key Ctrl-\\");
        assert_eq!(idle(Key::plain(Code::F(5))), "Unknown key F5");
        assert_eq!(idle(Key::plain(Code::Insert)), "Unknown key Ins");
        assert_eq!(idle(Key::plain(Code::Alt('t'))), "Unknown key Alt-t");
        assert_eq!(idle(Key::char('z')), "Unknown key z");
    }

    #[test]
    fn an_unknown_name_is_told() {
        assert!(Key::parse("F13").unwrap_err().to_string().contains("F13"));
    }
}
