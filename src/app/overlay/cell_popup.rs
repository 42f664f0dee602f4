//! The value of one cell in full, however long: wrapped in a box that scrolls.

use crate::domain::answer::Conditional;
use crate::domain::query::{Column, Listed};
use crate::domain::record::{FieldId, Record, ValueRef};
use crate::domain::request_error::RequestError;
use crate::domain::text::wrap;
use crate::keys::{Command, Key, KeyMeaning, Scope};

use crate::app::core::{Context, Read, Reply, Slot, Tone};
use crate::app::overlay::{After, Dialog, Dialogs, KeyHandling, Overlay, clipboard};
use crate::app::rooms::Rooms;
use crate::app::store::Store;
use crate::app::widget::{Pager, leaves};

/// Cells beside the text of the box.
const EDGES: u16 = 4;

/// Cells beyond which the box grows no wider.
const WIDEST: u16 = 100;

/// Stands before the beginning of a value while all of it is read.
const READING: &str = "(the beginning; loading the rest …)";

/// One value.
#[derive(Debug, Clone)]
pub struct Whole {
    /// Whose, and of which column.
    pub title: String,
    /// The record and the column, while the list's copy is known in part only.
    of: Option<(u64, Listed)>,
    /// The value; of a list, an entry each. Hostile until wrapped.
    texts: Vec<String>,
    /// Over the lines.
    pub pager: Pager,
}

impl Whole {
    /// Its lines in a box on a screen of this width.
    pub fn lines(&self, screen: u16) -> Vec<String> {
        let room = usize::from(Self::width(screen).saturating_sub(EDGES)).max(1);
        self.texts.iter().flat_map(|text| wrap(text, room)).collect()
    }

    /// Cells of the box on a screen of this width.
    pub const fn width(screen: u16) -> u16 {
        if screen < WIDEST { screen } else { WIDEST }
    }
}

pub(in crate::app) fn show_value(rooms: &mut Rooms, dialogs: &mut Dialogs) {
    let Some(column) = rooms.list.rows.column else { return };
    let Some(record) = rooms.list.under_cursor(&rooms.store) else { return };
    let is_cut = |field: FieldId| matches!(record.get(field), ValueRef::Cut(_));
    let in_part = match column {
        Listed::Column(Column::Field(field)) => is_cut(field),
        Listed::Address => is_cut(FieldId::Username) || is_cut(FieldId::Domain),
        Listed::Column(Column::Id | Column::Live) => false,
    };
    let id = record.id();
    let mut texts = rooms.store.texts_of(&record, column);
    let title = format!("{}: {}", rooms.store.display_name(id), crate::app::model::columns::heading(column));
    if in_part {
        texts.insert(0, READING.to_owned());
        rooms.cx.read(Slot::Whole, Read::Record { id, known: None });
    }
    let of = in_part.then_some((id, column));
    dialogs.current = Some(Overlay::Whole(Box::new(Whole { title, of, texts, pager: Pager::default() })));
}

/// A record of which the list keeps a part was read whole, or could not be.
pub(in crate::app) fn whole_came(
    rooms: &mut Rooms,
    dialogs: &mut Dialogs,
    id: u64,
    result: Result<Reply, RequestError>,
) {
    let copying = rooms.panes.copying.take().filter(|(wanted, _)| *wanted == id);
    let fetched = match result {
        Ok(Reply::Record(Conditional::Changed(fetched))) => fetched,
        Ok(_) => return,
        Err(error) => {
            if let Some(Overlay::Whole(whole)) = &mut dialogs.current {
                for text in whole.texts.iter_mut().filter(|text| *text == READING) {
                    "(only the beginning is loaded)".clone_into(text);
                }
            }
            let what = if copying.is_some() { "Nothing was copied: " } else { "" };
            let text = format!("{what}{} could not be read whole: {}", rooms.store.display_name(id), error.message);
            return rooms.cx.say(Tone::Bad, text);
        }
    };
    rooms.store.store_fetched(&mut rooms.cx, &fetched);
    rooms.store.report_changes(&mut rooms.cx);
    if let Some((_, command)) = copying {
        return rooms.list.copy_from(&mut rooms.cx, &mut rooms.store, command, &fetched.registration);
    }
    let Some(Overlay::Whole(whole)) = &dialogs.current else { return };
    let Some((of, column)) = whole.of else { return };
    if of != id {
        return;
    }
    let texts = rooms.store.texts_of(&fetched.registration, column);
    let title = format!("{}: {}", rooms.store.display_name(id), crate::app::model::columns::heading(column));
    if let Some(Overlay::Whole(whole)) = &mut dialogs.current {
        **whole = Whole { title, of: None, texts, pager: whole.pager };
    }
}

impl Dialog for Whole {
    fn manner(&self, _: &Rooms) -> KeyHandling {
        // It looks keys up itself, in the screen below.
        KeyHandling::question("")
    }

    fn key(&mut self, rooms: &mut Rooms, _: &mut Dialogs, key: Key) -> After {
        match rooms.cx.setup.keymap.meaning(Scope::List, &[key]) {
            _ if leaves(key) => return After::Close,
            _ if key == Key::char('y') => {
                clipboard::copy(rooms, Command::CopyCell);
                return After::Close;
            }
            KeyMeaning::Command(
                Command::ShowValue | Command::Escape | Command::Back | Command::Open | Command::Interrupt,
            ) => return After::Close,
            KeyMeaning::Command(command) => {
                // The first line in view moves: there is nothing to point at.
                let len = self.lines(rooms.cx.size.0).len();
                let height = rooms.cx.whole_height(self);
                self.pager.scroll_by(command, len, height);
            }
            KeyMeaning::Prefix | KeyMeaning::Nothing => {}
        }
        After::Stay
    }
}

impl Store {
    /// The value of a cell, of a list an entry each.
    fn texts_of(&self, record: &impl Record, column: Listed) -> Vec<String> {
        let value = match column {
            Listed::Column(Column::Field(field)) => record.value(field),
            Listed::Column(Column::Id | Column::Live) | Listed::Address => ValueRef::Missing,
        };
        let texts: Vec<String> = match value {
            ValueRef::Texts(texts) => {
                texts.iter().enumerate().map(|(index, text)| format!("{} {text}", index + 1)).collect()
            }
            _ => vec![column.text(record, &self.targets).into_owned()],
        };
        let texts: Vec<String> = texts.into_iter().filter(|text| !text.is_empty()).collect();
        if texts.is_empty() { vec!["(nothing)".to_owned()] } else { texts }
    }
}

impl Context {
    /// Lines of the box of a value in view: never the status line nor the list's first rows.
    pub fn whole_height(&self, whole: &Whole) -> usize {
        whole.lines(self.size.0).len().min(self.overlay_height())
    }
}
