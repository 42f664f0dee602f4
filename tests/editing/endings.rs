//! Every way in which a write of one record can end, as the user learns of it: the sentence and its tone, the journal,
//! the history, and what is kept. One picture of all, so that no ending changes unseen.

use std::fmt::Write as _;

use sipreg::app::core::{Effect, Message, Outcome, Read, Reply, Write};
use sipreg::domain::answer::Conditional;
use sipreg::domain::change::merge::merge;
use sipreg::domain::change::outcome::{Created, Deleted, Switched};
use sipreg::domain::change::{Cause, Difference, Draft, Ending, ReadBack, SaveOutcome};
use sipreg::domain::record::{FieldId, Record as _, Registration, Value};
use sipreg::domain::request_error::{Effectiveness, RequestError, RequestErrorKind};

use crate::desk::{Desk, base, error, fetched, invalid, mine, text, theirs, with};
use crate::switching::off;

/// Brings a write on its way.
type Begin = fn() -> Desk;

/// Outcomes with their names.
type Endings = Vec<(&'static str, Outcome)>;

fn lost() -> RequestError {
    RequestError { effect: Effectiveness::Pending, ..error(RequestErrorKind::TimedOut, "no answer in 10 s") }
}

fn proxy() -> RequestError {
    RequestError { status: Some(502), ..error(RequestErrorKind::ServerError, "a proxy answered (502)") }
}

fn forbidden() -> RequestError {
    RequestError { status: Some(403), ..error(RequestErrorKind::Forbidden, "forbidden (403)") }
}

fn foreign() -> Difference {
    let (wanted, answer) = (base().get(FieldId::Contact).clone(), text("sip:theirs@192.0.2.9"));
    Difference { field: FieldId::Contact, wanted, answer, cause: Cause::Foreign }
}

fn with_theirs(record: Registration) -> Registration {
    with(record, FieldId::Contact, text("sip:theirs@192.0.2.9"))
}

/// `enabled` is on its way to off.
fn disabling() -> Desk {
    let mut desk = Desk::new();
    desk.keys("t");
    desk
}

fn enabling() -> Desk {
    let mut desk = Desk::new();
    desk.app.store.records.put(&off());
    desk.keys("t");
    desk
}

/// A copy of record 22 is on its way.
fn creating() -> Desk {
    let mut desk = Desk::new();
    desk.keys("c");
    let read = Ok(Reply::Record(Conditional::Changed(fetched(base(), "1"))));
    desk.reply(|read| matches!(read, Read::Record { .. }), read);
    desk.to(FieldId::Name).keys("i Ctrl-u 'acme-new' Enter").to(FieldId::Username).keys("i Ctrl-u '4711' Enter");
    desk.to(FieldId::AuthPassword).keys("i 's3cret' Enter w");
    for _ in 0..20 {
        if !desk.writes().is_empty() {
            break;
        }
        desk.keys("y PgDn");
    }
    desk
}

fn made() -> Registration {
    let mut made = Registration::new(40);
    for field in FieldId::all() {
        made.set(field, base().get(field).clone());
    }
    with(with(made, FieldId::Name, text("acme-new")), FieldId::Username, text("4711"))
}

/// The end of record 22 is on its way.
fn deleting() -> Desk {
    let mut desk = Desk::new();
    desk.keys("D");
    let read = Ok(Reply::Record(Conditional::Changed(fetched(base(), "1"))));
    desk.reply(|read| matches!(read, Read::Record { .. }), read);
    desk.keys("'carrierx-ams' Enter");
    desk
}

/// The undo of an edit, of a switch, of a deletion is on its way.
fn undoing_a_switch() -> Desk {
    let mut desk = disabling();
    desk.switched(Switched::Applied { now: fetched(off(), "2"), differences: Vec::new() }).keys("u y");
    desk
}

fn undoing_a_deletion() -> Desk {
    let mut desk = deleting();
    let number = desk.writes().last().unwrap().0;
    desk.update(Message::Outcome { number, outcome: Outcome::Deleted(Deleted::Applied) }).keys("u y");
    desk
}

fn switches(on: bool) -> Endings {
    let done = if on { base() } else { off() };
    let before = if on { off() } else { base() };
    let now = |record: &Registration| fetched(record.clone(), "2");
    let none = Vec::new;
    vec![
        ("applied", Switched::Applied { now: now(&done), differences: none() }),
        ("applied, and theirs", {
            let differences = vec![foreign()];
            Switched::Applied { now: now(&with_theirs(done.clone())), differences }
        }),
        ("applied unseen", Switched::AppliedUnseen { now: now(&done), error: lost() }),
        ("already so", Switched::AlreadySo { now: now(&done), differences: none() }),
        ("moved", {
            let differences = vec![foreign()];
            Switched::Moved { now: now(&with_theirs(before.clone())), differences }
        }),
        ("gone", Switched::Gone),
        ("refused", Switched::Refused(forbidden())),
        ("refused, no token", Switched::Refused(error(RequestErrorKind::SignInNeeded, "the token ended"))),
        ("not applied", Switched::NotApplied { now: now(&before), error: proxy() }),
        ("unclear", Switched::Unclear { now: now(&before), error: proxy() }),
        ("unknown, as before", Switched::Unknown { error: lost(), seen: ReadBack::AsBefore(now(&before)) }),
        ("unknown, nothing seen", Switched::Unknown { error: lost(), seen: ReadBack::Nothing(lost()) }),
        ("cannot compare", Switched::CannotCompare),
    ]
    .into_iter()
    .map(|(name, switched)| (name, Outcome::Switched(switched)))
    .collect()
}

fn saves() -> Endings {
    let draft = || {
        let mut draft = Draft::new(base(), fetched(base(), "1").tag);
        draft.set(FieldId::Expire, Value::Number(600));
        draft
    };
    let merged = |now: &Registration| Box::new(merge(&draft(), now, fetched(now.clone(), "2").tag));
    let altered = Difference {
        field: FieldId::Expire,
        wanted: Value::Number(600),
        answer: Value::Number(60),
        cause: Cause::Altered,
    };
    let now = |record: Registration| fetched(record, "2");
    vec![
        ("applied", SaveOutcome::Applied { now: now(mine()), differences: Vec::new() }),
        ("applied, and theirs", SaveOutcome::Applied { now: now(with_theirs(mine())), differences: vec![foreign()] }),
        ("altered", SaveOutcome::Applied { now: now(theirs()), differences: vec![altered] }),
        ("applied unseen", SaveOutcome::AppliedUnseen { now: now(mine()), error: lost() }),
        ("moved", SaveOutcome::Moved { now: now(theirs()), merge: merged(&theirs()) }),
        ("gone", SaveOutcome::Gone),
        ("refused", SaveOutcome::Refused(forbidden())),
        ("refused, a field", SaveOutcome::Refused(invalid(&[("/data/attributes/expire", "expire - must be odd")]))),
        ("refused, no token", SaveOutcome::Refused(error(RequestErrorKind::SignInNeeded, "the token ended"))),
        ("not applied", SaveOutcome::NotApplied { now: now(base()), error: proxy() }),
        ("unclear", SaveOutcome::Unclear { now: now(theirs()), merge: merged(&theirs()), error: proxy() }),
        ("unknown, as before", SaveOutcome::Unknown { error: lost(), seen: ReadBack::AsBefore(now(base())) }),
        ("unknown, nothing seen", SaveOutcome::Unknown { error: lost(), seen: ReadBack::Nothing(lost()) }),
        ("cannot compare", SaveOutcome::CannotCompare),
    ]
    .into_iter()
    .map(|(name, saved)| (name, Outcome::Saved(saved)))
    .collect()
}

fn creates() -> Endings {
    let now = || fetched(made(), "2");
    let altered =
        Difference { field: FieldId::Expire, wanted: Value::Null, answer: Value::Number(60), cause: Cause::Altered };
    let taken = invalid(&[("/data/attributes/name", "name - has already been taken")]);
    vec![
        ("applied", Created::Applied { now: now(), differences: Vec::new() }),
        ("altered", Created::Applied { now: now(), differences: vec![altered] }),
        ("applied unseen", Created::AppliedUnseen { now: now(), error: lost() }),
        ("refused", Created::Refused(forbidden())),
        ("refused, a field", Created::Refused(taken)),
        ("refused, no token", Created::Refused(error(RequestErrorKind::SignInNeeded, "the token ended"))),
        ("not applied", Created::NotApplied(proxy())),
        ("unclear", Created::Unclear { now: now(), differences: Vec::new(), error: proxy() }),
        ("unknown, absent", Created::Unknown { error: lost(), seen: ReadBack::Absent }),
        ("unknown, nothing seen", Created::Unknown { error: lost(), seen: ReadBack::Nothing(lost()) }),
    ]
    .into_iter()
    .map(|(name, created)| (name, Outcome::Created(created)))
    .collect()
}

fn deletions() -> Endings {
    let now = |record: Registration| fetched(record, "2");
    vec![
        ("applied", Deleted::Applied),
        ("applied unseen", Deleted::AppliedUnseen(lost())),
        ("already gone", Deleted::AlreadyGone),
        ("moved", Deleted::Moved { now: now(with_theirs(base())), differences: vec![foreign()] }),
        ("refused", Deleted::Refused(forbidden())),
        ("refused, no token", Deleted::Refused(error(RequestErrorKind::SignInNeeded, "the token ended"))),
        ("not applied", Deleted::NotApplied { now: now(base()), error: proxy() }),
        ("unknown, as before", Deleted::Unknown { error: lost(), seen: ReadBack::AsBefore(now(base())) }),
        ("unknown, nothing seen", Deleted::Unknown { error: lost(), seen: ReadBack::Nothing(lost()) }),
        ("cannot compare", Deleted::CannotCompare),
    ]
    .into_iter()
    .map(|(name, deleted)| (name, Outcome::Deleted(deleted)))
    .collect()
}

/// What is true on the screen, on disk and in memory after this outcome.
fn ended(mut desk: Desk, outcome: Outcome) -> String {
    let (writes, effects, reported) = (desk.writes().len(), desk.effects.len(), desk.app.cx.notices.all().len());
    let number = desk.writes().last().unwrap_or_else(|| panic!("nothing was sent:\n{}", desk.screen())).0;
    desk.update(Message::Outcome { number, outcome });
    let mut out = String::new();
    for notice in desk.app.cx.notices.all().iter().skip(reported) {
        writeln!(out, "    {:?}: {}", notice.tone, notice.text).unwrap();
    }
    for effect in desk.effects.iter().skip(effects) {
        match effect {
            Effect::Record(line) if line.ending != Ending::Sent => {
                let values = line.changes.iter().map(|change| change.field().field().name).collect::<Vec<_>>();
                let request = line.request_id.as_deref().unwrap_or("-");
                writeln!(
                    out,
                    "    journal: {:?} {:?} of {:?} {:?} ({}) {request}",
                    line.action,
                    line.ending,
                    line.id,
                    line.name,
                    values.join(", ")
                )
                .unwrap();
            }
            Effect::DropDraft(id) => writeln!(out, "    disk: draft of {} dropped", name_of(*id)).unwrap(),
            Effect::KeepDraft(_) => writeln!(out, "    disk: draft kept").unwrap(),
            Effect::Read { read, .. } => writeln!(out, "    asks: {}", kind(read)).unwrap(),
            _ => {}
        }
    }
    for (_, write) in desk.writes().iter().skip(writes) {
        let with_tag = format!("{write:?}").contains("if_match: Send");
        writeln!(out, "    sends again, {} its tag", if with_tag { "with" } else { "without" }).unwrap();
    }
    let store = &desk.app.store;
    for id in [22, 40] {
        for line in store.seen_lines(&desk.app.cx, id, 500).iter().skip(1) {
            let reported = line.text.split_once(' ').map_or("", |(_, reported)| reported);
            writeln!(out, "    noticed of {id}: {reported}").unwrap();
        }
    }
    let of = |id: u64| match store.records.get(id) {
        Some(_) if store.is_deleted(id) => "gone".to_owned(),
        Some(row) => {
            let fields = [FieldId::Enabled, FieldId::Expire, FieldId::Contact].map(|field| row.value(field).to_value());
            format!("{fields:?}")
        }
        None => "not in the list".to_owned(),
    };
    writeln!(out, "    list: 22 {}; 40 {}", of(22), of(40)).unwrap();
    let entries: Vec<String> =
        store.history.entries().iter().map(|entry| format!("{} {}", entry.id, entry.what())).collect();
    writeln!(
        out,
        "    history: {entries:?}, undo {}, redo {}; drafts {}; in progress {}; in the way: {}",
        store.history.undoable().is_some(),
        store.history.redoable().is_some(),
        store.drafts.values().filter(|kept| !kept.is_empty()).count(),
        store.writes.unsettled().count(),
        desk.app.overlay.current.is_some(),
    )
    .unwrap();
    out
}

fn name_of(id: u64) -> String {
    if id > 1_000 { "a new one".to_owned() } else { id.to_string() }
}

fn kind(read: &Read) -> &'static str {
    match read {
        Read::Check(_) => "a check",
        Read::Record { .. } => "the record",
        Read::Preview(_) => "a preview",
        _ => "something",
    }
}

#[test]
fn every_ending_says_what_is_true_and_what_to_press() {
    let kinds: [(&str, Begin, Endings); 7] = [
        ("disable", disabling, switches(false)),
        ("enable", enabling, switches(true)),
        ("undo of a disabling", undoing_a_switch, switches(true)),
        ("save", Desk::sent, saves()),
        ("create", creating, creates()),
        ("undo of a deletion", undoing_a_deletion, creates()),
        ("delete", deleting, deletions()),
    ];
    let mut out = String::new();
    for (name, begin, outcomes) in kinds {
        writeln!(out, "{name}").unwrap();
        for (ending, outcome) in outcomes {
            writeln!(out, "  {ending}").unwrap();
            out.push_str(&ended(begin(), outcome));
        }
    }
    assert!(!out.contains("s3cret"), "a password is in what is told");
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("endings", out);
    });
}

#[test]
fn the_writes_are_those_that_were_meant() {
    assert!(matches!(enabling().writes().pop(), Some((_, Write::Switch { .. }))));
    assert!(matches!(creating().writes().pop(), Some((_, Write::Create(draft))) if draft.name() == "acme-new"));
    assert!(
        matches!(undoing_a_deletion().writes().pop(), Some((_, Write::Create(draft))) if draft.name() == "carrierx-ams")
    );
    assert!(matches!(deleting().writes().pop(), Some((_, Write::Delete { .. }))));
}
