//! Names of what a command did not send, where they are too many for a line: `STATE/unsent/SERVER.txt`.

use std::path::{Path, PathBuf};

use crate::domain::state_error::{Attempt, FileFault, FileObstacle, StateError};
use crate::domain::text::visible;
use crate::state::atomic_write::{self, carry_out};
use crate::state::folder::{Folder, Missing};
use crate::state::name;

/// The directory of all servers' files.
const UNSENT: &str = "unsent";

/// Keeps them, one a line, in place of those of an earlier command. Returns the file.
///
/// # Errors
/// The disk does not let us.
pub fn keep(state: &Path, origin: &str, names: &[String]) -> Result<PathBuf, StateError> {
    let file = format!("{}.txt", name::of_profile(origin));
    let mut text = String::new();
    for name in names {
        text.push_str(&visible(name));
        text.push('\n');
    }
    let kept = || {
        let Some(folder) = Folder::open(state, &[UNSENT], Missing::Create)? else {
            return Err(FileFault::new(state, FileObstacle::Gone));
        };
        let spare = format!("{file}.{}", std::process::id());
        atomic_write::replace(&folder, &file, &spare, text.as_bytes(), &carry_out)?;
        Ok(folder.path_of(&file))
    };
    kept().map_err(|fault: FileFault| fault.during(Attempt::WriteFile))
}
