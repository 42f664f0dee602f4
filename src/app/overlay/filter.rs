//! Typing a filter: it works with each key, a mistake is shown and the last valid filter stays in force, and Esc brings
//! back what was before.

use crate::domain::query::{Column, Filter, FilterError, Term};
use crate::keys::{Code, Key};

use crate::app::list::List;
use crate::app::overlay::{After, Dialog, Dialogs, KeyHandling};

use crate::app::rooms::Rooms;
use crate::app::store::Store;
use crate::app::widget::recall::Recall;
use crate::app::widget::{LineEditor, leaves};

/// A filter being typed.
#[derive(Debug, Clone, Default)]
pub struct Filtering {
    /// What was typed so far.
    pub line: LineEditor,
    /// What is wrong with it, if anything.
    pub mistake: Option<FilterError>,
    /// The filter before, as it was typed.
    before: String,
    /// The record under the cursor before.
    cursor: Option<u64>,
    /// How far back in the history.
    recall: Recall,
    /// What Tab goes through, where it was pressed, and which of them stands in the line.
    offered: Option<(Vec<String>, usize)>,
}

impl Filtering {
    /// Completes the word in front of the cursor; pressed again, with the next way to go on.
    fn complete(&mut self, list: &List, store: &Store, step: CompletionStep) {
        let typed = self.line.before_cursor().to_owned();
        let again = self.offered.take().filter(|(lines, at)| lines.get(*at) == Some(&typed));
        let begun = again.is_some();
        let (lines, at) = again.unwrap_or_else(|| {
            let offers = list.completions(store, &typed);
            (offers.into_iter().map(|offer| offer.line).collect(), 0)
        });
        let at = match step {
            CompletionStep::Next => at + usize::from(begun),
            CompletionStep::Previous => at + lines.len().saturating_sub(1),
        };
        let at = at.checked_rem(lines.len()).unwrap_or_default();
        let Some(line) = lines.get(at) else { return };
        self.line.replace_before_cursor(line);
        self.offered = Some((lines, at));
    }
}

/// Which way Tab goes through the ways to complete a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum CompletionStep {
    Next,
    Previous,
}

impl Filtering {
    /// The line changed: it is in force at once if it can be read.
    pub(in crate::app) fn changed(&mut self, rooms: &mut Rooms) {
        match Filter::parse(self.line.text()) {
            Ok(filter) => {
                self.mistake = None;
                self.line.text().trim().clone_into(&mut rooms.list.arranging.text);
                if rooms.list.arranging.filter == filter {
                    return;
                }
                rooms.list.arranging.filter = filter;
                rooms.list.arrange(&mut rooms.cx, &mut rooms.store);
            }
            Err(mistake) => self.mistake = Some(mistake),
        }
    }

    /// Brings back the filter and the cursor from before.
    fn restore(&self, rooms: &mut Rooms) {
        let (list, cx, store) = (&mut rooms.list, &mut rooms.cx, &mut rooms.store);
        let same = list.arranging.text == self.before;
        if list.arranging.set_filter(&self.before).is_ok() && !same {
            list.arrange(cx, store);
        }
        list.restore_cursor(cx, store, self.cursor);
    }

    /// Another line of the history, or what stood there before it was gone into.
    fn recall(&mut self, rooms: &mut Rooms, steps: isize) {
        if let Some(text) = self.recall.go(self.line.text(), &rooms.list.arranging.history, steps) {
            self.line.set(&text);
            self.changed(rooms);
        }
    }
}

impl Dialog for Filtering {
    fn manner(&self, _: &Rooms) -> KeyHandling {
        KeyHandling::text().without_wheel()
    }

    fn key(&mut self, rooms: &mut Rooms, _: &mut Dialogs, key: Key) -> After {
        match (key.ctrl, key.code) {
            _ if leaves(key) => self.restore(rooms),
            (false, Code::Enter) if self.mistake.is_some() => return After::Stay,
            (false, Code::Enter) => rooms.list.arranging.settle(),
            (false, Code::Tab | Code::BackTab) => {
                let step = if key.code == Code::Tab { CompletionStep::Next } else { CompletionStep::Previous };
                self.complete(&rooms.list, &rooms.store, step);
                self.changed(rooms);
                return After::Stay;
            }
            (false, Code::Up) | (true, Code::Char('p')) => {
                self.recall(rooms, 1);
                return After::Stay;
            }
            (false, Code::Down) | (true, Code::Char('n')) => {
                self.recall(rooms, -1);
                return After::Stay;
            }
            _ => return After::Unused,
        }
        After::Close
    }

    fn typed(&mut self, rooms: &mut Rooms, key: Key) {
        if self.line.typed(key) {
            self.changed(rooms);
        }
    }

    fn pasted(&mut self, rooms: &mut Rooms, _: &mut Dialogs, text: &str) -> bool {
        self.line.pasted(text);
        self.changed(rooms);
        true
    }
}

impl Filtering {
    /// Begins with the filter in force.
    pub(in crate::app) fn begin(list: &mut List) -> Self {
        let before = list.arranging.text.clone();
        let cursor = list.rows.cursor();
        list.arranging.anchor = cursor;
        Self { line: LineEditor::with(&list.arranging.to_be_continued()), before, cursor, ..Self::default() }
    }
}

/// Shows only the records that have the same values in these columns as one of them.
pub(in crate::app) fn only_like(rooms: &mut Rooms, id: u64, columns: &[Column]) {
    let Some(record) = rooms.store.records.get(id) else { return };
    let terms: Vec<Term> =
        columns.iter().flat_map(|column| Filter::like_cell(&record, *column, &rooms.store.targets)).collect();
    rooms.panes.close_all();
    rooms.list.filter_by(&mut rooms.cx, &mut rooms.store, &Filter { terms }.to_string());
}
