//! Parses the arguments, runs, and turns how that ended into an exit code.

use std::process::ExitCode;
use std::time::Duration;

use color_eyre::config::{HookBuilder, Theme};
use sipreg::cli::interrupt::{GRACE, Interrupts};
use sipreg::cli::{self, Cli, CommandFailure, CommandOutput, Exit, Machine};

/// How long work that no one waits for any more, such as a password command, may hold up the end.
const LAST_WAIT: Duration = Duration::from_millis(100);

/// How long a thread that filtered or wrote to disk waits for the next such work. Longer than any session: an idle
/// program is not to wake up only to end a thread.
const IDLE_THREAD: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// Threads that requests are made on. The console has its loop on a thread of its own, and asks for two pages at a
/// time at most: a second worker would save it little time and cost it the memory of the pages that it reads.
fn workers(cli: &Cli) -> usize {
    let processors = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    if cli.command.is_none() { 1 } else { processors }
}

fn main() -> ExitCode {
    let cli = match cli::help::parse(std::env::args_os()) {
        Ok(cli) => cli,
        Err(reported) => {
            if reported.use_stderr() {
                // It quotes what was typed, or pasted: a line end there must not look like one of the message.
                let shown = std::env::args_os().map(|typed| typed.to_string_lossy().replace('\n', "^J").into());
                let reported = cli::help::parse(shown).err().unwrap_or(reported);
                CommandOutput::standard().messages(&reported.render().to_string());
                return Exit::Usage.into();
            }
            // Help and version have no one to complain to.
            let _ = reported.print();
            return Exit::Done.into();
        }
    };
    let mut output = CommandOutput::standard();
    let ended = run(cli, &mut output).and_then(|exit| match output.flush() {
        Ok(()) => Ok(exit),
        Err(error) => CommandFailure::unwritten(exit, error),
    });
    cli::log_file::last_word(&mut output);
    ended.unwrap_or_else(|failure| failure.report(&mut output)).into()
}

fn run(cli: Cli, output: &mut CommandOutput) -> Result<Exit, CommandFailure> {
    // No colours: the report may end in a log. No hints about variables: they are for who builds this.
    // And no message that quotes what was on the screen.
    let hooks = HookBuilder::default().theme(Theme::new()).display_env_section(false);
    let level = std::env::var(cli::log_file::VARIABLE).ok();
    let log = cli::log_file::wanted(cli.options.log.as_deref(), level.as_deref());
    hooks.panic_message(cli::panic::Careful { log }).install()?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .worker_threads(workers(&cli))
        .thread_keep_alive(IDLE_THREAD)
        .build()
        .map_err(color_eyre::Report::from)?;
    if cli.may_be_dropped() {
        // The command ends by itself on Ctrl-c, unless it is stuck writing into a pipe that no one reads.
        runtime.spawn(async {
            if let Ok(mut interrupts) = Interrupts::catch() {
                interrupts.next().await;
                tokio::time::sleep(GRACE).await;
                leave();
            }
        });
    }
    let ended = runtime.block_on(cli::run(cli, Machine::of_process(), output));
    runtime.shutdown_timeout(LAST_WAIT);
    ended
}

#[expect(clippy::exit, clippy::disallowed_methods, reason = "the main thread cannot be reached any more")]
fn leave() {
    std::process::exit(i32::from(Exit::Interrupted.code()));
}
