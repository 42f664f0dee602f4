//! The lines of what is on the stack of panes.

use crate::domain::record::Record as _;

use crate::app::core::Context;
use crate::app::list::List;
use crate::app::{form, widget};

use crate::app::panes::record::{self, Detail};
use crate::app::panes::stack::SidePane;
use crate::app::store::Store;
use crate::app::widget::{Layout, Meant, TextLine};

impl Store {
    /// The lines of a side pane.
    pub fn lines(&self, cx: &Context, side: &SidePane) -> Vec<TextLine> {
        let width = cx.layout().side_width();
        match side {
            SidePane::Detail(pane) => self.detail_lines(cx, pane, width),
            SidePane::Document { text, .. } => {
                text.iter().flat_map(|line| widget::line::hanging(line, width)).collect()
            }
            SidePane::Target(pane) => {
                let mut lines = self.live_counts(pane.relation, pane.id);
                lines.extend(pane.lines(&self.records, &self.targets, width));
                lines
            }
            SidePane::Form(form) => {
                let open = self.drafts.get(&form.id);
                // A message may cover the last row.
                let height = cx.layout().side_height().saturating_sub(1);
                form::lines::lines(form, open, &self.targets, [width, height])
            }
        }
    }

    fn detail_lines(&self, cx: &Context, pane: &Detail, width: usize) -> Vec<TextLine> {
        let revealed = pane.revealed_until.is_some_and(|until| cx.now.mono < until);
        let context = self.lint_context();
        let mut lines = match (self.fetched.get(&pane.id), self.records.get(pane.id)) {
            (Some(fetched), _) => {
                let record = &fetched.registration;
                record::lines(record, &record.unknown, &context, self.live_lines(cx, record, width), revealed, width)
            }
            (None, Some(row)) => record::lines(&row, &[], &context, self.live_lines(cx, &row, width), false, width),
            (None, None) => return Vec::new(),
        };
        lines.extend(self.seen_lines(cx, pane.id, width));
        flowed(&cx.layout(), lines)
    }
}

/// Lines of text that stay together.
const FEW: usize = 4;

/// Lines that keep what belongs together in one column where they flow through several: a heading and the line below
/// it, a value or a problem that is broken, a few lines of text.
fn flowed(layout: &Layout, lines: Vec<TextLine>) -> Vec<TextLine> {
    let height = usize::from(layout.inside.height);
    if layout.columns < 2 || height < 4 {
        return lines;
    }
    let mut flowed: Vec<TextLine> = Vec::with_capacity(lines.len());
    let mut lines = lines.into_iter().peekable();
    while let Some(line) = lines.next() {
        let mut together = vec![line];
        loop {
            let heads = together.last().is_some_and(|line| line.meant == Meant::Heading);
            // Whether a line of text goes on with the one above no one knows here.
            let few = together.len() < FEW;
            let is_text = |next: &TextLine| next.label.is_empty() && next.meant != Meant::Heading;
            match lines.next_if(|next| heads || next.is_rest() || few && is_text(next)) {
                Some(next) => together.push(next),
                None => break,
            }
        }
        let left = height - flowed.len() % height;
        if left < together.len().min(height) {
            flowed.extend((0..left).map(|_| TextLine::new(Meant::Text, "")));
        }
        flowed.extend(together);
    }
    flowed
}

impl List {
    /// The lines of the pane beside the list while nothing is opened, or only a box is over both.
    pub fn preview_lines(&self, cx: &Context, store: &Store, layout: &Layout) -> Vec<TextLine> {
        let Some(record) = self.beside(cx, store) else { return Vec::new() };
        let width = layout.side_width();
        let live = store.live_lines(cx, &record, width);
        let mut lines = record::lines(&record, &[], &store.lint_context(), live, false, width);
        lines.extend(store.seen_lines(cx, record.id(), width));
        flowed(layout, lines)
    }
}
