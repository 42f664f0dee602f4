//! Drafts on disk as one of several consoles sees them: which versions it knows, what others have open, left or threw
//! away. A version that is not known is never written over or removed.

use std::collections::BTreeMap;
use std::path::PathBuf;

use chrono::{DateTime, SubsecRound as _, Utc};

use crate::app::core::Message;
use crate::app::model::drafts::DraftUnkept;
use crate::domain::change::draft::StoredDraft;
use crate::domain::change::{OtherDrafts, Version};
use crate::domain::record::Record as _;
use crate::domain::state_error::{DiskError, StateError};
use crate::state::drafts::{DraftFiles, OtherDraft};

/// What was reported last of a draft that is not ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ReportedDraft {
    Left(Version),
    Held,
}

/// The drafts of a profile.
#[derive(Debug)]
pub(super) struct SharedDrafts {
    drafts: DraftFiles,
    /// Versions that the console has in memory, by record.
    known: BTreeMap<u64, Version>,
    /// What was reported of the others.
    reported: BTreeMap<u64, ReportedDraft>,
}

impl SharedDrafts {
    pub(super) const fn new(drafts: DraftFiles) -> Self {
        Self { drafts, known: BTreeMap::new(), reported: BTreeMap::new() }
    }

    /// Where they are on disk.
    pub(super) fn place(&self) -> PathBuf {
        self.drafts.place()
    }

    /// Keeps a draft, unless another console has one open or left one that is not known here.
    pub(super) fn keep(&mut self, stored: &StoredDraft, now: DateTime<Utc>) -> Result<(), DraftUnkept> {
        let id = stored.id();
        // As precise as it is on disk.
        let now = now.trunc_subsecs(3);
        let found = self.drafts.claim(id, now).map_err(DiskError::from)?;
        if let Some(other) = found.filter(|other| self.known.get(&id) != Some(&other.version())) {
            self.drafts.release(id);
            return Err(DraftUnkept::Unknown { pid: other.writer.pid, at: other.changed });
        }
        self.drafts.save(stored, now).map_err(DiskError::from)?;
        self.known.insert(id, Version { changed: now, writer: self.drafts.writer() });
        self.reported.remove(&id);
        Ok(())
    }

    /// Removes a draft that is known; what another console left was never this one's to remove.
    pub(super) fn remove(&mut self, id: u64, now: DateTime<Utc>) -> Result<(), StateError> {
        if !self.known.contains_key(&id) {
            self.drafts.release(id);
            return Ok(());
        }
        let removed = self.drafts.remove(id, now);
        self.drafts.release(id);
        self.known.remove(&id);
        self.reported.remove(&id);
        removed
    }

    /// All drafts that no one has open. From now on they are known.
    pub(super) fn find(&mut self) -> Message {
        let held = |id: u64| matches!(self.drafts.other(id), Ok(Some(OtherDraft::Held(..))));
        let (mut kept, unreadable) = self.drafts.load_all();
        kept.retain(|kept| !held(kept.draft.base().id()));
        self.known.extend(kept.iter().map(|kept| (kept.draft.base().id(), kept.version())));
        Message::DraftsFound { drafts: kept.into_iter().map(|kept| (kept.draft, kept.changed)).collect(), unreadable }
    }

    /// What became of drafts of others since the last report.
    pub(super) fn changes(&mut self) -> OtherDrafts {
        let mut seen = OtherDrafts::default();
        let Ok(others) = self.drafts.others() else { return seen };
        let mut now = BTreeMap::new();
        for other in others {
            let id = other.id();
            let before = self.reported.get(&id).copied();
            match other {
                OtherDraft::Left(kept) => {
                    let version = kept.version();
                    now.insert(id, ReportedDraft::Left(version));
                    if before != Some(ReportedDraft::Left(version)) && self.known.get(&id) != Some(&version) {
                        seen.left.push(*kept);
                    }
                }
                OtherDraft::Held(id, by) => {
                    now.insert(id, ReportedDraft::Held);
                    if before != Some(ReportedDraft::Held) {
                        self.known.remove(&id);
                        seen.held.push((id, by));
                    }
                }
            }
        }
        let missing = |id: &u64| !now.contains_key(id) && !self.drafts.is_claimed(*id);
        seen.without_draft = self.reported.keys().chain(self.known.keys()).copied().filter(missing).collect();
        seen.without_draft.sort_unstable();
        seen.without_draft.dedup();
        for id in &seen.without_draft {
            self.known.remove(id);
        }
        self.reported = now;
        seen
    }

    /// Takes the right to write the draft of a record, where it has one. Returns what is new of it.
    pub(super) fn claim(&mut self, id: u64, now: DateTime<Utc>) -> OtherDrafts {
        let mut seen = OtherDrafts::default();
        if self.drafts.is_claimed(id) {
            return seen;
        }
        // What stands in the way is reported when there is something to keep.
        match self.drafts.other(id) {
            Ok(Some(OtherDraft::Held(_, by))) => {
                self.known.remove(&id);
                self.reported.insert(id, ReportedDraft::Held);
                seen.held.push((id, by));
            }
            Ok(Some(OtherDraft::Left(_))) => match self.drafts.claim(id, now) {
                Ok(Some(kept)) if self.known.get(&id) != Some(&kept.version()) => seen.left.push(kept),
                Ok(Some(_)) => {}
                Ok(None) | Err(_) => self.drafts.release(id),
            },
            Ok(None) | Err(_) => {}
        }
        seen
    }

    /// The console has this version in memory.
    pub(super) fn taken(&mut self, id: u64, version: Version) {
        self.known.insert(id, version);
    }

    /// Lets others write a draft.
    pub(super) fn release(&self, id: u64) {
        self.drafts.release(id);
    }
}

#[cfg(test)]
mod tests;
