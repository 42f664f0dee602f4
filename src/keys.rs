//! Keys and commands: what can be asked of the console, and by which keys. Help, hints, palette and
//! README read these tables.

pub(crate) mod action;
pub(crate) mod argument;
mod chord;
mod command;
mod custom;
pub(crate) mod group;
pub(crate) mod keymap;
pub(crate) mod scope;

pub use chord::{Code, Key, sequence};
pub use command::{COMMANDS, Command, CommandRow, Scope, ServerUse, bindings};
pub(crate) use custom::{Asks, CommandScope, CustomCommand, Password};
pub use keymap::{KeyMeaning, Keymap};
