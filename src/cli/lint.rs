//! `sipreg lint`: what is wrong with registrations, by the rules of the console's form.

mod explain;
mod write;

use std::fmt::Write as _;

use clap::builder::PossibleValue;
use clap::{Args, ValueEnum};

use super::records::{self, LoadedRecords, RecordArgument, TargetsNeeded};
use super::{CommandFailure, CommandOutput, CommandResult, Exit, GlobalOptions, Machine, OutputFormat, session};
use crate::domain::count::counted;
use crate::domain::formats::json::JsonPasswords;
use crate::domain::nearest::nearest;
use crate::domain::record::Record as _;
use crate::domain::rules::check;
use crate::domain::rules::lint::{Tally, lint_all};
use crate::domain::rules::{Census, CheckContext, Finding, OnServer, Rule, RuleSet, Severity};

/// Examples for `--help`.
pub const EXAMPLES: &str = "\
Examples:
  sipreg lint
  sipreg lint 22 -o json
  sipreg lint --severity down -o ids
  sipreg lint -f 'pop:fra' --rule shared-address
  sipreg lint --explain pop-mismatch
  sipreg lint --explain all

Each record is compared with all others and with the nodes of the switch. DOWN: it cannot work as
it is. error: the server would refuse it today. warning: it may surprise you.
info: worth knowing. Ends in 6 where a record is DOWN or has an error, else in 0; --fail-on moves
that. The profile's `ignore` leaves rules out; what they would find is counted and marked.";

/// What it prints in.
const FORMS: [OutputFormat; 5] =
    [OutputFormat::Table, OutputFormat::Json, OutputFormat::Jsonl, OutputFormat::Csv, OutputFormat::Ids];

/// Which registrations to look at.
#[derive(Debug, Clone, Args)]
pub struct Lint {
    /// Registration IDs or names [default: all]
    #[arg(value_name = "ID|NAME")]
    pub whom: Vec<RecordArgument>,
    /// Explain a rule, or list all rules with `all` (needs no server)
    #[arg(long, value_name = "RULE", conflicts_with_all = ["whom", "rules", "severity", "fail_on", "no_ignore"])]
    pub explain: Option<String>,
    /// Only problems of this rule (repeatable)
    #[arg(long = "rule", value_name = "RULE")]
    pub rules: Vec<String>,
    /// Only problems of this severity or worse
    #[arg(long, value_name = "SEVERITY")]
    pub severity: Option<Severity>,
    /// Exit with 6 for problems of this severity or worse [default: error]
    #[arg(long, value_name = "SEVERITY")]
    pub fail_on: Option<Severity>,
    /// Include rules that the profile ignores
    #[arg(long)]
    pub no_ignore: bool,
}

impl ValueEnum for Severity {
    fn value_variants<'a>() -> &'a [Self] {
        &Self::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        let help = match self {
            Self::Down => "DOWN only",
            Self::Error => "Errors and DOWN",
            Self::Warning => "Warnings and worse",
            Self::Info => "Everything",
        };
        Some(PossibleValue::new(self.name()).help(help))
    }
}

/// A finding with the record that it is about.
#[derive(Debug)]
struct Found {
    id: u64,
    name: String,
    finding: Finding,
}

/// A record of which something is ignored.
#[derive(Debug)]
struct Ignored {
    id: u64,
    name: String,
    rules: Vec<&'static Rule>,
}

/// Looks at them.
///
/// # Errors
/// What stopped it.
pub async fn run(lint: &Lint, options: GlobalOptions, world: Machine, output: &mut CommandOutput) -> CommandResult {
    if let Some(rule) = &lint.explain {
        return explain::run(rule, options, world, output);
    }
    let wanted = lint.rules.iter().map(|name| named(name)).collect::<Result<Vec<_>, _>>()?;
    let filter = records::filter(options.common.filter.as_deref())?;
    let settings = session::settings(options, world, output)?;
    let form = session::form(&settings, &FORMS)?.unwrap_or(OutputFormat::Table);
    let ignored = if lint.no_ignore { RuleSet::NONE } else { settings.ignored.value };
    let session = session::begin(settings, output).await?;
    let ids = records::ids_of(&session.client, &lint.whom, output).await?;
    let mut loaded = LoadedRecords::all(&session.client, TargetsNeeded::All, JsonPasswords::Masked, output).await?;
    loaded.ignored = ignored;
    let missing: Vec<u64> = ids.iter().copied().filter(|id| loaded.records.get(*id).is_none()).collect();
    let rows: Vec<_> = loaded.records.iter().collect();
    let census = Census::of_many(&rows, &loaded.targets);
    let context = CheckContext::new(&loaded.targets, Some(&census), OnServer::Loaded).ignoring(ignored);
    let chosen: Vec<_> = loaded
        .passing(&filter)
        .into_iter()
        .filter_map(|position| loaded.records.at(position as usize))
        .filter(|row| ids.is_empty() || ids.contains(&row.id()))
        .collect();
    let least = lint.severity.unwrap_or(Severity::Info);
    let is_wanted = |finding: &Finding| {
        finding.severity >= least && (wanted.is_empty() || finding.rule.is_some_and(|rule| wanted.contains(&rule)))
    };
    let (mut found, mut left_out, mut tally) = (Vec::new(), Vec::new(), Tally::default());
    for mut looked in lint_all(&chosen, &context) {
        looked.findings.retain(is_wanted);
        tally.take(&looked);
        let (id, name) =
            (looked.id, loaded.records.get(looked.id).map(|row| row.name().to_owned()).unwrap_or_default());
        for finding in looked.findings {
            found.push(Found { id, name: name.clone(), finding });
        }
        if !looked.ignored.is_empty() {
            left_out.push(Ignored { id, name, rules: looked.ignored });
        }
    }
    // The worst first; those of one record stay together.
    found.sort_by_key(|found| std::cmp::Reverse(found.finding.severity));
    write::findings(&found, form, output)?;
    if form == OutputFormat::Table {
        write::ignored(&left_out, output)?;
    }
    output.flush()?;
    for line in summary(&tally, chosen.len()) {
        output.message(&line);
    }
    loaded.unread.report(output);
    if let Some(sentence) = tally.unread_sentence() {
        output.message(&format!("note: {sentence}"));
    }
    let whole = records::report_incomplete(loaded.missing.as_deref(), output);
    let there = if loaded.missing.is_none() { records::report_missing(&missing, output) } else { whole };
    let fails = tally.has(lint.fail_on.unwrap_or(Severity::Error));
    Ok(if fails { Exit::Invalid } else { there })
}

/// Counts by severity and by rule.
fn summary(tally: &Tally, looked_at: usize) -> Vec<String> {
    let mut first = match tally.records() {
        0 => format!("{}, no problems", counted(looked_at, "registration")),
        some => {
            let (all, have) = (counted(looked_at, "registration"), if some == 1 { "has" } else { "have" });
            format!("{some} of {all} {have} problems (worst of each): {}", tally.sentence())
        }
    };
    if tally.ignored > 0 {
        // Writing to a string cannot fail.
        let _ = write!(
            first,
            "; problems of {} are ignored by the profile (--no-ignore shows them)",
            counted(tally.ignored, "registration")
        );
    }
    let by_rule = tally.by_rule().into_iter();
    let counts = by_rule.map(|(rule, count)| format!("  {count:>6} {:<7} {}", rule.severity.word(), rule.id));
    std::iter::once(first).chain(counts).collect()
}

/// The rule with this name.
fn named(name: &str) -> CommandResult<&'static Rule> {
    check::find(name).ok_or_else(|| {
        let near = nearest(name, check::all().map(|rule| rule.id));
        let meant = near.map_or_else(|| ".".to_owned(), |near| format!("; did you mean {near}?"));
        CommandFailure::usage(format!("no rule {name:?}{meant} List the rules: sipreg lint --explain all"))
    })
}
