//! `sipreg bounce`: off, at least one poll of the nodes later on again. What is switched on again is what was
//! switched off here, and nothing else; an end in between says what is off.

use std::time::Duration;

use clap::Args;
use tokio::time::Instant;

use super::Machine;
use super::exit::Exit;
use super::failure::CommandFailure;
use super::live::{SavedRecords, WaitLive};
use super::options::{GlobalOptions, span};
use super::output::CommandOutput;
use super::records::{LoadedRecords, TargetsNeeded, Whom};
use super::set::meant;
use super::writing::{Desk, ProgressLine, WriteJob, WriteKind, clock, told};
use crate::config::value::show_span;
use crate::connect;
use crate::domain::answer::Conditional;
use crate::domain::change::bulk::RecordOutcome;
use crate::domain::change::journal::{Action, Ending, WriteId};
use crate::domain::change::outcome::Toggle;
use crate::domain::change::outlook::Outlook;
use crate::domain::change::recheck::Recheck;
use crate::domain::record::draft::Draft;
use crate::domain::record::field::FieldId;
use crate::domain::record::registration::{Record as _, Registration};
use crate::domain::record::value::Value;

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
    pub whom: Vec<Whom>,
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
pub async fn run(
    bounce: &Bounce,
    options: GlobalOptions,
    world: Machine,
    output: &mut CommandOutput,
) -> Result<Exit, CommandFailure> {
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
    let selection = desk.select(&ids, TargetsNeeded::Mentioned).await?;
    let mut others = selection.others(desk.output);
    if selection.ids.is_empty() && others.is_empty() {
        desk.output.message("No registration matches the filter. Nothing was sent.");
        return Ok(Exit::Done);
    }
    let mut jobs = Vec::new();
    for row in selection.ids.iter().filter_map(|id| selection.loaded.records.get(*id)) {
        let record = Registration::from_record(&row);
        if record.enabled() == Some(false) {
            let (called, id) = (told::called(&record), record.id());
            desk.output
                .message(&format!("sipreg: {called}: not bounced: already disabled. Enable it: sipreg enable {id}"));
            others.push(Exit::Failed);
            continue;
        }
        jobs.push(switched(record, Toggle::Off));
    }
    warn(&mut desk, &selection.loaded, &jobs).await?;
    let names: Vec<String> = jobs.iter().map(|job| job.what.called()).collect();
    desk.confirm("bounce", &names).await?;
    if desk.common.dry_run {
        if !jobs.is_empty() {
            desk.output.message(&format!("then, after {}, the same with enabled true:", show_span(wait)));
        }
        return desk.rehearse(&jobs, &others).await;
    }
    let off = desk.run(&jobs).await?;
    let mut halfway = Halfway::default();
    for (index, verdict) in &off.verdicts {
        match (&verdict.fate, jobs.get(*index)) {
            (RecordOutcome::Done, _) => halfway.off.extend(verdict.now.as_deref().cloned()),
            (RecordOutcome::Unknown(_), Some(job)) => {
                halfway.open.push(Open { job: job.clone(), write: off.writes.get(index).cloned() });
            }
            // What somebody else disabled at the same moment is theirs to enable.
            _ => others.push(told::exit_of(verdict)),
        }
    }
    others.extend(off.left.iter().map(|_| Exit::Failed));
    if halfway.off.is_empty() && halfway.open.is_empty() {
        return Ok(off.exit(&others));
    }
    if off.interrupted {
        return Ok(still_off(&mut desk, &halfway.off));
    }
    match until_off(&mut desk, &mut halfway, bounce.wait, wait).await {
        Ok(()) => {}
        Err(CommandFailure::Interrupted) => return Ok(still_off(&mut desk, &halfway.off)),
        Err(failure) => return Err(failure),
    }
    others.extend(halfway.open.iter().map(|_| Exit::Unknown));
    let records = halfway.off;
    let jobs: Vec<WriteJob> = records.iter().map(|record| switched(record.clone(), Toggle::On)).collect();
    let on = desk.run(&jobs).await?;
    let lost: Vec<Registration> = records
        .iter()
        .enumerate()
        .filter(|(index, _)| on.verdicts.get(index).is_none_or(|verdict| !verdict.is_as_wanted()))
        .map(|(_, record)| record.clone())
        .collect();
    if let (Some(waits), true, false) = (waits, lost.is_empty(), on.interrupted) {
        let saved = SavedRecords { records: on.saved(), action: Action::Bounce, fields: &[FieldId::Enabled] };
        return desk.wait_live(waits, saved, &[], on.exit(&others)).await;
    }
    if lost.is_empty() || on.interrupted {
        return Ok(if lost.is_empty() { on.exit(&others) } else { still_off(&mut desk, &lost) });
    }
    still_off(&mut desk, &lost);
    // One half of it was done, however the other one failed.
    let unknown = on.verdicts.values().any(|verdict| matches!(verdict.fate, RecordOutcome::Unknown(_)));
    Ok(if unknown || others.contains(&Exit::Unknown) { Exit::Unknown } else { Exit::Partial })
}

/// Says who else loses a binding while these are off.
async fn warn(desk: &mut Desk<'_>, loaded: &LoadedRecords, jobs: &[WriteJob]) -> Result<(), CommandFailure> {
    let drafts = jobs.iter().filter_map(|job| match &job.what {
        WriteKind::Change(draft) => Some(draft),
        WriteKind::Create(_) | WriteKind::Delete(_) => None,
    });
    let mut outlook = Outlook::default();
    for draft in drafts.clone() {
        outlook.changes(&**draft);
    }
    desk.compare(loaded, &outlook).await?;
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
    given: Option<Duration>,
    wait: Duration,
) -> Result<(), CommandFailure> {
    let asks = given.is_none() && halfway.open.is_empty();
    let provider = if asks { connect::live_provider(&desk.settings)? } else { None };
    let Some(provider) = provider else { return count_down(desk, halfway, wait).await };
    let names: Vec<String> = halfway.off.iter().map(told::called).collect();
    desk.output.message(&format!(
        "disabled until the nodes have dropped it, at most {}: {}. Ctrl-c leaves {} disabled",
        show_span(wait),
        names.join(", "),
        if names.len() == 1 { "it" } else { "them" }
    ));
    desk.until_settled(provider, halfway.off.clone(), wait, &[]).await?;
    Ok(())
}

/// Records between the halves of their bounce.
#[derive(Debug, Default)]
struct Halfway {
    /// Disabled.
    off: Vec<Registration>,
    /// Perhaps, or not yet.
    open: Vec<Open>,
}

/// A first half of which the end is not known.
#[derive(Debug)]
struct Open {
    job: WriteJob,
    write: Option<WriteId>,
}

impl Halfway {
    /// Reads back what is open. Returns whether something was found to be disabled.
    async fn look(&mut self, desk: &mut Desk<'_>) -> Result<bool, CommandFailure> {
        let mut found = false;
        for open in std::mem::take(&mut self.open) {
            let (client, id) = (desk.client.clone(), open.job.what.id());
            let read = desk.unless_interrupted(async move { Ok(client.registration(id, None).await) }).await;
            let now = match read {
                Ok(Ok(Conditional::Changed(now))) if now.registration.enabled() == Some(false) => now.registration,
                Ok(_) => {
                    self.open.push(open);
                    continue;
                }
                Err(failure) => return Err(failure),
            };
            desk.tell_already(&now, "enabled yes -> no")?;
            let line = desk.line(&open.job, &now, open.job.what.changes(), Ending::AppliedUnseen);
            desk.record(&line.of_write(open.write));
            self.off.push(now);
            found = true;
        }
        Ok(found)
    }
}

fn switched(record: Registration, to: Toggle) -> WriteJob {
    let mut draft = Draft::new(record, None);
    draft.set(FieldId::Enabled, Value::Flag(to.enabled()));
    WriteJob { what: WriteKind::Change(Box::new(draft)), action: Action::Bounce }
}

async fn count_down(desk: &mut Desk<'_>, halfway: &mut Halfway, wait: Duration) -> Result<(), CommandFailure> {
    let mut names: Vec<String> = halfway.off.iter().map(told::called).collect();
    names.extend(halfway.open.iter().map(|open| format!("{} (perhaps)", open.job.what.called())));
    let begun = Instant::now();
    let mut end = begun + wait;
    let recheck = Recheck::within(wait);
    let mut next = recheck.next_after(Duration::ZERO);
    desk.output.message(&format!(
        "disabled for {}: {}. Ctrl-c leaves {} disabled",
        show_span(wait),
        told::some_of(&names),
        if names.len() == 1 { "it" } else { "them" }
    ));
    let mut progress = ProgressLine::of(false);
    loop {
        if let Some(point) = next.filter(|point| !halfway.open.is_empty() && begun.elapsed() >= *point) {
            next = recheck.next_after(point);
            if halfway.look(desk).await? {
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

/// Says what is off, and how it is switched on.
fn still_off(desk: &mut Desk<'_>, records: &[Registration]) -> Exit {
    for record in records {
        let called = told::called(record);
        desk.output.message(&format!("sipreg: {called} is DISABLED because of an unfinished bounce"));
    }
    let ids: Vec<String> = records.iter().map(|record| record.id().to_string()).collect();
    if !ids.is_empty() {
        desk.output.message(&format!("sipreg: to enable again: sipreg enable {}", ids.join(" ")));
    }
    Exit::Interrupted
}
