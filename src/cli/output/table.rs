//! Records in columns for people. A terminal gets as many columns as fit, each cell cut to its column; a pipe gets
//! every wanted column whole.

use std::io;

use super::Coloring;
use crate::cli::CommandOutput;
use crate::domain::query::fit::fit;
use crate::domain::query::{Column, Listed, ListedColumn, listing};
use crate::domain::record::{Align, FieldId, ListColumn, Record, Targets};
use crate::domain::text;

/// Between two columns.
const GAP: &str = " ";

/// Columns of a higher rank are shown where they were asked for, or where a terminal has room for them.
const PIPED: u8 = 6;

/// Which columns a table has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ColumnsWanted {
    /// Those that are mostly needed.
    Usual,
    /// The same with the live state.
    Live,
    /// These, in this order.
    These(Vec<Listed>),
}

/// One column with the cells it takes.
struct Placed {
    column: ListedColumn,
    width: usize,
}

/// Whether there is a heading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Headers {
    Shown,
    /// It is left out.
    Left,
}

/// Prints the records under a heading.
///
/// # Errors
/// As [`CommandOutput::line`].
pub fn print<R: Record>(
    output: &mut CommandOutput,
    wanted: &ColumnsWanted,
    headers: Headers,
    records: &(impl Fn(usize) -> Option<R> + ?Sized),
    targets: &Targets,
) -> io::Result<()> {
    let columns = columns(wanted, output.width());
    let natural: Vec<usize> = columns.iter().map(|column| natural(column, records, targets, output)).collect();
    let placed = place(&columns, &natural, output.width());
    let mut line = String::new();
    for place in &placed {
        push(&mut line, place.column.looks.title, place);
    }
    if headers == Headers::Shown {
        output.heading(line.trim_end())?;
    }
    let mut index = 0;
    while let Some(record) = records(index) {
        line.clear();
        for place in &placed {
            push(&mut line, &output.shown(&place.column.shows.text(&record, targets)), place);
        }
        output.line(line.trim_end())?;
        index += 1;
    }
    Ok(())
}

fn columns(wanted: &ColumnsWanted, width: Option<usize>) -> Vec<ListedColumn> {
    match wanted {
        ColumnsWanted::These(these) => these
            .iter()
            .enumerate()
            .map(|(at, shows)| {
                let mut column = listing::column_of(*shows);
                // Those further right give way first.
                column.looks.rank = u8::try_from(at).unwrap_or(ListColumn::HIDDEN - 1).min(ListColumn::HIDDEN - 1);
                column
            })
            .collect(),
        ColumnsWanted::Usual | ColumnsWanted::Live => {
            let mut columns = listing::all();
            let enabled = Listed::Column(Column::Field(FieldId::Enabled));
            let at = columns.iter().position(|column| column.shows == enabled);
            if let Some(mut on) = at.map(|at| columns.remove(at)) {
                on.looks.rank = 0;
                columns.insert(1, on);
            }
            let most = if width.is_some() { ListColumn::HIDDEN - 1 } else { PIPED };
            let live = Listed::Column(Column::Live);
            columns
                .retain(|column| column.looks.rank <= most && (column.shows != live || *wanted == ColumnsWanted::Live));
            columns
        }
    }
}

/// Cells that the widest text of a column takes.
fn natural<R: Record>(
    column: &ListedColumn,
    records: &(impl Fn(usize) -> Option<R> + ?Sized),
    targets: &Targets,
    output: &CommandOutput,
) -> usize {
    let mut widest = column.looks.title.len();
    let mut index = 0;
    while let Some(record) = records(index) {
        widest = widest.max(text::width(&output.shown(&column.shows.text(&record, targets))));
        index += 1;
    }
    widest
}

fn place(columns: &[ListedColumn], natural: &[usize], width: Option<usize>) -> Vec<Placed> {
    let Some(width) = width else {
        return columns.iter().zip(natural).map(|(column, width)| Placed { column: *column, width: *width }).collect();
    };
    let bounded: Vec<ListedColumn> = columns
        .iter()
        .zip(natural)
        .map(|(column, natural)| {
            let natural = u16::try_from(*natural).unwrap_or(u16::MAX);
            let mut column = *column;
            column.looks.min = column.looks.min.min(natural);
            column.looks.good = column.looks.good.min(natural);
            column.looks.max = natural;
            column
        })
        .collect();
    let width = u16::try_from(width).unwrap_or(u16::MAX);
    fit(&bounded, None, width)
        .into_iter()
        .map(|placed| Placed { column: placed.column, width: usize::from(placed.width) })
        .collect()
}

fn push(line: &mut String, cell: &str, place: &Placed) {
    if !line.is_empty() {
        line.push_str(GAP);
    }
    let fitted = text::fit(cell, place.width);
    let padding = " ".repeat(place.width.saturating_sub(text::width(&fitted)));
    match place.column.looks.align {
        Align::Left => {
            line.push_str(&fitted);
            line.push_str(&padding);
        }
        Align::Right => {
            line.push_str(&padding);
            line.push_str(&fitted);
        }
    }
}

impl CommandOutput {
    /// A heading over data: bold on a terminal.
    ///
    /// # Errors
    /// As [`CommandOutput::line`].
    pub fn heading(&mut self, text: &str) -> io::Result<()> {
        match self.color {
            Coloring::On => {
                self.raw("\u{1b}[1m")?;
                self.raw(&super::visible(text))?;
                self.raw("\u{1b}[m\n")
            }
            Coloring::Off => self.line(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::record::{Registration, Value};

    fn records() -> Vec<Registration> {
        ["acme-fra-main", "東京トランク", "a\u{1b}[31mred"]
            .iter()
            .enumerate()
            .map(|(at, name)| {
                let mut record = Registration::new(at as u64 + 7);
                record.set(FieldId::Name, Value::Text((*name).to_owned()));
                record.set(FieldId::Enabled, Value::Flag(at == 0));
                record.set(FieldId::Domain, Value::Text("sip.acme.example".to_owned()));
                record.set(FieldId::Username, Value::Text("493000".to_owned()));
                record
            })
            .collect()
    }

    fn printed(wanted: &ColumnsWanted, width: Option<usize>) -> Vec<String> {
        let records = records();
        let (mut output, data) = CommandOutput::kept(width);
        print(&mut output, wanted, Headers::Shown, &|index: usize| records.get(index), &Targets::default()).unwrap();
        output.flush().unwrap();
        data.text().lines().map(str::to_owned).collect()
    }

    #[test]
    fn a_terminal_gets_what_fits_measured_in_cells() {
        for width in 0..200 {
            for line in printed(&ColumnsWanted::Usual, Some(width)) {
                assert!(text::width(&line) <= width, "{width}: {line}");
                assert!(!line.contains('\u{1b}'));
            }
        }
        let lines = printed(&ColumnsWanted::Usual, Some(40));
        assert_eq!(lines[0], "ID ON  NAME          USER@DOMAIN");
        assert_eq!(lines[1], " 7 yes acme-fra-main 493000@sip.acme.ex~");
        assert_eq!(lines[2], " 8 no  東京トランク  493000@sip.acme.ex~");
    }

    #[test]
    fn a_terminal_without_unicode_gets_columns_of_what_it_shows() {
        let records = records();
        for width in 20..120 {
            let (mut output, data) = CommandOutput::kept_in_ascii(width);
            print(
                &mut output,
                &ColumnsWanted::Usual,
                Headers::Shown,
                &|index: usize| records.get(index),
                &Targets::default(),
            )
            .unwrap();
            output.flush().unwrap();
            let text = data.text();
            let lines: Vec<&str> = text.lines().collect();
            assert!(text.is_ascii() && lines.iter().all(|line| line.len() <= width), "{width}: {text}");
            if width > 100 {
                let column = lines[0].find("USER@DOMAIN").unwrap();
                let aligned = |line: &&str| line.get(column..).is_some_and(|rest| rest.starts_with("493000@"));
                assert!(lines[1..].iter().all(aligned), "{text}");
                assert!(lines[2].contains("<6771><4eac>"), "{text}");
            }
        }
    }

    #[test]
    fn a_pipe_gets_everything_whole() {
        let wanted = ColumnsWanted::These(vec![Listed::Column(Column::Field(FieldId::Name)), Listed::Address]);
        assert_eq!(
            printed(&wanted, None),
            [
                "NAME          USER@DOMAIN",
                "acme-fra-main 493000@sip.acme.example",
                "東京トランク  493000@sip.acme.example",
                "a^[[31mred    493000@sip.acme.example",
            ]
        );
    }
}
