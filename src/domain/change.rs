//! Changing registrations: merge, plans, bulk work, outcomes, and the journal.

pub mod apply;
pub mod bulk;
pub mod change_log;
pub mod journal;
pub mod merge;
pub mod outcome;
pub mod outlook;
pub mod plan;
pub mod recheck;
pub mod verdict;
