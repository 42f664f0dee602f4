//! Every problem of the loaded records, by rule.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::sync::Arc;

use crate::domain::query::{Collection, RowRef};
use crate::domain::record::{Record as _, Targets};
use crate::domain::rules::lint::{LintResult, Tally, lint_all, tally};
use crate::domain::rules::{Census, CheckContext, Finding, OnServer, Rule, RuleSet, Severity};

/// Problems of a rule that are listed; the others are counted.
pub(in crate::app) const LISTED: usize = 1_000;

/// What is to be looked through. Holds all that it needs, so that a worker can take it along.
#[derive(Debug, Clone, PartialEq)]
pub struct LintJob {
    /// The records; shares their memory.
    pub records: Collection,
    /// Names of pops, nodes and transports, and which node is in which pop.
    pub targets: Targets,
    /// Records that are not on the server any more.
    pub deleted: BTreeSet<u64>,
    /// Rules whose findings are not listed.
    pub ignored: RuleSet,
}

/// Problems that one rule found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleFindings {
    /// How bad they are.
    pub severity: Severity,
    /// Which rule; `None`: what no rule of the table is about.
    pub rule: Option<&'static Rule>,
    /// The first of them with the id of their records, by id.
    pub listed: Vec<(u64, Finding)>,
    /// How many there are in all.
    pub count: usize,
}

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Findings {
    /// By rule: DOWN first, then errors, then warnings; of each the rule that found most.
    pub rules: Arc<[RuleFindings]>,
    /// Records by the worst that they have, and findings by rule.
    pub tally: Tally,
}

impl LintJob {
    /// Looks through all of them.
    pub fn run(&self) -> Findings {
        let rows: Vec<RowRef<'_>> = self.records.iter().filter(|row| !self.deleted.contains(&row.id())).collect();
        let census = Census::of_many(&rows, &self.targets);
        let context = CheckContext::new(&self.targets, Some(&census), OnServer::Loaded).ignoring(self.ignored);
        let looked = lint_all(&rows, &context);
        let tally = tally(&looked);
        let mut rules: Vec<RuleFindings> = Vec::new();
        for LintResult { id, findings, .. } in looked {
            for finding in findings {
                let (severity, rule) = (finding.severity, finding.rule);
                let at = rules.iter().position(|known| (known.severity, known.rule) == (severity, rule));
                let at = at.unwrap_or_else(|| {
                    rules.push(RuleFindings { severity, rule, listed: Vec::new(), count: 0 });
                    rules.len() - 1
                });
                let Some(known) = rules.get_mut(at) else { continue };
                known.count += 1;
                if known.listed.len() < LISTED {
                    known.listed.push((id, finding));
                }
            }
        }
        rules.sort_by_key(|known| (Reverse((known.severity, known.count)), known.rule.map(|rule| rule.id)));
        Findings { rules: rules.into(), tally }
    }
}
