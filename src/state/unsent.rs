//! Names of what a command did not send, where they are too many for a line: `STATE/unsent/SERVER.txt`.

use std::path::{Path, PathBuf};

use crate::domain::state_error::StateError;
use crate::domain::text::visible;
use crate::state::profile_file::SingleFile;

/// The directory of all servers' files.
const UNSENT: &str = "unsent";

/// Keeps them, one a line, in place of those of an earlier command. Returns the file.
///
/// # Errors
/// The disk does not let us.
pub fn keep(state: &Path, origin: &str, names: &[String]) -> Result<PathBuf, StateError> {
    let file = SingleFile::of_profile(state, UNSENT, origin, "txt", u64::MAX);
    let mut text = String::new();
    for name in names {
        text.push_str(&visible(name));
        text.push('\n');
    }
    file.replace(text.as_bytes())?;
    Ok(file.path())
}
