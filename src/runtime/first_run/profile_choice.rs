//! The choice of a profile on the terminal: reads keys and draws until one is chosen.

use color_eyre::eyre::{Report, WrapErr as _};

use crate::app::core::Message;
use crate::app::first_run::profile_choice::{ProfileChoice, ProfileChoiceRequest};
use crate::config::Settings;
use crate::config::file::ProfileCandidate;
use crate::keys::{Code, Key};
use crate::runtime::input::TerminalInput;
use crate::runtime::output::TerminalOutput;
use crate::runtime::signals::Signal;
use crate::runtime::{Process, setup, translate};
use crate::terminal::Screen;
use crate::view;

/// Shows the choice until it is made; `None`: nothing is to be opened. `look` are settings for how the terminal is used.
///
/// # Errors
/// There is no terminal, or it was closed.
pub async fn choose(
    process: &mut Process,
    look: &Settings,
    choices: &[ProfileCandidate],
) -> Result<Option<String>, Report> {
    let mut screen = Screen::enter(setup::screen(look)).wrap_err("choosing a profile needs a terminal")?;
    screen.set_title("sipreg: profiles")?;
    let mut input = TerminalInput::open(setup::manner(look)).wrap_err("choosing a profile needs a keyboard")?;
    let output = TerminalOutput::of(&mut screen);
    let theme = setup::theme(look);
    let mut choice = ProfileChoice::new(choices.iter().map(|choice| setup::profile(choice, None, None)).collect());
    loop {
        if !screen.is_behind() {
            screen.draw(|frame| view::first_run::profile_choice::draw(&choice, &theme, frame))?;
        }
        let behind = screen.is_behind();
        let next = tokio::select! {
            biased;
            signal = process.signals.next() => match signal {
                Signal::Terminate | Signal::Interrupt | Signal::HangUp => ProfileChoiceRequest::Quit,
                Signal::Stop => ProfileChoiceRequest::Suspend,
                Signal::Continue => {
                    screen.resume()?;
                    input.forget();
                    ProfileChoiceRequest::Stay
                }
                Signal::Resize => {
                    screen.fit()?;
                    ProfileChoiceRequest::Stay
                }
            },
            event = input.next() => match event.map(|event| translate::message(event, setup::mouse(look))) {
                None => ProfileChoiceRequest::Quit,
                // A held Enter, perhaps the one that started us, chooses nothing.
                Some(Some(Message::Held(key))) if key == Key::plain(Code::Enter) => ProfileChoiceRequest::Stay,
                Some(Some(Message::Typed(key) | Message::Held(key))) => choice.typed(key),
                Some(_) => ProfileChoiceRequest::Stay,
            },
            () = output.writable(), if behind => {
                screen.catch_up()?;
                ProfileChoiceRequest::Stay
            }
        };
        match next {
            ProfileChoiceRequest::Stay => {}
            ProfileChoiceRequest::Open(name) => return Ok(Some(name)),
            ProfileChoiceRequest::Quit => return Ok(None),
            ProfileChoiceRequest::Suspend => {
                if screen.suspend().is_err() {
                    screen.resume()?;
                }
            }
            ProfileChoiceRequest::Redraw => screen.invalidate(),
        }
    }
}
