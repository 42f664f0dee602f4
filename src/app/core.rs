//! What the rooms of the console share: messages in, effects out, tickets for reads, notices, and the setup. Other rooms
//! name its types from here.

mod context;
mod effect;
mod intent;
mod message;
mod notice;
mod setup;
mod ticket;

pub use context::Context;
pub use effect::{Effect, IfMatch, PlanNote, Read, Write};
pub(crate) use intent::Intent;
pub use message::{Burst, Message, Outcome, Pointing, Reply, System, Unexported};
pub use notice::{CommandRefusal, Notice, Tone};
pub use setup::{Access, Setup};
pub use ticket::{Slot, Ticket, Tickets};
