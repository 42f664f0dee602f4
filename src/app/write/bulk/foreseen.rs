//! What would become of many records, counted once when all of them were looked at.

use std::collections::BTreeMap;

use crate::domain::change::draft::NodeAct;
use crate::domain::rules::Severity;

use crate::app::write::bulk::{Ahead, Lot};

/// What it comes to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Foreseen {
    /// How many would be sent.
    pub to_send: usize,
    /// How many must be seen before anything is sent.
    pub to_be_seen: usize,
    /// All of them as the preview shows them: what deserves a look stands first.
    pub order: Vec<u64>,
    /// What nodes do about those that would be sent, in a sentence.
    pub effect: String,
    /// `90709 to change   9291 unchanged`.
    pub outlook: String,
}

impl Lot {
    /// Its place in the preview: what deserves a look stands first.
    pub(super) fn rank(&self) -> u8 {
        match &self.ahead {
            Ahead::Gone => 0,
            Ahead::LeftAlone(_) => 1,
            _ if self.worst == Some(Severity::Down) => 2,
            _ if !self.theirs().is_empty() => 3,
            _ if !self.note().is_empty() => 4,
            Ahead::Sends(_) => 5,
            Ahead::AlreadySo(_) => 6,
        }
    }

    /// Whether it must be seen before anything is sent, also where a number is typed.
    pub(super) fn deserves_a_look(&self) -> bool {
        self.rank() < 5
    }
}

impl Foreseen {
    /// Counts.
    pub(super) fn of(lots: &BTreeMap<u64, Lot>) -> Self {
        let count = |wanted: fn(&Lot) -> bool| lots.values().filter(|lot| wanted(lot)).count();
        let mut acts: BTreeMap<NodeAct, usize> = BTreeMap::new();
        for lot in lots.values().filter(|lot| lot.sends()) {
            *acts.entry(lot.act).or_default() += 1;
        }
        let acts: Vec<String> = acts.into_iter().map(|(act, count)| act.counted(count)).collect();
        let told = [
            (count(Lot::sends), "to change"),
            (count(|lot| matches!(lot.ahead, Ahead::AlreadySo(_))), "unchanged"),
            (count(|lot| matches!(lot.ahead, Ahead::LeftAlone(_))), "skipped"),
            (count(|lot| matches!(lot.ahead, Ahead::Gone)), "gone"),
            (count(|lot| !lot.theirs().is_empty()), "changed since marked"),
        ];
        let told = told.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}"));
        let mut order: Vec<u64> = lots.keys().copied().collect();
        order.sort_by_key(|id| lots.get(id).map_or(u8::MAX, Lot::rank));
        Self {
            to_send: count(Lot::sends),
            to_be_seen: count(Lot::deserves_a_look),
            order,
            effect: if acts.is_empty() {
                String::new()
            } else {
                format!("Effect  at the next poll: {}", acts.join(", "))
            },
            outlook: told.collect::<Vec<_>>().join("   "),
        }
    }
}
