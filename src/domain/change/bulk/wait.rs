//! A server that wants to be left alone for a while (429 with `Retry-After`): nothing is begun before that, and the
//! record that was refused has another turn. It was refused unseen, and is looked at again before it is sent.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::domain::change::bulk::{Bulk, ItemState, Phase};

/// The longest wait that is done without a word of someone.
const LONGEST: Duration = Duration::from_secs(60);

/// Turns that a record has at most for this reason.
const TURNS: u32 = 3;

/// What a refusal "for now" comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Later {
    /// The record waits for another turn, and nothing is begun before this time.
    At(Duration),
    /// It is too long to wait, or was refused too often: to be ended as failed. Nothing more is begun until
    /// someone says so.
    Never,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RetryWait<K> {
    /// Nothing is begun before.
    pub until: Duration,
    turns: BTreeMap<K, u32>,
}

impl<K> Default for RetryWait<K> {
    fn default() -> Self {
        Self { until: Duration::ZERO, turns: BTreeMap::new() }
    }
}

impl<K: Ord + Clone> Bulk<K> {
    /// A record that was under way was refused for now; the server says for how long.
    pub fn later(&mut self, key: &K, after: Duration, now: Duration) -> Later {
        let turns = self.wait.turns.entry(key.clone()).or_default();
        *turns += 1;
        if after > LONGEST || *turns >= TURNS {
            self.pause();
            return Later::Never;
        }
        self.wait.until = self.wait.until.max(now + after);
        self.put_back(key, now);
        Later::At(self.wait.until)
    }

    /// When the next record may be begun, where only the server's wish keeps it from being begun now.
    pub fn held_until(&self, now: Duration) -> Option<Duration> {
        let waiting = self.items.iter().skip(self.next).any(|item| item.state == ItemState::Waiting);
        (self.phase == Phase::Going && waiting && self.wait.until > now).then_some(self.wait.until)
    }
}
