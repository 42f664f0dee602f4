//! Whether another profile can be opened: its settings, and its server. Nothing of the console that asks is given up.

use crate::api::Client;
use crate::app::core::Reply;
use crate::config::switching::Switching;
use crate::config::{Origin, Problem, Problems, Settings, keymap};
use crate::connect;
use crate::domain::request_error::RequestError;
use crate::domain::text::visible;

/// Reaches the server of a profile. No password is asked for, and no token made.
///
/// # Errors
/// Its settings cannot be used, or the server is not there.
pub async fn reach(switching: Option<Switching>, profile: String) -> Result<Reply, RequestError> {
    let Some(switching) = switching else { return Err(unusable("this console has no other profiles")) };
    let prepared = tokio::task::spawn_blocking(move || prepare(&switching, &profile)).await;
    let (settings, client) = prepared.map_err(|stopped| unusable(stopped.to_string()))??;
    client.reach().await?;
    Ok(Reply::Profile(warning(&settings)))
}

fn prepare(switching: &Switching, profile: &str) -> Result<(Settings, Client), RequestError> {
    let wrong = |reported: &dyn std::fmt::Display| unusable(reported.to_string());
    let settings = switching.to(profile).map_err(|problems| unusable(typed_here(&problems)))?;
    keymap::of(&settings.keys, &settings.commands).map_err(|problems| wrong(&problems))?;
    connect::live_provider(&settings).map_err(|problems| wrong(&problems))?;
    let client = connect::without_credentials(&settings).map_err(|problems| wrong(&problems))?;
    let client = Client::new(client).map_err(|reported| wrong(&reported))?;
    Ok((settings, client))
}

/// Mistakes in a sentence; what was typed in the console is no option of the command line.
fn typed_here(problems: &Problems) -> String {
    let reported = |problem: &Problem| match problem.place {
        Origin::Argument(_) => problem.mistake.to_string(),
        Origin::Default | Origin::File { .. } | Origin::Environment(_) | Origin::Demo => problem.to_string(),
    };
    problems.0.iter().map(reported).collect::<Vec<_>>().join("; ")
}

/// What someone has to know before signing in there.
fn warning(settings: &Settings) -> Option<String> {
    let url = settings.url.as_ref().filter(|_| settings.is_plaintext() && !settings.allow_plaintext.value)?;
    Some(format!("{} is not encrypted: password and token can be intercepted", visible(&url.value)))
}

fn unusable(message: impl Into<String>) -> RequestError {
    RequestError::unsendable(message.into())
}
