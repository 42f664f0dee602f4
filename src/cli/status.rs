//! `sipreg status`: whether registrations are registered, where, and why not, as their nodes say.

use std::collections::BTreeMap;
use std::time::Duration;

use clap::Args;
use serde_json::{Value as Json, json};

use super::live::{self, LiveReader};
use super::records::{self, LoadedRecords, RecordArgument, TargetsNeeded};
use super::session::{self, ServerSession};
use super::{CommandFailure, CommandOutput, CommandResult, Exit, GlobalOptions, Machine, OutputFormat};
use crate::config::value::show_span;
use crate::domain::count::counted;
use crate::domain::formats::json::JsonPasswords;
use crate::domain::live::summary::{LiveSummary, Overall};
use crate::domain::live::words;
use crate::domain::query::{Filter, RowRef};
use crate::domain::record::Record as _;
use crate::domain::text::{self, visible};

/// Examples for `--help`.
pub const EXAMPLES: &str = "\
Examples:
  sipreg status
  sipreg status 13 22
  sipreg status -f 'domain:acme' -o json
  sipreg status -f 'enabled:yes pop:fra' --watch

Asks the nodes (or Prometheus, or a command) that [profile.NAME.live] names. Ends in 6 where a registration
is enabled and known not to be active, in 7 where nodes of an enabled one cannot be asked, else in 0.
Columns: id, name, state over all nodes with how many of how many, and the problem of each node.";

/// Which registrations.
#[derive(Debug, Clone, Args)]
pub struct Status {
    /// Registration IDs or names [default: all]
    #[arg(value_name = "ID|NAME")]
    pub whom: Vec<RecordArgument>,
    /// Keep running and print each change until Ctrl-c
    #[arg(long)]
    pub watch: bool,
}

/// Asks once, or again and again.
///
/// # Errors
/// What stopped it.
pub async fn run(status: &Status, options: GlobalOptions, world: Machine, output: &mut CommandOutput) -> CommandResult {
    let filter = records::live_filter(options.common.filter.as_deref())?;
    let settings = session::settings(options, world, output)?;
    let forms = [OutputFormat::Table, OutputFormat::Json, OutputFormat::Jsonl, OutputFormat::Ids];
    let form = session::form(&settings, &forms)?.unwrap_or(OutputFormat::Table);
    if status.watch && form != OutputFormat::Table {
        return Err(CommandFailure::usage("--watch supports no other output format"));
    }
    let provider = live::provider(&settings)?;
    let session = session::begin(settings, output).await?;
    let ids = records::ids_of(&session.client, &status.whom, output).await?;
    let mut asking = LiveReader::of(provider);
    let mut watch = status.watch.then(Watch::default);
    let every = session.settings.live.every.value.max(Duration::from_secs(1));
    loop {
        let (mut loaded, missing) = match (load(&session, &ids, output).await, &watch) {
            (Ok(loaded), _) => loaded,
            // Whoever watches wants to know, and to go on watching.
            (Err(CommandFailure::Server(error)), Some(watch)) if watch.begun => {
                output.message(&format!("sipreg: {}; asking again in {}", error.message, show_span(every)));
                tokio::time::sleep(every).await;
                continue;
            }
            (Err(failure), _) => return Err(failure),
        };
        asking.ask(&loaded.targets).await;
        let marks = asking.marks(&loaded.records, &loaded.targets);
        loaded.targets.set_live(Some(marks));
        let chosen = chosen(&loaded, &ids, &filter);
        let Some(watch) = &mut watch else {
            write(&chosen, &loaded, &asking, form, output)?;
            output.flush()?;
            report(&chosen, &loaded, &asking, output);
            asking.report_unreachable(output);
            loaded.unread.report(output);
            let there = records::report_missing(&missing, output);
            return Ok(exit(&chosen, &loaded, &asking, there));
        };
        watch.round(&chosen, &loaded, &asking, output)?;
        output.flush()?;
        tokio::time::sleep(every).await;
    }
}

async fn load(
    session: &ServerSession,
    ids: &[u64],
    output: &mut CommandOutput,
) -> CommandResult<(LoadedRecords, Vec<u64>)> {
    if ids.is_empty() {
        let all = LoadedRecords::all(&session.client, TargetsNeeded::All, JsonPasswords::Masked, output).await?;
        return Ok((all, Vec::new()));
    }
    LoadedRecords::some(&session.client, ids, TargetsNeeded::All).await
}

fn chosen<'a>(loaded: &'a LoadedRecords, ids: &[u64], filter: &Filter) -> Vec<RowRef<'a>> {
    let rows = loaded.passing(filter).into_iter().filter_map(|position| loaded.records.at(position as usize));
    rows.filter(|row| ids.is_empty() || ids.contains(&row.id())).collect()
}

/// 6: something enabled is known not to be active; 7: it may be, but a node cannot be asked.
fn exit(chosen: &[RowRef<'_>], loaded: &LoadedRecords, asking: &LiveReader, there: Exit) -> Exit {
    let mut exit = there;
    for row in chosen.iter().filter(|row| row.enabled() == Some(true)) {
        let summary = asking.summary(row, &loaded.targets);
        match summary.overall {
            Overall::Active | Overall::Drift if summary.unknown == 0 => {}
            Overall::Active | Overall::Drift | Overall::Unknown => exit = Exit::Unreachable,
            _ => return Exit::Invalid,
        }
    }
    exit
}

fn write(
    chosen: &[RowRef<'_>],
    loaded: &LoadedRecords,
    asking: &LiveReader,
    form: OutputFormat,
    output: &mut CommandOutput,
) -> std::io::Result<()> {
    match form {
        OutputFormat::Table | OutputFormat::Csv => table(chosen, loaded, asking, output),
        OutputFormat::Ids => chosen.iter().try_for_each(|row| output.raw(&format!("{}\n", row.id()))),
        OutputFormat::Json | OutputFormat::Jsonl => {
            let objects = chosen.iter().map(|row| object(row, loaded, asking));
            output.objects(form == OutputFormat::Json, objects)
        }
    }
}

fn object(row: &RowRef<'_>, loaded: &LoadedRecords, asking: &LiveReader) -> Json {
    let summary = asking.summary(row, &loaded.targets);
    json!({
        "id": row.id().to_string(),
        "name": row.name(),
        "enabled": row.enabled(),
        "state": summary.overall.word(),
        "nodes": summary.of,
        "good": summary.good,
        "unknown": summary.unknown,
        "live": asking.nodes(row, &loaded.targets),
    })
}

fn table(
    chosen: &[RowRef<'_>],
    loaded: &LoadedRecords,
    asking: &LiveReader,
    output: &mut CommandOutput,
) -> std::io::Result<()> {
    let cells: Vec<[String; 4]> = chosen
        .iter()
        .map(|row| {
            let name = output.shown(row.name()).into_owned();
            let cell = output.shown(&asking.cell(row, &loaded.targets)).into_owned();
            let problems = output.shown(&asking.problems(row, &loaded.targets)).into_owned();
            [row.id().to_string(), name, cell, problems]
        })
        .collect();
    let widest = |column: usize, title: &str| {
        let cells = cells.iter().filter_map(|cells| cells.get(column));
        cells.map(|cell| text::width(cell)).max().unwrap_or_default().max(title.len())
    };
    let widths = [widest(0, "ID"), widest(1, "NAME"), widest(2, "LIVE")];
    let line = |cells: [&str; 4]| {
        let [id, name, live, problem] = cells;
        let pad = |cell: &str, width: usize| format!("{cell}{}", " ".repeat(width.saturating_sub(text::width(cell))));
        let [id_width, name_width, live_width] = widths;
        let id = format!("{}{id}", " ".repeat(id_width.saturating_sub(text::width(id))));
        let whole = format!("{id} {} {} {problem}", pad(name, name_width), pad(live, live_width));
        whole.trim_end().to_owned()
    };
    let width = output.width();
    output.heading(&fitting(&line(["ID", "NAME", "LIVE", "PROBLEM"]), width))?;
    for [id, name, live, problem] in &cells {
        output.line(&fitting(&line([id, name, live, problem]), width))?;
    }
    Ok(())
}

fn fitting(line: &str, width: Option<usize>) -> String {
    width.map_or_else(|| line.to_owned(), |width| text::fit(line, width).into_owned())
}

/// How many are in which state, and which nodes cannot be asked.
fn report(chosen: &[RowRef<'_>], loaded: &LoadedRecords, asking: &LiveReader, output: &mut CommandOutput) {
    let mut counts: BTreeMap<Overall, usize> = BTreeMap::new();
    for row in chosen {
        *counts.entry(asking.summary(row, &loaded.targets).overall).or_default() += 1;
    }
    let counts: Vec<String> = counts.iter().map(|(overall, count)| format!("{count} {}", overall.word())).collect();
    let chosen = counted(chosen.len(), "registration");
    let answered = words::reach(asking.picture());
    output.message(&format!("{chosen}: {} ({answered} answered)", counts.join(", ")));
}

/// What was seen the last time.
#[derive(Debug, Default)]
struct Watch {
    begun: bool,
    seen: BTreeMap<u64, (Overall, u16, String)>,
    /// Nodes that could not be asked, and why.
    silent: BTreeMap<String, String>,
}

impl Watch {
    /// Prints what is different from the last time.
    fn round(
        &mut self,
        chosen: &[RowRef<'_>],
        loaded: &LoadedRecords,
        asking: &LiveReader,
        output: &mut CommandOutput,
    ) -> std::io::Result<()> {
        let first = !std::mem::replace(&mut self.begun, true);
        let mut now = BTreeMap::new();
        for row in chosen {
            let summary: LiveSummary = asking.summary(row, &loaded.targets);
            let (overall, code) = (summary.overall, summary.code);
            let name = visible(row.name()).into_owned();
            let before = self.seen.remove(&row.id()).map(|(before, code, _)| (before, code));
            let finished = summary.is_settled(row.enabled().unwrap_or_default());
            if before != Some((overall, code)) && !(first && finished) {
                let cell = asking.cell(row, &loaded.targets);
                let change = before.map_or_else(|| cell.clone(), |(before, _)| format!("{} -> {cell}", before.word()));
                let problems = asking.problems(row, &loaded.targets);
                let problems = if problems.is_empty() { problems } else { format!("  {}", visible(&problems)) };
                output.line(&format!("{} {name}: {change}{problems}", row.id()))?;
            }
            now.insert(row.id(), (overall, code, name));
        }
        for (id, (before, _, name)) in std::mem::replace(&mut self.seen, now) {
            let what = loaded.records.get(id).map_or_else(
                || "deleted".to_owned(),
                |row| format!("{}, which the filter does not want", asking.cell(&row, &loaded.targets)),
            );
            output.line(&format!("{id} {name}: {} -> {what}", before.word()))?;
        }
        self.report_nodes(asking, output);
        if first {
            report(chosen, loaded, asking, output);
        }
        Ok(())
    }

    /// Says which nodes cannot be asked any more, and which can be again.
    fn report_nodes(&mut self, asking: &LiveReader, output: &mut CommandOutput) {
        let silent: BTreeMap<String, String> = asking
            .picture()
            .nodes()
            .iter()
            .filter_map(|node| Some((node.name.clone(), node.unreachable.as_ref()?.to_string())))
            .collect();
        let before = std::mem::take(&mut self.silent);
        for (name, why) in silent.iter().filter(|(name, why)| before.get(*name) != Some(why)) {
            output.message(&format!("node {}: state unknown: {}", visible(name), visible(why)));
        }
        for name in before.keys().filter(|name| !silent.contains_key(*name)) {
            output.message(&format!("node {} answers again", visible(name)));
        }
        self.silent = silent;
    }
}
