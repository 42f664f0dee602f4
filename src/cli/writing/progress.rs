//! One line on the terminal that says how far it is, written over and taken away again. Where messages go to a
//! file there is none; where data go to the terminal too, they say it themselves.

use std::io::{self, IsTerminal as _, Write as _};
use std::time::Duration;

/// The line.
#[derive(Debug)]
pub struct ProgressLine {
    wanted: bool,
    shown: bool,
}

impl ProgressLine {
    /// A line that is shown where it helps: `reported` says that each result is on the terminal already.
    pub fn of(reported: bool) -> Self {
        Self { wanted: !reported && io::stderr().is_terminal(), shown: false }
    }

    /// How many of how many are over.
    pub fn show(&mut self, ended: usize, total: usize, left: Option<Duration>) {
        let left = left.map_or_else(String::new, |left| format!(", {} left", clock(left)));
        self.line(&format!("{ended} of {total}{left}"));
    }

    /// Anything else, on one line without control characters.
    pub fn line(&mut self, text: &str) {
        if self.wanted {
            // stderr is gone: nothing can be shown.
            let _ = write!(io::stderr(), "\r{text}\x1b[K");
            self.shown = true;
        }
    }

    /// Takes the line away.
    pub fn clear(&mut self) {
        if std::mem::take(&mut self.shown) {
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
    }
}

impl Drop for ProgressLine {
    fn drop(&mut self) {
        self.clear();
    }
}

/// `4:35`, or `35 s` under a minute.
pub fn clock(span: Duration) -> String {
    let seconds = span.as_millis().div_ceil(1000);
    if seconds < 60 { format!("{seconds} s") } else { format!("{}:{:02}", seconds / 60, seconds % 60) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_rounded_up_to_seconds_and_has_minutes_from_sixty_on() {
        for (millis, text) in [
            (0, "0 s"),
            (1, "1 s"),
            (1_000, "1 s"),
            (1_001, "2 s"),
            (59_000, "59 s"),
            (59_001, "1:00"),
            (275_000, "4:35"),
        ] {
            assert_eq!(clock(Duration::from_millis(millis)), text);
        }
        assert_eq!(clock(Duration::from_secs(3_605)), "60:05");
    }
}
