//! Terminals and links that stall, storm, or are not what they should be; and signals at a bad moment.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::time::Duration;

use rustix::process::Signal;

use sipreg::domain::record::FieldId;

use crate::kit::console::{Console, keys_to};
use crate::kit::home::SIPREG;
use crate::kit::home::files_below;
use crate::kit::launch::Launch;
use crate::kit::pty::{Mark, contains};
use crate::kit::server::Server;

/// Makes the console draw until the terminal takes no more, and then some.
fn stall(console: &mut Console) {
    console.settle(Duration::from_millis(50));
    console.stop_reading();
    for _ in 0..60 {
        console.send("\x0c");
        // Each frame is drawn on its own, or as many as a busy machine gets together.
        std::thread::yield_now();
        console.quiet_for(Duration::from_millis(15));
    }
}

#[test]
fn a_terminal_that_stops_reading_holds_up_no_key_and_takes_no_processor_time() {
    let server = Server::new();
    let mut console = Console::launch(server.launch().size(200, 60));
    console.wait_until_read();
    stall(&mut console);
    console.send("jj");
    console.send(":22\r");
    console.assert_idle();
    console.go_on_reading();
    console.wait_for_cursor_on(22);
    console.send("k");
    console.wait_for_cursor_on(21);
    console.quit();
}

#[test]
fn a_terminal_that_stops_reading_does_not_hold_up_the_end() {
    let server = Server::new();
    let mut console = Console::launch(server.launch().size(200, 60));
    console.wait_until_read();
    stall(&mut console);
    console.signal(Signal::TERM);
    assert!(console.wait_end().success());
    assert!(console.has_its_modes_back());
}

/// The console on a terminal whose name is closed to it, as after `su`: it is another user's.
fn on_a_foreign_terminal(server: &Server) -> Launch {
    let is_root = rustix::process::geteuid().is_root();
    // Nothing is closed to the superuser, who becomes someone else for it.
    let user: &[&str] =
        if is_root { &["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] } else { &["env"] };
    let script = r#"chmod 000 "$(tty)"; exec "$@""#;
    server.tell(Launch::new("sh").args(["-c", script, "sh"]).args(user).arg(SIPREG))
}

#[test]
fn a_terminal_of_another_user_that_stops_reading_does_not_hold_up_the_end() {
    let server = Server::new();
    let prepare = |home: &Path| {
        // At home in a directory that whoever it is may use.
        std::fs::set_permissions(home, std::fs::Permissions::from_mode(0o755)).unwrap();
    };
    let mut console = Console::prepared(prepare, on_a_foreign_terminal(&server).size(200, 60));
    console.wait_until_read();
    stall(&mut console);
    console.signal(Signal::TERM);
    assert!(console.wait_end().success());
}

#[test]
fn a_storm_of_sizes_ends_in_a_whole_screen_and_at_rest() {
    let (_server, mut console) = Server::open_one();
    for round in 0..150_u16 {
        console.resize(40 + round % 120, 10 + round % 50);
    }
    console.resize(80, 24);
    console.wait_for("the whole screen", |screen| {
        let rows: Vec<String> = screen.rows(0, 80).collect();
        rows[0].starts_with(" 127.") && rows[23].starts_with(" Enter: open") && rows[23].contains("quit")
    });
    console.wait_for_cursor_on(1);
    console.assert_idle();
}

#[test]
fn a_terminal_that_does_not_say_what_it_is_is_refused_in_a_sentence_and_left_alone() {
    let server = Server::new();
    let console = Console::launch(server.launch().without_env("TERM").size(160, 24));
    console.wait_for_text("the terminal type is unknown (TERM is not set)");
    assert_eq!(console.wait_exit().exit_code(), 2);
    assert!(!contains(&console.bytes_since(Mark::START), b"\x1b"));
}

#[test]
fn an_input_that_is_at_its_end_is_no_keyboard_and_the_terminal_is() {
    let server = Server::new();
    let launch = Launch::new("sh").args(["-c", r#""$@" < /dev/null; echo "[status $?]""#, "sh", SIPREG]);
    let mut console = Console::launch(server.tell(launch));
    console.wait_until_read();
    console.send("j");
    console.wait_for_cursor_on(2);
    console.send("q");
    console.wait_for_text("[status 0]");
    console.assert_given_back();
}

#[test]
fn an_output_that_is_no_terminal_is_refused_in_a_sentence() {
    let server = Server::new();
    let launch = Launch::new("sh").args(["-c", r#""$@" | cat; echo "[the end]""#, "sh", SIPREG]);
    let console = Console::launch(server.tell(launch));
    console.wait_for_text("standard output is not a terminal");
    console.wait_for_text("[the end]");
}

#[test]
fn after_a_stop_and_a_start_nothing_is_busy() {
    let (_server, console) = Server::open_one();
    for _ in 0..3 {
        let mark = console.mark();
        console.signal(Signal::STOP);
        console.signal(Signal::CONT);
        console.wait_for_bytes(mark, b"\x1b[?1049h");
    }
    console.wait_for_cursor_on(1);
    console.settle(Duration::from_millis(100));
    console.assert_idle();
}

/// A console whose editor makes a change, says so, and then waits for a line.
fn in_the_editor(server: &Server, change: &str) -> Console {
    let editor = format!("sh -c 'sed -i \"{change}\" \"$1\"; echo CHANGED; read line' --");
    let mut console = Console::launch(server.launch().env("EDITOR", editor));
    console.wait_until_read();
    console.go_to(13);
    console.send("E");
    console.wait_for_text("CHANGED");
    console
}

#[test]
fn a_console_told_to_end_while_the_editor_runs_keeps_what_was_typed_there() {
    let server = Server::new();
    for signal in [Signal::TERM, Signal::HUP] {
        let mut console = in_the_editor(&server, "s/^retry-delay = .*/retry-delay = 47/");
        console.signal(signal);
        console.send("\r");
        assert!(console.wait_exit().success());
        console.assert_given_back();
        let kept = files_below(&console.home().join("state"));
        assert!(contains(&kept, b"acme-lon-main") && contains(&kept, b"47"), "the draft is on disk");
        let console = console.again(server.launch());
        console.wait_until_read();
        console.wait_for_text("from an earlier session: 13 acme-lon-main");
    }
}

#[test]
fn a_text_that_cannot_be_read_when_the_console_ends_is_left_in_a_file() {
    let server = Server::new();
    let mut console = in_the_editor(&server, "s/^retry-delay = .*/retry-delay = [typed and broken/");
    console.signal(Signal::TERM);
    // The end of the editor may be heard before the signal: then it opens again for what cannot be read.
    console.insist("\r", "unsaved/1.toml");
    assert!(console.wait_exit().success());
    let kept = std::fs::read_to_string(console.home().join("state/sipreg/unsaved/1.toml")).unwrap();
    assert!(kept.contains("[typed and broken") && !kept.contains("auth-password ="), "{kept}");
}

#[test]
fn a_window_that_is_closed_over_the_editor_ends_both() {
    let server = Server::new();
    let editor = "sh -c 'sed -i \"s/^retry-delay = .*/retry-delay = 47/\" \"$1\"; trap \"echo x\" WINCH; echo CHANGED; \
                  read line; read line' --";
    let mut console = Console::launch(server.launch().env("EDITOR", editor));
    console.wait_until_read();
    console.go_to(13);
    console.send("E");
    console.wait_for_text("CHANGED");
    console.hang_up();
    console.wait_exit();
    let kept = files_below(&console.home().join("state"));
    assert!(contains(&kept, b"acme-lon-main") && contains(&kept, b"47"), "the draft is on disk");
}

/// Opens the form of 13 and types another retry delay.
fn type_a_change(console: &mut Console) {
    console.go_to(13);
    console.send("e");
    console.wait_for_text("Auth user");
    console.send(format!("{}i\x1547", keys_to(FieldId::RetryDelay)));
    console.wait_for_text("DRAFT saved");
}

#[test]
fn a_window_closed_over_a_form_leaves_the_draft_on_disk() {
    let (_server, mut console) = Server::open_one();
    type_a_change(&mut console);
    console.hang_up();
    console.wait_exit();
    let kept = files_below(&console.home().join("state"));
    assert!(contains(&kept, b"acme-lon-main") && contains(&kept, b"47"), "the draft is on disk");
}

#[test]
fn a_server_that_goes_away_before_a_save_costs_no_draft() {
    let server = Server::new();
    let mut console = Console::launch(server.launch().size(110, 30));
    console.wait_until_read();
    type_a_change(&mut console);
    drop(server.stop());
    console.send("\r");
    console.send("w");
    console.wait_for("what was tried and what is true", |screen| {
        let text = screen.contents();
        text.contains("13 acme-lon-main: not sent, the check with the server failed")
            && text.contains(
                "DRAFT \
                                                                                                           saved",
            )
    });
    console.assert_idle();
    let kept = files_below(&console.home().join("state"));
    assert!(contains(&kept, b"47"), "the draft is on disk");
}
