//! Changing registrations: merge, plans, bulk work, outcomes, and the journal.

pub(crate) mod apply;
pub mod bulk;
pub(crate) mod change_log;
pub mod journal;
pub mod merge;
pub mod outcome;
pub(crate) mod outlook;
pub mod plan;
pub(crate) mod recheck;
pub(crate) mod verdict;
