//! What tests and measurements share. Each piece is there once, and a test binary takes all of it:
//!
//!     #[path = "kit/kit.rs"]
//!     mod kit;
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

use std::time::Duration;

use tokio::runtime::Runtime;

/// How long something may take before a test gives up; generous, because it is only reached by failures.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// What runs a server beside a test.
pub fn runtime() -> Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap()
}
