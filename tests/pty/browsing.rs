//! A person looks around: rows with labels, movement, detail, node and back, help, palette, refresh.

use sipreg::demo::faults::{Fault, FaultEffect};
use sipreg::demo::{Exchange, ServerOptions};
use sipreg::domain::record::Relation;

use crate::kit::console::{Console, cursor_row};
use crate::kit::home::SIPREG;
use crate::kit::launch::Launch;
use crate::kit::server::{Server, is_list};

/// The row of a record: its id, name, node, pop and transport.
#[track_caller]
fn assert_labelled(screen: &str, id: &str, labels: [&str; 3]) {
    let row = screen.lines().skip(2).find(|line| line.split_whitespace().any(|word| word == id)).unwrap();
    assert!(row.split_whitespace().collect::<Vec<_>>().ends_with(&labels), "{row:?} ends with {labels:?}");
}

#[test]
fn one_command_opens_the_console_with_every_registration_and_its_labels() {
    let mut console = Console::start(&["demo"]);
    console.wait_until_read();
    console.wait_for_text("1/120");
    let screen = console.contents();
    assert_labelled(&screen, "7", ["FRA", "fra-n1", "UDP"]);
    assert_labelled(&screen, "16", ["any", "any", "UDP"]);
    console.send("q");
    assert!(console.wait_exit().success());
}

#[test]
fn the_cursor_moves_by_rows_pages_ends_and_ids() {
    let server = Server::new();
    let ids = server.control.ids();
    let mut console = server.open();
    console.wait_for_cursor_on(ids[0]);
    console.send("jjj");
    console.wait_for_cursor_on(ids[3]);
    console.send("k");
    console.wait_for_cursor_on(ids[2]);
    console.send("\x1b[B\x1b[B\x1b[A");
    console.wait_for_cursor_on(ids[3]);
    console.send("G");
    console.wait_for_cursor_on(*ids.last().unwrap());
    console.wait_for_text("120/120");
    console.send("gg");
    console.wait_for_cursor_on(ids[0]);
    // 19 rows are in view; half of them is ten.
    console.send("\x04");
    console.wait_for_cursor_on(ids[10]);
    console.send("\x15");
    console.wait_for_cursor_on(ids[0]);
    console.send("\x1b[F");
    console.wait_for_cursor_on(*ids.last().unwrap());
    console.send("\x1b[H");
    console.wait_for_cursor_on(ids[0]);
    console.go_to(22);
    console.send(":id 13\r");
    console.wait_for_cursor_on(13);
    console.send(":999999\r");
    console.wait_for("no such record", |screen| {
        let text = screen.contents();
        text.contains("999999 does not exist") && !text.contains("loading")
    });
}

#[test]
fn a_prefix_key_shows_what_may_follow_and_waits() {
    let (_server, mut console) = Server::open_one();
    let list = |screen: &vt100::Screen| {
        screen.rows(0, 80).skip(3).take(18).map(|row| row.trim_end().to_owned()).collect::<Vec<_>>()
    };
    let before = list(&console.screen());
    console.send("g");
    console.wait_for_text("open its transport protocol");
    assert!(console.contents().contains("g …"));
    console.send("\x1b");
    console.wait_for("the list as it was", |screen| list(screen) == before);
    // Few cells are drawn: a box of some rows, and those rows again.
    let mark = console.mark();
    console.send("g");
    console.wait_for_text("open its transport protocol");
    assert!(console.bytes_since(mark).len() < 700, "{} bytes", console.bytes_since(mark).len());
    console.send("x");
    console.wait_for_text("Unknown key g x; after g: p n t h d g");
}

#[test]
fn a_detail_leads_to_its_node_and_back() {
    let (_server, mut console) = Server::open_one();
    console.go_to(7);
    console.send("\r");
    console.wait_for_text("Registration 7 acme-fra-main");
    console.wait_for_text("ETag W/");
    console.send("gn");
    console.wait_for_text("Node fra-n1");
    console.wait_for_text("REGISTRATIONS ON IT");
    console.send("\x1b");
    console.wait_for_text("Registration 7 acme-fra-main");
    console.send("b");
    console.wait_for_text("\"type\": \"registrations\"");
    console.send("\x1b");
    console.wait_for_text("Registration 7 acme-fra-main");
    console.send("\x1b");
    console.wait_for_cursor_on(7);
    // Enter on a relationship leads there as well.
    console.send("\r");
    console.wait_for_text("Registration 7 acme-fra-main");
    let on_pop = |screen: &vt100::Screen| {
        cursor_row(screen).and_then(|y| screen.rows(0, 80).nth(y.into())).is_some_and(|row| row.starts_with("  POP"))
    };
    while !on_pop(&console.screen()) {
        let before = cursor_row(&console.screen());
        console.send("j");
        console.wait_for("the cursor further down", |screen| cursor_row(screen) > before);
    }
    console.send("\r");
    console.wait_for_text("POP FRA");
    console.send("q");
    console.wait_for_text("Registration 7 acme-fra-main");
}

#[test]
fn labels_are_read_through_links_where_the_profile_says_so() {
    let server = Server::new();
    let config = format!("[profile.eu]\nurl = \"{}\"\nlabels = \"links\"\n", server.url);
    let launch = Launch::new(SIPREG).args(["--username", &server.username]);
    let console = Console::configured(&config, launch.env("SIPREG_PASSWORD", server.password.expose()));
    console.wait_until_read();
    let labelled = |row: &str| row.contains("acme-fra-main") && row.trim_end().ends_with("UDP");
    console.wait_for("labels", |screen| screen.rows(0, 80).any(|row| labelled(&row)));
    console.wait_for("all labels", |screen| screen.rows(0, 80).skip(3).take(18).all(|row| !row.contains(" ? ")));
    assert_labelled(&console.contents(), "7", ["FRA", "fra-n1", "UDP"]);
    assert_labelled(&console.contents(), "16", ["any", "any", "UDP"]);
    assert!(server.control.exchanges().iter().all(|exchange| !exchange.target.contains("include")));
}

#[test]
fn help_lists_the_keys_filters_and_runs() {
    let (_server, mut console) = Server::open_one();
    console.send("?");
    console.wait_for_text("Help: List");
    console.wait_for_text("half a page down");
    console.send("last line");
    console.wait_for("only what matches", |screen| {
        let text = screen.contents();
        text.contains("last line") && !text.contains("half a page down")
    });
    console.send("\r");
    console.wait_for_text("120/120");
}

#[test]
fn the_palette_completes_runs_and_says_what_it_does_not_know() {
    let (_server, mut console) = Server::open_one();
    console.send(":");
    console.wait_for_text("open");
    console.send("nonsense\r");
    console.wait_for_text("no command matches");
    console.send("\x15mess\t");
    console.wait_for_text("messages");
    console.send("\r");
    console.wait_for_text("Messages of this session");
    console.send("\x1b");
    console.wait_for("the list", |screen| !screen.contents().contains("Messages of this session"));
}

#[test]
fn the_palette_completes_an_id_and_sets_a_field_in_the_draft_only() {
    let (server, mut console) = Server::open_one();
    console.send(":25\r");
    console.wait_for_text("25 does not exist on the server");
    console.send("\x1b[27u:goto acme-lon\t");
    console.wait_for_text(": goto 13");
    console.send("\r");
    console.wait_for_cursor_on(13);
    console.send(":set pop FRA\r");
    console.wait_for_text("Edit 13 acme-lon-main");
    console.wait_for_text("1 change");
    let writes = |exchange: &Exchange| exchange.method == "PATCH";
    assert!(!server.control.exchanges().iter().any(writes));
    console.send(":discard\r");
    console.wait_for_text("draft discarded");
    // Earlier lines are there again.
    console.send(":\x1b[A\x1b[A");
    console.wait_for_text(": set pop FRA");
    console.send("\x1b");
    console.wait_for_cursor_on(13);
}

#[test]
fn the_action_menu_switches_a_record_off_and_says_what_it_cannot_do() {
    let (server, mut console) = Server::open_one();
    console.go_to(7);
    console.send("x");
    console.wait_for_text("Actions on 7 acme-fra-main");
    console.wait_for_text("no: nothing to undo");
    console.send("u");
    console.wait_for("the reason on the line of messages", |screen| {
        screen.rows(0, 80).any(|row| row.starts_with(" -- Nothing to undo"))
    });
    console.send("t");
    console.wait_for_text("Disabled 7 acme-fra-main");
    let off = |exchange: &Exchange| exchange.method == "PATCH" && exchange.status == Some(200);
    server.wait_for_requests("switches", 1, off);
    console.send("x\x1b");
    console.wait_for("the menu gone", |screen| !screen.contents().contains("Actions on"));
    console.wait_for_cursor_on(7);
}

#[test]
fn a_refresh_asks_only_for_what_changed() {
    // So many are read in one piece: once a change is seen, the list is read.
    let server = Server::with_records(40);
    let mut console = server.open();
    let refreshed = |status| {
        move |exchange: &Exchange| {
            is_list(exchange) && exchange.header("if-none-match").is_some() && exchange.status == Some(status)
        }
    };
    assert!(server.control.rename(Relation::Node, 1, "fra-new"));
    console.send("r");
    console.wait_for_text("fra-new");
    server.wait_for_requests("lists that changed", 1, refreshed(200));
    console.send("r");
    server.wait_for_requests("lists that did not change", 1, refreshed(304));
}

#[test]
fn labels_are_read_through_links_where_the_server_refuses_to_include() {
    let refusal = FaultEffect::Answer {
        status: 400,
        content_type: "application/vnd.api+json".to_owned(),
        body: r#"{"errors":[{"title":"Invalid field","detail":"pop is not a valid relationship of registrations",
            "code":"112","status":"400"}]}"#
            .to_owned(),
    };
    let server = Server::start(ServerOptions {
        faults: vec![Fault::next("GET", "/registrations", refusal)],
        ..ServerOptions::default()
    });
    let console = server.open();
    console.wait_for("all labels", |screen| screen.rows(0, 80).skip(3).take(18).all(|row| !row.contains(" ? ")));
    assert_labelled(&console.contents(), "7", ["FRA", "fra-n1", "UDP"]);
}
