//! What all commands that write share: the server and what may be done there, writes under way four at a time,
//! what is told of each, the journal, and an end by Ctrl-c that leaves nobody in doubt.

pub mod asking;
mod progress;
mod request;
pub mod told;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::task::JoinSet;
use tokio::time::Instant;

pub use progress::{Progress, clock};

use super::World;
use super::exit::Exit;
use super::failure::Failure;
use super::interrupt::Interrupts;
use super::options::{Common, Options};
use super::output::Output;
use super::records::{self, Known, Loaded, Selection};
use super::session::{self, Session};
use crate::api::{Client, Precondition};
use crate::config::Settings;
use crate::config::words::Access;
use crate::domain::bulk::{AT_ONCE, Bulk, Fate, Phase, State};
use crate::domain::check::{Context, Finding, Severity, Standing};
use crate::domain::draft::Draft;
use crate::domain::flat::Passwords;
use crate::domain::journal::{Action, Author, JournalLine};
use crate::domain::outcome::{Changed, Created, Deleted, Saved};
use crate::domain::registration::{Record, Registration};
use crate::domain::relation::Targets;
use crate::edit;
use crate::state::journal::Journal;
use told::Verdict;

/// One write, and under which name the journal has it.
#[derive(Debug, Clone)]
pub struct Job {
    /// The write.
    pub what: What,
    /// Its name in the journal.
    pub action: Action,
}

/// A write.
#[derive(Debug, Clone)]
pub enum What {
    /// Of these fields of a record that is there.
    Change(Box<Draft>),
    /// Of a new record.
    Create(Box<Draft>),
    /// Of the end of a record, if it is still as it was shown.
    Delete(Box<Registration>),
}

impl What {
    /// The record, as it was before or as it is to be created.
    fn subject(&self) -> Registration {
        match self {
            Self::Change(draft) => draft.base().clone(),
            Self::Create(draft) => draft.result(),
            Self::Delete(shown) => (**shown).clone(),
        }
    }

    /// What people call it.
    #[must_use]
    pub fn called(&self) -> String {
        told::called(&self.subject())
    }
}

/// How the engine says that it ended.
enum Ended {
    Changed(Changed),
    Created(Created),
    Deleted(Deleted),
}

/// A command at work.
#[derive(Debug)]
pub struct Desk<'o> {
    /// The server.
    pub client: Client,
    /// What holds.
    pub settings: Settings,
    /// What the command line says besides.
    pub common: Common,
    /// Pops, nodes and transports, as far as they are known.
    pub targets: Targets,
    /// Streams.
    pub output: &'o mut Output,
    interrupts: Interrupts,
    journal: Option<Journal>,
    /// The server cannot compare its own tags: `If-Match` is left out from now on.
    omit: Arc<AtomicBool>,
    started: Instant,
    untold: bool,
}

/// What is to become of records that a command was given, each with its verdict.
#[derive(Debug, Default)]
pub struct Results {
    /// Of each job in order, how it ended; none where it was not begun.
    pub verdicts: BTreeMap<usize, Verdict>,
    /// Jobs that were not begun, or of which no answer was waited for.
    pub left: Vec<usize>,
    /// Whether Ctrl-c ended it.
    pub interrupted: bool,
}

impl Results {
    /// The exit code of all, with those of records that were not even tried.
    #[must_use]
    pub fn exit(&self, others: &[Exit]) -> Exit {
        if self.interrupted {
            return Exit::Interrupted;
        }
        let exits: Vec<Exit> =
            self.verdicts.values().map(|verdict| verdict.exit).chain(others.iter().copied()).collect();
        told::exit_of_all(&exits)
    }
}

impl<'o> Desk<'o> {
    /// Gets ready to write, unless the profile forbids it.
    ///
    /// # Errors
    /// Mistakes in the settings, nothing to sign in with, or a read-only profile.
    pub async fn open(options: Options, world: World, output: &'o mut Output) -> Result<Self, Failure> {
        let mut interrupts = Interrupts::catch().map_err(color_eyre::Report::from)?;
        let common = options.common.clone();
        let Session { client, settings } = tokio::select! {
            biased;
            () = interrupts.next() => return Err(Failure::Interrupted),
            session = session::open(options, world, output) => session?,
        };
        if settings.access.value == Access::ReadOnly && !common.dry_run {
            return Err(Failure::usage(format!(
                "{} is read-only ({}): nothing was sent; --dry-run shows what would be",
                settings.name(),
                settings.access.origin
            )));
        }
        let journal = settings.places.state.as_deref().map(|state| Journal::open(state, settings.name()));
        Ok(Self {
            client,
            settings,
            common,
            targets: Targets::default(),
            output,
            interrupts,
            journal,
            omit: Arc::new(AtomicBool::new(false)),
            started: Instant::now(),
            untold: false,
        })
    }

    /// Waits for something that may be dropped, unless Ctrl-c comes first.
    ///
    /// # Errors
    /// Its own, or Ctrl-c.
    pub async fn unless_interrupted<T>(
        &mut self,
        wait: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, Failure> {
        tokio::select! {
            biased;
            () = self.interrupts.next() => Err(Failure::Interrupted),
            ended = wait => ended,
        }
    }

    /// The records with these ids, or that pass the filter; what they refer to is known from then on.
    ///
    /// # Errors
    /// As [`records::select`]; Ctrl-c.
    pub async fn select(&mut self, ids: &[u64], known: Known) -> Result<Selection, Failure> {
        let (client, filter) = (self.client.clone(), self.common.filter.clone());
        let selecting = records::select(&client, ids, filter.as_deref(), known, self.output);
        let selection = tokio::select! {
            biased;
            () = self.interrupts.next() => return Err(Failure::Interrupted),
            selection = selecting => selection?,
        };
        self.targets = selection.loaded.targets.clone();
        Ok(selection)
    }

    /// All records, and what they refer to.
    ///
    /// # Errors
    /// They could not be read; Ctrl-c.
    pub async fn load(&mut self, known: Known, passwords: Passwords) -> Result<Loaded, Failure> {
        let client = self.client.clone();
        let loading = Loaded::all(&client, known, passwords, self.output);
        let loaded = tokio::select! {
            biased;
            () = self.interrupts.next() => return Err(Failure::Interrupted),
            loaded = loading => loaded?,
        };
        self.targets = loaded.targets.clone();
        Ok(loaded)
    }

    /// Waits.
    ///
    /// # Errors
    /// Ctrl-c.
    pub async fn wait_until(&mut self, then: Instant) -> Result<(), Failure> {
        self.unless_interrupted(async move {
            tokio::time::sleep_until(then).await;
            Ok(())
        })
        .await
    }

    /// Whether what is wrong with a draft keeps it from being sent; says what is wrong, and what is only doubtful.
    pub fn judge(&mut self, draft: &Draft, standing: Standing) -> Option<Exit> {
        let findings = draft.new_findings(&Context::new(&self.targets, None, standing));
        self.tell_findings(&told::called(draft), &findings)
    }

    /// Says what was found about a record, and whether it blocks.
    pub fn tell_findings(&mut self, called: &str, findings: &[Finding]) -> Option<Exit> {
        for finding in findings {
            let name = finding.field.field().name;
            self.output.message(&match finding.severity {
                Severity::Error => format!("sipreg: {called}: not sent: {name}: {}", finding.message),
                Severity::Warning => format!("warning: {called}: {name}: {}", finding.message),
            });
        }
        let blocks = findings.iter().any(|finding| finding.severity == Severity::Error);
        blocks.then_some(Exit::Invalid)
    }

    /// One line about a record that is as it should be, without a write.
    ///
    /// # Errors
    /// Standard output does not take it.
    pub fn tell_already(&mut self, called: &str, line: &str) -> Result<(), Failure> {
        self.tell_data(&format!("{called}: {line}"))
    }

    /// A line of data. Whoever closed the pipe does not want to know, but wants it done.
    fn tell_data(&mut self, line: &str) -> Result<(), Failure> {
        match self.output.line(line).and_then(|()| self.output.flush()) {
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
            other => Ok(other?),
        }
    }

    /// Does all of it, four at a time, and says of each how it ended. Stops after three failures in a row. The
    /// first Ctrl-c lets what is under way end, the second does not wait for it.
    ///
    /// # Errors
    /// Standard output does not take any more.
    pub async fn run(&mut self, jobs: &[Job]) -> Result<Results, Failure> {
        let mut bulk: Bulk<usize> = Bulk::new(0..jobs.len()).at_once(AT_ONCE);
        let mut results = Results::default();
        let mut running: JoinSet<(usize, Ended)> = JoinSet::new();
        let mut progress = Progress::of(self.output.width().is_some());
        loop {
            for index in bulk.begin(self.elapsed()) {
                let Some(job) = jobs.get(index) else { continue };
                let (client, omit, what) = (self.client.clone(), Arc::clone(&self.omit), job.what.clone());
                running.spawn(async move { (index, perform(&client, what, &omit).await) });
            }
            let ended = tokio::select! {
                biased;
                () = self.interrupts.next() => {
                    progress.clear();
                    if results.interrupted {
                        break;
                    }
                    results.interrupted = true;
                    bulk.cancel(self.elapsed());
                    self.output.message(&match running.len() {
                        0 => "interrupted".to_owned(),
                        count => format!(
                            "interrupted: nothing more is begun; waiting for {count} under way (Ctrl-c again: do not wait)"
                        ),
                    });
                    continue;
                }
                ended = running.join_next() => ended,
            };
            let Some(ended) = ended else { break };
            let (index, ended) = ended.map_err(color_eyre::Report::from)?;
            let Some(job) = jobs.get(index) else { continue };
            progress.clear();
            let verdict = self.judged(job, &ended);
            self.tell(job, &verdict)?;
            bulk.end(&index, verdict.fate.clone(), self.elapsed());
            results.verdicts.insert(index, verdict);
            if bulk.phase() == Phase::Paused {
                bulk.cancel(self.elapsed());
                self.output.message("stopped: three failures in a row");
            }
            let counts = bulk.counts();
            progress.show(counts.ended(), counts.total(), bulk.time_left(self.elapsed()));
        }
        progress.clear();
        self.leave(jobs, &bulk, &mut results);
        Ok(results)
    }

    /// Says what was not done, and of what the end is not known.
    fn leave(&mut self, jobs: &[Job], bulk: &Bulk<usize>, results: &mut Results) {
        let (mut unsent, mut open) = (Vec::new(), Vec::new());
        for item in bulk.items() {
            let Some(job) = jobs.get(item.key) else { continue };
            match item.state {
                State::Running => open.push(job.what.called()),
                State::Waiting | State::Ended(Fate::NotSent) => unsent.push(job.what.called()),
                State::Ended(_) => continue,
            }
            results.left.push(item.key);
        }
        for called in open {
            self.output.message(&format!("sipreg: {called}: UNKNOWN how it ended: look at it before you run it again"));
        }
        if !unsent.is_empty() {
            self.output.message(&format!("not sent: {}", unsent.join(", ")));
        }
        let counts = bulk.counts();
        if counts.total() > 1 {
            let told = [
                (counts.done, "done"),
                (counts.already_so, "already so"),
                (counts.conflicts, "changed by someone else"),
                (counts.failed, "failed"),
                (counts.unknown + counts.running, "UNKNOWN"),
                (counts.not_sent + counts.waiting, "not sent"),
            ];
            let told: Vec<String> =
                told.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
            self.output.message(&told.join(", "));
        }
    }

    fn judged(&mut self, job: &Job, ended: &Ended) -> Verdict {
        match (&job.what, ended) {
            (What::Change(draft), Ended::Changed(changed)) => told::changed(draft, changed, &self.targets),
            (What::Create(draft), Ended::Created(created)) => told::created(draft, created, &self.targets),
            (What::Delete(shown), Ended::Deleted(deleted)) => told::deleted(shown, deleted, &self.targets),
            (
                What::Change(_) | What::Create(_) | What::Delete(_),
                Ended::Changed(_) | Ended::Created(_) | Ended::Deleted(_),
            ) => Verdict::failed(Exit::Bug, "another write was made than was asked for"),
        }
    }

    /// One line about a record, what else is to be known, and a line in the journal.
    fn tell(&mut self, job: &Job, verdict: &Verdict) -> Result<(), Failure> {
        let mut subject = job.what.subject();
        if let (0, Some(now)) = (subject.id(), &verdict.now) {
            subject = (**now).clone();
        }
        let called = told::called(&subject);
        for note in &verdict.notes {
            self.output.message(&format!("note: {called}: {note}"));
        }
        if let Some(entry) = &verdict.entry {
            let line = JournalLine::of_changes(
                now(),
                self.author(),
                job.action,
                &subject,
                entry.changes.clone(),
                entry.ending,
            );
            let line = JournalLine { id: line.id.filter(|id| *id != 0), ..line };
            self.record(&line.with_request(entry.request.clone()));
        }
        if verdict.is_data() {
            self.tell_data(&format!("{called}: {}", verdict.line))
        } else {
            self.output.message(&format!("sipreg: {called}: {}", verdict.line));
            Ok(())
        }
    }

    fn author(&self) -> Author {
        let name = self.settings.name();
        let user = self.client.link().borrow().user.clone();
        Author {
            profile: self
                .settings
                .badge
                .as_ref()
                .map_or_else(|| name.to_owned(), |badge| format!("{} {name}", badge.value)),
            user: user.or_else(|| self.settings.username.as_ref().map(|user| user.value.clone())),
            pid: std::process::id(),
        }
    }

    fn record(&mut self, line: &JournalLine) {
        let Some(journal) = &self.journal else { return };
        if let Err(error) = journal.record(line)
            && !std::mem::replace(&mut self.untold, true)
        {
            self.output.message(&format!("warning: the journal does not have it: {error}"));
        }
    }

    /// Prints the requests that would be sent, after the same look at each record, and sends none.
    ///
    /// # Errors
    /// Ctrl-c; standard output does not take it.
    pub async fn rehearse(&mut self, jobs: &[Job]) -> Result<Exit, Failure> {
        let mut exits = Vec::new();
        for job in jobs {
            let (client, what) = (self.client.clone(), job.what.clone());
            let rehearsed = self.unless_interrupted(async move { Ok(request::rehearsed(&client, what).await) }).await?;
            match rehearsed {
                request::Rehearsed::Request(text) => {
                    for line in text.lines() {
                        self.output.line(line)?;
                    }
                    self.output.line("")?;
                    exits.push(Exit::Done);
                }
                request::Rehearsed::Ended(draft, changed) => {
                    let verdict = told::changed(&draft, &changed, &self.targets);
                    let line = format!("{}: {}", job.what.called(), verdict.line);
                    self.output.message(&line);
                    exits.push(verdict.exit);
                }
            }
        }
        self.output.flush()?;
        Ok(told::exit_of_all(&exits))
    }

    fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }
}

/// The time of day.
#[expect(clippy::disallowed_methods, reason = "a command has no loop that could hand it the time")]
fn now() -> DateTime<Utc> {
    Utc::now()
}

/// Does one write, a second time without `If-Match` where the server cannot compare: it was not done then.
async fn perform(client: &Client, what: What, omit: &AtomicBool) -> Ended {
    let precondition = if omit.load(Ordering::Relaxed) { Precondition::Omit } else { Precondition::Send };
    let ended = attempt(client, &what, precondition).await;
    let cannot = match &ended {
        Ended::Changed(Changed::Sent { saved: Saved::CannotCompare, .. }) | Ended::Deleted(Deleted::CannotCompare) => {
            precondition == Precondition::Send
        }
        Ended::Changed(_) | Ended::Created(_) | Ended::Deleted(_) => false,
    };
    if !cannot {
        return ended;
    }
    omit.store(true, Ordering::Relaxed);
    attempt(client, &what, Precondition::Omit).await
}

async fn attempt(client: &Client, what: &What, precondition: Precondition) -> Ended {
    match what {
        What::Change(draft) => Ended::Changed(edit::change(client, draft, precondition).await),
        What::Create(draft) => Ended::Created(edit::create(client, draft).await),
        What::Delete(shown) => Ended::Deleted(edit::delete(client, shown, None, precondition).await),
    }
}
