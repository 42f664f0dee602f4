//! A person changes registrations while others do: edit, review, conflict, toggle, undo, and a console that is killed
//! in the middle of typing.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use rustix::process::Signal;
use sipreg::demo::faults::{Fault, FaultEffect};
use sipreg::demo::{Exchange, ServerOptions};
use sipreg::domain::record::{FieldId, Value};

use crate::kit::console::{Console, keys_to};
use crate::kit::home::{files_below, whole_files_below};
use crate::kit::pty::{Mark, contains};
use crate::kit::server::Server;

/// The record that is edited.
const ID: u64 = 13;

fn is_write(exchange: &Exchange) -> bool {
    exchange.method == "PATCH"
}

fn stored(server: &Server, field: FieldId) -> Value {
    server.control.registration(ID).unwrap().get(field).clone()
}

/// Types a value for a field.
fn type_over(console: &mut Console, field: FieldId, value: &str) {
    console.type_over(field, value);
    console.send("\r");
}

/// Esc alone: with a key right behind it, it would be another key.
fn back_to_the_list(console: &mut Console) {
    console.send("\x1b");
    console.wait_for_cursor_on(ID);
}

#[test]
fn an_edit_is_reviewed_and_applied_and_nothing_else_is_sent() {
    let (server, mut console) = Server::open_one();
    let before = server.control.registration(ID).unwrap();
    console.edit(ID);
    type_over(&mut console, FieldId::RetryDelay, "47");
    console.wait_for_text("DRAFT saved");
    console.insist("w", "CHECK");
    console.wait_for_text("Only this field is sent");
    assert_eq!(server.control.registration(ID).unwrap(), before, "nothing is sent before y");
    console.send("y");
    console.wait_for_text("Saved 13 acme-lon-main: retry-delay");
    let mut wanted = before;
    wanted.set(FieldId::RetryDelay, Value::Number(47));
    assert_eq!(server.control.registration(ID).unwrap(), wanted);
    let writes = server.control.exchanges().iter().filter(|exchange| is_write(exchange)).count();
    assert_eq!(writes, 1);
}

#[test]
fn a_conflict_is_shown_decided_and_saved() {
    let (server, mut console) = Server::open_one();
    console.edit(ID);
    type_over(&mut console, FieldId::Expire, "611");
    server.change(ID, FieldId::Expire, Value::Number(722));
    server.change(ID, FieldId::RetryDelay, Value::Number(91));
    console.insist("w", "Conflict");
    console.wait_for_text("theirs 722");
    console.wait_for_text("mine   611");
    assert_eq!(stored(&server, FieldId::Expire), Value::Number(722));
    console.send("m");
    console.wait_for_text("All decided");
    console.insist("w", "CHECK");
    console.send("y");
    console.wait_for_text("Saved 13 acme-lon-main: expire");
    assert_eq!(stored(&server, FieldId::Expire), Value::Number(611));
    assert_eq!(stored(&server, FieldId::RetryDelay), Value::Number(91), "theirs stays where nobody clashed");
}

#[test]
fn a_toggle_and_its_undo() {
    let (server, mut console) = Server::open_one();
    console.go_to(ID);
    assert_eq!(stored(&server, FieldId::Enabled), Value::Flag(true));
    console.send("t");
    console.wait_for_text("Disabled 13 acme-lon-main");
    assert_eq!(stored(&server, FieldId::Enabled), Value::Flag(false));
    console.send("u");
    console.wait_for_text("Undo: enable 13 acme-lon-main");
    console.send("y");
    console.wait_for_text("Enabled 13 acme-lon-main");
    assert_eq!(stored(&server, FieldId::Enabled), Value::Flag(true));
    console.send("J");
    console.wait_for_text("History (");
}

#[test]
fn a_console_killed_while_somebody_types_offers_the_draft_again() {
    let (server, mut console) = Server::open_one();
    console.edit(ID);
    console.send(format!("{}i\x1558", keys_to(FieldId::RetryDelay)));
    // Each key is kept on its own, so the screen may tell of the state before the last one.
    console.wait_for_disk("the last key", |home| {
        let files = whole_files_below(&home.join("state"));
        [&b"\"number\":58"[..], b"\"number\": 58"].iter().any(|value| contains(&files, value))
    });
    console.signal(Signal::KILL);
    assert!(!console.wait_exit().success());
    let mut console = console.again(server.launch());
    console.wait_until_read();
    console.wait_for_text("from an earlier session: 13 acme-lon-main");
    console.go_to(ID);
    console.wait_for("the sign of a draft", |screen| {
        let row = screen.rows(0, 80).find(|row| row.contains("acme-lon-main"));
        row.is_some_and(|row| row.split("13").next().is_some_and(|signs| signs.contains('✎')))
    });
    console.send("e");
    console.wait_for_text("58");
    console.wait_for_text("1 change");
    console.insist("w", "CHECK");
    console.send("y");
    console.wait_for_text("Saved 13 acme-lon-main");
    assert_eq!(stored(&server, FieldId::RetryDelay), Value::Number(58));
}

#[test]
fn a_console_killed_during_a_slow_write_is_followed_by_one_that_says_what_became_of_it() {
    let (server, mut console) = Server::open_one();
    // The row is locked: the server commits long after the program is gone.
    server.fault(Fault::next("PATCH", "/registrations/13", FaultEffect::SlowCommit));
    console.go_to(ID);
    console.send("t");
    server.wait_for_requests("the change", 1, is_write);
    console.signal(Signal::KILL);
    assert!(!console.wait_exit().success());
    assert_eq!(stored(&server, FieldId::Enabled), Value::Flag(true));
    server.control.release();
    server.wait_for_late_commit();
    assert_eq!(stored(&server, FieldId::Enabled), Value::Flag(false));
    let mut console = console.again(server.launch().size(110, 30));
    console.wait_until_read();
    console.wait_for_text("Disabled 13 acme-lon-main");
    console.wait_for_text("before sipreg ended");
    console.send("u");
    console.wait_for_text("Undo: enable 13 acme-lon-main");
}

#[test]
fn a_refused_value_is_told_at_its_field() {
    let refusal = FaultEffect::Answer {
        status: 422,
        content_type: "application/vnd.api+json".to_owned(),
        body: r#"{"errors":[{"title":"is too small","detail":"retry-delay - is too small for this switch",
            "code":"100","source":{"pointer":"/data/attributes/retry-delay"},"status":"422"}]}"#
            .to_owned(),
    };
    let server = Server::start(ServerOptions {
        faults: vec![Fault::next("PATCH", "/registrations", refusal)],
        ..ServerOptions::default()
    });
    let mut console = server.open();
    console.edit(ID);
    type_over(&mut console, FieldId::RetryDelay, "47");
    console.send("gg");
    console.insist("w", "CHECK");
    console.send("y");
    console.wait_for_text("is too small for this switch");
    console.wait_for("the mark at the field", |screen| {
        screen.rows(0, 80).any(|row| row.contains("✗ refused by the server"))
    });
    // The draft is as it was, and goes on.
    console.insist("w", "CHECK");
    console.send("y");
    console.wait_for_text("Saved 13 acme-lon-main");
}

#[test]
fn a_state_directory_that_cannot_be_written_is_said_at_the_first_change() {
    let server = Server::new();
    // A file where the directory would be holds up even the superuser.
    let mut console = Console::prepared(|home| std::fs::write(home.join("state"), b"").unwrap(), server.launch());
    console.wait_until_read();
    console.edit(ID);
    type_over(&mut console, FieldId::RetryDelay, "47");
    console.wait_for_text("IN MEMORY ONLY");
    back_to_the_list(&mut console);
    console.send("q");
    console.wait_for_text("Quit anyway?");
    console.send("n");
    console.send("e");
    console.wait_for_text("Edit 13");
    console.insist("w", "CHECK");
    console.send("y");
    console.wait_for("the record saved", |_| stored(&server, FieldId::RetryDelay) == Value::Number(47));
}

#[test]
fn a_password_typed_is_in_no_file_and_never_on_the_terminal() {
    let secret = "tYp3d-by-hand";
    let (server, mut console) = Server::open_one();
    console.edit(ID);
    console.send(keys_to(FieldId::AuthPassword));
    console.send(format!("i{secret}"));
    console.wait_for_text("DRAFT saved");
    let state = console.home().join("state");
    assert!(contains(&files_below(&state), b"acme-lon-main"), "the draft is on disk");
    assert!(!contains(&files_below(&state), secret.as_bytes()));
    console.send("\r");
    console.insist("w", "CHECK");
    console.send("b");
    console.wait_for_text("BODY");
    console.send("by");
    console.wait_for_text("Saved 13 acme-lon-main: auth-password");
    assert!(stored(&server, FieldId::AuthPassword) != Value::Null);
    console.send("J");
    console.wait_for_text("History (");
    console.send("q!");
    console.wait_for_text("Messages of this session");
    console.send("qq");
    assert!(console.wait_exit().success());
    assert!(!contains(&files_below(&state), secret.as_bytes()));
    assert!(!contains(&console.bytes_since(Mark::START), secret.as_bytes()));
    let modes: Vec<u32> =
        walk(&state).iter().map(|path| path.metadata().unwrap().permissions().mode() & 0o077).collect();
    assert!(!modes.is_empty() && modes.iter().all(|others| *others == 0), "only the user may read them");
}

/// All files below a directory.
fn walk(directory: &Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(directory).into_iter().flatten().flatten().map(|entry| entry.path());
    entries.flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path] }).collect()
}

#[test]
fn the_record_is_edited_as_text_in_the_users_own_editor() {
    let server = Server::new();
    // An editor that shows itself on the terminal, then changes one line.
    let editor = "sh -c 'echo EDITOR; sed -i \"s/^retry-delay = .*/retry-delay = 47/\" \"$1\"' --";
    let mut console = Console::launch(server.launch().env("EDITOR", editor));
    console.wait_until_read();
    console.go_to(ID);
    let mark = console.mark();
    console.send("E");
    console.wait_for_text("CHECK");
    assert!(contains(&console.bytes_since(mark), b"EDITOR"));
    console.wait_for_text("47 s");
    console.send("y");
    console.wait_for_text("Saved 13 acme-lon-main: retry-delay");
    assert_eq!(stored(&server, FieldId::RetryDelay), Value::Number(47));
    console.send("j");
    console.wait_for("the keyboard is ours again", |screen| crate::kit::console::cursor_on(screen) != Some(ID));
    console.quit();
}

#[test]
fn an_escape_and_the_next_key_in_one_piece_are_both_taken() {
    let (_server, mut console) = Server::open_one();
    console.go_to(ID);
    console.edit(ID);
    console.send("\x1b[27uj");
    console.wait_for_cursor_on(15);
}
