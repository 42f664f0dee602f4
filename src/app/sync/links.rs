//! Links of relationships that lead to labels not known yet.

use crate::domain::record::{Record as _, Relation, ValueRef};

use crate::app::core::{Context, Effect, Read, Slot};
use crate::app::list::List;
use crate::app::store::Store;
use crate::app::sync::Sync;

/// Links followed at a time for labels.
const LINKS_AT_ONCE: usize = 2;

impl Sync {
    /// Links lead elsewhere where a relationship was changed, and no tag of a page shows it: they are followed again
    /// with each refresh.
    pub(in crate::app) fn age_links(&mut self, store: &mut Store) {
        store.targets.age_links();
        self.links_failed.clear();
    }

    /// Follows links of relationships in view that are not known yet, a few at a time.
    pub(in crate::app) fn follow_links(&mut self, cx: &mut Context, store: &Store, list: &List) {
        if self.links_under_way.len() >= LINKS_AT_ONCE {
            return;
        }
        let height = cx.layout().list_height();
        let mut wanted: Vec<(Relation, String)> = Vec::new();
        for row in list.rows.in_view(&store.records, height) {
            if store.writes.is_sending(row.id()) {
                // What it leads to may be what the write changes.
                continue;
            }
            for relation in Relation::ALL {
                if let ValueRef::Linked(link) = row.get(relation.field())
                    && !store.targets.is_followed(link)
                    && !self.links_failed.contains(link)
                    && !self.links_under_way.contains(link)
                {
                    wanted.push((relation, link.to_owned()));
                }
            }
            if wanted.len() > LINKS_AT_ONCE * 2 {
                break;
            }
        }
        for (relation, link) in wanted {
            if self.links_under_way.len() >= LINKS_AT_ONCE {
                break;
            }
            if !self.links_under_way.insert(link.clone()) {
                continue;
            }
            let effect = Effect::Read { ticket: cx.tickets.same(Slot::Labels), read: Read::Related { relation, link } };
            cx.effect(effect);
        }
    }
}
