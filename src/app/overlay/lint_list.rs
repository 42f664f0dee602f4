//! The list of all problems of the loaded records: each finding a line, the worst first, and Enter
//! goes to its record.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::domain::query::collection::Collection;
use crate::domain::query::segment::RowRef;
use crate::domain::record::registration::Record as _;
use crate::domain::record::relation::Targets;
use crate::domain::rules::check::{Census, Context, Finding, Severity, Standing};
use crate::domain::rules::lint::{Looked, Tally, look, tally};
use crate::domain::rules::rule::RuleSet;
use crate::keys::chord::{Code, Key};
use crate::keys::command::{Command, Scope};
use crate::keys::keymap::Meaning;

use crate::app::App;
use crate::app::core::effect::Effect;
use crate::app::core::ticket::Slot;
use crate::app::list::arrange::AT_ONCE;
use crate::app::overlay::Dialogs;
use crate::app::overlay::Overlay;
use crate::app::store::Store;
use crate::app::widget::pager::Pager;

/// Problems that are listed; the others are counted.
const LISTED: usize = 5_000;

/// What is to be looked through. Holds all that it needs, so that a worker can take it along.
#[derive(Debug, Clone, PartialEq)]
pub struct LintJob {
    /// The records; shares their memory.
    pub records: Collection,
    /// Names of pops, nodes and transports, and which node is in which pop.
    pub targets: Targets,
    /// Records that are not on the server any more.
    pub gone: BTreeSet<u64>,
    /// Rules whose findings are not listed.
    pub ignored: RuleSet,
}

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Findings {
    /// The first of them with the id of their records: the worst first, then by id.
    pub listed: Arc<[(u64, Finding)]>,
    /// How many there are in all.
    pub count: usize,
    /// Records by the worst that they have, and findings by rule.
    pub tally: Tally,
}

impl LintJob {
    /// Looks through all of them.
    #[must_use]
    pub fn run(&self) -> Findings {
        let rows: Vec<RowRef<'_>> = self.records.iter().filter(|row| !self.gone.contains(&row.id())).collect();
        let census = Census::of_many(&rows, &self.targets);
        let context = Context::new(&self.targets, Some(&census), Standing::Loaded).ignoring(self.ignored);
        let looked = look(&rows, &context);
        let (mut count, tally) = (0, tally(&looked));
        let mut kept: [Vec<(u64, Finding)>; Severity::ALL.len()] = Default::default();
        for Looked { id, findings, .. } in looked {
            count += findings.len();
            for finding in findings {
                let place =
                    Severity::ALL.into_iter().zip(&mut kept).find(|(severity, _)| *severity == finding.severity);
                if let Some((_, place)) = place.filter(|(_, place)| place.len() < LISTED) {
                    place.push((id, finding));
                }
            }
        }
        let mut listed: Vec<_> = kept.into_iter().flatten().collect();
        listed.truncate(LISTED);
        Findings { listed: listed.into(), count, tally }
    }
}

/// State of the box.
#[derive(Debug, Clone, Default)]
pub struct LintList {
    /// `None` until they are there.
    pub findings: Option<Findings>,
    /// Over the findings.
    pub pager: Pager,
}

impl App {
    pub(in crate::app) fn typed_in_lint(&mut self, mut list: Box<LintList>, key: Key) {
        let chosen = list.findings.as_ref().and_then(|found| found.listed.get(list.pager.cursor)).map(|(id, _)| *id);
        match (key.ctrl, key.code, chosen) {
            (false, Code::Esc, _) | (true, Code::Char('c'), _) => return,
            // An id is always understood.
            (false, Code::Enter, Some(id)) => {
                let _ = self.argued(Command::GoToId, &id.to_string());
                return;
            }
            _ => {
                let len = list.findings.as_ref().map_or(0, |found| found.listed.len());
                let height = self.cx.overlay_height();
                if let Meaning::Command(command) = self.cx.setup.keymap.meaning(Scope::Global, &[key]) {
                    list.pager.follow(command, len, height);
                }
            }
        }
        self.overlay.current = Some(Overlay::Lint(list));
    }
}

impl Dialogs {
    pub(in crate::app) fn open_lint(&mut self, cx: &mut crate::app::core::context::Context, store: &mut Store) {
        self.current = Some(Overlay::Lint(Box::default()));
        let ticket = cx.tickets.open(Slot::Lint);
        let job = LintJob {
            records: store.records.clone(),
            targets: store.targets.clone(),
            gone: store.changes.gone.keys().copied().collect(),
            ignored: store.rules.ignored,
        };
        if job.records.len() <= AT_ONCE {
            self.linted(job.run());
            return;
        }
        cx.effect(Effect::Lint { ticket, job: Box::new(job) });
    }

    /// The findings are there.
    pub(in crate::app) fn linted(&mut self, findings: Findings) {
        if let Some(Overlay::Lint(list)) = &mut self.current {
            list.findings = Some(findings);
        }
    }
}
