//! What sipreg keeps between runs: drafts, the journal, how lists look, tokens of `sipreg login` and the names of the
//! last list, in files that only their owner can read. Small files, blocking calls. Knows of no screen and no
//! server, and the only secret that it sees is a token.

pub mod adopt;
pub mod drafts;
pub mod error;
pub mod journal;
pub mod leftover;
pub mod names;
pub mod plans;
pub mod profile_file;
pub mod tokens;
pub mod undo;
pub mod unsent;

mod atomic_write;
mod folder;
mod lock;
mod name;
