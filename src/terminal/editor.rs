//! Has the user edit a text in their own editor, in a file that no one else can read and that is gone afterwards.
//!
//! It must not know what the text means. Leaving and entering the screen, and giving up the keyboard meanwhile, is
//! up to the caller.

pub(crate) mod folder;

use std::ffi::{OsStr, OsString};
use std::fmt;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::process::{Child, Command};

use rustix::process::{Pid, Signal, WaitOptions, WaitStatus, getpid, kill_process, waitpid};

use folder::{EditFolder, LeftText};

use super::plain::plain;
use crate::domain::record::SECRET_VARIABLES;
use crate::domain::system_error::in_words;

/// The longest text, in bytes, that is read back.
pub const LIMIT: u64 = 1 << 20;

/// What a shell ends with when there is no such command, and when there is one that cannot be run.
const NOT_FOUND: i32 = 127;
const NOT_EXECUTABLE: i32 = 126;

/// A text that was typed but not taken over. May hold a password: not printed by `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct Typed(String);

impl Typed {
    /// The same, to be read.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text itself.
    pub fn into_text(self) -> String {
        self.0
    }
}

impl fmt::Debug for Typed {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Typed({} bytes)", self.0.len())
    }
}

/// Why no text came back.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    /// No directory takes the file.
    #[error("cannot create a file for the text: {}: {}", .folder.display(), in_words(source))]
    NoPlace {
        /// The last that was tried.
        folder: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The file cannot be written.
    #[error("the text to edit cannot be written: {}", in_words(.0))]
    Write(io::Error),
    /// The shell that starts the editor cannot be run.
    #[error("the editor cannot be started: {}", in_words(.0))]
    Shell(io::Error),
    /// There is no such editor.
    #[error("the editor {command} was not found; set VISUAL or EDITOR to one that is installed")]
    NotFound {
        /// As configured, made harmless.
        command: String,
    },
    /// There is one that cannot be run.
    #[error("the editor {command} cannot be run; set VISUAL or EDITOR to another")]
    NotExecutable {
        /// As configured, made harmless.
        command: String,
    },
    /// It ended with an error, or was killed: whether the text was meant to count is not known.
    #[error("the editor {command} {how}")]
    Failed {
        /// As configured, made harmless.
        command: String,
        /// How it ended, in words.
        how: String,
        /// What was typed until then.
        left: Option<Box<LeftText>>,
    },
    /// The file is gone, or is no plain file any more.
    #[error("the text cannot be read back from the editor: {}", in_words(.0))]
    Read(io::Error),
    /// More than [`LIMIT`].
    #[error("the text is longer than 1 MiB")]
    TooLong,
    /// Not UTF-8.
    #[error("the text is not UTF-8 (from byte {at})")]
    NotUtf8 {
        /// Position of the first wrong byte, from 1.
        at: usize,
        /// The text with what is wrong replaced.
        typed: Typed,
    },
}

impl EditError {
    /// What the user typed, where it is known, to begin the next edit with.
    pub fn into_typed(self) -> Option<String> {
        self.into_left().map(|left| left.text.into_text())
    }

    /// The same with what only the editor can recover more from.
    pub fn into_left(self) -> Option<LeftText> {
        match self {
            Self::Failed { left, .. } => left.map(|left| *left),
            Self::NotUtf8 { typed, .. } => Some(LeftText::of(&typed.0)),
            _ => None,
        }
    }
}

/// The user's editor, and where its files may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Editor {
    command: OsString,
    folders: Vec<PathBuf>,
}

impl Editor {
    /// Chooses from the values of `VISUAL` and `EDITOR`, else `vi`. The value is a piece of shell, so that it may
    /// have arguments and quotes: `code --wait`. The file goes under the first of `folders` that takes it.
    pub fn choose(visual: Option<OsString>, editor: Option<OsString>, folders: Vec<PathBuf>) -> Self {
        let command = [visual, editor]
            .into_iter()
            .flatten()
            .find(|command| !command.to_string_lossy().trim().is_empty())
            .unwrap_or_else(|| "vi".into());
        Self { command, folders }
    }

    /// Places for the file, best first: `XDG_RUNTIME_DIR` (memory, gone at sign-out), the state directory, and the
    /// directory for temporary files.
    pub fn folders(state: Option<PathBuf>) -> Vec<PathBuf> {
        places(std::env::var_os("XDG_RUNTIME_DIR"), state, std::env::temp_dir())
    }

    /// Has the text edited and gives back what it is then. Blocks until the editor ends; where the editor is
    /// stopped (Ctrl-Z) the whole program stops with it. The file is removed whatever happens, with all that
    /// the editor left beside it.
    ///
    /// # Errors
    /// See [`EditError`]; [`EditError::into_typed`] has the text where one was typed.
    pub fn edit(&self, text: &str) -> Result<String, EditError> {
        let folder = EditFolder::create(&self.folders)?;
        let path = folder.offer(text).map_err(EditError::Write)?;
        let child = self.shell(&path).spawn().map_err(EditError::Shell)?;
        let ended = wait(&child).map_err(EditError::Shell)?;
        let command = || plain(&self.command.to_string_lossy());
        match (ended.exit_status(), ended.terminating_signal()) {
            (Some(0), _) => folder.text(),
            (Some(NOT_FOUND), _) => Err(EditError::NotFound { command: command() }),
            (Some(NOT_EXECUTABLE), _) => Err(EditError::NotExecutable { command: command() }),
            (status, signal) => {
                let how = match (status, signal) {
                    (Some(status), _) => format!("ended with exit code {status}"),
                    (None, Some(signal)) => format!("was ended by signal {signal}"),
                    (None, None) => "ended in an unknown way".to_owned(),
                };
                Err(EditError::Failed { command: command(), how, left: folder.left().map(Box::new) })
            }
        }
    }

    fn shell(&self, path: &Path) -> Command {
        let mut script = self.command.clone();
        script.push(" \"$1\"");
        let mut shell = Command::new("sh");
        for variable in SECRET_VARIABLES {
            shell.env_remove(variable);
        }
        shell.args([OsStr::new("-c"), &script, OsStr::new("sipreg"), path.as_os_str()]);
        shell
    }
}

fn places(runtime: Option<OsString>, state: Option<PathBuf>, temporary: PathBuf) -> Vec<PathBuf> {
    let runtime = runtime.map(PathBuf::from).filter(|folder| folder.is_absolute());
    runtime.into_iter().chain(state).chain([temporary]).collect()
}

/// Waits for the end. An editor that stops has stopped its process group, but we listen to that signal ourselves:
/// unless we stop too, the shell above waits for us, and we for the editor.
pub(super) fn wait(child: &Child) -> io::Result<WaitStatus> {
    let pid = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
    let pid = pid.ok_or_else(|| io::Error::from(ErrorKind::InvalidInput))?;
    loop {
        match waitpid(Some(pid), WaitOptions::UNTRACED) {
            Ok(Some((_, status))) if status.stopped() => kill_process(getpid(), Signal::STOP)?,
            Ok(Some((_, status))) => return Ok(status),
            Ok(None) | Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    /// An editor that is this shell script; `$1` is the file. Beside it the directory for its files.
    fn scripted(script: &str) -> (tempfile::TempDir, Editor) {
        let home = tempfile::tempdir().unwrap();
        let program = home.path().join("my editor");
        fs::write(&program, script).unwrap();
        let command = format!("sh '{}' --wait", program.display());
        let folders = vec![home.path().join("files")];
        let editor = Editor::choose(None, Some(command.into()), folders);
        (home, editor)
    }

    fn count_left(home: &tempfile::TempDir) -> usize {
        fs::read_dir(home.path().join("files")).unwrap().count()
    }

    #[test]
    fn what_the_editor_saved_comes_back_and_nothing_stays_on_disk() {
        let (home, editor) = scripted("cp \"$2\" \"$2~\"; echo b >> \"$2\"");
        assert_eq!(editor.edit("a\n").unwrap(), "a\nb\n");
        assert_eq!(count_left(&home), 0);
    }

    #[test]
    fn an_editor_that_replaces_the_file_is_read_too() {
        let (_home, editor) = scripted("echo new > \"$2.tmp\"; mv \"$2.tmp\" \"$2\"");
        assert_eq!(editor.edit("old").unwrap(), "new\n");
    }

    #[test]
    fn the_file_is_private_and_named_toml() {
        let (home, editor) = scripted(
            "case $1 in --wait) ;; *) exit 1;; esac; case $2 in *.toml) ;; *) exit 2;; esac; \
             for it in \"$2\" \"$(dirname \"$2\")\"; do ls -ld \"$it\" | cut -c1-10; done > \"$2.out\"; \
             cat \"$2.out\" > \"$2\"",
        );
        assert_eq!(editor.edit("").unwrap(), "-rw-------\ndrwx------\n");
        let mode = fs::metadata(home.path().join("files")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
    }

    #[test]
    fn an_editor_that_fails_is_named_and_the_text_is_kept() {
        let (home, editor) = scripted("echo typed > \"$2\"; exit 3");
        let error = editor.edit("a").unwrap_err();
        assert!(error.to_string().ends_with("ended with exit code 3"), "{error}");
        assert!(!format!("{error:?}").contains("typed\\n"));
        assert_eq!(error.into_typed().as_deref(), Some("typed\n"));
        assert_eq!(count_left(&home), 0);
        let (home, editor) = scripted("kill -9 $$");
        // The shell around it may be the one that is killed, or report it by its exit code.
        let error = editor.edit("kept").unwrap_err();
        assert!(error.to_string().contains("signal 9") || error.to_string().contains("137"), "{error}");
        assert_eq!(error.into_typed().as_deref(), Some("kept"));
        assert_eq!(count_left(&home), 0);
    }

    #[test]
    fn what_an_editor_saves_beside_the_file_when_it_loses_its_terminal_is_what_was_typed() {
        let later = "touch -d '2001-01-01' \"$2\" \"$2~\" 2>/dev/null";
        for beside in ["$2.save", "$(dirname \"$2\")/#registration.toml#"] {
            let (home, editor) = scripted(&format!("echo old > \"$2~\"; {later}; echo typed > \"{beside}\"; exit 1"));
            assert_eq!(editor.edit("a").unwrap_err().into_typed().as_deref(), Some("typed\n"), "{beside}");
            assert_eq!(count_left(&home), 0);
        }
        let (home, editor) = scripted(
            "echo old > \"$2~\"; touch -d '2001-01-01' \"$2~\"; printf 'b0VIM\\000x' > \"$(dirname \"$2\")/.registration.toml.swp\"; exit 1",
        );
        let left = editor.edit("a").unwrap_err().into_left().unwrap();
        assert_eq!(left.text.as_str(), "a");
        let (_other, gone) = scripted("mv \"$2\" \"$2.save\"; exit 1");
        assert_eq!(gone.edit("typed").unwrap_err().into_typed().as_deref(), Some("typed"), "the file itself is gone");
        assert_eq!(left.recovery, [(".registration.toml.swp".to_owned(), b"b0VIM\0x".to_vec())]);
        assert_eq!(count_left(&home), 0);
    }

    #[test]
    fn only_a_folder_that_no_one_uses_is_abandoned() {
        let (home, _) = scripted("");
        let parents = [home.path().join("files")];
        let in_use = EditFolder::create(&parents).unwrap();
        let path = in_use.offer("a").unwrap();
        assert_eq!(folder::abandoned(&parents).len(), 0);
        fs::write(&path, "typed").unwrap();
        let mut editor = Command::new("cat").stdin(std::process::Stdio::piped()).spawn().unwrap();
        in_use.abandon();
        assert_eq!(folder::abandoned(&parents).len(), 0, "the editor outlives sipreg");
        drop(editor.stdin.take());
        editor.wait().unwrap();
        // What other tests started meanwhile has the lock as well, until it ends.
        let lock = fs::File::open(path.parent().unwrap()).unwrap();
        rustix::fs::flock(&lock, rustix::fs::FlockOperation::LockExclusive).unwrap();
        drop(lock);
        let found = folder::abandoned(&parents);
        assert_eq!(found.iter().map(|folder| folder.left().unwrap().text.into_text()).collect::<Vec<_>>(), ["typed"]);
        fs::write(&path, "a").unwrap();
        assert!(found.iter().all(|folder| folder.left().is_none()));
        found.into_iter().for_each(folder::AbandonedFolder::remove);
        assert_eq!(count_left(&home), 0);
    }

    #[test]
    fn an_editor_that_is_not_there_is_named() {
        let home = tempfile::tempdir().unwrap();
        let editor = Editor::choose(Some("no-such-editor --wait".into()), None, vec![home.path().to_path_buf()]);
        let reported = editor.edit("a").unwrap_err().to_string();
        assert_eq!(
            reported,
            "the editor no-such-editor --wait was not found; set VISUAL or EDITOR to one that is installed"
        );
    }

    #[test]
    fn what_cannot_be_a_text_is_refused() {
        let (home, editor) = scripted("printf 'a\\377b' > \"$2\"");
        let error = editor.edit("").unwrap_err();
        assert!(error.to_string().contains("not UTF-8 (from byte 2"), "{error}");
        assert_eq!(error.into_typed().as_deref(), Some("a\u{fffd}b"));
        let (_other, editor) = scripted("head -c 1048577 /dev/zero > \"$2\"");
        assert!(matches!(editor.edit(""), Err(EditError::TooLong)));
        let (_other, editor) = scripted("rm \"$2\"");
        assert!(matches!(editor.edit(""), Err(EditError::Read(_))));
        let (_other, editor) = scripted("rm \"$2\"; ln -s /etc/passwd \"$2\"");
        assert!(matches!(editor.edit(""), Err(EditError::Read(_))));
        assert_eq!(count_left(&home), 0);
    }

    #[test]
    fn the_first_folder_that_takes_the_file_is_used() {
        let (home, mut editor) = scripted("dirname \"$2\" > \"$2.out\"; mv \"$2.out\" \"$2\"");
        let blocked = home.path().join("a file");
        fs::write(&blocked, "").unwrap();
        editor.folders.insert(0, blocked.clone());
        let used = editor.edit("").unwrap();
        assert!(used.starts_with(home.path().join("files").to_str().unwrap()), "{used}");
        editor.folders = vec![blocked];
        assert!(editor.edit("").unwrap_err().to_string().starts_with("cannot create a file for the text"));
    }

    #[test]
    fn visual_comes_before_editor_and_vi_is_the_last_resort() {
        let command = |visual: Option<&str>, editor: Option<&str>| {
            Editor::choose(visual.map(Into::into), editor.map(Into::into), Vec::new()).command
        };
        assert_eq!(command(Some("a"), Some("b")), "a");
        assert_eq!(command(Some(" "), Some("b")), "b");
        assert_eq!(command(None, None), "vi");
        let folders = places(Some("relative".into()), None, "/t".into());
        assert_eq!(folders, [PathBuf::from("/t")]);
    }
}
