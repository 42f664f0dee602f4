//! Saving when the server answers: what is sent, and what is told of others.

use sipreg::api::Precondition;
use sipreg::demo::faults::{Fault, FaultEffect};
use sipreg::domain::change::{Cause, Checked, SaveOutcome};
use sipreg::domain::record::{FieldId, Value};
use sipreg::domain::request_error::RequestErrorKind;
use sipreg::edit;

use crate::{Bench, own, text};

#[tokio::test]
async fn only_the_changes_are_sent_and_the_answer_is_the_next_base() {
    let bench = Bench::new().await;
    let draft = bench.draft(&own()).await;
    let before = bench.control.registration(bench.id).unwrap();
    let saved = edit::save(&bench.client, &draft, Precondition::Send).await;
    let SaveOutcome::Applied { now, differences } = saved else { panic!("{saved:?}") };
    assert_eq!(differences, []);
    let after = bench.control.registration(bench.id).unwrap();
    for field in FieldId::all() {
        let expected = draft.changes().get(&field).unwrap_or_else(|| before.get(field));
        assert_eq!(after.get(field), expected, "{field:?}");
    }
    let patch = &bench.requests("PATCH")[0];
    let id = bench.id;
    assert_eq!(
        patch.body,
        format!(
            r#"{{"data":{{"type":"registrations","id":"{id}","attributes":{{"display-username":"mine","retry-delay":77}}}}}}"#
        )
    );
    assert_eq!(patch.header("if-match"), Some(draft.tag().unwrap().as_str()));
    let next = sipreg::domain::change::draft::Draft::new(now.registration, now.tag);
    assert_eq!(edit::check(&bench.client, &next).await.unwrap(), Checked::Same);
}

#[tokio::test]
async fn a_relationship_is_sent_with_its_linkage_and_the_others_not_at_all() {
    let bench = Bench::new().await;
    bench.change(FieldId::Pop, Value::Reference(1));
    let draft = bench.draft(&[(FieldId::Pop, Value::Null)]).await;
    let saved = edit::save(&bench.client, &draft, Precondition::Send).await;
    assert!(matches!(saved, SaveOutcome::Applied { ref differences, .. } if differences.is_empty()), "{saved:?}");
    let id = bench.id;
    assert_eq!(
        bench.requests("PATCH")[0].body,
        format!(r#"{{"data":{{"type":"registrations","id":"{id}","relationships":{{"pop":{{"data":null}}}}}}}}"#)
    );
}

#[tokio::test]
async fn an_edit_without_changes_sends_no_write() {
    let bench = Bench::new().await;
    let draft = bench.draft(&[]).await;
    bench.change(FieldId::Contact, text("sip:theirs@192.0.2.9"));
    let saved = edit::save(&bench.client, &draft, Precondition::Send).await;
    let SaveOutcome::Applied { differences, .. } = saved else { panic!("{saved:?}") };
    assert_eq!(differences[0].cause, Cause::Foreign);
    assert_eq!(bench.requests("PATCH").len(), 0);
}

#[tokio::test]
async fn what_a_colleague_changed_between_check_and_save_is_kept_and_told() {
    let bench = Bench::new().await;
    let draft = bench.draft(&own()).await;
    assert_eq!(edit::check(&bench.client, &draft).await.unwrap(), Checked::Same);
    bench.change(FieldId::Contact, text("sip:theirs@192.0.2.9"));
    let saved = edit::save(&bench.client, &draft, Precondition::Send).await;
    let SaveOutcome::Applied { differences, .. } = saved else { panic!("{saved:?}") };
    assert_eq!(differences.len(), 1);
    assert_eq!((differences[0].field, differences[0].cause), (FieldId::Contact, Cause::Foreign));
    assert_eq!(bench.stored(FieldId::Contact), text("sip:theirs@192.0.2.9"));
}

#[tokio::test]
async fn a_change_that_comes_while_the_save_is_under_way_is_kept_and_told() {
    let bench = Bench::new().await;
    let draft = bench.draft(&own()).await;
    let colleague = bench.colleague().await;
    let theirs = bench.draft(&[(FieldId::Contact, text("sip:theirs@192.0.2.9"))]).await;
    bench.control.add_fault(Fault::next("PATCH", "", FaultEffect::Hold));
    let arrivals = bench.control.arrivals();
    let (saved, ()) = tokio::join!(edit::save(&bench.client, &draft, Precondition::Send), async {
        bench.control.arrived(arrivals + 1).await;
        let saved = edit::save(&colleague, &theirs, Precondition::Send).await;
        assert!(matches!(saved, SaveOutcome::Applied { differences, .. } if differences.is_empty()));
        bench.control.release();
    });
    let SaveOutcome::Applied { differences, .. } = saved else { panic!("{saved:?}") };
    assert_eq!(differences.iter().map(|found| found.field).collect::<Vec<_>>(), [FieldId::Contact]);
    assert_eq!(bench.stored(FieldId::DisplayUsername), text("mine"));
}

#[tokio::test]
async fn a_change_of_the_same_field_after_ours_but_before_our_answer_shows_at_the_next_check() {
    let bench = Bench::new().await;
    let draft = bench.draft(&own()).await;
    bench.control.add_fault(Fault::next("PATCH", "", FaultEffect::HoldAnswer));
    let arrivals = bench.control.arrivals();
    let (saved, ()) = tokio::join!(edit::save(&bench.client, &draft, Precondition::Send), async {
        bench.control.arrived(arrivals + 1).await;
        while bench.stored(FieldId::DisplayUsername) != text("mine") {
            tokio::task::yield_now().await;
        }
        bench.change(FieldId::DisplayUsername, text("theirs"));
        bench.control.release();
    });
    let SaveOutcome::Applied { now, .. } = saved else { panic!("{saved:?}") };
    let next = sipreg::domain::change::draft::Draft::new(now.registration, now.tag);
    let Checked::Moved { merge, .. } = edit::check(&bench.client, &next).await.unwrap() else { panic!("not moved") };
    assert_eq!(merge.rows()[FieldId::DisplayUsername.index()].base, text("mine"));
    assert_eq!(merge.rows()[FieldId::DisplayUsername.index()].theirs, text("theirs"));
}

#[tokio::test]
async fn a_value_that_the_server_stores_differently_is_told() {
    let bench = Bench::new().await;
    let draft = bench.draft(&own()).await;
    let body = bench.read().await.document.replace("\"retry-delay\": 1", "\"retry-delay\": 7");
    bench.control.add_fault(Fault::next(
        "PATCH",
        "",
        FaultEffect::Answer { status: 200, content_type: "application/vnd.api+json".into(), body },
    ));
    let saved = edit::save(&bench.client, &draft, Precondition::Send).await;
    let SaveOutcome::Applied { differences, .. } = saved else { panic!("{saved:?}") };
    let altered = differences.iter().filter(|found| found.cause == Cause::Altered).map(|found| found.field);
    assert_eq!(altered.collect::<Vec<_>>(), [FieldId::DisplayUsername, FieldId::RetryDelay]);
}

#[tokio::test]
async fn a_record_deleted_before_the_save_is_gone_and_the_draft_is_still_there() {
    let bench = Bench::new().await;
    let draft = bench.draft(&own()).await;
    assert!(bench.control.remove(bench.id));
    assert_eq!(edit::save(&bench.client, &draft, Precondition::Send).await, SaveOutcome::Gone);
}

#[tokio::test]
async fn a_token_that_ended_is_renewed_and_the_save_done_once() {
    let bench = Bench::new().await;
    let draft = bench.draft(&own()).await;
    bench.control.revoke_tokens();
    let saved = edit::save(&bench.client, &draft, Precondition::Send).await;
    assert!(matches!(saved, SaveOutcome::Applied { .. }), "{saved:?}");
    let statuses: Vec<_> = bench.requests("PATCH").iter().map(|patch| patch.status).collect();
    assert_eq!(statuses, [Some(401), Some(200)]);
}

#[tokio::test]
async fn a_token_that_ended_where_nobody_may_sign_in_changes_nothing() {
    let bench = Bench::new().await;
    let draft = bench.draft(&own()).await;
    bench.control.revoke_tokens();
    bench.control.set_users(Vec::new());
    let saved = edit::save(&bench.client, &draft, Precondition::Send).await;
    let SaveOutcome::Refused(error) = saved else { panic!("{saved:?}") };
    assert_eq!(error.kind, RequestErrorKind::SignInRefused, "{}", error.message);
    assert_ne!(bench.stored(FieldId::DisplayUsername), text("mine"));
}

#[tokio::test]
async fn a_sign_in_that_is_cut_in_the_middle_of_a_save_changes_nothing() {
    let bench = Bench::new().await;
    let draft = bench.draft(&own()).await;
    bench.control.revoke_tokens();
    bench.control.add_fault(Fault::always("POST", "/auth", FaultEffect::CutBefore));
    let saved = edit::save(&bench.client, &draft, Precondition::Send).await;
    let SaveOutcome::Refused(error) = saved else { panic!("{saved:?}") };
    assert!(error.message.contains("not sent"), "{}", error.message);
    assert_ne!(bench.stored(FieldId::DisplayUsername), text("mine"));
}
