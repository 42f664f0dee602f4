//! A draft that is over leaves no file: after a save, a discard, a draft that is reverted, and a re-created record.

use std::path::Path;

use sipreg::domain::record::FieldId;

use crate::kit::console::{Console, keys_to};
use crate::kit::home::entries;
use crate::kit::server::Server;

const ID: u64 = 13;

/// Names of the files that hold drafts, of whatever server and in whatever state.
fn drafts(home: &Path) -> Vec<String> {
    let files = entries(home.join("state/sipreg/drafts")).into_iter().flat_map(entries);
    let names = files.map(|file| file.file_name().unwrap_or_default().to_string_lossy().into_owned());
    names.filter(|name| name.contains(".json")).collect()
}

/// A console with a form in which the retry delay was changed, and the draft's file on disk.
fn with_a_draft(server: &Server) -> Console {
    let mut console = server.open();
    console.edit(ID);
    console.send(format!("{}i\x1547\r", keys_to(FieldId::RetryDelay)));
    console.wait_for_text("DRAFT saved");
    console.wait_for_disk("the draft", |home| drafts(home) == [format!("{ID}.json")]);
    console
}

fn assert_no_file(console: &Console, after: &str) {
    console.wait_for_disk(&format!("no draft after {after}"), |home| drafts(home).is_empty());
}

#[test]
fn a_saved_draft_leaves_no_file() {
    let server = Server::new();
    let mut console = with_a_draft(&server);
    console.insist("w", "CHECK");
    console.send("y");
    console.wait_for_text("Saved 13 acme-lon-main");
    assert_no_file(&console, "a save");
}

#[test]
fn a_discarded_draft_leaves_no_file() {
    let server = Server::new();
    let mut console = with_a_draft(&server);
    console.send(":discard");
    console.wait_for_text(": discard");
    console.send("\r");
    console.wait_for_text("iscarded");
    assert_no_file(&console, "a discard");
}

#[test]
fn a_draft_of_which_every_change_is_reverted_leaves_no_file() {
    let server = Server::new();
    let mut console = with_a_draft(&server);
    console.send("u");
    assert_no_file(&console, "reverting its only change");
    console.send(format!("{}i\x1547\r", keys_to(FieldId::RetryDelay)));
    console.wait_for_disk("the draft again", |home| !drafts(home).is_empty());
}

#[test]
fn a_record_that_is_created_again_from_a_draft_leaves_no_file() {
    let server = Server::new();
    let mut console = with_a_draft(&server);
    assert!(server.control.remove(ID));
    console.insist("w", "13 acme-lon-main: not changed: it was deleted by someone");
    console.send(":recreate");
    console.wait_for_text(": recreate");
    console.send("\r");
    console.wait_for_text("from your draft");
    console.send("y");
    console.wait_for_text("Created");
    assert_no_file(&console, "a re-creation");
}
