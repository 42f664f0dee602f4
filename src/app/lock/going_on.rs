//! What goes on while the console is locked, for its screen: how many writes, and until when. No record is named.

use std::time::Duration;

use crate::app::core::Context;
use crate::app::store::Store;
use crate::app::write::Writes;
use crate::app::write::bulk::{Batch, BatchStep, Leg, registrations};

impl Writes {
    /// What the token is still needed for, in sentences.
    pub fn going_on(&self, cx: &Context, store: &Store) -> Vec<String> {
        let mut lines = Vec::new();
        let alone = store.writes.under_way.values().filter(|under_way| !under_way.among_many).count();
        match alone {
            0 => {}
            1 => lines.push("1 change is running.".to_owned()),
            several => lines.push(format!("{several} changes are running.")),
        }
        lines.extend(self.bulk.as_ref().filter(|batch| batch.is_going()).map(|batch| reported(batch, cx)));
        if let Some((count, until)) = store.writes.read_back_until() {
            let noun = if count == 1 { "change has no known result" } else { "changes have no known result" };
            lines.push(format!("{count} {noun} yet: checked until {}.", clock(cx, until)));
        }
        lines
    }
}

fn reported(batch: &Batch, cx: &Context) -> String {
    let many = registrations(batch.bulk.items().len());
    match batch.step {
        BatchStep::Waiting(wait) if wait.then == Leg::On => {
            format!("Bounce: {many} disabled, enabled again at {}.", clock(cx, wait.until))
        }
        BatchStep::Waiting(wait) => format!("Bounce: {many}, disabled at {}.", clock(cx, wait.until)),
        BatchStep::Looking(_) | BatchStep::Asking | BatchStep::Going | BatchStep::Finished => {
            let counts = batch.bulk.counts();
            format!("{} {many}: {} of {} done.", batch.task.verb(), counts.ended(), counts.total())
        }
    }
}

/// A time on the monotonic clock as a time of day.
fn clock(cx: &Context, at: Duration) -> String {
    cx.clock(cx.now.wall + at.saturating_sub(cx.now.mono))
}
