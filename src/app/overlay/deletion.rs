//! Deleting a record: read afresh, shown whole, with what the nodes will do, and only after its name was typed.

use crate::domain::answer::{Conditional, Fetched};
use crate::domain::change::Difference;
use crate::domain::change::draft::of_removal;
use crate::domain::record::{FieldId, Record, Registration, ValueRef, show};
use crate::domain::request_error::{RequestError, RequestErrorKind};
use crate::domain::rules::check;

use crate::keys::{Code, Command, Key};

use crate::app::core::{Context, Intent, Read, Reply, Slot, Tone, Write};
use crate::app::overlay::question::broken;
use crate::app::overlay::{After, Dialog, Dialogs, KeyHandling, Overlay};
use crate::app::panes::record;
use crate::app::rooms::Rooms;
use crate::app::store::Store;
use crate::app::store::open_writes::IS_SENDING;
use crate::app::widget::{Layout, Leads, LineEditor, Meant, Pager, TextLine, leaves, movement};

/// Rows below the record where there is room for all of them.
const BELOW_RECORD: usize = 3;

/// The question whether a record is to be deleted.
#[derive(Debug, Clone, Default)]
pub struct Deletion {
    /// Which record.
    pub id: u64,
    /// The record as it was read for this; `None` until then.
    pub shown: Option<Box<Fetched>>,
    /// What changed since it was shown the last time.
    pub moved: Vec<Difference>,
    /// The entry of the history that this undoes or redoes.
    pub of: Option<usize>,
    /// Over the lines.
    pub pager: Pager,
    /// What was typed.
    pub typed: LineEditor,
    /// Whether what happens was in view.
    pub seen: bool,
}

impl Deletion {
    /// What must be typed, and what that is called: the name, or the ID where a name cannot be typed as it stands.
    pub fn word(&self) -> (String, &'static str) {
        let name = self.shown.as_ref().map_or("", |fetched| fetched.registration.name());
        if can_be_typed(name) { (name.to_owned(), "name") } else { (self.id.to_string(), "ID") }
    }

    /// What the keys do now.
    pub fn keys(&self, cx: &Context) -> String {
        if self.seen || self.shown.is_none() {
            return "Enter: delete  arrows: scroll  Esc: cancel".to_owned();
        }
        format!("{}: read on  Esc: cancel", cx.key(Command::PageDown))
    }
}

/// Whether every keyboard can type a name just as it reads: a blank one, or one that hides something, cannot be.
fn can_be_typed(name: &str) -> bool {
    const LONGEST: usize = 40;
    !name.is_empty()
        && name.len() <= LONGEST
        && name.bytes().all(|byte| (b' '..=b'~').contains(&byte))
        && name.trim() == name
        && !name.contains("  ")
}

impl Deletion {
    fn delete_if_meant(&self, rooms: &mut Rooms) -> After {
        let (display_name, (word, kind)) = (rooms.store.display_name(self.id), self.word());
        let Some(fetched) = self.shown.as_deref() else {
            rooms.cx.say(Tone::Plain, format!("{display_name} is still loading"));
            return After::Stay;
        };
        if !self.seen {
            let more = rooms.cx.key(Command::PageDown);
            rooms.cx.say(Tone::Plain, format!("Not sent: not all of what happens was shown. {more}: read on"));
            return After::Stay;
        }
        if self.typed.text() != word {
            let what = if self.typed.text().is_empty() { "Nothing typed yet" } else { "That does not match" };
            rooms.cx.say(Tone::Plain, format!("{what}. Type the {kind} {word} and press Enter. Esc: cancel"));
            return After::Stay;
        }
        if let Some(why) = rooms.store.in_the_way(&rooms.cx, self.id, IS_SENDING) {
            rooms.cx.say(Tone::Plain, why);
            return After::Close;
        }
        let (shown, tag) = match rooms.store.with_ours(&fetched.registration) {
            Some(since) => (since, None),
            None => (fetched.registration.clone(), fetched.tag.clone()),
        };
        let write = Write::Delete { shown: Box::new(shown), tag, if_match: rooms.store.writes.if_match };
        rooms.store.write_of(&mut rooms.cx, self.id, write, self.of);
        After::Close
    }
}

impl Dialog for Deletion {
    fn manner(&self, _: &Rooms) -> KeyHandling {
        let manner = if self.shown.is_some() { KeyHandling::text() } else { KeyHandling::question("") };
        manner.writing().ending_when_locked()
    }

    fn key(&mut self, rooms: &mut Rooms, _: &mut Dialogs, key: Key) -> After {
        if leaves(key) {
            rooms.cx.say(Tone::Plain, format!("{}: nothing was deleted", rooms.store.display_name(self.id)));
            rooms.cx.give_up(&[Slot::Deletion]);
            return After::Close;
        }
        if key == Key::plain(Code::Enter) {
            return self.delete_if_meant(rooms);
        }
        // Letters move nothing, typed or not.
        if let Some(command) = movement(key) {
            let len = rooms.store.deletion_lines(&rooms.cx, self, rooms.cx.deletion_width()).len();
            self.pager.follow(command, len, rooms.cx.deletion_height(len));
        } else if self.shown.is_some() {
            self.typed.typed(key);
        }
        After::Stay
    }

    fn pasted(&mut self, _: &mut Rooms, _: &mut Dialogs, text: &str) -> bool {
        if self.shown.is_some() {
            self.typed.pasted(text);
        }
        self.shown.is_some()
    }
}

impl Dialogs {
    pub(in crate::app) fn ask_delete_of(&mut self, cx: &mut Context, id: u64, of: Option<usize>) {
        self.current = Some(Overlay::Deletion(Box::new(Deletion { id, of, ..Deletion::default() })));
        cx.read(Slot::Deletion, Read::Record { id, known: None });
    }

    /// The record that is to be deleted was read, or could not be.
    pub(in crate::app) fn deletion_read(
        &mut self,
        cx: &mut Context,
        store: &mut Store,
        id: u64,
        result: Result<Reply, RequestError>,
    ) {
        let error = match result {
            Ok(Reply::Record(Conditional::Changed(fetched))) => {
                store.store_fetched(cx, &fetched);
                if let Some(Overlay::Deletion(asking)) = &mut self.current
                    && asking.id == id
                {
                    asking.shown = Some(fetched);
                }
                return;
            }
            Ok(_) => return,
            Err(error) => error,
        };
        if matches!(self.current, Some(Overlay::Deletion(_))) {
            self.current = None;
        }
        let display_name = store.display_name(id);
        match error.kind {
            RequestErrorKind::NoSuchRecord => {
                store.mark_deleted(cx, &[id]);
                let (by, refresh) = (store.deleted_by(id), cx.key(Command::Refresh));
                cx.say(Tone::Bad, format!("{display_name} is already deleted{by}. {refresh}: refresh"));
            }
            _ if error.asks_to_sign_in() => cx.ask(Intent::SignIn(error.clone())),
            _ => cx.say(
                Tone::Bad,
                format!("{display_name}: not deleted, it could not be loaded first: {}", error.message),
            ),
        }
    }

    /// A record was not deleted because it changed: it is shown again, where nothing else is.
    pub(in crate::app) fn ask_delete_again(
        &mut self,
        id: u64,
        shown: Option<Box<Fetched>>,
        moved: Vec<Difference>,
        of: Option<usize>,
    ) {
        let asking = Deletion { id, shown, moved, of, ..Deletion::default() };
        self.current.get_or_insert(Overlay::Deletion(Box::new(asking)));
    }
}

impl Store {
    /// What the end of a record, or disabling it, takes from others that share its address, in a sentence.
    pub(in crate::app) fn loss_by_end_of(&self, record: &impl Record) -> Option<String> {
        let loss = check::loss(record, None::<&Registration>, &self.lint_context());
        loss.map(|finding| format!("Warning: {}.", finding.message))
    }

    /// What the question says, in lines of at most `width` cells: what happens, then the whole record.
    pub fn deletion_lines(&self, cx: &Context, asking: &Deletion, width: usize) -> Vec<TextLine> {
        let Some(fetched) = &asking.shown else {
            return vec![TextLine::new(Meant::Help, "loading the registration …")];
        };
        let record = &fetched.registration;
        let mut lines = self.deletion_effect(cx, asking, width);
        let whole = record::lines(
            record,
            &record.unknown,
            &self.lint_context(),
            self.live_lines(cx, record, width),
            false,
            width,
        );
        // The keys that go to a pop do not work here.
        lines.extend(whole.into_iter().map(|line| line.leading(Leads::Nowhere)));
        lines
    }

    /// The lines of what happens, which must have been in view before anything is sent.
    pub(in crate::app) fn deletion_effect(&self, cx: &Context, asking: &Deletion, width: usize) -> Vec<TextLine> {
        let Some(fetched) = &asking.shown else { return Vec::new() };
        let record = &fetched.registration;
        let mut lines = Vec::new();

        for difference in &self.by_others(asking.id, &asking.moved) {
            let value = show::full(difference.field, difference.answer.as_ref(), &self.targets);
            let changed = self.others(asking.id).changed(difference.field.field().label);
            let text = format!("{changed} since it was shown: {value}");
            lines.extend(TextLine::wrapped(Meant::Bad, &text, width));
        }
        if let Some(loss) = self.loss_by_end_of(record) {
            lines.extend(TextLine::wrapped(Meant::Bad, &loss, width));
        }
        let mut facts = vec![TextLine::new(Meant::Heading, "WHAT HAPPENS")];
        facts.extend(self.facts_of(cx, record));
        facts.push(TextLine::labelled("Effect", of_removal(record, &self.targets)));
        let undo = cx.key(Command::Undo);
        let password = match record.value(FieldId::AuthPassword) {
            ValueRef::Withheld | ValueRef::Missing => "the password must be set again",
            value if value.is_unset() => "no password",
            _ => "same password",
        };
        facts.push(TextLine::labelled("Undo", format!("{undo}: re-create (new ID, {password}) until you quit.")));
        if self.drafts.get(&asking.id).is_some_and(|open| !open.is_empty()) {
            facts.push(TextLine::labelled("Draft", "kept"));
        }
        lines.extend(facts.iter().flat_map(|fact| broken(fact, width)));
        lines
    }
}

impl Context {
    /// Cells of a line of the question.
    pub fn deletion_width(&self) -> usize {
        usize::from(self.size.0.saturating_sub(4)).clamp(1, Layout::BOX_TEXT.into())
    }

    /// Cells and rows inside of a box over the list for a question of so many lines; `None` where it is a page.
    pub fn deletion_box(&self, lines: usize) -> Option<(u16, usize)> {
        self.layout().box_rows(lines + BELOW_RECORD).map(|rows| (Layout::BOX_TEXT, rows))
    }

    /// Of so many lines of the question those in view.
    pub fn deletion_height(&self, lines: usize) -> usize {
        let rows = self.deletion_box(lines).map_or_else(|| self.layout().page_height(), |(_, rows)| rows);
        rows.saturating_sub(Self::below_record(rows)).max(1)
    }

    /// Rows below the record: a blank one, what to type, what was typed. On the smallest screens what happens comes
    /// before what is to be typed, which the title names.
    pub const fn below_record(rows: usize) -> usize {
        if rows > 2 * BELOW_RECORD {
            BELOW_RECORD
        } else if rows > 1 {
            1
        } else {
            0
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_happens_has_all_the_room_of_the_smallest_screens() {
        let below = [(0, 0), (1, 0), (2, 1), (6, 1), (7, 3), (40, 3)];
        assert_eq!(below.map(|(rows, _)| (rows, Context::below_record(rows))), below);
    }
}
