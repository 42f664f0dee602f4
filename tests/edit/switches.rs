//! Switching on and off.

use sipreg::api::Precondition;
use sipreg::demo::Preconditions;
use sipreg::demo::faults::{Fault, FaultEffect};
use sipreg::domain::answer::Fetched;
use sipreg::domain::change::Toggle;
use sipreg::domain::change::outcome::Switched;
use sipreg::domain::query::Segment;
use sipreg::domain::record::{FieldId, Record, Registration, Value};
use sipreg::domain::request_error::RequestErrorKind;
use sipreg::edit;

use crate::{Bench, text};

/// A bench whose record is on, and the record as it was shown.
async fn on() -> (Bench, Fetched) {
    on_with(Preconditions::Ignored).await
}

async fn on_with(preconditions: Preconditions) -> (Bench, Fetched) {
    let bench = Bench::with(preconditions).await;
    bench.change(FieldId::Enabled, Value::Flag(true));
    let shown = bench.read().await;
    (bench, shown)
}

async fn off(bench: &Bench, shown: &Fetched) -> Switched {
    edit::switch(&bench.client, &shown.registration, shown.tag.as_ref(), Toggle::Off, Precondition::Send).await
}

#[tokio::test]
async fn the_record_is_looked_at_and_the_switch_alone_is_sent() {
    let (bench, shown) = on().await;
    let switched = off(&bench, &shown).await;
    let Switched::Applied { now, differences } = switched else { panic!("{switched:?}") };
    assert_eq!((now.registration.enabled(), differences), (Some(false), Vec::new()));
    assert_eq!(bench.requests("GET")[1].status, Some(304));
    let id = bench.id;
    assert_eq!(
        bench.requests("PATCH")[0].body,
        format!(r#"{{"data":{{"type":"registrations","id":"{id}","attributes":{{"enabled":false}}}}}}"#)
    );
}

#[tokio::test]
async fn what_somebody_switched_off_already_is_not_switched_again() {
    let (bench, shown) = on().await;
    bench.change(FieldId::Enabled, Value::Flag(false));
    bench.change(FieldId::Contact, text("sip:theirs@192.0.2.9"));
    let switched = off(&bench, &shown).await;
    let Switched::AlreadySo { differences, .. } = switched else { panic!("{switched:?}") };
    assert_eq!(differences.iter().map(|found| found.field).collect::<Vec<_>>(), [FieldId::Contact]);
    assert_eq!(bench.requests("PATCH").len(), 0);
}

#[tokio::test]
async fn a_record_shown_in_the_wanted_state_is_left_alone() {
    let (bench, shown) = on().await;
    let switched =
        edit::switch(&bench.client, &shown.registration, shown.tag.as_ref(), Toggle::On, Precondition::Send).await;
    assert!(matches!(switched, Switched::AlreadySo { ref differences, .. } if differences.is_empty()), "{switched:?}");
    assert_eq!(bench.requests("PATCH").len(), 0);
}

#[tokio::test]
async fn other_changes_do_not_stop_the_switch_and_are_told() {
    let (bench, shown) = on().await;
    bench.change(FieldId::Contact, text("sip:theirs@192.0.2.9"));
    let switched = off(&bench, &shown).await;
    let Switched::Applied { differences, .. } = switched else { panic!("{switched:?}") };
    assert_eq!(differences.iter().map(|found| found.field).collect::<Vec<_>>(), [FieldId::Contact]);
    assert_eq!(bench.stored(FieldId::Enabled), Value::Flag(false));
    assert_eq!(bench.stored(FieldId::Contact), text("sip:theirs@192.0.2.9"));
}

#[tokio::test]
async fn a_row_of_the_list_without_a_tag_is_enough_and_its_hidden_password_no_difference() {
    let (bench, shown) = on().await;
    let segment = Segment::of([&shown.registration]);
    let row = Registration::from_record(&segment.row(0).unwrap());
    let switched = edit::switch(&bench.client, &row, None, Toggle::Off, Precondition::Send).await;
    assert!(matches!(switched, Switched::Applied { ref differences, .. } if differences.is_empty()), "{switched:?}");
    let base = bench.requests("PATCH")[0].header("if-match").map(str::to_owned);
    assert!(base.is_some(), "the look gave a tag");
}

#[tokio::test]
async fn a_deleted_record_is_gone() {
    let (bench, shown) = on().await;
    assert!(bench.control.remove(bench.id));
    assert_eq!(off(&bench, &shown).await, Switched::Gone);
}

#[tokio::test]
async fn a_look_that_fails_sends_nothing() {
    let (bench, shown) = on().await;
    bench.control.add_fault(Fault::next("GET", "", FaultEffect::ServerError));
    let switched = off(&bench, &shown).await;
    assert!(matches!(switched, Switched::Refused(ref error) if error.kind == RequestErrorKind::ServerError));
    assert_eq!(bench.requests("PATCH").len(), 0);
}

#[tokio::test]
async fn a_refusal_leaves_it_on() {
    let (bench, shown) = on().await;
    bench.control.add_fault(Fault::next("PATCH", "", FaultEffect::unprocessable()));
    let switched = off(&bench, &shown).await;
    assert!(matches!(switched, Switched::Refused(ref error) if error.kind == RequestErrorKind::Invalid));
    assert_eq!(bench.stored(FieldId::Enabled), Value::Flag(true));
}

#[tokio::test]
async fn a_lost_answer_is_read_back() {
    for (effect, done) in [(FaultEffect::CutAfter, true), (FaultEffect::ServerError, false)] {
        let (bench, shown) = on().await;
        bench.control.add_fault(Fault::next("PATCH", "", effect));
        let switched = off(&bench, &shown).await;
        assert_eq!(matches!(switched, Switched::AppliedUnseen { .. }), done, "{switched:?}");
        assert_eq!(matches!(switched, Switched::NotApplied { .. }), !done, "{switched:?}");
        assert_eq!(bench.requests("PATCH").len(), 1);
    }
}

#[tokio::test]
async fn a_lost_answer_that_cannot_be_read_back_is_unknown() {
    let (bench, shown) = on().await;
    bench.control.add_fault(Fault::next("PATCH", "", FaultEffect::CutAfter));
    bench.control.add_fault(Fault::next("GET", "", FaultEffect::Hold));
    let arrivals = bench.control.arrivals();
    let (switched, ()) = tokio::join!(off(&bench, &shown), async {
        bench.control.arrived(arrivals + 1).await;
        bench.control.add_fault(Fault::next("GET", "", FaultEffect::ServerError));
        bench.control.release();
    });
    assert!(matches!(switched, Switched::Unknown { .. }), "{switched:?}");
}

#[tokio::test]
async fn a_change_between_look_and_switch_is_found_by_a_server_that_compares() {
    for (field, value, already) in
        [(FieldId::Contact, text("sip:t@192.0.2.9"), false), (FieldId::Enabled, Value::Flag(false), true)]
    {
        let (bench, shown) = on_with(Preconditions::Weak).await;
        bench.control.add_fault(Fault::next("PATCH", "", FaultEffect::Hold));
        let arrivals = bench.control.arrivals();
        let (switched, ()) = tokio::join!(off(&bench, &shown), async {
            bench.control.arrived(arrivals + 2).await;
            bench.change(field, value);
            bench.control.release();
        });
        assert_eq!(matches!(switched, Switched::AlreadySo { .. }), already, "{switched:?}");
        assert_eq!(matches!(switched, Switched::Moved { .. }), !already, "{switched:?}");
    }
}
