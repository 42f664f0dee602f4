//! Refusals in words: complaints at their fields, fields that block, and what an unexplained error is about.

use rstest::rstest;
use sipreg::api::Precondition;
use sipreg::demo::faults::{Fault, FaultEffect};
use sipreg::domain::change::SaveOutcome;
use sipreg::domain::change::outcome::{explain, field_errors};
use sipreg::domain::record::{FieldId, Value};
use sipreg::domain::request_error::{RequestError, RequestErrorKind};
use sipreg::edit;

use crate::{Bench, own, text};

async fn refused(bench: &Bench, changes: &[(FieldId, Value)]) -> (RequestError, sipreg::domain::change::draft::Draft) {
    let draft = bench.draft(changes).await;
    match edit::save(&bench.client, &draft, Precondition::Send).await {
        SaveOutcome::Refused(error) => (error, draft),
        other => panic!("{other:?}"),
    }
}

#[rstest]
#[case::too_many(FaultEffect::TooMany { retry_after: Some(1) }, RequestErrorKind::Busy)]
#[case::conflict(FaultEffect::Conflict, RequestErrorKind::Conflict)]
#[case::refused_values(FaultEffect::unprocessable(), RequestErrorKind::Invalid)]
#[tokio::test]
async fn a_refusal_changed_nothing_and_is_not_sent_again(#[case] effect: FaultEffect, #[case] kind: RequestErrorKind) {
    let bench = Bench::new().await;
    bench.control.add_fault(Fault::next("PATCH", "", effect));
    let (error, _) = refused(&bench, &own()).await;
    assert_eq!(error.kind, kind);
    assert_ne!(bench.stored(FieldId::DisplayUsername), text("mine"));
    assert_eq!(bench.requests("PATCH").len(), 1);
}

#[tokio::test]
async fn each_complaint_is_told_at_its_field_in_the_servers_order() {
    let bench = Bench::new().await;
    let changes = [(FieldId::RetryDelay, Value::Null), (FieldId::Contact, text("bad")), (FieldId::Domain, text(" "))];
    let (error, draft) = refused(&bench, &changes).await;
    let (fields, general) = field_errors(&error);
    let named: Vec<FieldId> = fields.iter().map(|(field, _)| *field).collect();
    assert!(named.contains(&FieldId::Contact) && named.contains(&FieldId::Domain), "{fields:?}");
    assert_eq!(named.iter().filter(|field| **field == FieldId::RetryDelay).count(), 2, "{fields:?}");
    assert!(fields.iter().any(|(_, text)| text == "is invalid"), "{fields:?}");
    assert_eq!(general, [""; 0]);
    assert_eq!(explain(&error, &draft).blocking, []);
}

#[tokio::test]
async fn complaints_about_no_known_field_are_told_on_top() {
    let bench = Bench::new().await;
    let pointers = [
        "/data",
        "/data/attributes/shoe-size",
        "/data/relationships/name",
        "/data/relationships/node/data",
        "/data/attributes/display-username",
    ];
    let pointers = pointers.map(str::to_owned).into();
    bench.control.add_fault(Fault::next("PATCH", "", FaultEffect::Unprocessable { pointers }));
    let (error, _) = refused(&bench, &own()).await;
    let (fields, general) = field_errors(&error);
    assert_eq!(fields.iter().map(|(field, _)| *field).collect::<Vec<_>>(), [FieldId::Node, FieldId::DisplayUsername]);
    assert_eq!(general.len(), 3);
}

#[tokio::test]
async fn a_record_from_before_the_rules_names_the_field_that_blocks() {
    let bench = Bench::new().await;
    bench.change(FieldId::Contact, Value::Null);
    let (error, draft) = refused(&bench, &own()).await;
    let explained = explain(&error, &draft);
    assert_eq!(explained.blocking, [FieldId::Contact]);
    let label = FieldId::Contact.field().label;
    let sentence = explained.general.concat();
    assert!(sentence.contains(label) && sentence.contains("is not set, which you did not touch"), "{sentence}");
    assert!(sentence.contains("or the change made it so"), "nobody knows: {sentence}");
    let mut both = own();
    both.push((FieldId::Contact, text("sip:u@192.0.2.1")));
    let draft = bench.draft(&both).await;
    let saved = edit::save(&bench.client, &draft, Precondition::Send).await;
    assert!(matches!(saved, SaveOutcome::Applied { .. }), "{saved:?}");
}

#[tokio::test]
async fn a_server_error_on_ordinary_input_says_what_is_known_to_cause_it() {
    let bench = Bench::new().await;
    for (change, word) in [
        ((FieldId::Pop, Value::Reference(999_999)), "there is no POP 999999"),
        ((FieldId::Enabled, Value::Null), "fails on null"),
        ((FieldId::Expire, Value::Number(3_000_000_000)), "2147483647"),
        ((FieldId::DisplayUsername, text("x")), "nothing in this edit is known"),
    ] {
        bench.control.clear_faults();
        if change.0 == FieldId::DisplayUsername {
            bench.control.add_fault(Fault::next("PATCH", "", FaultEffect::ServerError));
        }
        let draft = bench.draft(&[change]).await;
        let saved = edit::save(&bench.client, &draft, Precondition::Send).await;
        let SaveOutcome::NotApplied { error, .. } = saved else { panic!("{saved:?}") };
        assert!(error.message.contains("possibly invalid input"), "{}", error.message);
        let reported = explain(&error, &draft).general.concat();
        assert!(reported.contains(word), "{reported}");
    }
}
