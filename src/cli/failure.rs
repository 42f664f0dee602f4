//! What stops a command, and the exit code and sentence it becomes.

use std::error::Error;
use std::io;

use super::{CommandOutput, Exit};
use crate::api;
use crate::config::Problems;
use crate::config::credentials::Lack;
use crate::connect::ConnectObstacle;
use crate::domain::request_error::{RequestError, RequestErrorKind};
use crate::domain::state_error::StateError;
use crate::domain::system_error::in_words;

/// How a command ends, or a part of it.
pub type CommandResult<T = Exit> = Result<T, CommandFailure>;

/// What stops a command.
#[derive(Debug, thiserror::Error)]
pub enum CommandFailure {
    /// Mistakes in options, variables or files.
    #[error(transparent)]
    Configuration(#[from] Problems),
    /// There is nothing to sign in with.
    #[error(transparent)]
    Credentials(#[from] Lack),
    /// No client can be made of the settings.
    #[error(transparent)]
    Setup(#[from] api::SetupError),
    /// A request failed.
    #[error("{}{}", .0.message, .0.request_id.as_ref().map(|id| format!(" (request {id})")).unwrap_or_default())]
    Server(Box<RequestError>),
    /// A file of the state folder.
    #[error(transparent)]
    State(#[from] StateError),
    /// This sentence says it all.
    #[error("{1}")]
    Said(Exit, String),
    /// Ctrl-c.
    #[error("interrupted")]
    Interrupted,
    /// The console cannot be shown here; why.
    #[error("{0}, so the console cannot start. `sipreg list` prints the registrations")]
    Terminal(String),
    /// Standard output does not take any more.
    #[error("cannot write to standard output: {}", in_words(.0))]
    Output(#[from] io::Error),
    /// Something else, for people to read.
    #[error("{}", .0.chain().map(cause_in_words).collect::<Vec<_>>().join(": "))]
    Other(#[from] color_eyre::Report),
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

impl From<ConnectObstacle> for CommandFailure {
    fn from(obstacle: ConnectObstacle) -> Self {
        match obstacle {
            ConnectObstacle::Setting(problems) => Self::Configuration(problems),
            ConnectObstacle::Credentials(lack) => Self::Credentials(lack),
        }
    }
}

fn cause_in_words(cause: &(dyn Error + 'static)) -> String {
    cause.downcast_ref().map_or_else(|| cause.to_string(), in_words)
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
            }
            Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => return Exit::Done,
            Self::Said(..) | Self::Setup(_) | Self::State(_) | Self::Other(_) => {
                output.messages(&format!("sipreg: {self}"));
            }
            failure => output.message(&format!("sipreg: {failure}")),
        }
        let (exit, advice) = match self {
            Self::Configuration(_) | Self::Setup(_) | Self::Terminal(_) | Self::Credentials(Lack::File(_)) => {
                (Exit::Usage, None)
            }
            Self::Credentials(Lack::NoUser | Lack::NoPassword { .. }) => {
                (Exit::NotSignedIn, Some("on a terminal you are asked for it; `sipreg login` stores a token"))
            }
            Self::Credentials(_) => (Exit::NotSignedIn, None),
            Self::Server(error) => (Exit::of_error(error), advice(error.kind)),
            Self::Said(exit, _) => (*exit, None),
            Self::Interrupted => (Exit::Interrupted, None),
            Self::State(_) | Self::Output(_) | Self::Other(_) => (Exit::Failed, None),
        };
        if let Some(advice) = advice {
            output.message(advice);
        }
        exit
    }
}
