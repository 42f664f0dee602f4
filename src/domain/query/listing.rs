//! Columns of a list of registrations: the id, the address of record, and one a field, all from the
//! field table.

use std::borrow::Cow;

use crate::domain::query::column::{Column, UnknownColumn};
use crate::domain::record::{Align, FIELDS, FieldId, ListColumn, Record, Targets, show};

/// What a column of the list shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Listed {
    /// The id, or one field. People say ids on the phone, so the id is always there.
    Column(Column),
    /// `username@domain`.
    Address,
}

/// A column with its looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListedColumn {
    /// What it shows.
    pub shows: Listed,
    /// How it looks and when it gives way.
    pub looks: ListColumn,
}

const ID: ListedColumn = ListedColumn {
    shows: Listed::Column(Column::Id),
    looks: ListColumn { title: "ID", min: 5, good: 5, max: 10, align: Align::Right, rank: 0 },
};

const ADDRESS: ListedColumn = ListedColumn {
    shows: Listed::Address,
    looks: ListColumn { title: "USER@DOMAIN", min: 14, good: 22, max: 44, align: Align::Left, rank: 1 },
};

const LIVE: ListedColumn = ListedColumn {
    shows: Listed::Column(Column::Live),
    looks: ListColumn { title: "STATE", min: 8, good: 12, max: 18, align: Align::Left, rank: 1 },
};

/// Every column in the order in which a wide list shows them: by rank.
pub fn all() -> Vec<ListedColumn> {
    let mut columns = vec![ID, ADDRESS, LIVE];
    columns.extend(
        FIELDS.iter().map(|field| ListedColumn { shows: Listed::Column(Column::Field(field.id)), looks: field.column }),
    );
    columns.sort_by_key(|column| (column.looks.rank, column.shows));
    columns
}

/// The column that shows this, with its looks.
pub fn column_of(shows: Listed) -> ListedColumn {
    all().into_iter().find(|column| column.shows == shows).unwrap_or(ID)
}

impl Listed {
    /// The name under which people choose `username@domain` as a column.
    pub const ADDRESS: &'static str = "address";

    /// What a whole name means: `address`, or a field as in [`Column::named`].
    ///
    /// # Errors
    /// When it means nothing.
    pub fn named(typed: &str) -> Result<Self, UnknownColumn> {
        if typed.trim().eq_ignore_ascii_case(Self::ADDRESS) {
            return Ok(Self::Address);
        }
        Column::named(typed).map(Self::Column)
    }

    /// Text of the cell, not yet made fit for a screen.
    pub fn text<'a>(self, record: &'a impl Record, targets: &'a Targets) -> Cow<'a, str> {
        match self {
            Self::Column(Column::Id) => Cow::Owned(record.id().to_string()),
            Self::Column(Column::Live) => Cow::Borrowed(targets.live_mark(record.id()).map_or("?", |mark| &*mark.cell)),
            Self::Address => Cow::Owned(format!(
                "{}@{}",
                record.text(FieldId::Username).unwrap_or("?"),
                record.text(FieldId::Domain).unwrap_or("?")
            )),
            Self::Column(Column::Field(field)) => show::cell(field, record.value(field), targets),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_columns_are_those_that_a_narrow_screen_shows() {
        let titles: Vec<_> = all().iter().take(7).map(|column| column.looks.title).collect();
        assert_eq!(titles, ["ID", "NAME", "STATE", "USER@DOMAIN", "POP", "NODE", "TR"]);
    }
}
