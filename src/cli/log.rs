//! `sipreg log`: the journal of a server: who changed what, when, and how it ended, of all runs of console and
//! commands on this machine. Asks no server.

use std::collections::{BTreeMap, HashSet};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use clap::Args;
use serde_json::Value as Json;

use super::options::span;
use super::records::RecordArgument;
use super::session::now;
use super::{CommandFailure, CommandOutput, CommandResult, Exit, GlobalOptions, Machine, OutputFormat, session};
use crate::domain::change::journal::ended;
use crate::domain::change::{Ending, JournalLine};
use crate::domain::count::counted;
use crate::domain::text::visible;
use crate::state::journal::Journal;

/// Examples for `--help`.
pub const EXAMPLES: &str = "\
Examples:
  sipreg log
  sipreg log 22 --since 7d
  sipreg log carrierx-ams -o json
  sipreg log --since 8h --handover > shift.md

The newest comes first; 50 lines unless --since or --limit says otherwise. Kept on this machine, for the server of the \
profile; what others changed elsewhere is not in it.";

/// Lines without a limit.
const USUAL: usize = 50;

/// Which lines.
#[derive(Debug, Clone, Args)]
pub struct Log {
    /// Only about this registration: its id, or its name
    #[arg(value_name = "ID|NAME")]
    pub whom: Option<RecordArgument>,
    /// Only what is not older: 30m, 8h, 7d
    #[arg(long, value_name = "TIME", allow_hyphen_values = true, value_parser = long_span)]
    pub since: Option<Duration>,
    /// As a summary of a shift in Markdown, of 8 hours unless --since says otherwise
    #[arg(long)]
    pub handover: bool,
}

/// Reads a time that may be hours or days.
fn long_span(text: &str) -> Result<Duration, String> {
    let unit = |letter: char, seconds: u64| {
        let count: u64 = text.strip_suffix(letter)?.trim().parse().ok()?;
        Some(Duration::from_secs(count.checked_mul(seconds)?))
    };
    match unit('h', 3_600).or_else(|| unit('d', 86_400)) {
        Some(span) => Ok(span),
        None => span(text).map_err(|_none| "write a time such as 30m, 8h, 7d".to_owned()),
    }
}

/// Prints it.
///
/// # Errors
/// The journal could not be read.
pub fn run(log: &Log, options: GlobalOptions, world: Machine, output: &mut CommandOutput) -> CommandResult {
    let limit = options.common.limit;
    let settings = session::settings(options, world, output)?;
    let form = session::form(&settings, &[OutputFormat::Table, OutputFormat::Json, OutputFormat::Jsonl])?
        .unwrap_or(OutputFormat::Table);
    if log.handover && form != OutputFormat::Table {
        return Err(CommandFailure::usage("--handover always writes Markdown"));
    }
    let Some(state) = settings.places.state.as_deref() else {
        return Err(CommandFailure::usage("no state directory (see HOME and XDG_STATE_HOME), so there is no journal"));
    };
    let since = match (log.since, log.handover) {
        (None, true) => Some(Duration::from_secs(8 * 3_600)),
        (since, _) => since,
    };
    let now = now();
    let begin = since.and_then(|span| now.checked_sub_signed(TimeDelta::from_std(span).ok()?));
    let journal = Journal::open(state, &settings.identity.origin);
    let recent = journal.recent(usize::MAX)?;
    let mut lines = ended(recent.lines);
    lines.retain(|line| {
        begin.is_none_or(|begin| line.time >= begin)
            && match &log.whom {
                None => true,
                Some(RecordArgument::Id(id)) => line.id == Some(*id),
                Some(RecordArgument::Name(name)) => line.name == *name,
            }
    });
    lines.truncate(limit.unwrap_or_else(|| if since.is_some() { usize::MAX } else { USUAL }));
    let zone = settings.zone();
    let clock = |time: DateTime<Utc>| time.with_timezone(&zone).format("%Y-%m-%d %H:%M:%S").to_string();
    if log.handover {
        let from = begin.map_or_else(|| "the beginning".to_owned(), clock);
        handover(&lines, &settings.identity.display_name(), &from, &clock(now), &clock, output)?;
    } else {
        match form {
            OutputFormat::Json => {
                output.json(&Json::Array(lines.iter().filter_map(|line| serde_json::to_value(line).ok()).collect()))?;
            }
            OutputFormat::Jsonl => {
                for line in &lines {
                    output.line(&serde_json::to_string(line).unwrap_or_default())?;
                }
            }
            OutputFormat::Table | OutputFormat::Csv | OutputFormat::Ids => {
                for line in &lines {
                    output.line(&reported(line, &clock))?;
                }
            }
        }
    }
    output.flush()?;
    let damaged = recent.damaged.len();
    if damaged > 0 {
        output.message(&format!("note: {} of {} cannot be read", counted(damaged, "line"), journal.path().display()));
    }
    if lines.is_empty() {
        output.message(&format!("No changes found in {}", journal.path().display()));
    }
    Ok(Exit::Done)
}

fn reported(line: &JournalLine, clock: &impl Fn(DateTime<Utc>) -> String) -> String {
    format!("{}  {}", clock(line.time), line.reported())
}

/// A summary for who comes next: what is open, errors, then each record with what was done to it.
fn handover(
    lines: &[JournalLine],
    server: &str,
    from: &str,
    to: &str,
    clock: &impl Fn(DateTime<Utc>) -> String,
    output: &mut CommandOutput,
) -> std::io::Result<()> {
    output.line(&format!("# Changes on {server}, {from} to {to}"))?;
    output.line("")?;
    let done = || lines.iter().filter(|line| line.ending.is_applied() && !line.is_effect());
    let (applied, records) = (done().count(), done().filter_map(|line| line.id).collect::<HashSet<_>>());
    output.line(&format!("{} of {}.", counted(applied, "change"), counted(records.len(), "registration")))?;
    let parts: [(&str, &dyn Fn(Ending) -> bool); 2] = [
        ("Result unknown: check these", &|ending| matches!(ending, Ending::Unknown | Ending::Sent)),
        ("Not done", &|ending| {
            matches!(ending, Ending::Refused | Ending::Conflict | Ending::Gone | Ending::NotApplied)
        }),
    ];
    for (title, belongs) in parts {
        let some: Vec<&JournalLine> = lines.iter().filter(|line| belongs(line.ending)).collect();
        if !some.is_empty() {
            output.line("")?;
            output.line(&format!("## {title}"))?;
            output.line("")?;
            for line in some {
                output.line(&format!("- {}", markdown(&reported(line, clock))))?;
            }
        }
    }
    let mut by_record: BTreeMap<(Option<u64>, &str), Vec<&JournalLine>> = BTreeMap::new();
    for line in lines.iter().rev().filter(|line| line.ending.is_applied()) {
        by_record.entry((line.id, line.name.as_str())).or_default().push(line);
    }
    if !by_record.is_empty() {
        output.line("")?;
        output.line("## Done")?;
        output.line("")?;
    }
    for lines in by_record.values() {
        if let Some(first) = lines.first() {
            output.line(&format!("- **{}**", markdown(&first.display_name())))?;
        }
        for line in lines {
            let who = line.author.user.as_deref().unwrap_or("?");
            let text =
                format!("{} {}: {} {}", clock(line.time), visible(who), line.action.word(), line.describe_changes());
            output.line(&format!("  - {}", markdown(&text)))?;
        }
    }
    Ok(())
}

/// The text with nothing in it that Markdown takes for markup.
fn markdown(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '\\' | '`' | '*' | '_' | '<' | '>' | '[' | ']' | '#' | '|' | '~') {
            plain.push('\\');
        }
        plain.push(c);
    }
    plain
}
