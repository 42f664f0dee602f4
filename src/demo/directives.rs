//! What a query asks for: which fields, which related resources, which records in which order, which page.

use std::collections::HashMap;

use super::errors::{self, ErrorMember};
use super::kind::{CollectionKind, LINKS};
use super::numbers::lenient;
use super::query::{Param, Params, comma_separated};
use super::store::filter::FilterCondition;
use super::store::{SortDirection, SortKey};

/// Records on a page when nothing is said.
const DEFAULT_SIZE: i128 = 50;
/// Most records that a page may have.
pub(super) const MAXIMUM_SIZE: i64 = 1000;

/// The fields of one kind that a document shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SparseFields {
    /// Attributes in the order in which they were asked for.
    pub(super) attributes: Vec<usize>,
    /// Whether each relationship is shown.
    pub(super) links: [bool; LINKS],
}

/// What each kind shows; kinds that are not named show everything.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Fields(HashMap<CollectionKind, SparseFields>);

impl Fields {
    /// What was asked of a kind; `None` is everything.
    pub(super) fn of(&self, kind: CollectionKind) -> Option<&SparseFields> {
        self.0.get(&kind)
    }
}

/// Which relationships are followed, from one kind of resource.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Include {
    links: [Option<Box<Self>>; LINKS],
}

impl Include {
    /// What to follow behind a relationship, if the relationship is followed.
    pub(super) fn behind(&self, link: usize) -> Option<&Self> {
        self.links.get(link)?.as_deref()
    }

    fn follow(&mut self, kind: CollectionKind, path: &str) -> Result<(), ErrorMember> {
        let (name, rest) = path.split_once('.').unwrap_or((path, ""));
        let index = kind.link(name).ok_or_else(|| errors::invalid_include(name, kind))?;
        let target = kind.links().get(index).map_or(kind, |link| link.target);
        let below = self.links.get_mut(index).map(Option::get_or_insert_default);
        match below {
            Some(below) if !rest.is_empty() => below.follow(target, rest),
            _ => Ok(()),
        }
    }
}

/// Which page of a collection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PageRequest {
    pub(super) number: i128,
    pub(super) size: i128,
}

/// Reads `fields`. A mistake hides all others.
pub(super) fn fields(params: &Params) -> Result<Fields, ErrorMember> {
    let map = match params.get("fields") {
        None | Some(Param::Absent) => return Ok(Fields::default()),
        Some(Param::Map(map)) => map,
        Some(Param::Text(_) | Param::List(_)) => return Err(errors::fields_without_type()),
    };
    let mut fields = Fields::default();
    for (resource_type, names) in &map.0 {
        let kind = CollectionKind::by_type(resource_type).ok_or_else(|| errors::invalid_resource(resource_type))?;
        let names = match names {
            Param::Text(names) if !names.is_empty() => names,
            _ => return Err(errors::invalid_field("nil", resource_type)),
        };
        let mut selection = SparseFields { attributes: Vec::new(), links: [false; LINKS] };
        for name in names.split(',') {
            if let Some(index) = kind.attribute(name) {
                if !selection.attributes.contains(&index) {
                    selection.attributes.push(index);
                }
            } else if let Some(shown) = kind.link(name).and_then(|index| selection.links.get_mut(index)) {
                *shown = true;
            } else if name != "id" {
                return Err(errors::invalid_field(name, resource_type));
            }
        }
        fields.0.insert(kind, selection);
    }
    Ok(fields)
}

/// Reads `include`.
pub(super) fn include(kind: CollectionKind, params: &Params) -> Result<Include, ErrorMember> {
    let mut include = Include::default();
    let Some(raw) = params.text("include") else { return Ok(include) };
    let paths = comma_separated(raw).ok_or_else(|| errors::invalid_include(raw, kind))?;
    for path in &paths {
        include.follow(kind, path)?;
    }
    Ok(include)
}

/// Reads `filter`. A filter on an included relationship is accepted and does nothing.
pub(super) fn filters(
    kind: CollectionKind,
    params: &Params,
    include: &Include,
) -> Result<Vec<FilterCondition>, ErrorMember> {
    let map = match params.get("filter") {
        None | Some(Param::Absent) => return Ok(Vec::new()),
        Some(Param::Map(map)) => map,
        Some(Param::Text(text)) => return Err(errors::filter_syntax(text)),
        Some(Param::List(_)) => return Err(errors::filter_syntax("")),
    };
    let mut filters = Vec::new();
    for (key, value) in &map.0 {
        let key = key.replace('-', "_");
        let values = match value {
            Param::Text(text) => comma_separated(text).unwrap_or_else(|| vec![text.clone()]),
            Param::List(list) => list.iter().filter_map(text_of).collect(),
            Param::Absent | Param::Map(_) => Vec::new(),
        };
        let (relationship, name) = match key.split_once('.') {
            Some((relationship, name)) => (Some(relationship), name),
            None => (None, key.as_str()),
        };
        let refused = || errors::filter_not_allowed(name);
        match relationship {
            None => filters.push(FilterCondition::by_name(kind, name, values).ok_or_else(refused)?),
            Some(relationship) => {
                let index = kind.link(&relationship.replace('_', "-")).ok_or_else(refused)?;
                let target = kind.links().get(index).map(|link| link.target);
                if include.behind(index).is_none()
                    || FilterCondition::by_name(target.ok_or_else(refused)?, name, values).is_none()
                {
                    return Err(refused());
                }
            }
        }
    }
    Ok(filters)
}

fn text_of(param: &Param) -> Option<String> {
    match param {
        Param::Text(text) => Some(text.clone()),
        Param::Absent | Param::Map(_) | Param::List(_) => None,
    }
}

/// Reads `sort`. A mistake hides all others.
pub(super) fn sort(kind: CollectionKind, params: &Params) -> Result<Vec<SortKey>, ErrorMember> {
    let Some(raw) = params.text("sort").filter(|raw| !raw.trim().is_empty()) else { return Ok(Vec::new()) };
    let criteria = comma_separated(raw).ok_or_else(|| errors::invalid_sort(raw, kind))?;
    let mut keys = Vec::new();
    for criterion in &criteria {
        let (direction, name) = match criterion.strip_prefix('-') {
            Some(name) => (SortDirection::Descending, name),
            None => (SortDirection::Ascending, criterion.as_str()),
        };
        let attribute = if name == "id" {
            None
        } else {
            let underscored = || errors::invalid_sort(&name.replace('-', "_"), kind);
            Some(kind.attribute(&name.replace('_', "-")).ok_or_else(underscored)?)
        };
        keys.push(SortKey { attribute, direction });
    }
    Ok(keys)
}

/// Reads `page`.
pub(super) fn page(params: &Params) -> Result<PageRequest, ErrorMember> {
    let (number, size) = match params.get("page") {
        None | Some(Param::Absent) => (1, DEFAULT_SIZE),
        Some(Param::Map(map)) => {
            (map.text("number").map_or(1, lenient), map.text("size").map_or(DEFAULT_SIZE, lenient))
        }
        Some(Param::Text(number)) => (lenient(number), DEFAULT_SIZE),
        Some(Param::List(_)) => (0, DEFAULT_SIZE),
    };
    if size < 1 {
        Err(errors::invalid_page_value("size", size))
    } else if size > i128::from(MAXIMUM_SIZE) {
        Err(errors::page_too_large(MAXIMUM_SIZE))
    } else if number < 1 {
        Err(errors::invalid_page_value("number", number))
    } else {
        Ok(PageRequest { number, size })
    }
}
