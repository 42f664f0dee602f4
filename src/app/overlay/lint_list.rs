//! The problems of the loaded records by rule, the worst first; Enter goes to a record, or unfolds a rule.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::sync::Arc;

use crate::domain::query::collection::Collection;
use crate::domain::query::segment::RowRef;
use crate::domain::record::registration::Record as _;
use crate::domain::record::relation::Targets;
use crate::domain::rules::check::{self, Census, Finding, Severity, Standing};
use crate::domain::rules::lint::{Looked, Tally, look, tally};
use crate::domain::rules::rule::{Rule, RuleSet};
use crate::keys::chord::{Code, Key};
use crate::keys::command::Command;

use crate::app::App;
use crate::app::core::context::Context;
use crate::app::core::effect::Effect;
use crate::app::core::ticket::Slot;
use crate::app::list::arrange::AT_ONCE;
use crate::app::overlay::Dialogs;
use crate::app::overlay::Overlay;
use crate::app::overlay::dialog::{After, Dialog, Lines, Manner};
use crate::app::store::Store;
use crate::app::widget::layout::BELOW;
use crate::app::widget::pager::Pager;

/// Problems of a rule that are listed; the others are counted.
const LISTED: usize = 1_000;

/// Problems of a rule that are shown at least before it is unfolded.
const FOLDED: usize = 2;

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
    #[must_use]
    pub fn run(&self) -> Findings {
        let rows: Vec<RowRef<'_>> = self.records.iter().filter(|row| !self.gone.contains(&row.id())).collect();
        let census = Census::of_many(&rows, &self.targets);
        let context = check::Context::new(&self.targets, Some(&census), Standing::Loaded).ignoring(self.ignored);
        let looked = look(&rows, &context);
        let tally = tally(&looked);
        let mut rules: Vec<RuleFindings> = Vec::new();
        for Looked { id, findings, .. } in looked {
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

/// A line of the box.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LintLine {
    /// The rule at this place.
    Rule(usize),
    /// One of its problems.
    Finding(usize, usize),
    /// So many problems of the rule are folded away.
    More(usize, usize),
}

impl LintLine {
    /// The place of the rule that it belongs to.
    #[must_use]
    pub const fn rule(self) -> usize {
        match self {
            Self::Rule(at) | Self::Finding(at, _) | Self::More(at, _) => at,
        }
    }
}

/// State of the box.
#[derive(Debug, Clone, Default)]
pub struct LintList {
    /// `None` until they are there.
    pub findings: Option<Findings>,
    /// Over [`LintList::lines`].
    pub pager: Pager,
    /// Problems shown of a rule that is not unfolded.
    folded: usize,
    /// Places of the rules that are unfolded.
    unfolded: BTreeSet<usize>,
}

impl LintList {
    /// The lines: each rule, below it some of its problems, or all of them where it is unfolded.
    #[must_use]
    pub fn lines(&self) -> Vec<LintLine> {
        let Some(found) = &self.findings else { return Vec::new() };
        let mut lines = Vec::new();
        for (at, rule) in found.rules.iter().enumerate() {
            let listed = rule.listed.len();
            // One line that says that there is one more takes as much room as that one.
            let shown = if self.unfolded.contains(&at) || listed <= self.folded + 1 { listed } else { self.folded };
            lines.push(LintLine::Rule(at));
            lines.extend((0..shown).map(|finding| LintLine::Finding(at, finding)));
            if shown < rule.count {
                lines.push(LintLine::More(at, rule.count - shown));
            }
        }
        lines
    }

    /// The line under the cursor.
    #[must_use]
    pub fn chosen(&self) -> Option<LintLine> {
        self.lines().get(self.pager.cursor).copied()
    }

    /// The problem of a line, with the id of its record.
    #[must_use]
    pub fn finding(&self, line: LintLine) -> Option<&(u64, Finding)> {
        let LintLine::Finding(rule, at) = line else { return None };
        self.findings.as_ref()?.rules.get(rule)?.listed.get(at)
    }

    /// As many problems of each rule as there is room for.
    fn fold(&mut self, height: usize) {
        self.folded = FOLDED;
        loop {
            let more = Self { folded: self.folded + 1, ..self.clone() };
            if more.lines().len() > height || more.folded > LISTED {
                return;
            }
            self.folded = more.folded;
        }
    }

    /// Moves to the next rule, or to the previous one.
    fn go_to_rule(&mut self, command: Command, height: usize) {
        let lines = self.lines();
        let here = self.pager.cursor;
        let mut rules = (0..lines.len()).filter(|at| matches!(lines.get(*at), Some(LintLine::Rule(_))));
        let to = match command {
            Command::PreviousMatch => rules.take_while(|at| *at < here).last(),
            _ => rules.find(|at| *at > here),
        };
        if let Some(to) = to {
            self.pager.move_to(to, lines.len(), height);
        }
    }

    /// Unfolds the rule of a line, or folds it again.
    fn turn(&mut self, line: LintLine, height: usize) {
        let at = line.rule();
        if !self.unfolded.remove(&at) {
            self.unfolded.insert(at);
        }
        let lines = self.lines();
        let here = match line {
            // The first of those that came to light.
            LintLine::More(..) => self.pager.cursor,
            LintLine::Rule(_) | LintLine::Finding(..) => {
                lines.iter().position(|known| *known == LintLine::Rule(at)).unwrap_or(0)
            }
        };
        self.pager.move_to(here, lines.len(), height);
    }
}

impl Context {
    /// Lines of the box in view: below them stands what the one under the cursor is about.
    #[must_use]
    pub fn lint_height(&self) -> usize {
        let explained = match self.size.1 {
            BELOW.. => EXPLAINED,
            // Two rows of the page are free besides.
            20.. => EXPLAINED - 1,
            _ => 0,
        };
        self.overlay_height() - explained
    }
}

/// Lines that explain the rule under the cursor, where the screen is high enough.
const EXPLAINED: usize = 4;

impl Dialog for LintList {
    fn manner(&self, _: &App) -> Manner {
        Manner::list(Some(Command::Lint), "nN").ending_when_locked()
    }

    fn key(&mut self, app: &mut App, key: Key) -> After {
        let height = app.cx.lint_height();
        match (key.ctrl, key.code, self.chosen()) {
            // An id is always understood.
            (false, Code::Enter, Some(line @ LintLine::Finding(..))) => {
                if let Some(id) = self.finding(line).map(|(id, _)| *id) {
                    let _ = app.run_with(Command::GoToId, &id.to_string());
                    return After::Close;
                }
            }
            (false, Code::Enter, Some(line)) => self.turn(line, height),
            (false, Code::Tab | Code::Char('n'), _) => self.go_to_rule(Command::NextMatch, height),
            (false, Code::BackTab | Code::Char('N'), _) => self.go_to_rule(Command::PreviousMatch, height),
            _ => return After::Unused,
        }
        After::Stay
    }

    fn list(&mut self, app: &App) -> Option<Lines<'_>> {
        let len = self.lines().len();
        Some(Lines { pager: &mut self.pager, len, height: app.cx.lint_height() })
    }
}

impl Dialogs {
    pub(in crate::app) fn open_lint(&mut self, cx: &mut Context, store: &mut Store) {
        self.current = Some(Overlay::Lint(Box::default()));
        let ticket = cx.tickets.open(Slot::Lint);
        let job = LintJob {
            records: store.records.clone(),
            targets: store.targets.clone(),
            gone: store.changes.gone.keys().copied().collect(),
            ignored: store.rules.ignored,
        };
        if job.records.len() <= AT_ONCE {
            self.linted(cx, job.run());
            return;
        }
        cx.effect(Effect::Lint { ticket, job: Box::new(job) });
    }

    /// The findings are there.
    pub(in crate::app) fn linted(&mut self, cx: &Context, findings: Findings) {
        if let Some(Overlay::Lint(list)) = &mut self.current {
            list.findings = Some(findings);
            list.fold(cx.lint_height());
        }
    }
}
