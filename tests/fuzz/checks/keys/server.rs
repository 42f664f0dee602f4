//! A handful of records in memory, and answers about them that a real server could give.

use std::collections::BTreeMap;
use std::sync::Arc;

use sipreg::app::core::{Outcome, Read, Reply, Write};
use sipreg::domain::answer::{Conditional, Fetched, Page, Tag};
use sipreg::domain::change::merge::merge;
use sipreg::domain::change::outcome::{Created, Deleted, Switched};
use sipreg::domain::change::{ChangeOutcome, Checked, Draft, ReadBack, SaveOutcome};
use sipreg::domain::query::Segment;
use sipreg::domain::record::{FieldId, Record as _, Registration, Relation, Secret, Target, Value};
use sipreg::domain::request_error::{Effectiveness, ErrorObject, RequestError, RequestErrorKind};

use super::super::records::{self, PLANTED, text};

/// What it has.
pub struct Server {
    /// By id.
    pub records: BTreeMap<u64, Registration>,
    version: u32,
}

fn record(id: u64) -> Registration {
    let mut record = records::record(id, &format!("acme-\u{1b}[1m{id}\u{202e}"));
    for (field, value) in [
        (FieldId::Enabled, Value::Flag(id.is_multiple_of(2))),
        (FieldId::Domain, text("sip.acme.example")),
        (FieldId::RouteSet, Value::Texts(vec!["<sip:edge.example;lr>".to_owned()])),
    ] {
        record.set(field, value);
    }
    record
}

impl Server {
    pub fn new() -> Self {
        Self { records: (1..=5).map(|id| (id, record(id))).collect(), version: 1 }
    }

    pub fn targets() -> Vec<Target> {
        [
            (Relation::Pop, 2, "AMS", None),
            (Relation::Node, 7, "lon-n1\u{9b}", Some(4)),
            (Relation::TransportProtocol, 1, "UDP", None),
        ]
        .into_iter()
        .map(|(relation, id, name, pop)| Target { relation, id, name: Some(name.into()), pop, attributes: Vec::new() })
        .collect()
    }

    /// Someone else changes, deletes or makes a record.
    pub fn meddle(&mut self, how: usize) {
        self.version += 1;
        let id = 1 + (how as u64 / 4) % 8;
        match (how % 4, self.records.get_mut(&id)) {
            (0, Some(found)) => found.set(FieldId::Expire, Value::Number(how as i64)),
            (1, Some(found)) => found.set(FieldId::Enabled, Value::Flag(how % 8 < 4)),
            (2, Some(_)) => {
                self.records.remove(&id);
            }
            (_, Some(found)) => found.set(FieldId::Name, text("\u{200b}renamed\r\n")),
            (_, None) => {
                self.records.insert(id, record(id));
            }
        }
    }

    /// A draft that an earlier run left.
    pub fn draft(&self, which: usize) -> Option<Draft> {
        let mut draft = Draft::new(self.records.get(&(1 + which as u64 % 8))?.clone(), None);
        draft.set(FieldId::Expire, Value::Number(which as i64 + 1));
        Some(draft)
    }

    fn tag(&self) -> Tag {
        Tag::new(format!("W/\"{:032x}\"", self.version))
    }

    fn fetched(&self, registration: Registration) -> Box<Fetched> {
        Box::new(Fetched { registration, targets: Self::targets(), tag: Some(self.tag()), document: "{}".to_owned() })
    }

    fn page(&self, number: u32, size: u32) -> Page {
        let skip = number.saturating_sub(1) as usize * size as usize;
        let records: Vec<&Registration> = self.records.values().skip(skip).take(size as usize).collect();
        self.page_of(&records)
    }

    fn page_of(&self, records: &[&Registration]) -> Page {
        Page {
            segment: Arc::new(Segment::of(records.iter().copied())),
            targets: Self::targets(),
            total: Some(self.records.len() as u64),
            next: sipreg::domain::answer::NextPage::default(),
            tag: Some(self.tag()),
            skipped: Vec::new(),
            linked: false,
            bytes: 0,
        }
    }

    /// Answers a read, or fails it.
    pub fn read(&self, read: &Read, fails: bool) -> Result<Reply, RequestError> {
        if fails {
            return Err(error(self.version as usize));
        }
        match read {
            Read::Page { number, size, .. } => Ok(Reply::Page(Conditional::Changed(self.page(*number, *size)))),
            Read::Some { ids, .. } => {
                let found: Vec<&Registration> = ids.iter().filter_map(|id| self.records.get(id)).collect();
                Ok(Reply::Page(Conditional::Changed(self.page_of(&found))))
            }
            Read::Many { ids, .. } => {
                let found: Vec<&Registration> = ids.iter().filter_map(|id| self.records.get(id)).collect();
                let passwords = found.iter().map(|record| (record.id(), Secret::new(PLANTED))).collect();
                Ok(Reply::Many(self.page_of(&found), passwords))
            }
            Read::Exchanges => Ok(Reply::Exchanges(Vec::new())),
            Read::Record { id, .. } => match self.records.get(id) {
                Some(found) => Ok(Reply::Record(Conditional::Changed(self.fetched(found.clone())))),
                None => Err(of_kind(RequestErrorKind::NoSuchRecord)),
            },
            Read::Related { relation, .. } => {
                Ok(Reply::Related(Self::targets().into_iter().find(|target| target.relation == *relation)))
            }
            Read::Target { relation, .. } => {
                match Self::targets().into_iter().find(|found| found.relation == *relation) {
                    Some(found) => Ok(Reply::Target(found)),
                    None => Err(of_kind(RequestErrorKind::NoSuchRecord)),
                }
            }
            Read::Targets(relation, _) => {
                let all = Self::targets().into_iter().filter(|found| found.relation == *relation).collect();
                Ok(Reply::Targets(Conditional::Changed((all, None))))
            }
            Read::Check(draft) => Ok(Reply::Checked(self.checked(draft))),
            Read::Preview(_) => Ok(Reply::Preview { body: "{}".to_owned(), curl: "curl".to_owned() }),
            Read::Renew | Read::SignIn { .. } | Read::SignInAgain | Read::Login | Read::Profile(_) => {
                Ok(Reply::SignedIn)
            }
        }
    }

    fn checked(&self, draft: &Draft) -> Checked {
        let Some(now) = self.records.get(&draft.id()) else { return Checked::Gone };
        if now == draft.base() {
            return Checked::Same;
        }
        let merge = merge(draft, now, Some(self.tag()));
        let now = self.fetched(now.clone());
        if merge.is_unmoved() { Checked::Renewed(now) } else { Checked::Moved { now, merge: Box::new(merge) } }
    }

    /// Ends a write in one of the ways in which it can end.
    pub fn write(&mut self, write: &Write, how: usize) -> Outcome {
        self.version += 1;
        match write {
            Write::Save { draft, .. } => Outcome::Saved(self.save(draft, how)),
            Write::Change { draft, .. } => Outcome::Changed(self.change(draft, how)),
            Write::Switch { shown, to, .. } => Outcome::Switched(self.switch(shown.id(), to.enabled(), how)),
            Write::Create(draft) => Outcome::Created(self.create(draft, how)),
            Write::ReadBack { write, .. } => self.write(write, how),
            Write::Delete { shown, .. } => Outcome::Deleted(self.delete(shown.id(), how)),
        }
    }

    fn change(&mut self, draft: &Draft, how: usize) -> ChangeOutcome {
        match self.records.get(&draft.id()) {
            Some(stored) if draft.changes().iter().all(|(field, value)| stored.get(*field) == value) => {
                let now = Some(self.fetched(stored.clone()));
                ChangeOutcome::AlreadySo { now, theirs: Vec::new() }
            }
            _ if how % 16 == 15 => {
                ChangeOutcome::Unsent { draft: Box::new(draft.clone()), why: SaveOutcome::Refused(error(how)) }
            }
            _ => {
                ChangeOutcome::Sent { draft: Box::new(draft.clone()), theirs: Vec::new(), saved: self.save(draft, how) }
            }
        }
    }

    fn save(&mut self, draft: &Draft, how: usize) -> SaveOutcome {
        let Some(stored) = self.records.get(&draft.id()).cloned() else { return SaveOutcome::Gone };
        let merged = || Box::new(merge(draft, &stored, None));
        let error = error(how / 8);
        match how % 8 {
            0 => SaveOutcome::Moved { now: self.fetched(stored.clone()), merge: merged() },
            1 => SaveOutcome::CannotCompare,
            2 => SaveOutcome::Refused(error),
            3 => SaveOutcome::NotApplied { now: self.fetched(stored), error },
            4 => SaveOutcome::Unclear { now: self.fetched(stored.clone()), merge: merged(), error },
            5 => SaveOutcome::Unknown { error: error.clone(), seen: ReadBack::Nothing(error) },
            _ => {
                let mut stored = stored;
                for (field, value) in draft.changes() {
                    stored.set(*field, value.clone());
                }
                self.records.insert(draft.id(), stored.clone());
                let now = self.fetched(stored);
                if how % 8 == 6 {
                    SaveOutcome::AppliedUnseen { now, error }
                } else {
                    SaveOutcome::Applied { now, differences: Vec::new() }
                }
            }
        }
    }

    fn switch(&mut self, id: u64, enabled: bool, how: usize) -> Switched {
        let Some(stored) = self.records.get_mut(&id) else { return Switched::Gone };
        if how % 8 > 4 {
            stored.set(FieldId::Enabled, Value::Flag(enabled));
        }
        let stored = stored.clone();
        let now = self.fetched(stored);
        let error = error(how / 8);
        match how % 8 {
            0 => Switched::AlreadySo { now, differences: Vec::new() },
            1 => Switched::Moved { now, differences: Vec::new() },
            2 => Switched::CannotCompare,
            3 => Switched::Refused(error),
            4 => Switched::NotApplied { now, error },
            5 => Switched::Unclear { now, error },
            6 => Switched::AppliedUnseen { now, error },
            _ => Switched::Applied { now, differences: Vec::new() },
        }
    }

    fn delete(&mut self, id: u64, how: usize) -> Deleted {
        let Some(stored) = self.records.get(&id).cloned() else { return Deleted::AlreadyGone };
        let now = self.fetched(stored);
        let error = error(how / 8);
        match how % 8 {
            0 => Deleted::Moved { now, differences: Vec::new() },
            1 => Deleted::CannotCompare,
            2 => Deleted::Refused(error),
            3 => Deleted::NotApplied { now, error },
            4 => Deleted::Unknown { error: error.clone(), seen: ReadBack::Nothing(error) },
            how => {
                self.records.remove(&id);
                if how == 5 { Deleted::AppliedUnseen(error) } else { Deleted::Applied }
            }
        }
    }

    fn create(&mut self, draft: &Draft, how: usize) -> Created {
        let id = self.records.keys().last().copied().unwrap_or_default() + 1;
        let mut made = record(id);
        for (field, value) in draft.changes() {
            made.set(*field, value.clone());
        }
        let error = error(how / 8);
        match how % 8 {
            0 => Created::Refused(error),
            1 => Created::NotApplied(error),
            2 => Created::Unknown { error, seen: ReadBack::Absent },
            3 => Created::Unclear { now: self.fetched(made), differences: Vec::new(), error },
            how => {
                self.records.insert(id, made.clone());
                let now = self.fetched(made);
                if how == 4 {
                    Created::AppliedUnseen { now, error }
                } else {
                    Created::Applied { now, differences: Vec::new() }
                }
            }
        }
    }
}

fn error(which: usize) -> RequestError {
    let kinds = [
        RequestErrorKind::Unreachable,
        RequestErrorKind::Cut,
        RequestErrorKind::TimedOut,
        RequestErrorKind::SignInNeeded,
        RequestErrorKind::SignInRefused,
        RequestErrorKind::Forbidden,
        RequestErrorKind::Invalid,
        RequestErrorKind::Busy,
        RequestErrorKind::ServerError,
        RequestErrorKind::Unreadable,
    ];
    of_kind(kinds[which % kinds.len()])
}

fn of_kind(kind: RequestErrorKind) -> RequestError {
    let unknown = matches!(kind, RequestErrorKind::Cut | RequestErrorKind::TimedOut | RequestErrorKind::ServerError);
    let errors = vec![ErrorObject {
        detail: "expire - is \u{1b}[2J wrong".to_owned(),
        pointer: Some("/data/attributes/expire".to_owned()),
        ..ErrorObject::default()
    }];
    RequestError {
        kind,
        status: None,
        request_id: Some("req\u{7}".to_owned()),
        message: "it did not work\u{1b}[0m".to_owned(),
        errors: if kind == RequestErrorKind::Invalid { errors } else { Vec::new() },
        effect: if unknown { Effectiveness::Unknown } else { Effectiveness::NotApplied },
        retry_after: None,
    }
}
