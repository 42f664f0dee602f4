//! The command line: a line being typed, what it may become, and what Enter and Tab make of it. What there is
//! to choose from is found in `complete`, what a command does with its argument stands in `crate::app::input::arguments`.

pub(crate) mod complete;
pub(crate) mod fuzzy;

use complete::{PaletteOffer, Then};

use crate::keys::argument::IN_VI;
use crate::keys::{Code, Command, Key};

use crate::app::core::Context;
use crate::app::overlay::{After, Dialog, Dialogs, KeyHandling, Overlay};
use crate::app::rooms::Rooms;
use crate::app::widget::recall::{Recall, remember};
use crate::app::widget::{LineEditor, Pager};

/// Offers in view at most: so many are read at a glance, and drawn again with each key.
pub const ROWS: usize = 10;

/// A line being typed.
#[derive(Debug, Clone, Default)]
pub struct Palette {
    /// What was typed.
    pub input: LineEditor,
    /// What it may become, the best first.
    pub offers: Vec<PaletteOffer>,
    /// The offer that was moved to, if any was.
    pub chosen: Option<usize>,
    /// Which offers are in view.
    pub pager: Pager,
    /// How far back in the lines run before.
    recall: Recall,
}

impl Palette {
    /// The offer that Enter takes: the one moved to, or else the command that was probably meant. Behind a
    /// command's name and for an id Enter runs what was typed.
    pub fn marked(&self) -> Option<usize> {
        let typed = self.input.text().trim();
        let by_name = !typed.is_empty() && !is_id(typed) && self.command().is_none() && !self.offers.is_empty();
        self.chosen.or_else(|| by_name.then_some(0))
    }

    /// The command whose argument is being typed.
    pub fn command(&self) -> Option<Command> {
        let (name, _) = self.input.text().trim_start().split_once(' ')?;
        Command::by_name(name).filter(|command| command.row().argument.is_some())
    }

    /// Whether the line is nothing but an id.
    pub fn is_id(&self) -> bool {
        is_id(self.input.text().trim())
    }

    fn choose(&mut self, chosen: Option<usize>, height: usize) {
        self.chosen = chosen.map(|row| row.min(self.offers.len().saturating_sub(1)));
        self.pager.move_to(self.chosen.unwrap_or(0), self.offers.len(), height);
    }
}

/// Whether a line is nothing but an id.
fn is_id(line: &str) -> bool {
    !line.is_empty() && line.bytes().all(|byte| byte.is_ascii_digit())
}

impl Palette {
    /// The line changed: what it may become is found again.
    fn offer(&mut self, rooms: &Rooms, dialogs: &Dialogs) {
        self.offers = complete::offers(rooms, dialogs, self.input.text());
        self.chosen = None;
        self.pager = Pager::default();
    }

    /// Brings back a line that was run before, or what was typed before it.
    fn recall(&mut self, rooms: &Rooms, dialogs: &Dialogs, steps: isize) {
        if let Some(line) = self.recall.go(self.input.text(), &dialogs.asked, steps) {
            self.input.set(&line);
        }
        self.offer(rooms, dialogs);
    }

    /// Enter: takes the offer that was moved to, or runs the line as it stands.
    fn accept(&mut self, rooms: &mut Rooms, dialogs: &mut Dialogs) -> After {
        let typed = self.input.text().trim().to_owned();
        let offer = match self.chosen {
            Some(row) => self.offers.get(row),
            None if typed.is_empty() => return After::Close,
            None if self.command().is_some() || rooms.cx.setup.keymap.by_name(&typed).is_some() || is_id(&typed) => {
                None
            }
            None if IN_VI.contains(&typed.as_str()) => None,
            None => self.offers.first(),
        };
        let line = match offer {
            Some(PaletteOffer { line, then: Then::GoOn, .. }) => {
                self.input.set(line);
                self.offer(rooms, dialogs);
                return After::Stay;
            }
            Some(PaletteOffer { line, then: Then::Run, .. }) => line.trim().to_owned(),
            None => typed,
        };
        After::RunLine(line)
    }
}

impl Dialog for Palette {
    fn manner(&self, _: &Rooms) -> KeyHandling {
        KeyHandling::text().without_wheel()
    }

    fn key(&mut self, rooms: &mut Rooms, dialogs: &mut Dialogs, key: Key) -> After {
        let height = rooms.cx.palette_rows();
        match (key.ctrl, key.code) {
            (false, Code::Esc) | (true, Code::Char('c')) => return After::Close,
            (false, Code::Enter) => return self.accept(rooms, dialogs),
            (false, Code::Tab) => {
                let at = self.marked().unwrap_or(0);
                if let Some(line) = self.offers.get(at).map(|offer| offer.line.clone()) {
                    self.input.set(&line);
                    self.offer(rooms, dialogs);
                }
                return After::Stay;
            }
            (true, Code::Char('p')) => self.recall(rooms, dialogs, 1),
            (true, Code::Char('n')) => self.recall(rooms, dialogs, -1),
            (false, Code::Up) if self.chosen.is_none() => self.recall(rooms, dialogs, 1),
            (false, Code::Down) if self.recall.is_back() && self.chosen.is_none() => self.recall(rooms, dialogs, -1),
            (false, Code::Up | Code::BackTab) => {
                let up = self.chosen.and_then(|row| row.checked_sub(1));
                self.choose(up, height);
            }
            (false, Code::Down) => {
                // Where the first offer is marked already, Down means the second.
                self.choose(Some(self.marked().map_or(0, |row| row + 1)), height);
            }
            (false, Code::PageDown) => self.choose(Some(self.chosen.unwrap_or(0) + height), height),
            (false, Code::PageUp) => self.choose(Some(self.chosen.unwrap_or(0).saturating_sub(height)), height),
            _ if self.input.typed(key) => {
                self.recall = Recall::default();
                self.offer(rooms, dialogs);
            }
            _ => {}
        }
        if self.offers.is_empty() {
            self.chosen = None;
        }
        After::Stay
    }

    fn pasted(&mut self, rooms: &mut Rooms, dialogs: &mut Dialogs, text: &str) -> bool {
        self.input.pasted(text);
        self.recall = Recall::default();
        self.offer(rooms, dialogs);
        true
    }
}

/// Opens the command line with something typed already.
pub(in crate::app) fn open_palette(rooms: &mut Rooms, dialogs: &mut Dialogs, typed: &str) {
    let mut palette = Palette { input: LineEditor::with(typed), ..Palette::default() };
    palette.offer(rooms, dialogs);
    dialogs.current = Some(Overlay::Palette(Box::new(palette)));
}

impl Dialogs {
    /// A command line was run: it can be brought back.
    pub(in crate::app) fn remember(&mut self, line: String) {
        remember(&mut self.asked, line);
    }
}

impl Context {
    /// Rows of offers in view.
    pub fn palette_rows(&self) -> usize {
        let layout = self.layout();
        let room = layout.message.y.saturating_sub(layout.status.height + 2);
        usize::from(room).clamp(1, ROWS)
    }
}
