//! Waits until a terminal that stopped reading takes more. It must not know what is written.

use std::os::fd::OwnedFd;
use std::time::Duration;

use tokio::io::{Interest, unix::AsyncFd};

use crate::terminal::Screen;

/// How often a terminal is tried that cannot be waited for.
const AGAIN: Duration = Duration::from_millis(250);

/// The terminal, as something to wait for.
#[derive(Debug)]
pub struct TerminalOutput(Option<AsyncFd<OwnedFd>>);

impl TerminalOutput {
    /// Over the terminal of a screen.
    pub fn of(screen: &mut Screen) -> Self {
        #[expect(
            deprecated,
            reason = "its successor is unsafe, for types that may close the descriptor; OwnedFd does not"
        )]
        let terminal =
            screen.descriptor().ok().and_then(|terminal| AsyncFd::with_interest(terminal, Interest::WRITABLE).ok());
        Self(terminal)
    }

    /// Returns when the terminal may take more. Cancelling loses nothing.
    pub async fn writable(&self) {
        let Some(terminal) = &self.0 else { return tokio::time::sleep(AGAIN).await };
        match terminal.writable().await {
            // Reported again after the next attempt, with what comes between the two.
            Ok(mut ready) => ready.clear_ready(),
            Err(_) => tokio::time::sleep(AGAIN).await,
        }
    }
}
