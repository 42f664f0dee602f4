//! Signals that a terminal program must heed.

use std::io;

use tokio::signal::unix::{Signal, SignalKind, signal};

/// What was heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    /// SIGTERM or SIGINT: end.
    Terminate,
    /// SIGHUP: the terminal is gone.
    HangUp,
    /// SIGTSTP from outside: stop as a shell expects.
    Stop,
    /// SIGCONT: running again.
    Continue,
}

/// All of them.
#[derive(Debug)]
pub struct Signals {
    terminate: Signal,
    interrupt: Signal,
    hang_up: Signal,
    stop: Signal,
    going_on: Signal,
}

impl Signals {
    /// Starts listening.
    ///
    /// # Errors
    /// The system lets nobody listen.
    pub fn listen() -> io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            hang_up: signal(SignalKind::hangup())?,
            stop: signal(SignalKind::from_raw(rustix::process::Signal::TSTP.as_raw()))?,
            going_on: signal(SignalKind::from_raw(rustix::process::Signal::CONT.as_raw()))?,
        })
    }

    /// The next one.
    pub async fn next(&mut self) -> Heard {
        tokio::select! {
            biased;
            _ = self.hang_up.recv() => Heard::HangUp,
            _ = self.terminate.recv() => Heard::Terminate,
            _ = self.interrupt.recv() => Heard::Terminate,
            _ = self.stop.recv() => Heard::Stop,
            _ = self.going_on.recv() => Heard::Continue,
        }
    }
}
