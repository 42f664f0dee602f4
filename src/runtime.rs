//! The only place with a loop, tasks, channels, signals and time: performs what the app asks for, tells it
//! what happened, and draws when something changed.

mod clock;
mod frames;
mod input;
mod perform;
mod setup;
mod signals;
mod tasks;

use color_eyre::eyre::{Report, WrapErr as _};
use crossterm::event::EventStream;
use futures_util::StreamExt as _;
use tokio::time::{Instant, sleep_until};

use crate::api::Client;
use crate::app::App;
use crate::app::effect::Effect;
use crate::app::message::{Message, System};
use crate::config::Settings;
use crate::terminal::{Screen, install_panic_hook, screen};
use crate::view;
use crate::view::theme::Theme;

use clock::Clock;
use frames::Frames;
use perform::Performer;
use signals::{Heard, Signals};

/// How many messages are taken in before the screen is looked after.
const BATCH: usize = 256;

/// How the loop goes on after a message.
enum Next {
    Run,
    Quit,
}

/// Opens the console on a server and comes back when it is left.
///
/// # Errors
/// There is no terminal, or it went away.
pub async fn console(settings: &Settings, client: Client) -> Result<(), Report> {
    let mut signals = Signals::listen()?;
    install_panic_hook();
    let server = client.endpoint().to_string();
    let screen = Screen::enter(setup::screen(settings)).wrap_err("the console needs a terminal")?;
    let clock = Clock::start();
    let app = App::new(setup::of(settings, server), screen.size(), clock.now());
    let mut console = Console {
        app,
        theme: setup::theme(settings),
        screen,
        clock,
        frames: Frames::default(),
        performer: Performer::new(client),
        input: Some(EventStream::new()),
    };
    let ended = console.run(&mut signals).await;
    console.performer.stop().await;
    drop(console);
    ended
}

struct Console {
    app: App,
    theme: Theme,
    screen: Screen,
    clock: Clock,
    frames: Frames,
    performer: Performer,
    input: Option<EventStream>,
}

/// What woke the loop.
enum Woken {
    Message(Message),
    Signal(Heard),
    Draw,
    /// The keyboard is gone.
    Deaf,
    Nothing,
}

impl Console {
    async fn run(&mut self, signals: &mut Signals) -> Result<(), Report> {
        if matches!(self.take(Message::Started), Next::Quit) {
            return Ok(());
        }
        loop {
            let mut woken = self.wait(signals).await;
            // What else has happened already is taken in before anything is drawn.
            for _ in 0..BATCH {
                match woken {
                    Woken::Message(message) => {
                        if matches!(self.take(message), Next::Quit) {
                            return Ok(());
                        }
                    }
                    Woken::Signal(heard) => {
                        if matches!(self.hear(heard), Next::Quit) {
                            return Ok(());
                        }
                    }
                    Woken::Deaf => return Ok(()),
                    Woken::Draw | Woken::Nothing => {}
                }
                match self.performer.try_message() {
                    Some(message) => woken = Woken::Message(message),
                    None => break,
                }
            }
            let now = self.clock.now().mono;
            if self.frames.is_due(now) {
                if self.draw().is_err() {
                    // The terminal is gone; there is nobody left to tell.
                    return Ok(());
                }
                self.frames.drawn(now);
            }
        }
    }

    async fn wait(&mut self, signals: &mut Signals) -> Woken {
        let wake = self.app.wake_at().map(|at| self.clock.instant(at));
        let draw = self.frames.deadline().map(|at| self.clock.instant(at));
        tokio::select! {
            biased;
            heard = signals.next() => Woken::Signal(heard),
            message = self.performer.message() => Woken::Message(message),
            event = next_event(&mut self.input) => match event {
                Some(Ok(event)) => match input::message(event) {
                    Some(message) => Woken::Message(message),
                    None => Woken::Nothing,
                },
                Some(Err(_)) | None => Woken::Deaf,
            },
            () = until(draw) => Woken::Draw,
            () = until(wake) => Woken::Message(Message::Woke),
        }
    }

    /// Has the app take in a message, and does what it asks for.
    fn take(&mut self, message: Message) -> Next {
        if let Message::Resized(width, height) = message {
            if self.screen.size() == (width, height) {
                return Next::Run;
            }
            self.screen.resize(width, height);
        }
        let now = self.clock.now();
        self.frames.changed(now.mono);
        for effect in self.app.update(now, message) {
            match effect {
                Effect::Quit => return Next::Quit,
                Effect::Redraw => self.screen.invalidate(),
                Effect::Suspend => return self.suspend(),
                other => self.performer.perform(other),
            }
        }
        Next::Run
    }

    fn hear(&mut self, heard: Heard) -> Next {
        match heard {
            Heard::Terminate => self.take(Message::System(System::Terminate)),
            Heard::HangUp => self.take(Message::System(System::HangUp)),
            Heard::Stop => self.suspend(),
            Heard::Continue => {
                if self.screen.resume().is_err() {
                    return Next::Quit;
                }
                self.back()
            }
        }
    }

    fn suspend(&mut self) -> Next {
        // The keyboard belongs to the shell meanwhile.
        self.input = None;
        let stopped = self.screen.suspend();
        self.input = Some(EventStream::new());
        if stopped.is_err() { Next::Quit } else { self.back() }
    }

    /// Back after a stop: the terminal may have another size.
    fn back(&mut self) -> Next {
        let (width, height) = self.screen.size();
        if self.app.size != (width, height)
            && matches!(self.take_unresized(Message::Resized(width, height)), Next::Quit)
        {
            return Next::Quit;
        }
        self.take(Message::System(System::Resumed))
    }

    fn take_unresized(&mut self, message: Message) -> Next {
        let now = self.clock.now();
        self.frames.changed(now.mono);
        for effect in self.app.update(now, message) {
            self.performer.perform(effect);
        }
        Next::Run
    }

    fn draw(&mut self) -> std::io::Result<()> {
        let (app, theme) = (&self.app, &self.theme);
        self.screen.draw(|area, buffer| view::draw(app, theme, area, buffer))
    }
}

async fn next_event(input: &mut Option<EventStream>) -> Option<std::io::Result<crossterm::event::Event>> {
    match input {
        Some(stream) => stream.next().await,
        None => std::future::pending().await,
    }
}

async fn until(at: Option<Instant>) {
    match at {
        Some(at) => sleep_until(at).await,
        None => std::future::pending().await,
    }
}

/// Leaves the terminal however the program ends; does nothing where it was left already.
pub fn leave_terminal() {
    screen::leave();
}
