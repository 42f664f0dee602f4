//! What the console calls the server that it talks to, and where it keeps what belongs to that server.

use std::path::Path;

use rustix::process::Signal;

use crate::kit::console::Console;
use crate::kit::home::entries;
use crate::kit::server::Server;

fn lab(url: &str) -> String {
    format!("[profile.lab]\nurl = \"{url}\"\nbadge = \"LAB\"\n")
}

/// The directories with a draft in them.
fn drafts(home: &Path) -> Vec<String> {
    let mut folders = entries(home.join("state/sipreg/drafts"));
    folders.retain(|folder| entries(folder).iter().any(|path| path.extension().is_some_and(|end| end == "json")));
    folders.iter().map(|folder| folder.file_name().unwrap().to_str().unwrap().to_owned()).collect()
}

fn file_name_of(url: &str) -> String {
    url.replace(':', "%3A").replace('/', "%2F")
}

fn type_a_draft(console: &mut Console) {
    console.wait_until_read();
    console.send("e");
    console.wait_for_text("  read ");
    console.send("ixy\r");
    console.wait_for_text("DRAFT saved");
}

#[test]
fn another_server_than_the_profiles_wears_neither_its_name_nor_its_badge() {
    let server = Server::new();
    let host = server.url.strip_prefix("http://").unwrap().to_owned();
    let mut console = Console::configured(&lab("https://yeti.lab.example"), server.launch().size(120, 40));
    console.wait_for_text(&format!(" {host}  "));
    console.wait_for_text("not the server of profile lab");
    type_a_draft(&mut console);
    console.insist("w", "target: ");
    let screen = console.contents();
    assert!(screen.contains("target: 127.0.0.1") && !screen.contains("LAB"), "{screen}");
    assert_eq!(console.heard().title, format!("sipreg: {host}"));
    console.wait_for_disk("the draft", |home| drafts(home) == [file_name_of(&server.url)]);
}

#[test]
fn a_draft_of_an_earlier_version_is_found_by_the_profile_and_by_nobody_else() {
    let server = Server::new();
    let url = format!("{}/api/rest/admin/", server.url);
    let mut console = Console::configured(&lab(&url), server.launch().size(120, 40));
    console.wait_for_text("LAB   lab");
    type_a_draft(&mut console);
    console.signal(Signal::TERM);
    console.wait_end();
    // As earlier versions filed it: under the profile, wherever it led.
    let state = console.home().join("state/sipreg/drafts");
    let new = state.join(file_name_of(&server.url));
    let old = state.join("lab");
    std::fs::rename(&new, &old).unwrap();
    for path in entries(&old) {
        let text = std::fs::read_to_string(&path).unwrap();
        std::fs::write(&path, text.replace(&format!("{:?}", server.url), "\"lab\"")).unwrap();
    }
    let other = Server::new();
    let console = console.again(other.launch().size(120, 40));
    console.wait_for_text("not the server of profile lab");
    console.wait_until_read();
    assert_eq!(drafts(console.home()), ["lab"]);
    let mut console = console.again(server.launch().size(120, 40));
    console.wait_for_text("1 draft is from an earlier session");
    console.send("!");
    console.wait_for_text("Moved from profile lab to its server");
    console.wait_for_disk("the draft", |home| drafts(home) == [file_name_of(&server.url)]);
}
