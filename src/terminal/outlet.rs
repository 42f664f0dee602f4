//! The way to the terminal, without waiting for it: a terminal that stops reading (Ctrl-s, a link that is dead for a
//! minute) must hold up nothing but the picture. It must not know what the bytes mean.

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::OFlags;

/// The terminal of the session, for every process in it.
const OURS: &str = "/dev/tty";

fn open_without_waiting(path: &Path) -> Option<File> {
    let flags = OFlags::NONBLOCK | OFlags::NOCTTY;
    OpenOptions::new().write(true).custom_flags(flags.bits().cast_signed()).open(path).ok()
}

fn by_name(stdout: &impl AsFd) -> Option<File> {
    let name = rustix::termios::ttyname(stdout, Vec::new()).ok()?;
    open_without_waiting(Path::new(name.to_str().ok()?))
}

/// Nothing where standard output is another terminal than the one of the session: only of that one a process may ask
/// for its foreground group.
fn of_session(stdout: &impl AsFd) -> Option<File> {
    rustix::termios::tcgetpgrp(stdout).ok()?;
    open_without_waiting(Path::new(OURS))
}

/// A descriptor of the terminal for writing, and what it has not taken yet.
#[derive(Debug)]
pub struct Outlet {
    terminal: File,
    waiting: Vec<u8>,
}

impl Outlet {
    /// Opens the terminal on standard output once more: not to wait is a property of what was opened, and what we
    /// inherited is shared with the shell. After `su` its name is another user's and closed to us; as the terminal of
    /// our session it has a second name that is open to everyone in it. Where it cannot be opened by either, writes
    /// wait for the terminal.
    ///
    /// # Errors
    /// There is no standard output.
    pub fn open() -> io::Result<Self> {
        let stdout = io::stdout();
        let terminal = match by_name(&stdout).or_else(|| of_session(&stdout)) {
            Some(terminal) => terminal,
            None => File::from(stdout.as_fd().try_clone_to_owned()?),
        };
        Ok(Self::over(terminal))
    }

    const fn over(terminal: File) -> Self {
        Self { terminal, waiting: Vec::new() }
    }

    /// Whether the terminal has not taken all yet. Nothing but the end of that is worth drawing then.
    pub const fn is_behind(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// Hands on what is waiting, as far as the terminal takes it.
    ///
    /// # Errors
    /// The terminal is gone.
    pub fn catch_up(&mut self) -> io::Result<()> {
        while !self.waiting.is_empty() {
            match self.terminal.write(&self.waiting) {
                Ok(0) => return Err(ErrorKind::WriteZero.into()),
                Ok(taken) => drop(self.waiting.drain(..taken)),
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Gives up what is waiting: another program gets the terminal.
    pub fn forget(&mut self) {
        self.waiting.clear();
    }

    /// Waits until the terminal has taken all, but no longer than the given time. Returns whether it has.
    pub fn drain(&mut self, patience: Duration) -> bool {
        let Ok(patience) = Timespec::try_from(patience) else { return false };
        loop {
            if self.catch_up().is_err() {
                return false;
            }
            if !self.is_behind() {
                return true;
            }
            let mut ready = [PollFd::new(&self.terminal, PollFlags::OUT)];
            match poll(&mut ready, Some(&patience)) {
                Ok(1..) => {}
                Ok(0) | Err(_) => return false,
            }
        }
    }

    /// The same terminal, to wait until it takes more.
    ///
    /// # Errors
    /// The system refuses another descriptor.
    pub fn descriptor(&self) -> io::Result<OwnedFd> {
        self.terminal.as_fd().try_clone_to_owned()
    }
}

impl AsFd for Outlet {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.terminal.as_fd()
    }
}

impl Write for Outlet {
    /// Takes everything, at once.
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.waiting.extend_from_slice(bytes);
        self.catch_up()?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    #[test]
    fn what_the_reader_does_not_take_waits_in_order() {
        // A pipe stands for the terminal: both are full at some point.
        let (mut reader, writer) = io::pipe().unwrap();
        rustix::io::ioctl_fionbio(&writer, true).unwrap();
        let mut outlet = Outlet::over(File::from(OwnedFd::from(writer)));
        let text: Vec<u8> = (0..300_000_u32).map(|index| u8::try_from(index % 251).unwrap()).collect();
        outlet.write_all(&text[..250_000]).unwrap();
        outlet.write_all(&text[250_000..]).unwrap();
        assert!(outlet.is_behind() && !outlet.drain(Duration::from_millis(1)));
        let mut got = vec![0; text.len()];
        let mut read = 0;
        while read < got.len() {
            read += reader.read(&mut got[read..]).unwrap();
            outlet.catch_up().unwrap();
        }
        assert!(got == text && !outlet.is_behind() && outlet.drain(Duration::ZERO));
        drop(reader);
        // A program that another test starts at this moment has the pipe as well, until it runs.
        poll(&mut [PollFd::new(&outlet.terminal, PollFlags::empty())], None).unwrap();
        assert!(outlet.write_all(b"x").is_err(), "nobody reads any more");
    }
}
