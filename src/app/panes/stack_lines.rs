//! The lines of what is on the stack of panes.

use crate::domain::record::registration::Record as _;

use crate::app::core::context::Context;
use crate::app::form;
use crate::app::list::List;
use crate::app::list::preview::Beside;
use crate::app::panes::record::{self, Detail};
use crate::app::panes::stack::Side;
use crate::app::store::Store;
use crate::app::widget;
use crate::app::widget::line::Line;

impl Store {
    /// The lines of a side pane.
    #[must_use]
    pub fn lines(&self, cx: &Context, side: &Side) -> Vec<Line> {
        let width = cx.layout().side_width();
        match side {
            Side::Detail(pane) => self.detail_lines(cx, pane, width),
            Side::Document { text, .. } => text.iter().flat_map(|line| widget::line::hanging(line, width)).collect(),
            Side::Target(pane) => {
                let mut lines = self.live_counts(pane.relation, pane.id);
                lines.extend(pane.lines(&self.records, &self.targets, width));
                lines
            }
            Side::Form(form) => {
                let kept = self.drafts.get(&form.id);
                form::lines::lines(form, kept, &self.targets, width)
            }
        }
    }

    fn detail_lines(&self, cx: &Context, pane: &Detail, width: usize) -> Vec<Line> {
        let revealed = pane.revealed_until.is_some_and(|until| cx.now.mono < until);
        let live = match (self.fetched.get(&pane.id), self.records.get(pane.id)) {
            (Some(fetched), _) => self.live_lines(cx, &fetched.registration, width),
            (None, Some(row)) => self.live_lines(cx, &row, width),
            (None, None) => Vec::new(),
        };
        let mut lines = match (self.fetched.get(&pane.id), self.records.get(pane.id)) {
            (Some(fetched), _) => {
                let unknown = &fetched.registration.unknown;
                record::lines(&fetched.registration, unknown, &self.lint_context(), revealed, width)
            }
            (None, Some(row)) => record::lines(&row, &[], &self.lint_context(), false, width),
            (None, None) => return Vec::new(),
        };
        lines.splice(0..0, live);
        lines.extend(self.seen_lines(cx, pane.id, width));
        lines
    }
}

impl List {
    /// The lines of the pane beside the list while nothing is opened.
    #[must_use]
    pub fn preview_lines(&self, cx: &Context, store: &Store) -> Vec<Line> {
        let Beside::Record(record) = self.beside(cx, store) else { return Vec::new() };
        let width = cx.layout().side_width();
        let mut lines = store.live_lines(cx, &record, width);
        lines.extend(record::lines(&record, &[], &store.lint_context(), false, width));
        lines.extend(store.seen_lines(cx, record.id(), width));
        lines
    }
}
