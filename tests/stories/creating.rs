//! A new registration: what the form shows and blocks, what is sent, and what is said whatever comes back.

use sipreg::app::SidePane;
use sipreg::app::core::Effect as Asked;
use sipreg::app::form::{Form, FormStage};
use sipreg::demo::Exchange;
use sipreg::demo::faults::{Fault, FaultEffect};
use sipreg::domain::change::{Action, Ending, JournalLine};
use sipreg::domain::record::{FieldId, Record as _, Registration, Value};

use super::unknown::until;
use crate::sitting::Sitting;

pub fn said(sitting: &Sitting) -> &str {
    sitting.app.cx.notices.all().last().map_or("", |notice| notice.text.as_str())
}

#[track_caller]
pub fn assert_said(sitting: &Sitting, parts: &[&str]) {
    for part in parts {
        assert!(said(sitting).contains(part), "{part:?} in {:?}", said(sitting));
    }
}

#[track_caller]
pub fn assert_shows(sitting: &Sitting, parts: &[&str]) {
    let screen = sitting.screen();
    for part in parts {
        assert!(screen.contains(part), "{part:?} in\n{screen}");
    }
}

pub fn form(sitting: &Sitting) -> &Form {
    match sitting.app.panes.stack.last() {
        Some(SidePane::Form(form)) => form,
        other => panic!("{other:?} is no form"),
    }
}

/// Types a text into a field of the form.
pub fn fill(sitting: &mut Sitting, field: FieldId, text: &str) {
    while form(sitting).pager.cursor != field.place() {
        let key = if form(sitting).pager.cursor < field.place() { "j" } else { "k" };
        sitting.press(key);
    }
    sitting.press("i Ctrl-u");
    sitting.write(text);
    sitting.press("Enter");
}

/// The record of this name on the server.
pub fn named(sitting: &Sitting, name: &str) -> Option<Registration> {
    let control = sitting.server.control();
    control.ids().into_iter().filter_map(|id| control.registration(id)).find(|record| record.name() == name)
}

pub fn sent(sitting: &Sitting, method: &str) -> Vec<Exchange> {
    let all = sitting.server.control().exchanges();
    all.into_iter().filter(|exchange| exchange.method == method && !exchange.path().ends_with("/auth")).collect()
}

/// Lines written to the journal.
pub fn journal(sitting: &Sitting) -> Vec<&JournalLine> {
    let lines = sitting.asked.iter().filter_map(|asked| match asked {
        Asked::Record(line) if line.ending != Ending::Sent => Some(line.as_ref()),
        _ => None,
    });
    lines.collect()
}

/// A form with what the server demands.
fn filled_in() -> Sitting {
    let mut sitting = Sitting::ready((80, 24), 120);
    sitting.press("a");
    fill(&mut sitting, FieldId::Name, "acme-new");
    fill(&mut sitting, FieldId::Domain, "new.acme.example");
    fill(&mut sitting, FieldId::Username, "493999");
    fill(&mut sitting, FieldId::Contact, "sip:493999@192.0.2.9");
    sitting
}

/// The same, reviewed.
fn reviewed() -> Sitting {
    let mut sitting = filled_in();
    sitting.carry_out("w");
    assert!(matches!(form(&sitting).stage, FormStage::Review(_)), "{}", sitting.screen());
    sitting
}

/// The same, sent while this goes wrong.
fn sent_into(faults: &[Fault]) -> Sitting {
    let mut sitting = reviewed();
    for fault in faults {
        sitting.server.fault(fault.clone());
    }
    sitting.carry_out("y");
    sitting
}

#[test]
fn the_servers_defaults_are_shown_as_such_and_required_fields_block() {
    let mut sitting = Sitting::ready((80, 24), 120);
    sitting.press("a");
    assert_shows(
        &sitting,
        &["New registration", "(yes: server default)", "(UDP: server default)", "(required)", "4 errors"],
    );
    sitting.press("j j w");
    assert_said(&sitting, &["no field is set"]);
    fill(&mut sitting, FieldId::Name, "acme-new");
    sitting.press("w");
    assert_said(&sitting, &["Not sent", "domain: required"]);
    assert_eq!(form(&sitting).field().id, FieldId::Domain);
    assert!(sent(&sitting, "POST").is_empty());
}

#[test]
fn only_what_was_set_is_sent_and_the_new_record_is_under_the_cursor() {
    let mut sitting = reviewed();
    assert_shows(&sitting, &["Review new acme-new", "POST", "The server fills in", "The server fills in: enabled yes"]);
    assert!(sent(&sitting, "POST").is_empty(), "nothing is sent before y");
    sitting.press("b");
    assert_shows(&sitting, &["BODY", "\"name\": \"acme-new\""]);
    sitting.press("b c");
    let curl = sitting.asked.iter().find_map(|asked| match asked {
        Asked::Copy(text) => Some(text.clone()),
        _ => None,
    });
    assert!(curl.unwrap().starts_with("curl -X POST"));
    sitting.carry_out("y");
    let made = named(&sitting, "acme-new").unwrap();
    assert_said(&sitting, &[&format!("Created {} acme-new", made.id()), "u: "]);
    assert_eq!(sitting.app.list.rows.cursor(), Some(made.id()));
    assert_eq!(made.get(FieldId::RetryDelay), &Value::Number(5));
    let posts = sent(&sitting, "POST");
    assert_eq!(posts.len(), 1);
    for absent in ["enabled", "retry-delay", "pop", "transport-protocol", "auth-password"] {
        assert!(!posts[0].body.contains(absent), "{absent}");
    }
    let lines = journal(&sitting);
    assert_eq!((lines[0].action, lines[0].ending, lines[0].id), (Action::Create, Ending::Applied, Some(made.id())));
    assert!(sitting.app.store.drafts.is_empty() && sitting.app.panes.stack.is_empty());
}

#[test]
fn a_name_that_a_loaded_record_has_is_not_sent() {
    let mut sitting = filled_in();
    fill(&mut sitting, FieldId::Name, "betatel-1");
    sitting.press("w");
    assert_said(&sitting, &["Not sent", "registration 16 already has the name betatel-1"]);
    assert!(sent(&sitting, "POST").is_empty());
    fill(&mut sitting, FieldId::Name, "betatel-17");
    sitting.press("w");
    assert!(matches!(form(&sitting).stage, FormStage::Review(_)));
}

#[test]
fn what_the_server_refuses_goes_to_its_fields_and_the_draft_stays() {
    let mut sitting = sent_into(&[Fault::next("POST", "/registrations", FaultEffect::unprocessable())]);
    assert_said(&sitting, &["acme-new: not created", "your draft is kept"]);
    assert_eq!(form(&sitting).field().id, FieldId::Name);
    assert!(form(&sitting).refused.contains_key(&FieldId::Contact));
    assert_eq!(journal(&sitting)[0].ending, Ending::Refused);
    assert_eq!(journal(&sitting)[0].id, None);
    sitting.carry_out("w y");
    assert_said(&sitting, &["Created"]);
}

#[test]
fn an_answer_that_was_lost_is_made_good_by_looking_for_the_name() {
    let sitting = sent_into(&[Fault::next("POST", "/registrations", FaultEffect::CutAfter)]);
    let made = named(&sitting, "acme-new").unwrap();
    assert_said(&sitting, &[&format!("Created {} acme-new", made.id()), "the answer was lost"]);
    assert_eq!(sent(&sitting, "POST").len(), 1);
    assert_eq!(journal(&sitting)[0].ending, Ending::AppliedUnseen);
}

#[test]
fn a_server_error_that_made_nothing_says_so_and_can_be_tried_again() {
    let mut sitting = sent_into(&[Fault::next("POST", "/registrations", FaultEffect::ServerError)]);
    assert_said(&sitting, &["acme-new: NOT created", "no registration has that name", "your draft is kept"]);
    sitting.carry_out("w y");
    assert_said(&sitting, &["Created", "acme-new"]);
}

#[test]
fn a_record_of_that_name_with_other_values_is_someone_elses() {
    let mut sitting = reviewed();
    let other = sitting.server.control().copy(16, "acme-new").unwrap();
    sitting.server.fault(Fault::next("POST", "/registrations", FaultEffect::ServerError));
    sitting.carry_out("y");
    assert_said(
        &sitting,
        &["UNKNOWN whether it was created", &other.to_string(), "most likely another one", "your draft is kept"],
    );
    sitting.press("w");
    assert_said(&sitting, &[&format!("registration {other} already has the name acme-new")]);
}

#[test]
fn while_it_is_unknown_nothing_is_sent_before_another_look() {
    let lost = [
        Fault::next("POST", "/registrations", FaultEffect::CutAfter),
        Fault::next("GET", "/registrations", FaultEffect::ServerError),
    ];
    let mut sitting = sent_into(&lost);
    assert_said(&sitting, &["acme-new: UNKNOWN whether it was created", "checking until known"]);
    sitting.press("w");
    assert_said(
        &sitting,
        &[
            "New acme-new: the last change got no answer",
            "Nothing else is sent until the result is \
                                                                            known",
        ],
    );
    until(&mut sitting, 2);
    assert_said(&sitting, &["Created", "acme-new", "applied 2 s after the answer was lost"]);
    assert_eq!(sent(&sitting, "POST").len(), 1);
    assert!(sitting.app.store.drafts.is_empty());
}

#[test]
fn what_is_not_found_within_a_minute_can_be_sent_again() {
    let mut sitting = sent_into(&[Fault::next("POST", "/registrations", FaultEffect::CutBefore)]);
    until(&mut sitting, 59);
    assert_said(&sitting, &["acme-new: UNKNOWN whether it was created"]);
    until(&mut sitting, 60);
    assert_said(&sitting, &["acme-new: NOT created within 60 s", "your draft is kept"]);
    sitting.press("w");
    assert!(matches!(form(&sitting).stage, FormStage::Review(_)), "{}", sitting.screen());
    sitting.carry_out("y");
    assert!(named(&sitting, "acme-new").is_some());
    let endings: Vec<Ending> = journal(&sitting).iter().map(|line| line.ending).collect();
    assert_eq!(endings, [Ending::Unknown, Ending::NotApplied, Ending::Applied]);
}

#[test]
fn a_token_that_ended_costs_a_sign_in_and_nothing_else() {
    let mut sitting = reviewed();
    sitting.server.control().revoke_tokens();
    sitting.carry_out("y");
    assert_said(&sitting, &["Created", "acme-new"]);
}

#[test]
fn drafts_of_new_records_are_kept_and_chosen_from() {
    let mut sitting = Sitting::ready((80, 24), 120);
    sitting.press("a");
    fill(&mut sitting, FieldId::Name, "one");
    sitting.press("Esc");
    assert_said(&sitting, &["Draft saved: new one (1 change)", "a: resume"]);
    sitting.press("a");
    assert_shows(&sitting, &["an empty form", "your draft: new one, 1 field set"]);
    sitting.press("k Enter");
    fill(&mut sitting, FieldId::Name, "two");
    sitting.press("Esc a");
    assert_shows(&sitting, &["new one", "new two"]);
    sitting.press("Enter");
    assert_shows(&sitting, &["New registration two"]);
    sitting.press(":");
    sitting.write("discard");
    sitting.press("Enter");
    assert_said(&sitting, &["New two: draft discarded; nothing was sent"]);
    assert_eq!(sitting.app.store.new_drafts().len(), 1);
}

#[test]
fn what_is_typed_while_the_answer_is_awaited_becomes_a_draft_of_the_record() {
    let mut sitting = reviewed();
    sitting.press("y Esc a Enter");
    fill(&mut sitting, FieldId::Expire, "600");
    sitting.answer_all();
    let made = named(&sitting, "acme-new").unwrap();
    let draft = &sitting.app.store.drafts[&made.id()].draft;
    assert_eq!(draft.changes().get(&FieldId::Expire), Some(&Value::Number(600)));
    assert_eq!(draft.changes().len(), 1);
}

#[test]
fn a_new_record_that_the_filter_hides_is_told() {
    let mut sitting = Sitting::ready((80, 24), 120);
    sitting.press("/");
    sitting.write("betatel");
    sitting.press("Enter");
    let before = sitting.app.list.rows.cursor();
    sitting.press("a");
    fill(&mut sitting, FieldId::Name, "acme-new");
    fill(&mut sitting, FieldId::Domain, "new.acme.example");
    fill(&mut sitting, FieldId::Username, "493999");
    fill(&mut sitting, FieldId::Contact, "sip:493999@192.0.2.9");
    sitting.carry_out("w y");
    assert_said(&sitting, &["Created", "hidden by the filter"]);
    assert_eq!(sitting.app.list.rows.cursor(), before);
}

#[test]
fn undoing_a_creation_deletes_through_the_same_question() {
    let mut sitting = sent_into(&[]);
    let made = named(&sitting, "acme-new").unwrap().id();
    sitting.carry_out("u");
    assert_shows(&sitting, &[&format!("Delete {made} acme-new"), "Type the name acme-new and press Enter"]);
    sitting.write("acme-new");
    sitting.carry_out("Enter");
    assert_said(&sitting, &["Deleted", "acme-new", "U: re-create"]);
    assert!(named(&sitting, "acme-new").is_none());
    sitting.press("u");
    assert_said(&sitting, &["Nothing to undo"]);
    sitting.press("U");
    assert_shows(&sitting, &["Redo: re-create", "acme-new", "It has no password"]);
    sitting.carry_out("y");
    let again = named(&sitting, "acme-new").unwrap().id();
    assert_ne!(again, made);
    assert_said(&sitting, &[&format!("as {again}."), "u: "]);
    let actions: Vec<Action> = journal(&sitting).iter().map(|line| line.action).collect();
    assert_eq!(actions, [Action::Create, Action::Undo, Action::Redo]);
}

#[test]
fn what_the_review_said_is_down_is_not_said_again_by_the_message() {
    let mut sitting = Sitting::ready((120, 40), 120);
    sitting.carry_out(": 2 2 Enter e :");
    sitting.write("set expire 777");
    sitting.carry_out("Enter");
    sitting.carry_out("w");
    assert_shows(&sitting, &["DOWN"]);
    sitting.carry_out("y");
    assert_eq!(sitting.server.control().registration(22).unwrap().number(FieldId::Expire), Some(777));
    assert_said(&sitting, &["Saved 22"]);
    assert!(!said(&sitting).contains("DOWN"), "{}", said(&sitting));
}
