//! Which reply is still wanted. A slot names a purpose; opening it again makes what was under way stale.

use std::collections::HashMap;

/// What a read is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Slot {
    /// The pages of the list.
    List,
    /// The record shown in detail.
    Detail,
    /// The pop, node or transport shown.
    Target,
    /// Links followed for labels.
    Labels,
    /// All pops, nodes and transports.
    Catalogue,
    /// The base of a form.
    Base,
    /// The look at the server before a save.
    Check,
    /// What would be sent.
    Preview,
    /// The last HTTP exchanges.
    Inspect,
    /// Problems of the records.
    Lint,
    /// Counting the registrations of each POP and node.
    Overview,
    /// What the watch looks at.
    Watch,
    /// Asking nodes for the live state.
    Live,
    /// Signing in.
    SignIn,
    /// Reaching the server of another profile.
    Profile,
    /// A token that someone else may bring.
    Login,
    /// Filtering and sorting the list.
    Arrange,
    /// Counting the records of views.
    Count,
    /// The record that is to be deleted.
    Deletion,
    /// Records that something is to be done to.
    Batch,
    /// A record of which the list keeps a part only.
    Whole,
    /// Writing records to a file.
    Export,
    /// A program of the user's own.
    Program,
    /// The journal file.
    Journal,
}

impl Slot {
    /// All but signing in, what writes a file, and programs.
    pub const READS: [Self; 20] = [
        Self::List,
        Self::Detail,
        Self::Target,
        Self::Labels,
        Self::Catalogue,
        Self::Base,
        Self::Check,
        Self::Preview,
        Self::Inspect,
        Self::Lint,
        Self::Overview,
        Self::Watch,
        Self::Live,
        Self::Arrange,
        Self::Count,
        Self::Deletion,
        Self::Batch,
        Self::Whole,
        Self::Login,
        Self::Profile,
    ];
}

/// Handed out with a read and brought back by its reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Ticket {
    /// What it is for.
    pub slot: Slot,
    generation: u64,
}

/// The latest generation of each slot.
#[derive(Debug, Clone, Default)]
pub struct Tickets {
    latest: HashMap<Slot, u64>,
}

impl Tickets {
    /// Opens a slot again: earlier tickets of it are stale from now on.
    pub fn open(&mut self, slot: Slot) -> Ticket {
        let generation = self.latest.entry(slot).or_default();
        *generation += 1;
        Ticket { slot, generation: *generation }
    }

    /// A further ticket of the slot's present generation.
    pub fn same(&self, slot: Slot) -> Ticket {
        Ticket { slot, generation: self.latest.get(&slot).copied().unwrap_or_default() }
    }

    /// Whether a reply with this ticket is still wanted.
    pub fn is_current(&self, ticket: Ticket) -> bool {
        self.latest.get(&ticket.slot) == Some(&ticket.generation)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_read_makes_the_old_one_stale_in_its_slot_only() {
        let mut tickets = Tickets::default();
        let list = tickets.open(Slot::List);
        let old = tickets.open(Slot::Detail);
        let new = tickets.open(Slot::Detail);
        assert!(!tickets.is_current(old));
        assert!(tickets.is_current(new) && tickets.is_current(list));
        assert_eq!(tickets.same(Slot::Detail), new);
    }
}
