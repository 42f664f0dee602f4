//! One small file for each profile, such as `STATE/looks/PROFILE.toml`, replaced as a whole. What is in it is the
//! caller's business, but no secret may be. Who changes a part of it reads and replaces it under [`SingleFile::lock`].

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::Duration;

use chrono::{DateTime, Utc};
use rustix::fs::OFlags;

use crate::domain::state_error::{Attempt, FileFault, FileObstacle, StateError};
use crate::state::atomic_write;
use crate::state::folder::Folder;
use crate::state::lock::Claim;
use crate::state::name;

/// How often, and how long apart, a lock is tried that someone has. No one has it for longer than a write takes.
const TRIES: usize = 100;
const APART: Duration = Duration::from_millis(20);

/// The right to change the file, until dropped. Where the file system cannot lock, everyone has it.
#[derive(Debug)]
pub struct Exclusive {
    _claim: Option<Claim>,
}

/// The file. All calls may block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SingleFile {
    state: PathBuf,
    folder: &'static str,
    name: String,
    largest: u64,
}

impl SingleFile {
    /// The file of a profile in a directory below the state directory, with this ending; `largest` is how many
    /// bytes of it are read at most. Touches nothing.
    pub fn of_profile(state: &Path, folder: &'static str, profile: &str, ending: &str, largest: u64) -> Self {
        let name = format!("{}.{ending}", name::of_profile(profile));
        Self { state: state.to_path_buf(), folder, name, largest }
    }

    /// Where it is.
    pub fn path(&self) -> PathBuf {
        self.state.join(self.folder).join(&self.name)
    }

    /// Takes the right to change it. Waits while another process has it.
    ///
    /// # Errors
    /// Someone has it for too long, or the disk does not let us.
    pub fn lock(&self, now: DateTime<Utc>) -> Result<Exclusive, StateError> {
        let take = || {
            let folder = Folder::create(&self.state, &[self.folder])?;
            Claim::take(folder, format!("{}.lock", self.name), std::process::id(), now)
        };
        let mut tries = TRIES;
        loop {
            tries -= 1;
            match take() {
                Ok(claim) => return Ok(Exclusive { _claim: Some(claim) }),
                Err(fault) if fault.obstacle == FileObstacle::NoLocks => return Ok(Exclusive { _claim: None }),
                Err(fault) if matches!(fault.obstacle, FileObstacle::Held(_)) && tries > 0 => sleep(APART),
                Err(fault) => return Err(fault.during(Attempt::WriteFile)),
            }
        }
    }

    /// What it holds; `None` where there is no such file.
    ///
    /// # Errors
    /// It cannot be read, is too large, or is nothing that only its owner can have written.
    pub fn read(&self) -> Result<Option<Vec<u8>>, StateError> {
        self.bytes().map_err(|fault| fault.during(Attempt::ReadFile))
    }

    /// Replaces it. Either the old content stays or the new one is there, whatever happens meanwhile.
    ///
    /// # Errors
    /// The disk does not let us.
    pub fn replace(&self, bytes: &[u8]) -> Result<(), StateError> {
        self.write(bytes).map_err(|fault| fault.during(Attempt::WriteFile))
    }

    /// As [`SingleFile::read`], for who says what was tried.
    pub(super) fn bytes(&self) -> Result<Option<Vec<u8>>, FileFault> {
        match Folder::open(&self.state, &[self.folder])? {
            Some(folder) => folder.read(&self.name, self.largest),
            None => Ok(None),
        }
    }

    /// As [`SingleFile::replace`], for who says what was tried.
    pub(super) fn write(&self, bytes: &[u8]) -> Result<(), FileFault> {
        let folder = Folder::create(&self.state, &[self.folder])?;
        // Two consoles may do this at once: each has a place of its own on the way.
        let beside = format!("{}.{}.tmp", self.name, std::process::id());
        atomic_write::replace(&folder, &self.name, &beside, bytes, &atomic_write::carry_out)
    }

    /// Adds to its end.
    pub(super) fn append(&self, bytes: &[u8]) -> Result<(), FileFault> {
        let folder = Folder::create(&self.state, &[self.folder])?;
        let mut file = folder.open_file(&self.name, OFlags::WRONLY | OFlags::APPEND | OFlags::CREATE)?;
        file.write_all(bytes).map_err(|error| FileFault::at(self.path(), error))
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    use super::*;

    fn file(state: &Path) -> SingleFile {
        SingleFile::of_profile(state, "looks", "eu/noc", "toml", 64 << 10)
    }

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o7777
    }

    #[test]
    fn it_reads_back_and_only_its_owner_can_look() {
        let home = tempfile::tempdir().unwrap();
        let state = home.path().join("state");
        assert_eq!(file(&state).read().unwrap(), None);
        assert!(!state.exists(), "looking makes nothing");
        file(&state).replace(b"one").unwrap();
        file(&state).replace(b"two").unwrap();
        assert_eq!(file(&state).read().unwrap().unwrap(), b"two");
        assert_eq!(mode(&state.join("looks/eu%2Fnoc.toml")), 0o600);
        assert_eq!((mode(&state), mode(&state.join("looks"))), (0o700, 0o700));
        assert_eq!(fs::read_dir(state.join("looks")).unwrap().count(), 1, "nothing is left beside it");
    }

    #[test]
    fn a_link_in_its_place_is_replaced_and_what_it_leads_to_stays() {
        let state = tempfile::tempdir().unwrap();
        let victim = state.path().join("victim");
        fs::write(&victim, "precious").unwrap();
        file(state.path()).replace(b"one").unwrap();
        let place = state.path().join("looks/eu%2Fnoc.toml");
        fs::remove_file(&place).unwrap();
        symlink(&victim, &place).unwrap();
        let reported = file(state.path()).read().unwrap_err().to_string();
        assert!(reported.contains("is a symbolic link"), "{reported}");
        file(state.path()).replace(b"two").unwrap();
        assert_eq!(fs::read(&victim).unwrap(), b"precious");
        assert!(fs::symlink_metadata(&place).unwrap().is_file());
    }

    #[test]
    fn a_link_in_the_place_of_the_directory_is_not_followed() {
        let state = tempfile::tempdir().unwrap();
        let elsewhere = tempfile::tempdir().unwrap();
        symlink(elsewhere.path(), state.path().join("looks")).unwrap();
        let error = file(state.path()).replace(b"one").unwrap_err();
        assert_eq!(error.fault.obstacle, FileObstacle::Link);
        assert_eq!(fs::read_dir(elsewhere.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_directory_that_others_may_write_to_is_refused_with_what_mends_it() {
        let state = tempfile::tempdir().unwrap();
        file(state.path()).replace(b"one").unwrap();
        fs::set_permissions(state.path().join("looks"), fs::Permissions::from_mode(0o777)).unwrap();
        let reported = file(state.path()).replace(b"two").unwrap_err().reason();
        assert!(reported.contains("others may write to") && reported.contains("chmod go-w"), "{reported}");
    }
}
