//! `sipreg doctor`: what works on the way to the registrations and what does not, a line a check, each with what was
//! found and how to fix it. Asks no questions, prints no secret, and works without a working configuration.

mod live;
mod machine;
mod network;

use std::io;

use serde_json::{Value as Json, json};

use super::{CommandFailure, CommandOutput, CommandResult, Exit, GlobalOptions, Machine, OutputFormat};
use crate::config::{Arguments, Places, Settings};

/// Examples for `--help`.
pub const EXAMPLES: &str = "Examples:
  sipreg doctor
  sipreg --profile eu doctor
  sipreg doctor -o json | jq -r '.[].result'

Begins with the version, the system and the terminal. Checks in this order: configuration, state directory, DNS, connection, TLS, sign-in, clock, one
page, live state where the profile has it, terminal. Each line begins with ok, warn, fail or skip. The exit code is that of the first
failure, which mostly explains the others; warnings end in 0.";

/// How a check came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DoctorVerdict {
    /// Nothing to do.
    Well,
    /// Works, but someone should look at it.
    Warn,
    /// Does not work, and a command would end like this.
    Fail(Exit),
    /// The same because of certificates.
    Certificate(Exit),
    /// Could not be checked.
    Skip,
}

/// Where checks are reported.
enum ReportForm<'a> {
    /// As lines.
    Lines,
    /// As objects, where programs read them.
    Objects(Vec<Json>),
    /// To someone who shows them: verdict, check, what was found, how to fix it.
    Asker(&'a mut dyn FnMut(DoctorVerdict, &str, &str, &str)),
}

/// Reports checks and remembers the first failure.
struct Report<'a> {
    output: &'a mut CommandOutput,
    first: Option<Exit>,
    reported: ReportForm<'a>,
}

impl Report<'_> {
    fn line(&mut self, verdict: DoctorVerdict, check: &str, found: &str, fix: &str) -> io::Result<()> {
        let word = match verdict {
            DoctorVerdict::Well => "ok",
            DoctorVerdict::Warn => "warn",
            DoctorVerdict::Fail(exit) | DoctorVerdict::Certificate(exit) => {
                self.first = self.first.or(Some(exit));
                "fail"
            }
            DoctorVerdict::Skip => "skip",
        };
        match &mut self.reported {
            ReportForm::Lines => {}
            ReportForm::Objects(objects) => {
                let fix = (!fix.is_empty()).then_some(fix);
                objects.push(json!({ "check": check, "result": word, "found": found, "fix": fix }));
                return Ok(());
            }
            ReportForm::Asker(report) => {
                report(verdict, check, found, fix);
                return Ok(());
            }
        }
        let fix = if fix.is_empty() { String::new() } else { format!("; fix: {fix}") };
        self.output.line(&format!("{word:<5} {check:<14} {}{fix}", found.replace('\n', " ")))?;
        // Someone watches, and the next check may take its time.
        self.output.flush()
    }

    /// Whether something else has the terminal: no command may use it, and a password that was typed counts, not a
    /// token of before.
    const fn shows_elsewhere(&self) -> bool {
        matches!(self.reported, ReportForm::Asker(_))
    }

    fn well(&mut self, check: &str, found: &str) -> io::Result<()> {
        self.line(DoctorVerdict::Well, check, found, "")
    }

    fn skip(&mut self, check: &str, why: &str) -> io::Result<()> {
        self.line(DoctorVerdict::Skip, check, &format!("not checked: {why}"), "")
    }
}

/// Checks everything.
///
/// # Errors
/// Standard output does not take it.
pub async fn run(options: GlobalOptions, world: Machine, output: &mut CommandOutput) -> CommandResult {
    let form = options.common.output;
    if form.is_some_and(|form| !matches!(form, OutputFormat::Table | OutputFormat::Json)) {
        return Err(CommandFailure::usage("--output: doctor prints lines or json"));
    }
    let arguments: Arguments = options.clone().into();
    let places = Places::find(arguments.config, &world.environment, world.homes.clone());
    let resolved = world.sources(options).and_then(|sources| {
        let read = sources.file.as_ref().map(|file| file.paths.clone()).unwrap_or_default();
        sources.resolve().map(|settings| (settings, read))
    });
    let reported = if form == Some(OutputFormat::Json) { ReportForm::Objects(Vec::new()) } else { ReportForm::Lines };
    let mut report = Report { output, first: None, reported };
    machine::version(&mut report)?;
    let settings: Option<Settings> = match resolved {
        Ok((settings, read)) => {
            machine::configuration(&settings, &read, &mut report)?;
            Some(settings)
        }
        Err(problems) => {
            let mut reported = problems.0.iter().map(ToString::to_string);
            let first = reported.next().unwrap_or_default();
            let more = match reported.count() {
                0 => String::new(),
                count => format!(" (and {count} more: sipreg config show)"),
            };
            report.line(DoctorVerdict::Fail(Exit::Usage), "configuration", &format!("{first}{more}"), "")?;
            None
        }
    };
    machine::state(places.state.as_deref(), &mut report)?;
    if let Some(settings) = &settings {
        machine::journal(settings, &mut report)?;
    }
    match settings {
        Some(settings) => network::all(&settings, &mut report).await?,
        None => {
            for check in network::CHECKS {
                report.skip(check, "fix the configuration first")?;
            }
        }
    }
    machine::terminal(&mut report)?;
    if let ReportForm::Objects(objects) = report.reported {
        report.output.json(&Json::Array(objects))?;
    }
    Ok(report.first.unwrap_or(Exit::Done))
}

/// Checks the way to the server of these settings, and reports each check as it ends. Asks no questions.
///
/// # Errors
/// None of its own: nothing is written.
pub async fn check(
    settings: &Settings,
    output: &mut CommandOutput,
    report: &mut dyn FnMut(DoctorVerdict, &str, &str, &str),
) -> io::Result<()> {
    network::all(settings, &mut Report { output, first: None, reported: ReportForm::Asker(report) }).await
}
