//! Columns of a list of registrations: the id, the address of record, and one a field, all from the
//! field table.

use std::borrow::Cow;

use super::field::{Align, FIELDS, FieldId, ListColumn};
use super::registration::Record;
use super::relation::Targets;
use super::show;

/// What a column shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ColumnId {
    /// The record's id: people say ids on the phone, so it is always there.
    Id,
    /// `username@domain`.
    Address,
    /// One field.
    Field(FieldId),
}

/// A column with its looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// What it shows.
    pub id: ColumnId,
    /// How it looks and when it gives way.
    pub looks: ListColumn,
}

const ID: Column =
    Column { id: ColumnId::Id, looks: ListColumn { title: "ID", min: 5, max: 10, align: Align::Right, rank: 0 } };

const ADDRESS: Column = Column {
    id: ColumnId::Address,
    looks: ListColumn { title: "USER@DOMAIN", min: 14, max: 44, align: Align::Left, rank: 1 },
};

/// Every column in the order in which a wide list shows them: by rank.
#[must_use]
pub fn all() -> Vec<Column> {
    let mut columns = vec![ID, ADDRESS];
    columns.extend(FIELDS.iter().map(|field| Column { id: ColumnId::Field(field.id), looks: field.column }));
    columns.sort_by_key(|column| (column.looks.rank, column.id));
    columns
}

impl ColumnId {
    /// Name in filter, sort and configuration: the API's where there is one.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Address => "address",
            Self::Field(field) => field.field().name,
        }
    }

    /// Text of the cell, not yet made fit for a screen.
    #[must_use]
    pub fn text<'a>(self, record: &'a impl Record, targets: &'a Targets) -> Cow<'a, str> {
        match self {
            Self::Id => Cow::Owned(record.id().to_string()),
            Self::Address => Cow::Owned(format!(
                "{}@{}",
                record.text(FieldId::Username).unwrap_or("?"),
                record.text(FieldId::Domain).unwrap_or("?")
            )),
            Self::Field(field) => show::cell(field, record.value(field), targets),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_columns_are_those_that_a_narrow_screen_shows() {
        let titles: Vec<_> = all().iter().take(6).map(|column| column.looks.title).collect();
        assert_eq!(titles, ["ID", "NAME", "USER@DOMAIN", "NODE", "POP", "TRNS"]);
    }
}
