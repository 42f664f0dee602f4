//! Several writes at a time: in which order their lines come, and what is said of those that were not sent.

use insta::assert_snapshot;
use sipreg::demo::faults::{Fault, FaultEffect};
use sipreg::domain::record::Record as _;

use crate::kit::command::Desk;
use crate::kit::transcript::Before;
use crate::on_record::together;

/// The first ids of enabled records.
fn enabled(desk: &Desk, count: usize) -> Vec<String> {
    let on = |id: &u64| desk.record(*id).enabled() == Some(true);
    desk.control.ids().into_iter().filter(on).take(count).map(|id| id.to_string()).collect()
}

fn disable(desk: &Desk, count: usize, more: &[&str]) -> Vec<String> {
    let mut command = vec!["disable".to_owned()];
    command.extend(enabled(desk, count));
    command.extend(more.iter().map(|word| (*word).to_owned()));
    command
}

fn words(command: &[String]) -> Vec<&str> {
    command.iter().map(String::as_str).collect()
}

#[test]
fn lines_come_in_the_order_of_the_records_whichever_ends_first() {
    let desk = Desk::new();
    let command = disable(&desk, 3, &[]);
    desk.fault(Fault::always("PATCH", &format!("/registrations/{}", command[1]), FaultEffect::HoldAnswer));
    let running = desk.start(&words(&command));
    for id in &command[2..] {
        desk.wait_for_requests("answers", 1, |exchange| {
            exchange.method == "PATCH" && exchange.path().ends_with(&format!("/{id}")) && exchange.status.is_some()
        });
    }
    // What comes after the release would be held for good.
    desk.wait_for_path("PATCH", &format!("/registrations/{}", command[1]));
    desk.control.release();
    let reported = running.end();
    let order: Vec<&str> = reported.data.lines().map(|line| line.split(' ').next().unwrap()).collect();
    assert_eq!(order, words(&command[1..]), "{reported:?}");
}

#[test]
fn what_ended_behind_one_that_did_not_is_written_all_the_same() {
    for (form, seen) in [(&[][..], "enabled yes -> no"), (&["-o", "jsonl"], "\"done\"")] {
        let desk = Desk::new();
        let command = disable(&desk, 3, form);
        desk.fault(Fault::always("PATCH", &format!("/registrations/{}", command[1]), FaultEffect::HoldAnswer));
        let mut running = desk.start(&words(&command));
        desk.wait_for("PATCH", 3);
        while desk.journal().len() < 2 {
            std::thread::yield_now();
        }
        running.interrupt();
        running
            .wait_for_message("Interrupted: waiting for 1 running, the rest is not sent (Ctrl-c again: do not wait)");
        running.interrupt();
        let reported = running.end();
        assert_eq!((reported.code, reported.data.matches(seen).count()), (Some(130), 2), "{reported:?}");
        reported.says(&format!("sipreg: {} ", command[1])).says("result UNKNOWN; check it with: sipreg show ");
        reported.says("2 done, 1 UNKNOWN");
        let ends: Vec<String> = desk.journal().iter().map(|line| format!("{:?}", line.ending)).collect();
        assert_eq!(ends, ["Applied", "Applied", "Unknown"]);
    }
}

#[test]
fn an_interrupt_names_what_was_not_sent_up_to_ten_and_writes_a_file_of_more() {
    let mut on_record = Vec::new();
    // Four run at a time.
    for count in [5, 14, 15] {
        let desk = Desk::new();
        let command = disable(&desk, count, &["--yes"]);
        desk.fault(Fault::always("PATCH", "", FaultEffect::HoldAnswer));
        let before = Before::of(&desk);
        let mut running = desk.start(&words(&command));
        desk.wait_for("PATCH", 4);
        running.interrupt();
        running.wait_for_message("waiting for 4");
        desk.control.release();
        let reported = running.end();
        on_record.push(before.record(&desk, &words(&command), &reported));
        let file = reported.messages.lines().find_map(|line| line.strip_prefix("all that was not sent: "));
        assert_eq!(file.is_some(), count == 15, "{reported:?}");
        if let Some(file) = file {
            let lines = std::fs::read_to_string(file).unwrap();
            let ids: Vec<&str> = lines.lines().map(|line| line.split(' ').next().unwrap()).collect();
            assert_eq!(ids, words(&command[5..=15]));
        }
    }
    assert_snapshot!("unsent", together(on_record));
}

#[test]
fn several_new_records_each_know_their_own_request() {
    let desk = Desk::new();
    let rows = "name,domain,username,contact\nn-1,a.example,1,sip:1@192.0.2.1\nn-2,b.example,2,sip:2@192.0.2.2\n\
                n-3,c.example,3,sip:3@192.0.2.3\n";
    desk.file("new.csv", rows);
    let reported = desk.sipreg(&["apply", "new.csv", "-v", "-o", "jsonl"]);
    assert_eq!(reported.code, Some(0), "{reported:?}");
    let by_name: std::collections::BTreeMap<String, String> = reported
        .data
        .lines()
        .map(|line| {
            let line: serde_json::Value = serde_json::from_str(line).unwrap();
            (line["name"].as_str().unwrap().to_owned(), line["request-id"].as_str().unwrap().to_owned())
        })
        .collect();
    for write in desk.writes() {
        let (name, _) = by_name.iter().find(|(name, _)| write.body.contains(name.as_str())).unwrap();
        assert_eq!(write.header("x-request-id"), Some(by_name[name].as_str()));
    }
    for line in desk.journal() {
        assert_eq!(line.request_id.as_ref(), by_name.get(&line.name), "{line:?}");
        assert!(line.id.is_some(), "{line:?}");
    }
    // One that is refused names its own request, too.
    let rows = "name,domain,username,contact\nn-4,a.example,4,sip:4@192.0.2.4\nn-5,b.example,5,sip:5@192.0.2.5\n";
    desk.file("more.csv", rows);
    desk.fault(Fault::always("POST", "/registrations", FaultEffect::unprocessable()));
    let told = desk.sipreg(&["apply", "more.csv", "-v"]);
    assert_eq!(told.code, Some(6), "{told:?}");
    for name in ["n-4", "n-5"] {
        let write = desk.writes().into_iter().find(|write| write.body.contains(name)).unwrap();
        let id = write.header("x-request-id").unwrap().to_owned();
        let line = told.messages.lines().find(|line| line.starts_with(&format!("sipreg: {name}: not created")));
        assert!(line.unwrap().ends_with(&format!(" (request {id})")), "{told:?}");
    }
}

#[test]
fn renames_that_wait_for_each_other_end_where_one_of_them_does() {
    let mut on_record = Vec::new();
    for free in ["", "22,spare\n"] {
        for failing in 1..=4 {
            for effect in [FaultEffect::unprocessable(), FaultEffect::CutBefore] {
                let desk = Desk::new();
                let name = |id: u64| desk.record(id).name().to_owned();
                desk.file("swap.csv", format!("id,name\n7,{}\n13,{}\n{free}", name(13), name(7)));
                let ids = if free.is_empty() { [7, 13, 7, 0] } else { [22, 7, 13, 7] };
                let id = ids[failing - 1];
                if id == 0 {
                    continue;
                }
                // The record that comes to a temporary name first is written twice.
                let again = ids[..failing].iter().filter(|known| **known == id).count() > 1;
                if again {
                    desk.fault(Fault::next("PATCH", &format!("/registrations/{id}"), FaultEffect::CutAfter));
                }
                desk.fault(Fault::next("PATCH", &format!("/registrations/{id}"), effect.clone()));
                on_record.push(format!("-- {id} {effect:?}\n{}", desk.on_record(&["apply", "swap.csv", "--yes"])));
            }
        }
    }
    assert_snapshot!("renames", together(on_record));
}

#[test]
fn renames_that_wait_for_each_other_end_at_an_interrupt_with_the_one_that_runs() {
    let desk = Desk::new();
    let name = |id: u64| desk.record(id).name().to_owned();
    let file = desk.file("swap.csv", format!("id,name\n7,{}\n13,{}\n", name(13), name(7)));
    desk.fault(Fault::always("PATCH", "", FaultEffect::HoldAnswer));
    let mut running = desk.start(&["apply", &file, "--yes"]);
    desk.wait_for("PATCH", 1);
    running.interrupt();
    running.wait_for_message("Interrupted: waiting for 1 running");
    desk.control.clear_faults();
    desk.control.release();
    let reported = running.end();
    assert_eq!((reported.code, desk.writes().len()), (Some(130), 1), "{reported:?}");
    reported.says("not sent: ");
}
