//! Drafts and the journal on disk, one thing after the other, off the loop: a slow disk never holds up a key.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::app::message::Message;
use crate::domain::draft::StoredDraft;
use crate::domain::journal::JournalLine;
use crate::state::drafts::Drafts;
use crate::state::journal::Journal;

/// How long a quitting console waits for the disk.
const LAST_WAIT: Duration = Duration::from_secs(2);

/// Something for the disk.
#[derive(Debug)]
pub enum Errand {
    /// Keep this draft.
    Keep(Box<StoredDraft>),
    /// Remove the draft of this record.
    Drop(u64),
    /// Tell which drafts there are.
    Find,
    /// Append this line.
    Record(Box<JournalLine>),
}

/// Hands errands to the disk and its answers back.
#[derive(Debug)]
pub struct Keeper {
    errands: Option<mpsc::UnboundedSender<Errand>>,
    answers: mpsc::UnboundedReceiver<Message>,
    worker: Option<JoinHandle<()>>,
}

impl Keeper {
    /// Over the state directory of a profile; without one, every errand is answered with why.
    pub fn start(state: Option<&Path>, profile: &str, started: DateTime<Utc>) -> Self {
        let (errands, mut inbox) = mpsc::unbounded_channel();
        let (outbox, answers) = mpsc::unbounded_channel();
        let disk = state.map(|state| (Drafts::open(state, profile, started), Journal::open(state, profile)));
        let worker = tokio::task::spawn_blocking(move || {
            while let Some(first) = inbox.blocking_recv() {
                let mut batch = vec![first];
                while let Ok(next) = inbox.try_recv() {
                    batch.push(next);
                }
                for errand in coalesced(batch) {
                    if let Some(answer) = run(disk.as_ref(), errand)
                        && outbox.send(answer).is_err()
                    {
                        return;
                    }
                }
            }
        });
        Self { errands: Some(errands), answers, worker: Some(worker) }
    }

    /// Hands on an errand.
    pub fn send(&self, errand: Errand) {
        if let Some(errands) = &self.errands {
            // The worker ends only after this side.
            let _ = errands.send(errand);
        }
    }

    /// The next answer.
    pub async fn answer(&mut self) -> Message {
        match self.answers.recv().await {
            Some(message) => message,
            None => std::future::pending().await,
        }
    }

    /// An answer that is there already.
    pub fn try_answer(&mut self) -> Option<Message> {
        self.answers.try_recv().ok()
    }

    /// Waits until everything handed on is done.
    pub async fn stop(&mut self) {
        self.errands = None;
        if let Some(worker) = self.worker.take() {
            let _ = tokio::time::timeout(LAST_WAIT, worker).await;
        }
    }
}

/// Of several states of one draft only the last is worth writing; all else keeps its order.
fn coalesced(batch: Vec<Errand>) -> Vec<Errand> {
    let mut last: BTreeMap<u64, usize> = BTreeMap::new();
    for (index, errand) in batch.iter().enumerate() {
        match errand {
            Errand::Keep(stored) => {
                last.insert(stored.id(), index);
            }
            Errand::Drop(id) => {
                last.insert(*id, index);
            }
            Errand::Find | Errand::Record(_) => {}
        }
    }
    batch
        .into_iter()
        .enumerate()
        .filter(|(index, errand)| match errand {
            Errand::Keep(stored) => last.get(&stored.id()) == Some(index),
            Errand::Drop(id) => last.get(id) == Some(index),
            Errand::Find | Errand::Record(_) => true,
        })
        .map(|(_, errand)| errand)
        .collect()
}

fn run(disk: Option<&(Drafts, Journal)>, errand: Errand) -> Option<Message> {
    let nowhere = || "there is no state directory (HOME is not set): drafts live in memory only".to_owned();
    match (errand, disk) {
        (Errand::Keep(stored), Some((drafts, _))) => {
            let id = stored.id();
            let now = now();
            let result =
                drafts.claim(id, now).and_then(|_| drafts.save(&stored, now)).map_err(|error| error.to_string());
            Some(Message::DraftKept { id, result })
        }
        (Errand::Keep(stored), None) => Some(Message::DraftKept { id: stored.id(), result: Err(nowhere()) }),
        (Errand::Drop(id), Some((drafts, _))) => {
            let removed = drafts.remove(id, now());
            drafts.release(id);
            removed.err().map(|error| Message::Told(error.to_string()))
        }
        (Errand::Find, Some((drafts, _))) => {
            let (kept, unreadable) = drafts.load_all();
            Some(Message::DraftsFound {
                drafts: kept.into_iter().map(|kept| (kept.draft, kept.changed)).collect(),
                unreadable: unreadable
                    .into_iter()
                    .map(|unreadable| {
                        format!("a draft cannot be taken up: {}: {}", unreadable.path.display(), unreadable.reason)
                    })
                    .collect(),
            })
        }
        (Errand::Record(line), Some((_, journal))) => {
            journal.record(&line).err().map(|error| Message::Told(error.to_string()))
        }
        (Errand::Drop(_) | Errand::Find | Errand::Record(_), None) => None,
    }
}

#[expect(clippy::disallowed_methods, reason = "when a file is written is known only here, behind the queue")]
fn now() -> DateTime<Utc> {
    Utc::now()
}
