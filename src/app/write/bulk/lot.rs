//! One record of many. There may be a hundred thousand of them: what the list has is held as a row of it, what many
//! have in common is in memory once, and what few have stands in a box.

use std::sync::Arc;

use crate::domain::answer::Tag;
use crate::domain::change::draft::NodeAct;
use crate::domain::query::{Collection, HeldRecord};
use crate::domain::record::{Record as _, Registration};
use crate::domain::rules::{Finding, Severity};

use crate::app::core::Write;
use crate::app::write::bulk::planned::{PlannedWrite, Values};

/// What would become of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ahead {
    /// The change is sent; what it changes.
    Sends(Arc<str>),
    /// It is so already.
    AlreadySo(Arc<str>),
    /// It is left alone, for this reason.
    LeftAlone(Arc<str>),
    /// It is not there any more.
    Gone,
}

/// What the record before had: the next one mostly has the same, and shares it.
#[derive(Debug, Default)]
pub(super) struct Packed {
    values: Option<Values>,
    ahead: Option<Ahead>,
}

impl Ahead {
    fn shared(self, last: &mut Option<Self>) -> Self {
        last.take_if(|last| *last != self);
        last.get_or_insert(self).clone()
    }
}

/// One record of many.
#[derive(Debug, Clone)]
pub struct Lot {
    /// What would become of it.
    pub ahead: Ahead,
    /// The worst that was found in it as it would be.
    pub worst: Option<Severity>,
    /// What nodes do about it.
    pub act: NodeAct,
    /// What is sent.
    pub(super) write: Option<PlannedWrite>,
    /// The record as the first half of a bounce left it.
    pub(super) after: Option<Box<(Registration, Option<Tag>)>>,
    /// The record as a page brought it; once it is written, as the list has it.
    pub(super) row: Option<HeldRecord>,
    /// Its name, where no page brought it.
    pub(super) name: Option<Box<str>>,
    /// What is to be said about it, where there is anything.
    pub(super) remarks: Option<Box<Remarks>>,
}

/// What is to be said about one record of many.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Remarks {
    theirs: String,
    note: String,
}

impl Lot {
    /// A record of this name, which is not there any more until more is known.
    pub(super) fn named(name: &str) -> Self {
        Self {
            ahead: Ahead::Gone,
            worst: None,
            act: NodeAct::Nothing,
            write: None,
            after: None,
            row: None,
            name: Some(name.into()),
            remarks: None,
        }
    }

    /// The same, with the row that a page brought in place of what that says as well.
    pub(super) fn packed(self, row: Option<&HeldRecord>, last: &mut Packed) -> Self {
        let write = self.write.map(|write| write.packed(row, &mut last.values));
        let ahead = self.ahead.shared(&mut last.ahead);
        let row = row.filter(|row| Some(row.name()) == self.name.as_deref()).cloned();
        let name = self.name.filter(|_| row.is_none());
        Self { ahead, write, row, name, ..self }
    }

    /// Name of the record; the server's: hostile until sanitised.
    pub fn name(&self) -> &str {
        self.name.as_deref().or_else(|| self.row.as_ref().map(HeldRecord::name)).unwrap_or_default()
    }

    /// What someone changed since it was marked; empty where nothing.
    pub fn theirs(&self) -> &str {
        self.remarks.as_deref().map_or("", |remarks| &remarks.theirs)
    }

    /// What else is to be known, before or after.
    pub fn note(&self) -> &str {
        self.remarks.as_deref().map_or("", |remarks| &remarks.note)
    }

    /// Says this of it.
    pub(super) fn remark(&mut self, theirs: String, note: String) {
        let remarks = Remarks { theirs, note };
        self.remarks = (remarks != Remarks::default()).then(|| Box::new(remarks));
    }

    /// Notes what is to be known of it, and leaves what someone changed.
    pub(super) fn set_note(&mut self, note: String) {
        self.remark(self.theirs().to_owned(), note);
    }

    /// What is sent.
    pub(super) fn write(&self) -> Option<Write> {
        self.write.as_ref()?.write()
    }

    /// Whether something is sent.
    pub const fn sends(&self) -> bool {
        matches!(self.ahead, Ahead::Sends(_))
    }

    /// Holds the row that the list has of it now, so that no record is in memory twice: in place of one that says the
    /// same, or of what the record was before it was written.
    pub(super) fn follow(&mut self, list: &Collection) {
        let Some(row) = &self.row else { return };
        let now =
            if self.write.is_some() { row.shared_with(list) } else { row.row().and_then(|row| list.hold(row.id())) };
        if let Some(now) = now {
            self.row = Some(now);
        }
    }

    /// Notes what was found; an error leaves the record alone.
    pub(super) fn judge(&mut self, findings: &[Finding]) {
        self.worst = findings.iter().map(|finding| finding.severity).max();
        let reported = |wanted: Severity| {
            let found = findings.iter().filter(move |finding| finding.severity == wanted);
            let found = found.map(|finding| format!("{}: {}", finding.field.field().label, finding.message));
            found.collect::<Vec<_>>().join("; ")
        };
        let errors = reported(Severity::Error);
        if !errors.is_empty() {
            (self.ahead, self.write) = (Ahead::LeftAlone(errors.into()), None);
            return;
        }
        // DOWN first, and in words: what would be saved and cannot work.
        let reported_down = reported(Severity::Down);
        let down = if reported_down.is_empty() { String::new() } else { format!("DOWN: {reported_down}") };
        let note = [down, reported(Severity::Warning), reported(Severity::Info), self.note().to_owned()];
        self.set_note(note.into_iter().filter(|note| !note.is_empty()).collect::<Vec<_>>().join("; "));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::query::Segment;
    use crate::domain::record::{FieldId, Value};

    fn page(names: &[&str]) -> Arc<Segment> {
        let record = |(name, id): (&&str, u64)| {
            let mut record = Registration::new(id);
            record.set(FieldId::Name, Value::Text((*name).to_owned()));
            record
        };
        Arc::new(Segment::of(&names.iter().zip(1..).map(record).collect::<Vec<_>>()))
    }

    fn sends(name: &str) -> Lot {
        Lot { ahead: Ahead::Sends("enabled yes -> no".into()), ..Lot::named(name) }
    }

    #[test]
    fn what_a_page_or_the_record_before_says_is_not_in_memory_again() {
        let (page, mut last) = (page(&["acme", "betatel"]), Packed::default());
        let lots = ["acme", "betatel"].iter().enumerate();
        let lots: Vec<Lot> =
            lots.map(|(row, name)| sends(name).packed(Some(&HeldRecord::of(&page, row)), &mut last)).collect();
        assert_eq!(lots.iter().map(Lot::name).collect::<Vec<_>>(), ["acme", "betatel"]);
        assert!(lots.iter().all(|lot| lot.name.is_none()));
        let [Ahead::Sends(one), Ahead::Sends(other)] = [&lots[0].ahead, &lots[1].ahead] else { panic!("not sent") };
        assert!(Arc::ptr_eq(one, other));
        assert!(size_of::<Lot>() <= 120, "{}", size_of::<Lot>());
        // The name that someone knew is kept where the page has another one, or none came.
        let renamed = sends("gamma").packed(Some(&HeldRecord::of(&page, 0)), &mut last);
        let unseen = sends("delta").packed(None, &mut last);
        assert_eq!((renamed.name(), unseen.name()), ("gamma", "delta"));
    }

    #[test]
    fn a_record_that_was_written_is_held_as_the_list_has_it_and_one_that_waits_as_it_came() {
        let came = page(&["acme", "betatel"]);
        let mut list = Collection::default();
        list.absorb(page(&["acme", "omega"]));
        let [mut written, mut same, mut other] =
            [(0, 1, "acme"), (0, 1, "acme"), (1, 2, "betatel")].map(|(row, id, name)| {
                let mut draft = crate::domain::change::Draft::new(Registration::new(id), None);
                draft.set(FieldId::Enabled, Value::Flag(false));
                let write = Write::Create(Box::new(draft)).into();
                Lot { write: Some(write), ..sends(name) }
                    .packed(Some(&HeldRecord::of(&came, row)), &mut Packed::default())
            });
        written.write = None;
        for lot in [&mut written, &mut same, &mut other] {
            lot.follow(&list);
        }
        let is_lists =
            |lot: &Lot, id: u64| lot.row.as_ref().unwrap().shared_with(&list).is_none() && list.get(id).is_some();
        assert!(is_lists(&written, 1) && is_lists(&same, 1), "what says the same is shared");
        assert_eq!(other.name(), "betatel", "it waits, and was renamed by someone since");
        other.write = None;
        other.follow(&list);
        assert_eq!(other.name(), "omega");
    }

    #[test]
    fn remarks_take_a_box_only_where_there_are_any() {
        let mut lot = sends("acme");
        lot.remark(String::new(), String::new());
        assert!(lot.remarks.is_none() && lot.note().is_empty() && lot.theirs().is_empty());
        lot.remark("expire 60 -> 90".to_owned(), String::new());
        lot.set_note("your draft is kept".to_owned());
        assert_eq!((lot.theirs(), lot.note()), ("expire 60 -> 90", "your draft is kept"));
    }
}
