//! Reading the list: pages, what changes meanwhile, failures.

use std::time::Duration;

use sipreg::app::core::{Effect, Read, Slot};
use sipreg::demo::faults::{self, Fault};
use sipreg::domain::record::{FieldId, Relation, Value};

use crate::incomplete::{told_of, with_pages};
use crate::sitting::Sitting;

fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

fn pages(sitting: &Sitting) -> Vec<(u32, u32)> {
    let page = |read| if let Read::Page { number, size, .. } = read { Some((number, size)) } else { None };
    sitting.unanswered().into_iter().filter_map(page).collect()
}

pub fn status_line(sitting: &Sitting) -> String {
    sitting.screen().lines().next().unwrap().to_owned()
}

fn fails(times: u32) -> Fault {
    Fault::always("GET", "/registrations", faults::FaultEffect::Unavailable { retry_after: None }).times(times)
}

#[test]
fn the_first_screen_comes_first_then_pages_of_a_thousand_two_at_a_time() {
    let mut sitting = Sitting::before((80, 24), 3_500);
    assert_eq!(pages(&sitting), [(1, 60)]);
    sitting.answer();
    assert_eq!(sitting.app.store.records.len(), 60);
    assert!(sitting.screen().contains("acme-fra-main"));
    assert_eq!(pages(&sitting), [(1, 1000), (2, 1000)]);
    sitting.answer();
    // What knows the nodes is asked for beside the pages.
    while matches!(sitting.unanswered()[0], Read::Targets(..)) {
        sitting.answer();
    }
    assert!(pages(&sitting).len() <= 2, "{:?}", pages(&sitting));
    assert!(status_line(&sitting).contains("reading 1"), "{}", status_line(&sitting));
    sitting.answer_all();
    assert_eq!(sitting.app.store.records.len(), 3_500);
    assert!(status_line(&sitting).contains("synced <1m"));
}

#[test]
fn never_more_than_two_pages_are_under_way() {
    let mut sitting = Sitting::before((80, 24), 6_000);
    let mut most = 0;
    loop {
        most = most.max(pages(&sitting).len());
        if !sitting.answer() {
            break;
        }
    }
    assert_eq!((most, sitting.app.store.records.len()), (2, 6_000));
}

#[test]
fn the_cursor_stays_on_its_record_when_rows_arrive() {
    let mut sitting = Sitting::before((80, 24), 1_500);
    sitting.answer();
    sitting.press("j j j j");
    let chosen = sitting.app.list.rows.cursor();
    sitting.answer_all();
    assert_eq!(sitting.app.list.rows.cursor(), chosen);
    // A record with a lower id is gone: its row stays until that was seen, then the others move up, the cursor too.
    assert!(sitting.server.control().remove(1));
    sitting.carry_out("r");
    assert_eq!((sitting.app.list.rows.cursor(), sitting.app.list.rows.position()), (chosen, 4));
    assert!(sitting.screen().contains("was deleted by someone"), "{}", sitting.screen());
    sitting.press("Esc");
    assert_eq!((sitting.app.list.rows.cursor(), sitting.app.list.rows.position()), (chosen, 3));
}

#[test]
fn the_cursor_goes_to_the_next_record_when_its_own_is_gone() {
    let mut sitting = Sitting::ready((80, 24), 30);
    sitting.press("j j");
    let (next, gone) = (sitting.app.store.records.id_at(3), sitting.app.list.rows.cursor().unwrap());
    assert!(sitting.server.control().remove(gone));
    sitting.carry_out("r");
    assert_eq!(sitting.app.list.rows.cursor(), Some(gone), "first that is to be seen");
    sitting.press("r");
    assert_eq!(sitting.app.list.rows.cursor(), next);
}

#[test]
fn a_refresh_reads_only_what_changed() {
    let mut sitting = Sitting::ready((80, 24), 2_500);
    let control = sitting.server.control();
    assert!(control.change(7, FieldId::Name, Value::Text("acme-renamed".into())));
    control.clear_exchanges();
    sitting.carry_out("r");
    let pages = control.exchanges().into_iter().filter(|exchange| exchange.path().ends_with("/registrations"));
    let statuses: Vec<_> = pages.map(|exchange| exchange.status.unwrap()).collect();
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| **status == 304).count(), 2, "{statuses:?}");
    assert!(sitting.screen().contains("acme-renamed"));
    assert_eq!(sitting.app.store.records.len(), 2_500);
}

#[test]
fn a_list_of_one_screen_is_one_request_to_refresh() {
    let mut sitting = Sitting::ready((80, 24), 20);
    sitting.press("r");
    assert_eq!(pages(&sitting), [(1, 60)]);
    sitting.answer_all();
    assert_eq!(sitting.app.store.records.len(), 20);
    assert!(sitting.screen().contains("synced <1m"));
}

#[test]
fn a_server_that_fails_is_asked_again_after_one_two_and_four_seconds() {
    let mut sitting = Sitting::before((80, 24), 20);
    sitting.server.fault(fails(3));
    for wait in [1, 2, 4] {
        sitting.answer();
        assert!(status_line(&sitting).contains(&format!("OFFLINE, again in {wait}s")), "{}", status_line(&sitting));
        sitting.pass(Duration::from_millis(wait * 1_000 - 1));
        assert!(sitting.unanswered().is_empty());
        sitting.pass(Duration::from_millis(1));
        assert_eq!(pages(&sitting), [(1, 60)]);
    }
    sitting.answer_all();
    assert_eq!(sitting.app.store.records.len(), 20);
    assert!(status_line(&sitting).contains("synced"));
}

#[test]
fn the_key_for_refresh_tries_a_failed_read_at_once() {
    let mut sitting = Sitting::before((80, 24), 20);
    sitting.server.fault(fails(1));
    sitting.answer();
    sitting.press("r");
    assert_eq!(pages(&sitting), [(1, 60)]);
    sitting.answer_all();
    assert_eq!(sitting.app.store.records.len(), 20);
}

#[test]
fn what_was_read_before_stays_in_use_while_the_server_is_away() {
    let mut sitting = Sitting::ready((80, 24), 20);
    sitting.pass(seconds(180));
    sitting.server.fault(fails(5));
    sitting.press("r");
    sitting.answer();
    assert!(status_line(&sitting).contains("STALE 3m, again in 1s"), "{}", status_line(&sitting));
    sitting.press("j j");
    assert_eq!(sitting.app.list.rows.position(), 2);
    assert!(sitting.screen().contains("acme-fra-main"));
}

#[test]
fn a_page_that_cannot_be_had_is_told_and_can_be_asked_for_again() {
    let mut sitting = Sitting::ready((80, 24), 20);
    sitting.server.fault(Fault::next("GET", "/registrations", faults::FaultEffect::ServerError));
    sitting.carry_out("r");
    assert!(sitting.screen().contains("!!"), "{}", sitting.screen());
    sitting.carry_out("r");
    assert!(status_line(&sitting).contains("synced <1m"));
}

#[test]
fn ctrl_c_stops_reading_and_keeps_what_is_there() {
    let mut sitting = Sitting::before((80, 24), 3_000);
    sitting.answer();
    let late = sitting.fetch().unwrap();
    sitting.press("Ctrl-c");
    assert!(pages(&sitting).is_empty());
    assert!(sitting.screen().contains("Loading the list cancelled"));
    sitting.tell(late);
    assert_eq!(sitting.app.store.records.len(), 60, "an answer that came too late changes nothing");
    assert!(sitting.asked.is_empty());
    sitting.carry_out("r");
    assert_eq!(sitting.app.store.records.len(), 3_000);
}

#[test]
fn a_list_cancelled_before_it_was_complete_does_not_say_that_it_is_synced() {
    let mut sitting = Sitting::before((80, 24), 3_000);
    sitting.answer();
    sitting.press("Ctrl-c");
    assert!(!status_line(&sitting).contains("synced"), "{}", status_line(&sitting));
    assert!(sitting.screen().contains("60 of 3000 loaded"), "{}", sitting.screen());
}

#[test]
fn ctrl_c_with_nothing_running_says_how_to_quit() {
    let mut sitting = Sitting::ready((80, 24), 20);
    sitting.press("Ctrl-c");
    assert!(sitting.screen().contains("Nothing is running. q"), "{}", sitting.screen());
    assert!(sitting.asked.is_empty());
}

#[test]
fn a_total_that_is_missing_does_not_keep_the_list_from_being_complete() {
    let mut sitting = Sitting::before((80, 24), 2_300);
    without_total(&mut sitting);
    assert_eq!(sitting.app.store.records.len(), 2_300);
    assert!(status_line(&sitting).contains("synced"), "{}", status_line(&sitting));
}

/// Answers everything, leaving out how many there are.
fn without_total(sitting: &mut Sitting) {
    use sipreg::app::core::{Message, Reply};
    use sipreg::domain::answer::Conditional;
    while let Some(mut message) = sitting.fetch() {
        if let Message::Reply { result: Ok(Reply::Page(Conditional::Changed(page))), .. } = &mut message {
            page.total = None;
        }
        sitting.tell(message);
    }
}

#[test]
fn a_total_that_is_wrong_is_told_after_the_list_was_read_again() {
    use sipreg::app::core::{Message, Reply};
    use sipreg::domain::answer::Conditional;
    let mut sitting = Sitting::before((80, 24), 1_200);
    let mut reads = 0;
    while let Some(mut message) = sitting.fetch() {
        if let Message::Reply { result: Ok(Reply::Page(Conditional::Changed(page))), .. } = &mut message {
            page.total = Some(1_300);
        }
        sitting.tell(message);
        reads += 1;
        assert!(reads < 40, "it never ends");
    }
    assert_eq!(sitting.app.store.records.len(), 1_200);
    let screen = sitting.screen();
    assert!(screen.contains("1200 loaded, but the server reports 1300"), "{screen}");
}

#[test]
fn a_list_that_others_keep_changing_is_read_until_it_holds_still() {
    let mut sitting = Sitting::before((80, 24), 2_500);
    let control = sitting.server.control();
    sitting.answer();
    sitting.answer();
    // Of the first page one goes, and every later record moves up by one.
    assert!(control.remove(1));
    sitting.answer_all();
    assert_eq!(sitting.app.store.present(), control.ids().len());
    assert!(sitting.app.store.is_deleted(1));
    assert!(control.ids().iter().all(|id| sitting.app.store.records.get(*id).is_some()));
}

#[test]
fn a_record_that_cannot_be_shown_does_not_hide_the_others() {
    let mut sitting = Sitting::ready((80, 24), 20);
    sitting.server.change(7, FieldId::Domain, Value::Null);
    sitting.carry_out("r");
    assert_eq!(sitting.app.store.records.len(), 20);
    assert!(sitting.screen().contains("493000@"), "{}", sitting.screen());
}

#[test]
fn reading_everything_again_gives_up_what_was_under_way() {
    let mut sitting = Sitting::before((80, 24), 3_000);
    sitting.answer();
    let late = sitting.fetch().unwrap();
    sitting.press("R");
    assert_eq!(pages(&sitting), [(1, 60)]);
    sitting.tell(late);
    assert_eq!(pages(&sitting), [(1, 60)], "the late answer starts nothing");
    sitting.answer_all();
    assert_eq!(sitting.app.store.records.len(), 3_000);
    assert_eq!(sitting.app.cx.in_flight(), None);
    assert!(!sitting.asked.contains(&Effect::Cancel(Slot::List)));
}

#[test]
fn the_reason_for_a_stale_list_is_told_once_and_with_what_helps() {
    let mut sitting = Sitting::ready((160, 40), 20);
    sitting.server.fault(fails(3));
    sitting.press("r");
    sitting.answer();
    let reported = "GET registrations: the server is unavailable";
    assert!(
        sitting.app.cx.notices.current().is_some_and(|notice| notice.text.contains(reported)),
        "{}",
        sitting.screen()
    );
    sitting.pass(seconds(20));
    sitting.answer_all();
    assert_eq!(told_of(&sitting, "Showing older data, retrying"), 1);
}

#[test]
fn the_time_of_day_may_jump_and_no_age_does() {
    use sipreg::app::core::Message;
    use sipreg::app::model::time::Moment;
    let mut sitting = Sitting::ready((80, 24), 20);
    sitting.pass(seconds(130));
    for days in [-3_000, 3_000] {
        let wall = sitting.app.cx.now.wall + chrono::TimeDelta::days(days);
        let now = Moment { wall, ..sitting.app.cx.now };
        let effects: Vec<_> = sitting.app.update(now, Message::Woke).collect();
        assert!(effects.is_empty(), "{effects:?}");
        assert!(status_line(&sitting).contains("synced 2m"), "{}", status_line(&sitting));
    }
}

#[test]
fn labels_that_could_not_be_read_are_read_with_the_next_refresh() {
    let mut sitting = Sitting::before((120, 40), 20);
    sitting.server.fault(Fault::next("GET", "/nodes", faults::FaultEffect::ProxyPage { status: 403 }));
    sitting.answer_all();
    assert!(sitting.screen().contains("Labels are incomplete: GET nodes: not allowed (403)"), "{}", sitting.screen());
    sitting.press("r");
    sitting.answer();
    let unconditional = |sitting: &Sitting| -> Vec<Read> {
        sitting.unanswered().into_iter().filter(|read| matches!(read, Read::Targets(_, None))).collect()
    };
    assert_eq!(
        unconditional(&sitting),
        [Read::Targets(Relation::Node, None)],
        "the others are asked for with their tag"
    );
    sitting.answer_all();
    sitting.press("r");
    sitting.answer();
    assert_eq!(unconditional(&sitting), []);
    assert_eq!(sitting.unanswered().iter().filter(|read| matches!(read, Read::Targets(..))).count(), 3);
}

#[test]
fn a_list_too_large_for_memory_says_what_it_leaves_out() {
    use sipreg::domain::query::{Collection, Limits};
    let mut sitting = Sitting::before((160, 40), 3_500);
    sitting.app.store.records = Collection::within(Limits { value: 1 << 10, total: 1 << 20 });
    sitting.answer_all();
    let loaded = sitting.app.store.records.len();
    assert!((1_000..3_500).contains(&loaded), "{loaded}");
    assert!(sitting.app.store.records.size() <= 1 << 20);
    let screen = sitting.screen();
    assert!(screen.contains(&format!("{loaded} of 3500 loaded")), "{screen}");
    assert!(screen.contains(&format!("The 1 MiB for the list are full: {loaded} of 3500 registrations")), "{screen}");
    assert!(status_line(&sitting).contains("synced"), "{}", status_line(&sitting));
    sitting.carry_out("r");
    assert_eq!(sitting.app.store.records.len(), loaded, "what is held stays, and is read anew");
}

#[test]
fn a_list_is_read_whole_from_every_server_that_shows_all_of_it() {
    use sipreg::demo::faults::Paging;
    for paging in [Paging::Rows(25), Paging::Cut(25), Paging::None, Paging::Largest(50), Paging::Twice] {
        let mut sitting = Sitting::before((80, 24), 120);
        let fault = Fault::always("GET", "/registrations", faults::FaultEffect::Paged(paging.clone()));
        sitting.server.fault(fault);
        let reads = with_pages(&mut sitting, |_, _| {});
        assert_eq!(sitting.app.store.records.len(), 120, "{paging:?}");
        assert!(status_line(&sitting).contains("synced"), "{paging:?}: {}", status_line(&sitting));
        assert_eq!(told_of(&sitting, "loaded"), 0, "{paging:?}");
        assert!(reads <= 28, "{paging:?}: {reads} reads");
        sitting.press("r");
        assert!(with_pages(&mut sitting, |_, _| {}) <= 10, "{paging:?}");
        assert_eq!((sitting.app.store.present(), told_of(&sitting, "gone")), (120, 0), "{paging:?}");
    }
}

#[test]
fn what_an_incomplete_list_does_not_show_is_not_gone() {
    use sipreg::demo::faults::Paging;
    let mut sitting = Sitting::ready((80, 24), 120);
    // The server counts records that it does not show.
    let control = sitting.server.control();
    control.add_fault(Fault::always("GET", "/registrations", faults::FaultEffect::Paged(Paging::Count(130))));
    assert!(control.remove(7));
    sitting.press("r");
    with_pages(&mut sitting, |_, _| {});
    assert_eq!((told_of(&sitting, "was deleted"), sitting.app.store.is_deleted(7)), (0, false));
    assert_eq!(told_of(&sitting, "119 loaded, but the server reports 130"), 1);
    control.clear_faults();
    sitting.press("r");
    with_pages(&mut sitting, |_, _| {});
    assert_eq!((told_of(&sitting, "was deleted"), sitting.app.store.is_deleted(7)), (1, true));
}

#[test]
fn the_status_line_counts_the_records_that_the_list_shows_while_the_rest_is_read() {
    let mut sitting = Sitting::before((120, 40), 2_500);
    sitting.answer();
    assert_eq!(sitting.app.store.records.len(), 60);
    assert!(status_line(&sitting).contains("reading 60/2500"), "{}", status_line(&sitting));
}
