//! The signals that concern a program on a terminal.
//!
//! It must not know what is done about them.

use std::io;
use std::task::{Context, Poll, Waker};

use rustix::process::Signal as Number;
use tokio::signal::unix::{Signal as Stream, SignalKind, signal};

/// What was asked of us from outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// SIGTERM: end, saving what there is.
    Terminate,
    /// SIGHUP: the terminal is gone; end, writing nothing to it.
    HangUp,
    /// SIGINT, sent by hand: in raw mode Ctrl-c is a key.
    Interrupt,
    /// SIGTSTP, sent by hand: stop, as Ctrl-z would.
    Stop,
    /// SIGCONT: we were stopped and go on.
    Continue,
    /// SIGWINCH: the terminal has another size.
    Resize,
}

/// The signals as they arrive. They are caught from the moment that this is made.
#[derive(Debug)]
pub struct Signals {
    terminate: Stream,
    hang_up: Stream,
    interrupt: Stream,
    stop: Stream,
    go_on: Stream,
    resize: Stream,
}

impl Signals {
    /// Catches the signals from now on, for the rest of the process: tokio never gives one back.
    ///
    /// # Errors
    /// The system refuses it.
    ///
    /// # Panics
    /// Outside a tokio runtime with I/O.
    pub fn catch() -> io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            hang_up: signal(SignalKind::hangup())?,
            interrupt: signal(SignalKind::interrupt())?,
            stop: signal(SignalKind::from_raw(Number::TSTP.as_raw()))?,
            go_on: signal(SignalKind::from_raw(Number::CONT.as_raw()))?,
            resize: signal(SignalKind::window_change())?,
        })
    }

    /// The signal to end while another program had the terminal. Whatever else came was that program's.
    pub fn after_editor(&mut self) -> Option<Signal> {
        let mut context = Context::from_waker(Waker::noop());
        let mut came = |stream: &mut Stream| matches!(stream.poll_recv(&mut context), Poll::Ready(Some(())));
        let hung_up = came(&mut self.hang_up);
        let terminated = came(&mut self.terminate);
        for stream in [&mut self.interrupt, &mut self.stop, &mut self.go_on, &mut self.resize] {
            let _ = came(stream);
        }
        if hung_up { Some(Signal::HangUp) } else { terminated.then_some(Signal::Terminate) }
    }

    /// Waits for the next one; the gravest first where there are several. Cancelling loses none.
    pub async fn next(&mut self) -> Signal {
        tokio::select! {
            biased;
            Some(()) = self.hang_up.recv() => Signal::HangUp,
            Some(()) = self.terminate.recv() => Signal::Terminate,
            Some(()) = self.interrupt.recv() => Signal::Interrupt,
            Some(()) = self.go_on.recv() => Signal::Continue,
            Some(()) = self.stop.recv() => Signal::Stop,
            Some(()) = self.resize.recv() => Signal::Resize,
            else => std::future::pending().await,
        }
    }
}
