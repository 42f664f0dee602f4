//! What the console costs: the release program on a pseudo-terminal against the embedded server, beside floors of the
//! same run. `cargo bench --bench console -- filter sort` measures only those; `--help` lists them.

#[path = "../tests/kit/kit.rs"]
mod kit;
mod measure;

#[path = "console/browsing.rs"]
mod browsing;
#[path = "console/filtering.rs"]
mod filtering;
#[path = "console/living.rs"]
mod living;
#[path = "console/loading.rs"]
mod loading;
#[path = "console/many.rs"]
mod many;
#[path = "console/resting.rs"]
mod resting;
#[path = "console/stage.rs"]
mod stage;

use std::io::{self, Write as _};
use std::process::ExitCode;

use measure::table::{self, say};
use measure::{Outcome, bare, minimal};
use stage::Stage;

/// What measures some figures.
type Measure = fn(&mut Stage) -> Outcome<()>;

/// What can be measured, under the names by which it is asked for.
const FIGURES: &[(&str, Measure)] = &[
    ("start", loading::first_rows),
    ("load", loading::everything),
    ("keys-while-loading", loading::keys_meanwhile),
    ("row", browsing::row_down),
    ("scroll", browsing::scroll),
    ("page", browsing::page_down),
    ("filter", filtering::filter),
    ("sort", filtering::sort),
    ("idle", resting::idle),
    ("memory", resting::memory),
    ("slow-link", browsing::slow_link),
    ("live", living::live),
];

/// What takes many minutes, and is measured only where it is asked for.
const ON_REQUEST: &[(&str, Measure)] = &[("bulk", many::change)];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let ended = match arguments.split_first() {
        Some((role, rest)) if role == minimal::ROLE => minimal::be(rest),
        Some((role, rest)) if role == bare::ROLE => bare::be(rest).map(|peak| tell(&peak)),
        _ => measure(&arguments),
    };
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&format!("{error}"));
            ExitCode::FAILURE
        }
    }
}

fn measure(arguments: &[String]) -> Outcome<()> {
    // Cargo adds `--bench`; the other options are ours.
    if arguments.iter().any(|argument| argument == "--help") {
        tell("cargo bench --bench console -- [FIGURE..]");
        for (name, _) in FIGURES.iter().chain(ON_REQUEST) {
            tell(name);
        }
        return Ok(());
    }
    let wanted: Vec<&str> = arguments.iter().map(String::as_str).filter(|word| !word.starts_with("--")).collect();
    if let Some(unknown) = wanted.iter().find(|word| FIGURES.iter().chain(ON_REQUEST).all(|(name, _)| name != *word)) {
        return Err(format!("there is no figure {unknown}; --help lists them").into());
    }
    let mut stage = Stage::new();
    let mut failed = Vec::new();
    let usual = FIGURES.iter().filter(|(name, _)| wanted.is_empty() || wanted.contains(name));
    let on_request = ON_REQUEST.iter().filter(|(name, _)| wanted.contains(name));
    for (name, measure) in usual.chain(on_request) {
        say(&format!("measuring {name}"));
        if let Err(error) = measure(&mut stage) {
            say(&format!("{name} could not be measured: {error}"));
            failed.push(*name);
        }
    }
    table::print(&stage.rows)?;
    if failed.is_empty() { Ok(()) } else { Err(format!("not measured: {}", failed.join(", ")).into()) }
}

fn tell(line: &str) {
    // No one has to read it.
    let _ = writeln!(io::stdout(), "{line}");
}
