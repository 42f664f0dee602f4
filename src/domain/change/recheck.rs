//! When a record is read again after a write that no one answered: the server may do it late. Console and commands
//! wait by the same schedule. Knows of no clock: times are counted from the moment the write was given up.

use std::time::Duration;

/// After so many seconds the record is read again; later only once a minute.
const AFTER: [u64; 5] = [2, 5, 15, 30, 60];

/// Readings of one record until a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recheck {
    limit: Duration,
}

impl Recheck {
    /// What the console does: five readings within a minute. After it, "not applied within 60 s".
    pub const CONSOLE: Self = Self::within(Duration::from_secs(60));

    /// Readings up to this limit, with a last one at the limit itself; none at all for zero.
    pub const fn within(limit: Duration) -> Self {
        Self { limit }
    }

    /// The limit.
    pub const fn limit(self) -> Duration {
        self.limit
    }

    /// When to read next, where the last reading began at `passed`; `None` once the limit has come.
    pub fn next_after(self, passed: Duration) -> Option<Duration> {
        if passed >= self.limit {
            return None;
        }
        let fixed = AFTER.into_iter().map(Duration::from_secs).find(|point| *point > passed);
        let next = fixed.unwrap_or_else(|| Duration::from_secs((passed.as_secs() / 60 + 1) * 60));
        Some(next.min(self.limit))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn points(limit: u64) -> Vec<u64> {
        let recheck = Recheck::within(Duration::from_secs(limit));
        let next = |passed: &Duration| recheck.next_after(*passed);
        std::iter::successors(recheck.next_after(Duration::ZERO), next).map(|point| point.as_secs()).collect()
    }

    #[test]
    fn a_record_is_read_again_after_2_5_15_30_and_60_seconds() {
        assert_eq!(points(60), [2, 5, 15, 30, 60]);
        assert_eq!(Recheck::CONSOLE.limit(), Duration::from_secs(60));
    }

    #[test]
    fn the_last_reading_is_at_the_limit() {
        assert_eq!(points(0), [0; 0]);
        assert_eq!(points(1), [1]);
        assert_eq!(points(20), [2, 5, 15, 20]);
        assert_eq!(points(200), [2, 5, 15, 30, 60, 120, 180, 200]);
    }

    proptest! {
        #[test]
        fn a_late_reading_skips_what_it_missed(passed in 0_u64..10_000, limit in 0_u64..10_000) {
            let next = Recheck::within(Duration::from_secs(limit)).next_after(Duration::from_secs(passed));
            match next {
                Some(next) => prop_assert!(next.as_secs() > passed && next.as_secs() <= limit),
                None => prop_assert!(passed >= limit),
            }
        }
    }
}
