//! Taking a terminal over, drawing, reading keys, and giving it back in every way in which a program can end.

use std::io;
use std::time::Duration;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::style::Style;
use rustix::process::Signal as Number;
use sipreg::runtime::input::{InputOptions, TerminalInput};
use sipreg::runtime::signals::{Signal, Signals};
use sipreg::terminal::Depth;
use sipreg::terminal::clipboard::Multiplexer;
use sipreg::terminal::decode::{Event, InputEncoding};
use sipreg::terminal::screen::{MouseReports, Screen, ScreenOptions, install_panic_hook};

use crate::kit::launch::{Launch, ourselves};
use crate::kit::pty::{Mark, Pty};

/// A little console: a list, of which `j` and `k` choose a row.
#[test]
#[ignore = "it is the program that the other tests start"]
fn console() {
    install_panic_hook();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let end = runtime.block_on(run()).unwrap();
    println!("\nended by {end}");
}

async fn run() -> io::Result<&'static str> {
    let mut signals = Signals::catch()?;
    let mut screen = Screen::enter(ScreenOptions {
        depth: Depth::Ansi256,
        multiplexer: Multiplexer::None,
        term: "xterm-256color".into(),
        mouse: MouseReports::Off,
    })?;
    screen.set_title("a list\x1b\x07 of rows")?;
    let mut input =
        TerminalInput::open(InputOptions { escape_delay: Duration::from_millis(50), encoding: InputEncoding::Utf8 })?;
    let mut row: usize = 0;
    let mut note = String::new();
    // Notices the end of the terminal by nothing but the end of its input.
    let deaf = std::env::var_os("DEAF").is_some();
    loop {
        let drawn = screen.draw(|frame| {
            let (area, buffer) = (frame.area(), frame.buffer_mut());
            let page = usize::from(area.height);
            let first = row.saturating_sub(page.saturating_sub(1));
            for (y, number) in (0..area.height).zip(first..) {
                let sign = if number == row { '>' } else { ' ' };
                buffer.set_string(0, y, format!("{sign} row {number:>4} {note}"), Style::new());
            }
        });
        while screen.is_behind() && screen.catch_up().is_ok() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        if drawn.is_err() && !deaf {
            return Ok("a failed write");
        }
        tokio::select! {
            biased;
            signal = signals.next() => match signal {
                Signal::HangUp if deaf => {}
                Signal::Resize => { screen.fit()?; }
                Signal::Continue => screen.resume()?,
                Signal::Stop => screen.suspend()?,
                Signal::Terminate => return Ok("SIGTERM"),
                Signal::Interrupt => return Ok("SIGINT"),
                Signal::HangUp => return Ok("SIGHUP"),
            },
            event = input.next() => match event {
                None => return Ok("the end of the terminal"),
                Some(Event::Paste(text)) => note = text,
                Some(Event::Key(KeyEvent { code, modifiers: KeyModifiers::CONTROL, .. })) => match code {
                    KeyCode::Char('z') => if let Err(error) = screen.suspend() { note = error.to_string(); },
                    KeyCode::Char('l') => screen.invalidate(),
                    KeyCode::Char('y') => screen.copy("hi")?,
                    _ => {}
                },
                Some(Event::Key(KeyEvent { code, .. })) => match code {
                    KeyCode::Char('j') | KeyCode::Down => row += 1,
                    KeyCode::Char('k') | KeyCode::Up => row = row.saturating_sub(1),
                    KeyCode::Esc => note = "escaped".into(),
                    KeyCode::Char('q') => return Ok("q"),
                    KeyCode::Char('p') => panic!("a bug"),
                    _ => {}
                },
                Some(_) => {}
            },
        }
    }
}

fn launch() -> Launch {
    let (program, arguments) = ourselves("terminal_tests::console");
    Launch::new(program).args(arguments)
}

fn opened(launch: Launch) -> Pty {
    let pty = launch.start();
    pty.wait_for_text("> row    0");
    assert!(pty.screen().alternate_screen() && pty.screen().bracketed_paste() && pty.screen().hide_cursor());
    assert!(!pty.is_cooked());
    pty
}

fn assert_given_back(pty: &Pty, ended_by: &str) {
    pty.wait_for_text(ended_by);
    let screen = pty.screen();
    assert!(!screen.alternate_screen() && !screen.bracketed_paste() && !screen.hide_cursor());
    assert!(!screen.contents().contains("row    0"), "the picture is left behind:\n{}", screen.contents());
}

fn sent(pty: &Pty, mark: Mark) -> String {
    String::from_utf8_lossy(&pty.bytes_since(mark)).into_owned()
}

#[test]
fn quitting_gives_the_terminal_back() {
    let mut pty = opened(launch());
    assert_eq!(pty.heard().title, "a list\u{241b}\u{2407} of rows");
    let mark = pty.mark();
    pty.send("q");
    assert_given_back(&pty, "ended by q");
    assert!(sent(&pty, mark).contains("\x1b[?7h") && sent(&pty, mark).contains("\x1b[23;0t"));
    assert!(pty.is_cooked());
    assert!(pty.wait_exit().success());
}

#[test]
fn a_panic_gives_the_terminal_back_before_it_is_told() {
    let mut pty = opened(launch());
    pty.send("p");
    assert_given_back(&pty, "a bug");
    assert_eq!(pty.wait_exit().exit_code(), 101);
}

#[test]
fn signals_give_the_terminal_back() {
    for (number, name) in [(Number::TERM, "SIGTERM"), (Number::HUP, "SIGHUP"), (Number::INT, "SIGINT")] {
        let pty = opened(launch());
        pty.signal(number);
        assert_given_back(&pty, &format!("ended by {name}"));
        assert!(pty.wait_exit().success());
    }
}

#[test]
fn a_terminal_that_hangs_up_ends_the_program() {
    let mut pty = opened(launch());
    pty.hang_up();
    pty.wait_exit();
}

#[test]
fn a_terminal_that_is_gone_ends_the_input_even_without_a_signal() {
    let mut pty = opened(launch().env("DEAF", "1"));
    pty.hang_up();
    pty.wait_exit();
}

#[test]
fn stopping_gives_the_terminal_to_the_shell_and_takes_it_again() {
    let (program, arguments) = ourselves("terminal_tests::console");
    let mut pty = opened(Launch::under_shell(program).args(arguments));
    for _ in 0..2 {
        let mark = pty.mark();
        pty.send("\x1a");
        pty.wait_for_bytes(mark, b"[stopped]");
        assert!(!pty.screen().alternate_screen() && pty.is_cooked());
        pty.send("\r");
        pty.wait_for("the list again", |screen| screen.alternate_screen() && screen.contents().contains("> row    0"));
        assert!(!pty.is_cooked());
    }
    pty.send("jq");
    pty.wait_for_text("[status 0]");
}

#[test]
fn where_no_shell_could_bring_it_back_it_does_not_stop() {
    let mut pty = opened(launch());
    pty.send("\x1a");
    pty.wait_for_text("no shell is there");
    pty.send("q");
    assert_given_back(&pty, "ended by q");
}

#[test]
fn keys_move_at_the_cost_of_a_few_bytes() {
    let mut pty = opened(launch());
    let mark = pty.mark();
    pty.send("j");
    pty.wait_for_text("> row    1");
    assert!(pty.bytes_since(mark).len() <= 20, "{:?}", sent(&pty, mark));
    pty.send("j\x1b[B".repeat(11));
    pty.wait_for_text("> row   23");
    let mark = pty.mark();
    pty.send("\x1bOB");
    pty.wait_for("row 24 at the bottom", |screen| screen.contents().ends_with("> row   24"));
    assert!(pty.bytes_since(mark).len() <= 40, "{:?}", sent(&pty, mark));
}

#[test]
fn idling_writes_nothing() {
    let pty = opened(launch());
    assert_eq!(pty.quiet_for(Duration::from_millis(300)), 0);
}

#[test]
fn any_size_is_drawn_even_one_cell() {
    let mut pty = opened(launch());
    for (columns, rows) in [(1, 1), (200, 60), (2, 1), (1, 3), (80, 24)] {
        pty.resize(columns, rows);
        pty.wait_for(&format!("{columns}x{rows}"), |screen| {
            let lines: Vec<String> = screen.rows(0, columns).collect();
            let last = format!("{} row {:>4}", if rows == 1 { '>' } else { ' ' }, rows - 1);
            let last: String = last.chars().take(columns.into()).collect();
            screen.contents().starts_with('>') && lines.last().is_some_and(|line| line.trim_end() == last.trim_end())
        });
    }
}

#[test]
fn a_redraw_does_not_clear_first() {
    let mut pty = opened(launch());
    let mark = pty.mark();
    pty.send("\x0c");
    pty.wait_for_bytes(mark, b"row   23");
    assert!(!sent(&pty, mark).contains("\x1b[2J"));
}

#[test]
fn a_paste_is_one_event_and_escape_needs_no_second_key() {
    let mut pty = opened(launch());
    pty.send("\x1b[200~quit?\x1b[201~");
    pty.wait_for_text("> row    0 quit?");
    pty.send("\x1b");
    pty.wait_for_text("> row    0 escaped");
    pty.send("\x19");
    let mark = pty.mark();
    pty.send("\x0c");
    pty.wait_for_bytes(mark, b"row   23");
    assert_eq!(pty.heard().clipboard, "aGk=");
}
