//! Switching a record on or off with one key, and taking changes back.

use crate::domain::answer::Tag;
use crate::domain::change::{Draft, Toggle};
use crate::domain::record::{FieldId, Record, Registration, Value};

use crate::app::core::{Context, Tone, Write};
use crate::app::store::Store;
use crate::app::widget::TextLine;

impl Store {
    /// What switching a record is about: its address, what its nodes do then, and what will be DOWN.
    pub(in crate::app) fn about_switch(&self, cx: &Context, id: u64, to: Toggle) -> Vec<TextLine> {
        let Some((record, _)) = self.shown(id) else { return Vec::new() };
        let mut facts = self.facts_of(cx, &record);
        let mut draft = Draft::new(record, None);
        draft.set(FieldId::Enabled, Value::Flag(to == Toggle::On));
        facts.extend(draft.effect(&self.targets).into_iter().map(|text| TextLine::labelled("Effect", text)));
        facts
    }

    /// Whether a record is on, as it is shown.
    pub(in crate::app) fn is_on(&self, id: u64) -> Option<bool> {
        self.shown(id).and_then(|(record, _)| record.enabled())
    }

    /// The record as it is shown, with its tag where it came from its canonical address.
    pub(in crate::app) fn shown(&self, id: u64) -> Option<(Registration, Option<Tag>)> {
        match (self.fetched.get(&id), self.records.get(id)) {
            (Some(fetched), _) => Some((fetched.registration.clone(), fetched.tag.clone())),
            (None, Some(row)) => Some((Registration::from_record(&row), None)),
            (None, None) => None,
        }
    }

    /// What a record is called now, which may not be what it was called when it was changed.
    pub(in crate::app) fn name_now(&self, id: u64, then: &str) -> String {
        self.records.get(id).map_or_else(|| then.to_owned(), |now| now.name().to_owned())
    }

    /// Sends a switch, checked against what is shown.
    pub(in crate::app) fn switch(&mut self, cx: &mut Context, id: u64, to: Toggle, of: Option<usize>) {
        let sending = "is already being saved; the second key was ignored";
        if let Some(why) = self.in_the_way(cx, id, sending) {
            cx.say(Tone::Plain, why);
            return;
        }
        let shown = match of.and_then(|index| self.history.get(index)) {
            Some(entry) => {
                let (after, tag) = (entry.after.0.record(), entry.after.1.clone());
                Some(self.with_ours(&after).map_or((after, tag), |since| (since, None)))
            }
            None => self.shown(id),
        };
        let Some((shown, tag)) = shown else { return };
        let write = Write::Switch { shown: Box::new(shown), tag, to, if_match: self.writes.if_match };
        self.write_of(cx, id, write, of);
    }
}
