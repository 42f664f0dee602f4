//! Ctrl-c while a command runs that may simply be dropped: nothing on the server depends on it.

use std::io;
use std::time::Duration;

use tokio::signal::unix::{Signal, SignalKind, signal};

use super::exit::Exit;
use super::failure::Failure;

/// How long a command that may be dropped has to end by itself. One that waits for a pipe that nobody empties
/// cannot.
pub const GRACE: Duration = Duration::from_millis(60);

/// Ctrl-c as it arrives, from the moment that this is made.
#[derive(Debug)]
pub struct Interrupts(Signal);

impl Interrupts {
    /// Catches Ctrl-c from now on, for the rest of the process.
    ///
    /// # Errors
    /// The system refuses it.
    pub fn catch() -> io::Result<Self> {
        signal(SignalKind::interrupt()).map(Self)
    }

    /// Waits for the next one.
    pub async fn next(&mut self) {
        if self.0.recv().await.is_none() {
            std::future::pending::<()>().await;
        }
    }
}

/// Runs a command that may be dropped at any time, and drops it on Ctrl-c.
///
/// # Errors
/// What stopped it; [`Failure::Interrupted`] after Ctrl-c.
pub async fn unless_interrupted(command: impl Future<Output = Result<Exit, Failure>>) -> Result<Exit, Failure> {
    let mut interrupts = Interrupts::catch().map_err(color_eyre::Report::from)?;
    tokio::select! {
        biased;
        () = interrupts.next() => Err(Failure::Interrupted),
        ended = command => ended,
    }
}
