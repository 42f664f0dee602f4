//! When to draw: at once after a quiet time, and once more; else on a deadline that the first change set and
//! that no further change pushes back. Pure.

use std::time::Duration;

/// Least time between two frames in the long run.
const APART: Duration = Duration::from_millis(8);

/// What is known of the last frames and of changes since.
#[derive(Debug, Clone, Copy, Default)]
pub struct Frames {
    last: Option<Duration>,
    before: Option<Duration>,
    deadline: Option<Duration>,
}

impl Frames {
    /// Something changed that a frame may show. A second frame may follow the first at once, since what a key asked
    /// a worker for is often there a few milliseconds later; the third waits for the time of both.
    pub fn changed(&mut self, now: Duration) {
        if self.deadline.is_none() {
            self.deadline = Some(self.before.map_or(now, |before| now.max(before + 2 * APART)));
        }
    }

    /// When the next frame is due, if one is.
    pub const fn deadline(&self) -> Option<Duration> {
        self.deadline
    }

    /// Whether a frame is due.
    pub fn is_due(&self, now: Duration) -> bool {
        self.deadline.is_some_and(|deadline| deadline <= now)
    }

    /// A frame was drawn.
    pub const fn drawn(&mut self, now: Duration) {
        self.before = self.last.replace(now);
        self.deadline = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn ms(count: u64) -> Duration {
        Duration::from_millis(count)
    }

    #[test]
    fn the_first_change_after_a_quiet_time_is_drawn_at_once() {
        let mut frames = Frames::default();
        assert!(!frames.is_due(ms(1_000)));
        frames.changed(ms(5));
        assert!(frames.is_due(ms(5)));
        frames.drawn(ms(5));
        frames.changed(ms(100));
        assert!(frames.is_due(ms(100)));
    }

    #[test]
    fn what_a_key_asked_a_worker_for_is_drawn_right_after_the_key() {
        let mut frames = Frames::default();
        frames.changed(ms(100));
        frames.drawn(ms(100));
        frames.changed(ms(104));
        assert!(frames.is_due(ms(104)));
    }

    #[test]
    fn a_stream_of_changes_is_drawn_twice_in_sixteen_milliseconds_and_cannot_push_a_frame_back() {
        let mut frames = Frames::default();
        let mut drawn = Vec::new();
        for now in 0..48 {
            frames.changed(ms(now));
            if frames.is_due(ms(now)) {
                frames.drawn(ms(now));
                drawn.push(now);
            }
        }
        assert_eq!(drawn, [0, 1, 16, 17, 32, 33]);
    }
}
