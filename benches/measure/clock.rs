//! The one place that looks at the time.

use std::time::{Duration, Instant};

/// Now.
#[expect(clippy::disallowed_methods, reason = "a measurement is about real time")]
pub fn now() -> Instant {
    Instant::now()
}

/// Waits until then.
pub fn wait_until(at: Instant) {
    std::thread::sleep(at.saturating_duration_since(now()));
}

/// In milliseconds.
pub fn ms(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1_000.0
}
