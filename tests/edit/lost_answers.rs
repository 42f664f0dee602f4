//! Saves whose answer does not come: nothing is sent twice, and what is true is read back.

use rstest::rstest;
use sipreg::api::{Client, Precondition};
use sipreg::demo::faults::{Fault, FaultEffect};
use sipreg::domain::change::{ReadBack, SaveOutcome};
use sipreg::domain::record::{FieldId, Value};
use sipreg::domain::request_error::{Effectiveness, RequestErrorKind};
use sipreg::edit;

use crate::{Bench, own, settings, text};

#[rstest]
#[case::cut_before_an_answer(FaultEffect::CutAfter, RequestErrorKind::Cut)]
#[case::cut_within_the_answer(FaultEffect::CutBody, RequestErrorKind::Cut)]
#[tokio::test]
async fn a_save_that_was_done_is_told_as_done(#[case] effect: FaultEffect, #[case] kind: RequestErrorKind) {
    let bench = Bench::new().await;
    let draft = bench.draft(&own()).await;
    bench.control.add_fault(Fault::next("PATCH", "", effect));
    let saved = edit::save(&bench.client, &draft, Precondition::Send).await;
    let SaveOutcome::AppliedUnseen { now, error } = saved else { panic!("{saved:?}") };
    assert_eq!(error.kind, kind);
    assert_ne!(error.effect, Effectiveness::NotApplied);
    assert_eq!(now.registration.get(FieldId::DisplayUsername), &text("mine"));
    assert_eq!(bench.requests("PATCH").len(), 1);
}

#[rstest]
#[case::server_error(FaultEffect::ServerError, RequestErrorKind::ServerError)]
#[case::busy(FaultEffect::Unavailable { retry_after: Some(3) }, RequestErrorKind::Busy)]
#[case::a_page_that_says_ok(
    FaultEffect::Answer { status: 200, content_type: "text/html".into(), body: "<title>Hotel</title>".into() },
    RequestErrorKind::Unreadable
)]
#[case::a_page_that_says_404(FaultEffect::NoApi, RequestErrorKind::Unreadable)]
#[case::a_page_that_forbids(FaultEffect::ProxyPage { status: 403 }, RequestErrorKind::Forbidden)]
#[case::a_400_without_a_word(
    FaultEffect::Answer { status: 400, content_type: "text/html".into(), body: String::new() },
    RequestErrorKind::Refused
)]
#[case::a_redirect(FaultEffect::Redirect { to: "/api/rest/admin/registrations/1".into() }, RequestErrorKind::Refused)]
#[case::nothing(FaultEffect::Empty, RequestErrorKind::Unreadable)]
#[case::no_content(FaultEffect::NoContent, RequestErrorKind::Unreadable)]
#[case::the_old_values(FaultEffect::Ignored, RequestErrorKind::Unreadable)]
#[tokio::test]
async fn a_save_that_was_not_done_is_told_as_not_done(#[case] effect: FaultEffect, #[case] kind: RequestErrorKind) {
    let bench = Bench::new().await;
    let draft = bench.draft(&own()).await;
    bench.control.add_fault(Fault::next("PATCH", "", effect));
    let saved = edit::save(&bench.client, &draft, Precondition::Send).await;
    let SaveOutcome::NotApplied { error, .. } = saved else { panic!("{saved:?}") };
    assert_eq!(error.kind, kind);
    assert_ne!(bench.stored(FieldId::DisplayUsername), text("mine"));
    assert_eq!(bench.requests("PATCH").len(), 1, "a write is never sent again by itself");
}

#[rstest]
#[case::cut(FaultEffect::CutBefore, RequestErrorKind::Cut)]
#[case::a_proxy_that_lost_the_server(FaultEffect::HtmlPage, RequestErrorKind::ServerError)]
#[case::a_proxy_that_waited_in_vain(FaultEffect::ProxyPage { status: 504 }, RequestErrorKind::ServerError)]
#[case::silence(FaultEffect::Hold, RequestErrorKind::TimedOut)]
#[tokio::test]
async fn where_nobody_answered_the_old_values_prove_nothing(
    #[case] effect: FaultEffect,
    #[case] kind: RequestErrorKind,
) {
    let bench = Bench::new().await;
    let draft = bench.draft(&own()).await;
    bench.control.add_fault(Fault::next("PATCH", "", effect));
    let saved = edit::save(&bench.impatient(), &draft, Precondition::Send).await;
    let SaveOutcome::Unknown { error, seen: ReadBack::AsBefore(now) } = saved else { panic!("{saved:?}") };
    assert_eq!((error.kind, error.effect), (kind, Effectiveness::Pending));
    assert_ne!(now.registration.get(FieldId::DisplayUsername), &text("mine"));
    assert_eq!(bench.requests("PATCH").len(), 1);
}

#[tokio::test]
async fn a_save_that_lands_after_the_time_out_is_found_by_reading_again() {
    let bench = Bench::new().await;
    let draft = bench.draft(&own()).await;
    bench.control.add_fault(Fault::next("PATCH", "", FaultEffect::SlowCommit));
    let client = bench.impatient();
    let saved = edit::save(&client, &draft, Precondition::Send).await;
    let SaveOutcome::Unknown { error, seen: ReadBack::AsBefore(_) } = saved else { panic!("{saved:?}") };
    bench.control.release();
    bench.control.committed(1).await;
    let saved = edit::read_back(&client, &draft, error).await;
    assert!(matches!(saved, SaveOutcome::AppliedUnseen { .. }), "{saved:?}");
    assert_eq!(bench.requests("PATCH").len(), 1);
}

#[tokio::test]
async fn silence_after_the_save_was_done_is_told_as_done() {
    let bench = Bench::new().await;
    let draft = bench.draft(&own()).await;
    bench.control.add_fault(Fault::next("PATCH", "", FaultEffect::HoldAnswer));
    let saved = edit::save(&bench.impatient(), &draft, Precondition::Send).await;
    let SaveOutcome::AppliedUnseen { error, .. } = saved else { panic!("{saved:?}") };
    assert_eq!(error.kind, RequestErrorKind::TimedOut);
    assert_eq!(bench.requests("PATCH").len(), 1);
}

#[tokio::test]
async fn a_lost_answer_with_somebody_else_writing_the_same_field_is_left_to_the_user() {
    let bench = Bench::new().await;
    let draft = bench.draft(&own()).await;
    bench.control.add_fault(Fault::next("PATCH", "", FaultEffect::CutAfter));
    bench.control.add_fault(Fault::next("GET", "", FaultEffect::Hold));
    let arrivals = bench.control.arrivals();
    let (saved, ()) = tokio::join!(edit::save(&bench.client, &draft, Precondition::Send), async {
        bench.control.arrived(arrivals + 2).await;
        bench.change(FieldId::DisplayUsername, text("theirs"));
        bench.control.release();
    });
    let SaveOutcome::Unclear { merge, error, .. } = saved else { panic!("{saved:?}") };
    assert_eq!(error.kind, RequestErrorKind::Cut);
    assert_eq!(merge.open(), [FieldId::DisplayUsername]);
    assert_eq!(bench.stored(FieldId::RetryDelay), Value::Number(77));
}

#[tokio::test]
async fn a_lost_answer_and_a_record_that_is_gone_is_told_as_gone() {
    let bench = Bench::new().await;
    let draft = bench.draft(&own()).await;
    bench.control.add_fault(Fault::next("PATCH", "", FaultEffect::CutBefore));
    bench.control.add_fault(Fault::next("GET", "", FaultEffect::Hold));
    let arrivals = bench.control.arrivals();
    let (saved, ()) = tokio::join!(edit::save(&bench.client, &draft, Precondition::Send), async {
        bench.control.arrived(arrivals + 2).await;
        assert!(bench.control.remove(bench.id));
        bench.control.release();
    });
    assert_eq!(saved, SaveOutcome::Gone);
}

#[tokio::test]
async fn what_cannot_be_read_back_is_unknown_until_it_can() {
    let bench = Bench::new().await;
    let draft = bench.draft(&own()).await;
    bench.control.add_fault(Fault::next("PATCH", "", FaultEffect::CutAfter));
    bench.control.add_fault(Fault::next("GET", "", FaultEffect::ServerError));
    let saved = edit::save(&bench.client, &draft, Precondition::Send).await;
    let SaveOutcome::Unknown { error, seen: ReadBack::Nothing(after) } = saved else { panic!("{saved:?}") };
    assert_eq!((error.kind, after.kind), (RequestErrorKind::Cut, RequestErrorKind::ServerError));
    let saved = edit::read_back(&bench.client, &draft, error).await;
    assert!(matches!(saved, SaveOutcome::AppliedUnseen { .. }), "{saved:?}");
    assert_eq!(bench.requests("PATCH").len(), 1);
}

#[tokio::test]
async fn no_connection_means_that_nothing_was_sent() {
    let bench = Bench::new().await;
    let draft = bench.draft(&own()).await;
    let mut settings = settings(&bench.server);
    settings.token = bench.client.token();
    let fresh = Client::new(settings).unwrap();
    bench.server.stop().await;
    let saved = edit::save(&fresh, &draft, Precondition::Send).await;
    let SaveOutcome::Refused(error) = saved else { panic!("{saved:?}") };
    assert_eq!((error.kind, error.effect), (RequestErrorKind::Unreachable, Effectiveness::NotApplied));
}
