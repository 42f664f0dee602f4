//! Which pane stands where on a screen of this size. Shared by the app, which must know how many rows
//! scroll, and by the view, which draws them.

use ratatui::layout::Rect;

/// From this width on the list and what it opens stand side by side.
pub const WIDE: u16 = 120;

/// Below this size there is room for the list alone.
pub const SMALLEST: (u16, u16) = (60, 16);

/// Cells beyond which a wider list tells nothing more.
const LIST_USEFUL: u16 = 200;

/// Cells beyond which what the list opens tells nothing more: they go to the list.
const SIDE_USEFUL: u16 = 76;

/// Cells of a side pane that hold no text: two in front of a line, one behind.
const SIDE_EDGES: u16 = 3;

/// Rectangles of a screen; those that do not fit are empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layout {
    /// Who, where, how fresh.
    pub status: Rect,
    /// Title and counts of the list.
    pub title: Rect,
    /// Column headings.
    pub headings: Rect,
    /// Rows of the list.
    pub rows: Rect,
    /// What the list opens, beside it or in its place; includes its own title row.
    pub side: Rect,
    /// A line about the record under the cursor.
    pub inform: Rect,
    /// Messages.
    pub message: Rect,
    /// Keys.
    pub hints: Rect,
    /// Whether list and side are in view together.
    pub wide: bool,
    /// Whether there is room for the list alone.
    pub tiny: bool,
}

const NOTHING: Rect = Rect { x: 0, y: 0, width: 0, height: 0 };

const fn row(width: u16, y: u16) -> Rect {
    Rect { x: 0, y, width, height: 1 }
}

impl Layout {
    /// The layout of a screen of so many columns and rows.
    #[must_use]
    pub fn of((width, height): (u16, u16)) -> Self {
        if width < SMALLEST.0 || height < SMALLEST.1 {
            return Self::tiny(width, height);
        }
        // Status on top; inform, message and hints below; title and headings belong to the list.
        let body = Rect { x: 0, y: 1, width, height: height - 4 };
        let wide = width >= WIDE;
        let share = width - width * 9 / 20;
        let list_width = if wide { share.max(width - 1 - SIDE_USEFUL).min(LIST_USEFUL) } else { width };
        // A cell stays free between the list and what stands beside it.
        let row_width = if wide { list_width - 1 } else { list_width };
        let side = if wide { Rect { x: list_width + 1, width: width - list_width - 1, ..body } } else { body };
        let line = |y| Rect { x: 0, y, width: row_width, height: 1 };
        Self {
            status: row(width, 0),
            title: line(1),
            headings: line(2),
            rows: Rect { x: 0, y: 3, width: row_width, height: height - 6 },
            side,
            inform: row(width, height - 3),
            message: row(width, height - 2),
            hints: row(width, height - 1),
            wide,
            tiny: false,
        }
    }

    fn tiny(width: u16, height: u16) -> Self {
        let above = u16::from(height >= 3);
        let below = u16::from(height >= 2);
        let rows = Rect { x: 0, y: above, width, height: height.saturating_sub(above + below) };
        Self {
            status: if above == 1 { row(width, 0) } else { NOTHING },
            title: NOTHING,
            headings: NOTHING,
            rows,
            side: rows,
            inform: NOTHING,
            message: if below == 1 { row(width, height - 1) } else { NOTHING },
            hints: NOTHING,
            wide: false,
            tiny: true,
        }
    }

    /// Rows of the list in view.
    #[must_use]
    pub const fn list_height(&self) -> usize {
        self.rows.height as usize
    }

    /// Lines of a side pane in view, below its title.
    #[must_use]
    pub const fn side_height(&self) -> usize {
        self.side.height.saturating_sub(1) as usize
    }

    /// Lines below the fields of a form: what is wrong, help, effect. More where there is room to spare.
    #[must_use]
    pub const fn form_foot(&self) -> u16 {
        if self.side.height < 30 { 3 } else { 7 }
    }

    /// Lines of a form in view, above its foot.
    #[must_use]
    pub const fn form_height(&self) -> usize {
        self.side.height.saturating_sub(1 + self.form_foot()) as usize
    }

    /// Cells of the text of a line in a side pane.
    #[must_use]
    pub const fn side_width(&self) -> usize {
        self.side.width.saturating_sub(SIDE_EDGES) as usize
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_pane_lies_on_the_screen(width in 0_u16..400, height in 0_u16..150) {
            let layout = Layout::of((width, height));
            let screen = Rect { x: 0, y: 0, width, height };
            for pane in [layout.status, layout.title, layout.headings, layout.rows, layout.side, layout.inform,
                layout.message, layout.hints] {
                prop_assert_eq!(pane.intersection(screen).area(), pane.area(), "{:?}", pane);
            }
        }
    }

    #[test]
    fn eighty_by_twenty_four_shows_eighteen_rows() {
        let layout = Layout::of((80, 24));
        assert_eq!((layout.list_height(), layout.wide), (18, false));
        assert!(Layout::of((120, 40)).wide);
        assert!(Layout::of((59, 40)).tiny);
    }
}
