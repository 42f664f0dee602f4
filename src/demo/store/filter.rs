//! Which records a filter lets pass. Registrations can be filtered by id only; pops and nodes by the
//! predicates of the framework's search (`name_cont`, `pop_id_eq` …).

use super::super::kind::CollectionKind;
use super::super::numbers::lenient;
use super::StoredResource;

/// What a filter looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    Id,
    Text(usize),
    Link(usize),
}

/// How it compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Predicate {
    Equal,
    NotEqual,
    In,
    NotIn,
    Contains,
    ContainsAny,
    Starts,
    Ends,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
}

impl Predicate {
    const TEXT: [(&'static str, Self); 8] = [
        ("eq", Self::Equal),
        ("not_eq", Self::NotEqual),
        ("cont", Self::Contains),
        ("start", Self::Starts),
        ("end", Self::Ends),
        ("in", Self::In),
        ("not_in", Self::NotIn),
        ("cont_any", Self::ContainsAny),
    ];

    const NUMBER: [(&'static str, Self); 8] = [
        ("eq", Self::Equal),
        ("not_eq", Self::NotEqual),
        ("gt", Self::Greater),
        ("gteq", Self::GreaterOrEqual),
        ("lt", Self::Less),
        ("lteq", Self::LessOrEqual),
        ("in", Self::In),
        ("not_in", Self::NotIn),
    ];
}

/// One condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FilterCondition {
    column: Column,
    predicate: Predicate,
    values: Vec<String>,
}

impl FilterCondition {
    /// The filter of this name (underscored), or `None` where the kind has no such filter.
    pub(crate) fn by_name(kind: CollectionKind, name: &str, values: Vec<String>) -> Option<Self> {
        if name == "id" {
            return Some(Self { column: Column::Id, predicate: Predicate::In, values });
        }
        if kind == CollectionKind::Registrations {
            return None;
        }
        if name == "name" {
            return Some(Self { column: Column::Text(kind.attribute("name")?), predicate: Predicate::In, values });
        }
        if kind == CollectionKind::TransportProtocols {
            return None;
        }
        for (index, attribute) in kind.attributes().iter().enumerate() {
            if let Some(predicate) = predicate(name, &attribute.replace('-', "_"), &Predicate::TEXT) {
                return Some(Self { column: Column::Text(index), predicate, values });
            }
        }
        for (index, link) in kind.links().iter().enumerate() {
            if let Some(predicate) = predicate(name, &format!("{}_id", link.name), &Predicate::NUMBER) {
                return Some(Self { column: Column::Link(index), predicate, values });
            }
        }
        (kind == CollectionKind::Nodes).then_some(())?;
        Some(Self { column: Column::Id, predicate: predicate(name, "id", &Predicate::NUMBER)?, values })
    }

    fn admits(&self, row: &StoredResource) -> bool {
        match self.column {
            Column::Id => self.admits_number(i128::from(row.id)),
            Column::Link(index) => row.link(index).is_some_and(|id| self.admits_number(i128::from(id))),
            Column::Text(index) => row.attribute(index).text().is_some_and(|text| self.admits_text(text)),
        }
    }

    fn admits_number(&self, number: i128) -> bool {
        let first = self.values.first().map_or(0, |value| lenient(value));
        let listed = || self.values.iter().any(|value| lenient(value) == number);
        match self.predicate {
            Predicate::In => listed(),
            Predicate::NotIn => !listed(),
            Predicate::Equal => number == first,
            Predicate::NotEqual => number != first,
            Predicate::Greater => number > first,
            Predicate::GreaterOrEqual => number >= first,
            Predicate::Less => number < first,
            Predicate::LessOrEqual => number <= first,
            Predicate::Contains | Predicate::ContainsAny | Predicate::Starts | Predicate::Ends => false,
        }
    }

    fn admits_text(&self, text: &str) -> bool {
        let joined = || self.values.join(",");
        let listed = || self.values.iter().any(|value| value == text);
        let lower = || text.to_lowercase();
        match self.predicate {
            Predicate::In => listed(),
            Predicate::NotIn => !listed(),
            Predicate::Equal => text == joined(),
            Predicate::NotEqual => text != joined(),
            Predicate::Contains => lower().contains(&joined().to_lowercase()),
            Predicate::ContainsAny => self.values.iter().any(|value| lower().contains(&value.to_lowercase())),
            Predicate::Starts => lower().starts_with(&joined().to_lowercase()),
            Predicate::Ends => lower().ends_with(&joined().to_lowercase()),
            Predicate::Greater | Predicate::GreaterOrEqual | Predicate::Less | Predicate::LessOrEqual => false,
        }
    }
}

fn predicate(name: &str, column: &str, table: &[(&str, Predicate)]) -> Option<Predicate> {
    let suffix = name.strip_prefix(column)?.strip_prefix('_')?;
    table.iter().find(|(known, _)| *known == suffix).map(|(_, predicate)| *predicate)
}

/// The rows that pass all filters, by id.
pub(super) fn apply<'a>(
    kind: CollectionKind,
    rows: &'a [StoredResource],
    filters: &[FilterCondition],
) -> Vec<&'a StoredResource> {
    // A list of ids is looked up, not searched for: clients read back dozens out of a hundred thousand.
    let by_id = filters.iter().find(|filter| filter.column == Column::Id && filter.predicate == Predicate::In);
    let candidates: Vec<&StoredResource> = match by_id {
        Some(filter) if kind == CollectionKind::Registrations => {
            let mut ids: Vec<u64> =
                filter.values.iter().filter_map(|value| u64::try_from(lenient(value)).ok()).collect();
            ids.sort_unstable();
            ids.dedup();
            let found = ids.iter().filter_map(|id| rows.binary_search_by_key(id, |row| row.id).ok());
            found.filter_map(|at| rows.get(at)).collect()
        }
        _ => rows.iter().collect(),
    };
    candidates.into_iter().filter(|row| filters.iter().all(|filter| filter.admits(row))).collect()
}
