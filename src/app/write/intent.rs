//! What the journal has of a single write before it is sent, and that its result comes after it: a program that is
//! killed in between leaves an intent, and the next start reads back what became of it.

use crate::domain::change::journal::{Action, Change, Ending, JournalLine, Pending, WriteId};
use crate::domain::change::outcome::Turn;
use crate::domain::record::draft::Draft;
use crate::domain::record::field::FieldId;
use crate::domain::record::registration::{Record as _, Registration};
use crate::domain::record::value::Value;

use crate::app::App;
use crate::app::core::effect::{Effect, Write};
use crate::app::core::notice::Tone;
use crate::app::store::open_writes::UnderWay;

impl App {
    /// Notes what is about to be sent, before it is.
    pub(in crate::app) fn note_intents(&mut self) {
        if !self.cx.effects.iter().any(|effect| matches!(effect, Effect::Write { .. })) {
            return;
        }
        for effect in std::mem::take(&mut self.cx.effects) {
            if let Effect::Write { number, .. } = &effect
                && let Some(intent) = self.intent(*number)
            {
                self.cx.effect(intent);
            }
            self.cx.effect(effect);
        }
    }

    /// The line before the write with this number; `None` where nothing is sent.
    fn intent(&mut self, number: u64) -> Option<Effect> {
        let id = WriteId::new(self.cx.setup.pid, self.cx.now.wall, number);
        let under_way = self.store.writes.under_way.get_mut(&number)?;
        // One of many is in the plan; where there is none, the user was asked.
        if under_way.among_many || under_way.noted.is_some() || matches!(under_way.write, Write::ReadBack { .. }) {
            return None;
        }
        under_way.noted = Some(id);
        let under_way = under_way.clone();
        Some(stamped(self.line(&under_way, Ending::Sent), &under_way))
    }

    /// A line about a write whose end is reported nowhere else.
    fn line(&self, under_way: &UnderWay, ending: Ending) -> Effect {
        let Self { cx, store, .. } = self;
        match &under_way.write {
            Write::Save { draft, .. } | Write::Change { draft, .. } => {
                cx.journal(store.action_of_save(under_way), draft, Change::of_draft(draft), ending, None)
            }
            Write::Switch { shown, to, .. } => {
                let line = JournalLine { ending, ..self.line_of_switch(under_way, shown, *to) };
                Effect::Record(Box::new(line))
            }
            Write::Create(draft) => store.journal_of_made(cx, under_way, draft, None, ending, None),
            Write::Delete { shown, .. } => store.journal_of_deletion(cx, under_way, shown, ending, None),
            Write::ReadBack { write, .. } => {
                self.line(&UnderWay { write: (**write).clone(), ..under_way.clone() }, ending)
            }
        }
    }

    /// The result follows its intent: lines that were written since `from` get its id. Where none was written nothing
    /// was changed, and that is noted.
    pub(in crate::app) fn note_result(&mut self, under_way: &UnderWay, from: usize) {
        if under_way.noted.is_none() {
            return;
        }
        let mut told = false;
        for effect in self.cx.effects.iter_mut().skip(from) {
            if let Effect::Record(line) = effect {
                line.write.clone_from(&under_way.noted);
                told = true;
            }
        }
        if !told {
            let line = stamped(self.line(under_way, Ending::Conflict), under_way);
            self.cx.effect(line);
        }
    }

    /// An earlier run, or a command, ended while these writes were under way: their records are read back.
    pub(in crate::app) fn pending_found(&mut self, found: Vec<Pending>) {
        for Pending { line } in found {
            // What became of a bounce is offered by itself.
            if line.action == Action::Bounce {
                continue;
            }
            let (at, name) = (line.time, line.name.clone());
            let called = line.id.map_or_else(|| name.clone(), |id| format!("{id} {name}"));
            let clock = self.cx.clock(at);
            if let Some(under_way) = self.resumed(&line) {
                self.store.note_unanswered(under_way.id);
                self.store.keep_pending(&self.cx, under_way, at);
                let text = format!("{called}: sipreg ended at {clock} before a change was answered; checking it now");
                self.cx.say(Tone::Plain, text);
            } else {
                let text = format!("{called}: UNKNOWN whether the password sent at {clock} was saved: set it again");
                self.cx.say(Tone::Bad, text);
            }
        }
    }

    /// The write of a line, as far as the journal has it; `None` where it had only secrets.
    fn resumed(&self, line: &JournalLine) -> Option<UnderWay> {
        let if_match = self.store.writes.if_match;
        let under_way = |id, write| UnderWay {
            id,
            write,
            of: None,
            among_many: false,
            part: None,
            late: None,
            noted: line.write.clone(),
        };
        let known = |change: &&Change| !matches!(change.after(), Value::Withheld | Value::Missing);
        let mut before = Registration::new(line.id.unwrap_or_default());
        before.set(FieldId::Name, Value::Text(line.name.clone()));
        let Some(id) = line.id else {
            let of_name = |id: &u64| self.store.drafts.get(id).is_some_and(|kept| kept.draft.name() == line.name);
            let kept = self.store.new_drafts().into_iter().find(of_name);
            let id = kept.unwrap_or_else(|| self.panes.next_new(&self.cx, &self.store));
            let mut draft = Draft::new(Registration::new(id), None);
            for change in line.changes.iter().filter(known) {
                draft.set(change.field(), change.after().clone());
            }
            return Some(under_way(id, Write::Create(Box::new(draft))));
        };
        for change in &line.changes {
            before.set(change.field(), change.before().clone());
        }
        if !line.changes.is_empty() && line.changes.iter().all(|change| *change.after() == Value::Missing) {
            return Some(under_way(id, Write::Delete { shown: Box::new(before), tag: None, if_match }));
        }
        if let [change] = line.changes.as_slice()
            && let (FieldId::Enabled, Value::Flag(on)) = (change.field(), change.after())
        {
            let to = if *on { Turn::On } else { Turn::Off };
            return Some(under_way(id, Write::Switch { shown: Box::new(before), tag: None, to, if_match }));
        }
        let mut draft = Draft::new(before, None);
        for change in line.changes.iter().filter(known) {
            draft.set(change.field(), change.after().clone());
        }
        if draft.changes().is_empty() {
            return None;
        }
        Some(under_way(id, Write::Save { draft: Box::new(draft), if_match }))
    }
}

/// The line with what it has in common with the other lines of its write.
fn stamped(effect: Effect, under_way: &UnderWay) -> Effect {
    match effect {
        Effect::Record(line) => Effect::Record(Box::new(line.of_write(under_way.noted.clone()))),
        effect => effect,
    }
}
