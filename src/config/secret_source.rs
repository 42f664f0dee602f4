//! Where a secret is to be had, and that a setting says so once.

use super::value::{self, Base, Raw, ValueRefusal};
use super::{ConfigMistake, Origin, Setting, Sourced};
use crate::domain::record::Secret;
use std::path::PathBuf;

/// Where a password or a token is to be had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecretSource {
    Given(Secret),
    /// On the first line of a file that only its owner may read.
    File(PathBuf),
    /// On the first line that a shell command prints.
    Command(String),
}

/// What one source says about a setting; `None`: nothing.
pub(super) type Said<T> = Option<Sourced<T>>;

/// What a source says about a setting, once its value was understood.
pub(super) fn said<T>(
    value: Result<T, ValueRefusal>,
    setting: Setting,
    origin: Origin,
) -> Result<Said<T>, ConfigMistake> {
    match value {
        Ok(value) => Ok(Some(Sourced::new(value, origin))),
        Err(refusal) => Err(refusal.of(setting)),
    }
}

fn secret_source(setting: Setting, raw: Raw<'_>, base: &Base) -> Result<SecretSource, ValueRefusal> {
    if setting.names_a_file() {
        return value::path(raw, base).map(SecretSource::File);
    }
    if setting.names_a_command() {
        return value::text(raw).map(SecretSource::Command);
    }
    value::secret(raw).map(|text| SecretSource::Given(Secret::new(text)))
}

/// The same of a secret, about which a source may say one thing.
pub(super) fn said_once(
    slot: &mut Said<SecretSource>,
    setting: Setting,
    raw: Raw<'_>,
    base: &Base,
    origin: Origin,
) -> Result<(), ConfigMistake> {
    let source = said(secret_source(setting, raw, base), setting, origin)?;
    if let Some(earlier) = slot {
        return Err(ConfigMistake::Twice { setting: setting.key(), other: key_of(setting, &earlier.value) });
    }
    *slot = source;
    Ok(())
}

/// The key under which a secret of the kind of `setting` from this source stands in a file.
fn key_of(setting: Setting, source: &SecretSource) -> &'static str {
    let [given, file, command] = setting.ways();
    let other = match source {
        SecretSource::Given(_) => given,
        SecretSource::File(_) => file,
        SecretSource::Command(_) => command,
    };
    other.key()
}

/// How to sign in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignInMethod {
    /// With a token from this source.
    Token(Sourced<SecretSource>),
    /// With user and password; what is `None` has to be asked for.
    Password {
        /// The user.
        username: Option<Sourced<String>>,
        /// Where the password is to be had.
        password: Option<Sourced<SecretSource>>,
    },
}
