//! Deleting: only what was shown, and known afterwards.

use sipreg::api::Precondition;
use sipreg::demo::faults::{Fault, FaultEffect};
use sipreg::domain::answer::Fetched;
use sipreg::domain::change::ReadBack;
use sipreg::domain::change::outcome::Deleted;
use sipreg::domain::record::FieldId;
use sipreg::domain::request_error::RequestErrorKind;
use sipreg::edit;

use crate::{Bench, text};

async fn delete(bench: &Bench, shown: &Fetched) -> Deleted {
    edit::delete(&bench.client, &shown.registration, shown.tag.as_ref(), Precondition::Send).await
}

fn exists(bench: &Bench) -> bool {
    bench.control.registration(bench.id).is_some()
}

#[tokio::test]
async fn a_record_as_it_was_shown_is_deleted() {
    let bench = Bench::new().await;
    let shown = bench.read().await;
    assert_eq!(delete(&bench, &shown).await, Deleted::Applied);
    assert!(!exists(&bench));
    assert_eq!(delete(&bench, &shown).await, Deleted::AlreadyGone);
    assert_eq!(bench.requests("DELETE").len(), 1);
}

#[tokio::test]
async fn a_record_that_somebody_changed_is_not_deleted_unseen() {
    let bench = Bench::new().await;
    let shown = bench.read().await;
    bench.change(FieldId::Contact, text("sip:theirs@192.0.2.9"));
    let deleted = delete(&bench, &shown).await;
    let Deleted::Moved { now, differences } = deleted else { panic!("{deleted:?}") };
    assert_eq!(differences.iter().map(|found| found.field).collect::<Vec<_>>(), [FieldId::Contact]);
    assert!(exists(&bench));
    assert_eq!(delete(&bench, &now).await, Deleted::Applied);
}

#[tokio::test]
async fn a_record_deleted_by_somebody_else_in_the_same_moment_is_told_as_gone() {
    let bench = Bench::new().await;
    let shown = bench.read().await;
    bench.control.add_fault(Fault::next("DELETE", "", FaultEffect::Hold));
    let arrivals = bench.control.arrivals();
    let (deleted, ()) = tokio::join!(delete(&bench, &shown), async {
        bench.control.arrived(arrivals + 2).await;
        assert!(bench.control.remove(bench.id));
        bench.control.release();
    });
    assert_eq!(deleted, Deleted::AlreadyGone);
}

#[tokio::test]
async fn a_look_that_fails_deletes_nothing() {
    let bench = Bench::new().await;
    let shown = bench.read().await;
    bench.control.add_fault(Fault::next("GET", "", FaultEffect::ServerError));
    assert!(matches!(delete(&bench, &shown).await, Deleted::Refused(_)));
    assert_eq!(bench.requests("DELETE").len(), 0);
}

#[tokio::test]
async fn a_lost_answer_is_read_back() {
    let bench = Bench::new().await;
    let shown = bench.read().await;
    for effect in [FaultEffect::Portal, FaultEffect::Empty, FaultEffect::NoApi, FaultEffect::ServerError] {
        bench.control.add_fault(Fault::next("DELETE", "", effect.clone()));
        assert!(matches!(delete(&bench, &shown).await, Deleted::NotApplied { .. }), "{effect:?}");
    }
    bench.control.add_fault(Fault::next("DELETE", "", FaultEffect::CutBefore));
    let deleted = delete(&bench, &shown).await;
    assert!(matches!(deleted, Deleted::Unknown { seen: ReadBack::AsBefore(_), .. }), "{deleted:?}");
    assert!(exists(&bench));
    bench.control.add_fault(Fault::next("DELETE", "", FaultEffect::CutAfter));
    let deleted = delete(&bench, &shown).await;
    assert!(matches!(deleted, Deleted::AppliedUnseen(ref error) if error.kind == RequestErrorKind::Cut), "{deleted:?}");
    assert_eq!(bench.requests("DELETE").len(), 6);
}

#[tokio::test]
async fn a_lost_answer_that_cannot_be_read_back_is_unknown() {
    let bench = Bench::new().await;
    let mut shown = bench.read().await;
    shown.tag = None;
    bench.control.add_fault(Fault::next("DELETE", "", FaultEffect::CutAfter));
    bench.control.add_fault(Fault::next("DELETE", "", FaultEffect::Hold));
    let arrivals = bench.control.arrivals();
    let (deleted, ()) = tokio::join!(delete(&bench, &shown), async {
        bench.control.arrived(arrivals + 2).await;
        bench.control.add_fault(Fault::next("GET", "", FaultEffect::ServerError));
        bench.control.release();
    });
    assert!(matches!(deleted, Deleted::Unknown { .. }), "{deleted:?}");
}

#[tokio::test]
async fn a_refused_deletion_leaves_the_record() {
    let bench = Bench::new().await;
    let shown = bench.read().await;
    bench.control.add_fault(Fault::next("DELETE", "", FaultEffect::Conflict));
    assert!(
        matches!(delete(&bench, &shown).await, Deleted::Refused(ref error) if error.kind == RequestErrorKind::Conflict)
    );
    assert!(exists(&bench));
}

#[tokio::test]
async fn a_change_between_look_and_deletion_is_found_by_a_server_that_compares() {
    let bench = Bench::with(sipreg::demo::Preconditions::Weak).await;
    let shown = bench.read().await;
    bench.control.add_fault(Fault::next("DELETE", "", FaultEffect::Hold));
    let arrivals = bench.control.arrivals();
    let (deleted, ()) = tokio::join!(delete(&bench, &shown), async {
        bench.control.arrived(arrivals + 2).await;
        bench.change(FieldId::Contact, text("sip:theirs@192.0.2.9"));
        bench.control.release();
    });
    let Deleted::Moved { differences, .. } = deleted else { panic!("{deleted:?}") };
    assert_eq!(differences.iter().map(|found| found.field).collect::<Vec<_>>(), [FieldId::Contact]);
    assert!(exists(&bench));
}

#[tokio::test]
async fn a_412_without_a_tag_to_compare_is_a_refusal_and_no_reason_to_leave_one_out() {
    for precondition in [Precondition::Send, Precondition::Omit] {
        let bench = Bench::new().await;
        let shown = bench.read().await;
        bench.control.add_fault(Fault::next("DELETE", "", FaultEffect::PreconditionFailed));
        let deleted = edit::delete(&bench.client, &shown.registration, shown.tag.as_ref(), precondition).await;
        match precondition {
            Precondition::Send => assert_eq!(deleted, Deleted::CannotCompare),
            Precondition::Omit => {
                let Deleted::Refused(error) = deleted else { panic!("{deleted:?}") };
                assert_eq!(error.status, Some(412));
            }
        }
        assert!(exists(&bench));
    }
    // The same where the record came without a tag, so that it is read and compared by its values.
    let bench = Bench::new().await;
    let shown = bench.read().await;
    bench.control.add_fault(Fault::next("DELETE", "", FaultEffect::PreconditionFailed));
    let deleted = edit::delete(&bench.client, &shown.registration, None, Precondition::Omit).await;
    assert!(matches!(deleted, Deleted::Refused(_)), "{deleted:?}");
}
