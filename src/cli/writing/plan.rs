//! What is to be done to many records, on disk while it is done: where the command is killed, the next console says how
//! far it came and offers to finish it. Nothing is sent that such a plan could not record, unless someone wants that.

use std::sync::{Arc, Mutex, PoisonError};

use super::super::session::now;
use super::{Desk, WriteJob, WriteKind};
use crate::cli::{CommandFailure, CommandResult};
use crate::domain::change::{Action, Ending, Mark, PlanLine};
use crate::domain::record::{FieldId, Record as _, ValueRef};
use crate::domain::state_error::StateError;
use crate::state::plans::{OpenPlan, Plans};

/// A plan, or none where there is nothing to plan.
#[derive(Debug, Clone, Default)]
pub(super) struct WritePlan {
    file: Option<Arc<Mutex<Option<OpenPlan>>>>,
    /// Whether it may have gaps.
    is_optional: bool,
}

impl WritePlan {
    fn note(&self, line: &PlanLine) -> Result<(), StateError> {
        let Some(plan) = &self.file else { return Ok(()) };
        // Nothing panics while holding it; if something did, the file is still there.
        let mut plan = plan.lock().unwrap_or_else(PoisonError::into_inner);
        plan.as_mut().map_or(Ok(()), |plan| plan.note(line))
    }

    /// Before a record is written.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn begun(&self, id: u64) -> Result<(), StateError> {
        let noted = self.note(&PlanLine::Begun(id));
        if self.is_optional { Ok(()) } else { noted }
    }

    /// After that. Where it cannot be noted, a plan that is left calls it unknown.
    pub fn ended(&self, id: u64, mark: Mark) {
        let _ = self.note(&PlanLine::Ended(id, mark));
    }

    /// It ended, and was reported.
    pub fn remove(&self) {
        let Some(plan) = &self.file else { return };
        if let Some(plan) = plan.lock().unwrap_or_else(PoisonError::into_inner).take() {
            plan.remove();
        }
    }
}

/// Whether a job is the second half of a bounce: to leave a record disabled would be worse than to have no plan.
pub(super) fn finishes_bounce(job: &WriteJob) -> bool {
    let enables =
        matches!(&job.what, WriteKind::Change(draft) if draft.value(FieldId::Enabled) == ValueRef::Flag(true));
    job.action == Action::Bounce && enables
}

impl Desk<'_> {
    /// Keeps a plan of what is done to several records, or in two halves.
    ///
    /// # Errors
    /// The disk refuses; nothing was sent.
    pub(super) fn plan(&mut self, jobs: &[WriteJob]) -> CommandResult<WritePlan> {
        let is_one = jobs.len() < 2 && jobs.iter().all(|job| job.action != Action::Bounce);
        let Some(state) = self.settings.places.state.as_deref().filter(|_| !self.common.no_plan && !is_one) else {
            return Ok(WritePlan::default());
        };
        // What is to be created has no id to be found by.
        let known = jobs.iter().filter(|job| job.what.subject().id() != 0);
        let line = |job: &WriteJob| self.line(job, &job.what.subject(), job.what.changes(), Ending::NotApplied);
        let lines: Vec<PlanLine> = known.map(|job| PlanLine::Planned(line(job))).collect();
        if lines.is_empty() {
            return Ok(WritePlan::default());
        }
        let is_optional = jobs.iter().all(finishes_bounce);
        match Plans::open(state, &self.settings.identity.origin).begin(std::process::id(), now(), lines) {
            Ok(plan) => Ok(WritePlan { file: Some(Arc::new(Mutex::new(Some(plan)))), is_optional }),
            Err(error) if is_optional => {
                self.output.message(&format!("warning: {error}"));
                Ok(WritePlan::default())
            }
            Err(error) => Err(CommandFailure::NoPlan(error)),
        }
    }
}
