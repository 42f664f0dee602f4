//! The setup on the terminal: reads keys, runs the checks that it is given, saves, and draws. What a check is, and what
//! becomes of what was typed, its caller knows.

pub mod profile_choice;

use std::future::Future;
use std::path::PathBuf;
use std::pin::Pin;

use color_eyre::eyre::{Report, WrapErr as _};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::app::Access;
use crate::app::core::Message;
use crate::app::first_run::SetupRequest;
pub use crate::app::first_run::{Answers, Check, FirstRun, SetupRow, SetupVerdict};
use crate::config::disk::NotWritten;
use crate::config::{ConfigMistake, Problems, Settings, words};
use crate::domain::request_error::RequestError;
use crate::keys::{Code, Key};
use crate::terminal::Screen;
use crate::view;

use super::input::TerminalInput;
use super::output::TerminalOutput;
use super::signals::Signal;
use super::translate;
use super::{Process, setup};

/// What the server at an address said: nothing where it is there, or why it is not.
pub type Heard = (String, Result<(), RequestError>);

/// Why a profile was not saved.
#[derive(Debug, thiserror::Error)]
pub enum NotSaved {
    /// There is no place for it.
    #[error("There is no home directory to save it in. Esc: open without saving")]
    NoHome,
    /// Its name is none.
    #[error(transparent)]
    Name(ConfigMistake),
    /// There is a profile of this name.
    #[error("Profile {0} exists already; choose another name. Nothing was saved.")]
    Taken(String),
    /// The file was not written.
    #[error("Not saved to {}: {why}. Esc: open without saving", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why not.
        why: NotWritten,
    },
}

/// Checks that run, and report each result.
pub type Checks = Pin<Box<dyn Future<Output = ()>>>;

/// What the caller does with what was typed. None of it may block for long.
pub struct SetupActions<'d> {
    /// The settings that it means.
    ///
    /// # Errors
    /// Why it cannot be used.
    pub settings: &'d dyn Fn(&Answers) -> Result<Settings, Problems>,
    /// Asks the server whether it is there. No password is sent.
    pub reach: &'d dyn Fn(Settings, String, UnboundedSender<Heard>) -> Checks,
    /// Runs the checks.
    pub check: &'d dyn Fn(Settings, UnboundedSender<Check>) -> Checks,
    /// Saves the profile.
    ///
    /// # Errors
    /// Why it was not saved.
    pub save: &'d dyn Fn(&Answers) -> Result<(), NotSaved>,
}

/// What may be changed, as the settings have it.
pub const fn access(answers: &Answers) -> words::AccessSetting {
    match answers.access {
        Access::Write => words::AccessSetting::Write,
        Access::Confirm => words::AccessSetting::Confirm,
        Access::ReadOnly => words::AccessSetting::ReadOnly,
    }
}

/// How the setup ended.
#[derive(Debug)]
pub enum Chosen {
    /// The profile was saved.
    Saved(Box<Answers>),
    /// Nothing was saved; the console is opened all the same.
    Unsaved(Box<Answers>),
    /// Nothing is to be opened.
    Nothing,
}

/// Shows the setup until it is left. `look` are settings for how the terminal is used.
///
/// # Errors
/// There is no terminal, or it was closed.
pub async fn ask(
    process: &mut Process,
    look: &Settings,
    form: FirstRun,
    actions: SetupActions<'_>,
) -> Result<Chosen, Report> {
    let mut screen = Screen::enter(setup::screen(look)).wrap_err("the setup needs a terminal")?;
    screen.set_title("sipreg: setup")?;
    let input = TerminalInput::open(setup::manner(look)).wrap_err("the setup needs a keyboard")?;
    let output = TerminalOutput::of(&mut screen);
    let (sender, found) = unbounded_channel();
    let (listener, heard) = unbounded_channel();
    let mut asking =
        Asking { form, screen, input, output, found, sender, checks: None, heard, listener, reaching: None };
    asking.run(process, look, &actions).await
}

struct Asking {
    form: FirstRun,
    screen: Screen,
    input: TerminalInput,
    output: TerminalOutput,
    found: UnboundedReceiver<Check>,
    sender: UnboundedSender<Check>,
    checks: Option<Checks>,
    heard: UnboundedReceiver<Heard>,
    listener: UnboundedSender<Heard>,
    reaching: Option<Checks>,
}

/// What woke it.
enum Woken {
    Message(Option<Message>),
    Signal(Signal),
    Found(Check),
    Checked,
    Heard(Heard),
    Asked,
    Writable,
    Deaf,
}

impl Asking {
    async fn run(
        &mut self,
        process: &mut Process,
        look: &Settings,
        actions: &SetupActions<'_>,
    ) -> Result<Chosen, Report> {
        let theme = setup::theme(look);
        loop {
            if !self.screen.is_behind() {
                self.screen.draw(|frame| view::first_run::draw(&self.form, &theme, frame))?;
            }
            let behind = self.screen.is_behind();
            let woken = tokio::select! {
                biased;
                heard = process.signals.next() => Woken::Signal(heard),
                Some(check) = self.found.recv() => Woken::Found(check),
                Some(heard) = self.heard.recv() => Woken::Heard(heard),
                () = ended(&mut self.checks) => Woken::Checked,
                () = ended(&mut self.reaching) => Woken::Asked,
                event = self.input.next() => match event {
                    Some(event) => Woken::Message(translate::message(event, setup::mouse(look))),
                    None => Woken::Deaf,
                },
                () = self.output.writable(), if behind => Woken::Writable,
            };
            let next = match woken {
                // A held Enter presses no buttons one after the other.
                Woken::Message(Some(Message::Held(key))) if key == Key::plain(Code::Enter) => SetupRequest::Stay,
                Woken::Message(Some(Message::Typed(key) | Message::Held(key))) => self.form.typed(key),
                Woken::Message(Some(Message::Pasted(text))) => {
                    self.form.pasted(text.expose());
                    SetupRequest::Stay
                }
                Woken::Message(_) => SetupRequest::Stay,
                Woken::Found(check) => {
                    self.form.checked(check);
                    SetupRequest::Stay
                }
                Woken::Checked => {
                    self.checks = None;
                    while let Ok(check) = self.found.try_recv() {
                        self.form.checked(check);
                    }
                    self.form.tested();
                    SetupRequest::Stay
                }
                Woken::Heard((url, answer)) => {
                    self.form.heard(url, answer);
                    SetupRequest::Stay
                }
                Woken::Asked => {
                    self.reaching = None;
                    SetupRequest::Stay
                }
                Woken::Writable => {
                    self.screen.catch_up()?;
                    SetupRequest::Stay
                }
                Woken::Deaf | Woken::Signal(Signal::Terminate | Signal::Interrupt | Signal::HangUp) => {
                    return Ok(Chosen::Nothing);
                }
                Woken::Signal(Signal::Stop) => SetupRequest::Suspend,
                Woken::Signal(Signal::Continue) => {
                    self.screen.resume()?;
                    self.input.forget();
                    SetupRequest::Stay
                }
                Woken::Signal(Signal::Resize) => {
                    self.screen.fit()?;
                    SetupRequest::Stay
                }
            };
            if let Some(chosen) = self.follow(next, actions)? {
                return Ok(chosen);
            }
        }
    }

    /// Does what is asked for. Returns how it ended, once it has.
    fn follow(&mut self, next: SetupRequest, actions: &SetupActions<'_>) -> Result<Option<Chosen>, Report> {
        let (SetupRequest::Reach(answers)
        | SetupRequest::Test(answers)
        | SetupRequest::Save(answers)
        | SetupRequest::Open(answers)) = &next
        else {
            match next {
                SetupRequest::Quit => return Ok(Some(Chosen::Nothing)),
                SetupRequest::Cancel => self.checks = None,
                SetupRequest::Suspend if self.screen.suspend().is_err() => self.screen.resume()?,
                SetupRequest::Redraw => self.screen.invalidate(),
                _ => {}
            }
            return Ok(None);
        };
        let settings = match (actions.settings)(answers) {
            Ok(settings) => settings,
            Err(problems) => {
                self.form.refused(problems.mistakes());
                return Ok(None);
            }
        };
        if let SetupRequest::Reach(answers) = next {
            self.reaching = Some((actions.reach)(settings, answers.url, self.listener.clone()));
            return Ok(None);
        }
        if settings.is_plaintext() && !settings.allow_plaintext.value && !self.form.allows_plaintext(&next) {
            return Ok(None);
        }
        Ok(match next {
            SetupRequest::Test(_) => {
                self.checks = Some((actions.check)(settings, self.sender.clone()));
                None
            }
            SetupRequest::Save(answers) => match (actions.save)(&answers) {
                Ok(()) => Some(Chosen::Saved(answers)),
                Err(why) => {
                    self.form.refused(why.to_string());
                    None
                }
            },
            SetupRequest::Open(answers) => Some(Chosen::Unsaved(answers)),
            _ => None,
        })
    }
}

/// Until the checks have ended; without any, never.
async fn ended(checks: &mut Option<Checks>) {
    match checks {
        Some(checks) => checks.await,
        None => std::future::pending().await,
    }
}
