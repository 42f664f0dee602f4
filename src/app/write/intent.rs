//! What the journal has of a single write before it is sent, and that its result comes after it: a program that is
//! killed in between leaves an intent, and the next start reads back what became of it.

use crate::domain::change::journal::{Change, Ending, JournalLine, WriteId};

use crate::app::App;
use crate::app::core::effect::{Effect, Write};
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
                let line = JournalLine { ending, ..self.store.line_of_switch(&self.cx, under_way, shown, *to) };
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
}

/// The line with what it has in common with the other lines of its write.
fn stamped(effect: Effect, under_way: &UnderWay) -> Effect {
    match effect {
        Effect::Record(line) => Effect::Record(Box::new(line.of_write(under_way.noted.clone()))),
        effect => effect,
    }
}
