//! Live state over TCP: nodes that answer, and nodes that do everything else.
#![expect(clippy::unwrap_used, reason = "a test may fail")]

#[path = "kit/kit.rs"]
mod kit;
#[path = "live/large.rs"]
mod large;
#[path = "live/nodes.rs"]
mod nodes;
#[path = "live/others.rs"]
mod others;
#[path = "live/stage.rs"]
mod stage;
