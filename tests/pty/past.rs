//! The history box over sessions: what the journal file has of earlier ones, of all and of one registration.

use crate::kit::console::Console;
use crate::kit::server::Server;

fn disable(console: &mut Console, id: u64) {
    console.go_to(id);
    console.send("t");
    console.wait_for_text(&format!("isabled {id} "));
}

#[test]
fn the_history_goes_on_over_sessions_and_undoes_only_what_is_of_this_one() {
    let server = Server::new();
    let mut console = Console::launch(server.launch().size(120, 40));
    console.wait_until_read();
    disable(&mut console, 13);
    disable(&mut console, 7);
    console.send("q");
    assert!(console.wait_exit().success());

    let mut console = console.again(server.launch().size(120, 40));
    console.wait_until_read();
    disable(&mut console, 15);
    console.send("J");
    console.wait_for_text("toggle  13 acme-lon-main: enabled yes -> no; done");
    console.wait_for_text("toggle  7 acme-fra-main: enabled yes -> no; done");
    let lines = |text: &str| text.lines().filter(|line| line.contains(" 15 ") && line.contains("nabled")).count();
    assert_eq!(lines(&console.contents()), 1, "what this session did stands once:\n{}", console.contents());
    console.send("k");
    console.send("u");
    console.wait_for_text("Only changes of this session can be undone here");
    console.send("j");
    console.send("u");
    console.wait_for_text("enable 15");
    console.send("n");
    console.wait_for("no question", |screen| !screen.contents().contains("n/Esc: cancel"));

    // Of one registration, this session's changes among them.
    console.send("gh");
    console.wait_for_text("History of 15");
    console.wait_for_text("toggle  15 ");
    assert!(!console.contents().contains("toggle  13 "), "{}", console.contents());
    console.send("q");
    console.go_to(13);
    console.send("gh");
    console.wait_for_text("toggle  13 ");
    console.send("q");
    console.go_to(16);
    console.send("gh");
    console.wait_for_text("No changes of this registration in the journal of this machine");
}

#[test]
fn a_journal_that_cannot_be_read_says_so_in_the_history() {
    let server = Server::new();
    let mut console = Console::launch(server.launch().size(120, 40));
    console.wait_until_read();
    disable(&mut console, 13);
    console.wait_for_disk("the journal", |home| home.join("state/sipreg/journal").is_dir());
    let folder = console.home().join("state/sipreg/journal");
    let file = std::fs::read_dir(&folder)
        .unwrap()
        .flatten()
        .map(|entry| entry.path())
        .find(|path| path.extension().is_some_and(|extension| extension == "jsonl"));
    let file = file.unwrap();
    let mut text = std::fs::read_to_string(&file).unwrap();
    text.push_str("{\"time\": \u{1b}]0;owned\u{7} torn\n");
    std::fs::write(&file, text).unwrap();
    console.send("J");
    console.wait_for_text("1 line of the journal cannot be read");
    console.send("q");
    std::fs::remove_file(&file).unwrap();
    std::fs::create_dir(&file).unwrap();
    console.send("gh");
    console.wait_for_text("The journal cannot be read: ");
}
