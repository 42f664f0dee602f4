//! The kinds of resources that a registration refers to.

/// A kind of resource that a registration refers to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Relation {
    /// Point of presence.
    Pop,
    /// A node of the switch.
    Node,
    /// UDP, TCP, TLS and what else the server knows.
    TransportProtocol,
}

impl Relation {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Pop, Self::Node, Self::TransportProtocol];

    /// JSON:API resource type, which is also the path segment of the collection.
    pub const fn resource_type(self) -> &'static str {
        match self {
            Self::Pop => "pops",
            Self::Node => "nodes",
            Self::TransportProtocol => "transport-protocols",
        }
    }

    /// Word for one of them in sentences and messages.
    pub const fn noun(self) -> &'static str {
        match self {
            Self::Pop => "POP",
            Self::Node => "node",
            Self::TransportProtocol => "transport protocol",
        }
    }

    /// The relation whose resources have this JSON:API type.
    pub fn by_type(resource_type: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|relation| relation.resource_type() == resource_type)
    }
}
