//! Why a password or a token was not to be had where it is asked for.

/// What happened to the file, command or task that gives a secret. Texts do not have the secret, but may quote a command.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    /// The file or command gave none, in a sentence.
    #[error("{0}")]
    NoneGiven(String),
    /// No one waits for it any more.
    #[error("its command was cancelled: {0}")]
    Cancelled(String),
    /// The one that is configured was refused before.
    #[error("the server refuses the configured token; it may have expired")]
    Refused,
}
