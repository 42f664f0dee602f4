//! The lock while work goes on and while the user's editor has the terminal, and what an editor left that failed.

use std::time::Duration;

use rustix::process::Signal;
use sipreg::domain::record::{FieldId, Record as _, Value};

use crate::kit::console::Console;
use crate::kit::pty::contains;
use crate::kit::server::Server;

const ID: u64 = 13;

fn is_on(server: &Server) -> bool {
    server.control.registration(ID).unwrap().enabled() == Some(true)
}

fn go_to_it(console: &mut Console) {
    console.wait_until_read();
    console.go_to(ID);
}

#[test]
fn the_right_password_opens_the_lock_while_a_bounce_waits() {
    let server = Server::new();
    let mut console = Console::configured("[profile.default]\nnode_poll = \"10m\"\n", server.launch().size(100, 30));
    go_to_it(&mut console);
    console.send("B");
    console.wait_for_text("Bounce 1 registration?");
    console.send("y");
    console.wait_for_text("Enabling in");
    assert!(!is_on(&server));
    console.send("\x1b[27u");
    console.send(":lock\r");
    console.wait_for_text("Bounce: 1 registration disabled, enabled again at");
    console.send("wrong\r");
    console.wait_for_text("refused");
    console.send(server.password.expose());
    console.send("\r");
    console.wait_for_text("Signed in as");
    assert!(!is_on(&server), "the bounce still waits");
    // It can be cut short as before.
    console.send(":progress\r");
    console.wait_for_text("Enabling in");
}

/// An editor that changes a line and then waits for one.
const WAITS: &str = r#"sh -c 'sed -i "s/^retry-delay = .*/retry-delay = 47/" "$1"; echo CHANGED; read line' --"#;

#[test]
fn an_editor_that_was_open_for_longer_than_lock_after_locks_when_it_ends_and_its_text_stays() {
    let server = Server::new();
    let launch = server.launch().env("EDITOR", WAITS).size(100, 30);
    let mut console = Console::configured("[ui]\nlock_after = \"6s\"\n", launch);
    go_to_it(&mut console);
    console.send("E");
    console.wait_for_text("CHANGED");
    console.quiet_for(Duration::from_millis(6_500));
    console.send("\r");
    console.wait_for_text("LOCKED");
    console.send(server.password.expose());
    console.send("\r");
    console.wait_for_text("Signed in as");
    console.wait_for_text("47");
    console.wait_for_text("DRAFT saved");
    let stored = server.control.registration(ID).unwrap();
    assert_ne!(*stored.get(FieldId::RetryDelay), Value::Number(47), "nothing was sent");
}

/// An editor that is killed after a change, and takes the text as it is the second time.
const DIES: &str = r#"sh -c 'if grep -q "^retry-delay = 47" "$1"; then echo RESUMED; else sed -i "s/^retry-delay = .*/retry-delay = 47/" "$1"; kill -9 $$; fi' --"#;

#[test]
fn what_a_killed_editor_left_is_resumed_with_one_key() {
    let server = Server::new();
    let mut console = Console::launch(server.launch().env("EDITOR", DIES).size(100, 30));
    go_to_it(&mut console);
    console.send("E");
    console.wait_for_text("E: resume the text");
    // Over the list, and over the lock.
    console.send("\x1b[27u");
    console.wait_for_text("Draft saved: 13 acme-lon-main (the text");
    console.send(":lock\r");
    console.wait_for_text("LOCKED");
    console.send(server.password.expose());
    console.send("\r");
    console.wait_for_text("text from the editor");
    let mark = console.mark();
    console.send("e");
    console.wait_for_text("Edit 13");
    console.send("E");
    console.wait_for_text("Review 13");
    assert!(contains(&console.bytes_since(mark), b"RESUMED"));
    console.wait_for_text("47");
}

#[test]
fn what_a_killed_editor_left_outlives_the_console_however_it_ends() {
    let server = Server::new();
    for killed in [true, false] {
        let mut console = Console::launch(server.launch().env("EDITOR", DIES).size(100, 30));
        go_to_it(&mut console);
        console.send("E");
        console.wait_for_text("E: resume the text");
        if killed {
            console.wait_for_text("DRAFT saved");
            console.signal(Signal::KILL);
            assert!(!console.wait_exit().success());
        } else {
            console.send("\x1b[27uq");
            assert!(console.wait_exit().success());
        }
        assert!(!console.home().join("state/sipreg/unsaved").exists(), "it is in the draft");
        let mut console = console.again(server.launch().env("EDITOR", DIES).size(100, 30));
        console.wait_for_text("from an earlier session: 13 acme-lon-main");
        go_to_it(&mut console);
        let mark = console.mark();
        console.send("E");
        console.wait_for_text("Review 13");
        assert!(contains(&console.bytes_since(mark), b"RESUMED"));
        console.wait_for_text("47");
    }
}
