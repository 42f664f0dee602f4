//! `sipreg login`, `logout` and `whoami`: the token that later commands and the console use, and who it makes us.

use std::time::Duration;

use serde_json::json;

use super::{
    CommandFailure, CommandOutput, CommandResult, Exit, GlobalOptions, Machine, OutputFormat, records, session,
};
use crate::api::Client;
use crate::config::SignInMethod;
use crate::config::words::SettingWord as _;
use crate::state::tokens::SavedToken;

/// Examples for `--help`.
pub const LOGIN_EXAMPLES: &str = "\
Examples:
  sipreg login
  sipreg --profile eu login --username alice

Asks for what is not configured, and signs in. The token is kept in the state directory, for you
only, until it ends; the password is not. Later commands and the console use it for the same
server and user.";

/// Examples for `--help`.
pub const LOGOUT_EXAMPLES: &str = "\
Examples:
  sipreg logout
  sipreg --profile eu logout

Removes the token that login kept for the server and user. The server takes that token until it
ends, wherever else it is.";

/// Examples for `--help`.
pub const WHOAMI_EXAMPLES: &str = "\
Examples:
  sipreg whoami
  sipreg whoami -o json

Asks the server, so that it ends in 4 where the token or the password is refused.";

/// Signs in and keeps the token.
///
/// # Errors
/// What stopped it.
pub async fn login(options: GlobalOptions, world: Machine, output: &mut CommandOutput) -> CommandResult {
    let settings = session::settings(options, world, output)?;
    if let SignInMethod::Token(source) = &settings.sign_in {
        return Err(CommandFailure::usage(format!(
            "nothing to store: {} already signs in with the token from {}",
            settings.identity.name, source.origin
        )));
    }
    let Some(tokens) = session::tokens(&settings) else {
        return Err(CommandFailure::usage("no state directory to store a token in; set HOME or XDG_STATE_HOME"));
    };
    session::warn_of_plaintext(&settings, output);
    let prepared = session::prepare(&settings).await?;
    let username = prepared.credentials.user().map(str::to_owned);
    let client = Client::new(prepared)?;
    let link = client.sign_in().await?;
    let Some(token) = client.token() else {
        return Err(CommandFailure::NoToken);
    };
    let seconds = link.token_left.map(|left| i64::try_from(left.as_secs()).unwrap_or(i64::MAX));
    let expires = seconds.map(|seconds| session::wall().saturating_add(seconds));
    let server = client.endpoint().to_string();
    let whom = username.clone().unwrap_or_default();
    let path = tokens.path(username.as_deref());
    let saved = SavedToken { server: server.clone(), username, expires, token };
    tokens.keep(&saved).map_err(CommandFailure::TokenNotStored)?;
    output.message(&format!(
        "Signed in as {whom} on {server}. The token is stored in {} and {}",
        path.display(),
        ends(link.token_left)
    ));
    Ok(Exit::Done)
}

/// Removes the kept token.
///
/// # Errors
/// What stopped it.
pub fn logout(options: GlobalOptions, world: Machine, output: &mut CommandOutput) -> CommandResult {
    let settings = session::settings(options, world, output)?;
    let removed = session::forget(&settings)?;
    let name = &settings.identity.name;
    output.message(&if removed {
        format!("Deleted the stored token of {name}. The server accepts it until it expires")
    } else {
        format!("No stored token of {name}")
    });
    Ok(Exit::Done)
}

/// Says who the server takes us for.
///
/// # Errors
/// What stopped it.
pub async fn whoami(options: GlobalOptions, world: Machine, output: &mut CommandOutput) -> CommandResult {
    let settings = session::settings(options, world, output)?;
    let form = session::form(&settings, &[OutputFormat::Table, OutputFormat::Json, OutputFormat::Jsonl])?;
    let session = session::begin(settings, output).await?;
    let settings = &session.settings;
    let client = &session.client;
    // Nothing but a request with the token says whether it is taken.
    records::patiently(|| client.page(1, 1, "id", None)).await?;
    let link = client.link().borrow().clone();
    // A token of an earlier login does not say whose it is; the file beside it does.
    let saved = session::saved_token(settings, output).and_then(|saved| saved.username);
    let user = link.user.or(saved);
    let profile = settings.profile.as_ref().map(|profile| profile.value.clone());
    let server = client.endpoint().to_string();
    let access = settings.access.value.word();
    let left = link.token_left;
    if matches!(form, Some(OutputFormat::Json | OutputFormat::Jsonl)) {
        let seconds = left.map(|left| left.as_secs());
        let object =
            json!({ "user": user, "profile": profile, "server": server, "access": access, "token-ends-in": seconds });
        output.objects(false, [object])?;
        return Ok(Exit::Done);
    }
    output.line(&format!("user     {}", user.as_deref().unwrap_or("(not in the token)")))?;
    output.line(&format!("server   {server}"))?;
    output.line(&format!("profile  {}", profile.as_deref().unwrap_or("(none)")))?;
    output.line(&format!("access   {access}"))?;
    output.line(&format!("token    {}", ends(left)))?;
    Ok(Exit::Done)
}

/// Until when a token lasts, in words.
pub(super) fn ends(left: Option<Duration>) -> String {
    match left.map(|left| left.as_secs()) {
        None => "no expiry time".to_owned(),
        Some(seconds @ 0..120) => format!("expires in {seconds} s"),
        Some(seconds @ 120..7_200) => format!("expires in {} min", seconds / 60),
        Some(seconds @ 7_200..172_800) => format!("expires in {} h", seconds / 3_600),
        Some(seconds) => format!("expires in {} days", seconds / 86_400),
    }
}
