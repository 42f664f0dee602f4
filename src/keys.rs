//! Keys and commands: what can be asked of the console, and by which keys. Help, hints, palette and
//! README read these tables.

pub mod action;
pub mod argument;
pub mod chord;
pub mod command;
pub mod custom;
pub mod group;
pub mod keymap;
pub mod scope;
