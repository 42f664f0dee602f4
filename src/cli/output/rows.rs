//! Records as JSON, CSV or ids, one after the other as they come, in constant memory.

use std::io;

use super::table::Headers;
use crate::cli::{CommandOutput, OutputFormat};
use crate::domain::formats::csv::Sheet;
use crate::domain::formats::json::{self, JsonLayout, JsonPasswords};
use crate::domain::query::Column;
use crate::domain::record::{Record, Targets};

/// From this many bytes on what was made is written.
const CHUNK: usize = 32 << 10;

/// The forms in which records can be written as they come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    /// One array, an object a line.
    Json,
    /// An object a line.
    Jsonl,
    /// Rows under a header.
    Csv,
    /// Ids, one a line.
    Ids,
}

impl Stream {
    /// The stream of this form; a table is none.
    pub const fn of(form: OutputFormat) -> Option<Self> {
        match form {
            OutputFormat::Table => None,
            OutputFormat::Json => Some(Self::Json),
            OutputFormat::Jsonl => Some(Self::Jsonl),
            OutputFormat::Csv => Some(Self::Csv),
            OutputFormat::Ids => Some(Self::Ids),
        }
    }
}

/// Writes records.
#[derive(Debug)]
pub struct RowWriter {
    stream: Stream,
    columns: Vec<Column>,
    passwords: JsonPasswords,
    sheet: Sheet,
    made: String,
    first: bool,
}

impl RowWriter {
    /// Writes what comes before the first record.
    pub fn begin(stream: Stream, columns: Vec<Column>, passwords: JsonPasswords, headers: Headers) -> Self {
        let mut sheet = Sheet::new(columns.clone(), passwords);
        let mut made = String::with_capacity(CHUNK + CHUNK / 4);
        match stream {
            Stream::Json => made.push('['),
            Stream::Csv if headers == Headers::Shown => sheet.header(),
            Stream::Csv | Stream::Jsonl | Stream::Ids => {}
        }
        Self { stream, columns, passwords, sheet, made, first: true }
    }

    /// Call it when more is known about targets.
    pub fn forget_names(&mut self) {
        self.sheet.forget_names();
    }

    /// Writes a record.
    ///
    /// # Errors
    /// As [`CommandOutput::line`].
    pub fn record(&mut self, output: &mut CommandOutput, record: &impl Record, targets: &Targets) -> io::Result<()> {
        match self.stream {
            Stream::Json => {
                self.made.push_str(if self.first { "\n" } else { ",\n" });
                json::write(&mut self.made, record, targets, &self.columns, self.passwords, JsonLayout::Line);
            }
            Stream::Jsonl => {
                json::write(&mut self.made, record, targets, &self.columns, self.passwords, JsonLayout::Line);
                self.made.push('\n');
            }
            Stream::Csv => self.sheet.row(record, targets),
            Stream::Ids => {
                self.made.push_str(&record.id().to_string());
                self.made.push('\n');
            }
        }
        self.first = false;
        if self.made.len() + self.sheet.waiting() >= CHUNK { self.send(output) } else { Ok(()) }
    }

    /// Sends off what was written so far, so that whoever reads has it before the next wait.
    ///
    /// # Errors
    /// As [`CommandOutput::line`].
    pub fn flush(&mut self, output: &mut CommandOutput) -> io::Result<()> {
        self.send(output)?;
        output.flush()
    }

    /// Writes what comes behind the last record.
    ///
    /// # Errors
    /// As [`CommandOutput::line`].
    pub fn end(mut self, output: &mut CommandOutput) -> io::Result<()> {
        if self.stream == Stream::Json {
            self.made.push_str(if self.first { "]\n" } else { "\n]\n" });
        }
        self.flush(output)
    }

    fn send(&mut self, output: &mut CommandOutput) -> io::Result<()> {
        self.made.push_str(&self.sheet.take());
        match self.stream {
            // Only CSV has texts as they are. A file gets them exactly; on a screen they could be anything.
            Stream::Csv if output.width().is_some() => {
                for line in self.made.lines() {
                    output.line(line)?;
                }
            }
            Stream::Csv | Stream::Json | Stream::Jsonl | Stream::Ids => output.raw(&self.made)?,
        }
        self.made.clear();
        Ok(())
    }
}
