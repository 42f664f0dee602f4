//! What holds a change of many up, as whole accounts: a session that ends, failures after that, a number that is typed
//! in one burst, a screen on which nothing fits, a half of a bounce that is known when another change is under way.

use std::fmt::Write as _;

use sipreg::app::core::{Burst, Message};
use sipreg::demo::User;
use sipreg::demo::faults::{Fault, FaultEffect};
use sipreg::domain::record::{FieldId, Value};
use sipreg::keys::Key;

use super::accounts::Account;
use super::bulk::marked;
use super::creating::{assert_shows, sent};
use crate::sitting::Sitting;

const SIZE: (u16, u16) = (120, 40);

#[test]
fn a_session_that_ends_and_then_failures() {
    let sitting = marked(SIZE, 12);
    let mut account = Account::of(sitting);
    account.press("t d").only_press("1 2 Enter").answer(1);
    let control = account.sitting.server.control().clone();
    control.set_users(vec![User::new(1, "demo", "other")]);
    control.revoke_tokens();
    account.answer_all().press("Esc").press("b");
    control.set_users(vec![User::new(1, "demo", "demo")]);
    account.sitting.server.fault(Fault::always("PATCH", "", FaultEffect::unprocessable()));
    account.press("y").press("Esc").press("b").press("n");
    insta::assert_snapshot!("pauses-session", account.text());
}

#[test]
fn records_that_were_deleted_together_are_not_missed_at_the_next_reading() {
    let sitting = marked(SIZE, 3);
    let mut account = Account::of(sitting);
    account.press("t D").press("3 Enter").press("Esc").press("R").press("u").press("y").press("Esc").press("R");
    insta::assert_snapshot!("pauses-deleted", account.text());
}

#[test]
fn a_number_that_comes_in_one_burst_is_typed() {
    let mut sitting = marked(SIZE, 12);
    sitting.carry_out("t d");
    sitting.tell(Message::Burst(Burst::Begins));
    for key in ["1", "1", "1", "2"] {
        sitting.tell(Message::Typed(Key::parse(key).unwrap()));
    }
    sitting.tell(Message::Burst(Burst::Ends));
    assert_shows(&sitting, &[": 1112"]);
    sitting.carry_out("Enter");
    assert!(sent(&sitting, "PATCH").is_empty());
    sitting.press("Ctrl-u");
    sitting.carry_out("1 2 Enter");
    assert_eq!(sent(&sitting, "PATCH").len(), 12);
}

#[test]
fn nothing_is_sent_of_which_nothing_fits_on_the_screen() {
    for (size, fits) in [((120, 40), true), ((40, 4), false), ((30, 3), false), ((20, 2), false)] {
        let mut sitting = marked(SIZE, 3);
        sitting.tell(Message::Resized(size.0, size.1));
        sitting.carry_out("t d");
        sitting.carry_out("y");
        assert_eq!(!sent(&sitting, "PATCH").is_empty(), fits, "{size:?}:\n{}", sitting.screen());
        if fits {
            continue;
        }
        let hint = sitting.app.writes.bulk.as_ref().unwrap().hint.clone();
        assert_eq!(hint, "Not sent: nothing of it fits on this screen. Enlarge the terminal", "{size:?}");
        sitting.tell(Message::Resized(SIZE.0, SIZE.1));
        sitting.carry_out("y");
        assert_eq!(sent(&sitting, "PATCH").len(), 3, "{size:?}");
    }
}

#[test]
fn a_first_half_that_is_known_when_another_change_is_under_way() {
    let mut all = String::new();
    for commits in [true, false] {
        let mut sitting = Sitting::ready(SIZE, 120);
        for id in [13, 16] {
            sitting.server.change(id, FieldId::Enabled, Value::Flag(true));
        }
        sitting.carry_out("R : 1 6 Enter B");
        let mut account = Account::of(sitting);
        account.sitting.server.fault(Fault::next("PATCH", "/registrations/16", FaultEffect::CutBefore));
        let unreadable = FaultEffect::ProxyPage { status: 403 };
        account.press("y");
        account.sitting.server.fault(Fault::always("GET", "/registrations/16", unreadable));
        account.pass(20).press("Ctrl-c").press("l").press("Esc");
        account.press(": 1 3 Enter B").press("y");
        if commits {
            account.sitting.server.change(16, FieldId::Enabled, Value::Flag(false));
        }
        account.sitting.server.control().clear_faults();
        account.pass(60).pass(300).press("Esc").press("J").press("Esc");
        let _ = writeln!(all, "# disabled late: {commits}\n{}", account.text());
    }
    insta::assert_snapshot!("pauses-older-half", all);
}

#[test]
fn two_are_left_of_which_one_is_known_to_be_disabled() {
    let mut all = String::new();
    for commits in [true, false] {
        let mut sitting = Sitting::ready(SIZE, 120);
        sitting.server.change(16, FieldId::Enabled, Value::Flag(true));
        sitting.carry_out("R : 1 3 Enter Space : 1 6 Enter Space B");
        let mut account = Account::of(sitting);
        account.sitting.server.fault(Fault::next("PATCH", "/registrations/16", FaultEffect::CutBefore));
        account.press("y");
        let unreadable = FaultEffect::ProxyPage { status: 403 };
        account.sitting.server.fault(Fault::always("GET", "/registrations/16", unreadable));
        account.press("Ctrl-c").press("l");
        if commits {
            account.sitting.server.change(16, FieldId::Enabled, Value::Flag(false));
        }
        account.sitting.server.control().clear_faults();
        account.pass(70).press("Esc");
        let _ = writeln!(all, "# disabled late: {commits}\n{}", account.text());
    }
    insta::assert_snapshot!("pauses-two-left", all);
}
