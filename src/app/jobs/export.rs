//! Records written to a file, as the command `export` writes them: which ones, in which form. Passwords are masked.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::domain::formats::csv::Sheet;
use crate::domain::formats::json::{self, JsonLayout, JsonPasswords};
use crate::domain::query::{Collection, RowRef, Segment};
use crate::domain::record::{FieldId, Record, Registration, Targets, ValueRef};

/// The form of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileFormat {
    /// A header, and a line a record.
    Csv,
    /// One array of objects.
    Json,
    /// An object a line.
    Lines,
}

/// What is there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Present {
    /// It stays, and nothing is written.
    Kept,
    /// The file is replaced.
    Replaced,
}

/// Records to write.
#[derive(Debug, Clone, PartialEq)]
pub struct ExportJob {
    /// Where to, as typed.
    pub path: String,
    /// What is done with a file that is there.
    pub present: Present,
    pub(in crate::app) form: FileFormat,
    pub(in crate::app) records: Collection,
    pub(in crate::app) ids: Arc<[u64]>,
    pub(in crate::app) targets: Targets,
    /// Records of which the list keeps a part only, as they were read for this.
    pub(in crate::app) whole: BTreeMap<u64, Registration>,
}

/// A record to write.
enum Row<'a> {
    Read(&'a Registration),
    Listed(RowRef<'a>),
}

impl Record for Row<'_> {
    fn id(&self) -> u64 {
        match self {
            Self::Read(record) => record.id(),
            Self::Listed(row) => row.id(),
        }
    }

    fn value(&self, field: FieldId) -> ValueRef<'_> {
        match self {
            Self::Read(record) => record.value(field),
            Self::Listed(row) => row.get(field),
        }
    }
}

impl ExportJob {
    /// Records that are to be read first: the list keeps only a part of them.
    pub fn in_part(&self) -> Vec<u64> {
        let in_part = |id: &u64| self.records.get(*id).is_some_and(|row| !row.is_whole());
        self.ids.iter().copied().filter(in_part).collect()
    }

    /// Takes in records as they were read for this. What they do not contain is as in the list.
    pub fn complete(&mut self, read: &Segment) {
        for row in read.iter() {
            let mut whole = Registration::from_record(&row);
            if let Some(known) = self.records.get(row.id()) {
                for field in FieldId::all() {
                    if matches!(row.value(field), ValueRef::Missing | ValueRef::Linked(_)) {
                        whole.set(field, known.value(field).to_value());
                    }
                }
            }
            self.whole.insert(row.id(), whole);
        }
    }

    /// The text of the file, and how many records are in it. A record that is known in part only is not written.
    pub fn text(&self) -> (String, usize) {
        let rows = self.ids.iter().filter_map(|id| match (self.whole.get(id), self.records.get(*id)) {
            (Some(whole), _) => Some(Row::Read(whole)),
            (None, Some(row)) if row.is_whole() => Some(Row::Listed(row)),
            (None, _) => None,
        });
        let columns = json::columns();
        let mut sheet = Sheet::new(columns.clone(), JsonPasswords::Masked);
        let (mut out, mut count) = (String::new(), 0);
        match self.form {
            FileFormat::Csv => sheet.header(),
            FileFormat::Json => out.push('['),
            FileFormat::Lines => {}
        }
        for row in rows {
            match self.form {
                FileFormat::Csv => sheet.row(&row, &self.targets),
                FileFormat::Json | FileFormat::Lines => {
                    if self.form == FileFormat::Json {
                        out.push_str(if count == 0 { "\n" } else { ",\n" });
                    }
                    json::write(&mut out, &row, &self.targets, &columns, JsonPasswords::Masked, JsonLayout::Line);
                    if self.form == FileFormat::Lines {
                        out.push('\n');
                    }
                }
            }
            count += 1;
        }
        out.push_str(&sheet.take());
        if self.form == FileFormat::Json {
            out.push_str(if count == 0 { "]\n" } else { "\n]\n" });
        }
        (out, count)
    }
}
