//! The kinds of resources that the server knows, with their attributes and relationships in the order in
//! which documents show them. For registrations that order comes from the table of fields.

use crate::domain::record::{FieldId, Relation, WIRE_ATTRIBUTES, WIRE_RELATIONSHIPS};

/// A collection of resources.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum CollectionKind {
    Registrations,
    Pops,
    Nodes,
    TransportProtocols,
}

/// A to-one relationship: its name and what it leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ToOne {
    pub(crate) name: &'static str,
    pub(crate) target: CollectionKind,
}

/// How many relationships a resource has at most.
pub(crate) const LINKS: usize = WIRE_RELATIONSHIPS.len();

#[expect(clippy::indexing_slicing, reason = "runs while compiling, where an index out of bounds is an error")]
const fn attribute_names() -> [&'static str; WIRE_ATTRIBUTES.len()] {
    let mut names = [""; WIRE_ATTRIBUTES.len()];
    let mut index = 0;
    while index < names.len() {
        names[index] = WIRE_ATTRIBUTES[index].field().name;
        index += 1;
    }
    names
}

#[expect(clippy::indexing_slicing, reason = "runs while compiling, where an index out of bounds is an error")]
const fn link_table() -> [ToOne; LINKS] {
    let mut links = [ToOne { name: "", target: CollectionKind::Pops }; LINKS];
    let mut index = 0;
    while index < links.len() {
        let field = WIRE_RELATIONSHIPS[index];
        links[index].name = field.field().name;
        if let Some(relation) = field.relation() {
            links[index].target = CollectionKind::of(relation);
        }
        index += 1;
    }
    links
}

const REGISTRATION_ATTRIBUTES: [&str; WIRE_ATTRIBUTES.len()] = attribute_names();
const REGISTRATION_LINKS: [ToOne; LINKS] = link_table();
const NODE_LINKS: [ToOne; 1] = [ToOne { name: "pop", target: CollectionKind::Pops }];

impl CollectionKind {
    /// All of them.
    pub(crate) const ALL: [Self; 4] = [Self::Registrations, Self::Pops, Self::Nodes, Self::TransportProtocols];

    /// The kind of resource behind a registration's relationship.
    pub(crate) const fn of(relation: Relation) -> Self {
        match relation {
            Relation::Pop => Self::Pops,
            Relation::Node => Self::Nodes,
            Relation::TransportProtocol => Self::TransportProtocols,
        }
    }

    /// Position in [`CollectionKind::ALL`].
    pub(crate) const fn index(self) -> usize {
        self as usize
    }

    /// JSON:API type, which is also the path segment.
    pub(crate) const fn resource_type(self) -> &'static str {
        match self {
            Self::Registrations => "registrations",
            Self::Pops => Relation::Pop.resource_type(),
            Self::Nodes => Relation::Node.resource_type(),
            Self::TransportProtocols => Relation::TransportProtocol.resource_type(),
        }
    }

    /// The kind with this JSON:API type.
    pub(crate) fn by_type(resource_type: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.resource_type() == resource_type)
    }

    /// Names of its attributes.
    pub(crate) const fn attributes(self) -> &'static [&'static str] {
        match self {
            Self::Registrations => &REGISTRATION_ATTRIBUTES,
            Self::Pops | Self::TransportProtocols => &["name"],
            Self::Nodes => &["name", "rpc-endpoint"],
        }
    }

    pub(crate) const fn links(self) -> &'static [ToOne] {
        match self {
            Self::Registrations => &REGISTRATION_LINKS,
            Self::Nodes => &NODE_LINKS,
            Self::Pops | Self::TransportProtocols => &[],
        }
    }

    /// Position of an attribute.
    pub(crate) fn attribute(self, name: &str) -> Option<usize> {
        self.attributes().iter().position(|known| *known == name)
    }

    /// Position of a relationship.
    pub(crate) fn link(self, name: &str) -> Option<usize> {
        self.links().iter().position(|known| known.name == name)
    }

    /// Whether clients may create, change and delete such resources.
    pub(crate) const fn is_writable(self) -> bool {
        !matches!(self, Self::TransportProtocols)
    }

    /// Whether a client may choose the id of a new resource.
    pub(crate) const fn takes_client_ids(self) -> bool {
        matches!(self, Self::Pops | Self::Nodes)
    }

    /// Whether documents contain the target of relationships that no one asked to include.
    pub(crate) const fn always_tells_linkage(self) -> bool {
        matches!(self, Self::Nodes)
    }
}

/// Position of a registration's field among the attributes or the relationships.
pub(crate) fn place(field: FieldId) -> FieldPlace {
    let find = |fields: &[FieldId]| fields.iter().position(|known| *known == field);
    match find(&WIRE_RELATIONSHIPS) {
        Some(link) => FieldPlace::Link(link),
        None => FieldPlace::Attribute(find(&WIRE_ATTRIBUTES).unwrap_or_default()),
    }
}

/// Where a row keeps a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FieldPlace {
    Attribute(usize),
    Link(usize),
}
