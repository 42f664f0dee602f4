//! Programs of the user's own (`[[command]]`) in a real terminal: lent the terminal, beside the console, refused.

use std::time::Duration;

use sipreg::domain::record::{FieldId, Secret, Value};

use crate::kit::console::Console;
use crate::kit::pty::contains;
use crate::kit::server::Server;

const ID: u64 = 13;

const COMMANDS: &str = r#"
[[command]]
name = "Print it"
key = "Z p"
run = "printf '<%s>\n' {id} {name} {domain}"

[[command]]
name = "Lend it"
key = "Z l"
run = "sh -c 'printf \"LENT %s\\n\" \"$1\"; tty; read line; exit \"$line\"' sh {domain}"
terminal = true

[[command]]
name = "Ask first"
key = "Z a"
run = "printf '%s ' asked {id}"
confirm = true

[[command]]
name = "With password"
key = "Z w"
run = 'printf "%s" "$REGISTRATION_AUTH_PASSWORD" > "$HOME/password"; echo "[$REGISTRATION_AUTH_PASSWORD]"'
shell = true
password = true

[[command]]
name = "All of them"
key = "Z m"
run = "echo {id}"
on = "marked"

[[command]]
name = "Never ends"
key = "Z n"
run = "sh -c 'echo $$ > \"$HOME/pid\"; exec sleep 600'"

[[command]]
name = "Inherited"
run = 'env | grep -c "^REGISTRATION_"; echo "over"'
shell = true
on = "nothing"

[[command]]
name = "Environment"
run = 'env | grep -c "^SIPREG_PASSWORD=\|^SIPREG_TOKEN="; tty; echo "$SIPREG_URL"'
shell = true
on = "nothing"
"#;

fn start(server: &Server) -> Console {
    let mut console = Console::configured(COMMANDS, server.launch().size(120, 40));
    console.wait_until_read();
    console.go_to(ID);
    console
}

#[test]
fn a_program_prints_into_a_box_and_hostile_values_are_single_arguments() {
    let server = Server::new();
    let hostile = "a$(touch x);`touch y` 'b' \"c\" & * ~";
    server.change(ID, FieldId::Name, Value::Text(hostile.to_owned()));
    let mut console = start(&server);
    console.send("Zp");
    console.wait_for_text("Print it: done");
    console.wait_for_text("<13>");
    console.wait_for_text(&format!("<{hostile}>"));
    console.wait_for_text("<lon.acme.example>");
    assert!(!console.home().join("x").exists() && !console.home().join("y").exists());
    console.send("q");
    console.wait_for_cursor_on(ID);
    // What could be an option, and what could steer a terminal, is not passed on.
    for (value, shown, why) in [
        ("-rf /", "13#-rf /", "would be read as an option"),
        ("a\u{1b}]0;owned\u{7}", "0;owned", "control or hidden character"),
    ] {
        server.change(ID, FieldId::Name, Value::Text(value.to_owned()));
        console.send("R");
        console.wait_for("the name", |screen| screen.contents().contains(shown));
        console.insist("Zp", why);
    }
}

#[test]
fn a_program_has_the_terminal_until_it_ends_and_the_console_is_back_then() {
    let server = Server::new();
    let mut console = start(&server);
    let mark = console.mark();
    console.send("Zl");
    console.wait_for_bytes(mark, b"LENT lon.acme.example");
    console.wait_for_bytes(mark, b"/dev/");
    assert!(console.is_cooked(), "the terminal is the program's");
    console.send("0\n");
    console.wait_for_text("Lend it: done");
    console.wait_for_cursor_on(ID);
    // What went wrong can be read before the screen covers it.
    let mark = console.mark();
    console.send("Zl");
    console.wait_for_bytes(mark, b"LENT");
    console.send("3\n");
    console.wait_for_bytes(mark, b"[sipreg] exit code 3. Press Enter to go back.");
    console.send("\n");
    console.wait_for_text("Lend it: exit code 3");
    console.send("j");
    console.wait_for("the keyboard is ours again", |screen| crate::kit::console::cursor_on(screen) != Some(ID));
    console.quit();
}

#[test]
fn a_program_that_asks_first_runs_with_y_only_and_the_password_goes_where_it_was_asked_for() {
    let server = Server::new();
    server.change(ID, FieldId::AuthPassword, Value::Secret(Secret::new("r3cord-Milan-pw")));
    let mut console = start(&server);
    console.send("Za");
    console.wait_for_text("Registration  13 acme-lon-main");
    console.wait_for_text("printf '%s ' asked 13");
    console.send("n");
    console.wait_for("no question", |screen| !screen.contents().contains("Run Ask first"));
    console.send("Za");
    console.wait_for_text("Run Ask first");
    console.send("y");
    console.wait_for_text("Ask first: done");
    console.send("q");
    // The list has no passwords.
    console.send("Zw");
    console.wait_for_text("its password is not loaded");
    console.send("\r");
    console.wait_for_text("Auth password");
    console.insist("Zw", "It gets the password");
    console.send("y");
    console.wait_for_text("With password: done");
    assert_eq!(std::fs::read_to_string(console.home().join("password")).unwrap(), "r3cord-Milan-pw");
    assert!(!console.contents().contains("Milan"), "{}", console.contents());
    let bytes = console.bytes_since(crate::kit::pty::Mark::START);
    assert!(!contains(&bytes, b"Milan"), "the password was on the screen");
}

#[test]
fn marked_registrations_are_one_call_and_no_secret_is_in_the_environment() {
    let server = Server::new();
    let mut console = start(&server);
    console.send("  ");
    console.wait_for_text("2 marked");
    console.send("Zm");
    console.wait_for_text("All of them: done");
    console.wait_for_text("13 15");
    console.send("q");
    console.send(":environment");
    console.wait_for_text("Environment");
    console.send("\r");
    console.wait_for_text("Environment: done");
    console.wait_for_text("not a tty");
    console.wait_for_text(&server.url);
    console.wait_for("no secret", |screen| {
        screen.contents().lines().any(|line| line.contains("│ 0") || line.trim_matches(['│', ' ']) == "0")
    });
}

#[test]
fn what_sipreg_itself_was_given_about_a_registration_reaches_no_program() {
    let server = Server::new();
    let launch = server.launch().env("REGISTRATION_DOMAIN", "of.another").env("REGISTRATION_AUTH_PASSWORD", "Milan");
    let mut console = Console::configured(COMMANDS, launch.size(120, 40));
    console.wait_until_read();
    console.send(":inherited");
    console.wait_for_text("Inherited");
    console.send("\r");
    console.wait_for_text("over");
    let none = |line: &str| line.trim_matches(['│', ' ']) == "0";
    console.wait_for("none", |screen| screen.contents().lines().any(none));
}

#[test]
fn a_program_that_never_ends_is_cancelled_with_all_of_it() {
    let server = Server::new();
    let mut console = start(&server);
    console.send("Zn");
    console.wait_for_text("Running");
    console.wait_for_disk("its number", |home| {
        std::fs::read_to_string(home.join("pid")).is_ok_and(|text| text.ends_with('\n'))
    });
    let pid = std::fs::read_to_string(console.home().join("pid")).unwrap();
    console.send("\x1b[27u");
    console.wait_for_text("keeps running");
    console.send("Zp");
    console.wait_for_text("Never ends is still running");
    console.send("\x03");
    console.wait_for_text("Never ends cancelled");
    let stat = format!("/proc/{}/stat", pid.trim());
    console.wait_for_disk("the program is gone", |_| {
        std::fs::read_to_string(&stat).map_or(true, |stat| stat.contains(") Z"))
    });
    console.send("Zp");
    console.wait_for_text("Print it: done");
}

#[test]
fn a_program_is_in_help_menu_and_palette_and_no_paste_starts_it() {
    let server = Server::new();
    let mut console = start(&server);
    console.send("?print it");
    console.wait_for_text("Z p");
    console.send("\x1b[27u");
    console.send("xG");
    console.wait_for_text("All of them");
    console.send("\x1b[27u");
    console.send(":print it");
    console.wait_for_text("print-it");
    console.settle(Duration::from_millis(60));
    console.send("\r");
    console.wait_for_text("Print it: done");
    console.send("q");
    console.send("\x1b[200~Zp\x1b[201~");
    console.wait_for_text("paste was ignored");
    console.quiet_for(Duration::from_millis(200));
    assert!(!console.contents().contains("<13>"), "{}", console.contents());
}

#[test]
fn nothing_that_a_program_printed_is_shown_while_the_console_is_locked() {
    let server = Server::new();
    let slow = "[[command]]\nname = \"Slow\"\nkey = \"Z s\"\n\
                run = 'while [ ! -e \"$HOME/go\" ]; do sleep 0.1; done; printf Mi; echo lan-printed'\nshell = true\n";
    let mut console = Console::configured(slow, server.launch().size(100, 30));
    console.wait_until_read();
    console.send("Zs");
    console.wait_for_text("Running");
    console.send("\x1b[27u");
    console.wait_for_text("keeps running");
    console.send(":lock\r");
    console.wait_for_text("Locked");
    std::fs::write(console.home().join("go"), "").unwrap();
    console.quiet_for(Duration::from_millis(600));
    console.send(server.password.expose());
    console.send("\r");
    console.wait_for_text("igned in as");
    console.send("!");
    console.wait_for_text("Slow: done");
    assert!(!contains(&console.bytes_since(crate::kit::pty::Mark::START), b"Milan"), "{}", console.contents());
}
