//! Lines of a pane: headings, labels and values, problems.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line as Shown, Span};
use ratatui::widgets::Widget;

use crate::app::form::lines::ARROW;
use crate::app::panes::record::LABEL;
use crate::app::widget::line::WORD;
use crate::app::widget::{Leads, Meant, Pager, TextLine};
use crate::app::{App, SidePane};
use crate::domain::record::{FieldId, Relation};
use crate::domain::rules::Severity;
use crate::domain::text::width;
use crate::keys::Command;

use crate::view::list::CHANGED;
use crate::view::pen::row;
use crate::view::text::{cells, clamped, cut};
use crate::view::theme::{Cursor, Theme};

/// Some lines, from one of them on.
#[derive(Debug)]
pub struct Lines<'a> {
    /// For what a line leads to, and what others changed.
    pub app: &'a App,
    /// How it looks.
    pub theme: &'a Theme,
    /// All of them.
    pub all: &'a [TextLine],
    /// The first one in view.
    pub top: usize,
    /// The one under the cursor.
    pub cursor: Option<usize>,
}

impl Widget for Lines<'_> {
    fn render(self, area: Rect, buffer: &mut Buffer) {
        let in_view = self.all.iter().enumerate().skip(self.top).take(usize::from(area.height));
        for (index, line) in in_view {
            let place = row(area, index - self.top);
            self.shown(line, usize::from(place.width)).render(place, buffer);
            if self.cursor == Some(index) {
                point(self.theme, place, bar(line), buffer);
            }
        }
    }
}

/// Cells of the bar over a line: its label, or all of a line without one.
fn bar(line: &TextLine) -> u16 {
    match (line.label.is_empty(), line.field) {
        (true, None) => cells(&line.text).saturating_add(2),
        (true, Some(_)) | (false, _) => clamped(LABEL - 1),
    }
}

/// Shows the cursor on a row: a bar over its first cells, or a marker in front.
pub fn point(theme: &Theme, place: Rect, bar: u16, buffer: &mut Buffer) {
    match theme.cursor {
        Cursor::Bar => buffer.set_style(Rect { width: bar.min(place.width), ..place }, theme.bar),
        Cursor::Marker => {
            let marker = Rect { x: place.x.saturating_sub(1), width: place.width.min(1), ..place };
            Span::styled(">", theme.key).render(marker, buffer);
        }
    }
}

/// Draws what is in view of a list, a row each, with the cursor on the row that it is on. A screen that grew smaller
/// since keeps that row in view.
pub fn listed<T>(
    theme: &Theme,
    area: Rect,
    pager: Pager,
    items: impl IntoIterator<Item = T>,
    buffer: &mut Buffer,
    mut draw: impl FnMut(Rect, T, &mut Buffer),
) {
    let shown = usize::from(area.height);
    let top = pager.top.max((pager.cursor + 1).saturating_sub(shown));
    for (index, item) in items.into_iter().enumerate().skip(top).take(shown) {
        let place = row(area, index - top);
        draw(place, item, buffer);
        if index == pager.cursor {
            point(theme, place, place.width, buffer);
        }
    }
}

impl Lines<'_> {
    fn shown(&self, line: &TextLine, room: usize) -> Shown<'static> {
        let theme = self.theme;
        let style = match line.meant {
            Meant::Heading => theme.heading,
            Meant::Value | Meant::Text | Meant::Good | Meant::Change(_) => Style::new(),
            Meant::Unset | Meant::Help | Meant::Problems(Severity::Info) => theme.faint,
            Meant::Bad | Meant::Problems(Severity::Down | Severity::Error) => theme.bad,
            Meant::Warning | Meant::Problems(Severity::Warning) => theme.warn,
        };
        let text = |cells: usize| cut(&line.text, cells, theme).into_owned();
        match line.meant {
            // What it is about; headings of columns behind it step back.
            Meant::Heading => {
                let text = text(room);
                let (about, columns) = text.split_at(text.find("  ").unwrap_or(text.len()));
                let spans = [Span::styled(about.to_owned(), style), Span::styled(columns.to_owned(), theme.faint)];
                return Shown::from(spans.to_vec());
            }
            // A finding: text of a field, and not the value of one.
            Meant::Bad | Meant::Warning | Meant::Text if line.field.is_some() => {
                let (sign, style) = match line.meant {
                    Meant::Bad => (theme.signs().down, style),
                    Meant::Warning => (theme.signs().warning, style),
                    _ => ("i", theme.faint),
                };
                let sign = if line.label.is_empty() { " " } else { sign };
                let word = format!("{sign} {:<1$}", line.label, WORD - 2);
                return Shown::from(vec![Span::styled(word, style), Span::raw(text(room.saturating_sub(WORD)))]);
            }
            Meant::Problems(worst) => {
                let sign = if worst == Severity::Warning { theme.signs().warning } else { theme.signs().down };
                return Shown::from(vec![Span::styled(format!("{sign} {}", text(room.saturating_sub(2))), style)]);
            }
            Meant::Change(at) => return self.change(line, at, room),
            Meant::Good => {
                let sign = Span::styled(format!(" {} ", theme.signs().done), theme.good);
                return Shown::from(vec![sign, Span::raw(text(room.saturating_sub(3)))]);
            }
            Meant::Bad | Meant::Warning | Meant::Value | Meant::Text | Meant::Unset | Meant::Help => {}
        }
        if line.label.is_empty() && line.field.is_none() {
            return Shown::from(vec![Span::raw(" "), Span::styled(text(room.saturating_sub(1)), style)]);
        }
        let fresh = line.field.is_some_and(|field| !line.label.is_empty() && self.is_fresh(field));
        let front = if fresh { Span::styled(CHANGED, theme.key) } else { Span::raw(" ") };
        let label = format!("{:<1$}", line.label, LABEL - 1);
        let value = text(room.saturating_sub(LABEL));
        let used = LABEL + width(&value);
        let mut shown = Shown::from(vec![front, Span::styled(label, theme.label), Span::styled(value, style)]);
        if let Some(keys) = self.way(line) {
            let hint = format!("  {keys}: open");
            if room > used + width(&hint) {
                shown.push_span(Span::styled(hint, theme.faint));
            }
        }
        shown
    }

    /// An old value and the new one: red, an arrow, green.
    fn change(&self, line: &TextLine, at: usize, room: usize) -> Shown<'static> {
        let theme = self.theme;
        let (old, new) = line.text.split_at_checked(at).unwrap_or(("", &line.text));
        let label = Span::raw(format!(" {:<1$}", line.label, LABEL - 1));
        if old.is_empty() {
            let value = cut(new, room.saturating_sub(LABEL), theme).into_owned();
            return Shown::from(vec![label, Span::styled(value, theme.strong)]);
        }
        let arrow = if line.label.is_empty() { "" } else { theme.signs().arrow };
        let left = room.saturating_sub(LABEL + ARROW + width(old));
        Shown::from(vec![
            label,
            Span::styled(cut(old, room.saturating_sub(LABEL), theme).into_owned(), theme.old),
            Span::styled(format!(" {arrow:<2$}{:1$}", "", 0, ARROW - 1), theme.faint),
            Span::styled(cut(new, left, theme).into_owned(), theme.new),
        ])
    }

    /// Whether others changed this field of the registration in the pane, and no one looked yet.
    fn is_fresh(&self, field: FieldId) -> bool {
        let id = match self.app.panes.stack.last() {
            Some(SidePane::Detail(pane)) => Some(pane.id),
            Some(SidePane::Document { .. } | SidePane::Target(_) | SidePane::Form(_)) => None,
            None => self.app.list.rows.cursor(),
        };
        id.is_some_and(|id| self.app.store.changes.seen.is_fresh_in(id, field))
    }

    /// The keys that go where a line leads, from wherever the keyboard is.
    fn way(&self, line: &TextLine) -> Option<String> {
        let relation = match line.leads {
            Leads::Relationship(field) => field.relation()?,
            Leads::Target(relation, _) => relation,
            Leads::Registration(_) | Leads::Nowhere => return None,
        };
        // There is no way to what is not set.
        if line.meant == Meant::Unset {
            return None;
        }
        let command = match relation {
            Relation::Pop => Command::GoPop,
            Relation::Node => Command::GoNode,
            Relation::TransportProtocol => Command::GoTransport,
        };
        self.app.cx.setup.keymap.keys_of(self.app.panes.scope(), command)
    }
}
