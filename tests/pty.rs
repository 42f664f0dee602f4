//! Programs on a real pseudo-terminal: what a user would see, byte for byte.

#[cfg(test)]
#[path = "pty/kit.rs"]
mod kit;

#[cfg(test)]
#[path = "pty/kit_tests.rs"]
mod kit_tests;

#[cfg(test)]
#[path = "pty/terminal_tests.rs"]
mod terminal_tests;
