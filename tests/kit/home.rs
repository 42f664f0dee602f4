//! A home in an empty directory, where the program finds its configuration and keeps its state.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use sipreg::domain::change::{Ending, JournalLine};
use tempfile::TempDir;

use super::command::{CommandResult, Started};

/// The program under test.
pub const SIPREG: &str = env!("CARGO_BIN_EXE_sipreg");

/// A home. Clones are the same one, and it goes with the last of them.
#[derive(Clone)]
pub struct Home {
    folder: Arc<TempDir>,
    /// What the environment has besides.
    variables: Vec<(&'static str, OsString)>,
}

impl Home {
    pub fn new() -> Self {
        Self { folder: Arc::new(tempfile::tempdir().unwrap()), variables: Vec::new() }
    }

    /// The same home, with these variables in its environment.
    pub fn telling(&self, variables: impl IntoIterator<Item = (&'static str, OsString)>) -> Self {
        Self { folder: Arc::clone(&self.folder), variables: variables.into_iter().collect() }
    }

    /// With a configuration file.
    pub fn configured(text: &str) -> Self {
        Self::holding(text, 0o600)
    }

    /// With a configuration file that has these permissions.
    pub fn holding(text: &str, mode: u32) -> Self {
        let home = Self::new();
        home.configure(text);
        fs::set_permissions(home.config(), fs::Permissions::from_mode(mode)).unwrap();
        home
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Where what sipreg keeps is.
    pub fn state(&self) -> PathBuf {
        self.path().join("state/sipreg")
    }

    /// The configuration file.
    pub fn config(&self) -> PathBuf {
        self.path().join("config/sipreg/config.toml")
    }

    /// Writes the configuration file, which only its owner may read.
    pub fn configure(&self, text: &str) {
        fs::create_dir_all(self.config().parent().unwrap()).unwrap();
        fs::write(self.config(), text).unwrap();
        fs::set_permissions(self.config(), fs::Permissions::from_mode(0o600)).unwrap();
    }

    /// A file with this text, and where it is.
    pub fn file(&self, name: &str, text: impl AsRef<[u8]>) -> String {
        let path = self.path().join(name);
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }

    /// The text of a file.
    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path().join(name)).unwrap()
    }

    /// What the environment says of it. The program is in the path.
    pub fn environment(&self) -> Vec<(&'static str, OsString)> {
        let folder = |name: &str| self.path().join(name).into_os_string();
        let programs = Path::new(SIPREG).parent().unwrap().to_owned();
        let others = std::env::var_os("PATH").unwrap_or_default();
        let path = std::env::join_paths([programs].into_iter().chain(std::env::split_paths(&others)));
        let ours = [
            ("PATH", path.unwrap()),
            ("HOME", self.path().into()),
            ("XDG_CONFIG_HOME", folder("config")),
            ("XDG_STATE_HOME", folder("state")),
            ("XDG_CACHE_HOME", folder("cache")),
            ("XDG_DATA_HOME", folder("data")),
        ];
        ours.into_iter().chain(self.variables.iter().cloned()).collect()
    }

    /// A program at home here, with no other environment, nothing on its standard input, and both outputs piped.
    pub fn program(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command.env_clear().envs(self.environment()).current_dir(self.path());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.program(SIPREG);
        command.args(arguments);
        command
    }

    pub fn sipreg(&self, arguments: &[&str]) -> CommandResult {
        self.with(&[], arguments)
    }

    /// With more variables; an empty one takes one of ours away.
    pub fn with(&self, variables: &[(&str, &str)], arguments: &[&str]) -> CommandResult {
        CommandResult::of(self.command(arguments).envs(variables.iter().copied()))
    }

    /// `serve-demo` with these arguments. What it prints first is to be read with [`Started::value`].
    pub fn serve(&self, arguments: &[&str]) -> Started {
        Started::of(self.command(&["serve-demo"]).args(arguments))
    }

    /// The lines of the journal, the first one first.
    pub fn whole_journal(&self) -> Vec<JournalLine> {
        let Ok(files) = fs::read_dir(self.state().join("journal")) else { return Vec::new() };
        let texts = files.map(|file| fs::read_to_string(file.unwrap().path()).unwrap());
        texts
            .flat_map(|text| text.lines().map(|line| serde_json::from_str(line).unwrap()).collect::<Vec<_>>())
            .collect()
    }

    /// The lines of the journal that tell an end, the first one first.
    pub fn journal(&self) -> Vec<JournalLine> {
        self.whole_journal().into_iter().filter(|line| line.ending != Ending::Sent).collect()
    }
}

/// What is in a folder; nothing where it is not there.
pub fn entries(folder: impl AsRef<Path>) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    entries.flatten().map(|entry| entry.path()).collect()
}

/// Everything in files below a directory.
pub fn files_below(directory: &Path) -> Vec<u8> {
    files_where(directory, |_| true)
}

/// The same without files that are still being written: what stands only in those is lost where the program is killed.
pub fn whole_files_below(directory: &Path) -> Vec<u8> {
    files_where(directory, |path| path.extension().is_none_or(|end| end != "tmp"))
}

fn files_where(directory: &Path, counts: fn(&Path) -> bool) -> Vec<u8> {
    let mut all = Vec::new();
    for path in entries(directory) {
        if path.is_dir() {
            all.extend(files_where(&path, counts));
        } else if counts(&path) {
            // One that was replaced by a rename since is gone.
            all.extend(fs::read(path).unwrap_or_default());
        }
    }
    all
}
