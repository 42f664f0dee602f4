//! The box in which columns are shown, hidden, moved and sized.

use crate::domain::query::listing::Listed;
use crate::keys::chord::{Code, Key};
use crate::keys::command::Scope;
use crate::keys::keymap::Meaning;

use crate::app::App;
use crate::app::list::List;
use crate::app::list::looks::LooksChange;
use crate::app::overlay::Overlay;
use crate::app::store::Store;
use crate::app::widget::pager::Pager;

impl App {
    pub(in crate::app) fn open_columns(&mut self) {
        let choices = self.list.columns.choices();
        let mut pager = Pager::default();
        let at = self.list.rows.column.and_then(|column| choices.iter().position(|choice| choice.shows == column));
        pager.move_to(at.unwrap_or(0), choices.len(), self.cx.overlay_height());
        self.overlay.current = Some(Overlay::Columns(pager));
    }

    pub(in crate::app) fn typed_in_columns(&mut self, mut pager: Pager, key: Key) {
        let len = self.list.columns.choices().len();
        let at = pager.cursor;
        let height = self.cx.overlay_height();
        let before = self.list.columns.clone();
        match (key.ctrl, key.code) {
            (false, Code::Esc | Code::Enter) | (true, Code::Char('c')) => return,
            (false, Code::Char(' ')) => self.list.columns.toggle(at),
            (false, Code::Char('J')) if at + 1 < len => {
                self.list.columns.shift(at, at + 1);
                pager.move_to(at + 1, len, height);
            }
            (false, Code::Char('K')) if at > 0 => {
                self.list.columns.shift(at, at - 1);
                pager.move_to(at - 1, len, height);
            }
            (false, Code::Char('+' | '>')) => self.list.columns.resize(at, 2),
            (false, Code::Char('-' | '<')) => self.list.columns.resize(at, -2),
            (false, Code::Char('=')) => self.list.columns.free_width(at),
            (false, Code::Char('R')) => self.list.columns.reset(),
            _ => {
                if let Meaning::Command(command) = self.cx.setup.keymap.meaning(Scope::Global, &[key]) {
                    pager.follow(command, len, height);
                }
            }
        }
        self.overlay.current = Some(Overlay::Columns(pager));
        self.list.settle_column();
        if self.list.columns != before {
            let change = LooksChange::Columns(self.list.columns.clone());
            self.list.keep(&mut self.cx, change);
        }
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
