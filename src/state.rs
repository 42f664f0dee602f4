//! What sipreg keeps between runs: drafts, the journal, how lists look, in files that only their owner can read. Small
//! files, blocking calls. Knows of no screen and no server, and never sees a secret.

pub mod drafts;
pub mod error;
pub mod journal;
pub mod leftover;
pub mod single;

mod claim;
mod folder;
mod name;
mod steps;
