//! Leaving the form: what was typed stays, and where it stays is said.

use crate::domain::change::draft::is_fresh;
use crate::keys::Command;

use crate::app::core::{Context, Effect, Tone};
use crate::app::form::Form;
use crate::app::model::drafts::OnDisk;
use crate::app::store::Store;

impl Store {
    /// Leaves the form; the draft stays, unless it holds nothing.
    pub(in crate::app) fn leave_form(&mut self, cx: &mut Context, form: &Form) {
        let id = form.id;
        let Some(open) = self.drafts.get_mut(&id) else { return };
        if open.is_empty() {
            self.drafts.remove(&id);
            return;
        }
        if open.unread.is_empty() && open.text.is_none() && form.untouched.as_deref() == Some(&open.draft) {
            self.drafts.remove(&id);
            cx.say(Tone::Plain, "Copy closed without changes: no draft was kept, nothing was sent");
            return;
        }
        if open.untouched {
            cx.effect(Effect::ReleaseDraft(id));
        }
        let content = open.content();
        let failed = match &open.disk {
            OnDisk::Failed(why) => Some(why.reason()),
            OnDisk::Pending | OnDisk::Kept => None,
        };
        let in_text = open.text.is_some();
        let display_name = self.display_name(id);
        let goes_on = match (in_text, is_fresh(id)) {
            (true, false) => Command::EditText,
            (_, true) => Command::Create,
            (false, false) => Command::Edit,
        };
        let keys = cx.key(goes_on);
        match failed {
            None => {
                let text = format!("Draft saved: {display_name} ({content}). {keys}: resume, :discard: delete");
                cx.say(Tone::Plain, text);
            }
            Some(why) => {
                let text = format!("{display_name}: draft ({content}) is only in memory, quitting loses it: {why}");
                cx.say(Tone::Bad, format!("{text}. {keys}: resume, :discard: delete"));
            }
        }
    }
}
