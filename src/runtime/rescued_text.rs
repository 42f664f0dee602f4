//! Texts from the user's editor that are in no draft when the program or the editor ends: they are left in files for
//! their owner, without the password, and it is said where.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::domain::count::counted;
use crate::domain::formats::toml;
use crate::domain::state_error::StateError;
use crate::state::unsaved;
use crate::terminal::editor::folder::{self, LeftText};

/// Where a text is, in a sentence.
#[derive(Debug)]
pub struct KeptText {
    path: PathBuf,
    /// Whether the editor's own files are there, too.
    has_recovery: bool,
    /// Whether some were not kept.
    withheld: bool,
}

/// A text that is kept nowhere.
#[derive(Debug, thiserror::Error)]
pub enum LostText {
    /// There is no place for it.
    #[error("Your text is lost: there is no state directory to keep it in (see HOME and XDG_STATE_HOME)")]
    NoFolder,
    /// It cannot be written.
    #[error("Your text is lost: {0}")]
    State(#[from] StateError),
}

impl fmt::Display for KeptText {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Your text is kept in {}, without the password", self.path.display())?;
        if self.has_recovery {
            out.write_str("; your editor may recover more of it: vim -r with this path")?;
        }
        if self.withheld {
            out.write_str("; your editor's own copy was removed, because it may hold the password")?;
        }
        Ok(())
    }
}

/// Keeps a text.
///
/// # Errors
/// No place takes the text.
pub fn keep(state: Option<&Path>, left: &LeftText) -> Result<KeptText, LostText> {
    let state = state.ok_or(LostText::NoFolder)?;
    let (withheld, recovery): (Vec<_>, Vec<_>) =
        left.recovery.iter().cloned().partition(|(_, bytes)| toml::may_hold_password(bytes));
    let text = toml::without_password(left.text.as_str());
    let path = unsaved::keep(state, &text, folder::TEXT, &recovery)?;
    Ok(KeptText { path, has_recovery: !recovery.is_empty(), withheld: !withheld.is_empty() })
}

/// The same, in a sentence either way.
pub fn keep_and_report(state: Option<&Path>, left: &LeftText) -> String {
    keep(state, left).map_or_else(|lost| lost.to_string(), |saved| saved.to_string())
}

/// Keeps what was typed in editors whose sipreg was killed, and says where all texts are that no one removed yet.
pub fn found(state: Option<&Path>, folders: &[PathBuf]) -> Option<String> {
    for abandoned in folder::abandoned(folders) {
        // What cannot be kept stays where it is.
        if abandoned.left().is_none_or(|left| keep(state, &left).is_ok()) {
            abandoned.remove();
        }
    }
    let texts = unsaved::texts(state?);
    let newest = texts.last()?;
    Some(match texts.len() {
        1 => format!(
            "A text from an editor that was not saved is in {}. Remove it when you are done with it",
            newest.display()
        ),
        many => format!(
            "{} from editors that were not saved are in {}. Remove them when you are done with them",
            counted(many, "text"),
            newest.parent()?.display(),
        ),
    })
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn left(text: &str, recovery: &[u8]) -> LeftText {
        LeftText { recovery: vec![(".registration.toml.swp".to_owned(), recovery.to_vec())], ..LeftText::of(text) }
    }

    #[test]
    fn the_text_is_kept_for_its_owner_and_the_password_is_not() {
        let home = tempfile::tempdir().unwrap();
        let state = home.path().join("sipreg");
        let text = LeftText::of("name = \"a\nauth-password = \"hunter2\"\nexpire = x\n");
        let saved = keep(Some(&state), &text).unwrap();
        assert_eq!(std::fs::read_to_string(&saved.path).unwrap(), "name = \"a\nexpire = x\n");
        assert_eq!(std::fs::metadata(&saved.path).unwrap().permissions().mode() & 0o777, 0o600);
        assert!(keep(None, &text).unwrap_err().to_string().contains("lost"));
    }

    #[test]
    fn an_editors_own_copy_is_kept_beside_it_unless_it_may_hold_the_password() {
        let home = tempfile::tempdir().unwrap();
        let count = || std::fs::read_dir(home.path().join("unsaved")).unwrap().count();
        let saved =
            keep(Some(home.path()), &left("name = \"a\"\n", b"b0VIM\0# auth-password =  # set\0a = 1\0")).unwrap();
        assert!(saved.to_string().contains("vim -r"), "{saved}");
        assert!(home.path().join("unsaved/.1.toml.swp").is_file());
        assert_eq!(count(), 2);
        let saved = keep(Some(home.path()), &left("", b"b0VIM\0x\0auth-password = 'hunter2'\0")).unwrap();
        assert!(saved.to_string().contains("was removed"), "{saved}");
        assert_eq!(count(), 3);
        assert_eq!(unsaved::texts(home.path()).len(), 2);
    }
}
