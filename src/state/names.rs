//! Ids and names of the last list on disk, for completion in a shell: `STATE/names/PROFILE.tsv`, for its owner
//! only. Losing it costs nothing.

use std::path::Path;

use crate::domain::state_error::{Attempt, StateError};
use crate::state::profile_file::SingleFile;

/// The directory of all profiles' names.
const NAMES: &str = "names";

/// How many records are worth completing.
pub const MOST: usize = 10_000;

/// No file of ours is larger, in bytes.
const LARGEST: u64 = 16 << 20;

/// The names of one profile. All calls may block.
#[derive(Debug)]
pub struct NameFile(SingleFile);

impl NameFile {
    /// Those of a profile, below the state directory. Touches nothing.
    pub fn open(state: &Path, profile: &str) -> Self {
        Self(SingleFile::of_profile(state, NAMES, profile, "tsv", LARGEST))
    }

    /// Keeps these in place of those before. The names are written as they are shown: without tabs and line ends.
    ///
    /// # Errors
    /// The disk does not let us.
    pub fn keep(&self, names: &[(u64, String)]) -> Result<(), StateError> {
        let mut text = String::with_capacity(names.len() * 24);
        for (id, name) in names.iter().take(MOST) {
            text.push_str(&id.to_string());
            text.push('\t');
            text.push_str(&crate::domain::text::visible(name));
            text.push('\n');
        }
        self.0.write(text.as_bytes()).map_err(|fault| fault.during(Attempt::KeepNames))
    }

    /// Those that are kept.
    ///
    /// # Errors
    /// The disk does not let us. That there are none is no error.
    pub fn load(&self) -> Result<Vec<(u64, String)>, StateError> {
        let bytes = self.0.bytes().map_err(|fault| fault.during(Attempt::ReadNames))?.unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes);
        let line = |line: &str| line.split_once('\t').and_then(|(id, name)| Some((id.parse().ok()?, name.to_owned())));
        Ok(text.lines().filter_map(line).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_back_as_they_are_shown() {
        let folder = tempfile::tempdir().unwrap();
        let names = NameFile::open(folder.path(), "eu");
        assert_eq!(names.load(), Ok(Vec::new()));
        names.keep(&[(7, "acme\tfra".to_owned()), (22, "東京\n".to_owned())]).unwrap();
        assert_eq!(names.load(), Ok(vec![(7, "acme^Ifra".to_owned()), (22, "東京^J".to_owned())]));
    }
}
