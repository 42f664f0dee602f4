//! Into pops, nodes, transports and documents, and back again.

use sipreg::app::Focus;
use sipreg::app::core::Effect;

use crate::sitting::Sitting;

#[test]
fn from_a_record_to_its_node_and_pop_and_back() {
    let mut sitting = Sitting::ready((80, 40), 60);
    sitting.press(":");
    sitting.write("7");
    sitting.carry_out("Enter g n");
    assert!(sitting.screen().contains("Node fra-n1"), "{}", sitting.screen());
    assert!(sitting.screen().contains("7 acme-fra-main"));
    sitting.carry_out("g p");
    let screen = sitting.screen();
    assert!(screen.contains("POP FRA") && screen.contains("NODES IN IT") && screen.contains("fra-n2"), "{screen}");
    sitting.press("Esc");
    assert!(sitting.screen().contains("Node fra-n1"));
    sitting.press("Esc");
    assert_eq!((sitting.app.panes.focus, sitting.app.list.rows.cursor()), (Focus::List, Some(7)));
}

#[test]
fn enter_on_a_relationship_follows_it_and_escape_returns_to_the_same_line() {
    let mut sitting = Sitting::ready((80, 40), 60);
    sitting.press(":");
    sitting.write("7");
    sitting.carry_out("Enter Enter");
    while !sitting.screen().lines().any(|line| line.starts_with("> Transport")) {
        sitting.press("j");
    }
    sitting.carry_out("Enter");
    assert!(sitting.screen().contains("Transport protocol UDP"), "{}", sitting.screen());
    sitting.press("Esc");
    assert!(sitting.screen().lines().any(|line| line.starts_with("> Transport")));
}

#[test]
fn a_relationship_that_is_null_is_any_and_leads_nowhere() {
    let mut sitting = Sitting::ready((80, 24), 60);
    sitting.press(":");
    sitting.write("16");
    sitting.press("Enter g p");
    assert!(sitting.screen().contains("16 betatel-1: POP is any"), "{}", sitting.screen());
    assert!(sitting.unanswered().is_empty());
    assert_eq!(sitting.app.panes.focus, Focus::List);
}

#[test]
fn escape_never_quits_and_q_does_at_the_list() {
    let mut sitting = Sitting::ready((80, 24), 20);
    sitting.press("Enter Esc Esc Esc Esc");
    assert!(sitting.asked.is_empty());
    assert!(sitting.screen().contains("Press q to quit."));
    sitting.press("Enter q");
    assert!(sitting.asked.is_empty());
    sitting.press("q");
    assert_eq!(sitting.asked, [Effect::Quit]);
}

#[test]
fn escape_closes_what_stands_over_the_panes_first() {
    let mut sitting = Sitting::ready((80, 24), 20);
    for opening in ["?", ":", "!"] {
        sitting.press("Enter");
        sitting.press(opening);
        assert!(sitting.app.overlay.current.is_some());
        sitting.press("Esc");
        assert!(sitting.app.overlay.current.is_none());
        assert_eq!(sitting.app.panes.focus, Focus::Side);
        sitting.press("Esc");
    }
    assert!(sitting.asked.is_empty());
}

#[test]
fn help_runs_what_is_chosen() {
    let mut sitting = Sitting::ready((80, 24), 40);
    sitting.press("?");
    sitting.write("last line");
    assert!(sitting.screen().contains("G, End"), "{}", sitting.screen());
    sitting.press("Enter");
    assert_eq!(sitting.app.list.rows.position(), 39);
}

#[test]
fn what_a_wide_list_opened_gives_way_when_the_cursor_moves_on() {
    let mut sitting = Sitting::ready((160, 48), 20);
    sitting.carry_out("Enter");
    assert!(sitting.screen().contains("Registration 1 "), "{}", sitting.screen());
    sitting.press("Tab j");
    assert!(!sitting.screen().contains("Registration"), "{}", sitting.screen());
}
