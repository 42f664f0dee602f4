//! Drafts of other consoles: which of them someone has open, and which were left.

use crate::domain::change::HeldBy;
use crate::domain::change::stored_draft::SavedDraft;
use crate::domain::record::Record as _;
use crate::domain::state_error::{Attempt, FileFault, StateError};
use crate::domain::unreadable_draft::{UnreadableDraft, UnreadableReason};
use crate::state::drafts::{DraftFiles, id_of, lock_name};
use crate::state::folder::Folder;
use crate::state::lock;

/// A draft that is not ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OtherDraft {
    /// No one has it open.
    Left(Box<SavedDraft>),
    /// Another console has it open.
    Held(u64, HeldBy),
}

impl OtherDraft {
    /// Of which record.
    pub fn id(&self) -> u64 {
        match self {
            Self::Left(kept) => kept.draft.base().id(),
            Self::Held(id, _) => *id,
        }
    }
}

impl DraftFiles {
    /// Whether we have the right to write the draft of a record.
    pub fn is_claimed(&self, id: u64) -> bool {
        self.claims().contains_key(&id)
    }

    /// The drafts that we do not have open. What cannot be read is not among them.
    ///
    /// # Errors
    /// The disk does not let us.
    pub fn others(&self) -> Result<Vec<OtherDraft>, StateError> {
        let found = || {
            let Some(folder) = self.folder()? else { return Ok(Vec::new()) };
            let ids = folder.names()?.iter().filter_map(|name| id_of(name)).collect::<Vec<_>>();
            let mut others = Vec::new();
            for id in ids.into_iter().filter(|id| !self.is_claimed(*id)) {
                others.extend(self.other_in(&folder, id)?);
            }
            Ok(others)
        };
        found().map_err(|fault: FileFault| fault.during(Attempt::LoadDrafts))
    }

    /// The same of one record; `None` where it has no draft and no one is about to keep one.
    ///
    /// # Errors
    /// The disk does not let us.
    pub fn other(&self, id: u64) -> Result<Option<OtherDraft>, StateError> {
        let found = || match self.folder()? {
            Some(folder) => self.other_in(&folder, id),
            None => Ok(None),
        };
        found().map_err(|fault: FileFault| fault.during(Attempt::LoadDrafts))
    }

    fn other_in(&self, folder: &Folder, id: u64) -> Result<Option<OtherDraft>, FileFault> {
        if let Some(by) = lock::held_by(folder, &lock_name(id))? {
            return Ok(Some(OtherDraft::Held(id, by)));
        }
        match self.read(folder, id) {
            Ok(kept) => Ok(kept.map(|kept| OtherDraft::Left(Box::new(kept)))),
            Err(UnreadableDraft { reason: UnreadableReason::File(fault), .. }) => Err(fault),
            Err(_) => Ok(None),
        }
    }
}
