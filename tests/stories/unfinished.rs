//! What earlier runs left unfinished: what is offered, in which order, what each key does, and what is forgotten.

use chrono::{DateTime, TimeDelta, Utc};
use sipreg::app::Access;
use sipreg::app::core::{Effect as Asked, Message, PlanNote};
use sipreg::app::model::found_bounce::FoundBounce;
use sipreg::app::write::bulk::resume::UnfinishedWrites;
use sipreg::domain::change::journal::Unfinished;
use sipreg::domain::change::{Action, Ending, JournalLine, Mark, PlanLine, UnfinishedPlan};
use sipreg::domain::record::{FieldId, Record as _, Value};

use super::bulk::{ids, marked};
use super::creating::{assert_said, assert_shows, journal, said, sent};
use crate::sitting::{BEGINNING, Sitting};

fn begun() -> DateTime<Utc> {
    DateTime::from_timestamp(i64::try_from(BEGINNING).unwrap(), 0).unwrap()
}

fn is_on(sitting: &Sitting, id: u64) -> bool {
    sitting.server.control().registration(id).and_then(|record| record.enabled()) == Some(true)
}

/// A bounce of this record that began so many seconds ago.
pub fn bounce(id: u64, name: &str, seconds: i64, alive: bool) -> FoundBounce {
    let since = begun() - TimeDelta::seconds(seconds);
    FoundBounce { bounce: Unfinished { id, name: name.to_owned(), since, pid: 99, ending: Ending::Applied }, alive }
}

/// A console on a server where these records are off, that finds this.
pub fn finding(off: &[u64], plans: Vec<UnfinishedPlan>, bounces: Vec<FoundBounce>) -> Sitting {
    let mut sitting = Sitting::ready((80, 24), 120);
    for id in 1..=24 {
        let _ = sitting.server.control().change(id, FieldId::Enabled, Value::Flag(!off.contains(&id)));
    }
    sitting.carry_out("R");
    sitting.tell(Message::UnfinishedFound { plans, bounces, unreadable: Vec::new() });
    sitting
}

/// The lines of a plan for so many records, as a run would have written them.
fn lines(count: usize, keys: &str) -> (Vec<PlanLine>, Vec<u64>) {
    let mut sitting = marked((80, 24), count);
    let ids = ids(&sitting);
    sitting.carry_out(keys);
    sitting.press("y");
    let begun = sitting.asked.iter().find_map(|asked| match asked {
        Asked::Note(note) => match &**note {
            PlanNote::Begin(planned) => Some(planned.lines().collect()),
            _ => None,
        },
        _ => None,
    });
    (begun.unwrap_or_else(|| panic!("nothing was begun:\n{}", sitting.screen())), ids)
}

fn plan(name: &str, count: usize) -> (UnfinishedPlan, Vec<u64>) {
    let (lines, ids) = lines(count, "t d");
    (UnfinishedPlan::of(name.to_owned(), lines).unwrap(), ids)
}

fn forgotten(sitting: &Sitting) -> Vec<&str> {
    let names = sitting.asked.iter().filter_map(|asked| match asked {
        Asked::Forget(name) => Some(name.as_str()),
        _ => None,
    });
    names.collect()
}

#[test]
fn a_bounce_that_another_process_is_at_is_told_and_not_offered() {
    let sitting = finding(&[16], Vec::new(), vec![bounce(16, "betatel-1", 100, true)]);
    assert_said(&sitting, &["16 betatel-1 is disabled: process 99 is bouncing it since 09:58:20"]);
    assert!(sitting.app.overlay.current.is_none(), "{}", sitting.screen());
    // Numbers of processes are given again: after two polls it is no longer believed.
    for (seconds, offered) in [(599, false), (600, true), (1_000, true)] {
        let sitting = finding(&[16], Vec::new(), vec![bounce(16, "betatel-1", seconds, true)]);
        assert_eq!(sitting.app.overlay.current.is_some(), offered, "{seconds} s");
    }
}

#[test]
fn two_unfinished_bounces_of_which_one_was_finished_by_somebody_else() {
    let mut sitting = finding(
        &[16, 13],
        Vec::new(),
        vec![bounce(16, "betatel-1", 900, false), bounce(13, "acme-lon-main", 900, false)],
    );
    assert_shows(&sitting, &["16 betatel-1 is disabled", "13 acme-lon-main is disabled", "y: check and finish"]);
    assert!(sitting.server.control().change(13, FieldId::Enabled, Value::Flag(true)));
    sitting.press("z");
    assert_said(&sitting, &["Unknown key z. Esc: ask again at the next start"]);
    sitting.carry_out("y");
    assert_shows(&sitting, &["Re-enable 1 registration?", "already enabled"]);
    // The one that is on is done; the other is still to be finished.
    let ended: Vec<_> = journal(&sitting).iter().map(|line| (line.id, line.action, line.ending)).collect();
    assert_eq!(ended, [(Some(13), Action::Bounce, Ending::AppliedUnseen)]);
    let left: Vec<u64> = sitting.app.writes.unfinished.off.iter().map(|bounce| bounce.id).collect();
    assert_eq!(left, [16]);
    sitting.carry_out("y");
    assert!(is_on(&sitting, 16));
    assert_eq!(sent(&sitting, "PATCH").len(), 1);
    assert_eq!(said(&sitting), "Re-enabled 1 registration");
}

#[test]
fn what_is_left_disabled_is_noted_as_meant_and_nothing_is_sent() {
    let (unfinished, _) = plan("plan", 3);
    let bounces = vec![bounce(16, "betatel-1", 900, false), bounce(13, "acme-lon-main", 900, false)];
    let mut sitting = finding(&[16, 13], vec![unfinished], bounces);
    assert_shows(&sitting, &["L: leave disabled"]);
    sitting.press("L");
    assert_said(&sitting, &["2 registrations left disabled as you asked. Nothing was sent."]);
    let noted: Vec<_> = journal(&sitting).iter().map(|line| (line.id, line.action, line.ending)).collect();
    assert_eq!(noted, [16, 13].map(|id| (Some(id), Action::Toggle, Ending::Applied)));
    assert!(sent(&sitting, "PATCH").is_empty());
    // The plan comes next.
    sitting.tell(Message::Woke);
    assert_shows(&sitting, &["A bulk change of 3 registrations", "f: check and finish", "u: undo the done ones"]);
    sitting.press("X");
    assert_said(&sitting, &["Forgotten. Changes that were made stay; see the journal."]);
    assert_eq!(forgotten(&sitting), ["plan"]);
    sitting.tell(Message::Woke);
    assert!(sitting.app.overlay.current.is_none());
}

#[test]
fn several_plans_are_offered_one_after_the_other() {
    let (one, all) = plan("one", 3);
    let (two, _) = plan("two", 2);
    let mut sitting = finding(&[], vec![one, two], Vec::new());
    assert_shows(&sitting, &["A bulk change of 3 registrations", "0 done, 3 not sent, 0 failed, 0 UNKNOWN"]);
    sitting.press("X");
    sitting.tell(Message::Woke);
    assert_shows(&sitting, &["A bulk change of 2 registrations"]);
    sitting.carry_out("f");
    assert_shows(&sitting, &["Finish changes of 2 registrations?"]);
    sitting.carry_out("y");
    let off: Vec<bool> = all.iter().map(|id| !is_on(&sitting, *id)).collect();
    assert_eq!(off, [true, true, false], "only those of the second");
    assert_eq!(said(&sitting), "Finished changes of 2 registrations. u: undo");
    assert_eq!(forgotten(&sitting), ["one", "two"]);
    assert!(journal(&sitting).iter().all(|line| line.action == Action::Toggle), "by the name it had");
}

#[test]
fn how_far_each_record_came_is_told_in_words() {
    let (mut all, ids) = lines(3, "t d");
    all.extend([PlanLine::Begun(ids[0]), PlanLine::Ended(ids[0], Mark::NotDone)]);
    all.extend([PlanLine::Begun(ids[1]), PlanLine::Ended(ids[1], Mark::AlreadySo)]);
    let unfinished = UnfinishedPlan::of("plan".into(), all).unwrap();
    let sitting = finding(&[], vec![unfinished], Vec::new());
    assert_shows(
        &sitting,
        &["(enabled, 10:00:00) did not finish:", "0 done, 1 unchanged, 1 not sent, 1 failed, 0 UNKNOWN"],
    );
    assert_shows(&sitting, &["  failed", "  unchanged", "  not sent"]);
}

#[test]
fn a_plan_of_passwords_says_that_they_must_be_set_again() {
    let mut first = marked((80, 24), 3);
    let ids = ids(&first);
    first.press(":");
    first.write("bulk-set auth-password");
    first.press("Enter");
    first.write("typ3d-once");
    first.carry_out("Enter");
    first.press("y");
    let lines: Vec<PlanLine> = first
        .asked
        .iter()
        .find_map(|asked| match asked {
            Asked::Note(note) => match &**note {
                PlanNote::Begin(planned) => Some(planned.lines().collect()),
                _ => None,
            },
            _ => None,
        })
        .unwrap();
    assert!(!format!("{lines:?}").contains("typ3d"));
    let unfinished = UnfinishedPlan::of("plan".into(), lines).unwrap();
    let mut sitting = finding(&[], vec![unfinished], Vec::new());
    sitting.carry_out("f");
    assert_said(&sitting, &["3 of them need a password, which is never stored: mark them and set it again"]);
    assert!(sitting.app.writes.bulk.is_none() && sent(&sitting, "PATCH").is_empty());
    assert_eq!(ids.len(), 3);
}

#[test]
fn a_plan_that_cannot_be_read_names_what_it_still_can_and_can_only_be_forgotten() {
    let file = b"{\"planned\":{\"id\":16,\"name\":\"betatel-1\",\"broken\n{\"begun\":13\n\xff\xfe\n";
    let unfinished = UnfinishedPlan::read("20240501-1".into(), file).unwrap();
    let mut sitting = finding(&[], vec![unfinished], Vec::new());
    assert_shows(&sitting, &["A bulk change did not finish, and its plan cannot be read:", "3 lines are damaged"]);
    assert_shows(
        &sitting,
        &["(bulk/20240501-1 in the state directory):", "16 betatel-1  UNKNOWN: the line is damaged"],
    );
    assert_shows(&sitting, &["some registration  UNKNOWN"]);
    for key in ["f", "u"] {
        sitting.press(key);
        assert!(sitting.app.overlay.current.is_some(), "{key}: it is offered still");
    }
    assert!(sent(&sitting, "PATCH").is_empty() && forgotten(&sitting).is_empty());
    sitting.press("X");
    assert_eq!(forgotten(&sitting), ["20240501-1"]);
}

#[test]
fn one_damaged_line_is_counted_as_one() {
    let unfinished = UnfinishedPlan::read("p".into(), b"{\"begun\":13,\n").unwrap();
    let sitting = finding(&[], vec![unfinished], Vec::new());
    assert_shows(&sitting, &["1 line is damaged, check by hand", "13  UNKNOWN: the line is damaged"]);
}

#[test]
fn the_plan_of_a_bounce_adds_what_may_be_off_and_is_forgotten_with_it() {
    let (mut all, ids) = lines(3, "B");
    assert!(all.iter().all(|line| matches!(line, PlanLine::Planned(JournalLine { action: Action::Bounce, .. }))));
    all.push(PlanLine::Begun(ids[0]));
    all.extend([PlanLine::Begun(ids[1]), PlanLine::Ended(ids[1], Mark::Done)]);
    let unfinished = UnfinishedPlan::of("bounce-plan".into(), all).unwrap();
    let name = |id: u64| unfinished.records.iter().find(|(line, _)| line.id == Some(id)).unwrap().0.name.clone();
    let known = bounce(ids[1], &name(ids[1]), 900, false);
    let (first, second) = (name(ids[0]), name(ids[1]));
    let mut sitting = finding(&ids[..2], vec![unfinished], vec![known]);
    assert_shows(
        &sitting,
        &[
            &format!("{} {second} is disabled because of an unfinished bounce", ids[1]),
            &format!("{} {first} may be disabled because of an unfinished bounce", ids[0]),
        ],
    );
    assert!(forgotten(&sitting).is_empty());
    sitting.press("y");
    assert_eq!(forgotten(&sitting), ["bounce-plan"]);
    sitting.answer_all();
    assert_shows(&sitting, &["Re-enable 2 registrations?"]);
}

#[test]
fn a_read_only_profile_says_what_is_left_and_offers_nothing() {
    let mut sitting = Sitting::ready((80, 24), 120);
    assert!(sitting.server.control().change(16, FieldId::Enabled, Value::Flag(false)));
    sitting.carry_out("R");
    sitting.app.cx.setup.access = Access::ReadOnly;
    let bounces = vec![bounce(16, "betatel-1", 900, false)];
    sitting.tell(Message::UnfinishedFound { plans: Vec::new(), bounces, unreadable: Vec::new() });
    assert_said(&sitting, &["16 betatel-1 is disabled because of an unfinished bounce", "this profile is read-only"]);
    assert!(sitting.app.overlay.current.is_none());
    // With nothing left nothing is said.
    let reported = sitting.app.cx.notices.all().len();
    sitting.app.writes.unfinished = UnfinishedWrites::default();
    sitting.tell(Message::UnfinishedFound { plans: Vec::new(), bounces: Vec::new(), unreadable: Vec::new() });
    assert_eq!(sitting.app.cx.notices.all().len(), reported);
}

#[test]
fn a_bounce_that_is_seen_to_be_complete_before_it_is_offered_is_told_and_noted() {
    let mut sitting = Sitting::before((80, 24), 120);
    assert!(sitting.server.control().change(16, FieldId::Enabled, Value::Flag(true)));
    let bounces = vec![bounce(16, "betatel-1", 900, false)];
    sitting.tell(Message::UnfinishedFound { plans: Vec::new(), bounces, unreadable: Vec::new() });
    assert!(sitting.app.overlay.current.is_none(), "the list is not read yet");
    sitting.answer_all();
    sitting.tell(Message::Woke);
    let reported = sitting
        .app
        .cx
        .notices
        .all()
        .iter()
        .any(|notice| notice.text == "16 betatel-1: the bounce of an earlier session is complete, it is enabled");
    assert!(reported, "{:?}", sitting.app.cx.notices.all());
    assert!(sitting.app.overlay.current.is_none());
    let last = journal(&sitting).last().copied().unwrap().clone();
    assert_eq!((last.id, last.action, last.ending), (Some(16), Action::Bounce, Ending::AppliedUnseen));
}

#[test]
fn a_damaged_plan_of_a_bounce_says_so_and_asks_about_each_registration_that_it_names_once() {
    let (lines, ids) = lines(1, "B");
    let mut file: Vec<u8> = Vec::new();
    for line in lines {
        file.extend(serde_json::to_vec(&line).unwrap());
        file.push(b'\n');
    }
    file.extend(format!("{{\"begun\":{}}}\n", ids[0]).bytes());
    let damaged = "{\"planned\":{\"id\":13,\"name\":\"acme-lon-main\",\"broken\n";
    file.extend(damaged.bytes().chain(damaged.bytes()));
    let plan = UnfinishedPlan::read("bounce".into(), &file).unwrap();
    assert_eq!(plan.damaged.len(), 2);
    let sitting = finding(&[13, ids[0]], vec![plan], Vec::new());
    let said = sitting.app.cx.notices.all().iter().find(|notice| notice.text.contains("n unfinished bounce: "));
    assert!(said.is_some_and(|notice| notice.text.contains("damaged")), "{:?}", sitting.app.cx.notices.all());
    let off: Vec<(u64, Ending)> =
        sitting.app.writes.unfinished.off.iter().map(|bounce| (bounce.id, bounce.ending)).collect();
    assert_eq!(off, [(ids[0], Ending::Unknown), (13, Ending::Unknown)]);
    assert_shows(&sitting, &["13 acme-lon-main may be disabled because of an unfinished bounce", "L: leave disabled"]);
}
