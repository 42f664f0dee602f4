//! A program of the user's own: started, cancelled, ended, and what it printed, in a box that scrolls.

use std::time::Duration;

use crate::domain::program::{Display, Program, ProgramEnd, ProgramError};
use crate::domain::text::wrap;
use crate::keys::{Code, Command, Key, KeyMeaning, Scope};

use crate::app::core::{Context, Effect, Slot, Ticket, Tone};
use crate::app::overlay::{After, Dialog, Dialogs, KeyHandling, Overlay};
use crate::app::rooms::Rooms;
use crate::app::widget::{Pager, leaves};

/// Cells beside the text of the box.
const EDGES: u16 = 4;

/// A program that has not ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunningProgram {
    /// What the user calls it.
    pub title: String,
    /// What shows what it prints.
    display: Display,
    /// When it was started.
    since: Duration,
}

/// What a program printed.
#[derive(Debug, Clone)]
pub struct ProgramOutput {
    /// What the user calls the program, and how it ended.
    pub title: String,
    /// Whether it runs.
    pub running: bool,
    /// Its lines. Hostile until wrapped.
    texts: Vec<String>,
    /// Over the lines as they are wrapped.
    pub pager: Pager,
}

impl ProgramOutput {
    /// Its lines in a box on a screen of this width.
    pub fn lines(&self, screen: u16) -> Vec<String> {
        let room = usize::from(screen.saturating_sub(EDGES)).max(1);
        self.texts.iter().flat_map(|text| wrap(text, room)).collect()
    }
}

impl Dialogs {
    pub(in crate::app) fn start_program(&mut self, cx: &mut Context, program: Box<Program>) {
        let ticket = cx.tickets.open(Slot::Program);
        let (title, display) = (program.title.clone(), program.display);
        if display == Display::Box {
            let texts = vec![program.to_string(), "Running …".to_owned()];
            let output = ProgramOutput { title: title.clone(), running: true, texts, pager: Pager::default() };
            self.current = Some(Overlay::Output(Box::new(output)));
        }
        self.program = Some(RunningProgram { title, display, since: cx.now.mono });
        cx.effect(Effect::Run { ticket, program });
    }

    /// Cancels the program that runs, if one does.
    pub(in crate::app) fn cancel_program(&mut self, cx: &mut Context) -> bool {
        let Some(running) = self.program.take() else { return false };
        cx.give_up(&[Slot::Program]);
        cx.say(Tone::Plain, format!("{} cancelled. What it had done already is not undone", running.title));
        true
    }

    /// A program ended. While the console is locked nothing of what it printed is shown.
    pub(in crate::app) fn program_ended(
        &mut self,
        cx: &mut Context,
        ticket: Ticket,
        result: Result<ProgramEnd, ProgramError>,
        locked: bool,
    ) {
        if !cx.tickets.is_current(ticket) {
            return;
        }
        let Some(RunningProgram { title, display, since }) = self.program.take() else { return };
        let seconds = cx.now.since(since).as_secs();
        let (tone, reported, output) = match result {
            Ok(ended) => {
                let tone = if ended.well { Tone::Good } else { Tone::Bad };
                (tone, format!("{title}: {} after {seconds} s", ended.how), Some(ended))
            }
            Err(why) => (Tone::Bad, format!("{title} was not run: {why}"), None),
        };
        let open = match &mut self.current {
            Some(Overlay::Output(open)) if open.running => Some(open),
            _ => None,
        };
        match (open, output) {
            (Some(open), Some(ended)) => {
                open.running = false;
                open.title = reported;
                open.texts = ended.output.lines().map(str::to_owned).collect();
                if open.texts.iter().all(|text| text.trim().is_empty()) {
                    open.texts = vec!["(no output)".to_owned()];
                }
                if ended.cut {
                    open.texts.push("(the rest was cut)".to_owned());
                }
            }
            (open, output) => {
                if open.is_some() {
                    self.current = None;
                }
                let last = output.filter(|_| !locked && display == Display::Box);
                let last = last.and_then(|ended| {
                    ended.output.lines().rev().find(|line| !line.trim().is_empty()).map(str::to_owned)
                });
                let last = last.map_or_else(String::new, |last| format!(". Last line: {}", last.trim()));
                cx.say(tone, format!("{reported}{last}"));
            }
        }
    }
}

impl Dialog for ProgramOutput {
    fn manner(&self, _: &Rooms) -> KeyHandling {
        KeyHandling::list(None, "").ending_when_locked()
    }

    fn key(&mut self, rooms: &mut Rooms, dialogs: &mut Dialogs, key: Key) -> After {
        if leaves(key) && self.running {
            if key == Key::ctrl('c') {
                dialogs.cancel_program(&mut rooms.cx);
            } else {
                let cancel = rooms.cx.key(Command::Interrupt);
                rooms.cx.say(
                    Tone::Plain,
                    format!("{} keeps running; its end is reported. {cancel}: cancel it", self.title),
                );
            }
            return After::Close;
        }
        match rooms.cx.setup.keymap.meaning(Scope::Global, &[key]) {
            _ if leaves(key) || key == Key::plain(Code::Enter) => return After::Close,
            KeyMeaning::Command(Command::Back) if !self.running => return After::Close,
            KeyMeaning::Command(command) => {
                let (len, height) = (self.lines(rooms.cx.size.0).len(), rooms.cx.output_height(self));
                self.pager.scroll_by(command, len, height);
            }
            KeyMeaning::Prefix | KeyMeaning::Nothing => {}
        }
        After::Stay
    }
}

impl Context {
    /// Lines of a program's output in view.
    pub fn output_height(&self, output: &ProgramOutput) -> usize {
        output.lines(self.size.0).len().min(self.overlay_height())
    }
}
