//! `sipreg demo` and `sipreg serve-demo` in a build without the embedded server (cargo feature `demo`): they say so.

use clap::Args;

use super::World;
use super::exit::Exit;
use super::failure::Failure;
use super::options::Options;
use super::output::Output;

/// Nothing to try.
pub const EXAMPLES: &str = "";
/// Nothing to try.
pub const SERVE_EXAMPLES: &str = "";

/// Whatever somebody asks of it.
#[derive(Debug, Clone, Args)]
pub struct Estate {
    /// Not in this build
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, hide = true)]
    pub given: Vec<String>,
}

/// The same.
pub type Serve = Estate;

fn left_out() -> Failure {
    Failure::usage("this sipreg was built without the embedded server (cargo feature demo)".to_owned())
}

/// Says that there is none.
///
/// # Errors
/// Always.
#[expect(clippy::unused_async, reason = "the build with the server waits for it")]
pub async fn open(_: &Estate, _: Options, _: World, _: &mut Output) -> Result<Exit, Failure> {
    Err(left_out())
}

/// Says that there is none.
///
/// # Errors
/// Always.
#[expect(clippy::unused_async, reason = "the build with the server waits for it")]
pub async fn serve(_: Serve, _: &mut Output) -> Result<Exit, Failure> {
    Err(left_out())
}
