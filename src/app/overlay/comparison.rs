//! Two registrations side by side, or one with its earlier version.

use chrono::{DateTime, Utc};

use crate::domain::record::{FieldId, Record, Targets, ValueRef, show};
use crate::keys::Command;

use crate::app::core::Tone;
use crate::app::overlay::{Dialog, DialogLines, Dialogs, KeyHandling, Overlay};
use crate::app::panes::Focus;
use crate::app::rooms::Rooms;
use crate::app::store::Store;
use crate::app::widget::{Meant, Pager, TextLine};

/// A record against another, fields that differ first.
#[derive(Debug, Clone)]
pub struct RecordComparison {
    /// The two ids.
    pub ids: (u64, u64),
    /// Of one record with itself: since when the upper one is no longer how it is.
    pub since: Option<DateTime<Utc>>,
    /// What differs, and then what does not.
    pub lines: Vec<TextLine>,
    /// Over the lines.
    pub pager: Pager,
}

/// Two records field by field; those that differ come first.
pub fn compared(left: &impl Record, right: &impl Record, targets: &Targets) -> Vec<TextLine> {
    let mut differ = Vec::new();
    let mut same = Vec::new();
    for field in FieldId::all() {
        let (a, b) = (left.value(field), right.value(field));
        let label = field.field().label;
        let (one, other) = (show::full(field, a, targets), show::full(field, b, targets));
        let secret = matches!(a, ValueRef::Withheld | ValueRef::Secret(_))
            && matches!(b, ValueRef::Withheld | ValueRef::Secret(_));
        let line = if secret {
            same.push(TextLine::labelled(label, "set in both (passwords are not compared)"));
            continue;
        } else if one == other {
            TextLine { meant: Meant::Unset, ..TextLine::labelled(label, one.into_owned()) }
        } else {
            differ.push(TextLine::labelled(label, one.into_owned()));
            differ.push(TextLine { field: Some(field), ..TextLine::labelled("", other.into_owned()) });
            continue;
        };
        same.push(line);
    }
    let mut lines = Vec::new();
    if differ.is_empty() {
        lines.push(TextLine::new(Meant::Text, "Only the ID differs."));
    } else {
        lines.push(TextLine::new(Meant::Heading, "DIFFERENT"));
        lines.append(&mut differ);
    }
    lines.push(TextLine::new(Meant::Heading, "EQUAL"));
    lines.append(&mut same);
    lines
}

/// Compares the two marked records. Else it remembers the record the first time, and the second time compares
/// it: with another record, or with how it was before it was noticed to change. In the detail that copy is at
/// hand at once.
pub(in crate::app) fn compare(rooms: &mut Rooms, dialogs: &mut Dialogs) {
    if rooms.panes.focus == Focus::List
        && let Some(two) = rooms.store.marked_two()
    {
        dialogs.show_comparison(&mut rooms.store, two);
        return;
    }
    let Some(id) = rooms.subject() else { return };
    let display_name = rooms.store.display_name(id);
    let first = rooms.list.to_compare.filter(|first| rooms.store.records.get(*first).is_some());
    if let Some(first) = first.filter(|first| *first != id) {
        rooms.list.to_compare = None;
        dialogs.show_comparison(&mut rooms.store, (first, id));
        return;
    }
    let earlier = rooms.store.records.get(id).and_then(|now| rooms.store.changes.seen.earlier(&now));
    match earlier {
        Some((earlier, since)) if first.is_some() || rooms.panes.focus == crate::app::panes::Focus::Side => {
            rooms.list.to_compare = None;
            if let Some(now) = rooms.store.records.get(id) {
                let lines = compared(&earlier, &now, &rooms.store.targets);
                dialogs.show_compared((id, id), Some(since), lines);
            }
        }
        None if first.is_some() => {
            rooms.cx.say(Tone::Plain, format!("{display_name}: no change seen since it was first loaded"));
        }
        Some(_) | None => {
            rooms.list.to_compare = Some(id);
            let keys = rooms.key_here(Command::Compare);
            let text = format!(
                "Compare {display_name}: {keys} on another registration, or {keys} here again for its earlier version"
            );
            rooms.cx.say(Tone::Plain, text);
        }
    }
}

impl Dialog for RecordComparison {
    fn manner(&self, _: &Rooms) -> KeyHandling {
        KeyHandling::list(Some(Command::Compare), "")
    }

    fn list(&mut self, rooms: &Rooms, _: &Dialogs) -> Option<DialogLines<'_>> {
        Some(DialogLines { pager: &mut self.pager, len: self.lines.len(), height: rooms.cx.overlay_height() })
    }
}

impl Dialogs {
    fn show_comparison(&mut self, store: &mut Store, ids: (u64, u64)) {
        if let (Some(left), Some(right)) = (store.records.get(ids.0), store.records.get(ids.1)) {
            let lines = compared(&left, &right, &store.targets);
            self.show_compared(ids, None, lines);
        }
    }

    fn show_compared(&mut self, ids: (u64, u64), since: Option<DateTime<Utc>>, lines: Vec<TextLine>) {
        let pager = Pager::default();
        self.current = Some(Overlay::Comparison(Box::new(RecordComparison { ids, since, lines, pager })));
    }
}
