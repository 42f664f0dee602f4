//! Whatever goes wrong, and whoever writes in between: what a save says is what the database has.

use proptest::prelude::*;
use sipreg::api::Precondition;
use sipreg::demo::Preconditions;
use sipreg::demo::faults::{Fault, FaultEffect};
use sipreg::domain::change::{Checked, ReadBack, SaveOutcome};
use sipreg::domain::record::{FieldId, Registration, Value};
use sipreg::edit;

use crate::{Bench, own, text};

fn fault() -> impl Strategy<Value = Option<FaultEffect>> {
    prop_oneof![
        Just(None),
        Just(Some(FaultEffect::CutBefore)),
        Just(Some(FaultEffect::CutAfter)),
        Just(Some(FaultEffect::CutBody)),
        Just(Some(FaultEffect::Unauthorized)),
        Just(Some(FaultEffect::Conflict)),
        Just(Some(FaultEffect::PreconditionFailed)),
        Just(Some(FaultEffect::unprocessable())),
        Just(Some(FaultEffect::ServerError)),
        Just(Some(FaultEffect::HtmlPage)),
    ]
}

/// What someone else writes between the look and the save.
fn meddling() -> impl Strategy<Value = Option<(FieldId, Value)>> {
    prop_oneof![
        Just(None),
        Just(Some((FieldId::Contact, text("sip:theirs@192.0.2.9")))),
        Just(Some((FieldId::DisplayUsername, text("theirs")))),
        Just(Some((FieldId::DisplayUsername, text("mine")))),
    ]
}

fn listening() -> impl Strategy<Value = Preconditions> {
    prop_oneof![Just(Preconditions::Ignored), Just(Preconditions::Weak), Just(Preconditions::Strong)]
}

fn has_all(record: &Registration) -> bool {
    own().iter().all(|(field, value)| record.get(*field) == value)
}

async fn rehearse(listening: Preconditions, fault: Option<FaultEffect>, meddling: Option<(FieldId, Value)>) {
    let bench = Bench::with(listening).await;
    let draft = bench.draft(&own()).await;
    assert_eq!(edit::check(&bench.client, &draft).await.unwrap(), Checked::Same);
    if let Some((field, value)) = meddling {
        bench.change(field, value);
    }
    let before = bench.control.registration(bench.id).unwrap();
    let unauthorized = fault == Some(FaultEffect::Unauthorized);
    if let Some(effect) = fault {
        bench.control.add_fault(Fault::next("PATCH", "", effect));
    }
    let saved = edit::save(&bench.client, &draft, Precondition::Send).await;
    let after = bench.control.registration(bench.id).unwrap();
    match &saved {
        SaveOutcome::Applied { now, .. } | SaveOutcome::AppliedUnseen { now, .. } => {
            assert!(has_all(&after) && has_all(&now.registration), "{saved:?}");
        }
        SaveOutcome::Moved { .. }
        | SaveOutcome::CannotCompare
        | SaveOutcome::Refused(_)
        | SaveOutcome::NotApplied { .. }
        | SaveOutcome::Unknown { seen: ReadBack::AsBefore(_), .. }
        | SaveOutcome::Unclear { .. } => assert_eq!(after, before, "{saved:?}"),
        SaveOutcome::Gone | SaveOutcome::Unknown { .. } => panic!("{saved:?}"),
    }
    let (sent, allowed) = (bench.requests("PATCH").len(), if unauthorized { 2 } else { 1 });
    assert_eq!(sent, allowed, "{saved:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 80, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_a_save_says_is_what_the_database_has(
        listening in listening(), fault in fault(), meddling in meddling(),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(rehearse(listening, fault, meddling));
    }
}
