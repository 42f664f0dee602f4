//! The command line: a line being typed, what it may become, and what Enter and Tab make of it. What there is
//! to choose from is found in `complete`, what a command does with its argument stands in `crate::app::input::arguments`.

pub(crate) mod complete;
pub(crate) mod fuzzy;

use crate::keys::argument::{IN_VI, Need};
use crate::keys::chord::{Code, Key};
use crate::keys::command::{Command, Scope};

use crate::app::core::context::Context;
use crate::app::core::notice::Tone;
use crate::app::overlay::Overlay;
use crate::app::overlay::dialog::{After, Dialog, Manner};
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
        Command::called(name).filter(|command| command.row().argument.is_some())
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

impl Palette {
    /// The line changed: what it may become is found again.
    fn offer(&mut self, app: &App) {
        self.offers = app.offers(self.input.text());
        self.chosen = None;
        self.pager = Pager::default();
    }

    /// Brings back a line that was run before, or what was typed before it.
    fn recall(&mut self, app: &App, steps: isize) {
        let asked = &app.overlay.asked;
        let back = self.back.saturating_add_signed(steps).min(asked.len());
        if self.back == 0 && back > 0 {
            self.input.text().clone_into(&mut self.fresh);
        }
        if back != self.back {
            let line = match back {
                0 => self.fresh.clone(),
                _ => asked.get(asked.len() - back).cloned().unwrap_or_default(),
            };
            self.back = back;
            self.input.set(&line);
        }
        self.offer(app);
    }

    /// Enter: takes the offer that was moved to, or runs the line as it stands.
    fn accept(&mut self, app: &mut App) -> After {
        let typed = self.input.text().trim().to_owned();
        let offer = match self.chosen {
            Some(row) => self.offers.get(row),
            None if typed.is_empty() => return After::Close,
            None if self.command().is_some() || app.cx.setup.keymap.called(&typed).is_some() || is_id(&typed) => None,
            None if IN_VI.contains(&typed.as_str()) => None,
            None => self.offers.first(),
        };
        let line = match offer {
            Some(Offer { line, then: Then::GoOn, .. }) => {
                self.input.set(line);
                self.offer(app);
                return After::Stay;
            }
            Some(Offer { line, then: Then::Run, .. }) => line.trim().to_owned(),
            None => typed,
        };
        match app.run_line(&line) {
            Ok(()) => {
                let asked = &mut app.overlay.asked;
                asked.retain(|known| *known != line);
                asked.push(line);
                let surplus = asked.len().saturating_sub(KEPT);
                asked.drain(..surplus);
                After::Close
            }
            Err((tone, why)) => {
                app.cx.say(tone, why);
                After::Stay
            }
        }
    }
}

impl Dialog for Palette {
    fn manner(&self, _: &App) -> Manner {
        Manner::text().without_wheel()
    }

    fn key(&mut self, app: &mut App, key: Key) -> After {
        let height = app.cx.palette_rows();
        match (key.ctrl, key.code) {
            (false, Code::Esc) | (true, Code::Char('c')) => return After::Close,
            (false, Code::Enter) => return self.accept(app),
            (false, Code::Tab) => {
                let at = self.marked().unwrap_or(0);
                if let Some(line) = self.offers.get(at).map(|offer| offer.line.clone()) {
                    self.input.set(&line);
                    self.offer(app);
                }
                return After::Stay;
            }
            (true, Code::Char('p')) => self.recall(app, 1),
            (true, Code::Char('n')) => self.recall(app, -1),
            (false, Code::Up) if self.chosen.is_none() => self.recall(app, 1),
            (false, Code::Down) if self.back > 0 && self.chosen.is_none() => self.recall(app, -1),
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
                self.back = 0;
                self.offer(app);
            }
            _ => {}
        }
        if self.offers.is_empty() {
            self.chosen = None;
        }
        After::Stay
    }

    fn pasted(&mut self, app: &mut App, text: &str) -> bool {
        self.input.pasted(text);
        self.back = 0;
        self.offer(app);
        true
    }
}

impl App {
    /// Opens the command line with something typed already.
    pub(in crate::app) fn open_palette(&mut self, typed: &str) {
        let mut palette = Palette { input: LineEditor::with(typed), ..Palette::default() };
        palette.offer(self);
        self.overlay.current = Some(Overlay::Palette(Box::new(palette)));
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
                let keys = self.cx.key_in(Scope::Review, Command::Apply);
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
        self.run(command);
        true
    }

    /// Runs a command line.
    fn run_line(&mut self, line: &str) -> Result<(), (Tone, String)> {
        if line.parse::<u64>().is_ok() {
            return self.run_with(Command::GoToId, line).map_err(|why| (Tone::Bad, why));
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
            return self.run_with(command, argument).map_err(|why| (Tone::Bad, why));
        }
        match command.row().argument {
            Some(argument) if argument.need == Need::Must => {
                Err((Tone::Bad, format!(":{name} needs {}, for example: {}", argument.words, argument.example)))
            }
            _ => {
                self.run(command);
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
