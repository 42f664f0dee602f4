//! Keys, pastes and mouse events as they arrive, until the terminal is gone.
//!
//! It must not know what a key does. It holds no thread and wakes up for nothing but input.

use std::fs::OpenOptions;
use std::io;
use std::os::fd::{AsFd as _, OwnedFd};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::time::Duration;

use crossterm::event::Event;
use rustix::fs::OFlags;
use rustix::io::retry_on_intr;
use tokio::io::{Interest, unix::AsyncFd};
use tokio::time::{Instant, sleep_until};

use crate::terminal::decode::Decoder;

/// How long after an escape the rest of a key may come. A terminal sends a key in one piece, so this matters only
/// where a link breaks it up; it is the delay of the Esc key.
const ESCAPE: Duration = Duration::from_millis(5);

/// What the terminal sends. Drop it while another program has the terminal.
#[derive(Debug)]
pub struct Input {
    terminal: AsyncFd<OwnedFd>,
    decoder: Decoder,
    settle_at: Option<Instant>,
    gone: bool,
}

impl Input {
    /// Opens the terminal a second time, to read it without blocking: the flag on the descriptors that we inherited
    /// would be shared with the shell.
    ///
    /// # Errors
    /// There is no terminal to read from.
    ///
    /// # Panics
    /// Outside a tokio runtime with I/O and time.
    pub fn open() -> io::Result<Self> {
        let stdin = io::stdin();
        let name = rustix::termios::ttyname(&stdin, Vec::new()).ok().and_then(|name| name.into_string().ok());
        // By its own name first, since macOS cannot wait for /dev/tty; that name can be another user's after `su`.
        for path in name.as_deref().into_iter().chain(["/dev/tty"]).map(Path::new) {
            let flags = OFlags::NONBLOCK | OFlags::NOCTTY;
            let opened = OpenOptions::new().read(true).custom_flags(flags.bits().cast_signed()).open(path);
            if let Some(input) = opened.ok().and_then(|file| Self::over(file.into()).ok()) {
                return Ok(input);
            }
        }
        if !rustix::termios::isatty(&stdin) {
            return Err(io::Error::new(io::ErrorKind::Unsupported, "there is no terminal to read keys from"));
        }
        // Last resort: reads only after the kernel says that there is something, so that it does not block.
        Self::over(stdin.as_fd().try_clone_to_owned()?)
    }

    fn over(terminal: OwnedFd) -> io::Result<Self> {
        #[expect(
            deprecated,
            reason = "its successor is unsafe, for types that may close the descriptor; OwnedFd does not"
        )]
        let terminal = AsyncFd::with_interest(terminal, Interest::READABLE)?;
        Ok(Self { terminal, decoder: Decoder::default(), settle_at: None, gone: false })
    }

    /// Waits for the next event. `None`: the terminal is gone, and stays so. Cancelling loses nothing.
    pub async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.decoder.next() {
                return Some(event);
            }
            if self.gone {
                return None;
            }
            let settle_at = self.settle_at;
            tokio::select! {
                biased;
                () = self.read() => {}
                () = async { sleep_until(settle_at.unwrap_or_else(Instant::now)).await }, if settle_at.is_some() => {
                    self.decoder.settle();
                    self.settle_at = None;
                }
            }
        }
    }

    /// Reads what there is, once. An end of file or any error but "later" means that the terminal hung up.
    async fn read(&mut self) {
        let mut bytes = [0; 4096];
        let Ok(mut ready) = self.terminal.readable().await else {
            self.gone = true;
            return;
        };
        let read = ready.try_io(|terminal| Ok(retry_on_intr(|| rustix::io::read(terminal, &mut bytes))?));
        match read {
            Ok(Ok(count @ 1..)) => {
                self.decoder.feed(bytes.get(..count).unwrap_or_default());
                self.settle_at = self.decoder.is_undecided().then(|| Instant::now() + ESCAPE);
            }
            Ok(Ok(0) | Err(_)) => self.gone = true,
            Err(_would_block) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use crossterm::event::{KeyCode, KeyEvent};

    use super::*;

    /// A pipe stands for the terminal: both are read the same way.
    fn pair() -> (std::io::PipeWriter, Input) {
        let (reader, writer) = std::io::pipe().unwrap();
        let flags = rustix::fs::fcntl_getfl(&reader).unwrap();
        rustix::fs::fcntl_setfl(&reader, flags | OFlags::NONBLOCK).unwrap();
        (writer, Input::over(reader.into()).unwrap())
    }

    #[tokio::test]
    async fn keys_arrive_in_order_and_the_end_ends() {
        let (mut keyboard, mut input) = pair();
        keyboard.write_all(b"j\x1b[A").unwrap();
        assert_eq!(input.next().await, Some(Event::Key(KeyEvent::from(KeyCode::Char('j')))));
        assert_eq!(input.next().await, Some(Event::Key(KeyEvent::from(KeyCode::Up))));
        drop(keyboard);
        assert_eq!(input.next().await, None);
        assert_eq!(input.next().await, None);
    }

    #[tokio::test]
    async fn a_lone_escape_is_the_key() {
        let (mut keyboard, mut input) = pair();
        keyboard.write_all(b"\x1b").unwrap();
        assert_eq!(input.next().await, Some(Event::Key(KeyEvent::from(KeyCode::Esc))));
    }
}
