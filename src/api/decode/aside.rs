//! Reading large answers away from the loop, for as long as someone waits: who gives up, or has waited for long
//! enough, stops it at the next record.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::api::document::Malformed;
use crate::api::error::Failure;

/// Bodies below this are read where they are: they take about a millisecond.
const SMALL: usize = 256 << 10;

/// Says that no one waits any more.
#[derive(Debug, Clone, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// What stands in place of a parser's word.
    pub const REASON: &str = "reading it was given up";

    /// Asks.
    pub fn ask(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether someone asked.
    pub fn is_asked(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// # Errors
    /// The reading was stopped on request.
    pub(super) fn check(&self) -> Result<(), Malformed> {
        if self.is_asked() { Err(Malformed::new(Self::REASON)) } else { Ok(()) }
    }
}

/// Asks when it is dropped.
struct Asking(Stop);

impl Drop for Asking {
    fn drop(&mut self) {
        self.0.ask();
    }
}

/// Does what keeps a processor busy for a body of so many bytes, for this long at most.
///
/// # Errors
/// It took too long.
pub(in crate::api) async fn aside<T: Send + 'static>(
    bytes: usize,
    limit: Duration,
    read: impl FnOnce(Stop) -> T + Send + 'static,
) -> Result<T, Failure> {
    let stop = Stop::default();
    if bytes < SMALL {
        return Ok(read(stop));
    }
    let asking = Asking(stop.clone());
    let reading = tokio::task::spawn_blocking(move || read(stop));
    let Ok(ended) = tokio::time::timeout(limit, reading).await else {
        return Err(Failure::TimedOut { limit });
    };
    drop(asking);
    match ended {
        Ok(read) => Ok(read),
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(_) => Err(Failure::Unreadable { status: None, reason: Stop::REASON.to_owned() }),
        },
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    #[tokio::test]
    async fn who_gives_up_stops_the_reading() {
        let (reported, ended) = mpsc::channel();
        let reading = aside(SMALL, Duration::from_secs(3_600), move |stop| {
            while !stop.is_asked() {
                std::thread::yield_now();
            }
            reported.send(()).unwrap();
        });
        tokio::select! {
            biased;
            _ = reading => unreachable!("it waits to be stopped"),
            () = tokio::task::yield_now() => {}
        }
        ended.recv().unwrap();
    }

    #[tokio::test]
    async fn reading_counts_as_waiting_for_an_answer() {
        let limit = Duration::from_millis(20);
        let read = aside(SMALL, limit, |stop| {
            while !stop.is_asked() {
                std::thread::yield_now();
            }
        });
        assert!(matches!(read.await, Err(Failure::TimedOut { .. })));
        assert!(matches!(aside(1, limit, |_| 7).await, Ok(7)));
    }
}
