//! What is asked at a terminal before something is written, and which answers count.

use sipreg::demo::faults::{Fault, FaultEffect};
use sipreg::domain::record::FieldId;

use crate::kit::command::Desk;
use crate::kit::records::text;

const NEAR: [&str; 5] = ["create", "name=Carrierx-AMS", "domain=a.example", "username=1", "contact=sip:1@192.0.2.1"];

/// A command, the question without the server's name, and the answer that it wants.
fn questions() -> Vec<(Vec<&'static str>, &'static str, &'static str, &'static str)> {
    vec![
        (vec!["disable", "22"], "confirm", "disable 22 carrierx-ams on eu-noc? Type y: ", "y"),
        (vec!["enable", "16"], "confirm", "enable 16 betatel-1 on eu-noc? Type y: ", "y"),
        (vec!["set", "22", "expire=600"], "confirm", "change 22 carrierx-ams on eu-noc? Type y: ", "y"),
        (vec!["bounce", "22", "--wait", "0"], "confirm", "bounce 22 carrierx-ams on eu-noc? Type y: ", "y"),
        (vec!["clone", "7", "name=spare"], "confirm", "create spare on eu-noc? Type y: ", "y"),
        (vec!["apply", "rows.csv"], "confirm", "write 22 carrierx-ams on eu-noc? Type y: ", "y"),
        (
            vec!["disable", "7", "22"],
            "confirm",
            "disable 2 registrations (7 acme-fra-main, 22 carrierx-ams) on eu-noc? Type y: ",
            "y",
        ),
        (NEAR.to_vec(), "write", "create Carrierx-AMS on eu-noc? Type y: ", "y"),
        (vec!["apply", "near.csv"], "write", "write CarrierX-ams on eu-noc? Type y: ", "y"),
        (vec!["disable", "7", "13", "22", "28"], "write", " on eu-noc? Type 4: ", "4"),
        (vec!["bounce", "7", "13", "22", "28", "--wait", "0"], "write", " on eu-noc? Type 4: ", "4"),
        (vec!["apply", "four.csv"], "write", " on eu-noc? Type 4: ", "4"),
        (vec!["apply", "four-near.csv"], "write", " on eu-noc? Type 4: ", "4"),
        (vec!["delete", "22"], "write", "delete 22 carrierx-ams on eu-noc? Type carrierx-ams: ", "carrierx-ams"),
        (
            vec!["delete", "7", "22"],
            "write",
            "delete 2 registrations (7 acme-fra-main, 22 carrierx-ams) on eu-noc? Type 2: ",
            "2",
        ),
        (vec!["delete", "13"], "write", "delete 13 a^[b on eu-noc? Type 13: ", "13"),
        (vec!["delete", "10"], "write", "delete 10  on eu-noc? Type 10: ", "10"),
    ]
}

fn desk(access: &str) -> Desk {
    let desk = Desk::new();
    desk.configure(&format!("access = \"{access}\""));
    desk.change(13, FieldId::Name, text("a\u{1b}b"));
    desk.change(10, FieldId::Name, text(""));
    desk.file("rows.csv", "id,expire\n22,4321\n");
    desk.file("four.csv", "id,expire\n7,4321\n16,4321\n19,4321\n22,4321\n");
    desk.file("near.csv", "name,domain,username,contact\nCarrierX-ams,d.example,1,sip:1@192.0.2.1\n");
    desk.file(
        "four-near.csv",
        "name,domain,username,contact\nCarrierX-ams,d.example,1,sip:1@192.0.2.1\nn-1,d.example,2,sip:2@192.0.2.1\n\
         n-2,d.example,3,sip:3@192.0.2.1\nn-3,d.example,4,sip:4@192.0.2.1\n",
    );
    desk
}

#[test]
fn each_question_takes_its_answer_and_no_other() {
    for (command, access, question, wanted) in questions() {
        let desk = desk(access);
        let mut arguments = vec!["--profile", "eu-noc"];
        arguments.extend(&command);
        for wrong in ["\r", "yes\r", "Y\r", "x\r", "3\r", "\x04"] {
            let mut terminal = desk.at_terminal_with(&arguments, &[("SIPREG_URL", "")]);
            terminal.wait_for_text(question);
            terminal.send(wrong);
            assert_eq!(terminal.wait_exit().exit_code(), 2, "{command:?}");
            let said = format!("That is not {wanted}. Nothing was sent.");
            let contents = terminal.contents();
            assert!(
                contents.lines().any(|line| line.trim_end() == format!("sipreg: {said}")),
                "{command:?} {contents}"
            );
        }
        assert_eq!(desk.writes().len(), 0, "{command:?}");
        let mut terminal = desk.at_terminal_with(&arguments, &[("SIPREG_URL", "")]);
        terminal.wait_for_text(question);
        terminal.send(format!("  {wanted} \r"));
        assert_eq!(terminal.wait_exit().exit_code(), 0, "{command:?} {}", terminal.contents());
        assert!(!desk.writes().is_empty(), "{command:?}");
    }
}

#[test]
fn few_are_written_without_a_question_and_yes_or_a_rehearsal_answer_any() {
    for (command, access, question, _) in questions() {
        for more in [&["--yes"][..], &["--dry-run"]] {
            let desk = desk(access);
            let mut arguments = vec!["--profile", "eu-noc"];
            arguments.extend(&command);
            arguments.extend(more);
            let terminal = desk.at_terminal_with(&arguments, &[("SIPREG_URL", "")]);
            assert_eq!(terminal.wait_exit().exit_code(), 0, "{arguments:?} {}", terminal.contents());
            assert!(!terminal.contents().contains(question.trim()), "{}", terminal.contents());
            assert_eq!(desk.writes().is_empty(), more == ["--dry-run"], "{arguments:?}");
        }
    }
    let desk = desk("write");
    for command in [&["disable", "7", "19", "22"][..], &["enable", "7", "19", "22"], &["bounce", "22", "--wait", "0"]] {
        let terminal = desk.at_terminal(command);
        assert_eq!(terminal.wait_exit().exit_code(), 0, "{}", terminal.contents());
        assert!(!terminal.contents().contains("Type "), "{}", terminal.contents());
    }
}

#[test]
fn a_terminal_shows_how_far_many_have_come_and_nothing_is_left_of_it() {
    let desk = Desk::new();
    let ids: Vec<String> = desk.control.ids().iter().take(6).map(u64::to_string).collect();
    let mut command = vec!["set", "expire=4321", "--yes"];
    command.extend(ids.iter().map(String::as_str));
    desk.fault(Fault::next("PATCH", &format!("/registrations/{}", ids[5]), FaultEffect::HoldAnswer));
    let terminal = desk.at_terminal(&command);
    terminal.wait_for_text("5 of 6");
    // What comes after the release would be held for good.
    desk.wait_for_path("PATCH", &format!("/registrations/{}", ids[5]));
    desk.control.release();
    assert_eq!(terminal.wait_exit().exit_code(), 0);
    let contents = terminal.contents();
    assert!(!contents.contains("of 6") && contents.contains("6 done"), "{contents}");
    for few in [&["set", "7", "expire=1"][..], &["set", "7", "13", "expire=2", "--quiet"]] {
        let mark = crate::kit::pty::Mark::START;
        let terminal = desk.at_terminal(few);
        assert_eq!(terminal.wait_exit().exit_code(), 0);
        let bytes = String::from_utf8_lossy(&terminal.bytes_since(mark)).into_owned();
        assert!(!bytes.contains(" of "), "{bytes}");
    }
}
