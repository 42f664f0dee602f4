//! Which pane stands where on a screen of this size. Shared by the app, which must know how many rows
//! scroll, and by the view, which draws them.

use ratatui::layout::{Constraint, Layout as Split, Rect};

/// From this size on panes have borders.
pub const DRESSED: (u16, u16) = (100, 20);

/// From this width on the detail stands beside the list by itself; on narrower screens below it.
pub const BESIDE: u16 = 160;

/// From this width on it can stand beside it where the user wants that.
const BESIDE_AT_ALL: u16 = 120;

/// From this height on there is room for it below the list.
pub const BELOW: u16 = 30;

/// Below this size there is room for the list alone.
pub const SMALLEST: (u16, u16) = (60, 16);

/// Cells that a pane beside the list has at least, and beyond which it shows nothing more.
const PANE: (u16, u16) = (48, 70);

/// Cells of a column in a pane below the list.
const COLUMN: u16 = 37;

/// Cells between two such columns.
pub const GAP: u16 = 2;

/// Widest box over the list.
const BOX: u16 = 100;

/// A box over the list that a screen of 80 cells has room for.
const SMALL_BOX: u16 = 66;

/// Rows inside of a box over the list, at least.
const FEWEST_ROWS: usize = 12;

/// Cells and rows that a box leaves of what is beneath; where it cannot, it is a page.
const AROUND: (u16, u16) = (14, 8);

/// Where the detail stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DetailPlace {
    /// Right of the list.
    Beside,
    /// Under the list.
    Below,
    /// Nowhere: it takes the place of the list when it is opened.
    Off,
}

/// What the list opened, as far as it changes where things stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opened {
    /// Nothing; the record under the cursor may be shown.
    Nothing,
    /// A pane.
    Pane,
    /// A form: it needs more rows than a pane below the list has.
    Form,
    /// A review or a conflict: a box over the list.
    Review,
}

/// Rectangles of a screen; those that do not fit are empty.
#[expect(clippy::struct_excessive_bools, reason = "four facts about one screen, not a state in disguise")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layout {
    /// Who, where, how fresh.
    pub status: Rect,
    /// The list with its border, where there is one.
    pub list: Rect,
    /// Views and position.
    pub title: Rect,
    /// Column headings.
    pub headings: Rect,
    /// Rows of the list.
    pub rows: Rect,
    /// What the list opens, with its border or its title row.
    pub side: Rect,
    /// The text of what the list opens.
    pub inside: Rect,
    /// Columns in which that text flows.
    pub columns: u16,
    /// A line about the record under the cursor, and messages.
    pub message: Rect,
    /// Keys.
    pub hints: Rect,
    /// Where the detail stands.
    pub place: DetailPlace,
    /// Whether list and side are in view together.
    pub wide: bool,
    /// Whether panes have borders.
    pub dressed: bool,
    /// Whether what the list opens is a box over it.
    pub boxed: bool,
    /// Whether there is room for the list alone.
    pub tiny: bool,
}

const NOTHING: Rect = Rect { x: 0, y: 0, width: 0, height: 0 };

const fn row(width: u16, y: u16) -> Rect {
    Rect { x: 0, y, width, height: 1 }
}

/// The first row of an area, and the rest.
fn head(area: Rect) -> [Rect; 2] {
    Split::vertical([Constraint::Length(1), Constraint::Fill(1)]).areas(area)
}

const fn inset(area: Rect, x: u16, y: u16) -> Rect {
    Rect {
        x: area.x + x,
        y: area.y + y,
        width: area.width.saturating_sub(2 * x),
        height: area.height.saturating_sub(2 * y),
    }
}

impl Layout {
    /// The layout of a screen of so many columns and rows. `turned` is where the user wants the detail.
    pub fn of((width, height): (u16, u16), turned: Option<DetailPlace>, opened: Opened) -> Self {
        if width < SMALLEST.0 || height < SMALLEST.1 {
            return Self::tiny(width, height);
        }
        let dressed = width >= DRESSED.0 && height >= DRESSED.1;
        if !dressed {
            // Status on top, message and hints below; title and headings belong to the list.
            let body = Rect { x: 0, y: 1, width, height: height - 3 };
            let [title, rest] = head(body);
            let [headings, rows] = head(rest);
            return Self {
                status: row(width, 0),
                list: body,
                title,
                headings,
                rows,
                side: body,
                inside: inset(head(body)[1], 1, 0),
                message: row(width, height - 2),
                hints: row(width, height - 1),
                tiny: false,
                ..Self::tiny(width, height)
            };
        }
        let body = Rect { x: 0, y: 1, width, height: height - 2 };
        let place = Self::place((width, height), turned);
        let boxed = opened == Opened::Review && width >= BOX + AROUND.0 / 2 + 3 && height >= 30;
        let page = match opened {
            Opened::Nothing | Opened::Pane => place == DetailPlace::Off,
            Opened::Form => place != DetailPlace::Beside,
            Opened::Review => place != DetailPlace::Beside && !boxed,
        };
        let (list, detail) = match place {
            DetailPlace::Beside => {
                let cells = (width * 2 / 5).clamp(PANE.0, PANE.1);
                let [left, right] = Split::horizontal([Constraint::Fill(1), Constraint::Length(cells)]).areas(body);
                (left, right)
            }
            DetailPlace::Below => {
                let [above, below] = Split::vertical([Constraint::Fill(1), Constraint::Length(height / 3)]).areas(body);
                (above, below)
            }
            DetailPlace::Off => (body, body),
        };
        let side = if boxed {
            Rect { x: (width - BOX) / 2, y: body.y + AROUND.1 / 2, width: BOX, height: body.height - AROUND.1 }
        } else if page {
            body
        } else {
            detail
        };
        let inside = inset(side, 2, 1);
        let flows = opened == Opened::Pane || opened == Opened::Nothing;
        let columns =
            if flows && side.width >= DRESSED.0 { ((inside.width + GAP) / (COLUMN + GAP)).clamp(1, 4) } else { 1 };
        let [title, within] = head(list);
        let [headings, rows] = head(inset(Rect { height: within.height + 1, y: within.y - 1, ..list }, 1, 1));
        let bottom = if page || place == DetailPlace::Off {
            body
        } else if place == DetailPlace::Below {
            detail
        } else {
            list
        };
        Self {
            status: row(width, 0),
            list,
            title: inset(title, 1, 0),
            headings,
            rows,
            side,
            inside,
            columns,
            message: inset(row(bottom.width, bottom.bottom() - 1), 2, 0),
            hints: row(width, height - 1),
            place,
            wide: !page,
            dressed,
            boxed,
            tiny: false,
        }
    }

    /// Where the detail stands: as the user wants it, where there is room for that.
    fn place((width, height): (u16, u16), turned: Option<DetailPlace>) -> DetailPlace {
        let fits = |place: &DetailPlace| match place {
            DetailPlace::Beside => width >= BESIDE_AT_ALL,
            DetailPlace::Below => height >= BELOW,
            DetailPlace::Off => true,
        };
        let own = [(width >= BESIDE, DetailPlace::Beside), (true, DetailPlace::Below)];
        turned
            .filter(fits)
            .or_else(|| own.into_iter().find(|(wanted, place)| *wanted && fits(place)).map(|(_, place)| place))
            .unwrap_or(DetailPlace::Off)
    }

    fn tiny(width: u16, height: u16) -> Self {
        let above = u16::from(height >= 3);
        let below = u16::from(height >= 2);
        let rows = Rect { x: 0, y: above, width, height: height.saturating_sub(above + below) };
        Self {
            status: if above == 1 { row(width, 0) } else { NOTHING },
            list: rows,
            title: NOTHING,
            headings: NOTHING,
            rows,
            side: rows,
            inside: Rect {
                y: rows.y + rows.height.min(1),
                height: rows.height.saturating_sub(1),
                ..inset(rows, 1.min(width / 2), 0)
            },
            columns: 1,
            message: if below == 1 { row(width, height - 1) } else { NOTHING },
            hints: NOTHING,
            place: DetailPlace::Off,
            wide: false,
            dressed: false,
            boxed: false,
            tiny: true,
        }
    }

    /// Rows of the list in view.
    pub const fn list_height(&self) -> usize {
        self.rows.height as usize
    }

    /// Lines of a side pane in view, in all its columns.
    pub const fn side_height(&self) -> usize {
        self.inside.height as usize * self.columns as usize
    }

    /// Lines below the fields of a form: what is wrong, help, effect. More where there is room to spare.
    pub const fn form_foot(&self) -> u16 {
        let wanted = if self.inside.height < 30 { 3 } else { 7 };
        // On very small screens the fields come first.
        if wanted * 3 > self.inside.height { self.inside.height / 3 } else { wanted }
    }

    /// Lines of a form in view, above its foot.
    pub const fn form_height(&self) -> usize {
        self.inside.height.saturating_sub(self.form_foot()) as usize
    }

    /// Rows inside of a dialog that takes a whole page.
    pub const fn page_height(&self) -> usize {
        let height = if self.tiny { self.list.height.saturating_sub(1) } else { self.hints.y - 3 };
        height as usize
    }

    /// Cells of the text in a box over the list that is as wide as any.
    pub const BOX_TEXT: u16 = BOX - 4;

    /// Rows inside of such a box for so many lines, if it leaves enough of what is beneath it; more of them scroll.
    pub const fn box_rows(&self, lines: usize) -> Option<usize> {
        let most = self.page_height().saturating_sub(AROUND.1 as usize);
        if !self.dressed || self.status.width < BOX + AROUND.0 || most < FEWEST_ROWS {
            return None;
        }
        Some(if lines < FEWEST_ROWS {
            FEWEST_ROWS
        } else if lines < most {
            lines
        } else {
            most
        })
    }

    /// Cells and rows inside of a small box over the list, if it leaves enough of what is beneath it.
    pub const fn small_box(&self) -> Option<(u16, usize)> {
        let fits = self.status.width >= SMALL_BOX + AROUND.0 && self.page_height() >= FEWEST_ROWS + AROUND.1 as usize;
        if fits { Some((SMALL_BOX - 4, FEWEST_ROWS)) } else { None }
    }

    /// Cells of the text of a line in a side pane.
    pub const fn side_width(&self) -> usize {
        self.column_width() as usize
    }

    /// Cells of one column of a side pane.
    pub const fn column_width(&self) -> u16 {
        self.inside.width.saturating_sub(GAP * (self.columns - 1)) / self.columns
    }

    /// The columns of a side pane, from left to right.
    pub fn text_columns(&self) -> impl Iterator<Item = Rect> {
        let (inside, width) = (self.inside, self.column_width());
        (0..self.columns).map(move |index| Rect { x: inside.x + index * (width + GAP), width, ..inside })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(size: (u16, u16)) -> Layout {
        Layout::of(size, None, Opened::Nothing)
    }

    proptest! {
        #[test]
        fn every_pane_lies_on_the_screen(
            width in 0_u16..400,
            height in 0_u16..150,
            turned in prop::sample::select(vec![None, Some(DetailPlace::Beside), Some(DetailPlace::Below), Some(DetailPlace::Off)]),
            opened in prop::sample::select(vec![Opened::Nothing, Opened::Pane, Opened::Form, Opened::Review]),
        ) {
            let layout = Layout::of((width, height), turned, opened);
            let screen = Rect { x: 0, y: 0, width, height };
            let columns: Vec<Rect> = layout.text_columns().collect();
            for pane in [layout.status, layout.list, layout.title, layout.headings, layout.rows, layout.side,
                layout.inside, layout.message, layout.hints].iter().chain(&columns) {
                prop_assert_eq!(pane.intersection(screen).area(), pane.area(), "{:?} of {:?}", pane, layout);
            }
            prop_assert!(columns.iter().all(|column| column.width > 0 || layout.tiny));
            prop_assert!(!layout.wide || layout.boxed || layout.list.intersection(layout.side).is_empty());
        }
    }

    #[test]
    fn eighty_by_twenty_four_shows_nineteen_rows_without_borders() {
        let layout = of((80, 24));
        assert_eq!((layout.list_height(), layout.wide, layout.dressed), (19, false, false));
        assert!(of((59, 40)).tiny);
    }

    #[test]
    fn the_detail_stands_below_to_159_columns_and_beside_from_160_on_and_where_the_user_turns_it() {
        assert_eq!(of((120, 40)).place, DetailPlace::Below);
        assert_eq!((of((120, 40)).list_height(), of((120, 40)).side.height), (22, 13));
        assert_eq!((of((159, 48)).place, of((160, 48)).place), (DetailPlace::Below, DetailPlace::Beside));
        assert_eq!((of((160, 48)).side.width, of((200, 60)).side.width), (64, 70));
        assert_eq!(Layout::of((160, 48), Some(DetailPlace::Below), Opened::Pane).place, DetailPlace::Below);
        assert_eq!(Layout::of((110, 48), Some(DetailPlace::Beside), Opened::Pane).place, DetailPlace::Below, "no room");
        assert_eq!(of((120, 26)).place, DetailPlace::Off);
    }

    #[test]
    fn a_form_below_the_list_is_a_page_and_a_review_a_box() {
        assert!(!Layout::of((120, 40), None, Opened::Form).wide);
        assert!(Layout::of((160, 48), None, Opened::Form).wide);
        let review = Layout::of((120, 40), None, Opened::Review);
        assert!(review.boxed && review.wide && review.side.width == 100);
        assert!(!Layout::of((80, 24), None, Opened::Review).boxed);
    }
}
