//! `sipreg set`, `enable`, `disable`: fields of records that are there.

use std::collections::BTreeSet;

use clap::Args;

use super::live::{SavedRecords, WaitLive};
use super::records::{self, RecordArgument, TargetsNeeded};
use super::writing::{Desk, WriteJob, WriteKind, wording};
use super::{CommandFailure, CommandOutput, CommandResult, Exit, GlobalOptions, Machine};
use crate::domain::answer::{Conditional, Tag};
use crate::domain::change::assignment::Assignments;
use crate::domain::change::outlook::is_compared;
use crate::domain::change::{Action, Draft, Outlook, Toggle};
use crate::domain::record::{FieldId, Record as _, Relation, Value};
use crate::domain::rules::OnServer;

/// Examples for `--help`.
pub const EXAMPLES: &str = "\
Examples:
  sipreg set 22 pop=LON node=lon-n1
  sipreg set 22 expire=600 retry-delay=30
  sipreg set 22 --null node
  sipreg set 22 auth-password=-             asks for it, or reads it from a pipe
  sipreg set 22 route-set='<sip:a.example;lr> <sip:b.example;lr>'
  sipreg set -f 'domain:acme node:fra-n1' node=fra-n2
  sipreg set 22 expire=600 --dry-run        says what would change, with the ETag for --if-etag";

/// Examples for `--help`.
pub const SWITCH_EXAMPLES: &str = "\
Examples:
  sipreg disable 16
  sipreg disable betatel-1
  sipreg disable -f 'domain:betatel' --yes
  sipreg enable 16 22 --dry-run";

/// What is to be different, of which registrations.
#[derive(Debug, Clone, Args)]
pub struct Set {
    /// Ids or names, and fields with their values; an empty value is none
    #[arg(value_name = "ID|NAME|FIELD=VALUE")]
    pub words: Vec<String>,
    /// Set a field to null
    #[arg(long, value_name = "FIELD")]
    pub null: Vec<String>,
    /// Only if the record still has this ETag
    #[arg(long, value_name = "TAG")]
    pub if_etag: Option<String>,
    /// Waiting for the nodes.
    #[command(flatten)]
    pub wait: WaitLive,
}

/// Which registrations are to be switched.
#[derive(Debug, Clone, Args)]
pub struct SwitchOptions {
    /// Their ids or names
    #[arg(value_name = "ID|NAME")]
    pub whom: Vec<RecordArgument>,
    /// Only if the record still has this ETag
    #[arg(long, value_name = "TAG")]
    pub if_etag: Option<String>,
    /// Waiting for the nodes.
    #[command(flatten)]
    pub wait: WaitLive,
}

/// Changes fields.
///
/// # Errors
/// What stopped it before anything was sent.
pub async fn set(set: &Set, options: GlobalOptions, world: Machine, output: &mut CommandOutput) -> CommandResult {
    let (whom, assigned) = words(&set.words);
    let mut assigned = assignments(&assigned, &set.null)?;
    meant(&whom, &options)?;
    let mut desk = Desk::open(options, world, output).await?;
    let ids = desk.named(&whom).await?;
    for field in assigned.asked().collect::<Vec<_>>() {
        let secret = desk.secret(field).await?;
        assigned.answer(field, secret);
    }
    let places = assigned.fields().any(|field| field.relation().is_some());
    let known = if places { TargetsNeeded::All } else { TargetsNeeded::Mentioned };
    let wish = Wish {
        verb: "change",
        already: "unchanged",
        action: Action::Edit,
        tag: set.if_etag.as_deref(),
        wait: set.wait,
        refers_to: assigned.refer_to(),
    };
    change(&mut desk, &ids, known, &wish, |desk, draft| {
        let values = assigned.values(&desk.targets).map_err(|findings| {
            desk.report_findings(&wording::display_name(draft.base()), &findings);
            Exit::Invalid
        })?;
        for (field, value) in values {
            draft.set(field, value);
        }
        Ok(())
    })
    .await
}

/// Switches records on or off.
///
/// # Errors
/// What stopped it before anything was sent.
pub async fn switch(
    switch: &SwitchOptions,
    to: Toggle,
    options: GlobalOptions,
    world: Machine,
    output: &mut CommandOutput,
) -> CommandResult {
    meant(&switch.whom, &options)?;
    let mut desk = Desk::open(options, world, output).await?;
    let ids = desk.named(&switch.whom).await?;
    let (verb, already) = match to {
        Toggle::On => ("enable", "already enabled"),
        Toggle::Off => ("disable", "already disabled"),
    };
    let tag = switch.if_etag.as_deref();
    let wish = Wish { verb, already, action: Action::Toggle, tag, wait: switch.wait, refers_to: Vec::new() };
    change(&mut desk, &ids, TargetsNeeded::Mentioned, &wish, |_, draft| {
        draft.set(FieldId::Enabled, Value::Flag(to.enabled()));
        Ok(())
    })
    .await
}

/// What is done to records, beside the values.
struct Wish<'w> {
    verb: &'w str,
    /// What is said of a record that is as wanted.
    already: &'w str,
    action: Action,
    tag: Option<&'w str>,
    wait: WaitLive,
    /// What must be known to understand it.
    refers_to: Vec<Relation>,
}

/// Changes the records in the way that `lay` says, each looked at before.
async fn change(
    desk: &mut Desk<'_>,
    ids: &[u64],
    known: TargetsNeeded,
    wish: &Wish<'_>,
    lay: impl Fn(&mut Desk<'_>, &mut Draft) -> Result<(), Exit>,
) -> CommandResult {
    if wish.tag.is_some() && (ids.len() != 1 || desk.common.filter.is_some()) {
        return Err(CommandFailure::usage("--if-etag needs exactly one ID and no filter"));
    }
    let waits = desk.waits_live(wish.wait)?;
    let Some((selection, mut others)) = desk.select_to_write(ids, known).await? else {
        return Ok(Exit::Done);
    };
    if let Err(exit) = desk.need(&wish.refers_to) {
        return Ok(exit);
    }
    let (mut drafts, mut already) = (Vec::new(), Vec::new());
    for record in selection.records() {
        let mut draft = match wish.tag {
            None => Draft::new(record, None),
            Some(tag) => match tagged(desk, record.id(), tag).await? {
                Ok(draft) => draft,
                Err(exit) => return Ok(exit),
            },
        };
        if let Err(exit) = lay(desk, &mut draft) {
            return Ok(exit);
        }
        if draft.is_empty() {
            already.push(draft.base().clone());
            continue;
        }
        drafts.push(draft);
    }
    let mut outlook = Outlook::default();
    for draft in &drafts {
        outlook.changes(draft);
    }
    if is_compared(drafts.iter().flat_map(|draft| draft.changes().keys().copied())) {
        desk.compare(&selection.loaded, &outlook).await?;
    }
    let mut blocked = false;
    for draft in &drafts {
        blocked |= desk.judge(draft, OnServer::Loaded).is_some();
    }
    if blocked {
        desk.output.message("nothing was sent");
        return Ok(Exit::Invalid);
    }
    let fields: BTreeSet<FieldId> = drafts.iter().flat_map(|draft| draft.changes().keys().copied()).collect();
    let fields: Vec<FieldId> = fields.into_iter().collect();
    let job = |draft| WriteJob { what: WriteKind::Change(Box::new(draft)), action: wish.action };
    let jobs: Vec<WriteJob> = drafts.into_iter().map(job).collect();
    let names: Vec<String> = jobs.iter().map(|job| job.what.display_name()).collect();
    desk.confirm(wish.verb, &names).await?;
    for record in &already {
        desk.report_already(record, wish.already)?;
        others.push(Exit::Done);
    }
    if desk.common.dry_run {
        return desk.rehearse(&jobs, &others).await;
    }
    let results = desk.run(&jobs).await?;
    let exit = results.exit(&others);
    match waits {
        Some(waits) if !results.interrupted => {
            let saved = SavedRecords { records: results.saved(), action: wish.action, fields: &fields };
            desk.wait_live(waits, saved, &already, exit).await
        }
        Some(_) | None => Ok(exit),
    }
}

/// The record as it is now, if it has this tag.
async fn tagged(desk: &mut Desk<'_>, id: u64, wanted: &str) -> CommandResult<Result<Draft, Exit>> {
    let client = desk.client.clone();
    let reading = async move { Ok(client.registration(id, None).await?) };
    let Conditional::Changed(now) = desk.unless_interrupted(reading).await? else {
        // Nothing was compared, so that a 304 cannot come.
        return Ok(Err(Exit::Failed));
    };
    let display_name = wording::display_name(&now.registration);
    match now.tag {
        Some(tag) if is_tag(&tag, wanted) => Ok(Ok(Draft::new(now.registration, Some(tag)))),
        Some(tag) => {
            let tag = tag.as_str();
            desk.output.message(&format!(
                "sipreg: {display_name}: not changed: it changed on the server since. Check it, then run the command \
                 again; the ETag is now {tag}"
            ));
            Ok(Err(Exit::Changed))
        }
        None => {
            desk.output.message(&format!("sipreg: {display_name}: not changed: the server sent no ETag to compare"));
            Ok(Err(Exit::Failed))
        }
    }
}

/// Whether this is the tag that was typed: as the server wrote it, or the part between the quotes.
fn is_tag(tag: &Tag, typed: &str) -> bool {
    fn opaque(text: &str) -> &str {
        let text = text.trim();
        let text = text.strip_prefix("W/").unwrap_or(text);
        text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text)
    }
    // A shell eats quotes, and people leave out what looks like decoration.
    opaque(tag.as_str()) == opaque(typed)
}

/// Ids and names first, then what is assigned. A field's name alone is no record's: its value is missing.
fn words(words: &[String]) -> (Vec<RecordArgument>, Vec<String>) {
    let (mut whom, mut assigned) = (Vec::new(), Vec::new());
    for word in words {
        if word.contains('=') || FieldId::by_name(word).is_some() {
            assigned.push(word.clone());
        } else {
            let Ok(named) = word.parse();
            whom.push(named);
        }
    }
    (whom, assigned)
}

/// Reads assignments of a command that needs some.
///
/// # Errors
/// Every mistake in them, or that there are none.
pub fn assignments(assigned: &[String], nulls: &[String]) -> CommandResult<Assignments> {
    let assignments = Assignments::parse(assigned, nulls).map_err(|mistakes| {
        let lines: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
        CommandFailure::usage(lines.join("\n"))
    })?;
    if assignments.is_empty() {
        return Err(CommandFailure::usage("nothing to set: add FIELD=VALUE or --null FIELD"));
    }
    Ok(assignments)
}

/// Refuses to change records that no one named, before anything is read.
///
/// # Errors
/// Neither an id nor a filter is given.
pub fn meant(whom: &[RecordArgument], options: &GlobalOptions) -> CommandResult<()> {
    records::filter(options.common.filter.as_deref())?;
    if whom.is_empty() && options.common.filter.as_deref().is_none_or(|filter| filter.trim().is_empty()) {
        return Err(CommandFailure::usage("which registrations? Give IDs or names, or --filter"));
    }
    Ok(())
}
