//! When to draw: at once after a quiet time, else on a deadline that the first change set and that no
//! further change pushes back. Pure.

use std::time::Duration;

/// Least time between two frames.
const APART: Duration = Duration::from_millis(8);

/// What is known of the last frame and of changes since.
#[derive(Debug, Clone, Copy, Default)]
pub struct Frames {
    last: Option<Duration>,
    deadline: Option<Duration>,
}

impl Frames {
    /// Something changed that a frame may show.
    pub fn changed(&mut self, now: Duration) {
        if self.deadline.is_none() {
            self.deadline = Some(self.last.map_or(now, |last| now.max(last + APART)));
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
        self.last = Some(now);
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
    fn a_stream_of_changes_cannot_push_the_frame_back() {
        let mut frames = Frames::default();
        frames.changed(ms(0));
        frames.drawn(ms(0));
        for now in 1..8 {
            frames.changed(ms(now));
            assert!(!frames.is_due(ms(now)));
        }
        assert_eq!(frames.deadline(), Some(ms(8)));
        assert!(frames.is_due(ms(8)));
    }
}
