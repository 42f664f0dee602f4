//! What sipreg keeps between runs: drafts, the journal, how lists look, tokens of `sipreg login` and the names of the
//! last list, in files that only their owner can read. Small files, blocking calls. Knows of no screen and no
//! server, and the only secret that it sees is a token.

pub(crate) mod adopt;
pub(crate) mod drafts;
mod fault;
pub(crate) mod journal;
pub(crate) mod log_fault;
pub(crate) mod names;
pub mod plans;
pub(crate) mod profile_file;
pub(crate) mod tokens;
pub(crate) mod undo;
pub(crate) mod unsaved;
pub(crate) mod unsent;

mod atomic_write;
mod folder;
mod lock;
mod name;
