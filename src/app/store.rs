//! What is known: the loaded registrations and what they refer to, drafts, writes that are not answered for, what this
//! session changed and what others changed. Every room reads it.

pub(crate) mod changes;
pub(in crate::app) mod drafts;
pub(crate) mod open_writes;
pub(in crate::app) mod ours;

use crate::domain::change::draft::is_fresh;
use crate::domain::rules::{CheckContext, RuleSet};
use std::collections::BTreeMap;
use std::time::Duration;

use crate::domain::answer::Fetched;
use crate::domain::query::{Collection, Limits};
use crate::domain::record::{FieldId, Record as _, Targets, Value};

use crate::app::core::{Context, IfMatch, Read, Slot};
use crate::app::model::drafts::DraftsById;
use crate::app::model::history::History;
use crate::app::model::lint_basis::LintBasis;
use crate::app::model::live::Live;
use crate::app::model::marks::Marks;
use crate::app::store::changes::Noticing;
use crate::app::store::open_writes::OpenWrites;

/// Characters of a name in a message; what is said of the record would not be seen behind a longer one.
const LONGEST_NAME: usize = 60;

/// Memory for the list: 100,000 records of usual size take 26 MB.
const MEMORY: Limits = Limits { value: 1 << 10, total: 256 << 20 };

/// How far the list was read.
#[derive(Debug, Clone, Copy, Default)]
pub struct LoadState {
    /// How many registrations the server says it has.
    pub total: Option<u64>,
    /// When the list was last read to its end.
    pub synced: Option<Duration>,
}

/// What is known.
#[derive(Debug, Default)]
pub struct Store {
    /// Loaded registrations.
    pub records: Collection,
    /// How far they are all there are.
    pub loaded: LoadState,
    /// Registrations read alone, as long as a pane shows them.
    pub fetched: BTreeMap<u64, Box<Fetched>>,
    /// Known POPs, nodes and transport protocols.
    pub targets: Targets,
    /// Edits that are not saved.
    pub drafts: DraftsById,
    /// Writes that are not answered for.
    pub writes: OpenWrites,
    /// What this session changed.
    pub history: History,
    /// What others changed.
    pub changes: Noticing,
    /// Marked records.
    pub marks: Marks,
    /// What nodes say.
    pub live: Live,
    /// What the checks compare records with.
    pub rules: LintBasis,
    /// Whether any of it changed since the cursors were last put on what they are on.
    pub(in crate::app) touched: bool,
}

impl Store {
    /// Nothing known yet.
    pub fn new(if_match: IfMatch, ignored: RuleSet) -> Self {
        Self {
            records: Collection::within(MEMORY),
            writes: OpenWrites { if_match, ..OpenWrites::default() },
            rules: LintBasis { ignored, census: None },
            ..Self::default()
        }
    }

    /// What is shown changed: cursors and counts follow before the next message.
    pub(in crate::app) const fn touch(&mut self) {
        self.touched = true;
    }

    pub(in crate::app) fn read_detail(&self, cx: &mut Context, id: u64) {
        let known = self.fetched.get(&id).and_then(|fetched| fetched.tag.clone());
        cx.read(Slot::Detail, Read::Record { id, known });
    }

    /// The newest known value of a field of a loaded or opened record.
    pub(in crate::app) fn value_of(&self, id: u64, field: FieldId) -> Value {
        match (self.fetched.get(&id), self.records.get(id)) {
            (Some(fetched), _) => fetched.registration.get(field).clone(),
            (None, Some(row)) => row.value(field).to_value(),
            (None, None) => Value::Missing,
        }
    }

    /// A record and its name, as messages call it.
    pub fn display_name(&self, id: u64) -> String {
        if is_fresh(id) {
            let name = self.drafts.get(&id).map(|open| open.draft.name()).filter(|name| !name.is_empty());
            return name.map_or_else(|| "the new registration".to_owned(), |name| format!("new {name}"));
        }
        let loaded = self.records.get(id).map(|row| row.name().to_owned());
        let name = loaded.or_else(|| self.drafts.get(&id).map(|open| open.name.clone()));
        match name {
            Some(name) if name.chars().nth(LONGEST_NAME).is_some() => {
                format!("{id} {}~", name.chars().take(LONGEST_NAME).collect::<String>())
            }
            Some(name) if !name.is_empty() => format!("{id} {name}"),
            Some(_) | None => format!("{id}"),
        }
    }

    /// What a record is compared with for its sign and its findings.
    pub fn lint_context(&self) -> CheckContext<'_> {
        self.rules.context(&self.targets)
    }
}
