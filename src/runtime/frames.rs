//! When to draw: at once after a quiet time, and once more; else on a deadline that the first change set and
//! that no further change pushes back. Pure.

use std::time::Duration;

use crate::app::core::{Message, Read};
use crate::app::sync::sweep::FIRST_PAGE;

/// Least time between two frames in the long run.
const APART: Duration = Duration::from_millis(8);

/// Least time between the last frame and one for what no one waits for.
const LEISURE: Duration = Duration::from_millis(25);

/// How long a round of the nodes waits for the order and the counts that follow from it: one frame shows all.
const GATHERED: Duration = Duration::from_millis(40);

/// Whether someone waits to see a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Urgency {
    /// It answers a key.
    Awaited,
    /// It came by itself: one page of a hundred, a count. If each were drawn, keys would wait for that.
    Leisurely,
    /// It came by itself, and more follows from it.
    Gathering,
    /// It may follow from what is gathered; else a key asked for it.
    Order,
    /// It may follow from what is gathered; else it came by itself.
    Count,
}

impl Urgency {
    /// That of what a message changes.
    pub fn of(message: &Message) -> Self {
        match message {
            Message::Reply { read: Read::Page { size, .. }, result: Ok(_), .. } if *size != FIRST_PAGE => {
                Self::Leisurely
            }
            Message::Live { .. } => Self::Gathering,
            Message::Arranged { .. } => Self::Order,
            Message::Counted { .. } => Self::Count,
            Message::Linked(_) | Message::DraftKept { result: Ok(()), .. } => Self::Leisurely,
            _ => Self::Awaited,
        }
    }
}

/// What is known of the last frames and of changes since.
#[derive(Debug, Clone, Copy, Default)]
pub struct Frames {
    last: Option<Duration>,
    before: Option<Duration>,
    deadline: Option<Duration>,
    gathers: bool,
}

impl Frames {
    /// Something changed that a frame may show. A second frame may follow the first at once, since what a key asked
    /// a worker for is often there a few milliseconds later; the third waits for the time of both.
    pub fn changed(&mut self, now: Duration, urgency: Urgency) {
        let earliest = match urgency {
            Urgency::Order | Urgency::Count if self.gathers => return,
            Urgency::Awaited | Urgency::Order => self.before.map_or(now, |before| before + 2 * APART),
            Urgency::Leisurely | Urgency::Count => self.last.map_or(now, |last| last + LEISURE),
            Urgency::Gathering => now + GATHERED,
        };
        self.gathers |= urgency == Urgency::Gathering;
        let wanted = now.max(earliest);
        self.deadline = Some(self.deadline.map_or(wanted, |deadline| deadline.min(wanted)));
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
        self.gathers = false;
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
        frames.changed(ms(5), Urgency::Awaited);
        assert!(frames.is_due(ms(5)));
        frames.drawn(ms(5));
        frames.changed(ms(100), Urgency::Awaited);
        assert!(frames.is_due(ms(100)));
    }

    #[test]
    fn what_a_key_asked_a_worker_for_is_drawn_right_after_the_key() {
        let mut frames = Frames::default();
        frames.changed(ms(100), Urgency::Awaited);
        frames.drawn(ms(100));
        frames.changed(ms(104), Urgency::Awaited);
        assert!(frames.is_due(ms(104)));
    }

    #[test]
    fn a_stream_of_changes_is_drawn_twice_in_sixteen_milliseconds_and_cannot_push_a_frame_back() {
        let mut frames = Frames::default();
        let mut drawn = Vec::new();
        for now in 0..48 {
            frames.changed(ms(now), Urgency::Awaited);
            if frames.is_due(ms(now)) {
                frames.drawn(ms(now));
                drawn.push(now);
            }
        }
        assert_eq!(drawn, [0, 1, 16, 17, 32, 33]);
    }

    #[test]
    fn a_round_of_the_nodes_is_drawn_once_with_the_order_and_the_counts_that_follow() {
        let mut frames = Frames::default();
        frames.drawn(ms(0));
        frames.changed(ms(1_000), Urgency::Gathering);
        frames.changed(ms(1_005), Urgency::Order);
        frames.changed(ms(1_030), Urgency::Count);
        assert_eq!(frames.deadline(), Some(ms(1_040)));
        frames.drawn(ms(1_040));
        assert_eq!(frames.deadline(), None);
        frames.changed(ms(2_000), Urgency::Order);
        assert!(frames.is_due(ms(2_000)), "a key asked for it");
    }

    #[test]
    fn a_key_does_not_wait_for_the_round_of_the_nodes() {
        let mut frames = Frames::default();
        frames.changed(ms(1_000), Urgency::Gathering);
        frames.changed(ms(1_010), Urgency::Awaited);
        assert!(frames.is_due(ms(1_010)));
    }

    #[test]
    fn what_comes_by_itself_leaves_time_for_keys_and_holds_none_up() {
        let mut frames = Frames::default();
        frames.changed(ms(0), Urgency::Leisurely);
        frames.drawn(ms(0));
        frames.changed(ms(5), Urgency::Leisurely);
        assert_eq!(frames.deadline(), Some(ms(25)));
        frames.changed(ms(9), Urgency::Awaited);
        assert!(frames.is_due(ms(9)));
        frames.drawn(ms(9));
        frames.changed(ms(200), Urgency::Leisurely);
        assert!(frames.is_due(ms(200)), "after a quiet time at once");
    }
}
