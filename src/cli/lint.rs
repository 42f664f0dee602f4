//! `sipreg lint`: what is wrong with registrations, by the checks of the console's form.

use std::fmt::Write as _;

use clap::Args;

use super::World;
use super::exit::Exit;
use super::failure::Failure;
use super::options::{Form, Options};
use super::output::Output;
use super::records::{self, Known, Loaded};
use super::session;
use crate::domain::formats::csv;
use crate::domain::formats::json::{self, Passwords};
use crate::domain::record::registration::Record as _;
use crate::domain::rules::check::{Census, Context, Finding, Severity, Standing};
use crate::domain::rules::lint::{findings, tally};
use crate::domain::text::visible;

/// Examples for `--help`.
pub const EXAMPLES: &str = "\
Examples:
  sipreg lint
  sipreg lint 22 -o json
  sipreg lint -f 'pop:fra' -o ids

Each record is compared with all others and with the nodes of the switch. Ends in 0 also where
there are warnings, and in 6 where a record has an error: something that would be refused if it
were saved today.";

/// Which registrations to look at.
#[derive(Debug, Clone, Args)]
pub struct Lint {
    /// Their ids; all without any
    #[arg(value_name = "ID")]
    pub ids: Vec<u64>,
}

/// Looks at them.
///
/// # Errors
/// What stopped it.
pub async fn run(lint: &Lint, options: Options, world: World, output: &mut Output) -> Result<Exit, Failure> {
    let filter = records::filter(options.common.filter.as_deref())?;
    let settings = session::settings(options, world, output)?;
    let all = [Form::Table, Form::Json, Form::Jsonl, Form::Csv, Form::Ids];
    let form = session::form(&settings, &all)?.unwrap_or(Form::Table);
    let session = session::begin(settings, output).await?;
    let loaded = Loaded::all(&session.client, Known::All, Passwords::Masked, output).await?;
    let missing: Vec<u64> = lint.ids.iter().copied().filter(|id| loaded.records.get(*id).is_none()).collect();
    let census = Census::of(loaded.records.iter());
    let context = Context::new(&loaded.targets, Some(&census), Standing::Loaded);
    let chosen: Vec<_> = loaded
        .passing(&filter)
        .into_iter()
        .filter_map(|position| loaded.records.at(position as usize))
        .filter(|row| lint.ids.is_empty() || lint.ids.contains(&row.id()))
        .collect();
    let counted = tally(chosen.iter(), &context);
    let found = findings(chosen.iter(), &context);
    let named = found.map(|(id, finding)| {
        let name = loaded.records.get(id).map(|row| row.name().to_owned()).unwrap_or_default();
        (id, name, finding)
    });
    write(named, form, output)?;
    output.flush()?;
    output.message(&format!(
        "{} of {} registrations have findings: {} with errors, {} with warnings only",
        counted.errors + counted.warnings,
        chosen.len(),
        counted.errors,
        counted.warnings
    ));
    loaded.unread.tell(output);
    let whole = records::tell_incomplete(loaded.missing.as_deref(), output);
    let there = if loaded.missing.is_none() { records::tell_missing(&missing, output) } else { whole };
    Ok(if counted.errors > 0 { Exit::Invalid } else { there })
}

const fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

fn write(found: impl Iterator<Item = (u64, String, Finding)>, form: Form, output: &mut Output) -> std::io::Result<()> {
    let mut last = None;
    match form {
        Form::Json => output.raw("[")?,
        Form::Csv => output.raw("id,name,field,severity,message\n")?,
        Form::Table | Form::Jsonl | Form::Ids => {}
    }
    for (id, name, finding) in found {
        let (field, severity) = (finding.field.field().name, word(finding.severity));
        match form {
            Form::Table => {
                let line = format!("{severity:<7} {id} {}: {field}: {}", visible(&name), visible(&finding.message));
                output.line(&line)?;
            }
            Form::Ids if last == Some(id) => {}
            Form::Ids => output.raw(&format!("{id}\n"))?,
            Form::Csv => {
                let mut row = String::new();
                csv::line(&mut row, &[&id.to_string(), &name, field, severity, &finding.message]);
                // A file gets it exactly; on a screen it could be anything.
                if output.width().is_some() { output.line(row.trim_end_matches('\n'))? } else { output.raw(&row)? }
            }
            Form::Json | Form::Jsonl => {
                let mut object = String::new();
                if form == Form::Json {
                    object.push_str(if last.is_none() { "\n" } else { ",\n" });
                }
                // Writing to a string cannot fail.
                let _ = write!(object, "{{\"id\":\"{id}\"");
                for (key, text) in [("name", name.as_str()), ("field", field), ("severity", severity)] {
                    let _ = write!(object, ",\"{key}\":");
                    json::string(&mut object, text);
                }
                object.push_str(",\"message\":");
                json::string(&mut object, &finding.message);
                object.push_str(if form == Form::Json { "}" } else { "}\n" });
                output.raw(&object)?;
            }
        }
        last = Some(id);
    }
    if form == Form::Json { output.raw(if last.is_none() { "]\n" } else { "\n]\n" }) } else { Ok(()) }
}
