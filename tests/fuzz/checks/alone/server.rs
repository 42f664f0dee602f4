//! A server that one console has for itself: it answers as the real one does, from records in memory, with tags that
//! digest what they stand for. Labels go along with the records, or are behind links.

#[path = "faults.rs"]
pub mod faults;

use std::collections::BTreeMap;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash as _, Hasher as _};
use std::sync::Arc;

use sipreg::app::core::{Outcome, Read, Reply, Write};
use sipreg::domain::answer::{Conditional, Fetched, Page, Tag};
use sipreg::domain::change::draft::completed;
use sipreg::domain::change::merge::{compare, merge, rebased};
use sipreg::domain::change::outcome::{Created, Deleted, Switched};
use sipreg::domain::change::{ChangeOutcome, Checked, Draft, FieldMerge, SaveOutcome};
use sipreg::domain::query::Segment;
use sipreg::domain::record::{FieldId, Record as _, Registration, Relation, Target, Value, ValueRef};
use sipreg::domain::request_error::{Effectiveness, RequestError, RequestErrorKind};

use super::records::{self, text};

/// Something that a write did.
pub struct Done {
    /// Who asked for it.
    pub who: usize,
    /// Which record.
    pub id: u64,
    pub what: Did,
}

/// What a write did to a record.
pub enum Did {
    /// A field was this, is this now, and was taken for this by whoever changed it.
    Set {
        field: FieldId,
        was: Value,
        is: Value,
        base: Value,
    },
    Made,
    Removed,
}

/// What the server has.
pub struct Server {
    /// By id.
    pub records: BTreeMap<u64, Registration>,
    /// The id of the next record.
    next: u64,
    /// Whether relationships are links only.
    links: bool,
    /// What is done later, although no one waits for it any more.
    late: Vec<(usize, Write)>,
    /// Who asks now.
    pub who: usize,
    /// What was done, oldest first.
    pub done: Vec<Done>,
}

fn record(id: u64) -> Registration {
    let mut record = records::record(id, &format!("acme-{id}"));
    // Records 2 and 5 have values that a list keeps in part only.
    let long = if id % 3 == 2 { "x".repeat(1_500) } else { String::new() };
    for (field, value) in [
        (FieldId::Domain, text("sip.acme.example")),
        (FieldId::DisplayUsername, if long.is_empty() { Value::Null } else { text(&long) }),
        (FieldId::RouteSet, Value::Texts(vec![format!("<sip:edge{long}.example;lr>")])),
    ] {
        record.set(field, value);
    }
    record
}

/// The tag of anything that can be printed; of a password its text counts, too.
fn tag_of(records: &[&Registration]) -> Tag {
    let mut hasher = DefaultHasher::new();
    for record in records {
        format!("{record:?}").hash(&mut hasher);
        if let ValueRef::Secret(secret) = record.value(FieldId::AuthPassword) {
            secret.expose().hash(&mut hasher);
        }
    }
    Tag::new(format!("W/\"{:016x}\"", hasher.finish()))
}

fn error(kind: RequestErrorKind, effect: Effectiveness) -> RequestError {
    RequestError {
        kind,
        status: None,
        request_id: Some("req-1".to_owned()),
        message: "no answer".to_owned(),
        errors: Vec::new(),
        effect,
        retry_after: None,
    }
}

impl Server {
    pub fn new(links: bool) -> Self {
        let records = (1..=6).map(|id| (id, record(id))).collect();
        Self { records, next: 7, links, late: Vec::new(), who: 0, done: Vec::new() }
    }

    /// The same, to try something on.
    fn tried(&self) -> Self {
        Self { records: self.records.clone(), late: Vec::new(), done: Vec::new(), ..*self }
    }

    fn note(&mut self, id: u64, what: Did) {
        self.done.push(Done { who: self.who, id, what });
    }

    /// Somebody changes a field.
    pub fn set(&mut self, who: usize, id: u64, field: FieldId, is: Value) {
        let Some(record) = self.records.get_mut(&id) else { return };
        let was = record.get(field).clone();
        record.set(field, is.clone());
        self.done.push(Done { who, id, what: Did::Set { field, base: was.clone(), was, is } });
    }

    /// Somebody deletes a record.
    pub fn remove(&mut self, who: usize, id: u64) {
        if self.records.remove(&id).is_some() {
            self.done.push(Done { who, id, what: Did::Removed });
        }
    }

    /// A record as it is sent: what it refers to, or where that is to be read.
    fn sent(&self, record: &Registration) -> Registration {
        let mut sent = record.clone();
        for relation in Relation::ALL.into_iter().filter(|_| self.links) {
            let link = format!("/registrations/{}/{}", record.id(), relation.resource_type());
            sent.set(relation.field(), Value::Linked(link));
        }
        sent
    }

    /// Where a link leads.
    pub fn leads(&self, link: &str) -> Option<u64> {
        let mut parts = link.trim_start_matches("/registrations/").split('/');
        let record = self.records.get(&parts.next()?.parse().ok()?)?;
        let relation = Relation::by_type(parts.next()?)?;
        if let ValueRef::Reference(id) = record.value(relation.field()) { Some(id) } else { None }
    }

    pub fn targets() -> Vec<Target> {
        [
            (Relation::Pop, 2, "AMS", None),
            (Relation::Pop, 4, "LON", None),
            (Relation::Node, 7, "lon-n1", Some(4)),
            (Relation::TransportProtocol, 1, "UDP", None),
            (Relation::TransportProtocol, 3, "TLS", None),
        ]
        .into_iter()
        .map(|(relation, id, name, pop)| Target { relation, id, name: Some(name.into()), pop, attributes: Vec::new() })
        .collect()
    }

    fn fetched(&self, registration: &Registration) -> Box<Fetched> {
        let registration = self.sent(registration);
        let tag = Some(tag_of(&[&registration]));
        let (targets, document) = (if self.links { Vec::new() } else { Self::targets() }, "{}".to_owned());
        Box::new(Fetched { registration, targets, tag, document })
    }

    fn page(&self, records: &[&Registration], known: Option<&Tag>) -> Conditional<Page> {
        let records: Vec<Registration> = records.iter().map(|record| self.sent(record)).collect();
        let tag = tag_of(&records.iter().collect::<Vec<_>>());
        if known == Some(&tag) {
            return Conditional::Unchanged;
        }
        Conditional::Changed(Page {
            next: sipreg::domain::answer::NextPage::default(),
            segment: Arc::new(Segment::of(records.iter())),
            targets: if self.links { Vec::new() } else { Self::targets() },
            total: Some(self.records.len() as u64),
            tag: Some(tag),
            skipped: Vec::new(),
            linked: self.links,
            bytes: 0,
        })
    }

    fn some(&self, ids: &[u64]) -> Vec<&Registration> {
        ids.iter().filter_map(|id| self.records.get(id)).collect()
    }

    /// Answers a read as things are now.
    pub fn read(&self, read: &Read) -> Result<Reply, RequestError> {
        let of = |relation: Relation| Self::targets().into_iter().filter(move |found| found.relation == relation);
        Ok(match read {
            Read::Page { number, size, known } => {
                let skip = number.saturating_sub(1) as usize * *size as usize;
                let records: Vec<&Registration> = self.records.values().skip(skip).take(*size as usize).collect();
                Reply::Page(self.page(&records, known.as_ref()))
            }
            Read::Some { ids, known } => Reply::Page(self.page(&self.some(ids), known.as_ref())),
            Read::Many { ids, .. } => {
                let found = self.some(ids);
                let password = |record: &&Registration| match record.value(FieldId::AuthPassword) {
                    ValueRef::Secret(secret) => Some((record.id(), secret.clone())),
                    _ => None,
                };
                let passwords = found.iter().filter_map(password).collect();
                match self.page(&found, None) {
                    Conditional::Changed(page) => Reply::Many(page, passwords),
                    Conditional::Unchanged => Reply::Many(Page::default(), passwords),
                }
            }
            Read::Exchanges => Reply::Exchanges(Vec::new()),
            Read::Record { id, known } => match self.records.get(id) {
                Some(found) if known.as_ref() == Some(&tag_of(&[&self.sent(found)])) => {
                    Reply::Record(Conditional::Unchanged)
                }
                Some(found) => Reply::Record(Conditional::Changed(self.fetched(found))),
                None => return Err(error(RequestErrorKind::NoSuchRecord, Effectiveness::NotApplied)),
            },
            Read::Related { relation, link } => {
                let id = self.leads(link);
                Reply::Related(of(*relation).find(|found| Some(found.id) == id))
            }
            Read::Target { relation, id } => match of(*relation).find(|found| found.id == *id) {
                Some(found) => Reply::Target(found),
                None => return Err(error(RequestErrorKind::NoSuchRecord, Effectiveness::NotApplied)),
            },
            Read::Targets(relation, _) => Reply::Targets(Conditional::Changed((of(*relation).collect(), None))),
            Read::Check(draft) => Reply::Checked(self.checked(draft)),
            Read::Preview(_) => Reply::Preview { body: "{}".to_owned(), curl: "curl".to_owned() },
            Read::Renew | Read::SignIn { .. } | Read::SignInAgain | Read::Login | Read::Profile(_) => Reply::SignedIn,
        })
    }

    fn checked(&self, draft: &Draft) -> Checked {
        let Some(now) = self.records.get(&draft.id()) else { return Checked::Gone };
        let now = self.fetched(now);
        if draft.tag() == now.tag.as_ref() {
            return Checked::Same;
        }
        let merge = merge(draft, &now.registration, now.tag.clone());
        if merge.is_unmoved() { Checked::Renewed(now) } else { Checked::Moved { now, merge: Box::new(merge) } }
    }

    /// Carries a write out and answers it.
    pub fn write(&mut self, write: &Write) -> Outcome {
        match write {
            Write::Save { draft, .. } => Outcome::Saved(self.save(draft)),
            Write::Change { draft, .. } => Outcome::Changed(self.change(draft)),
            Write::Switch { shown, to, .. } => Outcome::Switched(self.switch(shown, to.enabled())),
            Write::Create(draft) => Outcome::Created(self.create(draft)),
            Write::ReadBack { write, .. } => self.write(write),
            Write::Delete { shown, .. } => Outcome::Deleted(self.delete(shown)),
        }
    }

    fn save(&mut self, draft: &Draft) -> SaveOutcome {
        let Some(mut stored) = self.records.get(&draft.id()).cloned() else { return SaveOutcome::Gone };
        let (mut draft, now) = (draft.clone(), self.fetched(&stored));
        if draft.tag().is_some() && draft.tag() != now.tag.as_ref() {
            let merge = merge(&draft, &now.registration, now.tag.clone());
            if !merge.is_unmoved() {
                return SaveOutcome::Moved { now, merge: Box::new(merge) };
            }
            draft = rebased(&draft, &now.registration, now.tag.clone());
        }
        for (field, value) in draft.changes() {
            let (was, base) = (stored.get(*field).clone(), draft.base().get(*field).clone());
            self.note(draft.id(), Did::Set { field: *field, was, is: value.clone(), base });
            stored.set(*field, value.clone());
        }
        self.records.insert(stored.id(), stored.clone());
        let now = self.fetched(&stored);
        SaveOutcome::Applied { differences: compare(&draft, &now.registration), now }
    }

    fn change(&mut self, draft: &Draft) -> ChangeOutcome {
        let unsent = |why| ChangeOutcome::Unsent { draft: Box::new(draft.clone()), why };
        let Some(stored) = self.records.get(&draft.id()).cloned() else { return unsent(SaveOutcome::Gone) };
        let mut base = draft.base().clone();
        for field in FieldId::all().filter(|field| draft.base().value(*field) == ValueRef::Withheld) {
            base.set(field, stored.get(field).clone());
        }
        let mut whole = Draft::new(base, draft.tag().cloned());
        for (field, value) in draft.changes() {
            whole.set(*field, value.clone());
        }
        let now = self.fetched(&stored);
        let merge = merge(&whole, &now.registration, now.tag.clone());
        let theirs: Vec<FieldId> = merge.fields(FieldMerge::Theirs).collect();
        let Ok(left) = merge.resolved() else { return unsent(SaveOutcome::Moved { now, merge: Box::new(merge) }) };
        if left.changes().is_empty() {
            return ChangeOutcome::AlreadySo { now: Some(now), theirs };
        }
        let saved = self.save(&left);
        ChangeOutcome::Sent { draft: Box::new(left), theirs, saved }
    }

    fn switch(&mut self, shown: &Registration, enabled: bool) -> Switched {
        let Some(stored) = self.records.get_mut(&shown.id()) else { return Switched::Gone };
        let (field, wanted) = (FieldId::Enabled, Value::Flag(enabled));
        let was = stored.get(field).clone();
        let already = was == wanted;
        stored.set(field, wanted.clone());
        let stored = stored.clone();
        if !already {
            let base = shown.get(field).clone();
            self.note(shown.id(), Did::Set { field, was, is: wanted.clone(), base });
        }
        let mut expected = Draft::new(shown.clone(), None);
        expected.set(FieldId::Enabled, wanted);
        let now = self.fetched(&stored);
        let differences = compare(&expected, &now.registration);
        if already { Switched::AlreadySo { now, differences } } else { Switched::Applied { now, differences } }
    }

    fn delete(&mut self, shown: &Registration) -> Deleted {
        let Some(stored) = self.records.get(&shown.id()) else { return Deleted::AlreadyGone };
        let now = self.fetched(stored);
        let differences = compare(&Draft::new(shown.clone(), None), &now.registration);
        if !differences.is_empty() {
            return Deleted::Moved { now, differences };
        }
        self.records.remove(&shown.id());
        self.note(shown.id(), Did::Removed);
        Deleted::Applied
    }

    fn create(&mut self, draft: &Draft) -> Created {
        if self.records.values().any(|record| record.name() == draft.name()) {
            return Created::Refused(error(RequestErrorKind::Invalid, Effectiveness::NotApplied));
        }
        let id = self.next;
        self.next += 1;
        let mut made = Registration::new(id);
        let wanted = completed(draft);
        for field in FieldId::all() {
            let value = match wanted.value(field) {
                ValueRef::Missing => Value::Null,
                value => value.to_value(),
            };
            made.set(field, value);
        }
        self.records.insert(id, made.clone());
        self.note(id, Did::Made);
        Created::Applied { differences: Vec::new(), now: self.fetched(&made) }
    }
}
