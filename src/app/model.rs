//! What is known besides the records themselves: drafts, the history of this session, columns, time.

pub(crate) mod argument_mistake;
pub mod columns;
pub mod drafts;
pub mod found_bounce;
pub(crate) mod history;
pub mod journal_file;
pub(crate) mod lint_basis;
pub mod live;
pub mod looks;
pub(crate) mod marks;
pub(crate) mod part;
pub(crate) mod piece;
pub mod time;
pub(crate) mod tips;
