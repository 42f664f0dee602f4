//! The box in which the order of the list is chosen.

use crate::domain::query::{Column, fold};
use crate::keys::{Code, Key};

use crate::app::overlay::{After, Dialog, DialogLines, Dialogs, KeyHandling, Overlay};
use crate::app::rooms::Rooms;
use crate::app::widget::{LineEditor, Pager};

/// What Enter does.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Enter {
    /// Sorts by the column under the cursor alone.
    #[default]
    Alone,
    /// Keeps what Space chose: one column must not take the place of several.
    Keeps,
}

/// Columns to sort by, with a cursor.
#[derive(Debug, Clone, Default)]
pub struct SortPicker {
    /// Over [`SortPicker::columns`].
    pub pager: Pager,
    /// What Enter does now.
    pub enter: Enter,
    /// What was typed: only columns that have it in their name are listed.
    pub line: LineEditor,
}

impl SortPicker {
    /// What can be sorted by, in the order of the table of fields: those that begin with what was typed first.
    pub fn columns(&self) -> Vec<Column> {
        let typed = fold::fold(self.line.text().trim()).into_owned();
        let begins = |column: &Column| column.name().starts_with(&typed);
        let mut columns: Vec<Column> = Column::all().chain([Column::Live]).collect();
        columns.retain(|column| fold::contains(column.name(), &typed));
        columns.sort_by_key(|column| !begins(column));
        columns
    }
}

pub(in crate::app) fn open_sort(rooms: &mut Rooms, dialogs: &mut Dialogs) {
    let mut picker = SortPicker::default();
    let columns = picker.columns();
    let by = rooms.list.arranging.order.keys.first().map_or(Column::Id, |key| key.column);
    let at = columns.iter().position(|column| *column == by).unwrap_or(0);
    picker.pager.move_to(at, columns.len(), rooms.cx.overlay_height());
    dialogs.current = Some(Overlay::Sort(picker));
}

impl Dialog for SortPicker {
    fn manner(&self, _: &Rooms) -> KeyHandling {
        KeyHandling::text()
    }

    fn key(&mut self, rooms: &mut Rooms, _: &mut Dialogs, key: Key) -> After {
        let chosen = self.columns().get(self.pager.cursor).copied();
        match ((key.ctrl, key.code), chosen) {
            ((false, Code::Esc), _) if !self.line.text().is_empty() => self.clear_line(),
            ((false, Code::Enter), _) if self.enter == Enter::Keeps => return After::Close,
            ((false, Code::Enter), Some(column)) => {
                rooms.list.sort_alone(&mut rooms.cx, &mut rooms.store, column);
                return After::Close;
            }
            ((false, Code::Char(' ')), Some(column)) => {
                self.enter = Enter::Keeps;
                self.clear_line();
                let columns = self.columns();
                let at = columns.iter().position(|known| *known == column).unwrap_or(0);
                self.pager.move_to(at, columns.len(), rooms.cx.overlay_height());
                rooms.list.sort_also(&mut rooms.cx, &mut rooms.store, column);
            }
            _ => return After::Unused,
        }
        After::Stay
    }

    fn list(&mut self, rooms: &Rooms, _: &Dialogs) -> Option<DialogLines<'_>> {
        let len = self.columns().len();
        Some(DialogLines { pager: &mut self.pager, len, height: rooms.cx.overlay_height() })
    }

    fn typed(&mut self, _: &mut Rooms, key: Key) {
        if self.line.typed(key) {
            self.pager = Pager::default();
        }
    }

    fn pasted(&mut self, _: &mut Rooms, _: &mut Dialogs, text: &str) -> bool {
        self.line.pasted(text);
        self.pager = Pager::default();
        true
    }
}

impl SortPicker {
    /// Lists all columns again.
    fn clear_line(&mut self) {
        self.line = LineEditor::default();
        self.pager = Pager::default();
    }
}
