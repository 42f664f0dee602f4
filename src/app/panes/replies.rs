//! What a pane makes of what was read for it.

use crate::domain::answer::Conditional;
use crate::domain::change::Draft;
use crate::domain::record::{Relation, Target};
use crate::domain::request_error::{RequestError, RequestErrorKind};
use crate::keys::Command;

use crate::app::core::{Context, Intent, Reply, Slot, Tone};
use crate::app::panes::Panes;
use crate::app::panes::stack::SidePane;
use crate::app::store::Store;

impl Panes {
    pub(in crate::app) fn related(
        &mut self,
        cx: &mut Context,
        store: &mut Store,
        slot: Slot,
        relation: Relation,
        link: String,
        target: Option<Target>,
    ) {
        let id = target.as_ref().map(|target| target.id);
        store.targets.follow(link, id);
        if let Some(target) = target {
            store.targets.add(target);
        }
        if slot == Slot::Target {
            if let Some(id) = id {
                self.show_target(relation, id);
            } else {
                cx.say(Tone::Plain, format!("the {} is {}", relation.noun(), relation.field().field().unset));
                self.pop();
            }
        }
        store.touch();
    }

    fn show_target(&mut self, relation: Relation, id: u64) {
        if let Some(SidePane::Target(pane)) = self.stack.last_mut()
            && pane.relation == relation
        {
            pane.id = Some(id);
            pane.read = true;
            pane.error = None;
        }
    }

    pub(in crate::app) fn no_record(&mut self, cx: &mut Context, store: &mut Store, id: u64, error: &RequestError) {
        let (display_name, refresh) = (store.display_name(id), cx.key(Command::Refresh));
        match error.kind {
            _ if error.asks_to_sign_in() => cx.ask(Intent::SignIn(error.clone())),
            RequestErrorKind::NoSuchRecord => {
                store.mark_deleted(cx, &[id]);
                cx.say(
                    Tone::Bad,
                    format!("Registration {display_name} does not exist on the server. {refresh}: refresh"),
                );
            }
            _ => cx.say(Tone::Bad, format!("{display_name} could not be loaded: {}. {refresh}: retry", error.message)),
        }
        for side in &mut self.stack {
            if let SidePane::Detail(pane) = side
                && pane.id == id
            {
                pane.error = Some(error.clone());
            }
        }
    }

    pub(in crate::app) fn no_target(&mut self, cx: &mut Context, error: RequestError) {
        match error.kind {
            _ if error.asks_to_sign_in() => cx.ask(Intent::SignIn(error.clone())),
            _ => cx.say(Tone::Bad, format!("{}. {}: retry", error.message, cx.key(Command::Refresh))),
        }
        if let Some(SidePane::Target(pane)) = self.stack.last_mut() {
            pane.error = Some(error);
        }
    }

    pub(in crate::app) fn target(&mut self, store: &mut Store, relation: Relation, id: u64, target: Target) {
        store.targets.add(target);
        self.show_target(relation, id);
        store.touch();
    }

    /// The base of a form, or what is to be copied into one, was read.
    pub(in crate::app) fn base(
        &mut self,
        cx: &mut Context,
        store: &mut Store,
        id: u64,
        result: Result<Reply, RequestError>,
    ) {
        let copy = self.waiting_for_copy(store, id);
        match result {
            Ok(Reply::Record(Conditional::Changed(fetched))) => {
                store.store_fetched(cx, &fetched);
                store.report_changes(cx);
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
            Err(error) => {
                self.retain(|side| !Self::is_form_of(side, copy.unwrap_or(id)));
                self.no_record(cx, store, id, &error);
            }
            Ok(_) => {}
        }
    }
}
