//! What the journal has of a single write before it is sent, and that its result comes after it: a program that is
//! killed in between leaves an intent, and the next start reads back what became of it.

use crate::domain::change::{Ending, JournalLine, WriteId};

use crate::app::core::{Context, Effect, Write};
use crate::app::store::Store;
use crate::app::store::open_writes::UnderWay;

impl Store {
    /// Notes what is about to be sent, before it is.
    pub(in crate::app) fn note_intents(&mut self, cx: &mut Context) {
        if !cx.effects.iter().any(|effect| matches!(effect, Effect::Write { .. })) {
            return;
        }
        for effect in std::mem::take(&mut cx.effects) {
            if let Effect::Write { number, .. } = &effect {
                let line = self.intent(cx, *number);
                cx.extend(line);
            }
            cx.effect(effect);
        }
    }

    /// The line before the write with this number; `None` where nothing is sent.
    fn intent(&mut self, cx: &Context, number: u64) -> Option<Effect> {
        let under_way = self.writes.under_way.get_mut(&number)?;
        // One of many is in the plan; where there is none, the user was asked.
        if under_way.among_many || under_way.noted.is_some() || matches!(under_way.write, Write::ReadBack { .. }) {
            return None;
        }
        under_way.noted = Some(WriteId::new(cx.setup.pid, cx.now.wall, number));
        let under_way = under_way.clone();
        let line = self.journal_line(cx, &under_way).of_write(under_way.noted);
        Some(Effect::Record(Box::new(line)))
    }
}

/// The result follows its intent: lines that were written since `from` get its id. Where none was written nothing was
/// changed, and that is noted with the line of the intent.
pub(super) fn note_result(cx: &mut Context, under_way: &UnderWay, intent: JournalLine, from: usize) {
    let Some(noted) = &under_way.noted else { return };
    let mut reported = false;
    for effect in cx.effects.iter_mut().skip(from) {
        if let Effect::Record(line) = effect {
            line.write = Some(noted.clone());
            reported = true;
        }
    }
    if !reported {
        let line = JournalLine { ending: Ending::Conflict, ..intent };
        cx.record(line.of_write(under_way.noted.clone()));
    }
}
