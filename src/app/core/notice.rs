//! What the user was told this session, and what of it is on the message line now.

use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::app::model::time::Moment;

/// How a notice is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Done.
    Good,
    /// To know.
    Plain,
    /// Did not work.
    Bad,
}

impl Tone {
    /// The word in front of it: state is never colour alone.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Good => "OK",
            Self::Plain => "--",
            Self::Bad => "!!",
        }
    }
}

/// One sentence to the user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// When, by the time of day.
    pub at: DateTime<Utc>,
    /// How it is meant.
    pub tone: Tone,
    /// The sentence; may quote the server, so it is hostile until made visible.
    pub text: String,
}

/// How many notices are kept for the list of messages.
const KEPT: usize = 500;

/// How long a notice stays at least before a key takes it away.
const STAYS: Duration = Duration::from_secs(3);

/// All of them.
#[derive(Debug, Clone, Default)]
pub struct Notices {
    said: Vec<Notice>,
    shown_since: Option<Duration>,
}

impl Notices {
    /// Says something. The same sentence as the one on the line now is not said twice.
    pub fn say(&mut self, now: Moment, tone: Tone, text: impl Into<String>) {
        let text = text.into();
        if self.shown_since.is_some() && self.said.last().is_some_and(|last| last.text == text) {
            self.shown_since = Some(now.mono);
            return;
        }
        if self.said.len() == KEPT {
            self.said.remove(0);
        }
        self.said.push(Notice { at: now.wall, tone, text });
        self.shown_since = Some(now.mono);
    }

    /// A key was pressed: what was said long enough ago goes from the line.
    pub fn key_pressed(&mut self, now: Moment) {
        if self.shown_since.is_some_and(|since| now.since(since) >= STAYS) {
            self.shown_since = None;
        }
    }

    /// What stands on the message line.
    #[must_use]
    pub fn current(&self) -> Option<&Notice> {
        self.shown_since.and_then(|_| self.said.last())
    }

    /// Everything said, oldest first.
    #[must_use]
    pub fn all(&self) -> &[Notice] {
        &self.said
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Moment {
        Moment { mono: Duration::from_secs(seconds), wall: DateTime::UNIX_EPOCH }
    }

    #[test]
    fn a_notice_stays_until_a_key_after_three_seconds() {
        let mut notices = Notices::default();
        notices.say(at(0), Tone::Good, "done");
        notices.key_pressed(at(2));
        assert_eq!(notices.current().map(|notice| notice.text.as_str()), Some("done"));
        notices.key_pressed(at(3));
        assert_eq!(notices.current(), None);
        assert_eq!(notices.all().len(), 1);
    }
}
