//! What a filter, a sort order or a list column can be about: the id, or a field; and the names under which
//! people type them.

use crate::domain::nearest::nearest;
use crate::domain::record::{FIELDS, FieldId};

/// The id or a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Column {
    /// The record's id.
    Id,
    /// One of its fields.
    Field(FieldId),
    /// What its nodes say: not a value of the record, and only where they are asked.
    Live,
}

/// A name that means no column, or not just one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnknownColumn {
    /// No name begins like this.
    #[error("no field {typed:?}{}", .near.map(|near| format!("; did you mean {near}?")).unwrap_or_default())]
    None {
        /// What was typed.
        typed: String,
        /// What was probably meant.
        near: Option<&'static str>,
    },
    /// Several names begin like this.
    #[error("{typed:?} may be {}", .names.join(" or "))]
    Several {
        /// What was typed.
        typed: String,
        /// What it may be.
        names: Vec<&'static str>,
    },
}

impl Column {
    /// The id, then every field in table order: what a record has, which the live state is not.
    pub fn all() -> impl Iterator<Item = Self> {
        std::iter::once(Self::Id).chain(FieldId::all().map(Self::Field))
    }

    /// The API's name; `id` for the id.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Field(field) => field.field().name,
            Self::Live => "live",
        }
    }

    /// The column with this whole name: the API's name or the label, in any case, with `_` for `-`.
    ///
    /// # Errors
    /// There is none; the nearest is named.
    pub fn named(typed: &str) -> Result<Self, UnknownColumn> {
        let wanted = typed.trim().to_lowercase().replace('_', "-");
        let exact = Self::all().chain([Self::Live]).find(|column| column.names().contains(&wanted.as_str()));
        exact.ok_or_else(|| {
            let begun = Self::parse(typed).ok().map(Self::name);
            let names = FIELDS.iter().map(|field| field.name).chain(["id", "live"]);
            UnknownColumn::None { typed: typed.to_owned(), near: begun.or_else(|| nearest(&wanted, names)) }
        })
    }

    /// The column that a typed name means: the API's name or the label, in any case, with `_` for `-`, or a
    /// beginning that no other name shares.
    ///
    /// # Errors
    /// When there is none, or more than one.
    pub fn parse(typed: &str) -> Result<Self, UnknownColumn> {
        let wanted = typed.trim().to_lowercase().replace('_', "-");
        let exact = Self::all().chain([Self::Live]).find(|column| column.names().contains(&wanted.as_str()));
        if let Some(column) = exact {
            return Ok(column);
        }
        let begin = |column: &Self| !wanted.is_empty() && column.names().iter().any(|name| name.starts_with(&wanted));
        let found: Vec<Self> = Self::all().chain([Self::Live]).filter(begin).collect();
        match found.as_slice() {
            [only] => Ok(*only),
            [] => {
                let names = FIELDS.iter().map(|field| field.name).chain(["id", "live"]);
                Err(UnknownColumn::None { typed: typed.to_owned(), near: nearest(&wanted, names) })
            }
            several => Err(UnknownColumn::Several {
                typed: typed.to_owned(),
                names: several.iter().map(|column| column.name()).collect(),
            }),
        }
    }

    const fn names(self) -> [&'static str; 2] {
        match self {
            Self::Id => ["id", "id"],
            Self::Field(field) => [field.field().name, field.field().label],
            Self::Live => ["live", "state"],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_column_is_found_by_its_name_and_label() {
        for column in Column::all() {
            for name in column.names() {
                assert_eq!(Column::parse(name), Ok(column));
                assert_eq!(Column::parse(&name.to_uppercase().replace('-', "_")), Ok(column));
            }
        }
    }

    #[test]
    fn a_beginning_is_enough_if_it_is_not_shared() {
        assert_eq!(Column::parse("dom"), Ok(Column::Field(FieldId::Domain)));
        assert_eq!(Column::parse("trans"), Ok(Column::Field(FieldId::TransportProtocol)));
        assert_eq!(Column::parse("auth").unwrap_err().to_string(), "\"auth\" may be auth-user or auth-password");
        assert_eq!(Column::parse("expires").unwrap_err().to_string(), "no field \"expires\"; did you mean expire?");
        assert!(Column::parse("").is_err());
    }
}
