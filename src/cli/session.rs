//! From what was typed to a server: settings, the token of an earlier login, a prompt where there is a terminal.
//! Every command that talks to a server begins here.

use std::fs::File;
use std::io::{self, IsTerminal as _};

use chrono::{DateTime, Utc};
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};

use super::{CommandFailure, CommandOutput, CommandResult, GlobalOptions, Machine, OutputFormat, notes};
use crate::api::{Client, ClientSettings, Endpoint};
use crate::config::credentials::MayPrompt;
use crate::config::words::SettingWord as _;
use crate::config::{Origin, ServerAddress, Settings, SignInMethod};
use crate::connect;
use crate::domain::state_error::StateError;
use crate::domain::text::visible;
use crate::state::adopt::{self, Heir};
use crate::state::names::NameFile;
use crate::state::tokens::{SavedToken, Tokens};

/// A kept token that ends within this many seconds is as good as none.
const TOO_SHORT: i64 = 5;

/// A server, and what holds while talking to it.
#[derive(Debug)]
pub struct ServerSession {
    /// The settings.
    pub settings: Settings,
    /// The server.
    pub client: Client,
}

/// Makes ready to talk to the server that the settings name. Sends nothing yet.
///
/// # Errors
/// Mistakes in the settings, or nothing to sign in with.
pub async fn open(options: GlobalOptions, world: Machine, output: &mut CommandOutput) -> CommandResult<ServerSession> {
    begin(settings(options, world, output)?, output).await
}

/// The settings that hold, with what there is to say about them already said.
///
/// # Errors
/// Mistakes in them.
pub fn settings(options: GlobalOptions, world: Machine, output: &mut CommandOutput) -> CommandResult<Settings> {
    let mut settings = world.sources(options)?.resolve()?;
    adopt(&mut settings);
    notes(&settings.notes, output);
    dress(&settings, output);
    Ok(settings)
}

/// Takes the user's word on colour and characters.
pub fn dress(settings: &Settings, output: &mut CommandOutput) {
    output.paint(settings.color.value);
    output.spell(settings.characters.value);
}

/// The form in which a command prints, of those that it has. One that it does not have is a mistake where it was
/// typed for this command, and passed over where it was set for all of them.
///
/// # Errors
/// The command has no such form.
pub fn form(settings: &Settings, has: &[OutputFormat]) -> CommandResult<Option<OutputFormat>> {
    match &settings.output {
        Some(asked) if has.contains(&asked.value) => Ok(Some(asked.value)),
        Some(asked) if matches!(asked.origin, Origin::Argument(_)) => {
            let words: Vec<&str> = has.iter().map(|form| form.word()).collect();
            let asked = asked.value.word();
            Err(CommandFailure::usage(format!("--output: {asked} is not supported here; use {}", words.join(", "))))
        }
        Some(_) | None => Ok(None),
    }
}

/// Makes ready to talk to the server of these settings. Sends nothing yet.
///
/// # Errors
/// Mistakes in the settings, or nothing to sign in with.
pub async fn begin(settings: Settings, output: &mut CommandOutput) -> CommandResult<ServerSession> {
    warn_of_plaintext(&settings, output);
    let prepared = match saved_token(&settings, output) {
        Some(saved) => connect::with_token(&settings, saved.token)?,
        None => prepare(&settings).await?,
    };
    Ok(ServerSession { client: Client::new(prepared)?, settings })
}

/// Says that password and token can be read on the way, unless the profile knows.
pub fn warn_of_plaintext(settings: &Settings, output: &mut CommandOutput) {
    if settings.is_plaintext() && !settings.allow_plaintext.value {
        output.message(&format!(
            "warning: {}. Use https, or set allow_plaintext = true in the profile",
            plaintext(settings)
        ));
    }
}

/// What plaintext means, in a sentence.
pub fn plaintext(settings: &Settings) -> String {
    let url = visible(settings.url.as_ref().map_or("", |url| &url.value));
    format!("{url} is not encrypted: password and token can be intercepted")
}

/// Credentials from the settings, asked for at the terminal where there is one.
///
/// # Errors
/// Mistakes in the settings, or nothing to sign in with.
pub async fn prepare(settings: &Settings) -> CommandResult<ClientSettings> {
    let asking = if std::io::stdin().is_terminal() { MayPrompt::AtTerminal } else { MayPrompt::Never };
    if asking == MayPrompt::AtTerminal && connect::asks(settings) {
        // No one types a password for a server that is not there.
        Client::new(connect::without_credentials(settings)?)?.reach().await?;
    }
    let echo = Echo::keep();
    let settings = settings.clone();
    let prepared = tokio::task::spawn_blocking(move || connect::prepare(&settings, asking, CommandOutput::aside)).await;
    drop(echo);
    Ok(prepared.map_err(color_eyre::Report::from)??)
}

/// The token of the last login, if it is for this server and user and still good. A token of the settings comes
/// before it.
pub fn saved_token(settings: &Settings, output: &mut CommandOutput) -> Option<SavedToken> {
    let SignInMethod::Password { username, .. } = &settings.sign_in else { return None };
    let saved = match tokens(settings)?.load() {
        Ok(saved) => saved?,
        Err(error) => {
            output.message(&format!("note: {error}"));
            return None;
        }
    };
    let server = Endpoint::parse(&settings.url.as_ref()?.value).ok()?.to_string();
    let same_user = username.as_ref().is_none_or(|known| saved.username.as_ref() == Some(&known.value));
    let lasts = saved.expires.is_none_or(|end| end - wall() > TOO_SHORT);
    (saved.server == server && same_user && lasts).then_some(saved)
}

/// Where tokens of this server and user are kept; `None` where no state is kept.
pub fn tokens(settings: &Settings) -> Option<Tokens> {
    let user = match &settings.sign_in {
        SignInMethod::Password { username, .. } => username.as_ref(),
        SignInMethod::Token(_) => settings.username.as_ref(),
    };
    let user = user.map(|user| user.value.as_str());
    settings.places.state.as_deref().map(|state| Tokens::open(state, &settings.identity.origin, user))
}

/// Takes over what earlier versions kept for the profile, and notes what was moved.
pub fn adopt(settings: &mut Settings) {
    let (Some(state), Some(profile)) = (&settings.places.state, &settings.identity.earlier) else { return };
    let origin_of = |server: &str| ServerAddress::of(server).map(|address| address.origin());
    let heir = Heir { profile, origin: &settings.identity.origin, origin_of };
    settings.notes.extend(adopt::adopt(state, heir, now()));
}

/// Where ids and names of this server's last list are kept.
pub fn names(settings: &Settings) -> Option<NameFile> {
    settings.places.state.as_deref().map(|state| NameFile::open(state, &settings.identity.origin))
}

/// Forgets the kept token, as when the server refused it.
///
/// # Errors
/// The disk does not let us.
pub fn forget(settings: &Settings) -> Result<bool, StateError> {
    tokens(settings).map_or(Ok(false), |tokens| tokens.remove())
}

/// Seconds since 1970 on our clock.
pub fn wall() -> i64 {
    now().timestamp()
}

/// The time of day.
#[expect(clippy::disallowed_methods, reason = "a command has no loop that could hand it the time")]
pub fn now() -> DateTime<Utc> {
    Utc::now()
}

/// Puts the terminal back as it was when it is dropped: a prompt that is given up leaves it without echo.
pub struct Echo(Option<(File, Termios)>);

impl Echo {
    /// Remembers how the terminal is now.
    pub fn keep() -> Self {
        let terminal = File::open("/dev/tty").ok();
        Self(terminal.and_then(|terminal| tcgetattr(&terminal).ok().map(|modes| (terminal, modes))))
    }
}

impl Echo {
    /// Shows nothing of what is typed, until this is dropped. Call it before the question is shown, so that
    /// no one can be quicker.
    ///
    /// # Errors
    /// There is no terminal, or it does not obey.
    pub fn hide(&self) -> io::Result<()> {
        let Some((terminal, modes)) = &self.0 else { return Err(io::Error::other("no terminal")) };
        let mut hidden = modes.clone();
        hidden.local_modes.remove(LocalModes::ECHO);
        tcsetattr(terminal, OptionalActions::Now, &hidden)?;
        Ok(())
    }
}

impl Drop for Echo {
    fn drop(&mut self) {
        if let Some((terminal, modes)) = &self.0 {
            // There is no other way to recover.
            let _ = tcsetattr(terminal, OptionalActions::Now, modes);
        }
    }
}
