//! `sipreg undo`: undoes what the last command changed: each field to its former value, if it still has the one
//! that the command gave it.

use std::collections::{BTreeSet, HashMap};

use clap::Args;

use super::apply::plan;
use super::output::DiffSide;
use super::records::TargetsNeeded;
use super::writing::{Desk, WriteJob, WriteKind, wording};
use super::{CommandFailure, CommandOutput, CommandResult, Exit, GlobalOptions, Machine};
use crate::domain::change::apply::{Move, Standing, moves_of};
use crate::domain::change::journal::JournaledKind;
use crate::domain::change::{Action, Change, Draft, JournalLine};
use crate::domain::query::Collection;
use crate::domain::record::{Equality, FieldId, Record as _, Registration, Value, equality, is_stated};
use crate::state::undo::UndoFile;

/// Examples for `--help`.
pub const EXAMPLES: &str = "Examples:
  sipreg undo --dry-run
  sipreg undo
  sipreg undo; sipreg undo                  the second undoes the first

Undoes what the last sipreg command changed on this server. A field that changed since is not touched
and reported (exit code 3). Created registrations are deleted, deleted ones are created again with a new ID. Passwords
cannot be restored: they are never recorded.";

/// Nothing to choose.
#[derive(Debug, Clone, Copy, Args)]
pub struct Undo;

/// Undoes the last change.
///
/// # Errors
/// What stopped it before anything was sent.
pub async fn run(options: GlobalOptions, world: Machine, output: &mut CommandOutput) -> CommandResult {
    let mut desk = Desk::open(options, world, output).await?;
    let file = desk.settings.places.state.as_deref().map(|state| UndoFile::open(state, &desk.settings.identity.origin));
    let lines = match file.as_ref().map(UndoFile::load) {
        Some(Ok(lines)) => lines,
        Some(Err(error)) => return Err(error.into()),
        None => {
            return Err(CommandFailure::usage(
                "no state directory (see HOME and XDG_STATE_HOME), so nothing was recorded to undo",
            ));
        }
    };
    if lines.is_empty() {
        desk.output.message("Nothing to undo: the last command changed nothing on this server");
        return Ok(Exit::Done);
    }
    let lines = in_one(lines);
    let ids: Vec<u64> = lines.iter().filter_map(|line| line.id).collect();
    let selection = desk.select(&ids, TargetsNeeded::All).await?;
    let (mut jobs, mut exits) = (Vec::new(), Vec::new());
    // The last change first.
    for line in lines.iter().rev() {
        let now = line.id.and_then(|id| selection.loaded.records.get(id)).map(|row| Registration::from_record(&row));
        match reversed(line, now.as_ref()) {
            Ok(Some((job, left))) => {
                if left {
                    let display_name = job.what.display_name();
                    desk.output.message(&format!(
                        "note: {display_name}: auth-password is unchanged: old passwords are not recorded"
                    ));
                }
                jobs.push(job);
            }
            Ok(None) => {}
            Err((exit, why)) => {
                desk.output.message(&format!(
                    "sipreg: {} {}: not undone: {why}",
                    line.id.unwrap_or_default(),
                    line.name
                ));
                exits.push(exit);
            }
        }
    }
    if jobs.is_empty() {
        desk.output.message("Nothing to do");
        return Ok(wording::exit_of_all(&exits));
    }
    for job in &jobs {
        desk.output.difference(DiffSide::Heading, &format!("undo: {} {}", verb(&job.what), job.what.display_name()));
        if let WriteKind::Change(draft) | WriteKind::Create(draft) = &job.what {
            plan::sides(desk.output, draft, &desk.targets);
        }
    }
    let names: Vec<String> = jobs.iter().map(|job| job.what.display_name()).collect();
    if jobs.iter().any(|job| matches!(job.what, WriteKind::Delete(_))) {
        desk.confirm_doubtful("undo", &names).await?;
    } else {
        desk.confirm("undo", &names).await?;
    }
    if desk.common.dry_run {
        return desk.rehearse(&jobs, &exits).await;
    }
    let moves = moves(&jobs, &selection.loaded.records);
    let waiting: BTreeSet<usize> = moves.iter().map(|step| step.row).collect();
    let free = jobs.iter().enumerate().filter(|(row, _)| !waiting.contains(row));
    let free: Vec<WriteJob> = free.map(|(_, job)| job.clone()).collect();
    let moves: Vec<(WriteJob, Option<usize>)> = moves
        .into_iter()
        .filter_map(|step| {
            let what = match jobs.get(step.row)?.what {
                WriteKind::Create(_) if !step.temporary => WriteKind::Create(step.draft),
                _ => WriteKind::Change(step.draft),
            };
            Some((WriteJob { what, action: Action::Undo }, step.after))
        })
        .collect();
    desk.run_with_moves(&free, &moves, &exits).await
}

/// One line a record: of a field that was changed several times, as a name through a temporary one, the first value and
/// the last.
fn in_one(lines: Vec<JournalLine>) -> Vec<JournalLine> {
    let mut one: Vec<JournalLine> = Vec::with_capacity(lines.len());
    let mut by_id: HashMap<u64, usize> = HashMap::new();
    for line in lines {
        let earlier = line.id.and_then(|id| by_id.get(&id)).and_then(|place| one.get_mut(*place));
        let more = |earlier: &&mut JournalLine| {
            line.course() == JournaledKind::Changed && earlier.course() != JournaledKind::Ended
        };
        if let Some(earlier) = earlier.filter(more) {
            for change in line.changes {
                match earlier.changes.iter_mut().find(|known| known.field() == change.field()) {
                    Some(known) => {
                        *known = Change::new(change.field(), known.before().as_ref(), change.after().as_ref());
                    }
                    None => earlier.changes.push(change),
                }
            }
        } else {
            by_id.extend(line.id.map(|id| (id, one.len())));
            one.push(line);
        }
    }
    one
}

/// The writes that have to wait for each other, since one takes the name that another one gives away.
fn moves(jobs: &[WriteJob], records: &Collection) -> Vec<Move> {
    let drafts = jobs.iter().enumerate().filter_map(|(row, job)| match &job.what {
        WriteKind::Change(draft) => Some((row, &**draft, Standing::Known)),
        WriteKind::Create(draft) => Some((row, &**draft, Standing::New)),
        WriteKind::Delete(_) => None,
    });
    moves_of(drafts, records)
}

const fn verb(what: &WriteKind) -> &'static str {
    match what {
        WriteKind::Change(_) => "change",
        WriteKind::Create(_) => "create",
        WriteKind::Delete(_) => "delete",
    }
}

/// The write that takes a line back, and whether a password is left; none where nothing has to be done.
fn reversed(line: &JournalLine, now: Option<&Registration>) -> Result<Option<(WriteJob, bool)>, (Exit, String)> {
    let set = |draft: &mut Draft| {
        for change in line.changes.iter().filter(|change| is_known(change.before())) {
            draft.set(change.field(), change.before().clone());
        }
    };
    let left = line.changes.iter().any(|change| change.field() == FieldId::AuthPassword);
    let action = Action::Undo;
    match (line.course(), now) {
        (JournaledKind::Ended, Some(_)) => Err((Exit::Changed, "a registration with this ID exists".to_owned())),
        (JournaledKind::Ended, None) => {
            let mut draft = Draft::new(Registration::default(), None);
            set(&mut draft);
            Ok(Some((WriteJob { what: WriteKind::Create(Box::new(draft)), action }, left)))
        }
        (JournaledKind::Made, None) => Ok(None),
        (JournaledKind::Made, Some(now)) => {
            untouched(line, now)?;
            Ok(Some((WriteJob { what: WriteKind::Delete(Box::new(now.clone())), action }, false)))
        }
        (JournaledKind::Changed, None) => Err((Exit::NoSuchRecord, "it was deleted".to_owned())),
        (JournaledKind::Changed, Some(now)) => {
            untouched(line, now)?;
            let mut draft = Draft::new(now.clone(), None);
            set(&mut draft);
            let job = WriteJob { what: WriteKind::Change(Box::new(draft.clone())), action };
            Ok((!draft.is_empty()).then_some((job, left)))
        }
    }
}

fn is_known(value: &Value) -> bool {
    is_stated(value.as_ref()) && !matches!(value, Value::Odd(_) | Value::Withheld)
}

/// Whether each field still has the value that the command gave it, or the former one.
fn untouched(line: &JournalLine, now: &Registration) -> Result<(), (Exit, String)> {
    let touched = |change: &&Change| {
        let value = now.value(change.field());
        is_known(change.after())
            && equality(value, change.after().as_ref()) == Equality::Different
            && (line.course() == JournaledKind::Made
                || equality(value, change.before().as_ref()) == Equality::Different)
    };
    let fields: Vec<&str> = line.changes.iter().filter(touched).map(|change| change.field().field().name).collect();
    if fields.is_empty() {
        return Ok(());
    }
    Err((Exit::Changed, format!("{} changed on the server since", fields.join(", "))))
}
