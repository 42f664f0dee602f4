//! Editing a record as text in the user's own editor: out as TOML, back through the same draft and review.

use crate::domain::registration::Record as _;

use super::App;
use super::drafts::OnDisk;
use super::effect::Effect;
use super::notice::Tone;

/// Whether the password goes into the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Passwords {
    /// It stays out.
    Left,
    /// The user asked for it.
    Included,
}

impl App {
    /// `E`: opens the record as text.
    pub(super) fn edit_text(&mut self, _passwords: Passwords) -> Vec<Effect> {
        let _ = OnDisk::Kept;
        let _ = self.form_draft().map(|kept| kept.draft.id());
        self.say(Tone::Bad, "not yet");
        Vec::new()
    }

    /// The user's editor ended.
    pub(super) fn text_edited(&mut self, _result: Result<String, String>) -> Vec<Effect> {
        Vec::new()
    }
}
