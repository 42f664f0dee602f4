//! `sipreg lint --explain`: what a rule finds, why that matters, and where it comes from.

use serde_json::Value as Json;

use super::super::{CommandOutput, CommandResult, Exit, GlobalOptions, Machine, OutputFormat, session};
use super::{FORMS, named};
use crate::config::words::{ColorSetting, SettingWord as _};
use crate::domain::formats::csv;
use crate::domain::rules::Rule;
use crate::domain::rules::check::all;
use crate::domain::text::wrap;

/// What stands for all rules.
const ALL: &str = "all";

/// Explains a rule, or lists all. Settings with a mistake are no reason not to: it may be the name of a rule.
///
/// # Errors
/// There is no such rule; standard output does not take it.
pub fn run(name: &str, options: GlobalOptions, world: Machine, output: &mut CommandOutput) -> CommandResult {
    let rules: Vec<&Rule> = if name == ALL { all().collect() } else { vec![named(name)?] };
    let (typed, color) = (options.common.output, options.color.clone());
    let form = match world.sources(options).and_then(|sources| sources.resolve()) {
        Ok(settings) => {
            session::dress(&settings, output);
            session::form(&settings, &FORMS)?
        }
        Err(mistakes) => {
            let color = color.map_or(Some(ColorSetting::Auto), |word| ColorSetting::named(&word)).ok_or(mistakes)?;
            output.paint(color);
            typed
        }
    };
    match form.unwrap_or(OutputFormat::Table) {
        OutputFormat::Json | OutputFormat::Jsonl => {
            output.objects(form == Some(OutputFormat::Json), rules.into_iter().map(object))?;
        }
        OutputFormat::Csv => {
            output.raw(&format!("{}\n", KEYS.join(",")))?;
            for rule in rules {
                output.raw(&csv::line(&parts(rule).each_ref().map(String::as_str)))?;
            }
        }
        OutputFormat::Ids => {
            for rule in rules {
                output.raw(&format!("{}\n", rule.id))?;
            }
        }
        OutputFormat::Table if name == ALL => {
            for rule in rules {
                output.line(&format!("{:<7} {:<24} {}", rule.severity.word(), rule.id, rule.summary))?;
            }
        }
        OutputFormat::Table => {
            for rule in rules {
                explain(rule, output)?;
            }
        }
    }
    output.flush()?;
    Ok(Exit::Done)
}

fn explain(rule: &Rule, output: &mut CommandOutput) -> std::io::Result<()> {
    output.heading(rule.id)?;
    let [_, _, fields, summary, help, source] = parts(rule);
    let severity = rule.severity.word();
    output.line(&format!("  {severity}: {summary}"))?;
    for line in wrap(&help, output.width().unwrap_or(100).saturating_sub(2).max(20)) {
        output.line(&format!("  {line}"))?;
    }
    output.line(&format!("  Fields: {fields}"))?;
    output.line(&format!("  Source: {source}"))
}

/// What is said of a rule, as programs read it.
const KEYS: [&str; 6] = ["rule", "severity", "fields", "summary", "help", "source"];

/// The values of [`KEYS`].
fn parts(rule: &Rule) -> [String; 6] {
    let fields: Vec<&str> = rule.fields.iter().map(|field| field.field().name).collect();
    [rule.id, rule.severity.name(), &fields.join(" "), rule.summary, rule.help, rule.source].map(str::to_owned)
}

fn object(rule: &Rule) -> Json {
    KEYS.into_iter().map(str::to_owned).zip(parts(rule).map(Json::from)).collect()
}
