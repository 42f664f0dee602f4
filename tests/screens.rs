//! What the console shows, as text, at the sizes that people have. Every record comes from the embedded server
//! over HTTP. After a wanted change: `INSTA_UPDATE=always cargo test --test screens`, then look at the difference.
#![expect(clippy::unwrap_used, reason = "a test may stop where it fails")]

#[path = "kit/kit.rs"]
mod kit;

#[path = "screens/any_size.rs"]
mod any_size;
#[path = "screens/boxes.rs"]
mod boxes;
#[path = "screens/dressed.rs"]
mod dressed;
#[path = "screens/each.rs"]
mod each;
#[path = "screens/finding.rs"]
mod finding;
#[path = "screens/first_run.rs"]
mod first_run;
#[path = "screens/live.rs"]
mod live;
#[path = "screens/made_and_gone.rs"]
mod made_and_gone;
#[path = "screens/many.rs"]
mod many;
#[path = "screens/pictures.rs"]
mod pictures;
#[path = "screens/readme.rs"]
mod readme;
#[path = "screens/themes.rs"]
mod themes;

use std::time::Duration;

use kit::sitting::{self, AtHand, Sitting};
use sipreg::api::Labels;
use sipreg::demo::User;
use sipreg::demo::faults::{Fault, FaultEffect};
use sipreg::domain::record::{FieldId, Value};

/// Sizes at which every screen is looked at.
const SIZES: [(u16, u16); 4] = [(80, 24), (120, 40), (160, 48), (200, 60)];

/// Sizes at which there is room for the list alone, or for nothing.
const TINY: [(u16, u16); 4] = [(40, 10), (59, 15), (60, 16), (1, 1)];

/// Compares a screen with the one on record.
fn look(sitting: &Sitting, name: &str) {
    themes::hold(sitting, name);
    let (width, height) = sitting.app.cx.size;
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("screens/snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(format!("{name}_{width}x{height}"), untagged(&sitting.screen())));
}

/// The screen with every entity tag the same: tags digest documents, and those tell the server's port.
fn untagged(screen: &str) -> String {
    let (before, after) = screen.split_at(screen.find("W/\"").map_or(screen.len(), |at| at + 3));
    match after.split_once('"') {
        Some((tag, rest)) if tag.len() == 10 => format!("{before}eb20..3623\"{}", untagged(rest)),
        _ => screen.to_owned(),
    }
}

/// Looks at a screen at each of the four sizes.
fn look_at_each_size(name: &str, come_there: impl Fn((u16, u16)) -> Sitting) {
    for size in SIZES {
        look(&come_there(size), name);
    }
}

/// The list with the cursor on a record.
fn list_at(size: (u16, u16), id: &str) -> Sitting {
    let mut sitting = Sitting::ready(size, 120);
    sitting.press(":");
    sitting.write(id);
    sitting.press("Enter");
    rest(&mut sitting);
    sitting
}

/// The cursor stays where it is for a moment: only then more is said about its record.
fn rest(sitting: &mut Sitting) {
    sitting.pass(Duration::from_millis(150));
}

/// A record in detail.
fn detail_of(size: (u16, u16), id: &str) -> Sitting {
    let mut sitting = list_at(size, id);
    sitting.carry_out("Enter");
    sitting
}

/// The list while the server is away.
fn away(size: (u16, u16)) -> Sitting {
    let mut sitting = Sitting::before(size, 120);
    sitting.server.fault(Fault::always("GET", "", FaultEffect::Unavailable { retry_after: None }));
    sitting.answer_all();
    sitting
}

#[test]
fn before_anything_was_read() {
    look_at_each_size("loading", |size| Sitting::before(size, 120));
}

#[test]
fn while_the_rest_is_being_read() {
    look_at_each_size("loading-the-rest", |size| {
        let mut sitting = Sitting::before(size, 2_500);
        sitting.answer();
        sitting.pass(Duration::from_secs(2));
        sitting
    });
}

#[test]
fn a_server_without_registrations() {
    look_at_each_size("empty", |size| Sitting::ready(size, 0));
}

#[test]
fn a_server_that_is_away_from_the_beginning() {
    look_at_each_size("offline", |size| {
        let mut sitting = away(size);
        sitting.pass(Duration::from_secs(1));
        sitting.answer_all();
        sitting.pass(Duration::from_millis(400));
        sitting
    });
}

#[test]
fn a_server_that_went_away() {
    look_at_each_size("stale", |size| {
        let mut sitting = Sitting::ready(size, 120);
        sitting.pass(Duration::from_secs(185));
        sitting.server.fault(Fault::always("GET", "", FaultEffect::Unavailable { retry_after: None }));
        sitting.carry_out("r");
        sitting
    });
}

#[test]
fn a_server_that_fails() {
    look_at_each_size("failed", |size| {
        let mut sitting = Sitting::before(size, 120);
        sitting.server.fault(Fault::always("GET", "", FaultEffect::HtmlPage).times(1));
        sitting.server.fault(Fault::always("GET", "", FaultEffect::ServerError));
        sitting.answer_all();
        sitting.pass(Duration::from_secs(1));
        sitting.answer_all();
        sitting
    });
}

#[test]
fn a_proxy_that_forbids() {
    look_at_each_size("forbidden", |size| {
        let mut sitting = Sitting::before(size, 120);
        let page = "<html><head><title>403 Forbidden</title></head></html>".to_owned();
        let answer = FaultEffect::Answer { status: 403, content_type: "text/html".into(), body: page };
        sitting.server.fault(Fault::always("GET", "", answer));
        sitting.answer_all();
        sitting
    });
}

#[test]
fn nobody_signed_in() {
    look_at_each_size("sign-in", |size| {
        let mut sitting = Sitting::with(size, 120, AtHand::Nothing, Labels::Include);
        sitting.answer_all();
        sitting.write("secret");
        sitting
    });
}

#[test]
fn a_password_that_is_refused() {
    look_at_each_size("sign-in-refused", |size| {
        let mut sitting = Sitting::ready(size, 120);
        let control = sitting.server.control();
        control.revoke_tokens();
        control.set_users(vec![User::new(1, "demo", "another")]);
        sitting.carry_out("r");
        sitting
    });
}

#[test]
fn the_list() {
    look_at_each_size("list", |size| list_at(size, "22"));
}

#[test]
fn a_list_of_hostile_and_wide_names() {
    look_at_each_size("list-hostile", |size| {
        let mut sitting = Sitting::before(size, 24);
        let control = sitting.server.control();
        for (id, name) in control.ids().into_iter().zip(HOSTILE) {
            assert!(control.change(id, FieldId::Name, Value::Text((*name).to_owned())));
        }
        sitting.answer_all();
        sitting.press("j j j j j");
        sitting
    });
}

/// Names that would move a cursor, hide, turn round or not fit.
const HOSTILE: &[&str] = &[
    "\u{1b}[2J\u{1b}[H\u{1b}[31mowned",
    "\u{9b}2J\u{9d}0;title\u{7}",
    "invoice\u{202e}gnp.exe",
    "zero\u{200b}width\u{feff}space",
    "東京トランク第一幹線本線予備系統",
    "👩‍👩‍👧‍👦👨🏿‍🚀 family",
    "e\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}clair",
    "\u{301}starts with a mark",
    "line\r\nbreak\ttab\0nul",
    "שלום חיפה مقسم الرياض",
    "   spaces at the edges   ",
    "",
    "ﷺ﷽ wide ligatures",
    "a-name-that-is-much-longer-than-any-column-and-goes-on-and-on-for-a-whole-line-and-then-some-more",
    "ｆｕｌｌｗｉｄｔｈ",
    "\u{e0001}\u{e0041}tags",
];

#[test]
fn a_registration() {
    look_at_each_size("detail", |size| detail_of(size, "13"));
}

#[test]
fn a_registration_that_no_node_loads() {
    look_at_each_size("detail-misplaced", |size| {
        let mut sitting = detail_of(size, "22");
        sitting.press("G");
        sitting
    });
}

#[test]
fn a_registration_with_its_password_in_sight() {
    look_at_each_size("detail-password", |size| {
        let mut sitting = detail_of(size, "3");
        sitting.press("P");
        sitting
    });
}

#[test]
fn a_registration_that_is_being_read() {
    look_at_each_size("detail-reading", |size| {
        let mut sitting = list_at(size, "13");
        sitting.press("Enter");
        sitting
    });
}

#[test]
fn a_registration_that_is_gone() {
    look_at_each_size("detail-gone", |size| {
        let mut sitting = list_at(size, "13");
        assert!(sitting.server.control().remove(13));
        sitting.carry_out("Enter");
        sitting
    });
}

#[test]
fn a_document() {
    look_at_each_size("document", |size| {
        let mut sitting = detail_of(size, "13");
        sitting.press("b");
        sitting
    });
}

#[test]
fn a_pop() {
    look_at_each_size("pop", |size| {
        let mut sitting = list_at(size, "13");
        sitting.carry_out("g p");
        sitting
    });
}

#[test]
fn a_node() {
    look_at_each_size("node", |size| {
        let mut sitting = list_at(size, "13");
        sitting.carry_out("g n");
        sitting
    });
}

#[test]
fn a_transport_protocol() {
    look_at_each_size("transport", |size| {
        let mut sitting = list_at(size, "13");
        sitting.carry_out("g t");
        sitting
    });
}

/// The list after others changed two records, one of them twice, and deleted a third.
fn changed_by_others(size: (u16, u16)) -> Sitting {
    let mut sitting = Sitting::ready(size, 120);
    let control = sitting.server.control();
    assert!(control.change(7, FieldId::Name, Value::Text("acme-fra-moved".to_owned())));
    assert!(control.change(7, FieldId::Expire, Value::Number(600)));
    assert!(control.change(13, FieldId::Enabled, Value::Flag(false)));
    assert!(control.remove(10));
    sitting.carry_out("W");
    sitting.pass(Duration::from_secs(30));
    assert!(control.change(7, FieldId::Expire, Value::Number(900)));
    sitting.answer_all();
    sitting
}

#[test]
fn what_others_changed_and_what_is_gone() {
    look_at_each_size("changed", |size| {
        let mut sitting = changed_by_others(size);
        sitting.press("j j");
        sitting
    });
}

#[test]
fn what_was_seen_of_a_registration() {
    look_at_each_size("seen", |size| {
        let mut sitting = changed_by_others(size);
        sitting.carry_out(": 7 Enter Enter");
        sitting.press("G");
        sitting
    });
}

#[test]
fn a_registration_beside_how_it_was() {
    look_at_each_size("compared-with-before", |size| {
        let mut sitting = changed_by_others(size);
        sitting.press(": 7 Enter = =");
        sitting
    });
}

#[test]
fn the_last_exchanges() {
    look_at_each_size("exchanges", |size| {
        let mut sitting = Sitting::ready(size, 120);
        sitting.server.fault(Fault::always("GET", "/registrations/16", FaultEffect::HtmlPage));
        sitting.carry_out(": 1 6 Enter Enter");
        sitting.carry_out("H");
        sitting
    });
}

#[test]
fn one_exchange_in_full() {
    look_at_each_size("exchange", |size| {
        let mut sitting = Sitting::ready(size, 120);
        sitting.server.fault(Fault::always("GET", "/registrations/16", FaultEffect::HtmlPage));
        sitting.carry_out(": 1 6 Enter Enter");
        sitting.carry_out("H");
        sitting.press("Enter");
        sitting
    });
}

#[test]
fn everything_that_is_odd() {
    look_at_each_size("lint", |size| {
        let mut sitting = list_at(size, "13");
        sitting.press("L j");
        sitting
    });
}

#[test]
fn no_room() {
    for size in TINY {
        look(&list_at(size, "13"), "tiny-list");
        look(&detail_of(size, "13"), "tiny-detail");
        look(&Sitting::before(size, 120), "tiny-loading");
        let mut sitting = list_at(size, "13");
        sitting.press("?");
        look(&sitting, "tiny-help");
        sitting.press("Esc g");
        look(&sitting, "tiny-prefix");
        sitting.press("Esc x");
        look(&sitting, "tiny-actions");
    }
}

#[test]
fn marked_records() {
    look_at_each_size("marks", |size| {
        let mut sitting = list_at(size, "16");
        sitting.press("Space j Space v j j");
        sitting
    });
}

#[test]
fn marked_records_that_a_filter_hides() {
    look_at_each_size("marks-hidden", |size| {
        let mut sitting = list_at(size, "16");
        sitting.press("Space j Space /");
        sitting.write("betatel");
        sitting.press("Enter");
        sitting
    });
}
