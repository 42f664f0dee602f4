//! `sipreg list` and `sipreg export`: registrations as a table, or as data that goes out while it comes in.

mod watch;

use std::time::Duration;

use clap::Args;

use super::live::{self, LiveReader};
use super::options::{Common, span};
use super::output::rows::{RowWriter, Stream};
use super::output::table::{self, ColumnsWanted, Headers};
use super::records::{self, Gathered, LoadedRecords, Pages, RecordArgument, Revealed, TargetsNeeded, Unread};
use super::session::{self, ServerSession};
use super::{CommandFailure, CommandOutput, CommandResult, Exit, GlobalOptions, Machine, OutputFormat};
use crate::config::Settings;
use crate::domain::formats::json::{self, JsonPasswords};
use crate::domain::query::{Column, Direction, Filter, Listed, Order, RecordState};
use crate::domain::record::Record as _;
use crate::live::Provider;
use crate::state::names;

/// Examples for `--help`.
pub const LIST_EXAMPLES: &str = "Examples:
  sipreg list
  sipreg list -f 'domain:acme enabled:no' --sort pop,-expire
  sipreg list -f 'node:fra-n1' --columns id,name,address,expire
  sipreg list -o ids -f 'is:lint'
  sipreg list --live -f 'live:error'
  sipreg list --watch -f 'domain:acme'
  sipreg list -o json | jq -r '.[] | select(.expire == null) | .name'

Pipes get all columns in full, terminals what fits. json, jsonl and csv use the API's
names: see `sipreg export --help`. Columns: id, address (user@domain), and every field that
`sipreg show` shows.";

/// Examples for `--help`.
pub const EXPORT_EXAMPLES: &str = "Examples:
  sipreg export > all.csv
  sipreg export -o json -f 'domain:acme' > acme.json
  sipreg export --show-secrets > all-with-passwords.csv

CSV: the API's names as header; pop, node and transport by name; the entries of a route set with
spaces between them; an empty cell is null. A text that a spreadsheet would run as a formula or
store as a number, a date or a truth value has an apostrophe in front, and so has one that begins
with an apostrophe. ******** is a password that is set
and not shown; applying the file does not change it.
JSON: one array; id is a text; pop, node and transport-protocol are {\"id\", \"name\"} or null.";

/// What a list shows.
#[derive(Debug, Clone, Args)]
pub struct ListOptions {
    /// Registration IDs or names [default: all]
    #[arg(value_name = "ID|NAME")]
    pub whom: Vec<RecordArgument>,
    /// Columns in this order, separated by commas
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    pub columns: Vec<String>,
    /// Sort columns, separated by commas; `-NAME` sorts descending [default: id]
    #[arg(long, value_name = "NAMES", allow_hyphen_values = true)]
    pub sort: Option<String>,
    /// Add the live state of the nodes
    #[arg(long)]
    pub live: bool,
    /// Show passwords in json, jsonl and csv
    #[arg(long)]
    pub show_secrets: bool,
    /// Go on: print each change as it is seen, until Ctrl-c
    #[arg(long)]
    pub watch: bool,
    /// With --watch, how often to look: seconds, or 10s, 1m
    #[arg(long, value_name = "TIME", value_parser = span, default_value = "10s")]
    pub every: Duration,
}

/// What an export holds.
#[derive(Debug, Clone, Args)]
pub struct ExportOptions {
    /// Sort columns, separated by commas; `-NAME` sorts descending [default: id]
    #[arg(long, value_name = "NAMES", allow_hyphen_values = true)]
    pub sort: Option<String>,
    /// Export passwords
    #[arg(long)]
    pub show_secrets: bool,
}

/// What is to be written, all mistakes in it already found.
struct Plan {
    form: OutputFormat,
    wanted: ColumnsWanted,
    columns: Vec<Column>,
    order: Order,
    filter: Filter,
    passwords: JsonPasswords,
    live: bool,
    /// Records that were named.
    whom: Vec<RecordArgument>,
    limit: usize,
    headers: Headers,
}

/// Lists registrations.
///
/// # Errors
/// What stopped it.
pub async fn list(
    list: &ListOptions,
    options: GlobalOptions,
    world: Machine,
    output: &mut CommandOutput,
) -> CommandResult {
    let common = options.common.clone();
    let settings = session::settings(options, world, output)?;
    let all = [OutputFormat::Table, OutputFormat::Json, OutputFormat::Jsonl, OutputFormat::Csv, OutputFormat::Ids];
    let form = session::form(&settings, &all)?.unwrap_or(OutputFormat::Table);
    let filter = records::live_filter(common.filter.as_deref())?;
    let mut plan = plan(&common, form, list.sort.as_deref(), list.show_secrets, filter)?;
    if !list.columns.is_empty() {
        let listed = list
            .columns
            .iter()
            .map(|name| Listed::named(name).map_err(|unknown| CommandFailure::usage(format!("--columns: {unknown}"))));
        let listed: Vec<Listed> = listed.collect::<Result<_, _>>()?;
        if form != OutputFormat::Table {
            plan.columns = columns(&listed)?;
        }
        plan.wanted = ColumnsWanted::These(listed);
    }
    let live = Listed::Column(Column::Live);
    if list.live {
        match &mut plan.wanted {
            ColumnsWanted::These(these) if !these.contains(&live) => these.push(live),
            ColumnsWanted::These(_) => {}
            ColumnsWanted::Usual | ColumnsWanted::Live => plan.wanted = ColumnsWanted::Live,
        }
        if !plan.columns.contains(&Column::Live) {
            plan.columns.push(Column::Live);
        }
    }
    plan.live = plan.columns.contains(&Column::Live)
        || plan.wanted == ColumnsWanted::Live
        || matches!(&plan.wanted, ColumnsWanted::These(these) if these.contains(&live))
        || plan.order.keys.iter().any(|key| key.column == Column::Live)
        || records::asks_for_live(&plan.filter);
    if form == OutputFormat::Table && list.show_secrets {
        return Err(CommandFailure::usage("--show-secrets: a table shows no passwords; choose -o json, jsonl or csv"));
    }
    plan.whom.clone_from(&list.whom);
    if list.watch {
        if form != OutputFormat::Table || plan.live {
            return Err(CommandFailure::usage(
                "--watch prints changes of registrations as lines; `sipreg status --watch` those of nodes",
            ));
        }
        return Box::pin(watch::run(plan, list.every, settings, output)).await;
    }
    Box::pin(carry_out(plan, settings, output)).await
}

/// Writes registrations with all their fields, in the shape that can be applied.
///
/// # Errors
/// What stopped it.
pub async fn export(
    export: &ExportOptions,
    options: GlobalOptions,
    world: Machine,
    output: &mut CommandOutput,
) -> CommandResult {
    let common = options.common.clone();
    let settings = session::settings(options, world, output)?;
    let form = session::form(&settings, &[OutputFormat::Csv, OutputFormat::Json, OutputFormat::Jsonl])?
        .unwrap_or(OutputFormat::Csv);
    let filter = records::filter(common.filter.as_deref())?;
    let plan = plan(&common, form, export.sort.as_deref(), export.show_secrets, filter)?;
    Box::pin(carry_out(plan, settings, output)).await
}

fn plan(
    common: &Common,
    form: OutputFormat,
    sort: Option<&str>,
    show_secrets: bool,
    filter: Filter,
) -> CommandResult<Plan> {
    let order = Order::named(sort.unwrap_or_default())
        .map_err(|unknown| CommandFailure::usage(format!("--sort: {unknown}")))?;
    let passwords = if show_secrets { JsonPasswords::Shown } else { JsonPasswords::Masked };
    Ok(Plan {
        form,
        wanted: ColumnsWanted::Usual,
        columns: json::columns(),
        order,
        filter,
        passwords,
        live: false,
        whom: Vec::new(),
        limit: common.limit.unwrap_or(usize::MAX),
        headers: if common.no_headers { Headers::Left } else { Headers::Shown },
    })
}

fn columns(listed: &[Listed]) -> CommandResult<Vec<Column>> {
    let mut columns = Vec::with_capacity(listed.len());
    for listed in listed {
        match listed {
            Listed::Column(column) if columns.contains(column) => {}
            Listed::Column(column) => columns.push(*column),
            Listed::Address => {
                return Err(CommandFailure::usage("--columns: address is a column of tables; take username,domain"));
            }
        }
    }
    Ok(columns)
}

/// The plan for the records that were named, once it is known which they are.
async fn among(mut plan: Plan, session: &ServerSession, output: &mut CommandOutput) -> CommandResult<Plan> {
    if !plan.whom.is_empty() {
        let ids: Vec<String> =
            records::ids_of(&session.client, &plan.whom, output).await?.iter().map(u64::to_string).collect();
        let these = Filter::parse(&format!("id:{}", ids.join(",")))
            .map_err(|mistake| CommandFailure::usage(mistake.to_string()))?;
        plan.filter.terms.extend(these.terms);
    }
    Ok(plan)
}

async fn carry_out(plan: Plan, settings: Settings, output: &mut CommandOutput) -> CommandResult {
    let provider = if plan.live { Some(live::provider(&settings)?) } else { None };
    let session = session::begin(settings, output).await?;
    let plan = &among(plan, &session, output).await?;
    let by_id = match plan.order.keys.as_slice() {
        [] => true,
        [first, ..] => first.column == Column::Id && first.direction == Direction::Ascending,
    };
    match Stream::of(plan.form) {
        Some(form) if by_id && !plan.live && !records::asks_for_lint(&plan.filter) => {
            stream(form, plan, &session, output).await
        }
        form => gather(form, plan, &session, provider, output).await,
    }
}

/// Writes pages as they arrive.
async fn stream(form: Stream, plan: &Plan, session: &ServerSession, output: &mut CommandOutput) -> CommandResult {
    if plan.passwords == JsonPasswords::Masked && records::ids_named(&plan.filter).is_some() {
        return gather(Some(form), plan, session, None, output).await;
    }
    let mut pages = Pages::of(&session.client, plan.passwords);
    if form == Stream::Csv {
        // A name that two of them share does not say which one it is.
        pages.resolve_targets().await;
    }
    let mut rows = None;
    let mut matcher = plan.filter.prepare(pages.targets());
    let mut names = NamesSeen::default();
    let mut left = plan.limit;
    while left > 0
        && let Some(batch) = pages.next(output).await?
    {
        let rows = rows.get_or_insert_with(|| begin(form, plan));
        if batch.learned {
            rows.forget_names();
            matcher = plan.filter.prepare(pages.targets());
        }
        for row in batch.segment.iter() {
            names.add(row.id(), row.name());
            if left > 0 && (plan.filter.is_empty() || matcher.matches(&row, &|_: RecordState, _| false)) {
                left -= 1;
                let revealed = Revealed { row, password: batch.passwords.get(&row.id()) };
                rows.record(output, &revealed, pages.targets())?;
            }
        }
        rows.flush(output)?;
    }
    // Only now is it known that the server could be read: a failure leaves no half of a document.
    rows.unwrap_or_else(|| begin(form, plan)).end(output)?;
    if left == 0 {
        return Ok(Exit::Done);
    }
    let Gathered { unread, missing, .. } = pages.end();
    unread.report(output);
    names.keep(&session.settings);
    Ok(records::report_incomplete(missing.as_deref().or_else(|| unknown_cells(&unread)), output))
}

/// Reads everything first: a table measures its columns, an order needs all.
async fn gather(
    form: Option<Stream>,
    plan: &Plan,
    session: &ServerSession,
    provider: Option<Provider>,
    output: &mut CommandOutput,
) -> CommandResult {
    let known = if form == Some(Stream::Csv) || plan.live || records::asks_for_lint(&plan.filter) {
        TargetsNeeded::All
    } else {
        TargetsNeeded::Mentioned
    };
    let asked = records::ids_named(&plan.filter)
        .filter(|_| plan.passwords == JsonPasswords::Masked && !records::asks_for_lint(&plan.filter));
    let mut loaded = match &asked {
        Some(ids) => LoadedRecords::some(&session.client, ids, known).await?.0,
        None => LoadedRecords::all(&session.client, known, plan.passwords, output).await?,
    };
    if let Some(provider) = provider {
        let mut asking = LiveReader::of(provider);
        asking.ask(&loaded.targets).await;
        let marks = asking.marks(&loaded.records, &loaded.targets);
        loaded.targets.set_live(Some(marks));
        asking.report_unreachable(output);
    }
    loaded.ignored = session.settings.ignored.value;
    let mut positions = loaded.passing(&plan.filter);
    plan.order.sort(&mut positions, &loaded.records, &loaded.targets);
    positions.truncate(plan.limit);
    let record = |index: usize| {
        let row = loaded.records.at(*positions.get(index)? as usize)?;
        Some(Revealed { row, password: loaded.passwords.get(&row.id()) })
    };
    if let Some(form) = form {
        let mut rows = begin(form, plan);
        for revealed in (0..positions.len()).filter_map(record) {
            rows.record(output, &revealed, &loaded.targets)?;
        }
        rows.end(output)?;
    } else {
        table::print(output, &plan.wanted, plan.headers, &record, &loaded.targets)?;
        output.flush()?;
        if positions.is_empty() && !plan.filter.is_empty() {
            output.message("No registration matches the filter");
        }
    }
    loaded.unread.report(output);
    if asked.is_none() {
        let mut names = NamesSeen::default();
        for row in loaded.records.iter().take(names::MOST) {
            names.add(row.id(), row.name());
        }
        names.keep(&session.settings);
    }
    let unknown = form.and_then(|_| unknown_cells(&loaded.unread));
    Ok(records::report_incomplete(loaded.missing.as_deref().or(unknown), output))
}

fn begin(form: Stream, plan: &Plan) -> RowWriter {
    RowWriter::begin(form, plan.columns.clone(), plan.passwords, plan.headers)
}

/// Data with empty cells in place of what could not be read: applied, they would clear it.
fn unknown_cells(unread: &Unread) -> Option<&'static str> {
    unread
        .has_links()
        .then_some("POPs, nodes or transports that could not be loaded are written as empty: do not apply this file")
}

/// Ids and names for completion, gathered on the way.
#[derive(Debug, Default)]
struct NamesSeen(Vec<(u64, String)>);

impl NamesSeen {
    fn add(&mut self, id: u64, name: &str) {
        if self.0.len() < names::MOST {
            self.0.push((id, name.to_owned()));
        }
    }

    fn keep(&self, settings: &Settings) {
        if let Some(names) = session::names(settings) {
            // Completion is a convenience: a list that was written is no failure without it.
            let _ = names.keep(&self.0);
        }
    }
}
