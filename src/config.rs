//! Profiles, settings and where each came from: argument > environment > file > default. Decides nothing about
//! the wire or the screen; knows neither `api` nor `cli`.
//!
//! [`Sources::gather`] reads the world once; [`Sources::resolve`] is a pure function of what it read.

pub(crate) mod asking;
pub(crate) mod command;
mod commands;
pub(crate) mod credentials;
pub(crate) mod disk;
pub mod file;
pub(crate) mod identity;
pub(crate) mod keymap;
pub(crate) mod layer;
pub(crate) mod live;
pub(crate) mod locate;
pub(crate) mod new_profile;
pub(crate) mod origin;
pub(crate) mod problem;
pub(crate) mod secret_source;
pub mod setting;
pub(crate) mod settings;
pub(crate) mod switching;
pub(crate) mod value;
pub(crate) mod words;

pub use identity::{ServerAddress, ServerIdentity};
pub use locate::{Environment, Homes, Places};
pub use origin::{Origin, Sourced};
pub use problem::{ConfigMistake, Problem, Problems};
pub(crate) use secret_source::{SecretSource, SignInMethod};
pub use setting::{SETTINGS, Setting, SettingSection};
pub use settings::{Arguments, Settings, Sources};

/// The documented example, as `sipreg config init` writes it.
pub const EXAMPLE: &str = include_str!("../config.example.toml");
