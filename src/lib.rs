//! sipreg: a terminal console for the SIP registrations of a Yeti switch.
//!
//! - [`domain`]: what a registration is. One table of fields; records, merging, filtering. No I/O.
//! - [`api`]: domain values to HTTP and back. Knows of no screen.
//! - [`demo`]: the embedded JSON:API server: a real one, on the loopback interface.
//! - [`config`]: profiles, settings and where each came from.
//! - [`runtime`]: the loop, tasks, signals and time.
//! - [`terminal`]: entering, drawing on and leaving a terminal.

pub mod api;
pub mod config;
pub mod demo;
pub mod domain;
pub mod runtime;
pub mod terminal;
