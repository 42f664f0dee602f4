//! Where commands write: data to stdout, messages to stderr. Whatever comes from files or servers has its
//! control characters made visible, so that it cannot reach the terminal.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::{self, BufWriter, Write};

use unicode_width::UnicodeWidthChar as _;

use crate::domain::text::{MARKS_PER_CHARACTER, is_hidden};

/// Both streams of a command.
pub struct Output {
    data: Box<dyn Write>,
    messages: Box<dyn Write>,
}

impl Output {
    /// Those of this process. Stdout stays locked.
    #[must_use]
    pub fn standard() -> Self {
        Self { data: Box::new(BufWriter::new(io::stdout().lock())), messages: Box::new(io::stderr()) }
    }

    /// One line of data, with its control characters made visible.
    ///
    /// # Errors
    /// The stream does not take it; a closed pipe is [`io::ErrorKind::BrokenPipe`].
    pub fn line(&mut self, text: &str) -> io::Result<()> {
        self.data.write_all(visible(text).as_bytes())?;
        self.data.write_all(b"\n")
    }

    /// Sends off what was written so far. To be called before a wait, and at the end.
    ///
    /// # Errors
    /// As [`Output::line`].
    pub fn flush(&mut self) -> io::Result<()> {
        self.data.flush()
    }

    /// A message for people: each of its lines with its control characters made visible.
    pub fn message(&mut self, text: &str) {
        for line in text.lines() {
            // There is nobody left to tell that stderr is gone.
            let _ = writeln!(self.messages, "{}", visible(line));
        }
        let _ = self.messages.flush();
    }
}

impl std::fmt::Debug for Output {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Output")
    }
}

/// `text` with every character that could steer a terminal, or hide, written as `\u{..}`, and so is each mark on a
/// letter beyond the few that writing needs.
#[must_use]
pub fn visible(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|byte| (0x20..0x7f).contains(&byte)) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    let mut marks = 0;
    for c in text.chars() {
        marks = if c.width() == Some(0) { marks + 1 } else { 0 };
        if is_hidden(c) || marks > MARKS_PER_CHARACTER {
            // Writing to a string does not fail.
            let _ = write!(shown, "\\u{{{:x}}}", u32::from(c));
        } else {
            shown.push(c);
        }
    }
    Cow::Owned(shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_is_printed_can_steer_the_terminal() {
        assert_eq!(visible("a\x1b[2Jb\r\u{9b}1m"), "a\\u{1b}[2Jb\\u{d}\\u{9b}1m");
        assert_eq!(visible("\u{202e}evil\u{200b}"), "\\u{202e}evil\\u{200b}");
        assert_eq!(visible("zwölf 十二"), "zwölf 十二");
        assert_eq!(visible("\u{2028}\u{3164}\u{feff}\t"), "\\u{2028}\\u{3164}\\u{feff}\\u{9}");
    }

    #[test]
    fn a_flood_of_marks_cannot_cover_other_lines() {
        let shown = visible("e\u{301}\u{301}\u{301}\u{301}x").into_owned();
        assert_eq!(shown, "e\u{301}\u{301}\u{301}\\u{301}x");
    }
}
