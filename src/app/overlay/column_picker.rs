//! The box in which columns are shown, hidden, moved and sized.

use crate::keys::{Code, Command, Key};

use crate::app::model::looks::LooksChange;
use crate::app::overlay::{After, Dialog, DialogLines, Dialogs, KeyHandling, Overlay};
use crate::app::rooms::Rooms;
use crate::app::widget::Pager;

/// Over the columns.
#[derive(Debug, Clone)]
pub struct ColumnPicker(pub Pager);

impl Dialog for ColumnPicker {
    fn manner(&self, _: &Rooms) -> KeyHandling {
        KeyHandling::list(Some(Command::Columns), " JK+><-=R")
    }

    fn key(&mut self, rooms: &mut Rooms, _: &mut Dialogs, key: Key) -> After {
        let (pager, height) = (&mut self.0, rooms.cx.overlay_height());
        let (at, len) = (pager.cursor, rooms.list.columns.choices().len());
        let before = rooms.list.columns.clone();
        let columns = &mut rooms.list.columns;
        match (key.ctrl, key.code) {
            (false, Code::Enter) => return After::Close,
            (false, Code::Char(' ')) => columns.toggle(at),
            (false, Code::Char('J')) if at + 1 < len => {
                columns.shift(at, at + 1);
                pager.move_to(at + 1, len, height);
            }
            (false, Code::Char('K')) if at > 0 => {
                columns.shift(at, at - 1);
                pager.move_to(at - 1, len, height);
            }
            (false, Code::Char('+' | '>')) => columns.resize(at, 2),
            (false, Code::Char('-' | '<')) => columns.resize(at, -2),
            (false, Code::Char('=')) => columns.free_width(at),
            (false, Code::Char('R')) => columns.reset(),
            _ => return After::Unused,
        }
        rooms.list.clamp_column();
        if rooms.list.columns != before {
            let change = LooksChange::Columns(rooms.list.columns.clone());
            rooms.list.keep(&mut rooms.cx, change);
        }
        After::Stay
    }

    fn list(&mut self, rooms: &Rooms, _: &Dialogs) -> Option<DialogLines<'_>> {
        let len = rooms.list.columns.choices().len();
        Some(DialogLines { pager: &mut self.0, len, height: rooms.cx.overlay_height() })
    }
}

pub(in crate::app) fn open_columns(rooms: &mut Rooms, dialogs: &mut Dialogs) {
    let choices = rooms.list.columns.choices();
    let mut pager = Pager::default();
    let at = rooms.list.rows.column.and_then(|column| choices.iter().position(|choice| choice.shows == column));
    pager.move_to(at.unwrap_or(0), choices.len(), rooms.cx.overlay_height());
    dialogs.current = Some(Overlay::Columns(ColumnPicker(pager)));
}
