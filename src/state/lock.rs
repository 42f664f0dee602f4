//! Who may write a draft: whoever holds the lock on a small file beside it. The lock ends with its holder, also
//! when that is killed.

use std::fs::File;
use std::io::{Read, Write};
use std::thread::sleep;
use std::time::Duration;

use chrono::{DateTime, Utc};
use rustix::fs::{FlockOperation, OFlags};
use rustix::io::Errno;
use serde::{Deserialize, Serialize};

use crate::domain::change::HeldBy;
use crate::domain::formats::rfc3339;

use crate::domain::state_error::{FileFault, FileObstacle};
use crate::state::folder::Folder;

/// How often the file may vanish between opening and locking before something is wrong.
const TRIES: usize = 16;

/// How often a lock is tried that someone has, and how long apart: who only looks has it for a moment.
const LOOKS: usize = 3;
const A_MOMENT: Duration = Duration::from_millis(5);

/// What the file says, for whoever comes second.
#[derive(Serialize, Deserialize)]
struct Holder {
    pid: u32,
    #[serde(with = "rfc3339")]
    since: DateTime<Utc>,
}

/// The right to write a draft, until dropped.
#[derive(Debug)]
pub(super) struct Claim {
    file: File,
    folder: Folder,
    name: String,
}

impl Claim {
    /// Takes the lock in the file `name`, unless someone has it: [`FileObstacle::Held`].
    pub(super) fn take(folder: Folder, name: String, pid: u32, now: DateTime<Utc>) -> Result<Self, FileFault> {
        let mut looks = LOOKS;
        for _ in 0..TRIES {
            let file = folder.open_file(&name, OFlags::RDWR | OFlags::CREATE)?;
            match rustix::fs::flock(&file, FlockOperation::NonBlockingLockExclusive) {
                Ok(()) => {}
                Err(Errno::WOULDBLOCK) if looks > 0 => {
                    looks -= 1;
                    sleep(A_MOMENT);
                    continue;
                }
                Err(Errno::WOULDBLOCK) => {
                    return Err(FileFault::new(folder.path_of(&name), FileObstacle::Held(holder(&file))));
                }
                Err(Errno::INTR) => continue,
                Err(Errno::NOSYS | Errno::NOLCK | Errno::NOTSUP) => {
                    return Err(FileFault::new(folder.path_of(&name), FileObstacle::NoLocks));
                }
                Err(error) => return Err(FileFault::at(folder.path_of(&name), error)),
            }
            // Whoever held it before removed the file when letting go: then this is a lock on nothing.
            if folder.leads_to(&name, &file) {
                sign(&file, &Holder { pid, since: now });
                return Ok(Self { file, folder, name });
            }
        }
        Err(FileFault::new(folder.path_of(&name), FileObstacle::Gone))
    }

    /// Whether the file that is locked is still the one that others would try to lock, in the directory as it
    /// is now.
    pub(super) fn holds_in(&self, folder: &Folder) -> bool {
        folder.leads_to(&self.name, &self.file)
    }
}

/// Who has the lock in the file `name`, if someone has.
pub(super) fn held_by(folder: &Folder, name: &str) -> Result<Option<HeldBy>, FileFault> {
    let file = match folder.open_file(name, OFlags::RDONLY) {
        Ok(file) => file,
        Err(fault) if fault.obstacle == FileObstacle::Gone => return Ok(None),
        Err(fault) => return Err(fault),
    };
    match rustix::fs::flock(&file, FlockOperation::NonBlockingLockShared) {
        Ok(()) => {
            let _ = rustix::fs::flock(&file, FlockOperation::Unlock);
            Ok(None)
        }
        Err(Errno::WOULDBLOCK) => Ok(Some(holder(&file))),
        // No one can have it.
        Err(_) => Ok(None),
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        if self.holds_in(&self.folder) {
            // Left behind it does no harm: what counts is the lock, which ends with the file's closing.
            let _ = self.folder.remove(&self.name);
        }
        // Closing alone would leave the lock to a child that was forked just now and did not yet execute.
        let _ = rustix::fs::flock(&self.file, FlockOperation::Unlock);
    }
}

/// Best effort: the lock holds on a full disk too, only that the other cannot see whose it is.
fn sign(mut file: &File, holder: &Holder) {
    let Ok(text) = serde_json::to_vec(holder) else { return };
    let _ = file.set_len(0).and_then(|()| file.write_all(&text));
}

fn holder(file: &File) -> HeldBy {
    let mut text = Vec::new();
    let read = file.take(1024).read_to_end(&mut text);
    match read.ok().and_then(|_| serde_json::from_slice::<Holder>(&text).ok()) {
        Some(holder) => HeldBy { pid: Some(holder.pid), since: Some(holder.since) },
        None => HeldBy::default(),
    }
}
