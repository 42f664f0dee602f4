//! Two servers, two profiles, one console: `p` switches, and nothing of the one server is left on the other.

use crate::kit::console::Console;
use crate::kit::home::SIPREG;
use crate::kit::launch::Launch;
use crate::kit::pty::{Mark, contains};
use crate::kit::server::{Server, is_list, is_sign_in};

/// A configuration with a profile for each server, signed in by a command.
fn configuration(profiles: &[(&str, &Server, &str)]) -> String {
    let profile = |(name, server, more): &(&str, &Server, &str)| {
        let (url, user) = (&server.url, &server.username);
        let password = server.password.expose();
        format!(
            "[profile.{name}]\nurl = \"{url}\"\nusername = \"{user}\"\npassword_command = \"echo {password}\"\n{more}\n"
        )
    };
    format!("default_profile = \"eu\"\n{}", profiles.iter().map(profile).collect::<String>())
}

fn port(server: &Server) -> String {
    server.address.port().to_string()
}

#[test]
fn p_switches_and_nothing_of_the_old_server_is_left() {
    let eu = Server::new();
    let lab = Server::with_records(30);
    let text =
        configuration(&[("eu", &eu, "badge = \"PROD\""), ("lab", &lab, "badge = \"LAB\"\naccess = \"read-only\"")]);
    let mut console = Console::configured(&text, Launch::new(SIPREG));
    console.wait_for_text("1/120");
    console.wait_until_read();
    console.send("t");
    console.wait_for_text("u: undo");
    console.send("j ");
    console.wait_for_text("1 marked");
    console.send("p");
    console.wait_for_text("Profiles");
    console.wait_for_text("read-only");
    console.send("j\r");
    console.wait_for_text("1/30");
    console.wait_for("the other profile", |screen| {
        let text = screen.contents();
        text.contains("LAB") && text.contains("read-only") && !text.contains("PROD") && !text.contains("marked")
    });
    // The new session asked the new server alone, with a token of its own.
    lab.wait_for_requests("sign-ins", 1, is_sign_in);
    let before = eu.control.exchanges().len();
    console.send("R");
    lab.wait_for_requests("lists", 2, is_list);
    assert_eq!(eu.control.exchanges().len(), before, "the old server is not asked any more");
    console.send("J");
    console.wait_for_text("No changes yet");
    console.send("J");
    console.wait_for_cursor_on(1);
    console.send("H");
    console.wait_for_text("/registrations");
    let screen = console.contents();
    assert!(!screen.contains("PATCH"), "the exchanges of the old session are gone: {screen}");
    console.send("H");
    console.wait_for_cursor_on(1);
    console.send(":profile eu\r");
    console.wait_for_text("1/120");
    console.wait_for_text("PROD");
    console.send("q");
    assert!(console.wait_exit().success(), "{}", console.contents());
    console.assert_given_back();
    let raw = console.bytes_since(Mark::START);
    assert!(!contains(&raw, format!("echo {}", eu.password.expose()).as_bytes()));
}

#[test]
fn a_server_that_cannot_be_reached_leaves_the_console_where_it_is() {
    let eu = Server::new();
    let gone = Server::new();
    let text = configuration(&[("eu", &eu, ""), ("gone", &gone, "")]);
    let port = port(&gone);
    drop(gone.stop());
    let mut console = Console::configured(&text, Launch::new(SIPREG));
    console.wait_until_read();
    console.send(":profile gone\r");
    console.wait_for_text("Profile gone was not opened");
    assert!(console.contents().contains(&port), "{}", console.contents());
    console.wait_for_text("You stay on eu");
    console.send("q");
    console.wait_for_cursor_on(1);
    console.send(":profile nosuch\r");
    console.wait_for_text("was not opened: no profile");
}

#[test]
fn a_draft_stays_with_its_server_and_is_there_after_coming_back() {
    let eu = Server::new();
    let lab = Server::with_records(30);
    let mut console = Console::configured(&configuration(&[("eu", &eu, ""), ("lab", &lab, "")]), Launch::new(SIPREG));
    console.wait_until_read();
    console.send("e");
    console.wait_for_text("Edit ");
    console.send("i-typed\r");
    console.wait_for_text("DRAFT saved");
    console.send(":profile lab\r");
    console.wait_for_text("1/30");
    assert!(!console.contents().contains("-typed"), "{}", console.contents());
    console.send(":profile eu\r");
    console.wait_for_text("1/120");
    console.wait_until_read();
    console.send("e");
    console.wait_for_text("-typed");
}

#[test]
fn a_profile_whose_password_is_not_to_be_had_asks_for_it_in_the_console() {
    let eu = Server::new();
    let lab = Server::with_records(30);
    let text = configuration(&[("eu", &eu, ""), ("lab", &lab, "")]);
    let password = lab.password.expose().to_owned();
    let (head, tail) = text.split_at(text.find("[profile.lab]").unwrap());
    let text = format!("{head}{}", tail.replace(&format!("echo {password}"), "exit 3"));
    let mut console = Console::configured(&text, Launch::new(SIPREG));
    console.wait_until_read();
    console.send(":profile lab\r");
    console.wait_for_text("Sign in");
    console.send(&password);
    console.wait_for_text("****");
    console.send("\r");
    console.wait_for_text("1/30");
}

#[test]
fn read_only_of_the_start_holds_in_every_profile_and_its_server_does_not() {
    let eu = Server::new();
    let lab = Server::with_records(30);
    let text = configuration(&[("eu", &eu, ""), ("lab", &lab, "")]);
    let launch = Launch::new(SIPREG).args(["--read-only", "--url", &eu.url]).env("SIPREG_URL", "http://127.0.0.1:9");
    let mut console = Console::configured(&text, launch);
    console.wait_for_text("read-only");
    console.send(":profile lab\r");
    console.wait_for_text("1/30");
    console.send("t");
    console.wait_for_text("changes are refused");
    assert!(lab.control.exchanges().iter().all(|exchange| exchange.method != "PATCH"));
}

#[test]
fn several_profiles_without_a_default_are_there_to_choose_from() {
    let eu = Server::new();
    let lab = Server::with_records(30);
    let text = configuration(&[("eu", &eu, "badge = \"PROD\""), ("lab", &lab, "badge = \"LAB\"")]);
    let text = text.replace("default_profile = \"eu\"\n", "");
    let mut console = Console::configured(&text, Launch::new(SIPREG));
    console.wait_for_text("choose a profile");
    let screen = console.contents();
    assert!(screen.contains("PROD  eu") && screen.contains(&port(&lab)), "{screen}");
    console.send("j");
    console.send("\r");
    console.wait_for_text("1/30");
    console.send("q");
    assert_eq!(console.wait_exit().exit_code(), 0);
    let mut console = Console::configured(&text, Launch::new(SIPREG));
    console.wait_for_text("choose a profile");
    console.send("q");
    assert_eq!(console.wait_exit().exit_code(), 2);
    console.wait_for_text("profiles: eu, lab");
    console.assert_given_back();
}
