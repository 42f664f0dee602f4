//! Whatever goes wrong, and whoever writes in between: what a save says is what the database has.

use proptest::prelude::*;
use sipreg::api::Precondition;
use sipreg::demo::Preconditions;
use sipreg::demo::faults::{Effect, Fault};
use sipreg::domain::change::outcome::{Checked, Saved, Seen};
use sipreg::domain::record::field::FieldId;
use sipreg::domain::record::registration::Registration;
use sipreg::domain::record::value::Value;
use sipreg::edit;

use crate::{Bench, own, text};

fn fault() -> impl Strategy<Value = Option<Effect>> {
    prop_oneof![
        Just(None),
        Just(Some(Effect::CutBefore)),
        Just(Some(Effect::CutAfter)),
        Just(Some(Effect::CutBody)),
        Just(Some(Effect::Unauthorized)),
        Just(Some(Effect::Conflict)),
        Just(Some(Effect::PreconditionFailed)),
        Just(Some(Effect::unprocessable())),
        Just(Some(Effect::ServerError)),
        Just(Some(Effect::HtmlPage)),
    ]
}

/// What somebody else writes between the look and the save.
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

async fn rehearse(listening: Preconditions, fault: Option<Effect>, meddling: Option<(FieldId, Value)>) {
    let bench = Bench::with(listening).await;
    let draft = bench.draft(&own()).await;
    assert_eq!(edit::check(&bench.client, &draft).await.unwrap(), Checked::Same);
    if let Some((field, value)) = meddling {
        bench.change(field, value);
    }
    let before = bench.control.registration(bench.id).unwrap();
    let unauthorized = fault == Some(Effect::Unauthorized);
    if let Some(effect) = fault {
        bench.control.add_fault(Fault::next("PATCH", "", effect));
    }
    let saved = edit::save(&bench.client, &draft, Precondition::Send).await;
    let after = bench.control.registration(bench.id).unwrap();
    match &saved {
        Saved::Applied { now, .. } | Saved::AppliedUnseen { now, .. } => {
            assert!(has_all(&after) && has_all(&now.registration), "{saved:?}");
        }
        Saved::Moved { .. }
        | Saved::CannotCompare
        | Saved::Refused(_)
        | Saved::NotApplied { .. }
        | Saved::Unknown { seen: Seen::AsBefore(_), .. }
        | Saved::Unclear { .. } => assert_eq!(after, before, "{saved:?}"),
        Saved::Gone | Saved::Unknown { .. } => panic!("{saved:?}"),
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
