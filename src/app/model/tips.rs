//! Tips for those who try the console: one at a time, another one after each visit to another screen.

use crate::keys::Command;

/// What is worth trying, with what it is good for.
pub const TIPS: [(Command, &str); 10] = [
    (Command::Lint, "all problems, by rule"),
    (Command::Overview, "registrations per POP and node"),
    (Command::Bounce, "disable, wait one node poll, enable"),
    (Command::Exchanges, "the HTTP requests, as curl"),
    (Command::BuildFilter, "build a filter step by step"),
    (Command::Compare, "compare two registrations"),
    (Command::Journal, "your changes, each with undo"),
    (Command::CopyTicket, "copy a line for a ticket"),
    (Command::MarkRange, "mark a range, then t changes all of it"),
    (Command::NextMatch, "go to the next registration that is DOWN"),
];

/// Which tip is shown, if any.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tips {
    /// Whether any is.
    pub shown: bool,
    turn: usize,
}

impl Tips {
    /// Another screen was looked at.
    pub const fn turn(&mut self) {
        self.turn += 1;
    }

    /// The tips from the one whose turn it is.
    pub fn in_turn(self) -> impl Iterator<Item = (Command, &'static str)> {
        let from = self.turn % TIPS.len();
        TIPS.into_iter().cycle().skip(from).take(if self.shown { TIPS.len() } else { 0 })
    }
}
