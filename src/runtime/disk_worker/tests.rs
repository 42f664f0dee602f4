use super::*;
use crate::app::model::columns::Columns;
use crate::app::model::drafts::DraftUnkept;
use crate::domain::change::Draft;
use crate::domain::record::{FieldId, Registration, Value};

fn draft(expire: i64) -> StoredDraft {
    let mut draft = Draft::new(Registration::new(7), None);
    draft.set(FieldId::Expire, Value::Number(expire));
    draft.to_stored()
}

async fn kept(disk_worker: &mut DiskWorker, expire: i64) -> Result<(), DraftUnkept> {
    disk_worker.send(Errand::Keep(Box::new(draft(expire))));
    match disk_worker.answer().await {
        Message::DraftKept { id: 7, result } => result,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_draft_that_another_console_left_meanwhile_is_not_written_over() {
    let state = tempfile::tempdir().unwrap();
    let earlier = DateTime::UNIX_EPOCH;
    let mut first = DiskWorker::start(Some(state.path()), "eu", earlier, Rotation::default());
    let mut second = DiskWorker::start(Some(state.path()), "eu", earlier, Rotation::default());
    assert_eq!(kept(&mut second, 60).await, Ok(()));
    assert!(
        kept(&mut first, 90).await.unwrap_err().to_string().contains("another console"),
        "while it is written there"
    );
    second.stop().await;
    drop(second);
    assert!(matches!(kept(&mut first, 90).await, Err(DraftUnkept::Unknown { .. })), "after it was left there");
    // Who has seen it may go on with it.
    first.send(Errand::Find);
    assert!(matches!(first.answer().await, Message::DraftsFound { drafts, .. } if drafts.len() == 1));
    assert_eq!(kept(&mut first, 90).await, Ok(()));
    first.stop().await;
}

#[tokio::test]
async fn columns_that_change_in_a_burst_are_kept_as_they_are_last() {
    let state = tempfile::tempdir().unwrap();
    let mut disk_worker = DiskWorker::start(Some(state.path()), "eu", DateTime::UNIX_EPOCH, Rotation::default());
    let of = |width: usize| Columns::of_words(&["id".to_owned(), format!("name:{width}")]);
    for width in 10..60 {
        disk_worker.send(Errand::Looks(Box::new(LooksChange::Columns(of(width)))));
        if width % 7 == 0 {
            // Lets the worker have some of them before the next come.
            tokio::task::yield_now().await;
        }
    }
    disk_worker.stop().await;
    while let Some(answer) = disk_worker.try_answer() {
        assert!(matches!(answer, Message::LooksKept { result: Ok((_, None)), .. }), "{answer:?}");
    }
    assert_eq!(preferences::load(&preferences::file(state.path(), "eu")).unwrap().0.columns, of(59));
    assert_eq!(std::fs::read_dir(state.path().join("looks")).unwrap().count(), 1, "nothing is left beside it");
}

/// What a start says of what cannot be read.
async fn unreadable(state: &Path) -> Vec<String> {
    let mut disk_worker = DiskWorker::start(Some(state), "eu", DateTime::UNIX_EPOCH, Rotation::default());
    disk_worker.send(Errand::FindUnfinished);
    let Message::UnfinishedFound { unreadable, .. } = disk_worker.answer().await else { panic!("unfinished work") };
    disk_worker.stop().await;
    unreadable.iter().map(ToString::to_string).collect()
}

#[tokio::test]
async fn damaged_lines_of_the_journal_are_told_once_each() {
    let state = tempfile::tempdir().unwrap();
    let journal = Journal::open(state.path(), "eu").path();
    std::fs::create_dir_all(journal.parent().unwrap()).unwrap();
    std::fs::write(&journal, "{\"torn\n{\"time\":\n").unwrap();
    let reported = unreadable(state.path()).await;
    assert!(reported.len() == 1 && reported[0].starts_with("2 lines of the journal"), "{reported:?}");
    assert_eq!(unreadable(state.path()).await, [] as [String; 0]);
    std::fs::write(&journal, "{\"torn\n{\"time\":\n{\"new\n").unwrap();
    let reported = unreadable(state.path()).await;
    assert!(reported.len() == 1 && reported[0].starts_with("1 line of the journal"), "{reported:?}");
    assert_eq!(unreadable(state.path()).await, [] as [String; 0]);
}

#[test]
fn only_the_last_state_of_a_draft_is_written() {
    let batch = vec![Errand::Keep(Box::new(draft(1))), Errand::Find, Errand::Keep(Box::new(draft(2))), Errand::Drop(7)];
    let left = coalesced(batch);
    assert!(matches!(left.as_slice(), [Errand::Find, Errand::Drop(7)]));
}
