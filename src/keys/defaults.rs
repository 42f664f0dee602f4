//! The keys as they come, as a table. Every key here can be sent by any terminal of the last forty years.

use super::command::{Command, Scope};

/// Where, which keys one after the other, what they ask for. The first binding of a command is the one
/// that hints show.
#[rustfmt::skip]
pub const BINDINGS: &[(Scope, &str, Command)] = &[
    (Scope::Global, "j", Command::Down),
    (Scope::Global, "Down", Command::Down),
    (Scope::Global, "k", Command::Up),
    (Scope::Global, "Up", Command::Up),
    (Scope::Global, "Ctrl-d", Command::HalfDown),
    (Scope::Global, "Ctrl-u", Command::HalfUp),
    (Scope::Global, "PgDn", Command::PageDown),
    (Scope::Global, "Ctrl-f", Command::PageDown),
    (Scope::Global, "PgUp", Command::PageUp),
    (Scope::Global, "Ctrl-b", Command::PageUp),
    (Scope::Global, "g g", Command::First),
    (Scope::Global, "Home", Command::First),
    (Scope::Global, "G", Command::Last),
    (Scope::Global, "End", Command::Last),
    (Scope::Global, "Tab", Command::NextPane),
    (Scope::Global, "Shift-Tab", Command::PreviousPane),
    (Scope::Global, "r", Command::Refresh),
    (Scope::Global, "R", Command::Reload),
    (Scope::Global, ":", Command::Palette),
    (Scope::Global, "Ctrl-p", Command::Palette),
    (Scope::Global, "!", Command::Messages),
    (Scope::Global, "?", Command::Help),
    (Scope::Global, "Esc", Command::Escape),
    (Scope::Global, "q", Command::Back),
    (Scope::Global, "Ctrl-c", Command::Interrupt),
    (Scope::Global, "Ctrl-l", Command::Redraw),
    (Scope::Global, "Ctrl-z", Command::Suspend),

    (Scope::List, "Enter", Command::Open),
    (Scope::List, "d", Command::Open),
    (Scope::List, "g p", Command::GoPop),
    (Scope::List, "g n", Command::GoNode),
    (Scope::List, "g t", Command::GoTransport),

    (Scope::List, "g d", Command::SameDomain),
    (Scope::List, "/", Command::Filter),
    (Scope::List, "@", Command::SameValue),
    (Scope::List, "n", Command::NextMatch),
    (Scope::List, "N", Command::PreviousMatch),
    (Scope::List, "h", Command::ColumnLeft),
    (Scope::List, "Left", Command::ColumnLeft),
    (Scope::List, "l", Command::ColumnRight),
    (Scope::List, "Right", Command::ColumnRight),
    (Scope::List, "s", Command::Sort),
    (Scope::List, "S", Command::ReverseSort),
    (Scope::List, "<", Command::SortLeft),
    (Scope::List, ">", Command::SortRight),

    (Scope::Detail, "Enter", Command::Open),
    (Scope::Detail, "P", Command::RevealPassword),
    (Scope::Detail, "b", Command::ShowDocument),
    (Scope::Detail, "g p", Command::GoPop),
    (Scope::Detail, "g n", Command::GoNode),
    (Scope::Detail, "g t", Command::GoTransport),

    (Scope::Target, "Enter", Command::Open),
    (Scope::Target, "g p", Command::GoPop),
];
