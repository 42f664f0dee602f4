//! The headings of help.

/// The heading under which help lists a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// Cursor and pages.
    Move,
    /// Filters and matches.
    Find,
    /// Changes to registrations and drafts.
    Change,
    /// Marks, for bulk changes.
    Mark,
    /// Columns, order and saved views.
    Views,
    /// Clipboard and files.
    Copy,
    /// Panes and dialogs.
    Screens,
    /// Server, terminal and program.
    Session,
    /// Commands of the user's own.
    Custom,
}

impl Group {
    /// All of them, in the order of help.
    pub const ALL: [Self; 9] = [
        Self::Move,
        Self::Find,
        Self::Change,
        Self::Mark,
        Self::Views,
        Self::Copy,
        Self::Custom,
        Self::Screens,
        Self::Session,
    ];

    /// The heading.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Move => "MOVE",
            Self::Find => "FIND",
            Self::Change => "CHANGE",
            Self::Mark => "MARK",
            Self::Views => "VIEWS",
            Self::Copy => "COPY",
            Self::Screens => "SCREENS",
            Self::Session => "SESSION",
            Self::Custom => "YOUR COMMANDS",
        }
    }
}
