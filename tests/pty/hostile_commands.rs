//! Commands that print what servers, tokens and typed words say, none of which may act on the terminal.

use sipreg::demo::faults::Fault;

use crate::grammar::spoken;
use crate::hostile::{USER, error_document, listen, server};
use crate::kit::console::Console;
use crate::kit::home::SIPREG;
use crate::kit::launch::Launch;
use crate::kit::pty::Mark;

#[test]
fn commands_print_no_data_that_acts() {
    let configuration = "[profile.p]\nurl = \"http://127.0.0.1:1\"\nusername = \"no\\u202ec\\u001b[2J\\u009b1m\"\n\
                         badge = \"\\u001b]0;x\\u0007\\u200b\"\npassword_command = \"echo '\\u001b[2J' >&2; false\"\n\
                         [keys]\n\"\\u001b[2J\" = \"\\u202e\"\n";
    for arguments in [
        &["config", "show"][..],
        &["config", "keys"],
        &[],
        &["--profile", "\x1b[2J\u{202e}"],
        &["--url", "http://\x1b[2J"],
        &["--config", "/\x1b]0;x\x07"],
        &["\x1b[2J\u{9b}x"],
        &["config", "show", "--timeout", "\x1b[2J\u{202e}"],
    ] {
        for keys in [true, false] {
            let configuration = if keys { configuration } else { configuration.split("[keys]").next().unwrap() };
            let launch = Launch::new(SIPREG).args(arguments).env("NO_COLOR", "1").size(120, 40);
            let console = Console::configured(configuration, launch);
            console.wait_exit();
            let spoken = listen(&console);
            assert!(!console.bytes_since(Mark::START).contains(&0x1b), "{arguments:?}: {}", spoken.text);
        }
    }
}

#[test]
fn commands_print_no_record_that_acts() {
    let server = server();
    server.fault(Fault::always("PATCH", "/registrations", error_document(422)));
    for arguments in [
        &["list"][..],
        &["list", "-o", "json"],
        &["list", "-o", "jsonl"],
        &["list", "-o", "csv"],
        &["list", "-o", "ids"],
        &["show", "1", "4", "5"],
        &["show", "1", "-o", "json", "--show-secrets"],
        &["export"],
        &["lint"],
        &["lint", "-o", "csv"],
        &["lint", "-o", "json"],
        &["whoami"],
        &["doctor"],
        &["set", "1", "contact=sip:\x1b[2J\u{202e}@x"],
        &["set", "1", "expire=\x1b[2J\u{9b}"],
        &["enable", "1", "2", "3"],
        &["clone", "1", "name=\u{9b}2J\u{202e}", "--dry-run"],
        &["delete", "1", "--dry-run"],
        &["list", "-f", "\x1b[2J\u{202e}:(~["],
    ] {
        let launch = Launch::new(SIPREG)
            .args(arguments)
            .args(["--url", &server.url])
            .env("SIPREG_USERNAME", USER)
            .env("SIPREG_PASSWORD", "pass")
            .env("NO_COLOR", "1")
            .size(200, 50);
        let console = Console::launch(launch);
        console.wait_exit();
        let written = console.bytes_since(Mark::START);
        assert!(!written.is_empty(), "{arguments:?} prints something");
        let foreign = spoken(&written).err();
        assert_eq!(foreign, None, "{arguments:?}");
        assert!(!written.contains(&0x1b), "{arguments:?}: {}", String::from_utf8_lossy(&written));
    }
}
