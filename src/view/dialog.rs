//! Boxes over the panes: where they stand, their border with title and keys, and a line being typed in them.

use std::borrow::Cow;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Clear, Paragraph, Widget as _};

use crate::app::App;
use crate::app::widget::LineEditor;
use crate::domain::text::{width, wrap};

use crate::view::hints::reported;
use crate::view::pane::{framed, padded};
use crate::view::pen::{clear, put_lines};
use crate::view::text::{clamped, cut, line};
use crate::view::theme::Theme;

/// What a box leaves of the screen beneath it; where it cannot, it is a page.
const AROUND: (u16, u16) = (14, 8);

/// Cells and rows of a box beside its content: border, and a blank on either side.
const EDGES: (u16, u16) = (4, 2);

/// A box before it is drawn.
#[derive(Debug)]
pub struct DialogBox<'a> {
    /// What it is about.
    pub title: Cow<'a, str>,
    /// The badge of the profile, where what is asked may hurt there.
    pub badge: Option<&'a str>,
    /// What stands at the right of the title, dim where it has no style of its own.
    pub right: Line<'a>,
    /// Its keys: `Enter: apply  Esc: cancel`.
    pub keys: Cow<'a, str>,
    /// Cells and rows that its content takes; `None`: a page.
    pub size: Option<(u16, u16)>,
    /// Whether it asks for something that cannot be undone easily.
    pub danger: bool,
}

impl<'a> DialogBox<'a> {
    /// A page with a title and keys.
    pub fn page(title: impl Into<Cow<'a, str>>, keys: impl Into<Cow<'a, str>>) -> Self {
        Self { title: title.into(), badge: None, right: Line::default(), keys: keys.into(), size: None, danger: false }
    }

    /// The same, no larger than its content.
    pub fn sized(self, columns: usize, rows: usize) -> Self {
        Self { size: Some((clamped(columns), clamped(rows))), ..self }
    }

    /// The same in a box of so many cells and rows; `None`: a page.
    pub fn in_place(self, size: Option<(u16, usize)>) -> Self {
        match size {
            Some((columns, rows)) => self.sized(columns.into(), rows),
            None => self,
        }
    }

    /// The same with something at the right of the title.
    pub fn with(self, right: impl Into<Line<'a>>) -> Self {
        Self { right: right.into(), ..self }
    }

    /// Draws border, title and keys over what is there. Answers with the place of the content.
    pub fn open(self, app: &App, theme: &Theme, area: Rect, buffer: &mut Buffer) -> Rect {
        let layout = app.cx.layout();
        let top = layout.status.height;
        let below = layout.hints.height;
        let body = Rect { y: area.y + top, height: area.height.saturating_sub(top + below), ..area };
        if let Some(place) = self.place(body) {
            return self.draw_box(theme, place, buffer);
        }
        if layout.dressed {
            return self.draw_box(theme, body, buffer);
        }
        // Messages stay in sight.
        let message = (layout.message.height > 0).then_some(layout.message.y);
        let bottom = message.unwrap_or_else(|| area.bottom());
        for y in (body.top()..area.bottom()).filter(|y| Some(*y) != message) {
            Clear.render(Rect { y, height: 1, ..area }, buffer);
        }
        self.draw_head(theme, body, buffer);
        // The smallest screens have one line for keys and messages.
        let foot = if layout.hints.height > 0 { layout.hints } else { layout.message };
        if layout.hints.height > 0 || app.cx.notices.current().is_none() {
            self.draw_keys(theme, foot, buffer);
        }
        Rect {
            x: body.x + 1.min(body.width),
            y: body.y.saturating_add(1),
            width: body.width.saturating_sub(2),
            height: bottom.saturating_sub(body.y.saturating_add(1)),
        }
    }

    /// A low box just above the lowest lines, which leaves most of the screen as it is.
    pub fn open_low(self, app: &App, theme: &Theme, area: Rect, rows: usize, buffer: &mut Buffer) -> Rect {
        let layout = app.cx.layout();
        let top = layout.status.height;
        if layout.dressed {
            let height = clamped(rows).saturating_add(EDGES.1).min(area.height.saturating_sub(top + 1));
            let place = Rect { y: layout.hints.y - height, height, ..area };
            return self.draw_box(theme, place, buffer);
        }
        let bottom = if layout.message.height > 0 && area.height > 3 { layout.message.y } else { area.bottom() };
        let height = clamped(rows).saturating_add(1).min(bottom.saturating_sub(top));
        let place = Rect { y: bottom - height, height, ..area };
        Clear.render(place, buffer);
        Clear.render(layout.hints, buffer);
        self.draw_head(theme, place, buffer);
        self.draw_keys(theme, layout.hints, buffer);
        if height < 2 {
            // Where there is hardly room, what is typed counts most.
            return place;
        }
        Rect { y: place.y + 1, height: height - 1, ..place }
    }

    /// The title, and what stands beside it, on the first row of a place without a border.
    fn draw_head(&self, theme: &Theme, place: Rect, buffer: &mut Buffer) {
        let head = Rect { height: place.height.min(1), ..place };
        let room = usize::from(head.width).saturating_sub(2);
        let right = self.beside_title(theme, room);
        let title = self.titled(theme, room.saturating_sub(right.width() + 2));
        buffer.set_style(head, theme.columns);
        Paragraph::new(padded(title)).render(head, buffer);
        let cells = clamped(right.width() + 1);
        if head.width > cells {
            Paragraph::new(right).render(Rect { x: head.right() - cells, width: cells, ..head }, buffer);
        }
    }

    /// The keys on a row without a border.
    fn draw_keys(&self, theme: &Theme, place: Rect, buffer: &mut Buffer) {
        let room = usize::from(place.width).saturating_sub(2);
        Paragraph::new(padded(keys(theme, &self.keys, room))).render(place, buffer);
    }

    /// What stands at the right of the title, as far as there is room.
    fn beside_title(&self, theme: &Theme, room: usize) -> Line<'static> {
        // A position is short and stays; counts and orders give way to the title.
        const SHORT: usize = 14;
        let title = width(&self.title).min(room.saturating_sub(SHORT));
        let room = if self.right.width() <= SHORT { room } else { room.saturating_sub(title + 2) };
        let parts: Vec<(Cow<'_, str>, Style)> = self
            .right
            .spans
            .iter()
            .map(|span| {
                (Cow::Borrowed(&*span.content), if span.style == Style::new() { theme.faint } else { span.style })
            })
            .collect();
        line(&parts, room, theme)
    }

    fn titled(&self, theme: &Theme, room: usize) -> Line<'static> {
        let style = if self.danger { theme.bad } else { theme.active };
        let badge = self.badge.map(|badge| (Cow::Owned(format!(" {badge} ")), theme.badge));
        let gap = badge.is_some().then_some((Cow::Borrowed(" "), Style::new()));
        let title = (Cow::Borrowed(self.title.as_ref()), style);
        line(&badge.into_iter().chain(gap).chain([title]).collect::<Vec<_>>(), room, theme)
    }

    /// In the middle, where it leaves enough around it.
    fn place(&self, body: Rect) -> Option<Rect> {
        let (columns, rows) = self.size?;
        // The keys stand in the border.
        let columns = columns.max(clamped(width(&self.keys) + 2)).max(clamped(width(&self.title) + 4));
        let (width, height) = (columns.saturating_add(EDGES.0), rows.saturating_add(EDGES.1));
        let fits = width.saturating_add(AROUND.0) <= body.width && height.saturating_add(AROUND.1) <= body.height;
        fits.then(|| Rect {
            x: body.x + (body.width - width) / 2,
            y: body.y + (body.height - height) / 2,
            width,
            height,
        })
    }

    fn draw_box(&self, theme: &Theme, place: Rect, buffer: &mut Buffer) -> Rect {
        let border = if self.danger { theme.bad } else { theme.border_active };
        let room = usize::from(place.width).saturating_sub(4);
        let right = self.beside_title(theme, room);
        let title = self.titled(theme, room.saturating_sub(right.width() + 2));
        let mut block = framed(theme, border, title, right);
        let keys = keys(theme, &self.keys, room);
        if !keys.spans.is_empty() {
            block = block.title_bottom(padded(keys).right_aligned());
        }
        clear(place, buffer);
        block.render(place, buffer);
        Rect {
            x: place.x + EDGES.0 / 2,
            y: place.y + 1,
            width: place.width.saturating_sub(EDGES.0),
            height: place.height.saturating_sub(EDGES.1),
        }
    }
}

/// As many keys as fit; the border's own style does not colour them.
fn keys(theme: &Theme, text: &str, room: usize) -> Line<'static> {
    let mut shown = reported(theme, text, room);
    for span in &mut shown.spans {
        span.style = Style::reset().patch(span.style);
    }
    shown
}

/// A line being typed, after its prompt. Answers with where its cursor is.
pub fn draw_editor(
    theme: &Theme,
    place: Rect,
    prompt: &str,
    editor: &LineEditor,
    mask: bool,
    buffer: &mut Buffer,
) -> Position {
    let prompt = cut(prompt, usize::from(place.width), theme);
    let used = clamped(width(&prompt));
    let room = usize::from(place.width.saturating_sub(used + 1));
    let (text, before) = if mask {
        ("*".repeat(editor.text().chars().count()), "*".repeat(editor.before_cursor().chars().count()))
    } else {
        (editor.text().to_owned(), editor.before_cursor().to_owned())
    };
    // A line longer than its place is shown from where the cursor is in sight.
    let mut from = 0;
    let mut left = width(&before);
    let mut chars = text.char_indices();
    while left > room {
        let Some((index, c)) = chars.next() else { break };
        left = left.saturating_sub(width(c.encode_utf8(&mut [0; 4])));
        from = index + c.len_utf8();
    }
    let rest = text.get(from..).unwrap_or_default();
    let shown = cut(rest, usize::from(place.width.saturating_sub(used)), theme).into_owned();
    Line::from(vec![Span::styled(prompt.into_owned(), theme.key), Span::raw(shown)]).render(place, buffer);
    let x = place.x + used + clamped(left);
    Position { x: x.min(place.right().saturating_sub(1)), y: place.y }
}

/// Writes the whole text over the last lines of a dialog.
pub fn in_full(app: &App, theme: &Theme, inside: Rect, text: &str, buffer: &mut Buffer) {
    let room = usize::from(inside.width).max(1);
    let lines = wrap(text, room);
    // In a box a message has the lowest row.
    let taken = usize::from(app.cx.layout().dressed && app.cx.notices.current().is_some());
    let from = usize::from(inside.height).saturating_sub(lines.len() + taken);
    put_lines(buffer, inside, from, lines.iter().map(|_| " ".repeat(room)), Style::new());
    put_lines(buffer, inside, from, &lines, theme.key);
}
