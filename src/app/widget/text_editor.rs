//! Several lines of typing: the text area for lists, an entry a line.

use tui_textarea::{CursorMove, Input, Key as Typed, TextArea};

use crate::keys::{Code, Key};

/// Lines being typed, with their cursor.
#[derive(Debug, Clone)]
pub struct TextEditor {
    area: Box<TextArea<'static>>,
}

impl TextEditor {
    /// Starts with this text, cursor at its end.
    pub fn with(text: &str) -> Self {
        let mut area = TextArea::new(text.split('\n').map(str::to_owned).collect());
        area.move_cursor(CursorMove::Bottom);
        area.move_cursor(CursorMove::End);
        Self { area: Box::new(area) }
    }

    /// The lines.
    pub fn lines(&self) -> &[String] {
        self.area.lines()
    }

    /// All of it, without empty lines at the end.
    pub fn text(&self) -> String {
        self.area.lines().join("\n").trim_end_matches('\n').to_owned()
    }

    /// Line and column (in characters) of the cursor.
    pub fn cursor(&self) -> (usize, usize) {
        let cursor = self.area.cursor();
        (cursor.0, cursor.1)
    }

    /// Takes a key. What it does is up to the text area, which knows the keys of Emacs: Ctrl-u undoes what was
    /// typed, Ctrl-r does it again, Ctrl-k cuts to the end of the line, Ctrl-y puts that in.
    pub fn typed(&mut self, key: Key) {
        if let Some(input) = input(key) {
            self.area.input(input);
        }
    }

    /// Takes a paste as one insert.
    pub fn pasted(&mut self, text: &str) {
        self.area.insert_str(text.replace("\r\n", "\n").replace('\r', "\n"));
    }
}

/// The key as the text area has it; `None` for those that do nothing in a text.
fn input(key: Key) -> Option<Input> {
    let by_word = key.ctrl && matches!(key.code, Code::Backspace | Code::Delete);
    let (code, alt) = match key.code {
        Code::Char(c) => (Typed::Char(c), false),
        Code::Alt(c) => (Typed::Char(c), true),
        Code::Enter => (Typed::Enter, false),
        Code::Backspace => (Typed::Backspace, by_word),
        Code::AltBackspace => (Typed::Backspace, true),
        Code::Delete => (Typed::Delete, by_word),
        Code::Home => (Typed::Home, false),
        Code::End => (Typed::End, false),
        Code::Up => (Typed::Up, false),
        Code::Down => (Typed::Down, false),
        Code::Left => (Typed::Left, false),
        Code::Right => (Typed::Right, false),
        Code::Esc
        | Code::Tab
        | Code::BackTab
        | Code::PageUp
        | Code::PageDown
        | Code::ShiftUp
        | Code::ShiftDown
        | Code::Insert
        | Code::F(_) => return None,
    };
    Some(Input { key: code, ctrl: key.ctrl && !by_word, alt, shift: false })
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
    fn lines_are_added_and_cut() {
        let mut editor = TextEditor::with("<sip:a;lr>\n<sip:b;lr>");
        editor.typed(Key::plain(Code::Enter));
        editor.pasted("<sip:c;lr>\r\n<sip:d;lr>");
        assert_eq!(editor.lines().len(), 4);
        editor.typed(Key::ctrl('p'));
        editor.typed(Key::ctrl('a'));
        editor.typed(Key::ctrl('k'));
        assert_eq!(editor.text(), "<sip:a;lr>\n<sip:b;lr>\n\n<sip:d;lr>");
        editor.typed(Key::ctrl('u'));
        assert_eq!(editor.text(), "<sip:a;lr>\n<sip:b;lr>\n<sip:c;lr>\n<sip:d;lr>");
    }

    #[test]
    fn what_was_typed_can_be_taken_back_and_done_again() {
        let mut editor = TextEditor::with("<sip:a;lr>");
        editor.pasted("x\ny");
        for (key, text) in [('u', "<sip:a;lr>"), ('u', "<sip:a;lr>"), ('r', "<sip:a;lr>x\ny")] {
            editor.typed(Key::ctrl(key));
            assert_eq!(editor.text(), text, "Ctrl-{key}");
        }
    }
}
