//! A server that does not send labels along: they come from links, few at a time and only those in view.

use std::collections::BTreeMap;

use sipreg::api::Labels;
use sipreg::app::core::Read;
use sipreg::domain::record::{FieldId, Value, show};
use sipreg::domain::rules::check;

use crate::sitting::{AtHand, Sitting};

fn by_links(records: u32) -> Sitting {
    Sitting::with((80, 24), records, AtHand::Password, Labels::Links)
}

fn links(sitting: &Sitting) -> Vec<String> {
    let link = |read| if let Read::Related { link, .. } = read { Some(link) } else { None };
    sitting.unanswered().into_iter().filter_map(link).collect()
}

/// Links asked of the server, each with how often.
fn asked(sitting: &Sitting) -> BTreeMap<String, usize> {
    let mut times = BTreeMap::new();
    for exchange in sitting.server.control().exchanges() {
        let path = exchange.path();
        if ["/pop", "/node", "/transport-protocol"].iter().any(|end| path.ends_with(end)) {
            *times.entry(path.to_owned()).or_insert(0) += 1;
        }
    }
    times
}

#[test]
fn labels_come_two_at_a_time_for_rows_in_view_each_once() {
    let mut sitting = by_links(120);
    let mut most = 0;
    loop {
        most = most.max(links(&sitting).len());
        if !sitting.answer() {
            break;
        }
    }
    assert_eq!(most, 2);
    let asked = asked(&sitting);
    assert!(asked.values().all(|times| *times == 1), "{asked:?}");
    // 19 rows with three relationships each.
    assert_eq!(asked.len(), 19 * 3);
    let screen = sitting.screen();
    assert!(screen.contains("493000@sip.acme.example"), "{screen}");
    let row = screen.lines().find(|line| line.contains("493000@")).unwrap();
    assert!(row.contains("fra-n1") && row.contains("FRA") && row.contains("UDP"), "{row}");
}

#[test]
fn until_a_link_was_followed_its_label_is_a_question_mark_and_null_is_any() {
    let mut sitting = by_links(120);
    sitting.answer();
    let row =
        |sitting: &Sitting| sitting.screen().lines().find(|line| line.contains("493111@")).map(str::to_owned).unwrap();
    assert!(row(&sitting).contains('?'), "{}", row(&sitting));
    sitting.answer_all();
    let words: Vec<_> = row(&sitting).split_whitespace().map(str::to_owned).collect();
    assert!(words.ends_with(&["any".to_owned(), "any".to_owned(), "UDP".to_owned()]), "{words:?}");
}

#[test]
fn scrolling_follows_the_links_of_the_rows_that_come_into_view() {
    let mut sitting = by_links(120);
    sitting.answer_all();
    let before = asked(&sitting).len();
    sitting.carry_out("PgDn");
    let after = asked(&sitting);
    assert_eq!(after.len(), before + 19 * 3);
    assert!(after.values().all(|times| *times == 1), "{after:?}");
    sitting.press("PgUp");
    assert!(links(&sitting).is_empty());
}

#[test]
fn a_relationship_is_opened_by_its_link() {
    let mut sitting = by_links(120);
    sitting.answer_all();
    sitting.press(":");
    sitting.write("7");
    sitting.carry_out("Enter g n");
    assert!(sitting.screen().contains("Node fra-n1"), "{}", sitting.screen());
}

#[test]
fn a_link_that_fails_is_told_and_tried_again_on_refresh() {
    use sipreg::demo::faults::{Fault, FaultEffect};
    let mut sitting = by_links(10);
    let control = sitting.server.control();
    control.add_fault(Fault::always("GET", "/registrations/7/node", FaultEffect::ServerError));
    sitting.answer_all();
    assert!(sitting.screen().contains("Labels are incomplete"), "{}", sitting.screen());
    control.clear_faults();
    sitting.carry_out("r");
    let row = sitting.screen().lines().find(|line| line.contains("493000@")).map(str::to_owned).unwrap();
    assert!(row.contains("fra-n1"), "{row}");
}

#[test]
fn a_record_for_every_node_is_found_by_links_as_it_is_otherwise() {
    let everywhere = |labels| {
        let mut sitting = Sitting::with((120, 40), 120, AtHand::Password, labels);
        sitting.answer_all();
        // Links are followed for the rows in view.
        let id = sitting.app.list.rows.ids(&sitting.app.store.records).next().unwrap();
        for field in [FieldId::Pop, FieldId::Node] {
            sitting.server.change(id, field, Value::Null);
        }
        sitting.carry_out("R");
        let row = sitting.app.store.records.get(id).unwrap();
        let findings = check::record(&row, &sitting.app.store.lint_context());
        findings.into_iter().filter(|finding| finding.field == FieldId::Node).count()
    };
    assert_eq!(everywhere(Labels::Include), 1);
    assert_eq!(everywhere(Labels::Links), 1);
}

#[test]
fn a_relationship_that_somebody_changed_is_found_by_a_refresh_although_no_tag_tells() {
    let mut sitting = by_links(20);
    sitting.answer_all();
    let id = sitting.app.list.rows.ids(&sitting.app.store.records).next().unwrap();
    let label = |sitting: &Sitting| {
        let row = sitting.app.store.records.get(id).unwrap();
        show::cell(FieldId::Node, row.get(FieldId::Node), &sitting.app.store.targets).into_owned()
    };
    assert_ne!(label(&sitting), "any");
    sitting.server.change(id, FieldId::Node, Value::Null);
    sitting.press("r");
    assert_ne!(label(&sitting), "?", "what was known is shown meanwhile");
    sitting.answer_all();
    assert_eq!(label(&sitting), "any");
    let unchanged = sitting.server.control().exchanges();
    let page = unchanged.iter().rev().find(|exchange| exchange.path().ends_with("/registrations")).unwrap();
    assert_eq!(page.status, Some(304));
}

#[test]
fn our_own_change_of_a_relationship_is_followed_and_not_shown_as_it_was() {
    let mut sitting = by_links(20);
    sitting.answer_all();
    let id = sitting.app.list.rows.ids(&sitting.app.store.records).next().unwrap();
    sitting.press(":");
    sitting.write("set node=");
    sitting.carry_out("Enter");
    sitting.carry_out("w");
    sitting.carry_out("y");
    let row = sitting.app.store.records.get(id).unwrap();
    assert_eq!(show::cell(FieldId::Node, row.get(FieldId::Node), &sitting.app.store.targets), "any");
}

#[test]
fn a_row_whose_links_are_not_followed_yet_wears_a_sign_of_its_own() {
    use sipreg::demo::faults::{Fault, FaultEffect};
    let mut sitting = by_links(120);
    let sign = |sitting: &Sitting| {
        let row = sitting.screen().lines().find(|line| line.contains("493074@lon")).map(str::to_owned).unwrap();
        row.chars().find(|c| "●○▲✗◐".contains(*c)).unwrap_or(' ')
    };
    // One that cannot be followed stays so; the others turn as soon as theirs is read.
    sitting.server.fault(Fault::always("GET", "/registrations/13/node", FaultEffect::ServerError));
    sitting.answer();
    assert_eq!(sign(&sitting), '◐', "{}", sitting.screen());
    sitting.answer_all();
    assert_eq!(sign(&sitting), '◐', "{}", sitting.screen());
    assert!(sitting.screen().matches('◐').count() == 1, "{}", sitting.screen());
    sitting.server.control().clear_faults();
    sitting.carry_out("r");
    assert_eq!(sign(&sitting), '●', "{}", sitting.screen());
}

#[test]
fn problems_say_which_records_were_not_fully_checked() {
    let mut sitting = by_links(120);
    sitting.answer_all();
    sitting.press("L");
    let screen = sitting.screen();
    let followed = asked(&sitting).len() / 3;
    let reported = format!("{} registrations are not fully checked", 120 - followed);
    assert!(screen.contains(&reported), "{reported}: {screen}");
    // Once all were in view nothing is missing, and the findings are those of a server that sends labels along.
    sitting.press("Esc");
    for _ in 0..8 {
        sitting.carry_out("PgDn");
    }
    sitting.press("L");
    let screen = sitting.screen();
    assert!(!screen.contains("not fully checked"), "{screen}");
    let mut other = Sitting::ready((80, 24), 120);
    other.press("L");
    assert_eq!(screen, other.screen());
}
