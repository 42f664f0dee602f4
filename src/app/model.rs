//! What is known besides the records themselves: drafts, the history of this session, columns, time.

pub mod columns;
pub(crate) mod drafts;
pub(crate) mod history;
pub(crate) mod lint_basis;
pub mod live;
pub(crate) mod marks;
pub(crate) mod part;
pub mod time;
pub(crate) mod tips;
