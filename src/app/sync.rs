//! Reading: the list, the watch, replies, and what others changed meanwhile.

pub mod changes;
pub(in crate::app) mod reply;
pub mod sweep;
pub(in crate::app) mod timers;
pub mod watch;
