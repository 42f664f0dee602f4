//! What a reply changes. A reply that nobody waits for any more is dropped in the first line.

use crate::domain::answer::{Conditional, Fetched, Page};
use crate::domain::draft::Draft;
use crate::domain::registration::Record as _;
use crate::domain::relation::{Relation, Target};
use crate::domain::trouble::{Trouble, TroubleKind};

use super::effect::{Effect, Read};
use super::loading::Progress;
use super::message::Reply;
use super::notice::Tone;
use super::overlay::Overlay;
use super::target::TargetPane;
use super::ticket::{Slot, Ticket};
use super::{App, Side};

impl App {
    pub(super) fn reply(&mut self, ticket: Ticket, read: Read, result: Result<Reply, Trouble>) -> Vec<Effect> {
        self.landed(ticket);
        if !self.tickets.is_current(ticket) && ticket.slot != Slot::Labels {
            return Vec::new();
        }
        match (read, result) {
            (Read::Page { number, size, .. }, Ok(Reply::Page(answer))) => self.page(number, size, &answer),
            (Read::Page { number, size, .. }, Err(trouble)) => self.no_page(number, size, trouble),
            (Read::Record { id, .. }, Ok(Reply::Record(Conditional::Changed(fetched))))
                if ticket.slot == Slot::Base =>
            {
                self.learn(&fetched);
                self.take_base(id, Draft::new(fetched.registration, fetched.tag));
                let kept = self.form_draft().is_some_and(|kept| !kept.draft.is_empty());
                let mut effects = if kept { self.keep(id) } else { Vec::new() };
                effects.extend(self.text_due());
                effects
            }
            (Read::Record { id, .. }, Err(trouble)) if ticket.slot == Slot::Base => {
                self.side.retain(|side| !matches!(side, Side::Form(form) if form.id == id));
                if self.side.is_empty() {
                    self.focus = super::Focus::List;
                }
                self.no_record(id, &trouble);
                Vec::new()
            }
            (Read::Check(draft), Ok(Reply::Checked(checked))) => self.checked(draft.base().id(), checked),
            (Read::Check(draft), Err(trouble)) => {
                self.not_checked(draft.base().id(), trouble);
                Vec::new()
            }
            (Read::Preview(draft), Ok(Reply::Preview { body, curl })) => {
                self.previewed(draft.base().id(), body, curl);
                Vec::new()
            }
            (Read::Preview(_), Err(trouble)) => {
                self.say(Tone::Bad, format!("this draft cannot be sent: {}", trouble.message));
                Vec::new()
            }
            (Read::Record { id, .. }, Ok(Reply::Record(answer))) => {
                self.record(id, answer);
                Vec::new()
            }
            (Read::Record { id, .. }, Err(trouble)) => {
                self.no_record(id, &trouble);
                Vec::new()
            }
            (Read::Related { relation, link }, Ok(Reply::Related(target))) => {
                self.related(ticket.slot, relation, link, target);
                Vec::new()
            }
            (Read::Related { link, .. }, Err(trouble)) if ticket.slot == Slot::Labels => {
                if self.links_under_way.remove(&link) {
                    self.links_failed.insert(link);
                }
                // Its label stays "?" until the next refresh; the status line says the rest.
                self.no_catalogue(&trouble);
                Vec::new()
            }
            (Read::Target { .. } | Read::Related { .. }, Err(trouble)) => {
                self.no_target(trouble);
                Vec::new()
            }
            (Read::Target { relation, id }, Ok(Reply::Target(target))) => {
                self.target(relation, id, target);
                Vec::new()
            }
            (Read::Targets(relation), Ok(Reply::Targets(targets))) => {
                self.targets.note_complete(relation);
                for target in targets {
                    self.targets.learn(target);
                }
                self.settle();
                Vec::new()
            }
            (Read::Targets(_), Err(trouble)) => {
                self.no_catalogue(&trouble);
                Vec::new()
            }
            (Read::SignIn { user, .. }, Ok(_)) => self.signed_in(user),
            (Read::SignIn { .. } | Read::SignInAgain, Err(trouble)) => {
                self.ask_sign_in(trouble);
                Vec::new()
            }
            (Read::Renew, Err(trouble)) => {
                // The old token may still hold; if it does not, the next request asks.
                self.say(Tone::Bad, format!("the token was not renewed: {}", trouble.message));
                self.token_until = None;
                Vec::new()
            }
            (_, Ok(_)) => Vec::new(),
        }
    }

    fn page(&mut self, number: u32, size: u32, answer: &Conditional<Page>) -> Vec<Effect> {
        let first = self.records.is_empty();
        if let Conditional::Changed(page) = answer {
            for target in &page.targets {
                self.targets.learn(target.clone());
            }
            for skipped in &page.skipped {
                self.say(Tone::Bad, format!("a record on page {number} cannot be shown: {skipped}"));
            }
            if page.linked && self.loading.synced.is_some() {
                // A page that changed since it was read: its records may point elsewhere now.
                self.targets.unfollow_all();
                self.links_failed.clear();
            }
        }
        let (mut effects, progress) =
            self.loading.page(self.now, (number, size), answer, &mut self.tickets, &mut self.records);
        self.settle();
        if let Progress::Complete { gone, differs, restless } = progress {
            self.complete(&gone, differs);
            if restless && differs.is_none() {
                self.say(Tone::Bad, "others change the list faster than it can be read; r reads again");
            }
        }
        if first && !self.records.is_empty() {
            // Who loads what needs all nodes and their pops: read once the first screen stands.
            let ticket = self.tickets.open(Slot::Catalogue);
            effects.extend(
                [Relation::Node, Relation::Pop, Relation::TransportProtocol]
                    .map(|relation| Self::read(ticket, Read::Targets(relation))),
            );
        }
        effects
    }

    fn complete(&mut self, gone: &[u64], differs: Option<u64>) {
        if let [id] = gone {
            self.say(Tone::Plain, format!("registration {id} is gone: deleted by someone"));
        } else if !gone.is_empty() {
            let some: Vec<_> = gone.iter().take(5).map(u64::to_string).collect();
            let more = if gone.len() > 5 { ", …" } else { "" };
            self.say(Tone::Plain, format!("{} registrations are gone: {}{more}", gone.len(), some.join(", ")));
        }
        if let Some(total) = differs {
            let len = self.records.len();
            self.say(Tone::Bad, format!("{len} loaded, but the server counts {total}; r reads again"));
        }
    }

    fn no_page(&mut self, number: u32, size: u32, trouble: Trouble) -> Vec<Effect> {
        let kind = trouble.kind;
        let message = trouble.message.clone();
        let goes_on = self.loading.failed(self.now, number, size, trouble.clone());
        match kind {
            TroubleKind::SignInNeeded | TroubleKind::SignInRefused => self.ask_sign_in(trouble),
            _ if !goes_on && !self.records.is_empty() => {
                self.say(Tone::Bad, format!("{message}; the list shows what was read before; r tries again"));
            }
            // While it retries by itself the status line counts down; without records the screen says it.
            _ => {}
        }
        Vec::new()
    }

    fn record(&mut self, id: u64, answer: Conditional<Box<Fetched>>) {
        let Conditional::Changed(fetched) = answer else {
            self.say(Tone::Plain, format!("{} is unchanged", self.called(id)));
            return;
        };
        self.learn(&fetched);
    }

    fn no_record(&mut self, id: u64, trouble: &Trouble) {
        let called = self.called(id);
        match trouble.kind {
            TroubleKind::SignInNeeded | TroubleKind::SignInRefused => self.ask_sign_in(trouble.clone()),
            TroubleKind::NoSuchRecord => {
                self.say(Tone::Bad, format!("registration {called} does not exist on the server; r reads again"));
            }
            _ => self.say(Tone::Bad, format!("{called} was not read: {}; r tries again", trouble.message)),
        }
        for side in &mut self.side {
            if let Side::Detail(pane) = side
                && pane.id == id
            {
                pane.trouble = Some(trouble.clone());
            }
        }
    }

    fn related(&mut self, slot: Slot, relation: Relation, link: String, target: Option<Target>) {
        let id = target.as_ref().map(|target| target.id);
        self.links_under_way.remove(&link);
        self.targets.follow(link, id);
        if let Some(target) = target {
            self.targets.learn(target);
        }
        if slot == Slot::Target {
            if let Some(id) = id {
                self.show_target(relation, id);
            } else {
                self.say(Tone::Plain, format!("the {} is {}", relation.noun(), relation.field().field().unset));
                self.side.pop();
                if self.side.is_empty() {
                    self.focus = super::Focus::List;
                }
            }
        }
        self.settle();
    }

    fn target(&mut self, relation: Relation, id: u64, target: Target) {
        self.targets.learn(target);
        self.show_target(relation, id);
        self.settle();
    }

    fn show_target(&mut self, relation: Relation, id: u64) {
        if let Some(Side::Target(pane)) = self.side.last_mut()
            && pane.relation == relation
        {
            pane.id = Some(id);
            pane.read = true;
            pane.trouble = None;
        }
    }

    fn no_target(&mut self, trouble: Trouble) {
        match trouble.kind {
            TroubleKind::SignInNeeded | TroubleKind::SignInRefused => self.ask_sign_in(trouble.clone()),
            _ => self.say(Tone::Bad, format!("{}; r tries again", trouble.message)),
        }
        if let Some(Side::Target(pane)) = self.side.last_mut() {
            pane.trouble = Some(trouble);
        }
    }

    fn no_catalogue(&mut self, trouble: &Trouble) {
        self.say(Tone::Bad, format!("labels are incomplete: {}; r tries again", trouble.message));
    }

    fn signed_in(&mut self, user: String) -> Vec<Effect> {
        if matches!(self.overlay, Some(Overlay::SignIn(_))) {
            self.overlay = None;
        }
        self.say(Tone::Good, format!("signed in as {user}"));
        self.setup.user = Some(user);
        let mut effects = Vec::new();
        // What was asked for when the sign-in ended goes on.
        match self.side.last() {
            Some(Side::Detail(pane)) if pane.trouble.is_some() => effects.extend(self.read_detail(pane.id)),
            Some(Side::Target(TargetPane { relation, id: Some(id), trouble: Some(_), .. })) => {
                effects.extend(self.read_target(*relation, *id));
            }
            Some(Side::Detail(_) | Side::Target(_) | Side::Document { .. } | Side::Form(_)) | None => {}
        }
        if self.loading.is_running() {
            effects.extend(self.loading.retry());
        } else if self.loading.synced.is_none() {
            effects.extend(self.loading.start(&mut self.tickets, &mut self.records));
        }
        effects
    }
}
