//! A slow line between the terminal and who looks at it: latency in each direction, so many bits a second towards
//! the user, and no more bytes under way than a connection over SSH would have.

use std::time::{Duration, Instant};

/// Bytes that may be under way before the program's writes have to wait.
const UNDER_WAY: usize = 64 << 10;

/// The line.
#[derive(Debug, Clone, Copy)]
pub struct Link {
    /// How long a byte takes, there and back.
    pub round_trip: Duration,
    /// Bits a second towards the user.
    pub bits: Option<u32>,
}

impl Link {
    /// None at all: the user sits at the machine.
    pub const LOCAL: Self = Self { round_trip: Duration::ZERO, bits: None };

    /// A bad one: 80 ms there and back, 256 kbit/s.
    pub const SLOW: Self = Self { round_trip: Duration::from_millis(80), bits: Some(256_000) };

    /// How long a key is under way.
    pub fn up(self) -> Duration {
        self.round_trip / 2
    }
}

/// The direction towards the user.
#[derive(Debug)]
pub struct Downlink {
    link: Link,
    free_at: Option<Instant>,
}

impl Downlink {
    /// Nothing is under way yet.
    pub fn new(link: Link) -> Self {
        Self { link, free_at: None }
    }

    /// When the last of some bytes, written now, is seen.
    pub fn carry(&mut self, bytes: usize, written: Instant) -> Instant {
        let Some(bits) = self.link.bits else { return written + self.link.round_trip / 2 };
        let starts = self.free_at.map_or(written, |free_at| free_at.max(written));
        let free_at = starts + time_of(bytes, bits);
        self.free_at = Some(free_at);
        free_at + self.link.round_trip / 2
    }

    /// When more bytes are taken.
    pub fn takes_more_at(&self) -> Option<Instant> {
        let free_at = self.free_at?;
        free_at.checked_sub(time_of(UNDER_WAY, self.link.bits?))
    }
}

fn time_of(bytes: usize, bits: u32) -> Duration {
    let bits_to_send = u32::try_from(bytes * 8).unwrap_or(u32::MAX);
    Duration::from_secs_f64(f64::from(bits_to_send) / f64::from(bits))
}
