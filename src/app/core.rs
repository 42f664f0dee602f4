//! What the rooms of the console share: messages in, effects out, tickets for reads, notices, and the setup.

pub(crate) mod context;
pub mod effect;
pub(crate) mod intent;
pub mod message;
pub mod notice;
pub(crate) mod setup;
pub mod ticket;
