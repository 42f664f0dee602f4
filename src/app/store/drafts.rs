//! Drafts: kept on disk with each change, and put over what our own writes stored meanwhile.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use crate::domain::change::Draft;
use crate::domain::change::draft::is_fresh;
use crate::domain::record::{FieldId, Record as _};
use crate::domain::unreadable_draft::UnreadableDraft;
use crate::keys::Command;

use crate::app::core::{Context, Effect, Tone};
use crate::app::model::drafts::{DraftUnkept, EditedText, OnDisk};
use crate::app::store::Store;

impl Store {
    /// A write of ours ended while a form of its record was open: the form goes on over what is there now.
    pub(in crate::app) fn rebase_draft(&mut self, cx: &mut Context, id: u64) {
        let Some(open) = self.drafts.get(&id) else { return };
        let over = self.over_ours(&open.draft);
        if over == open.draft {
            return;
        }
        if let Some(open) = self.drafts.get_mut(&id) {
            open.draft = over;
        }
        self.keep(cx, id);
    }

    /// Has a draft kept on disk, or what is there removed if it holds nothing any more.
    pub(in crate::app) fn keep(&mut self, cx: &mut Context, id: u64) {
        let Some(open) = self.drafts.get_mut(&id) else {
            cx.effect(Effect::DropDraft(id));
            return;
        };
        let typed: BTreeMap<FieldId, String> =
            open.unread.iter().map(|(field, (text, _))| (*field, text.clone())).collect();
        let text = open.text.as_ref().map(EditedText::without_password);
        if open.is_empty() {
            open.disk = OnDisk::Kept;
            cx.effect(Effect::DropDraft(id));
            return;
        }
        open.disk = OnDisk::Pending;
        open.untouched = false;
        let stored = Box::new(open.draft.clone().with_typed(typed).with_text(text).to_stored());
        cx.effect(Effect::KeepDraft(stored));
    }

    /// Whether something was typed for a record that is not saved.
    pub fn has_draft(&self, id: u64) -> bool {
        self.drafts.get(&id).is_some_and(|open| !open.is_empty())
    }
}

impl Store {
    /// The disk has a draft, or cannot take it.
    pub(in crate::app) fn draft_kept(&mut self, cx: &mut Context, id: u64, result: Result<(), DraftUnkept>) {
        let Some(open) = self.drafts.get_mut(&id) else { return };
        match result {
            Ok(()) => open.disk = OnDisk::Kept,
            Err(why) => {
                let known = matches!(open.disk, OnDisk::Failed(_));
                let text = why.to_string();
                open.disk = OnDisk::Failed(why);
                if !known {
                    let display_name = self.display_name(id);
                    cx.say(Tone::Bad, format!("{display_name}: {text}"));
                }
            }
        }
    }

    /// Drafts that an earlier run left are offered.
    pub(in crate::app) fn drafts_found(
        &mut self,
        cx: &mut Context,
        drafts: Vec<(Draft, DateTime<Utc>)>,
        unreadable: Vec<UnreadableDraft>,
    ) {
        for unread in unreadable {
            cx.say(Tone::Bad, unread.to_string());
        }
        let (mut names, mut fresh, mut edits) = (Vec::new(), false, false);
        for (draft, based) in drafts {
            let (id, name) = (draft.base().id(), draft.base().name().to_owned());
            fresh |= draft.is_fresh();
            edits |= !draft.is_fresh();
            if !self.drafts.contains_key(&id) {
                let open = self.kept_of(draft, based);
                self.drafts.insert(id, open);
            }
            names.push(if is_fresh(id) { self.display_name(id) } else { format!("{id} {name}") });
        }
        if !names.is_empty() {
            let noun = if names.len() == 1 { "draft is" } else { "drafts are" };
            let keys = |command| cx.key(command);
            let mut ways = Vec::new();
            if edits {
                ways.push(format!("{} on a registration resumes it", keys(Command::Edit)));
            }
            if fresh {
                ways.push(format!("{} resumes a new one", keys(Command::Create)));
            }
            let text = format!(
                "{} {noun} from an earlier session: {}. {}, :discard deletes it",
                names.len(),
                names.join(", "),
                ways.join(", ")
            );
            cx.say(Tone::Plain, text);
        }
    }
}
