//! Plans of changes of many records on disk: a file each, `STATE/bulk/PROFILE@PROCESS-TIME.jsonl`, locked by who
//! carries it out and removed when it is over. One that no one holds is left from someone who was killed.

use std::borrow::Borrow;
use std::fs::File;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use rustix::fs::{FlockOperation, OFlags};

use crate::domain::change::{PlanLine, UnfinishedPlan};

use crate::domain::state_error::{Attempt, FileFault, FileObstacle, StateError};
use crate::state::folder::Folder;
use crate::state::name;

/// The directory of all profiles' plans.
const BULK: &str = "bulk";

/// A file larger than this, in bytes, is no plan of ours.
const LARGEST: u64 = 512 << 20;

/// Bytes that are written at a time.
const PIECE: usize = 64 << 10;

/// Plans of one profile. All calls may block.
#[derive(Debug)]
pub struct Plans {
    state: PathBuf,
    profile: String,
}

/// A plan that is ours, until dropped.
#[derive(Debug)]
pub struct OpenPlan {
    file: File,
    folder: Folder,
    name: String,
    /// Whether the last line was cut short.
    torn: bool,
}

/// What no one carries out any more.
#[derive(Debug, Default)]
pub struct Abandoned {
    /// What is left, with the right to go on with each.
    pub plans: Vec<(UnfinishedPlan, OpenPlan)>,
    /// What cannot be read.
    pub unreadable: Vec<StateError>,
}

impl Plans {
    /// The plans of a profile, below the state directory. Touches nothing.
    pub fn open(state: &Path, profile: &str) -> Self {
        Self { state: state.to_path_buf(), profile: name::of_profile(profile) }
    }

    /// Begins a plan, on the disk before this returns.
    ///
    /// # Errors
    /// The disk does not let us.
    pub fn begin(
        &self,
        pid: u32,
        now: DateTime<Utc>,
        lines: impl IntoIterator<Item = PlanLine>,
    ) -> Result<OpenPlan, StateError> {
        self.begun(pid, now, lines).map_err(|fault| fault.during(Attempt::KeepPlan))
    }

    fn begun(
        &self,
        pid: u32,
        now: DateTime<Utc>,
        lines: impl IntoIterator<Item = PlanLine>,
    ) -> Result<OpenPlan, FileFault> {
        let folder = Folder::create(&self.state, &[BULK])?;
        let name = format!("{}@{pid}-{}.jsonl", self.profile, now.timestamp_micros());
        let flags = OFlags::RDWR | OFlags::APPEND | OFlags::CREATE | OFlags::EXCL;
        let file = folder.open_file(&name, flags)?;
        // Where files cannot be locked, another console could offer this plan while it runs; it says when it began.
        let _ = rustix::fs::flock(&file, FlockOperation::NonBlockingLockExclusive);
        let mut plan = OpenPlan { file, folder, name, torn: false };
        let written = plan.write(lines).and_then(|()| {
            plan.file.sync_data().map_err(|error| FileFault::at(plan.folder.path_of(&plan.name), error))
        });
        if let Err(fault) = written {
            // A part of a plan, of which nothing was sent, is not to be offered.
            plan.remove();
            return Err(fault);
        }
        Ok(plan)
    }

    /// What is left of plans that no one carries out any more.
    ///
    /// # Errors
    /// The disk does not let us.
    pub fn abandoned(&self) -> Result<Abandoned, StateError> {
        self.left().map_err(|fault| fault.during(Attempt::ReadPlans))
    }

    fn left(&self) -> Result<Abandoned, FileFault> {
        let mut left = Abandoned::default();
        let Some(folder) = Folder::open(&self.state, &[BULK])? else { return Ok(left) };
        let ours = format!("{}@", self.profile);
        let mut names = folder.names()?;
        names.retain(|name| name.starts_with(&ours));
        names.sort();
        for name in names {
            let file = match folder.open_file(&name, OFlags::RDWR | OFlags::APPEND) {
                Ok(file) => file,
                // Its console ended well meanwhile.
                Err(fault) if fault.obstacle == FileObstacle::Gone => continue,
                Err(fault) => {
                    left.unreadable.push(fault.during(Attempt::ReadPlans));
                    continue;
                }
            };
            let locked = rustix::fs::flock(&file, FlockOperation::NonBlockingLockExclusive).is_ok();
            if !locked || !folder.leads_to(&name, &file) {
                continue;
            }
            let mut bytes = Vec::new();
            if let Err(error) = (&file).take(LARGEST).read_to_end(&mut bytes) {
                let fault = FileFault::at(folder.path_of(&name), error);
                left.unreadable.push(fault.during(Attempt::ReadPlans));
                continue;
            }
            let torn = bytes.last().is_some_and(|last| *last != b'\n');
            let plan = OpenPlan { file, folder: folder.duplicate()?, name: name.clone(), torn };
            match UnfinishedPlan::read(name, &bytes) {
                Some(found) if !found.is_complete() => left.plans.push((found, plan)),
                Some(_) | None => plan.remove(),
            }
        }
        Ok(left)
    }
}

impl OpenPlan {
    /// Adds a line.
    ///
    /// # Errors
    /// The disk does not let us.
    pub fn note(&mut self, line: &PlanLine) -> Result<(), StateError> {
        self.write([line]).map_err(|fault| fault.during(Attempt::KeepPlan))
    }

    /// Writes lines, in pieces: a plan of a hundred thousand is never in memory as a whole.
    fn write<L: Borrow<PlanLine>>(&mut self, lines: impl IntoIterator<Item = L>) -> Result<(), FileFault> {
        // Behind a line that was cut short this one would be lost with it.
        let mut bytes = if self.torn { vec![b'\n'] } else { Vec::new() };
        for line in lines {
            let encoded = serde_json::to_writer(&mut bytes, line.borrow());
            encoded.map_err(|error| FileFault::at(self.folder.path_of(&self.name), error))?;
            bytes.push(b'\n');
            if bytes.len() >= PIECE {
                self.send(&bytes)?;
                bytes.clear();
            }
        }
        self.send(&bytes)
    }

    fn send(&mut self, bytes: &[u8]) -> Result<(), FileFault> {
        let written = self.file.write_all(bytes).map_err(|error| FileFault::at(self.folder.path_of(&self.name), error));
        self.torn = written.is_err();
        written
    }

    /// Removes the plan of a finished bulk change.
    pub fn remove(self) {
        // A file that cannot be removed is offered again, which is asked before anything is done.
        let _ = self.folder.remove(&self.name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::change::journal::Author;
    use crate::domain::change::{Action, Change, Ending, JournalLine, Mark};
    use crate::domain::record::{FieldId, Registration, Value};

    fn lines() -> Vec<PlanLine> {
        let author = Author { profile: "eu".to_owned(), user: None, pid: 7 };
        let change = Change::new(FieldId::Enabled, Value::Flag(true).as_ref(), Value::Flag(false).as_ref());
        let line = |id| {
            let record = Registration::new(id);
            let (author, changes) = (author.clone(), vec![change.clone()]);
            let (time, ending) = (DateTime::UNIX_EPOCH, Ending::NotApplied);
            PlanLine::Planned(JournalLine::of_changes(time, author, Action::Toggle, &record, changes, ending))
        };
        (1..=3).map(line).collect()
    }

    #[test]
    fn a_plan_is_nobodys_once_its_console_is_gone() {
        let state = tempfile::tempdir().unwrap();
        let plans = Plans::open(state.path(), "eu");
        let mut plan = plans.begin(7, DateTime::UNIX_EPOCH, lines()).unwrap();
        plan.note(&PlanLine::Begun(1)).unwrap();
        plan.note(&PlanLine::Ended(1, Mark::Done)).unwrap();
        plan.note(&PlanLine::Begun(2)).unwrap();
        assert!(plans.abandoned().unwrap().plans.is_empty(), "it is carried out");
        drop(plan);
        assert!(Plans::open(state.path(), "us").abandoned().unwrap().plans.is_empty());
        let found = plans.abandoned().unwrap().plans;
        assert_eq!(found[0].0.left(), [2, 3]);
        assert!(plans.abandoned().unwrap().plans.is_empty(), "somebody looks at it");
        for (_, plan) in found {
            plan.remove();
        }
        assert!(plans.abandoned().unwrap().plans.is_empty());
    }

    #[test]
    fn a_line_cut_short_hides_none_of_the_others() {
        let state = tempfile::tempdir().unwrap();
        let plans = Plans::open(state.path(), "eu");
        let mut plan = plans.begin(7, DateTime::UNIX_EPOCH, lines()).unwrap();
        plan.note(&PlanLine::Begun(1)).unwrap();
        plan.file.write_all(b"{\"ended\":[1,").unwrap();
        drop(plan);
        assert_eq!(plans.abandoned().unwrap().plans[0].0.records[0].1, Mark::Unknown);
    }

    #[test]
    fn a_plan_that_cannot_be_opened_is_told() {
        let state = tempfile::tempdir().unwrap();
        let plans = Plans::open(state.path(), "eu");
        drop(plans.begin(7, DateTime::UNIX_EPOCH, lines()).unwrap());
        let odd = state.path().join("bulk").join(format!("{}@8-0.jsonl", plans.profile));
        std::os::unix::fs::symlink("/dev/null", &odd).unwrap();
        let found = plans.abandoned().unwrap();
        assert_eq!((found.plans.len(), found.unreadable.len()), (1, 1));
        assert!(found.unreadable[0].fault.path == odd, "{:?}", found.unreadable);
    }

    #[test]
    fn a_line_that_the_disk_cut_short_takes_no_other_with_it() {
        let state = tempfile::tempdir().unwrap();
        let plans = Plans::open(state.path(), "eu");
        let mut plan = plans.begin(7, DateTime::UNIX_EPOCH, lines()).unwrap();
        let file = std::mem::replace(&mut plan.file, File::options().write(true).open("/dev/full").unwrap());
        plan.note(&PlanLine::Begun(1)).unwrap_err();
        plan.file = file;
        // As much as the disk had room for.
        plan.file.write_all(b"{\"begun\":").unwrap();
        plan.note(&PlanLine::Begun(2)).unwrap();
        drop(plan);
        let found = plans.abandoned().unwrap().plans;
        assert_eq!(found[0].0.records[1].1, Mark::Unknown, "the second was sent");
        assert_eq!(found[0].0.damaged.len(), 1);
    }

    #[test]
    fn a_plan_that_was_done_is_no_leftover() {
        let state = tempfile::tempdir().unwrap();
        let plans = Plans::open(state.path(), "eu");
        let mut plan = plans.begin(7, DateTime::UNIX_EPOCH, lines()).unwrap();
        for id in 1..=3 {
            plan.note(&PlanLine::Ended(id, Mark::Done)).unwrap();
        }
        drop(plan);
        assert!(plans.abandoned().unwrap().plans.is_empty());
        assert_eq!(std::fs::read_dir(state.path().join("bulk")).unwrap().count(), 0);
    }
}
