//! Answers to requests that one of our own writes has overtaken.

use crate::domain::request_error::{RequestError, RequestErrorKind};

use crate::app::core::{Context, Read, Reply, Slot, Ticket};
use crate::app::store::Store;
use crate::app::sync::Sync;

impl Sync {
    /// Nothing that is under way can be outdated any more.
    pub(in crate::app) fn forget_written(&mut self, cx: &mut Context, store: &mut Store) {
        if cx.flights.is_empty() && self.watch.held.is_empty() {
            store.changes.ours.ended.clear();
            store.changes.ours.deleted.clear();
        }
    }

    /// Whether a reply is older than what is known of the records that it is about; then it is asked for again. Pages are
    /// not dropped: [`Store::up_to_date`] puts what is known into them.
    pub(in crate::app) fn is_overtaken(
        &mut self,
        cx: &mut Context,
        store: &mut Store,
        sent: Option<u64>,
        ticket: Ticket,
        read: &Read,
        result: &Result<Reply, RequestError>,
    ) -> bool {
        // A record that does not exist is reported too; other failures say nothing about it.
        if result.as_ref().is_err_and(|error| error.kind != RequestErrorKind::NoSuchRecord) {
            return false;
        }
        let ids = match read {
            // A record with a write under way is left alone by what asked for it.
            Read::Many { ids, .. } => {
                ids.iter().copied().filter(|id| store.ended_since(*id, sent) && !store.writes.is_sending(*id)).collect()
            }
            read => store.read_by(read),
        };
        if !ids.iter().any(|id| store.is_outdated(*id, sent)) {
            return false;
        }
        if let (Slot::Labels, Read::Related { link, .. }) = (ticket.slot, read) {
            // It is followed again, as any link that is not known.
            self.links_under_way.remove(link);
        } else if ids.iter().any(|id| store.writes.is_sending(*id)) {
            store.changes.ours.postponed.push((ticket, read.clone()));
        } else {
            store.ask_again(cx, ticket, read.clone());
        }
        true
    }
}
