//! `sipreg man`: the manual pages, made from what `--help`, the console and the configuration are made from.

mod command;
mod guides;
mod roff;

use std::path::PathBuf;

use clap::{Args, CommandFactory as _};
use color_eyre::eyre::WrapErr as _;

use super::{Cli, CommandFailure, CommandOutput, CommandResult, Exit};
use crate::domain::nearest::nearest;

/// Examples for `--help`.
pub const EXAMPLES: &str = "\
Examples:
  sipreg man | man -l -
  sipreg man list | man -l -
  sipreg man filter | man -l -
  sipreg man --to ~/.local/share/man

Besides the commands: toml (the configuration file), filter (the filter language), keys.";

/// Which page, and where it goes.
#[derive(Debug, Clone, Args)]
pub struct Manual {
    /// Command whose page to print, or toml, filter, keys; sipreg's own page without one
    #[arg(value_name = "COMMAND", conflicts_with = "to")]
    pub page: Option<String>,
    /// Write every page below this directory instead, in man1, man5 and man7
    #[arg(long, value_name = "DIRECTORY")]
    pub to: Option<PathBuf>,
}

/// A manual page.
struct Page {
    /// What `sipreg man` calls it.
    word: String,
    /// Its name, such as `sipreg-list`.
    name: String,
    section: char,
    text: String,
}

/// The day of the commit, as manual pages carry it; empty where it is not known.
fn date() -> &'static str {
    let last = crate::VERSION.trim_end_matches(')').rsplit(' ').next().unwrap_or_default();
    let is_day = last.len() == 10 && last.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    if is_day { last } else { "" }
}

/// Every page.
fn pages() -> CommandResult<Vec<Page>> {
    // `help` has no page of its own.
    let mut root = Cli::command().disable_help_subcommand(true);
    root.build();
    let mut pages = Vec::new();
    command::pages(&root, "", &mut pages)?;
    pages.extend(guides::pages());
    Ok(pages)
}

/// Prints a page, or writes all.
///
/// # Errors
/// There is no such page; the directory cannot be written to.
pub fn run(manual: &Manual, output: &mut CommandOutput) -> CommandResult {
    let pages = pages()?;
    if let Some(directory) = &manual.to {
        let reported = || format!("cannot write manual pages to {}", directory.display());
        for page in &pages {
            let folder = directory.join(format!("man{}", page.section));
            std::fs::create_dir_all(&folder).wrap_err_with(reported)?;
            std::fs::write(folder.join(format!("{}.{}", page.name, page.section)), &page.text)
                .wrap_err_with(reported)?;
        }
        output.message(&format!("wrote {} manual pages to {}", pages.len(), directory.display()));
        return Ok(Exit::Done);
    }
    let wanted = manual.page.as_deref().unwrap_or_default();
    let Some(page) = pages.iter().find(|page| page.word == wanted || page.name == wanted) else {
        let meant = nearest(wanted, pages.iter().map(|page| page.word.as_str()));
        let meant = meant.map(|name| format!("; did you mean {name}?")).unwrap_or_default();
        return Err(CommandFailure::usage(format!("there is no command {wanted:?}{meant}")));
    };
    output.raw(&page.text)?;
    Ok(Exit::Done)
}
