//! Drafts on disk: one file for each record and profile, `STATE/drafts/PROFILE/ID.json`, replaced as a whole,
//! written by one console at a time. Nothing is made before the first draft is claimed or saved.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, SubsecRound as _, Utc};
use serde::{Deserialize, Serialize};

use crate::domain::change::draft::StoredDraft;
use crate::domain::change::stored_draft::{SavedDraft, Writer};
use crate::domain::formats::rfc3339;
use crate::domain::record::Record;
use crate::domain::state_error::{Attempt, FileFault, FileObstacle, StateError};
use crate::domain::unreadable_draft::{UnreadableDraft, UnreadableReason};
use crate::state::atomic_write::{self, CarryOut};
use crate::state::folder::Folder;
use crate::state::lock::Claim;
use crate::state::name;

mod others;

pub use others::OtherDraft;

/// The shape of today. One that is not known is not guessed at.
const VERSION: u32 = 1;

/// A file larger than this, in bytes, is no draft: each of 18 fields of 100 kB twice, with every byte escaped.
const LARGEST: u64 = 32 << 20;

/// The directory of all profiles' drafts.
const DRAFTS: &str = "drafts";

/// Content of a file.
#[derive(Serialize, Deserialize)]
struct Sheet {
    version: u32,
    /// The program's version, for people who look into the file.
    sipreg: String,
    profile: String,
    #[serde(with = "rfc3339")]
    changed: DateTime<Utc>,
    writer: Writer,
    draft: StoredDraft,
}

/// What every version of the file says.
#[derive(Deserialize)]
struct Cover {
    version: u32,
}

/// The drafts of one profile, and the right to write those that were claimed. All calls may block.
pub struct DraftFiles {
    state: PathBuf,
    profile: String,
    writer: Writer,
    claims: Mutex<BTreeMap<u64, Claim>>,
    carry_out: Box<CarryOut>,
}

impl std::fmt::Debug for DraftFiles {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { state, profile, writer, claims, carry_out: _ } = self;
        out.debug_struct("Drafts")
            .field("state", state)
            .field("profile", profile)
            .field("writer", writer)
            .field("claims", claims)
            .finish_non_exhaustive()
    }
}

impl DraftFiles {
    /// The drafts of a profile, below the state directory. `started` is when this run began; it distinguishes runs
    /// with the same process id apart. Touches nothing.
    pub fn open(state: &Path, profile: &str, started: DateTime<Utc>) -> Self {
        Self {
            state: state.to_path_buf(),
            profile: profile.to_owned(),
            writer: Writer { pid: std::process::id(), started: started.trunc_subsecs(3) },
            claims: Mutex::default(),
            carry_out: Box::new(atomic_write::carry_out),
        }
    }

    pub const fn writer(&self) -> Writer {
        self.writer
    }

    /// Where they are.
    pub fn place(&self) -> PathBuf {
        self.state.join(DRAFTS).join(name::of_profile(&self.profile))
    }

    /// Takes the right to write the draft of a record, until [`DraftFiles::release`], [`DraftFiles::remove`] or the
    /// end of this value, and says what lies on the disk now: another console may have changed it since it was
    /// loaded. What cannot be read is put aside under another name, so that a save does not destroy it.
    ///
    /// # Errors
    /// Another console has it, or the disk does not let us.
    pub fn claim(&self, id: u64, now: DateTime<Utc>) -> Result<Option<SavedDraft>, StateError> {
        let found = |folder: &Folder| {
            self.read(folder, id).map_err(|unread| match unread.reason {
                UnreadableReason::File(fault) => fault,
                reason => FileFault::new(unread.path, FileObstacle::Other(reason.to_string())),
            })
        };
        self.claimed(id, now, found).map_err(|fault| fault.during(Attempt::ClaimDraft(id)))
    }

    /// Lets other consoles write the draft of a record. It stays where it is.
    pub fn release(&self, id: u64) {
        self.claims().remove(&id);
    }

    /// Keeps a draft. One that was not claimed is claimed first; but whoever did not claim it does not know
    /// what is replaced. `changed` is when it was last changed.
    ///
    /// # Errors
    /// Another console has it, or the disk does not let us. What was saved before is still there.
    pub fn save(&self, draft: &StoredDraft, changed: DateTime<Utc>) -> Result<(), StateError> {
        let id = draft.id();
        let attempt = Attempt::SaveDraft(id);
        let sheet = Sheet {
            version: VERSION,
            sipreg: env!("CARGO_PKG_VERSION").to_owned(),
            profile: self.profile.clone(),
            changed,
            writer: self.writer,
            draft: draft.clone(),
        };
        let bytes = serde_json::to_vec(&sheet)
            .map_err(|error| FileFault::new(&self.state, FileObstacle::Other(error.to_string())).during(attempt))?;
        self.claimed(id, changed, |folder| {
            atomic_write::replace(folder, &sheet_name(id), &beside_name(id), &bytes, &self.carry_out)
        })
        .map_err(|fault| fault.during(attempt))
    }

    /// Throws a draft away, and lets go of it. That there is none is fine.
    ///
    /// # Errors
    /// Another console has it, or the disk does not let us.
    pub fn remove(&self, id: u64, now: DateTime<Utc>) -> Result<(), StateError> {
        let attempt = Attempt::RemoveDraft(id);
        if self.folder().map_err(|fault| fault.during(attempt))?.is_none() {
            self.release(id);
            return Ok(());
        }
        let removed = self.claimed(id, now, |folder| {
            let fault = |error: io::Error| FileFault::at(folder.path_of(&sheet_name(id)), error);
            folder.remove(&beside_name(id)).map_err(fault)?;
            folder.remove(&sheet_name(id)).map_err(fault)?;
            folder.sync().map_err(fault)
        });
        removed.map_err(|fault| fault.during(attempt))?;
        self.release(id);
        Ok(())
    }

    /// Every draft of this profile, the last changed first, and what cannot be read. Claims nothing.
    pub fn load_all(&self) -> (Vec<SavedDraft>, Vec<UnreadableDraft>) {
        let (mut kept, mut unreadable) = (Vec::new(), Vec::new());
        let listed = self.folder().and_then(|folder| match folder {
            Some(folder) => folder.names().map(|names| Some((folder, names))),
            None => Ok(None),
        });
        let (folder, names) = match listed {
            Ok(Some(listed)) => listed,
            Ok(None) => return (kept, unreadable),
            Err(fault) => {
                let path = fault.path.clone();
                let reason = UnreadableReason::Folder(fault.during(Attempt::LoadDrafts));
                unreadable.push(UnreadableDraft { id: None, path, reason });
                return (kept, unreadable);
            }
        };
        for id in names.iter().filter_map(|name| id_of(name)) {
            match self.read(&folder, id) {
                Ok(Some(draft)) => kept.push(draft),
                // Removed meanwhile.
                Ok(None) => {}
                Err(unread) => unreadable.push(unread),
            }
        }
        kept.sort_by(|one, other| other.changed.cmp(&one.changed).then(one.draft.id().cmp(&other.draft.id())));
        unreadable.sort_by_key(|unread| unread.id);
        (kept, unreadable)
    }

    fn claims(&self) -> MutexGuard<'_, BTreeMap<u64, Claim>> {
        // A claim is whole at any moment, whatever panicked elsewhere.
        self.claims.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn folder(&self) -> Result<Option<Folder>, FileFault> {
        Folder::open(&self.state, &[DRAFTS, &name::of_profile(&self.profile)])
    }

    /// Does something in the directory while the draft is claimed.
    fn claimed<T>(
        &self,
        id: u64,
        now: DateTime<Utc>,
        then: impl FnOnce(&Folder) -> Result<T, FileFault>,
    ) -> Result<T, FileFault> {
        let mut claims = self.claims();
        // Each time again: the directory may have been removed, and made again by another console.
        let folder = Folder::create(&self.state, &[DRAFTS, &name::of_profile(&self.profile)])?;
        if !claims.get(&id).is_some_and(|claim| claim.holds_in(&folder)) {
            claims.remove(&id);
            let claim = Claim::take(folder.duplicate()?, lock_name(id), self.writer.pid, now)?;
            self.put_aside(&folder, id, now)?;
            claims.insert(id, claim);
        }
        then(&folder)
    }

    /// Saves from being replaced what lies in the place of a draft and cannot be understood.
    fn put_aside(&self, folder: &Folder, id: u64, now: DateTime<Utc>) -> Result<(), FileFault> {
        match self.read(folder, id) {
            Ok(_) => Ok(()),
            Err(UnreadableDraft { reason: UnreadableReason::File(fault), .. }) => Err(fault),
            Err(_) => {
                let aside = format!("{id}.{}.aside", now.timestamp_millis());
                let path = folder.path_of(&sheet_name(id));
                folder.rename(&sheet_name(id), &aside).map_err(|error| FileFault::at(path, error))
            }
        }
    }

    fn read(&self, folder: &Folder, id: u64) -> Result<Option<SavedDraft>, UnreadableDraft> {
        let name = sheet_name(id);
        let Some(bytes) = folder.read(&name, LARGEST).map_err(unread)? else { return Ok(None) };
        self.understand(id, &bytes).map(Some).map_err(|reason| UnreadableDraft {
            id: Some(id),
            path: folder.path_of(&name),
            reason,
        })
    }

    fn understand(&self, id: u64, bytes: &[u8]) -> Result<SavedDraft, UnreadableReason> {
        let broken = |error: serde_json::Error| UnreadableReason::NotADraft(error.to_string());
        let cover: Cover = serde_json::from_slice(bytes).map_err(broken)?;
        if cover.version != VERSION {
            return Err(UnreadableReason::Format { found: cover.version, known: VERSION });
        }
        let sheet: Sheet = serde_json::from_slice(bytes).map_err(broken)?;
        if sheet.profile != self.profile {
            return Err(UnreadableReason::OtherProfile(sheet.profile));
        }
        if sheet.draft.id() != id {
            return Err(UnreadableReason::OtherRecord(sheet.draft.id()));
        }
        Ok(SavedDraft { draft: sheet.draft.restore()?, changed: sheet.changed, writer: sheet.writer })
    }
}

/// A draft whose file cannot be used.
fn unread(fault: FileFault) -> UnreadableDraft {
    let id = fault.path.file_name().and_then(|name| id_of(name.to_str()?));
    UnreadableDraft { id, path: fault.path.clone(), reason: UnreadableReason::File(fault) }
}

fn sheet_name(id: u64) -> String {
    format!("{id}.json")
}

fn lock_name(id: u64) -> String {
    format!("{id}.lock")
}

fn beside_name(id: u64) -> String {
    format!("{id}.tmp")
}

/// The record whose draft stands under a name, exactly as we write it.
fn id_of(name: &str) -> Option<u64> {
    let id = name.strip_suffix(".json")?.parse().ok()?;
    (sheet_name(id) == name).then_some(id)
}

#[cfg(test)]
mod tests;
