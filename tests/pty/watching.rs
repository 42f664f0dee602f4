//! Someone else changes and deletes records while a person has the real console open.

use sipreg::demo::Exchange;
use sipreg::domain::record::FieldId;

use crate::kit::console::{Console, cursor_on, cursor_row};
use crate::kit::records::text;
use crate::kit::server::{Server, is_list};

fn is_look(exchange: &Exchange) -> bool {
    is_list(exchange) && exchange.target.contains("filter") && exchange.status.is_some()
}

/// The row of a record: signs, id and cells.
fn row_of(screen: &vt100::Screen, id: u64) -> Option<String> {
    let (_, columns) = screen.size();
    let first = |row: &str| row.split(|c: char| !c.is_ascii_digit()).find_map(|word| word.parse::<u64>().ok());
    screen.rows(0, columns).skip(3).take(18).find(|row| first(row) == Some(id))
}

/// A console on a server with so many records that the watch asks for the rows in view, watching every 5 s.
fn watching() -> (Server, Console) {
    let (server, mut console) = Server::open_one();
    console.send(":watch 5s\r");
    console.wait_for_text("watch 5s");
    server.wait_for_requests("looks", 1, is_look);
    (server, console)
}

#[test]
fn a_change_by_somebody_else_appears_by_itself_and_the_cursor_stays() {
    let (server, mut console) = watching();
    console.send("jjjj");
    let ids = server.control.ids();
    console.wait_for_cursor_on(ids[4]);
    let before = cursor_row(&console.screen());
    server.change(7, FieldId::Name, text("acme-by-another"));
    console
        .wait_for("the change, marked", |screen| row_of(screen, 7).is_some_and(|row| row.contains("#acme-by-another")));
    assert_eq!(cursor_on(&console.screen()), Some(ids[4]));
    assert_eq!(cursor_row(&console.screen()), before);
    console.wait_for_text("Someone changed 7 acme-by-another");
    // Nothing but looks went over the wire, and all on a condition.
    let looks: Vec<_> = server.control.exchanges().into_iter().filter(is_look).collect();
    assert!(looks.iter().skip(1).all(|look| look.header("if-none-match").is_some()), "{looks:#?}");
}

#[test]
fn a_deleted_record_is_shown_as_gone_until_esc() {
    let (server, mut console) = watching();
    console.go_to(10);
    assert!(server.control.remove(10));
    console.wait_for("the row as gone", |screen| {
        row_of(screen, 10).is_some_and(|row| row.trim_start().starts_with('✗') && row.contains("gone "))
    });
    assert_eq!(cursor_on(&console.screen()), Some(10));
    console.send("\x1b");
    console.wait_for("the row away", |screen| row_of(screen, 10).is_none() && cursor_on(screen) == Some(11));
}

#[test]
fn a_draft_on_a_deleted_record_leads_to_making_it_anew() {
    let (server, mut console) = watching();
    console.go_to(7);
    console.send("e");
    console.wait_for_text("Edit 7 acme-fra-main");
    console.send("j ");
    console.wait_for_text("1 change");
    assert!(server.control.remove(7));
    console.wait_for_text("your draft is kept");
    console.insist("w", "7 acme-fra-main: not changed: it was deleted by someone");
    console.send(":recreate");
    console.wait_for_text(": recreate");
    console.send("\r");
    console.wait_for_text("from your draft");
    console.send("y");
    console.wait_for_text("Created");
    assert!(server.control.ids().iter().any(|id| *id > 120));
}

#[test]
fn the_inspector_shows_no_secret() {
    let (server, mut console) = Server::open_one();
    console.send("H");
    console.wait_for_text("HTTP requests");
    console.wait_for_text("POST");
    console.send("\r");
    console.wait_for_text("authorization: ********");
    console.send("c");
    console.wait_for_text("set $TOKEN before");
    let token = server.control.exchanges().iter().rev().find_map(|exchange| exchange.authorization.clone()).unwrap();
    let written = String::from_utf8_lossy(&console.bytes_since(crate::kit::pty::Mark::START)).into_owned();
    assert!(!written.contains(token.expose()));
}
