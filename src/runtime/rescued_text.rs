//! A text from the user's editor that is in no draft when the program has to end: it is left in a file for its owner,
//! without the password.

use std::path::Path;

use crate::domain::formats::toml;
use crate::domain::record::value::Secret;
use crate::state::unsaved;

/// Keeps a text and says in a sentence where it is, or why it is not kept.
pub fn keep(state: Option<&Path>, text: &Secret) -> String {
    let text = toml::without_password(text.expose());
    let Some(state) = state else {
        return "the text from the editor is not valid, and there is no state directory to save it in (see HOME and \
                XDG_STATE_HOME): it is lost"
            .to_owned();
    };
    match unsaved::keep(state, &text) {
        Ok(path) => format!(
            "the text from the editor is not valid, so it is in no draft; nothing was sent. It is saved in {}, without \
             the password",
            path.display()
        ),
        Err(error) => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_is_kept_for_its_owner_and_the_password_is_not() {
        let state = tempfile::tempdir().unwrap();
        let text = Secret::new("name = \"a\nauth-password = \"hunter2\"\nexpire = x\n");
        let reported = keep(Some(&state.path().join("sipreg")), &text);
        let path = reported.split_whitespace().find(|word| word.contains("sipreg/")).unwrap().trim_end_matches(',');
        assert_eq!(std::fs::read_to_string(path).unwrap(), "name = \"a\nexpire = x\n");
        let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(path).unwrap().permissions());
        assert_eq!(mode & 0o777, 0o600);
        assert!(keep(None, &text).contains("lost"));
    }
}
