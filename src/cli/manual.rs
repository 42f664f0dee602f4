//! `sipreg man`: the manual pages, made from what `--help` is made from.

use std::path::PathBuf;

use clap::{Args, CommandFactory as _};
use clap_mangen::Man;
use color_eyre::eyre::WrapErr as _;

use super::Cli;
use super::exit::Exit;
use super::failure::Failure;
use super::output::Output;
use crate::domain::nearest::nearest;

/// Examples for `--help`.
pub const EXAMPLES: &str = "\
Examples:
  sipreg man | man -l -
  sipreg man list | man -l -
  sipreg man --to ~/.local/share/man/man1";

/// Which page, and where it goes.
#[derive(Debug, Clone, Args)]
pub struct Manual {
    /// Command whose page to print; sipreg's own without one
    #[arg(value_name = "COMMAND", conflicts_with = "to")]
    pub page: Option<String>,
    /// Write every page into this directory instead
    #[arg(long, value_name = "DIRECTORY")]
    pub to: Option<PathBuf>,
}

/// Prints a page, or writes all.
///
/// # Errors
/// There is no such command; the directory cannot be written to.
pub fn run(manual: &Manual, output: &mut Output) -> Result<Exit, Failure> {
    // `help` has no page of its own.
    let mut command = Cli::command().disable_help_subcommand(true);
    if let Some(directory) = &manual.to {
        let told = || format!("cannot write manual pages to {}", directory.display());
        std::fs::create_dir_all(directory).wrap_err_with(told)?;
        clap_mangen::generate_to(command, directory).wrap_err_with(told)?;
        output.message(&format!("wrote the manual pages to {}", directory.display()));
        return Ok(Exit::Done);
    }
    command.build();
    let page = match &manual.page {
        None => command,
        Some(name) => command.find_subcommand(name).filter(|found| !found.is_hide_set()).cloned().ok_or_else(|| {
            let names = command.get_subcommands().filter(|found| !found.is_hide_set()).map(clap::Command::get_name);
            let meant = nearest(name, names).map(|name| format!("; did you mean {name}?")).unwrap_or_default();
            Failure::usage(format!("there is no command {name:?}{meant}"))
        })?,
    };
    let mut text = Vec::new();
    Man::new(page).render(&mut text)?;
    output.raw(&String::from_utf8_lossy(&text))?;
    Ok(Exit::Done)
}
