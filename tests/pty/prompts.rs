//! Questions of commands at a terminal.

use std::path::Path;

use sipreg::demo::{ServerOptions, User};

use crate::kit::console::Console;
use crate::kit::home::SIPREG;
use crate::kit::launch::Launch;
use crate::kit::pty::{Mark, contains};
use crate::kit::server::Server;

fn login(server: &Server) -> Launch {
    Launch::new(SIPREG).args(["--url", &server.url, "login"])
}

fn tokens(home: &Path) -> usize {
    std::fs::read_dir(home.join("state/sipreg/tokens")).map_or(0, Iterator::count)
}

#[test]
fn login_asks_for_user_and_password_and_shows_no_password() {
    let users = vec![User::new(1, "demo", "hunter2")];
    let server = Server::start(ServerOptions { users, ..ServerOptions::default() });
    let mut prompt = Console::launch(login(&server));
    prompt.wait_for_text("User:");
    prompt.send("demo\r");
    prompt.wait_for_text("Password for demo:");
    prompt.send("hunter2\r");
    prompt.wait_for_text("Signed in as demo");
    assert!(prompt.wait_exit().success());
    assert!(!contains(&prompt.bytes_since(Mark::START), b"hunter2"), "the password is not echoed");
    assert!(prompt.has_its_modes_back());
    assert_eq!(tokens(prompt.home()), 1);

    // The console is at home right away.
    let mut console = prompt.again(Launch::new(SIPREG).args(["--url", &server.url]));
    console.wait_until_read();
    console.send("q");
}

#[test]
fn a_password_prompt_that_is_given_up_leaves_the_terminal_as_it_was() {
    let server = Server::new();
    let mut prompt = Console::launch(login(&server).args(["--username", "demo"]));
    prompt.wait_for_text("Password for demo:");
    prompt.send("\x03");
    let ended = prompt.wait_exit();
    assert_eq!(ended.exit_code(), 130);
    assert!(prompt.has_its_modes_back(), "what is typed next can be seen");
    assert_eq!(tokens(prompt.home()), 0);
}

#[test]
fn a_list_on_a_terminal_fits_it_and_its_heading_stands_out() {
    let server = Server::new();
    let launch = Launch::new(SIPREG)
        .args(["--url", &server.url, "--username", "demo", "list", "-f", "carrierx"])
        .env("SIPREG_PASSWORD", server.password.expose())
        .size(60, 24);
    let console = Console::launch(launch);
    assert!(console.wait_exit().success());
    let screen = console.contents();
    let heading = screen.lines().next().unwrap_or_default();
    assert!(heading.trim_start().starts_with("ID ON  NAME"), "{screen}");
    assert!(screen.lines().all(|line| line.chars().count() <= 60) && screen.contains("carrierx-ams"), "{screen}");
    assert!(contains(&console.bytes_since(Mark::START), b"\x1b[1m"), "the heading is bold");
}

#[test]
fn zsh_completes_names_in_a_list_of_columns() {
    if std::process::Command::new("zsh").args(["-c", ":"]).status().is_err() {
        // There is no such shell here.
        return;
    }
    let binary = Path::new(SIPREG).parent().unwrap().display().to_string();
    let path = format!("{binary}:{}", std::env::var("PATH").unwrap_or_default());
    let launch = Launch::new("zsh").args(["-f", "-i"]).env("PATH", path);
    let mut shell = Console::launch(launch);
    shell.send(
        "sipreg completions zsh > _sipreg; fpath=($PWD $fpath); autoload -U compinit; compinit -u -D; echo rea''dy\r",
    );
    shell.wait_for_text("ready");
    shell.send("sipreg list --columns name,exp\t");
    shell.wait_for_text("--columns name,expire");
    shell.send("\x15sipreg list -f dom\t");
    shell.wait_for_text("-f domain:");
    shell.send("\x15exit\r");
    assert!(shell.wait_exit().success());
}
