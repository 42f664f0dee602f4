//! A directory of ours, held open so that no one can put another in its place, and the files in it. Neither is
//! used if it is a symbolic link, belongs to someone else, or can be written to by others.

use std::fs::{DirBuilder, File, Metadata};
use std::io::{self, Read};
use std::os::fd::OwnedFd;
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, CWD, Dir, FileType, Mode, OFlags};
use rustix::io::Errno;

use crate::domain::state_error::{FileFault, FileObstacle};

/// Owner only.
const FOLDER_MODE: Mode = Mode::RWXU;
const FILE_MODE: Mode = Mode::RUSR.union(Mode::WUSR);

/// Permission to write for everyone but the owner.
const OTHERS_WRITE: u32 = 0o022;

/// Every permission of everyone but the owner.
const OTHERS: u32 = 0o077;

/// What to do about a directory that is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Missing {
    /// Make it, for its owner only.
    Create,
    /// Leave it at that.
    Leave,
}

/// An open directory that passed all checks.
#[derive(Debug)]
pub(super) struct Folder {
    fd: OwnedFd,
    path: PathBuf,
}

impl Folder {
    /// The directory at the end of `names` below the state directory, if there is one. The way to the state
    /// directory may lead over links: only from there on everything is ours.
    pub(super) fn open(state: &Path, names: &[&str]) -> Result<Option<Self>, FileFault> {
        Self::reach(state, names, Missing::Leave)
    }

    /// The same, made where it is missing.
    pub(super) fn create(state: &Path, names: &[&str]) -> Result<Self, FileFault> {
        Self::reach(state, names, Missing::Create)?.ok_or_else(|| FileFault::new(state, FileObstacle::Gone))
    }

    fn reach(state: &Path, names: &[&str], missing: Missing) -> Result<Option<Self>, FileFault> {
        // Without a slash at the end, behind which a link would be followed.
        let state: PathBuf = state.components().collect();
        if missing == Missing::Create
            && let Some(parent) = state.parent()
        {
            DirBuilder::new()
                .recursive(true)
                .mode(FOLDER_MODE.as_raw_mode())
                .create(parent)
                .map_err(|error| FileFault::at(parent, error))?;
        }
        let mut folder = Self::enter(CWD, &state, state.clone(), missing)?;
        for name in names {
            let Some(above) = folder else { return Ok(None) };
            folder = Self::enter(&above.fd, Path::new(name), above.path.join(name), missing)?;
        }
        Ok(folder)
    }

    fn enter(
        at: impl std::os::fd::AsFd,
        name: &Path,
        path: PathBuf,
        missing: Missing,
    ) -> Result<Option<Self>, FileFault> {
        if missing == Missing::Create {
            match rustix::fs::mkdirat(&at, name, FOLDER_MODE) {
                Ok(()) | Err(Errno::EXIST) => {}
                Err(error) => return Err(FileFault::at(path, error)),
            }
        }
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let fd = match rustix::fs::openat(&at, name, flags, Mode::empty()) {
            Ok(fd) => fd,
            Err(Errno::NOENT) if missing == Missing::Leave => return Ok(None),
            // Systems differ in what they call a link here.
            Err(Errno::NOTDIR | Errno::LOOP | Errno::MLINK) => {
                let link = rustix::fs::statat(&at, name, AtFlags::SYMLINK_NOFOLLOW)
                    .is_ok_and(|found| FileType::from_raw_mode(found.st_mode) == FileType::Symlink);
                return Err(FileFault::new(path, if link { FileObstacle::Link } else { FileObstacle::NotAFolder }));
            }
            Err(error) => return Err(FileFault::at(path, error)),
        };
        let folder = File::from(fd);
        let metadata = folder.metadata().map_err(|error| FileFault::at(&path, error))?;
        safe(&metadata, &path)?;
        close_to_others(&folder, &metadata);
        Ok(Some(Self { fd: folder.into(), path }))
    }

    /// The same directory once more.
    pub(super) fn duplicate(&self) -> Result<Self, FileFault> {
        let fd = self.fd.try_clone().map_err(|error| FileFault::at(&self.path, error))?;
        Ok(Self { fd, path: self.path.clone() })
    }

    /// Path of an entry, for messages.
    pub(super) fn path_of(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// Opens a plain file of ours; with [`OFlags::CREATE`] one that is made is for its owner only.
    pub(super) fn open_file(&self, name: &str, flags: OFlags) -> Result<File, FileFault> {
        let file = self.open_as_it_is(name, flags)?;
        let metadata = file.metadata().map_err(|error| FileFault::at(self.path_of(name), error))?;
        close_to_others(&file, &metadata);
        Ok(file)
    }

    /// The same; but what others could read is not closed to them, so that the caller still sees that they could.
    pub(super) fn open_as_it_is(&self, name: &str, flags: OFlags) -> Result<File, FileFault> {
        // Without NONBLOCK a pipe in the place of a file would hold us up.
        let flags = flags | OFlags::NOFOLLOW | OFlags::CLOEXEC | OFlags::NONBLOCK;
        let path = self.path_of(name);
        let opened = rustix::fs::openat(&self.fd, name, flags, FILE_MODE);
        let file = match opened {
            Ok(fd) => File::from(fd),
            Err(Errno::NXIO) => return Err(FileFault::new(path, FileObstacle::NotAFile)),
            Err(error) => return Err(FileFault::at(path, error)),
        };
        let metadata = file.metadata().map_err(|error| FileFault::at(&path, error))?;
        if !metadata.is_file() {
            return Err(FileFault::new(path, FileObstacle::NotAFile));
        }
        safe(&metadata, &path)?;
        Ok(file)
    }

    /// Content of a file of at most `largest` bytes; `None` if there is none.
    pub(super) fn read(&self, name: &str, largest: u64) -> Result<Option<Vec<u8>>, FileFault> {
        let file = match self.open_file(name, OFlags::RDONLY) {
            Ok(file) => file,
            Err(fault) if fault.obstacle == FileObstacle::Gone => return Ok(None),
            Err(fault) => return Err(fault),
        };
        let mut bytes = Vec::new();
        file.take(largest + 1).read_to_end(&mut bytes).map_err(|error| FileFault::at(self.path_of(name), error))?;
        if bytes.len() as u64 > largest {
            let reason = format!("it is larger than {} MiB", largest >> 20);
            return Err(FileFault::new(self.path_of(name), FileObstacle::Other(reason)));
        }
        Ok(Some(bytes))
    }

    /// A new, empty file of ours; what was there under that name is removed, not followed.
    pub(super) fn create_new(&self, name: &str) -> io::Result<File> {
        self.remove(name)?;
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        Ok(File::from(rustix::fs::openat(&self.fd, name, flags, FILE_MODE)?))
    }

    /// Makes an empty file of ours, unless something is there under that name: then `false`.
    pub(super) fn create_unless_there(&self, name: &str) -> io::Result<bool> {
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        match rustix::fs::openat(&self.fd, name, flags, FILE_MODE) {
            Ok(_) => Ok(true),
            Err(Errno::EXIST) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Puts one file in the place of another, in one step.
    pub(super) fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        Ok(rustix::fs::renameat(&self.fd, from, &self.fd, to)?)
    }

    /// Removes a file; that there is none is fine.
    pub(super) fn remove(&self, name: &str) -> io::Result<()> {
        match rustix::fs::unlinkat(&self.fd, name, AtFlags::empty()) {
            Ok(()) | Err(Errno::NOENT) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Waits until names are on the disk, where the file system can promise that for directories.
    pub(super) fn sync(&self) -> io::Result<()> {
        match rustix::fs::fsync(&self.fd) {
            Ok(()) | Err(Errno::INVAL | Errno::NOTSUP) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Whether a name still leads to an open file.
    pub(super) fn leads_to(&self, name: &str, file: &File) -> bool {
        let found = rustix::fs::statat(&self.fd, name, AtFlags::SYMLINK_NOFOLLOW);
        let held = rustix::fs::fstat(file);
        match (found, held) {
            (Ok(found), Ok(held)) => (found.st_dev, found.st_ino) == (held.st_dev, held.st_ino),
            (Err(_), _) | (_, Err(_)) => false,
        }
    }

    /// Names of all entries that are UTF-8, as ours are.
    pub(super) fn names(&self) -> Result<Vec<String>, FileFault> {
        let entries = Dir::read_from(&self.fd).map_err(|error| FileFault::at(&self.path, error))?;
        let mut names = Vec::new();
        for entry in entries {
            let entry = entry.map_err(|error| FileFault::at(&self.path, error))?;
            if let Ok(name) = entry.file_name().to_str() {
                names.push(name.to_owned());
            }
        }
        Ok(names)
    }
}

/// Refuses what belongs to someone else and what others can write to.
fn safe(metadata: &Metadata, path: &Path) -> Result<(), FileFault> {
    judge(metadata.uid(), rustix::process::geteuid().as_raw(), metadata.mode() & 0o7777)
        .map_err(|obstacle| FileFault::new(path, obstacle))
}

/// Takes from others what they could only read: a copy from elsewhere, or made under another mask, loses nothing by
/// that.
fn close_to_others(opened: &File, metadata: &Metadata) {
    let mode = metadata.mode() & 0o7777;
    if mode & OTHERS != 0 {
        // A file system that has no such permissions has none to take away.
        let _ = rustix::fs::fchmod(opened, Mode::from_raw_mode(mode & !OTHERS));
    }
}

const fn judge(owner: u32, us: u32, mode: u32) -> Result<(), FileObstacle> {
    if owner != us {
        return Err(FileObstacle::Foreign(owner));
    }
    if mode & OTHERS_WRITE != 0 {
        return Err(FileObstacle::Exposed(mode));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_could_read_is_closed_to_them() {
        use std::fs::{Permissions, metadata, set_permissions, write};
        use std::os::unix::fs::PermissionsExt as _;
        let home = tempfile::tempdir().unwrap();
        let state = home.path().join("state");
        let folder = Folder::create(&state, &["drafts"]).unwrap();
        write(state.join("drafts/7.json"), "{}").unwrap();
        for (path, mode) in [("", 0o755), ("drafts", 0o755), ("drafts/7.json", 0o644)] {
            set_permissions(state.join(path), Permissions::from_mode(mode)).unwrap();
        }
        Folder::open(&state, &["drafts"]).unwrap().unwrap();
        folder.read("7.json", 100).unwrap().unwrap();
        let mode = |path: &str| metadata(state.join(path)).unwrap().mode() & 0o7777;
        assert_eq!((mode(""), mode("drafts"), mode("drafts/7.json")), (0o700, 0o700, 0o600));
    }

    #[test]
    fn only_what_is_ours_and_closed_to_others_is_used() {
        assert_eq!(judge(1000, 1000, 0o700), Ok(()));
        assert_eq!(judge(1000, 1000, 0o755), Ok(()));
        assert_eq!(judge(0, 1000, 0o700), Err(FileObstacle::Foreign(0)));
        assert_eq!(judge(1000, 0, 0o700), Err(FileObstacle::Foreign(1000)));
        assert_eq!(judge(1000, 1000, 0o770), Err(FileObstacle::Exposed(0o770)));
        assert_eq!(judge(1000, 1000, 0o1777), Err(FileObstacle::Exposed(0o1777)));
    }
}
