//! Stories of people at the console: what they press, what happens meanwhile, what they see.
#![expect(clippy::unwrap_used, reason = "a test may stop where it fails")]

#[path = "sitting/sitting.rs"]
mod sitting;

#[path = "stories/back.rs"]
mod back;
#[path = "stories/links.rs"]
mod links;
#[path = "stories/loading.rs"]
mod loading;
#[path = "stories/locking.rs"]
mod locking;
#[path = "stories/moving.rs"]
mod moving;
#[path = "stories/signing_in.rs"]
mod signing_in;
