//! The door to the console: the one place from which the command line opens it.

use color_eyre::eyre::eyre;

use super::exit::Exit;
use super::failure::Failure;
use crate::config::Settings;

/// Opens the console on the server that the settings name, and comes back when it is left.
///
/// # Errors
/// No server is known; the console cannot be opened.
#[expect(clippy::unused_async, reason = "the console will wait")]
pub async fn open(settings: &Settings) -> Result<Exit, Failure> {
    let server = settings.server()?;
    Err(eyre!("the console is not built yet, so {} cannot be opened", server.value).into())
}
