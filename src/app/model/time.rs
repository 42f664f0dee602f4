//! A point in time as a value: the app never asks a clock.

use std::time::Duration;

use chrono::{DateTime, Utc};

/// Now, on both clocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// Since the program started; never jumps.
    pub mono: Duration,
    /// Time of day; may jump.
    pub wall: DateTime<Utc>,
}

impl Moment {
    /// Time passed since an earlier moment.
    pub const fn since(self, earlier: Duration) -> Duration {
        self.mono.saturating_sub(earlier)
    }
}

/// An age in the coarse words of a status line: it changes once a minute at most, so an idle screen stays
/// silent.
pub fn coarse(age: Duration) -> String {
    let minutes = age.as_secs() / 60;
    match minutes {
        0 => "<1m".to_owned(),
        1..=119 => format!("{minutes}m"),
        _ => format!("{}h", minutes / 60),
    }
}

/// How long from `age` until [`coarse`] reads differently.
pub const fn until_coarse_changes(age: Duration) -> Duration {
    Duration::from_secs(60 - age.as_secs() % 60).saturating_sub(Duration::from_nanos(age.subsec_nanos() as u64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_read_coarsely_and_change_when_told() {
        assert_eq!(coarse(Duration::from_secs(59)), "<1m");
        assert_eq!(coarse(Duration::from_secs(60)), "1m");
        assert_eq!(coarse(Duration::from_secs(7_260)), "2h");
        let age = Duration::from_millis(59_400);
        assert_eq!(until_coarse_changes(age), Duration::from_millis(600));
    }
}
