//! `sipreg show`: registrations in full, each read from its own address.

use std::collections::HashSet;
use std::io;

use clap::Args;
use tokio::task::JoinSet;

use super::output::rows::{RowWriter, Stream};
use super::output::table::{self, ColumnsWanted, Headers};
use super::records::{self, LoadedRecords, RecordArgument, TargetsNeeded, Unread};
use super::writing::comparing;
use super::{CommandFailure, CommandOutput, CommandResult, Exit, GlobalOptions, Machine, OutputFormat, session};
use crate::domain::answer::{Conditional, Fetched};
use crate::domain::formats::json::{self, JsonLayout, JsonPasswords};
use crate::domain::record::{FIELDS, Field, MASK, Record, Registration, Targets, ValueRef, show};
use crate::domain::request_error::{RequestError, RequestErrorKind};
use crate::domain::rules::check;
use crate::domain::rules::{Census, CheckContext, OnServer, RuleSet, placement, preview};
use crate::domain::text::{visible, wrap};

/// Examples for `--help`.
pub const EXAMPLES: &str = "Examples:
  sipreg show 22
  sipreg show carrierx-ams
  sipreg show 16 22 -o json
  sipreg show 22 -o json | jq -r .contact
  sipreg show -f 'name=carrierx-ams'

With -o json one ID gives an object, several IDs or a filter give an array.";

/// Requests at a time.
const AT_ONCE: usize = 2;

/// Cells of the labels' column.
const LABEL: usize = 17;

/// Which registrations to show.
#[derive(Debug, Clone, Args)]
pub struct Show {
    /// Registration IDs or names
    #[arg(value_name = "ID|NAME")]
    pub whom: Vec<RecordArgument>,
    /// Show the password
    #[arg(long)]
    pub show_secrets: bool,
}

/// Shows them.
///
/// # Errors
/// What stopped it.
pub async fn run(show: &Show, options: GlobalOptions, world: Machine, output: &mut CommandOutput) -> CommandResult {
    let filter = options.common.filter.clone();
    let typed = options.common.output;
    let settings = session::settings(options, world, output)?;
    let forms = [OutputFormat::Json, OutputFormat::Jsonl, OutputFormat::Csv, OutputFormat::Ids];
    // A table is what a list is by default; a record in full is more.
    let form = typed
        .filter(|form| *form == OutputFormat::Table)
        .map_or_else(|| session::form(&settings, &forms), |form| Ok(Some(form)))?;
    let passwords = if show.show_secrets { JsonPasswords::Shown } else { JsonPasswords::Masked };
    if show.whom.is_empty() && filter.is_none() {
        return Err(CommandFailure::usage("which registrations? Give IDs or names, or --filter"));
    }
    records::filter(filter.as_deref())?;
    let ignored = settings.ignored.value;
    let session = session::begin(settings, output).await?;
    let (mut others, mut all) = (Vec::new(), None);
    let named = records::ids_of(&session.client, &show.whom, output).await?;
    let ids = if filter.is_some() {
        let client = &session.client;
        let found =
            records::select(client, &named, filter.as_deref(), TargetsNeeded::Mentioned, ignored, output).await?;
        others = found.others(output);
        if found.ids.is_empty() {
            if others.is_empty() {
                output.message("No registration matches the filter");
            }
            return Ok(others.first().copied().unwrap_or(Exit::Done));
        }
        all = Some(found.loaded).filter(LoadedRecords::is_whole);
        found.ids
    } else {
        let mut seen = HashSet::new();
        named.into_iter().filter(|id| seen.insert(*id)).collect()
    };
    let mut targets = Targets::default();
    let mut unread = match form {
        None => records::resolve_targets(&session.client, &mut targets).await,
        Some(_) => Unread::default(),
    };
    let (found, missing) = fetch(&session.client, &ids, &mut targets, &mut unread).await?;
    if let ([error], true) = (missing.as_slice(), found.is_empty()) {
        return Err(error.clone().into());
    }
    if form.is_none() && all.is_none() {
        all = comparing::others(&session.client, TargetsNeeded::Mentioned, output).await;
    }
    let census = all.map(|all| Census::of(all.records.iter(), &targets));
    let alone = ids.len() == 1 && filter.is_none();
    let shown = Shown { found: &found, targets: &targets, census: census.as_ref(), passwords, ignored, alone };
    write(&shown, form, output)?;
    output.flush()?;
    unread.report(output);
    for error in &missing {
        output.message(&format!("sipreg: {}", error.message));
    }
    let other = others.first().copied().unwrap_or(Exit::Done);
    Ok(if missing.is_empty() { other } else { Exit::NoSuchRecord })
}

/// Each record in order, and what was said of those that are not there.
async fn fetch(
    client: &crate::api::Client,
    ids: &[u64],
    targets: &mut Targets,
    unread: &mut Unread,
) -> CommandResult<(Vec<Registration>, Vec<RequestError>)> {
    let mut answers: Vec<Option<Result<Fetched, RequestError>>> = ids.iter().map(|_| None).collect();
    let mut reading: JoinSet<(usize, Result<Conditional<Fetched>, RequestError>)> = JoinSet::new();
    let mut open = ids.iter().copied().enumerate();
    loop {
        while reading.len() < AT_ONCE
            && let Some((index, id)) = open.next()
        {
            let client = client.clone();
            reading.spawn(async move {
                let read = || {
                    let client = client.clone();
                    async move { client.registration(id, None).await }
                };
                (index, records::patiently(read).await)
            });
        }
        let Some(ended) = reading.join_next().await else { break };
        let (index, result) = ended.map_err(records::crashed)?;
        let answer = match result {
            Ok(Conditional::Changed(fetched)) => Ok(fetched),
            // Nothing was compared.
            Ok(Conditional::Unchanged) => continue,
            Err(error) if error.kind == RequestErrorKind::NoSuchRecord => Err(error),
            Err(error) => return Err(error.into()),
        };
        if let Some(slot) = answers.get_mut(index) {
            *slot = Some(answer);
        }
    }
    let (mut found, mut missing) = (Vec::new(), Vec::new());
    for answer in answers.into_iter().flatten() {
        match answer {
            Ok(fetched) => {
                for target in fetched.targets {
                    targets.add(target);
                }
                found.push(fetched.registration);
            }
            Err(error) => missing.push(error),
        }
    }
    let found = records::with_links_followed(client, found, targets, unread).await?;
    Ok((found, missing))
}

struct Shown<'a> {
    found: &'a [Registration],
    targets: &'a Targets,
    /// What all records have in common, where they were read.
    census: Option<&'a Census>,
    passwords: JsonPasswords,
    ignored: RuleSet,
    /// Whether exactly one was asked for.
    alone: bool,
}

fn write(shown: &Shown<'_>, form: Option<OutputFormat>, output: &mut CommandOutput) -> io::Result<()> {
    match (form.map(|form| (form, Stream::of(form))), shown.found) {
        (None, found) => {
            for (index, record) in found.iter().enumerate() {
                if index > 0 {
                    output.line("")?;
                }
                detail(record, shown, output)?;
            }
            Ok(())
        }
        (Some((OutputFormat::Json, _)), [record]) if shown.alone => {
            let mut object = String::new();
            let columns = json::columns();
            json::write(&mut object, record, shown.targets, &columns, shown.passwords, JsonLayout::Block);
            object.push('\n');
            output.raw(&object)
        }
        (Some((_, Some(stream))), found) => {
            let mut rows = RowWriter::begin(stream, json::columns(), shown.passwords, Headers::Shown);
            for record in found {
                rows.record(output, record, shown.targets)?;
            }
            rows.end(output)
        }
        (Some((_, None)), found) => {
            table::print(output, &ColumnsWanted::Usual, Headers::Shown, &|index: usize| found.get(index), shown.targets)
        }
    }
}

/// One record for people: its fields under headings, who loads it, its problems, what it sends.
fn detail(record: &Registration, shown: &Shown<'_>, output: &mut CommandOutput) -> io::Result<()> {
    let (targets, passwords) = (shown.targets, shown.passwords);
    let width = output.width().unwrap_or(usize::MAX);
    output.heading(&format!("{} {}", record.id(), visible(record.name())))?;
    let mut section = None;
    for field in &FIELDS {
        if section != Some(field.section) {
            section = Some(field.section);
            output.heading(field.section.title())?;
        }
        let mut label = field.label;
        for text in values(record, field, targets, passwords) {
            for part in lines(&output.shown(&text), width.saturating_sub(LABEL + 2)) {
                output.line(format!("  {label:<LABEL$}{part}").trim_end())?;
                label = "";
            }
        }
    }
    if !record.unknown.is_empty() {
        output.heading("ALSO SENT BY THE SERVER")?;
        for (name, json) in &record.unknown {
            paragraph(&format!("{name}: {json}"), width, output)?;
        }
    }
    output.heading("LOADED BY")?;
    paragraph(&placement::loaded_by(record, targets).sentence(targets), width, output)?;
    let context = CheckContext::new(targets, shown.census, OnServer::Loaded).ignoring(shown.ignored);
    let (findings, ignored) = (check::record(record, &context), check::ignored(record, &context));
    if !findings.is_empty() || !ignored.is_empty() {
        output.heading("PROBLEMS")?;
    }
    for finding in findings {
        paragraph(&finding.line(), width, output)?;
    }
    if !ignored.is_empty() {
        let rules: Vec<&str> = ignored.iter().map(|rule| rule.id).collect();
        paragraph(&format!("ignored by the profile: {}", rules.join(", ")), width, output)?;
    }
    output.heading("ON THE WIRE")?;
    for line in preview::register(record, targets) {
        paragraph(&line.text(), width, output)?;
    }
    Ok(())
}

/// The texts of a value: one, or each entry of a list behind its number.
fn values(record: &impl Record, field: &Field, targets: &Targets, passwords: JsonPasswords) -> Vec<String> {
    match record.value(field.id) {
        ValueRef::Secret(secret) if passwords == JsonPasswords::Shown && !secret.expose().is_empty() => {
            vec![secret.expose().to_owned()]
        }
        value @ (ValueRef::Withheld | ValueRef::Secret(_)) if !value.is_unset() => vec![format!("{MASK}  (set)")],
        ValueRef::Texts(texts) if !texts.is_empty() => {
            texts.iter().enumerate().map(|(index, text)| format!("{} {text}", index + 1)).collect()
        }
        value => vec![show::full(field.id, value, targets).into_owned()],
    }
}

fn paragraph(text: &str, width: usize, output: &mut CommandOutput) -> io::Result<()> {
    for part in lines(&output.shown(text), width.saturating_sub(2)) {
        output.line(&format!("  {part}"))?;
    }
    Ok(())
}

/// Fit for a terminal, or whole for a pipe.
fn lines(text: &str, width: usize) -> Vec<String> {
    if width > usize::from(u16::MAX) { vec![visible(text).into_owned()] } else { wrap(text, width.max(20)) }
}
