//! Every command of the console, as a table: name, group, help, and the screens where it works.

use super::custom::CustomCommand;
use super::group::Group;
pub use super::scope::Scope;

/// What a user can ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Command {
    /// Moves one line down.
    Down,
    /// Moves one line up.
    Up,
    /// Moves half a page down.
    HalfDown,
    /// Moves half a page up.
    HalfUp,
    /// Moves one page down.
    PageDown,
    /// Moves one page up.
    PageUp,
    /// Moves to the first line.
    First,
    /// Moves to the last line.
    Last,
    /// Opens what is under the cursor.
    Open,
    /// Gives the next pane the keyboard.
    NextPane,
    /// Gives the previous pane the keyboard.
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
    /// Loads what changed on the server.
    Refresh,
    /// Loads the whole list.
    Reload,
    /// Refreshes periodically, on or off.
    Watch,
    /// Switches to another profile.
    Profiles,
    /// The last HTTP exchanges.
    Exchanges,
    /// Problems of the loaded records.
    Lint,
    /// Registrations per POP and node, by state.
    Overview,
    /// Redraws the screen.
    Redraw,
    /// Stops the program until the shell's `fg`.
    Suspend,
    /// Clears token and passwords and shows only the sign-in.
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
    /// Goes to a registration by ID or name.
    GoToId,
    /// Sets a field in the draft of the record under the cursor.
    SetField,
    /// What can be done to the thing under the cursor.
    Actions,
    /// Opens the form.
    Edit,
    /// Opens the record as text in the user's editor.
    EditText,
    /// As `EditText`, with the password in the text.
    EditTextWithPassword,
    /// The draft that another console left in place of the one in the form.
    TakeDraft,
    /// Enables or disables the registration.
    Toggle,
    /// Disables, waits one node poll, and enables: the marked registrations, or this one.
    Bounce,
    /// Enables the marked registrations.
    BulkEnable,
    /// Disables the marked registrations.
    BulkDisable,
    /// Sets a field of the marked registrations.
    BulkSet,
    /// Deletes the marked records.
    BulkDelete,
    /// Writes the marked records, or all that are shown, to a file.
    Export,
    /// Shows the progress of what runs.
    Progress,
    /// Creates a registration.
    Create,
    /// Creates a registration with the values of this one.
    Clone,
    /// Deletes the record.
    Delete,
    /// Undoes the last change.
    Undo,
    /// Redoes what was undone last.
    Redo,
    /// What this session changed, and what was changed before.
    Journal,
    /// What was changed of this registration.
    RecordHistory,
    /// Discards the draft.
    Discard,
    /// Re-creates a deleted registration from its draft.
    Recreate,
    /// Begins typing or picking.
    Input,
    /// Finds a field by name.
    FindField,
    /// Clears the field (null).
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
    /// Chooses the sort columns.
    Sort,
    /// Reverses the sort order.
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
    /// Marks or unmarks the registration and moves down.
    Mark,
    /// Starts a range, then marks it.
    MarkRange,
    /// Starts or extends a range, one line down.
    RangeDown,
    /// Starts or extends a range, one line up.
    RangeUp,
    /// Marks everything shown.
    MarkAll,
    /// Clears all marks, or restores them.
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
    /// A command of the user's own; it lives as long as the program.
    Custom(&'static CustomCommand),
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
    /// Under which heading help lists it.
    pub group: Group,
    /// Its name in palette and configuration.
    pub name: &'static str,
    /// What it does, for help and palette.
    pub help: &'static str,
    /// One or two words for the line of hints; empty: never hinted.
    pub hint: &'static str,
    /// Screens where it works.
    pub scopes: &'static [Scope],
    /// Whether it changes the server. What came without a key being pressed for it never runs such a command.
    pub writes: Writes,
}

impl CommandRow {
    /// Whether it works on this screen.
    #[must_use]
    pub fn works_in(&self, scope: Scope) -> bool {
        self.scopes.iter().any(|known| *known == scope || *known == Scope::Global)
    }
}

const fn row(
    command: Command,
    group: Group,
    name: &'static str,
    hint: &'static str,
    help: &'static str,
    scopes: &'static [Scope],
) -> CommandRow {
    CommandRow { command, group, name, help, hint, scopes, writes: Writes::Nothing }
}

const fn asks(
    command: Command,
    group: Group,
    name: &'static str,
    hint: &'static str,
    help: &'static str,
    scopes: &'static [Scope],
) -> CommandRow {
    CommandRow { command, group, name, help, hint, scopes, writes: Writes::Asks }
}

const fn writes(
    command: Command,
    group: Group,
    name: &'static str,
    hint: &'static str,
    help: &'static str,
    scopes: &'static [Scope],
) -> CommandRow {
    CommandRow { command, group, name, help, hint, scopes, writes: Writes::AtOnce }
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
    row(Command::Open, Group::Screens, "open", "open", "open", &[Scope::List, Scope::Detail, Scope::Target]),
    row(Command::Down, Group::Move, "down", "", "down", ALL),
    row(Command::Up, Group::Move, "up", "", "up", ALL),
    row(Command::HalfDown, Group::Move, "half-page-down", "", "half a page down", ALL),
    row(Command::HalfUp, Group::Move, "half-page-up", "", "half a page up", ALL),
    row(Command::PageDown, Group::Move, "page-down", "", "page down", ALL),
    row(Command::PageUp, Group::Move, "page-up", "", "page up", ALL),
    row(Command::First, Group::Move, "first", "", "first line", ALL),
    row(Command::Last, Group::Move, "last", "", "last line", ALL),
    row(Command::GoToId, Group::Move, "goto", "", "go to an ID or name (:25 goes to ID 25)", ALL),
    row(Command::ShowDocument, Group::Screens, "document", "JSON", "show the JSON:API document, password masked", &[Scope::Detail]),
    row(Command::RevealPassword, Group::Change, "reveal-password", "show password", "show the password for 10 s", &[Scope::Detail, Scope::Form]),
    row(Command::Edit, Group::Change, "edit", "edit", "edit in the form; review before anything is sent", RECORD),
    writes(Command::Toggle, Group::Change, "toggle", "enable/disable", "enable or disable; u undoes it", RECORD),
    asks(Command::Bounce, Group::Change, "bounce", "", "bounce: disable, wait one node poll, enable", RECORD),
    row(Command::Create, Group::Change, "create", "create", "create a registration", RECORD),
    row(Command::Clone, Group::Change, "clone", "clone", "clone this registration", RECORD),
    asks(Command::Delete, Group::Change, "delete", "", "delete; asks for the name", RECORD),
    asks(Command::Undo, Group::Change, "undo", "undo", "undo the last change", RECORD),
    asks(Command::Redo, Group::Change, "redo", "", "redo the last undone change", RECORD),
    row(Command::EditText, Group::Change, "edit-text", "", "edit as TOML in $EDITOR, then review", EDITED),
    row(Command::EditTextWithPassword, Group::Change, "edit-text-with-password", "", "edit as TOML in $EDITOR, with the password", EDITED),
    row(Command::TakeDraft, Group::Change, "take-draft", "", "use the draft of another console instead of this one", FORM),
    row(Command::Discard, Group::Change, "discard", "", "discard the draft of this registration", EDITED),
    asks(Command::Recreate, Group::Change, "recreate", "", "re-create a deleted registration from its draft (new ID)", EDITED),
    row(Command::SetField, Group::Change, "set", "", "set a field in the draft; w reviews it", EDITED),
    row(Command::Input, Group::Change, "input", "edit", "edit or choose the value", FORM),
    row(Command::FindField, Group::Find, "find-field", "find", "find a field by part of its name; a letter jumps to the next that begins with it", FORM),
    row(Command::SetNull, Group::Change, "set-null", "clear", "clear the field (null)", FORM),
    row(Command::Revert, Group::Change, "revert", "revert", "revert the field", FORM),
    asks(Command::Save, Group::Change, "save", "review", "check with the server, then review and save", &[Scope::Form, Scope::Conflict]),
    row(Command::NextMarked, Group::Move, "next-marked", "next", "next field with an error or a change; next open conflict", &[Scope::Form, Scope::Conflict]),
    row(Command::PreviousMarked, Group::Move, "previous-marked", "", "previous field with an error or a change", &[Scope::Form, Scope::Conflict]),
    row(Command::LongHelp, Group::Screens, "long-help", "", "more help for this field", FORM),
    row(Command::ShowBase, Group::Screens, "show-base", "", "show or hide the values before your changes", FORM),
    asks(Command::Apply, Group::Change, "apply", "save", "save: send what the review shows", &[Scope::Review]),
    row(Command::Decline, Group::Change, "decline", "back to the form", "back to the form; the draft is kept", &[Scope::Review]),
    row(Command::ShowBody, Group::Screens, "show-body", "JSON", "show the JSON body", &[Scope::Review]),
    row(Command::CopyCurl, Group::Copy, "copy-curl", "curl", "copy as curl, without token and password", &[Scope::Review]),
    row(Command::Mine, Group::Change, "mine", "mine", "this field: use mine", &[Scope::Conflict]),
    row(Command::Theirs, Group::Change, "theirs", "theirs", "this field: keep theirs", &[Scope::Conflict]),
    row(Command::TypeChoice, Group::Change, "type-choice", "type", "this field: type another value", &[Scope::Conflict]),
    row(Command::AllMine, Group::Change, "all-mine", "all mine", "all fields: use mine", &[Scope::Conflict]),
    row(Command::AllTheirs, Group::Change, "all-theirs", "all theirs", "all fields: keep theirs", &[Scope::Conflict]),
    row(Command::Journal, Group::Screens, "journal", "", "history: changes of this session, with undo, and earlier ones", ALL),
    row(Command::RecordHistory, Group::Screens, "record-history", "", "history of this registration, of all sessions", RECORD),
    row(Command::GoPop, Group::Screens, "pop", "", "open its POP", &[Scope::List, Scope::Detail, Scope::Target]),
    row(Command::GoNode, Group::Screens, "node", "", "open its node", &[Scope::List, Scope::Detail]),
    row(Command::GoTransport, Group::Screens, "transport", "", "open its transport protocol", &[Scope::List, Scope::Detail]),
    row(Command::Filter, Group::Find, "filter", "filter", "filter the list; Tab completes", &[Scope::List]),
    row(Command::BuildFilter, Group::Find, "build-filter", "", "build a filter step by step", &[Scope::List]),
    row(Command::Mark, Group::Mark, "mark", "mark", "mark or unmark, and move down", &[Scope::List]),
    row(Command::MarkRange, Group::Mark, "mark-range", "", "start a range; t, D, B, Space act on it; 11j extends it", &[Scope::List]),
    row(Command::RangeDown, Group::Mark, "range-down", "", "start or extend a range downwards", &[Scope::List]),
    row(Command::RangeUp, Group::Mark, "range-up", "", "start or extend a range upwards", &[Scope::List]),
    row(Command::MarkAll, Group::Mark, "mark-all", "", "mark all shown; again: unmark them", &[Scope::List]),
    row(Command::ClearMarks, Group::Mark, "clear-marks", "", "clear all marks; again: restore them", &[Scope::List]),
    asks(Command::BulkEnable, Group::Change, "bulk-enable", "", "enable the marked registrations; shows a preview", &[Scope::List]),
    asks(Command::BulkDisable, Group::Change, "bulk-disable", "", "disable the marked registrations; shows a preview", &[Scope::List]),
    asks(Command::BulkSet, Group::Change, "bulk-set", "", "set a field of the marked registrations; shows a preview", &[Scope::List]),
    asks(Command::BulkDelete, Group::Change, "bulk-delete", "", "delete the marked registrations; asks for their number", &[Scope::List]),
    row(Command::Export, Group::Copy, "export", "", "export the marked, or all shown, to .csv, .json or .jsonl", &[Scope::List]),
    row(Command::SameValue, Group::Find, "same-value", "", "filter by this cell", &[Scope::List]),
    row(Command::SameDomain, Group::Find, "same-domain", "", "filter by this domain", &[Scope::List]),
    row(Command::NextMatch, Group::Find, "next-match", "", "next DOWN; after clearing a filter, its next match", &[Scope::List]),
    row(Command::PreviousMatch, Group::Find, "previous-match", "", "previous DOWN, or match of the cleared filter", &[Scope::List]),
    row(Command::ColumnLeft, Group::Move, "column-left", "", "previous column", &[Scope::List]),
    row(Command::ColumnRight, Group::Move, "column-right", "", "next column", &[Scope::List]),
    row(Command::ShowValue, Group::Screens, "show-value", "", "show the whole value of this cell", &[Scope::List]),
    row(Command::Sort, Group::Views, "sort", "sort", "choose sort columns", &[Scope::List]),
    row(Command::ReverseSort, Group::Views, "reverse-sort", "", "reverse the sort order", &[Scope::List]),
    row(Command::SortLeft, Group::Views, "sort-left", "", "sort by the previous column", &[Scope::List]),
    row(Command::SortRight, Group::Views, "sort-right", "", "sort by the next column", &[Scope::List]),
    row(Command::Columns, Group::Views, "columns", "", "choose columns, order and width", &[Scope::List]),
    row(Command::Views, Group::Views, "views", "", "save, rename or delete views", &[Scope::List]),
    row(Command::ShowView, Group::Views, "view", "", "show a view by its digit or name", &[Scope::List]),
    row(Command::View1, Group::Views, "view-1", "", "view 1: all", &[Scope::List]),
    row(Command::View2, Group::Views, "view-2", "", "view 2: enabled", &[Scope::List]),
    row(Command::View3, Group::Views, "view-3", "", "view 3: disabled", &[Scope::List]),
    row(Command::View4, Group::Views, "view-4", "", "saved view 4", &[Scope::List]),
    row(Command::View5, Group::Views, "view-5", "", "saved view 5", &[Scope::List]),
    row(Command::View6, Group::Views, "view-6", "", "saved view 6", &[Scope::List]),
    row(Command::View7, Group::Views, "view-7", "", "saved view 7", &[Scope::List]),
    row(Command::View8, Group::Views, "view-8", "", "saved view 8", &[Scope::List]),
    row(Command::View9, Group::Views, "view-9", "", "saved view 9", &[Scope::List]),
    row(Command::Compare, Group::Screens, "compare", "", "compare two marked registrations, or with another one", RECORDS),
    row(Command::CopyId, Group::Copy, "copy-id", "", "copy the ID", RECORDS),
    row(Command::CopyName, Group::Copy, "copy-name", "", "copy the name", RECORDS),
    row(Command::CopyCell, Group::Copy, "copy-cell", "", "copy this cell", &[Scope::List]),
    row(Command::CopyAddress, Group::Copy, "copy-address", "", "copy user@domain", RECORDS),
    row(Command::CopyContact, Group::Copy, "copy-contact", "", "copy the contact", RECORDS),
    row(Command::CopyJson, Group::Copy, "copy-json", "", "copy as JSON, password masked", RECORDS),
    row(Command::CopyRequest, Group::Copy, "copy-request", "", "copy as curl, without token", RECORDS),
    row(Command::CopyTicket, Group::Copy, "copy-ticket", "", "copy a line for a ticket", RECORDS),
    row(Command::NextPane, Group::Screens, "next-pane", "next pane", "next pane", ALL),
    row(Command::PreviousPane, Group::Screens, "previous-pane", "", "previous pane", ALL),
    row(Command::TurnPane, Group::Screens, "turn-pane", "", "detail beside the list, below it or off", ALL),
    row(Command::Refresh, Group::Session, "refresh", "refresh", "refresh: load what changed", ALL),
    row(Command::Reload, Group::Session, "reload", "", "reload everything", ALL),
    row(Command::Watch, Group::Session, "watch", "", "refresh every 30 s, on or off (:watch 2m)", ALL),
    row(Command::Exchanges, Group::Screens, "http", "", "recent HTTP requests; copy as curl", ALL),
    row(Command::Overview, Group::Screens, "overview", "", "overview: registrations per POP and node", ALL),
    row(Command::Lint, Group::Screens, "lint", "", "problems in all registrations", ALL),
    row(Command::Actions, Group::Screens, "actions", "actions", "actions for this registration", ALL),
    row(Command::Palette, Group::Screens, "palette", "command", "run a command by name; a number goes to that ID", ALL),
    row(Command::Messages, Group::Screens, "messages", "", "messages of this session", ALL),
    row(Command::Help, Group::Screens, "help", "help", "help: keys of this screen", ALL),
    row(Command::Escape, Group::Move, "escape", "", "back one step; never discards or quits", ALL),
    row(Command::Back, Group::Move, "back", "back", "back; quits from the list", ALL),
    row(Command::Progress, Group::Screens, "progress", "", "show progress of a bulk change, bounce or load", ALL),
    row(Command::Interrupt, Group::Session, "interrupt", "", "cancel what is running", ALL),
    row(Command::Redraw, Group::Session, "redraw", "", "redraw the screen", ALL),
    row(Command::Suspend, Group::Session, "suspend", "", "suspend (fg resumes)", ALL),
    row(Command::Profiles, Group::Session, "profile", "", "switch to another profile", ALL),
    row(Command::Lock, Group::Session, "lock", "", "lock: clear token and passwords, ask to sign in", ALL),
    row(Command::Quit, Group::Session, "quit", "", "quit", ALL),
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
    pub fn row(self) -> CommandRow {
        if let Self::Custom(custom) = self {
            return CommandRow {
                command: self,
                group: Group::Custom,
                name: &custom.name,
                help: &custom.title,
                hint: "",
                scopes: custom.scopes(),
                writes: if custom.is_asked() { Writes::Asks } else { Writes::AtOnce },
            };
        }
        // Each command has its row, as a test says; the first one stands in rather than a panic.
        COMMANDS.iter().find(|row| row.command == self).copied().unwrap_or(COMMANDS[0])
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
