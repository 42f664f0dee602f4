//! However the program ends or stops, it leaves the terminal as it was.

use rustix::process::Signal;

use crate::kit::console::Console;
use crate::kit::home::SIPREG;
use crate::kit::launch::Launch;
use crate::kit::server::Server;

#[test]
fn q_at_the_list_quits_and_restores_the_terminal() {
    let (_server, mut console) = Server::open_one();
    assert!(!console.is_cooked());
    console.quit();
}

#[test]
fn q_quits_while_the_list_is_still_being_read() {
    let server = Server::new();
    server.control.set_latency(std::time::Duration::from_secs(600));
    let mut console = Console::launch(server.launch());
    console.wait_for_text("Loading registrations");
    console.quit();
}

#[test]
fn escape_and_ctrl_c_say_how_to_quit_and_do_not() {
    let (server, mut console) = Server::open_one();
    // What is read behind a list that stands is read by now, too.
    console.send("\r");
    console.wait_for_text("ETag");
    console.send("\x1b");
    console.wait_for_cursor_on(1);
    console.send("\x03");
    console.wait_for_text("Nothing is running. q: back, quits from the list");
    console.send("\x1b");
    console.wait_for_text("Press q to quit.");
    console.send("j");
    console.wait_for_cursor_on(server.control.ids()[1]);
    assert!(console.runs());
}

#[test]
fn ctrl_c_cancels_what_is_being_read() {
    let server = Server::new();
    server.control.set_latency(std::time::Duration::from_secs(600));
    let mut console = Console::launch(server.launch());
    console.wait_for_text("Loading registrations");
    console.send("\x03");
    console.wait_for_text("cancelled");
    assert!(console.runs());
}

#[test]
fn sigterm_ends_it_and_restores_the_terminal() {
    let (_server, console) = Server::open_one();
    console.signal(Signal::TERM);
    assert!(console.wait_exit().success());
    console.assert_given_back();
}

#[test]
fn a_hang_up_ends_it_and_restores_a_terminal_that_remains() {
    let (_server, console) = Server::open_one();
    console.signal(Signal::HUP);
    console.wait_exit();
    console.assert_given_back();
}

#[test]
fn closing_the_window_ends_it() {
    let server = Server::new();
    for keys in ["", "jjjj", ":12", "?help"] {
        let mut console = server.open();
        console.send(keys);
        console.hang_up();
        console.wait_exit();
    }
}

#[test]
fn closing_the_window_ends_it_even_where_nobody_tells_of_the_hang_up() {
    let server = Server::new();
    // The shell is told that the window is closed, and keeps that to itself. Its own end is that of the console.
    let launch = || Launch::new("sh").args(["-c", r#"trap '' HUP; "$@"; exit 5"#, "sh", SIPREG]);
    for keys in ["", "jjjj"] {
        let mut console = Console::launch(server.tell(launch()));
        console.wait_until_read();
        console.send(keys);
        console.hang_up();
        assert_eq!(console.wait_exit().exit_code(), 5);
    }
}

#[test]
fn ctrl_z_gives_the_terminal_to_the_shell_and_fg_brings_the_screen_back() {
    let server = Server::new();
    let mut console = Console::launch(server.tell(Launch::under_shell(SIPREG)));
    console.wait_until_read();
    console.send("jj");
    let third = server.control.ids()[2];
    console.wait_for_cursor_on(third);
    for (columns, rows) in [(100, 30), (80, 24)] {
        let mark = console.mark();
        console.send("\x1a");
        console.wait_for_bytes(mark, b"[stopped]");
        assert!(console.is_cooked());
        console.assert_given_back();
        console.resize(columns, rows);
        console.send("\r");
        console.wait_for("the screen again", vt100::Screen::alternate_screen);
        console.wait_for_cursor_on(third);
        console.wait_for("keys on the last line", |screen| {
            screen.rows(0, columns).nth(usize::from(rows) - 1).is_some_and(|row| row.contains("Enter: open"))
        });
        assert!(!console.is_cooked());
    }
    console.send("G");
    console.wait_for_text("120/120");
    console.send("q");
    console.wait_for_text("[status 0]");
    console.assert_given_back();
}

#[test]
fn ctrl_z_is_refused_where_no_shell_could_bring_it_back() {
    let (server, mut console) = Server::open_one();
    console.send("\x1a");
    console.wait_for_text("Cannot suspend");
    console.send("j");
    console.wait_for_cursor_on(server.control.ids()[1]);
}

#[test]
fn a_stop_from_outside_gives_the_terminal_back_as_ctrl_z_does() {
    let server = Server::new();
    let mut console = Console::launch(server.tell(Launch::under_shell("sh").args([
        "-c",
        // Stops the console once it is told to, as someone at another terminal would.
        r#"mkfifo go; (read line < go; kill -s TSTP $$) & exec "$@""#,
        "sh",
        SIPREG,
    ])));
    console.wait_until_read();
    let mark = console.mark();
    std::fs::write(console.home().join("go"), "now\n").unwrap();
    console.wait_for_bytes(mark, b"[stopped]");
    console.assert_given_back();
    console.send("\r");
    console.wait_for_cursor_on(1);
    assert!(!console.is_cooked());
}

#[test]
fn a_stop_that_nobody_could_prepare_for_ends_in_a_whole_screen() {
    let (server, mut console) = Server::open_one();
    let mark = console.mark();
    console.signal(Signal::STOP);
    console.signal(Signal::CONT);
    console.wait_for_bytes(mark, b"\x1b[?1049h");
    console.wait_for_text("acme-fra-main");
    console.send("j");
    console.wait_for_cursor_on(server.control.ids()[1]);
    assert!(!console.is_cooked());
}
