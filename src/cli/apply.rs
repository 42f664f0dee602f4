//! `sipreg apply`: a file of records laid over those of the server. The whole plan is looked at, shown and asked
//! about before the first write.

pub(crate) mod plan;

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use clap::Args;

use super::records::{self, TargetsNeeded};
use super::writing::{Desk, WriteJob, WriteKind, wording};
use super::{CommandFailure, CommandOutput, CommandResult, Exit, GlobalOptions, Machine};
use crate::domain::change::Action;
use crate::domain::change::apply::{self, ApplyPlan, Damages, FileError, Reading, RowStep};
use crate::domain::count::counted;
use crate::domain::formats::json::JsonPasswords;
use crate::domain::system_error::in_words;
use plan::PlanCounts;

/// Examples for `--help`.
pub const EXAMPLES: &str = "Examples:
  sipreg export -o csv > all.csv; edit all.csv; sipreg apply all.csv
  sipreg apply changes.json --plan-only
  sipreg apply changes.csv --plan-only -o json > plan.json
  sipreg apply - --yes < changes.csv

The file has the format of export; columns and registrations may be left out. A row updates the registration with its ID, else with its name; if there is none, it is created. Fields that are not in the file, and a password of ********, stay unchanged. The CSV header is row 1.

Localised spreadsheet files work too: separated by semicolons or tabs, in UTF-16, with WAHR or VRAI for true; a note says how the file was read. A value that a spreadsheet damaged (4.9E+10 instead of 49302235077, a date instead of 1-2, #NAME?) is shown as DAMAGED, and nothing is sent without --allow-damaged.";

/// The largest file that is read, in bytes.
const LARGEST: u64 = 256 << 20;

/// A file to apply.
#[derive(Debug, Clone, Args)]
pub struct Apply {
    /// CSV or JSON file as written by export; - for standard input
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Show the plan and send nothing; with -o json one object per row
    #[arg(long)]
    pub plan_only: bool,
    /// Apply values even if a spreadsheet seems to have damaged them
    #[arg(long)]
    pub allow_damaged: bool,
}

/// Applies a file.
///
/// # Errors
/// What stopped it before anything was sent.
pub async fn run(apply: &Apply, options: GlobalOptions, world: Machine, output: &mut CommandOutput) -> CommandResult {
    let bytes = read(&apply.file).map_err(|error| {
        CommandFailure::usage(format!("cannot read {}: {}", apply.file.display(), in_words(&error)))
    })?;
    let reading = parsed(&apply.file, &bytes);
    for note in &reading.notes {
        output.remark(&format!("note: {}: {note}", apply.file.display()));
    }
    if reading.rows.is_empty() && !reading.mistakes.is_empty() {
        return Ok(refuse(output, &apply.file, &reading.mistakes));
    }
    match planned(apply, &reading, options, world, output).await {
        Err(failure) if !reading.mistakes.is_empty() => {
            refuse(output, &apply.file, &reading.mistakes);
            Err(failure)
        }
        ended => ended,
    }
}

/// Lays the rows beside the records of the server, and does what comes of it.
async fn planned(
    apply: &Apply,
    reading: &Reading,
    options: GlobalOptions,
    world: Machine,
    output: &mut CommandOutput,
) -> CommandResult {
    let rows = &reading.rows;
    let mut desk = if apply.plan_only {
        Desk::open_to_read(options, world, output).await?
    } else {
        Desk::open(options, world, output).await?
    };
    let passwords = if apply::has_passwords(rows) { JsonPasswords::Shown } else { JsonPasswords::Masked };
    let loaded = desk.load(TargetsNeeded::All, passwords).await?;
    if let Err(exit) = desk.need(&apply::refer_to(rows)) {
        return Ok(exit);
    }
    let password = |id| loaded.passwords.get(&id).cloned();
    let (ignored, targets) = (desk.settings.ignored.value, &loaded.targets);
    let judgement = if apply.allow_damaged { Damages::Wanted } else { Damages::Reported };
    let plan = match apply::plan(rows, &loaded.records, password, targets, ignored, judgement) {
        Ok(plan) if reading.mistakes.is_empty() => plan,
        planned => {
            let mut mistakes = reading.mistakes.clone();
            mistakes.extend(planned.err().unwrap_or_default());
            mistakes.sort_by_key(|mistake| mistake.row);
            return Ok(refuse(desk.output, &apply.file, &mistakes));
        }
    };
    if apply.plan_only && desk.output.collects() {
        plan::write(desk.output, &plan, &loaded.records, targets);
    } else {
        plan::report(desk.output, &plan, targets);
    }
    let incomplete = records::report_incomplete(loaded.missing.as_deref(), desk.output);
    let damaged = PlanCounts::of(&plan).damaged;
    if damaged > 0 && !apply.allow_damaged {
        let rows = if damaged == 1 { "row has" } else { "rows have" };
        desk.output.message(&format!(
            "{damaged} {rows} values that a spreadsheet damaged. Nothing was sent. Correct them (format the columns \
             as text, export again), or use --allow-damaged"
        ));
        return Ok(Exit::Invalid);
    }
    if incomplete != Exit::Done && plan.rows.iter().any(|planned| matches!(planned.step, RowStep::Create(_))) {
        desk.output.message("sipreg: nothing was sent: the list is incomplete, so new registrations may exist already");
        return Ok(incomplete);
    }
    if apply.plan_only {
        return Ok(incomplete);
    }
    carry_out(&mut desk, plan, incomplete).await
}

/// Asks, and writes: first what may go at any time, then what has to wait for each other.
async fn carry_out(desk: &mut Desk<'_>, plan: ApplyPlan, incomplete: Exit) -> CommandResult {
    let doubtful = plan.rows.iter().any(|planned| planned.similar.is_some());
    let waiting: BTreeSet<usize> = plan.moves.iter().map(|step| step.row).collect();
    let names: Vec<String> =
        plan.rows.iter().filter_map(|planned| job(&planned.step)).map(|job| job.what.display_name()).collect();
    let moves: Vec<(WriteJob, Option<usize>)> = plan
        .moves
        .iter()
        .map(|step| {
            let is_new = plan.rows.get(step.row).is_some_and(|row| matches!(row.step, RowStep::Create(_)));
            let (draft, after) = (step.draft.clone(), step.after);
            let what = if is_new { WriteKind::Create(draft) } else { WriteKind::Change(draft) };
            (WriteJob { action: if is_new { Action::Create } else { Action::Edit }, what }, after)
        })
        .collect();
    let free = plan.rows.iter().enumerate().filter(|(row, _)| !waiting.contains(row));
    let jobs: Vec<WriteJob> = free.filter_map(|(_, planned)| job(&planned.step)).collect();
    if jobs.is_empty() && moves.is_empty() {
        desk.output.remark("Nothing to do");
        return Ok(incomplete);
    }
    if doubtful {
        desk.confirm_doubtful("write", &names).await?;
    } else {
        desk.confirm("write", &names).await?;
    }
    let ended = if desk.common.dry_run {
        let all: Vec<WriteJob> = plan.rows.iter().filter_map(|planned| job(&planned.step)).collect();
        desk.rehearse(&all, &[]).await
    } else {
        desk.run_with_moves(&jobs, &moves, &[]).await
    };
    if !desk.common.dry_run && !matches!(ended, Ok(Exit::Done)) {
        desk.output.message("run it again to finish; changes already made are not repeated");
    }
    match ended? {
        Exit::Interrupted => Ok(Exit::Interrupted),
        exit if incomplete == Exit::Done => Ok(exit),
        exit => Ok(wording::exit_of_all(&[exit, incomplete])),
    }
}

fn job(step: &RowStep) -> Option<WriteJob> {
    match step {
        RowStep::Create(draft) => Some(WriteJob { what: WriteKind::Create(draft.clone()), action: Action::Create }),
        RowStep::Change(draft) => Some(WriteJob { what: WriteKind::Change(draft.clone()), action: Action::Edit }),
        RowStep::Unchanged(_) => None,
    }
}

fn read(path: &Path) -> io::Result<Vec<u8>> {
    if path == Path::new("-") { read_from(io::stdin().lock(), LARGEST) } else { read_from(File::open(path)?, LARGEST) }
}

/// All of it, up to this many bytes.
fn read_from(source: impl io::Read, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    source.take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        return Err(io::Error::other(format!("it is larger than {} MiB", most >> 20)));
    }
    Ok(bytes)
}

/// By the ending of the name, or else by the first character, of UTF-16 too.
fn parsed(path: &Path, bytes: &[u8]) -> Reading {
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase());
    let mark = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, 0 | 0xef | 0xbb | 0xbf | 0xff | 0xfe);
    let first = bytes.iter().find(|byte| !mark(byte));
    let is_json = match ending.as_deref() {
        Some("json" | "jsonl" | "ndjson") => true,
        Some("csv" | "tsv") => false,
        Some(_) | None => matches!(first, Some(b'[' | b'{')),
    };
    if is_json { apply::read_json(bytes) } else { apply::read_csv(bytes) }
}

fn refuse(output: &mut CommandOutput, path: &Path, mistakes: &[FileError]) -> Exit {
    for mistake in mistakes {
        output.message(&format!("sipreg: {}: {mistake}", path.display()));
    }
    let mistakes = counted(mistakes.len(), "mistake");
    output.message(&format!("{mistakes} in the file; nothing was sent"));
    Exit::Invalid
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_just_the_largest_size_is_read_and_one_byte_more_is_not() {
        let most = 1 << 20;
        for (size, fits) in [(0, true), (most, true), (most + 1, false), (most * 2, false)] {
            match read_from(io::repeat(b'x').take(size), most) {
                Ok(bytes) => assert!(fits && bytes.len() as u64 == size, "{size}"),
                Err(error) => assert_eq!((error.to_string().as_str(), fits), ("it is larger than 1 MiB", false)),
            }
        }
    }
}
