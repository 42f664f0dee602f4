//! `sipreg bounce`: off, at least one poll of the nodes later on again. What is switched on again is what was
//! switched off here, and nothing else; an end in between says what is off.

use std::time::Duration;

use clap::Args;
use tokio::time::Instant;

use super::World;
use super::exit::Exit;
use super::failure::Failure;
use super::options::Options;
use super::output::Output;
use super::records::{self, Known};
use super::set::meant;
use super::writing::{Desk, Job, Progress, What, clock, told};
use crate::config::value::{parse_span, show_span};
use crate::domain::change::bulk::Fate;
use crate::domain::change::journal::Action;
use crate::domain::change::outcome::Turn;
use crate::domain::record::draft::Draft;
use crate::domain::record::field::FieldId;
use crate::domain::record::registration::{Record as _, Registration};
use crate::domain::record::value::Value;

/// Examples for `--help`.
pub const EXAMPLES: &str = "\
Examples:
  sipreg bounce 16
  sipreg bounce -f 'domain:betatel enabled:yes' --yes
  sipreg bounce 16 --wait 30s

Nodes look for changes once a poll (node_poll of the profile, 300 s by default): an off and on within one poll \
changes nothing on them. Ctrl-c while waiting leaves the registrations off, and says so.";

/// Which registrations are switched off and on again.
#[derive(Debug, Clone, Args)]
pub struct Bounce {
    /// Their ids
    #[arg(value_name = "ID")]
    pub ids: Vec<u64>,
    /// How long they are off: seconds, or 30s, 5m; the node poll of the profile by default
    #[arg(long, value_name = "TIME", value_parser = span)]
    pub wait: Option<Duration>,
}

fn span(text: &str) -> Result<Duration, String> {
    parse_span(text).ok_or_else(|| "write seconds, or a time such as 30s, 5m".to_owned())
}

/// Switches records off, waits, and switches them on again.
///
/// # Errors
/// What stopped it before anything was sent.
pub async fn run(bounce: &Bounce, options: Options, world: World, output: &mut Output) -> Result<Exit, Failure> {
    meant(&bounce.ids, &options)?;
    let mut desk = Desk::open(options, world, output).await?;
    let poll = desk.settings.node_poll.value;
    let wait = bounce.wait.unwrap_or(poll);
    if wait < poll {
        let (wait, poll) = (show_span(wait), show_span(poll));
        desk.output.message(&format!("warning: nodes poll every {poll}; off for {wait}, some may not notice"));
    }
    let selection = desk.select(&bounce.ids, Known::Mentioned).await?;
    let mut others = vec![records::tell_missing(&selection.missing, desk.output); selection.missing.len()];
    if selection.ids.is_empty() && others.is_empty() {
        desk.output.message("no registration passes the filter; nothing was sent");
        return Ok(Exit::Done);
    }
    let mut jobs = Vec::new();
    for row in selection.ids.iter().filter_map(|id| selection.loaded.records.get(*id)) {
        let record = Registration::from_record(&row);
        if record.enabled() == Some(false) {
            let (called, id) = (told::called(&record), record.id());
            desk.output.message(&format!(
                "sipreg: {called}: not bounced: it is off already; sipreg enable {id} switches it on"
            ));
            others.push(Exit::Failed);
            continue;
        }
        jobs.push(switched(record, Turn::Off));
    }
    let names: Vec<String> = jobs.iter().map(|job| job.what.called()).collect();
    desk.confirm("bounce", &names).await?;
    if desk.common.dry_run {
        desk.output.message(&format!("then, {} later, the same with enabled true:", show_span(wait)));
        return desk.rehearse(&jobs).await;
    }
    let off = desk.run(&jobs).await?;
    let records: Vec<Registration> = off
        .verdicts
        .values()
        .filter(|verdict| verdict.fate == Fate::Done)
        .filter_map(|verdict| verdict.now.as_deref().cloned())
        .collect();
    // What somebody else switched off at the same moment is theirs to switch on.
    others.extend(
        off.verdicts.values().filter(|verdict| verdict.fate != Fate::Done).map(|verdict| told::exit_of(&verdict.why)),
    );
    others.extend(off.left.iter().map(|_| Exit::Failed));
    if records.is_empty() {
        return Ok(off.exit(&others));
    }
    if off.interrupted {
        return Ok(still_off(&mut desk, &records));
    }
    match count_down(&mut desk, &records, wait).await {
        Ok(()) => {}
        Err(Failure::Interrupted) => return Ok(still_off(&mut desk, &records)),
        Err(failure) => return Err(failure),
    }
    let jobs: Vec<Job> = records.iter().map(|record| switched(record.clone(), Turn::On)).collect();
    let on = desk.run(&jobs).await?;
    let lost: Vec<Registration> = records
        .iter()
        .enumerate()
        .filter(|(index, _)| on.verdicts.get(index).is_none_or(|verdict| !verdict.is_data()))
        .map(|(_, record)| record.clone())
        .collect();
    if !lost.is_empty() {
        still_off(&mut desk, &lost);
    }
    Ok(on.exit(&others))
}

fn switched(record: Registration, to: Turn) -> Job {
    let mut draft = Draft::new(record, None);
    draft.set(FieldId::Enabled, Value::Flag(to.enabled()));
    Job { what: What::Change(Box::new(draft)), action: Action::Bounce }
}

async fn count_down(desk: &mut Desk<'_>, records: &[Registration], wait: Duration) -> Result<(), Failure> {
    let names: Vec<String> = records.iter().map(told::called).collect();
    let end = Instant::now() + wait;
    desk.output.message(&format!(
        "off for {}: {}; Ctrl-c leaves {} off",
        show_span(wait),
        told::some_of(&names),
        if records.len() == 1 { "it" } else { "them" }
    ));
    let mut progress = Progress::of(false);
    loop {
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Ok(());
        }
        progress.line(&format!("on again in {}", clock(left)));
        desk.wait_until(end.min(Instant::now() + Duration::from_secs(1))).await?;
    }
}

/// Says what is off, and how it is switched on.
fn still_off(desk: &mut Desk<'_>, records: &[Registration]) -> Exit {
    for record in records {
        let called = told::called(record);
        desk.output.message(&format!("sipreg: {called} is OFF because of an unfinished bounce"));
    }
    let ids: Vec<String> = records.iter().map(|record| record.id().to_string()).collect();
    desk.output.message(&format!("sipreg: to switch on again: sipreg enable {}", ids.join(" ")));
    Exit::Interrupted
}
