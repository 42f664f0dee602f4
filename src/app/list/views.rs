//! Saved views: a filter, an order and columns under a digit. The first three are built in; the others and
//! the columns of the list are kept over the end of the program.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use crate::domain::query::{Filter, FilterError, Term};

use crate::app::core::{Context, Effect, Slot, Tone};
use crate::app::jobs::arrange::AT_ONCE;
use crate::app::jobs::count::{CountJob, Counted};
use crate::app::list::List;
use crate::app::model::looks::LooksChange;
use crate::app::store::Store;

pub use crate::app::model::looks::View;

/// While many records are written, the views over many are counted no more often than this.
const PAUSE: Duration = Duration::from_secs(3);

/// Digits of the views that are built in.
const BUILT_IN: [(u8, &str, &str); 3] = [(1, "all", ""), (2, "enabled", "enabled:yes"), (3, "disabled", "enabled:no")];

/// All views, with how many records each has.
#[derive(Debug, Clone, Default)]
pub struct Views {
    /// The user's own.
    pub own: BTreeMap<u8, View>,
    /// Names of views in the file that this version cannot show.
    pub foreign: BTreeMap<u8, String>,
    /// Of the user's own those that are not in the file.
    pub only_here: BTreeMap<u8, View>,
    /// How many changes of views are on their way to the file.
    pub(in crate::app) outstanding: usize,
    /// Records by digit, as last counted.
    pub counts: BTreeMap<u8, usize>,
    under_way: bool,
    /// When the last count was asked for.
    asked: Duration,
    pub(in crate::app) stale: bool,
}

impl Views {
    /// Every view by its digit.
    pub fn all(&self) -> Vec<(u8, View)> {
        let built_in = BUILT_IN.iter().map(|(digit, name, filter)| {
            (*digit, View { name: (*name).to_owned(), filter: (*filter).to_owned(), ..View::default() })
        });
        built_in.chain(self.own.iter().map(|(digit, view)| (*digit, view.clone()))).collect()
    }
}

impl List {
    /// Counts the views again where the records changed: at once over a few, elsewhere over many, and over many
    /// only once all are read, and now and then while many are written.
    pub(in crate::app) fn count_views(
        &mut self,
        cx: &mut Context,
        store: &mut Store,
        is_reading: bool,
        is_writing: bool,
    ) {
        let many = store.records.len() > AT_ONCE;
        if !self.views.stale || self.views.under_way || (many && is_reading) {
            return;
        }
        if many && is_writing && cx.now.since(self.views.asked) < PAUSE {
            return;
        }
        (self.views.stale, self.views.asked) = (false, cx.now.mono);
        let filters = self.views.all();
        let filters = filters.iter().filter_map(|(digit, view)| Some((*digit, Filter::parse(&view.filter).ok()?)));
        let job = CountJob {
            records: store.records.clone(),
            targets: store.targets.clone(),
            states: Arc::new(store.current_states()),
            filters: filters.collect(),
            deleted: store.changes.deleted.keys().copied().collect(),
        };
        if !many {
            return self.counted(store, job.run());
        }
        self.views.under_way = true;
        let effect = Effect::Count { ticket: cx.tickets.open(Slot::Count), job: Box::new(job) };
        cx.effect(effect);
    }

    /// The view that the list shows, if it is one.
    pub fn active_view(&self) -> Option<u8> {
        let all = self.views.all();
        let own = &self.arranging.of_view;
        let inside = |view: &View| {
            !own.is_empty()
                && own.iter().all(|term| self.arranging.filter.terms.contains(term))
                && Filter::parse(&view.filter).is_ok_and(|filter| filter.terms == *own)
        };
        let shown = all.iter().find(|(_, view)| view.filter == self.arranging.text);
        shown.or_else(|| all.iter().find(|(_, view)| inside(view))).map(|(digit, _)| *digit)
    }

    pub(in crate::app) fn show_view(&mut self, cx: &mut Context, store: &mut Store, digit: u8) {
        let Some((_, view)) = self.views.all().into_iter().find(|(known, _)| *known == digit) else {
            if let Some(refusal) = self.no_view(cx, digit) {
                cx.refuse(refusal);
            }
            return;
        };
        if self.narrow_to(&view.filter).is_err() {
            return;
        }
        // The built-in views change which records are shown and nothing else.
        if digit > 3 {
            self.arranging.order = view.order;
            if !view.columns.is_default() {
                self.columns = view.columns;
                self.clamp_column();
            }
        }
        self.arrange(cx, store);
    }

    /// Puts a view in the place of the one before, inside what was typed as a filter.
    fn narrow_to(&mut self, text: &str) -> Result<(), FilterError> {
        let own = Filter::parse(text)?;
        let built_in = BUILT_IN.iter().filter_map(|(_, _, filter)| Filter::parse(filter).ok());
        let former: Vec<Term> =
            built_in.flat_map(|filter| filter.terms).chain(std::mem::take(&mut self.arranging.of_view)).collect();
        let mut terms = self.arranging.filter.terms.clone();
        terms.retain(|term| !former.contains(term) && !own.terms.contains(term));
        let alone = terms.is_empty();
        terms.extend(own.terms.iter().cloned());
        let inside = Filter { terms }.to_string();
        // By itself a view is shown as it was typed.
        self.arranging.set_filter(if alone { text } else { &inside })?;
        self.arranging.of_view = own.terms;
        Ok(())
    }

    pub(in crate::app) fn named(&mut self, cx: &mut Context, digit: u8, naming: Naming, name: &str) {
        let name: String = name.chars().take(20).collect();
        let expected = self.views.own.get(&digit).cloned();
        let change = match (naming, expected) {
            (Naming::Rename, Some(expected)) => {
                self.views.own.insert(digit, View { name: name.clone(), ..expected.clone() });
                LooksChange::Rename { digit, name, expected }
            }
            (Naming::Rename, None) => return,
            (Naming::Save, expected) => {
                let view = View {
                    name: name.clone(),
                    filter: self.arranging.text.clone(),
                    order: self.arranging.order.clone(),
                    columns: self.columns.clone(),
                };
                self.views.own.insert(digit, view.clone());
                cx.say(Tone::Good, format!("Saved view {digit} {name}"));
                LooksChange::Save { digit, view, expected }
            }
        };
        self.views.only_here.remove(&digit);
        self.views.stale = true;
        self.keep(cx, change);
    }

    pub(in crate::app) fn delete_view(&mut self, cx: &mut Context, digit: u8) {
        let expected = self.views.own.remove(&digit);
        self.views.only_here.remove(&digit);
        if let Some(view) = &expected {
            // What was lost can be typed again.
            let filter = if view.filter.is_empty() { "all registrations" } else { &view.filter };
            let order = crate::app::list::sort::reported(&view.order);
            cx.say(Tone::Good, format!("View {digit} {} deleted; it was: {filter}, sort {order}", view.name));
        } else if let Some(name) = self.views.foreign.remove(&digit) {
            cx.say(Tone::Good, format!("View {digit} {name} deleted"));
        }
        self.views.stale = true;
        self.keep(cx, LooksChange::Delete { digit, expected });
    }

    pub(in crate::app) fn counted(&mut self, store: &mut Store, counted: Counted) {
        store.rules.census = Some(counted.census);
        self.views.under_way = false;
        self.views.counts = counted.counts;
    }
}

/// What a name is typed for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Naming {
    /// To save what the list shows now.
    Save,
    /// To call a view otherwise.
    Rename,
}
