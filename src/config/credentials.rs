//! From where a password or token is to be had to the secret itself: runs commands, reads files, asks at the
//! terminal. Nothing here prints or logs a secret.

use std::time::Duration;

use secrecy::zeroize::Zeroizing;

use super::command::{self, Failed, RunOptions};
use super::{ConfigMistake, SecretSource, Settings, SignInMethod, Sourced, asking, disk};
use crate::domain::record::Secret;
use crate::domain::system_error::in_words;
use crate::domain::text::{visible, without_line_end};

/// What kind of secret is wanted, for sentences.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecretKind {
    /// The password of the user.
    Password,
    /// An API token.
    Token,
}

impl SecretKind {
    const fn word(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Token => "token",
        }
    }

    const fn with_article(self) -> &'static str {
        match self {
            Self::Password => "a password",
            Self::Token => "a token",
        }
    }
}

/// Whether a missing user or password may be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MayPrompt {
    /// At the terminal, before anything else is shown there.
    AtTerminal,
    /// Not at all.
    Never,
}

/// What to sign in with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CredentialSource {
    /// A token, and where the next one is to be had when it ends.
    Token {
        /// The token.
        token: Secret,
        /// Where it came from.
        source: Sourced<SecretSource>,
    },
    /// User and password.
    Password {
        /// The user.
        username: String,
        /// The password.
        password: Secret,
    },
}

/// Why there are no credentials. Quotes what commands printed to stderr: hostile until sanitised.
#[derive(Debug, thiserror::Error)]
pub enum Lack {
    /// The secret's file cannot be used.
    #[error(transparent)]
    File(#[from] ConfigMistake),
    /// The file or the command's output begins with an empty line, or has nothing in it.
    #[error("the first line of {from} has no {}", wanted.word())]
    Empty {
        /// The file or command.
        from: String,
        /// What was wanted.
        wanted: SecretKind,
    },
    /// The command could not be started.
    #[error("cannot run {name}: {}", in_words(source))]
    NotStarted {
        /// Name of the command.
        name: String,
        /// What the system says.
        source: std::io::Error,
    },
    /// The command failed.
    #[error("{name} failed ({status}){}{complaint}", if complaint.is_empty() { "" } else { ": " })]
    Failed {
        /// Name of the command.
        name: String,
        /// How it ended.
        status: String,
        /// What it printed to stderr, without words of the command.
        complaint: String,
    },
    /// The command took too long and was ended.
    #[error("{name} took longer than {} s (timeout) and was stopped", patience.as_secs_f64())]
    TooSlow {
        /// Name of the command.
        name: String,
        /// How long it was waited for.
        patience: Duration,
    },
    /// The command printed too much and was ended.
    #[error("{name} printed more than 64 KiB and was stopped")]
    Flood {
        /// Name of the command.
        name: String,
    },
    /// No one waited any more for the command; it was ended.
    #[error("{name} was stopped: cancelled")]
    Unwanted {
        /// Name of the command.
        name: String,
    },
    /// No one is known to sign in as, and no one can be asked.
    #[error("no user name: set username in the profile, SIPREG_USERNAME or --username, or a token")]
    NoUser,
    /// There is no password, and no one can be asked.
    #[error("no password for {username}: set password_command or password_file in the profile, or SIPREG_PASSWORD")]
    NoPassword {
        /// The user.
        username: String,
    },
    /// The terminal was asked but gave no answer.
    #[error("cannot ask for the {what}: {}", in_words(source))]
    Unanswered {
        /// What was asked for.
        what: &'static str,
        /// What the system says.
        source: std::io::Error,
    },
}

/// What people call a command: the setting, and where it stands. Its text may hold a secret.
pub fn name(source: &Sourced<SecretSource>, wanted: SecretKind) -> String {
    let setting = match source.value {
        SecretSource::Given(_) => "",
        SecretSource::File(_) => "_file",
        SecretSource::Command(_) => "_command",
    };
    format!("{}{setting} ({})", wanted.word(), source.origin)
}

/// What to sign in with according to the settings. Blocks while a command runs or a person types.
///
/// # Errors
/// See [`Lack`].
pub fn gather(settings: &Settings, asking: MayPrompt, running: &RunOptions<'_>) -> Result<CredentialSource, Lack> {
    match &settings.sign_in {
        SignInMethod::Token(source) => {
            let token = fetch(source, SecretKind::Token, running)?;
            Ok(CredentialSource::Token { token, source: source.clone() })
        }
        SignInMethod::Password { username, password } => {
            let username = match (username, asking) {
                (Some(known), _) => known.value.clone(),
                (None, MayPrompt::Never) => return Err(Lack::NoUser),
                (None, MayPrompt::AtTerminal) => ask_user()?,
            };
            let password = match (password, asking) {
                (Some(source), _) => fetch(source, SecretKind::Password, running)?,
                (None, MayPrompt::Never) => return Err(Lack::NoPassword { username }),
                (None, MayPrompt::AtTerminal) => ask_password(&username)?,
            };
            Ok(CredentialSource::Password { username, password })
        }
    }
}

/// The secret from its source. Blocks while a command runs.
///
/// # Errors
/// See [`Lack`].
pub fn fetch(source: &Sourced<SecretSource>, wanted: SecretKind, running: &RunOptions<'_>) -> Result<Secret, Lack> {
    // More than the secret may stand there; all of it is wiped.
    let (text, from) = match &source.value {
        SecretSource::Given(secret) => return Ok(secret.clone()),
        SecretSource::File(path) => {
            (Zeroizing::new(disk::secret(path, wanted.with_article())?), path.display().to_string())
        }
        SecretSource::Command(text) => {
            let name = name(source, wanted);
            let printed = command::run(text, &name, running).map_err(|failed| lack(failed, name.clone(), running))?;
            (printed, format!("the output of {name}"))
        }
    };
    match text.split_inclusive('\n').next().map(without_line_end) {
        Some(line) if !line.is_empty() => Ok(Secret::new(line)),
        _ => Err(Lack::Empty { from, wanted }),
    }
}

fn lack(failed: Failed, name: String, running: &RunOptions<'_>) -> Lack {
    match failed {
        Failed::NotStarted(source) => Lack::NotStarted { name, source },
        Failed::Ended { status, complaint } => Lack::Failed { name, status, complaint },
        Failed::TooSlow => Lack::TooSlow { name, patience: running.patience },
        Failed::Flood => Lack::Flood { name },
        Failed::Unwanted => Lack::Unwanted { name },
    }
}

fn ask_user() -> Result<String, Lack> {
    let user = asking::line("User: ").map_err(|source| Lack::Unanswered { what: "user", source })?;
    let user = user.trim();
    if user.is_empty() { Err(Lack::NoUser) } else { Ok(user.to_owned()) }
}

fn ask_password(username: &str) -> Result<Secret, Lack> {
    let question = format!("Password for {}: ", visible(username));
    let password = asking::secret(&question).map_err(|source| Lack::Unanswered { what: "password", source })?;
    // No server lets anyone in with it, and some count the attempts.
    if password.is_empty() {
        return Err(Lack::NoPassword { username: username.to_owned() });
    }
    Ok(Secret::new(password))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use crate::config::command::Terminal;
    use crate::config::{Origin, Sources};

    fn running() -> RunOptions<'static> {
        RunOptions { patience: Duration::from_secs(60), terminal: Terminal::None, say: None, wanted: None }
    }

    fn source(value: SecretSource) -> Sourced<SecretSource> {
        Sourced::new(value, Origin::Argument("--password-command"))
    }

    fn command(text: &str) -> Result<Secret, Lack> {
        fetch(&source(SecretSource::Command(text.to_owned())), SecretKind::Password, &running())
    }

    #[test]
    fn the_first_line_that_a_command_prints_is_the_secret() {
        assert_eq!(command("printf 'a b \\r\\nlogin: x\\n'").unwrap().expose(), "a b ");
        assert_eq!(command("printf none | tr n d").unwrap().expose(), "dode");
    }

    #[test]
    fn a_command_that_fails_is_named_and_told_with_its_complaint_but_not_quoted() {
        let reported = command("exec ls /nowhere-7f3/at-all >&2").unwrap_err().to_string();
        assert!(
            reported.starts_with("password_command (argument --password-command) failed (exit status: 2): ls: "),
            "{reported}"
        );
        assert!(!reported.contains("nowhere-7f3"), "{reported}");
        let reported = command("echo hunter2; exit 3").unwrap_err().to_string();
        assert_eq!(reported, "password_command (argument --password-command) failed (exit status: 3)");
        let long = command("yes '' | tr '\\n' x | head -c 9000 >&2; false").unwrap_err().to_string();
        assert!(long.len() < 500, "{long}");
    }

    #[test]
    fn a_command_that_prints_nothing_is_told() {
        let reported = command("true").unwrap_err().to_string();
        assert_eq!(
            reported,
            "the first line of the output of password_command (argument --password-command) has no password"
        );
        assert!(command("printf '\\nhunter2\\n'").is_err());
    }

    #[test]
    fn a_command_that_hangs_is_ended() {
        let running = RunOptions { patience: Duration::from_millis(50), ..running() };
        let hangs = source(SecretSource::Command("exec sleep 600".to_owned()));
        let lack = fetch(&hangs, SecretKind::Token, &running).unwrap_err();
        assert!(lack.to_string().contains("took longer than 0.05 s"), "{lack}");
    }

    #[test]
    fn a_secret_in_a_file_is_for_its_owner_only() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("password");
        std::fs::write(&path, "hunter2\n").unwrap();
        let read = || fetch(&source(SecretSource::File(path.clone())), SecretKind::Password, &running());
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        let reported = read().unwrap_err().to_string();
        assert!(
            reported.ends_with(&format!("chmod 600 {}", path.display())) && !reported.contains("hunter2"),
            "{reported}"
        );
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        assert_eq!(read().unwrap().expose(), "hunter2");
        for (written, meant) in [
            ("hunter2", "hunter2"),
            ("hunter2\r\n", "hunter2"),
            ("\u{feff}hunter2\r\n", "hunter2"),
            ("hunter2 \n\n", "hunter2 "),
            ("hunter2\r\r\n", "hunter2\r"),
            (" hunter2\nnote\n", " hunter2"),
        ] {
            std::fs::write(&path, written).unwrap();
            assert_eq!(read().unwrap().expose(), meant, "{written:?}");
        }
    }

    #[test]
    fn nobody_is_asked_where_nobody_can_answer() {
        let settings = Sources::default().resolve().unwrap();
        assert!(matches!(gather(&settings, MayPrompt::Never, &running()), Err(Lack::NoUser)));
    }
}
