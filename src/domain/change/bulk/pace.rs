//! How fast records come to their ends, and so how long the rest takes. Time in which nothing was under way, such
//! as a pause, does not count.

use std::time::Duration;

/// Ends so far, and the time that they took.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Pace {
    ended: u32,
    /// Time under way, up to the last rest.
    spent: Duration,
    /// Since when it is under way.
    since: Option<Duration>,
}

impl Pace {
    /// Something is under way from here on.
    pub(super) const fn run(&mut self, now: Duration) {
        if self.since.is_none() {
            self.since = Some(now);
        }
    }

    /// Nothing is under way any more.
    pub(super) const fn rest(&mut self, now: Duration) {
        self.spent = self.busy(now);
        self.since = None;
    }

    /// One more came to its end.
    pub(super) const fn ended(&mut self) {
        self.ended = self.ended.saturating_add(1);
    }

    /// Time in which something was under way.
    pub const fn busy(&self, now: Duration) -> Duration {
        match self.since {
            Some(since) => self.spent.saturating_add(now.saturating_sub(since)),
            None => self.spent,
        }
    }

    /// Ends a second; `None` before the first end.
    pub fn rate(&self, now: Duration) -> Option<f64> {
        let seconds = self.busy(now).as_secs_f64();
        (self.ended > 0 && seconds > 0.0).then(|| f64::from(self.ended) / seconds)
    }

    /// How long so many more take; `None` before the first end.
    pub(super) fn time_for(&self, count: usize, now: Duration) -> Option<Duration> {
        let count = u32::try_from(count).ok()?;
        if self.ended == 0 {
            return None;
        }
        self.busy(now).checked_mul(count).map(|product| product / self.ended)
    }
}
