//! Ctrl-c, and what else asks a command to end: SIGTERM, and a terminal that is gone. Here a command is simply
//! dropped, because nothing on the server depends on it; one that writes has its own way to end.

use std::io;
use std::time::Duration;

use rustix::process::Signal as Signals;
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::{CommandFailure, CommandResult};

/// How long a command that may be dropped has to end by itself. One that waits for a pipe that no one reads
/// cannot.
pub const GRACE: Duration = Duration::from_millis(60);

/// Ctrl-c, SIGTERM and SIGHUP as they arrive, from the moment that this is made.
#[derive(Debug)]
pub struct Interrupts {
    interrupt: Signal,
    terminate: Signal,
    /// None where whoever started us, such as `nohup`, wants us to outlive the terminal.
    hang_up: Option<Signal>,
}

impl Interrupts {
    /// Catches them from now on, for the rest of the process.
    ///
    /// # Errors
    /// The system refuses it.
    pub fn catch() -> io::Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hang_up: if outlives_its_terminal() { None } else { Some(signal(SignalKind::hangup())?) },
        })
    }

    /// Waits for the next one.
    pub async fn next(&mut self) {
        let hung_up = async {
            match &mut self.hang_up {
                Some(hang_up) => hang_up.recv().await,
                None => None,
            }
        };
        tokio::select! {
            Some(()) = self.interrupt.recv() => {}
            Some(()) = self.terminate.recv() => {}
            Some(()) = hung_up => {}
            else => std::future::pending().await,
        }
    }

    /// Waits for something that may be dropped, unless the request to end comes first.
    ///
    /// # Errors
    /// It came: [`CommandFailure::Interrupted`].
    pub async fn unless_interrupted<T>(&mut self, wait: impl Future<Output = T>) -> CommandResult<T> {
        tokio::select! {
            biased;
            () = self.next() => Err(CommandFailure::Interrupted),
            ended = wait => Ok(ended),
        }
    }
}

/// Whether SIGHUP is ignored. Known on Linux only; elsewhere it is taken not to be.
fn outlives_its_terminal() -> bool {
    let Ok(status) = std::fs::read_to_string("/proc/self/status") else { return false };
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    mask.is_some_and(|mask| mask & 1 << (Signals::HUP.as_raw() - 1) != 0)
}

/// Runs a command that may be dropped at any time, and drops it when it is asked to end.
///
/// # Errors
/// What stopped it; [`CommandFailure::Interrupted`] then.
pub async fn unless_interrupted(command: impl Future<Output = CommandResult>) -> CommandResult {
    Interrupts::catch().map_err(color_eyre::Report::from)?.unless_interrupted(Box::pin(command)).await?
}
