//! Questions about user and password at the terminal device, so that a pipe on standard input or output is left
//! alone. A secret is asked for only once the terminal shows nothing any more.

use crate::domain::text::without_line_end;
use std::fs::{File, OpenOptions};
use std::io::{self, BufRead as _, BufReader, Write as _};

use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};

/// The device of the terminal that this process belongs to.
const TERMINAL: &str = "/dev/tty";

/// A line that is shown while it is typed.
///
/// # Errors
/// There is no terminal, or it was closed without an answer.
pub fn line(question: &str) -> io::Result<String> {
    let mut terminal = open()?;
    terminal.write_all(question.as_bytes())?;
    read(&terminal)
}

/// A line that is not shown. Echo is off before the question appears: whoever answers at once, a person or a script
/// that waits for the question, shows nothing either.
///
/// # Errors
/// There is no terminal, it does not obey, or it was closed without an answer.
pub fn secret(question: &str) -> io::Result<String> {
    let terminal = open()?;
    let hidden = Hidden::of(&terminal)?;
    (&terminal).write_all(question.as_bytes())?;
    let answer = read(&terminal);
    drop(hidden);
    if answer.is_ok() {
        // The Enter that ended it was not shown.
        (&terminal).write_all(b"\n")?;
    }
    answer
}

fn open() -> io::Result<File> {
    OpenOptions::new().read(true).write(true).open(TERMINAL)
}

fn read(mut terminal: &File) -> io::Result<String> {
    let mut line = String::new();
    if BufReader::new(terminal).read_line(&mut line)? == 0 {
        terminal.write_all(b"\n")?;
        return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "it was closed without an answer"));
    }
    Ok(without_line_end(&line).to_owned())
}

/// A terminal without echo, until this is dropped.
struct Hidden<'t> {
    terminal: &'t File,
    modes: Termios,
}

impl<'t> Hidden<'t> {
    fn of(terminal: &'t File) -> io::Result<Self> {
        let modes = tcgetattr(terminal)?;
        let mut hidden = modes.clone();
        hidden.local_modes.remove(LocalModes::ECHO);
        tcsetattr(terminal, OptionalActions::Now, &hidden)?;
        Ok(Self { terminal, modes })
    }
}

impl Drop for Hidden<'_> {
    fn drop(&mut self) {
        // There is no other way to recover.
        let _ = tcsetattr(self.terminal, OptionalActions::Now, &self.modes);
    }
}
