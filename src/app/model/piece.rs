//! A piece of the status line.

/// How a piece is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// The badge of the profile.
    Badge,
    /// The name of the profile or server.
    Name,
    /// As it should be.
    Plain,
    /// Good to know.
    Faint,
    /// To keep in mind.
    Warn,
    /// Needs attention.
    Alarm,
}

/// On which side of the bar a piece stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stands {
    /// Who and where.
    Left,
    /// How fresh, how fast.
    Right,
}

/// One piece of the status bar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusPiece {
    /// What its text is about; drawn dim.
    pub label: &'static str,
    /// What it says.
    pub text: String,
    /// How it is meant.
    pub weight: Weight,
    /// On which side it stands.
    pub stands: Stands,
    /// Which gives way first where there is no room for all: the highest.
    pub rank: u8,
}

pub(in crate::app) const fn left(weight: Weight, rank: u8, text: String) -> StatusPiece {
    StatusPiece { label: "", text, weight, stands: Stands::Left, rank }
}

pub(in crate::app) fn plain(rank: u8, label: &'static str, text: impl Into<String>) -> StatusPiece {
    StatusPiece { label, text: text.into(), weight: Weight::Plain, stands: Stands::Right, rank }
}

pub(in crate::app) fn alarm(rank: u8, label: &'static str, text: impl Into<String>) -> StatusPiece {
    StatusPiece { weight: Weight::Alarm, ..plain(rank, label, text) }
}
