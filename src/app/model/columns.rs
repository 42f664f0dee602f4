//! Which columns the list has, in which order, how wide. Until the user chooses, the table of fields decides.

use crate::domain::query::{Column, Listed, ListedColumn, listing};
use crate::domain::record::ListColumn;

/// Whether a column is in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnPresence {
    /// It is, as far as there is room.
    Shown,
    /// The column is hidden.
    Hidden,
}

/// One column as chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ColumnChoice {
    /// Which.
    pub shows: Listed,
    /// Whether it is in the list.
    pub presence: ColumnPresence,
    /// Cells; `None`: as many as are of use.
    pub width: Option<u16>,
}

/// Least and most cells that a user can give a column.
const WIDTHS: std::ops::RangeInclusive<u16> = 3..=120;

/// All columns in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Columns {
    /// `None`: as the table of fields has them.
    chosen: Option<Vec<ColumnChoice>>,
}

impl Columns {
    /// Whether the user chose anything.
    pub const fn is_default(&self) -> bool {
        self.chosen.is_none()
    }

    /// Every column, also hidden ones, in order.
    pub fn choices(&self) -> Vec<ColumnChoice> {
        self.chosen.clone().unwrap_or_else(|| {
            listing::all()
                .iter()
                .map(|column| ColumnChoice {
                    shows: column.shows,
                    presence: if column.looks.rank == ListColumn::HIDDEN {
                        ColumnPresence::Hidden
                    } else {
                        ColumnPresence::Shown
                    },
                    width: None,
                })
                .collect()
        })
    }

    /// The columns of the list in order, with the looks that fitting them needs.
    pub fn listed(&self) -> Vec<ListedColumn> {
        let all = listing::all();
        let Some(chosen) = &self.chosen else {
            return all.into_iter().filter(|column| column.looks.rank != ListColumn::HIDDEN).collect();
        };
        let shown = chosen.iter().filter(|choice| choice.presence == ColumnPresence::Shown).enumerate();
        shown
            .filter_map(|(at, choice)| {
                let mut column = *all.iter().find(|column| column.shows == choice.shows)?;
                // Those further right give way first; the id never does.
                column.looks.rank = match choice.shows {
                    Listed::Column(Column::Id) => 0,
                    _ => u8::try_from(at + 1).unwrap_or(ListColumn::HIDDEN - 1),
                };
                if let Some(width) = choice.width {
                    column.looks = ListColumn { min: width, good: width, max: width, ..column.looks };
                }
                Some(column)
            })
            .collect()
    }

    fn change(&mut self, at: usize, change: impl FnOnce(&mut ColumnChoice)) {
        let mut choices = self.choices();
        if let Some(choice) = choices.get_mut(at) {
            change(choice);
        }
        self.chosen = Some(choices);
    }

    /// Shows a hidden column, hides a shown one. The id stays: people say ids on the phone.
    pub fn toggle(&mut self, at: usize) {
        self.change(at, |choice| {
            choice.presence = match choice.presence {
                ColumnPresence::Shown if choice.shows != Listed::Column(Column::Id) => ColumnPresence::Hidden,
                ColumnPresence::Shown | ColumnPresence::Hidden => ColumnPresence::Shown,
            };
        });
    }

    /// Moves a column to another place.
    pub fn shift(&mut self, from: usize, to: usize) {
        let mut choices = self.choices();
        if from < choices.len() && to < choices.len() {
            let choice = choices.remove(from);
            choices.insert(to, choice);
        }
        self.chosen = Some(choices);
    }

    /// Makes a column wider or narrower.
    pub fn resize(&mut self, at: usize, by: i16) {
        self.change(at, |choice| {
            let good = listing::all().iter().find(|column| column.shows == choice.shows).map_or(10, |it| it.looks.good);
            let width = choice.width.unwrap_or(good).saturating_add_signed(by);
            choice.width = Some(width.clamp(*WIDTHS.start(), *WIDTHS.end()));
        });
    }

    /// Lets a column have as many cells as are of use.
    pub fn free_width(&mut self, at: usize) {
        self.change(at, |choice| choice.width = None);
    }

    /// As the table of fields has them.
    pub fn reset(&mut self) {
        self.chosen = None;
    }

    /// The shown columns as words for a file: `id`, `name:24`, `user@domain`. Empty: nothing was chosen.
    pub fn words(&self) -> Vec<String> {
        let chosen = self.chosen.iter().flatten().filter(|choice| choice.presence == ColumnPresence::Shown);
        chosen
            .map(|choice| {
                let name = heading(choice.shows);
                choice.width.map_or_else(|| name.to_owned(), |width| format!("{name}:{width}"))
            })
            .collect()
    }

    /// Whether a word of [`Columns::words`] means a column. If not, another version wrote it.
    pub fn is_known(word: &str) -> bool {
        let name = word.split_once(':').map_or(word, |(name, _)| name);
        listing::all().iter().any(|column| heading(column.shows) == name)
    }

    /// Reads [`Columns::words`]. Words that mean no column are left out.
    pub fn of_words(words: &[String]) -> Self {
        if !words.iter().any(|word| Self::is_known(word)) {
            return Self::default();
        }
        let all = listing::all();
        let mut choices: Vec<ColumnChoice> = Vec::new();
        for word in words {
            let (name, width) =
                word.split_once(':').map_or((word.as_str(), None), |(name, width)| (name, width.parse().ok()));
            let width = width.map(|width: u16| width.clamp(*WIDTHS.start(), *WIDTHS.end()));
            let Some(column) = all.iter().find(|column| heading(column.shows) == name) else {
                continue;
            };
            if !choices.iter().any(|known| known.shows == column.shows) {
                choices.push(ColumnChoice { shows: column.shows, presence: ColumnPresence::Shown, width });
            }
        }
        let id = Listed::Column(Column::Id);
        if !choices.iter().any(|known| known.shows == id) {
            choices.insert(0, ColumnChoice { shows: id, presence: ColumnPresence::Shown, width: None });
        }
        for column in &all {
            if !choices.iter().any(|known| known.shows == column.shows) {
                choices.push(ColumnChoice { shows: column.shows, presence: ColumnPresence::Hidden, width: None });
            }
        }
        Self { chosen: Some(choices) }
    }
}

/// What a column of the list is called in a sentence.
pub const fn heading(listed: Listed) -> &'static str {
    match listed {
        Listed::Column(column) => column.name(),
        Listed::Address => "user@domain",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn titles(columns: &Columns) -> Vec<&'static str> {
        columns.listed().iter().map(|column| column.looks.title).collect()
    }

    #[test]
    fn columns_are_hidden_moved_and_sized_and_read_back_the_same() {
        let mut columns = Columns::default();
        assert!(columns.words().is_empty());
        columns.toggle(1);
        columns.shift(2, 1);
        columns.resize(3, 5);
        let back = Columns::of_words(&columns.words());
        assert_eq!(titles(&back), titles(&columns));
        assert_eq!(back.listed(), columns.listed());
    }

    #[test]
    fn the_id_cannot_be_hidden_and_unknown_words_are_left_out() {
        let mut columns = Columns::default();
        columns.toggle(0);
        assert_eq!(titles(&columns).first(), Some(&"ID"));
        let read = Columns::of_words(&["name:9999".into(), "moon".into(), "domain:x".into()]);
        assert_eq!(titles(&read), ["ID", "NAME", "DOMAIN"]);
        assert_eq!(read.listed().get(1).map(|column| column.looks.min), Some(120));
    }
}
