//! What a reply changes. A reply that no one waits for any more is dropped in the first line.

use std::collections::BTreeSet;

use crate::domain::answer::{Conditional, Fetched, Page, Tag};
use crate::domain::record::{Relation, Target};
use crate::domain::request_error::{RequestError, RequestErrorKind};
use crate::domain::sweep::{Completeness, Remedy, SweepPage};
use crate::keys::Command;

use crate::app::core::{Context, Effect, Intent, Read, Reply, Slot, Tone};
use crate::app::store::Store;
use crate::app::sync::Sync;
use crate::app::sync::sweep::SweepEnd;

/// Records of a page that cannot be shown and are reported one by one; the rest is counted.
const SKIPPED_TOLD: usize = 3;

impl Sync {
    pub(in crate::app) fn no_page(
        &mut self,
        cx: &mut Context,
        store: &mut Store,
        number: u32,
        size: u32,
        error: RequestError,
    ) {
        let kind = error.kind;
        let message = error.message.clone();
        let ask = SweepPage { number, size };
        let (remedy, end) = self.sweep.failed(cx, store, ask, error.clone());
        if let Some(end) = end {
            return self.list_read(cx, store, end);
        }
        if let Remedy::Smaller(size) = remedy {
            cx.say(Tone::Plain, format!("{message}. Loading continues in pages of {size}."));
            return;
        }
        let retry = cx.key(Command::Refresh);
        let goes_on = self.sweep.held_up.as_ref().is_some_and(|held| held.retry_at.is_some());
        match kind {
            _ if error.asks_to_sign_in() => cx.ask(Intent::SignIn(error)),
            _ if !goes_on && !store.records.is_empty() => {
                cx.say(Tone::Bad, format!("{message}. Showing older data. {retry}: retry"));
            }
            // The status line counts down from then on; without records the screen says it all.
            _ if !store.records.is_empty() && self.sweep.held_up.as_ref().is_some_and(|held| held.attempt == 1) => {
                cx.say(Tone::Bad, format!("{message}. Showing older data, retrying. {retry}: retry now"));
            }
            _ => {}
        }
    }

    /// The watch read the record in the open detail.
    pub(in crate::app) fn detail_watched(
        &mut self,
        cx: &mut Context,
        store: &mut Store,
        id: u64,
        known: Option<&Tag>,
        result: Result<Reply, RequestError>,
        is_busy: bool,
    ) {
        match result {
            Ok(Reply::Record(Conditional::Unchanged)) => {
                store.is_as_in_detail(cx, id, known);
                store.report_changes(cx);
            }
            Ok(Reply::Record(Conditional::Changed(fetched))) => {
                store.store_fetched(cx, &fetched);
                store.report_changes(cx);
            }
            Ok(_) => {}
            Err(error) if error.kind == RequestErrorKind::NoSuchRecord => {
                let gone = store.mark_deleted(cx, &[id]);
                store.report_deleted(cx, &gone);
            }
            Err(error) => return self.watch_read_failed(cx, error, is_busy),
        }
        self.watch_read_answered(cx);
    }

    /// Asks for all pops, nodes and transports, unless that is under way. What did not change costs little.
    pub(in crate::app) fn read_catalogue(&mut self, cx: &mut Context, store: &mut Store) {
        if cx.flights.values().any(|(flying, _)| flying.slot == Slot::Catalogue) {
            return;
        }
        let ticket = cx.tickets.open(Slot::Catalogue);
        for relation in [Relation::Node, Relation::Pop, Relation::TransportProtocol] {
            let complete = store.targets.is_complete(relation);
            let known = self.catalogue.get(&relation).filter(|_| complete).cloned();
            cx.effect(Effect::Read { ticket, read: Read::Targets(relation, known) });
        }
    }

    /// Says what the list leaves out for want of memory.
    fn report_memory(&mut self, cx: &mut Context, store: &mut Store, full: bool) {
        let Some(limits) = store.records.limits() else { return };
        let cut = store.records.cut();
        if cut > 0 && self.cut_reported != cut {
            let have = if cut == 1 { "registration has" } else { "registrations have" };
            cx.say(
                Tone::Bad,
                format!(
                    "{cut} {have} values over {} KiB: the list shows and searches only their beginning; detail and \
                     form load them whole",
                    limits.value >> 10
                ),
            );
        }
        self.cut_reported = cut;
        if full {
            let of = store.loaded.total.map_or_else(String::new, |total| format!(" of {total}"));
            cx.say(
                Tone::Bad,
                format!(
                    "The {} MiB for the list are full: {}{of} registrations are loaded. The others are not shown or \
                     searched; :ID opens one",
                    limits.total >> 20,
                    store.records.len()
                ),
            );
        }
    }

    /// All of a kind are known: what is not among them is gone from the server.
    pub(in crate::app) fn catalogue_came(
        &mut self,
        store: &mut Store,
        relation: Relation,
        answer: Conditional<(Vec<Target>, Option<Tag>)>,
    ) {
        let Conditional::Changed((targets, tag)) = answer else { return };
        match tag {
            Some(tag) => self.catalogue.insert(relation, tag),
            None => self.catalogue.remove(&relation),
        };
        store.targets.replace(relation, targets);
        store.touch();
    }

    /// The list was read to its end: what was not seen is gone, if all of it was seen.
    pub(in crate::app) fn list_read(&mut self, cx: &mut Context, store: &mut Store, end: SweepEnd) {
        let SweepEnd { unseen, seen, verdict, full } = end;
        // Of a record that we wrote since it began, or are writing now, it shows neither that it is there nor that it
        // is not.
        let asked = Some(self.sweep.first_request());
        let known = unseen.iter().chain(store.changes.deleted.keys());
        let outdated: BTreeSet<u64> = known.copied().filter(|id| store.is_outdated(*id, asked)).collect();
        store.changes.deleted.retain(|id, _| unseen.binary_search(id).is_ok() || outdated.contains(id));
        let unseen: Vec<u64> = unseen.into_iter().filter(|id| !outdated.contains(id)).collect();
        let gone = if verdict == Completeness::Complete { store.mark_deleted(cx, &unseen) } else { Vec::new() };
        store.report_changes(cx);
        store.report_deleted(cx, &gone);
        store.read_back_all(cx);
        self.report_memory(cx, store, full);
        if let Some(sentence) = verdict.sentence(seen) {
            cx.say(Tone::Bad, format!("{sentence}. {}: reload", cx.key(Command::Refresh)));
        }
    }

    pub(in crate::app) fn page(
        &mut self,
        cx: &mut Context,
        store: &mut Store,
        sent: Option<u64>,
        number: u32,
        size: u32,
        mut answer: Conditional<Page>,
    ) {
        let first = store.records.is_empty();
        let ask = SweepPage { number, size };
        if let Conditional::Changed(page) = &mut answer
            && !self.sweep.is_check(ask)
        {
            if let Some(newer) = store.up_to_date(page, sent) {
                *page = newer;
            }
            store.note_page(cx, page, sent);
            store.add_targets(&page.targets);
            for skipped in page.skipped.iter().take(SKIPPED_TOLD) {
                cx.say(Tone::Bad, format!("A registration on page {number} cannot be shown: {skipped}"));
            }
            if let Some(more) = page.skipped.len().checked_sub(SKIPPED_TOLD).filter(|more| *more > 0) {
                cx.say(Tone::Bad, format!("{more} more registrations on page {number} cannot be shown"));
            }
        }
        let end = self.sweep.page(cx, store, ask, &answer);
        store.hide_deleted();
        store.touch();
        let goes_on = end.is_none();
        if let Some(SweepEnd { verdict, unseen, .. }) = &end {
            let asked = Some(self.sweep.first_request());
            let differs = matches!(verdict, Completeness::Differs { .. }) && store.wrote_since(asked);
            if differs || unseen.iter().any(|id| store.ended_since(*id, asked)) {
                // A record was created or deleted while the list was read: its pages do not fit together.
                self.sweep.refresh(cx, &store.records);
                return;
            }
            // What records refer to ages as they do; at the start it was read with the first page.
            if !first && !std::mem::take(&mut self.catalogue_is_new) {
                self.read_catalogue(cx, store);
            }
        }
        if let Some(end) = end {
            self.list_read(cx, store, end);
        }
        if first && !store.records.is_empty() {
            // Who loads what needs all nodes and their pops: read once the first screen stands.
            self.catalogue_is_new = goes_on;
            self.read_catalogue(cx, store);
        }
    }
}

impl Context {
    pub(in crate::app) fn no_catalogue(&mut self, error: &RequestError) {
        let retry = self.key(Command::Refresh);
        self.say(Tone::Bad, format!("labels are incomplete: {}. {retry}: retry", error.message));
    }
}

impl Store {
    /// A record is as it was when it was read whole, which the list need not know.
    pub(in crate::app) fn is_as_in_detail(&mut self, cx: &mut Context, id: u64, known: Option<&Tag>) {
        let whole = self.fetched.get(&id).filter(|whole| known.is_some() && whole.tag.as_ref() == known);
        if let Some(whole) = whole.cloned() {
            self.store_fetched(cx, &whole);
        }
    }

    pub(in crate::app) fn record(
        &mut self,
        cx: &mut Context,
        id: u64,
        known: Option<&Tag>,
        answer: Conditional<Box<Fetched>>,
    ) {
        match answer {
            Conditional::Changed(fetched) => self.store_fetched(cx, &fetched),
            Conditional::Unchanged => {
                self.is_as_in_detail(cx, id, known);
                cx.say(Tone::Plain, format!("{} is unchanged", self.display_name(id)));
            }
        }
        self.report_changes(cx);
    }
}
