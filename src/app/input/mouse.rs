//! The mouse: which row, line or heading it is on, and what a click and the wheel do there. It does nothing that a
//! key does not do.

use ratatui::layout::Position;
use std::time::Duration;

use crate::domain::query::Listed;
use crate::keys::{Code, Command, Key, Scope};

use crate::app::core::{Context, Pointing};
use crate::app::form::rows::{self, FormRow};
use crate::app::form::{Form, FormStage};
use crate::app::input::{Input, commands, keyboard};
use crate::app::list::column_layout::SIGNS;
use crate::app::overlay::{Dialogs, dialog};
use crate::app::panes::{Focus, Panes};
use crate::app::rooms::Rooms;
use crate::app::store::Store;
use crate::app::widget::Layout;

/// Two clicks on the same place within this time are a double-click.
const DOUBLE: Duration = Duration::from_millis(400);

/// Rows that one notch of the wheel scrolls.
const NOTCH: isize = 3;

/// What is under the mouse.
enum Under {
    /// The heading of a column of the list.
    Heading(Listed),
    /// A place in the list, a row from its first one in view.
    Row(usize),
    /// A place in what the list opened, a line from its first one in view.
    Line(usize),
    Nothing,
}

pub(in crate::app) fn pointed(
    rooms: &mut Rooms,
    dialogs: &mut Dialogs,
    input: &mut Input,
    how: Pointing,
    at: Position,
) {
    rooms.cx.notices.key_pressed(rooms.cx.now);
    if dialogs.current.is_some() {
        wheel_over(rooms, dialogs, input, how);
        return;
    }
    // A value that is being typed keeps the keyboard: no click takes it away.
    if rooms.panes.makes_value() {
        return;
    }
    input.pending.clear();
    let by = match how {
        Pointing::Click => return clicked(rooms, dialogs, input, at),
        Pointing::WheelUp => -NOTCH,
        Pointing::WheelDown => NOTCH,
    };
    match under(rooms, at) {
        Under::Row(_) => {
            let before = rooms.list.rows.cursor();
            let height = rooms.cx.layout().list_height();
            rooms.list.rows.scroll(by, &rooms.store.records, height);
            rooms.cursor_left(before);
        }
        Under::Line(_) => {
            if let Some((len, height)) = rooms.panes.side_extent(&rooms.cx, &rooms.store)
                && let Some(side) = rooms.panes.stack.last_mut()
            {
                side.pager_mut().scroll(by, len, height);
            }
        }
        Under::Heading(_) | Under::Nothing => {}
    }
}

fn clicked(rooms: &mut Rooms, dialogs: &mut Dialogs, input: &mut Input, at: Position) {
    let again = input.clicked.take().is_some_and(|(when, where_)| where_ == at && rooms.cx.now.since(when) <= DOUBLE);
    match under(rooms, at) {
        Under::Heading(column) => rooms.list.sort_by_heading(&mut rooms.cx, &mut rooms.store, column),
        Under::Row(row) => {
            let row = rooms.list.rows.top() + row;
            if row >= rooms.list.rows.len(&rooms.store.records) {
                return;
            }
            let before = rooms.list.rows.cursor();
            rooms.panes.focus = Focus::List;
            let height = rooms.cx.layout().list_height();
            rooms.list.rows.go_to_row(row, &rooms.store.records, height);
            rooms.cursor_left(before);
            // Between two clicks another record may have come to this place.
            if again && rooms.list.rows.cursor() == before {
                commands::run(rooms, dialogs, input, Command::Open);
                return;
            }
            input.clicked = Some((rooms.cx.now.mono, at));
        }
        Under::Line(line) => {
            let Some((len, height)) = rooms.panes.side_extent(&rooms.cx, &rooms.store) else { return };
            let Some(side) = rooms.panes.stack.last_mut() else { return };
            let line = side.pager().top + line;
            if line >= len {
                return;
            }
            let same = side.pager().cursor == line && rooms.panes.focus == Focus::Side;
            side.pager_mut().move_to(line, len, height);
            rooms.panes.focus = Focus::Side;
            if again && same {
                match rooms.panes.scope() {
                    Scope::Detail | Scope::Target => commands::run(rooms, dialogs, input, Command::Open),
                    Scope::Form => commands::run(rooms, dialogs, input, Command::Input),
                    // Nothing is sent and nothing decided by a click.
                    Scope::Global | Scope::List | Scope::Document | Scope::Review | Scope::Conflict => {}
                }
                return;
            }
            input.clicked = Some((rooms.cx.now.mono, at));
        }
        Under::Nothing => {}
    }
}

/// The wheel moves the cursor of a box as the arrow keys do; clicks answer no question.
fn wheel_over(rooms: &mut Rooms, dialogs: &mut Dialogs, input: &mut Input, how: Pointing) {
    let code = match how {
        Pointing::Click => return,
        Pointing::WheelUp => Code::Up,
        Pointing::WheelDown => Code::Down,
    };
    if !dialog::manner(rooms, dialogs).is_some_and(|manner| manner.wheel) {
        return;
    }
    for _ in 0..NOTCH {
        if dialogs.current.is_some() {
            keyboard::typed(rooms, dialogs, input, Key::plain(code));
        }
    }
}

fn under(rooms: &Rooms, at: Position) -> Under {
    let layout = rooms.cx.layout();
    let list_in_sight = layout.wide || rooms.panes.focus == Focus::List || rooms.panes.stack.is_empty();
    let side_in_sight = !rooms.panes.stack.is_empty() && (layout.wide || rooms.panes.focus == Focus::Side);
    if side_in_sight && layout.side.contains(at) {
        return rooms.panes.under_in_pane(&rooms.cx, &rooms.store, &layout, at);
    }
    if list_in_sight && layout.headings.contains(at) {
        let x = at.x - layout.headings.x;
        let placed = rooms.list.placed_columns(&rooms.cx, &rooms.store);
        let column = placed.iter().find(|place| {
            let from = SIGNS + place.x;
            (from..from + place.width).contains(&x)
        });
        return column.map_or(Under::Nothing, |place| Under::Heading(place.column.shows));
    }
    if list_in_sight && layout.rows.contains(at) {
        return Under::Row(usize::from(at.y - layout.rows.y));
    }
    Under::Nothing
}

impl Store {
    /// The field on a row of the form, as a line from its first one in view.
    pub(in crate::app) fn field_on_row(&self, form: &Form, layout: &Layout, row: usize) -> Option<usize> {
        let open = self.drafts.get(&form.id)?;
        let rows = rows::rows(form, open, &self.lint_context(), layout.side_width());
        let first = rows::first_in_view(&rows, form, layout.form_height());
        match rows.get(first + row).filter(|_| row < layout.form_height())? {
            FormRow::Field(field) => field.checked_sub(form.pager.top),
            FormRow::Heading(_) | FormRow::Note(..) => None,
        }
    }
}

impl Panes {
    fn under_in_pane(&self, cx: &Context, store: &Store, layout: &Layout, at: Position) -> Under {
        let in_view = self.side_extent(cx, store).map_or(0, |(_, height)| height);
        let height = usize::from(layout.inside.height);
        let column = layout.text_columns().position(|column| column.contains(at));
        let line = column.map(|column| column * height + usize::from(at.y - layout.inside.y));
        let line = match self.form().filter(|form| matches!(form.stage, FormStage::Editing)) {
            Some(form) => line.and_then(|row| store.field_on_row(form, layout, row)),
            None => line,
        };
        line.filter(|line| *line < in_view).map_or(Under::Nothing, Under::Line)
    }
}
