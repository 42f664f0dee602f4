//! Servers that listen to `If-Match`: those that can compare their tags, and those that cannot.

use sipreg::api::{Client, Precondition};
use sipreg::demo::Preconditions;
use sipreg::demo::faults::{Fault, FaultEffect};
use sipreg::domain::change::outcome::{Deleted, Switched};
use sipreg::domain::change::{Checked, SaveOutcome, Toggle};
use sipreg::domain::record::{FieldId, Relation, Value};
use sipreg::domain::request_error::RequestErrorKind;
use sipreg::edit;

use crate::{Bench, own, settings, text};

#[tokio::test]
async fn a_server_that_compares_stops_a_save_over_a_colleagues_change() {
    let bench = Bench::with(Preconditions::Weak).await;
    let draft = bench.draft(&own()).await;
    assert_eq!(edit::check(&bench.client, &draft).await.unwrap(), Checked::Same);
    bench.change(FieldId::DisplayUsername, text("theirs"));
    let saved = edit::save(&bench.client, &draft, Precondition::Send).await;
    let SaveOutcome::Moved { merge, .. } = saved else { panic!("{saved:?}") };
    assert_eq!(merge.open(), [FieldId::DisplayUsername]);
    assert_eq!(bench.stored(FieldId::DisplayUsername), text("theirs"));
    assert_ne!(bench.stored(FieldId::RetryDelay), Value::Number(77), "nothing was changed");
}

#[tokio::test]
async fn a_server_that_compares_lets_an_unchanged_record_be_saved() {
    let bench = Bench::with(Preconditions::Weak).await;
    let draft = bench.draft(&own()).await;
    let saved = edit::save(&bench.client, &draft, Precondition::Send).await;
    assert!(matches!(saved, SaveOutcome::Applied { .. }), "{saved:?}");
}

#[tokio::test]
async fn a_pop_renamed_in_between_does_not_make_a_comparing_server_look_like_one_that_cannot() {
    let bench = Bench::with(Preconditions::Weak).await;
    bench.change(FieldId::Pop, Value::Reference(1));
    let draft = bench.draft(&own()).await;
    assert!(bench.control.rename(Relation::Pop, 1, "RENAMED"));
    let saved = edit::save(&bench.client, &draft, Precondition::Send).await;
    assert!(matches!(saved, SaveOutcome::Applied { .. }), "{saved:?}");
    let statuses: Vec<_> = bench.requests("PATCH").iter().map(|patch| patch.status).collect();
    assert_eq!(statuses, [Some(412), Some(200)]);
}

#[tokio::test]
async fn a_server_that_cannot_compare_its_own_tags_is_recognised_and_saved_to_without_them() {
    let bench = Bench::with(Preconditions::Strong).await;
    let draft = bench.draft(&own()).await;
    assert_eq!(edit::check(&bench.client, &draft).await.unwrap(), Checked::Same);
    assert_eq!(edit::save(&bench.client, &draft, Precondition::Send).await, SaveOutcome::CannotCompare);
    assert_eq!(bench.requests("PATCH").len(), 1);
    assert_ne!(bench.stored(FieldId::RetryDelay), Value::Number(77), "nothing was changed");
    let saved = edit::save(&bench.client, &draft, Precondition::Omit).await;
    assert!(matches!(saved, SaveOutcome::Applied { .. }), "{saved:?}");
    assert_eq!(bench.requests("PATCH")[1].header("if-match"), None);
}

#[tokio::test]
async fn a_server_that_cannot_compare_does_not_hide_a_colleagues_change() {
    let bench = Bench::with(Preconditions::Strong).await;
    let draft = bench.draft(&own()).await;
    bench.change(FieldId::Contact, text("sip:theirs@192.0.2.9"));
    let saved = edit::save(&bench.client, &draft, Precondition::Send).await;
    assert!(matches!(saved, SaveOutcome::Moved { .. }), "{saved:?}");
}

#[tokio::test]
async fn a_412_for_a_record_that_is_gone_is_told_as_gone() {
    let bench = Bench::new().await;
    let draft = bench.draft(&own()).await;
    bench.control.add_fault(Fault::next("PATCH", "", FaultEffect::PreconditionFailed));
    assert!(bench.control.remove(bench.id));
    assert_eq!(edit::save(&bench.client, &draft, Precondition::Send).await, SaveOutcome::Gone);
}

#[tokio::test]
async fn a_412_without_anything_to_compare_is_a_refusal_and_no_circle() {
    let bench = Bench::new().await;
    let draft = bench.draft(&own()).await;
    bench.control.add_fault(Fault::always("PATCH", "", FaultEffect::PreconditionFailed));
    let saved = edit::save(&bench.client, &draft, Precondition::Omit).await;
    assert!(
        matches!(saved, SaveOutcome::Refused(ref error) if error.kind == RequestErrorKind::Precondition),
        "{saved:?}"
    );
    let mut settings = settings(&bench.server);
    settings.precondition = Precondition::Omit;
    let saved = edit::save(&Client::new(settings).unwrap(), &draft, Precondition::Send).await;
    assert!(matches!(saved, SaveOutcome::Refused(_)), "{saved:?}");
}

#[tokio::test]
async fn a_412_that_cannot_be_looked_into_changed_nothing() {
    let bench = Bench::new().await;
    let draft = bench.draft(&own()).await;
    bench.control.add_fault(Fault::next("PATCH", "", FaultEffect::PreconditionFailed));
    bench.control.add_fault(Fault::always("GET", "", FaultEffect::ServerError));
    let saved = edit::save(&bench.client, &draft, Precondition::Send).await;
    assert!(
        matches!(saved, SaveOutcome::Refused(ref error) if error.kind == RequestErrorKind::Precondition),
        "{saved:?}"
    );
}

#[tokio::test]
async fn a_switch_and_a_deletion_at_a_server_that_cannot_compare_are_done_on_demand() {
    let bench = Bench::with(Preconditions::Strong).await;
    bench.change(FieldId::Enabled, Value::Flag(true));
    let shown = bench.read().await;
    let switch =
        |precondition| edit::switch(&bench.client, &shown.registration, shown.tag.as_ref(), Toggle::Off, precondition);
    assert_eq!(switch(Precondition::Send).await, Switched::CannotCompare);
    assert!(matches!(switch(Precondition::Omit).await, Switched::Applied { .. }));
    let shown = bench.read().await;
    let delete = |precondition| edit::delete(&bench.client, &shown.registration, shown.tag.as_ref(), precondition);
    assert_eq!(delete(Precondition::Send).await, Deleted::CannotCompare);
    assert_eq!(delete(Precondition::Omit).await, Deleted::Applied);
}
