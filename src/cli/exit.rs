//! The exit codes: the contract with scripts. Nothing else decides a number.

use std::fmt::Write as _;
use std::process::ExitCode;

use crate::domain::request_error::{Effectiveness, RequestError, RequestErrorKind};

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

/// Lines of the left column of [`help`].
const LEFT: usize = 6;

/// The codes for `--help`, in two columns.
pub fn help() -> String {
    let (left, right) = Exit::ALL.split_at(LEFT);
    let mut text = "Exit codes:".to_owned();
    for row in 0..right.len() {
        let left = left.get(row).map(|(exit, meaning)| format!("{} {meaning}", exit.code())).unwrap_or_default();
        let right = right.get(row).map(|(exit, meaning)| format!("{:>3} {meaning}", exit.code())).unwrap_or_default();
        let _ = write!(text, "\n  {left:<39} {right}");
    }
    text
}

impl Exit {
    /// All of them, by number, and what each means, for help, manual pages and documents.
    pub const ALL: [(Self, &'static str); 13] = [
        (Self::Done, "done, or nothing to do"),
        (Self::Failed, "failed"),
        (Self::Usage, "usage or configuration"),
        (Self::Changed, "changed by someone else"),
        (Self::NotSignedIn, "not signed in, or refused"),
        (Self::NoSuchRecord, "no such record"),
        (Self::Invalid, "refused by validation"),
        (Self::Unreachable, "unreachable or timed out, nothing changed"),
        (Self::Partial, "some records failed, or the list is incomplete"),
        (Self::Unknown, "result unknown: it may still be applied"),
        (Self::NotLive, "saved, but not live in time"),
        (Self::Bug, "a bug"),
        (Self::Interrupted, "interrupted"),
    ];

    /// The number.
    pub const fn code(self) -> u8 {
        self as u8
    }

    /// What a failed request means.
    pub const fn of_error(error: &RequestError) -> Self {
        if matches!(error.effect, Effectiveness::Unknown | Effectiveness::Pending) {
            return Self::Unknown;
        }
        match error.kind {
            RequestErrorKind::Unreachable
            | RequestErrorKind::Cut
            | RequestErrorKind::TimedOut
            | RequestErrorKind::Certificate
            | RequestErrorKind::Busy => Self::Unreachable,
            RequestErrorKind::SignInNeeded
            | RequestErrorKind::SignInFailed
            | RequestErrorKind::SignInRefused
            | RequestErrorKind::TokenRefused
            | RequestErrorKind::Forbidden => Self::NotSignedIn,
            RequestErrorKind::NoSuchRecord => Self::NoSuchRecord,
            // Every such server has it: the address is wrong.
            RequestErrorKind::NoSuchApi => Self::Usage,
            RequestErrorKind::Conflict | RequestErrorKind::Precondition => Self::Changed,
            RequestErrorKind::Invalid => Self::Invalid,
            RequestErrorKind::ServerError => match error.status {
                // A proxy that reached no one.
                Some(502 | 504) => Self::Unreachable,
                Some(_) | None => Self::Failed,
            },
            _ => Self::Failed,
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
        let help = help();
        for (exit, meaning) in Exit::ALL {
            assert!(help.contains(&format!("{} {meaning}", exit.code())), "{exit:?}: {help}");
        }
        assert!(help.starts_with("Exit codes:\n  0 done, or nothing to do"), "{help}");
        assert!(Exit::ALL.iter().all(|(_, meaning)| !meaning.is_empty()));
        assert!(Exit::ALL.is_sorted_by_key(|(exit, _)| exit.code()));
        assert!(help.lines().all(|line| line.len() <= 100), "{help}");
    }

    #[test]
    fn each_failure_of_a_request_has_its_exit_code() {
        use RequestErrorKind as Kind;
        let exit =
            |kind, status, effect| Exit::of_error(&RequestError { effect, ..RequestError::of_kind(kind, status) });
        let kinds = [
            (Kind::Unreachable, Exit::Unreachable),
            (Kind::Cut, Exit::Unreachable),
            (Kind::TimedOut, Exit::Unreachable),
            (Kind::Certificate, Exit::Unreachable),
            (Kind::Busy, Exit::Unreachable),
            (Kind::SignInNeeded, Exit::NotSignedIn),
            (Kind::SignInFailed, Exit::NotSignedIn),
            (Kind::SignInRefused, Exit::NotSignedIn),
            (Kind::TokenRefused, Exit::NotSignedIn),
            (Kind::Forbidden, Exit::NotSignedIn),
            (Kind::NoSuchRecord, Exit::NoSuchRecord),
            (Kind::NoSuchApi, Exit::Usage),
            (Kind::Conflict, Exit::Changed),
            (Kind::Precondition, Exit::Changed),
            (Kind::Invalid, Exit::Invalid),
            (Kind::ServerError, Exit::Failed),
            (Kind::ForeignOrigin, Exit::Failed),
            (Kind::Refused, Exit::Failed),
            (Kind::TooLarge, Exit::Failed),
            (Kind::Unreadable, Exit::Failed),
            (Kind::Unsendable, Exit::Failed),
        ];
        for (kind, expected) in kinds {
            assert_eq!(exit(kind, None, Effectiveness::NotApplied), expected, "{kind:?}");
            for effect in [Effectiveness::Unknown, Effectiveness::Pending] {
                assert_eq!(exit(kind, None, effect), Exit::Unknown, "{kind:?}: it may have been done");
            }
        }
        for (status, expected) in
            [(500, Exit::Failed), (502, Exit::Unreachable), (503, Exit::Failed), (504, Exit::Unreachable)]
        {
            assert_eq!(exit(Kind::ServerError, Some(status), Effectiveness::NotApplied), expected, "{status}");
        }
    }
}
