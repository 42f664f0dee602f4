//! From the system's errors to what stands in the way of the files of the state folder.

use std::io::{self, ErrorKind};
use std::path::PathBuf;

use rustix::io::Errno;

use crate::domain::state_error::{FileFault, FileObstacle};
use crate::domain::system_error::in_words;

impl FileFault {
    /// From the system's error at a path. Takes rustix's errors as well as those of the standard library.
    pub(super) fn at(path: impl Into<PathBuf>, error: impl Into<io::Error>) -> Self {
        Self::new(path, FileObstacle::from(&error.into()))
    }
}

impl From<&io::Error> for FileObstacle {
    fn from(error: &io::Error) -> Self {
        let number = error.raw_os_error();
        // Its kind of error has no stable name.
        if number == Some(Errno::LOOP.raw_os_error()) {
            return Self::Link;
        }
        match error.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::WriteZero => Self::Full,
            ErrorKind::ReadOnlyFilesystem => Self::ReadOnly,
            ErrorKind::PermissionDenied => Self::Denied,
            ErrorKind::NotFound => Self::Gone,
            ErrorKind::NotADirectory => Self::NotAFolder,
            ErrorKind::IsADirectory => Self::NotAFile,
            _ => Self::Other(in_words(error)),
        }
    }
}
