//! One line of typing. The text area behind it is the only widget type that the app holds.

use tui_textarea::{CursorMove, TextArea};

use crate::keys::chord::{Code, Key};

/// A line being typed, with its cursor.
#[derive(Debug, Clone)]
pub struct LineEditor {
    area: TextArea<'static>,
}

impl Default for LineEditor {
    fn default() -> Self {
        Self::with("")
    }
}

impl LineEditor {
    /// A line that starts with this text, cursor at its end.
    #[must_use]
    pub fn with(text: &str) -> Self {
        let mut area = TextArea::new(vec![single(text)]);
        area.move_cursor(CursorMove::End);
        Self { area }
    }

    /// What was typed.
    #[must_use]
    pub fn text(&self) -> &str {
        self.area.lines().first().map_or("", String::as_str)
    }

    /// What stands left of the cursor.
    #[must_use]
    pub fn before_cursor(&self) -> &str {
        let text = self.text();
        let column = self.area.cursor().1;
        let end = text.char_indices().nth(column).map_or(text.len(), |(index, _)| index);
        text.get(..end).unwrap_or_default()
    }

    /// Replaces the line.
    pub fn set(&mut self, text: &str) {
        *self = Self::with(text);
    }

    /// Takes a key as the readline of a shell would. Returns whether it was one for typing.
    pub fn typed(&mut self, key: Key) -> bool {
        if key == Key::ctrl('k') {
            self.area.delete_line_by_end();
            return true;
        }
        readline(&mut self.area, key)
    }

    /// Takes a paste as one insert; line breaks become spaces.
    pub fn pasted(&mut self, text: &str) {
        self.area.insert_str(single(text.trim_end_matches(['\r', '\n'])));
    }
}

/// Takes a key as the readline of a shell would, within a line. Returns whether it was one for typing.
pub(super) fn readline(area: &mut TextArea<'static>, key: Key) -> bool {
    match (key.ctrl, key.code) {
        (false, Code::Char(c)) => area.insert_char(c),
        (false, Code::Backspace) | (true, Code::Char('h')) => {
            area.delete_char();
        }
        (false, Code::Delete) | (true, Code::Char('d')) => {
            area.delete_next_char();
        }
        (false, Code::Left) | (true, Code::Char('b')) => area.move_cursor(CursorMove::Back),
        (false, Code::Right) | (true, Code::Char('f')) => area.move_cursor(CursorMove::Forward),
        (false, Code::Home) | (true, Code::Char('a')) => area.move_cursor(CursorMove::Head),
        (false, Code::End) | (true, Code::Char('e')) => area.move_cursor(CursorMove::End),
        (true, Code::Char('w')) => {
            area.delete_word();
        }
        (true, Code::Char('u')) => {
            area.delete_line_by_head();
        }
        _ => return false,
    }
    true
}

/// One line out of a text of several.
fn single(text: &str) -> String {
    text.replace("\r\n", " ").replace(['\r', '\n'], " ")
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
    fn a_paste_is_one_line() {
        let mut editor = LineEditor::with("a");
        editor.pasted("b\r\nc\nd\n");
        assert_eq!(editor.text(), "ab c d");
        assert_eq!(editor.before_cursor(), "ab c d");
    }
}
