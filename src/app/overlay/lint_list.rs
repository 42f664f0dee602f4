//! The problems of the loaded records by rule, the worst first; Enter goes to a record, or unfolds a rule.

use std::collections::BTreeSet;

use crate::domain::rules::Finding;
use crate::keys::{Code, Command, Key};

use crate::app::core::{Context, Effect, Slot};
use crate::app::jobs::arrange::AT_ONCE;
use crate::app::jobs::lint::{Findings, LISTED, LintJob};
use crate::app::overlay::{After, Dialog, DialogLines, Dialogs, KeyHandling, Overlay};
use crate::app::rooms::Rooms;
use crate::app::store::Store;
use crate::app::widget::Pager;
use crate::app::widget::layout::BELOW;

/// Problems of a rule that are shown at least before it is unfolded.
const FOLDED: usize = 2;

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
    pub fn chosen(&self) -> Option<LintLine> {
        self.lines().get(self.pager.cursor).copied()
    }

    /// The problem of a line, with the id of its record.
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
    fn manner(&self, _: &Rooms) -> KeyHandling {
        KeyHandling::list(Some(Command::Lint), "nN").ending_when_locked()
    }

    fn key(&mut self, rooms: &mut Rooms, _: &mut Dialogs, key: Key) -> After {
        let height = rooms.cx.lint_height();
        match (key.ctrl, key.code, self.chosen()) {
            (false, Code::Enter, Some(line @ LintLine::Finding(..))) => {
                if let Some(id) = self.finding(line).map(|(id, _)| *id) {
                    rooms.go_to(id);
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

    fn list(&mut self, rooms: &Rooms, _: &Dialogs) -> Option<DialogLines<'_>> {
        let len = self.lines().len();
        Some(DialogLines { pager: &mut self.pager, len, height: rooms.cx.lint_height() })
    }
}

impl Dialogs {
    pub(in crate::app) fn open_lint(&mut self, cx: &mut Context, store: &mut Store) {
        self.current = Some(Overlay::Lint(Box::default()));
        let ticket = cx.tickets.open(Slot::Lint);
        let job = LintJob {
            records: store.records.clone(),
            targets: store.targets.clone(),
            deleted: store.changes.deleted.keys().copied().collect(),
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
