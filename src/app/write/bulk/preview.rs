//! What would become of a record: compared with how it was shown when it was marked, checked as in the form.
//! Decides what is sent; sends nothing.

use std::collections::BTreeMap;

use crate::domain::answer::Tag;
use crate::domain::change::draft::{NodeAct, act_of_making, act_of_removal};
use crate::domain::change::merge::compare;
use crate::domain::change::outlook::is_compared;
use crate::domain::change::{Difference, Draft, Outlook, Toggle, verdict};
use crate::domain::record::{FieldId, Record as _, Registration, Targets, Value, show};
use crate::domain::rules::{Finding, check};

use crate::app::core::{IfMatch, Write};
use crate::app::model::history::{EntryState, UndoKind};
use crate::app::store::Store;
use crate::app::write::bulk::{Ahead, Lot, Task};
use crate::app::write::recreate::password_of;

const fn switch(to: Toggle) -> (FieldId, Value) {
    (FieldId::Enabled, Value::Flag(to.enabled()))
}

fn deleting(lot: Lot, shown: Registration, tag: Option<Tag>, if_match: IfMatch, targets: &Targets) -> Lot {
    let act = act_of_removal(&shown, targets);
    let write = Write::Delete { shown: Box::new(shown), tag, if_match };
    Lot { ahead: Ahead::Sends("delete".into()), act, write: Some(write.into()), ..lot }
}

impl Store {
    /// Whether a task deletes records.
    pub(super) fn deletes(&self, task: &Task) -> bool {
        match task {
            Task::Delete => true,
            Task::TakeBack(entries, _) => entries
                .values()
                .any(|entry| self.history.get(*entry).is_some_and(|entry| entry.course() == UndoKind::Delete)),
            Task::Set(_) | Task::Finish(..) | Task::Bounce | Task::SwitchOn => false,
        }
    }

    /// What a task would do to a record that was shown so and is so now.
    pub(super) fn ahead(&self, task: &Task, id: u64, now: Option<Registration>) -> Lot {
        let of = task.entry_of(id);
        let name = now.as_ref().map(|now| now.name().to_owned()).filter(|name| !name.is_empty());
        let known = || self.display_name(id).split_once(' ').map(|(_, name)| name.to_owned());
        let entry = of.and_then(|index| self.history.get(index));
        let name = name.or_else(known).or_else(|| entry.map(|entry| entry.name().to_owned())).unwrap_or_default();
        let mut lot = Lot::named(&name);
        if self.writes.is_writing(id) {
            return Lot { ahead: Ahead::LeftAlone("another change of it is running".into()), ..lot };
        }
        if let Some(entry) = entry.filter(|entry| entry.course() == UndoKind::Make) {
            let (draft, _) = self.carry_over(&entry.after.0.record(), entry.id);
            let what = format!("re-create with a new ID; {}", password_of(&entry.after.0.record()).to_lowercase());
            // It keeps the old ID until it is made, but nodes see another registration.
            let act = act_of_making(&draft, &self.targets);
            return Lot {
                ahead: Ahead::Sends(what.into()),
                act,
                write: Some(Write::Create(Box::new(draft)).into()),
                ..lot
            };
        }
        let Some(now) = now else {
            lot.set_note(format!("gone: deleted{}", self.deleted_by(id)));
            return lot;
        };
        let seen = match entry {
            Some(entry) => Some(entry.after.0.record()),
            None => {
                self.marks.as_marked(id).or_else(|| self.records.get(id).map(|row| Registration::from_record(&row)))
            }
        };
        let differences = seen.map(|seen| compare(&Draft::new(seen, None), &now)).unwrap_or_default();
        let differences = self.by_others(id, &differences);
        lot.remark(self.foreign(id, &differences), self.drafted(id));
        match task {
            Task::Set(values) => self.changing(lot, now, None, values),
            Task::Finish(values, _) => {
                let values = values.get(&id).cloned().unwrap_or_default();
                self.changing(lot, now, None, &values)
            }
            Task::Bounce => match now.enabled() {
                Some(true) => {
                    let lot = self.changing(lot, now, None, &[switch(Toggle::Off)]);
                    match lot.ahead {
                        Ahead::Sends(_) => Lot {
                            ahead: Ahead::Sends("disable, enable after one poll".into()),
                            act: if lot.act == NodeAct::Stop { NodeAct::Bounce } else { lot.act },
                            ..lot
                        },
                        Ahead::AlreadySo(_) | Ahead::LeftAlone(_) | Ahead::Gone => lot,
                    }
                }
                Some(false) => Lot { ahead: Ahead::LeftAlone("already disabled".into()), ..lot },
                None => Lot { ahead: Ahead::LeftAlone("the server does not show whether it is enabled".into()), ..lot },
            },
            Task::SwitchOn => self.changing(lot, now, None, &[switch(Toggle::On)]),
            Task::Delete => deleting(lot, now, None, self.writes.if_match, &self.targets),
            Task::TakeBack(..) => {
                let Some(entry) = entry.cloned() else { return lot };
                if !entry.is_reversible() {
                    return Lot { ahead: Ahead::LeftAlone("the previous value is unknown".into()), ..lot };
                }
                let (after, tag) = (entry.after.0.record(), entry.after.1.clone());
                if entry.course() == UndoKind::Delete {
                    // A re-created record may have been changed since by someone: what is there now is shown.
                    let (shown, tag) = if entry.standing == EntryState::Done { (after, tag) } else { (now, None) };
                    return deleting(lot, shown, tag, self.writes.if_match, &self.targets);
                }
                let values: Vec<(FieldId, Value)> = entry
                    .changes
                    .iter()
                    .map(|(field, before, done)| match entry.standing {
                        EntryState::Done => (*field, before.clone()),
                        EntryState::Undone => (*field, done.clone()),
                    })
                    .collect();
                let same = |difference: &&Difference| {
                    let wanted = values.iter().find(|(field, _)| *field == difference.field);
                    wanted.is_some_and(|(_, value)| *value != difference.answer)
                };
                if let Some(difference) = differences.iter().find(same) {
                    let label = difference.field.field().label;
                    let why = format!("{} since: unchanged", self.others(id).changed(label));
                    return Lot { ahead: Ahead::LeftAlone(why.into()), ..lot };
                }
                // From the record as it was left then: whatever others changed since is theirs.
                let tag = if differences.is_empty() { tag } else { None };
                self.changing(lot, if differences.is_empty() { after } else { now }, tag, &values)
            }
        }
    }

    fn changing(&self, lot: Lot, now: Registration, tag: Option<Tag>, values: &[(FieldId, Value)]) -> Lot {
        let mut asked = Draft::new(now, tag);
        for (field, value) in values {
            asked.set(*field, value.clone());
        }
        if asked.is_empty() {
            // A draft without changes does not show what it was for.
            let wishes = values.iter().map(|(field, value)| (*field, value.as_ref()));
            return Lot { ahead: Ahead::AlreadySo(verdict::already(wishes, &self.targets).into()), ..lot };
        }
        let what = verdict::changes(&asked, &self.targets);
        let act = asked.act_on_nodes(&self.targets);
        let write = Write::Change { draft: Box::new(asked), if_match: self.writes.if_match };
        Lot { ahead: Ahead::Sends(what.into()), act, write: Some(write.into()), ..lot }
    }
}

impl Store {
    /// Judges what would be written: each record beside all others as they will be, those of the same batch too.
    pub(super) fn judge_lots(&self, lots: &mut BTreeMap<u64, Lot>) {
        let mut outlook = Outlook::default();
        let mut compares = false;
        for (id, lot) in lots.iter() {
            let Some(planned) = &lot.write else { continue };
            if planned.deletes() {
                outlook.goes(*id);
                compares = true;
            } else if let Some((wanted, fields)) = planned.wanted() {
                outlook.changes(wanted);
                compares |= is_compared(fields.into_iter());
            }
        }
        let now = self.lint_context();
        let census = compares.then(|| outlook.census(self.records.iter(), &self.targets));
        let then = census.as_ref().map_or(now, |census| now.with(census));
        let judged: Vec<(u64, Vec<Finding>)> = lots
            .iter()
            .map(|(id, lot)| {
                let findings = match lot.write() {
                    Some(Write::Change { draft, .. }) => draft.new_findings(&now, &then),
                    Some(Write::Delete { shown, .. }) => {
                        check::loss(&*shown, None::<&Registration>, &then).into_iter().collect()
                    }
                    _ => Vec::new(),
                };
                (*id, findings)
            })
            .collect();
        for (id, findings) in judged {
            if let Some(lot) = lots.get_mut(&id) {
                lot.judge(&findings);
            }
        }
    }

    /// What changed without us, in a few words.
    fn foreign(&self, id: u64, differences: &[Difference]) -> String {
        let reported: Vec<String> = differences
            .iter()
            .map(|difference| {
                let value = |value: &Value| show::cell(difference.field, value.as_ref(), &self.targets).into_owned();
                let (was, is) = (value(&difference.wanted), value(&difference.answer));
                format!("{} {was} -> {is}", difference.field.field().name)
            })
            .collect();
        if reported.is_empty() { String::new() } else { self.others(id).changed(&reported.join(", ")) }
    }

    fn drafted(&self, id: u64) -> String {
        let kept = self.drafts.get(&id).is_some_and(|kept| !kept.is_empty());
        if kept { "your draft is kept".to_owned() } else { String::new() }
    }
}
