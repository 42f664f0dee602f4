//! Rules of the looks that hold for every record and every size: what is cut, what stands where, what comes last.

use sipreg::app::overlay::Overlay;
use sipreg::app::overlay::lint_list::LintLine;
use sipreg::demo::faults::{Fault, FaultEffect as Happens};
use sipreg::domain::record::{FieldId, Value};

use super::creating::{assert_said, assert_shows};
use crate::sitting::Sitting;

fn header(sitting: &Sitting) -> String {
    sitting.screen().lines().find(|line| line.contains("USER@DOMAIN")).unwrap().to_owned()
}

#[test]
fn columns_stand_as_people_look_for_them_and_one_long_name_takes_none_away() {
    for (size, last) in [((80, 24), "TR"), ((120, 40), "EXPIRE"), ((160, 48), "EXPIRE"), ((200, 60), "CONTACT")] {
        let mut sitting = Sitting::before(size, 120);
        sitting.server.change(13, FieldId::Name, Value::Text("x".repeat(200)));
        sitting.answer_all();
        let header = header(&sitting);
        let titles: Vec<&str> = header.split_whitespace().collect();
        let at = |title: &str| titles.iter().position(|shown| shown.trim_end_matches(['█', '│']) == title);
        assert!(at("POP") < at("NODE") && at("NODE") < at("TR") && at(last).is_some(), "{size:?}: {header}");
    }
}

#[test]
fn a_state_is_never_cut_in_its_middle() {
    for size in [(80, 24), (120, 40)] {
        let mut sitting = Sitting::live(size, 120, std::time::Duration::from_secs(15));
        sitting.answer_all();
        let header = header(&sitting);
        let from = header.find("STATE").unwrap();
        let (from, to) = (from, header.find("USER@DOMAIN").unwrap());
        let chars = |line: &str| line.chars().skip(from).take(to - from).collect::<String>();
        for _ in 0..5 {
            for line in sitting.screen().lines().skip(3).take(17) {
                assert!(!chars(line).contains('…'), "{size:?}: {line}");
            }
            sitting.press("PgDn");
        }
    }
}

#[test]
fn no_column_below_the_list_begins_in_the_middle_of_a_sentence() {
    let mut sitting = Sitting::ready((120, 40), 120);
    for id in sitting.server.control().ids() {
        sitting.press(":");
        sitting.write(&id.to_string());
        sitting.press("Enter");
        sitting.pass(std::time::Duration::from_millis(150));
        let app = &sitting.app;
        let lines = app.list.preview_lines(&app.cx, &app.store, &app.cx.layout());
        let height = usize::from(app.cx.layout().inside.height);
        // What is longer than a column goes on in the next one.
        let longest = lines.split(|line| !line.is_rest()).map(|rest| rest.len() + 2).max().unwrap_or(0);
        for column in lines.chunks(height).filter(|_| longest <= height) {
            assert!(!column[0].is_rest(), "{id}: {column:?}");
            assert!(
                column.len() < height || format!("{:?}", column[height - 1].meant) != "Heading",
                "{id}: {column:?}"
            );
        }
    }
}

#[test]
fn a_problem_is_the_first_thing_in_a_detail_and_nothing_of_it_is_cut() {
    let mut sitting = Sitting::ready((80, 24), 120);
    sitting.carry_out(": 2 2 Enter Enter");
    let screen = sitting.screen();
    let first: Vec<&str> = screen.lines().skip(2).take(2).collect();
    assert!(first[0].contains("PROBLEMS") && first[1].contains("DOWN"), "{screen}");
    assert!(!screen.contains('…'), "{screen}");
}

#[test]
fn a_reason_stands_in_front_of_the_keys() {
    let cases = [
        ("t", "PATCH", "u: undo"),
        ("e e e '77' Ctrl-s y", "PATCH", "u: undo"),
        ("D 'acme-lon-main' Enter", "DELETE", "u: re-create (new ID)"),
    ];
    for (keys, method, hint) in cases {
        let mut sitting = Sitting::ready((80, 24), 120);
        sitting.press(": 1 3 Enter");
        sitting.server.fault(Fault::next(method, "/registrations", Happens::CutAfter));
        for key in keys.split(' ') {
            match key.strip_prefix('\'') {
                Some(text) => sitting.write(text.trim_end_matches('\'')),
                None => sitting.press(key),
            }
            sitting.answer_all();
        }
        let said = sitting.app.cx.notices.all().last().unwrap().text.clone();
        assert!(said.contains("the answer was lost"), "{keys}: {said}");
        assert!(said.ends_with(hint), "{keys}: {said}");
    }
}

#[test]
fn the_explanation_of_a_rule_is_whole_where_the_screen_has_room() {
    for size in [(80, 24), (100, 26), (120, 40)] {
        let mut sitting = Sitting::ready(size, 120);
        sitting.press("L");
        for _ in 0..12 {
            let Some(Overlay::Lint(list)) = &sitting.app.overlay.current else { panic!("{}", sitting.screen()) };
            let rule = match list.lines()[list.pager.cursor] {
                LintLine::Rule(at) => list.findings.as_ref().unwrap().rules[at].rule.unwrap(),
                LintLine::Finding(..) | LintLine::More(..) => panic!("n goes from rule to rule"),
            };
            let end = rule.help.split_whitespace().last().unwrap();
            assert!(sitting.screen().contains(end), "{size:?}: {}\n{}", rule.id, sitting.screen());
            // And below the first registration that has it, where what is wrong with it stands above.
            sitting.press("j");
            assert!(size.1 < 40 || sitting.screen().contains(end), "{size:?}: {}\n{}", rule.id, sitting.screen());
            sitting.press("k n");
        }
    }
}

#[test]
fn no_help_is_cut_in_two_columns() {
    for keys in ["?", "Enter ?", "e ?"] {
        let mut sitting = Sitting::ready((120, 40), 120);
        for key in keys.split(' ') {
            sitting.carry_out(key);
        }
        let screen = sitting.screen();
        assert!(screen.contains("Help: ") && !screen.contains('…'), "{keys}: {screen}");
    }
}

#[test]
fn questions_about_many_and_deletions_leave_the_list_in_sight() {
    for size in [(120, 40), (160, 48), (200, 60)] {
        for keys in ["v j j j t d", "D"] {
            let mut sitting = Sitting::ready(size, 120);
            sitting.carry_out(keys);
            assert_shows(&sitting, &["carrierx-nyc-main", "USER@DOMAIN", "┌ ", "Esc: cancel"]);
        }
    }
    let mut sitting = Sitting::ready((80, 24), 120);
    sitting.carry_out("D");
    assert!(!sitting.screen().contains("USER@DOMAIN"), "a page where there is no room around a box");
    sitting.press("Esc");
    assert_said(&sitting, &["nothing was deleted"]);
}

#[test]
fn parts_of_a_review_stand_apart_where_all_of_it_is_in_view() {
    for (size, apart) in [((80, 24), true), ((80, 12), false)] {
        let mut sitting = Sitting::ready(size, 120);
        sitting.carry_out(": 1 3 Enter e");
        sitting.press("e e");
        sitting.write("77");
        sitting.carry_out("Ctrl-s");
        let screen = sitting.screen();
        let lines: Vec<&str> = screen.lines().collect();
        let at = lines.iter().position(|line| line.contains("EFFECT")).unwrap();
        assert_eq!(lines[at - 1].trim().is_empty(), apart, "{size:?}: {screen}");
    }
}
