//! Who the user is: user name and password, typed.

use crate::app::core::{Context, Effect, Read, Slot, Tone};
use crate::app::overlay::{After, Dialog, Dialogs, KeyHandling, Overlay, SignIn};
use crate::app::rooms::Rooms;
use crate::domain::request_error::{RequestError, RequestErrorKind};
use crate::keys::{Code, Key};

impl Dialog for SignIn {
    fn manner(&self, _: &Rooms) -> KeyHandling {
        KeyHandling::text().without_wheel().ending_when_locked()
    }

    fn key(&mut self, rooms: &mut Rooms, _: &mut Dialogs, key: Key) -> After {
        let cx = &mut rooms.cx;
        if key == Key::ctrl('c') {
            cx.effect(Effect::Quit);
            return After::Close;
        }
        match key {
            Key { code: Code::Esc, ctrl: false } if self.waiting => {
                cx.say(Tone::Plain, cx.explain("Sign-in cancelled. {refresh}: sign in again"));
                cx.give_up(&[Slot::SignIn, Slot::Login]);
                return After::Close;
            }
            Key { code: Code::Esc, ctrl: false } => {
                cx.give_up(&[Slot::Login]);
                cx.say(Tone::Plain, cx.explain("Not signed in. {refresh}: sign in"));
                return After::Close;
            }
            // What is typed meanwhile is there for the next try; it is sent only by a key that comes after the answer.
            Key { code: Code::Enter, ctrl: false } if self.waiting => {
                cx.say(Tone::Plain, "Waiting for the server; what you typed is kept. Esc: cancel");
            }
            Key { code: Code::Tab | Code::BackTab | Code::Up | Code::Down, ctrl: false } => {
                self.at_password = !self.at_password;
            }
            Key { code: Code::Enter, ctrl: false } if !self.at_password => self.at_password = true,
            Key { code: Code::Enter, ctrl: false } => {
                let user = self.user.text().trim().to_owned();
                if user.is_empty() {
                    self.at_password = false;
                } else {
                    let password = self.take_password();
                    self.waiting = true;
                    self.error = None;
                    cx.read_beside(Slot::SignIn, Read::SignIn { user, password });
                }
            }
            other => {
                self.line().typed(other);
            }
        }
        After::Stay
    }

    fn pasted(&mut self, _: &mut Rooms, _: &mut Dialogs, text: &str) -> bool {
        self.line().pasted(text);
        true
    }
}

impl Dialogs {
    /// Asks who the user is. Where nothing is available to sign in with, that is no error.
    pub(in crate::app) fn ask_sign_in(&mut self, cx: &mut Context, error: RequestError) {
        let error = Some(error).filter(|known| known.kind != RequestErrorKind::SignInNeeded || cx.link.renewable);
        if let Some(Overlay::SignIn(asking)) = &mut self.current {
            asking.waiting = false;
            asking.error = error;
            return;
        }
        let user = cx.setup.user.clone().or_else(|| cx.link.user.clone());
        self.current = Some(Overlay::SignIn(Box::new(SignIn::new(user.as_deref(), error))));
        cx.read(Slot::Login, Read::Login);
    }
}
