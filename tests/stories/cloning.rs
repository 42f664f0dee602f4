//! A registration like another one: all but id and name, the password too, which no one gets to see.

use sipreg::app::form::FormStage;
use sipreg::domain::record::{FieldId, Record as _, Secret, Value};

use super::creating::{assert_said, assert_shows, fill, form, named, sent};
use crate::sitting::Sitting;

const PLANTED: &str = "pl4nted-s3cret";

/// The form of a copy of record 16, whose password is known to the test.
fn copying() -> Sitting {
    let mut sitting = Sitting::ready((80, 24), 120);
    let password = Value::Secret(Secret::new(PLANTED));
    sitting.server.change(16, FieldId::AuthPassword, password);
    sitting.carry_out(": 1 6 Enter c");
    sitting
}

#[test]
fn a_copy_takes_all_but_id_and_name_and_says_so_of_the_password() {
    let mut sitting = copying();
    assert_said(&sitting, &["Cloned from 16 betatel-1", "its password too (not shown)", "Type a new name"]);
    assert_shows(&sitting, &["New registration betatel-1 copy", "clone of 16 betatel-1"]);
    sitting.carry_out("w b");
    assert!(!sitting.screen().contains(PLANTED), "{}", sitting.screen());
    sitting.carry_out("b G y");
    let made = named(&sitting, "betatel-1 copy").unwrap();
    let source = sitting.server.control().registration(16).unwrap();
    for field in FieldId::all().filter(|field| *field != FieldId::Name) {
        assert_eq!(made.get(field), source.get(field), "{}", field.field().label);
    }
    assert_eq!(made.get(FieldId::AuthPassword), &Value::Secret(Secret::new(PLANTED)));
    assert_said(&sitting, &["Created", "betatel-1 copy"]);
    assert_eq!(sitting.app.list.rows.cursor(), Some(made.id()));
    assert!(!format!("{:?} {:?}", sitting.asked, sitting.app.cx.notices).contains(PLANTED));
}

#[test]
fn the_next_copy_is_offered_another_name() {
    let mut sitting = copying();
    sitting.carry_out("w G y");
    sitting.carry_out("c");
    assert_shows(&sitting, &["New registration betatel-1 copy 2"]);
}

#[test]
fn a_copy_that_nobody_touched_is_not_kept_and_one_that_somebody_did_is() {
    let mut sitting = copying();
    sitting.press("Esc");
    assert_said(&sitting, &["no draft was kept", "nothing was sent"]);
    assert!(sitting.app.store.drafts.is_empty());
    sitting.carry_out("c");
    fill(&mut sitting, FieldId::Name, "betatel-9");
    sitting.press("Esc");
    assert_said(&sitting, &["Draft saved: new betatel-9"]);
    assert_eq!(sitting.app.store.new_drafts().len(), 1);
}

#[test]
fn a_record_that_is_gone_cannot_be_copied() {
    let mut sitting = Sitting::ready((80, 24), 120);
    assert!(sitting.server.control().remove(16));
    sitting.carry_out(": 1 6 Enter c");
    assert_said(&sitting, &["16 betatel-1 does not exist on the server"]);
    assert!(sitting.app.panes.stack.is_empty());
}

#[test]
fn the_name_of_another_record_is_not_sent() {
    let mut sitting = copying();
    fill(&mut sitting, FieldId::Name, "betatel-1");
    sitting.press("w");
    assert_said(&sitting, &["registration 16 already has the name betatel-1"]);
    assert!(matches!(form(&sitting).stage, FormStage::Editing));
    assert!(sent(&sitting, "POST").is_empty());
}

#[test]
fn the_count_of_the_server_goes_along_with_what_is_created_here() {
    let mut sitting = copying();
    let before = sitting.app.store.loaded.total;
    sitting.carry_out("w G y");
    assert_eq!(sitting.app.store.loaded.total, before.map(|total| total + 1));
    assert_eq!(Some(sitting.app.store.records.len() as u64), before.map(|total| total + 1));
    sitting.carry_out("R");
    assert_eq!(sitting.app.store.loaded.total, before.map(|total| total + 1), "the server says the same");
}
