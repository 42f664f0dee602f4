//! What a tag vouches for: a page is compared by its tag only while the list holds its records as that page brought
//! them. A server that goes back to an older state answers 304, and the list must follow it there.

use std::time::Duration;

use sipreg::app::core::Read;
use sipreg::demo::Exchange;
use sipreg::demo::faults::{Fault, FaultEffect};
use sipreg::domain::record::{FieldId, Record as _, Value, ValueRef};

use super::creating::assert_said;
use super::unknown::until;
use crate::sitting::Sitting;

fn enabled(sitting: &Sitting, id: u64) -> Option<bool> {
    sitting.app.store.records.get(id).and_then(|row| row.enabled())
}

fn set(sitting: &Sitting, id: u64, field: FieldId, value: Value) {
    sitting.server.change(id, field, value);
}

/// Whether the pages asked for now carry tags.
fn compared(sitting: &Sitting) -> Vec<bool> {
    let page = |read| if let Read::Page { known, .. } = read { Some(known.is_some()) } else { None };
    sitting.unanswered().into_iter().filter_map(page).collect()
}

/// The list is refreshed. Tells whether it was asked for by its tag.
fn refreshed(sitting: &mut Sitting) -> bool {
    sitting.press("r");
    let compared = compared(sitting);
    assert_eq!(compared.len(), 1, "one page: {}", sitting.screen());
    sitting.answer_all();
    compared.first() == Some(&true)
}

/// Before the record, with the list read twice, so that its tag is in use.
fn at_13() -> Sitting {
    let mut sitting = Sitting::ready((100, 30), 40);
    assert!(refreshed(&mut sitting));
    sitting.carry_out(": 1 3 Enter");
    sitting
}

#[test]
fn a_tag_is_in_use_as_long_as_nothing_was_written() {
    let mut sitting = at_13();
    assert!(refreshed(&mut sitting), "opening a record changes nothing");
    set(&sitting, 20, FieldId::Expire, Value::Number(777));
    assert!(refreshed(&mut sitting));
    assert!(refreshed(&mut sitting), "the page that came then");
}

#[test]
fn after_each_kind_of_write_the_page_is_read_whole_once() {
    type Way = (&'static str, fn(&mut Sitting));
    let ways: [Way; 8] = [
        ("toggle", |sitting| sitting.press("t")),
        ("toggle and undo", |sitting| {
            sitting.carry_out("t");
            sitting.press("u y");
        }),
        ("save", |sitting| {
            sitting.press(":");
            sitting.write("set expire=1234");
            sitting.carry_out("Enter");
            sitting.carry_out("w");
            sitting.press("y");
        }),
        ("save that changes nothing in the end", |sitting| {
            for value in ["1234", "3600"] {
                sitting.press(":");
                sitting.write(&format!("set expire={value}"));
                sitting.carry_out("Enter");
                sitting.carry_out("w");
                sitting.carry_out("y");
            }
        }),
        ("bulk", |sitting| {
            sitting.carry_out("Esc Space Space t d");
            sitting.carry_out("y");
            sitting.press("Esc");
        }),
        ("delete", |sitting| {
            sitting.carry_out("D");
            sitting.write("acme-lon-main");
            sitting.press("Enter");
        }),
        ("a write that was refused", |sitting| {
            sitting.server.fault(Fault::next("PATCH", "/registrations", FaultEffect::ServerError));
            sitting.press("t");
        }),
        ("a write without an answer", |sitting| {
            sitting.server.fault(Fault::next("PATCH", "/registrations", FaultEffect::CutAfter));
            sitting.press("t");
        }),
    ];
    for (what, write) in ways {
        let mut sitting = at_13();
        sitting.server.control().clear_exchanges();
        write(&mut sitting);
        sitting.answer_all();
        let wrote = |exchange: &Exchange| matches!(exchange.method.as_str(), "PATCH" | "DELETE");
        assert!(sitting.server.control().exchanges().iter().any(wrote), "{what}: {}", sitting.screen());
        assert!(!refreshed(&mut sitting), "{what}: {}", sitting.screen());
        assert!(refreshed(&mut sitting), "{what}: the page is known again");
    }
}

#[test]
fn what_somebody_puts_back_after_our_switch_is_seen() {
    let mut sitting = at_13();
    sitting.carry_out("t");
    assert_eq!(enabled(&sitting, 13), Some(false));
    // The page is byte for byte what it was when it was read.
    set(&sitting, 13, FieldId::Enabled, Value::Flag(true));
    refreshed(&mut sitting);
    assert_eq!(enabled(&sitting, 13), Some(true));
    assert_said(&sitting, &["Someone changed 13 acme-lon-main"]);
}

#[test]
fn what_the_detail_showed_and_somebody_put_back_is_seen_in_the_list() {
    let mut sitting = at_13();
    set(&sitting, 13, FieldId::Expire, Value::Number(777));
    sitting.carry_out("Enter r");
    let expire = |sitting: &Sitting| {
        let row = sitting.app.store.records.get(13).unwrap();
        if let ValueRef::Number(number) = row.get(FieldId::Expire) { Some(number) } else { None }
    };
    assert_eq!(expire(&sitting), Some(777));
    set(&sitting, 13, FieldId::Expire, Value::Null);
    sitting.press("Esc");
    refreshed(&mut sitting);
    assert_eq!(expire(&sitting), None);
}

#[test]
fn a_record_that_we_deleted_and_that_is_still_there_comes_back() {
    let mut sitting = at_13();
    sitting.server.fault(Fault::next("DELETE", "/registrations", FaultEffect::SlowCommit));
    let there = sitting.server.control().registration(13).unwrap();
    // Taken out of the list as after a deletion, and the server has it all the same.
    sitting.app.store.records.remove(13);
    assert_eq!(there.id(), 13);
    assert!(!refreshed(&mut sitting));
    assert_eq!(enabled(&sitting, 13), Some(true));
}

#[test]
fn the_watch_looks_again_at_what_was_written() {
    let mut sitting = Sitting::ready((80, 24), 120);
    sitting.carry_out("W");
    sitting.pass(Duration::from_secs(31));
    sitting.answer_all();
    sitting.carry_out("t");
    let id = sitting.app.subject().unwrap();
    let now = enabled(&sitting, id).unwrap();
    set(&sitting, id, FieldId::Enabled, Value::Flag(!now));
    sitting.pass(Duration::from_secs(31));
    let known: Vec<bool> = sitting
        .unanswered()
        .into_iter()
        .filter_map(|read| if let Read::Some { known, .. } = read { Some(known.is_some()) } else { None })
        .collect();
    assert_eq!(known, [false]);
    sitting.answer_all();
    assert_eq!(enabled(&sitting, id), Some(!now));
}

#[test]
fn a_switch_that_lands_after_everybody_gave_up_is_nobody_elses() {
    let mut sitting = at_13();
    sitting.server.fault(Fault::next("PATCH", "/registrations", FaultEffect::CutBefore));
    sitting.carry_out("t");
    until(&mut sitting, 70);
    assert_said(&sitting, &["NOT disabled within 60 s"]);
    set(&sitting, 13, FieldId::Enabled, Value::Flag(false));
    refreshed(&mut sitting);
    assert_eq!(enabled(&sitting, 13), Some(false));
    for notice in sitting.app.cx.notices.all() {
        assert!(!notice.text.contains("someone"), "{}", notice.text);
    }
}
