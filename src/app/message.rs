//! Everything that can happen to the app, as plain data.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::domain::answer::{Conditional, Fetched, Link, Page};
use crate::domain::relation::Target;
use crate::domain::trouble::Trouble;
use crate::keys::chord::Key;

use super::effect::Read;
use super::ticket::Ticket;

/// Something happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Message {
    /// The program starts: read what the first screen needs.
    Started,
    /// A key was pressed.
    Typed(Key),
    /// Text was pasted.
    Pasted(String),
    /// The terminal has this many columns and rows now.
    Resized(u16, u16),
    /// A read ended.
    Reply {
        /// What the reader was given.
        ticket: Ticket,
        /// What was asked.
        read: Read,
        /// What came of it.
        result: Result<Reply, Trouble>,
    },
    /// Records were filtered and sorted.
    Arranged {
        /// What the worker was given.
        ticket: Ticket,
        /// Ids of the records that pass, in order.
        ids: Arc<[u64]>,
    },
    /// The records of each view were counted.
    Counted {
        /// Records by the view's digit.
        counts: BTreeMap<u8, usize>,
    },
    /// Columns and views could not be kept, or what was kept could not be read; why.
    NotKept(String),
    /// The connection changed: another token, another round trip.
    Linked(Link),
    /// A time the app asked to be woken at has come.
    Woke,
    /// From the system.
    System(System),
}

/// What a read brought.
#[derive(Debug, Clone, PartialEq)]
pub enum Reply {
    /// A page of the list.
    Page(Conditional<Page>),
    /// One record.
    Record(Conditional<Box<Fetched>>),
    /// Where a link leads.
    Related(Option<Target>),
    /// One pop, node or transport.
    Target(Target),
    /// All of a kind.
    Targets(Vec<Target>),
    /// A sign-in worked.
    SignedIn,
}

/// What the system said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum System {
    /// SIGTERM.
    Terminate,
    /// SIGHUP, or the terminal is gone.
    HangUp,
    /// Back after a stop.
    Resumed,
}
