//! Profiles, settings and where each came from: argument > environment > file > default. Decides nothing about
//! the wire or the screen; knows neither `api` nor `cli`.
//!
//! [`Sources::gather`] reads the world once; [`Sources::resolve`] is a pure function of what it read.

pub mod asking;
pub mod command;
mod commands;
pub mod credentials;
pub mod disk;
pub mod file;
pub mod identity;
pub mod keymap;
pub mod layer;
pub mod live;
pub mod locate;
pub mod new_profile;
pub mod origin;
pub mod problem;
pub mod setting;
pub mod settings;
pub mod switching;
pub mod value;
pub mod words;

pub use identity::{Address, Identity};
pub use locate::{Environment, Homes, Places};
pub use origin::{Origin, Sourced};
pub use problem::{Mistake, Problem, Problems};
pub use setting::{SETTINGS, Section, Setting};
pub use settings::{Arguments, Settings, Sources};

/// The documented example, as `sipreg config init` writes it.
pub const EXAMPLE: &str = include_str!("../config.example.toml");
