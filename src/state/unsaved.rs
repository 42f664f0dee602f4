//! Texts that are in no draft when the program has to end: `unsaved/N.toml` in the state directory, for their owner
//! only, never written over. Beside them what only their editor can recover more from, such as vim's `.N.toml.swp`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::domain::state_error::{Attempt, FileFault, FileObstacle, StateError};
use crate::state::atomic_write;
use crate::state::folder::Folder;

const UNSAVED: &str = "unsaved";

/// Names to try; no one has so many of them.
const NAMES: u32 = 1_000;

/// Keeps a text and returns its path. `recovery` are the editor's own files, with names that contain that of the text,
/// `edited`: the text's new name takes its place.
///
/// # Errors
/// It cannot be written.
pub fn keep(state: &Path, text: &str, edited: &str, recovery: &[(String, Vec<u8>)]) -> Result<PathBuf, StateError> {
    written(state, text, edited, recovery).map_err(|fault| fault.during(Attempt::KeepText))
}

/// The texts that are there, the newest last.
pub fn texts(state: &Path) -> Vec<PathBuf> {
    let Ok(Some(folder)) = Folder::open(state, &[UNSAVED]) else { return Vec::new() };
    let names = folder.names().unwrap_or_default();
    let numbers: BTreeSet<u32> = names.iter().filter_map(|name| name.strip_suffix(".toml")?.parse().ok()).collect();
    numbers.into_iter().map(|number| folder.path_of(&format!("{number}.toml"))).collect()
}

fn written(state: &Path, text: &str, edited: &str, recovery: &[(String, Vec<u8>)]) -> Result<PathBuf, FileFault> {
    let folder = Folder::create(state, &[UNSAVED])?;
    for number in 1..NAMES {
        let name = format!("{number}.toml");
        // Several consoles may end at one moment: the name is taken first.
        if !folder.create_unless_there(&name).map_err(|error| FileFault::at(folder.path_of(&name), error))? {
            continue;
        }
        let write = |name: &str, bytes: &[u8]| {
            atomic_write::replace(&folder, name, &format!("{name}.tmp"), bytes, &atomic_write::carry_out)
        };
        if let Err(fault) = write(&name, text.as_bytes()) {
            let _ = folder.remove(&name);
            return Err(fault);
        }
        for (beside, bytes) in recovery.iter().filter(|(beside, _)| beside.contains(edited)) {
            write(&beside.replace(edited, &name), bytes)?;
        }
        return Ok(folder.path_of(&name));
    }
    Err(FileFault::new(state.join(UNSAVED), FileObstacle::Other("it is full".to_owned())))
}
