//! Stories of finding records: what a user types, and what the screen then says. No server, no clock.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may fail")]

#[path = "views/screen.rs"]
mod screen;

#[path = "views/actions.rs"]
mod actions;
#[path = "views/copy.rs"]
mod copy;
#[path = "views/filter.rs"]
mod filter;
#[path = "views/looks.rs"]
mod looks;
#[path = "views/palette.rs"]
mod palette;
#[path = "views/sort.rs"]
mod sort;
#[path = "views/themes.rs"]
mod themes;
#[path = "views/tokens.rs"]
mod tokens;
