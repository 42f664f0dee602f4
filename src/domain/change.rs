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
