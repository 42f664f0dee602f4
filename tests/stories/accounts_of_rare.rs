//! What comes about seldom, as whole accounts: a half of a bounce that no one can judge, records that share an address,
//! a write that begins while a question is open.

use std::fmt::Write as _;
use std::time::Duration;

use sipreg::app::core::Message;
use sipreg::demo::faults::{Fault, FaultEffect};
use sipreg::domain::record::{FieldId, Value};

use super::accounts::Account;
use super::bulk::marked;
use super::unfinished::{bounce, finding};
use crate::sitting::Sitting;

const SIZE: (u16, u16) = (120, 40);

/// Records 16 and, if there are two, 13 are enabled; the cursor is on 16.
fn at_16() -> Sitting {
    let mut sitting = Sitting::ready(SIZE, 120);
    for id in [13, 16] {
        sitting.server.change(id, FieldId::Enabled, Value::Flag(true));
    }
    sitting.carry_out("R : 1 6 Enter");
    sitting
}

/// Record 16 as a server shows it that does not say whether it is enabled.
fn without_the_switch() -> FaultEffect {
    let body = r#"{"data":{"id":"16","type":"registrations","attributes":{"name":"betatel-1"}}}"#;
    FaultEffect::Answer { status: 200, content_type: "application/vnd.api+json".to_owned(), body: body.to_owned() }
}

#[test]
fn a_half_of_a_bounce_is_read_back_without_the_switch() {
    let mut all = String::new();
    for (half, wait, at_once) in
        [("first", 0, true), ("first", 0, false), ("second", 301, true), ("second", 301, false)]
    {
        let mut sitting = at_16();
        sitting.carry_out("B");
        let mut account = Account::of(sitting);
        if wait > 0 {
            account.press("y").pass(wait - 2);
            account = account.begin_again();
        }
        account.sitting.server.fault(Fault::next("PATCH", "/registrations/16", FaultEffect::CutBefore));
        let hide = |account: &Account| {
            account.sitting.server.fault(Fault::always("GET", "/registrations/16", without_the_switch()));
        };
        if at_once {
            hide(&account);
        }
        if wait > 0 {
            account.pass(2);
        } else {
            account.press("y");
        }
        hide(&account);
        account.pass(70).press("Esc").press("J").press("Esc");
        let _ = writeln!(all, "# {half}, at once: {at_once}\n{}", account.text());
        account.sitting.server.control().clear_faults();
        let mut account = account.begin_again();
        account.press("R").pass(310).press("Esc");
        let _ = writeln!(all, "(read again)\n{}", account.text());
    }
    insta::assert_snapshot!("rare-without-switch", all);
}

#[test]
fn a_first_half_that_is_known_late_or_only_with_the_second() {
    let mut all = String::new();
    // (how long the record cannot be read, whether the server disables it all the same)
    for (seconds, commits) in [(0, true), (0, false), (290, true), (290, false), (400, true)] {
        let mut sitting = at_16();
        sitting.carry_out("B");
        let mut account = Account::of(sitting);
        account.sitting.server.fault(Fault::next("PATCH", "/registrations/16", FaultEffect::CutBefore));
        account.press("y");
        if commits {
            account.sitting.server.change(16, FieldId::Enabled, Value::Flag(false));
        }
        if seconds > 0 {
            let unreadable = FaultEffect::ProxyPage { status: 403 };
            account.sitting.server.fault(Fault::always("GET", "/registrations/16", unreadable));
            account.pass(seconds);
            account.sitting.server.control().clear_faults();
        }
        let _ = writeln!(all, "# {seconds} s, {commits}\n{}", account.pass(3).text());
        let mut account = account.begin_again();
        let _ = writeln!(all, "(later)\n{}", account.pass(400).press("Esc").press("Esc").text());
    }
    insta::assert_snapshot!("rare-first-half", all);
}

#[test]
fn a_toggle_without_an_answer_may_have_been_seen_by_nodes_also_once_it_is_known_to_have_failed() {
    let mut account = Account::of(at_16());
    account.sitting.server.fault(Fault::next("PATCH", "/registrations/16", FaultEffect::CutBefore));
    account.press("t").pass(70).press("B").press("n");
    insta::assert_snapshot!("rare-touched", account.text());
}

#[test]
fn a_new_record_that_the_list_shows_before_its_answer_is_known_is_counted_once() {
    let mut sitting = at_16();
    sitting.carry_out("D");
    sitting.carry_out("b e t a t e l - 1 Enter");
    let mut account = Account::of(sitting);
    account.sitting.server.fault(Fault::next("GET", "/registrations", FaultEffect::ServerError));
    account.sitting.server.fault(Fault::next("POST", "/registrations", FaultEffect::CutAfter));
    account.press("u").press("y").press("R").pass(70);
    insta::assert_snapshot!("rare-created", account.text());
}

#[test]
fn an_undo_that_finds_the_record_as_wanted_names_someone_only_where_that_is_news() {
    let mut all = String::new();
    for keys in ["", "R"] {
        let mut sitting = at_16();
        sitting.carry_out("t");
        sitting.server.change(16, FieldId::Enabled, Value::Flag(true));
        let mut account = Account::of(sitting);
        account.press(keys).press("u").press("y");
        let _ = writeln!(all, "# {keys:?}\n{}", account.text());
    }
    insta::assert_snapshot!("rare-as-wanted", all);
}

#[test]
fn a_record_that_is_read_without_its_name_has_it_in_the_journal() {
    let mut account = Account::of(at_16());
    let body = r#"{"data":{"id":"16","type":"registrations","attributes":{"enabled":true}}}"#;
    let nameless =
        FaultEffect::Answer { status: 200, content_type: "application/vnd.api+json".to_owned(), body: body.to_owned() };
    account.sitting.server.fault(Fault::next("GET", "/registrations/16", nameless));
    account.press("Enter").press("R").press("t").press("Esc");
    insta::assert_snapshot!("rare-nameless", account.text());
}

#[test]
fn a_second_half_that_is_cancelled_names_what_is_off() {
    let mut sitting = marked(SIZE, 6);
    sitting.carry_out("B");
    sitting.carry_out("6 Enter");
    let mut account = Account::of(sitting);
    account.happens("the wait is over", |sitting| {
        sitting.pass(Duration::from_secs(300));
        sitting.tell(Message::Woke);
    });
    account.answer(1).only_press("Ctrl-c").answer_all().press("s").press("Esc");
    insta::assert_snapshot!("rare-cancelled", account.text());
}

#[test]
fn what_is_left_of_a_bounce_stays_while_something_else_is_done_to_its_record() {
    let mut account = Account::of(finding(&[16], Vec::new(), vec![bounce(16, "betatel-1", 900, false)]));
    account.press("Esc").press(": 1 6 Enter Space").press(": 1 3 Enter Space").press("t d").press("y").press("Esc");
    insta::assert_snapshot!("rare-leftover", account.text());
}

#[test]
fn a_deletion_of_a_record_whose_password_is_not_shown_says_so() {
    let mut account = Account::of(at_16());
    account.sitting.server.fault(Fault::always("GET", "/registrations/16", without_the_switch()));
    account.press("D").press("Esc");
    insta::assert_snapshot!("rare-deletion", account.text());
}

#[test]
fn what_is_created_again_is_not_added_to_a_list_that_is_not_complete() {
    let mut account = Account::of(Sitting::before(SIZE, 1_700));
    account.answer(2).only_press("Ctrl-c").only_press("Space Space Space").press("t D").press("3 Enter").press("u");
    account.press("y").press("Esc");
    insta::assert_snapshot!("rare-incomplete", account.text());
}

#[test]
fn records_that_share_an_address_are_judged_beside_each_other_as_they_will_be() {
    let mut all = String::new();
    // (whether both are enabled before, what is done to which)
    for (enabled, ids, keys) in [
        (false, ["1 3", "1 6"].as_slice(), "t e"),
        (false, &["1 6"], "t e"),
        (true, &["1 3", "1 6"], "t d"),
        (true, &["1 6"], "t d"),
        (true, &["1 3", "1 6"], "t D"),
        (true, &["1 6", "1 9"], "t D"),
    ] {
        let mut sitting = at_16();
        for id in [13, 16] {
            let same = sitting.server.control().registration(19).unwrap();
            for field in [FieldId::Domain, FieldId::Username, FieldId::Contact, FieldId::Pop, FieldId::Node] {
                sitting.server.change(id, field, same.get(field).clone());
            }
            sitting.server.change(id, FieldId::Enabled, Value::Flag(enabled));
        }
        sitting.server.change(19, FieldId::Enabled, Value::Flag(false));
        sitting.carry_out("R");
        for id in ids {
            sitting.carry_out(&format!(": {id} Enter Space"));
        }
        let mut account = Account::of(sitting);
        account.press(keys);
        let _ = writeln!(all, "# {enabled} {ids:?}\n{}", account.text());
    }
    insta::assert_snapshot!("rare-shared", all);
}

#[test]
fn what_began_to_be_written_while_a_question_is_open_is_waited_for() {
    // The second half of a bounce begins while it is asked whether its record is to be created again.
    let mut sitting = at_16();
    sitting.carry_out("B");
    sitting.carry_out("y");
    sitting.carry_out("Esc D");
    sitting.carry_out("b e t a t e l - 1 Enter");
    let mut account = Account::of(sitting);
    account.press("u").happens("the wait is over", |sitting| {
        sitting.pass(Duration::from_secs(301));
        sitting.tell(Message::Woke);
    });
    assert_eq!(account.sitting.writes.len(), 1, "the second half");
    account.only_press("y").answer_all().press("u").press("y");
    insta::assert_snapshot!("rare-question", account.text());
}
