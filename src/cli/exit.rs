//! The exit codes: the contract with scripts. Nothing else decides a number.

use std::process::ExitCode;

use crate::domain::request_error::{Effectiveness, Trouble, TroubleKind};

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// Done, also when nothing needed doing.
    Done = 0,
    /// Failed.
    Failed = 1,
    /// Usage or configuration.
    Usage = 2,
    /// Changed by someone else since it was read.
    Changed = 3,
    /// Not signed in, or refused.
    NotSignedIn = 4,
    /// No such record.
    NoSuchRecord = 5,
    /// Refused by validation.
    Invalid = 6,
    /// Unreachable or timed out; nothing changed.
    Unreachable = 7,
    /// Some records failed, or the list is incomplete.
    Partial = 8,
    /// Outcome unknown.
    Unknown = 9,
    /// Saved, but not shown by all nodes in time.
    NotLive = 10,
    /// A bug.
    Bug = 70,
    /// Interrupted.
    Interrupted = 130,
}

/// The codes for `--help`.
pub const HELP: &str = "\
Exit codes:
  0 done, also when nothing needed doing    6 refused by validation
  1 failed                                  7 unreachable or timed out, nothing changed
  2 usage or configuration                  8 some records failed, or the list is incomplete
  3 changed by someone else meanwhile       9 unknown: the server may still do it
  4 not signed in, or refused              10 saved, but not live in time
  5 no such record                         70 a bug
                                          130 interrupted";

impl Exit {
    /// The number.
    #[must_use]
    pub const fn code(self) -> u8 {
        self as u8
    }

    /// What a failed request means.
    #[must_use]
    pub const fn of_trouble(trouble: &Trouble) -> Self {
        if matches!(trouble.effect, Effectiveness::Unknown | Effectiveness::Pending) {
            return Self::Unknown;
        }
        match trouble.kind {
            TroubleKind::Unreachable
            | TroubleKind::Cut
            | TroubleKind::TimedOut
            | TroubleKind::Certificate
            | TroubleKind::Busy => Self::Unreachable,
            TroubleKind::SignInNeeded
            | TroubleKind::SignInRefused
            | TroubleKind::TokenRefused
            | TroubleKind::Forbidden => Self::NotSignedIn,
            TroubleKind::NoSuchRecord => Self::NoSuchRecord,
            // Every such server has it: the address is wrong.
            TroubleKind::NoSuchApi => Self::Usage,
            TroubleKind::Conflict | TroubleKind::Precondition => Self::Changed,
            TroubleKind::Invalid => Self::Invalid,
            TroubleKind::ServerError => match trouble.status {
                // A proxy that reached nobody.
                Some(502 | 504) => Self::Unreachable,
                Some(_) | None => Self::Failed,
            },
            TroubleKind::ForeignOrigin
            | TroubleKind::Refused
            | TroubleKind::TooLarge
            | TroubleKind::Unreadable
            | TroubleKind::Unsendable => Self::Failed,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_help_tells_every_code() {
        use Exit::*;
        let all = [
            Done,
            Failed,
            Usage,
            Changed,
            NotSignedIn,
            NoSuchRecord,
            Invalid,
            Unreachable,
            Partial,
            Unknown,
            NotLive,
            Bug,
            Interrupted,
        ];
        for exit in all {
            let number = exit.code().to_string();
            assert!(HELP.split_whitespace().any(|word| word == number), "{number} is missing");
        }
    }
}
