//! What is seen of many records while they are under way, as whole accounts: the progress box, the question on leaving,
//! a bounce that nodes follow, a plan of which a line is damaged, and a label that only the look before it brings.

use std::time::Duration;

use sipreg::demo::faults::{Fault, FaultEffect};
use sipreg::demo::{NodeFault, ServerClock};
use sipreg::domain::change::{Mark, PlanLine, UnfinishedPlan};
use sipreg::domain::record::{FieldId, Record as _, Relation, ValueRef};

use super::accounts::Account;
use super::bulk::{ids, marked};
use super::unfinished::finding;
use crate::sitting::{BEGINNING, Sitting};

const SIZE: (u16, u16) = (120, 40);
const EVERY: Duration = Duration::from_secs(15);

#[test]
fn the_progress_of_many_counts_what_failed_and_what_is_unknown() {
    let sitting = marked(SIZE, 12);
    let ids = ids(&sitting);
    let mut account = Account::of(sitting);
    for (at, status) in [(1, 422), (3, 500)] {
        let effect = FaultEffect::Answer {
            status,
            content_type: "application/vnd.api+json".to_owned(),
            body: r#"{"errors":[{"title":"no","detail":"no","status":"0"}]}"#.to_owned(),
        };
        account.sitting.server.fault(Fault::next("PATCH", &format!("/registrations/{}", ids[at]), effect));
    }
    account.press("t d").only_press("1 2 Enter Esc").only_press("b");
    for _ in 0..6 {
        account.answer(2).happens("1 s later", |sitting| sitting.pass(Duration::from_secs(1)));
    }
    account.only_press("Esc").only_press("q").only_press("n").answer_all();
    // Its results are open still, and nothing asks on the way out.
    account.only_press("b").only_press("Esc").only_press("q");
    insta::assert_snapshot!("waits-progress", account.text());
}

#[test]
fn the_progress_of_a_list_that_is_held_up_counts_its_attempts() {
    let mut sitting = Sitting::before(SIZE, 3000);
    let busy = || FaultEffect::Answer { status: 503, content_type: "text/plain".to_owned(), body: "busy".to_owned() };
    for _ in 0..4 {
        sitting.answer();
    }
    let mut account = Account::of(sitting);
    account.sitting.server.fault(Fault::next("GET", "/registrations", busy()).times(3));
    account.only_press("b");
    for _ in 0..8 {
        account.happens("answered", |sitting| {
            sitting.answer();
            sitting.pass(Duration::from_secs(1));
        });
    }
    account.answer_all();
    insta::assert_snapshot!("waits-progress-of-a-list", account.text());
}

#[test]
fn a_bounce_goes_on_once_the_last_of_its_records_has_left_its_node() {
    let mut sitting = Sitting::live(SIZE, 120, EVERY);
    let clock = |sitting: &Sitting, after: u64| {
        sitting.server.control().set_clock(ServerClock::Fixed(BEGINNING + after));
    };
    clock(&sitting, 60);
    sitting.answer_all();
    sitting.pass(Duration::from_secs(600));
    sitting.carry_out(": 1 3 Enter Space : 8 Enter Space B");
    let mut account = Account::of(sitting);
    account.press("y");
    account.sitting.server.fault(Fault::always("NODE", "/lon-n1", FaultEffect::Node(NodeFault::Garbage)));
    for after in [700, 800] {
        account.happens("all nodes poll, and one cannot be asked", |sitting| {
            clock(sitting, after);
            sitting.server.control().poll_nodes();
            clock(sitting, after + 5);
            sitting.pass(EVERY);
            sitting.answer_all();
        });
    }
    account.happens("it can be asked again", |sitting| {
        sitting.server.control().clear_faults();
        sitting.pass(EVERY);
        sitting.answer_all();
    });
    account.sitting.server.fault(Fault::always("NODE", "/lon-n1", FaultEffect::Node(NodeFault::Garbage)));
    account.pass(630);
    insta::assert_snapshot!("waits-bounce-on-two-nodes", account.text());
}

#[test]
fn a_plan_with_a_damaged_line_names_it_beside_the_others() {
    let mut sitting = marked(SIZE, 3);
    let ids = ids(&sitting);
    sitting.carry_out("t d");
    sitting.press("y");
    let mut file: Vec<u8> = Vec::new();
    for line in super::bulk::plan_lines(&sitting).into_iter().chain([PlanLine::Ended(ids[0], Mark::Done)]) {
        file.extend(serde_json::to_vec(&line).unwrap());
        file.push(b'\n');
    }
    file.extend_from_slice(b"{\"begun\":13,\n");
    let unfinished = UnfinishedPlan::read("20240501-1".to_owned(), &file).unwrap();
    let sitting = finding(&[], vec![unfinished], Vec::new());
    super::creating::assert_shows(
        &sitting,
        &[
            "A bulk change of 3 registrations",
            "1 done, 0 not sent, 0 failed, 2 UNKNOWN",
            "1 line is damaged, check by hand (bulk/20240501-1 in the state directory):",
            "13  UNKNOWN: the line is damaged",
        ],
    );
}

#[test]
fn a_label_that_only_the_look_before_a_change_of_many_brings_is_kept() {
    let mut sitting = marked(SIZE, 2);
    let id = ids(&sitting)[0];
    let ValueRef::Reference(pop) = sitting.server.control().registration(id).unwrap().value(FieldId::Pop) else {
        panic!("{id} has no pop")
    };
    assert!(sitting.server.control().rename(Relation::Pop, pop, "Reykjavik"));
    sitting.carry_out("t d");
    sitting.carry_out("y Esc");
    super::creating::assert_shows(&sitting, &["Reykjavik"]);
}
