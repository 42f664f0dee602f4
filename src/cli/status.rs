//! `sipreg status`: whether registrations are registered, where, and why not, as their nodes say.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use clap::Args;

use super::World;
use super::exit::Exit;
use super::failure::Failure;
use super::live::{self, Asking, is_settled};
use super::options::{Form, Options};
use super::output::Output;
use super::records::{self, Known, Loaded};
use super::session::{self, Session};
use crate::domain::formats::json::{self, Passwords};
use crate::domain::live::summary::{LiveSummary, Overall};
use crate::domain::live::words;
use crate::domain::query::filter::Filter;
use crate::domain::query::segment::RowRef;
use crate::domain::record::registration::Record as _;
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
Columns: id, name, state over all nodes with how many of how many, and what is wrong on which node.";

/// Which registrations.
#[derive(Debug, Clone, Args)]
pub struct Status {
    /// Their ids; all without any
    #[arg(value_name = "ID")]
    pub ids: Vec<u64>,
    /// Go on: print each change of a state as it is seen, until Ctrl-c
    #[arg(long)]
    pub watch: bool,
}

/// Asks once, or again and again.
///
/// # Errors
/// What stopped it.
pub async fn run(status: &Status, options: Options, world: World, output: &mut Output) -> Result<Exit, Failure> {
    let filter = records::live_filter(options.common.filter.as_deref())?;
    let settings = session::settings(options, world, output)?;
    let forms = [Form::Table, Form::Json, Form::Jsonl, Form::Ids];
    let form = session::form(&settings, &forms)?.unwrap_or(Form::Table);
    if status.watch && form != Form::Table {
        return Err(Failure::usage("--watch prints changes as lines; it has no other form"));
    }
    let provider = live::provider(&settings)?;
    let session = session::begin(settings, output).await?;
    let mut asking = Asking::of(provider);
    let mut seen = BTreeMap::new();
    loop {
        let (mut loaded, missing) = load(&session, status, output).await?;
        asking.ask(&loaded.targets).await;
        let marks = asking.marks(&loaded.records, &loaded.targets);
        loaded.targets.set_live(Some(marks));
        let chosen = chosen(&loaded, status, &filter);
        if status.watch {
            changes(&chosen, &loaded, &asking, &mut seen, output)?;
        } else {
            write(&chosen, &loaded, &asking, form, output)?;
            output.flush()?;
            tell(&chosen, &loaded, &asking, output);
            loaded.unread.tell(output);
            let there = records::tell_missing(&missing, output);
            return Ok(exit(&chosen, &loaded, &asking, there));
        }
        output.flush()?;
        tokio::time::sleep(session.settings.live.every.value.max(Duration::from_secs(1))).await;
    }
}

async fn load(session: &Session, status: &Status, output: &mut Output) -> Result<(Loaded, Vec<u64>), Failure> {
    if status.ids.is_empty() {
        let all = Loaded::all(&session.client, Known::All, Passwords::Masked, output).await?;
        return Ok((all, Vec::new()));
    }
    Loaded::some(&session.client, &status.ids, Known::All).await
}

fn chosen<'a>(loaded: &'a Loaded, status: &Status, filter: &Filter) -> Vec<RowRef<'a>> {
    let rows = loaded.passing(filter).into_iter().filter_map(|position| loaded.records.at(position as usize));
    rows.filter(|row| status.ids.is_empty() || status.ids.contains(&row.id())).collect()
}

/// 6: something enabled is known not to be active; 7: it may be, but a node cannot be asked.
fn exit(chosen: &[RowRef<'_>], loaded: &Loaded, asking: &Asking, there: Exit) -> Exit {
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
    loaded: &Loaded,
    asking: &Asking,
    form: Form,
    output: &mut Output,
) -> std::io::Result<()> {
    match form {
        Form::Table => table(chosen, loaded, asking, output)?,
        Form::Json => output.raw("[")?,
        Form::Jsonl | Form::Csv | Form::Ids => {}
    }
    for (at, row) in chosen.iter().enumerate() {
        let line = match form {
            Form::Table | Form::Csv => continue,
            Form::Ids => format!("{}\n", row.id()),
            Form::Jsonl => format!("{}\n", object(row, loaded, asking)),
            Form::Json => format!("{}\n{}", if at == 0 { "" } else { "," }, object(row, loaded, asking)),
        };
        output.raw(&line)?;
    }
    if form == Form::Json { output.raw(if chosen.is_empty() { "]\n" } else { "\n]\n" }) } else { Ok(()) }
}

fn object(row: &RowRef<'_>, loaded: &Loaded, asking: &Asking) -> String {
    let summary = asking.summary(row, &loaded.targets);
    let mut object = format!("{{\"id\":\"{}\",\"name\":", row.id());
    json::string(&mut object, row.name());
    let enabled = row.enabled().map_or_else(|| "null".to_owned(), |enabled| enabled.to_string());
    // Writing to a string cannot fail.
    let _ = write!(
        object,
        ",\"enabled\":{enabled},\"state\":\"{}\",\"nodes\":{},\"good\":{},\"unknown\":{},\"live\":{}}}",
        summary.overall.word(),
        summary.of,
        summary.good,
        summary.unknown,
        asking.json(row, &loaded.targets)
    );
    object
}

fn table(chosen: &[RowRef<'_>], loaded: &Loaded, asking: &Asking, output: &mut Output) -> std::io::Result<()> {
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
fn tell(chosen: &[RowRef<'_>], loaded: &Loaded, asking: &Asking, output: &mut Output) {
    let mut counts: BTreeMap<Overall, usize> = BTreeMap::new();
    for row in chosen {
        *counts.entry(asking.summary(row, &loaded.targets).overall).or_default() += 1;
    }
    let counts: Vec<String> = counts.iter().map(|(overall, count)| format!("{count} {}", overall.word())).collect();
    output.message(&format!("{} of {}: {}", chosen.len(), words::reach(asking.picture()), counts.join(", ")));
    asking.tell_unreachable(output);
}

/// Prints what is different from the last time.
fn changes(
    chosen: &[RowRef<'_>],
    loaded: &Loaded,
    asking: &Asking,
    seen: &mut BTreeMap<u64, (Overall, u16)>,
    output: &mut Output,
) -> std::io::Result<()> {
    let first = seen.is_empty();
    for row in chosen {
        let summary: LiveSummary = asking.summary(row, &loaded.targets);
        let state = (summary.overall, summary.code);
        let before = seen.insert(row.id(), state);
        let settled = is_settled(&summary, row.enabled().unwrap_or_default());
        if before == Some(state) || (first && settled) {
            continue;
        }
        let cell = asking.cell(row, &loaded.targets);
        let change = before.map_or_else(|| cell.clone(), |(before, _)| format!("{} -> {cell}", before.word()));
        let problems = asking.problems(row, &loaded.targets);
        let problems = if problems.is_empty() { problems } else { format!("  {problems}") };
        output.line(&format!("{} {}: {change}{problems}", row.id(), visible(row.name())))?;
    }
    if first {
        tell(chosen, loaded, asking, output);
    }
    Ok(())
}
