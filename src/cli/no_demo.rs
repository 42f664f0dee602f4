//! `sipreg demo` and `sipreg serve-demo` in a build without the embedded server (cargo feature `demo`): they say so.

use clap::Args;

use super::{CommandFailure, CommandOutput, CommandResult, GlobalOptions, Machine};

/// Nothing to try.
pub const EXAMPLES: &str = "";
/// Nothing to try.
pub const SERVE_EXAMPLES: &str = "";

/// Whatever someone asks of it.
#[derive(Debug, Clone, Args)]
pub struct EstateOptions {
    /// Not in this build
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, hide = true)]
    pub given: Vec<String>,
}

/// The same.
pub type Serve = EstateOptions;

fn left_out() -> CommandFailure {
    CommandFailure::usage("this sipreg was built without the embedded server (cargo feature demo)".to_owned())
}

/// Says that there is none.
///
/// # Errors
/// Always.
#[expect(clippy::unused_async, reason = "the build with the server waits for it")]
pub async fn open(_: &EstateOptions, _: GlobalOptions, _: Machine, _: &mut CommandOutput) -> CommandResult {
    Err(left_out())
}

/// Says that there is none.
///
/// # Errors
/// Always.
#[expect(clippy::unused_async, reason = "the build with the server waits for it")]
pub async fn serve(_: Serve, _: &mut CommandOutput) -> CommandResult {
    Err(left_out())
}
