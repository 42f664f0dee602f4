//! Outcomes of writes, and what the disk says of drafts. An outcome is never stale: each write is answered for.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use crate::domain::check;
use crate::domain::draft::Draft;
use crate::domain::journal::{Action, Change, Ending};
use crate::domain::outcome::Created;
use crate::domain::registration::Record as _;

use super::App;
use super::drafts::{Kept, OnDisk};
use super::effect::{Effect, Write};
use super::message::Outcome;
use super::notice::Tone;
use super::overlay::{Overlay, Question, Yes};

impl App {
    /// A write ended.
    pub(super) fn outcome(&mut self, number: u64, outcome: Outcome) -> Vec<Effect> {
        let Some(under_way) = self.writing.remove(&number) else { return Vec::new() };
        match (&under_way.write, outcome) {
            (Write::Save { draft, .. }, Outcome::Saved(saved)) => self.saved(under_way.id, draft, saved),
            (Write::Switch { shown, to, .. }, Outcome::Switched(switched)) => {
                let (shown, to) = (shown.clone(), *to);
                self.switched(&under_way, &shown, to, switched)
            }
            (Write::Create(draft), Outcome::Created(created)) => self.created(under_way.id, draft, created),
            // An outcome belongs to its write; another kind cannot come.
            (Write::Save { .. } | Write::Switch { .. } | Write::Create(_), _) => Vec::new(),
        }
    }

    /// `:recreate`: a record that somebody deleted is made anew from the draft.
    pub(super) fn ask_recreate(&mut self) -> Vec<Effect> {
        let Some(id) = self.subject().filter(|id| self.drafts.contains_key(id)) else { return Vec::new() };
        let lines = vec![
            format!("Make {} anew from your draft, on {}?", self.called(id), self.setup.profile),
            "It gets a new id; nodes see it as another registration.".to_owned(),
        ];
        self.overlay = Some(Overlay::Question(Question { lines, yes: Yes::Recreate(id) }));
        Vec::new()
    }

    pub(super) fn recreate(&mut self, id: u64) -> Vec<Effect> {
        if self.is_writing(id) {
            self.say(Tone::Plain, format!("{} is being written already; wait for the answer", self.called(id)));
            return Vec::new();
        }
        let Some(kept) = self.drafts.get(&id) else { return Vec::new() };
        // Every value is a change of a record that says nothing yet.
        let result = kept.draft.result();
        let mut draft = Draft::new(crate::domain::registration::Registration::new(id), None);
        for field in crate::domain::field::FieldId::all() {
            draft.set(field, result.get(field).clone());
        }
        vec![self.write(id, Write::Create(Box::new(draft)))]
    }

    fn created(&mut self, id: u64, draft: &Draft, created: Created) -> Vec<Effect> {
        let name = draft.name().to_owned();
        let (ending, text, done) = match created {
            Created::Applied { now, differences } => {
                self.learn(&now);
                let told = self.told(&differences);
                (Ending::Applied, format!("created {} {name}{told}", now.registration.id()), true)
            }
            Created::AppliedUnseen { now, trouble } => {
                self.learn(&now);
                let id = now.registration.id();
                (
                    Ending::AppliedUnseen,
                    format!("created {id} {name}, though the answer was lost ({})", trouble.message),
                    true,
                )
            }
            Created::Refused(trouble) => {
                (Ending::Refused, format!("{name} was not created: {}; your draft is kept", trouble.message), false)
            }
            Created::NotApplied(trouble) => (
                Ending::NotApplied,
                format!(
                    "{name} was NOT created: no clear answer ({}), and no record of that name is there; your draft is kept",
                    trouble.message
                ),
                false,
            ),
            Created::Unclear { now, trouble, .. } => (
                Ending::Unknown,
                format!(
                    "no clear answer ({}); {} has that name with other values, so it is someone else's; your draft is kept",
                    trouble.message,
                    now.registration.id()
                ),
                false,
            ),
            Created::Unknown { trouble, .. } => (
                Ending::Unknown,
                format!(
                    "UNKNOWN whether {name} was created: {}; r reads the list; your draft is kept",
                    trouble.message
                ),
                false,
            ),
        };
        self.say(if done { Tone::Good } else { Tone::Bad }, text);
        let line = self.journal(Action::Create, draft, Change::of_draft(draft), ending, None);
        if done {
            self.close_form(id);
            return vec![Effect::DropDraft(id), line];
        }
        vec![line]
    }

    /// The disk has a draft, or cannot take it.
    pub(super) fn draft_kept(&mut self, id: u64, result: Result<(), String>) {
        let Some(kept) = self.drafts.get_mut(&id) else { return };
        match result {
            Ok(()) => kept.disk = OnDisk::Kept,
            Err(why) => {
                let known = matches!(kept.disk, OnDisk::Failed(_));
                kept.disk = OnDisk::Failed(why.clone());
                if !known {
                    let called = self.called(id);
                    self.say(Tone::Bad, format!("{called}: {why}"));
                }
            }
        }
    }

    /// Drafts that an earlier run left are offered.
    pub(super) fn drafts_found(&mut self, drafts: Vec<(Draft, DateTime<Utc>)>, unreadable: Vec<String>) {
        for text in unreadable {
            self.say(Tone::Bad, text);
        }
        let mut names = Vec::new();
        for (mut draft, based) in drafts {
            let typed = draft.take_typed();
            // What is a value by now, since a pop of that name is known, say, is one.
            let unread: BTreeMap<_, _> = typed
                .into_iter()
                .filter_map(|(field, text)| match check::parse(field, &text, &self.targets) {
                    Ok(value) => {
                        draft.set(field, value);
                        None
                    }
                    Err(finding) => Some((field, (text, finding))),
                })
                .collect();
            let (id, name) = (draft.base().id(), draft.base().name().to_owned());
            names.push(format!("{id} {name}"));
            self.drafts.entry(id).or_insert_with(|| Kept { unread, ..Kept::new(draft, name, based, OnDisk::Kept) });
        }
        if !names.is_empty() {
            let noun = if names.len() == 1 { "draft is" } else { "drafts are" };
            let edit = self
                .setup
                .keymap
                .keys_of(crate::keys::command::Scope::List, crate::keys::command::Command::Edit)
                .unwrap_or_default();
            let text = format!(
                "{} {noun} kept from before: {}; {edit} on the record goes on, :discard drops it",
                names.len(),
                names.join(", ")
            );
            self.say(Tone::Plain, text);
        }
    }
}
