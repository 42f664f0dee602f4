//! What is wrong with a value or a record before it is sent: errors refuse, warnings are listed. The form, the
//! command line, the CSV import and the lint sign of the list all ask here. Ranges and choices come from the
//! field table; what one field needs beyond its kind stands in `rules`, the words for people in `fault`.

mod fault;
mod rules;
mod typed;

use std::hash::{DefaultHasher, Hash, Hasher};

use fault::Fault;
pub use typed::{cell_text, edit_text, parse, parse_cell};

use crate::domain::record::field::FieldId;
use crate::domain::record::registration::Record;
use crate::domain::record::relation::{Relation, Targets};
use crate::domain::record::value::ValueRef;

/// How bad a finding is. Errors are greater than warnings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Can be saved; somebody should look at it.
    Warning,
    /// Is not sent: the server or its database would refuse it.
    Error,
}

/// One thing that is wrong with one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Where it is shown.
    pub field: FieldId,
    /// Whether it blocks.
    pub severity: Severity,
    /// What is wrong and what to do, for people. May quote the server: hostile until sanitised.
    pub message: String,
}

/// Whether the record is on the server already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Yes: a field that the server did not tell is unknown, not empty.
    Loaded,
    /// Not yet: a required text that nobody set is empty.
    New,
}

/// Names and interfaces in use among the loaded records, so that each record can be compared with all the
/// others without looking at them: sixteen bytes a record instead of its text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Census {
    names: Vec<(u64, u64)>,
    interfaces: Vec<(u64, u64)>,
    records: usize,
}

impl Census {
    /// Counts what these records use. Takes the time of a sort; for a worker where there are many.
    pub fn of<R: Record>(records: impl IntoIterator<Item = R>) -> Self {
        let mut census = Self::default();
        for record in records {
            census.records += 1;
            if let Some(name) = record.text(FieldId::Name).filter(|name| !name.is_empty()) {
                census.names.push((digest(name), record.id()));
            }
            if let Some(interface) = record.text(FieldId::SipInterfaceName).filter(|name| !name.is_empty()) {
                census.interfaces.push((digest(interface), record.id()));
            }
        }
        thin(&mut census.names);
        thin(&mut census.interfaces);
        census
    }

    /// Another record with exactly this name.
    #[must_use]
    pub fn namesake(&self, name: &str, own: u64) -> Option<u64> {
        other(&self.names, name, own)
    }

    /// Another record with exactly this interface name.
    #[must_use]
    pub fn interface_mate(&self, interface: &str, own: u64) -> Option<u64> {
        other(&self.interfaces, interface, own)
    }

    /// How many records were counted.
    #[must_use]
    pub const fn records(&self) -> usize {
        self.records
    }
}

fn digest(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

/// Two records of each text are enough to know one that is not the asker.
fn thin(uses: &mut Vec<(u64, u64)>) {
    uses.sort_unstable();
    uses.dedup();
    let mut seen = (None, 0_usize);
    uses.retain(|(text, _)| {
        seen = if seen.0 == Some(*text) { (seen.0, seen.1 + 1) } else { (Some(*text), 1) };
        seen.1 <= 2
    });
    uses.shrink_to_fit();
}

fn other(uses: &[(u64, u64)], text: &str, own: u64) -> Option<u64> {
    let wanted = digest(text);
    let from = uses.partition_point(|(text, _)| *text < wanted);
    uses.iter().skip(from).take_while(|(text, _)| *text == wanted).map(|(_, id)| *id).find(|id| *id != own)
}

/// What a record is compared with.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    targets: &'a Targets,
    census: Option<&'a Census>,
    standing: Standing,
    /// Counted once, so that asking for each row of a list stays cheap.
    nodes: usize,
}

impl<'a> Context<'a> {
    /// A context; without a census names are not compared.
    #[must_use]
    pub fn new(targets: &'a Targets, census: Option<&'a Census>, standing: Standing) -> Self {
        Self { targets, census, standing, nodes: targets.count(Relation::Node) }
    }

    /// The same for a record that is not on the server yet.
    pub(in crate::domain) const fn of_new(&self) -> Self {
        Self { standing: Standing::New, ..*self }
    }

    /// Whether the record is on the server already.
    pub(in crate::domain) const fn is_loaded(&self) -> bool {
        matches!(self.standing, Standing::Loaded)
    }
}

/// What is wrong with a value by itself.
#[must_use]
pub fn value(field: FieldId, value: ValueRef<'_>) -> Vec<Finding> {
    let targets = Targets::default();
    let mut found = Vec::new();
    rules::value(field, value, &mut |field, fault| found.push(finding(field, &fault, &targets)));
    found
}

/// What is wrong with a record: its values one by one, how they fit together, and how they fit to the rest of
/// the switch as far as it is known. In the order of the field table, errors of a field first.
#[must_use]
pub fn record(record: &impl Record, context: &Context<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    rules::record(record, context, &mut |field, fault| found.push(finding(field, &fault, context.targets)));
    found.sort_by_key(|finding| (finding.field, std::cmp::Reverse(finding.severity)));
    found
}

/// The worst that [`record`] would find. Makes no text, so that it can be asked for each row of a long list.
#[must_use]
pub fn worst(record: &impl Record, context: &Context<'_>) -> Option<Severity> {
    let mut worst = None;
    rules::record(record, context, &mut |_, fault| worst = worst.max(Some(fault.severity())));
    worst
}

fn finding(field: FieldId, fault: &Fault<'_>, targets: &Targets) -> Finding {
    Finding { field, severity: fault.severity(), message: fault.message(field, targets) }
}

#[cfg(test)]
mod tests;
