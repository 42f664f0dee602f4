//! A set of ids that mostly come in order: eight bytes each.

/// Ids, each once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ids(Vec<u64>);

impl Ids {
    /// How many.
    pub const fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether this one is among them.
    pub fn contains(&self, id: u64) -> bool {
        self.0.binary_search(&id).is_ok()
    }

    /// Takes ids in. Returns how many were not there.
    pub fn add(&mut self, ids: &[u64]) -> usize {
        let before = self.0.len();
        let follows = ids.is_sorted() && self.0.last() < ids.first();
        self.0.extend_from_slice(ids);
        if !follows {
            self.0.sort_unstable();
        }
        self.0.dedup();
        self.0.len() - before
    }

    /// Takes all of another set in.
    pub fn join(&mut self, other: Self) {
        if self.0.is_empty() {
            *self = other;
        } else {
            self.add(&other.0);
        }
    }
}
