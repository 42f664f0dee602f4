//! `sipreg apply`: a file of records laid over those of the server. The whole plan is looked at, shown and asked
//! about before the first write.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use clap::Args;

use super::World;
use super::exit::Exit;
use super::failure::Failure;
use super::options::Options;
use super::output::Output;
use super::records::{self, Known};
use super::writing::{Desk, Job, What, told};
use crate::domain::change::apply::{self, Mistake, Plan, Row, Step};
use crate::domain::change::journal::Action;
use crate::domain::formats::json::Passwords;

/// Examples for `--help`.
pub const EXAMPLES: &str = "\
Examples:
  sipreg export -o csv > all.csv; edit all.csv; sipreg apply all.csv
  sipreg apply changes.json --dry-run
  sipreg apply - --yes < changes.csv

The file has the shape that export writes; it needs not have all columns or all records. A row is about the record \
with its id, else with its name; where there is none, it is created. What the file does not name stays as it is. \
A password of ******** stays as it is. Rows count as in a spreadsheet: of CSV the header is row 1.";

/// The largest file that is read, in bytes.
const LARGEST: u64 = 256 << 20;

/// Lines of the plan that are shown; more are counted.
const SHOWN: usize = 200;

/// A file to apply.
#[derive(Debug, Clone, Args)]
pub struct Apply {
    /// CSV or JSON as export writes it; - for standard input
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
}

/// Applies a file.
///
/// # Errors
/// What stopped it before anything was sent.
pub async fn run(apply: &Apply, options: Options, world: World, output: &mut Output) -> Result<Exit, Failure> {
    let bytes =
        read(&apply.file).map_err(|error| Failure::usage(format!("cannot read {}: {error}", apply.file.display())))?;
    let rows = match rows(&apply.file, &bytes) {
        Ok(rows) => rows,
        Err(mistakes) => return Ok(refuse(output, &apply.file, &mistakes)),
    };
    let mut desk = Desk::open(options, world, output).await?;
    let passwords = if apply::tells_passwords(&rows) { Passwords::Shown } else { Passwords::Masked };
    let loaded = desk.load(Known::All, passwords).await?;
    if let Err(exit) = desk.need(&apply::refer_to(&rows)) {
        return Ok(exit);
    }
    let password = |id| loaded.passwords.get(&id).cloned();
    let ignored = desk.settings.ignored.value;
    let plan = match apply::plan(&rows, &loaded.records, password, &loaded.targets, ignored) {
        Ok(plan) => plan,
        Err(mistakes) => return Ok(refuse(desk.output, &apply.file, &mistakes)),
    };
    tell(&mut desk, &plan);
    let incomplete = records::tell_incomplete(loaded.missing.as_deref(), desk.output);
    if incomplete != Exit::Done && plan.rows.iter().any(|planned| matches!(planned.step, Step::Create(_))) {
        desk.output.message(
            "sipreg: nothing was sent: what is to be created may be there already, where the list does not show it",
        );
        return Ok(incomplete);
    }
    let jobs: Vec<Job> = plan.rows.into_iter().filter_map(|planned| job(planned.step)).collect();
    if jobs.is_empty() {
        desk.output.message("nothing to do");
        return Ok(incomplete);
    }
    let names: Vec<String> = jobs.iter().map(|job| job.what.called()).collect();
    desk.confirm("write", &names).await?;
    if desk.common.dry_run {
        return desk.rehearse(&jobs).await;
    }
    let results = desk.run(&jobs).await?;
    let others = if incomplete == Exit::Done { Vec::new() } else { vec![incomplete] };
    let exit = results.exit(&others);
    if exit != Exit::Done {
        desk.output.message("run it again to do the rest: what is done is not done twice");
    }
    Ok(exit)
}

fn job(step: Step) -> Option<Job> {
    match step {
        Step::Create(draft) => Some(Job { what: What::Create(draft), action: Action::Create }),
        Step::Change(draft) => Some(Job { what: What::Change(draft), action: Action::Edit }),
        Step::Unchanged(_) => None,
    }
}

fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if path == Path::new("-") {
        io::stdin().lock().take(LARGEST + 1).read_to_end(&mut bytes)?;
    } else {
        File::open(path)?.take(LARGEST + 1).read_to_end(&mut bytes)?;
    }
    if bytes.len() as u64 > LARGEST {
        return Err(io::Error::other(format!("it is larger than {} MiB", LARGEST >> 20)));
    }
    Ok(bytes)
}

/// By the ending of the name, or else by the first character.
fn rows(path: &Path, bytes: &[u8]) -> Result<Vec<Row>, Vec<Mistake>> {
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase());
    let first = bytes.iter().find(|byte| !byte.is_ascii_whitespace() && !matches!(byte, 0xef | 0xbb | 0xbf));
    let is_json = match ending.as_deref() {
        Some("json" | "jsonl" | "ndjson") => true,
        Some("csv") => false,
        Some(_) | None => matches!(first, Some(b'[' | b'{')),
    };
    if is_json { apply::read_json(bytes) } else { apply::read_csv(bytes) }
}

fn refuse(output: &mut Output, path: &Path, mistakes: &[Mistake]) -> Exit {
    for mistake in mistakes {
        output.message(&format!("sipreg: {}: {mistake}", path.display()));
    }
    let count = mistakes.len();
    let noun = if count == 1 { "mistake" } else { "mistakes" };
    output.message(&format!("{count} {noun} in the file; nothing was sent"));
    Exit::Invalid
}

/// The plan, on stderr: what is written is told on stdout, record by record.
fn tell(desk: &mut Desk<'_>, plan: &Plan) {
    let (mut created, mut changed, mut unchanged) = (0_usize, 0_usize, 0_usize);
    for planned in &plan.rows {
        let line = match &planned.step {
            Step::Create(draft) => {
                created += 1;
                let lost =
                    planned.lost_id.map_or_else(String::new, |id| format!(" (there is no {id}; it gets a new id)"));
                format!("create  {}{lost}: {}", told::called(draft.as_ref()), told::values(draft, &desk.targets))
            }
            Step::Change(draft) => {
                changed += 1;
                format!("change  {}: {}", told::called(draft.base()), told::changes(draft, &desk.targets))
            }
            Step::Unchanged(_) => {
                unchanged += 1;
                continue;
            }
        };
        if created + changed <= SHOWN {
            desk.output.message(&line);
        }
        for warning in &planned.warnings {
            let (row, name) = (planned.row, warning.field.field().name);
            desk.output.message(&format!("warning: row {row}, column {name}: {}", warning.message));
        }
    }
    if created + changed > SHOWN {
        desk.output.message(&format!(".. and {} more", created + changed - SHOWN));
    }
    desk.output.message(&format!(
        "plan: {created} to create, {changed} to change, {unchanged} unchanged, {} not in the file (left as they are)",
        plan.absent
    ));
}
