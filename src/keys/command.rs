//! Everything a user can ask of the console, as a table: name, help, where it makes sense.

/// Where the keyboard is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// Everywhere, while nothing is being typed.
    Global,
    /// The list of registrations.
    List,
    /// One registration.
    Detail,
    /// A JSON:API document.
    Document,
    /// A pop, node or transport protocol.
    Target,
}

impl Scope {
    /// Heading in help.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Global => "Everywhere",
            Self::List => "List",
            Self::Detail => "Detail",
            Self::Document => "Document",
            Self::Target => "Pop, node, transport",
        }
    }
}

/// One thing to ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Command {
    /// Next line.
    Down,
    /// Previous line.
    Up,
    /// Half a page on.
    HalfDown,
    /// Half a page back.
    HalfUp,
    /// A page on.
    PageDown,
    /// A page back.
    PageUp,
    /// To the first line.
    First,
    /// To the last line.
    Last,
    /// Opens what is under the cursor.
    Open,
    /// To the other pane.
    NextPane,
    /// To the other pane, the other way round.
    PreviousPane,
    /// One step back; discards nothing, quits nothing.
    Escape,
    /// Back, or at the root quit.
    Back,
    /// Cancels what runs.
    Interrupt,
    /// Ends the program.
    Quit,
    /// The keys of this screen.
    Help,
    /// Commands by name.
    Palette,
    /// Messages of this session.
    Messages,
    /// Reads again what changed.
    Refresh,
    /// Reads everything again.
    Reload,
    /// Draws the screen anew.
    Redraw,
    /// Stops the program until the shell's `fg`.
    Suspend,
    /// The pop of this registration.
    GoPop,
    /// The node of this registration.
    GoNode,
    /// The transport protocol of this registration.
    GoTransport,
    /// Shows the password for ten seconds.
    RevealPassword,
    /// The JSON:API document.
    ShowDocument,
    /// To the record with an id.
    GoToId,
}

/// One row of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CommandRow {
    /// The command.
    pub command: Command,
    /// Its name in palette and configuration.
    pub name: &'static str,
    /// What it does, for help and palette.
    pub help: &'static str,
    /// One or two words for the line of hints; empty: never hinted.
    pub hint: &'static str,
    /// Where it makes sense.
    pub scopes: &'static [Scope],
    /// Name of its argument, where it takes one.
    pub argument: Option<&'static str>,
}

impl CommandRow {
    /// Whether it makes sense on this screen.
    #[must_use]
    pub fn works_in(&self, scope: Scope) -> bool {
        self.scopes.iter().any(|known| *known == scope || *known == Scope::Global)
    }
}

const fn row(
    command: Command,
    name: &'static str,
    hint: &'static str,
    help: &'static str,
    scopes: &'static [Scope],
) -> CommandRow {
    CommandRow { command, name, help, hint, scopes, argument: None }
}

const ALL: &[Scope] = &[Scope::Global];

/// Every command, in the order of help.
#[rustfmt::skip]
pub const COMMANDS: &[CommandRow] = &[
    row(Command::Open, "open", "open", "open what is under the cursor", &[Scope::List, Scope::Detail, Scope::Target]),
    row(Command::Down, "down", "", "next line", ALL),
    row(Command::Up, "up", "", "previous line", ALL),
    row(Command::HalfDown, "half-page-down", "", "half a page on", ALL),
    row(Command::HalfUp, "half-page-up", "", "half a page back", ALL),
    row(Command::PageDown, "page-down", "", "a page on", ALL),
    row(Command::PageUp, "page-up", "", "a page back", ALL),
    row(Command::First, "first", "", "to the first line", ALL),
    row(Command::Last, "last", "", "to the last line", ALL),
    CommandRow { command: Command::GoToId, name: "id", help: "go to this id; a number alone does the same",
        hint: "", scopes: ALL, argument: Some("ID") },
    row(Command::ShowDocument, "document", "JSON", "its JSON:API document, password masked", &[Scope::Detail]),
    row(Command::RevealPassword, "reveal-password", "password", "show the password for 10 s", &[Scope::Detail]),
    row(Command::GoPop, "pop", "", "open its pop", &[Scope::List, Scope::Detail, Scope::Target]),
    row(Command::GoNode, "node", "", "open its node", &[Scope::List, Scope::Detail]),
    row(Command::GoTransport, "transport", "", "open its transport protocol", &[Scope::List, Scope::Detail]),
    row(Command::NextPane, "next-pane", "pane", "to the next pane", ALL),
    row(Command::PreviousPane, "previous-pane", "", "to the previous pane", ALL),
    row(Command::Refresh, "refresh", "refresh", "read again what changed on the server", ALL),
    row(Command::Reload, "reload", "", "read everything again", ALL),
    row(Command::Palette, "palette", "cmd", "commands by name; a number goes to that id", ALL),
    row(Command::Messages, "messages", "", "messages of this session", ALL),
    row(Command::Help, "help", "help", "the keys of this screen; type to filter", ALL),
    row(Command::Escape, "escape", "", "one step back; discards nothing, quits nothing", ALL),
    row(Command::Back, "back", "back", "back; at the list: quit", ALL),
    row(Command::Interrupt, "interrupt", "", "cancel what runs", ALL),
    row(Command::Redraw, "redraw", "", "draw the screen anew", ALL),
    row(Command::Suspend, "suspend", "", "stop until the shell's fg", ALL),
    row(Command::Quit, "quit", "", "end sipreg", ALL),
];

impl Command {
    /// Its row of the table.
    #[must_use]
    #[expect(clippy::indexing_slicing, reason = "the table is not empty")]
    pub fn row(self) -> &'static CommandRow {
        // Each command has its row, as a test says; the first one stands in rather than a panic.
        COMMANDS.iter().find(|row| row.command == self).unwrap_or(&COMMANDS[0])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_command_has_one_row_and_names_are_unique() {
        for row in COMMANDS {
            assert_eq!(COMMANDS.iter().filter(|other| other.command == row.command).count(), 1, "{}", row.name);
            assert_eq!(COMMANDS.iter().filter(|other| other.name == row.name).count(), 1, "{}", row.name);
            assert_eq!(row.command.row().name, row.name);
            assert!(!row.help.is_empty() && !row.scopes.is_empty());
        }
    }
}
