//! One line of typing. It may be a password, so nothing of it is printed by `Debug`, no history of it is kept, and
//! it is wiped from memory when it is done with.

use std::fmt;

use secrecy::zeroize::Zeroizing;

use crate::keys::{Code, Key};

/// A line being typed, with its cursor.
#[derive(Clone, PartialEq, Eq)]
pub struct LineEditor {
    text: Zeroizing<String>,
    /// Byte at which the next character goes in; always between two characters.
    cursor: usize,
}

impl Default for LineEditor {
    fn default() -> Self {
        Self::with("")
    }
}

impl fmt::Debug for LineEditor {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "LineEditor({} characters)", self.text.chars().count())
    }
}

/// What a word is to Ctrl-w: spaces, letters and digits, or other signs.
#[derive(PartialEq, Eq, Clone, Copy)]
enum Class {
    Space,
    Word,
    Sign,
}

fn class(c: char) -> Class {
    if c.is_whitespace() {
        Class::Space
    } else if c.is_alphanumeric() || c == '_' {
        Class::Word
    } else {
        Class::Sign
    }
}

impl LineEditor {
    /// A line that starts with this text, cursor at its end.
    pub fn with(text: &str) -> Self {
        let mut line = Self { text: Zeroizing::new(String::new()), cursor: 0 };
        line.insert(&single(text));
        line
    }

    /// What was typed.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What stands left of the cursor.
    pub fn before_cursor(&self) -> &str {
        self.text.get(..self.cursor).unwrap_or_default()
    }

    fn after_cursor(&self) -> &str {
        self.text.get(self.cursor..).unwrap_or_default()
    }

    /// Replaces the line.
    pub fn set(&mut self, text: &str) {
        *self = Self::with(text);
    }

    /// Replaces what stands left of the cursor, which stays behind it.
    pub(in crate::app) fn replace_before_cursor(&mut self, text: &str) {
        self.cut(0, self.cursor);
        self.insert(&single(text));
    }

    /// Takes a key as the readline of a shell would. Returns whether it was one for typing.
    pub fn typed(&mut self, key: Key) -> bool {
        match (key.ctrl, key.code) {
            (false, Code::Char(c)) => self.insert(c.encode_utf8(&mut [0; 4])),
            (false, Code::Backspace) | (true, Code::Char('h')) => self.cut(self.left(), self.cursor),
            (false, Code::Delete) | (true, Code::Char('d')) => self.cut(self.cursor, self.right()),
            (false, Code::Left) | (true, Code::Char('b')) => self.cursor = self.left(),
            (false, Code::Right) | (true, Code::Char('f')) => self.cursor = self.right(),
            (false, Code::Home) | (true, Code::Char('a')) => self.cursor = 0,
            (false, Code::End) | (true, Code::Char('e')) => self.cursor = self.text.len(),
            (true, Code::Char('w') | Code::Backspace) | (false, Code::AltBackspace) => {
                self.cut(self.word_left(), self.cursor);
            }
            (true, Code::Left) | (false, Code::Alt('b')) => self.cursor = self.word_left(),
            (true, Code::Right) | (false, Code::Alt('f')) => self.cursor = self.word_right(),
            (true, Code::Delete) | (false, Code::Alt('d')) => self.cut(self.cursor, self.word_right()),
            (true, Code::Char('u')) => self.cut(0, self.cursor),
            (true, Code::Char('k')) => self.cut(self.cursor, self.text.len()),
            _ => return false,
        }
        true
    }

    /// Takes a paste as one insert; line breaks become spaces.
    pub fn pasted(&mut self, text: &str) {
        self.insert(&single(text.trim_end_matches(['\r', '\n'])));
    }

    fn insert(&mut self, text: &str) {
        // A string that grows by itself would leave its old place unwiped.
        let mut line = String::with_capacity(ROOM.max(self.text.len() + text.len()).next_power_of_two());
        for part in [self.before_cursor(), text, self.after_cursor()] {
            line.push_str(part);
        }
        self.text = Zeroizing::new(line);
        self.cursor += text.len();
    }

    /// Takes out what stands between two places; the cursor is there then.
    fn cut(&mut self, from: usize, to: usize) {
        let mut line = String::with_capacity(ROOM.max(self.text.len()).next_power_of_two());
        line.push_str(self.text.get(..from).unwrap_or_default());
        line.push_str(self.text.get(to..).unwrap_or_default());
        self.text = Zeroizing::new(line);
        self.cursor = from;
    }

    fn left(&self) -> usize {
        self.before_cursor().char_indices().next_back().map_or(0, |(at, _)| at)
    }

    fn right(&self) -> usize {
        self.cursor + self.after_cursor().chars().next().map_or(0, char::len_utf8)
    }

    /// Where the word behind the cursor ends.
    fn word_right(&self) -> usize {
        let rest = self.after_cursor().trim_start();
        let end = rest.chars().next().map(class).map_or("", |kind| rest.trim_start_matches(|c| class(c) == kind));
        self.text.len() - end.len()
    }

    /// Where the word before the cursor begins.
    fn word_left(&self) -> usize {
        let end = self.before_cursor().trim_end();
        let Some(kind) = end.chars().next_back().map(class) else { return 0 };
        end.trim_end_matches(|c| class(c) == kind).len()
    }
}

/// Bytes that a line has room for from the beginning.
const ROOM: usize = 64;

/// One line out of a text of several.
fn single(text: &str) -> Zeroizing<String> {
    let mut line = Zeroizing::new(String::with_capacity(text.len()));
    let mut before = ' ';
    for c in text.chars() {
        match (before, c) {
            ('\r', '\n') => {}
            (_, '\r' | '\n') => line.push(' '),
            (_, other) => line.push(other),
        }
        before = c;
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typing(editor: &mut LineEditor, text: &str) {
        for c in text.chars() {
            assert!(editor.typed(Key::char(c)));
        }
    }

    #[test]
    fn it_types_moves_and_deletes_as_a_shell_does() {
        let mut editor = LineEditor::default();
        typing(&mut editor, "acme fra");
        editor.typed(Key::ctrl('w'));
        assert_eq!(editor.text(), "acme ");
        editor.typed(Key::plain(Code::Home));
        typing(&mut editor, "東");
        assert_eq!((editor.text(), editor.before_cursor()), ("東acme ", "東"));
        editor.typed(Key::ctrl('u'));
        assert_eq!(editor.text(), "acme ");
        assert!(!editor.typed(Key::plain(Code::Enter)));
    }

    #[test]
    fn the_cursor_moves_between_characters_and_deletes_on_both_sides() {
        let mut editor = LineEditor::with("a東b/c-d");
        editor.typed(Key::ctrl('w'));
        editor.typed(Key::ctrl('w'));
        assert_eq!(editor.text(), "a東b/c");
        editor.typed(Key::plain(Code::Home));
        editor.typed(Key::plain(Code::Right));
        editor.typed(Key::plain(Code::Delete));
        assert_eq!((editor.text(), editor.before_cursor()), ("ab/c", "a"));
        editor.typed(Key::plain(Code::Backspace));
        editor.typed(Key::plain(Code::Backspace));
        assert_eq!(editor.text(), "b/c");
        editor.typed(Key::ctrl('k'));
        assert_eq!(editor.text(), "");
        editor.typed(Key::plain(Code::Left));
        editor.typed(Key::ctrl('w'));
        assert_eq!(editor.text(), "");
    }

    #[test]
    fn it_moves_and_deletes_by_words() {
        let alt = |c| Key::plain(Code::Alt(c));
        let mut editor = LineEditor::with("acme fra/main 東京");
        for (key, before) in [
            (alt('b'), "acme fra/main "),
            (Key { code: Code::Left, ctrl: true }, "acme fra/"),
            (alt('b'), "acme fra"),
            (Key { code: Code::Right, ctrl: true }, "acme fra/"),
            (alt('f'), "acme fra/main"),
            (alt('f'), "acme fra/main 東京"),
            (alt('f'), "acme fra/main 東京"),
        ] {
            assert!(editor.typed(key));
            assert_eq!(editor.before_cursor(), before, "{key}");
        }
        editor.typed(Key::plain(Code::AltBackspace));
        assert_eq!(editor.text(), "acme fra/main ");
        editor.typed(Key::plain(Code::Home));
        editor.typed(alt('d'));
        assert_eq!(editor.text(), " fra/main ");
        editor.typed(Key { code: Code::Delete, ctrl: true });
        assert_eq!(editor.text(), "/main ");
        for other in [alt('t'), alt('D'), Key::plain(Code::F(2)), Key::plain(Code::Insert)] {
            assert!(!editor.typed(other), "{other}");
        }
        assert_eq!(editor.text(), "/main ");
    }

    #[test]
    fn a_line_does_not_print_itself() {
        assert!(!format!("{:?}", LineEditor::with("hunter2")).contains("hunter2"));
    }

    #[test]
    fn a_paste_is_one_line() {
        let mut editor = LineEditor::with("a");
        editor.pasted("b\r\nc\nd\n");
        assert_eq!(editor.text(), "ab c d");
        assert_eq!(editor.before_cursor(), "ab c d");
    }
}
