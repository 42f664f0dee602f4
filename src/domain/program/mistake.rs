//! Why a program of the user's own is not run: its call cannot be read, it does not fit a registration, or the system
//! does not start it.

use super::{Placeholder, variable_of};
use crate::domain::nearest::nearest;

/// Why a text is no call of a program.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CallMistake {
    /// There is nothing to run.
    #[error("it names no program")]
    NoProgram,
    /// The name of the program has a placeholder.
    #[error("the program itself must not depend on the registration")]
    ProgramVaries,
    /// A piece of shell has a placeholder, which a shell would read as its own language.
    #[error("with shell = true, write \"${}\" in place of {{{}}}", variable_of(*.0), .0.name())]
    InShell(Placeholder),
    /// `run` is a list, but a shell takes one text.
    #[error("shell = true needs one text")]
    ShellOfList,
    /// Its last sign is a backslash.
    #[error("it ends with a backslash")]
    Backslash,
    /// A sign that only a shell gives a meaning.
    #[error("{0} means something to a shell only: put quotes around it, or use shell = true")]
    OfShell(char),
    /// A quote is opened and not closed.
    #[error("a {0} has no end")]
    OpenQuote(char),
    /// A brace that belongs to no placeholder.
    #[error("a {0} stands alone; write it twice for itself")]
    LoneBrace(char),
    /// The password would be an argument.
    #[error(
        "everybody on this machine can see the arguments of a program; password = true passes it as the variable \
         REGISTRATION_AUTH_PASSWORD"
    )]
    Password,
    /// A placeholder of another name.
    #[error("no placeholder {{{}}}{}; there are: {}", .0.chars().take(40).collect::<String>(), meant(.0), names())]
    Unknown(String),
}

fn meant(name: &str) -> String {
    nearest(name, Placeholder::names()).map_or_else(String::new, |near| format!("; did you mean {{{near}}}?"))
}

fn names() -> String {
    Placeholder::names().collect::<Vec<_>>().join(", ")
}

/// Why a program cannot be started for a registration, as the rest of a sentence about it. The text is what the program
/// calls the value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// The value is not known.
    #[error("its {0} is not loaded (in full). Open it first")]
    NotLoaded(&'static str),
    /// There is no value to put in.
    #[error("{0} is not set, and the command needs it")]
    Unset(&'static str),
    /// The value could steer the program.
    #[error("its {0} has a control or hidden character, which could steer the program")]
    Harmful(&'static str),
    /// The value would be read as an option.
    #[error("{0} begins with \"-\" and would be read as an option. Put -- before {{{0}}} in the command")]
    LikeOption(&'static str),
    /// A variable that is there for one registration, but there are several.
    #[error("${} is set for one registration only; with more, read $REGISTRATION_IDS", variable_of(*.0))]
    OfOne(Placeholder),
}

/// Why a program was not run, as the end of a sentence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProgramError {
    /// There is nothing to run.
    #[error("{}", CallMistake::NoProgram)]
    NoProgram,
    /// The system has no program of this name.
    #[error("{0} was not found")]
    NotFound(String),
    /// The program may not be run.
    #[error("{0} cannot be run (no permission)")]
    Denied(String),
    /// It did not start: its name, and what the system says.
    #[error("{0}: {1}")]
    NotStarted(String, String),
    /// Its end was not seen: what the system says.
    #[error("it could not be waited for: {0}")]
    Unwatched(String),
}
