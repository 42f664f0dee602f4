//! Lists that cannot be read to the end, or not as the server counts them: what is shown, and what is not said of it.

use sipreg::app::core::{Effect, Read};
use sipreg::domain::clipping::Clipping;
use sipreg::domain::record::{FieldId, Value};

use crate::loading::status_line;
use crate::sitting::Sitting;

/// How often something was said.
pub fn told_of(sitting: &Sitting, what: &str) -> usize {
    sitting.app.cx.notices.all().iter().filter(|notice| notice.text.contains(what)).count()
}

/// Answers everything, each page as `changed`; fails where that never ends. Returns how many reads there were.
pub fn with_pages(sitting: &mut Sitting, mut changed: impl FnMut(&Read, &mut sipreg::domain::answer::Page)) -> usize {
    use sipreg::app::core::{Message, Reply};
    use sipreg::domain::answer::Conditional;
    let mut reads = 0;
    while let Some(mut message) = sitting.fetch() {
        if let Message::Reply { read, result: Ok(Reply::Page(Conditional::Changed(page))), .. } = &mut message {
            changed(read, page);
        }
        sitting.tell(message);
        reads += 1;
        assert!(reads < 60, "it never ends");
    }
    reads
}

#[test]
fn a_total_that_is_far_too_large_does_not_keep_the_list_from_being_read() {
    let mut sitting = Sitting::before((80, 24), 1_200);
    with_pages(&mut sitting, |_, page| page.total = Some(u64::MAX));
    assert_eq!(sitting.app.store.records.len(), 1_200);
    assert!(
        sitting.screen().contains("1200 loaded, but the server reports 18446744073709551615"),
        "{}",
        sitting.screen()
    );
}

#[test]
fn a_total_that_is_too_small_hides_no_record() {
    for total in [0, 1, 59, 999] {
        let mut sitting = Sitting::before((120, 40), 2_300);
        with_pages(&mut sitting, |_, page| page.total = Some(total));
        assert_eq!(sitting.app.store.records.len(), 2_300, "counted as {total}");
        let reported = format!("2300 loaded, but the server reports {total}");
        assert!(sitting.screen().contains(&reported), "{}", sitting.screen());
    }
}

#[test]
fn a_server_that_gives_the_same_page_for_ever_is_read_no_further() {
    use std::sync::Arc;
    for total in [None, Some(1_000_000)] {
        let mut sitting = Sitting::before((80, 24), 1_500);
        let mut first: Option<Arc<sipreg::domain::query::Segment>> = None;
        with_pages(&mut sitting, |read, page| {
            page.total = total;
            page.tag = None;
            if matches!(read, Read::Page { size: 1000, .. }) {
                page.segment = Arc::clone(first.get_or_insert_with(|| Arc::clone(&page.segment)));
            }
        });
        assert_eq!(sitting.app.store.records.len(), 1_000);
        assert!(status_line(&sitting).contains("synced"), "{}", status_line(&sitting));
    }
}

#[test]
fn pages_too_large_to_be_read_are_asked_for_in_smaller_ones() {
    use sipreg::app::core::Message;
    use sipreg::domain::request_error::{Effectiveness, RequestError, RequestErrorKind};
    let mut sitting = Sitting::before((80, 24), 250);
    let mut sizes = Vec::new();
    while let Some(mut message) = sitting.fetch() {
        if let Message::Reply { read: Read::Page { size, .. }, result, .. } = &mut message {
            sizes.push(*size);
            if *size > 10 && *size != 60 {
                *result = Err(RequestError {
                    kind: RequestErrorKind::TooLarge,
                    status: Some(200),
                    request_id: None,
                    message: "GET registrations: the answer is larger than 64 MiB and was ignored".into(),
                    errors: Vec::new(),
                    effect: Effectiveness::NotApplied,
                    retry_after: None,
                });
            }
        }
        sitting.tell(message);
        assert!(sizes.len() < 100, "it never ends");
    }
    assert_eq!(sizes[..8], [60, 1000, 500, 250, 125, 62, 31, 15]);
    assert_eq!(sitting.app.store.records.len(), 250);
    assert!(status_line(&sitting).contains("synced"), "{}", status_line(&sitting));
    assert_eq!(told_of(&sitting, "Loading continues in pages of 7"), 1);
    sitting.carry_out("r");
    assert_eq!(sitting.app.store.records.len(), 250);
}

#[test]
fn long_values_are_kept_in_part_told_and_never_copied_in_part() {
    let mut sitting = Sitting::ready((120, 40), 20);
    let long = format!("acme-{}", "x".repeat(50_000));
    sitting.server.change(1, FieldId::Name, Value::Text(long.clone()));
    sitting.carry_out("r");
    let screen = sitting.screen();
    assert!(screen.contains("1 registration has values over 1 KiB: the list shows"), "{screen}");
    assert!(sitting.app.store.records.size() < 60_000, "{}", sitting.app.store.records.size());
    sitting.press("g g y n");
    assert!(sitting.asked.is_empty() && sitting.screen().contains("loading the"), "{}", sitting.screen());
    sitting.answer_all();
    assert_eq!(sitting.asked.pop(), Some(Effect::Copy(Clipping::line(&long))));
    sitting.carry_out("t");
    let reported = sitting.app.cx.notices.all().last().map(|notice| notice.text.clone()).unwrap_or_default();
    assert!(reported.starts_with("Disabled 1 acme-xxx"), "{reported}");
    assert!(!reported.contains("name"), "what is known in part is not taken for changed by others: {reported}");
    let Some(Effect::Record(line)) = sitting.asked.pop() else { panic!("no line: {:?}", sitting.asked) };
    assert!(line.name.starts_with("acme-xxx") && line.name.len() < 1_100, "{}", line.name);
    sitting.asked.clear();
    sitting.carry_out("Enter");
    sitting.press("y n");
    assert_eq!(sitting.asked, [Effect::Copy(Clipping::line(&long))]);
}

#[test]
fn a_record_between_two_pages_that_others_moved_is_not_taken_for_deleted() {
    for records in [1_500, 3_200] {
        let mut sitting = Sitting::ready((120, 24), records);
        let control = sitting.server.control();
        sitting.press("r");
        // The first page is there, all others are still to come.
        while !matches!(sitting.unanswered().first(), Some(Read::Page { number: 1, size: 1_000, .. })) {
            assert!(sitting.answer());
        }
        sitting.answer();
        let (gone, hidden) = (control.ids()[4], control.ids()[1_000]);
        assert!(control.remove(gone));
        let made = control.copy(7, "made-meanwhile").unwrap();
        sitting.answer_all();
        assert!(sitting.app.store.is_deleted(gone) && !sitting.app.store.is_deleted(hidden), "{records}");
        assert!(sitting.app.store.records.get(made).is_some());
        assert_eq!(told_of(&sitting, &format!("{hidden} ")), 0, "{:?}", sitting.app.cx.notices.all());
        assert_eq!(sitting.app.store.present(), control.ids().len());
        // A list with other records than before costs one small request for each page but the last; else it costs none.
        let count = records.div_ceil(1_000) as usize;
        for (what, wanted) in [("nothing", 0), ("created", count - 1), ("nothing", 0), ("changed", 0)] {
            match what {
                "created" => assert!(control.copy(7, "one-more").is_some()),
                "changed" => assert!(control.change(7, FieldId::Expire, Value::Number(77))),
                _ => {}
            }
            control.clear_exchanges();
            sitting.carry_out("r");
            let lists = control.exchanges().into_iter().filter(|exchange| exchange.path().ends_with("/registrations"));
            let (checks, pages): (Vec<_>, Vec<_>) = lists.partition(|list| list.target.contains("size%5D=1&"));
            assert_eq!((pages.len(), checks.len()), (count, wanted), "{what}: {pages:?}");
        }
    }
}
