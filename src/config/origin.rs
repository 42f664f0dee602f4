//! Where a value came from. Every setting carries this, so that a mistake and `config show` can name the place.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

/// The place that decided a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// No one said anything.
    Default,
    /// The configuration file. Lines and columns count from 1, columns in characters.
    File {
        /// The file.
        path: Arc<Path>,
        /// Line of the value.
        line: usize,
        /// Column where it begins.
        column: usize,
    },
    /// An environment variable of this name.
    Environment(&'static str),
    /// A command line option, with its dashes.
    Argument(&'static str),
    /// The embedded server made it up.
    Demo,
}

impl Origin {
    /// Precedence: of two origins the one with the higher rank wins.
    pub const fn rank(&self) -> u8 {
        match self {
            Self::Default => 0,
            Self::File { .. } => 1,
            Self::Environment(_) => 2,
            Self::Argument(_) => 3,
            Self::Demo => 4,
        }
    }

    /// Whether the configuration file said it.
    pub const fn is_file(&self) -> bool {
        matches!(self, Self::File { .. })
    }

    /// Line and column in a file; zeros elsewhere. For putting problems in reading order.
    pub const fn position(&self) -> (usize, usize) {
        match self {
            Self::File { line, column, .. } => (*line, *column),
            Self::Default | Self::Environment(_) | Self::Argument(_) | Self::Demo => (0, 0),
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => out.write_str("default"),
            Self::File { path, line, .. } => write!(out, "{}:{line}", path.display()),
            Self::Environment(name) => write!(out, "environment {name}"),
            Self::Argument(flag) => write!(out, "argument {flag}"),
            Self::Demo => out.write_str("embedded server"),
        }
    }
}

/// A value and the place that decided it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sourced<T> {
    /// The value.
    pub value: T,
    /// Who said so.
    pub origin: Origin,
}

impl<T> Sourced<T> {
    /// A value from a place.
    pub const fn new(value: T, origin: Origin) -> Self {
        Self { value, origin }
    }

    /// A value that no one set.
    pub const fn default(value: T) -> Self {
        Self { value, origin: Origin::Default }
    }
}
