//! The pane of many records: before, while, and after.

use std::time::Duration;

use chrono::DateTime;
use sipreg::app::core::Message;
use sipreg::app::model::found_bounce::FoundBounce;
use sipreg::demo::faults::{Fault, FaultEffect};
use sipreg::domain::change::Ending;
use sipreg::domain::change::bulk::AT_ONCE;
use sipreg::domain::change::journal::Unfinished;
use sipreg::domain::record::{FieldId, Value};

use crate::look_at_each_size;
use crate::sitting::{BEGINNING, Sitting};

/// The first eight that are on, marked.
fn marked(size: (u16, u16)) -> Sitting {
    let mut sitting = Sitting::ready(size, 120);
    sitting.carry_out("2");
    sitting.press("g g Space Space Space Space Space Space Space Space");
    sitting
}

/// What would happen, shown.
fn asked(size: (u16, u16)) -> Sitting {
    let mut sitting = marked(size);
    let control = sitting.server.control().clone();
    assert!(control.change(1, FieldId::Enabled, Value::Flag(false)));
    assert!(control.change(2, FieldId::Expire, Value::Number(777)));
    assert!(control.remove(3));
    sitting.carry_out("t d");
    sitting
}

#[test]
fn what_can_be_done_to_the_marked() {
    look_at_each_size("many-choices", |size| {
        let mut sitting = marked(size);
        sitting.press("t");
        sitting
    });
}

/// One record that is to be disabled, and the question about it.
fn one_asked(size: (u16, u16)) -> Sitting {
    let mut sitting = Sitting::ready(size, 120);
    sitting.carry_out("Space t d");
    sitting
}

#[test]
fn one_record_asks_in_a_small_box() {
    look_at_each_size("many-one", one_asked);
    look_at_each_size("many-one-done", |size| {
        let mut sitting = one_asked(size);
        sitting.carry_out("y");
        sitting
    });
}

/// However little room there is for a row: what happens to the record is not what is cut.
#[test]
fn a_narrow_row_says_what_happens_and_cuts_the_name() {
    for (width, height) in [(40, 5), (40, 10), (44, 6), (59, 15), (60, 16), (70, 20)] {
        let mut sitting = Sitting::ready((80, 24), 120);
        sitting.carry_out("Space Space Space t d");
        sitting.tell(Message::Resized(width, height));
        let screen = sitting.screen();
        assert!(screen.contains("1 car"), "{width}x{height}:\n{screen}");
        assert!(screen.contains("enabled yes -> no"), "{width}x{height}:\n{screen}");
        // It may go on in a second line.
        let words = screen.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words.contains("at the next poll: 3 un-REGISTER"), "{width}x{height}:\n{screen}");
    }
}

#[test]
fn what_would_happen() {
    look_at_each_size("many-before", |size| {
        let mut sitting = asked(size);
        sitting.press("6");
        sitting
    });
}

#[test]
fn while_they_are_written() {
    look_at_each_size("many-running", |size| {
        let mut sitting = asked(size);
        sitting.press("6 Enter");
        for _ in 0..AT_ONCE - 2 {
            sitting.pass(Duration::from_millis(400));
            sitting.answer();
        }
        sitting
    });
}

#[test]
fn three_failures_in_a_row() {
    look_at_each_size("many-paused", |size| {
        let mut sitting = marked(size);
        sitting.carry_out("Space Space Space Space t d");
        sitting.server.fault(Fault::always("PATCH", "", FaultEffect::ServerError));
        sitting.carry_out("1 2 Enter");
        sitting
    });
}

#[test]
fn how_it_ended() {
    look_at_each_size("many-results", |size| {
        let mut sitting = asked(size);
        sitting.server.fault(Fault::next("PATCH", "", FaultEffect::unprocessable()));
        sitting.press("6 Enter");
        sitting.answer();
        sitting.server.change(8, FieldId::Enabled, Value::Flag(false));
        sitting.answer_all();
        sitting
    });
}

#[test]
fn a_bounce_that_waits() {
    look_at_each_size("bounce-waiting", |size| {
        let mut sitting = marked(size);
        sitting.carry_out("B");
        sitting.carry_out("8 Enter");
        sitting.pass(Duration::from_secs(65));
        sitting
    });
}

#[test]
fn an_unfinished_bounce() {
    look_at_each_size("unfinished", |size| {
        let mut sitting = Sitting::ready(size, 120);
        let since = DateTime::from_timestamp(i64::try_from(BEGINNING).unwrap() - 1_000, 0).unwrap();
        let bounce = Unfinished { id: 16, name: "betatel-1".into(), since, pid: 99, ending: Ending::Applied };
        sitting.tell(Message::UnfinishedFound {
            plans: Vec::new(),
            bounces: vec![FoundBounce { bounce, alive: false }],
            unreadable: Vec::new(),
        });
        sitting
    });
}
