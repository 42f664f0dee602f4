//! Runs writes, four at a time: what is printed of each, what the journal gets, and an end that leaves no one in
//! doubt about what was done.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::super::session::now;
use super::perform::{Performance, WriteIntent};
use super::plan::WritePlan;
use super::plan::finishes_bounce;
use super::wording::{self, RecordVerdict};
use super::{Desk, ProgressLine, WriteJob, WriteKind, results as objects};
use crate::cli::{CommandFailure, CommandResult, Exit};
use crate::domain::change::bulk::{AT_ONCE, Bulk, Later, Phase};
use crate::domain::change::journal::Author;
use crate::domain::change::verdict::JournalEntry;
use crate::domain::change::{
    Action, Change, Draft, Ending, JournalLine, Mark, Outcome, Recheck, RecordOutcome, Upshot, WriteId,
};
use crate::domain::http_exchange::HttpExchange;
use crate::domain::record::{FieldId, Record as _, Registration, ValueRef};
use crate::domain::state_error::StateError;
use crate::state::undo::UndoFile;

/// What is to become of records that a command was given, each with its verdict.
#[derive(Debug, Default)]
pub struct Results {
    /// Of each job in order, how it ended; none where it was not begun.
    pub verdicts: BTreeMap<usize, RecordVerdict>,
    /// Jobs that were not sent.
    pub left: Vec<usize>,
    /// Jobs that were sent, of which no answer was waited for.
    pub open: Vec<usize>,
    /// Under which id the journal has each job that was begun.
    pub writes: BTreeMap<usize, WriteId>,
    /// Whether Ctrl-c ended it.
    pub interrupted: bool,
    /// Why standard output takes no more.
    pub deaf: Option<CommandFailure>,
}

impl Results {
    /// The records as they were saved.
    pub fn saved(&self) -> Vec<Registration> {
        let done = self.verdicts.values().filter(|verdict| verdict.fate == RecordOutcome::Done);
        done.filter_map(|verdict| verdict.now.as_deref().cloned()).collect()
    }

    /// Whether the result of some is not known.
    pub fn is_unknown(&self) -> bool {
        let unknown = |verdict: &RecordVerdict| matches!(verdict.fate, RecordOutcome::Unknown(_));
        !self.open.is_empty() || self.verdicts.values().any(unknown)
    }

    /// The same, unless standard output did not take all of it.
    ///
    /// # Errors
    /// It did not. An unknown result shows in the exit code all the same.
    pub fn heard(mut self) -> CommandResult<Self> {
        match self.deaf.take() {
            None => Ok(self),
            Some(CommandFailure::Output(error)) if self.is_unknown() => {
                Err(CommandFailure::Unwritten(Exit::Unknown, error))
            }
            Some(failure) => Err(failure),
        }
    }

    /// The exit code of all, with those of records that were not even tried.
    pub fn exit(&self, others: &[Exit]) -> Exit {
        if self.interrupted {
            return Exit::Interrupted;
        }
        let exits: Vec<Exit> = self.verdicts.values().map(wording::exit_of).chain(others.iter().copied()).collect();
        wording::exit_of_all(&exits)
    }
}

impl Desk<'_> {
    /// Does all of it, four at a time, and says of each how it ended. Stops after three failures in a row. The
    /// first Ctrl-c lets what is under way end, the second does not wait for it.
    ///
    /// # Errors
    /// As [`Desk::run_all`]; standard output does not take any more.
    pub async fn run(&mut self, jobs: &[WriteJob]) -> CommandResult<Results> {
        self.run_all(jobs).await?.heard()
    }

    /// The same for callers that have something to do where standard output does not take any more. Then nothing else
    /// is begun, but for the second half of a bounce; what is running is waited for.
    ///
    /// # Errors
    /// No plan can be kept of it. Nothing was sent.
    pub async fn run_all(&mut self, jobs: &[WriteJob]) -> CommandResult<Results> {
        let plan = self.plan(jobs)?;
        let to_the_end = jobs.iter().all(finishes_bounce);
        self.begin_undo(jobs);
        let mut lines = InOrder::default();
        let mut bulk: Bulk<usize> = Bulk::new(0..jobs.len()).at_once(AT_ONCE);
        let mut results = Results::default();
        let mut running: JoinSet<(usize, Result<Outcome, StateError>)> = JoinSet::new();
        let mut progress = ProgressLine::of(jobs.len() < 2 || self.output.is_quiet());
        let hurry = CancellationToken::new();
        loop {
            for index in bulk.begin(self.elapsed()) {
                let Some(job) = jobs.get(index) else { continue };
                let write = WriteId::new(std::process::id(), now(), index as u64);
                let performance = self.performance(job, write.clone(), plan.clone(), hurry.clone());
                results.writes.insert(index, write);
                running.spawn(async move { (index, performance.run().await) });
            }
            let held = bulk.held_until(self.elapsed()).map(|at| self.started + at);
            if held.is_none() && running.is_empty() {
                break;
            }
            let ended = tokio::select! {
                biased;
                () = self.interrupts.next() => {
                    progress.clear();
                    if results.interrupted {
                        break;
                    }
                    results.interrupted = true;
                    hurry.cancel();
                    bulk.cancel(self.elapsed());
                    self.output.message(&match running.len() {
                        0 => "interrupted".to_owned(),
                        count => format!(
                            "Interrupted: waiting for {count} running, the rest is not sent (Ctrl-c again: do not \
                             wait)"
                        ),
                    });
                    continue;
                }
                ended = running.join_next(), if !running.is_empty() => ended,
                () = tokio::time::sleep_until(held.unwrap_or(self.started)), if held.is_some() => continue,
            };
            let Some(ended) = ended else { break };
            let (index, ended) = ended.map_err(color_eyre::Report::from)?;
            let Some(job) = jobs.get(index) else { continue };
            progress.clear();
            let verdict = self.judged(job, ended);
            if let Some(after) = verdict.wait()
                && let Later::At(_) = bulk.later(&index, after, self.elapsed())
            {
                plan.ended(job.what.subject().id(), Mark::NotSent);
                self.note(job, &verdict, results.writes.get(&index));
                let then = match after.as_secs() {
                    0 => "is sent again".to_owned(),
                    wait => format!("waits {wait} s as the server asks"),
                };
                self.output.message(&format!("too many requests (429): {} {then}", job.what.display_name()));
                continue;
            }
            let line = self.report(job, &verdict, results.writes.get(&index));
            if let Err(failure) = self.print_lines(lines.ended(index, line))
                && results.deaf.is_none()
            {
                // What is under way is not dropped for it: its end must be known and noted.
                results.deaf = Some(failure);
                if !to_the_end {
                    bulk.cancel(self.elapsed());
                }
            }
            plan.ended(job.what.subject().id(), Mark::from(&verdict.fate));
            let busy = verdict.wait().is_some();
            bulk.end(&index, verdict.fate.clone(), self.elapsed());
            results.verdicts.insert(index, verdict);
            if bulk.phase() == Phase::Paused {
                bulk.cancel(self.elapsed());
                self.output.message(if busy {
                    "stopped: too many requests"
                } else {
                    "stopped: three failures in a row"
                });
            }
            let counts = bulk.counts();
            progress.show(counts.ended(), counts.total(), bulk.time_left(self.elapsed()));
        }
        progress.clear();
        if let Err(failure) = self.print_lines(lines.rest()) {
            results.deaf.get_or_insert(failure);
        }
        self.leave(jobs, &bulk, &mut results);
        plan.remove();
        Ok(results)
    }

    fn judged(&self, job: &WriteJob, ended: Result<Outcome, StateError>) -> RecordVerdict {
        let verdict = match ended {
            Ok(outcome) => wording::verdict(job.what.wanted(), &outcome, &self.targets),
            Err(why) => RecordVerdict::new(Upshot::Unnoted, format!("not sent: {why}")),
        };
        match (&job.what, job.action, verdict.upshot) {
            (WriteKind::Change(draft), Action::Bounce, Upshot::AlreadySo) => already_bounced(draft, verdict),
            _ => verdict,
        }
    }

    /// Writes lines of data; says them all the same where no one takes data any more.
    fn print_lines(&mut self, lines: Vec<String>) -> CommandResult<()> {
        let mut reported = Ok(());
        for line in lines {
            let this = self.print_data(&line).inspect_err(|_| self.output.message(&line));
            reported = reported.and(this);
        }
        reported
    }

    /// The line of data about a record, if there is one; what else is to be known is said, and noted in the journal.
    fn report(&mut self, job: &WriteJob, verdict: &RecordVerdict, write: Option<&WriteId>) -> Option<String> {
        let request = self.request_of(job, verdict);
        let display_name = wording::display_name(&self.note(job, verdict, write));
        objects::reported(self.output, job, verdict, &self.targets, request.as_deref());
        for note in &verdict.notes {
            self.output.message(&format!("note: {display_name}: {note}"));
        }
        let id = request.filter(|_| self.common.verbose).map_or_else(String::new, |id| format!(" (request {id})"));
        if verdict.is_data() {
            let line = format!("{display_name}: {}{id}", verdict.line);
            (!self.output.collects()).then_some(line)
        } else {
            let check =
                if matches!(verdict.fate, RecordOutcome::Unknown(_)) { job.what.how_to_check() } else { String::new() };
            let between = if check.is_empty() { "" } else { "; " };
            self.output.message(&format!("sipreg: {display_name}: {}{between}{check}{id}", verdict.line));
            None
        }
    }

    /// Our id of the request that made a write.
    fn request_of(&self, job: &WriteJob, verdict: &RecordVerdict) -> Option<String> {
        let entry = verdict.entry.as_ref()?;
        if entry.request.is_some() {
            return entry.request.clone();
        }
        let subject = job.what.subject();
        let (method, place) = match &job.what {
            WriteKind::Change(_) => ("PATCH", format!("/registrations/{}", subject.id())),
            WriteKind::Delete(_) => ("DELETE", format!("/registrations/{}", subject.id())),
            WriteKind::Create(_) => ("POST", "/registrations".to_owned()),
        };
        let name = serde_json::to_string(subject.name()).unwrap_or_default();
        let made = |exchange: &&Arc<HttpExchange>| {
            let path = exchange.url.split('?').next().unwrap_or_default();
            exchange.method == method
                && path.ends_with(&place)
                && (method != "POST" || exchange.body.as_ref().is_some_and(|body| body.contains(&name)))
        };
        let exchanges = self.client.exchanges();
        exchanges.iter().filter(made).max_by_key(|exchange| exchange.at).map(|made| made.request_id.clone())
    }

    /// Forgets what an earlier command changed: `sipreg undo` is about this one from now on.
    fn begin_undo(&mut self, jobs: &[WriteJob]) {
        if self.begun || jobs.iter().all(|job| job.action == Action::Bounce) {
            return;
        }
        self.begun = true;
        if let Some(Err(error)) = self.undo.as_ref().map(UndoFile::begin) {
            self.output.message(&format!("warning: {error}"));
            self.undo = None;
        }
    }

    /// A line in the journal about how a job ended; the record that it is about.
    fn note(&mut self, job: &WriteJob, verdict: &RecordVerdict, write: Option<&WriteId>) -> Registration {
        let mut subject = job.what.subject();
        if let (0, Some(now)) = (subject.id(), &verdict.now) {
            subject = (**now).clone();
        }
        if let Some(entry) = &verdict.entry {
            let line = self.line(job, &subject, entry.changes.clone(), entry.ending);
            let line = line.with_request(self.request_of(job, verdict)).of_write(write.cloned());
            self.record(&line);
            if self.begun && line.ending.is_applied() {
                let kept = self.undo.as_ref().map(|undo| undo.add(&line));
                if let Some(Err(error)) = kept {
                    self.output.message(&format!("warning: {error}"));
                    self.undo = None;
                }
            }
        }
        subject
    }

    fn performance(&self, job: &WriteJob, write: WriteId, plan: WritePlan, hurry: CancellationToken) -> Performance {
        let line = self.line(job, &job.what.subject(), job.what.changes(), Ending::Sent).of_write(Some(write));
        Performance {
            client: self.client.clone(),
            what: job.what.clone(),
            omit: Arc::clone(&self.omit),
            intent: WriteIntent { journal: self.journal.clone(), line, plan },
            recheck: Recheck::within(self.common.wait_unknown.unwrap_or_default()),
            hurry,
        }
    }

    /// A line of the journal about a job; a record that is to be created has no id.
    pub(in crate::cli) fn line(
        &self,
        job: &WriteJob,
        subject: &Registration,
        changes: Vec<Change>,
        ending: Ending,
    ) -> JournalLine {
        let line = JournalLine::of_changes(now(), self.author(), job.action, subject, changes, ending);
        JournalLine { id: line.id.filter(|id| *id != 0), ..line }
    }

    /// A line in the journal about how a change took effect on the nodes.
    pub(in crate::cli) fn record_effect(&mut self, action: Action, record: &Registration, live: &str) {
        let reported = JournalLine::of_changes(now(), self.author(), action, record, Vec::new(), Ending::Applied);
        self.record(&reported.with_live(live));
    }

    fn author(&self) -> Author {
        let user = self.client.link().borrow().user.clone();
        Author {
            profile: self.display_name(),
            user: user.or_else(|| self.settings.username.as_ref().map(|user| user.value.clone())),
            pid: std::process::id(),
        }
    }

    /// Adds a line to the journal; says once where it cannot.
    pub(in crate::cli) fn record(&mut self, line: &JournalLine) {
        let Some(journal) = &self.journal else { return };
        if let Err(error) = journal.record(line)
            && !std::mem::replace(&mut self.unreported, true)
        {
            self.output.message(&format!("warning: {error}"));
        }
    }

    fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }
}

/// Lines of data in the order of the records, whichever ends first.
#[derive(Debug, Default)]
struct InOrder {
    next: usize,
    waiting: BTreeMap<usize, Option<String>>,
}

impl InOrder {
    /// The lines that may be printed now that this record ended, with its own or without one.
    fn ended(&mut self, index: usize, line: Option<String>) -> Vec<String> {
        self.waiting.insert(index, line);
        let mut due = Vec::new();
        while let Some(line) = self.waiting.remove(&self.next) {
            due.extend(line);
            self.next += 1;
        }
        due
    }

    /// What is left at the end: some before it were not begun.
    fn rest(self) -> Vec<String> {
        self.waiting.into_values().flatten().collect()
    }
}

/// Half of a bounce that found the record as wanted. Who disabled it just before wants it disabled; who enabled it
/// finished the bounce.
fn already_bounced(draft: &Draft, verdict: RecordVerdict) -> RecordVerdict {
    if draft.value(FieldId::Enabled) == ValueRef::Flag(true) {
        let entry = JournalEntry { changes: Change::of_draft(draft), ending: Ending::AppliedUnseen, request: None };
        return RecordVerdict { entry: Some(entry), ..verdict };
    }
    let id = draft.base().id();
    let line = format!("not bounced: it was disabled just before; sipreg enable {id} enables it");
    RecordVerdict {
        now: verdict.now,
        fate: RecordOutcome::Failed(line.clone()),
        ..RecordVerdict::new(Upshot::Moved, line)
    }
}
