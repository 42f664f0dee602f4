//! Keys and commands: what can be asked of the console, and by which keys. Help, hints, palette and
//! README read these tables.

pub(crate) mod action;
pub(crate) mod argument;
pub mod chord;
pub mod command;
pub(crate) mod custom;
pub(crate) mod group;
pub mod keymap;
pub(crate) mod scope;
