//! Two people who edit the same few records without pause, through the engine: afterwards each applied edit must
//! be accounted for. Nothing else may overwrite it than someone who saw it, or someone whose look came before it
//! and whose write came after it: the one round trip that a server without locks leaves open. And whoever was
//! overwritten must have been told.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use sipreg::api::{Client, Precondition};
use sipreg::domain::answer::Fetched;
use sipreg::domain::change::merge::rebased;
use sipreg::domain::change::{Cause, Checked, Decision, Draft, FieldMerge, Merge, SaveOutcome};
use sipreg::domain::record::{FieldId, Record, Value};
use sipreg::edit;

use crate::{read, settings};
use sipreg::demo::{self, ServerOptions};

const EDITS: u64 = 2_000;
const RECORDS: u32 = 20;
/// Fields that take any text or number, so that no two edits ever write the same value.
const FIELDS: [FieldId; 5] =
    [FieldId::DisplayUsername, FieldId::AuthUser, FieldId::SipInterfaceName, FieldId::Expire, FieldId::RouteSet];

/// A field of a record.
type Place = (u64, FieldId);

/// Steps of both people in one order.
#[derive(Default)]
struct Clock(Cell<u64>);

impl Clock {
    fn tick(&self) -> u64 {
        self.0.set(self.0.get() + 1);
        self.0.get()
    }
}

/// A value that was written.
struct Written {
    place: Place,
    value: Value,
    /// What its author saw there when deciding to write.
    saw: Value,
    /// When the last look before it began.
    looked: u64,
    /// When the write was sent.
    sent: u64,
    /// When its answer was there.
    answered: u64,
}

/// Someone who edits.
struct Person<'a> {
    name: u64,
    client: Client,
    clock: &'a Clock,
    chance: u64,
    /// Each record as this person last saw it.
    seen: BTreeMap<u64, Fetched>,
    written: Vec<Written>,
    /// Values of their own that this person was told to have been replaced.
    reported: BTreeSet<(Place, String)>,
    /// Edits of theirs that met another's and gave way, and those that did not.
    yielded: u32,
    insisted: u32,
    /// Looks that found a change of someone else.
    moved: u32,
}

impl Person<'_> {
    /// An even draw below a limit (xorshift).
    fn draw(&mut self, limit: u64) -> u64 {
        self.chance ^= self.chance << 13;
        self.chance ^= self.chance >> 7;
        self.chance ^= self.chance << 17;
        (self.chance >> 11) % limit
    }

    fn unique(&self, field: FieldId, count: u64) -> Value {
        let number = count * 4 + self.name;
        match field {
            FieldId::Expire => Value::Number(i64::try_from(number).unwrap()),
            FieldId::RouteSet => Value::Texts(vec![format!("<sip:{number}.example;lr>")]),
            _ => Value::Text(format!("{} of {}", count, self.name)),
        }
    }

    async fn work(&mut self, ids: &[u64]) {
        for id in ids {
            self.seen.insert(*id, read(&self.client, *id).await);
        }
        for count in 1..=EDITS {
            let id = ids[usize::try_from(self.draw(ids.len() as u64)).unwrap()];
            let base = self.seen[&id].clone();
            let mut draft = Draft::new(base.registration, base.tag);
            for _ in 0..=self.draw(2) {
                let field = FIELDS[usize::try_from(self.draw(FIELDS.len() as u64)).unwrap()];
                draft.set(field, self.unique(field, count));
            }
            self.submit(draft).await;
        }
    }

    /// Check, merge, decide, and again until nothing moved; then save.
    async fn submit(&mut self, mut draft: Draft) {
        let looked = loop {
            let looked = self.clock.tick();
            match edit::check(&self.client, &draft).await.unwrap() {
                Checked::Same => break looked,
                Checked::Renewed(now) => draft = rebased(&draft, &now.registration, now.tag),
                Checked::Moved { now, mut merge } => {
                    self.moved += 1;
                    self.note(&draft, &merge);
                    self.decide(&mut merge);
                    draft = merge.resolved().unwrap();
                    self.seen.insert(draft.id(), *now);
                    if draft.is_empty() {
                        return;
                    }
                }
                Checked::Gone => panic!("nobody deletes"),
            }
        };
        let sent = self.clock.tick();
        let saved = edit::save(&self.client, &draft, Precondition::Send).await;
        let answered = self.clock.tick();
        let SaveOutcome::Applied { now, differences } = saved else { panic!("{saved:?}") };
        for (field, value) in draft.changes() {
            let saw = draft.base().get(*field).clone();
            let place = (draft.id(), *field);
            self.written.push(Written { place, value: value.clone(), saw, looked, sent, answered });
        }
        for found in differences {
            assert_eq!(found.cause, Cause::Foreign, "the answer is that of the write itself");
            self.reported.insert(((draft.id(), found.field), format!("{:?}", found.wanted)));
        }
        self.seen.insert(draft.id(), *now);
    }

    /// What a look told of values that were there before.
    fn note(&mut self, draft: &Draft, merge: &Merge) {
        for row in merge.rows().iter().filter(|row| matches!(row.fate, FieldMerge::Theirs | FieldMerge::Conflict)) {
            self.reported.insert(((draft.id(), row.field), format!("{:?}", row.base)));
        }
    }

    fn decide(&mut self, merge: &mut Merge) {
        for field in merge.open() {
            if self.draw(2) == 0 {
                self.yielded += 1;
                merge.resolve(field, Decision::Theirs);
            } else {
                self.insisted += 1;
                merge.resolve(field, Decision::Mine);
            }
        }
    }

    /// A last look at every record.
    async fn look_around(&mut self) {
        for base in self.seen.clone().into_values() {
            let draft = Draft::new(base.registration, base.tag);
            if let Checked::Moved { merge, .. } = edit::check(&self.client, &draft).await.unwrap() {
                self.note(&draft, &merge);
            }
        }
    }
}

#[tokio::test]
async fn every_edit_of_two_busy_people_is_accounted_for() {
    let server = demo::start(ServerOptions { records: RECORDS, ..ServerOptions::default() }).await.unwrap();
    let control = server.control();
    let ids = control.ids();
    let before: Vec<_> = ids.iter().map(|id| control.registration(*id).unwrap()).collect();
    let clock = Clock::default();
    let person = |name: u64| Person {
        name,
        client: Client::new(settings(&server)).unwrap(),
        clock: &clock,
        chance: 0x9e37_79b9_7f4a_7c15 ^ name,
        seen: BTreeMap::new(),
        written: Vec::new(),
        reported: BTreeSet::new(),
        yielded: 0,
        insisted: 0,
        moved: 0,
    };
    let (mut alice, mut bob) = (person(1), person(2));
    tokio::join!(alice.work(&ids), bob.work(&ids));
    alice.look_around().await;
    bob.look_around().await;

    for old in &before {
        let now = control.registration(old.id()).unwrap();
        for field in FieldId::all().filter(|field| !FIELDS.contains(field)) {
            assert_eq!(now.get(field), old.get(field), "nobody touched {field:?} of {}", old.id());
        }
    }
    let all: Vec<&Written> = alice.written.iter().chain(&bob.written).collect();
    let by_place = |place: Place| all.iter().filter(move |other| other.place == place);
    let (mut visible, mut superseded, mut overwritten) = (0, 0, 0);
    for (person, other) in [(&alice, &bob), (&bob, &alice)] {
        for mine in &person.written {
            let (id, field) = mine.place;
            if control.registration(id).unwrap().get(field) == &mine.value {
                visible += 1;
            } else if by_place(mine.place).any(|later| later.saw == mine.value) {
                superseded += 1;
            } else {
                overwritten += 1;
                let crossed = other.written.iter().filter(|theirs| theirs.place == mine.place);
                assert!(
                    crossed.clone().any(|theirs| theirs.looked < mine.answered && mine.sent < theirs.answered),
                    "{:?} at {:?} was overwritten by nobody whose look was older",
                    mine.value,
                    mine.place
                );
                assert!(
                    person.reported.contains(&(mine.place, format!("{:?}", mine.value))),
                    "{:?} at {:?} was overwritten, and nobody told its author",
                    mine.value,
                    mine.place
                );
            }
        }
    }
    // A place ends with a value that someone wrote, or as it was.
    for old in &before {
        for field in FIELDS {
            let now = control.registration(old.id()).unwrap().get(field).clone();
            let known = now == *old.get(field) || by_place((old.id(), field)).any(|written| written.value == now);
            assert!(known, "{now:?} at {field:?} of {} came from nowhere", old.id());
        }
    }
    let moved = alice.moved + bob.moved;
    let (yielded, insisted) = (alice.yielded + bob.yielded, alice.insisted + bob.insisted);
    println!(
        "{} edits of 2 people on {RECORDS} records: {} values written; {visible} visible, {superseded} superseded by \
         one who saw them, {overwritten} overwritten inside one round trip and told; looks that found a change: \
         {moved}; conflicts: {yielded} gave way, {insisted} insisted",
        2 * EDITS,
        all.len(),
    );
    assert!(moved > 100 && yielded > 10 && insisted > 10, "they hardly met");
    assert_eq!(visible + superseded + overwritten, all.len());
}
