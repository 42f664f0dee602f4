//! Two consoles in one home: views, drafts, and one of them killed.

use std::path::Path;

use rustix::process::Signal;

use crate::kit::console::Console;
use crate::kit::server::Server;

/// The record that is edited.
const ID: u64 = 13;

fn two(server: &Server) -> (Console, Console) {
    let first = server.open();
    let second = first.beside(server.launch());
    second.wait_until_read();
    (first, second)
}

/// Whether the draft that `change` ends with is on disk: before that it was there with less.
fn on_disk(home: &Path) -> bool {
    let drafts = home.join("state/sipreg/drafts");
    let of = |origin: std::fs::DirEntry| {
        let draft = std::fs::read_to_string(origin.path().join(format!("{ID}.json"))).unwrap_or_default();
        serde_json::from_str::<serde_json::Value>(&draft).is_ok_and(|draft| draft.to_string().contains("\":47"))
    };
    std::fs::read_dir(drafts).is_ok_and(|origins| origins.flatten().any(of))
}

/// Opens the form of the record and changes a field.
fn change(console: &mut Console, value: &str) {
    console.edit(ID);
    type_retry_delay(console, value);
}

fn type_retry_delay(console: &mut Console, value: &str) {
    console.send("Gkk");
    console.send(format!("i\x15{value}"));
    console.wait_for_text(value);
    console.send("\r");
}

fn wait_until_saved(console: &Console) {
    console.wait_for("that it is saved", |screen| screen.contents().to_lowercase().contains("saved 13 acme-lon-main"));
}

/// Esc alone: with a key right behind it, it would be another key.
fn back_to_the_list(console: &mut Console) {
    console.send("\x1b");
    console.wait_for_cursor_on(ID);
}

#[test]
fn views_of_both_consoles_are_kept_and_seen() {
    let server = Server::new();
    let (mut first, mut second) = two(&server);
    first.send("Fsours\r");
    first.wait_for_text("Saved view 4 ours");
    first.wait_for_disk("the view", |home| {
        let looks = std::fs::read_dir(home.join("state/sipreg/looks"));
        looks.is_ok_and(|files| files.flatten().any(|file| file.path().extension().is_some_and(|it| it == "toml")))
    });
    // The second console knows nothing of it yet, and saves its own under the same digit.
    second.send("Fstheirs\r");
    second.wait_for_text("theirs is view 5");
    second.send("F");
    // The message line names it, too: here it is a row of the box, with its order.
    second.wait_for("the view of the other console in the box", |screen| {
        screen.rows(0, screen.size().1).any(|row| row.contains("4 ours") && row.contains("sort "))
    });
    second.send("\x1b[27u");
    first.send("F");
    first.wait_for_text("theirs");
    first.send("\x1b[27u");
    first.wait_for_text("Another console saved view 5 theirs");
    // Columns of one change nothing of that.
    first.send("Cj ");
    first.send("\x1b[27u");
    first.send("q");
    assert!(first.wait_exit().success());
    let third = first.again(server.launch());
    third.wait_until_read();
    third.wait_for_text("5 theirs");
    third.wait_for_text("4 ours");
}

#[test]
fn a_draft_of_a_killed_console_is_taken_up_by_the_one_that_runs() {
    let server = Server::new();
    let (mut first, mut second) = two(&server);
    change(&mut first, "47");
    first.wait_for_text("DRAFT saved");
    first.wait_for_disk("the draft", on_disk);
    // While the first one lives, the draft is its own.
    second.go_to(ID);
    second.send("e");
    second.wait_for_text("has a draft of it open");
    back_to_the_list(&mut second);
    first.signal(Signal::KILL);
    first.wait_end();
    second.wait_for_text("another console left a draft of 1 change");
    second.send("e");
    second.wait_for_text("resumed your draft (1 change");
    second.wait_for_text("DRAFT saved");
    second.send("w");
    second.wait_for_text("Review 13");
    second.send("y");
    wait_until_saved(&second);
    second.wait_for_disk("the draft is gone", |home| !on_disk(home));
}

#[test]
fn a_form_that_is_open_takes_up_what_a_killed_console_left() {
    let server = Server::new();
    let (mut first, mut second) = two(&server);
    change(&mut first, "47");
    first.wait_for_disk("the draft", on_disk);
    second.go_to(ID);
    second.send("e");
    second.wait_for_text("has a draft of it open");
    first.signal(Signal::KILL);
    first.wait_end();
    second.wait_for_text("resumed the draft of 1 change");
    second.wait_for_text("47");
}

#[test]
fn two_drafts_of_one_record_do_not_write_over_each_other() {
    let server = Server::new();
    let (mut first, mut second) = two(&server);
    change(&mut first, "47");
    first.wait_for_disk("the draft", on_disk);
    change(&mut second, "58");
    second.wait_for_text("DRAFT IN MEMORY ONLY");
    back_to_the_list(&mut second);
    second.wait_for_text("is only in memory, quitting loses it");
    first.signal(Signal::KILL);
    first.wait_end();
    second.wait_for_text("another console left a draft of 1 change");
    second.send("e");
    second.wait_for_text("58");
    second.send("T");
    second.wait_for_text("47");
    second.wait_for_text("the other one");
    second.send("T");
    second.wait_for_text("58");
}

#[test]
fn a_draft_that_another_console_has_in_review_is_not_discarded() {
    let server = Server::new();
    let mut earlier = server.open();
    change(&mut earlier, "47");
    earlier.wait_for_disk("the draft", on_disk);
    earlier.signal(Signal::KILL);
    earlier.wait_end();
    // Both find it at their start, and the first one goes on with it without changing anything.
    let mut first = earlier.again(server.launch());
    first.wait_until_read();
    let mut second = first.beside(server.launch());
    second.wait_until_read();
    first.go_to(ID);
    first.send("e");
    first.wait_for_text("resumed your draft (1 change");
    first.send("w");
    first.wait_for_text("Review 13");
    second.go_to(ID);
    second.send(":discard\r");
    second.wait_for("that it is not discarded, or is not shown as a draft any more", |screen| {
        let text = screen.contents();
        text.contains("was not removed") || text.contains("has no draft")
    });
    assert!(on_disk(first.home()), "the draft is still there");
    first.send("y");
    wait_until_saved(&first);
    first.wait_for_disk("the draft is gone", |home| !on_disk(home));
}
