//! The box in which columns are shown, hidden, moved and sized.

use crate::domain::query::listing::Listed;
use crate::keys::chord::{Code, Key};
use crate::keys::command::Command;

use crate::app::App;
use crate::app::list::List;
use crate::app::list::looks::LooksChange;
use crate::app::overlay::Overlay;
use crate::app::overlay::dialog::{After, Dialog, Lines, Manner};
use crate::app::store::Store;
use crate::app::widget::pager::Pager;

/// Over the columns.
#[derive(Debug, Clone)]
pub struct ColumnPicker(pub Pager);

impl Dialog for ColumnPicker {
    fn manner(&self, _: &App) -> Manner {
        Manner::list(Some(Command::Columns), " JK+><-=R")
    }

    fn key(&mut self, app: &mut App, key: Key) -> After {
        let (pager, height) = (&mut self.0, app.cx.overlay_height());
        let (at, len) = (pager.cursor, app.list.columns.choices().len());
        let before = app.list.columns.clone();
        let columns = &mut app.list.columns;
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
        app.list.settle_column();
        if app.list.columns != before {
            let change = LooksChange::Columns(app.list.columns.clone());
            app.list.keep(&mut app.cx, change);
        }
        After::Stay
    }

    fn list(&mut self, app: &App) -> Option<Lines<'_>> {
        let len = app.list.columns.choices().len();
        Some(Lines { pager: &mut self.0, len, height: app.cx.overlay_height() })
    }
}

impl App {
    pub(in crate::app) fn open_columns(&mut self) {
        let choices = self.list.columns.choices();
        let mut pager = Pager::default();
        let at = self.list.rows.column.and_then(|column| choices.iter().position(|choice| choice.shows == column));
        pager.move_to(at.unwrap_or(0), choices.len(), self.cx.overlay_height());
        self.overlay.current = Some(Overlay::Columns(ColumnPicker(pager)));
    }
}

impl List {
    /// Columns of the list that the column cursor visits, in the order of the screen.
    #[must_use]
    pub fn visited_columns(&self, store: &Store) -> Vec<Listed> {
        self.listed_columns(store).iter().map(|column| column.shows).collect()
    }

    /// Other columns are shown. One that is hidden has no cursor: nobody would see what is copied or looked for.
    pub(in crate::app) fn settle_column(&mut self) {
        let visited: Vec<Listed> = self.columns.listed().iter().map(|column| column.shows).collect();
        self.rows.column = self.rows.column.filter(|column| visited.contains(column));
    }
}
