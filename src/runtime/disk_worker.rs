//! The one writer of what the console keeps on disk (drafts, journal, plans, columns and views): one thing after the
//! other, off the loop. A slow disk never holds up a key, and two states of one file never meet.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use crate::app::core::{Message, PlanNote, Ticket};
use crate::app::model::found_bounce::{FoundBounce, UnreadWork};
use crate::app::model::journal_file::FromFile;
use crate::app::model::looks::LooksChange;
use crate::domain::change::draft::StoredDraft;
use crate::domain::change::journal::{pending, unfinished};
use crate::domain::change::{JournalLine, OtherDrafts, Version};
use crate::domain::state_error::{DiskError, StateError};
use crate::state::drafts::DraftFiles;
use crate::state::journal::{Journal, JournalTail, Rotation};
use crate::state::plans::{Abandoned, OpenPlan, Plans};
use crate::state::profile_file::SingleFile;

use crate::runtime::folder_watch::FolderWatch;
use crate::runtime::past_changes;
use crate::runtime::preferences;
use crate::runtime::shared_drafts::SharedDrafts;

/// How long a quitting console waits for the disk.
const LAST_WAIT: Duration = Duration::from_secs(2);

/// Something for the disk.
#[derive(Debug)]
pub enum Errand {
    /// Keep this draft.
    Keep(Box<StoredDraft>),
    /// Keep a change of columns and views.
    Looks(Box<LooksChange>),
    /// Remove the draft of this record.
    Drop(u64),
    /// Report the drafts.
    Find,
    /// Report what became of drafts of other consoles since.
    FindChanges,
    /// Take the right to write the draft of this record, where it has one, and report what is new of it.
    Claim(u64),
    /// This version of a draft is known.
    Taken(u64, Version),
    /// Let others write it.
    Release(u64),
    /// Append this line.
    Record(Box<JournalLine>),
    /// Note how far many records are; whoever waits for it gets the answer.
    Note(Option<oneshot::Sender<Result<(), StateError>>>, Box<PlanNote>),
    /// Report what an earlier run left unfinished.
    FindUnfinished,
    /// Report the last lines of the journal, or of those the ones about a record.
    ReadJournal(Ticket, Option<u64>),
    /// Report which writes have an intent in the journal and no result.
    FindPending,
    /// Say when everything handed on before is done.
    Reached(oneshot::Sender<()>),
    /// Forget one of those.
    Forget(String),
}

/// The largest list of damaged lines that were reported, in bytes.
const REPORTED: u64 = 256 << 10;

/// How many lines of the journal are looked through for unfinished bounces.
const LOOKED_THROUGH: usize = 5_000;

/// A note on its way to the disk.
#[derive(Debug)]
pub struct Noted(oneshot::Receiver<Result<(), StateError>>);

impl Noted {
    /// Waits until the disk has it.
    ///
    /// # Errors
    /// The disk refuses.
    pub async fn written(self) -> Result<(), StateError> {
        // Without a worker there is no disk to wait for.
        self.0.await.unwrap_or(Ok(()))
    }
}

/// Hands errands to the disk and its answers back.
#[derive(Debug)]
pub struct DiskWorker {
    errands: Option<mpsc::UnboundedSender<Errand>>,
    answers: mpsc::UnboundedReceiver<Message>,
    worker: Option<JoinHandle<()>>,
    /// Says when drafts of other consoles may have changed; `None` without a disk.
    others: Option<FolderWatch>,
}

impl DiskWorker {
    /// Over the state directory of a profile; without one, every errand is answered with why.
    pub fn start(state: Option<&Path>, profile: &str, started: DateTime<Utc>, rotation: Rotation) -> Self {
        let (errands, mut inbox) = mpsc::unbounded_channel();
        let (outbox, answers) = mpsc::unbounded_channel();
        let disk = state.map(|state| Disk {
            journal: Journal::open(state, profile).rotating(rotation),
            plans: Plans::open(state, profile),
            looks: preferences::file(state, profile),
            reported: SingleFile::of_profile(state, "journal", profile, "told", REPORTED),
            plan: None,
            unplanned: None,
            left: BTreeMap::new(),
            shared: SharedDrafts::new(DraftFiles::open(state, profile, started)),
        });
        let others = disk.as_ref().map(|disk| FolderWatch::of(disk.shared.place()));
        let mut disk = disk;
        let worker = tokio::task::spawn_blocking(move || {
            while let Some(first) = inbox.blocking_recv() {
                let mut batch = vec![first];
                while let Ok(next) = inbox.try_recv() {
                    batch.push(next);
                }
                for errand in coalesced(batch) {
                    let answer = run(disk.as_mut(), errand);
                    if let Some(answer) = answer
                        && outbox.send(answer).is_err()
                    {
                        return;
                    }
                }
            }
        });
        Self { errands: Some(errands), answers, worker: Some(worker), others }
    }

    /// Hands on a note about many records, to be waited for.
    pub fn note(&self, note: PlanNote) -> Noted {
        let (answer, noted) = oneshot::channel();
        self.send(Errand::Note(Some(answer), Box::new(note)));
        Noted(noted)
    }

    /// Waits until everything handed on so far is done.
    pub fn reached(&self) -> impl Future<Output = ()> + use<> {
        let (answer, reached) = oneshot::channel();
        self.send(Errand::Reached(answer));
        async move {
            // Without a worker there is no disk to wait for.
            let _ = reached.await;
        }
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
        loop {
            let changed = async {
                match &mut self.others {
                    Some(others) => others.changed().await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                biased;
                Some(message) = self.answers.recv() => return message,
                () = changed => self.send(Errand::FindChanges),
            }
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

/// A file that is replaced as a whole.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Replaced {
    Draft(u64),
    Columns,
}

fn replaced(errand: &Errand) -> Option<Replaced> {
    match errand {
        Errand::Keep(stored) => Some(Replaced::Draft(stored.id())),
        Errand::Drop(id) => Some(Replaced::Draft(*id)),
        Errand::Looks(change) if matches!(**change, LooksChange::Columns(_)) => Some(Replaced::Columns),
        _ => None,
    }
}

/// Of several states of one file only the last is worth writing; all else keeps its order.
fn coalesced(batch: Vec<Errand>) -> Vec<Errand> {
    let last: BTreeMap<Replaced, usize> =
        batch.iter().enumerate().filter_map(|(index, errand)| Some((replaced(errand)?, index))).collect();
    let is_last = |index: usize, errand: &Errand| replaced(errand).is_none_or(|file| last.get(&file) == Some(&index));
    batch.into_iter().enumerate().filter(|(index, errand)| is_last(*index, errand)).map(|(_, errand)| errand).collect()
}

/// The files of one profile.
struct Disk {
    journal: Journal,
    plans: Plans,
    looks: SingleFile,
    /// Which damaged lines of the journal were reported.
    reported: SingleFile,
    /// What is done to many records now.
    plan: Option<OpenPlan>,
    /// Why there is none although many records are changed.
    unplanned: Option<StateError>,
    /// What others left of such, ours to finish.
    left: BTreeMap<String, OpenPlan>,
    shared: SharedDrafts,
}

impl Disk {
    /// Notes how far many records are. Without a plan nothing of it can be noted: who writes next asks what to do.
    fn note(&mut self, note: PlanNote) -> Result<(), StateError> {
        match (note, &mut self.plan) {
            (PlanNote::Begin(planned), _) => {
                self.end_plan();
                match self.plans.begin(std::process::id(), now(), planned.lines()) {
                    Ok(plan) => {
                        self.plan = Some(plan);
                        Ok(())
                    }
                    Err(error) => {
                        self.unplanned = Some(error.clone());
                        Err(error)
                    }
                }
            }
            (PlanNote::Add(line), Some(plan)) => plan.note(&line),
            (PlanNote::Add(_), None) => self.unplanned.clone().map_or(Ok(()), Err),
            (PlanNote::End, _) => {
                self.end_plan();
                Ok(())
            }
        }
    }

    fn end_plan(&mut self) {
        self.unplanned = None;
        if let Some(plan) = self.plan.take() {
            plan.remove();
        }
    }

    fn unfinished(&mut self) -> Message {
        let Abandoned { plans, unreadable } = self
            .plans
            .abandoned()
            .unwrap_or_else(|error| Abandoned { unreadable: vec![error], ..Abandoned::default() });
        let mut unreadable: Vec<UnreadWork> = unreadable.into_iter().map(UnreadWork::from).collect();
        let reported = plans.iter().map(|(unfinished, _)| unfinished.clone()).collect();
        self.left.extend(plans.into_iter().map(|(unfinished, plan)| (unfinished.name, plan)));
        let recent = self.journal.recent(LOOKED_THROUGH).unwrap_or_else(|error| {
            unreadable.push(UnreadWork::Journal(error));
            JournalTail::default()
        });
        let unreported = self.unreported(&recent.damaged);
        if unreported > 0 {
            unreadable.push(UnreadWork::Lines(unreported, self.journal.path()));
        }
        let bounces = unfinished(&recent.lines)
            .into_iter()
            .map(|bounce| FoundBounce { alive: is_alive(bounce.pid), bounce })
            .collect();
        Message::UnfinishedFound { plans: reported, bounces, unreadable }
    }

    /// How many of these damaged lines of the journal were reported at no earlier start. From now on they were.
    fn unreported(&self, damaged: &[String]) -> usize {
        let reported = self.reported.read().ok().flatten().unwrap_or_default();
        let reported: BTreeSet<&str> = std::str::from_utf8(&reported).unwrap_or_default().lines().collect();
        let unreported = damaged.iter().filter(|line| !reported.contains(line.as_str())).count();
        if unreported > 0 {
            // Where it cannot be kept it is reported once more.
            let _ = self.reported.replace(damaged.join("\n").as_bytes());
        }
        unreported
    }

    /// Writes without a known end, but for those of programs that may still be at it.
    fn pending(&self) -> Option<Message> {
        let recent = self.journal.recent(LOOKED_THROUGH).unwrap_or_default();
        let mut found = pending(&recent.lines);
        found.retain(|pending| !is_alive(pending.line.author.pid));
        if found.is_empty() { None } else { Some(Message::PendingFound(found)) }
    }
}

fn run(disk: Option<&mut Disk>, errand: Errand) -> Option<Message> {
    match (errand, disk) {
        (Errand::Keep(stored), Some(disk)) => {
            Some(Message::DraftKept { id: stored.id(), result: disk.shared.keep(&stored, now()) })
        }
        (Errand::Keep(stored), None) => {
            Some(Message::DraftKept { id: stored.id(), result: Err(DiskError::NoFolder.into()) })
        }
        (Errand::Looks(change), Some(disk)) => {
            let result = preferences::change(&disk.looks, &change, now());
            Some(Message::LooksKept { change, result })
        }
        (Errand::Drop(id), Some(disk)) => disk.shared.remove(id, now()).err().map(Message::DiskFailed),
        (Errand::Find, Some(disk)) => Some(disk.shared.find()),
        (Errand::FindChanges, Some(disk)) => seen(disk.shared.changes()),
        (Errand::Claim(id), Some(disk)) => seen(disk.shared.claim(id, now())),
        (Errand::Taken(id, version), Some(disk)) => {
            disk.shared.taken(id, version);
            None
        }
        (Errand::Release(id), Some(disk)) => {
            disk.shared.release(id);
            None
        }
        (Errand::FindPending, Some(disk)) => disk.pending(),
        (Errand::ReadJournal(ticket, of), disk) => {
            let file = disk.map_or_else(
                || FromFile::Unreadable(DiskError::NoFolder),
                |disk| past_changes::read(&disk.journal, of),
            );
            Some(Message::JournalRead { ticket, file: Box::new(file) })
        }
        (Errand::Reached(answer), _) => {
            // Who waited for it may be gone.
            let _ = answer.send(());
            None
        }
        (Errand::Record(line), Some(disk)) => disk.journal.record(&line).err().map(Message::DiskFailed),
        (Errand::Note(answer, note), Some(disk)) => {
            let was_kept = disk.plan.is_some();
            match (disk.note(*note), answer) {
                (result, Some(answer)) => {
                    // Who waited for it may be gone.
                    let _ = answer.send(result);
                    None
                }
                // The plan no longer says how a record ended. Where there is none, who writes next asks.
                (Err(why), None) if was_kept => Some(Message::DiskFailed(why)),
                (Ok(()) | Err(_), None) => None,
            }
        }
        (Errand::FindUnfinished, Some(disk)) => Some(disk.unfinished()),
        (Errand::Forget(name), Some(disk)) => {
            if let Some(plan) = disk.left.remove(&name) {
                plan.remove();
            }
            None
        }
        (_, None) => None,
    }
}

fn seen(others: OtherDrafts) -> Option<Message> {
    (!others.is_empty()).then(|| Message::DraftsSeen(Box::new(others)))
}

/// Whether there is another process of this number.
fn is_alive(pid: u32) -> bool {
    let pid = i32::try_from(pid).ok().and_then(rustix::process::Pid::from_raw);
    pid.is_some_and(|pid| pid != rustix::process::getpid() && rustix::process::test_kill_process(pid).is_ok())
}

#[expect(clippy::disallowed_methods, reason = "when a file is written is known only here, behind the queue")]
fn now() -> DateTime<Utc> {
    Utc::now()
}

#[cfg(test)]
mod tests;
