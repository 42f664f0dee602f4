//! The command line: what can be typed, and which file does it. Data goes to stdout, messages to stderr, and
//! every command ends in an exit code of [`exit`]. Draws nothing.

pub mod config;
pub mod console;
pub mod demo;
pub mod exit;
pub mod failure;
pub mod options;
pub mod output;
pub mod panic;

use clap::{Parser, Subcommand};

use crate::config::{Environment, Homes, Problems, Sources};
use exit::Exit;
use failure::Failure;
use options::Options;
use output::Output;

/// What was typed.
#[derive(Debug, Parser)]
#[command(
    name = "sipreg",
    version,
    about = "A terminal console for the SIP registrations of a Yeti switch",
    long_about = "A terminal console for the SIP registrations of a Yeti switch.\n\n\
                  Without a command the console opens on the server of the chosen profile.",
    after_help = exit::HELP,
    max_term_width = 100
)]
pub struct Cli {
    /// Options that every command has.
    #[command(flatten)]
    pub options: Options,
    /// What to do; `None`: open the console.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// What can be done.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Open the console on an embedded server with made-up records
    Demo(demo::Estate),
    /// Run the embedded server alone; prints its URL, user and password, ends on Ctrl-c or SIGTERM
    ServeDemo(demo::Serve),
    /// Show or begin the configuration
    #[command(subcommand)]
    Config(config::Config),
}

/// What a command may know of the machine it runs on, as it was at the start.
#[derive(Debug)]
pub struct World {
    /// Environment variables.
    pub environment: Environment,
    /// The user's directories.
    pub homes: Option<Homes>,
}

impl World {
    /// The machine that this process runs on.
    #[must_use]
    pub fn of_process() -> Self {
        Self { environment: Environment::of_process(), homes: Homes::of_user() }
    }

    /// Reads what settings come from.
    fn sources(self, options: Options) -> Result<Sources, Problems> {
        Sources::gather(options.into(), self.environment, self.homes)
    }
}

/// Does what was typed.
///
/// # Errors
/// What stopped it.
pub async fn run(cli: Cli, world: World, output: &mut Output) -> Result<Exit, Failure> {
    match cli.command {
        None => {
            let mut settings = world.sources(cli.options)?.resolve()?;
            notes(&settings.notes, output);
            console::open(&mut settings, output).await
        }
        Some(Command::Demo(estate)) => demo::open(&estate, cli.options, world, output).await,
        Some(Command::ServeDemo(serve)) => demo::serve(serve, output).await,
        Some(Command::Config(command)) => config::run(&command, cli.options, world, output),
    }
}

/// Tells what the user should know about how the settings came about.
fn notes(notes: &[String], output: &mut Output) {
    for note in notes {
        output.message(&format!("note: {note}"));
    }
}
