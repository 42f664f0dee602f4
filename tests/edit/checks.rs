//! The look before a save: each thing that it can find.

use sipreg::api::Precondition;
use sipreg::demo::faults::{Fault, FaultEffect};
use sipreg::domain::change::merge::{MergeSide, rebased};
use sipreg::domain::change::{Checked, Decision, FieldMerge, SaveOutcome};
use sipreg::domain::record::{FieldId, Relation, Secret, Value};
use sipreg::domain::request_error::RequestErrorKind;
use sipreg::edit;

use crate::edit as edited;
use crate::{Bench, own, text};

#[tokio::test]
async fn a_record_that_nobody_touched_is_the_same_and_costs_one_small_answer() {
    let bench = Bench::new().await;
    let draft = bench.draft(&own()).await;
    assert_eq!(edit::check(&bench.client, &draft).await.unwrap(), Checked::Same);
    let asked = bench.requests("GET");
    assert_eq!((asked.len(), asked[1].status), (2, Some(304)));
    assert_eq!(asked[1].target, asked[0].target, "one address, or tags would not compare");
}

#[tokio::test]
async fn a_renamed_pop_is_a_false_alarm_and_renews_the_base() {
    let bench = Bench::new().await;
    bench.change(FieldId::Pop, Value::Reference(1));
    let draft = bench.draft(&own()).await;
    let pop = draft.base().get(FieldId::Pop).clone();
    let Value::Reference(pop) = pop else { panic!("{pop:?}") };
    assert!(bench.control.rename(Relation::Pop, pop, "RENAMED"));
    let Checked::Renewed(now) = edit::check(&bench.client, &draft).await.unwrap() else { panic!("not renewed") };
    let draft = rebased(&draft, &now.registration, now.tag.clone());
    assert_eq!(draft.tag(), now.tag.as_ref());
    assert_eq!(draft.changes().len(), 2);
    assert_eq!(edit::check(&bench.client, &draft).await.unwrap(), Checked::Same);
}

#[tokio::test]
async fn a_draft_without_a_tag_is_compared_by_its_values() {
    let bench = Bench::new().await;
    let mut base = bench.read().await;
    base.tag = None;
    let draft = edited(base, &own());
    assert!(matches!(edit::check(&bench.client, &draft).await.unwrap(), Checked::Renewed(_)));
}

#[tokio::test]
async fn a_colleagues_change_of_another_field_is_taken_over() {
    let bench = Bench::new().await;
    let draft = bench.draft(&own()).await;
    bench.change(FieldId::Contact, text("sip:theirs@192.0.2.9"));
    let Checked::Moved { merge, .. } = edit::check(&bench.client, &draft).await.unwrap() else { panic!("not moved") };
    assert_eq!(merge.fields(FieldMerge::Theirs).collect::<Vec<_>>(), [FieldId::Contact]);
    let draft = merge.resolved().unwrap();
    assert_eq!(edit::check(&bench.client, &draft).await.unwrap(), Checked::Same);
    let saved = edit::save(&bench.client, &draft, Precondition::Send).await;
    assert!(matches!(saved, SaveOutcome::Applied { differences, .. } if differences.is_empty()));
    assert_eq!(bench.stored(FieldId::Contact), text("sip:theirs@192.0.2.9"));
    assert_eq!(bench.stored(FieldId::DisplayUsername), text("mine"));
}

#[tokio::test]
async fn a_change_that_somebody_made_already_is_not_sent() {
    let bench = Bench::new().await;
    let draft = bench.draft(&own()).await;
    bench.change(FieldId::DisplayUsername, text("mine"));
    let Checked::Moved { merge, .. } = edit::check(&bench.client, &draft).await.unwrap() else { panic!("not moved") };
    assert_eq!(merge.fields(FieldMerge::Same).collect::<Vec<_>>(), [FieldId::DisplayUsername]);
    let draft = merge.resolved().unwrap();
    assert_eq!(draft.changes().keys().collect::<Vec<_>>(), [&FieldId::RetryDelay]);
}

#[tokio::test]
async fn the_same_field_changed_by_both_waits_for_a_decision() {
    for (side, expected) in [(MergeSide::Mine, "mine"), (MergeSide::Theirs, "theirs")] {
        let bench = Bench::new().await;
        let draft = bench.draft(&own()).await;
        bench.change(FieldId::DisplayUsername, text("theirs"));
        let Checked::Moved { mut merge, .. } = edit::check(&bench.client, &draft).await.unwrap() else {
            panic!("not moved")
        };
        assert_eq!(merge.open(), [FieldId::DisplayUsername]);
        merge.resolve_all(side);
        let draft = merge.resolved().unwrap();
        assert_eq!(edit::check(&bench.client, &draft).await.unwrap(), Checked::Same);
        edit::save(&bench.client, &draft, Precondition::Send).await;
        assert_eq!(bench.stored(FieldId::DisplayUsername), text(expected));
        assert_eq!(bench.stored(FieldId::RetryDelay), Value::Number(77));
    }
}

#[tokio::test]
async fn a_third_change_while_a_conflict_is_decided_is_found_too() {
    let bench = Bench::new().await;
    let draft = bench.draft(&own()).await;
    bench.change(FieldId::DisplayUsername, text("theirs"));
    let Checked::Moved { mut merge, .. } = edit::check(&bench.client, &draft).await.unwrap() else {
        panic!("not moved")
    };
    merge.resolve(FieldId::DisplayUsername, Decision::Mine);
    bench.change(FieldId::DisplayUsername, text("theirs again"));
    let draft = merge.resolved().unwrap();
    let Checked::Moved { merge, .. } = edit::check(&bench.client, &draft).await.unwrap() else { panic!("not moved") };
    assert_eq!(merge.open(), [FieldId::DisplayUsername]);
}

#[tokio::test]
async fn a_deleted_record_is_gone() {
    let bench = Bench::new().await;
    let draft = bench.draft(&own()).await;
    assert!(bench.control.remove(bench.id));
    assert_eq!(edit::check(&bench.client, &draft).await.unwrap(), Checked::Gone);
}

#[tokio::test]
async fn a_check_that_fails_is_told_and_changes_nothing() {
    let bench = Bench::new().await;
    let draft = bench.draft(&own()).await;
    for (effect, kind) in [
        (FaultEffect::ServerError, RequestErrorKind::ServerError),
        (FaultEffect::HtmlPage, RequestErrorKind::ServerError),
        (FaultEffect::CutBody, RequestErrorKind::Cut),
        (FaultEffect::Unavailable { retry_after: None }, RequestErrorKind::Busy),
    ] {
        // The tag is left out, as an unchanged record has no body that could be cut.
        let mut base = bench.read().await;
        base.tag = None;
        let untagged = edited(base, &own());
        bench.control.add_fault(Fault::next("GET", "", effect));
        assert_eq!(edit::check(&bench.client, &untagged).await.unwrap_err().kind(), kind);
    }
    assert_eq!(edit::check(&bench.client, &draft).await.unwrap(), Checked::Same);
    assert_eq!(bench.requests("PATCH").len(), 0);
}

#[tokio::test]
async fn a_password_that_was_typed_and_not_sent_yet_is_masked_in_what_the_look_brings() {
    let typed = Value::Secret(Secret::new("typ3d-and-unsent"));
    let page = || FaultEffect::Answer {
        status: 502,
        content_type: "text/html".to_owned(),
        body: "<html><title>no typ3d-and-unsent here</title></html>".to_owned(),
    };
    let bench = Bench::new().await;
    let draft = bench.draft(&[(FieldId::AuthPassword, typed.clone())]).await;
    bench.control.add_fault(Fault::next("GET", "", page()));
    let error = edit::check(&bench.client, &draft).await.unwrap_err().error();
    assert!(error.message.contains("no ******** here"), "{}", error.message);
    // The same for a change that is looked at and sent in one go.
    let bench = Bench::new().await;
    let draft = bench.draft(&[(FieldId::AuthPassword, typed)]).await;
    bench.control.add_fault(Fault::next("GET", "", page()));
    let changed = edit::change(&bench.client, &draft, Precondition::Send).await;
    assert!(!format!("{changed:?}").contains("unsent"), "{changed:?}");
}
