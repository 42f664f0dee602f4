//! Stories of finding records: what a user types, and what the screen then says. No server, no clock.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may fail")]

#[path = "kit/kit.rs"]
mod kit;

#[path = "views/screen.rs"]
mod screen;

#[path = "views/actions.rs"]
mod actions;
#[path = "views/builder.rs"]
mod builder;
#[path = "views/copy.rs"]
mod copy;
#[path = "views/filter.rs"]
mod filter;
#[path = "views/looks.rs"]
mod looks;
#[path = "views/mouse.rs"]
mod mouse;
#[path = "views/palette.rs"]
mod palette;
#[path = "views/sort.rs"]
mod sort;
#[path = "views/themes.rs"]
mod themes;
#[path = "views/tokens.rs"]
mod tokens;
#[path = "views/whole.rs"]
mod whole;
