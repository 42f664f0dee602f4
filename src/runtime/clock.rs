//! The one place that asks for the time.

use std::time::Duration;

use crate::app::model::time::Moment;

/// Both clocks, the monotonic one from the program's start.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    started: tokio::time::Instant,
}

impl Clock {
    /// Starts counting.
    pub fn start() -> Self {
        Self { started: tokio::time::Instant::now() }
    }

    /// Now.
    #[expect(clippy::disallowed_methods, reason = "this is where the time of day comes from")]
    pub fn now(&self) -> Moment {
        Moment { mono: self.started.elapsed(), wall: chrono::Utc::now() }
    }

    /// When a monotonic time comes.
    pub fn instant(&self, mono: Duration) -> tokio::time::Instant {
        self.started + mono
    }
}
