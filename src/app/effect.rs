//! Everything the app can want from the world, as plain data.

use crate::domain::answer::Tag;
use crate::domain::relation::Relation;
use crate::domain::value::Secret;

use super::arrange::Job;
use super::ticket::{Slot, Ticket};
use super::views::{CountJob, Kept};

/// Something to do.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Read from the server and bring the reply with this ticket.
    Read {
        /// Brought back with the reply.
        ticket: Ticket,
        /// What to read.
        read: Read,
    },
    /// Filter and sort many records, and bring the result with this ticket.
    Arrange {
        /// Brought back with the result.
        ticket: Ticket,
        /// What to arrange, and how.
        job: Box<Job>,
    },
    /// Count the records of each view.
    Count {
        /// What it is for.
        ticket: Ticket,
        /// What to count.
        job: Box<CountJob>,
    },
    /// Keep columns and views over the end of the program.
    Keep(Box<Kept>),
    /// Nobody waits any more for what is under way in this slot.
    Cancel(Slot),
    /// Draw everything anew, trusting nothing of what the terminal shows.
    Redraw,
    /// Stop until the shell continues us.
    Suspend,
    /// End the program.
    Quit,
}

/// What to read.
#[derive(Debug, Clone, PartialEq)]
pub enum Read {
    /// A page of the list.
    Page {
        /// From 1.
        number: u32,
        /// Records a page.
        size: u32,
        /// Tag of what is known of it.
        known: Option<Tag>,
    },
    /// One record from its canonical address.
    Record {
        /// Its id.
        id: u64,
        /// Tag of what is known of it.
        known: Option<Tag>,
    },
    /// Where a record's relationship leads.
    Related {
        /// Which relationship.
        relation: Relation,
        /// Its `related` link as the server wrote it.
        link: String,
    },
    /// One pop, node or transport.
    Target {
        /// What it is.
        relation: Relation,
        /// Its id.
        id: u64,
    },
    /// All of a kind.
    Targets(Relation),
    /// A new token before the old one ends.
    Renew,
    /// A token for the user and password typed.
    SignIn {
        /// User name.
        user: String,
        /// Password.
        password: Secret,
    },
}
