//! The table of figures: what was measured, the floor of the same run, what was to be reached, and whether it was.

use std::io::{self, Write as _};

/// What was to be reached.
#[derive(Debug, Clone, Copy)]
pub enum Target {
    /// No more than this.
    Most(f64),
    /// No more than the floor and this.
    AboveFloor(f64),
    /// No more than the floor so many times.
    TimesFloor(f64),
    /// Nothing: it is told for comparison.
    None,
}

/// One row.
#[derive(Debug, Clone)]
pub struct Row {
    /// What it is.
    pub figure: String,
    /// In which unit.
    pub unit: &'static str,
    /// What was measured.
    pub measured: f64,
    /// The floor of the same run, and what it is.
    pub floor: Option<(f64, &'static str)>,
    /// What was to be reached.
    pub target: Target,
    /// What else there is to say.
    pub note: String,
}

impl Row {
    /// A figure by itself.
    pub fn new(figure: impl Into<String>, measured: f64, unit: &'static str) -> Self {
        Self { figure: figure.into(), unit, measured, floor: None, target: Target::None, note: String::new() }
    }

    /// With a floor.
    pub fn floor(mut self, floor: f64, of: &'static str) -> Self {
        self.floor = Some((floor, of));
        self
    }

    /// With a target.
    pub fn target(mut self, target: Target) -> Self {
        self.target = target;
        self
    }

    /// With something to say.
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.note = note.into();
        self
    }

    fn limit(&self) -> Option<f64> {
        match (self.target, self.floor) {
            (Target::Most(limit), _) => Some(limit),
            (Target::AboveFloor(more), Some((floor, _))) => Some(floor + more),
            (Target::TimesFloor(times), Some((floor, _))) => Some(floor * times),
            (Target::AboveFloor(_) | Target::TimesFloor(_), None) | (Target::None, _) => None,
        }
    }

    fn cells(&self) -> [String; 6] {
        let amount = |amount: f64| format!("{} {}", short(amount), self.unit);
        let floor = self.floor.map_or_else(String::new, |(floor, of)| format!("{} ({of})", amount(floor)));
        let limit = self.limit().map_or_else(String::new, amount);
        let met = self.limit().map_or("", |limit| if self.measured <= limit { "yes" } else { "**no**" });
        [self.figure.clone(), amount(self.measured), floor, limit, met.to_owned(), self.note.clone()]
    }
}

/// With as many digits as mean something.
fn short(amount: f64) -> String {
    if amount.abs() >= 100.0 || amount.fract().abs() < 0.005 { format!("{amount:.0}") } else { format!("{amount:.1}") }
}

/// Prints rows as Markdown, so that they can be pasted.
///
/// # Errors
/// Standard output does not take them.
pub fn print(rows: &[Row]) -> io::Result<()> {
    let head = ["figure", "measured", "floor, same run", "to reach", "met", ""].map(str::to_owned);
    let cells: Vec<[String; 6]> = std::iter::once(head).chain(rows.iter().map(Row::cells)).collect();
    let mut widths = [0; 6];
    for row in &cells {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.chars().count().max(*width);
        }
    }
    let mut out = io::stdout().lock();
    writeln!(out)?;
    for (number, row) in cells.iter().enumerate() {
        let padded: Vec<String> = row.iter().zip(widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
        writeln!(out, "| {} |", padded.join(" | ").trim_end())?;
        if number == 0 {
            writeln!(out, "|{}|", widths.map(|width| "-".repeat(width + 2)).join("|"))?;
        }
    }
    Ok(())
}

/// Says on standard error what is being measured.
pub fn say(text: &str) {
    // No one has to hear it.
    let _ = writeln!(io::stderr(), "{text}");
}
