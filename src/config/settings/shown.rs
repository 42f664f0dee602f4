//! Settings for people: each as a text, with the place that decided it, secrets masked.

use std::time::Duration;

use super::SignInMethod;
use crate::config::command::named;
use crate::config::words::SettingWord;
use crate::config::{Origin, SecretSource, Setting, Settings, Sourced, value};
use crate::domain::record::MASK;

/// A setting as `config show` prints it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownSetting {
    /// Its value, masked if it is a secret; `None`: not set.
    pub value: Option<String>,
    /// What decided it.
    pub origin: Origin,
}

impl Settings {
    /// One setting for people, secrets masked.
    pub fn shown(&self, setting: Setting) -> ShownSetting {
        match setting {
            Setting::Url => optional(self.url.as_ref(), Clone::clone),
            Setting::Badge => optional(self.badge.as_ref(), Clone::clone),
            Setting::AllowPlaintext => {
                let allowed = &self.allow_plaintext;
                ShownSetting { value: Some(allowed.value.to_string()), origin: allowed.origin.clone() }
            }
            Setting::BadgeColor => optional(self.badge_color.as_ref(), |color| color.word().to_owned()),
            Setting::Username => optional(self.username.as_ref(), Clone::clone),
            Setting::Password | Setting::PasswordFile | Setting::PasswordCommand => password(setting, &self.sign_in),
            Setting::Token | Setting::TokenFile | Setting::TokenCommand => token(setting, &self.sign_in),
            Setting::Access => word(&self.access),
            Setting::Labels => word(&self.labels),
            Setting::IfMatch => word(&self.if_match),
            Setting::Timezone => optional(self.timezone.as_ref(), |zone| zone.name().to_owned()),
            Setting::Timeout => span(&self.timeout),
            Setting::ConnectTimeout => span(&self.connect_timeout),
            Setting::CaFile => optional(self.ca_file.as_ref(), |path| path.display().to_string()),
            Setting::Proxy => optional(self.proxy.as_ref(), |proxy| value::without_user(proxy)),
            Setting::NodePoll => span(&self.node_poll),
            Setting::Watch => optional(self.watch.as_ref(), |every| value::show_span(*every)),
            Setting::LiveSource => optional(self.live.source.as_ref(), |source| source.word().to_owned()),
            Setting::LiveEvery => span(&self.live.every),
            Setting::LiveTimeout => span(&self.live.timeout),
            Setting::LiveEndpoints => optional(self.live.endpoints.as_ref(), |endpoints| {
                let each = endpoints.iter().map(|(name, address)| format!("{name}={address}"));
                each.collect::<Vec<_>>().join(" ")
            }),
            Setting::LiveUrl => optional(self.live.url.as_ref(), Clone::clone),
            Setting::LiveCommand => optional(self.live.command.as_ref(), |command| named(command)),
            Setting::LiveUsername => optional(self.live.username.as_ref(), Clone::clone),
            Setting::LivePassword | Setting::LivePasswordFile | Setting::LivePasswordCommand => {
                password(setting, &self.live.sign_in)
            }
            Setting::LiveToken | Setting::LiveTokenFile | Setting::LiveTokenCommand => {
                token(setting, &self.live.sign_in)
            }
            Setting::Ignore if self.ignored.value.is_empty() => {
                ShownSetting { value: None, origin: self.ignored.origin.clone() }
            }
            Setting::Ignore => {
                ShownSetting { value: Some(value::show_rules(self.ignored.value)), origin: self.ignored.origin.clone() }
            }
            Setting::Theme => word(&self.theme),
            Setting::Cursor => word(&self.cursor),
            Setting::Ascii => word(&self.characters),
            Setting::Mouse => word(&self.mouse),
            Setting::Bell => word(&self.bell),
            Setting::Color => word(&self.color),
            Setting::EscapeDelay => optional(self.escape_delay.as_ref(), |delay| value::show_span(*delay)),
            Setting::JournalSize => {
                let size = &self.journal_size;
                ShownSetting { value: Some(size.value.to_string()), origin: size.origin.clone() }
            }
            Setting::JournalAge => optional(self.journal_age.as_ref(), u64::to_string),
            Setting::LockAfter => optional(self.lock_after.as_ref(), |after| value::show_span(*after)),
            Setting::Tips => {
                ShownSetting { value: Some(self.tips.value.to_string()), origin: self.tips.origin.clone() }
            }
            Setting::Output => optional(self.output.as_ref(), |form| form.word().to_owned()),
        }
    }
}

fn password(setting: Setting, sign_in: &SignInMethod) -> ShownSetting {
    match sign_in {
        SignInMethod::Password { password: Some(source), .. } => secret(setting, source),
        SignInMethod::Password { password: None, .. } | SignInMethod::Token(_) => unset(),
    }
}

fn token(setting: Setting, sign_in: &SignInMethod) -> ShownSetting {
    match sign_in {
        SignInMethod::Token(source) => secret(setting, source),
        SignInMethod::Password { .. } => unset(),
    }
}

const fn unset() -> ShownSetting {
    ShownSetting { value: None, origin: Origin::Default }
}

fn optional<T>(known: Option<&Sourced<T>>, show: impl Fn(&T) -> String) -> ShownSetting {
    known.map_or_else(unset, |known| ShownSetting { value: Some(show(&known.value)), origin: known.origin.clone() })
}

fn word<W: SettingWord>(known: &Sourced<W>) -> ShownSetting {
    ShownSetting { value: Some(known.value.word().to_owned()), origin: known.origin.clone() }
}

fn span(known: &Sourced<Duration>) -> ShownSetting {
    ShownSetting { value: Some(value::show_span(known.value)), origin: known.origin.clone() }
}

/// A secret's source, if it is of the kind that `setting` names.
fn secret(setting: Setting, source: &Sourced<SecretSource>) -> ShownSetting {
    let value = match &source.value {
        SecretSource::Given(_) if setting.is_secret() => MASK.to_owned(),
        SecretSource::File(path) if setting.names_a_file() => path.display().to_string(),
        SecretSource::Command(command) if setting.names_a_command() => named(command),
        SecretSource::Given(_) | SecretSource::File(_) | SecretSource::Command(_) => return unset(),
    };
    ShownSetting { value: Some(value), origin: source.origin.clone() }
}
