//! What is done to one record, undone and redone, as whole accounts.

use std::fmt::Write as _;

use chrono::TimeDelta;
use sipreg::app::core::{Effect as Asked, Message};
use sipreg::app::form::FormStage;
use sipreg::app::model::journal_file::FromFile;
use sipreg::app::{Access, SidePane};
use sipreg::demo::faults::{Fault, FaultEffect};
use sipreg::domain::change::JournalLine;
use sipreg::domain::record::{FieldId, Secret, Value};

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

/// Does something and undoes it, each while it ends in every way. `before` is what leads to the key that sends.
fn every_ending(
    before: fn(&mut Sitting),
    (keys, method): (&str, &str),
    undo: &[&str],
    (yes, undo_method): (&str, &str),
) -> String {
    let mut all = String::new();
    for (name, effects) in endings() {
        let mut account = at_16();
        before(&mut account.sitting);
        let mut account = account.begin_again();
        faults(&account, method, &effects);
        account.press(keys).pass(70);
        review_again(&mut account);
        let _ = writeln!(all, "# {name}\n{}", account.text());
        let mut account = at_16();
        before(&mut account.sitting);
        account.sitting.carry_out(keys);
        for keys in undo {
            account.sitting.carry_out(keys);
        }
        let mut account = account.begin_again();
        faults(&account, undo_method, &effects);
        account.press(yes).pass(70);
        review_again(&mut account);
        let _ = writeln!(all, "# undo: {name}\n{}", account.text());
    }
    all
}

/// Says yes once more where the check of an edit was repeated, because the server cannot compare tags.
fn review_again(account: &mut Account) {
    if account
        .sitting
        .app
        .panes
        .stack
        .iter()
        .any(|pane| matches!(pane, SidePane::Form(form) if matches!(form.stage, FormStage::Review(_))))
    {
        account.press("y").pass(70);
    }
}

#[test]
fn a_toggle_and_its_undo_end_in_every_way() {
    insta::assert_snapshot!("one-toggle-endings", every_ending(|_| (), ("t", "PATCH"), &["u"], ("y", "PATCH")));
}

#[test]
fn a_deletion_and_its_undo_end_in_every_way() {
    let before = |sitting: &mut Sitting| {
        sitting.carry_out("D");
        sitting.carry_out("b e t a t e l - 1");
    };
    insta::assert_snapshot!("one-deletion-endings", every_ending(before, ("Enter", "DELETE"), &["u"], ("y", "POST")));
}

#[test]
fn an_edit_and_its_undo_end_in_every_way() {
    let before = |sitting: &mut Sitting| {
        sitting.carry_out("e");
        fill(sitting, FieldId::Expire, "600");
        sitting.carry_out("w");
    };
    insta::assert_snapshot!("one-edit-endings", every_ending(before, ("y", "PATCH"), &["Esc u y"], ("y", "PATCH")));
}

#[test]
fn a_creation_and_its_undo_end_in_every_way() {
    let before = |sitting: &mut Sitting| {
        sitting.press("a");
        for (field, text) in [
            (FieldId::Name, "acme-new"),
            (FieldId::Domain, "new.acme.example"),
            (FieldId::Username, "493999"),
            (FieldId::Contact, "sip:493999@192.0.2.9"),
        ] {
            fill(sitting, field, text);
        }
        sitting.carry_out("w");
    };
    let all = every_ending(before, ("y", "POST"), &["u", "a c m e - n e w"], ("Enter", "DELETE"));
    insta::assert_snapshot!("one-creation-endings", all);
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
    let mut all = String::new();
    for (name, does) in cases {
        let mut account = at_16();
        does(&account.sitting);
        account.press("t").pass(1).press("t");
        let mut undone = at_16();
        undone.sitting.carry_out("t");
        undone.sitting.carry_out("u");
        let mut undone = undone.begin_again();
        does(&undone.sitting);
        undone.press("y").press("U").press("y");
        let mut deleted = at_16();
        deleted.sitting.carry_out("D");
        deleted.sitting.carry_out("b e t a t e l - 1");
        let mut deleted = deleted.begin_again();
        does(&deleted.sitting);
        deleted.press("Enter").press("Esc");
        for (what, account) in [("toggled", account), ("undone", undone), ("deleted", deleted)] {
            let _ = writeln!(all, "# {name}, {what}\n{}", account.text());
        }
    }
    insta::assert_snapshot!("one-meanwhile", all);
}

#[test]
fn a_deletion_asks_for_the_name_and_says_what_is_missing() {
    let mut account = at_16();
    account.only_press("D").only_press("Enter").only_press("x").answer_all();
    account.press("Enter").press("x Enter").press("Ctrl-u").press("PgDn").press("PgUp").press("Down").press("End");
    account.happens("a paste", |sitting| sitting.tell(Message::Pasted(Secret::new("betatel-1"))));
    account.only_press("Enter").only_press("D").only_press("Esc").answer_all().press("u").press("Esc");
    account.press("u").press("y").press("U").press("b e t a t e l - 1 Enter").press("u").press("Esc");
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
    account.press("D").press("Esc");
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
    account.happens("deleted by someone", |sitting| assert!(sitting.server.control().remove(16)));
    account.press("R").command("recreate").press("z").press("n");
    account
        .command("recreate")
        .only_press("y")
        .only_press(": r e c r e a t e Enter")
        .only_press("Esc")
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
    account.pass(1).press("t").press("q").press("Esc");
    account.pass(70).press("e");
    fill(&mut account.sitting, FieldId::AuthPassword, "s3cret");
    account.press("Esc").press("q").press("Esc");
    insta::assert_snapshot!("one-losses", account.text());
}

#[test]
fn the_history_is_read_from_the_file_and_refuses_what_cannot_be_undone() {
    let mut account = at_16();
    account.press("J").press("u").press("Esc").press("t").press("J");
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
    account.pass(1).only_press("t").only_press("J").only_press("u").answer_all();
    insta::assert_snapshot!("one-history", account.text());
}

#[test]
fn a_profile_that_is_read_only_or_asks_first() {
    for (name, access, keys) in [
        ("read-only", Access::ReadOnly, ["t", "u", "D", "e"].as_slice()),
        ("confirm", Access::Confirm, &["t", "n", "t", "y", "u", "y"]),
    ] {
        let mut account = at_16();
        account.press("t");
        account.sitting.app.cx.setup.access = access;
        for key in keys {
            account.pass(1).press(key);
        }
        insta::assert_snapshot!(format!("one-{name}"), account.text());
    }
}
