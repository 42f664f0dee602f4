//! The box that switches to another profile. The new server is reached first, while nothing of this console is given
//! up: where that fails, everything stays as it is. Then this session ends, and another one begins with nothing of it.

use crate::domain::request_error::RequestError;
use crate::keys::{Code, Command, Key};

use crate::app::core::{Access, Context, Effect, Read, Slot, Tone};
use crate::app::model::argument_mistake::ArgumentMistake;
use crate::app::overlay::{After, Dialog, DialogLines, Dialogs, KeyHandling, Overlay, Question, Yes};
use crate::app::rooms::Rooms;
use crate::app::widget::{Pager, leaves};

/// A profile that can be switched to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileOffer {
    /// Name of the profile.
    pub name: String,
    /// The word in front of it.
    pub badge: Option<String>,
    /// Its server; `None`: it names none.
    pub server: Option<String>,
    /// What may be changed there.
    pub access: Access,
    /// Whether it is the one that is open.
    pub is_current: bool,
}

/// State of the box.
#[derive(Debug, Clone, Default)]
pub struct Profiles {
    /// Over the profiles.
    pub pager: Pager,
    /// The profile whose server is being reached.
    pub waiting: Option<String>,
    /// Why the last try failed.
    pub error: Option<String>,
}

impl Dialog for Profiles {
    fn manner(&self, _: &Rooms) -> KeyHandling {
        KeyHandling::list(Some(Command::Profiles), "").ending_when_locked()
    }

    fn key(&mut self, rooms: &mut Rooms, dialogs: &mut Dialogs, key: Key) -> After {
        if self.waiting.is_some() {
            if leaves(key) {
                rooms.cx.give_up(&[Slot::Profile]);
                self.waiting = None;
            } else {
                rooms.cx.say(Tone::Plain, key.idle_but("Esc: cancel"));
            }
            return After::Stay;
        }
        if key != Key::plain(Code::Enter) {
            return After::Unused;
        }
        let chosen = dialogs.profiles.get(self.pager.cursor).map(|profile| profile.name.clone());
        match chosen.map(|name| dialogs.open_profile(&mut rooms.cx, &name)) {
            Some(Err(why)) => self.error = Some(why.to_string()),
            Some(Ok(())) => {
                if let Some(Overlay::Profiles(opened)) = dialogs.current.take() {
                    self.waiting = opened.waiting;
                }
                self.error = None;
            }
            None => {}
        }
        After::Stay
    }

    fn list(&mut self, rooms: &Rooms, dialogs: &Dialogs) -> Option<DialogLines<'_>> {
        let len = dialogs.profiles.len();
        Some(DialogLines { pager: &mut self.pager, len, height: rooms.cx.overlay_height() })
    }
}

impl Dialogs {
    /// Shows the profiles, the cursor on the open one.
    pub(in crate::app) fn open_profiles(&mut self, cx: &Context) {
        let mut open = Profiles::default();
        let at = self.profiles.iter().position(|profile| profile.is_current).unwrap_or_default();
        open.pager.move_to(at, self.profiles.len(), cx.overlay_height());
        self.current = Some(Overlay::Profiles(Box::new(open)));
    }

    /// What would be cancelled if the session ended now, in a sentence.
    pub fn losses(&self) -> Option<String> {
        self.program.as_ref().map(|running| format!("{} is running and would be cancelled", running.title))
    }

    /// Switches to a profile by its name.
    ///
    /// # Errors
    /// It is the one that is open.
    pub(in crate::app) fn open_profile(&mut self, cx: &mut Context, name: &str) -> Result<(), ArgumentMistake> {
        if self.profiles.iter().any(|profile| profile.is_current && profile.name == name) {
            return Err(ArgumentMistake::ProfileOpen(name.to_owned()));
        }
        cx.read(Slot::Profile, Read::Profile(name.to_owned()));
        let waiting = Some(name.to_owned());
        self.current = Some(Overlay::Profiles(Box::new(Profiles { waiting, ..Profiles::default() })));
        Ok(())
    }

    /// The server of a profile was reached. `lines` say what a switch would lose, or what someone has to know.
    pub(in crate::app) fn profile_reached(&mut self, cx: &mut Context, name: String, lines: Vec<String>) {
        let awaited = matches!(&self.current, Some(Overlay::Profiles(open)) if open.waiting.as_ref() == Some(&name));
        if !awaited {
            return;
        }
        self.current = None;
        if lines.is_empty() {
            next_profile(cx, name);
        } else {
            let title = format!("Open profile {name}?");
            let question = Question::of_sentences(title, "open", lines, Yes::OpenProfile(name));
            self.current = Some(Overlay::Question(question));
        }
    }

    /// It was not: nothing of this console has changed.
    pub(in crate::app) fn profile_not_reached(&mut self, cx: &mut Context, name: &str, error: &RequestError) {
        let stays = format!("Profile {name} was not opened: {}. You stay on {}.", error.message, cx.setup.profile);
        match &mut self.current {
            Some(Overlay::Profiles(open)) => {
                open.waiting = None;
                open.error = Some(stays);
            }
            Some(_) | None => cx.say(Tone::Bad, stays),
        }
    }
}

/// Ends this session; the next one is on this profile.
pub(in crate::app) fn next_profile(cx: &mut Context, name: String) {
    cx.effect(Effect::NextProfile(name));
    cx.effect(Effect::Quit);
}
