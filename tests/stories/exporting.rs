//! Records written to a file, and how far reading the list is.

use sipreg::app::core::effect::Effect as Asked;
use sipreg::app::core::message::{Message, Unexported};
use sipreg::app::overlay::export::{Export, Present};

use super::bulk::{ids, marked};
use super::creating::{assert_said, assert_shows};
use crate::sitting::Sitting;

fn exported(sitting: &Sitting) -> Box<Export> {
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
    assert_shows(&sitting, &["all.jsonl is there already. Write over it?"]);
    sitting.press("y");
    let export = exported(&sitting);
    assert_eq!(export.present, Present::Replaced);
    sitting.tell(Message::Exported { export, result: Ok(120) });
    assert_said(&sitting, &["120 registrations written to all.jsonl"]);
    sitting.press(":");
    sitting.write("export all.xls");
    sitting.press("Enter");
    assert_said(&sitting, &["ends in .csv, .json or .jsonl"]);
}

#[test]
fn reading_a_long_list_says_how_far_it_is_and_can_be_stopped() {
    let mut sitting = Sitting::before((80, 24), 5_000);
    for _ in 0..4 {
        sitting.answer();
    }
    sitting.press("b");
    assert_shows(&sitting, &["reading the list of demo", " of 5000", "stop reading"]);
    sitting.press("Ctrl-c");
    assert_said(&sitting, &["reading the list cancelled"]);
    assert!(!sitting.screen().contains("reading the list of"));
}
