//! A write of one record ended: what that means for the list, the history and the journal, and what the user sees.
//! What an end means stands in the table of outcomes; here is what is kept then and what can be pressed.

use std::sync::Arc;

use crate::domain::answer::Fetched;
use crate::domain::change::outcome::{OutcomeReport, Wording, explain, said};
use crate::domain::change::verdict::WantedRecord;
use crate::domain::change::{Action, Aim, Cause, Change, Difference, Ending, JournalLine, Outcome, Toggle, Upshot};
use crate::domain::record::{FieldId, Record as _, Registration, Value, show};
use crate::domain::request_error::RequestErrorKind;
use crate::domain::rules::{Severity, check};
use crate::keys::Command;

use crate::app::core::{Context, Effect, IfMatch, Intent, Tone, Write};
use crate::app::model::history::{EntryState, HistoryAction, HistoryEntry};
use crate::app::store::Store;
use crate::app::store::changes::Mine;
use crate::app::store::open_writes::UnderWay;
use crate::app::write::Writes;
use crate::app::write::intent::note_result;
use crate::app::write::recreate::password_of;

impl Writes {
    /// A write ended. An outcome is never stale: each write is answered for.
    pub(in crate::app) fn outcome(&mut self, cx: &mut Context, store: &mut Store, number: u64, outcome: Outcome) {
        let Some(under_way) = store.writes.under_way.remove(&number) else { return };
        let (id, from) = (under_way.id, cx.effects.len());
        store.note_written(cx, id);
        if under_way.among_many {
            self.ended_among_many(cx, store, &under_way, &outcome);
        } else {
            self.ended_alone(cx, store, under_way, outcome);
        }
        // Nodes have something to notice where a write was applied, and perhaps where its result is unknown.
        if store.writes.is_unsettled(id) {
            store.writes.touched.insert(id, cx.now.mono);
        }
        for (id, action, fields) in cx.applied_since(from) {
            store.writes.touched.insert(id, cx.now.mono);
            cx.ask(Intent::Applied { id, action, fields });
        }
        store.ask_postponed(cx);
    }

    fn ended_alone(&mut self, cx: &mut Context, store: &mut Store, ended: UnderWay, outcome: Outcome) {
        let Some((under_way, outcome)) = store.finish_or_wait(cx, ended, outcome) else { return };
        let (id, report) = (under_way.id, outcome.report());
        let given_up = under_way.late.is_some() && report.upshot == Upshot::NotApplied;
        let from = cx.effects.len();
        // A part of many that ends alone is one that was read back.
        let late = under_way.part.map(|part| (part, store.late_fate(&under_way, &outcome)));
        // Before the history turns.
        let line = store.journal_line(cx, &under_way);
        match (under_way.part.and_then(|part| part.half), &under_way.write) {
            (Some(half), Write::Save { draft, .. }) => {
                self.half_read_back(cx, store, &under_way, half, draft, &report);
            }
            _ => store.report(cx, &under_way, &report),
        }
        note_result(cx, &under_way, line, from);
        if given_up {
            // Later than anyone waits for it the server may still do it: then it was no one else.
            store.note_given_up(id, &under_way.write);
        } else if !store.writes.is_unsettled(id) {
            store.note_answered(id);
        }
        if let Some((part, fate)) = late {
            self.part_finished(cx, store, part, id, fate);
        }
    }
}

impl Context {
    /// What the journal got since this effect as applied: which records, under which name, which fields.
    fn applied_since(&self, from: usize) -> Vec<(u64, Action, Vec<FieldId>)> {
        let lines = self.effects.iter().skip(from).filter_map(|effect| match effect {
            Effect::Record(line) if line.ending.is_applied() => {
                Some((line.id?, line.action, line.changes.iter().map(Change::field).collect()))
            }
            _ => None,
        });
        lines.collect()
    }
}

impl Store {
    /// Takes in how a write of one record ended, and reports it.
    fn report(&mut self, cx: &mut Context, under_way: &UnderWay, report: &OutcomeReport<'_>) {
        let upshot = report.upshot;
        // The history turns below: what the write was for is read before.
        let line = self.journal_line(cx, under_way);
        if upshot == Upshot::CannotCompare {
            self.send_without_if_match(cx, under_way, report);
            return;
        }
        let line = match (&under_way.write, report.now.map(|now| &now.registration)) {
            (Write::Create(_), Some(made)) if upshot.is_done() => {
                JournalLine { id: Some(made.id()), name: made.name().to_owned(), ..line }
            }
            _ => line,
        };
        if upshot.is_done() {
            self.done(cx, under_way, report);
        } else {
            self.not_done(cx, under_way, report);
        }
        // Once it is read back, someone else made it what it is.
        let ending = match upshot {
            Upshot::Unclear if under_way.late.is_some() => Some(Ending::Conflict),
            upshot => upshot.row().ending,
        };
        if let Some(ending) = ending {
            let request = report.error.and_then(|error| error.request_id.clone());
            cx.record(JournalLine { ending, ..line }.with_request(request));
        }
    }

    /// The server has it: list, history and the user are informed.
    fn done(&mut self, cx: &mut Context, under_way: &UnderWay, report: &OutcomeReport<'_>) {
        let (id, display_name) = (under_way.id, self.display_name(under_way.id));
        let back = under_way.of.and_then(|index| self.history.get(index)).cloned();
        let (again, mut does) = match &back {
            Some(HistoryEntry { standing: EntryState::Done, .. }) => (cx.key(Command::Redo), "redo"),
            Some(HistoryEntry { standing: EntryState::Undone, .. }) | None => (cx.key(Command::Undo), "undo"),
        };
        let after = match (&under_way.write, report.now) {
            (Write::Delete { shown, .. }, _) => ((**shown).clone(), None),
            (_, Some(now)) => (now.registration.clone(), now.tag.clone()),
            // What was done otherwise was shown.
            (_, None) => return,
        };
        let mut entry = HistoryEntry::of(cx.now.wall, after, under_way.part.map(|part| part.number));
        let head = match (&under_way.write, report.now) {
            (Write::Save { draft, .. } | Write::Change { draft, .. }, Some(now)) => {
                let fields: Vec<FieldId> = draft.changes().keys().copied().collect();
                self.store_as(cx, now, Mine::Fields(&fields));
                let (base, stored) = (draft.base(), &now.registration);
                let change = |field: &FieldId| (*field, base.get(*field).clone(), stored.get(*field).clone());
                entry.changes = Arc::new(fields.iter().map(change).collect());
                if under_way.part.is_some() && fields == [FieldId::Enabled] {
                    entry.action = HistoryAction::Toggle;
                }
                entry.renamed = (base.name() != stored.name()).then(|| base.name().into());
                let labels: Vec<&str> = fields.iter().map(|field| field.field().label).collect();
                format!("saved {display_name}: {}", labels.join(", "))
            }
            (Write::Switch { to, .. }, Some(now)) => {
                self.store_as(cx, now, Mine::Fields(&[FieldId::Enabled]));
                self.rebase_draft(cx, id);
                entry.action = HistoryAction::Toggle;
                let change = (FieldId::Enabled, Value::Flag(!to.enabled()), Value::Flag(to.enabled()));
                entry.changes = Arc::new(vec![change]);
                format!("{} {display_name}", Aim::Switch(*to).done())
            }
            (Write::Create(_), Some(now)) => {
                entry.action = HistoryAction::Create;
                self.take_in_made(cx, now);
                let (id, name) = (now.registration.id(), now.registration.name());
                match &back {
                    Some(entry) => {
                        does = "delete it";
                        let password = password_of(&entry.after.0.record()).trim_end_matches('.');
                        format!("Re-created {} {} as {id}. {password}", entry.id, entry.name())
                    }
                    None => format!("created {id} {name}"),
                }
            }
            (Write::Delete { .. }, _) => {
                does = "re-create (new ID)";
                entry.action = HistoryAction::Delete;
                self.note_deleted(id);
                let draft = if self.drafts.contains_key(&id) { "; your draft is kept" } else { "" };
                format!("deleted {display_name}{draft}")
            }
            // What is read back is reported as the write that was sent.
            (_, None) | (Write::ReadBack { .. }, _) => return,
        };
        let down = report.now.and_then(|now| self.still_down(&entry, &now.registration));
        self.history.done(under_way.of, entry);
        let reported = self.reported(report.now.map_or(id, |now| now.registration.id()), report.differences);
        let known = report.error.map(|error| under_way.how_known(cx, error)).unwrap_or_default();
        let tone = match (reported.is_empty(), &down) {
            (true, None) => Tone::Good,
            (true, Some(_)) => Tone::Plain,
            (false, _) => Tone::Bad,
        };
        let down = down.unwrap_or_default();
        // The hint stands last: a reason behind it reads as if it were the hint's.
        let text = format!("{head}{reported}{known}. {down}{again}: {does}");
        if let (Write::Create(sent), Some(now)) = (&under_way.write, report.now) {
            let (sent, now) = (back.is_none().then(|| sent.clone()), Box::new(now.clone()));
            cx.ask(Intent::Made { old: id, sent, now, said: (tone, text) });
            return;
        }
        cx.say(tone, text);
        match (&under_way.write, report.now) {
            (Write::Save { draft, .. }, Some(now)) => {
                cx.ask(Intent::Saved { id, sent: draft.clone(), now: Box::new(now.clone()) });
            }
            (Write::Delete { .. }, _) => self.forget(cx, id),
            _ => {}
        }
    }

    /// What keeps a record that was just enabled or created from registering, in a sentence: without a question
    /// before it the message is the first to show it.
    fn still_down(&self, entry: &HistoryEntry, now: &Registration) -> Option<String> {
        let enabled = |change: &(FieldId, Value, Value)| change.0 == FieldId::Enabled;
        let taken_up = entry.action == HistoryAction::Create || entry.changes.iter().any(enabled);
        if !taken_up || now.enabled() != Some(true) {
            return None;
        }
        let worst = check::record(now, &self.lint_context()).into_iter().next()?;
        let label = worst.field.field().label;
        (worst.severity == Severity::Down).then(|| format!("It is DOWN: {label}: {}. ", worst.message))
    }

    /// A record that we created is there.
    pub(in crate::app) fn take_in_made(&mut self, cx: &mut Context, now: &Fetched) {
        let id = now.registration.id();
        if self.records.get(id).is_none() {
            self.loaded.total = self.loaded.total.map(|total| total + 1);
        }
        self.note_written(cx, id);
        self.store_as(cx, now, Mine::TheRecord);
    }

    /// The server does not have it because of us: what is known of the record is taken in, and the user sees what is
    /// true, what is kept and what to press.
    fn not_done(&mut self, cx: &mut Context, under_way: &UnderWay, report: &OutcomeReport<'_>) {
        let (id, aim, upshot) = (under_way.id, under_way.write.aim(), report.upshot);
        let by = match (upshot, aim) {
            (Upshot::AlreadySo, Aim::Switch(to)) => self.switched_by(id, to),
            _ => "",
        };
        let display_name = match &under_way.write {
            Write::Create(draft) => draft.name().to_owned(),
            _ => self.display_name(id),
        };
        let unclear = upshot == Upshot::Unclear && under_way.late.is_none();
        if unclear {
            // What is there now may be what the server made of it.
            self.note_unanswered(id);
        }
        if let Some(now) = report.now {
            self.store_fetched(cx, now);
        }
        match (upshot, &under_way.write) {
            (Upshot::AlreadySo, _) => {
                if let (Some(index), Some(now)) = (under_way.of, report.now) {
                    self.history.turn(index, &now.registration, now.tag.clone());
                }
            }
            (Upshot::AlreadyGone, Write::Delete { shown, .. }) => {
                self.forget(cx, id);
                if let Some(index) = under_way.of {
                    self.history.turn(index, shown, None);
                }
            }
            (Upshot::Gone, _) => {
                self.mark_deleted(cx, &[id]);
            }
            (Upshot::Moved | Upshot::Unclear, Write::Save { .. }) => self.changes.reported(id),
            (Upshot::Unknown, Write::Save { .. } | Write::Switch { .. } | Write::Delete { .. }) => {
                self.note_unanswered(id);
            }
            _ => {}
        }
        self.say_not_done(cx, under_way, report, &display_name, by);
        if let (Upshot::Refused, Some(error)) = (upshot, report.error) {
            cx.ask_sign_in_after(error);
        }
        let is_answer = upshot == Upshot::Refused || (upshot == Upshot::NotApplied && aim == Aim::Create);
        match (&under_way.write, report.merge) {
            (Write::Save { draft, .. } | Write::Create(draft), None) => cx.ask(Intent::NotSaved {
                id,
                sent: draft.clone(),
                // What the server said is shown in the form.
                complaint: report.error.filter(|_| is_answer).cloned(),
                of_history: under_way.of.is_some() && aim == Aim::Create,
            }),
            (_, Some(merge)) => cx.ask(Intent::Conflict(id, Box::new(merge.clone()), upshot)),
            (Write::Delete { .. }, None) if upshot == Upshot::Moved => {
                let now = report.now.cloned().map(Box::new);
                cx.ask(Intent::DeleteAgain { id, now, moved: report.differences.to_vec(), of: under_way.of });
            }
            _ => {}
        }
    }

    /// What was not done, or is not known, of which record; and what to press.
    fn say_not_done(
        &self,
        cx: &mut Context,
        under_way: &UnderWay,
        report: &OutcomeReport<'_>,
        display_name: &str,
        by: &str,
    ) {
        let (id, aim, upshot) = (under_way.id, under_way.write.aim(), report.upshot);
        let gone = matches!(upshot, Upshot::Gone | Upshot::AlreadyGone);
        let by = if gone { self.deleted_by(id) } else { by };
        let fixed_in_form =
            under_way.of.is_some() && report.error.is_some_and(|it| it.kind == RequestErrorKind::Invalid);
        let in_form = match aim {
            Aim::Change => true,
            Aim::Create => self.drafts.contains_key(&id) || fixed_in_form,
            Aim::Switch(_) | Aim::Delete => false,
        };
        let why = under_way.write.draft().zip(report.error).map(|(draft, error)| {
            // What is about a field stands there.
            let message = if in_form { error.message.clone() } else { said(error) };
            // The message ends with what the server said, unless that is about fields.
            let general = explain(error, draft).general.into_iter().filter(|reported| !message.contains(reported));
            let general: Vec<String> = general.collect();
            std::iter::once(message).chain(general).collect::<Vec<_>>().join("; ")
        });
        let why = why.filter(|_| upshot == Upshot::Refused);
        let mut then = self.reported(id, report.differences);
        if matches!(upshot, Upshot::AlreadySo | Upshot::AlreadyGone) {
            then.insert_str(0, "; nothing was sent");
        } else if in_form && report.merge.is_none() {
            then.push_str("; your draft is kept");
        }
        let keys = |command| cx.key(command);
        let next = match (upshot, aim) {
            (Upshot::Unknown, _) => "; checking until known".to_owned(),
            (Upshot::Gone, Aim::Change) => ". :recreate: create it again".to_owned(),
            (Upshot::Gone, _) => format!(". {}: refresh", keys(Command::Refresh)),
            (Upshot::Moved, Aim::Delete) => ". Review it again".to_owned(),
            (Upshot::NotApplied, Aim::Delete) => format!(". {}: retry", keys(Command::Delete)),
            (Upshot::Moved | Upshot::NotApplied, Aim::Switch(_)) => format!(". {}: retry", keys(Command::Toggle)),
            (Upshot::NotApplied, Aim::Change) => format!(". {}: save again", keys(Command::Save)),
            _ => String::new(),
        };
        then.push_str(&next);
        let (changed, late) = (self.others(id).changed("it"), format!(" {}", under_way.so_far(cx)));
        // What the server said may end a sentence that goes on here.
        let why = why.as_deref().map(|why| if then.is_empty() { why } else { why.trim_end_matches('.') });
        let wording = Wording { changed: &changed, by, why, late: &late, then: &then };
        let tone = if upshot.is_as_wanted() { Tone::Plain } else { Tone::Bad };
        cx.say(tone, format!("{display_name}: {}", report.sentence(aim, wording)));
    }

    /// Who switched a record that was as wanted before anything was sent, where that is news and no one here.
    fn switched_by(&self, id: u64, to: Toggle) -> &'static str {
        let wanted = Value::Flag(to.enabled());
        let ours = self.is_ours(id, FieldId::Enabled, wanted.as_ref());
        let was_so = self.records.get(id).and_then(|known| known.enabled()) == Some(to.enabled());
        if ours || was_so { "" } else { self.others(id).by() }
    }

    /// The server cannot compare its own tags, so that nothing was done: the same once more without.
    fn send_without_if_match(&mut self, cx: &mut Context, under_way: &UnderWay, report: &OutcomeReport<'_>) {
        let (id, aim) = (under_way.id, under_way.write.aim());
        let then = match aim {
            // It says nothing about saves, so only this request goes without.
            Aim::Delete => ". Sending again without If-Match",
            Aim::Switch(_) => ". If-Match is off for this session. Sending again",
            Aim::Change | Aim::Create => ". If-Match is off for this session. Checking again",
        };
        let text = report.sentence(aim, Wording { then, ..Wording::default() });
        cx.say(Tone::Plain, format!("{}: {text}", self.display_name(id)));
        let mut write = under_way.write.clone();
        match &mut write {
            Write::Delete { if_match, .. } => {
                *if_match = IfMatch::Omit;
                self.write_of(cx, id, write, under_way.of);
            }
            Write::Switch { to, .. } => {
                self.writes.if_match = IfMatch::Omit;
                self.switch(cx, id, *to, under_way.of);
            }
            _ => {
                self.writes.if_match = IfMatch::Omit;
                cx.ask(Intent::CheckDraft(id));
            }
        }
    }

    /// What an answer has that was not wanted, in words.
    pub(in crate::app) fn reported(&self, id: u64, differences: &[Difference]) -> String {
        let text = |difference: &Difference| {
            let label = difference.field.field().label;
            let value = |value: &Value| show::full(difference.field, value.as_ref(), &self.targets).into_owned();
            let answer = value(&difference.answer);
            match difference.cause {
                Cause::Foreign => format!("; meanwhile {} to {answer}", self.others(id).changed(label)),
                Cause::Altered => {
                    format!("; the server stored {label} {answer} instead of your {}", value(&difference.wanted))
                }
            }
        };
        self.by_others(id, differences).iter().map(text).collect()
    }

    /// The line of the journal about a write that is about to be sent.
    pub(in crate::app) fn journal_line(&self, cx: &Context, under_way: &UnderWay) -> JournalLine {
        let line = |action, before: &Registration, changes| {
            let action = match under_way.of.and_then(|index| self.history.get(index)).map(|entry| entry.standing) {
                None => action,
                Some(EntryState::Done) => Action::Undo,
                Some(EntryState::Undone) => Action::Redo,
            };
            cx.line_of_changes(action, before, changes, Ending::Sent)
        };
        match &under_way.write {
            Write::Save { draft, .. } | Write::Change { draft, .. } => {
                let action = under_way.part.map_or(Action::Edit, |part| part.action);
                line(action, draft.base(), WantedRecord::Change(draft).changes())
            }
            Write::Create(draft) => {
                let made = line(Action::Create, &draft.result(), WantedRecord::Create(draft).changes());
                // It has no id of the server's.
                JournalLine { id: None, ..made }
            }
            Write::Delete { shown, .. } => line(Action::Delete, shown, WantedRecord::Delete(shown).changes()),
            Write::Switch { shown, to, .. } => {
                let mut before = (**shown).clone();
                if let (Value::Missing, Some(row)) = (before.get(FieldId::Name), self.records.get(under_way.id)) {
                    // Known in part only: enough for the journal, where it was not for comparing.
                    before.set(FieldId::Name, row.get(FieldId::Name).to_value());
                }
                let (was, wanted) = (before.value(FieldId::Enabled), Value::Flag(to.enabled()));
                let changes = vec![Change::new(FieldId::Enabled, was, wanted.as_ref())];
                line(Action::Toggle, &before, changes)
            }
            Write::ReadBack { write, .. } => {
                self.journal_line(cx, &UnderWay { write: (**write).clone(), ..under_way.clone() })
            }
        }
    }
}
