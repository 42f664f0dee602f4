//! An edit: the record as it was read, and what someone wants to be different. Only differences are held, so
//! that only they are sent and nothing else can be overwritten. Does not know where drafts are kept.

mod effect;
mod fresh;
mod stored;

use std::collections::{BTreeMap, BTreeSet};

pub use effect::{NodeAct, act_of_making, act_of_removal, of_removal};
pub use fresh::{carried_over, completed, server_default};
pub use stored::{RestoreError, StoredDraft};

pub use crate::domain::record::fresh_id::{fresh_id, is_fresh};

use crate::domain::answer::Tag;
use crate::domain::record::{
    Equality, FieldId, NodeEffect, Record, Registration, Targets, Value, ValueRef, equality, is_stated,
};
use crate::domain::rules::check;
use crate::domain::rules::{CheckContext, Finding, Severity};

/// A record under edit. As a [`Record`] it has the values that it would have after saving.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    base: Registration,
    tag: Option<Tag>,
    changes: BTreeMap<FieldId, Value>,
    lost: BTreeSet<FieldId>,
    typed: BTreeMap<FieldId, String>,
    text: Option<String>,
}

impl Draft {
    /// An edit without changes of a record as it was read, with the entity tag of that reading. A record that
    /// is to be created begins with one that says nothing.
    pub const fn new(base: Registration, tag: Option<Tag>) -> Self {
        Self { base, tag, changes: BTreeMap::new(), lost: BTreeSet::new(), typed: BTreeMap::new(), text: None }
    }

    /// The record as it was read.
    pub const fn base(&self) -> &Registration {
        &self.base
    }

    /// Whether the record is not on the server yet.
    pub fn is_fresh(&self) -> bool {
        is_fresh(self.base.id())
    }

    /// Entity tag of the base.
    pub const fn tag(&self) -> Option<&Tag> {
        self.tag.as_ref()
    }

    /// Wants a field to have a value. What equals the base is no change; empty text is `null`. A value that
    /// cannot be sent (not sent by the server, or of another type) is none to want either: the field is as in the base.
    pub fn set(&mut self, field: FieldId, value: Value) {
        let value = match value {
            Value::Text(text) if text.is_empty() => Value::Null,
            Value::Secret(secret) if secret.expose().is_empty() => Value::Null,
            other => other,
        };
        self.revert(field);
        if self.is_fresh() && fresh::says_nothing(field, &value) {
            return;
        }
        let sendable = is_stated(value.as_ref()) && !matches!(value, Value::Odd(_));
        if sendable && equality(self.base.value(field), value.as_ref()) != Equality::Same {
            self.changes.insert(field, value);
        }
    }

    /// Wants a field to be as in the base.
    pub fn revert(&mut self, field: FieldId) {
        self.changes.remove(&field);
        self.lost.remove(&field);
    }

    /// What is to be different, and nothing else.
    pub const fn changes(&self) -> &BTreeMap<FieldId, Value> {
        &self.changes
    }

    /// The same, to walk through.
    pub fn wishes(&self) -> impl Iterator<Item = (FieldId, ValueRef<'_>)> {
        self.changes.iter().map(|(field, value)| (*field, value.as_ref()))
    }

    /// Fields that were changed to a secret which was not stored with the draft: to be typed again, or
    /// reverted. They are not among the changes.
    pub fn lost(&self) -> impl Iterator<Item = FieldId> {
        self.lost.iter().copied()
    }

    /// Drops the text of every secret, as keeping the draft on a disk would: what was typed is
    /// [lost](Draft::lost) from now on. Returns whether anything typed was.
    pub fn withhold_secrets(&mut self) -> bool {
        self.base.withhold_secrets();
        let before = self.lost.len();
        let lost = &mut self.lost;
        self.changes.retain(|field, value| {
            let secret = matches!(value, Value::Secret(_));
            if secret {
                lost.insert(*field);
            }
            !secret
        });
        self.lost.len() > before
    }

    /// The same draft with texts that were typed and are no values of their fields yet. They are no wishes; they
    /// only go to the disk and come back with it, so that they are not lost.
    #[must_use]
    pub fn with_typed(mut self, typed: BTreeMap<FieldId, String>) -> Self {
        self.typed = typed;
        self
    }

    /// Takes those texts out.
    pub fn take_typed(&mut self) -> BTreeMap<FieldId, String> {
        std::mem::take(&mut self.typed)
    }

    /// The same draft with a text from the user's editor that is in no field yet, without its secrets: it goes to the
    /// disk and comes back with it.
    #[must_use]
    pub fn with_text(mut self, text: Option<String>) -> Self {
        self.text = text;
        self
    }

    /// Takes that text out.
    pub const fn take_text(&mut self) -> Option<String> {
        self.text.take()
    }

    /// Whether a field is to be different.
    pub fn is_changed(&self, field: FieldId) -> bool {
        self.changes.contains_key(&field)
    }

    /// Whether nothing was changed.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty() && self.lost.is_empty()
    }

    /// The record as it would be after saving.
    pub fn result(&self) -> Registration {
        let mut result = self.base.clone();
        for (field, value) in &self.changes {
            result.set(*field, value.clone());
        }
        result
    }

    /// What is wrong with the record as it would be. An error in a field that this edit does not touch blocks
    /// nothing: it becomes a warning that says so, since the server may or may not refuse the record for it.
    pub fn findings(&self, context: &CheckContext<'_>) -> Vec<Finding> {
        if self.is_fresh() || !context.is_loaded() {
            return check::record(&completed(self), &context.of_new());
        }
        let mut findings = check::record(self, context);
        findings.extend(self.loss(context));
        for finding in &mut findings {
            if finding.severity == Severity::Error && !self.is_changed(finding.field) {
                finding.severity = Severity::Warning;
                finding.message.push_str(" (you did not touch it, but the server may refuse the record because of it)");
            }
        }
        findings
    }

    /// The findings that this edit is the reason of: all errors that block it, the findings that the record did not
    /// deserve before, and what disabling it takes from others. Where nodes did not load the record before and are to
    /// load it now, all that is wrong with it: it begins to matter; what is only worth knowing was so before. For commands, files and bulk changes, which are
    /// not there to point out what was so already. `now` is what records have in common before it is saved, `then`
    /// afterwards.
    pub fn new_findings(&self, now: &CheckContext<'_>, then: &CheckContext<'_>) -> Vec<Finding> {
        let mut findings = self.findings(then);
        if then.is_loaded() {
            let before = Self::new(self.base.clone(), None).findings(now);
            let begins = effect::is_taken_up(self, then.targets());
            findings.retain(|finding| {
                let matters = finding.severity == Severity::Error || (begins && finding.severity.is_signed());
                matters || !before.contains(finding)
            });
        }
        findings
    }

    /// What disabling or moving the record takes from those that share its address.
    fn loss(&self, context: &CheckContext<'_>) -> Option<Finding> {
        let leaves = self.changes.keys().any(|field| field.field().effect != NodeEffect::Nothing);
        if leaves { check::loss(&self.base, Some(self), context) } else { None }
    }

    /// What the nodes do at their next poll once this is saved, in sentences. Names are the server's: hostile
    /// until sanitised.
    pub fn effect(&self, targets: &Targets) -> Vec<String> {
        effect::sentences(self, targets)
    }

    /// What nodes do when it is saved; what will be DOWN is not among it.
    pub fn effect_on_nodes(&self, targets: &Targets) -> Vec<String> {
        effect::on_nodes(self, targets)
    }

    /// The same in one word.
    pub fn act_on_nodes(&self, targets: &Targets) -> NodeAct {
        effect::act(self, targets)
    }

    /// Who loads the record now, and who after saving, where that is not the same.
    pub fn moved(&self, targets: &Targets) -> Option<[String; 2]> {
        effect::moved(self, targets)
    }

    /// The same wishes over a base of which someone knows that the difference is our own doing. Its tag is that of
    /// neither, so it has none.
    #[must_use]
    pub fn with_base(self, base: Registration) -> Self {
        Self { typed: self.typed, text: self.text, ..Self::over(base, None, self.changes, self.lost) }
    }

    /// The same wishes over another base, those that it fulfils already left out. For [`crate::domain::change::merge`], which
    /// decides whether that is allowed.
    pub(in crate::domain) fn over(
        base: Registration,
        tag: Option<Tag>,
        changes: impl IntoIterator<Item = (FieldId, Value)>,
        lost: BTreeSet<FieldId>,
    ) -> Self {
        let mut draft = Self::new(base, tag);
        for (field, value) in changes {
            draft.set(field, value);
        }
        draft.lost = lost;
        draft
    }
}

impl Record for Draft {
    fn id(&self) -> u64 {
        self.base.id()
    }

    fn value(&self, field: FieldId) -> ValueRef<'_> {
        self.changes.get(&field).map_or_else(|| self.base.value(field), Value::as_ref)
    }
}

#[cfg(test)]
mod promises;
#[cfg(test)]
mod tests;
