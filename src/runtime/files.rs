//! Files that the user asked for: written for their owner only, and never over one that is there unless wanted.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use crate::app::core::Unexported;
use crate::app::jobs::export::{ExportJob, Present};
use crate::config::disk;
use crate::domain::system_error::in_words;

/// Writes records to a file, and says how many.
///
/// # Errors
/// The file is there, or it cannot be written.
pub fn export(export: &ExportJob) -> Result<usize, Unexported> {
    let path = expanded(&export.path);
    let (text, count) = export.text();
    write(&path, &text, export.present).map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists if export.present == Present::Kept => Unexported::Exists,
        _ => Unexported::Unwritten(in_words(&error)),
    })?;
    Ok(count)
}

/// `~/` is the home directory, as in a shell.
fn expanded(path: &str) -> PathBuf {
    match (path.strip_prefix("~/"), std::env::var_os("HOME")) {
        (Some(rest), Some(home)) => Path::new(&home).join(rest),
        (Some(_) | None, _) => PathBuf::from(path),
    }
}

fn write(path: &Path, text: &str, present: Present) -> io::Result<()> {
    let beside = disk::beside(path, text.as_bytes(), 0o600)?;
    match present {
        Present::Kept => disk::name(beside, path),
        Present::Replaced => beside.persist(path).map(drop).map_err(|failed| failed.error),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_file_that_is_there_stays_until_it_is_said_otherwise() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        write(&path, "one", Present::Kept).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(write(&path, "two", Present::Kept).unwrap_err().kind(), ErrorKind::AlreadyExists);
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "one");
        write(&path, "two", Present::Replaced).unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "two");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
