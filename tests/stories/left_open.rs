//! What a bounce, or a plan of an earlier run, leaves open, and what is asked about it.

use std::time::Duration;

use sipreg::app::core::{Effect as Asked, Message, PlanNote, Tone};
use sipreg::app::write::bulk::Task;
use sipreg::demo::faults::{Fault, FaultEffect as Broken};
use sipreg::domain::change::{Action, Ending, Mark, PlanLine, UnfinishedPlan};
use sipreg::domain::record::{FieldId, Value};

use super::bulk::ids;
use super::creating::{assert_said, assert_shows, journal};
use super::many_odds::{asked, is_on};
use crate::sitting::Sitting;

#[test]
fn a_bounce_that_is_left_off_says_how_to_enable() {
    let mut sitting = Sitting::ready((80, 24), 120);
    sitting.server.change(16, FieldId::Enabled, Value::Flag(true));
    sitting.carry_out("R");
    sitting.carry_out(": 1 6 Enter B");
    sitting.carry_out("y");
    sitting.carry_out("Ctrl-c l");
    let reported: Vec<_> =
        sitting.app.cx.notices.all().iter().map(|notice| (notice.text.as_str(), notice.tone)).collect();
    // Who asked for it is told so once, and not warned of it.
    let said = ("1 registration left disabled as you asked. t: enable", Tone::Plain);
    assert_eq!(reported.last(), Some(&said), "{reported:?}");
    assert!(!reported.iter().any(|(text, tone)| text.contains("DISABLED") || *tone == Tone::Bad), "{reported:?}");
    let ended = |asked: &Asked| matches!(asked, Asked::Note(note) if matches!(**note, PlanNote::End));
    assert!(sitting.asked.iter().any(ended), "nothing is offered at the next start");
    let last = journal(&sitting).last().copied().unwrap().clone();
    assert_eq!((last.action, last.ending, last.id), (Action::Toggle, Ending::Applied, Some(16)));
}

#[test]
fn who_stops_a_bounce_while_records_go_off_is_asked_what_becomes_of_them() {
    let mut sitting = asked((80, 24), 6, "B");
    sitting.press("6 Enter");
    sitting.answer();
    sitting.carry_out("Ctrl-c Esc");
    // Those that went off stay in sight until someone decides.
    assert_shows(&sitting, &["o: enable now", "l: leave disabled", "Esc: keep waiting"]);
    let off = ids(&sitting).iter().filter(|id| !is_on(&sitting, **id)).count();
    assert!((1..6).contains(&off), "{off}");
    assert_said(&sitting, &[&format!("{off} registrations disabled. Enabling at 10:05:00")]);
    sitting.pass(Duration::from_secs(301));
    sitting.answer_all();
    assert_eq!(ids(&sitting).iter().filter(|id| !is_on(&sitting, **id)).count(), off, "nothing before the answer");
    sitting.carry_out("Esc");
    assert!(ids(&sitting).iter().all(|id| is_on(&sitting, *id)), "{}", sitting.screen());
}

#[test]
fn who_cancels_a_change_of_many_is_not_warned_of_what_is_not_sent() {
    let mut sitting = asked((80, 24), 8, "t d");
    sitting.press("8 Enter");
    sitting.answer();
    sitting.carry_out("Ctrl-c");
    let last = sitting.app.cx.notices.all().iter().next_back().unwrap();
    assert!(last.text.contains("not sent") && last.text.contains("done"), "{last:?}");
    assert_eq!(last.tone, Tone::Plain, "{last:?}");
}

#[test]
fn a_failure_is_still_told_when_the_rest_of_a_bounce_is_left_off() {
    let mut sitting = asked((80, 24), 6, "B");
    sitting.server.fault(Fault::next("PATCH", "", Broken::unprocessable()));
    sitting.carry_out("6 Enter");
    sitting.carry_out("Ctrl-c l");
    let last = sitting.app.cx.notices.all().iter().next_back().unwrap();
    assert!(last.text.contains("5 left disabled as you asked"), "{last:?}");
    assert!(!last.text.contains("is DISABLED"), "{last:?}");
    assert_eq!(last.tone, Tone::Bad, "{last:?}");
}

#[test]
fn a_plan_of_deletions_is_finished_by_its_number_and_cannot_be_undone() {
    let mut first = asked((80, 24), 3, "t D");
    let all = ids(&first);
    first.press("3 Enter");
    let begun = first.asked.iter().find_map(|asked| match asked {
        Asked::Note(note) => match &**note {
            PlanNote::Begin(planned) => Some(planned.lines().collect()),
            _ => None,
        },
        _ => None,
    });
    let mut lines: Vec<PlanLine> = begun.unwrap();
    lines.extend([PlanLine::Begun(all[0]), PlanLine::Ended(all[0], Mark::Done)]);
    let unfinished = UnfinishedPlan::of("plan".into(), lines).unwrap();
    let mut sitting = Sitting::ready((80, 24), 120);
    sitting.tell(Message::UnfinishedFound { plans: vec![unfinished], bounces: Vec::new(), unreadable: Vec::new() });
    assert_shows(&sitting, &["A bulk change of 3 registrations (delete", "f: check and finish", "X: forget"]);
    sitting.press("u");
    assert_said(&sitting, &["Nothing can be undone here"]);
    assert_shows(&sitting, &["X: forget"]);
    sitting.press("z");
    assert_said(&sitting, &["Unknown key z. Esc: ask again at the next start"]);
    sitting.carry_out("f");
    assert_shows(&sitting, &["Delete 2 registrations?"]);
    assert_eq!(sitting.app.writes.bulk.as_ref().unwrap().task, Task::Delete);
    sitting.carry_out("2 Enter");
    let there: Vec<bool> = all.iter().map(|id| sitting.server.control().registration(*id).is_some()).collect();
    assert_eq!(there, [true, false, false], "the first one was deleted by the earlier run, elsewhere");
    assert!(sitting.asked.iter().any(|asked| matches!(asked, Asked::Forget(name) if name == "plan")));
}
