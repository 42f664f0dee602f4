//! What stops a command, and the exit code and sentence it becomes.

use std::error::Error;
use std::io;

use super::{CommandOutput, Exit};
use crate::api;
use crate::config::Problems;
use crate::config::credentials::Lack;
use crate::connect::ConnectObstacle;
use crate::domain::request_error::{RequestError, RequestErrorKind};
use crate::domain::system_error::in_words;

/// How a command ends, or a part of it.
pub type CommandResult<T = Exit> = Result<T, CommandFailure>;

/// What stops a command.
#[derive(Debug)]
pub enum CommandFailure {
    /// Mistakes in options, variables or files.
    Configuration(Problems),
    /// There is nothing to sign in with.
    Credentials(Lack),
    /// A request failed.
    Server(Box<RequestError>),
    /// This sentence says it all.
    Said(Exit, String),
    /// Ctrl-c.
    Interrupted,
    /// The console cannot be shown here; why.
    Terminal(String),
    /// Standard output does not take any more.
    Output(io::Error),
    /// Something else, for people to read.
    Other(color_eyre::Report),
}

impl From<Problems> for CommandFailure {
    fn from(problems: Problems) -> Self {
        Self::Configuration(problems)
    }
}

impl From<Lack> for CommandFailure {
    fn from(lack: Lack) -> Self {
        Self::Credentials(lack)
    }
}

impl From<RequestError> for CommandFailure {
    fn from(error: RequestError) -> Self {
        Self::Server(Box::new(error))
    }
}

impl From<api::Error> for CommandFailure {
    fn from(error: api::Error) -> Self {
        error.error().into()
    }
}

impl From<api::SetupError> for CommandFailure {
    fn from(error: api::SetupError) -> Self {
        Self::Said(Exit::Usage, error.to_string())
    }
}

impl From<ConnectObstacle> for CommandFailure {
    fn from(obstacle: ConnectObstacle) -> Self {
        match obstacle {
            ConnectObstacle::Setting(problems) => Self::Configuration(problems),
            ConnectObstacle::Credentials(lack) => Self::Credentials(lack),
        }
    }
}

impl From<io::Error> for CommandFailure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

impl From<color_eyre::Report> for CommandFailure {
    fn from(report: color_eyre::Report) -> Self {
        Self::Other(report)
    }
}

/// What to do where a request ended like this; nothing where the answer of the server says it.
const fn advice(kind: RequestErrorKind) -> Option<&'static str> {
    Some(match kind {
        RequestErrorKind::SignInNeeded | RequestErrorKind::SignInFailed => {
            "sign in: sipreg login (if a token is configured, replace or remove it)"
        }
        RequestErrorKind::SignInRefused => "check user and password; sipreg config show: where they come from",
        RequestErrorKind::TokenRefused => "sign in again: sipreg login; sipreg doctor: check the clock and the address",
        RequestErrorKind::Unreachable
        | RequestErrorKind::Cut
        | RequestErrorKind::TimedOut
        | RequestErrorKind::Certificate
        | RequestErrorKind::ForeignOrigin
        | RequestErrorKind::NoSuchApi => "sipreg doctor: check the way to the server",
        RequestErrorKind::Forbidden
        | RequestErrorKind::NoSuchRecord
        | RequestErrorKind::Conflict
        | RequestErrorKind::Precondition
        | RequestErrorKind::Invalid
        | RequestErrorKind::Refused
        | RequestErrorKind::Busy
        | RequestErrorKind::ServerError
        | RequestErrorKind::Unreadable
        | RequestErrorKind::TooLarge
        | RequestErrorKind::Unsendable => return None,
    })
}

impl CommandFailure {
    /// A mistake in what was typed.
    pub fn usage(sentence: impl Into<String>) -> Self {
        Self::Said(Exit::Usage, sentence.into())
    }

    /// How a command ended that standard output did not take all of: what it did is worth more than that no one reads it.
    ///
    /// # Errors
    /// A failure with the exit code of the command, or, where it succeeded, that of standard output.
    pub fn unwritten(ended: Exit, error: io::Error) -> Result<Exit, Self> {
        match (ended, error.kind()) {
            (Exit::Done, _) => Err(Self::Output(error)),
            (ended, io::ErrorKind::BrokenPipe) => Ok(ended),
            (ended, _) => Err(Self::Said(ended, format!("cannot write to standard output: {}", in_words(&error)))),
        }
    }

    /// Says what happened, and what the exit code is. Whoever closes the pipe has read enough: that is success.
    pub fn report(&self, output: &mut CommandOutput) -> Exit {
        match self {
            Self::Configuration(problems) => {
                for problem in &problems.0 {
                    output.messages(&format!("sipreg: {problem}"));
                }
                Exit::Usage
            }
            Self::Credentials(lack) => {
                output.message(&format!("sipreg: {lack}"));
                if matches!(lack, Lack::NoUser | Lack::NoPassword { .. }) {
                    output.message("on a terminal you are asked for it; `sipreg login` stores a token");
                }
                match lack {
                    Lack::File(_) => Exit::Usage,
                    Lack::Empty { .. }
                    | Lack::NotStarted { .. }
                    | Lack::Failed { .. }
                    | Lack::TooSlow { .. }
                    | Lack::Flood { .. }
                    | Lack::Unwanted { .. }
                    | Lack::NoUser
                    | Lack::NoPassword { .. }
                    | Lack::Unanswered { .. } => Exit::NotSignedIn,
                }
            }
            Self::Server(error) => {
                let id = error.request_id.as_ref().map(|id| format!(" (request {id})")).unwrap_or_default();
                output.message(&format!("sipreg: {}{id}", error.message));
                if let Some(advice) = advice(error.kind) {
                    output.message(advice);
                }
                Exit::of_error(error)
            }
            Self::Said(exit, sentence) => {
                output.messages(&format!("sipreg: {sentence}"));
                *exit
            }
            Self::Interrupted => {
                output.message("sipreg: interrupted");
                Exit::Interrupted
            }
            Self::Terminal(why) => {
                output.message(&format!(
                    "sipreg: {why}, so the console cannot start. `sipreg list` prints the registrations"
                ));
                Exit::Usage
            }
            Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => Exit::Done,
            Self::Output(error) => {
                output.message(&format!("sipreg: cannot write to standard output: {}", in_words(error)));
                Exit::Failed
            }
            Self::Other(report) => {
                let words = |cause: &(dyn Error + 'static)| match cause.downcast_ref::<io::Error>() {
                    Some(error) => in_words(error),
                    None => cause.to_string(),
                };
                output.messages(&format!("sipreg: {}", report.chain().map(words).collect::<Vec<_>>().join(": ")));
                Exit::Failed
            }
        }
    }
}
