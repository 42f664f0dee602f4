//! Creating, and finding out what became of a creation whose answer was lost.

use rstest::rstest;
use sipreg::demo::faults::{Fault, FaultEffect, Paging};
use sipreg::domain::change::outcome::{Created, field_errors};
use sipreg::domain::change::{Draft, ReadBack};
use sipreg::domain::record::{FieldId, Record, Registration, Secret, Value};
use sipreg::domain::request_error::RequestErrorKind;
use sipreg::edit;

use crate::{Bench, text};

fn wanted(name: &str) -> Draft {
    let mut draft = Draft::new(Registration::default(), None);
    for (field, value) in [
        (FieldId::Name, text(name)),
        (FieldId::Domain, text("sip.example")),
        (FieldId::Username, text("u")),
        (FieldId::Contact, text("sip:u@192.0.2.1")),
        (FieldId::AuthPassword, Value::Secret(Secret::new("hunter2"))),
    ] {
        draft.set(field, value);
    }
    draft
}

fn named(bench: &Bench, name: &str) -> usize {
    let ids = bench.control.ids();
    ids.into_iter().filter(|id| bench.control.registration(*id).unwrap().name() == name).count()
}

#[tokio::test]
async fn a_record_is_made_and_the_servers_defaults_are_no_difference() {
    let bench = Bench::new().await;
    let created = edit::create(&bench.client, &wanted("new")).await;
    let Created::Applied { now, differences } = created else { panic!("{created:?}") };
    assert_eq!((now.registration.enabled(), differences), (Some(true), Vec::new()));
    assert_eq!(bench.requests("GET").len(), 0);
}

#[tokio::test]
async fn a_name_that_is_taken_is_refused_at_its_field() {
    let bench = Bench::new().await;
    let taken = bench.read().await.registration.name().to_owned();
    let created = edit::create(&bench.client, &wanted(&taken)).await;
    let Created::Refused(error) = created else { panic!("{created:?}") };
    assert_eq!(field_errors(&error).0[0].0, FieldId::Name);
}

#[rstest]
#[case::cut(FaultEffect::CutAfter)]
#[case::cut_within_the_answer(FaultEffect::CutBody)]
#[tokio::test]
async fn a_record_that_was_made_is_found_by_its_name(#[case] effect: FaultEffect) {
    let bench = Bench::new().await;
    bench.control.add_fault(Fault::next("POST", "/registrations", effect));
    let created = edit::create(&bench.client, &wanted("new")).await;
    let Created::AppliedUnseen { now, .. } = created else { panic!("{created:?}") };
    assert_eq!(now.registration.name(), "new");
    assert!(now.tag.is_some(), "ready to be edited");
    assert_eq!((bench.requests("POST").len(), named(&bench, "new")), (1, 1));
}

#[rstest]
#[case::server_error(FaultEffect::ServerError)]
#[case::a_page_instead(FaultEffect::NoApi)]
#[case::a_portal(FaultEffect::Portal)]
#[case::nothing(FaultEffect::Empty)]
#[tokio::test]
async fn a_record_that_was_not_made_is_told_as_not_made(#[case] effect: FaultEffect) {
    let bench = Bench::new().await;
    bench.control.add_fault(Fault::next("POST", "/registrations", effect));
    let created = edit::create(&bench.client, &wanted("new")).await;
    assert!(matches!(created, Created::NotApplied(_)), "{created:?}");
    assert_eq!((bench.requests("POST").len(), named(&bench, "new")), (1, 0), "it is not sent again by itself");
}

#[rstest]
#[case::cut(FaultEffect::CutBefore)]
#[case::a_proxy_that_lost_the_server(FaultEffect::HtmlPage)]
#[case::silence(FaultEffect::Hold)]
#[tokio::test]
async fn a_record_that_is_not_there_although_nobody_answered_may_come_yet(#[case] effect: FaultEffect) {
    let bench = Bench::new().await;
    bench.control.add_fault(Fault::next("POST", "/registrations", effect));
    let created = edit::create(&bench.impatient(), &wanted("new")).await;
    assert!(matches!(created, Created::Unknown { seen: ReadBack::Absent, .. }), "{created:?}");
    assert_eq!(bench.requests("POST").len(), 1, "it is not sent again by itself");
}

#[tokio::test]
async fn a_record_that_is_made_after_the_time_out_is_found_by_looking_again() {
    let bench = Bench::new().await;
    bench.control.add_fault(Fault::next("POST", "/registrations", FaultEffect::SlowCommit));
    let (client, draft) = (bench.impatient(), wanted("new"));
    let created = edit::create(&client, &draft).await;
    let Created::Unknown { error, seen: ReadBack::Absent } = created else { panic!("{created:?}") };
    bench.control.release();
    bench.control.committed(1).await;
    let created = edit::look_up(&client, &draft, error).await;
    assert!(matches!(created, Created::AppliedUnseen { .. }), "{created:?}");
    assert_eq!(named(&bench, "new"), 1);
}

#[tokio::test]
async fn another_record_in_the_answer_is_not_the_new_one() {
    let bench = Bench::new().await;
    let other = bench.requests("GET").len();
    let document = bench.read().await.document;
    let answer = FaultEffect::Answer { status: 201, content_type: "application/vnd.api+json".into(), body: document };
    bench.control.add_fault(Fault::next("POST", "/registrations", answer));
    let created = edit::create(&bench.client, &wanted("new")).await;
    assert!(matches!(created, Created::NotApplied(_)), "{created:?}");
    assert!(bench.requests("GET").len() > other + 1, "the list was looked through");
}

#[tokio::test]
async fn silence_after_it_was_made_ends_with_the_record_found() {
    let bench = Bench::new().await;
    bench.control.add_fault(Fault::next("POST", "/registrations", FaultEffect::HoldAnswer));
    let created = edit::create(&bench.impatient(), &wanted("new")).await;
    assert!(matches!(created, Created::AppliedUnseen { ref error, .. } if error.kind == RequestErrorKind::TimedOut));
}

#[tokio::test]
async fn somebody_elses_record_of_that_name_is_not_taken_for_ours() {
    let bench = Bench::new().await;
    let other = bench.control.copy(bench.id, "new").unwrap();
    bench.control.add_fault(Fault::next("POST", "/registrations", FaultEffect::ServerError));
    let created = edit::create(&bench.client, &wanted("new")).await;
    let Created::Unclear { now, differences, .. } = created else { panic!("{created:?}") };
    assert_eq!(now.registration.id(), other);
    assert!(differences.iter().any(|found| found.field == FieldId::Domain), "{differences:?}");
}

#[tokio::test]
async fn a_name_far_down_the_list_is_found_too() {
    let bench = Bench::new().await;
    let other = bench.control.copy(bench.id, "new").unwrap();
    for number in 0..60 {
        bench.control.copy(bench.id, &format!("newer {number}")).unwrap();
    }
    bench.control.add_fault(Fault::next("POST", "/registrations", FaultEffect::ServerError));
    let created = edit::create(&bench.client, &wanted("new")).await;
    assert!(matches!(created, Created::Unclear { ref now, .. } if now.registration.id() == other), "{created:?}");
}

#[tokio::test]
async fn a_look_up_that_fails_leaves_it_open_until_it_works() {
    let bench = Bench::new().await;
    bench.control.add_fault(Fault::next("POST", "/registrations", FaultEffect::CutAfter));
    bench.control.add_fault(Fault::next("GET", "", FaultEffect::ServerError));
    let draft = wanted("new");
    let created = edit::create(&bench.client, &draft).await;
    let Created::Unknown { error, seen: ReadBack::Nothing(after) } = created else { panic!("{created:?}") };
    assert_eq!(after.kind, RequestErrorKind::ServerError);
    let created = edit::look_up(&bench.client, &draft, error).await;
    assert!(matches!(created, Created::AppliedUnseen { .. }), "{created:?}");
}

#[tokio::test]
async fn a_record_without_a_name_cannot_be_looked_for() {
    let bench = Bench::new().await;
    bench.control.add_fault(Fault::next("POST", "/registrations", FaultEffect::CutBefore));
    let created = edit::create(&bench.client, &Draft::new(Registration::default(), None)).await;
    assert!(matches!(created, Created::Unknown { seen: ReadBack::Nameless, .. }), "{created:?}");
}

#[tokio::test]
async fn two_who_create_one_name_at_once_make_one_record() {
    let bench = Bench::new().await;
    let colleague = bench.colleague().await;
    let draft = wanted("new");
    let (one, other) = tokio::join!(edit::create(&bench.client, &draft), edit::create(&colleague, &draft));
    let made = [&one, &other].iter().filter(|created| matches!(created, Created::Applied { .. })).count();
    let refused = [&one, &other].iter().filter(|created| matches!(created, Created::Refused(_))).count();
    assert_eq!((made, refused, named(&bench, "new")), (1, 1, 1));
}

#[tokio::test]
async fn a_record_that_is_found_by_its_name_and_cannot_be_read_is_unknown() {
    let bench = Bench::new().await;
    let next = bench.control.ids().into_iter().max().unwrap() + 1;
    bench.control.add_fault(Fault::next("POST", "/registrations", FaultEffect::CutAfter));
    bench.control.add_fault(Fault::always("GET", &format!("/registrations/{next}"), FaultEffect::ServerError));
    let created = edit::create(&bench.client, &wanted("new")).await;
    let Created::Unknown { seen: ReadBack::Nothing(after), .. } = &created else { panic!("{created:?}") };
    assert_eq!((after.kind, named(&bench, "new")), (RequestErrorKind::ServerError, 1));
}

#[tokio::test]
async fn a_list_that_is_not_whole_proves_no_absence() {
    let bench = Bench::new().await;
    bench.control.add_fault(Fault::next("POST", "/registrations", FaultEffect::ServerError));
    bench.control.add_fault(Fault::always("GET", "/registrations", FaultEffect::Paged(Paging::Count(500))));
    let created = edit::create(&bench.client, &wanted("new")).await;
    let Created::Unknown { seen: ReadBack::Nothing(after), .. } = &created else { panic!("{created:?}") };
    assert!(after.message.contains("the list is not complete"), "{after:?}");
}
