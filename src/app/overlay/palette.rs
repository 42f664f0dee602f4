//! The command line: a line being typed, what it may become, and what Enter and Tab make of it. What there is
//! to choose from is found in `complete`, what a command does with its argument stands in `crate::app::input::arguments`.

pub mod complete;
pub mod fuzzy;

use crate::keys::argument::{IN_VI, Need};
use crate::keys::chord::{Code, Key};
use crate::keys::command::{Command, Scope};

use crate::app::core::context::Context;
use crate::app::core::notice::Tone;
use crate::app::overlay::Overlay;
use crate::app::widget::line_editor::LineEditor;
use crate::app::widget::pager::Pager;
use crate::app::{App, Focus};
use complete::{Offer, Then};

/// Offers in view at most: so many are read at a glance, and drawn again with each key.
pub const ROWS: usize = 10;

/// Lines kept for the arrow keys.
const KEPT: usize = 50;

/// A line being typed.
#[derive(Debug, Clone, Default)]
pub struct Palette {
    /// What was typed.
    pub input: LineEditor,
    /// What it may become, the best first.
    pub offers: Vec<Offer>,
    /// The offer that was moved to, if any was.
    pub chosen: Option<usize>,
    /// Which offers are in view.
    pub pager: Pager,
    /// How far back in the lines run before, and what stood in the line until it was gone back.
    back: usize,
    fresh: String,
}

impl Palette {
    /// The offer that Enter takes: the one moved to, or else the command that was probably meant. Behind a
    /// command's name and for an id Enter runs what was typed.
    #[must_use]
    pub fn marked(&self) -> Option<usize> {
        let typed = self.input.text().trim();
        let by_name = !typed.is_empty() && !is_id(typed) && self.command().is_none() && !self.offers.is_empty();
        self.chosen.or_else(|| by_name.then_some(0))
    }

    /// The command whose argument is being typed.
    #[must_use]
    pub fn command(&self) -> Option<Command> {
        let (name, _) = self.input.text().trim_start().split_once(' ')?;
        Command::called(name).filter(|command| command.argument().is_some())
    }

    /// Whether the line is nothing but an id.
    #[must_use]
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

impl App {
    /// Opens the command line with something typed already.
    pub(in crate::app) fn open_palette(&mut self, typed: &str) {
        let palette = Palette { input: LineEditor::with(typed), ..Palette::default() };
        self.show_palette(Box::new(palette));
    }

    /// The line changed: what it may become is found anew.
    fn show_palette(&mut self, mut palette: Box<Palette>) {
        palette.offers = self.offers(palette.input.text());
        palette.chosen = None;
        palette.pager = Pager::default();
        self.overlay.current = Some(Overlay::Palette(palette));
    }

    pub(in crate::app) fn typed_in_palette(&mut self, mut palette: Box<Palette>, key: Key) {
        let height = self.cx.palette_rows();
        let browsing = palette.back > 0;
        match (key.ctrl, key.code) {
            (false, Code::Esc) | (true, Code::Char('c')) => return,
            (false, Code::Enter) => return self.accept(palette),
            (false, Code::Tab) => {
                let at = palette.marked().unwrap_or(0);
                let Some(line) = palette.offers.get(at).map(|offer| offer.line.clone()) else {
                    self.overlay.current = Some(Overlay::Palette(palette));
                    return;
                };
                palette.input.set(&line);
                self.show_palette(palette);
                return;
            }
            (true, Code::Char('p')) => return self.recall(palette, 1),
            (true, Code::Char('n')) => return self.recall(palette, -1),
            (false, Code::Up) if palette.chosen.is_none() => return self.recall(palette, 1),
            (false, Code::Down) if browsing && palette.chosen.is_none() => return self.recall(palette, -1),
            (false, Code::Up | Code::BackTab) => {
                let up = palette.chosen.and_then(|row| row.checked_sub(1));
                palette.choose(up, height);
            }
            (false, Code::Down) => {
                // Where the first offer is marked already, Down means the second.
                palette.choose(Some(palette.marked().map_or(0, |row| row + 1)), height);
            }
            (false, Code::PageDown) => palette.choose(Some(palette.chosen.unwrap_or(0) + height), height),
            (false, Code::PageUp) => {
                palette.choose(Some(palette.chosen.unwrap_or(0).saturating_sub(height)), height);
            }
            _ if palette.input.typed(key) => {
                palette.back = 0;
                self.show_palette(palette);
                return;
            }
            _ => {}
        }
        if palette.offers.is_empty() {
            palette.chosen = None;
        }
        self.overlay.current = Some(Overlay::Palette(palette));
    }

    pub(in crate::app) fn pasted_in_palette(&mut self, text: &str) {
        let Some(Overlay::Palette(mut palette)) = self.overlay.current.take() else { return };
        palette.input.pasted(text);
        palette.back = 0;
        self.show_palette(palette);
    }

    /// Brings back a line that was run before, or what was typed before it.
    fn recall(&mut self, mut palette: Box<Palette>, steps: isize) {
        let back = palette.back.saturating_add_signed(steps).min(self.overlay.asked.len());
        if palette.back == 0 && back > 0 {
            palette.input.text().clone_into(&mut palette.fresh);
        }
        if back != palette.back {
            let line = match back {
                0 => palette.fresh.clone(),
                _ => self.overlay.asked.get(self.overlay.asked.len() - back).cloned().unwrap_or_default(),
            };
            palette.back = back;
            palette.input.set(&line);
        }
        self.show_palette(palette);
    }

    /// Enter: takes the offer that was moved to, or runs the line as it stands.
    fn accept(&mut self, mut palette: Box<Palette>) {
        let typed = palette.input.text().trim().to_owned();
        let offer = match palette.chosen {
            Some(row) => palette.offers.get(row),
            None if typed.is_empty() => return,
            None if palette.command().is_some() || self.cx.setup.keymap.called(&typed).is_some() || is_id(&typed) => {
                None
            }
            None if IN_VI.contains(&typed.as_str()) => None,
            None => palette.offers.first(),
        };
        let line = match offer {
            Some(Offer { line, then: Then::GoOn, .. }) => {
                palette.input.set(line);
                self.show_palette(palette);
                return;
            }
            Some(Offer { line, then: Then::Run, .. }) => line.trim().to_owned(),
            None => typed,
        };
        match self.run_line(&line) {
            Ok(()) => {
                self.overlay.asked.retain(|known| *known != line);
                self.overlay.asked.push(line);
                let surplus = self.overlay.asked.len().saturating_sub(KEPT);
                self.overlay.asked.drain(..surplus);
            }
            Err((tone, why)) => {
                self.cx.say(tone, why);
                self.overlay.current = Some(Overlay::Palette(palette));
            }
        }
    }

    /// What `:w` and `:q` and their kin do to a user of vi: write, leave, leave without the change. Returns whether it
    /// was one of them.
    fn run_as_in_vi(&mut self, name: &str) -> bool {
        if !IN_VI.contains(&name) {
            return false;
        }
        let in_form = self.panes.focus == Focus::Side && self.panes.form().is_some();
        let command = match name {
            // The form closes by itself once it is saved.
            "w" | "wq" | "x" if in_form && self.panes.scope() == Scope::Review => {
                let keys = self.cx.setup.keymap.keys_of(Scope::Review, Command::Apply).unwrap_or_default();
                self.cx.say(Tone::Plain, format!("Nothing was sent yet. {keys}: save what the review shows"));
                return true;
            }
            "w" | "wq" | "x" if in_form => Command::Save,
            "w" => {
                self.cx.say(Tone::Plain, "Nothing to save here: each change is saved from its own form");
                return true;
            }
            "q!" if in_form => Command::Discard,
            "q" => Command::Back,
            _ => Command::Quit,
        };
        self.run(command, None);
        true
    }

    /// Runs a command line.
    fn run_line(&mut self, line: &str) -> Result<(), (Tone, String)> {
        if line.parse::<u64>().is_ok() {
            return self.argued(Command::GoToId, line).map_err(|why| (Tone::Bad, why));
        }
        let (name, argument) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        let argument = argument.trim();
        if argument.is_empty() && self.run_as_in_vi(name) {
            return Ok(());
        }
        let Some(command) = self.cx.setup.keymap.called(name) else {
            return Err((Tone::Bad, format!("no command matches \"{line}\"")));
        };
        if let Some(refusal) = self.refusal(command) {
            return Err(refusal);
        }
        if !argument.is_empty() {
            return self.argued(command, argument).map_err(|why| (Tone::Bad, why));
        }
        match command.argument() {
            Some(argument) if argument.need == Need::Must => {
                Err((Tone::Bad, format!(":{name} needs {}, for example: {}", argument.words, argument.example)))
            }
            _ => {
                self.run(command, None);
                Ok(())
            }
        }
    }
}

impl Context {
    /// Rows of offers in view.
    #[must_use]
    pub fn palette_rows(&self) -> usize {
        let layout = self.layout();
        let room = layout.message.y.saturating_sub(layout.status.height + 2);
        usize::from(room).clamp(1, ROWS)
    }
}
