//! What each key does at each step of a change of many, as one table: what is said, what is asked, what is sent.

use std::fmt::Write as _;
use std::time::Duration;

use sipreg::app::write::bulk::BatchStep;
use sipreg::demo::faults::{Fault, FaultEffect};

use super::bulk::marked;
use super::creating::sent;
use super::many_odds::{asked, refuse_notes};
use crate::sitting::Sitting;

const SIZE: (u16, u16) = (100, 30);

const KEYS: [&str; 16] =
    ["y", "n", "r", "s", "u", "o", "l", "j", "x", "1", "q", "b", "Space", "Enter", "Esc", "Ctrl-c"];

/// Many are asked about; the next so many are refused.
fn refusing(refused: u32, count: usize) -> Sitting {
    let sitting = asked(SIZE, count, "t d");
    sitting.server.fault(Fault::always("PATCH", "", FaultEffect::unprocessable()).times(refused));
    sitting
}

/// Keys are pressed, and all is answered that they ask for.
fn carried_out(mut sitting: Sitting, keys: &str) -> Sitting {
    sitting.carry_out(keys);
    sitting
}

/// Keys are pressed.
fn pressed(mut sitting: Sitting, keys: &str) -> Sitting {
    sitting.press(keys);
    sitting
}

/// A step by name, and how it is reached.
fn at(step: &str) -> Sitting {
    match step {
        "looking" => pressed(marked(SIZE, 5), "t d"),
        "asking, a few" => asked(SIZE, 3, "t d"),
        "asking for the number" => asked(SIZE, 5, "t d"),
        "running" => pressed(asked(SIZE, 6, "t d"), "6 Enter"),
        "paused by failures" => carried_out(refusing(3, 12), "1 2 Enter"),
        "paused without a plan" => {
            let mut sitting = pressed(at("asking, a few"), "y");
            refuse_notes(&mut sitting);
            sitting
        }
        "waiting" => carried_out(asked(SIZE, 2, "B"), "y"),
        "waiting, and asked" => pressed(at("waiting"), "Ctrl-c"),
        "finished with failures" => carried_out(refusing(2, 3), "y"),
        "finished, some not sent" => carried_out(at("running"), "Ctrl-c"),
        other => panic!("no step {other}"),
    }
}

fn step(sitting: &Sitting) -> String {
    let Some(batch) = &sitting.app.writes.bulk else { return "none".to_owned() };
    let step = match &batch.step {
        BatchStep::Looking(_) => "looking",
        BatchStep::Asking => "asking",
        BatchStep::Waiting(wait) if wait.choosing => "waiting, and asked",
        BatchStep::Waiting(_) => "waiting",
        BatchStep::Going if batch.is_paused() => "paused",
        BatchStep::Going => "running",
        BatchStep::Finished => "finished",
    };
    let counts = batch.bulk.counts();
    format!("{step}, {} to do, {} running, {} done", counts.waiting, counts.running, counts.done)
}

fn open(sitting: &Sitting) -> &'static str {
    match &sitting.app.overlay.current {
        None => "nothing",
        Some(sipreg::app::overlay::Overlay::Batch(_)) => "the box",
        Some(_) => "another dialog",
    }
}

#[test]
fn each_key_at_each_step() {
    let mut all = String::new();
    for name in [
        "looking",
        "asking, a few",
        "asking for the number",
        "running",
        "paused by failures",
        "paused without a plan",
        "waiting",
        "waiting, and asked",
        "finished with failures",
        "finished, some not sent",
    ] {
        let _ = writeln!(all, "# {name}");
        let mut at_rest: Option<Sitting> = None;
        for key in KEYS {
            let mut sitting = at_rest.take().unwrap_or_else(|| at(name));
            let (before, said, writes) = (
                (step(&sitting), open(&sitting), sitting.app.writes.bulk.as_ref().map(|batch| batch.pager.cursor)),
                sitting.app.cx.notices.all().len(),
                sent(&sitting, "PATCH").len(),
            );
            let pending = sitting.writes.len();
            sitting.press(key);
            let after =
                (step(&sitting), open(&sitting), sitting.app.writes.bulk.as_ref().map(|batch| batch.pager.cursor));
            let hint = sitting.app.writes.bulk.as_ref().map(|batch| batch.hint.clone()).unwrap_or_default();
            let said: Vec<_> = sitting.app.cx.notices.all().iter().skip(said).map(|it| it.text.clone()).collect();
            let began = sitting.writes.len() - pending.min(sitting.writes.len());
            assert_eq!(sent(&sitting, "PATCH").len(), writes, "nothing was answered");
            let same = before == after && said.is_empty() && began == 0;
            let _ = write!(all, "{key}: ");
            if same {
                let _ = writeln!(all, "{}", if hint.is_empty() { "nothing" } else { &hint });
                at_rest = Some(sitting);
                continue;
            }
            let _ = writeln!(all, "{}; open: {}; begun: {began}; {}", after.0, after.1, said.join(" | "));
            // What that comes to.
            for _ in 0..3 {
                sitting.answer_all();
                sitting.pass(Duration::from_secs(1));
            }
            let said = sitting.app.cx.notices.all().last().map(|it| it.text.clone()).unwrap_or_default();
            let _ = writeln!(all, "    then {}; {said}", step(&sitting));
        }
    }
    insta::assert_snapshot!("keys-of-many", all);
}
