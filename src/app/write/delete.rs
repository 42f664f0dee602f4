//! Deleting a record: read afresh, shown whole, with what the nodes will do, and only after its name was typed.

use crate::domain::answer::{Conditional, Fetched};
use crate::domain::change::journal::{Action, Change, Ending, JournalLine};
use crate::domain::change::merge::Difference;
use crate::domain::change::outcome::Deleted;
use crate::domain::record::draft::of_removal;
use crate::domain::record::field::FieldId;
use crate::domain::record::registration::{Record, Registration};
use crate::domain::record::show;
use crate::domain::record::value::ValueRef;
use crate::domain::request_error::{Trouble, TroubleKind};
use crate::domain::rules::check;
use crate::domain::text::wrap;
use crate::keys::chord::{Code, Key};
use crate::keys::command::{Command, Scope};

use crate::app::App;
use crate::app::core::context::Context;
use crate::app::core::effect::{Effect, IfMatch, Read, Write};
use crate::app::core::intent::Intent;
use crate::app::core::message::Reply;
use crate::app::core::notice::Tone;
use crate::app::core::ticket::Slot;
use crate::app::model::history::{Deed, Entry, Standing};
use crate::app::overlay::Dialogs;
use crate::app::overlay::Overlay;
use crate::app::panes::record;
use crate::app::store::Store;
use crate::app::store::open_writes::IS_SENDING;
use crate::app::store::open_writes::UnderWay;
use crate::app::widget::line::{Leads, Line, Meant};
use crate::app::widget::line_editor::LineEditor;
use crate::app::widget::movement::movement;
use crate::app::widget::pager::Pager;
use crate::app::write::toggle::explained;

/// The question whether a record is to be deleted.
#[derive(Debug, Clone)]
pub struct Deletion {
    /// Which record.
    pub id: u64,
    /// The record as it was read for this; `None` until then.
    pub shown: Option<Box<Fetched>>,
    /// What changed since it was shown the last time.
    pub moved: Vec<Difference>,
    /// The entry of the history that this takes back, or does again.
    pub of: Option<usize>,
    /// Over the lines.
    pub pager: Pager,
    /// What was typed.
    pub typed: LineEditor,
}

impl Deletion {
    /// What must be typed: the name, or the id where a name cannot be typed as it stands.
    #[must_use]
    pub fn word(&self) -> String {
        let name = self.shown.as_ref().map_or("", |fetched| fetched.registration.name());
        if can_be_typed(name) { name.to_owned() } else { self.id.to_string() }
    }

    /// What that is called.
    #[must_use]
    pub fn word_kind(&self) -> &'static str {
        if self.shown.as_ref().is_some_and(|fetched| can_be_typed(fetched.registration.name())) { "name" } else { "id" }
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

impl App {
    /// `D`: asks whether the record that the focused pane is about is to be deleted.
    pub(in crate::app) fn ask_delete(&mut self) {
        if let Some(id) = self.subject() {
            self.overlay.ask_delete_of(&mut self.cx, id, None);
        }
    }

    /// The record that is to be deleted was read, or could not be.
    pub(in crate::app) fn deletion_read(&mut self, id: u64, result: Result<Reply, Trouble>) {
        let trouble = match result {
            Ok(Reply::Record(Conditional::Changed(fetched))) => {
                self.store.learn(&mut self.cx, &fetched);
                if let Some(Overlay::Deletion(asking)) = &mut self.overlay.current
                    && asking.id == id
                {
                    asking.shown = Some(fetched);
                }
                return;
            }
            Ok(_) => return,
            Err(trouble) => trouble,
        };
        if matches!(self.overlay.current, Some(Overlay::Deletion(_))) {
            self.overlay.current = None;
        }
        let called = self.store.called(id);
        match trouble.kind {
            TroubleKind::NoSuchRecord => {
                self.store.went(&self.cx, &[id]);
                self.cx.say(Tone::Bad, format!("{called} is already deleted{}. r: refresh", self.store.deleted_by(id)));
            }
            TroubleKind::SignInNeeded | TroubleKind::SignInRefused => self.cx.ask(Intent::SignIn(trouble.clone())),
            _ => self
                .cx
                .say(Tone::Bad, format!("{called}: not deleted, it could not be loaded first: {}", trouble.message)),
        }
    }

    pub(in crate::app) fn typed_in_deletion(&mut self, mut asking: Box<Deletion>, key: Key) {
        if key == Key::plain(Code::Esc) || key == Key::ctrl('c') {
            self.cx.say(Tone::Plain, format!("{}: nothing was deleted", self.store.called(asking.id)));
            let _ = self.cx.tickets.open(Slot::Deletion);
            self.cx.effect(Effect::Cancel(Slot::Deletion));
            return;
        }
        if key == Key::plain(Code::Enter) {
            self.delete_if_meant(asking);
            return;
        }
        if let Some(command) = movement(key) {
            let len = self.store.deletion_lines(&self.cx, &asking, self.cx.deletion_width()).len();
            let height = self.cx.deletion_height();
            asking.pager.follow(command, len, height);
        } else if asking.shown.is_some() {
            asking.typed.typed(key);
        }
        self.overlay.current = Some(Overlay::Deletion(asking));
    }

    fn delete_if_meant(&mut self, asking: Box<Deletion>) {
        let (called, word, kind) = (self.store.called(asking.id), asking.word(), asking.word_kind());
        let Some(fetched) = asking.shown.clone() else {
            self.cx.say(Tone::Plain, format!("{called} is still loading"));
            self.overlay.current = Some(Overlay::Deletion(asking));
            return;
        };
        if asking.typed.text() != word {
            let what = if asking.typed.text().is_empty() { "Nothing typed yet" } else { "That does not match" };
            self.cx.say(Tone::Plain, format!("{what}. Type the {kind} {word} and press Enter. Esc: cancel"));
            self.overlay.current = Some(Overlay::Deletion(asking));
            return;
        }
        if let Some(why) = self.store.in_the_way(&self.cx, asking.id, IS_SENDING) {
            self.cx.say(Tone::Plain, why);
            return;
        }
        let (shown, tag) = match self.store.with_ours(&fetched.registration) {
            Some(since) => (since, None),
            None => (fetched.registration.clone(), fetched.tag.clone()),
        };
        let write = Write::Delete { shown: Box::new(shown), tag, if_match: self.store.writes.if_match };
        self.store.write_of(&mut self.cx, asking.id, write, asking.of);
    }

    /// A deletion ended.
    pub(in crate::app) fn gone_or_not(&mut self, under_way: &UnderWay, shown: &Registration, deleted: Deleted) {
        let id = under_way.id;
        let called = self.store.called(id);
        let delete = self.cx.setup.keymap.keys_of(Scope::List, Command::Delete).unwrap_or_default();
        let (ending, request) = match deleted {
            Deleted::Applied => return self.deleted(under_way, shown, None),
            Deleted::AppliedUnseen(trouble) => return self.deleted(under_way, shown, Some(&trouble)),
            Deleted::AlreadyGone => {
                let line = self.store.journal_of_deletion(&self.cx, under_way, shown, Ending::Gone, None);
                self.store.forget(&mut self.cx, id);
                if let Some(index) = under_way.of {
                    self.store.history.turn(index, shown, None);
                }
                let by = self.store.deleted_by(id);
                self.cx.say(Tone::Plain, format!("{called} was already deleted{by}. Nothing was sent."));
                self.cx.effect(line);
                return;
            }
            Deleted::Moved { now, differences } => {
                self.store.learn(&mut self.cx, &now);
                let told = self.store.told(id, &differences);
                self.cx.say(
                    Tone::Bad,
                    format!(
                        "{called}: NOT deleted, it changed since it was shown{told}. Review \
                                                it again"
                    ),
                );
                let free = self.overlay.current.is_none();
                if free {
                    let (pager, typed) = (Pager::default(), LineEditor::default());
                    let asking = Deletion { id, shown: Some(now), moved: differences, of: under_way.of, pager, typed };
                    self.overlay.current = Some(Overlay::Deletion(Box::new(asking)));
                }
                (Ending::Conflict, None)
            }
            Deleted::CannotCompare => {
                // It says nothing about saves, so only this request goes without.
                self.cx.say(Tone::Plain, "This server cannot compare its ETag on delete: sent again without If-Match");
                let Write::Delete { shown, tag, .. } = under_way.write.clone() else { return };
                self.store.write_of(
                    &mut self.cx,
                    id,
                    Write::Delete { shown, tag, if_match: IfMatch::Omit },
                    under_way.of,
                );
                return;
            }
            Deleted::Refused(trouble) => {
                let text = format!("{called}: not deleted, nothing was changed: {}", explained(&trouble));
                self.cx.say(Tone::Bad, text);
                if matches!(trouble.kind, TroubleKind::SignInNeeded | TroubleKind::SignInRefused) {
                    self.cx.ask(Intent::SignIn(trouble.clone()));
                }
                (Ending::Refused, trouble.request_id)
            }
            Deleted::NotApplied { now, trouble } => {
                self.store.learn(&mut self.cx, &now);
                let text = format!(
                    "{called}: NOT deleted {}, a check shows it still exists. {delete}: retry (no clear answer: {})",
                    under_way.so_far(&self.cx),
                    trouble.message
                );
                self.cx.say(Tone::Bad, text);
                (Ending::NotApplied, trouble.request_id)
            }
            Deleted::Unknown { trouble, seen } => {
                self.store.note_unanswered(id);
                let text = format!(
                    "{called}: UNKNOWN whether it was deleted: {}; checking until known (no clear answer: {})",
                    seen.words(),
                    trouble.message
                );
                self.cx.say(Tone::Bad, text);
                (Ending::Unknown, trouble.request_id)
            }
        };
        self.cx.effect(self.store.journal_of_deletion(&self.cx, under_way, shown, ending, request));
    }

    /// The record is gone because of us.
    fn deleted(&mut self, under_way: &UnderWay, shown: &Registration, unseen: Option<&Trouble>) {
        let (id, called) = (under_way.id, self.store.called(under_way.id));
        self.store.note_deleted(id);
        let ending = if unseen.is_some() { Ending::AppliedUnseen } else { Ending::Applied };
        let request = unseen.and_then(|trouble| trouble.request_id.clone());
        let line = self.store.journal_of_deletion(&self.cx, under_way, shown, ending, request);
        let keys = |command| self.cx.setup.keymap.keys_of(Scope::List, command).unwrap_or_default();
        let again = match under_way.of.and_then(|index| self.store.history.get(index)).map(|entry| entry.standing) {
            Some(Standing::Done) => keys(Command::Redo),
            Some(Standing::Undone) | None => keys(Command::Undo),
        };
        match under_way.of {
            Some(index) => self.store.history.turn(index, shown, None),
            None => self.store.history.note(Entry {
                at: self.cx.now.wall,
                id,
                name: shown.name().to_owned(),
                deed: Deed::Delete,
                changes: Vec::new(),
                after: (shown.clone(), None),
                standing: Standing::Done,
                group: under_way.part.map(|part| part.number),
            }),
        }
        self.store.forget(&mut self.cx, id);
        let (how, why) = match unseen {
            None => ("deleted", String::new()),
            Some(trouble) if under_way.late.is_some() => ("deleted", under_way.how_known(&self.cx, trouble)),
            Some(trouble) => ("Deleted, although the answer was lost:", format!(" ({})", trouble.message)),
        };
        let draft = if self.store.drafts.contains_key(&id) { "; your draft is kept" } else { "" };
        self.cx.say(Tone::Good, format!("{how} {called}{draft}. {again}: re-create (new ID){why}"));
        self.cx.effect(line);
    }
}

impl Dialogs {
    pub(in crate::app) fn ask_delete_of(&mut self, cx: &mut Context, id: u64, of: Option<usize>) {
        let (pager, typed) = (Pager::default(), LineEditor::default());
        let asking = Deletion { id, shown: None, moved: Vec::new(), of, pager, typed };
        self.current = Some(Overlay::Deletion(Box::new(asking)));
        cx.read(Slot::Deletion, Read::Record { id, known: None });
    }
}

impl Store {
    pub(in crate::app) fn journal_of_deletion(
        &self,
        cx: &Context,
        under_way: &UnderWay,
        shown: &Registration,
        ending: Ending,
        request: Option<String>,
    ) -> Effect {
        let action = match under_way.of.and_then(|index| self.history.get(index)).map(|entry| entry.standing) {
            None => Action::Delete,
            Some(Standing::Done) => Action::Undo,
            Some(Standing::Undone) => Action::Redo,
        };
        let changes = Change::between(shown, &Registration::new(shown.id()));
        let line = JournalLine::of_changes(cx.now.wall, cx.author(), action, shown, changes, ending);
        Effect::Record(Box::new(line.with_request(request)))
    }

    /// What the end of a record, or disabling it, takes from others that share its address, in a sentence.
    #[must_use]
    pub(in crate::app) fn loss_by_end_of(&self, record: &impl Record) -> Option<String> {
        let loss = check::loss(record, None::<&Registration>, &self.lint_context());
        loss.map(|finding| format!("Warning: {}.", finding.message))
    }

    /// What the question says, in lines of at most `width` cells.
    #[must_use]
    pub fn deletion_lines(&self, cx: &Context, asking: &Deletion, width: usize) -> Vec<Line> {
        let Some(fetched) = &asking.shown else { return vec![Line::new(Meant::Help, "loading the registration …")] };
        let record = &fetched.registration;
        let mut lines = Vec::new();
        let mut say = |meant: Meant, text: &str| {
            lines.extend(wrap(text, width).into_iter().map(|text| Line::new(meant, text)));
        };
        for difference in &self.by_others(asking.id, &asking.moved) {
            let value = show::full(difference.field, difference.answer.as_ref(), &self.targets);
            let changed = self.others(asking.id).changed(difference.field.field().label);
            let text = format!("{changed} since it was shown: {value}");
            say(Meant::Bad, &text);
        }
        say(Meant::Heading, "WHAT HAPPENS");
        say(Meant::Text, &of_removal(record, &self.targets));
        if let Some(loss) = self.loss_by_end_of(record) {
            say(Meant::Bad, &loss);
        }
        let undo = cx.setup.keymap.keys_of(Scope::List, Command::Undo).unwrap_or_default();
        let password = match record.value(FieldId::AuthPassword) {
            ValueRef::Withheld | ValueRef::Missing => "the password must be set again",
            value if value.is_unset() => "no password",
            _ => "same password",
        };
        let text = format!("{undo}: re-create (new ID, {password}) until you quit.");
        say(Meant::Text, &text);
        if self.drafts.get(&asking.id).is_some_and(|kept| !kept.is_empty()) {
            say(Meant::Text, "Your draft is kept.");
        }
        let whole = record::lines(record, &record.unknown, &self.lint_context(), false, width);
        // The keys that go to a pop do not work here.
        lines.extend(whole.into_iter().map(|line| line.leading(Leads::Nowhere)));
        lines
    }
}

impl Context {
    /// Cells of a line of the question.
    #[must_use]
    pub fn deletion_width(&self) -> usize {
        usize::from(self.size.0.saturating_sub(4)).clamp(1, 100)
    }

    /// Lines of the question in view.
    #[must_use]
    pub fn deletion_height(&self) -> usize {
        self.overlay_height().saturating_sub(2).max(1)
    }
}
