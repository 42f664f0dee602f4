//! Known secrets are planted in the server, the configuration and the keyboard; then everything is done that can be
//! done, and every file, every byte on the terminal and every child is searched for them.

use std::fs;
use std::time::Duration;

use rustix::process::Signal;
use sipreg::demo::faults::{Fault, FaultEffect};
use sipreg::domain::record::{FieldId, Secret, Value};

use crate::kit::console::{Console, cursor_on, keys_to};
use crate::kit::home::whole_files_below;
use crate::planted::{By, ID, Planted, RECORDS, THEIRS, TYPED, USERS, search_bytes, search_files};

fn refusal(status: u16, quoted: &str) -> FaultEffect {
    FaultEffect::Answer {
        status,
        content_type: "application/vnd.api+json".to_owned(),
        body: format!(
            r#"{{"errors":[{{"title":"'{quoted}' is invalid","detail":"auth-password - {quoted} is too short",
            "code":"100","source":{{"pointer":"/data/attributes/auth-password"}},"status":"{status}"}}]}}"#
        ),
    }
}

fn page(title: &str) -> FaultEffect {
    let body = format!("<html><title>cannot store {title}</title></html>");
    FaultEffect::Answer { status: 502, content_type: "text/html".to_owned(), body }
}

/// Opens the record's form and types the password.
fn type_password(console: &mut Console) {
    console.send("e");
    // Until the base is read there is no field to go to.
    console.wait_for_text("Username");
    console.send(keys_to(FieldId::AuthPassword));
    console.send(format!("i\x15{}\r", TYPED.0));
    console.wait_for_text("1 change");
    console.wait_for_text("DRAFT saved");
}

fn esc(console: &mut Console, back_at: &str) {
    console.send("\x1b[27u");
    console.wait_for_text(back_at);
}

fn drive(planted: &Planted) -> Console {
    let mut console = planted.open();
    look(planted, &mut console);
    copy(planted, &mut console);
    edit(planted, &mut console);
    decide(planted, &mut console);
    edit_as_text_and_switch(planted, &mut console);
    lock_and_kill(planted, console)
}

/// Detail, document, everything that can be copied, a comparison, help, palette, the list of problems, a question.
fn look(planted: &Planted, console: &mut Console) {
    console.go_to(ID);
    for copy in ["yi", "yn", "yc", "yu", "yo", "yj", "yl", "yt"] {
        let mark = console.mark();
        console.send(copy);
        console.wait_for_bytes(mark, b"\x1b]52;c;");
    }
    console.send("=j=");
    console.wait_for_text("DIFFERENT");
    console.send("G");
    console.wait_for_text("auth-password");
    planted.search(console);
    console.send("\x1b[27u");
    console.go_to(ID);
    console.send("\r");
    console.wait_for_text("ETag");
    console.send("b");
    console.wait_for_text("JSON:API document");
    console.wait_for_text("\"data\"");
    console.send("G");
    planted.search(console);
    esc(console, "ETag");
    for (key, shown) in [("?", "Help"), (":", "Command"), ("!", "Messages"), ("J", "History")] {
        console.send(key);
        console.wait_for_text(shown);
        planted.search(console);
        esc(console, "ETag");
    }
    console.send("\x1b[27u");
    console.wait_for_cursor_on(ID);
    for (key, shown) in [("L", "Problems"), ("x", "Actions"), ("D", "WHAT HAPPENS")] {
        console.send(key);
        console.wait_for_text(shown);
        planted.search(console);
        console.send("\x1b[27u");
        console.wait_for_cursor_on(ID);
    }
    console.send("W");
    planted.exchanges(console);
}

/// A copy, with the password of the first.
fn copy(planted: &Planted, console: &mut Console) {
    console.send("c");
    console.wait_for_text("its password too (not shown)");
    planted.search(console);
    console.insist("w", "POST");
    planted.search(console);
    console.send("b");
    console.wait_for_text("********");
    planted.search(console);
    // The review is read to its end before it is sent.
    console.send("bG");
    console.wait_for_text("REGISTERs at the next poll");
    console.send("y");
    console.wait_for_text("Created");
    planted.exchanges(console);
    console.go_to(ID);
}

/// The form, the review with body and curl, refusals that quote the password, the password put back.
fn edit(planted: &Planted, console: &mut Console) {
    let control = planted.server.control();
    type_password(console);
    console.send("bK");
    planted.search(console);
    console.insist("w", "CHECK");
    let mark = console.mark();
    console.send("c");
    console.wait_for_bytes(mark, b"\x1b]52;c;");
    console.send("b");
    console.wait_for_text("BODY");
    console.wait_for_text("********");
    planted.search(console);
    // A page that quotes it is no answer about the record.
    console.send("\x1b[27u");
    console.wait_for_text("SERVER CHECK");
    console.send("\x1b[27u");
    console.wait_for_text("Edit 13");
    control.add_fault(Fault::next("GET", "/registrations/13", page(TYPED.0)));
    console.insist("w", "the proxy could not reach the server");
    planted.search(console);
    control.clear_faults();
    for fault in [refusal(422, TYPED.0), refusal(500, TYPED.0), FaultEffect::Unauthorized] {
        if !console.contents().contains("BODY") && !console.contents().contains("CHECK") {
            console.insist("w", "CHECK");
        }
        control.add_fault(Fault::next("PATCH", "/registrations", fault));
        console.send("y");
        console.wait_for("the answer", |screen| {
            let text = screen.contents();
            !text.contains("CHECK") && !text.contains("BODY") && !text.contains("the result is shown when it arrives")
        });
        planted.search(console);
        control.clear_faults();
        if console.contents().contains("Saved 13") {
            // A 401 is replayed with a new token.
            break;
        }
    }
    console.wait_for_text("Saved 13 acme-lon-main: auth-password");
    assert_eq!(
        control.registration(ID).map(|record| record.get(FieldId::AuthPassword).clone()),
        Some(Value::Secret(Secret::new(TYPED.0)))
    );
    console.send("u");
    console.wait_for_text("restore auth-password");
    planted.search(console);
    console.send("y");
    console.wait_for_text("CHECK");
    console.send("y");
    // The message of the save before may still stand there.
    console.wait_for("the list, and the password put back", |screen| {
        let stored = control.registration(ID).map(|record| record.get(FieldId::AuthPassword).clone());
        stored == Some(Value::Secret(Secret::new(RECORDS.0))) && cursor_on(screen) == Some(ID)
    });
    console.send("J");
    console.wait_for_text("History (");
    planted.search(console);
    esc(console, "1 All ");
    planted.exchanges(console);
}

/// A conflict about the password.
fn decide(planted: &Planted, console: &mut Console) {
    let control = planted.server.control();
    type_password(console);
    assert!(control.change(ID, FieldId::AuthPassword, Value::Secret(Secret::new(THEIRS.0))));
    console.insist("w", "Conflict");
    planted.search(console);
    console.send("m");
    console.wait_for_text("All decided");
    console.send("t");
    console.send("m");
    planted.search(console);
    console.insist("w", "Unchanged on the server");
    console.send("n\x1b[27u");
    console.wait_for_cursor_on(ID);
}

/// As text, without the password; switched; the sign-in refused with the password quoted.
fn edit_as_text_and_switch(planted: &Planted, console: &mut Console) {
    let control = planted.server.control();
    console.send("E");
    console.wait_for("the editor gone", |screen| {
        console_text(screen).contains("CHECK") || console_text(screen).contains("the text was not changed")
    });
    let text = fs::read_to_string(console.home().join("seen/text")).unwrap();
    assert!(text.contains("acme-lon-main"), "{text}");
    planted.search(console);
    console.send("\x1b[27u");
    console.settle(Duration::from_millis(50));
    console.send("\x1b[27u");
    console.wait_for_cursor_on(ID);
    // Its copy registers the same address.
    console.send("t");
    console.wait_for_text("Disable 13 acme-lon-main");
    console.send("y");
    console.wait_for_text("Disabled 13 acme-lon-main");
    console.send("u");
    console.wait_for_text("Undo: enable");
    console.send("y");
    console.wait_for_text("Enabled 13 acme-lon-main");
    control.revoke_tokens();
    control.add_fault(Fault::next("POST", "/auth", refusal(401, USERS.0)));
    console.send("r");
    console.wait_for_text("Sign in");
    planted.search(console);
    console.send(format!("{}\r", USERS.0));
    console.wait_for_text("Signed in as noc");
    planted.search(console);
}

/// Locked with a password in a draft, killed with one, and back.
fn lock_and_kill(planted: &Planted, mut console: Console) -> Console {
    console.send(":lock\r");
    console.wait_for_text("LOCKED");
    planted.search(&console);
    if planted.by == By::Command {
        console.wait_for_text("Enter: use password_command");
    } else {
        console.send(USERS.0);
        console.wait_for_text("*****");
    }
    console.send("\r");
    console.wait_for_text("cleared the password typed for 13");
    planted.search(&console);
    console.send("!");
    console.wait_for_text("Messages of this session");
    planted.search(&console);
    esc(&mut console, "1 All ");
    type_password(&mut console);
    console.wait_for_disk("that a password was typed", |home| {
        let mut drafts = String::from_utf8_lossy(&whole_files_below(&home.join("state/sipreg/drafts"))).into_owned();
        drafts.retain(|c| !c.is_whitespace());
        drafts.contains(r#""changes":{"auth-password":"secret"}"#)
    });
    console.signal(Signal::KILL);
    assert!(!console.wait_exit().success());
    planted.search(&console);
    let launch = planted.launch(console.home());
    let mut console = console.again(launch);
    planted.enter(&mut console);
    console.go_to(ID);
    console.send("e");
    console.wait_for_text("Edit 13");
    console.wait_for_text("1 change");
    planted.search(&console);
    console
}

fn console_text(screen: &vt100::Screen) -> String {
    screen.contents()
}

/// Command line and environment of a running program, as anyone in its group may see them.
fn process(console: &Console, file: &str) -> Vec<u8> {
    fs::read(format!("/proc/{}/{file}", console.id())).unwrap_or_default()
}

#[test]
fn no_secret_is_in_any_file_on_the_terminal_or_in_a_child_with_a_password_command() {
    let planted = Planted::start(By::Command);
    let console = drive(&planted);
    assert!(console.home().join("seen/command").exists() && console.home().join("seen/editor").exists());
    for file in ["cmdline", "environ"] {
        search_bytes(file, &process(&console, file), &planted.secrets());
    }
}

#[test]
fn no_secret_is_in_any_file_on_the_terminal_or_in_a_child_with_a_password_in_the_environment() {
    let planted = Planted::start(By::Variable);
    let console = drive(&planted);
    let seen = fs::read_to_string(console.home().join("seen/editor")).unwrap();
    assert!(seen.contains("XDG_STATE_HOME") && !seen.contains("SIPREG_PASSWORD"), "{seen}");
    search_bytes("cmdline", &process(&console, "cmdline"), &planted.secrets());
}

#[test]
fn no_secret_is_in_any_file_on_the_terminal_or_in_a_child_with_a_password_typed() {
    let planted = Planted::start(By::Prompt);
    let console = drive(&planted);
    for file in ["cmdline", "environ"] {
        search_bytes(file, &process(&console, file), &planted.secrets());
    }
}

#[test]
fn the_password_is_shown_and_edited_where_that_is_asked_for_and_leaves_no_file() {
    let planted = Planted::start(By::Prompt);
    let mut console = planted.open();
    console.go_to(ID);
    console.send("\r");
    console.wait_for_text("ETag");
    console.send("P");
    console.wait_for_text(RECORDS.0);
    console.send("P");
    console.wait_for_text("********");
    assert!(!console.contents().contains(RECORDS.1));
    console.send(":edit-text-with-password\r");
    console.wait_for_text("the text was not changed");
    let given = console.home().join("seen/text");
    assert!(fs::read_to_string(&given).unwrap().contains(RECORDS.0), "the editor was given it");
    fs::remove_file(given).unwrap();
    search_files(console.home(), &planted.secrets());
}

/// How often a text is in the memory of the running console; `None` where the system does not let us look.
#[cfg(target_os = "linux")]
fn in_memory(console: &Console, text: &str) -> Option<usize> {
    use std::os::unix::fs::FileExt as _;
    let maps = fs::read_to_string(format!("/proc/{}/maps", console.id())).ok()?;
    let memory = fs::File::open(format!("/proc/{}/mem", console.id())).ok()?;
    let mut count = 0;
    for line in maps.lines().filter(|line| line.contains(" rw")) {
        let (range, _) = line.split_once(' ')?;
        let (from, to) = range.split_once('-')?;
        let (from, to) = (u64::from_str_radix(from, 16).ok()?, u64::from_str_radix(to, 16).ok()?);
        let mut bytes = vec![0; usize::try_from(to - from).ok()?];
        // What the kernel keeps to itself cannot be read.
        if memory.read_exact_at(&mut bytes, from).is_ok() {
            count += bytes.windows(text.len()).filter(|window| *window == text.as_bytes()).count();
        }
    }
    Some(count)
}

#[cfg(target_os = "linux")]
#[test]
fn a_password_typed_is_not_in_memory_after_the_lock() {
    let planted = Planted::start(By::Prompt);
    let mut console = planted.open();
    console.go_to(ID);
    type_password(&mut console);
    let Some(before) = in_memory(&console, TYPED.0) else { return };
    assert!(before > 0, "the draft holds it");
    console.send(":lock\r");
    console.wait_for_text("LOCKED");
    assert_eq!(in_memory(&console, TYPED.0), Some(0));
}
