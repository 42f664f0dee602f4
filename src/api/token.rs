//! What a token says of itself: until when it lasts. It is read, not verified: that is the server's task.
//! Knows no clock: times are arguments.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use tokio::time::Instant;

/// `exp` of a JWT, in seconds since 1970; `None` where the text is no JWT or has no end.
pub(super) fn expiry(token: &str) -> Option<i64> {
    let payload = token.split('.').nth(1)?.trim_end_matches('=');
    let bytes = URL_SAFE_NO_PAD.decode(payload).ok()?;
    let claims: serde_json::Value = serde_json::from_slice(&bytes).ok()?;
    let exp = claims.get("exp")?;
    #[expect(clippy::cast_possible_truncation, reason = "a NumericDate may have a fraction; the cast saturates")]
    exp.as_i64().or_else(|| exp.as_f64().map(|seconds| seconds as i64))
}

/// One look at a server's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ClockReading {
    /// What it showed, in seconds since 1970.
    pub date: i64,
    /// When that was.
    pub at: Instant,
}

/// How long until `exp` on the clock that was seen. The instant moves on even where the wall clock is set.
pub(super) fn left(exp: i64, seen: ClockReading, now: Instant) -> Duration {
    let at_sight = u64::try_from(exp.saturating_sub(seen.date)).unwrap_or_default();
    Duration::from_secs(at_sight).saturating_sub(now.saturating_duration_since(seen.at))
}

/// How long before its end a token is replaced: 20 s, or a tenth of a short life.
pub(super) fn margin(lifetime: Duration) -> Duration {
    Duration::from_secs(20).min(lifetime / 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(payload: &str) -> String {
        format!("e30.{}.sig", URL_SAFE_NO_PAD.encode(payload))
    }

    #[test]
    fn the_end_is_read_from_the_payload() {
        assert_eq!(expiry(&token(r#"{"sub":1,"aud":["admin"],"exp":1795427036}"#)), Some(1_795_427_036));
        assert_eq!(expiry(&token(r#"{"exp":1795427036.5}"#)), Some(1_795_427_036));
    }

    #[test]
    fn a_token_without_an_end_lasts() {
        for odd in ["", ".", "a.b.c", "..", &token("{}"), &token("[]"), &token(r#"{"exp":"soon"}"#), "e30.!!.x"] {
            assert_eq!(expiry(odd), None, "{odd}");
        }
    }

    #[test]
    fn what_is_left_runs_down_on_the_monotonic_clock() {
        let at = Instant::now();
        let seen = ClockReading { date: 1_000, at };
        assert_eq!(left(1_600, seen, at), Duration::from_secs(600));
        assert_eq!(left(1_600, seen, at + Duration::from_secs(599)), Duration::from_secs(1));
        assert_eq!(left(1_600, seen, at + Duration::from_secs(700)), Duration::ZERO);
        assert_eq!(left(900, seen, at), Duration::ZERO);
        assert_eq!(left(i64::MIN, seen, at), Duration::ZERO);
    }

    #[test]
    fn a_short_life_leaves_a_short_margin() {
        assert_eq!(margin(Duration::from_secs(600)), Duration::from_secs(20));
        assert_eq!(margin(Duration::from_secs(2)), Duration::from_millis(200));
    }
}
