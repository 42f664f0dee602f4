//! `sipreg completions`: a script for a shell, and `sipreg complete`, which the script asks for what only a running
//! program knows: profiles, fields, ids of the last list. The latter answers with nothing rather than a complaint.

use clap::{Args, CommandFactory as _, ValueEnum};
use clap_complete::Shell;

use super::{Cli, CommandOutput, CommandResult, Exit, GlobalOptions, Machine, session};
use crate::config::Settings;
use crate::domain::query::filter::FILTER_HELP;
use crate::domain::query::{Column, Listed, RecordState};
use crate::domain::record::FIELDS;
use crate::domain::text::visible;
use crate::state::names::NameFile;

const BASH: &str = include_str!("completions/bash.sh");
const FISH: &str = include_str!("completions/fish.fish");
const ZSH: &str = include_str!("completions/zsh.zsh");

/// Examples for `--help`.
pub const EXAMPLES: &str = "Examples:
  bash:  sipreg completions bash > ~/.local/share/bash-completion/completions/sipreg
  zsh:   sipreg completions zsh > \"${fpath[1]}/_sipreg\"
  fish:  sipreg completions fish > ~/.config/fish/completions/sipreg.fish
  elvish, powershell, nushell: put the script where your profile reads it

IDs and names come from the profile's last `sipreg list`.";

/// Which shell.
#[derive(Debug, Clone, Args)]
pub struct Completions {
    /// The shell
    #[arg(value_name = "SHELL", value_enum)]
    pub shell: ShellKind,
}

/// Shells with a script.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ShellKind {
    /// bash 4 or newer
    Bash,
    /// zsh
    Zsh,
    /// fish
    Fish,
    /// Elvish
    Elvish,
    /// `PowerShell`
    #[value(name = "powershell")]
    PowerShell,
    /// Nushell
    Nushell,
}

/// What a script asks for.
#[derive(Debug, Clone, Args)]
pub struct Complete {
    /// Kind of words
    #[arg(value_enum)]
    pub what: WordKind,
}

/// Kinds of words. Each is printed on a line of its own, with a tab and what it means behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum WordKind {
    /// Profiles of the configuration.
    Profiles,
    /// Columns of a list.
    Columns,
    /// Columns to sort by.
    Orders,
    /// Fields with a colon, for a filter.
    Filters,
    /// Fields with an equals sign, for a change.
    Assignments,
    /// Ids of the last list.
    Ids,
    /// Ids, then fields with an equals sign.
    Words,
}

/// Prints the script of a shell.
///
/// # Errors
/// Standard output does not take it.
pub fn script(completions: &Completions, output: &mut CommandOutput) -> CommandResult {
    let mut bytes = Vec::new();
    let mut generate = |shell| clap_complete::generate(shell, &mut Cli::command(), "sipreg", &mut bytes);
    match completions.shell {
        ShellKind::Bash => generate(Shell::Bash),
        ShellKind::Zsh => generate(Shell::Zsh),
        ShellKind::Fish => generate(Shell::Fish),
        ShellKind::Elvish => generate(Shell::Elvish),
        ShellKind::PowerShell => generate(Shell::PowerShell),
        ShellKind::Nushell => {
            clap_complete::generate(clap_complete_nushell::Nushell, &mut Cli::command(), "sipreg", &mut bytes);
        }
    }
    let made = String::from_utf8_lossy(&bytes);
    let script = match completions.shell {
        ShellKind::Bash => format!("{made}\n{BASH}"),
        ShellKind::Zsh => asking_zsh(&made),
        ShellKind::Fish => format!("{made}\n{FISH}"),
        ShellKind::Elvish | ShellKind::PowerShell | ShellKind::Nushell => made.into_owned(),
    };
    output.raw(&script)?;
    Ok(Exit::Done)
}

/// The script of zsh with our function where a value is to be asked for.
fn asking_zsh(made: &str) -> String {
    let mut script = String::with_capacity(made.len() + ZSH.len());
    for line in made.lines() {
        let spec = line.trim_start().trim_start_matches(['\'', '"']);
        let what = [
            ("--profile=", "profiles"),
            ("--columns=", "columns"),
            ("--sort=", "orders"),
            ("--filter=", "filters"),
            ("-f+", "filters"),
            ("*::whom", "ids"),
            ("*::words", "words"),
            ("*::fields", "assignments"),
            (":whom ", "ids"),
        ]
        .into_iter()
        .find(|(begin, _)| {
            spec.starts_with(begin) || spec.strip_prefix('*').is_some_and(|spec| spec.starts_with(begin))
        });
        match what {
            Some((_, what)) => script.push_str(&line.replacen(":_default'", &format!(": _sipreg_ask {what}'"), 1)),
            None => script.push_str(line),
        }
        script.push('\n');
        // Behind the line that says what the file completes.
        if line.starts_with("#compdef") {
            script.push('\n');
            script.push_str(ZSH);
        }
    }
    script
}

/// Prints words for a script.
///
/// # Errors
/// Standard output does not take them.
pub fn complete(
    complete: &Complete,
    options: GlobalOptions,
    world: Machine,
    output: &mut CommandOutput,
) -> CommandResult {
    let mut offer = |word: &str, meaning: &str| {
        output.raw(&format!("{}\t{}\n", visible(word).replace('\t', " "), visible(meaning)))
    };
    let settings = || world.sources(options).and_then(|sources| sources.resolve()).ok();
    match complete.what {
        WordKind::Profiles => {
            for profile in profiles(settings) {
                offer(&profile, "profile")?;
            }
        }
        WordKind::Columns | WordKind::Orders => {
            offer(Column::Id.name(), "the record's id")?;
            if complete.what == WordKind::Columns {
                offer(Listed::ADDRESS, "user@domain")?;
                offer(Column::Live.name(), "what the nodes report")?;
            }
            for field in &FIELDS {
                offer(field.name, field.help)?;
            }
        }
        WordKind::Filters => {
            for field in &FIELDS {
                offer(&format!("{}:", field.name), field.help)?;
            }
            offer("id:", "these ids, with commas between them")?;
            offer(&format!("is:{}", RecordState::Lint.word()), "has a problem")?;
            offer(&format!("is:{}", RecordState::Down.word()), "cannot work as it stands")?;
            for (example, meaning) in FILTER_HELP.iter().filter(|(example, _)| example.starts_with("pop:")) {
                offer(example, meaning)?;
            }
        }
        WordKind::Assignments | WordKind::Ids | WordKind::Words => {
            if complete.what != WordKind::Assignments {
                for (id, name) in settings().and_then(|settings| names(&settings)).unwrap_or_default() {
                    offer(&id.to_string(), &name)?;
                }
            }
            if complete.what != WordKind::Ids {
                for field in &FIELDS {
                    offer(&format!("{}=", field.name), field.help)?;
                }
            }
        }
    }
    Ok(Exit::Done)
}

fn profiles(settings: impl FnOnce() -> Option<Settings>) -> Vec<String> {
    settings().map(|settings| settings.profiles.into_iter().map(|profile| profile.name).collect()).unwrap_or_default()
}

fn names(settings: &Settings) -> Option<Vec<(u64, String)>> {
    session::names(settings).and_then(|names: NameFile| names.load().ok())
}
