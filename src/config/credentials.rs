//! From where a password or token is to be had to the secret itself: runs commands, reads files, asks at the
//! terminal. Nothing here prints or logs a secret.

use std::io::Read;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use secrecy::zeroize::Zeroizing;

use super::asking;
use super::disk;
use super::layer::SecretSource;
use super::problem::Mistake;
use super::settings::{Settings, SignIn};
use crate::domain::record::value::{SECRET_VARIABLES, Secret};
use crate::domain::text::visible;

/// How long a command may take: long enough for a person to unlock a key store.
pub const COMMAND_PATIENCE: Duration = Duration::from_secs(60);

/// Most bytes that are read of a command's output, and of its complaints.
const MOST_OUTPUT: u64 = 64 << 10;

/// Most letters of a command's complaint that are quoted.
const QUOTED: usize = 300;

/// What kind of secret is wanted, for sentences.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// The password of the user.
    Password,
    /// An API token.
    Token,
}

impl Wanted {
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
pub enum Asking {
    /// At the terminal, before anything else is shown there.
    AtTerminal,
    /// Not at all.
    Never,
}

/// What to sign in with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Credentials {
    /// A token, and where the next one is to be had when it ends.
    Token {
        /// The token.
        token: Secret,
        /// Where it came from.
        source: SecretSource,
    },
    /// User and password.
    Password {
        /// The user.
        username: String,
        /// The password.
        password: Secret,
    },
}

/// Why there are no credentials. Quotes commands and what they printed to stderr: hostile until sanitised.
#[derive(Debug, thiserror::Error)]
pub enum Lack {
    /// The secret's file cannot be used.
    #[error(transparent)]
    File(#[from] Mistake),
    /// The file or the command's output begins with an empty line, or has nothing in it.
    #[error("{from} has no {} on its first line", wanted.word())]
    Empty {
        /// The file or command.
        from: String,
        /// What was wanted.
        wanted: Wanted,
    },
    /// The command could not be started.
    #[error("cannot run the {} command `{command}`: {source}", wanted.word())]
    NotStarted {
        /// The command.
        command: String,
        /// What was wanted.
        wanted: Wanted,
        /// What the system says.
        source: std::io::Error,
    },
    /// The command failed.
    #[error("the {} command `{command}` failed ({status}){}", wanted.word(), complaint(stderr))]
    Failed {
        /// The command.
        command: String,
        /// What was wanted.
        wanted: Wanted,
        /// How it ended.
        status: String,
        /// What it printed to stderr.
        stderr: String,
    },
    /// The command took too long and was ended.
    #[error("the {} command `{command}` did not end within {} s", wanted.word(), patience.as_secs())]
    TooSlow {
        /// The command.
        command: String,
        /// What was wanted.
        wanted: Wanted,
        /// How long it was waited for.
        patience: Duration,
    },
    /// Nobody is known to sign in as, and nobody can be asked.
    #[error("nobody to sign in as: set username in the profile, SIPREG_USERNAME or --username, or a token")]
    NoUser,
    /// There is no password, and nobody can be asked.
    #[error("no password for {username}: set password_command or password_file in the profile, or SIPREG_PASSWORD")]
    NoPassword {
        /// The user.
        username: String,
    },
    /// The terminal was asked but gave no answer.
    #[error("cannot ask for the {what}: {source}")]
    Unanswered {
        /// What was asked for.
        what: &'static str,
        /// What the system says.
        source: std::io::Error,
    },
}

fn complaint(stderr: &str) -> String {
    let text = stderr.trim();
    if text.is_empty() {
        return String::new();
    }
    let cut = text.chars().count() > QUOTED;
    let quoted: String = text.chars().take(QUOTED).collect();
    format!(": {quoted}{}", if cut { " ..." } else { "" })
}

/// What to sign in with according to the settings. Blocks while a command runs or a person types.
///
/// # Errors
/// See [`Lack`].
pub fn gather(settings: &Settings, asking: Asking) -> Result<Credentials, Lack> {
    match &settings.sign_in {
        SignIn::Token(source) => {
            let token = fetch(&source.value, Wanted::Token, COMMAND_PATIENCE)?;
            Ok(Credentials::Token { token, source: source.value.clone() })
        }
        SignIn::Password { username, password } => {
            let username = match (username, asking) {
                (Some(known), _) => known.value.clone(),
                (None, Asking::Never) => return Err(Lack::NoUser),
                (None, Asking::AtTerminal) => ask_user()?,
            };
            let password = match (password, asking) {
                (Some(source), _) => fetch(&source.value, Wanted::Password, COMMAND_PATIENCE)?,
                (None, Asking::Never) => return Err(Lack::NoPassword { username }),
                (None, Asking::AtTerminal) => ask_password(&username)?,
            };
            Ok(Credentials::Password { username, password })
        }
    }
}

/// The secret from its source. Blocks while a command runs, at most for `patience`.
///
/// # Errors
/// See [`Lack`].
pub fn fetch(source: &SecretSource, wanted: Wanted, patience: Duration) -> Result<Secret, Lack> {
    // More than the secret may stand there; all of it is wiped.
    let (text, from) = match source {
        SecretSource::Given(secret) => return Ok(secret.clone()),
        SecretSource::File(path) => {
            (Zeroizing::new(disk::secret(path, wanted.with_article())?), path.display().to_string())
        }
        SecretSource::Command(command) => {
            (Zeroizing::new(run(command, wanted, patience)?), format!("the output of `{command}`"))
        }
    };
    match text.lines().next() {
        Some(line) if !line.is_empty() => Ok(Secret::new(line)),
        _ => Err(Lack::Empty { from, wanted }),
    }
}

/// Standard output of a shell command. Its input is closed, so that it cannot take the console's keys; one that
/// has to ask uses the terminal device, as `pinentry` and `ssh-askpass` do.
fn run(command: &str, wanted: Wanted, patience: Duration) -> Result<String, Lack> {
    let not_started = |source| Lack::NotStarted { command: command.to_owned(), wanted, source };
    let mut shell = Command::new("sh");
    for variable in SECRET_VARIABLES {
        shell.env_remove(variable);
    }
    let child = shell
        .arg("-c")
        .arg(command)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(not_started)?;
    let process = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
    let (tell, told) = mpsc::channel();
    // Nobody may listen any more when it ends.
    std::thread::spawn(move || tell.send(attend(child)));
    let Ok(ended) = told.recv_timeout(patience) else {
        if let Some(process) = process {
            // Fails only where it has ended meanwhile, which is what is wanted.
            let _ = kill_process(process, Signal::KILL);
        }
        return Err(Lack::TooSlow { command: command.to_owned(), wanted, patience });
    };
    let (output, stderr, status) = ended.map_err(not_started)?;
    if status.success() {
        return Ok(output);
    }
    Err(Lack::Failed { command: command.to_owned(), wanted, status: status.to_string(), stderr })
}

/// Reads what a command prints and waits for its end.
fn attend(mut child: Child) -> std::io::Result<(String, String, ExitStatus)> {
    // On a thread of its own: two pipes that are read in turn can block each other.
    let complaints = child.stderr.take().map(|pipe| std::thread::spawn(move || read_some(pipe)));
    let output = child.stdout.take().map(read_some).unwrap_or_default();
    let stderr = complaints.and_then(|reader| reader.join().ok()).unwrap_or_default();
    Ok((output, stderr, child.wait()?))
}

/// The beginning of what comes through a pipe; the rest is read and forgotten.
fn read_some(mut pipe: impl Read) -> String {
    let mut bytes = Zeroizing::new(Vec::new());
    // What was read until a failure is as good as the whole: the status of the command decides.
    let _ = pipe.by_ref().take(MOST_OUTPUT).read_to_end(&mut bytes);
    let _ = std::io::copy(&mut pipe, &mut std::io::sink());
    String::from_utf8_lossy(&bytes).into_owned()
}

fn ask_user() -> Result<String, Lack> {
    let user = asking::line("User: ").map_err(|source| Lack::Unanswered { what: "user", source })?;
    let user = user.trim();
    if user.is_empty() { Err(Lack::NoUser) } else { Ok(user.to_owned()) }
}

fn ask_password(username: &str) -> Result<Secret, Lack> {
    let question = format!("Password for {}: ", visible(username));
    let password = asking::secret(&question).map_err(|source| Lack::Unanswered { what: "password", source })?;
    // No server lets anybody in with it, and some count the attempts.
    if password.is_empty() {
        return Err(Lack::NoPassword { username: username.to_owned() });
    }
    Ok(Secret::new(password))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use crate::config::settings::Sources;

    fn command(text: &str) -> Result<Secret, Lack> {
        fetch(&SecretSource::Command(text.to_owned()), Wanted::Password, COMMAND_PATIENCE)
    }

    #[test]
    fn the_first_line_that_a_command_prints_is_the_secret() {
        assert_eq!(command("printf 'a b \\r\\nlogin: x\\n'").unwrap().expose(), "a b ");
        assert_eq!(command("printf none | tr n d").unwrap().expose(), "dode");
    }

    #[test]
    fn a_command_that_fails_is_told_with_its_complaint_but_not_its_output() {
        let told = command("echo hunter2; echo no such entry >&2; exit 3").unwrap_err().to_string();
        assert!(told.ends_with("failed (exit status: 3): no such entry"), "{told}");
        let long = command("yes '' | tr '\\n' x | head -c 9000 >&2; false").unwrap_err().to_string();
        assert!(long.len() < 500, "{long}");
    }

    #[test]
    fn a_command_that_prints_nothing_is_told() {
        let told = command("true").unwrap_err().to_string();
        assert_eq!(told, "the output of `true` has no password on its first line");
        assert!(command("printf '\\nhunter2\\n'").is_err());
    }

    #[test]
    fn a_command_that_hangs_is_ended() {
        let patience = Duration::from_millis(50);
        let lack = fetch(&SecretSource::Command("exec sleep 600".to_owned()), Wanted::Token, patience).unwrap_err();
        assert!(matches!(lack, Lack::TooSlow { .. }));
    }

    #[test]
    fn a_command_cannot_take_the_keys_of_the_console() {
        assert!(command("read x || echo closed").is_ok_and(|secret| secret.expose() == "closed"));
    }

    #[test]
    fn a_secret_in_a_file_is_for_its_owner_only() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("password");
        std::fs::write(&path, "hunter2\n").unwrap();
        let read = || fetch(&SecretSource::File(path.clone()), Wanted::Password, COMMAND_PATIENCE);
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        let told = read().unwrap_err().to_string();
        assert!(told.ends_with(&format!("chmod 600 {}", path.display())) && !told.contains("hunter2"), "{told}");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        assert_eq!(read().unwrap().expose(), "hunter2");
    }

    #[test]
    fn nobody_is_asked_where_nobody_can_answer() {
        let settings = Sources::default().resolve().unwrap();
        assert!(matches!(gather(&settings, Asking::Never), Err(Lack::NoUser)));
    }
}
