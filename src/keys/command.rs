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
    /// The form, while no text is typed.
    Form,
    /// The review before a save.
    Review,
    /// A conflict, field by field.
    Conflict,
}

impl Scope {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Global,
        Self::List,
        Self::Detail,
        Self::Document,
        Self::Target,
        Self::Form,
        Self::Review,
        Self::Conflict,
    ];

    /// Its name in the configuration.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Global => "global",
            Self::List => "list",
            Self::Detail => "detail",
            Self::Document => "document",
            Self::Target => "target",
            Self::Form => "form",
            Self::Review => "review",
            Self::Conflict => "conflict",
        }
    }

    /// Heading in help.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Global => "Everywhere",
            Self::List => "List",
            Self::Detail => "Detail",
            Self::Document => "Document",
            Self::Target => "Pop, node, transport",
            Self::Form => "Form",
            Self::Review => "Review",
            Self::Conflict => "Conflict",
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
    /// Puts the detail beside the list, below it, or away.
    TurnPane,
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
    /// Looks by itself, again and again.
    Watch,
    /// The last HTTP exchanges.
    Exchanges,
    /// Problems of the loaded records.
    Lint,
    /// How many registrations each POP and node has, and how they are.
    Overview,
    /// Draws the screen anew.
    Redraw,
    /// Stops the program until the shell's `fg`.
    Suspend,
    /// Wipes token and passwords and shows nothing but a sign-in.
    Lock,
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
    /// Gives a field of the record under the cursor a value, in its draft.
    SetField,
    /// What can be done to the thing under the cursor.
    Actions,
    /// Opens the form.
    Edit,
    /// Opens the record as text in the user's editor.
    EditText,
    /// The same with the password in it.
    EditTextWithPassword,
    /// The draft that another console left in place of the one in the form.
    TakeDraft,
    /// Switches on or off.
    Toggle,
    /// Switches off, waits a poll of the nodes, and switches on: the marked records, or this one.
    Bounce,
    /// Switches the marked records on.
    BulkEnable,
    /// Switches the marked records off.
    BulkDisable,
    /// Gives a field of the marked records a value.
    BulkSet,
    /// Deletes the marked records.
    BulkDelete,
    /// Writes the marked records, or all that are shown, to a file.
    Export,
    /// How far what runs is.
    Progress,
    /// Makes a new record.
    Create,
    /// Makes a new record with the values of this one.
    Clone,
    /// Deletes the record.
    Delete,
    /// Takes the last change back.
    Undo,
    /// Does again what was taken back.
    Redo,
    /// What this session changed.
    Journal,
    /// Throws the draft away.
    Discard,
    /// Makes a deleted record anew from its draft.
    Recreate,
    /// Begins typing or picking.
    Input,
    /// Looks for a field by name.
    FindField,
    /// Sets to null.
    SetNull,
    /// Reverts a field.
    Revert,
    /// Long help of a field.
    LongHelp,
    /// To the next field with an error or a change, or the next open conflict.
    NextMarked,
    /// To the previous one.
    PreviousMarked,
    /// Shows or hides the base's values.
    ShowBase,
    /// Checks and shows the review.
    Save,
    /// Sends what the review shows.
    Apply,
    /// Back from the review to the form.
    Decline,
    /// Shows the JSON body.
    ShowBody,
    /// Copies the request as a curl command.
    CopyCurl,
    /// Decides a conflict for our value.
    Mine,
    /// Decides a conflict for their value.
    Theirs,
    /// Decides a conflict by typing.
    TypeChoice,
    /// Decides all conflicts for our values.
    AllMine,
    /// Decides all conflicts for their values.
    AllTheirs,
    /// Only the records that a filter lets pass.
    Filter,
    /// A filter step by step.
    BuildFilter,
    /// The value of this cell in full.
    ShowValue,
    /// Only the records with the value of this cell.
    SameValue,
    /// Only the records of this one's domain.
    SameDomain,
    /// The next record that the filter looks for.
    NextMatch,
    /// The one before.
    PreviousMatch,
    /// One column to the left.
    ColumnLeft,
    /// One column to the right.
    ColumnRight,
    /// Chooses what to sort by.
    Sort,
    /// The other way round.
    ReverseSort,
    /// Sorts by the column to the left.
    SortLeft,
    /// Sorts by the column to the right.
    SortRight,
    /// Which columns the list has.
    Columns,
    /// Saves, renames and deletes views.
    Views,
    /// Shows a view by its digit or name.
    ShowView,
    /// Marks the record and goes down.
    Mark,
    /// Begins a range, then marks it.
    MarkRange,
    /// Begins a range, or goes on with it: a line down.
    RangeDown,
    /// The same: a line up.
    RangeUp,
    /// Marks everything shown.
    MarkAll,
    /// Clears all marks, or brings them back.
    ClearMarks,
    /// Compares two records.
    Compare,
    /// Copies the id.
    CopyId,
    /// Copies the name.
    CopyName,
    /// Copies the cell under the column cursor.
    CopyCell,
    /// Copies `user@domain`.
    CopyAddress,
    /// Copies the contact.
    CopyContact,
    /// Copies the record as JSON without its password.
    CopyJson,
    /// Copies a curl command that reads the record, without a token.
    CopyRequest,
    /// Copies a line for a ticket.
    CopyTicket,
    /// Shows view 1.
    View1,
    /// Shows view 2.
    View2,
    /// Shows view 3.
    View3,
    /// Shows view 4.
    View4,
    /// Shows view 5.
    View5,
    /// Shows view 6.
    View6,
    /// Shows view 7.
    View7,
    /// Shows view 8.
    View8,
    /// Shows view 9.
    View9,
}

/// What a command does to the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Writes {
    /// Nothing: it moves, shows, reads, or changes a draft.
    Nothing,
    /// Only after something was asked: it asks, as the review does, or it is the answer to that.
    Asks,
    /// It writes at once, unless the profile has it ask.
    AtOnce,
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
    /// Whether it changes the server. What came without a key being pressed for it never runs such a command.
    pub writes: Writes,
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
    CommandRow { command, name, help, hint, scopes, writes: Writes::Nothing }
}

const fn asks(
    command: Command,
    name: &'static str,
    hint: &'static str,
    help: &'static str,
    scopes: &'static [Scope],
) -> CommandRow {
    CommandRow { command, name, help, hint, scopes, writes: Writes::Asks }
}

const fn writes(
    command: Command,
    name: &'static str,
    hint: &'static str,
    help: &'static str,
    scopes: &'static [Scope],
) -> CommandRow {
    CommandRow { command, name, help, hint, scopes, writes: Writes::AtOnce }
}

const RECORD: &[Scope] = &[Scope::List, Scope::Detail, Scope::Document];
const EDITED: &[Scope] = &[Scope::List, Scope::Detail, Scope::Document, Scope::Form];
const FORM: &[Scope] = &[Scope::Form];
/// Where one registration is under the cursor.
const RECORDS: &[Scope] = &[Scope::List, Scope::Detail];

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
    row(Command::GoToId, "goto", "", "go to this id or name; a number alone does the same", ALL),
    row(Command::ShowDocument, "document", "JSON", "its JSON:API document, password masked", &[Scope::Detail]),
    row(Command::RevealPassword, "reveal-password", "password", "show the password for 10 s", &[Scope::Detail, Scope::Form]),
    row(Command::Edit, "edit", "edit", "edit in the form; nothing is sent before the review", RECORD),
    writes(Command::Toggle, "toggle", "on/off", "switch on or off; checked first, undone with one key", RECORD),
    asks(Command::Bounce, "bounce", "", "off, a node poll later on; the marked, if any", RECORD),
    row(Command::Create, "create", "add", "add a registration; nothing is sent before the review", RECORD),
    row(Command::Clone, "clone", "clone", "add one like this: all but id and name", RECORD),
    asks(Command::Delete, "delete", "", "delete it: shows all of it and asks for its name", RECORD),
    asks(Command::Undo, "undo", "undo", "take the last change back, with the same check", RECORD),
    asks(Command::Redo, "redo", "", "do again what was taken back", RECORD),
    row(Command::EditText, "edit-text", "", "edit as TOML in $EDITOR; the review comes after", EDITED),
    row(Command::EditTextWithPassword, "edit-text-with-password", "", "the same with the password in the text", EDITED),
    row(Command::TakeDraft, "take-draft", "", "the draft that another console left, in place of this one", FORM),
    row(Command::Discard, "discard", "", "throw the draft of this record away", EDITED),
    asks(Command::Recreate, "recreate", "", "make a deleted record anew from its draft, with a new id", EDITED),
    row(Command::SetField, "set", "", "change a field in the draft; sent after the review", EDITED),
    row(Command::Input, "input", "type", "type, pick or switch the value", FORM),
    row(Command::FindField, "find-field", "find", "go to a field by a part of its name; a letter goes to the next that begins with it", FORM),
    row(Command::SetNull, "set-null", "null", "set to nothing", FORM),
    row(Command::Revert, "revert", "revert", "as it was before you changed it", FORM),
    asks(Command::Save, "save", "review+save", "check, look at the server, show the review", &[Scope::Form, Scope::Conflict]),
    row(Command::NextMarked, "next-marked", "next", "to the next field with an error or a change; the next open conflict", &[Scope::Form, Scope::Conflict]),
    row(Command::PreviousMarked, "previous-marked", "", "to the previous one", &[Scope::Form, Scope::Conflict]),
    row(Command::LongHelp, "long-help", "", "more help on this field", FORM),
    row(Command::ShowBase, "show-base", "", "show or hide what was before", FORM),
    asks(Command::Apply, "apply", "apply", "send what the review shows", &[Scope::Review]),
    row(Command::Decline, "decline", "back to the form", "back to the form; the draft is kept", &[Scope::Review]),
    row(Command::ShowBody, "show-body", "JSON", "the JSON body that would be sent", &[Scope::Review]),
    row(Command::CopyCurl, "copy-curl", "curl", "copy the request as curl, without token and password", &[Scope::Review]),
    row(Command::Mine, "mine", "mine", "this field: mine overwrites theirs", &[Scope::Conflict]),
    row(Command::Theirs, "theirs", "theirs", "this field: theirs stays", &[Scope::Conflict]),
    row(Command::TypeChoice, "type-choice", "type", "this field: type another value", &[Scope::Conflict]),
    row(Command::AllMine, "all-mine", "all mine", "all fields: mine", &[Scope::Conflict]),
    row(Command::AllTheirs, "all-theirs", "all theirs", "all fields: theirs", &[Scope::Conflict]),
    row(Command::Journal, "journal", "", "what this session changed; u takes a line back", ALL),
    row(Command::GoPop, "pop", "", "open its pop", &[Scope::List, Scope::Detail, Scope::Target]),
    row(Command::GoNode, "node", "", "open its node", &[Scope::List, Scope::Detail]),
    row(Command::GoTransport, "transport", "", "open its transport protocol", &[Scope::List, Scope::Detail]),
    row(Command::Filter, "filter", "filter", "show only records that pass a filter", &[Scope::List]),
    row(Command::BuildFilter, "build-filter", "", "build a filter from field, comparison and value", &[Scope::List]),
    row(Command::Mark, "mark", "mark", "mark or unmark, and down", &[Scope::List]),
    row(Command::MarkRange, "mark-range", "", "begin a range; t, D, B, Space act on it; 11j extends it by 11", &[Scope::List]),
    row(Command::RangeDown, "range-down", "", "begin or extend a range: a line down", &[Scope::List]),
    row(Command::RangeUp, "range-up", "", "begin or extend a range: a line up", &[Scope::List]),
    row(Command::MarkAll, "mark-all", "", "mark everything shown; again takes that back", &[Scope::List]),
    row(Command::ClearMarks, "clear-marks", "", "clear all marks; again brings them back", &[Scope::List]),
    asks(Command::BulkEnable, "bulk-enable", "", "switch the marked on; shows first what would happen", &[Scope::List]),
    asks(Command::BulkDisable, "bulk-disable", "", "switch the marked off; shows first what would happen", &[Scope::List]),
    asks(Command::BulkSet, "bulk-set", "", "change a field of the marked; shows first what would happen", &[Scope::List]),
    asks(Command::BulkDelete, "bulk-delete", "", "delete the marked; asks for their number", &[Scope::List]),
    row(Command::Export, "export", "", "write the marked, or all shown, to a .csv, .json or .jsonl file", &[Scope::List]),
    row(Command::SameValue, "same-value", "", "show only records with this cell's value", &[Scope::List]),
    row(Command::SameDomain, "same-domain", "", "show only records of this domain", &[Scope::List]),
    row(Command::NextMatch, "next-match", "", "to the next record that the filter finds", &[Scope::List]),
    row(Command::PreviousMatch, "previous-match", "", "to the one before", &[Scope::List]),
    row(Command::ColumnLeft, "column-left", "", "one column to the left", &[Scope::List]),
    row(Command::ColumnRight, "column-right", "", "one column to the right; its value below", &[Scope::List]),
    row(Command::ShowValue, "show-value", "", "the value of this cell in full", &[Scope::List]),
    row(Command::Sort, "sort", "sort", "choose the columns to sort by", &[Scope::List]),
    row(Command::ReverseSort, "reverse-sort", "", "sort the other way round", &[Scope::List]),
    row(Command::SortLeft, "sort-left", "", "sort by the column to the left", &[Scope::List]),
    row(Command::SortRight, "sort-right", "", "sort by the column to the right", &[Scope::List]),
    row(Command::Columns, "columns", "", "choose columns, their order and width", &[Scope::List]),
    row(Command::Views, "views", "", "save what the list shows as a view; rename and delete views", &[Scope::List]),
    row(Command::ShowView, "view", "", "show a saved view by its digit or name", &[Scope::List]),
    row(Command::View1, "view-1", "", "all registrations", &[Scope::List]),
    row(Command::View2, "view-2", "", "those that are enabled", &[Scope::List]),
    row(Command::View3, "view-3", "", "those that are disabled", &[Scope::List]),
    row(Command::View4, "view-4", "", "show saved view 4", &[Scope::List]),
    row(Command::View5, "view-5", "", "show saved view 5", &[Scope::List]),
    row(Command::View6, "view-6", "", "show saved view 6", &[Scope::List]),
    row(Command::View7, "view-7", "", "show saved view 7", &[Scope::List]),
    row(Command::View8, "view-8", "", "show saved view 8", &[Scope::List]),
    row(Command::View9, "view-9", "", "show saved view 9", &[Scope::List]),
    row(Command::Compare, "compare", "", "compare the two marked, or with another record, or with how it was", RECORDS),
    row(Command::CopyId, "copy-id", "", "copy the id", RECORDS),
    row(Command::CopyName, "copy-name", "", "copy the name", RECORDS),
    row(Command::CopyCell, "copy-cell", "", "copy the cell under the column cursor", &[Scope::List]),
    row(Command::CopyAddress, "copy-address", "", "copy user@domain", RECORDS),
    row(Command::CopyContact, "copy-contact", "", "copy the contact", RECORDS),
    row(Command::CopyJson, "copy-json", "", "copy the record as JSON, password masked", RECORDS),
    row(Command::CopyRequest, "copy-request", "", "copy a curl command that reads the record, without token", RECORDS),
    row(Command::CopyTicket, "copy-ticket", "", "copy a line for a ticket", RECORDS),
    row(Command::NextPane, "next-pane", "pane", "to the next pane", ALL),
    row(Command::PreviousPane, "previous-pane", "", "to the previous pane", ALL),
    row(Command::TurnPane, "turn-pane", "", "detail beside the list, below it, off", ALL),
    row(Command::Refresh, "refresh", "refresh", "read again what changed on the server", ALL),
    row(Command::Reload, "reload", "", "read everything again", ALL),
    row(Command::Watch, "watch", "", "look by itself every 30 s, on or off; :watch 2m sets the period", ALL),
    row(Command::Exchanges, "http", "", "the last HTTP exchanges, without secrets; copy one as curl", ALL),
    row(Command::Overview, "overview", "", "POPs and nodes: how many registrations, and how they are", ALL),
    row(Command::Lint, "lint", "", "all problems of the loaded records", ALL),
    row(Command::Actions, "actions", "actions", "what can be done to the thing under the cursor", ALL),
    row(Command::Palette, "palette", "cmd", "commands by name; a number goes to that id", ALL),
    row(Command::Messages, "messages", "", "messages of this session", ALL),
    row(Command::Help, "help", "help", "the keys of this screen; type to filter", ALL),
    row(Command::Escape, "escape", "", "one step back; discards nothing, quits nothing", ALL),
    row(Command::Back, "back", "back", "back; at the list: quit", ALL),
    row(Command::Progress, "progress", "", "how far a bulk, a bounce or reading the list is", ALL),
    row(Command::Interrupt, "interrupt", "", "cancel what runs", ALL),
    row(Command::Redraw, "redraw", "", "draw the screen anew", ALL),
    row(Command::Suspend, "suspend", "", "stop until the shell's fg", ALL),
    row(Command::Lock, "lock", "", "wipe token and passwords; show nothing until you sign in", ALL),
    row(Command::Quit, "quit", "", "end sipreg", ALL),
];

impl Command {
    /// Whether it only moves a cursor.
    #[must_use]
    pub const fn is_movement(self) -> bool {
        matches!(
            self,
            Self::Down
                | Self::Up
                | Self::HalfDown
                | Self::HalfUp
                | Self::PageDown
                | Self::PageUp
                | Self::First
                | Self::Last
        )
    }

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
