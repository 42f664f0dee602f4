//! When the app needs to be woken, and what it does then. An idle app asks for no more than once a minute.

use std::time::Duration;

use crate::domain::answer::ConnectionState;

use crate::app::core::{Context, Slot, Tone};
use crate::app::sync::Sync;

/// How long before its end a token is renewed, where it lives long enough.
const RENEW_AHEAD: Duration = Duration::from_secs(30);

/// Seconds of clock difference from which it is reported.
const CLOCKS_APART: i64 = 300;

/// Whose clock counts for what; `ahead` is in seconds.
fn clocks_apart(ahead: i64) -> String {
    let minutes = ahead.unsigned_abs() / 60;
    let span = match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes} min"),
        (hours, _) if hours >= 48 => format!("{} days", hours / 24),
        (hours, 0) => format!("{hours} h"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    };
    let side = if ahead > 0 { "ahead of" } else { "behind" };
    format!(
        "The server's clock is {span} {side} this machine's. Check both clocks; times on screen are this machine's."
    )
}

impl Sync {
    /// The connection reported its state. A token that ends later than the last one is new, and as long is its life.
    pub(in crate::app) fn linked(&mut self, cx: &mut Context, link: ConnectionState) {
        let until = link.token_left.map(|left| cx.now.mono.saturating_add(left));
        if let (Some(left), Some(until)) = (link.token_left, until)
            && self.token_until.is_none_or(|known| until > known + Duration::from_secs(1))
        {
            // A short life must not be spent on renewing: that would be a sign-in every second.
            self.renew_ahead = RENEW_AHEAD.min(left / 20 * 3);
        }
        self.token_until = until;
        let (before, now) = (cx.link.skew.unwrap_or_default(), link.skew.unwrap_or_default());
        cx.link = link;
        if now.abs() >= CLOCKS_APART && now.abs_diff(before) >= CLOCKS_APART.unsigned_abs() {
            cx.say(Tone::Plain, clocks_apart(now));
        }
    }

    /// When a new token is to be had in the background: before the old one ends.
    pub(in crate::app) fn renewal_at(&self, cx: &Context) -> Option<Duration> {
        let until = self.token_until?;
        let under_way = cx.flights.values().any(|(flying, _)| flying.slot == Slot::SignIn);
        if !cx.link.renewable || under_way {
            return None;
        }
        Some(until.saturating_sub(self.renew_ahead).max(cx.now.mono.min(until)))
    }
}
