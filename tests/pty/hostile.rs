//! Whatever a server, a file or a paste holds is shown, never obeyed: every byte that the console wrote is read by the
//! one grammar that it speaks.

use std::time::Duration;

use rstest::rstest;
use sipreg::demo::faults::{Fault, FaultEffect};
use sipreg::demo::{Exchange, ServerOptions, User};
use sipreg::domain::record::{FIELDS, FieldId, Relation, Secret, Value, ValueKind};

use crate::grammar::{Spoken, spoken};
use crate::kit::console::{Console, cursor_on, keys_to};
use crate::kit::home::SIPREG;
use crate::kit::launch::Launch;
use crate::kit::pty::Mark;
use crate::kit::server::Server;

/// Texts that would do something to a terminal or to a reader.
fn nasty() -> Vec<String> {
    let mut all: Vec<String> = [
        // Erase, ask, reset; title, clipboard, link; device control, application, privacy.
        "\x1b[2J\x1b[6n\x1bc",
        "\x1b]0;pwned\x07\x1b]52;c;cHduZWQ=\x07\x1b]8;;http://evil.example\x1b\\x",
        "\x1bP$qm\x1b\\\x1b_Gx\x1b\\\x1b^x\x1b\\\x1bX",
        // Blinking, hidden, another screen, other characters, status line.
        "\x1b[5;8mx\x1b[?1047h\x1b(0\x0e\x1b[1$}",
        // C1: the same in one character.
        "\u{9b}2J\u{9d}0;x\u{9c}\u{90}x\u{9c}\u{85}\u{84}\u{8d}",
        // C0, DEL.
        "a\0b\x01\x05\x07\x08\x0b\x0c\x0e\x0f\x18\x1a\r\n\tz\x7f",
        // Direction, width zero, separators, tags, fillers.
        "abc\u{202e}fed\u{2066}x\u{2069}\u{200f}\u{61c}",
        "z\u{200b}\u{200c}\u{200d}\u{2060}\u{feff}\u{ad}\u{34f}x\u{2028}y\u{2029}",
        "t\u{e0041}\u{e007f}\u{3164}\u{115f}\u{ffa0}\u{fff9}x\u{fffb}",
        // Emoji joined, skin tones, flags, keycaps; a lost surrogate.
        "👨\u{200d}👩\u{200d}👧\u{200d}👦 👍🏽 🇺🇦 1\u{fe0f}\u{20e3} ☎\u{fe0f} \u{fffd}",
        // Letters that are wide, narrow, both; marks alone.
        "\u{301}\u{20dd}東\u{3099}ｱ\u{ff9e}\u{1100}\u{1161}\u{11a8}ก\u{e47}\u{e49}﷽",
    ]
    .map(str::to_owned)
    .into();
    all.push(format!("flood e{}x", "\u{301}\u{35c}".repeat(500)));
    all.push(format!("wide {}", "W東".repeat(5_000)));
    all.push(format!("\x1b[{}m", "1;".repeat(3_000)));
    all
}

/// So many of them are short.
const SHORT: usize = 11;

/// Gives every attribute of every loaded record one of them, and every label.
fn spoil(server: &Server) {
    let control = &server.control;
    let all = nasty();
    for (place, id) in control.ids().into_iter().enumerate() {
        // Records with long values can be read in part only, and so not be copied: they are some of many.
        let nasty = if place % 4 == 3 { all.as_slice() } else { &all[..SHORT] };
        for (index, field) in FIELDS.iter().enumerate() {
            let text = nasty[(place + index) % nasty.len()].clone();
            let value = match field.kind {
                ValueKind::Text => Value::Text(text),
                ValueKind::Secret => Value::Secret(Secret::new(text)),
                ValueKind::Texts => Value::Texts(vec![text, nasty[place % nasty.len()].clone()]),
                // A text where a number or a yes was due is shown as it is.
                ValueKind::Number { .. } | ValueKind::Choice(_) if place % 3 == 1 => Value::Text(text),
                ValueKind::Flag if place % 3 == 2 && field.id != FieldId::Enabled => Value::Text(text),
                ValueKind::Number { .. } | ValueKind::Choice(_) | ValueKind::Flag | ValueKind::Reference(_) => continue,
            };
            assert!(control.change(id, field.id, value));
        }
    }
    for field in [FieldId::Pop, FieldId::Node] {
        assert!(control.change(1, field, Value::Reference(1)));
    }
    for relation in Relation::ALL {
        for id in 1..=20 {
            let index = usize::try_from(id).unwrap();
            let _ = control.rename(relation, id, &all[index % all.len()]);
        }
    }
}

pub fn server() -> Server {
    let server = Server::start(ServerOptions {
        records: 24,
        users: vec![User::new(1, USER, "pass")],
        token_lifetime: Some(Duration::from_secs(600)),
        ..ServerOptions::default()
    });
    spoil(&server);
    server
}

/// Who signs in.
pub const USER: &str = "no\u{202e}c\x1b[2J\u{9b}1m";

fn open(server: &Server, size: (u16, u16)) -> Console {
    let launch = Launch::new(SIPREG)
        .args(["--url", &server.url])
        .env("SIPREG_USERNAME", USER)
        .env("SIPREG_PASSWORD", "pass")
        .size(size.0, size.1);
    let configuration = "[profile.p]\nbadge = \"B\\u001b[2J\\u202e\"\n";
    let console = Console::configured(configuration, launch);
    console.wait_for("the list", |screen| cursor_on(screen).is_some());
    console
}

/// Reads what was written so far; fails where it holds anything but the console's own words.
#[track_caller]
pub fn listen(console: &Console) -> Spoken {
    let bytes = console.bytes_since(Mark::START);
    // Not every terminal gets the ends of frames.
    let whole = whole_frames(&bytes).filter(|_| console.runs()).unwrap_or(bytes.len());
    heard(&bytes[..whole])
}

/// How far whole frames reach: the program may be writing the next.
fn whole_frames(bytes: &[u8]) -> Option<usize> {
    memchr::memmem::rfind(bytes, FRAME_ENDS).map(|end| end + FRAME_ENDS.len())
}

/// The same for what was written since the last time, up to the last whole frame; at the end all of it is read once more.
#[track_caller]
fn listen_on(console: &Console, since: &mut Mark) {
    let bytes = console.bytes_since(*since);
    if let Some(whole) = whole_frames(&bytes) {
        heard(&bytes[..whole]);
        *since = since.plus(whole);
    }
}

/// The end of a synchronized update.
const FRAME_ENDS: &[u8] = b"\x1b[?2026l";

#[track_caller]
fn heard(bytes: &[u8]) -> Spoken {
    let spoken = spoken(bytes).unwrap_or_else(|foreign| panic!("{foreign}"));
    for copied in &spoken.copied {
        let text = String::from_utf8(copied.clone()).unwrap();
        assert!(!text.chars().any(|c| c.is_control() && c != '\n' && c != '\t'), "copied: {text:?}");
        assert!(text != "pwned", "copied by data");
    }
    spoken
}

/// Sends keys and waits until all that follows is drawn.
pub fn press(console: &mut Console, keys: &str) {
    console.send(keys);
    console.settle(Duration::from_millis(25));
}

/// The same, and this is to be seen then.
fn show(console: &mut Console, keys: &str, shown: &str) {
    console.send(keys);
    console.wait_for_text(shown);
}

/// Esc alone, as often: a key that is whole in itself waits for none before it.
pub fn esc(console: &mut Console, times: usize) {
    press(console, &ESC.repeat(times));
}

/// The same, each after what the one before it led to was drawn.
fn back(console: &mut Console, times: usize) {
    for _ in 0..times {
        press(console, ESC);
    }
}

const ESC: &str = "\x1b[27u";

/// What a terminal sends for a paste. It cannot hold the mark of its own end.
fn paste(console: &mut Console, text: &str) {
    press(console, &format!("\x1b[200~{text}\x1b[201~"));
}

pub fn error_document(status: u16) -> FaultEffect {
    let nasty = nasty();
    let text = |index: usize| serde_json::to_string(&nasty[index]).unwrap();
    let errors: Vec<String> = [0, 1, 4, 5, 6, 7, 11, 12]
        .into_iter()
        .map(|index| {
            let pointer = serde_json::to_string(&format!("/data/attributes/{}", nasty[index])).unwrap();
            format!(
                r#"{{"title":{0},"detail":{0},"code":{0},"status":{0},"source":{{"pointer":{pointer}}}}},
                {{"title":{0},"detail":{0},"source":{{"pointer":"/data/attributes/name"}}}}"#,
                text(index)
            )
        })
        .collect();
    FaultEffect::Answer {
        status,
        content_type: "application/vnd.api+json".to_owned(),
        body: format!(r#"{{"errors":[{}]}}"#, errors.join(",")),
    }
}

fn page() -> FaultEffect {
    let title: String = nasty().concat().chars().filter(|c| *c != '<').take(2_000).collect();
    FaultEffect::Answer {
        status: 502,
        content_type: "text/html".to_owned(),
        body: format!("<html><title>{title}</title>"),
    }
}

#[rstest]
#[case::usual((80, 24))]
#[case::large((160, 48))]
#[case::small((40, 12))]
fn lists_details_documents_and_everything_over_them_obey_no_data(#[case] size: (u16, u16)) {
    let server = server();
    let mut console = open(&server, size);
    for keys in ["G", "gg", "\x06", "\x02", "lllll", "hhh", "K"] {
        press(&mut console, keys);
    }
    esc(&mut console, 1);
    listen(&console);
    // Each nasty text is in some field of each record; what is elsewhere differs from record to record.
    let opened = if size == (80, 24) { 14 } else { 3 };
    for id in server.control.ids().into_iter().take(opened) {
        press(&mut console, &format!(":{id}\r"));
        show(&mut console, "\r", "Registration");
        console.insist("b", "JSON:API");
        esc(&mut console, 1);
        press(&mut console, "P\x04G");
        show(&mut console, "b", "JSON:API");
        press(&mut console, "\x04G");
        esc(&mut console, 2);
    }
    listen(&console);
    press(&mut console, ":1\r");
    for keys in ["yi", "yn", "yc", "yu", "yo", "yj", "yl", "yt"] {
        let mark = console.mark();
        console.send(keys);
        console.wait_for_bytes(mark, b"\x1b]52;c;");
    }
    let steps = [
        ("gp", "REGISTRATIONS ON IT"),
        ("gn", "REGISTRATIONS ON IT"),
        ("=j=", "DIFFERENT"),
        ("?", "Help"),
        ("!", "Messages"),
        ("J", "History"),
        ("s", "Sort"),
        ("C", "Columns"),
        ("F", "Views"),
        ("L", "Problems"),
        ("x", "Actions"),
        ("D", "WHAT HAPPENS"),
    ];
    // On the smallest some of that has no room to say what it is.
    for (keys, shown) in steps.into_iter().filter(|_| size.0 >= 80) {
        show(&mut console, keys, shown);
        press(&mut console, "\x04");
        esc(&mut console, 1);
    }
    for keys in [
        "@", "\x1b[27u", "gd", "\x1b[27u", "fname\r", "\x1b[27u", "\x1b[27u", "=j=", "\x1b[27u", "D", "\x1b[27u", "*",
        "M",
    ] {
        press(&mut console, keys);
    }
    esc(&mut console, 2);
    press(&mut console, "/\x15\r");
    // What others change while one watches; the last exchanges.
    press(&mut console, ":1\r");
    press(&mut console, "\rW");
    let text = Value::Text(format!("{}{size:?}", nasty()[4]));
    server.change(1, FieldId::Domain, text);
    press(&mut console, "r");
    if size.0 >= 80 {
        console.wait_for_text("Someone changed");
        press(&mut console, "G");
        console.wait_for_text("SEEN");
        console.send("H");
        console.wait_for_text("GET");
        show(&mut console, "\r", "REQUEST");
        press(&mut console, "\x04");
        esc(&mut console, 2);
    }
    esc(&mut console, 2);
    let spoken = listen(&console);
    assert!(spoken.copied.len() >= 8, "{} copied\n{}", spoken.copied.len(), console.contents());
    console.send("q");
    console.wait_exit();
    listen(&console);
}

/// Half of the texts each: most of the time is spent waiting for what is drawn.
#[rstest]
fn forms_reviews_conflicts_and_refusals_obey_no_data_and_no_paste(#[values(0, 1)] half: usize) {
    let server = server();
    let control = &server.control;
    let ids = control.ids();
    let mut console = open(&server, (100, 30));
    let mut since = Mark::START;
    // A copy of one, or a new record with pastes in it.
    if half == 0 {
        press(&mut console, "c");
        press(&mut console, "w");
        back(&mut console, 3);
    } else {
        press(&mut console, "a");
        for text in nasty() {
            press(&mut console, "ggi\x15");
            paste(&mut console, &text);
            back(&mut console, 1);
        }
        press(&mut console, "w");
        back(&mut console, 3);
        listen_on(&console, &mut since);
    }
    for (turn, text) in nasty().into_iter().enumerate().filter(|(turn, _)| turn / 2 % 2 == half) {
        let id = ids[turn % ids.len()];
        press(&mut console, &format!(":{id}\r"));
        press(&mut console, "e");
        console.wait_for_text("Edit ");
        console.wait_for_text("RECORD");
        // Pasted into the name, the password, the route set, and into a number, where it is no value.
        for field in [FieldId::Name, FieldId::AuthPassword, FieldId::RouteSet, FieldId::Expire] {
            press(&mut console, &format!("{}i", keys_to(field)));
            paste(&mut console, &text);
            back(&mut console, 1);
        }
        press(&mut console, "Kb");
        press(&mut console, "Kb");
        press(&mut console, &format!("{}u", keys_to(FieldId::Expire)));
        press(&mut console, "P");
        listen_on(&console, &mut since);
        // What the console's own rules refuse is taken back, so that the rest can be looked at.
        for field in [FieldId::Enabled, FieldId::RouteSet, FieldId::Expire, FieldId::RetryDelay] {
            press(&mut console, &format!("{}u", keys_to(field)));
        }
        let changed = Value::Text(format!("{text} theirs"));
        assert!(control.change(id, if turn % 2 == 0 { FieldId::Name } else { FieldId::Contact }, changed));
        control.add_fault(Fault::next(
            "PATCH",
            "/registrations",
            error_document(if turn % 3 == 0 { 500 } else { 422 }),
        ));
        for keys in ["w", "M", "w", "b", "c", "b", "G", "y", "w", "G", "y"] {
            press(&mut console, keys);
            console.wait_for("an answer", |screen| {
                let text = screen.contents();
                !["checking with the server", "waiting for the answer"].iter().any(|waits| text.contains(waits))
            });
        }
        control.clear_faults();
        listen_on(&console, &mut since);
        back(&mut console, 4);
        press(&mut console, "!");
        esc(&mut console, 1);
        press(&mut console, "J");
        esc(&mut console, 1);
        listen_on(&console, &mut since);
    }
    press(&mut console, ":quit\r");
    // What would be lost is longer than the screen: it is read to its end before anyone says yes.
    for _ in 0..5 {
        press(&mut console, "\x1b[6~");
    }
    press(&mut console, "y");
    console.wait_exit();
    listen(&console);
    // Drafts of all that are offered again.
    let launch =
        Launch::new(SIPREG).args(["--url", &server.url]).env("SIPREG_USERNAME", USER).env("SIPREG_PASSWORD", "pass");
    let said = listen(&console).text;
    for stage in ["Conflict", "Review ", "BODY", "Draft saved"] {
        assert!(said.contains(stage), "{stage} was never seen");
    }
    for status in [422, 500] {
        let answered = |exchange: &Exchange| exchange.method == "PATCH" && exchange.status == Some(status);
        assert!(control.exchanges().iter().any(answered), "{status} was never answered");
    }
    let mut console = console.again(launch);
    console.wait_until_read();
    press(&mut console, "!");
    esc(&mut console, 1);
    press(&mut console, "q");
    listen(&console);
}

#[test]
fn boxes_that_take_text_obey_no_paste() {
    let server = server();
    let mut console = open(&server, (80, 24));
    let mut since = Mark::START;
    for text in nasty() {
        for (opens, leaves) in [("/", 1), (":", 1), ("?", 1), ("f", 1), ("F", 2), ("D", 1), ("x", 1)] {
            press(&mut console, opens);
            paste(&mut console, &text);
            press(&mut console, "\r");
            listen_on(&console, &mut since);
            esc(&mut console, leaves + 1);
        }
        press(&mut console, "/\x15\r");
    }
    console.send("q");
    console.wait_exit();
    listen(&console);
}

#[test]
fn the_sign_in_and_the_lock_obey_no_paste() {
    let server = server();
    let mut console = open(&server, (80, 24));
    let mut since = Mark::START;
    server.control.revoke_tokens();
    server.control.set_users(vec![User::new(1, USER, "another")]);
    server.fault(Fault::always("POST", "/auth", error_document(401)));
    press(&mut console, "r");
    console.wait_for_text("Sign in");
    for text in nasty() {
        press(&mut console, "\t\x15");
        paste(&mut console, &text);
        press(&mut console, "\t");
        paste(&mut console, &text);
        press(&mut console, "\r");
        listen_on(&console, &mut since);
    }
    esc(&mut console, 1);
    press(&mut console, ":lock\r");
    console.wait_for_text("LOCKED");
    for text in nasty() {
        press(&mut console, "\t\x15");
        paste(&mut console, &text);
        press(&mut console, "\t");
        paste(&mut console, &text);
        press(&mut console, "\r");
        listen_on(&console, &mut since);
    }
    console.send("\x03");
    console.wait_exit();
    listen(&console);
}

#[test]
fn errors_of_every_kind_obey_no_data() {
    let server = server();
    let control = &server.control;
    let mut console = open(&server, (80, 24));
    for effect in [error_document(400), error_document(404), error_document(500), error_document(503), page()] {
        control.add_fault(Fault::always("GET", "", effect));
        for keys in ["r", "\r", "r", "\x1b[27u", "gp", "\x1b[27u", "e", "\x1b[27u", "t"] {
            press(&mut console, keys);
        }
        press(&mut console, "!G");
        esc(&mut console, 1);
        listen(&console);
        control.clear_faults();
    }
    // JSON that names half a surrogate, deep nesting, members that no one knows.
    let body = r#"{"data":{"type":"registrations","id":"1","attributes":{"name":"\ud800x\udfff\u001b[2J","\u001b]0;x\u0007":"\u009b2J",
        "contact":["\u202e"],"deep":[[[[[[["\u001bc"]]]]]]]},"relationships":{"pop":{"links":{"related":"\u001b[2J"}}}}}"#;
    let answer =
        FaultEffect::Answer { status: 200, content_type: "application/vnd.api+json".to_owned(), body: body.to_owned() };
    control.add_fault(Fault::always("GET", "/registrations/1", answer));
    press(&mut console, ":1\r");
    press(&mut console, "\r");
    for keys in ["\x04", "\x04", "b", "\x04", "\x1b[27u", "gp", "\x1b[27u", "e"] {
        press(&mut console, keys);
    }
    listen(&console);
}
