//! Leaving the form: what was typed stays, and where it stays is said.

use crate::domain::count::counted;
use crate::domain::record::draft::{Draft, is_fresh};
use crate::keys::command::Command;

use crate::app::core::context::Context;
use crate::app::core::effect::Effect;
use crate::app::core::notice::Tone;
use crate::app::form::Form;
use crate::app::model::drafts::OnDisk;
use crate::app::store::Store;

/// How many fields somebody wants to be different.
pub(in crate::app) fn wishes(draft: &Draft) -> usize {
    draft.changes().len() + draft.lost().count()
}

impl Store {
    /// Leaves the form; the draft stays, unless it holds nothing.
    pub(in crate::app) fn leave_form(&mut self, cx: &mut Context, form: &Form) {
        let id = form.id;
        let Some(kept) = self.drafts.get_mut(&id) else { return };
        if kept.is_empty() {
            self.drafts.remove(&id);
            return;
        }
        if kept.unread.is_empty() && kept.text.is_none() && form.untouched.as_deref() == Some(&kept.draft) {
            self.drafts.remove(&id);
            cx.say(Tone::Plain, "Copy closed without changes: no draft was kept, nothing was sent");
            return;
        }
        if kept.untouched {
            cx.effect(Effect::ReleaseDraft(id));
        }
        let count = wishes(&kept.draft) + kept.unread.len();
        let changes = counted(count, "change");
        let failed = match &kept.disk {
            OnDisk::Failed(why) => Some(why.clone()),
            OnDisk::Pending | OnDisk::Kept => None,
        };
        let in_text = kept.text.is_some();
        let called = self.called(id);
        if in_text {
            let key = cx.key(Command::EditText);
            let text = format!("{called}: the text from the editor is kept until sipreg ends. {key}: resume it");
            cx.say(Tone::Plain, format!("{text}, :discard: delete it"));
            return;
        }
        let goes_on = if is_fresh(id) { Command::Create } else { Command::Edit };
        let keys = cx.key(goes_on);
        match failed {
            None => {
                let text = format!("Draft saved: {called} ({changes}). {keys}: resume, :discard: delete");
                cx.say(Tone::Plain, text);
            }
            Some(why) => {
                let text = format!("{called}: draft ({changes}) is only in memory, quitting loses it: {why}");
                cx.say(Tone::Bad, format!("{text}. {keys}: resume, :discard: delete"));
            }
        }
    }
}
