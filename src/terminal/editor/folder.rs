//! The folder in which an editor has the text: for its owner only, since editors put copies beside a file, and gone
//! afterwards. It is locked while sipreg or the editor lives, so that one which is left behind is known from one in
//! use, and what was typed in it can be saved.

use std::fmt;
use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use rustix::fs::{FlockOperation, Mode, OFlags, flock};
use rustix::io::{FdFlags, fcntl_setfd};
use rustix::process::geteuid;
use tempfile::TempDir;

use super::{EditError, LIMIT, Typed};

const PREFIX: &str = "sipreg-edit-";

/// Editors know by the end of the name how to colour it.
pub const TEXT: &str = "registration.toml";

/// The text as the editor got it, so that it can be seen whether anything was typed.
const OFFERED: &str = ".offered";

/// Every permission of everyone but the owner.
const OTHERS: u32 = 0o077;

/// How often a new folder may vanish before it is locked.
const TRIES: usize = 16;

/// A text and what else an editor that did not end well left. May hold a password: not printed by `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct LeftText {
    /// The newest text.
    pub text: Typed,
    /// Files from which only the editor can recover more, such as vim's swap file: name and content.
    pub recovery: Vec<(String, Vec<u8>)>,
}

impl fmt::Debug for LeftText {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.recovery.iter().map(|(name, _)| name.as_str()).collect();
        out.debug_struct("LeftText").field("text", &self.text).field("recovery", &names).finish()
    }
}

impl LeftText {
    /// A text beside which there is nothing.
    pub fn of(text: &str) -> Self {
        Self { text: Typed(text.to_owned()), recovery: Vec::new() }
    }
}

/// A folder with a text, removed when dropped.
pub(super) struct EditFolder {
    folder: TempDir,
    _lock: File,
}

impl EditFolder {
    /// Makes one under the first of `parents` that takes it.
    pub(super) fn create(parents: &[PathBuf]) -> Result<Self, EditError> {
        let mut last = EditError::NoPlace { folder: PathBuf::new(), source: ErrorKind::NotFound.into() };
        for parent in parents {
            match Self::create_in(parent) {
                Ok(folder) => return Ok(folder),
                Err(why) => last = EditError::NoPlace { folder: parent.clone(), source: why.kind().into() },
            }
        }
        Err(last)
    }

    fn create_in(parent: &Path) -> io::Result<Self> {
        DirBuilder::new().recursive(true).mode(0o700).create(parent)?;
        for _ in 0..TRIES {
            let permissions = Permissions::from_mode(0o700);
            let folder = tempfile::Builder::new().prefix(PREFIX).permissions(permissions).tempdir_in(parent)?;
            let lock = open(folder.path())?;
            // Without locks a folder that is left behind is not found: no reason not to edit.
            let _ = flock(&lock, FlockOperation::LockExclusive);
            // Another sipreg may have taken the empty folder for one that was left behind.
            if folder.path().exists() {
                // The editor has the lock, too: it may outlive us.
                fcntl_setfd(&lock, FdFlags::empty())?;
                return Ok(Self { folder, _lock: lock });
            }
        }
        Err(ErrorKind::NotFound.into())
    }

    /// Puts the text into it and returns the path of the file.
    pub(super) fn offer(&self, text: &str) -> io::Result<PathBuf> {
        let write = |name: &str, bytes: &[u8]| {
            let path = self.folder.path().join(name);
            OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?.write_all(bytes)?;
            Ok(path)
        };
        write(OFFERED, text.as_bytes())?;
        write(TEXT, text.as_bytes())
    }

    /// The text as it is now.
    pub(super) fn text(&self) -> Result<String, EditError> {
        read_text(&self.folder.path().join(TEXT))
    }

    /// As it is left where sipreg is killed.
    #[cfg(test)]
    pub(super) fn abandon(self) {
        let _ = self.folder.keep();
    }

    /// What an editor that did not end well left.
    pub(super) fn left(&self) -> Option<LeftText> {
        left_in(self.folder.path())
    }
}

/// A folder that was left behind when sipreg was killed.
pub struct AbandonedFolder {
    path: PathBuf,
    _lock: File,
}

impl AbandonedFolder {
    /// What was typed in it; none where it is as it was offered.
    pub fn left(&self) -> Option<LeftText> {
        let left = left_in(&self.path)?;
        let is_typed = read_text(&self.path.join(OFFERED)).ok().is_none_or(|offered| offered != left.text.as_str());
        (is_typed || !left.recovery.is_empty()).then_some(left)
    }

    /// Removes it with all that is in it.
    pub fn remove(self) {
        let _ = fs::remove_dir_all(&self.path);
    }
}

/// Folders of ours below `parents` in which no one edits any more.
pub fn abandoned(parents: &[PathBuf]) -> Vec<AbandonedFolder> {
    let entries = parents.iter().filter_map(|parent| fs::read_dir(parent).ok()).flatten().flatten();
    let ours = entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(PREFIX));
    ours.filter_map(|entry| {
        let path = entry.path();
        let lock = open(&path).ok()?;
        // Directories for temporary files are everybody's.
        let known = lock.metadata().ok()?;
        let is_ours = known.uid() == geteuid().as_raw() && known.mode() & OTHERS == 0;
        (is_ours && flock(&lock, FlockOperation::NonBlockingLockExclusive).is_ok())
            .then_some(AbandonedFolder { path, _lock: lock })
    })
    .collect()
}

fn open(folder: &Path) -> io::Result<File> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    Ok(rustix::fs::open(folder, flags, Mode::empty()).map(File::from)?)
}

fn read_text(path: &Path) -> Result<String, EditError> {
    let bytes = read(path)?;
    String::from_utf8(bytes).map_err(|error| EditError::NotUtf8 {
        at: error.utf8_error().valid_up_to() + 1,
        typed: Typed(String::from_utf8_lossy(error.as_bytes()).into_owned()),
    })
}

fn read(path: &Path) -> Result<Vec<u8>, EditError> {
    // An editor may replace the file, so that what was opened before is not what was saved.
    let kind = fs::symlink_metadata(path).map_err(EditError::Read)?;
    if !kind.is_file() {
        return Err(EditError::Read(io::Error::other("it is no longer a plain file")));
    }
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(EditError::Read)?;
    file.take(LIMIT + 1).read_to_end(&mut bytes).map_err(EditError::Read)?;
    if bytes.len() as u64 > LIMIT { Err(EditError::TooLong) } else { Ok(bytes) }
}

/// The newest text in a folder and the files that are none. An editor that loses its terminal writes what was typed
/// beside the file: nano to `registration.toml.save`, emacs to `#registration.toml#`, vim to `.registration.toml.swp`.
fn left_in(folder: &Path) -> Option<LeftText> {
    let mut newest: Option<(SystemTime, String)> = None;
    let mut recovery = Vec::new();
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).ok()?.flatten().map(|entry| entry.path()).collect();
    // The file itself is last: it counts where another is as old.
    paths.sort_by_key(|path| path.ends_with(TEXT));
    for path in paths {
        let Some(name) = path.file_name().and_then(|name| name.to_str()).filter(|name| *name != OFFERED) else {
            continue;
        };
        let text = match (read_text(&path), name == TEXT) {
            (Ok(text), _) if !text.contains('\0') => text,
            // What is beside a file that cannot be read may be all that there is.
            (Err(error), true) => match error.into_typed() {
                Some(typed) => typed,
                None => continue,
            },
            _ => {
                recovery.extend(read(&path).ok().map(|bytes| (name.to_owned(), bytes)));
                continue;
            }
        };
        let at = fs::symlink_metadata(&path).and_then(|known| known.modified()).ok()?;
        if newest.as_ref().is_none_or(|(known, _)| *known <= at) {
            newest = Some((at, text));
        }
    }
    let text = newest.map(|(_, text)| text).or_else(|| (!recovery.is_empty()).then(String::new))?;
    Some(LeftText { text: Typed(text), recovery })
}
