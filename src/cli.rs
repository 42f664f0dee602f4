//! The command line: what can be typed, and which file does it. Data goes to stdout, messages to stderr, and
//! every command ends in an exit code of [`exit`]. Draws nothing.

pub(crate) mod apply;
pub(crate) mod bounce;
pub(crate) mod completions;
pub(crate) mod config;
pub(crate) mod console;
pub(crate) mod core_dump;
pub(crate) mod create;
pub(crate) mod delete;
#[cfg(feature = "demo")]
pub(crate) mod demo;
#[cfg(not(feature = "demo"))]
#[path = "cli/no_demo.rs"]
pub(crate) mod demo;
pub(crate) mod doctor;
pub(crate) mod edit;
pub mod exit;
pub mod failure;
pub(crate) mod first_run;
pub mod help;
pub mod interrupt;
pub(crate) mod lint;
pub(crate) mod list;
pub(crate) mod live;
pub(crate) mod log;
pub mod log_file;
pub(crate) mod login;
pub(crate) mod manual;
pub(crate) mod options;
pub mod output;
pub mod panic;
pub(crate) mod records;
pub(crate) mod session;
pub(crate) mod set;
pub(crate) mod show;
pub(crate) mod status;
pub(crate) mod undo;
pub(crate) mod writing;

use clap::{Parser, Subcommand};

use crate::config::switching::Switching;
use crate::config::{Environment, Homes, Problems, Sources};
use crate::domain::change::Toggle;
use interrupt::unless_interrupted;

pub use exit::Exit;
pub use failure::{CommandFailure, CommandResult};
pub use options::{GlobalOptions, OutputFormat};
pub use output::CommandOutput;

/// The parsed command line.
#[derive(Debug, Parser)]
#[command(
    name = "sipreg",
    version = crate::VERSION,
    about = "Terminal console and command line for the SIP registrations of a Yeti switch",
    after_help = exit::help(),
    max_term_width = 100
)]
pub struct Cli {
    /// Options that every command has.
    #[command(flatten)]
    pub options: GlobalOptions,
    /// What to do; `None`: open the console.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// List registrations as a table, JSON, CSV or IDs
    #[command(visible_aliases = ["ls", "get"], after_help = list::LIST_EXAMPLES)]
    List(list::ListOptions),
    /// Show registrations in full: fields, nodes, problems, REGISTER preview
    #[command(visible_alias = "describe", after_help = show::EXAMPLES)]
    Show(show::Show),
    /// Export registrations as CSV or JSON
    #[command(after_help = list::EXPORT_EXAMPLES)]
    Export(list::ExportOptions),
    /// Check registrations for problems
    #[command(after_help = lint::EXAMPLES)]
    Lint(lint::Lint),
    /// Show the live state of registrations on the nodes
    #[command(after_help = status::EXAMPLES)]
    Status(status::Status),
    /// Change fields of registrations
    #[command(after_help = set::EXAMPLES)]
    Set(set::Set),
    /// Enable registrations
    #[command(after_help = set::SWITCH_EXAMPLES)]
    Enable(set::SwitchOptions),
    /// Disable registrations
    #[command(after_help = set::SWITCH_EXAMPLES)]
    Disable(set::SwitchOptions),
    /// Disable registrations, wait one node poll, enable them again
    #[command(after_help = bounce::EXAMPLES)]
    Bounce(bounce::Bounce),
    /// Create a registration
    #[command(after_help = create::EXAMPLES)]
    Create(create::Create),
    /// Clone a registration
    #[command(after_help = create::CLONE_EXAMPLES)]
    Clone(create::Clone),
    /// Delete registrations
    #[command(after_help = delete::EXAMPLES)]
    Delete(delete::Delete),
    /// Edit a registration as TOML in your editor
    #[command(after_help = edit::EXAMPLES)]
    Edit(edit::Edit),
    /// Undo what the last command changed
    #[command(after_help = undo::EXAMPLES)]
    Undo(undo::Undo),
    /// Show who changed what from this machine, when, and how it ended
    #[command(after_help = log::EXAMPLES)]
    Log(log::Log),
    /// Create or update registrations from a CSV or JSON file
    #[command(after_help = apply::EXAMPLES)]
    Apply(apply::Apply),
    /// Sign in and store the token
    #[command(after_help = login::LOGIN_EXAMPLES)]
    Login,
    /// Delete the stored token
    #[command(after_help = login::LOGOUT_EXAMPLES)]
    Logout,
    /// Show the signed-in user
    #[command(after_help = login::WHOAMI_EXAMPLES)]
    Whoami,
    /// Check configuration, network, sign-in and terminal
    #[command(after_help = doctor::EXAMPLES)]
    Doctor,
    /// Open the console with sample data on an embedded server
    #[command(after_help = demo::EXAMPLES, hide = cfg!(not(feature = "demo")))]
    Demo(demo::EstateOptions),
    /// Run only the embedded server with sample data
    #[command(after_help = demo::SERVE_EXAMPLES, hide = cfg!(not(feature = "demo")))]
    ServeDemo(demo::Serve),
    /// Show or create the configuration
    #[command(subcommand, after_help = config::EXAMPLES)]
    Config(config::Config),
    /// Print a shell completion script
    #[command(after_help = completions::EXAMPLES)]
    Completions(completions::Completions),
    /// Print or install manual pages
    #[command(after_help = manual::EXAMPLES)]
    Man(manual::Manual),
    /// Print words for a completion script
    #[command(hide = true)]
    Complete(completions::Complete),
}

impl Cli {
    /// Whether the command may be dropped at any moment, because it changes nothing.
    pub const fn may_be_dropped(&self) -> bool {
        // The console, the server and what writes have their own ways to end; the rest ends at once.
        matches!(
            &self.command,
            Some(
                Command::List(_)
                    | Command::Show(_)
                    | Command::Export(_)
                    | Command::Lint(_)
                    | Command::Status(_)
                    | Command::Login
                    | Command::Whoami
                    | Command::Doctor
            )
        )
    }
}

/// What a command may know of the machine it runs on, as it was at the start.
#[derive(Debug)]
pub struct Machine {
    /// Environment variables.
    pub environment: Environment,
    /// The user's directories.
    pub homes: Option<Homes>,
}

impl Machine {
    /// The machine that this process runs on.
    pub fn of_process() -> Self {
        Self { environment: Environment::of_process(), homes: Homes::of_user() }
    }

    /// Reads what settings come from.
    fn sources(self, options: GlobalOptions) -> Result<Sources, Problems> {
        Sources::gather(options.into(), self.environment, self.homes)
    }
}

/// Runs the command.
///
/// # Errors
/// What stopped it.
pub async fn run(cli: Cli, world: Machine, output: &mut CommandOutput) -> CommandResult {
    if cli.options.common.quiet {
        output.hush();
    }
    let level = std::env::var(log_file::VARIABLE).ok();
    if let Some(file) = log_file::wanted(cli.options.log.as_deref(), level.as_deref()) {
        log_file::begin(&file, level.as_deref())?;
    }
    let may_be_dropped = cli.may_be_dropped();
    let running = Box::pin(dispatch(cli, world, output));
    let ended = if may_be_dropped { unless_interrupted(running).await } else { running.await };
    // Also of a command that was stopped halfway.
    match (output.end_results(), ended) {
        (Err(error), Ok(exit)) => CommandFailure::unwritten(exit, error),
        (_, ended) => ended,
    }
}

async fn dispatch(cli: Cli, world: Machine, output: &mut CommandOutput) -> CommandResult {
    let options = cli.options;
    if !options.allow_core {
        core_dump::forbid();
    }
    match cli.command {
        None => {
            let switching = Switching::of(&options.clone().into(), &world.environment, world.homes.clone());
            let mut process = None;
            // What the file and the environment spell out is not kept for as long as the console runs.
            let mut settings = {
                let sources = first_run::with_profile(world.sources(options)?, &mut process).await?;
                match Box::pin(first_run::settings(&sources, &mut process)).await? {
                    Some(settings) => settings,
                    None => sources.resolve()?,
                }
            };
            session::adopt(&mut settings);
            notes(&settings.notes, output);
            Box::pin(console::open(settings, Some(&switching), &mut process, output)).await
        }
        Some(Command::List(list)) => list::list(&list, options, world, output).await,
        Some(Command::Show(show)) => Box::pin(show::run(&show, options, world, output)).await,
        Some(Command::Status(status)) => Box::pin(status::run(&status, options, world, output)).await,
        Some(Command::Export(export)) => list::export(&export, options, world, output).await,
        Some(Command::Lint(lint)) => Box::pin(lint::run(&lint, options, world, output)).await,
        Some(Command::Set(set)) => set::set(&set, options, world, output).await,
        Some(Command::Enable(switch)) => set::switch(&switch, Toggle::On, options, world, output).await,
        Some(Command::Disable(switch)) => set::switch(&switch, Toggle::Off, options, world, output).await,
        Some(Command::Bounce(bounce)) => bounce::run(&bounce, options, world, output).await,
        Some(Command::Create(create)) => create::create(&create, options, world, output).await,
        Some(Command::Clone(clone)) => create::clone(&clone, options, world, output).await,
        Some(Command::Delete(delete)) => delete::run(&delete, options, world, output).await,
        Some(Command::Apply(apply)) => Box::pin(apply::run(&apply, options, world, output)).await,
        Some(Command::Edit(edit)) => Box::pin(edit::run(&edit, options, world, output)).await,
        Some(Command::Undo(_)) => Box::pin(undo::run(options, world, output)).await,
        Some(Command::Log(log)) => log::run(&log, options, world, output),
        Some(Command::Login) => login::login(options, world, output).await,
        Some(Command::Logout) => login::logout(options, world, output),
        Some(Command::Whoami) => Box::pin(login::whoami(options, world, output)).await,
        Some(Command::Doctor) => Box::pin(doctor::run(options, world, output)).await,
        Some(Command::Completions(completions)) => completions::script(&completions, output),
        Some(Command::Man(manual)) => manual::run(&manual, output),
        Some(Command::Complete(complete)) => completions::complete(&complete, options, world, output),
        Some(Command::Demo(estate)) => Box::pin(demo::open(&estate, options, world, output)).await,
        Some(Command::ServeDemo(serve)) => demo::serve(serve, output).await,
        Some(Command::Config(command)) => config::run(&command, options, world, output),
    }
}

/// Prints the notes that came up while the settings were resolved.
fn notes(notes: &[String], output: &mut CommandOutput) {
    for note in notes {
        output.remark(&format!("note: {note}"));
    }
}
