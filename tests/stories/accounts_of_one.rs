//! What is done to one record, undone and redone, as whole accounts.

use chrono::TimeDelta;
use sipreg::app::Access;
use sipreg::app::core::{Effect as Asked, Message};
use sipreg::app::model::journal_file::FromFile;
use sipreg::demo::faults::{Fault, FaultEffect};
use sipreg::domain::change::JournalLine;
use sipreg::domain::record::FieldId;
use sipreg::domain::record::{Secret, Value};

use super::accounts::Account;
use super::creating::{fill, journal};
use crate::sitting::Sitting;

const SIZE: (u16, u16) = (120, 40);

/// The cursor is on record 16, which is enabled.
fn at_16() -> Account {
    let mut sitting = Sitting::ready(SIZE, 120);
    sitting.server.change(16, FieldId::Enabled, Value::Flag(true));
    sitting.carry_out("R : 1 6 Enter");
    Account::of(sitting)
}

/// The next request with this method goes like this, once for each.
fn faults(account: &Account, method: &str, effects: &[FaultEffect]) {
    for effect in effects {
        account.sitting.server.fault(Fault::next(method, "/registrations", effect.clone()));
    }
}

/// How a write can end, with a name for it.
fn endings() -> Vec<(&'static str, Vec<FaultEffect>)> {
    let refused = FaultEffect::Unprocessable { pointers: vec!["/data/attributes/name".to_owned()] };
    vec![
        ("refused", vec![refused]),
        ("forbidden", vec![FaultEffect::ProxyPage { status: 403 }]),
        ("busy", vec![FaultEffect::TooMany { retry_after: Some(5) }]),
        ("cannot-compare", vec![FaultEffect::PreconditionFailed]),
        ("never-compares", vec![FaultEffect::PreconditionFailed, FaultEffect::PreconditionFailed]),
        ("conflict", vec![FaultEffect::Conflict]),
        ("lost-before", vec![FaultEffect::CutBefore]),
        ("lost-after", vec![FaultEffect::CutAfter]),
        ("ignored", vec![FaultEffect::Ignored]),
        ("silent", vec![FaultEffect::NoContent]),
        ("proxy", vec![FaultEffect::After(Box::new(FaultEffect::HtmlPage))]),
    ]
}

#[test]
fn one_record_is_toggled_undone_and_redone() {
    let mut account = at_16();
    account.press("u").press("U").press("t").press("J").press("u").press("z").press("y").press("U").press("y");
    account.press("J").press("k u").press("Esc").press("u").press("n").press("u").only_press("y").only_press("u");
    account.answer_all().press("U");
    insta::assert_snapshot!("one-toggled", account.text());
}

#[test]
fn a_toggle_and_its_undo_end_in_every_way() {
    for (name, effects) in endings() {
        let mut account = at_16();
        faults(&account, "PATCH", &effects);
        account.press("t").pass(3);
        account.sitting.server.control().clear_faults();
        account.press("Esc t").pass(1);
        faults(&account, "PATCH", &effects);
        account.press("u y").pass(3).press("Esc").press("J").press("Esc");
        insta::assert_snapshot!(format!("one-toggle-{name}"), account.text());
    }
}

#[test]
fn a_deletion_and_its_undo_end_in_every_way() {
    for (name, effects) in endings() {
        let mut account = at_16();
        account.press("D");
        faults(&account, "DELETE", &effects);
        account.press("b e t a t e l - 1 Enter").pass(3).press("Esc");
        account.sitting.server.control().clear_faults();
        faults(&account, "POST", &effects);
        account.press("u").press("y").pass(3).press("Esc").press("J").press("Esc");
        insta::assert_snapshot!(format!("one-deletion-{name}"), account.text());
    }
}

#[test]
fn an_edit_and_its_undo_end_in_every_way() {
    for (name, effects) in endings() {
        let mut account = at_16();
        account.press("e");
        fill(&mut account.sitting, FieldId::Expire, "600");
        account.press("w");
        faults(&account, "PATCH", &effects);
        account.press("y").pass(3).press("w y").press("Esc Esc");
        account.sitting.server.control().clear_faults();
        faults(&account, "PATCH", &effects);
        account.press("u").press("y").press("y").pass(3).press("Esc").press("J").press("Esc");
        insta::assert_snapshot!(format!("one-edit-{name}"), account.text());
    }
}

#[test]
fn what_someone_else_did_meanwhile_is_said() {
    type Meanwhile = fn(&Sitting);
    let cases: &[(&str, Meanwhile)] = &[
        ("enabled", |sitting| sitting.server.change(16, FieldId::Enabled, Value::Flag(true))),
        ("disabled", |sitting| sitting.server.change(16, FieldId::Enabled, Value::Flag(false))),
        ("changed", |sitting| sitting.server.change(16, FieldId::Expire, Value::Number(777))),
        ("renamed", |sitting| sitting.server.change(16, FieldId::Name, Value::Text("other".to_owned()))),
        ("gone", |sitting| assert!(sitting.server.control().remove(16))),
    ];
    for (name, does) in cases {
        let mut account = at_16();
        does(&account.sitting);
        account.press("t").press("t");
        let mut undone = at_16();
        undone.press("t");
        does(&undone.sitting);
        undone.press("u").press("y").press("U").press("y");
        let mut deleted = at_16();
        deleted.press("D");
        does(&deleted.sitting);
        deleted.press("b e t a t e l - 1 Enter").press("Esc").press("D").press("Esc");
        let text = format!("{}\n{}\n{}", account.text(), undone.text(), deleted.text());
        insta::assert_snapshot!(format!("one-meanwhile-{name}"), text);
    }
}

#[test]
fn a_deletion_asks_for_the_name_and_says_what_is_missing() {
    let mut account = at_16();
    account.only_press("D").only_press("Enter").only_press("x").answer_all();
    account.press("Enter").press("x Enter").press("Ctrl-u").press("PgDn").press("PgUp").press("Down").press("End");
    account.happens("a paste", |sitting| sitting.tell(Message::Pasted(Secret::new("betatel-1"))));
    account.only_press("Enter").only_press("D").only_press("Esc").answer_all().press("u").press("Esc");
    insta::assert_snapshot!("one-deletion", account.text());
    let mut small = Account::of(Sitting::ready((60, 9), 120));
    small.press(": 1 6 Enter").press("D").press("b e t a t e l - 1 Enter").press("PgDn").press("PgDn").press("Enter");
    insta::assert_snapshot!("one-deletion-small", small.text());
}

#[test]
fn a_deletion_that_cannot_be_read_says_so() {
    for (name, effect) in [("failed", FaultEffect::ServerError), ("unauthorized", FaultEffect::Unauthorized)] {
        let mut account = at_16();
        account.sitting.server.fault(Fault::always("GET", "/registrations/16", effect));
        account.press("D").press("Esc");
        insta::assert_snapshot!(format!("one-deletion-read-{name}"), account.text());
    }
    let mut account = at_16();
    assert!(account.sitting.server.control().remove(16));
    account.press("D").press("Esc").press("D");
    insta::assert_snapshot!("one-deletion-read-gone", account.text());
}

#[test]
fn a_draft_in_the_way_and_one_that_is_re_created() {
    let mut account = at_16();
    account.press("e");
    fill(&mut account.sitting, FieldId::Expire, "600");
    account.press("w").press("y").press("e");
    fill(&mut account.sitting, FieldId::RetryDelay, "30");
    account.press("Esc").press("u").press("y").press("Esc").press("t").press("u").press("y");
    account.press("D").press("b e t a t e l - 1 Enter").press("u").press("n");
    account.command("recreate").press("z").press("n");
    account
        .command("recreate")
        .only_press("y")
        .only_press(": r e c r e a t e Enter")
        .only_press("y")
        .answer_all()
        .press("J")
        .press("Esc");
    insta::assert_snapshot!("one-draft", account.text());
}

#[test]
fn quitting_says_what_would_be_lost() {
    let mut account = at_16();
    account.press("e");
    fill(&mut account.sitting, FieldId::Expire, "600");
    account.press("i Ctrl-u x Enter").press("Esc").press("Esc").press("q").press("Esc");
    account.only_press("t").only_press("q").only_press("Esc").answer_all().press("q").press("Esc");
    faults(&account, "PATCH", &[FaultEffect::CutBefore]);
    account.press("t").press("q").press("Esc");
    account.press("e");
    fill(&mut account.sitting, FieldId::AuthPassword, "s3cret");
    account.press("Esc").press("q").press("Esc");
    insta::assert_snapshot!("one-losses", account.text());
}

#[test]
fn the_history_is_read_from_the_file_and_refuses_what_cannot_be_undone() {
    let mut account = at_16();
    account.press("t").press("J");
    let mine: Vec<JournalLine> = journal(&account.sitting).into_iter().cloned().collect();
    let of = |pid: u32, earlier: i64| {
        let mut line = mine[0].clone();
        line.author.pid = pid;
        line.request_id = None;
        line.time -= TimeDelta::seconds(earlier);
        line.name = format!("{pid}, {earlier} s earlier");
        line
    };
    let read = |account: &mut Account, lines: Vec<JournalLine>| {
        let ticket = account.sitting.asked.iter().rev().find_map(|asked| match asked {
            Asked::ReadJournal { ticket, .. } => Some(*ticket),
            _ => None,
        });
        let (ticket, file) = (ticket.unwrap(), Box::new(FromFile::Lines(lines, 0)));
        account.happens("the file is read", |sitting| sitting.tell(Message::JournalRead { ticket, file }));
    };
    read(&mut account, vec![of(1, 90_000), of(2, 3), of(1, 0), of(2, 0)]);
    account.press("k").press("u").press("j").press("u").press("Esc").press("J");
    read(&mut account, Vec::new());
    account.press("Esc").press("Enter").press("J");
    read(&mut account, vec![of(1, 90_000), of(1, 0), of(2, 0)]);
    account.press("u").press("Esc").press("Esc");
    account.only_press("t").only_press("J").only_press("u").answer_all();
    insta::assert_snapshot!("one-history", account.text());
}

#[test]
fn a_profile_that_is_read_only_or_asks_first() {
    for (name, access) in [("read-only", Access::ReadOnly), ("confirm", Access::Confirm)] {
        let mut account = at_16();
        account.press("t");
        account.sitting.app.cx.setup.access = access;
        account.press("t").press("n").press("t").press("y").press("u").press("y").press("D").press("Esc");
        insta::assert_snapshot!(format!("one-{name}"), account.text());
    }
}
