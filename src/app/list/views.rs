//! Saved views: a filter, an order and columns under a digit. The first three are built in; the others and
//! the columns of the list are kept over the end of the program.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::domain::query::collection::Collection;
use crate::domain::query::filter::{Filter, Mistake, State, Term};
use crate::domain::record::registration::Record as _;
use crate::domain::record::relation::Targets;
use crate::domain::rules::check::Census;
use crate::keys::chord::{Code, Key};

use crate::app::App;
use crate::app::core::context::Context;
use crate::app::core::effect::Effect;
use crate::app::core::notice::Tone;
use crate::app::core::ticket::Slot;
use crate::app::list::List;
use crate::app::list::arrange::{AT_ONCE, States};
use crate::app::list::looks::LooksChange;
pub use crate::app::list::looks::View;
use crate::app::overlay::Overlay;
use crate::app::overlay::dialog::{After, Dialog, Lines, Manner};
use crate::app::store::Store;
use crate::app::widget::line_editor::LineEditor;
use crate::app::widget::movement::leaves;
use crate::app::widget::pager::Pager;

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
    pub(in crate::app) stale: bool,
}

impl Views {
    /// Every view by its digit.
    #[must_use]
    pub fn all(&self) -> Vec<(u8, View)> {
        let built_in = BUILT_IN.iter().map(|(digit, name, filter)| {
            (*digit, View { name: (*name).to_owned(), filter: (*filter).to_owned(), ..View::default() })
        });
        built_in.chain(self.own.iter().map(|(digit, view)| (*digit, view.clone()))).collect()
    }
}

/// Counting how many records each view has, and what the records have in common. Holds all that it needs.
#[derive(Debug, Clone, PartialEq)]
pub struct CountJob {
    records: Collection,
    targets: Targets,
    states: Arc<States>,
    filters: Vec<(u8, Filter)>,
    gone: BTreeSet<u64>,
}

/// What was counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// Records by the view's digit.
    pub counts: BTreeMap<u8, usize>,
    /// For the checks: what the records have in common.
    pub census: Arc<Census>,
}

impl CountJob {
    /// Counts.
    #[must_use]
    pub fn run(&self) -> Counted {
        let there = self.records.iter().filter(|row| !self.gone.contains(&row.id()));
        let census = Arc::new(Census::of(there, &self.targets));
        let mut states = Arc::clone(&self.states);
        if self.filters.iter().any(|(_, filter)| filter.asks_states()) {
            Arc::make_mut(&mut states).rules.census = Some(Arc::clone(&census));
        }
        let is = |state: State, id: u64| states.is(state, id, &self.records, &self.targets);
        let count = |filter: &Filter| {
            if filter.is_empty() {
                return self.records.len();
            }
            filter.prepare(&self.targets).select(&self.records, &is).len()
        };
        let counts = self.filters.iter().map(|(digit, filter)| (*digit, count(filter))).collect();
        Counted { counts, census }
    }
}

/// The box in which views are saved, renamed and deleted.
#[derive(Debug, Clone, Default)]
pub struct ViewsBox {
    /// Over the digits 1 to 9.
    pub pager: Pager,
    /// The name being typed, with what for.
    pub naming: Option<(Naming, LineEditor)>,
    /// The view that another D deletes.
    doomed: Option<u8>,
}

/// What a name is typed for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Naming {
    /// To save what the list shows now.
    Save,
    /// To call a view otherwise.
    Rename,
}

impl ViewsBox {
    /// A key of the name being typed.
    fn naming_key(&mut self, app: &mut App, key: Key, digit: u8, (naming, mut line): (Naming, LineEditor)) -> After {
        if leaves(key) {
            return After::Stay;
        }
        if key == Key::plain(Code::Enter) && !line.text().trim().is_empty() {
            app.list.named(&mut app.cx, digit, naming, line.text().trim());
            return After::Close;
        }
        line.typed(key);
        self.naming = Some((naming, line));
        After::Stay
    }
}

impl Dialog for ViewsBox {
    fn manner(&self, _: &App) -> Manner {
        if self.naming.is_some() { Manner::text().without_wheel() } else { Manner::question("seD") }
    }

    fn key(&mut self, app: &mut App, key: Key) -> After {
        let digit = u8::try_from(self.pager.cursor + 1).unwrap_or(1);
        if let Some(naming) = self.naming.take() {
            return self.naming_key(app, key, digit, naming);
        }
        let views = &app.list.views;
        let own = views.own.get(&digit).map(|view| view.name.clone());
        let foreign = views.foreign.get(&digit).filter(|_| own.is_none()).cloned();
        let doomed = self.doomed.take();
        match (key.code, own) {
            _ if key.ctrl => return After::Unused,
            (Code::Enter, _) if foreign.is_none() => {
                app.list.show_view(&mut app.cx, &mut app.store, digit);
                return After::Close;
            }
            // The cursor is on the view that is shown: what was meant is a place of its own.
            (Code::Char('s'), _) if digit <= 3 => {
                if let Some(free) = app.list.free_view() {
                    self.pager.move_to(usize::from(free) - 1, 9, app.cx.overlay_height());
                    self.naming = Some((Naming::Save, LineEditor::default()));
                } else {
                    let taken = "and 4 to 9 are in use. s on one of them: overwrite it";
                    app.cx.say(Tone::Plain, format!("View {digit} is built in, {taken}"));
                }
            }
            (Code::Char('e' | 'D'), _) if digit <= 3 => {
                app.cx.say(Tone::Plain, format!("View {digit} is built in; 4 to 9 are yours"));
            }
            (Code::Char('s' | 'e') | Code::Enter, _) if foreign.is_some() => {
                let name = foreign.unwrap_or_default();
                let text = format!("View {digit} {name}: this version of sipreg cannot show it; it stays in the file");
                app.cx.say(Tone::Plain, text);
            }
            (Code::Char('s'), own) => {
                self.naming = Some((Naming::Save, LineEditor::with(&own.unwrap_or_default())));
            }
            (Code::Char('e'), Some(name)) => self.naming = Some((Naming::Rename, LineEditor::with(&name))),
            (Code::Char('D'), own) if (own.is_some() || foreign.is_some()) && doomed != Some(digit) => {
                self.doomed = Some(digit);
                let name = own.unwrap_or_default();
                app.cx.say(Tone::Plain, format!("Delete view {digit} {name}? D again: delete, any other key: keep"));
            }
            (Code::Char('D'), own) if own.is_some() || foreign.is_some() => app.list.delete_view(&mut app.cx, digit),
            _ => return After::Unused,
        }
        After::Stay
    }

    fn list(&mut self, app: &App) -> Option<Lines<'_>> {
        Some(Lines { pager: &mut self.pager, len: 9, height: app.cx.overlay_height() })
    }

    fn pasted(&mut self, _: &mut App, text: &str) -> bool {
        if let Some((_, line)) = &mut self.naming {
            line.pasted(text);
        }
        true
    }
}

impl App {
    pub(in crate::app) fn open_views(&mut self) {
        let mut views = ViewsBox::default();
        let at = self.list.active_view().or_else(|| self.list.free_view()).unwrap_or(9);
        views.pager.move_to(usize::from(at) - 1, 9, self.cx.overlay_height());
        self.overlay.current = Some(Overlay::Views(Box::new(views)));
        // Other consoles may have saved some.
        self.list.keep(&mut self.cx, LooksChange::Nothing);
    }

    /// Counts the views again where the records changed: at once over a few, elsewhere over many, and over many
    /// only once all are read.
    pub(in crate::app) fn count_views(&mut self) {
        let many = self.store.records.len() > AT_ONCE;
        if !self.list.views.stale || self.list.views.under_way || (many && self.sync.sweep.is_running()) {
            return;
        }
        self.list.views.stale = false;
        let filters = self.list.views.all();
        let filters = filters.iter().filter_map(|(digit, view)| Some((*digit, Filter::parse(&view.filter).ok()?)));
        let job = CountJob {
            records: self.store.records.clone(),
            targets: self.store.targets.clone(),
            states: Arc::new(self.store.current_states()),
            filters: filters.collect(),
            gone: self.store.changes.gone.keys().copied().collect(),
        };
        if !many {
            let counted = job.run();
            self.store.rules.census = Some(Arc::clone(&counted.census));
            self.list.counted(counted);
            return;
        }
        self.list.views.under_way = true;
        let effect = Effect::Count { ticket: self.cx.tickets.open(Slot::Count), job: Box::new(job) };
        self.cx.effect(effect);
    }
}

impl List {
    /// The view that the list shows, if it is one.
    #[must_use]
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
            if let Some((tone, why)) = self.no_view(cx, digit) {
                cx.say(tone, why);
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
                self.settle_column();
            }
        }
        self.arrange(cx, store);
    }

    /// Puts a view in the place of the one before, inside what was typed as a filter.
    fn narrow_to(&mut self, text: &str) -> Result<(), Mistake> {
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

    fn named(&mut self, cx: &mut Context, digit: u8, naming: Naming, name: &str) {
        let name: String = name.chars().take(20).collect();
        let over = self.views.own.get(&digit).cloned();
        let change = match (naming, over) {
            (Naming::Rename, Some(over)) => {
                self.views.own.insert(digit, View { name: name.clone(), ..over.clone() });
                LooksChange::Rename { digit, name, over }
            }
            (Naming::Rename, None) => return,
            (Naming::Save, over) => {
                let view = View {
                    name: name.clone(),
                    filter: self.arranging.text.clone(),
                    order: self.arranging.order.clone(),
                    columns: self.columns.clone(),
                };
                self.views.own.insert(digit, view.clone());
                cx.say(Tone::Good, format!("Saved view {digit} {name}"));
                LooksChange::Save { digit, view, over }
            }
        };
        self.views.only_here.remove(&digit);
        self.views.stale = true;
        self.keep(cx, change);
    }

    fn delete_view(&mut self, cx: &mut Context, digit: u8) {
        let over = self.views.own.remove(&digit);
        self.views.only_here.remove(&digit);
        if let Some(view) = &over {
            // What was lost can be typed again.
            let filter = if view.filter.is_empty() { "all registrations" } else { &view.filter };
            let order = crate::app::list::sort::told(&view.order);
            cx.say(Tone::Good, format!("View {digit} {} deleted; it was: {filter}, sort {order}", view.name));
        } else if let Some(name) = self.views.foreign.remove(&digit) {
            cx.say(Tone::Good, format!("View {digit} {name} deleted"));
        }
        self.views.stale = true;
        self.keep(cx, LooksChange::Delete { digit, over });
    }

    pub(in crate::app) fn counted(&mut self, counted: Counted) {
        self.views.under_way = false;
        self.views.counts = counted.counts;
    }
}
