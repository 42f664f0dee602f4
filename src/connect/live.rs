//! From settings to the source of the live state.

use std::time::Duration;

use reqwest::Url;

use crate::api;
use crate::config::command::{RunOptions, Terminal};
use crate::config::credentials::{self, SecretKind};
use crate::config::words::LiveSource;
use crate::config::{ConfigMistake, Origin, Problems, SecretSource, Setting, Settings, SignInMethod, Sourced};
use crate::domain::secret_error::SecretError;
use crate::live::{self, PrometheusAuth, Provider, Source};

/// Source of the live state; `None`: none, which is the default. Runs no command and sends nothing.
///
/// # Errors
/// A setting that the source needs is missing, or cannot be used.
pub fn provider(settings: &Settings) -> Result<Option<Provider>, Problems> {
    let live = &settings.live;
    let Some(source) = &live.source else { return Ok(None) };
    let wanting = |setting: Setting| {
        let reason = format!("needs {} in [profile.NAME.live]", setting.row().name());
        Problems::one(source.origin.clone(), ConfigMistake::Unusable { setting: Setting::LiveSource.key(), reason })
    };
    let source = match source.value {
        LiveSource::Nodes => Source::Nodes,
        LiveSource::Command => {
            let command = live.command.as_ref().ok_or_else(|| wanting(Setting::LiveCommand))?;
            Source::Command(command.value.clone())
        }
        LiveSource::Prometheus => {
            let url = live.url.as_ref().ok_or_else(|| wanting(Setting::LiveUrl))?;
            let unusable = |setting: Setting, origin: &Origin, reason: String| {
                Problems::one(origin.clone(), ConfigMistake::Unusable { setting: setting.key(), reason })
            };
            let parsed =
                Url::parse(&url.value).map_err(|error| unusable(Setting::LiveUrl, &url.origin, error.to_string()))?;
            let credentials = credentials(&live.sign_in, settings.timeout.value);
            if !matches!(credentials, PrometheusAuth::None) && parsed.scheme() != "https" && !api::is_loopback(&parsed)
            {
                let reason = "a password or token would go over plain http; use https".to_owned();
                return Err(unusable(Setting::LiveUrl, &url.origin, reason));
            }
            let ca_pem = super::ca_pem(settings)?;
            let proxy = api::Proxy::of(&parsed, &super::proxy(settings), |name| std::env::var(name).ok())
                .map_err(|error| unusable(Setting::LiveUrl, &url.origin, error.to_string()))?;
            let patience = live.timeout.value.max(Duration::from_secs(1));
            let http = api::http_client(&parsed, ca_pem.as_deref(), patience, proxy.as_ref())
                .map_err(|error| unusable(Setting::LiveUrl, &url.origin, error.to_string()))?;
            Source::Prometheus { http, url: url.value.clone(), credentials }
        }
    };
    Ok(Some(Provider::new(live::LiveOptions {
        source,
        timeout: live.timeout.value,
        endpoints: live.endpoints.as_ref().map(|endpoints| endpoints.value.clone()).unwrap_or_default(),
    })))
}

fn credentials(sign_in: &SignInMethod, patience: Duration) -> PrometheusAuth {
    let asked = |source: Sourced<SecretSource>, wanted: SecretKind| {
        live::SecretReader::new(move || {
            let running = RunOptions { patience, terminal: Terminal::None, say: None, wanted: None };
            credentials::fetch(&source, wanted, &running).map_err(|lack| SecretError::NoneGiven(lack.to_string()))
        })
    };
    match sign_in {
        SignInMethod::Token(source) => PrometheusAuth::Bearer(asked(source.clone(), SecretKind::Token)),
        SignInMethod::Password { username: Some(user), password: Some(password) } => {
            PrometheusAuth::Basic { user: user.value.clone(), password: asked(password.clone(), SecretKind::Password) }
        }
        SignInMethod::Password { .. } => PrometheusAuth::None,
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::config::Sources;
    use crate::config::file::File;

    fn settings(live: &str) -> Settings {
        let text = format!("[profile.a]\nurl = \"http://127.0.0.1:1\"\n[profile.a.live]\n{live}");
        let file = File::parse(&text, Path::new("/c.toml"), None).unwrap();
        Sources { file: Some(file), ..Sources::default() }.resolve().unwrap()
    }

    fn reported(live: &str) -> String {
        provider(&settings(live)).unwrap_err().to_string()
    }

    #[test]
    fn nobody_is_asked_unless_the_profile_says_so() {
        assert!(provider(&settings("")).unwrap().is_none());
        assert!(provider(&settings("source = \"nodes\"")).unwrap().is_some());
    }

    #[test]
    fn what_a_source_needs_is_told_with_its_place() {
        assert_eq!(
            reported("source = \"prometheus\""),
            "/c.toml:4:10: live.source cannot be used: needs url in [profile.NAME.live]"
        );
        assert!(reported("source = \"command\"").ends_with("needs command in [profile.NAME.live]"));
    }

    #[test]
    fn credentials_do_not_go_over_plain_http() {
        let live = |url: &str| format!("source = \"prometheus\"\nurl = \"{url}\"\ntoken_command = \"echo x\"");
        assert!(reported(&live("http://prometheus.example")).contains("plain http"));
        assert!(provider(&settings(&live("http://127.0.0.1:9090"))).unwrap().is_some());
        assert!(provider(&settings("source = \"prometheus\"\nurl = \"http://prometheus.example\"")).unwrap().is_some());
    }
}
