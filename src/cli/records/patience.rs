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
