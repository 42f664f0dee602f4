//! Replacing a file so that at any moment, whatever happens, either the old or the new content is there. Each
//! step is a value, so that a test can let it fail or end the program before it.

use std::fs::File;
use std::io::{self, Write};

use crate::domain::state_error::FileFault;
use crate::state::folder::Folder;

/// One thing done to the disk.
#[derive(Debug)]
pub(super) enum DiskStep<'a> {
    /// Write all of it.
    Write(&'a mut File, &'a [u8]),
    /// Wait until the file is on the disk.
    Sync(&'a File),
    /// Put the first in the place of the second.
    Rename(&'a Folder, &'a str, &'a str),
    /// Wait until the directory is on the disk.
    SyncFolder(&'a Folder),
}

/// How steps are done: [`carry_out`], except in tests.
pub(super) type CarryOut = dyn Fn(DiskStep<'_>) -> io::Result<()> + Send + Sync;

/// Does it.
pub(super) fn carry_out(step: DiskStep<'_>) -> io::Result<()> {
    match step {
        DiskStep::Write(file, bytes) => file.write_all(bytes),
        DiskStep::Sync(file) => file.sync_all(),
        DiskStep::Rename(folder, from, to) => folder.rename(from, to),
        DiskStep::SyncFolder(folder) => folder.sync(),
    }
}

/// Puts `bytes` under `name`; on the way there they stand under `beside`, which no one else may use.
pub(super) fn replace(
    folder: &Folder,
    name: &str,
    beside: &str,
    bytes: &[u8],
    carry_out: &CarryOut,
) -> Result<(), FileFault> {
    let fault = |error: io::Error| FileFault::at(folder.path_of(name), error);
    let mut file = folder.create_new(beside).map_err(fault)?;
    let renamed = carry_out(DiskStep::Write(&mut file, bytes))
        .and_then(|()| carry_out(DiskStep::Sync(&file)))
        .and_then(|()| carry_out(DiskStep::Rename(folder, beside, name)));
    if let Err(error) = renamed {
        // It takes up room on a disk that may be full. If it cannot be removed, the next try does it.
        let _ = folder.remove(beside);
        return Err(fault(error));
    }
    carry_out(DiskStep::SyncFolder(folder)).map_err(fault)
}
