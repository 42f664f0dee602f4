//! Every command of the console, as a table: a row has its name, help, group, screens, keys, hint and argument. What a
//! command does, and why it cannot be used, stands in its arm of `app/input/table.rs`.

use super::argument::{Argument, ArgumentKind, ArgumentNeed};
use super::custom::CustomCommand;
use super::group::Group;
use super::group::Group::{Change, Copy, Find, Mark, Move, Screens, Session, Views};
pub use super::scope::Scope;

/// What a command does to the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ServerUse {
    /// Nothing: it moves, shows, reads, or changes a draft.
    Nothing,
    /// Only after something was asked: it asks, as the review does, or it is the answer to that.
    Asks,
    /// It writes at once, unless the profile has it ask.
    AtOnce,
}

/// Screens, and the keys that ask for a command there, one after the other.
pub type Bound = (&'static [Scope], &'static str);

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
    /// Its keys in the default keymap.
    pub keys: &'static [Bound],
    /// Whether it changes the server. What came without a key being pressed for it never runs such a command.
    pub writes: ServerUse,
    /// What may stand behind its name on the command line.
    pub argument: Option<Argument>,
}

/// A row without keys, hint and argument, of a command that writes nothing.
const fn row(name: &'static str, group: Group, scopes: &'static [Scope]) -> CommandRow {
    let (command, writes) = (Command::Open, ServerUse::Nothing);
    CommandRow { command, group, name, help: "", hint: "", scopes, keys: &[], writes, argument: None }
}

impl CommandRow {
    const fn of(self, command: Command, help: &'static str) -> Self {
        Self { command, help, ..self }
    }

    const fn keys(self, keys: &'static [Bound]) -> Self {
        Self { keys, ..self }
    }

    const fn hint(self, hint: &'static str) -> Self {
        Self { hint, ..self }
    }

    const fn asks(self) -> Self {
        Self { writes: ServerUse::Asks, ..self }
    }

    const fn writes(self) -> Self {
        Self { writes: ServerUse::AtOnce, ..self }
    }

    const fn takes(self, words: &'static str, takes: ArgumentKind, need: ArgumentNeed, example: &'static str) -> Self {
        Self { argument: Some(Argument { words, takes, need, example }), ..self }
    }

    /// Whether it works on this screen.
    pub fn works_in(&self, scope: Scope) -> bool {
        self.scopes.iter().any(|known| *known == scope || *known == Scope::Global)
    }
}

/// Makes the enum of commands and the table of their rows: a line is a command, its help, and the rest of its row. The
/// nine views are one command with a digit, and a row each.
macro_rules! commands {
    (
        $($first:ident $first_help:literal => $first_row:expr,)*
        ; views $($digit:literal $view:literal)* ;
        $($second:ident $second_help:literal => $second_row:expr,)*
    ) => {
        /// What a user can ask for.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Command {
            $(#[doc = $first_help] $first,)*
            /// Shows the view with this digit.
            View(u8),
            $(#[doc = $second_help] $second,)*
            /// A command of the user's own; it lives as long as the program.
            Custom(&'static CustomCommand),
        }

        /// Every command, in the order of help.
        pub const COMMANDS: &[CommandRow] = &[
            $($first_row.of(Command::$first, $first_help),)*
            $(row(concat!("view-", $digit), Views, LIST).keys(&[(LIST, stringify!($digit))]).of(Command::View($digit), $view),)*
            $($second_row.of(Command::$second, $second_help),)*
        ];
    };
}

/// Every screen.
const ALL: &[Scope] = &[Scope::Global];
const LIST: &[Scope] = &[Scope::List];
const DETAIL: &[Scope] = &[Scope::Detail];
const FORM: &[Scope] = &[Scope::Form];
const REVIEW: &[Scope] = &[Scope::Review];
const TARGET: &[Scope] = &[Scope::Target];
const CONFLICT: &[Scope] = &[Scope::Conflict];
/// Where one registration is under the cursor.
const RECORDS: &[Scope] = &[Scope::List, Scope::Detail];
/// Where one registration is on the screen.
const RECORD: &[Scope] = &[Scope::List, Scope::Detail, Scope::Document];
/// The same, and while it is edited.
const EDITED: &[Scope] = &[Scope::List, Scope::Detail, Scope::Document, Scope::Form];
/// Where lines lead to others.
const LINKS: &[Scope] = &[Scope::List, Scope::Detail, Scope::Target];
/// Where fields are decided one by one.
const FIELDS: &[Scope] = &[Scope::Form, Scope::Conflict];
/// Where a password can be shown.
const PASSWORD: &[Scope] = &[Scope::Detail, Scope::Form];

// A command's first key in a screen is the one that hints show.
commands! {
    Open "open" => row("open", Screens, LINKS).hint("open").keys(&[(LINKS, "Enter"), (LIST, "d")]),
    Down "down" => row("down", Move, ALL).keys(&[(ALL, "j"), (ALL, "Down"), (ALL, "Shift-Down"), (FORM, "Tab")]),
    Up "up" => row("up", Move, ALL).keys(&[(ALL, "k"), (ALL, "Up"), (ALL, "Shift-Up"), (FORM, "Shift-Tab")]),
    HalfDown "half a page down" => row("half-page-down", Move, ALL).keys(&[(ALL, "Ctrl-d")]),
    HalfUp "half a page up" => row("half-page-up", Move, ALL).keys(&[(ALL, "Ctrl-u")]),
    PageDown "page down" => row("page-down", Move, ALL).keys(&[(ALL, "PgDn"), (ALL, "Ctrl-f")]),
    PageUp "page up" => row("page-up", Move, ALL).keys(&[(ALL, "PgUp"), (ALL, "Ctrl-b")]),
    First "first line" => row("first", Move, ALL).keys(&[(ALL, "g g"), (ALL, "Home")]),
    Last "last line" => row("last", Move, ALL).keys(&[(ALL, "G"), (ALL, "End")]),
    GoToId "go to an ID or name (:25 goes to ID 25)" => row("goto", Move, ALL).takes("ID", ArgumentKind::Record, ArgumentNeed::Must, "goto 25"),
    ShowDocument "JSON:API document, password masked" => row("document", Screens, DETAIL).hint("JSON").keys(&[(DETAIL, "b")]),
    RevealPassword "show the password for 10 s" => row("reveal-password", Change, PASSWORD).hint("show password").keys(&[(PASSWORD, "P")]),
    Edit "edit in the form; a review comes first" => row("edit", Change, RECORD).hint("edit").keys(&[(RECORDS, "e")]),
    Toggle "enable or disable; {undo} undoes it" => row("toggle", Change, RECORD).writes().hint("enable/disable").keys(&[(RECORDS, "t")]),
    Bounce "bounce: disable, wait a poll, enable" => row("bounce", Change, RECORD).asks().keys(&[(RECORDS, "B")]),
    Create "create a registration" => row("create", Change, RECORD).keys(&[(RECORDS, "a")]),
    Clone "clone this registration" => row("clone", Change, RECORD).keys(&[(RECORDS, "c")]),
    Delete "delete; asks for the name" => row("delete", Change, RECORD).asks().keys(&[(RECORDS, "D")]),
    Undo "undo the last change" => row("undo", Change, RECORD).asks().hint("undo").keys(&[(RECORDS, "u")]),
    Redo "redo the last undone change" => row("redo", Change, RECORD).asks().keys(&[(RECORDS, "U")]),
    EditText "edit as TOML in $EDITOR, then review" => row("edit-text", Change, EDITED).keys(&[(RECORDS, "E"), (FORM, "E")]),
    EditTextWithPassword "edit as TOML, with password" => row("edit-text-with-password", Change, EDITED),
    TakeDraft "use the draft of another console" => row("take-draft", Change, FORM).keys(&[(FORM, "T")]),
    Discard "discard the draft of this registration" => row("discard", Change, EDITED),
    Recreate "re-create a deleted one from its draft" => row("recreate", Change, EDITED).asks(),
    SetField "set a field in the draft; {save} reviews it" => row("set", Change, EDITED).takes("FIELD VALUE", ArgumentKind::FieldValue, ArgumentNeed::Must, "set expire 600"),
    Input "edit or choose the value" => row("input", Change, FORM).hint("edit").keys(&[(FORM, "i"), (FORM, "Enter"), (FORM, "Space")]),
    FindField "find a field; a letter jumps to it" => row("find-field", Find, FORM).hint("find").keys(&[(FORM, "/")]),
    SetNull "clear the field (null)" => row("set-null", Change, FORM).hint("clear").keys(&[(FORM, "X")]),
    Revert "revert the field" => row("revert", Change, FORM).hint("revert").keys(&[(FORM, "u")]),
    Save "check with the server, then review" => row("save", Change, FIELDS).asks().hint("review").keys(&[(FIELDS, "w"), (FORM, "Ctrl-s")]),
    NextMarked "next error, change or open conflict" => row("next-marked", Move, FIELDS).keys(&[(FIELDS, "n")]),
    PreviousMarked "previous field with an error or a change" => row("previous-marked", Move, FIELDS).keys(&[(FIELDS, "N")]),
    LongHelp "more help for this field" => row("long-help", Screens, FORM).keys(&[(FORM, "K")]),
    ShowBase "show or hide the former values" => row("show-base", Screens, FORM).keys(&[(FORM, "b")]),
    Apply "save: send what the review shows" => row("apply", Change, REVIEW).asks().hint("save").keys(&[(REVIEW, "y")]),
    Decline "back to the form; the draft is kept" => row("decline", Change, REVIEW).hint("back to the form").keys(&[(REVIEW, "n"), (REVIEW, "e")]),
    ShowBody "show the JSON body" => row("show-body", Screens, REVIEW).hint("JSON").keys(&[(REVIEW, "b")]),
    CopyCurl "copy as curl, without token and password" => row("copy-curl", Copy, REVIEW).hint("curl").keys(&[(REVIEW, "c")]),
    Mine "this field: use mine" => row("mine", Change, CONFLICT).hint("mine").keys(&[(CONFLICT, "m")]),
    Theirs "this field: keep theirs" => row("theirs", Change, CONFLICT).hint("theirs").keys(&[(CONFLICT, "t")]),
    TypeChoice "this field: type another value" => row("type-choice", Change, CONFLICT).hint("type").keys(&[(CONFLICT, "e")]),
    AllMine "all fields: use mine" => row("all-mine", Change, CONFLICT).hint("all mine").keys(&[(CONFLICT, "M")]),
    AllTheirs "all fields: keep theirs" => row("all-theirs", Change, CONFLICT).hint("all theirs").keys(&[(CONFLICT, "T")]),
    Journal "history of changes, with undo" => row("journal", Screens, ALL).keys(&[(ALL, "J")]),
    GoPop "open its POP" => row("pop", Screens, LINKS).keys(&[(LINKS, "g p")]),
    GoNode "open its node" => row("node", Screens, RECORDS).keys(&[(RECORDS, "g n")]),
    GoTransport "open its transport protocol" => row("transport", Screens, RECORDS).keys(&[(RECORDS, "g t")]),
    RecordHistory "history of this registration" => row("record-history", Screens, RECORD).keys(&[(RECORDS, "g h")]),
    Filter "filter the list; Tab completes" => row("filter", Find, LIST).hint("filter").keys(&[(LIST, "/")]).takes("[TEXT]", ArgumentKind::Filter, ArgumentNeed::May, "filter pop:fra enabled:no"),
    BuildFilter "build a filter step by step" => row("build-filter", Find, LIST).keys(&[(LIST, "f")]),
    Mark "mark or unmark, and move down" => row("mark", Mark, LIST).hint("mark").keys(&[(LIST, "Space")]),
    MarkRange "range: {toggle}, {delete}, {bounce}, {mark} act on it" => row("mark-range", Mark, LIST).keys(&[(LIST, "v")]),
    RangeDown "start or extend a range downwards" => row("range-down", Mark, LIST).keys(&[(LIST, "Shift-Down")]),
    RangeUp "start or extend a range upwards" => row("range-up", Mark, LIST).keys(&[(LIST, "Shift-Up")]),
    MarkAll "mark all shown; again: unmark them" => row("mark-all", Mark, LIST).keys(&[(LIST, "*")]),
    ClearMarks "clear all marks; again: restore them" => row("clear-marks", Mark, LIST).keys(&[(LIST, "M")]),
    BulkEnable "enable marked or range, after a preview" => row("bulk-enable", Change, LIST).asks(),
    BulkDisable "disable marked or range, after a preview" => row("bulk-disable", Change, LIST).asks(),
    BulkSet "set a field of marked or range" => row("bulk-set", Change, LIST).asks().takes("FIELD VALUE", ArgumentKind::FieldValue, ArgumentNeed::Must, "bulk-set node lon-n1"),
    BulkDelete "delete marked or range; asks the count" => row("bulk-delete", Change, LIST).asks(),
    Export "export to .csv, .json or .jsonl" => row("export", Copy, LIST).takes("FILE", ArgumentKind::Words(&[]), ArgumentNeed::Must, "export marked.csv"),
    SameValue "filter by this cell" => row("same-value", Find, LIST).keys(&[(LIST, "@")]),
    SameDomain "filter by this domain" => row("same-domain", Find, LIST).keys(&[(LIST, "g d")]),
    NextMatch "next DOWN, or match of the cleared filter" => row("next-match", Find, LIST).keys(&[(LIST, "n")]),
    PreviousMatch "previous DOWN, or cleared filter's match" => row("previous-match", Find, LIST).keys(&[(LIST, "N")]),
    ColumnLeft "previous column" => row("column-left", Move, LIST).keys(&[(LIST, "h"), (LIST, "Left")]),
    ColumnRight "next column" => row("column-right", Move, LIST).keys(&[(LIST, "l"), (LIST, "Right")]),
    ShowValue "show the whole value of this cell" => row("show-value", Screens, LIST).keys(&[(LIST, "K")]),
    Sort "choose sort columns" => row("sort", Views, LIST).hint("sort").keys(&[(LIST, "s")]).takes("[COLUMN]", ArgumentKind::Order, ArgumentNeed::May, "sort pop, expire desc"),
    ReverseSort "reverse the sort order" => row("reverse-sort", Views, LIST).keys(&[(LIST, "S")]),
    SortLeft "sort by the previous column" => row("sort-left", Views, LIST).keys(&[(LIST, "<")]),
    SortRight "sort by the next column" => row("sort-right", Views, LIST).keys(&[(LIST, ">")]),
    Columns "choose columns, order and width" => row("columns", Views, LIST).keys(&[(LIST, "C")]).takes("[COLUMNS]", ArgumentKind::Columns, ArgumentNeed::May, "columns id name:24 pop contact"),
    Views "save, rename or delete views" => row("views", Views, LIST).keys(&[(LIST, "F")]),
    ShowView "show a view by its digit or name" => row("view", Views, LIST).takes("VIEW", ArgumentKind::View, ArgumentNeed::Must, "view disabled"),
    ; views 1 "view 1: all" 2 "view 2: enabled" 3 "view 3: disabled"
      4 "saved view 4" 5 "saved view 5" 6 "saved view 6" 7 "saved view 7" 8 "saved view 8" 9 "saved view 9";
    Compare "compare two marked, or with another one" => row("compare", Screens, RECORDS).keys(&[(RECORDS, "=")]),
    CopyId "copy the ID" => row("copy-id", Copy, RECORDS).keys(&[(RECORDS, "y i")]),
    CopyName "copy the name" => row("copy-name", Copy, RECORDS).keys(&[(RECORDS, "y n")]),
    CopyCell "copy this cell" => row("copy-cell", Copy, LIST).keys(&[(LIST, "y c")]),
    CopyAddress "copy user@domain" => row("copy-address", Copy, RECORDS).keys(&[(RECORDS, "y u")]),
    CopyContact "copy the contact" => row("copy-contact", Copy, RECORDS).keys(&[(RECORDS, "y o")]),
    CopyJson "copy as JSON, password masked" => row("copy-json", Copy, RECORDS).keys(&[(RECORDS, "y j")]),
    CopyRequest "copy as curl, without token" => row("copy-request", Copy, RECORDS).keys(&[(RECORDS, "y l")]),
    CopyTicket "copy a line for a ticket" => row("copy-ticket", Copy, RECORDS).keys(&[(RECORDS, "y t")]),
    NextPane "next pane" => row("next-pane", Screens, ALL).hint("next pane").keys(&[(ALL, "Tab")]),
    PreviousPane "previous pane" => row("previous-pane", Screens, ALL).keys(&[(ALL, "Shift-Tab")]),
    TurnPane "detail beside the list, below it or off" => row("turn-pane", Screens, ALL).keys(&[(ALL, "z")]),
    Refresh "refresh: load what changed" => row("refresh", Session, ALL).hint("refresh").keys(&[(ALL, "r")]),
    Reload "reload everything" => row("reload", Session, ALL).keys(&[(ALL, "R")]),
    Watch "refresh every 30 s, on or off (:watch 2m)" => row("watch", Session, ALL).keys(&[(ALL, "W")]).takes("[PERIOD]", ArgumentKind::Words(&["15s", "30s", "1m", "5m", "off"]), ArgumentNeed::May, "watch 2m"),
    Exchanges "recent HTTP requests; copy as curl" => row("http", Screens, ALL).keys(&[(ALL, "H")]),
    Overview "overview: registrations per POP and node" => row("overview", Screens, ALL).keys(&[(ALL, "O")]),
    Lint "problems in all registrations" => row("lint", Screens, ALL).keys(&[(ALL, "L")]),
    Actions "actions for this registration" => row("actions", Screens, ALL).hint("actions").keys(&[(ALL, "x")]),
    Palette "run a command; a number goes to that ID" => row("palette", Screens, ALL).hint("command").keys(&[(ALL, ":"), (ALL, "Ctrl-p")]),
    Messages "messages of this session" => row("messages", Screens, ALL).keys(&[(ALL, "!")]),
    Help "help: keys of this screen" => row("help", Screens, ALL).hint("help").keys(&[(ALL, "?")]),
    Escape "back one step; never discards or quits" => row("escape", Move, ALL).keys(&[(ALL, "Esc")]),
    Back "back; quits from the list" => row("back", Move, ALL).hint("back").keys(&[(ALL, "q")]),
    Progress "progress of a bulk change, bounce or load" => row("progress", Screens, ALL).keys(&[(LIST, "b")]),
    Interrupt "cancel what is running" => row("interrupt", Session, ALL).keys(&[(ALL, "Ctrl-c")]),
    Redraw "redraw the screen" => row("redraw", Session, ALL).keys(&[(ALL, "Ctrl-l")]),
    Suspend "suspend (fg resumes)" => row("suspend", Session, ALL).keys(&[(ALL, "Ctrl-z")]),
    Profiles "switch to another profile" => row("profile", Session, ALL).keys(&[(RECORD, "p"), (TARGET, "p")]).takes("[NAME]", ArgumentKind::Profile, ArgumentNeed::May, "profile lab"),
    Lock "lock: clear token and passwords" => row("lock", Session, ALL),
    Quit "quit" => row("quit", Session, ALL),
}

/// Other names of commands on the command line. The configuration knows only those of the table.
pub const OTHER_NAMES: &[(&str, Command)] = &[("id", Command::GoToId)];

/// The default keys: where, which keys one after the other, what they ask for.
pub fn bindings() -> impl Iterator<Item = (Scope, &'static str, Command)> {
    let of_key = |command, (scopes, keys): &'static Bound| scopes.iter().map(move |scope| (*scope, *keys, command));
    COMMANDS.iter().flat_map(move |row| row.keys.iter().flat_map(move |bound| of_key(row.command, bound)))
}

impl Command {
    /// Whether it only moves a cursor.
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

    /// The digit of the view that it shows.
    pub const fn digit(self) -> Option<u8> {
        match self {
            Self::View(digit) => Some(digit),
            _ => None,
        }
    }

    /// Its row of the table.
    #[expect(clippy::indexing_slicing, reason = "the table is not empty")]
    pub fn row(self) -> CommandRow {
        if let Self::Custom(custom) = self {
            let row = row(&custom.name, Group::Custom, custom.scopes()).of(self, &custom.title);
            return if custom.is_asked() { row.asks() } else { row.writes() };
        }
        // Each command has its row, as a test says; the first one stands in rather than a panic.
        COMMANDS.iter().find(|row| row.command == self).copied().unwrap_or(COMMANDS[0])
    }

    /// The user's own command, if it is one.
    pub const fn custom(self) -> Option<&'static CustomCommand> {
        match self {
            Self::Custom(custom) => Some(custom),
            _ => None,
        }
    }

    /// The command of this name on the command line.
    pub fn by_name(name: &str) -> Option<Self> {
        let other = OTHER_NAMES.iter().find(|(known, _)| *known == name).map(|(_, command)| *command);
        other.or_else(|| COMMANDS.iter().find(|row| row.name == name).map(|row| row.command))
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

    #[test]
    fn keys_are_for_screens_where_the_command_works() {
        for (scope, keys, command) in bindings() {
            assert!(command.row().works_in(scope), "{keys} of {} in {}", command.row().name, scope.name());
        }
    }

    #[test]
    fn each_example_calls_its_command_and_no_other_name_hides_one() {
        for row in COMMANDS {
            let Some(argument) = row.argument else { continue };
            let name = argument.example.split(' ').next().unwrap();
            assert_eq!(Command::by_name(name), Some(row.command), "{}", argument.example);
        }
        for (name, _) in OTHER_NAMES {
            assert!(COMMANDS.iter().all(|row| row.name != *name), "{name}");
        }
    }
}
