//! Where commands write: data to stdout, messages to stderr. Whatever comes from files or servers has its
//! control characters made visible, so that it cannot reach the terminal.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::{self, BufWriter, Write};

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

/// `text` with every character that could steer a terminal, or hide, written as `\u{..}`.
#[must_use]
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_steering) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is_steering(c) {
            // Writing to a string does not fail.
            let _ = write!(shown, "\\u{{{:x}}}", u32::from(c));
        } else {
            shown.push(c);
        }
    }
    Cow::Owned(shown)
}

/// C0, DEL and C1; line and paragraph separators; zero-width characters and tags; whatever changes the direction
/// of text (UAX #9).
const fn is_steering(c: char) -> bool {
    matches!(
        c,
        '\0'..='\u{1f}'
            | '\u{7f}'..='\u{9f}'
            | '\u{ad}'
            | '\u{61c}'
            | '\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_is_printed_can_steer_the_terminal() {
        assert_eq!(visible("a\x1b[2Jb\r\u{9b}1m"), "a\\u{1b}[2Jb\\u{d}\\u{9b}1m");
        assert_eq!(visible("\u{202e}evil\u{200b}"), "\\u{202e}evil\\u{200b}");
        assert_eq!(visible("zwölf 十二"), "zwölf 十二");
    }
}
