//! What records have in common once changes are saved, so that two changes of one batch, or two rows of one file, are
//! compared with each other as well as with the records that stay as they are.

use std::collections::HashMap;

use crate::domain::change::draft::{Draft, completed};
use crate::domain::record::{FieldId, Record, Registration, Targets, ValueRef};
use crate::domain::rules::Census;

/// Fields by which records are compared with each other.
const COMPARED: [FieldId; 11] = [
    FieldId::Name,
    FieldId::Enabled,
    FieldId::Pop,
    FieldId::Node,
    FieldId::TransportProtocol,
    FieldId::SipInterfaceName,
    FieldId::SipSchemaId,
    FieldId::Domain,
    FieldId::Username,
    FieldId::Contact,
    FieldId::RouteSet,
];

/// Whether a change of these fields can matter to other records, or others to it.
pub fn is_compared(mut fields: impl Iterator<Item = FieldId>) -> bool {
    fields.any(|field| COMPARED.contains(&field))
}

/// What becomes of some records; all others stay as they are.
#[derive(Debug)]
pub struct Outlook<C> {
    /// Records that change, as they will be; `None`: that go.
    fates: HashMap<u64, Option<C>>,
    /// New ones, each with an id that stands for it.
    created: Vec<Registration>,
}

impl<C> Default for Outlook<C> {
    fn default() -> Self {
        Self { fates: HashMap::new(), created: Vec::new() }
    }
}

impl<C: Record> Outlook<C> {
    /// A record will be like this.
    pub fn changes(&mut self, changed: C) {
        self.fates.insert(changed.id(), Some(changed));
    }

    /// A record will go.
    pub fn goes(&mut self, id: u64) {
        self.fates.insert(id, None);
    }

    /// A record will be created; `id` stands for it.
    pub fn comes(&mut self, draft: &Draft, id: u64) {
        let whole = completed(draft);
        let mut created = Registration::new(id);
        for field in FieldId::all() {
            created.set(field, whole.get(field).clone());
        }
        self.created.push(created);
    }

    /// What all records will have in common, from what they are now.
    pub fn census<R: Record>(&self, records: impl IntoIterator<Item = R>, targets: &Targets) -> Census {
        let stay = records.into_iter().filter_map(|row| match self.fates.get(&row.id()) {
            None => Some(Will::Stay(row)),
            Some(Some(changed)) => Some(Will::Change(changed)),
            Some(None) => None,
        });
        Census::of(stay.chain(self.created.iter().map(Will::Come)), targets)
    }
}

/// A record as it will be.
enum Will<'d, R, C> {
    Stay(R),
    Change(&'d C),
    Come(&'d Registration),
}

impl<R: Record, C: Record> Record for Will<'_, R, C> {
    fn id(&self) -> u64 {
        match self {
            Self::Stay(row) => row.id(),
            Self::Change(changed) => changed.id(),
            Self::Come(created) => created.id(),
        }
    }

    fn value(&self, field: FieldId) -> ValueRef<'_> {
        match self {
            Self::Stay(row) => row.value(field),
            Self::Change(changed) => changed.value(field),
            Self::Come(created) => created.value(field),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::record::Value;
    use crate::domain::rules::{CheckContext, OnServer};

    /// Enabled, on every node, with the address of all the others.
    fn twin(id: u64) -> Registration {
        let text = |text: &str| Value::Text(text.to_owned());
        let mut record = Registration::new(id);
        for (field, value) in [
            (FieldId::Name, text(&format!("twin-{id}"))),
            (FieldId::Enabled, Value::Flag(true)),
            (FieldId::Pop, Value::Reference(2)),
            (FieldId::Node, Value::Null),
            (FieldId::Domain, text("acme.example")),
            (FieldId::Username, text("1")),
            (FieldId::Contact, text("sip:1@192.0.2.7")),
            (FieldId::RouteSet, Value::Texts(Vec::new())),
        ] {
            record.set(field, value);
        }
        record
    }

    #[test]
    fn whoever_is_moved_away_takes_the_binding_along_but_not_where_it_stays_or_the_other_goes_too() {
        let targets = Targets::default();
        let records = [twin(7), twin(22)];
        let losses = |changes: &[(usize, FieldId, Value)]| {
            let mut drafts = records.clone().map(|record| Draft::new(record, None));
            for (at, field, value) in changes {
                drafts[*at].set(*field, value.clone());
            }
            let mut outlook = Outlook::default();
            for draft in drafts.iter().filter(|draft| !draft.is_empty()) {
                outlook.changes(draft);
            }
            let (now, then) = (Census::of(&records, &targets), outlook.census(&records, &targets));
            let of = |census| CheckContext::new(&targets, Some(census), OnServer::Loaded);
            let findings = drafts.iter().flat_map(|draft| draft.new_findings(&of(&now), &of(&then)));
            findings.filter(|finding| finding.message.contains("loses its binding")).count()
        };
        let text = |text: &str| Value::Text(text.to_owned());
        assert_eq!(losses(&[(0, FieldId::Username, text("other"))]), 1);
        assert_eq!(losses(&[(0, FieldId::Contact, text("sip:1@192.0.2.8"))]), 1);
        assert_eq!(losses(&[(0, FieldId::Pop, Value::Reference(3))]), 1);
        assert_eq!(losses(&[(0, FieldId::RetryDelay, Value::Number(30))]), 0, "it registers the same again");
        assert_eq!(losses(&[(0, FieldId::Name, text("x"))]), 0);
        let off = Value::Flag(false);
        assert_eq!(losses(&[(0, FieldId::Enabled, off.clone()), (1, FieldId::Enabled, off)]), 0);
    }
}
