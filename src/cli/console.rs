//! The door to the console: the one place from which the command line opens it.

use crate::api::Client;
use crate::config::asking;
use crate::config::credentials::{Asking, Lack};
use crate::config::{Settings, keymap};
use crate::connect::{self, Obstacle};
use crate::runtime;

use super::exit::Exit;
use super::failure::Failure;
use super::output::Output;
use super::session;

/// Asks before the first sign-in whether it may be read on the way.
///
/// # Errors
/// It may not, or nobody can be asked.
fn ask_about_plaintext(settings: &Settings) -> Result<(), Failure> {
    let question = format!(
        "{}.\nUse https if the server supports it. allow_plaintext = true in the profile skips this question.\nSign \
         in without encryption? y: yes, anything else: cancel: ",
        session::plaintext(settings)
    );
    match asking::line(&question) {
        Ok(answer) if answer.trim() == "y" => Ok(()),
        Ok(_) => Err(Failure::Said(Exit::NotSignedIn, "Cancelled. Nothing was sent.".to_owned())),
        Err(error) => {
            let why =
                format!("{}, and no terminal to confirm on ({error}). Nothing was sent.", session::plaintext(settings));
            Err(Failure::Said(Exit::NotSignedIn, why))
        }
    }
}

/// Opens the console on the server that the settings name, and comes back when it is left. Where nothing is
/// configured to sign in with, the console asks for it.
///
/// # Errors
/// No server is known; what is configured to sign in with cannot be used; there is no terminal.
pub async fn open(settings: &mut Settings, output: &mut Output) -> Result<Exit, Failure> {
    keymap::of(&settings.keys, &settings.commands)?;
    settings.server()?;
    if let Some(why) = runtime::unfit_terminal() {
        return Err(Failure::Terminal(why));
    }
    if settings.is_plaintext() && !settings.allow_plaintext.value {
        ask_about_plaintext(settings)?;
    }
    let prepared = match session::kept_token(settings, output) {
        Some(kept) => connect::with_token(settings, kept.token)?,
        None => match connect::prepare(settings, Asking::Never, Output::aside) {
            Err(Obstacle::Credentials(Lack::NoUser | Lack::NoPassword { .. })) => {
                connect::without_credentials(settings)?
            }
            prepared => prepared?,
        },
    };
    let live = connect::live_provider(settings)?;
    settings.forget_secrets();
    let client = Client::new(prepared)?;
    let ended = runtime::console(settings, client, live).await?;
    for sentence in ended.unknown.iter().chain(&ended.edited) {
        output.message(&format!("sipreg: {sentence}"));
    }
    Ok(if ended.unknown.is_empty() { Exit::Done } else { Exit::Unknown })
}
