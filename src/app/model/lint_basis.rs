//! What the checks compare a record with: what the loaded records have in common, as last counted, and the rules that
//! the profile ignores. Cheap to clone, so that a worker can take it along.

use std::sync::Arc;

use crate::domain::record::Targets;
use crate::domain::rules::{Census, CheckContext, OnServer, RuleSet};

/// What the checks compare a record with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LintBasis {
    /// `None` until the records were counted: then they are not compared with each other.
    pub census: Option<Arc<Census>>,
    /// Rules whose findings are not shown.
    pub ignored: RuleSet,
}

impl LintBasis {
    /// The context of a check of a loaded record.
    pub fn context<'a>(&'a self, targets: &'a Targets) -> CheckContext<'a> {
        CheckContext::new(targets, self.census.as_deref(), OnServer::Loaded).ignoring(self.ignored)
    }
}
