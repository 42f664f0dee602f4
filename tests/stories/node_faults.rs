//! Each fault of a node, as the console shows it: whoever cannot be asked is unknown with its reason, whoever writes as
//! older nodes do is understood, and all others are what they were.

use std::collections::BTreeMap;
use std::time::Duration;

use sipreg::demo::faults::{Fault, FaultEffect};
use sipreg::demo::{NodeFault, ServerClock};
use sipreg::domain::live::summary::Overall;
use sipreg::live::{LiveOptions, Provider, Source};

use crate::sitting::{BEGINNING, Sitting};

const EVERY: Duration = Duration::from_secs(15);
/// Registrations of lon-n1, the first of which is on screen.
const OF_THE_NODE: u64 = 13;
/// One of fra-n1.
const OF_ANOTHER: u64 = 7;

fn live() -> Sitting {
    let mut sitting = Sitting::live((120, 40), 120, EVERY);
    // Nodes that hang are given up sooner than others are waited for.
    let timeout = Duration::from_secs(2);
    let settings = LiveOptions { source: Source::Nodes, timeout, endpoints: BTreeMap::new() };
    sitting.provider = Some(Provider::new(settings));
    sitting.server.control().set_clock(ServerClock::Fixed(BEGINNING + 60));
    sitting.answer_all();
    sitting.pass(EVERY);
    sitting
}

/// What the list has of a registration.
fn word(sitting: &Sitting, id: u64) -> &'static str {
    sitting.app.store.targets.live_mark(id).map_or("", |mark| mark.word)
}

/// The words of all registrations.
fn words(sitting: &Sitting) -> Vec<(u64, &'static str)> {
    sitting.server.control().ids().into_iter().map(|id| (id, word(sitting, id))).collect()
}

/// What the first lines of a detail say of the node, in one.
fn detail(sitting: &mut Sitting, id: u64) -> String {
    sitting.press(":");
    sitting.write(&id.to_string());
    sitting.carry_out("Enter Enter");
    let store = &sitting.app.store;
    let lines = store.lines(&sitting.app.cx, sitting.app.panes.stack.first().unwrap()).into_iter();
    let lines: Vec<String> = lines.skip(1).take(5).map(|line| line.text).collect();
    sitting.press("Esc");
    lines.join(" ")
}

/// What the console makes of a fault.
enum Seen {
    /// The node cannot be asked, for a reason that begins so.
    Unreachable(&'static str),
    /// The node answers, and says the same as before.
    Understood,
    /// The node answers, and what it has of some registrations cannot be told.
    InPart(&'static str),
}

const FAULTS: &[(NodeFault, Seen)] = &[
    (NodeFault::Refuse, Seen::Unreachable("connection refused (127.0.0.1:")),
    (NodeFault::Hang, Seen::Unreachable("no answer within 2 s")),
    (NodeFault::Garbage, Seen::Unreachable("the answer cannot be read: not a netstring")),
    (NodeFault::Half, Seen::Unreachable("the connection ended in the middle of the answer")),
    (NodeFault::Huge, Seen::Unreachable("the answer is too large: 9999999999 bytes")),
    (NodeFault::WrongId, Seen::Unreachable("the answer cannot be read: it answers another question")),
    (NodeFault::Refusal, Seen::Unreachable("the node refused: not now (-32603)")),
    (NodeFault::Booleans, Seen::Understood),
    (NodeFault::MissingMembers, Seen::Understood),
    (NodeFault::DuplicateIds, Seen::Understood),
    (NodeFault::NoIds, Seen::InPart("the node lists ")),
];

#[test]
fn every_fault_of_a_node_is_unknown_or_understood_and_touches_no_other_node() {
    assert_eq!(FAULTS.len(), NodeFault::WORDS.len(), "each fault that can be rehearsed");
    for (fault, seen) in FAULTS {
        let mut sitting = live();
        let before = words(&sitting);
        assert_eq!((word(&sitting, OF_THE_NODE), word(&sitting, OF_ANOTHER)), ("active", "active"));
        sitting.server.fault(Fault::always("NODE", "/lon-n1", FaultEffect::Node(*fault)));
        sitting.pass(EVERY);
        let (after, reported) = (words(&sitting), detail(&mut sitting, OF_THE_NODE));
        let unknown = Overall::Unknown.word();
        match seen {
            Seen::Unreachable(reason) => {
                assert!(sitting.screen().contains("13/14"), "{fault:?}: {}", sitting.screen());
                assert_eq!(word(&sitting, OF_THE_NODE), unknown, "{fault:?}");
                assert!(reported.starts_with(&format!("lon-n1: unknown: {reason}")), "{fault:?}: {reported:?}");
                assert!(reported.contains("active"), "the last word is kept with its age: {reported:?}");
            }
            Seen::Understood => {
                assert!(sitting.screen().contains("14/14"), "{fault:?}: {}", sitting.screen());
                assert_eq!(after, before, "{fault:?}");
                assert!(reported.starts_with("lon-n1: active"), "{fault:?}: {reported:?}");
            }
            Seen::InPart(reason) => {
                assert!(sitting.screen().contains("14/14"), "{fault:?}: {}", sitting.screen());
                let lost = after.iter().find(|now| now.1 == unknown).unwrap_or_else(|| panic!("{fault:?}: {after:?}"));
                let reported = detail(&mut sitting, lost.0);
                assert!(reported.starts_with(&format!("lon-n1: unknown: {reason}")), "{fault:?}: {reported:?}");
            }
        }
        for (was, now) in before.iter().zip(&after) {
            assert!(was == now || now.1 == unknown, "{fault:?}: {was:?} became {now:?}");
        }
        assert!(sitting.app.cx.notices.current().is_none(), "{fault:?}: no message: {}", sitting.screen());
        sitting.server.control().clear_faults();
        // A node that refused has to listen again first, which no one tells.
        let again = (0..100).find(|_| {
            sitting.pass(EVERY);
            sitting.screen().contains("14/14")
        });
        assert!(again.is_some(), "{fault:?}: {}", sitting.screen());
        let healed: Vec<_> = words(&sitting).into_iter().filter(|now| now.1 == unknown).collect();
        assert_eq!(healed, [], "{fault:?}");
    }
}
