//! Looking and saving in one go, as commands and bulk do.

use sipreg::api::Precondition;
use sipreg::demo::faults::{Fault, FaultEffect};
use sipreg::domain::change::{ChangeOutcome, Draft, SaveOutcome};
use sipreg::domain::record::{FieldId, Secret, Value};
use sipreg::edit;

use crate::{Bench, own, text};

#[tokio::test]
async fn a_record_that_nobody_touched_is_changed_with_two_requests() {
    let bench = Bench::new().await;
    let draft = bench.draft(&own()).await;
    let before = bench.control.exchanges().len();
    let changed = edit::change(&bench.client, &draft, Precondition::Send).await;
    assert!(
        matches!(&changed, ChangeOutcome::Sent { saved: SaveOutcome::Applied { differences, .. }, theirs, .. }
            if differences.is_empty() && theirs.is_empty()),
        "{changed:?}"
    );
    assert_eq!(bench.control.exchanges().len() - before, 2);
    assert_eq!(bench.stored(FieldId::DisplayUsername), text("mine"));
}

#[tokio::test]
async fn what_others_changed_elsewhere_stays_and_is_told() {
    let bench = Bench::new().await;
    let draft = bench.draft(&own()).await;
    bench.change(FieldId::Contact, text("sip:theirs@192.0.2.9"));
    let changed = edit::change(&bench.client, &draft, Precondition::Send).await;
    assert!(
        matches!(&changed, ChangeOutcome::Sent { saved: SaveOutcome::Applied { .. }, theirs, .. } if *theirs == [FieldId::Contact]),
        "{changed:?}"
    );
    assert_eq!(bench.stored(FieldId::Contact), text("sip:theirs@192.0.2.9"));
    assert_eq!(bench.stored(FieldId::DisplayUsername), text("mine"));
}

#[tokio::test]
async fn the_same_field_with_another_value_is_a_conflict_and_nothing_is_sent() {
    let bench = Bench::new().await;
    let draft = bench.draft(&own()).await;
    bench.change(FieldId::RetryDelay, Value::Number(99));
    let changed = edit::change(&bench.client, &draft, Precondition::Send).await;
    assert!(matches!(&changed, ChangeOutcome::Unsent { why: SaveOutcome::Moved { .. }, .. }), "{changed:?}");
    assert_eq!(bench.requests("PATCH").len(), 0);
}

#[tokio::test]
async fn what_somebody_else_did_already_is_not_sent() {
    let bench = Bench::new().await;
    let draft = bench.draft(&[(FieldId::RetryDelay, Value::Number(77))]).await;
    bench.change(FieldId::RetryDelay, Value::Number(77));
    let changed = edit::change(&bench.client, &draft, Precondition::Send).await;
    assert!(matches!(&changed, ChangeOutcome::AlreadySo { now: Some(_), .. }), "{changed:?}");
    assert_eq!(bench.requests("PATCH").len(), 0);
}

#[tokio::test]
async fn a_record_that_is_gone_or_out_of_reach_is_told_and_nothing_is_sent() {
    let bench = Bench::new().await;
    let draft = bench.draft(&own()).await;
    bench.control.add_fault(Fault::always("GET", "/registrations/", FaultEffect::CutBefore));
    let changed = edit::change(&bench.client, &draft, Precondition::Send).await;
    assert!(matches!(&changed, ChangeOutcome::Unsent { why: SaveOutcome::Refused(_), .. }), "{changed:?}");
    bench.control.clear_faults();
    assert!(bench.control.remove(bench.id));
    let changed = edit::change(&bench.client, &draft, Precondition::Send).await;
    assert!(matches!(&changed, ChangeOutcome::Unsent { why: SaveOutcome::Gone, .. }), "{changed:?}");
    assert_eq!(bench.requests("PATCH").len(), 0);
}

#[tokio::test]
async fn a_password_that_a_list_withheld_can_be_set() {
    let bench = Bench::new().await;
    bench.change(FieldId::AuthPassword, Value::Secret(Secret::new("old")));
    let mut row = bench.read().await.registration;
    row.set(FieldId::AuthPassword, Value::Withheld);
    let mut draft = Draft::new(row, None);
    draft.set(FieldId::AuthPassword, Value::Secret(Secret::new("new")));
    let changed = edit::change(&bench.client, &draft, Precondition::Send).await;
    assert!(matches!(&changed, ChangeOutcome::Sent { saved: SaveOutcome::Applied { .. }, .. }), "{changed:?}");
    assert_eq!(bench.stored(FieldId::AuthPassword), Value::Secret(Secret::new("new")));
    let again = edit::change(&bench.client, &draft, Precondition::Send).await;
    assert!(matches!(&again, ChangeOutcome::AlreadySo { .. }), "{again:?}");
    assert_eq!(bench.requests("PATCH").len(), 1);
}
