//! Reads files of settings and secrets, and writes the example: the part of the configuration that touches
//! the disk. Files with secrets in them are read only if no one else can read them.

use std::fs::{DirBuilder, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt as _};
use std::path::Path;

use secrecy::zeroize::Zeroizing;
use tempfile::NamedTempFile;

use super::file::{File, ProfileTable};
use super::new_profile::{self, Below, Existing, NewProfile, NotAdded, OtherProfile};
use super::{ConfigMistake, Origin, Places, Problems};
use crate::domain::system_error::in_words;

/// A configuration or secret larger than this, in bytes, is a mistake.
const LARGEST: u64 = 1 << 20;

/// Permission bits of everyone but the owner.
const OTHERS: u32 = 0o077;

/// Permission of everyone to write.
const ANYBODY_WRITES: u32 = 0o002;

/// Reads and parses the configuration file. `None`: it does not exist, and no one asked for it by name.
///
/// # Errors
/// See [`super::Sources::gather`].
pub fn read(places: &Places) -> Result<Option<File>, Problems> {
    let own = match &places.config {
        Some(place) => read_one(&place.value, &place.origin, places)?,
        None => None,
    };
    let host = match &places.host {
        Some(path) => read_one(path, &Origin::Default, places)?,
        None => None,
    };
    Ok(match (own, host) {
        (Some(own), Some(host)) => Some(own.over(host)),
        (own, host) => own.or(host),
    })
}

fn read_one(path: &Path, origin: &Origin, places: &Places) -> Result<Option<File>, Problems> {
    let (text, mode) = match contents(path) {
        // It may spell out a password.
        Ok((text, mode)) => (Zeroizing::new(text), mode),
        Err(ConfigMistake::NoFile { .. }) if *origin == Origin::Default => return Ok(None),
        Err(mistake) => return Err(Problems::one(origin.clone(), mistake)),
    };
    // It may name commands, which whoever can write to it would run as us.
    if mode & ANYBODY_WRITES != 0 {
        return Err(Problems::one(origin.clone(), ConfigMistake::Writable { path: path.to_path_buf(), mode }));
    }
    let file = File::parse(&text, path, places.home.as_deref())?;
    match file.secret() {
        Some(what) if mode & OTHERS != 0 => {
            Err(Problems::one(Origin::Default, ConfigMistake::Exposed { path: path.to_path_buf(), mode, what }))
        }
        _ => Ok(Some(file)),
    }
}

/// The text of a file that is a secret: `what`, in words.
///
/// # Errors
/// It cannot be read, or others than its owner can read it.
pub fn secret(path: &Path, what: &'static str) -> Result<String, ConfigMistake> {
    let (text, mode) = contents(path)?;
    if mode & OTHERS != 0 {
        return Err(ConfigMistake::Exposed { path: path.to_path_buf(), mode, what });
    }
    Ok(text)
}

/// The bytes of a file that is no secret.
///
/// # Errors
/// It cannot be read.
pub fn bytes(path: &Path) -> Result<Vec<u8>, ConfigMistake> {
    raw_contents(path).map(|(bytes, _)| bytes)
}

/// Text and permission bits of a file.
fn contents(path: &Path) -> Result<(String, u32), ConfigMistake> {
    let (bytes, mode) = raw_contents(path)?;
    let text = String::from_utf8(bytes).map_err(|error| ConfigMistake::Unreadable {
        path: path.to_path_buf(),
        reason: format!("it is not UTF-8 (byte {} and following)", error.utf8_error().valid_up_to() + 1),
    })?;
    Ok((text, mode))
}

/// Bytes and permission bits of a file, both of the same file even if it is replaced meanwhile.
fn raw_contents(path: &Path) -> Result<(Vec<u8>, u32), ConfigMistake> {
    let unreadable = |reason: String| ConfigMistake::Unreadable { path: path.to_path_buf(), reason };
    let file = std::fs::File::open(path).map_err(|error| match error.kind() {
        ErrorKind::NotFound => ConfigMistake::NoFile { path: path.to_path_buf() },
        _ => unreadable(in_words(&error)),
    })?;
    let metadata = file.metadata().map_err(|error| unreadable(in_words(&error)))?;
    if metadata.is_dir() {
        return Err(unreadable("it is a directory".to_owned()));
    }
    let mut bytes = Vec::new();
    file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(|error| unreadable(in_words(&error)))?;
    if bytes.len() as u64 > LARGEST {
        return Err(unreadable("it is larger than 1 MiB".to_owned()));
    }
    Ok((bytes, metadata.mode() & 0o7777))
}

/// Why a file was not written. It is as it was.
#[derive(Debug, thiserror::Error)]
pub enum NotWritten {
    /// The profile, or the way in which the file has its profiles.
    #[error(transparent)]
    Profile(#[from] NotAdded),
    /// What is in it, or would be.
    #[error(transparent)]
    Mistakes(#[from] Problems),
    /// Another program changed it at the same moment.
    #[error("it was changed by another program at the same moment")]
    Changed,
    /// The system refuses it.
    #[error("{}", in_words(.0))]
    Refused(#[from] std::io::Error),
}

/// How a profile came into the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Added {
    /// The file is new.
    Created,
    /// Behind what was there, or in place of it.
    Edited,
}

/// Writes a profile into the configuration file, which is made, for its owner only, where it is missing.
///
/// # Errors
/// See [`NotWritten`].
pub fn add_profile(places: &Places, path: &Path, new: &NewProfile, existing: Existing) -> Result<Added, NotWritten> {
    let host = match &places.host {
        Some(host) => read_one(host, &Origin::Default, places)?.unwrap_or_default(),
        None => File::default(),
    };
    let has_url = |profile: &ProfileTable| profile.layer.url.is_some();
    let others =
        host.profiles.iter().map(|profile| OtherProfile { name: profile.name.clone(), has_url: has_url(profile) });
    let below = Below { has_default: host.default_profile.is_some(), profiles: others.collect() };
    let edited = |before: &str| {
        let text = new_profile::with_profile(before, new, existing, &below)?;
        File::parse(&text, path, places.home.as_deref())?;
        Ok::<_, NotWritten>(Zeroizing::new(text))
    };
    // Mistakes in it are for its owner to correct first.
    if read_one(path, &Origin::Default, places)?.is_none() {
        create(path, &edited(new_profile::HEAD)?)?;
        return Ok(Added::Created);
    }
    let at = path.canonicalize()?;
    let _lock = at.parent().and_then(lock);
    let contents = || contents(&at).map_err(|mistake| Problems::one(Origin::Default, mistake));
    let (before, mode) = contents().map(|(text, mode)| (Zeroizing::new(text), mode))?;
    let text = edited(&before)?;
    let beside = beside(&at, text.as_bytes(), mode)?;
    if *Zeroizing::new(contents()?.0) != *before {
        return Err(NotWritten::Changed);
    }
    beside.persist(&at).map_err(|failed| failed.error)?;
    Ok(Added::Edited)
}

/// One sipreg at a time edits the files of a folder, where the file system supports it.
fn lock(folder: &Path) -> Option<std::fs::File> {
    let folder = std::fs::File::open(folder).ok()?;
    rustix::fs::flock(&folder, rustix::fs::FlockOperation::LockExclusive).ok()?;
    Some(folder)
}

/// Writes a file next to `path`, where it takes its place in one step or goes with all that is in it: at no moment is
/// there half of one.
///
/// # Errors
/// It cannot be written.
pub fn beside(path: &Path, bytes: &[u8], mode: u32) -> std::io::Result<NamedTempFile<std::fs::File>> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    // Not `tempfile_in`: its errors name the file next to it, which no one asked for.
    let open = |path: &Path| OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    let mut file = tempfile::Builder::new().prefix(".sipreg-").make_in(folder, open)?;
    file.as_file().set_permissions(std::fs::Permissions::from_mode(mode))?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    Ok(file)
}

/// Writes a new file for its owner only, in a directory that is made, for its owner only, where it is missing.
///
/// # Errors
/// The file exists already ([`ErrorKind::AlreadyExists`], also for a dangling link), or cannot be written.
pub fn create(path: &Path, text: &str) -> std::io::Result<()> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    }
    name(beside(path, text.as_bytes(), 0o600)?, path)
}

/// Gives a file that was written next to it the name `path`, unless something has that name.
///
/// # Errors
/// It is taken, or cannot be given.
pub fn name(beside: NamedTempFile<std::fs::File>, path: &Path) -> std::io::Result<()> {
    match beside.persist_noclobber(path) {
        Ok(_) => Ok(()),
        Err(failed) if matches!(failed.error.kind(), ErrorKind::Unsupported | ErrorKind::PermissionDenied) => {
            // A file system without second names: the name is taken first, and the whole file comes in its place.
            OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
            failed.file.persist(path).map(drop).map_err(|failed| {
                let _ = std::fs::remove_file(path);
                failed.error
            })
        }
        Err(failed) => Err(failed.error),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use crate::config::{EXAMPLE, Setting, Sourced};

    fn places(path: &Path, origin: Origin) -> Places {
        Places { config: Some(Sourced::new(path.to_path_buf(), origin)), ..Places::default() }
    }

    fn written(text: &[u8], mode: u32) -> (tempfile::TempDir, std::path::PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.toml");
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        (folder, path)
    }

    #[test]
    fn a_file_with_a_secret_that_the_group_can_read_is_refused() {
        let (_folder, path) = written(b"[profile.a]\npassword = \"hunter2\"\n", 0o640);
        let reported = read(&places(&path, Origin::Default)).unwrap_err().to_string();
        assert!(reported.ends_with(&format!("chmod 600 {}", path.display())), "{reported}");
        assert!(!reported.contains("hunter2"));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        assert!(read(&places(&path, Origin::Default)).unwrap().is_some());
    }

    #[test]
    fn a_file_without_a_secret_may_be_shared() {
        let (_folder, path) = written(b"[profile.a]\npassword_command = \"pass\"\n", 0o644);
        assert!(read(&places(&path, Origin::Default)).unwrap().is_some());
    }

    #[test]
    fn a_file_that_anybody_can_write_to_is_refused() {
        let (_folder, path) = written(b"[profile.a]\npassword_command = \"pass\"\n", 0o666);
        let reported = read(&places(&path, Origin::Default)).unwrap_err().to_string();
        assert!(reported.ends_with(&format!("chmod go-w {}", path.display())), "{reported}");
    }

    #[test]
    fn the_example_is_written_whole_for_its_owner_only_and_takes_nobodys_place() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("config/sipreg");
        let path = folder.join("config.toml");
        create(&path, EXAMPLE).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o7777;
        assert_eq!((mode(&path), mode(&folder)), (0o600, 0o700));
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1, "nothing is left beside it");
        assert_eq!(create(&path, EXAMPLE).unwrap_err().kind(), ErrorKind::AlreadyExists);
        let victim = home.path().join("victim");
        std::os::unix::fs::symlink(&victim, folder.join("other.toml")).unwrap();
        assert_eq!(create(&folder.join("other.toml"), EXAMPLE).unwrap_err().kind(), ErrorKind::AlreadyExists);
        assert!(!victim.exists(), "a link is not followed");
    }

    #[test]
    fn only_a_file_that_was_asked_for_by_name_has_to_exist() {
        let missing = Path::new("/nonexistent/sipreg.toml");
        assert_eq!(read(&places(missing, Origin::Default)), Ok(None));
        let reported = read(&places(missing, Origin::Argument("--config"))).unwrap_err().to_string();
        assert!(reported.starts_with("argument --config: no file /nonexistent/sipreg.toml"), "{reported}");
    }

    #[test]
    fn what_is_no_configuration_is_told_as_such() {
        let folder = tempfile::tempdir().unwrap();
        let reported = |path: &Path| read(&places(path, Origin::Default)).unwrap_err().to_string();
        assert!(reported(folder.path()).ends_with("it is a directory"));
        let (_large, path) = written(&vec![b'#'; 2 << 20], 0o600);
        assert!(reported(&path).ends_with("it is larger than 1 MiB"));
        let (_binary, path) = written(b"# \xff", 0o600);
        assert!(reported(&path).contains("it is not UTF-8 (byte 3"), "{}", reported(&path));
    }

    fn profile(name: &str) -> NewProfile {
        let settings = vec![(Setting::Url, "https://yeti.example".to_owned())];
        NewProfile { name: name.to_owned(), settings, becomes_default: false }
    }

    #[test]
    fn a_profile_is_written_for_its_owner_only_and_a_file_that_is_there_keeps_its_mode_and_its_link() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/config.toml");
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o7777;
        let add = |path: &Path, name| add_profile(&Places::default(), path, &profile(name), Existing::Keep);
        assert_eq!(add(&path, "eu").unwrap(), Added::Created);
        assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        let link = folder.path().join("link.toml");
        std::os::unix::fs::symlink(&path, &link).unwrap();
        assert_eq!(add(&link, "us").unwrap(), Added::Edited);
        assert_eq!(mode(&path), 0o640);
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert!(fs::read_to_string(&path).unwrap().contains("[profile.us]\n"));
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1, "nothing is left beside it");
        assert!(matches!(add(&path, "us"), Err(NotWritten::Profile(NotAdded::Exists))));
    }

    #[test]
    fn a_file_with_mistakes_or_that_anybody_can_write_to_is_not_added_to() {
        for (text, mode) in [("[profile.a]\nlables = 1\n", 0o600), ("x", 0o600), ("[profile.a]\n", 0o666)] {
            let (_folder, path) = written(text.as_bytes(), mode);
            let reported = add_profile(&Places::default(), &path, &profile("eu"), Existing::Keep).unwrap_err();
            assert!(matches!(reported, NotWritten::Mistakes(_)), "{reported}");
            assert_eq!(fs::read_to_string(&path).unwrap(), text);
        }
    }
}
