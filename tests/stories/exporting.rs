//! Records written to a file, and how far reading the list is.

use sipreg::app::core::{Effect as Asked, Message, Unexported};
use sipreg::app::jobs::export::{ExportJob, Present};
use sipreg::domain::query::{Column, Listed, Segment};
use sipreg::domain::record::{FieldId, Registration, Value};
use sipreg::domain::request_error::{RequestError, RequestErrorKind};

use super::bulk::{ids, marked};
use super::creating::{assert_said, assert_shows};
use crate::sitting::Sitting;

fn exported(sitting: &Sitting) -> Box<ExportJob> {
    let found = sitting.asked.iter().rev().find_map(|asked| match asked {
        Asked::Export(export) => Some(export.clone()),
        _ => None,
    });
    found.unwrap()
}

#[test]
fn the_marked_records_are_written_as_the_command_writes_them() {
    let mut sitting = marked((80, 24), 2);
    let ids = ids(&sitting);
    sitting.press(":");
    sitting.write("export some.csv");
    sitting.press("Enter");
    let export = exported(&sitting);
    let (text, count) = export.text();
    assert_eq!((export.path.as_str(), export.present, count), ("some.csv", Present::Kept, 2));
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines[0].starts_with("id,name,enabled"), "{}", lines[0]);
    assert!(lines[1].starts_with(&format!("{},", ids[0])), "{}", lines[1]);
    assert_eq!(lines.len(), 3);
    sitting.press(":");
    sitting.write("export some.json");
    sitting.press("Enter");
    let (text, _) = exported(&sitting).text();
    let objects: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(objects.as_array().unwrap().len(), 2);
    assert_eq!(objects[0]["id"], ids[0].to_string());
    assert!(!text.contains("secret"));
}

#[test]
fn without_marks_all_that_are_shown_are_written_and_no_file_is_written_over_unasked() {
    let mut sitting = Sitting::ready((80, 24), 120);
    sitting.press(":");
    sitting.write("export all.jsonl");
    sitting.press("Enter");
    let export = exported(&sitting);
    assert_eq!(export.text().0.lines().count(), 120);
    sitting.tell(Message::Exported { export, result: Err(Unexported::Exists) });
    assert_shows(&sitting, &["Overwrite the file?", "all.jsonl exists already.", "y: overwrite"]);
    sitting.press("y");
    let export = exported(&sitting);
    assert_eq!(export.present, Present::Replaced);
    sitting.tell(Message::Exported { export, result: Ok(120) });
    assert_said(&sitting, &["Exported 120 registrations to all.jsonl"]);
    sitting.press(":");
    sitting.write("export all.xls");
    sitting.press("Enter");
    assert_said(&sitting, &["must end in .csv, .json or .jsonl"]);
}

#[test]
fn reading_a_long_list_says_how_far_it_is_and_can_be_stopped() {
    let mut sitting = Sitting::before((80, 24), 5_000);
    for _ in 0..4 {
        sitting.answer();
    }
    sitting.press("b");
    assert_shows(&sitting, &["Loading the list from demo", " of 5000", "stop loading"]);
    sitting.press("Ctrl-c");
    assert_said(&sitting, &["Loading the list cancelled"]);
    assert!(!sitting.screen().contains("Loading the list from"));
}

#[test]
fn what_the_list_keeps_in_part_is_read_whole_before_it_is_written() {
    let mut sitting = Sitting::ready((80, 24), 3);
    let ids = sitting.server.control().ids();
    let route = |count: usize| Value::Texts(vec![format!("<sip:{}.example;lr>", "x".repeat(count))]);
    sitting.server.change(ids[0], FieldId::RouteSet, route(2_000));
    sitting.server.change(ids[1], FieldId::RouteSet, route(3_000));
    sitting.carry_out("R");
    sitting.press(":");
    sitting.write("export all.json");
    sitting.press("Enter");
    let mut export = exported(&sitting);
    assert_eq!(export.in_part(), [ids[0], ids[1]]);
    let (text, count) = export.text();
    assert_eq!(count, 1, "nothing is written in part");
    assert!(!text.contains("[cut:"), "{text}");
    // The second is gone by the time that they are read.
    let mut whole = Registration::new(ids[0]);
    whole.set(FieldId::Name, Value::Text("acme".to_owned()));
    whole.set(FieldId::RouteSet, route(2_000));
    export.complete(&Segment::of([&whole]));
    let (text, count) = export.text();
    assert!(text.contains(&"x".repeat(2_000)) && !text.contains("[cut:"), "{text}");
    assert_eq!(count, 2);
    sitting.tell(Message::Exported { export, result: Ok(2) });
    assert_said(&sitting, &["Exported 2 registrations to all.json", "1 no longer exist"]);
}

#[test]
fn the_box_of_a_value_reads_all_of_it() {
    let mut sitting = Sitting::ready((80, 24), 3);
    let ids = sitting.server.control().ids();
    let long = format!("acme-{}-end", "x".repeat(2_000));
    sitting.server.change(ids[0], FieldId::Name, Value::Text(long));
    sitting.carry_out("R");
    sitting.press("g g");
    sitting.app.list.rows.column = Some(Listed::Column(Column::Field(FieldId::Name)));
    sitting.press("K");
    assert_shows(&sitting, &["loading the"]);
    sitting.answer_all();
    sitting.press("G");
    assert_shows(&sitting, &["-end"]);
    assert!(!sitting.screen().contains("[cut:") && !sitting.screen().contains("loading the"));
}

#[test]
fn an_export_that_cannot_read_all_of_its_records_says_why_and_asks_to_sign_in_where_that_helps() {
    for (kind, asks) in [(RequestErrorKind::SignInNeeded, true), (RequestErrorKind::Busy, false)] {
        let mut sitting = Sitting::ready((80, 24), 3);
        sitting.press(":");
        sitting.write("export all.json");
        sitting.press("Enter");
        let error = RequestError { kind, ..RequestError::unanswered("no answer".to_owned()) };
        let result = Err(Unexported::Unread(2, Box::new(error)));
        sitting.tell(Message::Exported { export: exported(&sitting), result });
        let said = "All.json was not written: 2 registrations could not be read whole: no answer";
        assert!(sitting.app.cx.notices.all().iter().any(|notice| notice.text.eq_ignore_ascii_case(said)));
        assert_eq!(sitting.screen().contains("Password"), asks, "{}", sitting.screen());
    }
}
