//! From settings to a client's settings: the one bridge between `config` and `api`. Runs the commands and reads
//! the files that hold secrets and certificates; sends nothing.

mod live;

use std::time::Duration;

use crate::api::{self, ClientSettings, Endpoint, SecretFrom, SecretPrompt};
use crate::config::command::{RunOptions, Terminal};
use crate::config::credentials::{self, CredentialSource, Lack, MayPrompt, SecretKind};
use crate::config::words::LabelsSetting;
use crate::config::{ConfigMistake, Problems, SecretSource, Setting, Settings, SignInMethod, Sourced, disk};
use crate::domain::record::Secret;
use crate::domain::secret_error::SecretError;
use crate::domain::system_error::in_words;

/// Why no connection can be prepared.
#[derive(Debug, thiserror::Error)]
pub enum ConnectObstacle {
    /// A setting is missing or cannot be used.
    #[error(transparent)]
    Setting(#[from] Problems),
    /// There is nothing to sign in with.
    #[error(transparent)]
    Credentials(#[from] Lack),
}

/// What a client needs to reach the server of `settings` and sign in there. Blocks while a command runs, which has
/// the terminal meanwhile, or a person types. `say` gets what takes long.
///
/// # Errors
/// See [`ConnectObstacle`].
pub fn prepare(settings: &Settings, asking: MayPrompt, say: fn(&str)) -> Result<ClientSettings, ConnectObstacle> {
    let mut client = without_credentials(settings)?;
    client.again = without_typing(settings);
    let patience = settings.timeout.value;
    let running = RunOptions { patience, terminal: Terminal::Whole, say: Some(say), wanted: None };
    match credentials::gather(settings, asking, &running)? {
        CredentialSource::Password { username, password } => {
            client.credentials = api::Credentials::Password { user: username, password: SecretFrom::Given(password) };
        }
        CredentialSource::Token { token, source } => {
            client.credentials = api::Credentials::Token(renewal(source, &token, patience));
            client.token = Some(token);
        }
    }
    Ok(client)
}

/// The same with a token from an earlier run, for where no token is configured. A password is had only once the
/// token has ended; without one, signing in is needed then.
///
/// # Errors
/// There is no address, or it or the certificates cannot be used.
pub fn with_token(settings: &Settings, token: Secret) -> Result<ClientSettings, Problems> {
    let mut client = without_credentials(settings)?;
    client.again = without_typing(settings);
    if let (SignInMethod::Password { .. }, Ok(credentials)) = (&settings.sign_in, when_needed(settings)) {
        client.credentials = credentials;
    }
    client.token = Some(token);
    Ok(client)
}

/// The same while something else has the terminal: secrets are had once they are needed, and a command that no one
/// waits for any more is ended.
///
/// # Errors
/// See [`ConnectObstacle`].
pub fn unattended(settings: &Settings) -> Result<ClientSettings, ConnectObstacle> {
    Ok(ClientSettings { credentials: when_needed(settings)?, ..without_credentials(settings)? })
}

/// What signs in, with secrets that are had once they are needed.
fn when_needed(settings: &Settings) -> Result<api::Credentials, Lack> {
    let patience = settings.timeout.value;
    match &settings.sign_in {
        SignInMethod::Token(source) => Ok(api::Credentials::Token(asked(source.clone(), SecretKind::Token, patience))),
        SignInMethod::Password { username: None, .. } => Err(Lack::NoUser),
        SignInMethod::Password { username: Some(user), password: None } => {
            Err(Lack::NoPassword { username: user.value.clone() })
        }
        SignInMethod::Password { username: Some(user), password: Some(source) } => {
            let password = asked(source.clone(), SecretKind::Password, patience);
            Ok(api::Credentials::Password { user: user.value.clone(), password })
        }
    }
}

/// The same without a way to sign in, for who asks for it later.
///
/// # Errors
/// There is no address, or it or the certificates cannot be used.
pub fn without_credentials(settings: &Settings) -> Result<ClientSettings, Problems> {
    let server = settings.server()?;
    let endpoint = Endpoint::parse(&server.value).map_err(|error| {
        let mistake = ConfigMistake::Unusable { setting: Setting::Url.key(), reason: error.to_string() };
        Problems::one(server.origin.clone(), mistake)
    })?;
    Ok(ClientSettings {
        timeout: settings.timeout.value,
        connect_timeout: settings.connect_timeout.value.min(settings.timeout.value),
        ca_pem: ca_pem(settings)?,
        proxy: proxy(settings),
        timezone: settings.timezone.as_ref().map(|zone| zone.value),
        labels: match settings.labels.value {
            LabelsSetting::Include => api::Labels::Include,
            LabelsSetting::Links => api::Labels::Links,
        },
        precondition: if settings.if_match.value { api::Precondition::Send } else { api::Precondition::Omit },
        ..ClientSettings::new(endpoint, api::Credentials::None)
    })
}

/// The certificate authorities that are trusted beside those of the system.
fn ca_pem(settings: &Settings) -> Result<Option<Vec<u8>>, Problems> {
    let Some(path) = &settings.ca_file else { return Ok(None) };
    disk::bytes(&path.value).map(Some).map_err(|mistake| Problems::one(path.origin.clone(), mistake))
}

/// When the journal begins a new file: bytes, and an age.
pub fn journal_limits(settings: &Settings) -> (u64, Option<Duration>) {
    let days = settings.journal_age.as_ref().map(|days| Duration::from_secs(days.value.saturating_mul(86_400)));
    (settings.journal_size.value.saturating_mul(1_000_000), days)
}

/// Which proxy the settings want.
pub fn proxy(settings: &Settings) -> api::ProxyChoice {
    match settings.proxy.as_ref().map(|proxy| proxy.value.as_str()) {
        None => api::ProxyChoice::Environment,
        Some(none) if none.eq_ignore_ascii_case("none") => api::ProxyChoice::Direct,
        Some(address) => api::ProxyChoice::This(address.to_owned()),
    }
}

/// Where the next token comes from: the same command or file again, off the threads that must not block.
fn renewal(source: Sourced<SecretSource>, token: &Secret, patience: Duration) -> SecretFrom {
    if matches!(source.value, SecretSource::Given(_)) {
        return SecretFrom::Given(token.clone());
    }
    asked(source, SecretKind::Token, patience)
}

fn asked(source: Sourced<SecretSource>, wanted: SecretKind, patience: Duration) -> SecretFrom {
    let name = credentials::name(&source, wanted);
    SecretFrom::Asked(SecretPrompt::new(name, move || again(source.clone(), wanted, patience)))
}

/// Whether someone has to type something to sign in.
pub const fn asks(settings: &Settings) -> bool {
    matches!(
        &settings.sign_in,
        SignInMethod::Password { username: None, .. } | SignInMethod::Password { password: None, .. }
    )
}

/// How to sign in after token and password were wiped, without anyone typing one: by a command, or by reading a
/// token's file. A password's file is no such way: whoever sits there could use it.
fn without_typing(settings: &Settings) -> api::Credentials {
    reopening(settings).and_then(|_| when_needed(settings).ok()).unwrap_or(api::Credentials::None)
}

/// The setting by which the console opens again without a password typed, if there is one.
pub fn reopening(settings: &Settings) -> Option<Setting> {
    match &settings.sign_in {
        SignInMethod::Token(source) => match &source.value {
            SecretSource::Command(_) => Some(Setting::TokenCommand),
            SecretSource::File(_) => Some(Setting::TokenFile),
            SecretSource::Given(_) => None,
        },
        SignInMethod::Password { username: Some(_), password: Some(source) } => match &source.value {
            SecretSource::Command(_) => Some(Setting::PasswordCommand),
            SecretSource::File(_) | SecretSource::Given(_) => None,
        },
        SignInMethod::Password { .. } => None,
    }
}

async fn again(source: Sourced<SecretSource>, wanted: SecretKind, patience: Duration) -> Result<Secret, SecretError> {
    // Closed with the last interest in the secret: the command is ended then.
    let (end, _interest) = std::io::pipe().map_err(|error| SecretError::NoneGiven(in_words(&error)))?;
    let fetched = tokio::task::spawn_blocking(move || {
        let running = RunOptions { patience, terminal: Terminal::None, say: None, wanted: Some(&end) };
        credentials::fetch(&source, wanted, &running)
    })
    .await;
    match fetched {
        Ok(result) => result.map_err(|lack| SecretError::NoneGiven(lack.to_string())),
        Err(stopped) => Err(SecretError::Cancelled(stopped.to_string())),
    }
}

pub use live::provider as live_provider;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Arguments, Sources};

    fn settings(given: &[(Setting, &str)]) -> Settings {
        let given = given.iter().map(|(setting, text)| (*setting, (*text).to_owned())).collect();
        Sources { arguments: Arguments { given, ..Arguments::default() }, ..Sources::default() }.resolve().unwrap()
    }

    #[test]
    fn what_the_client_talks_to_is_what_its_files_are_named_after() {
        for url in [
            "https://Yeti.example",
            "https://yeti.example:443/",
            "http://[::1]:80/api/rest/admin/",
            "https://yeti.example:8443/eu/api/rest/admin",
            "http://127.0.0.1:3000",
        ] {
            let client = without_credentials(&settings(&[(Setting::Url, url)])).unwrap();
            assert_eq!(settings(&[(Setting::Url, url)]).identity.origin, client.endpoint.short(), "{url}");
        }
    }

    const URL: (Setting, &str) = (Setting::Url, "http://127.0.0.1:1");

    #[test]
    fn what_is_set_reaches_the_client() {
        let client = prepare(
            &settings(&[
                URL,
                (Setting::Username, "bob"),
                (Setting::PasswordCommand, "echo hunter2"),
                (Setting::Timezone, "Europe/Kyiv"),
                (Setting::Timeout, "2s"),
            ]),
            MayPrompt::Never,
            |_| {},
        )
        .unwrap();
        assert_eq!(client.endpoint.origin(), "http://127.0.0.1:1");
        assert_eq!(client.timeout, Duration::from_secs(2));
        assert_eq!(client.connect_timeout, Duration::from_secs(2), "no longer than the whole");
        assert_eq!(client.timezone.map(chrono_tz::Tz::name), Some("Europe/Kyiv"));
        assert_eq!(client.credentials.user(), Some("bob"));
        assert!(!format!("{client:?}").contains("hunter2"));
    }

    #[tokio::test]
    async fn settings_of_the_embedded_server_sign_in_there() {
        let server = crate::demo::start(crate::demo::ServerOptions::default()).await.unwrap();
        let sources = Sources::default();
        let settings = sources.resolve_demo(&server.url, &server.username, server.password.expose()).unwrap();
        let client = api::Client::new(prepare(&settings, MayPrompt::Never, |_| {}).unwrap()).unwrap();
        assert_eq!(client.sign_in().await.unwrap().user, Some(server.username.clone()));
    }

    #[tokio::test]
    async fn a_token_from_a_command_opens_the_server() {
        let server = crate::demo::start(crate::demo::ServerOptions::default()).await.unwrap();
        let demo = Sources::default();
        let by_password = demo.resolve_demo(&server.url, &server.username, server.password.expose()).unwrap();
        let client = api::Client::new(prepare(&by_password, MayPrompt::Never, |_| {}).unwrap()).unwrap();
        client.sign_in().await.unwrap();
        let command = format!("echo {}", client.token().unwrap().expose());
        let by_token = settings(&[(Setting::Url, &server.url), (Setting::TokenCommand, &command)]);
        let client = api::Client::new(prepare(&by_token, MayPrompt::Never, |_| {}).unwrap()).unwrap();
        assert!(client.registration(1, None).await.is_ok());
    }

    #[tokio::test]
    async fn a_token_command_is_run_again_for_the_next_token() {
        let folder = tempfile::tempdir().unwrap();
        let count = folder.path().join("count");
        let command = format!("echo x >> '{0}'; grep -c x '{0}'", count.display());
        let source = Sourced::default(SecretSource::Command(command));
        let next = || again(source.clone(), SecretKind::Token, Duration::from_secs(60));
        assert_eq!(next().await.unwrap().expose(), "1");
        assert_eq!(next().await.unwrap().expose(), "2");
    }

    #[test]
    fn certificates_that_cannot_be_read_are_told_with_the_setting_that_names_them() {
        let reported =
            prepare(&settings(&[URL, (Setting::CaFile, "/nonexistent.pem")]), MayPrompt::Never, |_| {}).unwrap_err();
        assert!(reported.to_string().starts_with("argument --ca-file: no file /nonexistent.pem"), "{reported}");
    }

    #[test]
    fn without_credentials_the_ways_to_set_them_are_told() {
        let reported =
            prepare(&settings(&[URL, (Setting::Username, "bob")]), MayPrompt::Never, |_| {}).unwrap_err().to_string();
        assert!(reported.starts_with("no password for bob: set password_command"), "{reported}");
    }
}
