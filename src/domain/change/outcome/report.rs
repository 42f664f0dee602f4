//! What an outcome shows, whatever was written: the same few facts of every kind, for those who report and note it.

use super::upshot::Upshot;
use super::{ChangeOutcome, Created, Deleted, ReadBack, SaveOutcome, Switched};
use crate::domain::answer::Fetched;
use crate::domain::change::draft::Draft;
use crate::domain::change::merge::{Cause, Difference, Merge};
use crate::domain::record::FieldId;
use crate::domain::request_error::RequestError;

/// How a write ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// A save.
    Saved(SaveOutcome),
    /// A change of one of many.
    Changed(ChangeOutcome),
    /// A switch.
    Switched(Switched),
    /// A creation.
    Created(Created),
    /// A deletion.
    Deleted(Deleted),
}

/// What an outcome shows.
#[derive(Debug, Clone, Copy)]
pub struct OutcomeReport<'a> {
    /// How it ended.
    pub upshot: Upshot,
    /// The record now, where it was shown.
    pub now: Option<&'a Fetched>,
    /// What came in place of an answer, or why it was refused.
    pub error: Option<&'a RequestError>,
    /// What was seen of it then.
    pub seen: Option<&'a ReadBack>,
    /// Where the record is not as wanted, or not as it was shown.
    pub differences: &'a [Difference],
    /// Base, theirs and mine, where someone changed the same.
    pub merge: Option<&'a Merge>,
    /// What was sent, or would have been, where that is not what was asked for.
    pub sent: Option<&'a Draft>,
    /// What someone changed since the record was read, and was left so.
    pub theirs: &'a [FieldId],
}

impl<'a> OutcomeReport<'a> {
    const fn of(upshot: Upshot, now: Option<&'a Fetched>, error: Option<&'a RequestError>) -> Self {
        Self { upshot, now, error, seen: None, differences: &[], merge: None, sent: None, theirs: &[] }
    }

    const fn bare(upshot: Upshot) -> Self {
        Self::of(upshot, None, None)
    }

    const fn shown(upshot: Upshot, now: &'a Fetched, differences: &'a [Difference]) -> Self {
        Self { differences, ..Self::of(upshot, Some(now), None) }
    }

    const fn unknown(error: &'a RequestError, seen: &'a ReadBack) -> Self {
        Self { seen: Some(seen), ..Self::of(Upshot::Unknown, None, Some(error)) }
    }
}

impl SaveOutcome {
    /// What it shows.
    pub fn report(&self) -> OutcomeReport<'_> {
        match self {
            Self::Applied { now, differences } => {
                let altered = differences.iter().any(|difference| difference.cause == Cause::Altered);
                OutcomeReport::shown(if altered { Upshot::Altered } else { Upshot::Applied }, now, differences)
            }
            Self::AppliedUnseen { now, error } => OutcomeReport::of(Upshot::AppliedUnseen, Some(now), Some(error)),
            Self::Moved { now, merge } => {
                OutcomeReport { merge: Some(merge), ..OutcomeReport::shown(Upshot::Moved, now, &[]) }
            }
            Self::CannotCompare => OutcomeReport::bare(Upshot::CannotCompare),
            Self::Gone => OutcomeReport::bare(Upshot::Gone),
            Self::Refused(error) => OutcomeReport::of(Upshot::Refused, None, Some(error)),
            Self::NotApplied { now, error } => OutcomeReport::of(Upshot::NotApplied, Some(now), Some(error)),
            Self::Unclear { now, merge, error } => {
                OutcomeReport { merge: Some(merge), ..OutcomeReport::of(Upshot::Unclear, Some(now), Some(error)) }
            }
            Self::Unknown { error, seen } => OutcomeReport::unknown(error, seen),
        }
    }
}

impl ChangeOutcome {
    fn report(&self) -> OutcomeReport<'_> {
        match self {
            Self::AlreadySo { now, theirs } => {
                OutcomeReport { theirs, ..OutcomeReport::of(Upshot::AlreadySo, now.as_deref(), None) }
            }
            Self::Unsent { draft, why } => OutcomeReport { sent: Some(draft), ..why.report() },
            Self::Sent { draft, theirs, saved } => OutcomeReport { sent: Some(draft), theirs, ..saved.report() },
        }
    }
}

impl Switched {
    fn report(&self) -> OutcomeReport<'_> {
        match self {
            Self::Applied { now, differences } => OutcomeReport::shown(Upshot::Applied, now, differences),
            Self::AlreadySo { now, differences } => OutcomeReport::shown(Upshot::AlreadySo, now, differences),
            Self::Moved { now, differences } => OutcomeReport::shown(Upshot::Moved, now, differences),
            Self::CannotCompare => OutcomeReport::bare(Upshot::CannotCompare),
            Self::Gone => OutcomeReport::bare(Upshot::Gone),
            Self::Refused(error) => OutcomeReport::of(Upshot::Refused, None, Some(error)),
            Self::AppliedUnseen { now, error } => OutcomeReport::of(Upshot::AppliedUnseen, Some(now), Some(error)),
            Self::NotApplied { now, error } => OutcomeReport::of(Upshot::NotApplied, Some(now), Some(error)),
            Self::Unclear { now, error } => OutcomeReport::of(Upshot::Unclear, Some(now), Some(error)),
            Self::Unknown { error, seen } => OutcomeReport::unknown(error, seen),
        }
    }
}

impl Created {
    fn report(&self) -> OutcomeReport<'_> {
        match self {
            Self::Applied { now, differences } => OutcomeReport::shown(Upshot::Applied, now, differences),
            Self::Refused(error) => OutcomeReport::of(Upshot::Refused, None, Some(error)),
            Self::AppliedUnseen { now, error } => OutcomeReport::of(Upshot::AppliedUnseen, Some(now), Some(error)),
            Self::NotApplied(error) => OutcomeReport::of(Upshot::NotApplied, None, Some(error)),
            Self::Unclear { now, error, .. } => OutcomeReport::of(Upshot::Unclear, Some(now), Some(error)),
            Self::Unknown { error, seen } => OutcomeReport::unknown(error, seen),
        }
    }
}

impl Deleted {
    fn report(&self) -> OutcomeReport<'_> {
        match self {
            Self::Applied => OutcomeReport::bare(Upshot::Applied),
            Self::AlreadyGone => OutcomeReport::bare(Upshot::AlreadyGone),
            Self::Moved { now, differences } => OutcomeReport::shown(Upshot::Moved, now, differences),
            Self::CannotCompare => OutcomeReport::bare(Upshot::CannotCompare),
            Self::Refused(error) => OutcomeReport::of(Upshot::Refused, None, Some(error)),
            Self::AppliedUnseen(error) => OutcomeReport::of(Upshot::AppliedUnseen, None, Some(error)),
            Self::NotApplied { now, error } => OutcomeReport::of(Upshot::NotApplied, Some(now), Some(error)),
            Self::Unknown { error, seen } => OutcomeReport::unknown(error, seen),
        }
    }
}

impl Outcome {
    /// What it shows.
    pub fn report(&self) -> OutcomeReport<'_> {
        match self {
            Self::Saved(saved) => saved.report(),
            Self::Changed(changed) => changed.report(),
            Self::Switched(switched) => switched.report(),
            Self::Created(created) => created.report(),
            Self::Deleted(deleted) => deleted.report(),
        }
    }

    /// The same once it is waited for no longer: what was as before until the limit counts as not applied.
    #[must_use]
    pub fn given_up(self) -> Self {
        match self {
            Self::Saved(SaveOutcome::Unknown { error, seen: ReadBack::AsBefore(now) }) => {
                Self::Saved(SaveOutcome::NotApplied { now, error })
            }
            Self::Switched(Switched::Unknown { error, seen: ReadBack::AsBefore(now) }) => {
                Self::Switched(Switched::NotApplied { now, error })
            }
            Self::Deleted(Deleted::Unknown { error, seen: ReadBack::AsBefore(now) }) => {
                Self::Deleted(Deleted::NotApplied { now, error })
            }
            Self::Created(Created::Unknown { error, seen: ReadBack::Absent }) => {
                Self::Created(Created::NotApplied(error))
            }
            outcome => outcome,
        }
    }
}
