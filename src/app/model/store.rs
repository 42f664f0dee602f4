//! What is known: the loaded registrations and what they refer to, drafts, what this session changed and what others
//! changed. Every room reads it.

use crate::app::list::marking::Marks;
use crate::app::model::drafts::Drafts;
use crate::app::model::history::History;
use crate::app::model::lint_basis::LintBasis;
use crate::app::model::live::Live;
use crate::app::sync::changes::Noticing;
use crate::domain::query::collection::{Collection, Limits};
use crate::domain::record::relation::Targets;

/// Memory for the list: 100,000 records of usual size take 26 MB.
pub const MEMORY: Limits = Limits { value: 1 << 10, total: 256 << 20 };

/// What is known.
#[derive(Debug)]
pub struct Store {
    /// Loaded registrations.
    pub records: Collection,
    /// Known POPs, nodes and transport protocols.
    pub targets: Targets,
    /// Edits that are not saved.
    pub drafts: Drafts,
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
}

impl Default for Store {
    fn default() -> Self {
        Self {
            records: Collection::within(MEMORY),
            targets: Targets::default(),
            drafts: Drafts::new(),
            history: History::default(),
            changes: Noticing::default(),
            marks: Marks::default(),
            live: Live::default(),
            rules: LintBasis::default(),
        }
    }
}
