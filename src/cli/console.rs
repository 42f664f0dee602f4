//! The door to the console: the one place from which the command line opens it.

use crate::api::{Client, ClientSettings};
use crate::config::asking;
use crate::config::credentials::{Lack, MayPrompt};
use crate::config::switching::Switching;
use crate::config::{Settings, keymap};
use crate::connect::{self, ConnectObstacle};
use crate::runtime::{self, Process};

use super::{CommandFailure, CommandOutput, CommandResult, Exit, session};

/// Asks before the first sign-in whether it may be read on the way.
///
/// # Errors
/// It may not, or no one can be asked.
fn ask_about_plaintext(settings: &Settings) -> CommandResult<()> {
    let question = format!(
        "{}.\nUse https if the server supports it. allow_plaintext = true in the profile skips this question.\nSign \
         in without encryption? y: yes, anything else: cancel: ",
        session::plaintext(settings)
    );
    match asking::line(&question) {
        Ok(answer) if answer.trim() == "y" => Ok(()),
        Ok(_) => Err(CommandFailure::PlaintextRefused),
        Err(error) => Err(CommandFailure::PlaintextUnasked(session::plaintext(settings), error)),
    }
}

/// Opens the console on the server that the settings name, then on the profiles that are switched to there, and comes
/// back when it is quit. Where nothing is configured to sign in with, the console asks for it.
///
/// # Errors
/// No server is known; what is configured to sign in with cannot be used; there is no terminal.
pub async fn open(
    mut settings: Settings,
    switching: Option<&Switching>,
    process: &mut Option<Process>,
    output: &mut CommandOutput,
) -> CommandResult {
    keymap::of(&settings.keys, &settings.commands)?;
    settings.server()?;
    if let Some(why) = runtime::unfit_terminal() {
        return Err(CommandFailure::Terminal(why));
    }
    if settings.is_plaintext() && !settings.allow_plaintext.value {
        ask_about_plaintext(&settings)?;
    }
    let mut prepared = prepare(&settings, output)?;
    let mut exit = Exit::Done;
    loop {
        let live = connect::live_provider(&settings)?;
        settings.forget_secrets();
        let client = Client::new(prepared)?;
        let process = Process::ready(process)?;
        let ended = runtime::console(process, &settings, client, live, switching).await?;
        for sentence in ended.unknown.iter().chain(&ended.edited) {
            output.message(&format!("sipreg: {sentence}"));
        }
        if !ended.unknown.is_empty() {
            exit = Exit::Unknown;
        }
        let Some((switching, name)) = switching.zip(ended.next) else { return Ok(exit) };
        settings = switching.to(&name)?;
        session::adopt(&mut settings);
        settings.notes.extend(ended.unknown.into_iter().chain(ended.edited));
        prepared = prepare_switched(&mut settings, output)?;
    }
}

/// What the first console needs to sign in.
fn prepare(settings: &Settings, output: &mut CommandOutput) -> CommandResult<ClientSettings> {
    Ok(match session::saved_token(settings, output) {
        Some(kept) => connect::with_token(settings, kept.token)?,
        None => match connect::prepare(settings, MayPrompt::Never, CommandOutput::aside) {
            Err(ConnectObstacle::Credentials(Lack::NoUser | Lack::NoPassword { .. })) => {
                connect::without_credentials(settings)?
            }
            prepared => prepared?,
        },
    })
}

/// The same for a profile that was switched to: the session before it is over, so that what cannot be had is asked for
/// in the console.
fn prepare_switched(settings: &mut Settings, output: &mut CommandOutput) -> CommandResult<ClientSettings> {
    match prepare(settings, output) {
        Err(CommandFailure::Credentials(lack)) => {
            settings.notes.push(lack.to_string());
            Ok(connect::without_credentials(settings)?)
        }
        prepared => prepared,
    }
}
