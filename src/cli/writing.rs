//! What all commands that write share: the server, what may be done there, which records are meant, what is wrong
//! with a change, and a rehearsal. How writes are made and reported stands in `run`.

pub(crate) mod asking;
pub(crate) mod comparing;
mod left;
mod perform;
mod plan;
mod progress;
mod request;
pub(in crate::cli) mod results;
mod run;
pub(crate) mod wording;

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use tokio::time::Instant;

use comparing::Compared;
pub use progress::{ProgressLine, clock};

use super::interrupt::Interrupts;
use super::options::Common;
use super::records::{self, LoadedRecords, RecordArgument, Selection, TargetsNeeded, Unread};
use super::session::{self, ServerSession};
use super::{CommandFailure, CommandOutput, CommandResult, Exit, GlobalOptions, Machine, OutputFormat};
use crate::api::Client;
use crate::config::Settings;
use crate::config::words::AccessSetting;
use crate::connect;
use crate::domain::change::verdict::WantedRecord;
use crate::domain::change::{Action, Change, Draft, Outcome};
use crate::domain::formats::json::JsonPasswords;
use crate::domain::record::{Record as _, Registration, Relation, Targets};
use crate::domain::rules::check;
use crate::domain::rules::{Finding, OnServer, Severity};
use crate::state::journal::{Journal, Rotation};
use crate::state::undo::UndoFile;

/// One write, and under which name the journal has it.
#[derive(Debug, Clone)]
pub struct WriteJob {
    /// The write.
    pub what: WriteKind,
    /// Its name in the journal.
    pub action: Action,
}

/// A write.
#[derive(Debug, Clone)]
pub enum WriteKind {
    /// Of these fields of a record that is there.
    Change(Box<Draft>),
    /// Of a new record.
    Create(Box<Draft>),
    /// Of the end of a record, if it is still as it was shown.
    Delete(Box<Registration>),
}

impl WriteKind {
    /// The same, as verdicts need it.
    fn wanted(&self) -> WantedRecord<'_> {
        match self {
            Self::Change(draft) => WantedRecord::Change(draft),
            Self::Create(draft) => WantedRecord::Create(draft),
            Self::Delete(shown) => WantedRecord::Delete(shown),
        }
    }

    /// The record, as it was before or as it is to be created.
    fn subject(&self) -> Registration {
        self.wanted().subject()
    }

    /// The record's id; 0 of a new one.
    pub fn id(&self) -> u64 {
        self.subject().id()
    }

    /// What people call it.
    pub fn display_name(&self) -> String {
        wording::display_name(&self.subject())
    }

    /// What it is to change, for the journal.
    pub(in crate::cli) fn changes(&self) -> Vec<Change> {
        self.wanted().changes()
    }

    /// How to find out what became of it.
    fn how_to_check(&self) -> String {
        match self {
            Self::Change(draft) => format!("check it with: sipreg show {}", draft.base().id()),
            Self::Delete(shown) => format!("check it with: sipreg show {}", shown.id()),
            Self::Create(draft) => {
                let plain = |name: &str| name.chars().all(|sign| sign.is_ascii_alphanumeric() || "-_.".contains(sign));
                match draft.name() {
                    name if !name.is_empty() && plain(name) => format!("check it with: sipreg list -f name:{name}"),
                    _ => "find its name with: sipreg list".to_owned(),
                }
            }
        }
    }
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
    unread: Unread,
    /// Streams.
    pub output: &'o mut CommandOutput,
    interrupts: Interrupts,
    journal: Option<Arc<Journal>>,
    /// What this command changes, for `sipreg undo`.
    undo: Option<UndoFile>,
    begun: bool,
    /// The server cannot compare its own tags: `If-Match` is left out from now on.
    omit: Arc<AtomicBool>,
    started: Instant,
    unreported: bool,
    /// What the records have in common, where all of them were read.
    compared: Option<Compared>,
}

impl<'o> Desk<'o> {
    /// Gets ready to write, unless the profile forbids it.
    ///
    /// # Errors
    /// Mistakes in the settings, nothing to sign in with, or a read-only profile.
    pub async fn open(options: GlobalOptions, world: Machine, output: &'o mut CommandOutput) -> CommandResult<Self> {
        Self::at_work(options, world, output, true).await
    }

    /// The same for a command that shows what it would write and never does.
    ///
    /// # Errors
    /// As [`Desk::open`], but for the read-only profile.
    pub async fn open_to_read(
        options: GlobalOptions,
        world: Machine,
        output: &'o mut CommandOutput,
    ) -> CommandResult<Self> {
        Self::at_work(options, world, output, false).await
    }

    async fn at_work(
        options: GlobalOptions,
        world: Machine,
        output: &'o mut CommandOutput,
        writes: bool,
    ) -> CommandResult<Self> {
        let mut interrupts = Interrupts::catch().map_err(color_eyre::Report::from)?;
        let common = options.common.clone();
        let opening = session::open(options, world, output);
        let ServerSession { client, settings } = interrupts.unless_interrupted(Box::pin(opening)).await??;
        if settings.access.value == AccessSetting::ReadOnly && writes && !common.dry_run {
            return Err(CommandFailure::usage(format!(
                "{} is read-only ({}). Nothing was sent; --dry-run shows the request",
                settings.identity.display_name(),
                settings.access.origin
            )));
        }
        let (largest, oldest) = connect::journal_limits(&settings);
        let journal = settings.places.state.as_deref().map(|state| {
            let journal = Journal::open(state, &settings.identity.origin);
            Arc::new(journal.rotating(Rotation { largest, oldest }))
        });
        let forms = [OutputFormat::Table, OutputFormat::Json, OutputFormat::Jsonl];
        if let Some(form @ (OutputFormat::Json | OutputFormat::Jsonl)) = session::form(&settings, &forms)? {
            output.collect_results(form == OutputFormat::Jsonl);
        }
        let undo = settings.places.state.as_deref().map(|state| UndoFile::open(state, &settings.identity.origin));
        Ok(Self {
            client,
            settings,
            common,
            targets: Targets::default(),
            unread: Unread::default(),
            output,
            interrupts,
            journal,
            undo,
            begun: false,
            omit: Arc::new(AtomicBool::new(false)),
            started: Instant::now(),
            unreported: false,
            compared: None,
        })
    }

    /// What people call the server: its badge, and the profile or the address.
    fn display_name(&self) -> String {
        self.settings.identity.display_name()
    }

    /// Waits for something that may be dropped, unless Ctrl-c comes first.
    ///
    /// # Errors
    /// Its own, or Ctrl-c.
    pub async fn unless_interrupted<T>(&mut self, wait: impl Future<Output = CommandResult<T>>) -> CommandResult<T> {
        self.interrupts.unless_interrupted(Box::pin(wait)).await?
    }

    /// The ids of records that were named.
    ///
    /// # Errors
    /// As [`records::ids_of`]; Ctrl-c.
    pub async fn named(&mut self, whom: &[RecordArgument]) -> CommandResult<Vec<u64>> {
        let client = self.client.clone();
        let naming = records::ids_of(&client, whom, self.output);
        self.interrupts.unless_interrupted(Box::pin(naming)).await?
    }

    /// The records with these ids, or that pass the filter; what they refer to is known from then on.
    ///
    /// # Errors
    /// As [`records::select`]; Ctrl-c.
    pub async fn select(&mut self, ids: &[u64], known: TargetsNeeded) -> CommandResult<Selection> {
        let (client, filter) = (self.client.clone(), self.common.filter.clone());
        let selecting =
            records::select(&client, ids, filter.as_deref(), known, self.settings.ignored.value, self.output);
        let mut selection = self.interrupts.unless_interrupted(Box::pin(selecting)).await??;
        self.targets = selection.loaded.targets.clone();
        self.unread = std::mem::take(&mut selection.loaded.unread);
        Ok(selection)
    }

    /// As [`Desk::select`], with an exit code for each that is not there, said here. `None` where the filter found
    /// nothing, which is said, too.
    ///
    /// # Errors
    /// As [`Desk::select`].
    pub async fn select_to_write(
        &mut self,
        ids: &[u64],
        known: TargetsNeeded,
    ) -> CommandResult<Option<(Selection, Vec<Exit>)>> {
        let selection = self.select(ids, known).await?;
        let others = selection.others(self.output);
        if selection.ids.is_empty() && others.is_empty() {
            self.output.message("No registration matches the filter. Nothing was sent.");
            return Ok(None);
        }
        Ok(Some((selection, others)))
    }

    /// All records, and what they refer to.
    ///
    /// # Errors
    /// They could not be read; Ctrl-c.
    pub async fn load(&mut self, known: TargetsNeeded, passwords: JsonPasswords) -> CommandResult<LoadedRecords> {
        let client = self.client.clone();
        let loading = LoadedRecords::all(&client, known, passwords, self.output);
        let mut loaded = self.interrupts.unless_interrupted(Box::pin(loading)).await??;
        self.targets = loaded.targets.clone();
        self.unread = std::mem::take(&mut loaded.unread);
        Ok(loaded)
    }

    /// Whether values that refer to these kinds can be understood and checked; says why not, or what else could not
    /// be read.
    ///
    /// # Errors
    /// The exit code, where they cannot.
    pub fn need(&mut self, needed: &[Relation]) -> Result<(), Exit> {
        let Some((relation, error)) = self.unread.of(needed) else {
            self.unread.report(self.output);
            return Ok(());
        };
        let (noun, field) = (relation.noun(), relation.field().field().name);
        self.output.message(&format!(
            "sipreg: nothing was sent: the {noun}s could not be loaded to check {field}: {}",
            error.message
        ));
        Err(Exit::of_error(error))
    }

    /// Waits.
    ///
    /// # Errors
    /// Ctrl-c.
    pub async fn wait_until(&mut self, then: Instant) -> CommandResult<()> {
        self.unless_interrupted(async move {
            tokio::time::sleep_until(then).await;
            Ok(())
        })
        .await
    }

    /// Whether what is wrong with a draft keeps it from being sent; says what is wrong, and what is only doubtful.
    pub fn judge(&mut self, draft: &Draft, standing: OnServer) -> Option<Exit> {
        let (now, then) = self.contexts(standing);
        let findings = draft.new_findings(&now, &then);
        let display_name = match standing {
            OnServer::New => wording::display_name(draft),
            // By the name that it has, not by one that it may never get.
            OnServer::Loaded => wording::display_name(draft.base()),
        };
        self.report_findings(&display_name, &findings)
    }

    /// Says who loses a binding because a record is deleted, or disabled for a while.
    pub fn warn_of_loss(&mut self, record: &Registration) {
        let (_, then) = self.contexts(OnServer::Loaded);
        let loss = check::loss(record, None::<&Registration>, &then);
        self.report_findings(&wording::display_name(record), loss.as_slice());
    }

    /// Says what was found about a record, and whether it blocks.
    pub fn report_findings(&mut self, display_name: &str, findings: &[Finding]) -> Option<Exit> {
        for finding in findings {
            let name = finding.field.field().name;
            self.output.message(&match finding.severity {
                Severity::Error => format!("sipreg: {display_name}: not sent: {name}: {}", finding.message),
                Severity::Down | Severity::Warning | Severity::Info => {
                    format!("{}: {display_name}: {name}: {}", finding.severity.word(), finding.message)
                }
            });
        }
        let blocks = findings.iter().any(|finding| finding.severity == Severity::Error);
        blocks.then_some(Exit::Invalid)
    }

    /// One line about a record that is as it should be, without a write.
    ///
    /// # Errors
    /// Standard output does not take it.
    pub fn report_already(&mut self, record: &Registration, line: &str) -> CommandResult<()> {
        if self.output.collects() {
            results::already(self.output, record, line);
            return Ok(());
        }
        self.print_data(&format!("{}: {line}", wording::display_name(record)))
    }

    /// A line of data. Whoever closed the pipe does not want to know, but wants it done.
    fn print_data(&mut self, line: &str) -> CommandResult<()> {
        if self.output.is_quiet() {
            return Ok(());
        }
        match self.output.line(line).and_then(|()| self.output.flush()) {
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
            other => Ok(other?),
        }
    }

    /// Writes, or says with `--dry-run` what it would write. `others` are the ends of those that were left out before.
    ///
    /// # Errors
    /// As [`Desk::run`] and [`Desk::rehearse`].
    pub async fn run_or_rehearse(&mut self, jobs: &[WriteJob], others: &[Exit]) -> CommandResult {
        if self.common.dry_run {
            return self.rehearse(jobs, others).await;
        }
        Ok(self.run(jobs).await?.exit(others))
    }

    /// Says what would change, and with `--verbose` prints the requests, after the same look at each record; sends
    /// none. `others` are the ends of those that were left out before, as in a run.
    ///
    /// # Errors
    /// Ctrl-c; standard output does not take it.
    pub async fn rehearse(&mut self, jobs: &[WriteJob], others: &[Exit]) -> CommandResult {
        let mut exits = others.to_vec();
        for job in jobs {
            let (client, what) = (self.client.clone(), job.what.clone());
            let rehearsed = self.unless_interrupted(async move { Ok(request::rehearsed(&client, what).await) }).await?;
            match rehearsed {
                request::Rehearsed::Request { text, tag } => {
                    self.report_rehearsed(job, tag.as_deref())?;
                    if self.common.verbose && !self.output.collects() {
                        for line in text.lines() {
                            self.output.line(line)?;
                        }
                        self.output.line("")?;
                    }
                    exits.push(Exit::Done);
                }
                request::Rehearsed::Ended(changed) => {
                    let verdict = wording::verdict(job.what.wanted(), &Outcome::Changed(*changed), &self.targets);
                    let line = format!("{}: {}", job.what.display_name(), verdict.line);
                    if self.output.collects() {
                        results::reported(self.output, job, &verdict, &self.targets, None);
                    } else if verdict.is_data() {
                        self.print_data(&line)?;
                    } else {
                        self.output.message(&format!("sipreg: {line}"));
                    }
                    exits.push(wording::exit_of(&verdict));
                }
            }
        }
        self.output.flush()?;
        Ok(wording::exit_of_all(&exits))
    }

    /// What would be done to a record, and the tag that it has now.
    fn report_rehearsed(&mut self, job: &WriteJob, tag: Option<&str>) -> CommandResult<()> {
        if self.output.collects() {
            results::planned(self.output, job, &self.targets);
            return Ok(());
        }
        let words = match &job.what {
            WriteKind::Change(draft) => format!("would change {}", wording::changes(draft, &self.targets)),
            WriteKind::Create(draft) => format!("would be created: {}", wording::values(draft, &self.targets)),
            WriteKind::Delete(_) => "would be deleted".to_owned(),
        };
        let tag = tag.map_or_else(String::new, |tag| format!("; ETag {tag}"));
        self.print_data(&format!("{}: {words}{tag}", job.what.display_name()))
    }
}
