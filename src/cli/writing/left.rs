//! What is left when writes end: what was not sent, and of what no answer was waited for. All of it is named.

use super::run::Results;
use super::wording::RecordVerdict;
use super::{Desk, WriteJob, results as objects};
use crate::cli::{CommandResult, Exit};
use crate::domain::change::bulk::{Bulk, ItemState};
use crate::domain::change::{Ending, RecordOutcome};
use crate::state::unsent;

impl Desk<'_> {
    /// Does what may be done at any time, and then what has to wait for each other. Returns the exit code of all, with
    /// those of records that were left out before.
    ///
    /// # Errors
    /// As [`Desk::run`].
    pub async fn run_with_moves(
        &mut self,
        free: &[WriteJob],
        moves: &[(WriteJob, Option<usize>)],
        others: &[Exit],
    ) -> CommandResult {
        let mut others = others.to_vec();
        if !free.is_empty() {
            let results = self.run_all(free).await?;
            if moves.is_empty() || results.interrupted || results.deaf.is_some() || !results.left.is_empty() {
                self.leave_unsent(first_steps(moves.iter().map(|(job, _)| job), &[]));
                return Ok(results.heard()?.exit(&others));
            }
            others.push(results.exit(&[]));
        }
        self.run_in_order(moves, &others).await
    }

    /// Does one after the other, each only after the one that it has to wait for. Ends where that cannot be done.
    async fn run_in_order(&mut self, jobs: &[(WriteJob, Option<usize>)], others: &[Exit]) -> CommandResult {
        let mut all = Results::default();
        let (mut unsent, mut failed) = (Vec::new(), Vec::new());
        for (index, (job, after)) in jobs.iter().enumerate() {
            let waits = after.filter(|before| !all.verdicts.get(before).is_some_and(RecordVerdict::is_as_wanted));
            if waits.is_some() || all.interrupted || all.deaf.is_some() {
                unsent.push(job);
                continue;
            }
            let results = self.run_all(std::slice::from_ref(job)).await?;
            all.interrupted |= results.interrupted;
            all.deaf = results.deaf;
            let ended = results.verdicts.into_values().next();
            if !ended.as_ref().is_some_and(RecordVerdict::is_as_wanted) {
                failed.push(job.what.id());
            }
            all.verdicts.extend(ended.map(|verdict| (index, verdict)));
        }
        self.leave_unsent(first_steps(unsent, &failed));
        Ok(all.heard()?.exit(others))
    }

    /// Says that these are not sent.
    pub fn leave_unsent<'j>(&mut self, jobs: impl IntoIterator<Item = &'j WriteJob>) {
        let mut names = Vec::new();
        for job in jobs {
            objects::unsent(self.output, job, &self.targets);
            names.push(job.what.display_name());
        }
        self.report_unsent(&names);
    }

    /// Says what was not sent: all of a few, of many the count, the first ones, and a file with all.
    fn report_unsent(&mut self, names: &[String]) {
        const SHOWN: usize = 10;
        if names.is_empty() {
            return;
        }
        if names.len() <= SHOWN {
            self.output.message(&format!("not sent: {}", names.join(", ")));
            return;
        }
        let first = names.get(..SHOWN).unwrap_or_default().join(", ");
        let rest = names.len() - SHOWN;
        self.output.message(&format!("not sent: {} registrations: {first} and {rest} more", names.len()));
        let Some(state) = self.settings.places.state.clone() else { return };
        match unsent::keep(&state, &self.settings.identity.origin, names) {
            Ok(path) => self.output.message(&format!("all that was not sent: {}", path.display())),
            Err(error) => self.output.message(&format!("warning: {error}")),
        }
    }

    /// Says what was not done, and of what the result is not known.
    pub(super) fn leave(&mut self, jobs: &[WriteJob], bulk: &Bulk<usize>, results: &mut Results) {
        let mut unsent = Vec::new();
        for item in bulk.items() {
            let Some(job) = jobs.get(item.key) else { continue };
            match item.state {
                ItemState::Running => {
                    let line = self.line(job, &job.what.subject(), job.what.changes(), Ending::Unknown);
                    self.record(&line.of_write(results.writes.get(&item.key).cloned()));
                    let words = format!("result UNKNOWN; {}", job.what.how_to_check());
                    objects::unanswered(self.output, job, &self.targets, &words);
                    self.output.message(&format!("sipreg: {}: {words}", job.what.display_name()));
                    results.open.push(item.key);
                }
                ItemState::Waiting | ItemState::Ended(RecordOutcome::NotSent) => {
                    unsent.push(job);
                    results.left.push(item.key);
                }
                ItemState::Ended(_) => {}
            }
        }
        self.leave_unsent(unsent);
        let counts = bulk.counts();
        if counts.total() > 1 {
            let reported = [
                (counts.done, "done"),
                (counts.already_so, "unchanged"),
                (counts.conflicts, "changed meanwhile"),
                (counts.failed, "failed"),
                (counts.unknown + counts.running, "UNKNOWN"),
                (counts.not_sent, "not sent"),
            ];
            let reported: Vec<String> = reported
                .iter()
                .filter(|(count, _)| *count > 0)
                .map(|(count, what)| format!("{count} {what}"))
                .collect();
            self.output.remark(&reported.join(", "));
        }
    }
}

/// Of several steps of one record the first, by the name that the record has; none of those whose end was reported.
fn first_steps<'j>(jobs: impl IntoIterator<Item = &'j WriteJob>, reported: &[u64]) -> Vec<&'j WriteJob> {
    let mut known = reported.to_vec();
    let mut first = Vec::new();
    for job in jobs {
        let id = job.what.id();
        // What is to be created has none yet.
        if id == 0 || !known.contains(&id) {
            known.push(id);
            first.push(job);
        }
    }
    first
}
