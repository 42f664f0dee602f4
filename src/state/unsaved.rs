//! Texts that are in no draft when the program has to end: `unfinished/N.toml` in the state directory, for their owner
//! only, never written over.

use std::path::{Path, PathBuf};

use crate::domain::state_error::{Attempt, FileFault, FileObstacle, StateError};
use crate::state::atomic_write;
use crate::state::folder::{Folder, Missing};

const UNSAVED: &str = "unsaved";

/// Names to try; no one has so many of them.
const NAMES: u32 = 1_000;

/// Keeps a text and returns its path.
///
/// # Errors
/// It cannot be written.
pub fn keep(state: &Path, text: &str) -> Result<PathBuf, StateError> {
    written(state, text).map_err(|fault| fault.during(Attempt::KeepText))
}

fn written(state: &Path, text: &str) -> Result<PathBuf, FileFault> {
    let Some(folder) = Folder::open(state, &[UNSAVED], Missing::Create)? else {
        return Err(FileFault::new(state, FileObstacle::Gone));
    };
    for number in 1..NAMES {
        let name = format!("{number}.toml");
        // Several consoles may end at one moment: the name is taken first.
        if !folder.create_unless_there(&name).map_err(|error| FileFault::at(folder.path_of(&name), error))? {
            continue;
        }
        let beside = format!("{name}.tmp");
        return match atomic_write::replace(&folder, &name, &beside, text.as_bytes(), &atomic_write::carry_out) {
            Ok(()) => Ok(folder.path_of(&name)),
            Err(fault) => {
                let _ = folder.remove(&name);
                Err(fault)
            }
        };
    }
    Err(FileFault::new(state.join(UNSAVED), FileObstacle::Other("it is full".to_owned())))
}
