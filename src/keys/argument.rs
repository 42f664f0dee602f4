//! What may stand behind a command's name on the command line: its name there, what completes it, and
//! whether it has to be there. Knows nothing of records; what there is to choose from is the app's to find.

/// What an argument is, and so what completes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ArgumentKind {
    /// A loaded record, by id or name.
    Record,
    /// A filter.
    Filter,
    /// Columns to sort by.
    Order,
    /// A saved view, by digit or name.
    View,
    /// Columns of the list.
    Columns,
    /// A field and a value for it.
    FieldValue,
    /// A profile.
    Profile,
    /// One of these words, or another that the command understands.
    Words(&'static [&'static str]),
}

/// Whether a command makes sense without its argument.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ArgumentNeed {
    Must,
    /// It then does something of its own, such as opening a box to choose in.
    May,
}

/// Command lines of vi that mean the same here.
pub const IN_VI: &[&str] = &["w", "wq", "x", "q", "q!", "qa", "qa!"];

/// What one of them does.
pub fn in_vi(name: &str) -> Option<&'static str> {
    match name {
        "w" => Some("review and save the form"),
        "wq" | "x" => Some("review and save the form; from the list: quit"),
        "q" => Some("back; from the list: quit"),
        "q!" => Some("discard the draft of the form; from the list: quit"),
        "qa" | "qa!" => Some("quit; drafts are kept"),
        _ => None,
    }
}

/// The argument of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Argument {
    /// Its name in the palette.
    pub words: &'static str,
    /// What it is.
    pub takes: ArgumentKind,
    /// Whether it has to be there.
    pub need: ArgumentNeed,
    /// A line to copy.
    pub example: &'static str,
}
