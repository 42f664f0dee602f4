//! The bar on top: who, where, what may be changed; how fresh and how fast it is.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Paragraph, Widget};

use crate::app::model::piece::{Stands, StatusPiece, Weight};
use crate::domain::text::width;

use crate::view::text::{clamped, cut};
use crate::view::theme::Theme;

/// Cells between two pieces.
const BETWEEN: usize = 2;

/// The bar.
#[derive(Debug)]
pub struct StatusBar<'a> {
    /// What it says.
    pub pieces: Vec<StatusPiece>,
    /// How it looks.
    pub theme: &'a Theme,
}

impl StatusBar<'_> {
    fn style(&self, weight: Weight) -> Style {
        match weight {
            Weight::Badge => self.theme.badge,
            Weight::Name => self.theme.strong,
            Weight::Plain => Style::new(),
            Weight::Faint => self.theme.faint,
            Weight::Warn => self.theme.warn,
            Weight::Alarm => self.theme.alarm,
        }
    }

    /// A piece as spans: blocks with a blank on either side, labels dim.
    fn spans(&self, piece: &StatusPiece) -> Vec<Span<'static>> {
        let style = self.style(piece.weight);
        let text = match piece.weight {
            Weight::Badge | Weight::Alarm => format!(" {} ", cut(&piece.text, 200, self.theme)),
            Weight::Name | Weight::Plain | Weight::Faint | Weight::Warn => {
                cut(&piece.text, 200, self.theme).into_owned()
            }
        };
        let label = if piece.label.is_empty() { None } else { Some(format!("{} ", piece.label)) };
        label
            .map(|label| Span::styled(label, self.theme.faint))
            .into_iter()
            .chain([Span::styled(text, style)])
            .collect()
    }
}

fn cells(spans: &[Span<'_>]) -> usize {
    spans.iter().map(|span| width(&span.content)).sum::<usize>() + BETWEEN
}

impl Widget for StatusBar<'_> {
    fn render(self, area: Rect, buffer: &mut Buffer) {
        let mut pieces: Vec<(&StatusPiece, Vec<Span<'static>>)> =
            self.pieces.iter().map(|piece| (piece, self.spans(piece))).collect();
        // Those of the highest rank give way first; the first of all is cut at last.
        let room = usize::from(area.width);
        while pieces.len() > 1 && pieces.iter().map(|(_, spans)| cells(spans)).sum::<usize>() > room {
            let worst = pieces.iter().map(|(piece, _)| piece.rank).max().unwrap_or(0);
            match pieces.iter().rposition(|(piece, _)| piece.rank == worst) {
                Some(at) => drop(pieces.remove(at)),
                None => break,
            }
        }
        let side = |stands: Stands| {
            let mut line = Line::default();
            for (_, spans) in pieces.iter().filter(|(piece, _)| piece.stands == stands) {
                if !line.spans.is_empty() {
                    line.push_span(" ".repeat(BETWEEN));
                }
                line.spans.extend(spans.iter().cloned());
            }
            line
        };
        let (left, right) = (side(Stands::Left), side(Stands::Right));
        let edge = usize::from(!self.pieces.iter().any(|piece| piece.weight == Weight::Badge));
        let from = clamped(edge).min(area.width);
        let used = clamped(right.width());
        Paragraph::new(left).render(Rect { x: area.x + from, width: area.width - from, ..area }, buffer);
        let margin = u16::from(usize::from(used) < room);
        let used = used.min(area.width);
        let place = Rect { x: area.right().saturating_sub(used + margin), width: used, ..area };
        Paragraph::new(right).render(place, buffer);
    }
}
