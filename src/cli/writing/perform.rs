//! One write, from the check of the record to a known end: the intent is noted before it is sent, a server that cannot
//! compare its tags is written to without them, and an unknown end is read back again while someone waits for it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::WriteKind;
use super::plan::WritePlan;
use crate::api::{Client, Precondition};
use crate::domain::change::{ChangeOutcome, JournalLine, Outcome, ReadBack, Recheck, Upshot};
use crate::domain::record::Record as _;
use crate::domain::request_error::RequestError;
use crate::domain::state_error::StateError;
use crate::edit::{self, Ready};
use crate::state::journal::Journal;

/// What the journal gets before a write is sent, so that it is known where the program is killed.
pub(super) struct WriteIntent {
    pub journal: Option<Arc<Journal>>,
    pub line: JournalLine,
    pub plan: WritePlan,
}

impl WriteIntent {
    /// # Errors
    /// The plan cannot be kept, so nothing is to be sent.
    fn note(&self) -> Result<(), StateError> {
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
    pub what: WriteKind,
    pub omit: Arc<AtomicBool>,
    pub intent: WriteIntent,
    /// How long an unknown end is read back again.
    pub recheck: Recheck,
    /// No one waits any more.
    pub hurry: CancellationToken,
}

impl Performance {
    /// Does it.
    ///
    /// # Errors
    /// It could not be noted, so nothing was sent.
    pub async fn run(self) -> Result<Outcome, StateError> {
        let precondition = if self.omit.load(Ordering::Relaxed) { Precondition::Omit } else { Precondition::Send };
        let mut outcome = self.attempt(precondition).await?;
        // It was not done.
        if outcome.report().upshot == Upshot::CannotCompare && precondition == Precondition::Send {
            self.omit.store(true, Ordering::Relaxed);
            outcome = self.attempt(Precondition::Omit).await?;
        }
        Ok(self.finished(outcome).await)
    }

    async fn attempt(&self, precondition: Precondition) -> Result<Outcome, StateError> {
        let client = &self.client;
        Ok(match &self.what {
            WriteKind::Change(draft) => Outcome::Changed(match edit::ready(client, draft).await {
                Ready::Ended(changed) => changed,
                Ready::ToSend { draft, theirs } => {
                    self.intent.note()?;
                    let saved = edit::save(client, &draft, precondition).await;
                    ChangeOutcome::Sent { draft, theirs, saved }
                }
            }),
            WriteKind::Create(draft) => {
                self.intent.note()?;
                Outcome::Created(edit::create(client, draft).await)
            }
            WriteKind::Delete(shown) => {
                self.intent.note()?;
                Outcome::Deleted(edit::delete(client, shown, None, precondition).await)
            }
        })
    }

    /// Reads back again what is not known, until it is, or no one waits any more.
    async fn finished(&self, mut outcome: Outcome) -> Outcome {
        let given_up = Instant::now();
        while let Some(error) = open(&outcome)
            && let Some(next) = self.recheck.next_after(given_up.elapsed())
        {
            tokio::select! {
                biased;
                () = self.hurry.cancelled() => break,
                () = tokio::time::sleep_until(given_up + next) => {}
            }
            outcome = self.read_again(outcome, error).await;
        }
        outcome
    }

    async fn read_again(&self, outcome: Outcome, error: RequestError) -> Outcome {
        let client = &self.client;
        match (&self.what, outcome) {
            (WriteKind::Change(_), Outcome::Changed(ChangeOutcome::Sent { draft, theirs, .. })) => {
                let saved = edit::read_back(client, &draft, error).await;
                Outcome::Changed(ChangeOutcome::Sent { draft, theirs, saved })
            }
            // What was not sent is known.
            (WriteKind::Change(_), outcome) => outcome,
            (WriteKind::Create(draft), _) => Outcome::Created(edit::look_up(client, draft, error).await),
            (WriteKind::Delete(shown), _) => {
                Outcome::Deleted(edit::read_back_deletion(client, shown.id(), error).await)
            }
        }
    }
}

/// What came in place of an answer, where reading back again can show more.
fn open(outcome: &Outcome) -> Option<RequestError> {
    let report = outcome.report();
    let open = report.seen.is_some_and(|seen| !matches!(seen, ReadBack::Nameless));
    report.error.filter(|_| open).cloned()
}
