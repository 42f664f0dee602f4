//! What is done to many records, as whole accounts.

use std::time::Duration;

use sipreg::app::Access;
use sipreg::app::core::{Effect as Asked, Message, PlanNote};
use sipreg::demo::User;
use sipreg::demo::faults::{Fault, FaultEffect};
use sipreg::domain::change::{Mark, PlanLine, UnfinishedPlan};
use sipreg::domain::record::{FieldId, Secret, Value};

use super::accounts::{Account, journal};
use super::bulk::{ids, marked};
use super::many_odds::refuse_notes;
use super::unfinished::{bounce, finding};
use crate::sitting::Sitting;

const SIZE: (u16, u16) = (120, 40);

fn path(id: u64) -> String {
    format!("/registrations/{id}")
}

fn refused() -> FaultEffect {
    FaultEffect::Unprocessable { pointers: vec!["/data/attributes/enabled".to_owned()] }
}

/// The next writes of these records go like this.
fn faults(sitting: &Sitting, method: &str, faults: &[(u64, FaultEffect)]) {
    for (id, effect) in faults {
        sitting.server.fault(Fault::next(method, &path(*id), effect.clone()));
    }
}

/// So many that are on are marked.
fn account(count: usize) -> (Account, Vec<u64>) {
    let sitting = marked(SIZE, count);
    let ids = ids(&sitting);
    (Account::of(sitting), ids)
}

#[test]
fn many_are_disabled_with_all_that_can_come_in_between() {
    let (mut account, ids) = account(8);
    let control = account.sitting.server.control().clone();
    assert!(control.change(ids[0], FieldId::Enabled, Value::Flag(false)));
    assert!(control.change(ids[1], FieldId::Expire, Value::Number(777)));
    assert!(control.remove(ids[2]));
    account.press("t").press("d");
    account.press("Enter").press("5 Enter").press("Ctrl-u z q n Down");
    let odd = [
        (ids[3], refused()),
        (ids[4], FaultEffect::CutBefore),
        (ids[5], FaultEffect::PreconditionFailed),
        (ids[6], FaultEffect::CutAfter),
    ];
    faults(&account.sitting, "PATCH", &odd);
    account.press("Ctrl-u 6 Enter").pass(3).press("r").press("s").press("r").press("z");
    account.press("u").press("y").press("Esc").press("U").press("Esc").press("J").press("Esc").press("q");
    insta::assert_snapshot!("many-disabled", account.text());
}

#[test]
fn many_are_stopped_and_the_rest_is_sent_and_all_is_undone() {
    let (mut account, _) = account(7);
    account.press("t d").only_press("7 Enter").answer(2).only_press("Left").only_press("Ctrl-c").answer_all();
    account.only_press("s").only_press("Esc").only_press("b").answer_all();
    account.press("u").press("7 Enter").press("Esc").press("U").only_press("7 Enter").only_press("Ctrl-c");
    account.answer_all().press("Esc").press("u").press("Esc");
    insta::assert_snapshot!("many-stopped", account.text());
}

#[test]
fn many_are_deleted_and_re_created() {
    let (mut account, ids) = account(5);
    let odd = [
        (ids[0], FaultEffect::CutAfter),
        (ids[1], FaultEffect::ServerError),
        (ids[2], FaultEffect::PreconditionFailed),
        (ids[3], FaultEffect::After(Box::new(FaultEffect::HtmlPage))),
    ];
    account.press("t D");
    faults(&account.sitting, "DELETE", &odd);
    account.press("5 Enter").pass(3).press("Esc").press("u").press("4 Enter");
    account
        .press("Esc")
        .press("U")
        .press("4 Enter")
        .press("Esc")
        .press("J")
        .press("Esc")
        .press("U")
        .press("Esc")
        .press("u")
        .press("Esc");
    insta::assert_snapshot!("many-deleted", account.text());
}

#[test]
fn a_field_of_many_is_set() {
    let (mut account, ids) = account(5);
    account.command("bulk-set").command("bulk-set name x").command("bulk-set expire x");
    account.command("bulk-set expire 600");
    let odd = [
        (ids[0], FaultEffect::Ignored),
        (ids[1], FaultEffect::NoContent),
        (ids[2], FaultEffect::Conflict),
        (ids[3], FaultEffect::Unavailable { retry_after: None }),
    ];
    faults(&account.sitting, "PATCH", &odd);
    account.press("5 Enter").pass(3).press("r").press("Esc").press("u").press("5 Enter").press("4 Enter");
    account.press("Esc").press("U").press("Esc");
    insta::assert_snapshot!("many-set", account.text());
}

#[test]
fn a_password_of_many_is_set_and_undone() {
    let (mut account, _) = account(3);
    account.command("bulk-set auth-password").press("Esc");
    account.command("bulk-set auth-password");
    account.happens("a paste", |sitting| sitting.tell(Message::Pasted(Secret::new("s3cret")))).press("Esc");
    account.command("bulk-set auth-password").press("x y Enter").press("y").press("u").press("y").press("Esc");
    insta::assert_snapshot!("many-password", account.text());
}

#[test]
fn three_failures_in_a_row_are_asked_about() {
    for (name, keys) in [("many-failing-continued", "y"), ("many-failing-stopped", "n")] {
        let (mut account, _) = account(6);
        account.press("t d");
        account.sitting.server.fault(Fault::always("PATCH", "/registrations", FaultEffect::ServerError));
        account.only_press("6 Enter").answer(3);
        if keys == "n" {
            account = account.begin_again();
        }
        account.answer_all().press("z").press("Esc").press("b");
        account.sitting.server.control().clear_faults();
        account.press(keys).press("s").press("r").press("Esc");
        insta::assert_snapshot!(name, account.text());
    }
}

#[test]
fn a_server_that_is_busy_is_left_alone_for_a_while() {
    let (mut account, ids) = account(6);
    account.press("t d");
    faults(&account.sitting, "PATCH", &[(ids[1], FaultEffect::TooMany { retry_after: Some(5) })]);
    account.only_press("6 Enter").answer_all().pass(4).pass(2).press("Esc");
    insta::assert_snapshot!("many-busy", account.text());
}

#[test]
fn a_plan_that_the_disk_refuses_is_asked_about() {
    for (name, keys) in [("many-unplanned", "y"), ("many-planned-again", "r"), ("many-unplanned-stopped", "n")] {
        let (mut account, ids) = account(5);
        faults(&account.sitting, "PATCH", &[(ids[4], refused())]);
        account.press("t d").only_press("5 Enter").happens("the disk refuses", refuse_notes);
        if keys != "y" {
            account = account.begin_again();
        }
        account.press("z").press(keys).press("r").press("s").press("Esc");
        insta::assert_snapshot!(name, account.text());
    }
}

#[test]
fn a_bounce_of_many_with_all_that_can_come_in_between() {
    let (mut account, ids) = account(6);
    let control = account.sitting.server.control().clone();
    assert!(control.change(ids[0], FieldId::Enabled, Value::Flag(false)));
    account.press("B");
    faults(&account.sitting, "PATCH", &[(ids[1], refused()), (ids[2], FaultEffect::CutBefore)]);
    account.press("5 Enter").pass(3).press("Esc").press("b").pass(290);
    faults(&account.sitting, "PATCH", &[(ids[3], refused()), (ids[4], FaultEffect::CutBefore)]);
    account.pass(12).press("r").press("Esc").press("J").press("Esc");
    insta::assert_snapshot!("bounce-of-many", account.text());
}

#[test]
fn a_bounce_of_many_that_is_not_waited_for() {
    for (name, key) in [("bounce-hurried", "o"), ("bounce-left", "l"), ("bounce-waited", "Esc")] {
        let (mut account, ids) = account(2);
        account.press("B").press("y").press("z").press("Ctrl-c").press("z");
        if key != "o" {
            account = account.begin_again();
        }
        // What was enabled by someone else needs nothing more.
        assert!(account.sitting.server.control().change(ids[0], FieldId::Enabled, Value::Flag(true)));
        account.press(key).pass(301).press("s").pass(301).press("Esc");
        insta::assert_snapshot!(name, account.text());
    }
}

#[test]
fn a_bounce_of_what_was_changed_just_now_waits_before_its_first_half() {
    for (name, keys) in [("bounce-held-waited", "Esc"), ("bounce-held-left", "l")] {
        let mut sitting = Sitting::ready(SIZE, 120);
        sitting.server.change(16, FieldId::Enabled, Value::Flag(false));
        sitting.carry_out("R : 1 6 Enter");
        let mut account = Account::of(sitting);
        account.press("t").press("B").pass(1).press("y").press("Ctrl-c").press("o");
        if keys == "l" {
            account = account.begin_again();
        }
        account.press(keys);
        account.press("Esc").pass(301).press("b").pass(301).press("Esc");
        insta::assert_snapshot!(name, account.text());
    }
}

/// The lines of a plan in which one record was done, one failed, one may have been sent, and one was not.
fn half_done(name: &str, keys: &str) -> UnfinishedPlan {
    half_of(name, keys, &[])
}

/// The same of what is done after that, with these keys.
fn half_of(name: &str, keys: &str, then: &[&str]) -> UnfinishedPlan {
    let mut sitting = marked(SIZE, 5);
    let ids = ids(&sitting);
    sitting.carry_out(keys);
    sitting.press("5 Enter");
    for keys in then {
        sitting.answer_all();
        sitting.press(keys);
    }
    let begun = sitting.asked.iter().rev().find_map(|asked| match asked {
        Asked::Note(note) => match &**note {
            PlanNote::Begin(planned) => Some(planned.lines().collect()),
            PlanNote::Add(_) | PlanNote::End => None,
        },
        _ => None,
    });
    let mut all: Vec<PlanLine> = begun.unwrap();
    let ended = [Mark::Done, Mark::NotDone, Mark::AlreadySo];
    for (id, mark) in ids.iter().zip(ended) {
        all.extend([PlanLine::Begun(*id), PlanLine::Ended(*id, mark)]);
    }
    all.extend(ids.get(3).copied().map(PlanLine::Begun));
    UnfinishedPlan::of(name.to_owned(), all).unwrap()
}

#[test]
fn plans_of_earlier_runs_are_finished_undone_and_forgotten() {
    let plans = || vec![half_done("one", "t d"), half_done("two", "t D"), half_of("three", "t d", &["u", "5 Enter"])];
    for (name, keys) in [
        ("plans-finished", ["f", "y", "Esc", "f", "3 Enter", "Esc", "X"].as_slice()),
        ("plans-undone", &["u", "y", "Esc", "u", "f", "Esc", "f", "y", "Esc"]),
        ("plans-forgotten", &["j", "X", "y", "L", "X", "Esc"]),
    ] {
        let mut account = Account::of(Sitting::ready(SIZE, 120));
        account.happens("three plans are found", |sitting| {
            // What is done of the first, or may be.
            for id in [1, 4] {
                assert!(
                    name == "plans-finished"
                        || sitting.server.control().change(id, FieldId::Enabled, Value::Flag(false))
                );
            }
            sitting.tell(Message::UnfinishedFound { plans: plans(), bounces: Vec::new(), unreadable: Vec::new() });
            sitting.tell(Message::Woke);
        });
        if name != "plans-finished" {
            account = account.begin_again();
        }
        for key in keys {
            account.press(key).pass(1);
        }
        insta::assert_snapshot!(name, account.text());
    }
}

#[test]
fn bounces_of_earlier_runs_are_finished_or_left() {
    for (name, key) in [("bounces-finished", "y"), ("bounces-left", "L"), ("bounces-later", "Esc")] {
        let bounces = vec![
            bounce(16, "betatel-1", 900, false),
            bounce(13, "acme-lon-main", 100, false),
            bounce(2, "x", 100, true),
        ];
        let mut account = Account::of(finding(&[16, 13, 2], vec![half_done("one", "t d")], bounces));
        account.press("z X u");
        faults(&account.sitting, "PATCH", &[(16, refused())]);
        account.press(key).press("y").press("Ctrl-c").press("Esc").pass(201).press("r").press("Esc");
        account.pass(1).press("Esc");
        insta::assert_snapshot!(name, account.text());
    }
}

#[test]
fn a_bounce_of_an_earlier_run_that_is_enabled_again_is_only_recorded() {
    let mut account = Account::of(finding(
        &[13],
        Vec::new(),
        vec![bounce(16, "betatel-1", 900, false), bounce(13, "acme-lon-main", 900, false)],
    ));
    // It is enabled by someone before it is answered.
    account.sitting.server.change(13, FieldId::Enabled, Value::Flag(true));
    account.press("y").press("y").press("Esc");
    let recorded: Vec<String> = account
        .sitting
        .asked
        .iter()
        .filter_map(|asked| match asked {
            Asked::Record(line) => Some(journal(line)),
            _ => None,
        })
        .collect();
    let line = "journal: bounce 16 betatel-1: enabled false -> true: applied-unseen";
    assert!(recorded.iter().any(|it| it == line), "{recorded:?}");
    insta::assert_snapshot!("bounces-enabled-again", account.text());
}

#[test]
fn a_profile_that_is_read_only_by_now_sends_nothing() {
    let (mut account, _) = account(3);
    account.press("t d");
    account.sitting.app.cx.setup.access = Access::ReadOnly;
    account.press("y").press("Esc").press("B").press("u");
    insta::assert_snapshot!("many-read-only", account.text());
}

#[test]
fn one_thing_of_many_at_a_time() {
    let (mut account, _) = account(5);
    account.press("t d").only_press("5 Enter").only_press("Esc").only_press("t").only_press("q").only_press("n");
    account.answer_all().press("t").press("z").press("Enter").press("Esc");
    insta::assert_snapshot!("many-at-a-time", account.text());
}

#[test]
fn reading_the_list_shows_how_far_it_is() {
    let mut account = Account::of(Sitting::before(SIZE, 1_700));
    account.only_press(":").only_press("p r o g r e s s Enter").answer(2);
    account.happens("a second later", |sitting| sitting.pass(Duration::from_secs(1))).answer(1);
    account.only_press("b").only_press(": p r o g r e s s Enter").only_press("z").only_press("Ctrl-c").answer_all();
    account.only_press("R").only_press(": p r o g r e s s Enter").answer_all();
    insta::assert_snapshot!("reading", account.text());
}

#[test]
fn many_of_a_list_that_is_not_complete() {
    let mut account = Account::of(Sitting::before(SIZE, 1_700));
    account.answer(2).only_press("Ctrl-c").only_press("Space Space Space").press("t d").press("y").press("Enter");
    assert_eq!(account.sitting.app.list.rows.cursor(), Some(1), "the cursor goes to the record that is opened");
    account.press("Esc").press("R");
    insta::assert_snapshot!("many-incomplete", account.text());
}

#[test]
fn a_sign_in_in_the_middle() {
    let (mut account, _) = account(5);
    account.press("t d");
    let control = account.sitting.server.control().clone();
    account.only_press("5 Enter").answer(1);
    control.set_users(vec![User::new(1, "demo", "other")]);
    control.revoke_tokens();
    account.answer_all().press("Esc").press("b").press("y").press("Esc");
    account.press("r").press("o t h e r Enter").press("Esc");
    insta::assert_snapshot!("many-sign-in", account.text());
}
