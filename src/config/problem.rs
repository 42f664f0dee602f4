//! Mistakes in the configuration, as data: where, what was found, what would be accepted, what was probably
//! meant. Never holds a secret. Texts quote files and arguments, so they are hostile until sanitised.

use std::fmt;
use std::path::{Path, PathBuf};

use super::Origin;

/// One mistake and its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where it is; [`Origin::Default`] where no single place is to blame.
    pub place: Origin,
    /// What it is.
    pub mistake: ConfigMistake,
}

impl fmt::Display for Problem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Origin::File { path, line, column } => write!(out, "{}:{line}:{column}: ", path.display())?,
            place @ (Origin::Environment(_) | Origin::Argument(_)) => write!(out, "{place}: ")?,
            Origin::Default | Origin::Demo => {}
        }
        self.mistake.fmt(out)
    }
}

/// Mistakes that a person can make in a configuration.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigMistake {
    /// Not TOML.
    #[error("not valid TOML: {message}")]
    Syntax {
        /// What the parser says, without the line it quotes.
        message: String,
    },
    /// A key that no one knows.
    #[error("unknown setting \"{found}\" in {section}{}; known settings: {}", meant(nearest.as_deref()), known.join(", "))]
    UnknownKey {
        /// The key.
        found: String,
        /// The table it stands in.
        section: String,
        /// What was probably meant.
        nearest: Option<String>,
        /// The keys of that table.
        known: Vec<String>,
    },
    /// A key in the wrong table.
    #[error("\"{found}\" belongs in {belongs}")]
    Misplaced {
        /// The key.
        found: &'static str,
        /// The right table.
        belongs: &'static str,
    },
    /// A value that a setting does not have.
    #[error("{setting} cannot be {found}{}; accepted: {accepted}", meant(nearest.as_deref()))]
    Value {
        /// The setting.
        setting: &'static str,
        /// What was found.
        found: String,
        /// What is accepted.
        accepted: String,
        /// What was probably meant.
        nearest: Option<String>,
    },
    /// A value that is of the right kind but of no use.
    #[error("{setting} cannot be used: {reason}")]
    Unusable {
        /// The setting.
        setting: &'static str,
        /// Why.
        reason: String,
    },
    /// Two settings of which only one can be meant.
    #[error("{setting} and {other} are both set; use only one")]
    Twice {
        /// The later one.
        setting: &'static str,
        /// The earlier one.
        other: &'static str,
    },
    /// A profile's name that cannot be typed or used for files.
    #[error("invalid profile name {found:?}; use up to 64 of a-z, 0-9, \"-\" and \"_\"")]
    ProfileName {
        /// The name.
        found: String,
    },
    /// A profile that the file does not have.
    #[error("no profile \"{found}\"{}; {}", meant(nearest.as_deref()), listed(known))]
    UnknownProfile {
        /// The name.
        found: String,
        /// What was probably meant.
        nearest: Option<String>,
        /// The profiles there are.
        known: Vec<String>,
    },
    /// Several profiles, and nothing says which.
    #[error("which profile? Choose with --profile, SIPREG_PROFILE or default_profile; {}", listed(known))]
    WhichProfile {
        /// The profiles there are.
        known: Vec<String>,
    },
    /// A file that was asked for by name is not there.
    #[error("no file {}", .path.display())]
    NoFile {
        /// The file.
        path: PathBuf,
    },
    /// A file that could not be read.
    #[error("cannot read {}: {reason}", .path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        reason: String,
    },
    /// A file with a secret that others can read.
    #[error("{} contains {what} and others can read it (mode {mode:04o}); fix: chmod 600 {}",
            .path.display(), shell_word(path))]
    Exposed {
        /// The file.
        path: PathBuf,
        /// Permission bits of the file.
        mode: u32,
        /// The secret, in words.
        what: &'static str,
    },
    /// Anyone can write to the configuration.
    #[error("everyone can write to {} (mode {mode:04o}) and run commands as you; fix: chmod go-w {}",
            .path.display(), shell_word(path))]
    Writable {
        /// The file.
        path: PathBuf,
        /// Permission bits of the file.
        mode: u32,
    },
    /// The place for the configuration is in someone else's home, and we are root.
    #[error(
        "running as root with the home of user {owner}: {path} was not written. Use --config, or set HOME to root's \
         own", path = path.display()
    )]
    ForeignHome {
        /// The file.
        path: PathBuf,
        /// Whose home it is.
        owner: u32,
    },
    /// No place for the configuration: the user has no home directory.
    #[error("no home directory for the configuration file; use --config or SIPREG_CONFIG")]
    Homeless,
    /// No address of a server.
    #[error(
        "no server configured.\n  sipreg config init --url URL --username NAME   create a profile\n  sipreg --url \
         URL                                connect once\n  sipreg demo                                     try it \
         with sample data"
    )]
    NoUrl,
}

fn meant(nearest: Option<&str>) -> String {
    nearest.map(|name| format!(" (did you mean \"{name}\"?)")).unwrap_or_default()
}

fn listed(known: &[String]) -> String {
    if known.is_empty() {
        "there is none; sipreg config init --profile NAME --url URL adds one".to_owned()
    } else {
        format!("profiles: {}", known.join(", "))
    }
}

/// A path as one word of a shell command.
fn shell_word(path: &Path) -> String {
    let text = path.display().to_string();
    let plain = |c: char| c.is_alphanumeric() || "/._-+,:@%".contains(c);
    if !text.is_empty() && !text.starts_with('-') && text.chars().all(plain) {
        return text;
    }
    format!("'{}'", text.replace('\'', "'\\''"))
}

/// All mistakes that were found, in reading order; at least one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Problems(pub Vec<Problem>);

impl ConfigMistake {
    /// A value that a setting does not have, where nothing like it was meant.
    pub fn value(setting: &'static str, found: impl Into<String>, accepted: impl Into<String>) -> Self {
        Self::Value { setting, found: found.into(), accepted: accepted.into(), nearest: None }
    }
}

impl Problems {
    /// One mistake at a place.
    pub fn one(place: Origin, mistake: ConfigMistake) -> Self {
        Self(vec![Problem { place, mistake }])
    }

    /// Adds a mistake.
    pub fn add(&mut self, place: Origin, mistake: ConfigMistake) {
        self.0.push(Problem { place, mistake });
    }

    /// The mistakes without their places, for who typed all of it just now.
    pub fn mistakes(&self) -> String {
        self.0.iter().map(|problem| problem.mistake.to_string()).collect::<Vec<_>>().join("; ")
    }

    /// `value`, unless there are mistakes.
    ///
    /// # Errors
    /// These problems, if there is at least one.
    pub fn unless_any<T>(mut self, value: T) -> Result<T, Self> {
        if self.0.is_empty() {
            return Ok(value);
        }
        self.0.sort_by_key(|problem| problem.place.position());
        Err(self)
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, problem) in self.0.iter().enumerate() {
            if number > 0 {
                out.write_str("\n")?;
            }
            problem.fmt(out)?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_that_mends_an_exposed_file_can_be_pasted() {
        let reported = |path: &str| {
            ConfigMistake::Exposed { path: PathBuf::from(path), mode: 0o644, what: "a password" }.to_string()
        };
        assert!(
            reported("/home/a/.config/sipreg/config.toml").ends_with("chmod 600 /home/a/.config/sipreg/config.toml")
        );
        assert!(reported("/home/it's me/x; rm").ends_with(r"chmod 600 '/home/it'\''s me/x; rm'"));
        assert!(reported("x").contains("(mode 0644)"));
    }
}
