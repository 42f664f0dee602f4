//! Stories of finding records: what a user types, and what the screen then says. No server, no clock.

#[path = "views/screen.rs"]
mod screen;

#[path = "views/filter.rs"]
mod filter;
#[path = "views/sort.rs"]
mod sort;
