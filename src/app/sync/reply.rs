//! What a reply changes. A reply that nobody waits for any more is dropped in the first line.

use crate::domain::answer::{Conditional, Fetched, Page, Tag};
use crate::domain::record::draft::Draft;
use crate::domain::record::registration::Record as _;
use crate::domain::record::relation::{Relation, Target};
use crate::domain::request_error::{Trouble, TroubleKind};
use crate::keys::command::Command;

use crate::app::core::context::Context;
use crate::app::core::effect::Effect;
use crate::app::core::effect::Read;
use crate::app::core::intent::Intent;
use crate::app::core::message::Reply;
use crate::app::core::notice::Tone;
use crate::app::core::ticket::{Slot, Ticket};
use crate::app::overlay::Overlay;
use crate::app::panes::Panes;
use crate::app::panes::target::TargetPane;
use crate::app::store::Store;
use crate::app::store::ours::Overtaken;
use crate::app::sync::Sync;
use crate::app::sync::sweep::Progress;
use crate::app::{App, Side};
use crate::domain::sweep::{Ask, Remedy, Verdict};

/// Records of a page that cannot be shown and are reported one by one; the rest is counted.
const SKIPPED_TOLD: usize = 3;

impl App {
    pub(in crate::app) fn reply(&mut self, ticket: Ticket, read: Read, result: Result<Reply, Trouble>) {
        let sent = self.cx.landed(ticket);
        self.replied(sent, ticket, read, result);
    }

    /// The same, of the request with this number.
    pub(in crate::app) fn replied(
        &mut self,
        sent: Option<u64>,
        ticket: Ticket,
        read: Read,
        result: Result<Reply, Trouble>,
    ) {
        if !self.cx.tickets.is_current(ticket) && ticket.slot != Slot::Labels {
            return;
        }
        let result = match result {
            Ok(reply) if self.is_held(ticket) => return self.sync.watch.held.push((sent, ticket, read, reply)),
            result => result,
        };
        // What our own writes are known to have done comes before what this says.
        self.writes.take_in_fresh(&mut self.store);
        let result = match self.sync.overtaken(&mut self.cx, &mut self.store, sent, ticket, &read, result) {
            Overtaken::No(result) => result,
            Overtaken::Yes => return,
        };
        match (read, result) {
            (Read::Page { number, size, .. }, Ok(Reply::Page(answer))) => {
                self.sync.page(&mut self.cx, &mut self.store, sent, number, size, answer);
            }
            (Read::Some { ids, .. }, Ok(Reply::Page(answer))) => {
                self.sync.look_came(&mut self.cx, &mut self.store, sent, ids, answer);
            }
            (Read::Some { .. }, Err(trouble)) => self.look_failed(trouble),
            (Read::Record { id, known }, result) if ticket.slot == Slot::Watch => {
                self.detail_watched(id, known.as_ref(), result);
            }
            (Read::Page { number, size, .. }, Err(trouble)) => self.no_page(number, size, trouble),
            (Read::Record { id, .. }, result) if ticket.slot == Slot::Base => {
                self.panes.base(&mut self.cx, &mut self.store, id, result);
            }
            (Read::Record { id, .. }, result) if ticket.slot == Slot::Deletion => {
                self.overlay.deletion_read(&mut self.cx, &mut self.store, id, result);
            }
            (Read::Record { id, .. }, result) if ticket.slot == Slot::Whole => self.whole_came(id, result),
            (Read::Many { ids, .. }, result) => {
                self.writes.many_came(&mut self.cx, &mut self.store, sent, &ids, result);
            }
            (Read::Check(draft), Ok(Reply::Checked(checked))) => {
                self.panes.checked(&mut self.cx, &mut self.store, draft.base().id(), checked);
            }
            (Read::Check(draft), Err(trouble)) => {
                self.panes.not_checked(&mut self.cx, &self.store, draft.base().id(), &trouble);
            }
            (Read::Preview(draft), Ok(Reply::Preview { body, curl })) => {
                self.panes.previewed(draft.base().id(), body, curl);
            }
            (Read::Preview(_), Err(trouble)) => {
                self.cx.say(Tone::Bad, format!("This draft cannot be sent: {}", trouble.message));
            }
            (Read::Record { id, known }, Ok(Reply::Record(answer))) => {
                self.store.record(&mut self.cx, id, known.as_ref(), answer);
            }
            (Read::Record { id, .. }, Err(trouble)) => {
                self.panes.no_record(&mut self.cx, &mut self.store, id, &trouble);
            }
            (Read::Related { relation, link }, Ok(Reply::Related(target))) => {
                self.related(ticket.slot, relation, link, target);
            }
            (Read::Related { link, .. }, Err(trouble)) if ticket.slot == Slot::Labels => {
                if self.sync.links_under_way.remove(&link) {
                    self.sync.links_failed.insert(link);
                }
                // Its label stays "?" until the next refresh; the status line says the rest.
                self.cx.no_catalogue(&trouble);
            }
            (Read::Target { .. } | Read::Related { .. }, Err(trouble)) => {
                self.panes.no_target(&mut self.cx, trouble);
            }
            (Read::Target { relation, id }, Ok(Reply::Target(target))) => {
                self.panes.target(&mut self.store, relation, id, target);
            }
            (Read::Targets(relation, _), Ok(Reply::Targets(answer))) => {
                self.sync.catalogue_came(&mut self.store, relation, answer);
            }
            (Read::Targets(..), Err(trouble)) => {
                self.cx.no_catalogue(&trouble);
            }
            (Read::Exchanges, Ok(Reply::Exchanges(exchanges))) => self.overlay.exchanges_came(exchanges),
            (Read::Profile(name), Ok(Reply::Profile(warning))) => {
                let losses = self.writes.losses(&self.cx, &self.store);
                let lines = self.overlay.losses().into_iter().chain(losses).chain(warning).collect();
                self.overlay.profile_reached(&mut self.cx, name, lines);
            }
            (Read::Profile(name), Err(trouble)) => self.overlay.profile_not_reached(&mut self.cx, &name, &trouble),
            (Read::SignIn { user, .. }, Ok(_)) => self.signed_in(&user),
            (Read::Login, Ok(Reply::Login(user, token))) => {
                self.cx.effect(Effect::UseToken(token));
                self.signed_in(&user.unwrap_or_else(|| "earlier, by sipreg login".to_owned()));
            }
            (Read::SignIn { .. } | Read::SignInAgain, Err(trouble)) => {
                self.cx.ask(Intent::SignIn(trouble));
            }
            (Read::Renew, Err(trouble)) => {
                // The old token may still hold; if it does not, the next request asks.
                self.cx.say(Tone::Bad, format!("The token was not renewed: {}", trouble.message));
                self.sync.token_until = None;
            }
            // Where nobody is asked nothing fails.
            (Read::Exchanges | Read::Login, Err(_)) | (_, Ok(_)) => {}
        }
    }

    fn no_page(&mut self, number: u32, size: u32, trouble: Trouble) {
        let kind = trouble.kind;
        let message = trouble.message.clone();
        let ask = Ask { number, size };
        let Self { sync, cx, store, .. } = self;
        let (remedy, progress) = sync.sweep.failed(cx, store, ask, trouble.clone());
        match remedy {
            Remedy::Smaller(size) => {
                self.cx.say(Tone::Plain, format!("{message}. Loading continues in pages of {size}."));
                return;
            }
            Remedy::Ended => {
                self.sync.list_read(&mut self.cx, &mut self.store, progress);
                return;
            }
            Remedy::None => {}
        }
        let retry = self.cx.key(Command::Refresh);
        let goes_on = self.sync.sweep.held_up.as_ref().is_some_and(|held| held.retry_at.is_some());
        match kind {
            _ if trouble.asks_to_sign_in() => self.cx.ask(Intent::SignIn(trouble)),
            _ if !goes_on && !self.store.records.is_empty() => {
                self.cx.say(Tone::Bad, format!("{message}. Showing older data. {retry}: retry"));
            }
            // The status line counts down from then on; without records the screen says it all.
            _ if !self.store.records.is_empty()
                && self.sync.sweep.held_up.as_ref().is_some_and(|held| held.attempt == 1) =>
            {
                self.cx.say(Tone::Bad, format!("{message}. Showing older data, retrying. {retry}: retry now"));
            }
            _ => {}
        }
    }

    /// The watch read the record in the open detail.
    fn detail_watched(&mut self, id: u64, known: Option<&Tag>, result: Result<Reply, Trouble>) {
        match result {
            Ok(Reply::Record(Conditional::Unchanged)) => {
                self.store.is_as_in_detail(&mut self.cx, id, known);
                self.store.tell_changes(&mut self.cx);
            }
            Ok(Reply::Record(Conditional::Changed(fetched))) => {
                self.store.learn(&mut self.cx, &fetched);
                self.store.tell_changes(&mut self.cx);
            }
            Ok(_) => {}
            Err(trouble) if trouble.kind == TroubleKind::NoSuchRecord => {
                let gone = self.store.went(&self.cx, &[id]);
                self.store.tell_gone(&mut self.cx, &gone);
            }
            Err(trouble) => return self.look_failed(trouble),
        }
        self.sync.look_answered(&mut self.cx);
    }

    fn related(&mut self, slot: Slot, relation: Relation, link: String, target: Option<Target>) {
        let id = target.as_ref().map(|target| target.id);
        self.sync.links_under_way.remove(&link);
        self.store.targets.follow(link, id);
        if let Some(target) = target {
            self.store.targets.learn(target);
        }
        if slot == Slot::Target {
            if let Some(id) = id {
                self.panes.show_target(relation, id);
            } else {
                self.cx.say(Tone::Plain, format!("the {} is {}", relation.noun(), relation.field().field().unset));
                self.panes.stack.pop();
                if self.panes.stack.is_empty() {
                    self.panes.focus = crate::app::Focus::List;
                }
            }
        }
        self.store.touch();
    }

    fn signed_in(&mut self, user: &str) {
        self.cx.give_up(&[Slot::Login]);
        if matches!(self.overlay.current, Some(Overlay::SignIn(_))) {
            self.overlay.current = None;
        }
        self.cx.say(Tone::Good, format!("Signed in as {user}"));
        self.cx.setup.user = Some(user.to_owned());
        // What was asked for when the sign-in ended goes on.
        self.writes.batch_signed_in(&mut self.cx, &mut self.store);
        match self.panes.stack.last() {
            Some(Side::Detail(pane)) if pane.trouble.is_some() => self.store.read_detail(&mut self.cx, pane.id),
            Some(Side::Target(TargetPane { relation, id: Some(id), trouble: Some(_), .. })) => {
                self.cx.read_target(*relation, *id);
            }
            Some(Side::Detail(_) | Side::Target(_) | Side::Document { .. } | Side::Form(_)) | None => {}
        }
        if self.sync.sweep.is_running() {
            self.sync.sweep.retry(&mut self.cx, &self.store.records);
        } else if self.store.loaded.synced.is_none() {
            self.sync.sweep.start(&mut self.cx);
        }
    }
}

impl Sync {
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
    fn tell_memory(&mut self, cx: &mut Context, store: &mut Store, full: bool) {
        let Some(limits) = store.records.limits() else { return };
        let cut = store.records.cut();
        if cut > 0 && self.cut_told != cut {
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
        self.cut_told = cut;
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
    pub(in crate::app) fn list_read(&mut self, cx: &mut Context, store: &mut Store, progress: Progress) {
        let Progress::Ended { unseen, seen, verdict, full } = progress else { return };
        store.changes.gone.retain(|id, _| unseen.binary_search(id).is_ok());
        let gone = if verdict == Verdict::Complete { store.went(cx, &unseen) } else { Vec::new() };
        store.tell_changes(cx);
        store.tell_gone(cx, &gone);
        store.read_back_all(cx);
        self.tell_memory(cx, store, full);
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
        if let Conditional::Changed(page) = &mut answer {
            if let Some(newer) = store.up_to_date(page, sent) {
                *page = newer;
            }
            store.note_page(cx, page);
            for target in &page.targets {
                store.targets.learn(target.clone());
            }
            for skipped in page.skipped.iter().take(SKIPPED_TOLD) {
                cx.say(Tone::Bad, format!("A registration on page {number} cannot be shown: {skipped}"));
            }
            if let Some(more) = page.skipped.len().checked_sub(SKIPPED_TOLD).filter(|more| *more > 0) {
                cx.say(Tone::Bad, format!("{more} more registrations on page {number} cannot be shown"));
            }
        }
        let ask = Ask { number, size };
        let progress = self.sweep.page(cx, store, ask, &answer);
        for id in store.changes.ours.deleted() {
            store.records.remove(id);
        }
        store.touch();
        let progress_goes_on = progress == Progress::Going;
        if let Progress::Ended { verdict, .. } = &progress {
            if matches!(verdict, Verdict::Differs { .. }) && store.wrote_meanwhile() {
                // We made or deleted a record while the list was read: its pages do not fit together.
                self.sweep.refresh(cx, &store.records);
                return;
            }
            // What records refer to ages as they do; at the start it was read with the first page.
            if !first && !std::mem::take(&mut self.catalogue_is_new) {
                self.read_catalogue(cx, store);
            }
        }
        self.list_read(cx, store, progress);
        if first && !store.records.is_empty() {
            // Who loads what needs all nodes and their pops: read once the first screen stands.
            self.catalogue_is_new = progress_goes_on;
            self.read_catalogue(cx, store);
        }
    }
}

impl Panes {
    fn show_target(&mut self, relation: Relation, id: u64) {
        if let Some(Side::Target(pane)) = self.stack.last_mut()
            && pane.relation == relation
        {
            pane.id = Some(id);
            pane.read = true;
            pane.trouble = None;
        }
    }

    pub(in crate::app) fn no_record(&mut self, cx: &mut Context, store: &mut Store, id: u64, trouble: &Trouble) {
        let (called, refresh) = (store.called(id), cx.key(Command::Refresh));
        match trouble.kind {
            _ if trouble.asks_to_sign_in() => cx.ask(Intent::SignIn(trouble.clone())),
            TroubleKind::NoSuchRecord => {
                store.went(cx, &[id]);
                cx.say(Tone::Bad, format!("Registration {called} does not exist on the server. {refresh}: refresh"));
            }
            _ => cx.say(Tone::Bad, format!("{called} could not be loaded: {}. {refresh}: retry", trouble.message)),
        }
        for side in &mut self.stack {
            if let Side::Detail(pane) = side
                && pane.id == id
            {
                pane.trouble = Some(trouble.clone());
            }
        }
    }

    pub(in crate::app) fn no_target(&mut self, cx: &mut Context, trouble: Trouble) {
        match trouble.kind {
            _ if trouble.asks_to_sign_in() => cx.ask(Intent::SignIn(trouble.clone())),
            _ => cx.say(Tone::Bad, format!("{}. {}: retry", trouble.message, cx.key(Command::Refresh))),
        }
        if let Some(Side::Target(pane)) = self.stack.last_mut() {
            pane.trouble = Some(trouble);
        }
    }

    pub(in crate::app) fn target(&mut self, store: &mut Store, relation: Relation, id: u64, target: Target) {
        store.targets.learn(target);
        self.show_target(relation, id);
        store.touch();
    }

    /// The base of a form, or what is to be copied into one, was read.
    pub(in crate::app) fn base(
        &mut self,
        cx: &mut Context,
        store: &mut Store,
        id: u64,
        result: Result<Reply, Trouble>,
    ) {
        let copy = self.waiting_for_copy(store, id);
        match result {
            Ok(Reply::Record(Conditional::Changed(fetched))) => {
                store.learn(cx, &fetched);
                store.tell_changes(cx);
                if let Some(copy) = copy {
                    self.copy_into(cx, store, copy, &fetched);
                    return;
                }
                self.take_base(cx, store, id, Draft::new(fetched.registration, fetched.tag));
                let kept = self.form_draft(store).is_some_and(|kept| !kept.draft.is_empty());
                if kept {
                    store.keep(cx, id);
                }
                self.text_due(cx, store);
            }
            Err(trouble) => {
                self.stack.retain(|side| !matches!(side, Side::Form(form) if form.id == copy.unwrap_or(id)));
                if self.stack.is_empty() {
                    self.focus = crate::app::Focus::List;
                }
                self.no_record(cx, store, id, &trouble);
            }
            Ok(_) => {}
        }
    }
}

impl Context {
    fn no_catalogue(&mut self, trouble: &Trouble) {
        let retry = self.key(Command::Refresh);
        self.say(Tone::Bad, format!("labels are incomplete: {}. {retry}: retry", trouble.message));
    }
}

impl Store {
    /// A record is as it was when it was read whole, which the list need not know.
    pub(in crate::app) fn is_as_in_detail(&mut self, cx: &mut Context, id: u64, known: Option<&Tag>) {
        let whole = self.fetched.get(&id).filter(|whole| known.is_some() && whole.tag.as_ref() == known);
        if let Some(whole) = whole.cloned() {
            self.learn(cx, &whole);
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
            Conditional::Changed(fetched) => self.learn(cx, &fetched),
            Conditional::Unchanged => {
                self.is_as_in_detail(cx, id, known);
                cx.say(Tone::Plain, format!("{} is unchanged", self.called(id)));
            }
        }
        self.tell_changes(cx);
    }
}
