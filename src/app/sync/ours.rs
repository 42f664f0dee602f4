//! Answers to requests that one of our own writes has overtaken.

use crate::domain::record::Record;
use crate::domain::request_error::{RequestError, RequestErrorKind};

use crate::app::core::{Context, Read, Reply, Slot, Ticket};
use crate::app::store::Store;
use crate::app::sync::Sync;

/// What becomes of a reply.
pub(in crate::app) enum Overtaken {
    /// The reply is as new as what is known.
    No(Result<Reply, RequestError>),
    /// It is older than what is known, and is asked for again.
    Yes,
}

impl Sync {
    /// Nothing that is under way can be outdated any more.
    pub(in crate::app) fn forget_written(&mut self, cx: &mut Context, store: &mut Store) {
        if cx.flights.is_empty() && self.watch.held.is_empty() {
            store.changes.ours.ended.clear();
            store.changes.ours.deleted.clear();
        }
    }

    /// Decides whether a reply is older than what is known of the records that it is about. Pages are not dropped:
    /// [`Store::up_to_date`] puts what is known into them.
    pub(in crate::app) fn overtaken(
        &mut self,
        cx: &mut Context,
        store: &mut Store,
        sent: Option<u64>,
        ticket: Ticket,
        read: &Read,
        result: Result<Reply, RequestError>,
    ) -> Overtaken {
        let tells = match &result {
            Ok(_) => true,
            // A record that does not exist is reported too; other failures say nothing about it.
            Err(error) => error.kind == RequestErrorKind::NoSuchRecord,
        };
        let ids = match read {
            _ if !tells => Vec::new(),
            Read::Record { id, .. } => vec![*id],
            Read::Check(draft) => vec![draft.id()],
            Read::Related { link, .. } => store.records_with(link),
            Read::Many { ids, .. } => {
                // A record with a write under way is left alone by what asked for it.
                ids.iter().copied().filter(|id| store.ended_since(*id, sent) && !store.writes.is_sending(*id)).collect()
            }
            Read::Page { .. }
            | Read::Some { .. }
            | Read::Target { .. }
            | Read::Targets(..)
            | Read::Preview(_)
            | Read::Exchanges
            | Read::Renew
            | Read::SignInAgain
            | Read::Login
            | Read::Profile(_)
            | Read::SignIn { .. } => Vec::new(),
        };
        if !ids.iter().any(|id| store.is_outdated(*id, sent)) {
            return Overtaken::No(result);
        }
        if let (Slot::Labels, Read::Related { link, .. }) = (ticket.slot, read) {
            // It is followed again, as any link that is not known.
            self.links_under_way.remove(link);
            return Overtaken::Yes;
        }
        if ids.iter().any(|id| store.writes.is_sending(*id)) {
            store.changes.ours.postponed.push((ticket, read.clone()));
            return Overtaken::Yes;
        }
        store.ask_again(cx, ticket, read.clone());
        Overtaken::Yes
    }
}
