//! Columns and views that are kept over the end of the program. Other consoles keep theirs in the same file: what is
//! handed on is one change at a time, and what comes back is all that is there then.

use crate::domain::query::Filter;

use crate::app::core::{Context, Effect, Tone};
use crate::app::list::List;
use crate::app::model::looks::{LooksChange, LooksConflict, LooksError, OWN, SavedLooks};

impl List {
    /// Takes over what was kept by earlier runs.
    pub fn restore(&mut self, saved: SavedLooks) {
        self.columns = saved.columns;
        self.views.own = saved.views;
        self.views.foreign = saved.foreign;
        self.views.stale = true;
        self.views.own.retain(|digit, view| OWN.contains(digit) && Filter::parse(&view.filter).is_ok());
    }

    /// Has one change kept.
    pub(in crate::app) fn keep(&mut self, cx: &mut Context, change: LooksChange) {
        if change.is_of_view() {
            self.views.outstanding += 1;
        }
        cx.effect(Effect::Keep(Box::new(change)));
    }

    /// A change was kept, or was not; `reported` is what became of it where that is not what was wanted.
    pub(in crate::app) fn looks_kept(
        &mut self,
        cx: &mut Context,
        change: LooksChange,
        result: Result<(Box<SavedLooks>, Option<LooksConflict>), LooksError>,
    ) {
        if change.is_of_view() {
            self.views.outstanding = self.views.outstanding.saturating_sub(1);
        }
        match result {
            Ok((saved, reported)) => {
                let others = self.take_views(*saved);
                match (reported, others) {
                    (Some(overtaken), _) => cx.say(Tone::Bad, overtaken.to_string()),
                    (None, Some(others)) => cx.say(Tone::Plain, others),
                    (None, None) => {}
                }
            }
            Err(why) => {
                if let LooksChange::Save { digit, view, .. } = change {
                    self.views.only_here.insert(digit, view);
                }
                cx.say(Tone::Bad, format!("columns and views were not saved: {why}"));
            }
        }
    }

    /// Shows the views that are kept now. Returns what other consoles changed, in a sentence.
    fn take_views(&mut self, saved: SavedLooks) -> Option<String> {
        if self.views.outstanding > 0 {
            // The answers to the changes under way say more.
            return None;
        }
        let mut now = saved.views;
        for (digit, view) in &self.views.only_here {
            if !saved.foreign.contains_key(digit) {
                now.entry(*digit).or_insert_with(|| view.clone());
            }
        }
        let mut changes = Vec::new();
        for digit in OWN {
            let change = match (self.views.own.get(&digit), now.get(&digit)) {
                (None, Some(view)) => format!("saved view {digit} {}", view.name),
                (Some(before), Some(view)) if !before.reads_like(view) => format!("changed view {digit} {}", view.name),
                (Some(before), None) => format!("deleted view {digit} {}", before.name),
                (Some(_), Some(_)) | (None, None) => continue,
            };
            changes.push(change);
        }
        self.views.foreign = saved.foreign;
        if changes.is_empty() {
            return None;
        }
        self.views.own = now;
        self.views.stale = true;
        Some(format!("another console {}", changes.join(", ")))
    }

    /// The first digit that no view has.
    pub(in crate::app) fn free_view(&self) -> Option<u8> {
        let mut free = OWN;
        free.find(|digit| !self.views.own.contains_key(digit) && !self.views.foreign.contains_key(digit))
    }
}
