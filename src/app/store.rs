//! What is known: the loaded registrations and what they refer to, drafts, writes that are not answered for, what this
//! session changed and what others changed. Every room reads it.

pub mod changes;
pub(in crate::app) mod drafts;
pub mod open_writes;
pub(in crate::app) mod ours;

use std::collections::BTreeMap;
use std::time::Duration;

use crate::domain::answer::Fetched;
use crate::domain::query::collection::{Collection, Limits};
use crate::domain::record::relation::Targets;
use crate::domain::rules::rule::RuleSet;

use crate::app::core::effect::IfMatch;
use crate::app::model::drafts::Drafts;
use crate::app::model::history::History;
use crate::app::model::lint_basis::LintBasis;
use crate::app::model::live::Live;
use crate::app::model::marks::Marks;
use crate::app::store::changes::Noticing;
use crate::app::store::open_writes::OpenWrites;

/// Memory for the list: 100,000 records of usual size take 26 MB.
pub const MEMORY: Limits = Limits { value: 1 << 10, total: 256 << 20 };

/// How far the list was read.
#[derive(Debug, Clone, Copy, Default)]
pub struct Loaded {
    /// How many registrations the server says it has.
    pub total: Option<u64>,
    /// When the list was last read to its end.
    pub synced: Option<Duration>,
}

/// What is known.
#[derive(Debug)]
pub struct Store {
    /// Loaded registrations.
    pub records: Collection,
    /// How far they are all there are.
    pub loaded: Loaded,
    /// Registrations read alone, as long as a pane shows them.
    pub fetched: BTreeMap<u64, Box<Fetched>>,
    /// Known POPs, nodes and transport protocols.
    pub targets: Targets,
    /// Edits that are not saved.
    pub drafts: Drafts,
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
    #[must_use]
    pub fn new(if_match: IfMatch, ignored: RuleSet) -> Self {
        Self {
            records: Collection::within(MEMORY),
            loaded: Loaded::default(),
            fetched: BTreeMap::new(),
            targets: Targets::default(),
            drafts: Drafts::new(),
            writes: OpenWrites { if_match, ..OpenWrites::default() },
            history: History::default(),
            changes: Noticing::default(),
            marks: Marks::default(),
            live: Live::default(),
            rules: LintBasis { ignored, census: None },
            touched: false,
        }
    }

    /// What is shown changed: cursors and counts follow before the next message.
    pub(in crate::app) const fn touch(&mut self) {
        self.touched = true;
    }
}
