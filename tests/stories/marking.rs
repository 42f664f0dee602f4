//! Marking records: the marks stay on them whatever the list does, and no wrong key loses any.

use std::collections::BTreeSet;

use crate::sitting::Sitting;

fn marked(sitting: &Sitting) -> Vec<u64> {
    sitting.app.store.marked().iter().copied().collect()
}

fn ids(sitting: &Sitting, rows: std::ops::Range<usize>) -> Vec<u64> {
    rows.filter_map(|row| sitting.app.list.rows.id_at(row, &sitting.app.store.records)).collect()
}

fn filter(sitting: &mut Sitting, text: &str) {
    sitting.press("/ Ctrl-u");
    sitting.write(text);
    sitting.press("Enter");
}

fn said(sitting: &Sitting) -> &str {
    sitting.app.cx.notices.all().last().map_or("", |notice| notice.text.as_str())
}

#[test]
fn a_mark_goes_down_and_a_second_one_takes_it_away() {
    let mut sitting = Sitting::ready((80, 24), 40);
    let rows = ids(&sitting, 0..3);
    sitting.press("Space Space");
    assert_eq!(marked(&sitting), rows[..2]);
    assert_eq!(sitting.app.list.rows.cursor(), Some(rows[2]));
    assert!(sitting.screen().lines().next().unwrap().contains("2 marked"), "{}", sitting.screen());
    sitting.press("k Space");
    assert_eq!(marked(&sitting), rows[..1]);
}

#[test]
fn marks_stay_on_their_records_under_filter_sort_and_refresh() {
    let mut sitting = Sitting::ready((80, 24), 120);
    sitting.press(": 2 2 Enter Space : 1 3 Enter Space");
    assert_eq!(marked(&sitting), [13, 22]);
    filter(&mut sitting, "carrierx");
    let status = sitting.screen().lines().next().unwrap().to_owned();
    assert!(status.contains("2 marked (1 hidden by filter)"), "{status}");
    filter(&mut sitting, "is:marked");
    assert_eq!(sitting.app.list.rows.len(&sitting.app.store.records), 2);
    sitting.carry_out("S r");
    assert_eq!(marked(&sitting), [13, 22]);
    assert_eq!(ids(&sitting, 0..2), [22, 13]);
    // What is not marked any more is not shown any more.
    sitting.press("g g Space");
    assert_eq!(ids(&sitting, 0..2), [13]);
}

#[test]
fn a_range_is_marked_from_where_it_began_to_the_cursor() {
    let mut sitting = Sitting::ready((80, 24), 40);
    let rows = ids(&sitting, 0..8);
    sitting.press("j j j j v k k k");
    let signs: String = sitting.screen().lines().skip(3).take(6).filter_map(|line| line.chars().next()).collect();
    assert_eq!(signs, " vvvv ", "{}", sitting.screen());
    assert!(marked(&sitting).is_empty());
    sitting.press("v");
    assert_eq!(marked(&sitting), rows[1..5]);
    // Upside down, and with the other key.
    sitting.press("G v g g Space");
    assert_eq!(marked(&sitting).len(), sitting.app.store.records.len());
}

#[test]
fn escape_leaves_a_range_and_marks_nothing() {
    let mut sitting = Sitting::ready((80, 24), 40);
    sitting.press("v j j Esc");
    assert!(marked(&sitting).is_empty());
    assert!(said(&sitting).contains("Nothing was marked"));
    sitting.press("Space");
    assert_eq!(marked(&sitting).len(), 1);
}

#[test]
fn all_shown_are_marked_and_the_same_key_takes_just_these_back() {
    let mut sitting = Sitting::ready((80, 24), 120);
    sitting.press("Space");
    let first = marked(&sitting);
    filter(&mut sitting, "enabled:no");
    let shown: BTreeSet<u64> = sitting.app.list.rows.ids(&sitting.app.store.records).collect();
    sitting.press("*");
    assert!(shown.is_subset(sitting.app.store.marked()));
    assert_eq!(marked(&sitting).len(), shown.len() + 1);
    sitting.press("*");
    assert_eq!(marked(&sitting), first);
}

#[test]
fn cleared_marks_come_back_with_the_same_key() {
    let mut sitting = Sitting::ready((80, 24), 40);
    sitting.press("Space j Space");
    let before = marked(&sitting);
    sitting.press("M");
    assert!(marked(&sitting).is_empty());
    assert!(said(&sitting).contains("2 marks cleared. M: restore them"), "{}", said(&sitting));
    sitting.press("M");
    assert_eq!(marked(&sitting), before);
}

#[test]
fn a_marked_record_that_someone_deletes_keeps_its_mark_and_that_is_told() {
    let mut sitting = Sitting::ready((80, 24), 120);
    sitting.press(": 2 2 Enter Space Space");
    assert!(sitting.server.control().remove(22));
    sitting.carry_out("r");
    assert!(said(&sitting).contains("1 marked is gone: 22"), "{}", said(&sitting));
    assert!(sitting.screen().contains("2 marked (1 gone)"), "{}", sitting.screen());
    assert!(sitting.app.store.marked().contains(&22));
}

#[test]
fn two_marked_records_are_compared() {
    let mut sitting = Sitting::ready((80, 24), 120);
    sitting.press(": 1 3 Enter Space : 2 2 Enter Space : 1 0 Enter =");
    let screen = sitting.screen();
    assert!(screen.contains("13 acme-lon-main above, 22 carrierx-ams below"), "{screen}");
}

/// What is asked about many: the ids of the batch.
fn asked(sitting: &Sitting) -> Vec<u64> {
    sitting.app.writes.bulk.as_ref().map(|batch| batch.lots.keys().copied().collect()).unwrap_or_default()
}

#[test]
fn keys_for_many_act_on_the_range_alone() {
    for keys in ["t d", "D", "B"] {
        let mut sitting = Sitting::ready((80, 24), 40);
        let rows = ids(&sitting, 0..20);
        // A mark elsewhere is not part of it.
        sitting.press("1 4 Space g g v j j");
        sitting.carry_out(keys);
        assert_eq!(asked(&sitting), rows[..3], "{keys}: {}", sitting.screen());
        sitting.press("Esc");
        assert!(sitting.app.store.marks.anchor.is_none(), "{keys}");
    }
}

#[test]
fn a_number_moves_by_so_many_lines_and_shift_arrows_begin_a_range() {
    let mut sitting = Sitting::ready((80, 24), 40);
    let rows = ids(&sitting, 0..20);
    sitting.press("v 1 1");
    assert!(sitting.screen().contains("move by 11"), "{}", sitting.screen());
    sitting.press("j Space");
    assert_eq!(marked(&sitting), rows[..12]);
    sitting.press("M g g Shift-Down Shift-Down j Shift-Up Space");
    assert_eq!(marked(&sitting), rows[..3]);
    // Esc takes the number back first, then the range.
    sitting.press("v 5 Esc j");
    assert_eq!(sitting.app.list.range(&sitting.app.store).map(Iterator::count), Some(2));
    sitting.press("Esc");
    assert!(sitting.app.store.marks.anchor.is_none());
    // Outside a range digits are views, and beside the list they count.
    sitting.press("3");
    assert_eq!(sitting.app.input.count, None);
    sitting.carry_out("1 g g Enter");
    let cursor = |sitting: &Sitting| sitting.app.panes.stack.last().unwrap().pager().cursor;
    let before = cursor(&sitting);
    sitting.press("4 j");
    assert_eq!(cursor(&sitting), before + 4);
}

#[test]
fn marked_records_are_deleted_together() {
    let mut sitting = Sitting::ready((80, 24), 40);
    let rows = ids(&sitting, 0..2);
    sitting.carry_out("Space Space D");
    assert_eq!(asked(&sitting), rows);
}

#[test]
fn a_range_whose_beginning_is_gone_from_view_acts_on_nothing() {
    let mut sitting = Sitting::ready((80, 24), 40);
    sitting.press("v j j");
    filter(&mut sitting, "id:9");
    sitting.press("t");
    assert!(said(&sitting).contains("no longer shown"), "{}", said(&sitting));
    assert!(asked(&sitting).is_empty());
}
