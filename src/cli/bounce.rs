//! `sipreg bounce`: disables, waits at least one poll of the nodes, and enables what it disabled, and nothing else.
//! Whatever ends it, every record that is not known to be enabled then is named.

use std::time::Duration;

use clap::Args;
use tokio::time::Instant;

use super::live::{SavedRecords, WaitLive};
use super::options::span;
use super::records::{LoadedRecords, RecordArgument, TargetsNeeded};
use super::set::meant;
use super::writing::{Desk, ProgressLine, WriteJob, WriteKind, clock, wording};
use super::{CommandFailure, CommandOutput, CommandResult, Exit, GlobalOptions, Machine};
use crate::config::value::show_span;
use crate::connect;
use crate::domain::answer::Conditional;
use crate::domain::change::{Action, Draft, Ending, Outlook, Recheck, RecordOutcome, Toggle, Upshot, WriteId};
use crate::domain::record::{FieldId, Record as _, Registration, Value};
use crate::live::Provider;

/// Examples for `--help`.
pub const EXAMPLES: &str = "Examples:
  sipreg bounce 16
  sipreg bounce -f 'domain:betatel enabled:yes' --yes
  sipreg bounce 16 --wait 30s

Nodes see changes only at each poll (node_poll of the profile, 300 s by default); a shorter outage may be missed. Ctrl-c while waiting leaves the registrations disabled and says so.";

/// Which registrations are switched off and on again.
#[derive(Debug, Clone, Args)]
pub struct Bounce {
    /// Registration IDs or names
    #[arg(value_name = "ID|NAME")]
    pub whom: Vec<RecordArgument>,
    /// Time disabled: seconds, or 30s, 5m [default: the node poll of the profile]
    #[arg(long, value_name = "TIME", value_parser = span)]
    pub wait: Option<Duration>,
    /// Waiting for the nodes.
    #[command(flatten)]
    pub live: WaitLive,
}

/// Switches records off, waits, and switches them on again.
///
/// # Errors
/// What stopped it before anything was sent.
pub async fn run(bounce: &Bounce, options: GlobalOptions, world: Machine, output: &mut CommandOutput) -> CommandResult {
    meant(&bounce.whom, &options)?;
    let mut desk = Desk::open(options, world, output).await?;
    let poll = desk.settings.node_poll.value;
    let wait = bounce.wait.unwrap_or(poll);
    if wait < poll {
        let (wait, poll) = (show_span(wait), show_span(poll));
        desk.output.message(&format!(
            "warning: nodes poll every {poll}; disabled for only {wait}, some may not \
                                      notice"
        ));
    }
    let waits = desk.waits_live(bounce.live)?;
    let ids = desk.named(&bounce.whom).await?;
    let Some((selection, mut others)) = desk.select_to_write(&ids, TargetsNeeded::Mentioned).await? else {
        return Ok(Exit::Done);
    };
    let mut jobs = Vec::new();
    for record in selection.records() {
        if record.enabled() == Some(false) {
            let (display_name, id) = (wording::display_name(&record), record.id());
            desk.output.message(&format!(
                "sipreg: {display_name}: not bounced: already disabled. Enable it: sipreg enable {id}"
            ));
            others.push(Exit::Failed);
            continue;
        }
        jobs.push(switched(record, Toggle::Off));
    }
    warn(&mut desk, &selection.loaded, &jobs).await?;
    let names: Vec<String> = jobs.iter().map(|job| job.what.display_name()).collect();
    desk.confirm("bounce", &names).await?;
    if desk.common.dry_run {
        if !jobs.is_empty() {
            desk.output.message(&format!("then, after {}, the same with enabled true:", show_span(wait)));
        }
        return desk.rehearse(&jobs, &others).await;
    }
    // What it needs is there before anything is sent.
    let provider = if bounce.wait.is_none() { connect::live_provider(&desk.settings)? } else { None };
    let off = desk.run_all(&jobs).await?;
    let mut halfway = Halfway::default();
    for (index, job) in jobs.iter().enumerate() {
        let perhaps = |shown| Open { job: job.clone(), write: off.writes.get(&index).cloned(), shown };
        let Some(verdict) = off.verdicts.get(&index) else {
            if off.open.contains(&index) {
                halfway.open.push(perhaps(None));
            } else {
                others.push(Exit::Failed);
            }
            continue;
        };
        match &verdict.fate {
            RecordOutcome::Done => halfway.off.extend(verdict.now.as_deref().cloned()),
            RecordOutcome::Unknown(_) => {
                halfway.open.push(perhaps(verdict.as_before.then_some(Toggle::On)));
            }
            // What someone else disabled at the same moment is theirs to enable.
            _ => others.push(wording::exit_of(verdict)),
        }
    }
    if halfway.is_finished() {
        return Ok(off.heard()?.exit(&others));
    }
    let ended = if off.interrupted {
        Err(CommandFailure::Interrupted)
    } else {
        finish(&mut desk, &mut halfway, &others, Times { provider, wait, waits }).await
    };
    halfway.end(&mut desk, &others, ended.and_then(|exit| off.deaf.map_or(Ok(exit), Err)))
}

/// How long each part of a bounce waits.
struct Times {
    /// Who is asked whether the nodes have dropped the registrations.
    provider: Option<Provider>,
    wait: Duration,
    /// Waiting for the nodes at the end.
    waits: Option<(Provider, Duration)>,
}

/// The wait and the second half. What is not known to be enabled at its end is left in `halfway`, whatever ended it.
async fn finish(desk: &mut Desk<'_>, halfway: &mut Halfway, others: &[Exit], times: Times) -> CommandResult {
    until_off(desk, halfway, times.provider, times.wait).await?;
    let jobs: Vec<WriteJob> = halfway.off.iter().map(|record| switched(record.clone(), Toggle::On)).collect();
    let on = desk.run_all(&jobs).await?;
    for (index, (job, record)) in jobs.iter().zip(std::mem::take(&mut halfway.off)).enumerate() {
        let perhaps = |shown| Open { job: job.clone(), write: on.writes.get(&index).cloned(), shown };
        match on.verdicts.get(&index) {
            Some(verdict) if verdict.is_as_wanted() || verdict.upshot == Upshot::Gone => {}
            Some(verdict) if matches!(verdict.fate, RecordOutcome::Unknown(_)) => {
                halfway.open.push(perhaps(verdict.as_before.then_some(Toggle::Off)));
            }
            Some(verdict) if verdict.now.as_ref().is_some_and(|now| now.enabled() == Some(true)) => {}
            None if on.open.contains(&index) => halfway.open.push(perhaps(None)),
            Some(_) | None => halfway.off.push(record),
        }
    }
    if on.interrupted {
        return Err(CommandFailure::Interrupted);
    }
    let on = on.heard()?;
    let exit = on.exit(others);
    match times.waits {
        Some(waits) if halfway.is_finished() => {
            let saved = SavedRecords { records: on.saved(), action: Action::Bounce, fields: &[FieldId::Enabled] };
            desk.wait_live(waits, saved, &[], exit).await
        }
        Some(_) | None => Ok(exit),
    }
}

/// Says who else loses a binding while these are off.
async fn warn(desk: &mut Desk<'_>, loaded: &LoadedRecords, jobs: &[WriteJob]) -> CommandResult<()> {
    let drafts = jobs.iter().filter_map(|job| match &job.what {
        WriteKind::Change(draft) => Some(draft),
        WriteKind::Create(_) | WriteKind::Delete(_) => None,
    });
    let mut outlook = Outlook::default();
    for draft in drafts.clone() {
        outlook.changes(&**draft);
    }
    if !jobs.is_empty() {
        desk.compare(loaded, &outlook).await?;
    }
    for draft in drafts {
        desk.warn_of_loss(draft.base());
    }
    Ok(())
}

/// Waits until every node has dropped the registrations, where nodes can be asked and no time was given; else, and at
/// most, for the time that they need to notice.
async fn until_off(
    desk: &mut Desk<'_>,
    halfway: &mut Halfway,
    provider: Option<Provider>,
    wait: Duration,
) -> CommandResult<()> {
    let Some(provider) = provider.filter(|_| halfway.open.is_empty()) else {
        return count_down(desk, halfway, wait).await;
    };
    let names: Vec<String> = halfway.off.iter().map(wording::display_name).collect();
    desk.output.message(&format!(
        "disabled until the nodes have dropped it, at most {}: {}. Ctrl-c leaves {} disabled",
        show_span(wait),
        names.join(", "),
        if names.len() == 1 { "it" } else { "them" }
    ));
    desk.until_settled(provider, halfway.off.clone(), wait, &[]).await?;
    Ok(())
}

/// Records between the halves of their bounce; at its end, those that are not known to be enabled.
#[derive(Debug, Default)]
struct Halfway {
    /// Disabled.
    off: Vec<Registration>,
    /// Perhaps, or not yet.
    open: Vec<Open>,
}

/// A half of which the result is not known.
#[derive(Debug)]
struct Open {
    job: WriteJob,
    write: Option<WriteId>,
    /// What the server showed last, though it may still do the half.
    shown: Option<Toggle>,
}

impl Halfway {
    const fn is_finished(&self) -> bool {
        self.off.is_empty() && self.open.is_empty()
    }

    /// Reads back what is open. Returns whether something was found to be disabled.
    async fn read_back(&mut self, desk: &mut Desk<'_>) -> CommandResult<bool> {
        let mut found = false;
        let mut next = 0;
        while let Some(open) = self.open.get(next) {
            let (client, id) = (desk.client.clone(), open.job.what.id());
            // It stays in the list until it is known: Ctrl-c can come while it is read.
            let read = desk.unless_interrupted(async move { Ok(client.registration(id, None).await) }).await?;
            let now = match read {
                Ok(Conditional::Changed(now)) if now.registration.enabled() == Some(false) => now.registration,
                other => {
                    let shows_on =
                        matches!(&other, Ok(Conditional::Changed(now)) if now.registration.enabled() == Some(true));
                    if let Some(open) = self.open.get_mut(next) {
                        open.shown = shows_on.then_some(Toggle::On);
                    }
                    next += 1;
                    continue;
                }
            };
            let open = self.open.remove(next);
            let line = desk.line(&open.job, &now, open.job.what.changes(), Ending::AppliedUnseen);
            desk.record(&line.of_write(open.write));
            self.off.push(now.clone());
            found = true;
            let reported = "enabled yes -> no";
            if desk.report_already(&now, reported).is_err() {
                // It waits to be enabled again, whoever reads this.
                desk.output.message(&format!("{}: {reported}", wording::display_name(&now)));
            }
        }
        Ok(found)
    }

    /// The end of a bounce, however it came about: names every record that is not known to be enabled. What half was
    /// done is not "nothing changed", whatever stopped the other half.
    fn end(self, desk: &mut Desk<'_>, others: &[Exit], ended: CommandResult) -> CommandResult {
        if self.is_finished() {
            return ended;
        }
        let exit = match ended {
            Ok(exit) => exit,
            Err(CommandFailure::Interrupted) => Exit::Interrupted,
            Err(failure) => failure.report(desk.output),
        };
        let mut ids = Vec::new();
        for record in &self.off {
            let display_name = wording::display_name(record);
            desk.output.message(&format!("sipreg: {display_name} is DISABLED because of an unfinished bounce"));
            ids.push(record.id().to_string());
        }
        for Open { job, shown, .. } in &self.open {
            let (display_name, id) = (job.what.display_name(), job.what.id());
            let (is, why) = match shown {
                Some(Toggle::Off) => ("is", "the server may still enable it"),
                Some(Toggle::On) => ("may become", "the server may still disable it"),
                None => ("may be", "result unknown"),
            };
            desk.output.message(&format!(
                "sipreg: {display_name} {is} DISABLED because of an unfinished bounce ({why}); check it with: sipreg show {id}"
            ));
            ids.push(id.to_string());
        }
        desk.output.message(&format!("sipreg: to enable again: sipreg enable {}", ids.join(" ")));
        Ok(match exit {
            Exit::Interrupted => Exit::Interrupted,
            _ if !self.open.is_empty() || [&[exit], others].concat().contains(&Exit::Unknown) => Exit::Unknown,
            _ => Exit::Partial,
        })
    }
}

fn switched(record: Registration, to: Toggle) -> WriteJob {
    let mut draft = Draft::new(record, None);
    draft.set(FieldId::Enabled, Value::Flag(to.enabled()));
    WriteJob { what: WriteKind::Change(Box::new(draft)), action: Action::Bounce }
}

async fn count_down(desk: &mut Desk<'_>, halfway: &mut Halfway, wait: Duration) -> CommandResult<()> {
    let mut names: Vec<String> = halfway.off.iter().map(wording::display_name).collect();
    names.extend(halfway.open.iter().map(|open| format!("{} (perhaps)", open.job.what.display_name())));
    let begun = Instant::now();
    let mut end = begun + wait;
    let recheck = Recheck::within(wait);
    let mut next = recheck.next_after(Duration::ZERO);
    desk.output.message(&format!(
        "disabled for {}: {}. Ctrl-c leaves {} disabled",
        show_span(wait),
        wording::some_of(&names),
        if names.len() == 1 { "it" } else { "them" }
    ));
    let mut progress = ProgressLine::of(false);
    loop {
        if let Some(point) = next.filter(|point| !halfway.open.is_empty() && begun.elapsed() >= *point) {
            next = recheck.next_after(point);
            if halfway.read_back(desk).await? {
                // A whole wait from here: no node may have noticed before.
                end = Instant::now() + wait;
            }
        }
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Ok(());
        }
        progress.line(&format!("enabling in {}", clock(left)));
        desk.wait_until(end.min(Instant::now() + Duration::from_secs(1))).await?;
    }
}
