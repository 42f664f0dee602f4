//! What stops a command, and the exit code and sentence it becomes.

use std::io;

use super::exit::Exit;
use super::output::Output;
use crate::config::Problems;
use crate::config::credentials::Lack;

/// What stops a command.
#[derive(Debug)]
pub enum Failure {
    /// Mistakes in options, variables or files.
    Configuration(Problems),
    /// There is nothing to sign in with.
    Credentials(Lack),
    /// The console cannot be shown here; why.
    Terminal(String),
    /// Standard output does not take any more.
    Output(io::Error),
    /// Something else, for people to read.
    Other(color_eyre::Report),
}

impl From<Problems> for Failure {
    fn from(problems: Problems) -> Self {
        Self::Configuration(problems)
    }
}

impl From<Lack> for Failure {
    fn from(lack: Lack) -> Self {
        Self::Credentials(lack)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

impl From<color_eyre::Report> for Failure {
    fn from(report: color_eyre::Report) -> Self {
        Self::Other(report)
    }
}

impl Failure {
    /// Says what happened, and what the exit code is. Whoever closes the pipe has read enough: that is success.
    pub fn tell(&self, output: &mut Output) -> Exit {
        match self {
            Self::Configuration(problems) => {
                for problem in &problems.0 {
                    output.message(&format!("sipreg: {problem}"));
                }
                Exit::Usage
            }
            Self::Credentials(lack) => {
                output.message(&format!("sipreg: {lack}"));
                match lack {
                    Lack::File(_) => Exit::Usage,
                    Lack::Empty { .. }
                    | Lack::NotStarted { .. }
                    | Lack::Failed { .. }
                    | Lack::TooSlow { .. }
                    | Lack::NoUser
                    | Lack::NoPassword { .. }
                    | Lack::Unanswered { .. } => Exit::NotSignedIn,
                }
            }
            Self::Terminal(why) => {
                output.message(&format!(
                    "sipreg: {why}, so the console cannot be shown; `sipreg list` prints the registrations instead"
                ));
                Exit::Usage
            }
            Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => Exit::Done,
            Self::Output(error) => {
                output.message(&format!("sipreg: cannot write to standard output: {error}"));
                Exit::Failed
            }
            Self::Other(report) => {
                output.message(&format!("sipreg: {report:#}"));
                Exit::Failed
            }
        }
    }
}
