//! What can be put on the user's clipboard about the record under the cursor, and comparing it with another.
//! Passwords and tokens never go there.

use chrono::{DateTime, Utc};

use crate::domain::clipping::Clipping;
use crate::domain::formats::json;
use crate::domain::query::column::Column;
use crate::domain::query::listing::Listed;
use crate::domain::record::field::FieldId;
use crate::domain::record::registration::{Record, Registration};
use crate::domain::record::relation::Targets;
use crate::domain::record::show;
use crate::domain::record::value::ValueRef;
use crate::domain::rules::placement;
use crate::keys::command::Command;

use crate::app::core::context::Context;
use crate::app::core::effect::{Effect, Read};
use crate::app::core::notice::Tone;
use crate::app::core::ticket::Slot;
use crate::app::list::List;
use crate::app::overlay::Dialogs;
use crate::app::overlay::Overlay;
use crate::app::overlay::dialog::{Dialog, Lines, Manner};
use crate::app::store::Store;
use crate::app::widget::line::{Line, Meant};
use crate::app::widget::pager::Pager;
use crate::app::{App, Focus};

/// The longest text, in bytes, that is sent to a clipboard: many terminals would cut a longer one without a word.
pub const LONGEST: usize = 74_994;

/// A record against another, fields that differ first.
#[derive(Debug, Clone)]
pub struct Comparison {
    /// The two ids.
    pub ids: (u64, u64),
    /// Of one record with itself: since when the upper one is no longer how it is.
    pub since: Option<DateTime<Utc>>,
    /// What differs, and then what does not.
    pub lines: Vec<Line>,
    /// Over the lines.
    pub pager: Pager,
}

/// Two records field by field; those that differ come first.
#[must_use]
pub fn compared(left: &impl Record, right: &impl Record, targets: &Targets) -> Vec<Line> {
    let mut differ = Vec::new();
    let mut same = Vec::new();
    for field in FieldId::all() {
        let (a, b) = (left.value(field), right.value(field));
        let label = field.field().label;
        let (one, other) = (show::full(field, a, targets), show::full(field, b, targets));
        let secret = matches!(a, ValueRef::Withheld | ValueRef::Secret(_))
            && matches!(b, ValueRef::Withheld | ValueRef::Secret(_));
        let line = if secret {
            same.push(Line::labelled(label, "set in both (passwords are not compared)"));
            continue;
        } else if one == other {
            Line { meant: Meant::Unset, ..Line::labelled(label, one.into_owned()) }
        } else {
            differ.push(Line::labelled(label, one.into_owned()));
            differ.push(Line { field: Some(field), ..Line::labelled("", other.into_owned()) });
            continue;
        };
        same.push(line);
    }
    let mut lines = Vec::new();
    if differ.is_empty() {
        lines.push(Line::new(Meant::Text, "Only the ID differs."));
    } else {
        lines.push(Line::new(Meant::Heading, "DIFFERENT"));
        lines.append(&mut differ);
    }
    lines.push(Line::new(Meant::Heading, "EQUAL"));
    lines.append(&mut same);
    lines
}

impl App {
    /// What a command that copies takes, what that is called, and of which record.
    ///
    /// # Errors
    /// Why there is nothing to copy.
    pub(in crate::app) fn copied(&self, command: Command) -> Result<(u64, &'static str, Clipping), (Tone, String)> {
        let Some(id) = self.subject() else {
            return Err((Tone::Plain, "No registration selected to copy from".to_owned()));
        };
        let Some(record) = self.store.records.get(id) else {
            return Err((Tone::Plain, format!("Not copied: registration {id} is not loaded")));
        };
        let (what, text) = match self.store.fetched.get(&id) {
            // Neither of these needs a value.
            _ if record.is_whole() || matches!(command, Command::CopyId | Command::CopyRequest) => {
                self.list.text_of(&self.cx, &self.store, command, &record)
            }
            Some(opened) => self.list.text_of(&self.cx, &self.store, command, &opened.registration),
            // Enough to see whether there is anything: what is copied is read first.
            None => return Ok((id, "", Clipping::default())),
        };
        self.store.fit_to_copy(id, what, text)
    }

    pub(in crate::app) fn copy(&mut self, command: Command) {
        let Ok((id, what, text)) = self.copied(command) else { return };
        if text.is_empty() {
            // The list keeps a part of it only.
            self.panes.copying = Some((id, command));
            self.cx.say(Tone::Plain, format!("{}: loading the whole value before copying …", self.store.called(id)));
            return self.cx.read(Slot::Whole, Read::Record { id, known: None });
        }
        let called = self.store.called(id);
        self.cx.say(Tone::Good, format!("Copied {what} of {called} ({} bytes)", text.len()));
        self.cx.effect(Effect::Copy(text));
    }

    /// Compares the two marked records. Else it remembers the record the first time, and the second time compares
    /// it: with another record, or with how it was before it was noticed to change. In the detail that copy is at
    /// hand at once.
    pub(in crate::app) fn compare(&mut self) {
        if self.panes.focus == Focus::List
            && let Some(two) = self.store.marked_two()
        {
            self.overlay.show_comparison(&mut self.store, two);
            return;
        }
        let Some(id) = self.subject() else { return };
        let called = self.store.called(id);
        let first = self.list.to_compare.filter(|first| self.store.records.get(*first).is_some());
        if let Some(first) = first.filter(|first| *first != id) {
            self.list.to_compare = None;
            self.overlay.show_comparison(&mut self.store, (first, id));
            return;
        }
        let earlier = self.store.records.get(id).and_then(|now| self.store.changes.seen.earlier(&now));
        match earlier {
            Some((earlier, since)) if first.is_some() || self.panes.focus == crate::app::Focus::Side => {
                self.list.to_compare = None;
                if let Some(now) = self.store.records.get(id) {
                    let lines = compared(&earlier, &now, &self.store.targets);
                    self.overlay.show_compared((id, id), Some(since), lines);
                }
            }
            None if first.is_some() => {
                self.cx.say(Tone::Plain, format!("{called}: no change seen since it was first loaded"));
            }
            Some(_) | None => {
                self.list.to_compare = Some(id);
                let keys = self.cx.key_in(self.panes.scope(), Command::Compare);
                let text = format!(
                    "Compare {called}: {keys} on another registration, or {keys} here again for its earlier version"
                );
                self.cx.say(Tone::Plain, text);
            }
        }
    }
}

impl Store {
    /// The text where a clipboard takes it.
    fn fit_to_copy(
        &self,
        id: u64,
        what: &'static str,
        text: Clipping,
    ) -> Result<(u64, &'static str, Clipping), (Tone, String)> {
        if text.is_empty() {
            return Err((Tone::Plain, format!("{} has no {what}. Nothing was copied.", self.called(id))));
        }
        if text.len() > LONGEST {
            let (called, length) = (self.called(id), text.len());
            let why =
                format!("{called}: not copied, {what} has {length} bytes and the terminal's clipboard takes {LONGEST}");
            return Err((Tone::Bad, why));
        }
        Ok((id, what, text))
    }

    fn ticket_line(&self, cx: &Context, record: &impl Record) -> String {
        let state = match record.enabled() {
            Some(true) => "enabled",
            Some(false) => "disabled",
            None => "(enabled or not is unknown)",
        };
        let address = Listed::Address.text(record, &self.targets).into_owned();
        let loaded = placement::loaded_by(record, &self.targets).sentence(&self.targets);
        let at = cx.now.wall.with_timezone(&cx.setup.timezone).format("%Y-%m-%d %H:%M:%S %Z");
        let (profile, id, name) = (&cx.setup.profile, record.id(), record.name());
        let live = self.targets.live_mark(id).map_or_else(String::new, |mark| format!("; live: {}", mark.cell));
        let effect = self.live.effect(id).map_or_else(String::new, |how| format!("; last change: {how}"));
        format!("{profile}: registration {id} {name} ({address}) {state}; {loaded}{live}{effect}; {at}")
    }
}

impl List {
    /// Copies from a record that was read for it.
    pub(in crate::app) fn copy_from(
        &mut self,
        cx: &mut Context,
        store: &mut Store,
        command: Command,
        record: &Registration,
    ) {
        let (what, text) = self.text_of(cx, store, command, record);
        match store.fit_to_copy(record.id(), what, text) {
            Ok((id, what, text)) => {
                let (called, length) = (store.called(id), text.len());
                cx.say(Tone::Good, format!("Copied {what} of {called} ({length} bytes)"));
                cx.effect(Effect::Copy(text));
            }
            Err((tone, why)) => cx.say(tone, why),
        }
    }

    /// What a command copies, by name, and the text.
    fn text_of(&self, cx: &Context, store: &Store, command: Command, record: &impl Record) -> (&'static str, Clipping) {
        let (what, text) = match command {
            Command::CopyJson => {
                return ("JSON, password masked", Clipping::json(&json::block(record, &store.targets)));
            }
            Command::CopyName => ("name", record.name().to_owned()),
            Command::CopyCell => {
                let column = self.rows.column.unwrap_or(Listed::Column(Column::Id));
                (crate::app::model::columns::heading(column), column.text(record, &store.targets).into_owned())
            }
            Command::CopyAddress => ("user@domain", Listed::Address.text(record, &store.targets).into_owned()),
            Command::CopyContact => ("contact", record.text(FieldId::Contact).unwrap_or_default().to_owned()),
            Command::CopyRequest => ("curl command without token", cx.curl(record.id())),
            Command::CopyTicket => ("ticket line", store.ticket_line(cx, record)),
            _ => ("ID", record.id().to_string()),
        };
        (what, Clipping::line(&text))
    }
}

impl Context {
    fn curl(&self, id: u64) -> String {
        // Both come from the configuration, and are quoted for a shell all the same.
        let server = self.setup.server.trim_end_matches('/').replace('\'', "'\\''");
        format!(
            "curl '{server}/registrations/{id}?include=pop,node,transport-protocol' \
             -H 'Accept: application/vnd.api+json' -H \"Authorization: $TOKEN\""
        )
    }
}

impl Dialog for Comparison {
    fn manner(&self, _: &App) -> Manner {
        Manner::list(Some(Command::Compare), "")
    }

    fn list(&mut self, app: &App) -> Option<Lines<'_>> {
        Some(Lines { pager: &mut self.pager, len: self.lines.len(), height: app.cx.overlay_height() })
    }
}

impl Dialogs {
    fn show_comparison(&mut self, store: &mut Store, ids: (u64, u64)) {
        if let (Some(left), Some(right)) = (store.records.get(ids.0), store.records.get(ids.1)) {
            let lines = compared(&left, &right, &store.targets);
            self.show_compared(ids, None, lines);
        }
    }

    fn show_compared(&mut self, ids: (u64, u64), since: Option<DateTime<Utc>>, lines: Vec<Line>) {
        let pager = Pager::default();
        self.current = Some(Overlay::Comparison(Box::new(Comparison { ids, since, lines, pager })));
    }
}
