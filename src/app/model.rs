//! What is known besides the records themselves: drafts, the history of this session, columns, time.

pub mod columns;
pub mod drafts;
pub mod history;
pub mod lint_basis;
pub mod live;
pub mod marks;
pub mod part;
pub mod time;
pub mod tips;
