//! What would be lost, or not be known, if the session ended now: asked before quitting and before another profile.

use crate::domain::record::FieldId;

use crate::app::core::Context;
use crate::app::model::drafts::OnDisk;
use crate::app::store::Store;
use crate::app::write::Writes;

impl Writes {
    /// A sentence each; empty where nothing would be.
    pub fn losses(&self, cx: &Context, store: &Store) -> Vec<String> {
        let mut lines: Vec<String> = self.batch_at_the_end(cx).into_iter().collect();
        for under_way in store.writes.under_way.values().filter(|under_way| !under_way.among_many) {
            lines.push(format!("{} is being saved; the result would be unknown", store.display_name(under_way.id)));
        }
        for id in store.writes.unsettled().filter(|id| !store.writes.is_sending(*id)) {
            lines.push(format!("{}: the result of the last change is not known yet", store.display_name(id)));
        }
        for (id, open) in &store.drafts {
            if !open.unread.is_empty() {
                let fields: Vec<&str> = open.unread.keys().map(|field| field.field().label).collect();
                let display_name = store.display_name(*id);
                lines.push(format!(
                    "{display_name}: the text typed for {} is not a valid value and would be lost",
                    fields.join(", ")
                ));
            }
        }
        for (id, open) in store.drafts.iter().filter(|(_, open)| !open.draft.is_empty()) {
            match &open.disk {
                OnDisk::Failed(why) => {
                    let display_name = store.display_name(*id);
                    lines.push(format!(
                        "{display_name}: its draft is only in memory and would be lost ({})",
                        why.reason()
                    ));
                }
                OnDisk::Pending | OnDisk::Kept if open.draft.changes().contains_key(&FieldId::AuthPassword) => {
                    lines
                        .push(format!("{}: its draft is kept, except for the password typed", store.display_name(*id)));
                }
                OnDisk::Pending | OnDisk::Kept => {}
            }
        }
        lines
    }
}
