//! What stops a command, and the exit code and sentence it becomes.

use std::error::Error;
use std::io;
use std::path::PathBuf;

use super::{CommandOutput, Exit};
use crate::api;
use crate::config::Problems;
use crate::config::credentials::Lack;
use crate::config::disk::NotWritten;
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
    /// A mistake in what was typed, in this sentence.
    #[error("{0}")]
    Usage(String),
    /// Registrations that are named and not there: a line about each.
    #[error("{0}")]
    NotFound(String),
    /// The log cannot be written where `--log` has it.
    #[error("cannot write the log {}: {}. Name another file with --log", .0.display(), in_words(.1))]
    Log(PathBuf, io::Error),
    /// No to signing in without encryption.
    #[error("Cancelled. Nothing was sent.")]
    PlaintextRefused,
    /// No one could be asked about signing in without encryption: what is not encrypted, and what failed.
    #[error("{0}, and no terminal to confirm on ({1}). Nothing was sent.")]
    PlaintextUnasked(String, io::Error),
    /// The server sends no token to store.
    #[error("the server accepted the password but sent no token")]
    NoToken,
    /// The token cannot be stored.
    #[error("signed in, but {0}")]
    TokenNotStored(StateError),
    /// The profile is there already, in this file.
    #[error("profile {} exists already in {}; nothing was changed. --replace: replace it", .0, .1.display())]
    ProfileExists(String, PathBuf),
    /// The profile cannot be added to this file.
    #[error("cannot add profile {} to {}: {}. Nothing was changed", .0, .1.display(), .2)]
    ProfileNotAdded(String, PathBuf, NotWritten),
    /// The edited text has mistakes, and was not opened again.
    #[error("nothing was sent")]
    NotCorrected,
    /// The editor failed, with this sentence.
    #[error("nothing was sent: {0}")]
    NotEdited(String),
    /// The plan of a change of many cannot be written.
    #[error("nothing was sent: cannot write the recovery plan: {0}\n--no-plan: continue without it")]
    NoPlan(StateError),
    /// Ctrl-c.
    #[error("interrupted")]
    Interrupted,
    /// The console cannot be shown here; why.
    #[error("{0}, so the console cannot start. `sipreg list` prints the registrations")]
    Terminal(String),
    /// Standard output does not take any more.
    #[error("cannot write to standard output: {}", in_words(.0))]
    Output(#[from] io::Error),
    /// Standard output did not take all of a command that ended like this.
    #[error("cannot write to standard output: {}", in_words(.1))]
    Unwritten(Exit, io::Error),
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
        _ => return None,
    })
}

impl CommandFailure {
    /// A mistake in what was typed.
    pub fn usage(sentence: impl Into<String>) -> Self {
        Self::Usage(sentence.into())
    }

    /// How a command ended that standard output did not take all of: what it did is worth more than that no one reads it.
    ///
    /// # Errors
    /// A failure with the exit code of the command, or, where it succeeded, that of standard output.
    pub fn unwritten(ended: Exit, error: io::Error) -> Result<Exit, Self> {
        match (ended, error.kind()) {
            (Exit::Done, _) => Err(Self::Output(error)),
            (ended, io::ErrorKind::BrokenPipe) => Ok(ended),
            (ended, _) => Err(Self::Unwritten(ended, error)),
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
            Self::Credentials(_) | Self::Server(_) | Self::Interrupted | Self::Terminal(_) | Self::Output(_) => {
                output.message(&format!("sipreg: {self}"));
            }
            failure => output.messages(&format!("sipreg: {failure}")),
        }
        let (exit, advice) = match self {
            Self::Configuration(_)
            | Self::Setup(_)
            | Self::Terminal(_)
            | Self::Credentials(Lack::File(_))
            | Self::Usage(_)
            | Self::Log(..) => (Exit::Usage, None),
            Self::Credentials(Lack::NoUser | Lack::NoPassword { .. }) => {
                (Exit::NotSignedIn, Some("on a terminal you are asked for it; `sipreg login` stores a token"))
            }
            Self::Credentials(_) | Self::PlaintextRefused | Self::PlaintextUnasked(..) | Self::NoToken => {
                (Exit::NotSignedIn, None)
            }
            Self::Server(error) => (Exit::of_error(error), advice(error.kind)),
            Self::NotFound(_) => (Exit::NoSuchRecord, None),
            Self::NotCorrected => (Exit::Invalid, None),
            Self::Unwritten(exit, _) => (*exit, None),
            Self::Interrupted => (Exit::Interrupted, None),
            _ => (Exit::Failed, None),
        };
        if let Some(advice) = advice {
            output.message(advice);
        }
        exit
    }
}
