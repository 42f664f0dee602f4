//! Writes that an earlier run, or a command, ended in the middle of: their records are read back.

use crate::domain::change::journal::Pending;
use crate::domain::change::{Action, Draft, JournalLine, Toggle};
use crate::domain::record::{FieldId, Record as _, Registration, Value};

use crate::app::core::{Context, Tone, Write};
use crate::app::panes::Panes;
use crate::app::store::Store;
use crate::app::store::open_writes::UnderWay;

impl Panes {
    /// The write of a line, as far as the journal has it; `None` where it had only secrets.
    pub(in crate::app) fn resumed(&self, cx: &Context, store: &Store, line: &JournalLine) -> Option<UnderWay> {
        let if_match = store.writes.if_match;
        let under_way = |id, write| UnderWay { noted: line.write.clone(), ..UnderWay::new(id, write) };
        let drafted = |base: Registration| {
            let mut draft = Draft::new(base, None);
            for change in
                line.changes.iter().filter(|change| !matches!(change.after(), Value::Withheld | Value::Missing))
            {
                draft.set(change.field(), change.after().clone());
            }
            Box::new(draft)
        };
        let mut before = Registration::new(line.id.unwrap_or_default());
        before.set(FieldId::Name, Value::Text(line.name.clone()));
        let Some(id) = line.id else {
            let of_name = |id: &u64| store.drafts.get(id).is_some_and(|kept| kept.draft.name() == line.name);
            let kept = store.new_drafts().into_iter().find(of_name);
            let id = kept.unwrap_or_else(|| self.next_new(cx, store));
            return Some(under_way(id, Write::Create(drafted(Registration::new(id)))));
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
            let to = if *on { Toggle::On } else { Toggle::Off };
            return Some(under_way(id, Write::Switch { shown: Box::new(before), tag: None, to, if_match }));
        }
        let draft = drafted(before);
        (!draft.changes().is_empty()).then(|| under_way(id, Write::Save { draft, if_match }))
    }

    /// An earlier run, or a command, ended while these writes were under way: their records are read back.
    pub(in crate::app) fn pending_found(&self, cx: &mut Context, store: &mut Store, found: Vec<Pending>) {
        for Pending { line } in found {
            // What became of a bounce is offered by itself.
            if line.action == Action::Bounce {
                continue;
            }
            let (at, name) = (line.time, line.name.clone());
            let display_name = line.id.map_or_else(|| name.clone(), |id| format!("{id} {name}"));
            let clock = cx.clock(at);
            if let Some(under_way) = self.resumed(cx, store, &line) {
                store.note_unanswered(under_way.id);
                store.keep_pending(cx, under_way, at);
                let text =
                    format!("{display_name}: sipreg ended at {clock} before a change was answered; checking it now");
                cx.say(Tone::Plain, text);
            } else {
                let text =
                    format!("{display_name}: UNKNOWN whether the password sent at {clock} was saved: set it again");
                cx.say(Tone::Bad, text);
            }
        }
    }
}
