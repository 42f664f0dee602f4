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
            Command::SameValue => self.same_value(),
            Command::SameDomain => self.same_domain(),
            Command::NextMatch | Command::PreviousMatch => self.next_match(command),
            Command::ColumnLeft | Command::ColumnRight => self.move_column(command),
            Command::Sort => self.open_sort(),
            Command::ReverseSort => self.reverse_sort(),
            Command::SortLeft | Command::SortRight => self.move_sort(command),
            Command::Columns => self.open_columns(),
            Command::Views => self.open_views(),
            Command::View1 => self.show_view(1),
            Command::View2 => self.show_view(2),
            Command::View3 => self.show_view(3),
            Command::View4 => self.show_view(4),
            Command::View5 => self.show_view(5),
            Command::View6 => self.show_view(6),
            Command::View7 => self.show_view(7),
            Command::View8 => self.show_view(8),
            Command::View9 => self.show_view(9),
            Command::Compare => self.compare(),
            // The table has no further commands of this kind than those that copy.
            other => self.copy(other),
        }
    }
}
