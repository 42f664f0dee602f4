//! Records to JSON text. Lists are large and tags digest every byte, so the text is written directly, in the
//! order of members that the server has.

use std::collections::HashSet;
use std::fmt::Write as _;

use super::directives::{Fields, Include, PageRequest, SparseFields};
use super::json::{Escapes, write_number, write_text};
use super::kind::CollectionKind;
use super::query::{Param, Params};
use super::routes::PREFIX;
use super::store::{AttributeValue, CollectionPart, Collections, StoredResource};

/// What a document shows, and of which origin its links are.
pub(super) struct DocumentShape<'a> {
    /// Origin and path of the API, escaped to stand inside a JSON string.
    base: String,
    fields: &'a Fields,
    include: &'a Include,
}

/// Related resources, each once, in the order of first use; kinds too stand in the order of first use.
#[derive(Default)]
struct Included {
    kinds: Vec<CollectionKind>,
    order: Vec<(CollectionKind, u64)>,
    seen: HashSet<(CollectionKind, u64)>,
}

impl Included {
    fn gather(&mut self, store: &Collections, kind: CollectionKind, row: &StoredResource, include: &Include) {
        for (index, link) in kind.links().iter().enumerate() {
            let (Some(behind), Some(id)) = (include.behind(index), row.link(index)) else { continue };
            let Some(target) = store.get(link.target, id) else { continue };
            if !self.kinds.contains(&link.target) {
                self.kinds.push(link.target);
            }
            if self.seen.insert((link.target, id)) {
                self.order.push((link.target, id));
                self.gather(store, link.target, target, behind);
            }
        }
    }
}

impl<'a> DocumentShape<'a> {
    /// A document with links of this origin.
    pub(super) fn new(origin: &str, fields: &'a Fields, include: &'a Include) -> Self {
        let mut base = String::new();
        write_text(&mut base, &format!("{origin}{PREFIX}"), Escapes::Required);
        Self { base: base.trim_matches('"').to_owned(), fields, include }
    }

    /// The document of a page of records; `links` are the members of its `links`.
    pub(super) fn list(
        &self,
        kind: CollectionKind,
        found: &CollectionPart,
        store: &Collections,
        links: &str,
    ) -> String {
        let mut out = String::with_capacity(1024 + found.ids.len() * 1400);
        let mut included = Included::default();
        out.push_str("{\"data\":[");
        let mut first = true;
        for row in found.ids.iter().filter_map(|id| store.get(kind, *id)) {
            if !std::mem::take(&mut first) {
                out.push(',');
            }
            self.resource(&mut out, kind, row, Some(self.include));
            included.gather(store, kind, row, self.include);
        }
        out.push(']');
        self.included(&mut out, store, &included);
        out.push_str(",\"meta\":{\"total-count\":");
        write_number(&mut out, found.total);
        out.push_str("},\"links\":{");
        out.push_str(links);
        out.push_str("}}");
        out
    }

    /// The document of one record, or of none.
    pub(super) fn single(&self, kind: CollectionKind, row: Option<&StoredResource>, store: &Collections) -> String {
        let mut out = String::with_capacity(2048);
        out.push_str("{\"data\":");
        match row {
            None => out.push_str("null"),
            Some(row) => {
                self.resource(&mut out, kind, row, Some(self.include));
                let mut included = Included::default();
                included.gather(store, kind, row, self.include);
                self.included(&mut out, store, &included);
            }
        }
        out.push('}');
        out
    }

    /// The document of a relationship itself.
    pub(super) fn linkage(&self, kind: CollectionKind, row: &StoredResource, index: usize) -> String {
        let mut out = String::from("{\"data\":");
        if let Some(link) = kind.links().get(index) {
            write_linkage(&mut out, link.target, row.link(index));
            out.push_str(",\"links\":{");
            self.relationship_links(&mut out, kind, row.id, link.name);
        }
        out.push_str("}}");
        out
    }

    fn write_path(&self, out: &mut String, kind: CollectionKind, id: u64) {
        out.push_str(&self.base);
        out.push('/');
        out.push_str(kind.resource_type());
        out.push('/');
        write_number(out, id);
    }

    fn included(&self, out: &mut String, store: &Collections, included: &Included) {
        let mut first = true;
        for kind in &included.kinds {
            for (_, id) in included.order.iter().filter(|(of, _)| of == kind) {
                let Some(row) = store.get(*kind, *id) else { continue };
                out.push_str(if std::mem::take(&mut first) { ",\"included\":[" } else { "," });
                self.resource(out, *kind, row, None);
            }
        }
        if !first {
            out.push(']');
        }
    }

    /// One resource object. Without `include` it has linkage only where it always has.
    fn resource(&self, out: &mut String, kind: CollectionKind, row: &StoredResource, include: Option<&Include>) {
        let selection = self.fields.of(kind);
        out.push_str("{\"id\":\"");
        write_number(out, row.id);
        out.push_str("\",\"type\":\"");
        out.push_str(kind.resource_type());
        out.push_str("\",\"links\":{\"self\":\"");
        self.write_path(out, kind, row.id);
        out.push_str("\"}");
        write_attributes(out, kind, row, selection);
        let mut separator = ",\"relationships\":{";
        for (index, link) in kind.links().iter().enumerate() {
            if selection.is_some_and(|selection| !selection.links.get(index).copied().unwrap_or_default()) {
                continue;
            }
            out.push_str(separator);
            separator = ",";
            write_text(out, link.name, Escapes::Required);
            out.push_str(":{\"links\":{");
            self.relationship_links(out, kind, row.id, link.name);
            out.push('}');
            let asked = include.is_some_and(|include| include.behind(index).is_some());
            if asked || kind.always_tells_linkage() {
                out.push_str(",\"data\":");
                write_linkage(out, link.target, row.link(index));
            }
            out.push('}');
        }
        if separator == "," {
            out.push('}');
        }
        out.push('}');
    }

    fn relationship_links(&self, out: &mut String, kind: CollectionKind, id: u64, name: &str) {
        for (member, infix) in [("\"self\":\"", "/relationships/"), ("\",\"related\":\"", "/")] {
            out.push_str(member);
            self.write_path(out, kind, id);
            out.push_str(infix);
            out.push_str(name);
        }
        out.push('"');
    }

    /// The members of a list's `links`.
    pub(super) fn page_links(&self, kind: CollectionKind, params: &Params, page: PageRequest, total: usize) -> String {
        let total = i128::try_from(total).unwrap_or(i128::MAX);
        let last = ((total + page.size - 1) / page.size).max(1);
        let mut out = String::new();
        let mut link = |name: &str, number: i128| {
            let mut query = Params::default();
            for name in ["fields", "filter", "include", "sort"] {
                if let Some(value) = params.get(name) {
                    query.0.push((name.to_owned(), value.clone()));
                }
            }
            let text = |number: i128| Param::Text(number.to_string());
            let keys = vec![("number".to_owned(), text(number)), ("size".to_owned(), text(page.size))];
            query.0.push(("page".to_owned(), Param::Map(Params(keys))));
            if !out.is_empty() {
                out.push(',');
            }
            let _ = write!(out, "\"{name}\":\"{}/{}?{}\"", self.base, kind.resource_type(), query.to_query());
        };
        link("first", 1);
        if page.number > 1 {
            link("prev", page.number - 1);
        }
        if page.number < last {
            link("next", page.number + 1);
        }
        link("last", last);
        out
    }
}

fn write_attributes(out: &mut String, kind: CollectionKind, row: &StoredResource, selection: Option<&SparseFields>) {
    let names = kind.attributes();
    let mut separator = ",\"attributes\":{";
    let mut write = |index: usize| {
        let Some(name) = names.get(index) else { return };
        out.push_str(separator);
        separator = ",";
        write_text(out, name, Escapes::Required);
        out.push(':');
        write_cell(out, row.attribute(index));
    };
    match selection {
        None => (0..names.len()).for_each(&mut write),
        Some(selection) => selection.attributes.iter().copied().for_each(&mut write),
    }
    if separator == "," {
        out.push('}');
    }
}

fn write_cell(out: &mut String, cell: &AttributeValue) {
    match cell {
        AttributeValue::Null => out.push_str("null"),
        AttributeValue::Flag(flag) => out.push_str(if *flag { "true" } else { "false" }),
        AttributeValue::Number(number) => write_number(out, number),
        AttributeValue::Text(text) => write_text(out, text, Escapes::Required),
        AttributeValue::List(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write_cell(out, item);
            }
            out.push(']');
        }
    }
}

fn write_linkage(out: &mut String, target: CollectionKind, id: Option<u64>) {
    match id {
        None => out.push_str("null"),
        Some(id) => {
            out.push_str("{\"type\":\"");
            out.push_str(target.resource_type());
            out.push_str("\",\"id\":\"");
            write_number(out, id);
            out.push_str("\"}");
        }
    }
}
