//! Changing registrations: drafts, merge, plans, bulk work, outcomes, and the journal.

pub(crate) mod apply;
pub(crate) mod assignment;
pub mod bulk;
pub(crate) mod change_log;
pub mod draft;
pub mod journal;
pub mod merge;
pub mod outcome;
pub(crate) mod outlook;
pub mod plan;
pub(crate) mod recheck;
pub mod stored_draft;
pub(crate) mod verdict;

pub use bulk::RecordOutcome;
pub use draft::Draft;
pub use journal::{Action, Change, Ending, JournalLine, WriteId};
pub use merge::{Cause, Decision, Difference, FieldMerge, Merge};
pub use outcome::{Aim, ChangeOutcome, Checked, Outcome, ReadBack, SaveOutcome, Toggle, Upshot};
pub(crate) use outlook::Outlook;
pub use plan::{Mark, PlanLine, UnfinishedPlan};
pub(crate) use recheck::Recheck;
pub use stored_draft::{HeldBy, OtherDrafts, Version};
