//! What nodes said last, when they are asked next, and which records are followed after a change.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use crate::domain::change::Action;
use crate::domain::live::marks::marks;
use crate::domain::live::picture::Picture;
use crate::domain::live::round::Round;
use crate::domain::query::Collection;
use crate::domain::record::{FieldId, LiveMarks, Targets};

use crate::app::model::time::Moment;

/// While a record is followed nodes are asked at least this often.
pub const FOLLOWED: Duration = Duration::from_secs(5);

/// Live state, as far as it is asked for.
#[derive(Debug, Default)]
pub struct Live {
    /// How often nodes are asked; `None`: never.
    pub every: Option<Duration>,
    /// The last word of each node.
    pub picture: Arc<Picture>,
    /// Records that are followed.
    pub followed: BTreeMap<u64, Followed>,
    /// How the last change of a record took effect on its nodes, or that it did not in time.
    pub effects: BTreeMap<u64, Took>,
    /// Since when nodes are being asked.
    pub(in crate::app) asked: Option<Duration>,
}

/// The change for which a record is followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Followed {
    /// When it was applied.
    pub since: Duration,
    /// What the journal calls it.
    pub action: Action,
    /// Which fields it changed.
    pub fields: Vec<FieldId>,
}

/// How a change took effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Took {
    /// Whether it did.
    pub good: bool,
    /// In a few words: `active on lon-n1 after 41 s`. Names are the server's: hostile until sanitised.
    pub text: String,
}

impl Live {
    /// When nodes are to be asked next, if they are not being asked.
    pub fn due(&self) -> Option<Duration> {
        let every = self.every.filter(|_| self.asked.is_none())?;
        let every = if self.followed.is_empty() { every } else { every.min(FOLLOWED) };
        Some(self.picture.at().map_or(Duration::ZERO, |at| at + every))
    }

    /// Whether the nodes show the last change of a record, all of it.
    pub fn is_shown(&self, id: u64) -> bool {
        self.effects.get(&id).is_some_and(|took| took.good) && !self.followed.contains_key(&id)
    }

    /// What nodes show of the last change of a record; `None` where no one follows it.
    pub fn effect(&self, id: u64) -> Option<&str> {
        match self.effects.get(&id) {
            Some(took) => Some(&took.text),
            None => self.followed.contains_key(&id).then_some("waiting for its nodes"),
        }
    }
}

/// A question to all nodes, and what is needed to judge their answers. A worker takes it along.
#[derive(Debug, Clone, PartialEq)]
pub struct LiveJob {
    /// The records as they are now; shares their memory.
    pub records: Collection,
    /// Nodes, with their addresses.
    pub targets: Targets,
    /// What they said before.
    pub picture: Arc<Picture>,
    /// Records that were changed within the last polls.
    pub recent: BTreeSet<u64>,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq)]
pub struct LiveNews {
    /// The last word of each node.
    pub picture: Arc<Picture>,
    /// Each record over all its nodes.
    pub marks: Arc<LiveMarks>,
}

impl LiveJob {
    /// Judges the answers that were there at this moment.
    pub fn judge(&self, round: Round, now: Moment) -> LiveNews {
        let mut picture = Picture::clone(&self.picture);
        picture.take(round, now.mono, now.wall.timestamp());
        let marks = marks(&self.records, &self.targets, &picture, &self.recent, now.mono);
        LiveNews { picture: Arc::new(picture), marks: Arc::new(marks) }
    }
}
