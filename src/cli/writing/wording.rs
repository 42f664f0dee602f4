//! What became of a write, as commands report it: the words are the domain's, the exit codes are here.

pub use crate::domain::change::verdict::{RecordVerdict, changes, display_name, sides, some_of, values, verdict};

use crate::cli::Exit;
use crate::domain::change::Upshot;

/// The exit code of one record, if it were all.
pub fn exit_of(verdict: &RecordVerdict) -> Exit {
    match (verdict.upshot, &verdict.refused) {
        (Upshot::Applied | Upshot::AppliedUnseen | Upshot::AlreadySo | Upshot::AlreadyGone, _) => Exit::Done,
        (Upshot::Moved, _) => Exit::Changed,
        (Upshot::Gone, _) => Exit::NoSuchRecord,
        (Upshot::Unclear | Upshot::Unknown, _) => Exit::Unknown,
        // With 429 it was refused, so it was reached.
        (Upshot::Refused, Some(error)) if error.status != Some(429) => Exit::of_error(error),
        // Something answered: 7 is for what never left.
        (Upshot::Refused | Upshot::NotApplied | Upshot::Altered | Upshot::CannotCompare | Upshot::Unnoted, _) => {
            Exit::Failed
        }
    }
}

/// The exit code of many, from those of each.
pub fn exit_of_all(exits: &[Exit]) -> Exit {
    match exits {
        [] => Exit::Done,
        [first, rest @ ..] if rest.iter().all(|exit| exit == first) => *first,
        many if many.contains(&Exit::Unknown) => Exit::Unknown,
        _ => Exit::Partial,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::request_error::{RequestError, RequestErrorKind};

    fn refused(kind: RequestErrorKind, status: Option<u16>) -> RecordVerdict {
        let error = RequestError::of_kind(kind, status);
        RecordVerdict { refused: Some(Box::new(error)), ..RecordVerdict::new(Upshot::Refused, String::new()) }
    }

    #[test]
    fn each_end_of_a_record_has_its_exit_code() {
        for (upshot, exit) in [
            (Upshot::Applied, Exit::Done),
            (Upshot::Altered, Exit::Failed),
            (Upshot::AppliedUnseen, Exit::Done),
            (Upshot::AlreadySo, Exit::Done),
            (Upshot::AlreadyGone, Exit::Done),
            (Upshot::Moved, Exit::Changed),
            (Upshot::CannotCompare, Exit::Failed),
            (Upshot::Gone, Exit::NoSuchRecord),
            (Upshot::Refused, Exit::Failed),
            (Upshot::NotApplied, Exit::Failed),
            (Upshot::Unclear, Exit::Unknown),
            (Upshot::Unknown, Exit::Unknown),
            (Upshot::Unnoted, Exit::Failed),
        ] {
            assert_eq!(exit_of(&RecordVerdict::new(upshot, String::new())), exit, "{upshot:?}");
        }
        for (kind, status, exit) in [
            (RequestErrorKind::Invalid, Some(422), Exit::Invalid),
            (RequestErrorKind::Forbidden, Some(403), Exit::NotSignedIn),
            (RequestErrorKind::Unreachable, None, Exit::Unreachable),
            (RequestErrorKind::Busy, Some(503), Exit::Unreachable),
            (RequestErrorKind::Busy, Some(429), Exit::Failed),
        ] {
            assert_eq!(exit_of(&refused(kind, status)), exit, "{kind:?} {status:?}");
        }
    }

    #[test]
    fn many_ends_are_one_exit_code_that_hides_no_unknown_result() {
        use Exit::{Changed, Done, Failed, Interrupted, Partial, Unknown};
        for (exits, all) in [
            (&[][..], Done),
            (&[Done], Done),
            (&[Failed], Failed),
            (&[Changed, Changed, Changed], Changed),
            (&[Done, Changed], Partial),
            (&[Changed, Failed], Partial),
            (&[Unknown, Done], Unknown),
            (&[Failed, Unknown, Interrupted], Unknown),
            (&[Unknown, Unknown], Unknown),
        ] {
            assert_eq!(exit_of_all(exits), all, "{exits:?}");
        }
    }
}
