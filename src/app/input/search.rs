//! Commands that find, arrange and copy: one step between the table of commands and what each does.

use crate::keys::command::Command;

use crate::app::App;

impl App {
    /// Runs one of the commands about what the list shows.
    pub(in crate::app) fn find(&mut self, command: Command, argument: Option<&str>) {
        match command {
            Command::Filter => self.open_filter(argument),
            Command::BuildFilter => self.open_builder(),
            Command::ShowValue => self.show_value(),
            Command::SameValue => self.list.same_value(&mut self.cx, &mut self.store),
            Command::SameDomain => self.list.same_domain(&mut self.cx, &mut self.store),
            Command::NextMatch | Command::PreviousMatch => self.next_match(command),
            Command::ColumnLeft | Command::ColumnRight => self.list.move_column(&self.store, command),
            Command::Sort => self.open_sort(),
            Command::ReverseSort => self.list.reverse_sort(&mut self.cx, &mut self.store),
            Command::SortLeft | Command::SortRight => self.list.move_sort(&mut self.cx, &mut self.store, command),
            Command::Columns => self.open_columns(),
            Command::Views => self.open_views(),
            Command::View1 => self.list.show_view(&mut self.cx, &mut self.store, 1),
            Command::View2 => self.list.show_view(&mut self.cx, &mut self.store, 2),
            Command::View3 => self.list.show_view(&mut self.cx, &mut self.store, 3),
            Command::View4 => self.list.show_view(&mut self.cx, &mut self.store, 4),
            Command::View5 => self.list.show_view(&mut self.cx, &mut self.store, 5),
            Command::View6 => self.list.show_view(&mut self.cx, &mut self.store, 6),
            Command::View7 => self.list.show_view(&mut self.cx, &mut self.store, 7),
            Command::View8 => self.list.show_view(&mut self.cx, &mut self.store, 8),
            Command::View9 => self.list.show_view(&mut self.cx, &mut self.store, 9),
            Command::Compare => self.compare(),
            // The table has no further commands of this kind than those that copy.
            other => self.copy(other),
        }
    }
}
