//! The only place with a loop, tasks, channels, signals and time.

pub mod frames;
pub mod input;
pub mod signals;
