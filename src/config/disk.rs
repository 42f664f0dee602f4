//! Reads files of settings and secrets, and writes the example: the part of the configuration that touches
//! the disk. Files with secrets in them are read only if nobody else can read them.

use std::fs::{DirBuilder, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::Path;

use secrecy::zeroize::Zeroizing;

use super::file::File;
use super::locate::Places;
use super::origin::Origin;
use super::problem::{Mistake, Problems};

/// A configuration or secret larger than this, in bytes, is a mistake.
const LARGEST: u64 = 1 << 20;

/// Permission bits of everybody but the owner.
const OTHERS: u32 = 0o077;

/// Permission of everybody to write.
const ANYBODY_WRITES: u32 = 0o002;

/// Reads and parses the configuration file. `None`: it does not exist, and nobody asked for it by name.
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
        Err(Mistake::NoFile { .. }) if *origin == Origin::Default => return Ok(None),
        Err(mistake) => return Err(Problems::one(origin.clone(), mistake)),
    };
    // It may name commands, which whoever can write to it would run as us.
    if mode & ANYBODY_WRITES != 0 {
        return Err(Problems::one(origin.clone(), Mistake::Writable { path: path.to_path_buf(), mode }));
    }
    let file = File::parse(&text, path, places.home.as_deref())?;
    match file.secret() {
        Some(what) if mode & OTHERS != 0 => {
            Err(Problems::one(Origin::Default, Mistake::Exposed { path: path.to_path_buf(), mode, what }))
        }
        _ => Ok(Some(file)),
    }
}

/// The text of a file that is a secret: `what`, in words.
///
/// # Errors
/// It cannot be read, or others than its owner can read it.
pub fn secret(path: &Path, what: &'static str) -> Result<String, Mistake> {
    let (text, mode) = contents(path)?;
    if mode & OTHERS != 0 {
        return Err(Mistake::Exposed { path: path.to_path_buf(), mode, what });
    }
    Ok(text)
}

/// The bytes of a file that is no secret.
///
/// # Errors
/// It cannot be read.
pub fn bytes(path: &Path) -> Result<Vec<u8>, Mistake> {
    raw_contents(path).map(|(bytes, _)| bytes)
}

/// Text and permission bits of a file.
fn contents(path: &Path) -> Result<(String, u32), Mistake> {
    let (bytes, mode) = raw_contents(path)?;
    let text = String::from_utf8(bytes).map_err(|error| Mistake::Unreadable {
        path: path.to_path_buf(),
        reason: format!("it is not UTF-8 (byte {} and following)", error.utf8_error().valid_up_to() + 1),
    })?;
    Ok((text, mode))
}

/// Bytes and permission bits of a file, both of the same file even if it is replaced meanwhile.
fn raw_contents(path: &Path) -> Result<(Vec<u8>, u32), Mistake> {
    let unreadable = |reason: String| Mistake::Unreadable { path: path.to_path_buf(), reason };
    let file = std::fs::File::open(path).map_err(|error| match error.kind() {
        ErrorKind::NotFound => Mistake::NoFile { path: path.to_path_buf() },
        _ => unreadable(error.to_string()),
    })?;
    let metadata = file.metadata().map_err(|error| unreadable(error.to_string()))?;
    if metadata.is_dir() {
        return Err(unreadable("it is a directory".to_owned()));
    }
    let mut bytes = Vec::new();
    file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(|error| unreadable(error.to_string()))?;
    if bytes.len() as u64 > LARGEST {
        return Err(unreadable("it is larger than 1 MiB".to_owned()));
    }
    Ok((bytes, metadata.mode() & 0o7777))
}

/// Writes the example to a new file for its owner only, in a directory that is made, for its owner only, where
/// it is missing.
///
/// # Errors
/// The file exists already ([`ErrorKind::AlreadyExists`], also for a dangling link), or cannot be written.
pub fn write_example(path: &Path) -> std::io::Result<()> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    }
    // Whole or not at all: a name is given to it only once it is on the disk.
    let mut beside = path.as_os_str().to_owned();
    beside.push(format!(".{}.tmp", std::process::id()));
    let beside = Path::new(&beside);
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(beside)?;
    let named = file
        .write_all(super::EXAMPLE.as_bytes())
        .and_then(|()| file.sync_all())
        // Unlike a rename, this takes nobody's place.
        .and_then(|()| std::fs::hard_link(beside, path));
    let _ = std::fs::remove_file(beside);
    match named {
        Err(error) if matches!(error.kind(), ErrorKind::Unsupported | ErrorKind::PermissionDenied) => {
            // A file system without second names: then in place.
            let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
            file.write_all(super::EXAMPLE.as_bytes())?;
            file.sync_all()
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use crate::config::Sourced;

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
        let told = read(&places(&path, Origin::Default)).unwrap_err().to_string();
        assert!(told.ends_with(&format!("chmod 600 {}", path.display())), "{told}");
        assert!(!told.contains("hunter2"));
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
        let told = read(&places(&path, Origin::Default)).unwrap_err().to_string();
        assert!(told.ends_with(&format!("chmod go-w {}", path.display())), "{told}");
    }

    #[test]
    fn the_example_is_written_whole_for_its_owner_only_and_takes_nobodys_place() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("config/sipreg");
        let path = folder.join("config.toml");
        write_example(&path).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o7777;
        assert_eq!((mode(&path), mode(&folder)), (0o600, 0o700));
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1, "nothing is left beside it");
        assert_eq!(write_example(&path).unwrap_err().kind(), ErrorKind::AlreadyExists);
        let victim = home.path().join("victim");
        std::os::unix::fs::symlink(&victim, folder.join("other.toml")).unwrap();
        assert_eq!(write_example(&folder.join("other.toml")).unwrap_err().kind(), ErrorKind::AlreadyExists);
        assert!(!victim.exists(), "a link is not followed");
    }

    #[test]
    fn only_a_file_that_was_asked_for_by_name_has_to_exist() {
        let missing = Path::new("/nonexistent/sipreg.toml");
        assert_eq!(read(&places(missing, Origin::Default)), Ok(None));
        let told = read(&places(missing, Origin::Argument("--config"))).unwrap_err().to_string();
        assert!(told.starts_with("argument --config: no file /nonexistent/sipreg.toml"), "{told}");
    }

    #[test]
    fn what_is_no_configuration_is_told_as_such() {
        let folder = tempfile::tempdir().unwrap();
        let told = |path: &Path| read(&places(path, Origin::Default)).unwrap_err().to_string();
        assert!(told(folder.path()).ends_with("it is a directory"));
        let (_large, path) = written(&vec![b'#'; 2 << 20], 0o600);
        assert!(told(&path).ends_with("it is larger than 1 MiB"));
        let (_binary, path) = written(b"# \xff", 0o600);
        assert!(told(&path).contains("it is not UTF-8 (byte 3"), "{}", told(&path));
    }
}
