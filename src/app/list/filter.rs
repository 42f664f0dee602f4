//! Typing a filter: it works with each key, a mistake is shown and the last valid filter stays in force, and
//! Esc brings back what was before.

use crate::domain::query::column::Column;
use crate::domain::query::filter::{Filter, Mistake, Sense, State, Term, Test};
use crate::domain::query::listing::Listed;
use crate::domain::record::field::FieldId;
use crate::domain::record::registration::Record as _;
use crate::keys::chord::{Code, Key};
use crate::keys::command::Command;

use crate::app::core::context::Context;
use crate::app::core::notice::Tone;
use crate::app::list::List;
use crate::app::list::arrange::Arranging;
use crate::app::overlay::Overlay;
use crate::app::overlay::dialog::{After, Dialog, Manner};
use crate::app::store::Store;
use crate::app::widget::line_editor::LineEditor;
use crate::app::widget::movement::leaves;
use crate::app::{App, Focus};

/// Filters kept for the arrow keys.
const KEPT: usize = 50;

/// A filter being typed.
#[derive(Debug, Clone)]
pub struct Filtering {
    /// What was typed so far.
    pub line: LineEditor,
    /// What is wrong with it, if anything.
    pub mistake: Option<Mistake>,
    /// The filter before, as it was typed.
    before: String,
    /// The record under the cursor before.
    cursor: Option<u64>,
    /// How far back in the history, and what stood in the line before it was gone into.
    back: usize,
    fresh: String,
    /// What Tab goes through, where it was pressed, and which of them stands in the line.
    offered: Option<(Vec<String>, usize)>,
}

impl Filtering {
    /// Completes the word in front of the cursor; pressed again, with the next way to go on.
    fn complete(&mut self, list: &List, store: &Store, step: Step) {
        let typed = self.line.before_cursor().to_owned();
        let again = self.offered.take().filter(|(lines, at)| lines.get(*at) == Some(&typed));
        let (lines, at) = again.map_or_else(
            || {
                let offers = list.completions(store, &typed);
                let at = match step {
                    Step::Next => 0,
                    Step::Previous => offers.len().saturating_sub(1),
                };
                (offers.into_iter().map(|offer| offer.line).collect::<Vec<_>>(), at)
            },
            |(lines, at)| {
                let count = lines.len();
                let at = match step {
                    Step::Next => at + 1,
                    Step::Previous => at + count - 1,
                };
                (lines, at % count)
            },
        );
        let Some(line) = lines.get(at) else { return };
        self.line.replace_before_cursor(line);
        self.offered = Some((lines, at));
    }
}

/// Which way Tab goes through the ways to complete a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Next,
    Previous,
}

impl Arranging {
    /// Takes over a text as the filter. A text that cannot be read changes nothing.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn set_filter(&mut self, text: &str) -> Result<(), Mistake> {
        self.filter = Filter::parse(text)?;
        text.trim().clone_into(&mut self.text);
        Ok(())
    }

    pub(in crate::app) fn remember(&mut self) {
        if self.text.is_empty() {
            return;
        }
        let text = self.text.clone();
        self.history.retain(|known| *known != text);
        self.history.push(text);
        let surplus = self.history.len().saturating_sub(KEPT);
        self.history.drain(..surplus);
    }
}

impl Filtering {
    /// The line changed: it is in force at once if it can be read.
    pub(in crate::app) fn changed(&mut self, app: &mut App) {
        match Filter::parse(self.line.text()) {
            Ok(filter) => {
                self.mistake = None;
                self.line.text().trim().clone_into(&mut app.list.arranging.text);
                if app.list.arranging.filter == filter {
                    return;
                }
                app.list.arranging.filter = filter;
                app.list.arrange(&mut app.cx, &mut app.store);
            }
            Err(mistake) => self.mistake = Some(mistake),
        }
    }

    /// Brings back the filter and the cursor from before.
    fn restore(&self, app: &mut App) {
        let (list, cx, store) = (&mut app.list, &mut app.cx, &mut app.store);
        let same = list.arranging.text == self.before;
        if list.arranging.set_filter(&self.before).is_ok() && !same {
            list.arrange(cx, store);
        }
        if let Some(id) = self.cursor {
            list.rows.go_to(id, &store.records, cx.layout().list_height());
        }
        // What is still being arranged ends with the cursor where it was.
        list.arranging.anchor = list.arranging.under_way.then_some(self.cursor).flatten();
    }

    /// Another line of the history, or what stood there before it was gone into.
    fn recall(&mut self, app: &mut App, back: usize) {
        let history = &app.list.arranging.history;
        let back = back.min(history.len());
        if self.back == 0 && back > 0 {
            self.line.text().clone_into(&mut self.fresh);
        }
        let text = match back {
            0 => self.fresh.clone(),
            _ => history.get(history.len() - back).cloned().unwrap_or_default(),
        };
        self.back = back;
        self.line.set(&text);
        self.changed(app);
    }
}

impl Dialog for Filtering {
    fn manner(&self, _: &App) -> Manner {
        Manner::text().without_wheel()
    }

    fn key(&mut self, app: &mut App, key: Key) -> After {
        match (key.ctrl, key.code) {
            _ if leaves(key) => self.restore(app),
            (false, Code::Enter) if self.mistake.is_some() => return After::Stay,
            (false, Code::Enter) => {
                app.list.arranging.remember();
                if !app.list.arranging.under_way {
                    app.list.arranging.anchor = None;
                }
            }
            (false, Code::Tab | Code::BackTab) => {
                let step = if key.code == Code::Tab { Step::Next } else { Step::Previous };
                self.complete(&app.list, &app.store, step);
                self.changed(app);
                return After::Stay;
            }
            (false, Code::Up) | (true, Code::Char('p')) => {
                self.recall(app, self.back + 1);
                return After::Stay;
            }
            (false, Code::Down) | (true, Code::Char('n')) => {
                self.recall(app, self.back.saturating_sub(1));
                return After::Stay;
            }
            _ => return After::Unused,
        }
        After::Close
    }

    fn typed(&mut self, app: &mut App, key: Key) {
        if self.line.typed(key) {
            self.changed(app);
        }
    }

    fn pasted(&mut self, app: &mut App, text: &str) -> bool {
        self.line.pasted(text);
        self.changed(app);
        true
    }
}

impl App {
    pub(in crate::app) fn open_filter(&mut self) {
        let before = self.list.arranging.text.clone();
        let cursor = self.list.rows.cursor();
        self.list.arranging.anchor = cursor;
        self.overlay.current = Some(Overlay::Filter(Box::new(Filtering {
            line: LineEditor::with(&self.list.arranging.to_be_continued()),
            mistake: None,
            before,
            cursor,
            back: 0,
            fresh: String::new(),
            offered: None,
        })));
    }

    /// Shows only the records that have the same values in these columns as one of them.
    pub(in crate::app) fn only_like(&mut self, id: u64, columns: &[Column]) {
        let Some(record) = self.store.records.get(id) else { return };
        let terms: Vec<Term> =
            columns.iter().flat_map(|column| Filter::like_cell(&record, *column, &self.store.targets)).collect();
        self.panes.stack.clear();
        self.panes.focus = Focus::List;
        self.list.filter_by(&mut self.cx, &mut self.store, &Filter { terms }.to_string());
    }

    /// `n`, `N`: the next registration that is DOWN; where a filter was cleared, the next one that it would show.
    pub(in crate::app) fn next_match(&mut self, command: Command) {
        let len = self.list.rows.len(&self.store.records);
        // All that a filter in force shows match it.
        let cleared = self.list.arranging.history.last().filter(|_| self.list.arranging.matcher.is_none());
        let (wanted, what) = if let Some(Ok(filter)) = cleared.map(|text| Filter::parse(text)) {
            (filter, "matches the last filter")
        } else {
            let down = Term { sense: Sense::Is, test: Test::Is(State::Down) };
            (Filter { terms: vec![down] }, "is DOWN")
        };
        let matcher = wanted.prepare(&self.store.targets);
        let here = self.list.rows.position();
        let states = self.store.current_states();
        let is = |state, id| self.store.is(&states, state, id);
        let found = (1..=len)
            .map(|step| match command {
                Command::PreviousMatch => (here + len - step) % len,
                _ => (here + step) % len,
            })
            .find(|row| {
                let record = self.list.rows.id_at(*row, &self.store.records).and_then(|id| self.store.records.get(id));
                record.is_some_and(|record| matcher.matches(&record, &is))
            });
        match found {
            Some(row) => {
                let height = self.cx.layout().list_height();
                self.list.rows.go_to_row(row, &self.store.records, height);
                self.panes.stack.clear();
            }
            None => self.cx.say(Tone::Plain, format!("No registration shown {what}")),
        }
    }
}

impl List {
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
        self.arranging.history.retain(|known| *known != text);
        self.arranging.history.push(text.clone());
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
            let called = store.called(id);
            cx.say(Tone::Plain, format!("{called}: the server showed no value here to filter by"));
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
