//! Someone else changes, adds and removes records while a person looks, with and without the watch.

use std::time::Duration;

use sipreg::app::core::Read;
use sipreg::demo::Exchange;
use sipreg::demo::faults::{self, Fault};
use sipreg::domain::record::{FieldId, Secret, Value};

use crate::kit::records::text;
use crate::sitting::Sitting;

fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

fn row(sitting: &Sitting, id: u64) -> String {
    let screen = sitting.screen();
    // A sign may stand right behind the id, which is the first number of the row.
    let number = |word: &str| word.parse::<u64>().ok();
    let is_its = |row: &&str| row.split(|c: char| !c.is_ascii_digit()).find_map(number) == Some(id);
    let found = screen.lines().skip(3).find(is_its);
    assert!(found.is_some(), "no row of {id}: {screen}");
    found.unwrap().to_owned()
}

fn status_line(sitting: &Sitting) -> String {
    sitting.screen().lines().next().unwrap().to_owned()
}

/// Time passes, and everything asked for meanwhile is answered.
fn watched(sitting: &mut Sitting, time: Duration) {
    let mut left = time;
    while !left.is_zero() {
        let step = left.min(seconds(1));
        sitting.pass(step);
        sitting.answer_all();
        left -= step;
    }
}

/// The list with the watch on and its first look answered.
fn watching(records: u32) -> Sitting {
    let mut sitting = Sitting::ready((80, 24), records);
    sitting.carry_out("W");
    sitting.server.control().clear_exchanges();
    sitting
}

fn asks_by_id(exchange: &Exchange) -> bool {
    exchange.target.contains("filter%5Bid%5D") || exchange.target.contains("filter[id]")
}

#[test]
fn the_watch_shows_what_somebody_changed_and_the_cursor_stays() {
    let mut sitting = watching(120);
    assert!(status_line(&sitting).contains("watch 30s"), "{}", status_line(&sitting));
    sitting.press("j j j");
    let before = (sitting.app.list.rows.cursor(), sitting.app.list.rows.position(), sitting.app.list.rows.top());
    sitting.server.change(7, FieldId::Name, text("acme-renamed"));
    watched(&mut sitting, seconds(30));
    assert!(row(&sitting, 7).starts_with("#▲"), "the row is marked: {}", row(&sitting, 7));
    assert!(row(&sitting, 7).contains("#acme-renamed"), "{}", row(&sitting, 7));
    assert_eq!((sitting.app.list.rows.cursor(), sitting.app.list.rows.position(), sitting.app.list.rows.top()), before);
    assert!(
        sitting.screen().contains("Someone changed 7 acme-renamed: name acme-fra-main -> acme-renamed"),
        "{}",
        sitting.screen()
    );
}

#[test]
fn only_the_rows_in_view_are_asked_for_and_only_on_the_condition_that_they_changed() {
    let mut sitting = watching(2_500);
    watched(&mut sitting, seconds(120));
    let exchanges = sitting.server.control().exchanges();
    assert_eq!(exchanges.len(), 4, "{exchanges:#?}");
    assert!(exchanges.iter().all(asks_by_id), "{exchanges:#?}");
    assert!(exchanges.iter().all(|exchange| exchange.status == Some(304)), "{exchanges:#?}");
    // Elsewhere in the list other rows are in view.
    sitting.press("G");
    let far = sitting.app.list.rows.cursor().unwrap();
    sitting.server.change(far, FieldId::Domain, text("moved.example"));
    watched(&mut sitting, seconds(30));
    assert!(row(&sitting, far).contains("moved.example"), "{}", row(&sitting, far));
}

#[test]
fn the_whole_list_is_read_every_five_minutes() {
    let mut sitting = watching(2_500);
    let far = *sitting.server.control().ids().last().unwrap();
    sitting.server.change(far, FieldId::Name, text("far-away"));
    watched(&mut sitting, seconds(240));
    assert!(!sitting.app.store.changes.seen.is_fresh(far));
    watched(&mut sitting, seconds(90));
    assert!(sitting.app.store.changes.seen.is_fresh(far));
    let exchanges = sitting.server.control().exchanges();
    let pages = exchanges.iter().filter(|exchange| exchange.path().ends_with("/registrations"));
    let sweeps = pages.filter(|exchange| !asks_by_id(exchange)).count();
    assert_eq!(sweeps, 3, "one reading of three pages");
}

#[test]
fn the_watch_is_off_at_first_and_costs_nothing_then() {
    let mut sitting = Sitting::ready((80, 24), 120);
    sitting.server.control().clear_exchanges();
    watched(&mut sitting, seconds(400));
    assert!(sitting.server.control().exchanges().is_empty());
    sitting.carry_out("W");
    sitting.press("W");
    let asked = sitting.server.control().exchanges().len();
    watched(&mut sitting, seconds(100));
    assert_eq!(sitting.server.control().exchanges().len(), asked);
    assert!(!status_line(&sitting).contains("watch"));
}

#[test]
fn a_period_can_be_given_and_nonsense_is_refused() {
    let mut sitting = Sitting::ready((80, 24), 120);
    for (line, wanted) in [("watch 2m", "watch 2m"), ("watch 1s", "watch 5s"), ("watch soon", "watch 5s")] {
        sitting.press(":");
        sitting.write(line);
        sitting.carry_out("Enter");
        assert!(status_line(&sitting).contains(wanted), "{line}: {}", status_line(&sitting));
    }
    assert!(sitting.screen().contains("Invalid period \"soon\""));
}

#[test]
fn a_deleted_record_stays_as_gone_until_it_was_seen() {
    let mut sitting = watching(120);
    sitting.press("j j j j");
    let gone = sitting.app.list.rows.cursor().unwrap();
    assert!(sitting.server.control().remove(gone));
    watched(&mut sitting, seconds(30));
    assert!(row(&sitting, gone).starts_with(">✗"), "{}", row(&sitting, gone));
    assert!(row(&sitting, gone).contains("gone 10:00:30"), "{}", row(&sitting, gone));
    assert!(sitting.screen().contains("was deleted by someone"), "{}", sitting.screen());
    watched(&mut sitting, seconds(60));
    assert_eq!(sitting.app.list.rows.cursor(), Some(gone));
    sitting.press("Esc");
    assert!(sitting.app.store.records.get(gone).is_none());
    assert_ne!(sitting.app.list.rows.cursor(), Some(gone));
}

#[test]
fn a_draft_of_a_record_that_disappears_is_kept_and_told() {
    let mut sitting = Sitting::ready((80, 24), 120);
    sitting.carry_out("e");
    let id = sitting.app.subject().unwrap();
    sitting.press("j Space Esc");
    assert!(sitting.app.store.drafts.contains_key(&id), "{}", sitting.screen());
    sitting.carry_out("W");
    assert!(sitting.server.control().remove(id));
    watched(&mut sitting, seconds(30));
    let reported = sitting.app.cx.notices.all().last().unwrap().text.clone();
    assert!(reported.contains("your draft is kept. :recreate: create it again"), "{reported}");
    sitting.press("Esc");
    assert!(sitting.app.store.drafts.contains_key(&id));
}

#[test]
fn a_record_with_a_draft_that_somebody_changes_says_that_the_draft_is_kept() {
    let mut sitting = watching(120);
    sitting.carry_out(": 7 Enter e");
    sitting.press("j Space Esc");
    assert!(sitting.app.store.has_draft(7), "{}", sitting.screen());
    sitting.server.change(7, FieldId::Contact, text("sip:theirs@192.0.2.9"));
    watched(&mut sitting, seconds(30));
    let reported = sitting.app.cx.notices.all().last().unwrap().text.clone();
    assert!(reported.contains("Someone changed 7 acme-fra-main: contact"), "{reported}");
    assert!(reported.contains("your draft of 7 acme-fra-main is kept; the review shows the conflict"), "{reported}");
    // Of one without a draft nothing is said about drafts.
    sitting.server.change(6, FieldId::Contact, text("sip:theirs@192.0.2.9"));
    watched(&mut sitting, seconds(30));
    let reported = sitting.app.cx.notices.all().last().unwrap().text.clone();
    assert!(reported.contains("Someone changed 6") && !reported.contains("draft"), "{reported}");
}

#[test]
fn several_changes_are_counted_named_and_counted_again_when_they_are_seen() {
    let mut sitting = watching(120);
    for id in [6, 7, 8] {
        sitting.server.change(id, FieldId::Contact, text("sip:theirs@192.0.2.9"));
    }
    watched(&mut sitting, seconds(30));
    let reported = sitting.app.cx.notices.all().last().unwrap().text.clone();
    assert!(reported.contains("Someone changed 3 registrations: 6, 7, 8"), "{reported}");
    sitting.press("Esc");
    let reported = sitting.app.cx.notices.all().last().unwrap().text.clone();
    assert!(reported.contains("3 changes marked as seen; is:changed still finds them"), "{reported}");
    assert!(!row(&sitting, 7).contains('#'), "{}", row(&sitting, 7));
}

#[test]
fn a_record_that_comes_back_is_no_longer_gone() {
    let mut sitting = Sitting::ready((80, 24), 120);
    let control = sitting.server.control();
    control.add_fault(Fault::always(
        "GET",
        "/registrations/7",
        faults::FaultEffect::Answer {
            status: 404,
            content_type: "application/vnd.api+json".into(),
            body: r#"{"errors":[{"title":"Record not found","detail":"no","code":"404","status":"404"}]}"#.into(),
        },
    ));
    sitting.carry_out(": 7 Enter Enter");
    assert!(sitting.app.store.is_deleted(7), "{}", sitting.screen());
    control.clear_faults();
    sitting.carry_out("W");
    assert!(!sitting.app.store.is_deleted(7));
    assert!(sitting.screen().contains("someone: exists again") || sitting.app.store.records.get(7).is_some());
}

#[test]
fn rows_do_not_move_under_an_open_dialog() {
    let mut sitting = watching(120);
    sitting.server.change(7, FieldId::Name, text("under-the-dialog"));
    sitting.press("!");
    watched(&mut sitting, seconds(90));
    assert_ne!(sitting.app.store.display_name(7), "7 under-the-dialog");
    let asked = sitting.server.control().exchanges().len();
    assert_eq!(asked, 1, "what came waits; nothing more is asked for");
    sitting.press("Esc");
    assert!(row(&sitting, 7).contains("under-the-dialog"), "{}", row(&sitting, 7));
}

#[test]
fn never_more_than_one_look_at_a_time_however_slow_the_server_is() {
    let mut sitting = Sitting::ready((80, 24), 120);
    sitting.press(": w a t c h Space 5 s Enter");
    sitting.pass(seconds(60));
    let looks =
        |sitting: &Sitting| sitting.unanswered().iter().filter(|read| matches!(read, Read::Some { .. })).count();
    assert_eq!(looks(&sitting), 1);
    sitting.answer_all();
    assert!(status_line(&sitting).contains("slow server: 5m"), "{}", status_line(&sitting));
    sitting.pass(seconds(200));
    assert_eq!(looks(&sitting), 0, "it rests five times as long as the server worked");
    sitting.pass(seconds(60));
    assert_eq!(sitting.unanswered().len(), 1);
}

#[test]
fn a_look_that_fails_is_said_once_and_the_watch_goes_on() {
    let mut sitting = watching(120);
    let control = sitting.server.control();
    control.add_fault(Fault::always("GET", "", faults::FaultEffect::ServerError));
    watched(&mut sitting, seconds(120));
    let said = sitting.app.cx.notices.all().iter().filter(|notice| notice.text.contains("Watch failed")).count();
    assert_eq!(said, 1);
    assert!(status_line(&sitting).contains("failing"), "{}", status_line(&sitting));
    control.clear_faults();
    assert!(control.change(7, FieldId::Name, text("after-the-storm")));
    watched(&mut sitting, seconds(120));
    assert!(row(&sitting, 7).contains("after-the-storm"));
    assert!(!status_line(&sitting).contains("failing"));
}

#[test]
fn changed_records_are_found_by_the_filter_also_after_they_were_seen() {
    let mut sitting = Sitting::ready((80, 24), 120);
    sitting.server.change(7, FieldId::Expire, Value::Number(600));
    sitting.carry_out("r");
    sitting.press("Esc");
    assert!(!row(&sitting, 7).contains('#'));
    sitting.press("/");
    sitting.write("is:changed");
    sitting.press("Enter");
    assert_eq!(sitting.app.list.rows.len(&sitting.app.store.records), 1, "{}", sitting.screen());
}

#[test]
fn the_detail_tells_what_was_seen_and_leaving_it_takes_the_mark_away() {
    let mut sitting = Sitting::ready((80, 24), 120);
    sitting.server.change(7, FieldId::Expire, Value::Number(600));
    sitting.carry_out("r");
    assert!(row(&sitting, 7).contains('#'), "{}", row(&sitting, 7));
    sitting.carry_out(": 7 Enter Enter");
    sitting.press("G");
    assert!(sitting.screen().contains("SEEN"), "{}", sitting.screen());
    assert!(sitting.screen().contains("someone: expire"), "{}", sitting.screen());
    assert!(sitting.screen().contains("-> 600 s"), "{}", sitting.screen());
    sitting.press("Esc");
    assert!(!row(&sitting, 7).contains('#'), "{}", row(&sitting, 7));
}

#[test]
fn a_password_that_others_changed_is_told_without_either() {
    let mut sitting = Sitting::ready((80, 24), 120);
    sitting.carry_out(": 7 Enter Enter");
    sitting.server.change(7, FieldId::AuthPassword, Value::Secret(Secret::new("n3w-planted")));
    sitting.carry_out("W");
    let reported = sitting.app.cx.notices.all().iter().any(|notice| notice.text.contains("auth-password"));
    sitting.press("G");
    assert!(sitting.screen().contains("someone: auth-password changed"), "told {reported}: {}", sitting.screen());
    assert!(!sitting.screen().contains("n3w-planted"));
    assert!(!format!("{:?}", sitting.app.store.changes).contains("n3w-planted"));
}

#[test]
fn a_record_compares_with_how_it_was_before_the_first_change() {
    let mut sitting = Sitting::ready((80, 24), 120);
    sitting.press(": 7 Enter = =");
    assert!(sitting.screen().contains("no change seen"), "{}", sitting.screen());
    sitting.server.change(7, FieldId::Expire, Value::Number(600));
    sitting.carry_out("r");
    sitting.server.change(7, FieldId::Expire, Value::Number(900));
    sitting.carry_out("r");
    sitting.press("=");
    let screen = sitting.screen();
    assert!(screen.contains("before 10:00:00 above, now below"), "{screen}");
    let differs: Vec<_> = screen.lines().skip(2).take_while(|line| !line.contains("EQUAL")).collect();
    assert!(differs.iter().any(|line| line.contains("900 s")), "{screen}");
    assert!(!differs.iter().any(|line| line.contains("600 s")), "the value in between: {screen}");
}

#[test]
fn every_finding_is_listed_and_leads_to_its_record() {
    let mut sitting = Sitting::ready((80, 24), 120);
    sitting.press("L");
    assert!(sitting.screen().contains("Problems "), "{}", sitting.screen());
    assert!(sitting.screen().contains("22  carrierx-ams"), "{}", sitting.screen());
    while !sitting.screen().lines().any(|line| line.contains('>') && line.contains(" 22  carrierx-ams")) {
        sitting.press("j");
    }
    sitting.press("Enter");
    assert_eq!(sitting.app.list.rows.cursor(), Some(22));
}

#[test]
fn the_inspector_shows_exchanges_without_secrets_and_copies_curl() {
    use sipreg::app::core::Effect;
    let mut sitting = Sitting::ready((80, 24), 120);
    sitting.carry_out("H");
    let screen = sitting.screen();
    assert!(screen.contains("/registrations?"), "{screen}");
    assert!(screen.contains("POST") && screen.contains("201"), "{screen}");
    sitting.press("Enter");
    assert!(sitting.screen().contains("authorization: ********"), "{}", sitting.screen());
    sitting.press("c");
    let copied = sitting.asked.pop();
    let curl = copied.and_then(|effect| if let Effect::Copy(text) = effect { Some(text) } else { None }).unwrap();
    assert!(curl.starts_with("curl 'http") && curl.contains("Authorization: $TOKEN"), "{curl}");
    sitting.press("Esc G Enter");
    assert!(sitting.screen().contains("not recorded"), "{}", sitting.screen());
    let secret = sitting.server.password.expose().to_owned();
    assert!(!format!("{:?}", sitting.app.overlay.current).contains(&secret));
}

#[test]
fn what_i_did_is_told_as_mine_and_a_late_answer_does_not_take_it_back() {
    let mut sitting = Sitting::ready((80, 24), 120);
    sitting.press(": 7 Enter W");
    // The look was answered before the switch, but its answer is on the way yet.
    let late = sitting.fetch().unwrap();
    sitting.carry_out("t");
    sitting.tell(late);
    assert!(row(&sitting, 7).starts_with(">○"), "{}", row(&sitting, 7));
    assert!(!row(&sitting, 7).contains('#'), "{}", row(&sitting, 7));
    let reported: Vec<String> =
        sitting.app.store.seen_lines(&sitting.app.cx, 7, 70).into_iter().skip(1).map(|line| line.text).collect();
    assert_eq!(reported, ["10:00:00 you: enabled yes -> no"]);
    // The next look finds nothing new either.
    watched(&mut sitting, seconds(30));
    assert_eq!(sitting.app.store.seen_lines(&sitting.app.cx, 7, 70).len(), 2);
}

#[test]
fn what_i_made_and_deleted_is_no_news_to_me() {
    let mut sitting = Sitting::ready((80, 24), 120);
    sitting.press("W");
    let late = sitting.fetch().unwrap();
    sitting.carry_out("D");
    let id = sitting.app.list.rows.cursor().unwrap();
    let name = sitting.app.store.display_name(id).split_once(' ').unwrap().1.to_owned();
    sitting.write(&name);
    sitting.carry_out("Enter");
    assert!(sitting.app.store.records.get(id).is_none(), "{}", sitting.screen());
    sitting.tell(late);
    watched(&mut sitting, seconds(60));
    assert!(sitting.app.store.records.get(id).is_none());
    let reported = sitting
        .app
        .cx
        .notices
        .all()
        .iter()
        .any(|notice| notice.text.contains("is new") || notice.text.contains("is gone"));
    assert!(!reported, "{:?}", sitting.app.cx.notices.all());
}

#[test]
fn a_password_that_somebody_changed_after_our_save_is_decided_once() {
    use sipreg::app::form::FormStage;
    let mut sitting = Sitting::ready((80, 24), 120);
    let open = |sitting: &mut Sitting, password: &str| {
        sitting.carry_out(": 1 3 Enter e");
        super::creating::fill(sitting, FieldId::AuthPassword, password);
    };
    let save = |sitting: &mut Sitting| {
        sitting.carry_out("w");
    };
    open(&mut sitting, "0urs-first");
    save(&mut sitting);
    sitting.carry_out("y");
    open(&mut sitting, "0urs-second");
    let theirs = Value::Secret(Secret::new("th3irs"));
    sitting.server.change(13, FieldId::AuthPassword, theirs);
    save(&mut sitting);
    assert!(matches!(super::creating::form(&sitting).stage, FormStage::Conflict(_)));
    sitting.press("m");
    save(&mut sitting);
    assert!(matches!(super::creating::form(&sitting).stage, FormStage::Review { .. }), "{}", sitting.screen());
}
