//! The value of one cell in full, however long: wrapped in a box that scrolls.

use crate::domain::query::column::Column;
use crate::domain::query::listing::Listed;
use crate::domain::record::registration::Record as _;
use crate::domain::record::value::ValueRef;
use crate::domain::text::wrap;
use crate::keys::chord::Key;
use crate::keys::command::{Command, Scope};
use crate::keys::keymap::Meaning;

use crate::app::App;
use crate::app::overlay::Overlay;
use crate::app::widget::pager::Pager;

/// Cells beside the text of the box.
const EDGES: u16 = 4;

/// Cells beyond which the box grows no wider.
const WIDEST: u16 = 100;

/// One value.
#[derive(Debug, Clone)]
pub struct Whole {
    /// Whose, and of which column.
    pub title: String,
    /// The value; of a list, an entry each. Hostile until wrapped.
    texts: Vec<String>,
    /// Over the lines.
    pub pager: Pager,
}

impl Whole {
    /// Its lines in a box on a screen of this width.
    #[must_use]
    pub fn lines(&self, screen: u16) -> Vec<String> {
        let room = usize::from(Self::width(screen).saturating_sub(EDGES)).max(1);
        self.texts.iter().flat_map(|text| wrap(text, room)).collect()
    }

    /// Cells of the box on a screen of this width.
    #[must_use]
    pub const fn width(screen: u16) -> u16 {
        if screen < WIDEST { screen } else { WIDEST }
    }
}

impl App {
    pub(in crate::app) fn show_value(&mut self) {
        let Some(column) = self.list.rows.column else { return };
        let Some(record) = self.under_cursor() else { return };
        let called = self.called(record.id());
        let value = match column {
            Listed::Column(Column::Field(field)) => record.get(field),
            Listed::Column(Column::Id) | Listed::Address => ValueRef::Missing,
        };
        let texts: Vec<String> = match value {
            ValueRef::Texts(texts) => {
                texts.iter().enumerate().map(|(index, text)| format!("{} {text}", index + 1)).collect()
            }
            _ => vec![column.text(&record, &self.store.targets).into_owned()],
        };
        let heading = crate::app::list::sort::heading(column);
        let texts: Vec<String> = texts.into_iter().filter(|text| !text.is_empty()).collect();
        let texts = if texts.is_empty() { vec!["(nothing)".to_owned()] } else { texts };
        let title = format!("{called}: {heading}");
        self.overlay.current = Some(Overlay::Whole(Box::new(Whole { title, texts, pager: Pager::default() })));
    }

    /// Lines of the box of a value in view: never the status line nor the list's first rows.
    #[must_use]
    pub fn whole_height(&self, whole: &Whole) -> usize {
        whole.lines(self.cx.size.0).len().min(self.overlay_height())
    }

    pub(in crate::app) fn typed_in_whole(&mut self, mut whole: Box<Whole>, key: Key) {
        match self.cx.setup.keymap.meaning(Scope::List, &[key]) {
            _ if key == Key::char('y') => return self.copy(Command::CopyCell),
            Meaning::Command(
                Command::ShowValue | Command::Escape | Command::Back | Command::Open | Command::Interrupt,
            ) => return,
            Meaning::Command(command) => {
                // The first line in view moves: there is nothing to point at.
                let len = whole.lines(self.cx.size.0).len();
                let height = self.whole_height(&whole);
                let by = match command {
                    Command::Down => 1,
                    Command::Up => -1,
                    Command::First => isize::MIN,
                    Command::Last => isize::MAX,
                    Command::HalfDown | Command::PageDown => height.cast_signed(),
                    Command::HalfUp | Command::PageUp => -height.cast_signed(),
                    _ => 0,
                };
                whole.pager.scroll(by, len, height);
            }
            Meaning::Prefix | Meaning::Nothing => {}
        }
        self.overlay.current = Some(Overlay::Whole(whole));
    }
}
