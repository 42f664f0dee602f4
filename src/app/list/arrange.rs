//! Which records the list shows, in which order: a filter and an order, run over a snapshot of the records.
//! Over a few it is done at once, over many by whoever performs effects, so that keys never wait for it.

use crate::domain::query::{Column, Direction, Filter, Matcher, Order, OrderKey, RecordState, Term};

use crate::app::core::{Context, Effect, Slot};
use crate::app::jobs::arrange::{AT_ONCE, ArrangeJob, StateSets};
use crate::app::list::{List, ShownRecords};
use crate::app::store::Store;

/// What the list is to show, and whether it does already.
#[derive(Debug, Clone, Default)]
pub struct Arranging {
    /// Which records: the last filter that could be read.
    pub filter: Filter,
    /// The same as it was typed.
    pub text: String,
    /// Which terms of it a view brought: the next view takes their place.
    pub(in crate::app) of_view: Vec<Term>,
    /// In which order; without keys by id.
    pub order: Order,
    /// Finds what is highlighted.
    pub matcher: Option<Matcher>,
    /// Filters used, the newest last.
    pub history: Vec<String>,
    /// Whether an arrangement is being made elsewhere.
    pub(in crate::app) under_way: bool,
    /// Whether the records changed since the last one was begun.
    pub(in crate::app) stale: bool,
    /// A record that the cursor goes to where it is shown: where it was before the filter was typed.
    pub(in crate::app) anchor: Option<u64>,
    /// Whether the next arrangement forgets that record.
    pub(in crate::app) once: bool,
}

impl Arranging {
    /// The filter as someone goes on typing it: what a view shows is narrowed by the next word.
    pub(in crate::app) fn to_be_continued(&self) -> String {
        let narrows = !self.of_view.is_empty() && !self.text.is_empty() && !self.text.ends_with(' ');
        if narrows { format!("{} ", self.text) } else { self.text.clone() }
    }

    /// Whether every record is shown, by id.
    pub fn is_everything(&self) -> bool {
        let by_id = OrderKey { column: Column::Id, direction: Direction::Ascending };
        self.filter.is_empty() && self.order.keys.first().is_none_or(|first| *first == by_id)
    }
}

impl List {
    /// Puts the cursor on a record that we created. While someone works in another pane, the list stays where it is.
    /// Returns whether the filter lets the record pass.
    pub(in crate::app) fn show_made(&mut self, cx: &Context, store: &Store, id: u64, follows: bool) -> bool {
        // Not here yet while the list is read for the first time.
        let Some(row) = store.records.get(id) else { return true };
        let states = store.current_states();
        let is = |state, id| store.is(&states, state, id);
        if self.arranging.matcher.as_ref().is_some_and(|matcher| !matcher.matches(&row, &is)) {
            return false;
        }
        if follows && !self.rows.go_to(id, &store.records, cx.layout().list_height()) {
            // It has no row before the next arrangement.
            self.arranging.anchor = Some(id);
            self.arranging.once = true;
        }
        true
    }

    /// The user wants another arrangement.
    pub(in crate::app) fn arrange(&mut self, cx: &mut Context, store: &mut Store) {
        self.arranging.stale = false;
        // An answer to an earlier question is of no use any more.
        let ticket = cx.tickets.open(Slot::Arrange);
        self.arranging.under_way = false;
        self.arranging.matcher =
            (!self.arranging.filter.is_empty()).then(|| self.arranging.filter.prepare(&store.targets));
        if self.arranging.is_everything() {
            self.arranged(cx, store, ShownRecords::All);
            return;
        }
        let job = ArrangeJob {
            records: store.records.clone(),
            targets: store.targets.clone(),
            filter: self.arranging.filter.clone(),
            order: self.arranging.order.clone(),
            // Marks can be as many as records: they are copied only where they matter.
            states: if self.arranging.filter.asks_states() { store.current_states() } else { StateSets::default() },
        };
        if job.records.len() <= AT_ONCE {
            self.arranged(cx, store, ShownRecords::Ids(job.run()));
            return;
        }
        self.arranging.under_way = true;
        cx.effect(Effect::Arrange { ticket, job: Box::new(job) });
    }

    /// The records changed: the arrangement follows, unless one is being made already.
    pub(in crate::app) fn follow_changes(&mut self, cx: &mut Context, store: &mut Store) {
        if !self.arranging.stale || self.arranging.under_way {
            return;
        }
        if self.arranging.is_everything() {
            self.arranging.stale = false;
            return;
        }
        self.arrange(cx, store);
    }

    /// An arrangement is there.
    pub(in crate::app) fn arranged(&mut self, cx: &mut Context, store: &mut Store, shown: ShownRecords) {
        self.arranging.under_way = false;
        self.rows.show(shown);
        store.marks.stale = true;
        let height = cx.layout().list_height();
        let anchor =
            if std::mem::take(&mut self.arranging.once) { self.arranging.anchor.take() } else { self.arranging.anchor };
        let stands = anchor.is_some_and(|anchor| self.rows.go_to(anchor, &store.records, height));
        if !stands {
            self.rows.clamp_cursor(&store.records, height);
        }
    }
}

impl Store {
    /// What records are beside their values, now.
    pub(in crate::app) fn current_states(&self) -> StateSets {
        let drafts = self.drafts.keys().copied().collect();
        StateSets {
            marked: self.marks.ids.clone(),
            drafts,
            changed: self.changes.noted.clone(),
            rules: self.rules.clone(),
        }
    }

    pub(in crate::app) fn is(&self, states: &StateSets, state: RecordState, id: u64) -> bool {
        states.is(state, id, &self.records, &self.targets)
    }
}
