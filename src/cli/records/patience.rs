//! Reading again where the server is busy or the connection broke.

use std::time::Duration;

use crate::api;
use crate::domain::request_error::{RequestError, RequestErrorKind};

/// How often a read is tried again that failed for now.
const RETRIES: u32 = 2;

/// A server that asks for a longer wait is not waited for.
const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// Reads, and once or twice again where the server is busy or the connection broke.
///
/// # Errors
/// The last failure.
pub async fn patiently<T, F>(read: impl Fn() -> F) -> Result<T, RequestError>
where
    F: Future<Output = Result<T, api::Error>>,
{
    let mut attempt = 1;
    loop {
        let error = match read().await {
            Ok(answer) => return Ok(answer),
            Err(error) => error.error(),
        };
        let Some(wait) = again_in(&error, attempt) else { return Err(error) };
        tokio::time::sleep(wait).await;
        attempt += 1;
    }
}

/// How long to wait before a read is tried again; `None`: do not. A server that is not there, or took all the time
/// that it was given, is reported at once.
fn again_in(error: &RequestError, attempt: u32) -> Option<Duration> {
    if attempt > RETRIES || matches!(error.kind, RequestErrorKind::Unreachable | RequestErrorKind::TimedOut) {
        return None;
    }
    // Spread by the request's own number, which differs from process to process.
    let noise = error.request_id.as_deref().map_or(0, |id| id.bytes().map(u32::from).sum::<u32>() % 100);
    error.retry_in(attempt, f64::from(noise) / 100.0).filter(|wait| *wait <= LONGEST_WAIT)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(kind: RequestErrorKind, status: Option<u16>, retry_after: Option<u64>) -> RequestError {
        RequestError {
            // Its bytes make 300.
            request_id: Some("ddd".to_owned()),
            retry_after: retry_after.map(Duration::from_secs),
            ..RequestError::of_kind(kind, status)
        }
    }

    #[test]
    fn a_busy_server_is_read_again_twice_and_one_that_is_not_there_never() {
        let busy = error(RequestErrorKind::Busy, Some(503), None);
        let seconds = |attempt| again_in(&busy, attempt).map(|wait| wait.as_millis());
        assert_eq!([seconds(1), seconds(2), seconds(3)], [Some(1_000), Some(2_000), None]);
        assert!(again_in(&error(RequestErrorKind::Cut, None, None), 1).is_some());
        for kind in [RequestErrorKind::Unreachable, RequestErrorKind::TimedOut, RequestErrorKind::Forbidden] {
            assert_eq!(again_in(&error(kind, None, None), 1), None, "{kind:?}");
        }
    }

    #[test]
    fn a_server_that_asks_for_a_longer_wait_than_ten_seconds_is_not_waited_for() {
        let asking = |seconds| again_in(&error(RequestErrorKind::Busy, Some(429), Some(seconds)), 1);
        assert_eq!(asking(10), Some(Duration::from_secs(10)));
        assert_eq!(asking(11), None);
    }

    #[test]
    fn the_wait_is_spread_by_the_number_of_the_request() {
        // 101 + 50 of 100 are 51.
        let named = |id: &str| RequestError {
            request_id: Some(id.to_owned()),
            ..error(RequestErrorKind::Busy, Some(503), None)
        };
        assert_eq!(again_in(&named("e2"), 1), Some(Duration::from_secs(1).mul_f64(1.0 + 0.51 / 4.0)));
    }
}
