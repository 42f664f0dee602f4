//! When the terminal's bell rings: at the end of what was done to many records, and when the list goes stale. Once for
//! each, and never twice in a short time.

use std::time::Duration;

/// No two rings are closer than this.
const APART: Duration = Duration::from_secs(30);

/// The bell, and what it rang for.
#[derive(Debug, Clone, Default)]
pub struct Bell {
    /// Whether it rings at all.
    pub on: bool,
    /// The change of many records that is over.
    finished: Option<u64>,
    /// The reading since which the list could not be read.
    stale: Option<Duration>,
    /// When it last rang.
    rang: Option<Duration>,
}

impl Bell {
    /// Takes in the change of many records that is over now, and the last reading of a list that is stale now. Returns
    /// whether it rings.
    pub(in crate::app) fn rings(&mut self, now: Duration, finished: Option<u64>, stale: Option<Duration>) -> bool {
        let ended = finished.is_some() && self.finished != finished;
        // Tries that fail one after the other are one outage, until the list was read again.
        let lost = stale.is_some() && self.stale != stale;
        self.finished = finished;
        self.stale = stale.or(self.stale);
        let quiet = self.rang.is_none_or(|rang| now.saturating_sub(rang) >= APART);
        let rings = self.on && quiet && (ended || lost);
        if rings {
            self.rang = Some(now);
        }
        rings
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn s(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn it_rings_once_for_each_end_and_each_outage() {
        let mut bell = Bell { on: true, ..Bell::default() };
        assert!(!bell.rings(s(0), None, None));
        assert!(bell.rings(s(1), Some(1), None));
        assert!(!bell.rings(s(100), Some(1), None), "it is still over");
        assert!(!bell.rings(s(101), None, None));
        assert!(bell.rings(s(102), Some(1), None), "the failed ones were tried again");
        assert!(bell.rings(s(200), Some(1), Some(s(50))));
        assert!(!bell.rings(s(300), Some(1), None), "another try is under way");
        assert!(!bell.rings(s(301), Some(1), Some(s(50))), "the same outage");
        assert!(bell.rings(s(400), Some(1), Some(s(350))), "it was read in between");
    }

    #[test]
    fn it_never_rings_twice_in_a_short_time_nor_when_it_is_off() {
        let mut bell = Bell { on: true, ..Bell::default() };
        assert!(bell.rings(s(1), Some(1), None));
        assert!(!bell.rings(s(20), Some(2), None));
        assert!(!bell.rings(s(60), Some(2), None), "nor later for what it kept quiet about");
        let mut off = Bell::default();
        assert!(!off.rings(s(1), Some(1), Some(s(0))));
    }
}
