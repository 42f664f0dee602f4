//! Moving: the cursor, between panes, and back.

use crate::domain::record::Relation;
use crate::keys::Command;

use crate::app::core::{Context, Intent, Slot, Tone};
use crate::app::input::availability;
use crate::app::panes::Focus;
use crate::app::panes::stack::SidePane;
use crate::app::rooms::Rooms;
use crate::app::store::Store;
use crate::app::widget::layout::{BELOW, DRESSED};
use crate::app::widget::{DetailPlace, Layout, Leads, Opened};

pub(in crate::app) fn moved(rooms: &mut Rooms, command: Command) {
    let layout = rooms.cx.layout();
    if let Some((side, len, height)) = rooms.focused_mut() {
        match command {
            // Nothing of a review is chosen: it only scrolls.
            Command::Down if side.is_review() => side.pager_mut().scroll(1, len, height),
            Command::Up if side.is_review() => side.pager_mut().scroll(-1, len, height),
            _ => {
                side.pager_mut().follow(command, len, height);
            }
        }
        return;
    }
    let before = rooms.list.rows.cursor();
    rooms.list.rows.follow(command, &rooms.store.records, layout.list_height());
    rooms.cursor_left(before);
}

/// A movement with a number in front of it. Returns whether the command is one that takes a number.
pub(in crate::app) fn moved_by(rooms: &mut Rooms, command: Command, count: usize) -> bool {
    let layout = rooms.cx.layout();
    let from = rooms.panes.focused().map_or_else(|| rooms.list.rows.position(), |side| side.pager().cursor);
    let to = match command {
        Command::Down | Command::RangeDown => from.saturating_add(count),
        Command::Up | Command::RangeUp => from.saturating_sub(count),
        Command::Last | Command::First => count.saturating_sub(1),
        _ => return false,
    };
    if let Some((side, len, height)) = rooms.focused_mut() {
        side.pager_mut().move_to(to, len, height);
        return true;
    }
    let before = rooms.list.rows.cursor();
    rooms.list.rows.go_to_row(to, &rooms.store.records, layout.list_height());
    rooms.cursor_left(before);
    true
}

pub(in crate::app) fn open(rooms: &mut Rooms) {
    match rooms.leads() {
        Some(Leads::Relationship(field)) => {
            if let Some(relation) = field.relation() {
                go_to_target(rooms, relation);
            }
        }
        Some(Leads::Target(relation, id)) => {
            rooms.panes.open_target(&mut rooms.cx, &mut rooms.store, relation, Some(id), None);
        }
        Some(Leads::Registration(id)) => rooms.panes.open_detail(&mut rooms.cx, &rooms.store, id),
        Some(Leads::Nowhere) | None => {}
    }
}

pub(in crate::app) fn go_to_target(rooms: &mut Rooms, relation: Relation) {
    if let Ok((id, link)) = availability::way_to(rooms, relation) {
        rooms.panes.open_target(&mut rooms.cx, &mut rooms.store, relation, id, link);
    }
}

pub(in crate::app) fn other_pane(rooms: &mut Rooms) {
    match rooms.panes.focus {
        Focus::Side => {
            rooms.panes.focus = Focus::List;
        }
        Focus::List if !rooms.panes.stack.is_empty() => {
            rooms.panes.focus = Focus::Side;
        }
        Focus::List => rooms.cx.ask(Intent::Run(Command::Open)),
    }
}

pub(in crate::app) fn step_back(rooms: &mut Rooms) {
    if rooms.panes.focus == Focus::List {
        if rooms.store.leave_range(&mut rooms.cx) {
            return;
        }
        if rooms.cx.layout().wide && !rooms.panes.stack.is_empty() && rooms.panes.form().is_none() {
            rooms.panes.stack.clear();
            rooms.cx.give_up(&[Slot::Detail, Slot::Target]);
            return;
        }
        if rooms.store.acknowledge_aloud(&mut rooms.cx) {
            return;
        }
        if rooms.list.clear_filter(&mut rooms.cx, &mut rooms.store) {
            return;
        }
        let quit = rooms.key_here(Command::Back);
        rooms.cx.say(Tone::Plain, format!("Press {quit} to quit."));
        return;
    }
    if rooms.panes.back_in_form(&mut rooms.cx) {
        return;
    }

    match rooms.panes.pop() {
        Some(SidePane::Form(form)) => {
            rooms.cx.give_up(&[Slot::Base, Slot::Check]);
            rooms.store.leave_form(&mut rooms.cx, &form);
        }
        Some(SidePane::Detail(pane)) => {
            rooms.store.mark_seen(pane.id);
            rooms.cx.give_up(&[Slot::Detail]);
        }
        Some(SidePane::Target(_)) => rooms.cx.give_up(&[Slot::Target]),
        Some(SidePane::Document { .. }) | None => {}
    }
    // What a lock wiped is read again when it comes to the top.
    if matches!(rooms.panes.stack.last(), Some(SidePane::Detail(pane)) if !rooms.store.fetched.contains_key(&pane.id) && pane.error.is_none())
    {
        rooms.panes.read_top(&mut rooms.cx, &rooms.store);
    }
}

impl Store {
    /// Puts the detail to its next place that this screen has room for.
    pub(in crate::app) fn turn_pane(&mut self, cx: &mut Context) {
        let places = [DetailPlace::Beside, DetailPlace::Below, DetailPlace::Off];
        let now = cx.layout().place;
        let from = places.iter().position(|place| *place == now).unwrap_or(0);
        let fits = |place: &&DetailPlace| Layout::of(cx.size, Some(**place), Opened::Nothing).place == **place;
        let next = places.iter().cycle().skip(from + 1).take(places.len()).find(fits).copied();
        if next.is_none_or(|next| next == now) {
            let (columns, rows) = (DRESSED.0, BELOW);
            let text = format!("No room for the detail beside or below the list: needs {columns}x{rows}.");
            cx.say(Tone::Plain, text);
            return;
        }
        cx.turned = next;
        self.touch();
    }
}
