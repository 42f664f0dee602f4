//! Keys, pastes and mouse events as they arrive, until the terminal is gone.
//!
//! It must not know what a key does. It holds no thread and wakes up for nothing but input.

use std::fs::OpenOptions;
use std::io;
use std::os::fd::{AsFd as _, OwnedFd};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::time::Duration;

use rustix::fs::OFlags;
use rustix::io::retry_on_intr;
use tokio::io::{Interest, unix::AsyncFd};
use tokio::time::{Instant, sleep_until};

use crate::terminal::decode::{Decoder, Event, InputEncoding};

/// Most bytes that are taken for one read: what was there already came at once.
const AT_ONCE: usize = 64 << 10;

/// How to read the keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InputOptions {
    /// How long a lone escape waits for the rest of a key.
    pub escape_delay: Duration,
    /// How the terminal sends what is not ASCII.
    pub encoding: InputEncoding,
}

/// What the terminal sends. Drop it while another program has the terminal.
#[derive(Debug)]
pub struct TerminalInput {
    terminal: AsyncFd<OwnedFd>,
    decoder: Decoder,
    /// Where the decoder's clock begins.
    began: Instant,
    /// Whether a read without input comes back at once.
    never_blocks: bool,
    /// Whether the terminal sends nothing any more.
    hung_up: bool,
}

impl TerminalInput {
    /// Opens the terminal a second time, to read it without blocking: the flag on the descriptors that we inherited
    /// would be shared with the shell.
    ///
    /// # Errors
    /// There is no terminal to read from.
    ///
    /// # Panics
    /// Outside a tokio runtime with I/O and time.
    pub fn open(manner: InputOptions) -> io::Result<Self> {
        let stdin = io::stdin();
        let name = rustix::termios::ttyname(&stdin, Vec::new()).ok().and_then(|name| name.into_string().ok());
        // By its own name first, since macOS cannot wait for /dev/tty; that name can be another user's after `su`.
        for path in name.as_deref().into_iter().chain(["/dev/tty"]).map(Path::new) {
            let flags = OFlags::NONBLOCK | OFlags::NOCTTY;
            let opened = OpenOptions::new().read(true).custom_flags(flags.bits().cast_signed()).open(path);
            if let Some(input) = opened.ok().and_then(|file| Self::over(file.into(), manner).ok()) {
                return Ok(input);
            }
        }
        if !rustix::termios::isatty(&stdin) {
            return Err(io::Error::new(io::ErrorKind::Unsupported, "no terminal to read keys from"));
        }
        // Last resort: reads only after the kernel says that there is something, so that it does not block.
        Self::over(stdin.as_fd().try_clone_to_owned()?, manner)
    }

    fn over(terminal: OwnedFd, manner: InputOptions) -> io::Result<Self> {
        let decoder = Decoder::new(manner.escape_delay, manner.encoding);
        let never_blocks = rustix::fs::fcntl_getfl(&terminal).is_ok_and(|flags| flags.contains(OFlags::NONBLOCK));
        #[expect(
            deprecated,
            reason = "its successor is unsafe, for types that may close the descriptor; OwnedFd does not"
        )]
        let terminal = AsyncFd::with_interest(terminal, Interest::READABLE)?;
        Ok(Self { terminal, decoder, began: Instant::now(), never_blocks, hung_up: false })
    }

    /// Forgets what came so far, whole or in part: someone else had the terminal.
    pub fn forget(&mut self) {
        self.decoder = self.decoder.fresh();
    }

    /// The next event of those that came together, without waiting.
    pub fn at_hand(&mut self) -> Option<Event> {
        self.decoder.next()
    }

    /// Waits for the next event. `None`: the terminal is gone, and stays so. Cancelling loses nothing.
    pub async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.decoder.next() {
                return Some(event);
            }
            if self.hung_up {
                return None;
            }
            let deadline = self.decoder.deadline().map(|at| self.began + at);
            tokio::select! {
                biased;
                () = self.read() => {}
                () = async { sleep_until(deadline.unwrap_or_else(Instant::now)).await }, if deadline.is_some() => {
                    let now = self.began.elapsed();
                    self.decoder.elapse(now);
                }
            }
        }
    }

    /// Reads what there is: all of it came at once. An end of file or any error but "later" means that the terminal
    /// hung up.
    async fn read(&mut self) {
        let Ok(mut ready) = self.terminal.readable().await else {
            self.hung_up = true;
            return;
        };
        let mut all = Vec::new();
        while all.len() < AT_ONCE {
            let mut bytes = [0; 4096];
            let read = ready.try_io(|terminal| Ok(retry_on_intr(|| rustix::io::read(terminal, &mut bytes))?));
            match read {
                Ok(Ok(count @ 1..)) => all.extend_from_slice(bytes.get(..count).unwrap_or_default()),
                Ok(Ok(0) | Err(_)) => {
                    self.hung_up = true;
                    break;
                }
                Err(_would_block) => break,
            }
            // The last resort of `open` may block where nothing is left.
            if !self.never_blocks {
                break;
            }
        }
        if !all.is_empty() {
            self.decoder.feed(self.began.elapsed(), &all);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use crossterm::event::{KeyCode, KeyEvent};

    use super::*;

    const MANNER: InputOptions =
        InputOptions { escape_delay: Duration::from_millis(50), encoding: InputEncoding::Utf8 };

    /// A pipe stands for the terminal: both are read the same way.
    fn pair() -> (std::io::PipeWriter, TerminalInput) {
        let (reader, writer) = std::io::pipe().unwrap();
        let flags = rustix::fs::fcntl_getfl(&reader).unwrap();
        rustix::fs::fcntl_setfl(&reader, flags | OFlags::NONBLOCK).unwrap();
        (writer, TerminalInput::over(reader.into(), MANNER).unwrap())
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
