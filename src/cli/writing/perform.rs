//! One write, from the check of the record to a known end: the intent is noted before it is sent, a server that cannot
//! compare its tags is written to without them, and an unknown end is read back again while somebody waits for it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::What;
use super::plan::Plan;
use crate::api::{Client, Precondition};
use crate::domain::change::journal::JournalLine;
use crate::domain::change::outcome::{Changed, Created, Deleted, Saved, Seen};
use crate::domain::change::recheck::Recheck;
use crate::domain::record::registration::Record as _;
use crate::edit::{self, Ready};
use crate::state::journal::Journal;

/// How the engine says that it ended.
pub(super) enum Ended {
    Changed(Changed),
    Created(Created),
    Deleted(Deleted),
    /// Not sent: it could not be noted; a sentence.
    Unnoted(String),
}

/// What the journal gets before a write is sent, so that it is known where the program is killed.
pub(super) struct Intent {
    pub journal: Option<Arc<Journal>>,
    pub line: JournalLine,
    pub plan: Plan,
}

impl Intent {
    /// # Errors
    /// A sentence: the plan cannot be kept, so nothing is to be sent.
    fn note(&self) -> Result<(), String> {
        self.plan.begun(self.line.id.unwrap_or_default())?;
        if let Some(journal) = &self.journal {
            // Who adds the line about the end says what is wrong with the journal.
            let _ = journal.record(&self.line);
        }
        Ok(())
    }
}

/// A write, and how it is gone about.
pub(super) struct Performance {
    pub client: Client,
    pub what: What,
    pub omit: Arc<AtomicBool>,
    pub intent: Intent,
    /// How long an unknown end is read back again.
    pub recheck: Recheck,
    /// Nobody waits any more.
    pub hurry: CancellationToken,
}

impl Performance {
    /// Does it.
    pub async fn run(self) -> Ended {
        let precondition = if self.omit.load(Ordering::Relaxed) { Precondition::Omit } else { Precondition::Send };
        let mut ended = self.attempt(precondition).await;
        let cannot = matches!(
            &ended,
            Ended::Changed(Changed::Sent { saved: Saved::CannotCompare, .. }) | Ended::Deleted(Deleted::CannotCompare)
        );
        // It was not done.
        if cannot && precondition == Precondition::Send {
            self.omit.store(true, Ordering::Relaxed);
            ended = self.attempt(Precondition::Omit).await;
        }
        self.settled(ended).await
    }

    async fn attempt(&self, precondition: Precondition) -> Ended {
        let client = &self.client;
        let noted = || self.intent.note();
        match &self.what {
            What::Change(draft) => match edit::ready(client, draft).await {
                Ready::Ended(changed) => Ended::Changed(changed),
                Ready::ToSend { draft, theirs } => {
                    if let Err(why) = noted() {
                        return Ended::Unnoted(why);
                    }
                    let saved = edit::save(client, &draft, precondition).await;
                    Ended::Changed(Changed::Sent { draft, theirs, saved })
                }
            },
            What::Create(draft) => match noted() {
                Ok(()) => Ended::Created(edit::create(client, draft).await),
                Err(why) => Ended::Unnoted(why),
            },
            What::Delete(shown) => match noted() {
                Ok(()) => Ended::Deleted(edit::delete(client, shown, None, precondition).await),
                Err(why) => Ended::Unnoted(why),
            },
        }
    }

    /// Reads back again what is not known, until it is, or nobody waits any more.
    async fn settled(&self, mut ended: Ended) -> Ended {
        let given_up = Instant::now();
        while ended.is_open()
            && let Some(next) = self.recheck.next_after(given_up.elapsed())
        {
            tokio::select! {
                biased;
                () = self.hurry.cancelled() => break,
                () = tokio::time::sleep_until(given_up + next) => {}
            }
            ended = self.read_again(ended).await;
        }
        ended
    }

    async fn read_again(&self, ended: Ended) -> Ended {
        let client = &self.client;
        match (&self.what, ended) {
            (_, Ended::Changed(Changed::Sent { draft, theirs, saved: Saved::Unknown { trouble, .. } })) => {
                let saved = edit::read_back(client, &draft, trouble).await;
                Ended::Changed(Changed::Sent { draft, theirs, saved })
            }
            (What::Create(draft), Ended::Created(Created::Unknown { trouble, .. })) => {
                Ended::Created(edit::look_up(client, draft, trouble).await)
            }
            (What::Delete(shown), Ended::Deleted(Deleted::Unknown { trouble, .. })) => {
                Ended::Deleted(edit::read_back_deletion(client, shown.id(), trouble).await)
            }
            (_, known) => known,
        }
    }
}

impl Ended {
    /// Whether reading back again can tell more.
    const fn is_open(&self) -> bool {
        match self {
            Self::Changed(Changed::Sent { saved: Saved::Unknown { .. }, .. })
            | Self::Deleted(Deleted::Unknown { .. }) => true,
            Self::Created(Created::Unknown { seen, .. }) => !matches!(seen, Seen::Nameless),
            Self::Changed(_) | Self::Created(_) | Self::Deleted(_) | Self::Unnoted(_) => false,
        }
    }
}
