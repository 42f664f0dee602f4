//! What tests and measurements share, each piece of it once. Whoever needs some of it takes it whole:
//!
//!     #[path = "kit/kit.rs"]
//!     mod kit;
//!
//! A layer uses those above it:
//!
//! | what a test has | where |
//! |---|---|
//! | records and answers, the text of a screen, figures of a process | `records`, `picture`, `process` |
//! | a server: the embedded one with faults, one that says any bytes, one that encrypts | `server`, `raw`, `tls_server` |
//! | the console as a state machine: how it begins; over records and replies of the test, each request answered once; over the embedded server; how what it says is meant | `setup`, `desk`, `sitting`, `tones` |
//! | a home with configuration, files and journal; the command line there; a command on record | `home`, `command`, `transcript` |
//! | any program on a pseudo-terminal; the console on it | `launch`, `pty`, `console` |
#![expect(dead_code, reason = "no binary uses all of it")]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops where something fails that it needs"
)]

pub mod command;
pub mod console;
pub mod desk;
pub mod home;
pub mod launch;
pub mod picture;
pub mod process;
pub mod pty;
pub mod raw;
pub mod records;
pub mod server;
pub mod setup;
pub mod sitting;
pub mod tls_server;
pub mod tones;
pub mod transcript;

use std::time::Duration;

use tokio::runtime::Runtime;

/// How long something may take before a test gives up; generous, because it is only reached by failures.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// What runs a server beside a test.
pub fn runtime() -> Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap()
}
