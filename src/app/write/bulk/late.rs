//! Records of a change of many whose outcome came late, by reading them back: each is counted with the others, undone
//! with them, and a bounce goes on with what is known then.

use crate::domain::change::journal::Unfinished;
use crate::domain::change::outcome::OutcomeReport;
use crate::domain::change::verdict::verdict;
use crate::domain::change::{Action, Change, Draft, Ending, Mark, Outcome, RecordOutcome, Upshot};
use crate::domain::record::{FieldId, Record as _};

use crate::app::core::{Context, PlanNote, Tone};
use crate::app::model::part::BulkPart;
use crate::app::store::Store;
use crate::app::store::changes::Mine;
use crate::app::store::open_writes::UnderWay;
use crate::app::write::Writes;
use crate::app::write::bulk::{Batch, BatchStep, Leg};

impl Writes {
    /// The change of many with this number, as long as there is no newer one.
    fn batch_of(&mut self, number: u64) -> Option<&mut Batch> {
        self.bulk.as_deref_mut().filter(|batch| batch.number == number)
    }

    /// Whether a change of many needs its plan no more: everything is known, and nothing stayed off.
    fn plan_is_done(&self, store: &Store, number: u64) -> bool {
        let finished = |batch: &Batch| {
            batch.number == number && matches!(batch.step, BatchStep::Finished) && batch.left_off(store).is_empty()
        };
        !store.writes.has_open_parts(number) && self.bulk.as_deref().is_some_and(finished)
    }

    /// Half of a bounce was read back.
    pub(in crate::app) fn half_read_back(
        &mut self,
        cx: &mut Context,
        store: &mut Store,
        under_way: &UnderWay,
        leg: Leg,
        draft: &Draft,
        report: &OutcomeReport<'_>,
    ) {
        let id = under_way.id;
        let display_name = store.display_name(id);
        let so_far = under_way.so_far(cx);
        let (upshot, now) = (report.upshot, report.now);
        if !upshot.is_done()
            && let Some(now) = now
        {
            store.store_fetched(cx, now);
        }
        if matches!(upshot, Upshot::NotApplied | Upshot::Gone)
            && let Some(batch) = under_way.part.and_then(|part| self.batch_of(part.number))
            && let Some(is_known) = batch.not_off.get_mut(&id)
        {
            *is_known = true;
        }
        let text = match (upshot, leg, now) {
            (Upshot::Applied | Upshot::Altered | Upshot::AppliedUnseen, _, Some(now)) => {
                store.store_as(cx, now, Mine::Fields(&[FieldId::Enabled]));
                if let Some(batch) = under_way.part.and_then(|part| self.batch_of(part.number))
                    && let Some(lot) = batch.lots.get_mut(&id)
                {
                    lot.after = Some(Box::new((now.registration.clone(), now.tag.clone())));
                    batch.not_off.remove(&id);
                }
                let how = report.error.map(|error| under_way.how_known(cx, error)).unwrap_or_default();
                match leg {
                    Leg::Off => format!("{display_name}: disabled for its bounce{how}"),
                    Leg::On => format!("{display_name}: enabled again, its bounce is complete{how}"),
                }
            }
            (Upshot::NotApplied, Leg::Off, _) => format!("{display_name}: NOT disabled {so_far}, so it is not bounced"),
            (Upshot::NotApplied, Leg::On, _) => {
                format!("{display_name} is DISABLED: it was NOT enabled again {so_far}")
            }
            (Upshot::Unclear | Upshot::Moved, ..) => {
                format!("{display_name}: the server does not show whether it is enabled")
            }
            (Upshot::Gone, ..) => {
                store.mark_deleted(cx, &[id]);
                format!("{display_name} was deleted during its bounce")
            }
            // Reading back does not end like this.
            _ => return,
        };
        let (tone, ending) = match upshot.row().ending {
            Some(ending) if ending.is_applied() => (Tone::Good, Ending::AppliedUnseen),
            // Once it is read back, someone else made it what it is.
            Some(Ending::Unknown) if under_way.late.is_some() => (Tone::Bad, Ending::Conflict),
            ending => (Tone::Bad, ending.unwrap_or(Ending::Unknown)),
        };
        cx.say(tone, text);
        let line = cx.line_of_changes(Action::Bounce, draft.base(), Change::of_draft(draft), ending);
        cx.record(line);
    }

    /// It is known what became of a record of many.
    pub(in crate::app) fn part_finished(
        &mut self,
        cx: &mut Context,
        store: &mut Store,
        part: BulkPart,
        id: u64,
        fate: RecordOutcome,
    ) {
        let done = matches!(fate, RecordOutcome::Done | RecordOutcome::AlreadySo);
        let mark = Mark::from(&fate);
        let unclear = matches!(fate, RecordOutcome::Unknown(_) | RecordOutcome::Conflict(_));
        let now = cx.now.mono;
        let mut waits = false;
        if let Some(batch) = self.batch_of(part.number) {
            waits = matches!(batch.step, BatchStep::Waiting(_));
            batch.bulk.resolve(&id, fate);
            batch.look(now);
            cx.note_end(id, mark);
        }
        let is_off = match part.half {
            // Its second half is sent after the wait.
            Some(Leg::Off) => done && !waits,
            Some(Leg::On) => !done && store.records.get(id).is_some() && !store.is_deleted(id),
            None => false,
        };
        if is_off && !self.unfinished.off.iter().any(|bounce| bounce.id == id) {
            let name = store.records.get(id).map(|row| row.name().to_owned()).unwrap_or_default();
            let (since, pid) = (cx.now.wall, cx.setup.pid);
            let ending = if unclear { Ending::Unknown } else { Ending::AppliedUnseen };
            self.unfinished.off.push(Unfinished { id, name, since, pid, ending });
            self.unfinished.offered = false;
        }
        if self.plan_is_done(store, part.number) {
            cx.note(PlanNote::End);
        }
        self.batch_woke(cx, store);
    }
}

impl Store {
    /// How a record of many ended that was read back.
    pub(in crate::app) fn late_fate(&self, under_way: &UnderWay, outcome: &Outcome) -> RecordOutcome {
        match under_way.write.wanted() {
            Some(wanted) => verdict(wanted, outcome, &self.targets).fate,
            // Many are written in no other way.
            None => RecordOutcome::Unknown(String::new()),
        }
    }
}
