//! Outcomes of writes, and what the disk says of drafts. An outcome is never stale: each write is answered for.

use chrono::{DateTime, Utc};

use crate::domain::change::journal::{Action, Change};
use crate::domain::record::draft::{Draft, is_fresh};
use crate::domain::record::field::FieldId;
use crate::domain::record::registration::Record as _;
use crate::keys::command::Command;

use crate::app::App;
use crate::app::core::context::Context;
use crate::app::core::effect::{Effect, Write};
use crate::app::core::message::Outcome;
use crate::app::core::notice::Tone;
use crate::app::model::drafts::OnDisk;
use crate::app::store::Store;
use crate::app::store::open_writes::UnderWay;

impl App {
    /// A write ended.
    pub(in crate::app) fn outcome(&mut self, number: u64, outcome: Outcome) {
        let Some(under_way) = self.store.writes.under_way.remove(&number) else { return };
        let (id, from) = (under_way.id, self.cx.effects.len());
        self.store.note_written(&mut self.cx, id);
        if under_way.among_many {
            self.writes.ended_among_many(&mut self.cx, &mut self.store, &under_way, &outcome);
        } else {
            self.ended_alone(under_way, outcome);
        }
        // Nodes have something to notice where a write was applied, and perhaps where its result is unknown.
        let (now, applied) = (self.cx.now.mono, self.cx.applied_since(from));
        if self.store.writes.is_unsettled(id) {
            self.store.writes.touched.insert(id, now);
        }
        for (id, action, fields) in applied {
            self.store.writes.touched.insert(id, now);
            self.live_touched(id, action, fields);
        }
        self.store.ask_postponed(&mut self.cx);
    }

    fn ended_alone(&mut self, ended: UnderWay, outcome: Outcome) {
        let Some((under_way, outcome)) = self.store.settle_or_wait(&mut self.cx, ended, outcome) else { return };
        let (id, under_way) = (under_way.id, &under_way);
        let given_up = under_way.late.is_some() && outcome.is_not_applied();
        let from = self.cx.effects.len();
        let late = under_way.part.filter(|_| under_way.late.is_some());
        let late = late.map(|part| (part, self.store.late_fate(under_way, &outcome)));
        self.report(under_way, outcome);
        self.note_result(under_way, from);
        if given_up {
            // Later than anybody waits for it the server may still do it: then it was nobody else.
            self.store.note_given_up(id, &under_way.write);
        } else if !self.store.writes.is_unsettled(id) {
            self.store.note_answered(id);
        }
        if let Some((part, fate)) = late {
            self.writes.part_settled(&mut self.cx, &mut self.store, part, id, fate);
        }
    }

    fn report(&mut self, under_way: &UnderWay, outcome: Outcome) {
        if let (Some(half), Write::Save { draft, .. }, Outcome::Saved(saved)) =
            (under_way.part.and_then(|part| part.half), &under_way.write, &outcome)
        {
            self.writes.half_read_back(&mut self.cx, &mut self.store, under_way, half, draft, saved);
            return;
        }
        match (&under_way.write, outcome) {
            (Write::Save { draft, .. }, Outcome::Saved(saved)) => {
                self.panes.saved(&mut self.cx, &mut self.store, under_way, draft, saved);
            }
            (Write::Switch { shown, to, .. }, Outcome::Switched(switched)) => {
                let (shown, to) = (shown.clone(), *to);
                self.store.switched(&mut self.cx, under_way, &shown, to, switched);
            }
            (Write::Create(draft), Outcome::Created(created)) => self.created(under_way, draft, created),
            (Write::Delete { shown, .. }, Outcome::Deleted(deleted)) => {
                self.overlay.gone_or_not(&mut self.cx, &mut self.store, under_way, shown, deleted);
            }
            // An outcome belongs to its write; another kind cannot come.
            (
                Write::Save { .. }
                | Write::Switch { .. }
                | Write::Change { .. }
                | Write::Create(_)
                | Write::ReadBack { .. }
                | Write::Delete { .. },
                _,
            ) => {}
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
    /// The disk has a draft, or cannot take it.
    pub(in crate::app) fn draft_kept(&mut self, cx: &mut Context, id: u64, result: Result<(), String>) {
        let Some(kept) = self.drafts.get_mut(&id) else { return };
        match result {
            Ok(()) => kept.disk = OnDisk::Kept,
            Err(why) => {
                let known = matches!(kept.disk, OnDisk::Failed(_));
                kept.disk = OnDisk::Failed(why.clone());
                if !known {
                    let called = self.called(id);
                    cx.say(Tone::Bad, format!("{called}: {why}"));
                }
            }
        }
    }

    /// Drafts that an earlier run left are offered.
    pub(in crate::app) fn drafts_found(
        &mut self,
        cx: &mut Context,
        drafts: Vec<(Draft, DateTime<Utc>)>,
        unreadable: Vec<String>,
    ) {
        for text in unreadable {
            cx.say(Tone::Bad, text);
        }
        let (mut names, mut fresh, mut edits) = (Vec::new(), false, false);
        for (draft, based) in drafts {
            let (id, name) = (draft.base().id(), draft.base().name().to_owned());
            fresh |= draft.is_fresh();
            edits |= !draft.is_fresh();
            if !self.drafts.contains_key(&id) {
                let kept = self.kept_of(draft, based);
                self.drafts.insert(id, kept);
            }
            names.push(if is_fresh(id) { self.called(id) } else { format!("{id} {name}") });
        }
        if !names.is_empty() {
            let noun = if names.len() == 1 { "draft is" } else { "drafts are" };
            let keys = |command| cx.key(command);
            let mut ways = Vec::new();
            if edits {
                ways.push(format!("{} on a registration resumes it", keys(Command::Edit)));
            }
            if fresh {
                ways.push(format!("{} resumes a new one", keys(Command::Create)));
            }
            let text = format!(
                "{} {noun} from an earlier session: {}. {}, :discard deletes it",
                names.len(),
                names.join(", "),
                ways.join(", ")
            );
            cx.say(Tone::Plain, text);
        }
    }
}
