//! Live state at the console: what nodes say stands beside what is configured, and changes are followed on them.

use std::time::Duration;

use sipreg::app::core::Effect as Asked;
use sipreg::demo::faults::{Fault, FaultEffect};
use sipreg::demo::{NodeFault, ServerClock};
use sipreg::domain::change::Action;
use sipreg::domain::record::{FieldId, Record as _, Value};

use super::creating::assert_shows;
use crate::sitting::{BEGINNING, Sitting};

const EVERY: Duration = Duration::from_secs(15);

/// Everything is read, and nodes were asked a minute after they loaded it.
fn live() -> Sitting {
    live_in((80, 24))
}

fn live_in(size: (u16, u16)) -> Sitting {
    let mut sitting = Sitting::live(size, 120, EVERY);
    sitting.server.control().set_clock(ServerClock::Fixed(BEGINNING + 60));
    sitting.answer_all();
    sitting.pass(EVERY);
    sitting
}

/// The same before any node has answered.
fn unheard_in(size: (u16, u16)) -> Sitting {
    let mut sitting = Sitting::before(size, 120);
    sitting.app.store.live.every = Some(EVERY);
    sitting.answer_all();
    sitting
}

fn row(sitting: &Sitting, name: &str) -> String {
    let screen = sitting.screen();
    screen.lines().find(|line| line.contains(name)).unwrap_or_else(|| panic!("{name} is not in {screen}")).to_owned()
}

/// Nodes poll, and are asked again.
fn poll(sitting: &mut Sitting, after: u64) {
    sitting.server.control().set_clock(ServerClock::Fixed(BEGINNING + after));
    sitting.server.control().poll_nodes();
    sitting.server.control().set_clock(ServerClock::Fixed(BEGINNING + after + 5));
    sitting.pass(EVERY);
}

#[test]
fn the_list_and_the_status_line_say_what_nodes_say() {
    let sitting = live();
    assert_shows(&sitting, &["14/14", "STATE"]);
    assert!(row(&sitting, "493074@").contains("active 29m") || row(&sitting, "493074@").contains("active"));
    assert!(row(&sitting, "betatel-1").contains("off"));
    assert!(row(&sitting, "oresundtel").contains("absent"));
}

/// The headings of the list, and its rows.
fn columns(sitting: &Sitting) -> (String, Vec<String>) {
    let screen = sitting.screen();
    let mut lines = screen.lines().skip_while(|line| !line.contains("STATE"));
    let headings = lines.next().unwrap_or_else(|| panic!("no headings: {screen}")).to_owned();
    // Beside the list stands the detail.
    let headings = headings.split_inclusive(" TR ").next().unwrap_or_default().to_owned();
    (headings, lines.map(ToOwned::to_owned).collect())
}

#[test]
fn states_are_whole_at_every_width_and_no_column_moves_when_they_come() {
    for width in [80, 90, 100, 120, 160, 200] {
        let mut sitting = live_in((width, 40));
        let (headings, rows) = columns(&sitting);
        let state = rows.iter().find(|row| row.contains("acme-fra-main")).unwrap();
        assert!(state.contains("active") && !state.contains("acti…"), "{width}: {headings}\n{state}");
        for wanted in ["STATE", "USER@DOMAIN", "POP", "NODE", " TR"] {
            assert!(headings.contains(wanted), "{width}: no {wanted} in {headings}");
        }
        sitting.press("G g g R");
        assert_eq!(columns(&sitting).0, headings, "{width}");
    }
}

#[test]
fn columns_stand_where_they_will_before_nodes_have_answered() {
    for width in [80, 120, 160] {
        let before = columns(&unheard_in((width, 40))).0;
        assert_eq!(before, columns(&live_in((width, 40))).0, "{width}");
    }
}

#[test]
fn without_live_state_there_is_no_column_and_nobody_is_asked() {
    let mut sitting = Sitting::ready((120, 40), 120);
    sitting.pass(Duration::from_secs(120));
    assert!(!sitting.screen().contains("STATE") && !sitting.screen().contains("live "));
    assert!(!sitting.asked.iter().any(|effect| matches!(effect, Asked::AskLive { .. })));
}

#[test]
fn the_worst_comes_first_when_sorted_and_filters_find_states() {
    let mut sitting = live();
    sitting.press("/");
    sitting.write("live:failing");
    sitting.press("Enter");
    let shown: Vec<u64> = sitting.app.list.rows.ids(&sitting.app.store.records).collect();
    assert!(shown.len() > 3 && shown.contains(&22), "{shown:?}");
    for id in &shown {
        assert!(sitting.app.store.targets.live_mark(*id).unwrap().failing);
    }
    sitting.press("Esc :");
    sitting.write("sort live");
    sitting.press("Enter");
    let first = sitting.app.list.rows.ids(&sitting.app.store.records).next().unwrap();
    assert_eq!(sitting.app.store.targets.live_mark(first).unwrap().word, "error");
    sitting.press("/ Ctrl-u");
    sitting.write("live.code:403");
    sitting.press("Enter");
    let codes: Vec<u16> = sitting
        .app
        .list
        .rows
        .ids(&sitting.app.store.records)
        .map(|id| sitting.app.store.targets.live_mark(id).unwrap().code)
        .collect();
    assert!(!codes.is_empty() && codes.iter().all(|code| *code == 403), "{codes:?}");
}

/// What the pane beside the list says.
fn detail(sitting: &Sitting) -> Vec<String> {
    let app = &sitting.app;
    app.store.lines(&app.cx, app.panes.stack.first().unwrap()).into_iter().map(|line| line.text).collect()
}

#[test]
fn a_detail_begins_with_its_nodes_and_says_what_drifts() {
    let mut sitting = live();
    sitting.server.change(13, FieldId::Expire, Value::Number(777));
    sitting.carry_out(": 1 3 Enter R");
    sitting.pass(EVERY);
    sitting.carry_out("Enter");
    let lines = detail(&sitting);
    assert_eq!(lines[0], "LIVE");
    assert!(lines[1].starts_with("lon-n1: active"), "{lines:?}");
    assert!(lines[2].contains("still has expire "), "{lines:?}");
    poll(&mut sitting, 100);
    let lines = detail(&sitting);
    assert!(!lines.iter().any(|line| line.contains("still has")), "{lines:?}");
}

#[test]
fn a_toggle_waits_for_its_node_and_says_when_it_took_effect() {
    let mut sitting = live();
    sitting.carry_out(": 1 3 Enter t");
    assert!(row(&sitting, "493074@").contains("waiting "), "{}", sitting.screen());
    sitting.carry_out("Enter");
    let store = &sitting.app.store;
    let lines = store.lines(&sitting.app.cx, &sitting.app.panes.stack[0]);
    let lines: Vec<String> = lines.into_iter().take(3).map(|line| line.text).collect();
    assert!(lines[1].ends_with("disabled, but the node still has it"), "{lines:?}");
    assert_eq!(lines[2], "  it has not polled since your change <1 min ago");
    sitting.press("Esc");
    sitting.pass(EVERY);
    assert!(row(&sitting, "493074@").contains("waiting"), "the node has not polled: {}", sitting.screen());
    poll(&mut sitting, 100);
    assert!(row(&sitting, "493074@").contains("off"), "{}", sitting.screen());
    assert_shows(&sitting, &["13 acme-lon-main: gone from lon-n1 after "]);
    let history = &sitting.app.store.history;
    assert!(history.effect(0).is_some_and(|how| how.starts_with("gone from lon-n1 after ")), "{history:?}");
    let noted = sitting.asked.iter().filter_map(|effect| match effect {
        Asked::Record(line) => line.live.as_ref().map(|_| line.action),
        _ => None,
    });
    assert_eq!(noted.collect::<Vec<_>>(), [Action::Toggle], "the journal says it, once");
    sitting.press(":");
    sitting.write("copy-ticket");
    sitting.carry_out("Enter");
    let copied = sitting.asked.iter().find_map(|effect| match effect {
        Asked::Copy(text) => Some(format!("{text:?}")),
        _ => None,
    });
    assert!(copied.as_ref().is_some_and(|text| text.contains("last change: gone from lon-n1 after ")), "{copied:?}");
    sitting.press("J");
    assert_shows(&sitting, &["gone from lon-n1"]);
}

#[test]
fn what_the_server_refused_is_not_followed_on_nodes() {
    let mut sitting = live();
    // Its node stands in another pop: no one loads it.
    sitting.server.fault(Fault::next("PATCH", "/registrations/22", FaultEffect::ServerError));
    sitting.carry_out(": 2 2 Enter t");
    assert!(row(&sitting, "oresundtel").contains("absent"), "{}", sitting.screen());
    sitting.pass(EVERY);
    assert!(row(&sitting, "oresundtel").contains("absent"), "{}", sitting.screen());
    sitting.pass(Duration::from_secs(620));
    let effects = sitting.asked.iter().filter(|effect| matches!(effect, Asked::Record(line) if line.is_effect()));
    assert_eq!(effects.count(), 0, "nothing took effect");
}

#[test]
fn the_overview_counts_by_state_for_each_pop_and_node() {
    let mut sitting = live();
    sitting.carry_out("O");
    assert_shows(&sitting, &["ALL    OK  PEND  FAIL   OFF", "━ ok ╍ pend █ fail ─ off"]);
    assert!(row(&sitting, "fra-n1").contains('█'), "a bar also where the screen is narrow: {}", sitting.screen());
    let Some(sipreg::app::overlay::Overlay::Overview(overview)) = &sitting.app.overlay.current else { panic!() };
    for place in overview.places.as_deref().unwrap() {
        let counted: usize = place.live.values().map(|(_, count)| count).sum();
        assert_eq!(counted, place.counts.total(), "{place:?}");
    }
}

#[test]
fn many_at_once_are_seen_on_their_nodes_one_by_one_in_a_column_of_their_own() {
    let mut sitting = live();
    sitting.carry_out(": 1 3 Enter Space : 7 Enter Space t d");
    sitting.carry_out("y");
    assert_shows(&sitting, &["ok    waiting for its nodes", "on their nodes: 0 of 2"]);
    poll(&mut sitting, 100);
    assert_shows(&sitting, &["ok    gone from lon-n1", "on their nodes: 2 of 2"]);
}

#[test]
fn a_node_that_never_shows_it_is_told_after_two_polls() {
    let mut sitting = live();
    sitting.carry_out(": 1 3 Enter t");
    sitting.pass(Duration::from_secs(620));
    assert_shows(&sitting, &["13 acme-lon-main: not off on lon-n1 after 10 min: still on"]);
}

#[test]
fn a_node_that_cannot_be_asked_is_unknown_and_the_console_is_not_troubled() {
    let mut sitting = live();
    sitting.server.fault(Fault::always("NODE", "/lon-n1", FaultEffect::Node(NodeFault::Garbage)));
    sitting.pass(EVERY);
    assert_shows(&sitting, &["13/14"]);
    assert!(row(&sitting, "493074@").contains("?        <1m"), "{}", sitting.screen());
    assert!(sitting.app.cx.notices.current().is_none(), "no message: {}", sitting.screen());
    sitting.server.control().clear_faults();
    sitting.pass(EVERY);
    assert_shows(&sitting, &["14/14"]);
}

#[test]
fn a_bounce_enables_again_as_soon_as_the_node_has_dropped_it() {
    let mut sitting = live();
    sitting.pass(Duration::from_secs(600));
    sitting.carry_out(": 1 3 Enter B");
    sitting.carry_out("y");
    let is_on = |sitting: &Sitting| sitting.server.control().registration(13).unwrap().enabled() == Some(true);
    assert!(!is_on(&sitting));
    sitting.pass(EVERY);
    sitting.answer_all();
    assert!(!is_on(&sitting), "the node still has it");
    poll(&mut sitting, 900);
    sitting.answer_all();
    assert!(is_on(&sitting), "long before the poll of five minutes is over: {}", sitting.screen());
    poll(&mut sitting, 1000);
    let effects = sitting.asked.iter().filter_map(|effect| match effect {
        Asked::Record(line) if line.is_effect() => Some(line.action),
        _ => None,
    });
    let effects: Vec<Action> = effects.collect();
    assert!(!effects.is_empty() && effects.iter().all(|action| *action == Action::Bounce), "{effects:?}");
}

#[test]
fn a_bounce_waits_for_no_poll_where_nodes_show_the_change_before_it_already() {
    for shown in [true, false] {
        let mut sitting = live();
        sitting.pass(Duration::from_secs(600));
        // Enabled a moment ago, and the node has loaded it or not.
        sitting.carry_out(": 1 6 Enter t");
        if shown {
            poll(&mut sitting, 700);
            assert!(sitting.app.store.live.is_shown(16), "{}", sitting.screen());
        } else {
            sitting.pass(EVERY);
        }
        sitting.carry_out("B");
        sitting.carry_out("y");
        let is_on = sitting.server.control().registration(16).unwrap().enabled() == Some(true);
        assert_eq!(is_on, !shown, "{}", sitting.screen());
    }
}

#[test]
fn nobody_is_asked_while_the_console_is_locked() {
    let mut sitting = live();
    let asked = sitting.server.control().node_requests().len();
    sitting.press(":");
    sitting.write("lock");
    sitting.press("Enter");
    sitting.pass(Duration::from_secs(300));
    assert_eq!(sitting.server.control().node_requests().len(), asked);
}

#[test]
fn a_round_that_brings_nothing_new_changes_no_cell_of_list_and_detail() {
    let mut sitting = Sitting::live((160, 48), 120, EVERY);
    sitting.server.control().set_clock(ServerClock::Fixed(BEGINNING + 60));
    sitting.answer_all();
    sitting.pass(EVERY);
    // The line of the token, which ends by itself, is another matter.
    let without = |screen: &str| screen.lines().skip(1).collect::<Vec<_>>().join("\n");
    for id in ["1 3", "1 2 9", "2 2", "1 6"] {
        sitting.carry_out(&format!(": {id} Enter Enter"));
        let before = without(&sitting.screen());
        assert!(before.contains("LIVE"), "{before}");
        // Less than a minute: ages change with the minute.
        sitting.pass(EVERY);
        assert_eq!(without(&sitting.screen()), before);
        sitting.press("Esc");
    }
}
