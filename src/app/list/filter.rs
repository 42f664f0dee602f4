//! Typing a filter: it works with each key, a mistake is shown and the last valid filter stays in force, and
//! Esc brings back what was before.

use crate::domain::query::{Column, Filter, FilterError, Listed, RecordState, Sense, Term, Test};
use crate::domain::record::{FieldId, Record as _};
use crate::keys::Command;

use crate::app::core::{Context, Tone};
use crate::app::list::List;
use crate::app::list::arrange::Arranging;
use crate::app::store::Store;
use crate::app::widget::recall::remember;

impl Arranging {
    /// Takes over a text as the filter. A text that cannot be read changes nothing.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn set_filter(&mut self, text: &str) -> Result<(), FilterError> {
        self.filter = Filter::parse(text)?;
        text.trim().clone_into(&mut self.text);
        Ok(())
    }

    /// What is typed or built is the filter from now on: it can be brought back, and the cursor goes where it likes.
    pub(in crate::app) fn settle(&mut self) {
        self.remember();
        if !self.under_way {
            self.anchor = None;
        }
    }

    pub(in crate::app) fn remember(&mut self) {
        if self.text.is_empty() {
            return;
        }
        remember(&mut self.history, self.text.clone());
    }
}

impl List {
    /// `n`, `N`: goes to the next registration that is DOWN; where a filter was cleared, to the next one that it would
    /// show. Returns whether there is one.
    pub(in crate::app) fn next_match(&mut self, cx: &mut Context, store: &Store, command: Command) -> bool {
        let len = self.rows.len(&store.records);
        // All that a filter in force shows match it.
        let cleared = self.arranging.history.last().filter(|_| self.arranging.matcher.is_none());
        let (wanted, what) = if let Some(Ok(filter)) = cleared.map(|text| Filter::parse(text)) {
            (filter, "matches the last filter")
        } else {
            let down = Term { sense: Sense::Is, test: Test::Is(RecordState::Down) };
            (Filter { terms: vec![down] }, "is DOWN")
        };
        let matcher = wanted.prepare(&store.targets);
        let here = self.rows.position();
        let states = store.current_states();
        let is = |state, id| store.is(&states, state, id);
        let found = (1..=len)
            .map(|step| match command {
                Command::PreviousMatch => (here + len - step) % len,
                _ => (here + step) % len,
            })
            .find(|row| {
                let record = self.rows.id_at(*row, &store.records).and_then(|id| store.records.get(id));
                record.is_some_and(|record| matcher.matches(&record, &is))
            });
        match found {
            Some(row) => {
                let height = cx.layout().list_height();
                self.rows.go_to_row(row, &store.records, height);
            }
            None => cx.say(Tone::Plain, format!("No registration shown {what}")),
        }
        found.is_some()
    }

    /// Filters by a text that did not come from the box.
    pub(in crate::app) fn filter_by(&mut self, cx: &mut Context, store: &mut Store, text: &str) {
        match self.arranging.set_filter(text) {
            Ok(()) => {
                self.arranging.remember();
                self.arrange(cx, store);
            }
            Err(mistake) => {
                cx.say(Tone::Bad, format!("Invalid filter \"{text}\": {mistake}"));
            }
        }
    }

    /// Shows every record again, and says how the filter comes back. Returns whether there was one.
    pub(in crate::app) fn clear_filter(&mut self, cx: &mut Context, store: &mut Store) -> bool {
        let text = std::mem::take(&mut self.arranging.text);
        if text.is_empty() {
            return false;
        }
        remember(&mut self.arranging.history, text.clone());
        self.arranging.filter = Filter::default();
        self.arranging.of_view.clear();
        self.arrange(cx, store);
        let keys = cx.key(Command::Filter);
        cx.say(Tone::Plain, format!("Filter cleared: {text}. {keys} Up: bring it back"));
        true
    }

    pub(in crate::app) fn same_value(&mut self, cx: &mut Context, store: &mut Store) {
        let Some(column) = self.rows.column else { return };
        let columns = match column {
            Listed::Column(column) => vec![column],
            Listed::Address => vec![Column::Field(FieldId::Username), Column::Field(FieldId::Domain)],
        };
        self.narrow(cx, store, &columns);
    }

    pub(in crate::app) fn same_domain(&mut self, cx: &mut Context, store: &mut Store) {
        self.narrow(cx, store, &[Column::Field(FieldId::Domain)]);
    }

    /// Adds to the filter that these columns are as in the record under the cursor.
    fn narrow(&mut self, cx: &mut Context, store: &mut Store, columns: &[Column]) {
        let Some(record) = self.rows.cursor().and_then(|id| store.records.get(id)) else { return };
        let id = record.id();
        let terms: Vec<Term> =
            columns.iter().flat_map(|column| Filter::like_cell(&record, *column, &store.targets)).collect();
        if terms.is_empty() {
            let display_name = store.display_name(id);
            cx.say(Tone::Plain, format!("{display_name}: the server showed no value here to filter by"));
            return;
        }
        let mut filter = self.arranging.filter.clone();
        let before = filter.terms.len();
        for term in terms {
            if !filter.terms.contains(&term) {
                filter.terms.push(term);
            }
        }
        if filter.terms.len() == before {
            cx.say(Tone::Plain, "The list shows only these already");
            return;
        }
        self.filter_by(cx, store, &filter.to_string());
    }
}

impl List {
    /// The filter is again what it was before the builder was opened, or before the last term that Tab added.
    pub(in crate::app) fn leave_builder(
        &mut self,
        cx: &mut Context,
        store: &mut Store,
        base: (Filter, String),
        cursor: Option<u64>,
    ) {
        self.filter_is(cx, store, base);
        self.restore_cursor(cx, store, cursor);
    }

    /// The cursor is again where it was before a filter was typed or built.
    pub(in crate::app) fn restore_cursor(&mut self, cx: &Context, store: &Store, cursor: Option<u64>) {
        if let Some(id) = cursor {
            self.rows.go_to(id, &store.records, cx.layout().list_height());
        }
        // What is still being arranged ends with the cursor where it was.
        self.arranging.anchor = self.arranging.under_way.then_some(cursor).flatten();
    }

    pub(in crate::app) fn filter_is(&mut self, cx: &mut Context, store: &mut Store, (filter, text): (Filter, String)) {
        let same = self.arranging.filter == filter;
        self.arranging.filter = filter;
        self.arranging.text = text;
        if !same {
            self.arrange(cx, store);
        }
    }
}
