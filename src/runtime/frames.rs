//! When to draw. Pure: time is an argument.
//!
//! A first change is drawn at once, more of them at a deadline that the first one set: a stream of messages can
//! neither starve the screen nor make it draw more often than is of use.

use std::time::{Duration, Instant};

/// No two frames begin closer together than this.
pub const INTERVAL: Duration = Duration::from_millis(8);

/// Decides when the next frame is due.
#[derive(Debug, Default)]
pub struct Frames {
    last: Option<Instant>,
    due: Option<Instant>,
}

impl Frames {
    /// Something that is shown changed.
    pub fn changed(&mut self, now: Instant) {
        let due = self.last.map_or(now, |last| (last + INTERVAL).max(now));
        self.due.get_or_insert(due);
    }

    /// When to draw: at this time, or now if it has passed. `None`: nothing changed, sleep.
    #[must_use]
    pub fn deadline(&self) -> Option<Instant> {
        self.due
    }

    /// Whether to draw now.
    #[must_use]
    pub fn is_due(&self, now: Instant) -> bool {
        self.due.is_some_and(|due| due <= now)
    }

    /// A frame was drawn: everything that changed until now is on the screen.
    pub fn drawn(&mut self, now: Instant) {
        self.last = Some(now);
        self.due = None;
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "one arbitrary point in time to count from")]
mod tests {
    use super::*;

    fn ms(count: u64) -> Duration {
        Duration::from_millis(count)
    }

    #[test]
    fn nothing_is_drawn_when_nothing_changed() {
        let start = Instant::now();
        let mut frames = Frames::default();
        assert_eq!(frames.deadline(), None);
        frames.changed(start);
        frames.drawn(start);
        assert_eq!(frames.deadline(), None);
        assert!(!frames.is_due(start + ms(1000)));
    }

    #[test]
    fn a_change_after_a_pause_is_drawn_at_once() {
        let start = Instant::now();
        let mut frames = Frames::default();
        frames.changed(start);
        assert!(frames.is_due(start));
        frames.drawn(start);
        frames.changed(start + ms(50));
        assert!(frames.is_due(start + ms(50)));
    }

    #[test]
    fn a_stream_of_changes_neither_starves_the_screen_nor_floods_it() {
        let start = Instant::now();
        let mut frames = Frames::default();
        let mut drawn = Vec::new();
        for at in 0..=40 {
            let now = start + ms(at);
            frames.changed(now);
            if frames.is_due(now) {
                frames.drawn(now);
                drawn.push(at);
            }
        }
        assert_eq!(drawn, [0, 8, 16, 24, 32, 40]);
    }

    #[test]
    fn later_changes_do_not_push_the_deadline_back() {
        let start = Instant::now();
        let mut frames = Frames::default();
        frames.drawn(start);
        frames.changed(start + ms(1));
        frames.changed(start + ms(7));
        assert_eq!(frames.deadline(), Some(start + INTERVAL));
        frames.changed(start + ms(9));
        assert_eq!(frames.deadline(), Some(start + INTERVAL));
    }
}
