//! The checks over a whole list: which records deserve a sign, what is wrong with each, and how many there are of
//! what. The rules are those of `check`; here they are only carried through many records in linear time.

use crate::domain::count::counted;
use crate::domain::record::Record;
use crate::domain::rules::check::{self, LintVerdict, all};
use crate::domain::rules::chunks::in_chunks;
use crate::domain::rules::rule::subject::CheckContext;
use crate::domain::rules::rule::{Finding, Rule, Severity};

/// What is missing for some checks of a record, behind `its`.
pub const UNREAD: &str = "POP, node or transport is not read yet";

/// What a row's sign is made of. Makes no text.
pub fn sign(record: &impl Record, context: &CheckContext<'_>) -> LintVerdict {
    check::verdict(record, context)
}

/// Whether a record has something that deserves a sign, for `is:lint`.
pub fn is_signed(record: &impl Record, context: &CheckContext<'_>) -> bool {
    sign(record, context).worst.is_some_and(Severity::is_signed)
}

/// What was found about one record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LintResult {
    /// ID of the record.
    pub id: u64,
    /// What is wrong, the worst first.
    pub findings: Vec<Finding>,
    /// Rules that would have found something and are ignored.
    pub ignored: Vec<&'static Rule>,
    /// Whether it could not be checked in full.
    pub unread: bool,
}

impl LintResult {
    /// Whether there is nothing to say.
    const fn is_nothing(&self) -> bool {
        self.findings.is_empty() && self.ignored.is_empty() && !self.unread
    }
}

impl LintResult {
    /// What its sign is made of.
    pub fn verdict(&self) -> LintVerdict {
        let worst = self.findings.iter().map(|finding| finding.severity).max();
        LintVerdict { worst, ignored: !self.ignored.is_empty() }
    }
}

/// Looks at each of these records, on several threads where there are many. Those of which nothing is to be said are
/// left out; the others come in their order.
pub fn lint_all<R: Record + Sync>(rows: &[R], context: &CheckContext<'_>) -> Vec<LintResult> {
    let parts = in_chunks(rows, |part| {
        let looked = part.iter().map(|record| {
            let (findings, ignored) = (check::record(record, context), check::ignored(record, context));
            LintResult { id: record.id(), findings, ignored, unread: context.targets().is_unread(record) }
        });
        looked.filter(|looked| !looked.is_nothing()).collect::<Vec<_>>()
    });
    parts.into_iter().flatten().collect()
}

/// How many records have findings, by the worst of each.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// Records that cannot work as they stand.
    pub down: usize,
    /// Records with an error.
    pub errors: usize,
    /// Records with warnings.
    pub warnings: usize,
    /// Records with something worth knowing only.
    pub infos: usize,
    /// Records of which something is ignored.
    pub ignored: usize,
    /// Records of which it is not known where a relationship leads, so that findings may be missing.
    pub unread: usize,
    /// Findings by rule, in the order of the table; in front those that are ignored by no one.
    rules: Vec<usize>,
}

impl Tally {
    /// Counts a finding.
    pub fn count(&mut self, finding: &Finding) {
        let Some(found) = finding.rule else { return };
        // Mostly it is the same piece of memory, which is quicker to see than the same name.
        let known = all().position(|rule| std::ptr::eq(rule, found));
        let Some(at) = known.or_else(|| all().position(|rule| rule == found)) else { return };
        if self.rules.len() <= at {
            self.rules.resize(at + 1, 0);
        }
        if let Some(count) = self.rules.get_mut(at) {
            *count += 1;
        }
    }

    /// Counts a record by its worst finding.
    pub fn note(&mut self, verdict: LintVerdict) {
        match verdict.worst {
            Some(Severity::Down) => self.down += 1,
            Some(Severity::Error) => self.errors += 1,
            Some(Severity::Warning) => self.warnings += 1,
            Some(Severity::Info) => self.infos += 1,
            None => {}
        }
        self.ignored += usize::from(verdict.ignored);
    }

    /// Counts what was found about a record, by its worst.
    pub fn take(&mut self, looked: &LintResult) {
        self.note(looked.verdict());
        self.unread += usize::from(looked.unread);
        for finding in &looked.findings {
            self.count(finding);
        }
    }

    /// What was not checked; `None` where all was.
    pub fn unread_sentence(&self) -> Option<String> {
        let (are, their) = match self.unread {
            0 => return None,
            1 => ("registration is", "its"),
            _ => ("registrations are", "their"),
        };
        Some(format!("{} {are} not fully checked: {their} {UNREAD}", self.unread))
    }

    /// How many records have findings.
    pub const fn records(&self) -> usize {
        self.down + self.errors + self.warnings + self.infos
    }

    /// The rules that found something with how often they did, the worst first, then the most frequent.
    pub fn by_rule(&self) -> Vec<(&'static Rule, usize)> {
        let mut counted: Vec<_> = all().zip(self.rules.iter().copied()).filter(|(_, count)| *count > 0).collect();
        counted.sort_by_key(|(rule, count)| (std::cmp::Reverse((rule.severity, *count)), rule.id));
        counted
    }

    /// Whether a record is as bad as this, or worse.
    pub const fn has(&self, least: Severity) -> bool {
        match least {
            Severity::Down => self.down > 0,
            Severity::Error => self.down + self.errors > 0,
            Severity::Warning => self.down + self.errors + self.warnings > 0,
            Severity::Info => self.records() > 0,
        }
    }

    /// `3 DOWN, 2 errors, 5 warnings`: how many registrations are how bad at worst; empty without any.
    pub fn sentence(&self) -> String {
        self.counts().into_iter().map(|(_, reported)| reported).collect::<Vec<_>>().join(", ")
    }

    /// Of each severity how many, the worst first.
    pub fn counts(&self) -> Vec<(Severity, String)> {
        let reported = [
            (self.down, Severity::Down, format!("{} DOWN", self.down)),
            (self.errors, Severity::Error, counted(self.errors, "error")),
            (self.warnings, Severity::Warning, counted(self.warnings, "warning")),
            (self.infos, Severity::Info, format!("{} info", self.infos)),
        ];
        reported.into_iter().filter(|(count, ..)| *count > 0).map(|(_, severity, text)| (severity, text)).collect()
    }
}

/// Counts records with findings, and findings by rule.
pub fn tally<'l>(looked: impl IntoIterator<Item = &'l LintResult>) -> Tally {
    let mut tally = Tally::default();
    for looked in looked {
        tally.take(looked);
    }
    tally
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::query::Segment;
    use crate::domain::record::{FieldId, Registration, Targets, Value};
    use crate::domain::rules::{Census, OnServer};

    fn named(id: u64, name: &str, expire: i64) -> Registration {
        let mut record = Registration::new(id);
        record.set(FieldId::Name, Value::Text(name.to_owned()));
        record.set(FieldId::Expire, Value::Number(expire));
        record
    }

    #[test]
    fn a_list_is_counted_by_the_worst_of_each_record_and_by_rule() {
        let mut down = named(5, "d", 0);
        down.set(FieldId::Domain, Value::Text("a b".to_owned()));
        let records = [named(1, "a", 3600), named(2, "b", 10), named(3, "c", -1), named(4, "a", 0), down];
        let packed = Segment::of(&records);
        let targets = Targets::default();
        let rows: Vec<_> = packed.iter().collect();
        let census = Census::of(packed.iter(), &targets);
        assert_eq!(Census::of_many(&rows, &targets), census);
        let context = CheckContext::new(&targets, Some(&census), OnServer::Loaded);
        let looked = lint_all(&rows, &context);
        let counted = tally(&looked);
        assert_eq!((counted.down, counted.errors, counted.warnings, counted.infos), (1, 1, 3, 0));
        assert_eq!(counted.sentence(), "1 DOWN, 1 error, 3 warnings");
        let by_rule: Vec<(&str, usize)> = counted.by_rule().into_iter().map(|(rule, count)| (rule.id, count)).collect();
        assert_eq!(
            by_rule,
            [("domain-host", 1), ("out-of-range", 1), ("same-name", 2), ("expire-short", 1), ("expire-zero", 2)]
        );
        for (least, has) in [(Severity::Down, true), (Severity::Error, true), (Severity::Info, true)] {
            assert_eq!(counted.has(least), has);
        }
        let alone = lint_all(&records[..1], &CheckContext::new(&targets, None, OnServer::Loaded));
        assert!(!tally(&alone).has(Severity::Info));
        assert_eq!(looked.iter().map(|looked| looked.findings.len()).sum::<usize>(), 7);
    }
}
