//! Ids and names of the last list on disk, for completion in a shell: `STATE/names/PROFILE.tsv`, for its owner
//! only. Losing it costs nothing.

use std::path::{Path, PathBuf};

use crate::domain::state_error::{Attempt, FileFault, FileObstacle, StateError};
use crate::state::atomic_write::{self, carry_out};
use crate::state::folder::{Folder, Missing};
use crate::state::name;

/// The directory of all profiles' names.
const NAMES: &str = "names";

/// How many records are worth completing.
pub const MOST: usize = 10_000;

/// No file of ours is larger, in bytes.
const LARGEST: u64 = 16 << 20;

/// The names of one profile. All calls may block.
#[derive(Debug)]
pub struct NameFile {
    state: PathBuf,
    name: String,
}

impl NameFile {
    /// Those of a profile, below the state directory. Touches nothing.
    pub fn open(state: &Path, profile: &str) -> Self {
        Self { state: state.to_path_buf(), name: format!("{}.tsv", name::of_profile(profile)) }
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
        self.write(text.as_bytes()).map_err(|fault| fault.during(Attempt::KeepNames))
    }

    /// Those that are kept.
    ///
    /// # Errors
    /// The disk does not let us. That there are none is no error.
    pub fn load(&self) -> Result<Vec<(u64, String)>, StateError> {
        let bytes = self.read().map_err(|fault| fault.during(Attempt::ReadNames))?;
        let text = String::from_utf8_lossy(&bytes);
        let line = |line: &str| line.split_once('\t').and_then(|(id, name)| Some((id.parse().ok()?, name.to_owned())));
        Ok(text.lines().filter_map(line).collect())
    }

    fn write(&self, bytes: &[u8]) -> Result<(), FileFault> {
        let Some(folder) = Folder::open(&self.state, &[NAMES], Missing::Create)? else {
            return Err(FileFault::new(&self.state, FileObstacle::Gone));
        };
        atomic_write::replace(&folder, &self.name, &format!("{}.{}", self.name, std::process::id()), bytes, &carry_out)
    }

    fn read(&self) -> Result<Vec<u8>, FileFault> {
        let Some(folder) = Folder::open(&self.state, &[NAMES], Missing::Leave)? else { return Ok(Vec::new()) };
        Ok(folder.read(&self.name, LARGEST)?.unwrap_or_default())
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
