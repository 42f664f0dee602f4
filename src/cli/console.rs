//! The door to the console: the one place from which the command line opens it.

use crate::api::Client;
use crate::config::credentials::{Asking, Lack};
use crate::config::{Settings, keymap};
use crate::connect::{self, Obstacle};
use crate::runtime;

use super::exit::Exit;
use super::failure::Failure;
use super::output::Output;
use super::session;

/// Opens the console on the server that the settings name, and comes back when it is left. Where nothing is
/// configured to sign in with, the console asks for it.
///
/// # Errors
/// No server is known; what is configured to sign in with cannot be used; there is no terminal.
pub async fn open(settings: &mut Settings, output: &mut Output) -> Result<Exit, Failure> {
    keymap::of(&settings.keys)?;
    let prepared = match session::kept_token(settings, output) {
        Some(kept) => connect::with_token(settings, kept.token)?,
        None => match connect::prepare(settings, Asking::Never, Output::aside) {
            Err(Obstacle::Credentials(Lack::NoUser | Lack::NoPassword { .. })) => {
                connect::without_credentials(settings)?
            }
            prepared => prepared?,
        },
    };
    if let Some(why) = runtime::unfit_terminal() {
        return Err(Failure::Terminal(why));
    }
    settings.forget_secrets();
    let client = Client::new(prepared)?;
    let ended = runtime::console(settings, client).await?;
    for sentence in ended.unknown.iter().chain(&ended.edited) {
        output.message(&format!("sipreg: {sentence}"));
    }
    Ok(if ended.unknown.is_empty() { Exit::Done } else { Exit::Unknown })
}
