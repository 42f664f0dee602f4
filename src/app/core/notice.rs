//! What the user was shown this session, and what of it is on the message line now.

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
    pub const fn word(self) -> &'static str {
        match self {
            Self::Good => "OK",
            Self::Plain => "--",
            Self::Bad => "!!",
        }
    }

    /// Lines that a long text gets: an error is shown with what to do, however long its reason is.
    pub const fn lines(self) -> usize {
        match self {
            Self::Bad => 3,
            Self::Good | Self::Plain => 2,
        }
    }
}

/// Why a command is not carried out, as a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CommandRefusal {
    /// There is nothing to do, or it is not for here and now.
    Idle(String),
    /// It cannot be done.
    Bad(String),
    /// The profile is read-only.
    ReadOnly(String),
}

impl CommandRefusal {
    /// How it is meant, and the sentence.
    pub fn notice(self) -> (Tone, String) {
        match self {
            Self::Idle(text) => (Tone::Plain, text),
            Self::Bad(text) | Self::ReadOnly(text) => (Tone::Bad, text),
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

impl Notice {
    /// Cells for its text on a line of so many: a blank on either side, and its word in front.
    pub fn room(&self, cells: u16) -> usize {
        usize::from(cells).saturating_sub(self.tone.word().len() + 4).max(1)
    }
}

/// How many notices are kept for the list of messages.
const KEPT: usize = 500;

/// How long an error stays at least before a key takes it away.
const STAYS: Duration = Duration::from_secs(3);

/// How long what came by itself, and answers no key, stays at least: a key under way must not take it away unseen.
const UNASKED: Duration = Duration::from_secs(1);

/// All of them.
#[derive(Debug, Clone, Default)]
pub struct Notices {
    said: Vec<Notice>,
    shown_since: Option<Duration>,
    /// Whether a key is being answered.
    answering: bool,
    /// Whether the last one answered a key.
    answered: bool,
    /// Whether something was said since the last frame.
    fresh: bool,
}

impl Notices {
    /// Says something. The same sentence as the one on the line now is not said twice.
    pub fn say(&mut self, now: Moment, tone: Tone, text: impl Into<String>) {
        let text = text.into();
        self.answered = self.answering;
        self.fresh = true;
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

    /// A key was pressed: what answered the one before goes from the line; an error stays for a while.
    pub fn key_pressed(&mut self, now: Moment) {
        let stays = match (self.said.last().map(|last| last.tone), self.answered) {
            (Some(Tone::Bad), _) => STAYS,
            (_, true) => Duration::ZERO,
            (_, false) => UNASKED,
        };
        if self.shown_since.is_some_and(|since| now.since(since) >= stays) {
            self.shown_since = None;
        }
        self.answering = true;
    }

    /// All that a message brought was said. Where it brought another screen, what was said on the one before goes: its
    /// keys may mean something else here. Only an error that came by itself stays until it can have been read.
    pub fn expire(&mut self, now: Moment, other_screen: bool) {
        let unasked_error = !self.answered && self.said.last().is_some_and(|last| last.tone == Tone::Bad);
        let stays = unasked_error && self.shown_since.is_some_and(|since| now.since(since) < STAYS);
        if other_screen && !self.fresh && !stays {
            self.shown_since = None;
        }
        self.fresh = false;
        self.answering = false;
    }

    /// What stands on the message line.
    pub fn current(&self) -> Option<&Notice> {
        self.shown_since.and_then(|_| self.said.last())
    }

    /// Everything said, oldest first.
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
    fn an_error_stays_until_a_key_after_three_seconds() {
        let mut notices = Notices::default();
        notices.say(at(0), Tone::Bad, "failed");
        notices.expire(at(0), false);
        notices.key_pressed(at(2));
        assert_eq!(notices.current().map(|notice| notice.text.as_str()), Some("failed"));
        notices.expire(at(2), true);
        assert!(notices.current().is_some(), "on another screen too");
        notices.key_pressed(at(3));
        assert_eq!(notices.current(), None);
        assert_eq!(notices.all().len(), 1);
    }

    #[test]
    fn an_error_that_answered_a_key_does_not_stay_on_another_screen() {
        let mut notices = Notices::default();
        notices.key_pressed(at(0));
        notices.say(at(0), Tone::Bad, "not sent: expire is not a number");
        notices.expire(at(0), false);
        notices.key_pressed(at(1));
        notices.expire(at(1), false);
        assert!(notices.current().is_some(), "for a while on the screen that it is about");
        notices.key_pressed(at(2));
        notices.expire(at(2), true);
        assert_eq!(notices.current(), None);
    }

    #[test]
    fn an_answer_to_a_key_goes_with_the_next_key_and_with_another_screen() {
        let mut notices = Notices::default();
        let answer = |notices: &mut Notices| {
            notices.key_pressed(at(0));
            notices.say(at(0), Tone::Good, "done");
            notices.expire(at(0), true);
            assert!(notices.current().is_some(), "said for the screen that it brought");
        };
        answer(&mut notices);
        notices.key_pressed(at(0));
        assert_eq!(notices.current(), None);
        answer(&mut notices);
        notices.expire(at(0), true);
        assert_eq!(notices.current(), None);
    }

    #[test]
    fn what_came_by_itself_is_not_taken_away_by_a_key_under_way() {
        let mut notices = Notices::default();
        notices.say(at(0), Tone::Good, "saved");
        notices.expire(at(0), false);
        notices.key_pressed(at(0));
        assert!(notices.current().is_some());
        notices.key_pressed(at(1));
        assert_eq!(notices.current(), None);
    }
}
