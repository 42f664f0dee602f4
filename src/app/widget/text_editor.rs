//! Several lines of typing: the text area for lists, an entry a line.

use tui_textarea::{CursorMove, TextArea};

use crate::keys::chord::{Code, Key};

use crate::app::widget::line_editor::readline;

/// Lines being typed, with their cursor.
#[derive(Debug, Clone)]
pub struct TextEditor {
    area: Box<TextArea<'static>>,
}

impl TextEditor {
    /// Starts with this text, cursor at its end.
    #[must_use]
    pub fn with(text: &str) -> Self {
        let mut area = TextArea::new(text.split('\n').map(str::to_owned).collect());
        area.move_cursor(CursorMove::Bottom);
        area.move_cursor(CursorMove::End);
        Self { area: Box::new(area) }
    }

    /// The lines.
    #[must_use]
    pub fn lines(&self) -> &[String] {
        self.area.lines()
    }

    /// All of it, without empty lines at the end.
    #[must_use]
    pub fn text(&self) -> String {
        self.area.lines().join("\n").trim_end_matches('\n').to_owned()
    }

    /// Line and column (in characters) of the cursor.
    #[must_use]
    pub fn cursor(&self) -> (usize, usize) {
        let cursor = self.area.cursor();
        (cursor.0, cursor.1)
    }

    /// Takes a key. Returns whether it was one for typing.
    pub fn typed(&mut self, key: Key) -> bool {
        match (key.ctrl, key.code) {
            (false, Code::Enter) => self.area.insert_newline(),
            (false, Code::Up) => self.area.move_cursor(CursorMove::Up),
            (false, Code::Down) => self.area.move_cursor(CursorMove::Down),
            (true, Code::Char('k')) => self.drop_line(),
            (true, Code::Char('p')) => self.move_line(-1),
            (true, Code::Char('n')) => self.move_line(1),
            _ => return readline(&mut self.area, key),
        }
        true
    }

    /// Takes a paste as one insert.
    pub fn pasted(&mut self, text: &str) {
        self.area.insert_str(text.replace("\r\n", "\n").replace('\r', "\n"));
    }

    /// Drops the line under the cursor.
    fn drop_line(&mut self) {
        let (row, _) = self.cursor();
        let mut lines = self.area.lines().to_vec();
        if row < lines.len() {
            lines.remove(row);
        }
        self.replace(lines, row);
    }

    /// Moves the line under the cursor up or down.
    fn move_line(&mut self, by: isize) {
        let (row, _) = self.cursor();
        let mut lines = self.area.lines().to_vec();
        let Some(target) = row.checked_add_signed(by).filter(|target| *target < lines.len()) else { return };
        lines.swap(row, target);
        self.replace(lines, target);
    }

    fn replace(&mut self, mut lines: Vec<String>, row: usize) {
        if lines.is_empty() {
            lines.push(String::new());
        }
        let row = row.min(lines.len() - 1);
        let mut area = TextArea::new(lines);
        area.move_cursor(CursorMove::Jump(u16::try_from(row).unwrap_or(0), 0));
        area.move_cursor(CursorMove::End);
        *self.area = area;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_moves_and_deletes_by_words() {
        let mut editor = TextEditor::with("<sip:edge> x\n<sip:b>");
        editor.typed(Key::plain(Code::AltBackspace));
        editor.typed(Key::plain(Code::Alt('b')));
        editor.typed(Key::plain(Code::Alt('t')));
        assert_eq!(editor.cursor().0, 1);
        let column = editor.cursor().1;
        editor.typed(Key { code: Code::Left, ctrl: true });
        assert!(editor.cursor().1 < column || editor.cursor().0 == 0);
        editor.typed(Key::plain(Code::Home));
        editor.typed(Key::plain(Code::Alt('d')));
        assert!(!editor.text().contains("<sip:b"), "{}", editor.text());
    }

    #[test]
    fn lines_are_added_moved_and_dropped() {
        let mut editor = TextEditor::with("<sip:a;lr>\n<sip:b;lr>");
        editor.typed(Key::plain(Code::Enter));
        editor.pasted("<sip:c;lr>\r\n<sip:d;lr>");
        assert_eq!(editor.lines().len(), 4);
        editor.typed(Key::ctrl('p'));
        assert_eq!(editor.text(), "<sip:a;lr>\n<sip:b;lr>\n<sip:d;lr>\n<sip:c;lr>");
        editor.typed(Key::ctrl('k'));
        assert_eq!(editor.text(), "<sip:a;lr>\n<sip:b;lr>\n<sip:c;lr>");
        for _ in 0..5 {
            editor.typed(Key::ctrl('k'));
        }
        assert_eq!(editor.text(), "");
    }
}
