//! The only place with a loop, tasks, channels, signals and time: performs what the app asks for, reports to it
//! what happened, and draws when something changed.

mod clock;
mod disk_worker;
mod files;
pub(crate) mod first_run;
mod folder_watch;
mod frames;
pub mod input;
mod next_profile;
mod output;
mod past_changes;
pub mod perform;
mod preferences;
mod program;
pub(crate) mod rescued_text;
mod saved_login;
mod setup;
mod shared_drafts;
pub mod signals;
mod tasks;
pub mod translate;

use std::collections::BTreeSet;
use std::path::PathBuf;

use color_eyre::eyre::{Report, WrapErr as _};
use tokio::time::{Instant, sleep_until};

pub use setup::unfit_terminal;

use crate::api::Client;
use crate::app::App;
use crate::app::core::{Effect, Message, System, Ticket};
use crate::config::Settings;
use crate::config::switching::Switching;
use crate::connect;
use crate::domain::program::{Display, Program};
use crate::domain::record::Secret;
use crate::domain::system_error::in_words;
use crate::live::Provider;
use crate::runtime::saved_login::SavedLogin;
use crate::state::journal::Rotation;
use crate::state::log_fault;
use crate::terminal;
use crate::terminal::editor::Editor;
use crate::terminal::editor::folder::LeftText;
use crate::terminal::screen::MouseReports;
use crate::terminal::{Screen, install_panic_hook};
use crate::view;
use crate::view::theme::Theme;

use clock::Clock;
use disk_worker::DiskWorker;
use frames::{Frames, Urgency};
use input::{InputOptions, TerminalInput};
use output::TerminalOutput;
use perform::{Elsewhere, Performer};
use signals::{Signal, Signals};

/// How many messages are taken in before the screen is looked after.
const BATCH: usize = 256;

/// How the loop goes on after a message.
enum Next {
    Run,
    Quit,
}

/// What is printed when the screen is closed.
#[derive(Debug, Default)]
pub struct ClosingText {
    /// Writes that were sent and never answered for, each in a sentence.
    pub unknown: Vec<String>,
    /// What became of texts that were being edited, a sentence each.
    pub edited: Vec<String>,
    /// The profile to open next.
    pub next: Option<String>,
}

/// What is set up once for all consoles of this process, and stays from one to the next.
#[derive(Debug)]
pub struct Process {
    signals: Signals,
}

impl Process {
    /// Catches signals, and gives the terminal back before a panic is shown.
    ///
    /// # Errors
    /// The system refuses it.
    pub fn set_up() -> Result<Self, Report> {
        let signals = Signals::catch()?;
        install_panic_hook();
        Ok(Self { signals })
    }

    /// The one that is there, or else a new one.
    ///
    /// # Errors
    /// As [`Process::set_up`].
    pub fn ready(process: &mut Option<Self>) -> Result<&mut Self, Report> {
        match process {
            Some(process) => Ok(process),
            none => Ok(none.insert(Self::set_up()?)),
        }
    }
}

/// Opens the console on a server and comes back when it is left, also for another profile.
///
/// # Errors
/// There is no terminal, or it was closed.
pub async fn console(
    process: &mut Process,
    settings: &Settings,
    client: Client,
    live: Option<Provider>,
    switching: Option<&Switching>,
) -> Result<ClosingText, Report> {
    let server = client.endpoint().to_string();
    let mut screen = Screen::enter(setup::screen(settings)).wrap_err("the console needs a terminal")?;
    screen.set_title(&setup::title(settings))?;
    let manner = setup::manner(settings);
    let input = TerminalInput::open(manner).wrap_err("the console needs a keyboard")?;
    let output = TerminalOutput::of(&mut screen);
    let clock = Clock::start();
    let login = SavedLogin::of(settings, &server);
    let filed = &settings.identity.origin;
    let (largest, oldest) = connect::journal_limits(settings);
    let rotation = Rotation { largest, oldest };
    let disk_worker = DiskWorker::start(settings.places.state.as_deref(), filed, clock.now().wall, rotation);
    let looks = settings.places.state.as_deref().map(|state| preferences::file(state, filed));
    let mut app = App::new(setup::of(settings, server), screen.size(), clock.now());
    app.lock.rules = setup::locking(settings);
    app.sync.bell.on = settings.bell.value;
    if switching.is_some() {
        app.overlay.profiles = setup::profiles(settings);
    }
    match looks.as_ref().map(preferences::load) {
        Some(Ok((kept, notes))) => {
            app.list.restore(kept);
            for note in notes {
                app.update(clock.now(), Message::Report(note));
            }
        }
        Some(Err(error)) => {
            app.update(clock.now(), Message::NotKept(error));
        }
        None => {}
    }
    setup::live(settings, live.is_some(), &mut app);
    setup::habits(settings, &mut app);
    // What was said before the screen was entered is hidden now.
    for note in &settings.notes {
        let _ = app.update(clock.now(), Message::Report(note.clone()));
    }
    let folders = Editor::folders(settings.places.state.clone());
    if let Some(found) = rescued_text::found(settings.places.state.as_deref(), &folders) {
        app.update(clock.now(), Message::Report(found));
    }
    let mut console = Console {
        app,
        theme: setup::theme(settings),
        screen,
        output,
        signals: &mut process.signals,
        clock,
        frames: Frames::default(),
        performer: Performer::new(client, disk_worker, live, clock, Elsewhere { login, switching: switching.cloned() }),
        input: Some(input),
        state: settings.places.state.clone(),
        ending: None,
        edited: None,
        surroundings: setup::surroundings(settings),
        next: None,
        manner,
        mouse: setup::mouse(settings),
    };
    let ended = console.run().await;
    // What is still under way may end yet; the journal and the drafts are to know it.
    for message in console.performer.last_outcomes().await {
        let _ = console.take(message);
    }
    // What the disk still answered is only for the state: nothing more is done.
    for message in console.performer.stop().await {
        let _ = console.app.update(console.clock.now(), message);
    }
    let open: BTreeSet<u64> = console
        .app
        .store
        .writes
        .under_way
        .values()
        .map(|under_way| under_way.id)
        .chain(console.app.store.writes.unsettled())
        .collect();
    let unknown = open
        .into_iter()
        .map(|id| {
            format!(
                "{}: a change was sent but not answered before exit: whether it was applied is UNKNOWN",
                console.app.store.display_name(id)
            )
        })
        .collect();
    let state = console.state.as_deref();
    let texts = console.app.store.texts_in_memory();
    let texts = texts.map(|text| rescued_text::keep_and_report(state, &LeftText::of(text.expose())));
    let edited = console.edited.take().into_iter().chain(texts).collect();
    let next = console.next.take();
    drop(console);
    ended.map(|()| ClosingText { unknown, edited, next })
}

struct Console<'p> {
    app: App,
    theme: Theme,
    screen: Screen,
    output: TerminalOutput,
    signals: &'p mut Signals,
    clock: Clock,
    frames: Frames,
    performer: Performer,
    input: Option<TerminalInput>,
    /// Where sipreg keeps its files.
    state: Option<PathBuf>,
    /// The signal to end while the user's editor had the terminal.
    ending: Option<Signal>,
    /// What became of a text that was being edited then.
    edited: Option<String>,
    /// Variables that programs of the user's own get, so that a `sipreg` in them talks to the same server.
    surroundings: Vec<(String, String)>,
    /// The profile to open when this has ended.
    next: Option<String>,
    /// How to read keys, and whether the mouse counts.
    manner: InputOptions,
    mouse: MouseReports,
}

/// What woke the loop.
enum Woken {
    Message(Box<Message>),
    Signal(Signal),
    Draw,
    /// The terminal takes more.
    Writable,
    /// The keyboard is gone.
    Deaf,
    Nothing,
}

impl Console<'_> {
    async fn run(&mut self) -> Result<(), Report> {
        if matches!(self.take(Message::Started), Next::Quit) {
            return Ok(());
        }
        loop {
            if let Some(reported) = self.ending.take()
                && matches!(self.hear(reported), Next::Quit)
            {
                return Ok(());
            }
            let mut woken = self.wait().await;
            // What else has happened already is taken in before anything is drawn.
            for _ in 0..BATCH {
                match woken {
                    Woken::Message(message) => {
                        if matches!(self.take(*message), Next::Quit) {
                            return Ok(());
                        }
                    }
                    Woken::Signal(heard) => {
                        if matches!(self.hear(heard), Next::Quit) {
                            return Ok(());
                        }
                    }
                    Woken::Deaf => return Ok(()),
                    Woken::Writable => {
                        if self.screen.catch_up().is_err() {
                            return Ok(());
                        }
                    }
                    Woken::Draw | Woken::Nothing => {}
                }
                match self.typed().or_else(|| self.performer.try_message()) {
                    Some(message) => woken = Woken::Message(Box::new(message)),
                    None => break,
                }
            }
            let now = self.clock.now().mono;
            if self.frames.is_due(now) && !self.screen.is_behind() {
                if self.draw().is_err() {
                    // The terminal is gone; nothing can be shown any more.
                    return Ok(());
                }
                self.frames.drawn(now);
            }
        }
    }

    async fn wait(&mut self) -> Woken {
        let wake = self.app.wake_at().map(|at| self.clock.instant(at));
        let behind = self.screen.is_behind();
        let draw = self.frames.deadline().filter(|_| !behind).map(|at| self.clock.instant(at));
        tokio::select! {
            biased;
            heard = self.signals.next() => Woken::Signal(heard),
            message = self.performer.message() => Woken::Message(Box::new(message)),
            event = next_event(&mut self.input) => match event {
                Some(event) => translate::message(event, self.mouse)
                    .map_or(Woken::Nothing, |message| Woken::Message(Box::new(message))),
                None => Woken::Deaf,
            },
            () = self.output.writable(), if behind => Woken::Writable,
            sentence = log_fault::happened() => Woken::Message(Box::new(Message::Report(sentence))),
            () = until(draw) => Woken::Draw,
            () = until(wake) => Woken::Message(Box::new(Message::Woke)),
        }
    }

    /// The next of the keys that came together.
    fn typed(&mut self) -> Option<Message> {
        let input = self.input.as_mut()?;
        while let Some(event) = input.at_hand() {
            let message = translate::message(event, self.mouse);
            if message.is_some() {
                return message;
            }
        }
        None
    }

    /// Has the app take in a message, and does what it asks for.
    fn take(&mut self, message: Message) -> Next {
        let now = self.clock.now();
        self.frames.changed(now.mono, Urgency::of(&message));
        let mut next = Next::Run;
        let effects: Vec<Effect> = self.app.update(now, message).collect();
        for effect in effects {
            match effect {
                Effect::NextProfile(name) => self.next = Some(name),
                Effect::Quit => next = Next::Quit,
                Effect::Redraw => self.screen.invalidate(),
                Effect::Bell => self.screen.ring(),
                Effect::Suspend => self.stop(),
                Effect::Copy(text) => self.copy(&text),
                Effect::EditText(text) => self.edit(&text),
                Effect::Run { ticket, mut program } => {
                    program.variables.extend(self.surroundings.iter().cloned());
                    match program.display {
                        Display::Terminal => self.lend(ticket, &program),
                        Display::Box => self.performer.perform(Effect::Run { ticket, program }),
                    }
                }
                other => self.performer.perform(other),
            }
        }
        next
    }

    fn hear(&mut self, signal: Signal) -> Next {
        match signal {
            Signal::Terminate | Signal::Interrupt => self.take(Message::System(System::Terminate)),
            Signal::HangUp => self.take(Message::System(System::HangUp)),
            Signal::Stop => {
                self.stop();
                Next::Run
            }
            Signal::Continue => {
                if self.screen.resume().is_err() {
                    return Next::Quit;
                }
                if let Some(input) = &mut self.input {
                    input.forget();
                }
                self.sized();
                self.take(Message::System(System::Resumed))
            }
            Signal::Resize => {
                if self.screen.fit().is_err() {
                    return Next::Quit;
                }
                self.sized();
                self.frames.changed(self.clock.now().mono, Urgency::Awaited);
                Next::Run
            }
        }
    }

    /// Stops until someone continues us, which comes as a signal.
    fn stop(&mut self) {
        if let Err(error) = self.screen.suspend() {
            let _ = self.screen.resume();
            self.app.report(self.clock.now(), format!("Cannot suspend: {}", in_words(&error)));
            self.frames.changed(self.clock.now().mono, Urgency::Awaited);
        }
    }

    fn copy(&mut self, text: &str) {
        if let Err(error) = self.screen.copy(text) {
            self.app.report(self.clock.now(), format!("Nothing was copied: {}", in_words(&error)));
        }
    }

    /// Gives the terminal to the user's editor, and takes it back.
    fn edit(&mut self, text: &Secret) {
        if self.ending.is_some() {
            // It had mistakes in it, and no one will fix them now.
            self.edited = Some(rescued_text::keep_and_report(self.state.as_deref(), &LeftText::of(text.expose())));
            return;
        }
        let variable = |name: &str| std::env::var_os(name);
        let editor = Editor::choose(variable("VISUAL"), variable("EDITOR"), Editor::folders(self.state.clone()));
        // The keyboard is the editor's meanwhile; requests go on by themselves.
        self.input = None;
        self.screen.leave();
        let edited = tokio::task::block_in_place(|| editor.edit(text.expose()));
        self.take_back();
        let (text, mut failure) = match edited {
            Ok(text) => (Some(Secret::new(text)), None),
            Err(error) => {
                let mut reported = error.to_string();
                let left = error.into_left();
                if let Some(left) = left.as_ref().filter(|left| !left.recovery.is_empty()) {
                    let kept = rescued_text::keep_and_report(self.state.as_deref(), left);
                    reported = format!("{reported}. {kept}");
                    self.edited = self.ending.is_some().then_some(kept);
                }
                (left.map(|left| Secret::new(left.text.into_text())), Some(reported))
            }
        };
        if self.ending.is_some() && text.is_some() {
            // The editor may have got the signal to end, too: what it saved counts, or it would be lost with us.
            failure = None;
        }
        let _ = self.take(Message::TextEdited { text, failure });
    }

    /// Gives the terminal to a program of the user's own, and takes it back.
    fn lend(&mut self, ticket: Ticket, program: &Program) {
        if self.ending.is_some() {
            return;
        }
        self.input = None;
        self.screen.leave();
        let result = tokio::task::block_in_place(|| terminal::program::run(program));
        self.take_back();
        let _ = self.take(Message::Ran { ticket, result });
    }

    /// The terminal is ours again after another program had it.
    fn take_back(&mut self) {
        // What keys sent to our process group (Ctrl-C, Ctrl-Z) was not meant for us; no key sends the others.
        self.ending = self.signals.after_editor();
        if self.screen.resume().is_ok() {
            self.sized();
        } else {
            self.ending.get_or_insert(Signal::HangUp);
        }
        self.input = TerminalInput::open(self.manner).ok();
    }

    /// Gives the app the size of the screen.
    fn sized(&mut self) {
        let (width, height) = self.screen.size();
        if self.app.cx.size != (width, height) {
            let _ = self.take(Message::Resized(width, height));
        }
    }

    fn draw(&mut self) -> std::io::Result<()> {
        let (app, theme) = (&self.app, &self.theme);
        self.screen.draw(|frame| view::draw(app, theme, frame))?;
        Ok(())
    }
}

/// The next key. Without a keyboard there is none, ever.
async fn next_event(input: &mut Option<TerminalInput>) -> Option<crate::terminal::decode::Event> {
    match input {
        Some(input) => input.next().await,
        None => None,
    }
}

async fn until(at: Option<Instant>) {
    match at {
        Some(at) => sleep_until(at).await,
        None => std::future::pending().await,
    }
}
