//! Drafts: kept on disk with each change, and put over what our own writes stored meanwhile.

use std::collections::BTreeMap;

use crate::domain::record::field::FieldId;

use crate::app::core::context::Context;
use crate::app::core::effect::Effect;
use crate::app::model::drafts::{EditedText, OnDisk};
use crate::app::store::Store;

impl Store {
    /// A write of ours ended while a form of its record was open: the form goes on over what is there now.
    pub(in crate::app) fn rebase_draft(&mut self, cx: &mut Context, id: u64) {
        let Some(kept) = self.drafts.get(&id) else { return };
        let over = self.over_ours(&kept.draft);
        if over == kept.draft {
            return;
        }
        if let Some(kept) = self.drafts.get_mut(&id) {
            kept.draft = over;
        }
        self.keep(cx, id);
    }

    /// Has a draft kept on disk, or what is there removed if it holds nothing any more.
    pub(in crate::app) fn keep(&mut self, cx: &mut Context, id: u64) {
        let Some(kept) = self.drafts.get_mut(&id) else {
            cx.effect(Effect::DropDraft(id));
            return;
        };
        let typed: BTreeMap<FieldId, String> =
            kept.unread.iter().map(|(field, (text, _))| (*field, text.clone())).collect();
        let text = kept.text.as_ref().map(EditedText::without_password);
        if kept.is_empty() {
            kept.disk = OnDisk::Kept;
            cx.effect(Effect::DropDraft(id));
            return;
        }
        kept.disk = OnDisk::Pending;
        kept.untouched = false;
        let stored = Box::new(kept.draft.clone().with_typed(typed).with_text(text).to_stored());
        cx.effect(Effect::KeepDraft(stored));
    }

    /// Whether something was typed for a record that is not saved.
    #[must_use]
    pub fn has_draft(&self, id: u64) -> bool {
        self.drafts.get(&id).is_some_and(|kept| !kept.is_empty())
    }
}
