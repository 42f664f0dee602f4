//! Work under way, by what it is for. A task's panic is the program's panic: it is resumed where the
//! screen is restored.

use tokio::task::{AbortHandle, JoinSet};

use crate::app::core::{Message, Slot};

/// All of it.
#[derive(Debug, Default)]
pub struct Tasks {
    set: JoinSet<Message>,
    handles: Vec<(Slot, AbortHandle)>,
}

impl Tasks {
    /// Starts work that ends in a message.
    pub fn start(&mut self, slot: Slot, work: impl Future<Output = Message> + Send + 'static) {
        self.handles.retain(|(_, handle)| !handle.is_finished());
        self.handles.push((slot, self.set.spawn(work)));
    }

    /// Starts work that keeps a processor busy, away from the loop. It cannot be given up once it runs.
    pub fn start_blocking(&mut self, slot: Slot, work: impl FnOnce() -> Message + Send + 'static) {
        self.handles.retain(|(_, handle)| !handle.is_finished());
        self.handles.push((slot, self.set.spawn_blocking(work)));
    }

    /// Gives up what is under way for a purpose.
    pub fn cancel(&mut self, slot: Slot) {
        for (_, handle) in self.handles.extract_if(.., |(working_for, _)| *working_for == slot) {
            handle.abort();
        }
    }

    /// Whether nothing is under way.
    pub fn is_empty(&self) -> bool {
        self.set.is_empty()
    }

    /// The message of the next work that ends.
    pub async fn next(&mut self) -> Message {
        loop {
            match self.set.join_next().await {
                Some(Ok(message)) => return message,
                Some(Err(error)) => resume_panic(error),
                None => std::future::pending().await,
            }
        }
    }

    /// The message of work that has ended already.
    pub fn try_next(&mut self) -> Option<Message> {
        loop {
            match self.set.try_join_next()? {
                Ok(message) => return Some(message),
                Err(error) => resume_panic(error),
            }
        }
    }

    /// Waits for what is under way, but no longer than the given time. Returns the messages of what ended.
    pub async fn finish(&mut self, patience: std::time::Duration) -> Vec<Message> {
        let mut messages = Vec::new();
        let all = async {
            while let Some(ended) = self.set.join_next().await {
                match ended {
                    Ok(message) => messages.push(message),
                    Err(error) => resume_panic(error),
                }
            }
        };
        // What has not ended by then is reported as unknown.
        let _ = tokio::time::timeout(patience, all).await;
        messages
    }

    /// Ends everything.
    pub async fn stop(&mut self) {
        self.set.shutdown().await;
    }
}

/// Goes on for work that was given up.
fn resume_panic(error: tokio::task::JoinError) {
    if let Ok(panic) = error.try_into_panic() {
        std::panic::resume_unwind(panic);
    }
}
