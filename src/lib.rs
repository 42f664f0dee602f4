//! sipreg: a terminal console for the SIP registrations of a Yeti switch.
//!
//! - [`domain`]: what a registration is. One table of fields; records, merging, filtering. No I/O.
//! - [`api`]: domain values to HTTP and back. Knows of no screen.
//! - [`live`]: asks nodes for the state of registrations. Knows of no screen.
//! - [`edit`]: checking, saving, switching, creating, deleting: what may be overwritten, and what is true after.
//! - [`keys`]: commands and the keys that ask for them.
//! - [`demo`]: the embedded JSON:API server: a real one, on the loopback interface.
//! - [`config`]: profiles, settings and where each came from.
//! - [`connect`]: from settings to a client.
//! - [`state`]: drafts and the journal on disk.
//! - [`terminal`]: entering, drawing on and leaving a terminal.
//! - [`cli`]: the command line.
//! - [`app`]: the state machine: messages in, effects out.
//! - [`view`]: from the state to a frame.
//! - [`runtime`]: the loop, tasks, signals, time.

/// Version, commit and its date, as `--version` and `doctor` show them.
pub const VERSION: &str = env!("SIPREG_VERSION");

pub mod api;
pub mod app;
pub mod cli;
pub mod config;
pub(crate) mod connect;
#[cfg(feature = "demo")]
pub mod demo;
pub mod domain;
pub mod edit;
pub mod keys;
pub mod live;
pub mod runtime;
pub mod state;
pub mod terminal;
pub mod view;
