//! What others changed, as far as reading shows it: noted record by record, shown in a line, marked until it was
//! looked at. Records that disappeared stay in sight until then, so that no cursor is moved onto another record.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use crate::domain::answer::{Fetched, Page};
use crate::domain::change::change_log::{By, ChangeLog, FieldDiff, Noticed, SeenChange, changes, password_changed};
use crate::domain::record::{Equality, FieldId, Record, Value, ValueRef, equality, show};
use crate::domain::text::wrap;
use crate::keys::Command;

use crate::app::core::{Context, Intent, Tone, Write};
use crate::app::model::drafts::Others;
use crate::app::store::Store;
use crate::app::store::ours::Ours;
use crate::app::widget::{Meant, TextLine};

/// Records that a message names; of the others it shows the number.
const NAMED: usize = 5;

/// Fields that a message about one record names with their values.
const TOLD: usize = 3;

/// Which changes of a record that was read are ours.
#[derive(Debug, Clone, Copy)]
pub(in crate::app) enum Mine<'a> {
    Nothing,
    /// Those of these fields.
    Fields(&'a [FieldId]),
    /// The record itself.
    TheRecord,
}

/// What a refresh found, until it is reported.
#[derive(Debug, Clone, Default)]
struct Tidings {
    changed: BTreeMap<u64, Vec<FieldDiff>>,
    came: BTreeSet<u64>,
}

/// What was noticed, and what is still to be shown and looked at.
#[derive(Debug, Clone, Default)]
pub struct Noticing {
    /// Drafts of other consoles.
    pub others: Others,
    /// The log.
    pub seen: ChangeLog,
    /// Records that are shown although they are gone, with the time at which that was noticed.
    pub deleted: BTreeMap<u64, DateTime<Utc>>,
    tidings: Tidings,
    /// Records of which anything was noticed, or that we changed.
    pub(in crate::app) noted: BTreeSet<u64>,
    /// What we did ourselves.
    pub(in crate::app) ours: Ours,
    /// Records with a write of ours that was never answered.
    unanswered: BTreeSet<u64>,
    /// Names of records that we wanted to create, and of which no one knows whether the server still will.
    unmade: BTreeSet<String>,
}

impl Noticing {
    /// What was to be shown of these fields is no longer news: they were changed by us since.
    pub(in crate::app) fn untell(&mut self, id: u64, fields: &[FieldId]) {
        if let Some(reported) = self.tidings.changed.get_mut(&id) {
            reported.retain(|changed| !fields.contains(&changed.field));
            if reported.is_empty() {
                self.tidings.changed.remove(&id);
            }
        }
    }

    /// What was to be shown of a record is on the screen.
    pub(in crate::app) fn reported(&mut self, id: u64) {
        self.tidings.changed.remove(&id);
    }
}

impl Store {
    /// Takes in what the server said about a record alone.
    pub(in crate::app) fn store_fetched(&mut self, cx: &mut Context, now: &Fetched) {
        self.store_as(cx, now, Mine::Nothing);
    }

    /// Takes in what the server said about a record alone, where some of it is what we changed.
    pub(in crate::app) fn store_as(&mut self, cx: &mut Context, now: &Fetched, mine: Mine<'_>) {
        self.note_fetched(cx, now, mine);
        self.add_targets(&now.targets);
        let id = now.registration.id();
        if self.records.get(id).is_some() || self.loaded.synced.is_some() {
            self.records.put(&now.registration);
            self.marks.seen_again(id, &self.records);
        }
        self.fetched.insert(id, Box::new(now.clone()));
        cx.ask(Intent::RecordRead(id));
        self.touch();
    }

    /// Notes what a page has that is not known yet. To be called before its records are taken in; `sent` is the number
    /// of its request.
    pub(in crate::app) fn note_page(&mut self, cx: &Context, page: &Page, sent: Option<u64>) {
        for row in page.segment.iter() {
            if self.is_outdated(row.id(), sent) {
                continue;
            }
            self.note_record(cx, &row, Mine::Nothing);
        }
    }

    /// Notes what a record read alone has that is not known yet. To be called before it is taken in.
    pub(in crate::app) fn note_fetched(&mut self, cx: &Context, now: &Fetched, mine: Mine<'_>) {
        let id = now.registration.id();
        self.note_record(cx, &now.registration, mine);
        self.changes.ours.forget_overwritten(&now.registration);
        let reported = |noticed: &Noticed| {
            noticed.at == cx.now.wall
                && matches!(&noticed.what, SeenChange::Field(FieldDiff { field: FieldId::AuthPassword, .. }))
        };
        if self.changes.seen.of(id).iter().any(reported) {
            if let Mine::Fields(fields) = mine {
                self.note_stored(now, fields);
            }
            return;
        }
        // The list knows only that there is a password; a pane may know it.
        let known = self.fetched.get(&id);
        let field = FieldId::AuthPassword;
        let stored = self.is_ours(id, field, now.registration.value(field));
        let differs = known.is_some_and(|known| {
            equality(known.registration.value(field), now.registration.value(field)) == Equality::Different
        });
        let by_me = matches!(mine, Mine::Fields(fields) if fields.contains(&field));
        if let Mine::Fields(fields) = mine {
            self.note_stored(now, fields);
        }
        if (differs && !stored) || by_me {
            let by = if by_me { By::Me } else { self.others(id) };
            self.note(cx, id, by, SeenChange::Field(password_changed()));
        }
    }

    /// Who created a record that no one knew. Someone else, where no write of ours can have: one that is open may be
    /// the one that made it, though it was renamed since.
    fn maker(&self, record: &impl Record) -> By {
        if self.changes.ours.made.contains(&record.id()) || self.writes.is_being_made(record) {
            By::Me
        } else if self.writes.makes_any() || self.changes.unmade.contains(record.name()) {
            By::Unclear
        } else {
            By::Others
        }
    }

    fn note_record(&mut self, cx: &Context, record: &impl Record, mine: Mine<'_>) {
        let id = record.id();
        if self.changes.ours.deleted.contains(&id) {
            // The answer is older than our deletion.
            return;
        }
        if matches!(mine, Mine::TheRecord) {
            self.changes.ours.made.insert(id);
        }
        let Some(known) = self.records.get(id) else {
            // Before the list is read for the first time every record is new.
            if self.loaded.synced.is_some() {
                let by = self.maker(record);
                self.note(cx, id, by, SeenChange::Came);
                if by != By::Me {
                    self.changes.tidings.came.insert(id);
                }
            }
            return;
        };
        if matches!(mine, Mine::TheRecord) {
            // It was read before the answer to its creation came: what differs is what others did since, and the next
            // reading shows it.
            return;
        }
        let changed: Vec<FieldDiff> = changes(&known, record).collect();
        if self.changes.deleted.remove(&id).is_some() {
            let by = self.others(id);
            self.note(cx, id, by, SeenChange::Returned);
        }
        for change in changed {
            let field = change.field;
            let by = match mine {
                Mine::Fields(fields) if fields.contains(&field) => By::Me,
                _ if self.is_ours(id, field, record.value(field)) => By::Me,
                // What became of our write is read back; that says when it was applied.
                _ if self.writes.is_wanted(id, field, record.value(field)) => By::Me,
                _ => self.others(id),
            };
            if by != By::Me {
                self.changes.ours.overwritten(id, field);
                let reported = self.changes.tidings.changed.entry(id).or_default();
                reported.retain(|earlier| earlier.field != field);
                reported.push(change.clone());
            }
            self.note(cx, id, by, SeenChange::Field(change));
        }
    }
}

pub(in crate::app) fn named(ids: impl Iterator<Item = u64>, count: usize) -> String {
    let some: Vec<String> = ids.take(NAMED).map(|id| id.to_string()).collect();
    let more = if count > NAMED { ", …" } else { "" };
    format!("{}{more}", some.join(", "))
}

impl Store {
    /// Records that are there, as far as is known: all that are shown but those that are gone.
    pub fn present(&self) -> usize {
        self.records.len().saturating_sub(self.changes.deleted.len())
    }

    /// Whether a record is shown although it is gone.
    pub fn is_deleted(&self, id: u64) -> bool {
        self.changes.deleted.contains_key(&id)
    }

    /// It is not known whether a write of ours took effect.
    pub(in crate::app) fn note_unanswered(&mut self, id: u64) {
        self.changes.unanswered.insert(id);
    }

    /// No one waits for a write of ours any more that was never answered.
    pub(in crate::app) fn note_given_up(&mut self, id: u64, write: &Write) {
        if let Write::Create(draft) = write {
            self.changes.unmade.insert(draft.name().to_owned());
        } else {
            self.note_unanswered(id);
        }
    }

    /// It is known now.
    pub(in crate::app) fn note_answered(&mut self, id: u64) {
        self.changes.unanswered.remove(&id);
    }

    /// Who changed a record of which our own answers do not explain what is there now.
    pub(in crate::app) fn others(&self, id: u64) -> By {
        let unclear = self.changes.unanswered.contains(&id) || self.changes.ours.removed.contains(&id);
        if unclear { By::Unclear } else { By::Others }
    }

    /// Who deleted a record that is gone, for messages: ` by someone` where it was no one here.
    pub(in crate::app) fn deleted_by(&self, id: u64) -> &'static str {
        if self.changes.ours.removed.contains(&id) { By::Me.by() } else { self.others(id).by() }
    }

    fn change_text(&self, FieldDiff { field, before, after }: &FieldDiff) -> String {
        let label = field.field().label;
        match (before.as_ref(), after.as_ref()) {
            (ValueRef::Withheld, ValueRef::Withheld) => format!("{label} changed"),
            (ValueRef::Withheld, _) => format!("{label} removed"),
            (_, ValueRef::Withheld) => format!("{label} set"),
            (_, _) => {
                let text = |value: &Value| show::full(*field, value.as_ref(), &self.targets).into_owned();
                format!("{label} {} -> {}", text(before), text(after))
            }
        }
    }

    /// What was noticed of a record since the start, the newest first.
    pub fn seen_lines(&self, cx: &Context, id: u64, width: usize) -> Vec<TextLine> {
        let noticed = self.changes.seen.of(id);
        let mut lines = Vec::new();
        if noticed.is_empty() {
            return lines;
        }
        lines.push(TextLine::new(Meant::Heading, "CHANGES SEEN, newest first"));
        for Noticed { at, by, what } in noticed.iter().rev() {
            let what = match what {
                SeenChange::Field(changed) => self.change_text(changed),
                SeenChange::Came => "created".to_owned(),
                SeenChange::Deleted => "deleted on the server".to_owned(),
                SeenChange::Returned => "exists again".to_owned(),
            };
            let text = format!("{} {}: {what}", cx.clock(*at), by.word());
            for (number, part) in wrap(&text, width.saturating_sub(2).max(1)).into_iter().enumerate() {
                let indent = if number == 0 { "" } else { "  " };
                lines.push(TextLine::new(Meant::Text, format!("{indent}{part}")));
            }
        }
        lines
    }

    /// The user looked at one record: its changed fields are no longer marked.
    pub(in crate::app) fn mark_seen(&mut self, id: u64) {
        self.changes.seen.mark_seen(id);
    }
}

impl Store {
    /// Takes a record that is gone out of the list and the panes.
    pub(in crate::app) fn forget(&mut self, cx: &mut Context, id: u64) {
        if self.records.get(id).is_some() {
            self.loaded.total = self.loaded.total.map(|total| total.saturating_sub(1));
        }
        self.changes.ours.deleted.insert(id);
        self.records.remove(id);
        self.changes.deleted.remove(&id);
        self.mark_seen(id);
        self.marks.ids.remove(&id);
        cx.ask(Intent::CloseRecord(id));
        self.touch();
    }

    fn note(&mut self, cx: &Context, id: u64, by: By, what: SeenChange) {
        self.changes.noted.insert(id);
        // What was asked for before may be what was so before.
        self.changes.ours.ended.insert(id, cx.flown);
        self.changes.seen.note(id, Noticed { at: cx.now.wall, by, what });
    }

    /// These records are there no longer. They stay in sight until the user has seen it.
    pub(in crate::app) fn mark_deleted(&mut self, cx: &Context, ids: &[u64]) -> Vec<u64> {
        let mut news = Vec::new();
        for id in ids {
            if self.records.get(*id).is_some() && !self.is_deleted(*id) {
                self.changes.deleted.insert(*id, cx.now.wall);
                let by = self.others(*id);
                self.note(cx, *id, by, SeenChange::Deleted);
                news.push(*id);
                self.marks.stale = true;
            }
        }
        news
    }
}

impl Store {
    /// Says what reading found that others changed, once it is all read.
    pub(in crate::app) fn report_changes(&mut self, cx: &mut Context) {
        let Tidings { changed, came } = std::mem::take(&mut self.changes.tidings);
        let mut parts = Vec::new();
        if let (Some((id, fields)), 1) = (changed.first_key_value(), changed.len()) {
            let display_name = self.display_name(*id);
            let values: Vec<String> = fields.iter().take(TOLD).map(|changed| self.change_text(changed)).collect();
            let more = if fields.len() > TOLD { ", …" } else { "" };
            let values = format!("{}{more}", values.join(", "));
            parts.push(match self.others(*id) {
                By::Unclear => format!("{display_name} changed: {values} (possibly by your own unanswered change)"),
                by @ (By::Me | By::Others) => format!("{}: {values}", by.changed(&display_name)),
            });
        } else if !changed.is_empty() {
            let (count, named) = (changed.len(), named(changed.keys().copied(), changed.len()));
            let unclear = changed.keys().any(|id| self.others(*id) == By::Unclear);
            parts.push(if unclear {
                format!("{count} registrations changed: {named}")
            } else {
                format!("{}: {named}", By::Others.changed(&format!("{count} registrations")))
            });
        }
        if let (Some(id), 1) = (came.first(), came.len()) {
            parts.push(format!("{} is new", self.display_name(*id)));
        } else if !came.is_empty() {
            let named = named(came.iter().copied(), came.len());
            parts.push(format!("{} registrations are new: {named}", came.len()));
        }
        if parts.is_empty() {
            return;
        }
        let edited: Vec<u64> = changed.keys().copied().filter(|id| self.has_draft(*id)).take(1).collect();
        if let [id] = edited.as_slice() {
            let display_name = self.display_name(*id);
            parts.push(format!("your draft of {display_name} is kept; the review shows the conflict"));
        }
        cx.say(Tone::Plain, parts.join("; "));
    }

    /// Says which records are gone, and what is kept of them.
    pub(in crate::app) fn report_deleted(&mut self, cx: &mut Context, ids: &[u64]) {
        let (keys, back) = (cx.key(Command::Refresh), cx.key(Command::Escape));
        let drafts = ids.iter().filter(|id| self.has_draft(**id)).count();
        let kept = if drafts > 0 { "; your draft is kept. :recreate: create it again" } else { "" };
        if let [id] = ids {
            let display_name = self.display_name(*id);
            let by = self.deleted_by(*id);
            let text = format!("{display_name} was deleted{by}{kept}. {keys}/Esc: remove the row");
            cx.say(Tone::Plain, text);
        } else if !ids.is_empty() {
            let named = named(ids.iter().copied(), ids.len());
            let count = ids.len();
            let text = format!("{count} registrations are gone: {named}{kept}. {keys}/{back}: remove the rows");
            cx.say(Tone::Plain, text);
        }
        self.marked_deleted(cx, ids);
    }

    /// The user has seen what there is to see: marks go, and the rows of what is gone. Answers with how many
    /// records lost a mark and how many rows were removed.
    pub(in crate::app) fn acknowledge(&mut self) -> (usize, usize) {
        let fresh = self.changes.seen.fresh();
        self.changes.seen.mark_all_seen();
        let gone: BTreeSet<u64> = std::mem::take(&mut self.changes.deleted).into_keys().collect();
        if !gone.is_empty() {
            let before = self.records.len() as u64;
            self.records.forget(&gone);
            let now = self.records.len() as u64;
            // The server's last count of a whole list may have them in it.
            self.loaded.total = self.loaded.total.map(|total| if total <= before { total.min(now) } else { total });
            self.touch();
        }
        (fresh, gone.len())
    }

    /// The same, shown; `false` where there was nothing.
    pub(in crate::app) fn acknowledge_aloud(&mut self, cx: &mut Context) -> bool {
        let (fresh, gone) = self.acknowledge();
        let changes = match fresh {
            0 => None,
            1 => Some("1 change marked as seen; is:changed still finds it".to_owned()),
            _ => Some(format!("{fresh} changes marked as seen; is:changed still finds them")),
        };
        let rows = match gone {
            0 => None,
            1 => Some("Removed 1 deleted row".to_owned()),
            _ => Some(format!("Removed {gone} deleted rows")),
        };
        let parts: Vec<String> = [rows, changes].into_iter().flatten().collect();
        if parts.is_empty() {
            return false;
        }
        cx.say(Tone::Plain, parts.join("; "));
        true
    }
}
