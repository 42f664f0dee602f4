//! Names and files belong to the server that is really talked to, not to the profile that was chosen.

use crate::kit::command::Desk;
use crate::kit::home::entries;

const LAB: &str = "url = \"https://yeti.lab.example\"\nbadge = \"LAB\"\n";

fn journals(desk: &Desk) -> Vec<String> {
    let files = entries(desk.home.state().join("journal"));
    files.iter().map(|file| file.file_name().unwrap().to_str().unwrap().to_owned()).collect()
}

#[test]
fn a_question_about_another_server_does_not_wear_the_profiles_badge() {
    let desk = Desk::new();
    desk.configure_exactly(LAB);
    let host = desk.server.url.strip_prefix("http://").unwrap().to_owned();
    let mut terminal = desk.at_terminal(&["disable", "1", "2", "4", "5"]);
    terminal.wait_for_text(&format!("on {host}"));
    terminal.wait_for_text("Type 4: ");
    let question = terminal.contents().lines().rev().take(3).collect::<String>();
    assert!(!question.contains("LAB"), "{question}");
    terminal.send("no\r");
    terminal.wait_for_text("Nothing was sent");

    let reported = desk.sipreg(&["set", "13", "expire=77"]);
    reported
        .ends(0, &reported.data.clone())
        .says(&format!("the server is {host} (environment SIPREG_URL), not the server of"));
    assert_eq!(journals(&desk), [format!("http%3A%2F%2F{}.jsonl", host.replace(':', "%3A"))]);
}

#[test]
fn the_profiles_own_server_keeps_its_name_however_its_address_is_written() {
    let desk = Desk::new();
    desk.configure_exactly(&LAB.replace("https://yeti.lab.example", &format!("{}/api/rest/admin/", desk.server.url)));
    let terminal = desk.at_terminal(&["disable", "1", "2", "4", "5"]);
    terminal.wait_for_text("on LAB eu-noc");
    terminal.wait_for_text("Type 4: ");
    assert!(!terminal.contents().contains("note:"), "{}", terminal.contents());
}

#[test]
fn a_profile_without_an_address_names_no_server() {
    let desk = Desk::new();
    desk.configure_exactly("badge = \"LAB\"\n");
    let reported = desk.sipreg(&["set", "13", "expire=77", "--dry-run", "-v"]);
    assert!(reported.messages.contains("profile eu-noc has no server"), "{reported:?}");
}
