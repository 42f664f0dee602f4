//! The one table of what a registration consists of. Decoding, encoding, list columns, detail, form,
//! checks, filter, CSV, command line and documentation are loops over [`FIELDS`]; none of them has a
//! list of names of its own.

use crate::domain::record::resource::Relation;

/// One attribute or relationship of a registration. The order is that of [`FIELDS`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum FieldId {
    /// Label of the record, unique.
    Name,
    /// Whether nodes load it at all.
    Enabled,
    /// Point of presence whose nodes register.
    Pop,
    /// The only node that registers.
    Node,
    /// Transport to the next hop.
    TransportProtocol,
    /// Signalling interface of the node.
    SipInterfaceName,
    /// URI scheme, by number.
    SipSchemaId,
    /// Host of request URI, From and To.
    Domain,
    /// User part of the address of record.
    Username,
    /// Display name before the address of record.
    DisplayUsername,
    /// The address to register.
    Contact,
    /// Proxies to pass, in order.
    RouteSet,
    /// User name of the digest answer.
    AuthUser,
    /// Password of the digest answer.
    AuthPassword,
    /// Seconds asked for in Expires.
    Expire,
    /// Whether our Expires wins over the granted one.
    ForceExpire,
    /// Seconds to the next try after a failure.
    RetryDelay,
    /// Tries before giving up.
    MaxAttempts,
}

/// How many fields there are.
pub const FIELD_COUNT: usize = 18;

/// What values a field takes, and with which editor they are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueKind {
    /// One line of text.
    Text,
    /// Text that is shown only on request.
    Secret,
    /// Yes or no.
    Flag,
    /// A whole number from `min` to `max`, both included, with its unit.
    Number {
        /// Smallest value accepted.
        min: i64,
        /// Largest value accepted.
        max: i64,
        /// Unit as shown beside the value.
        unit: &'static str,
    },
    /// A list of texts whose order counts.
    Texts,
    /// A number out of a few, each with its meaning.
    Choice(&'static [(i64, &'static str)]),
    /// A to-one relationship.
    Reference(Relation),
}

impl ValueKind {
    const fn choices(self) -> &'static [(i64, &'static str)] {
        if let Self::Choice(choices) = self { choices } else { &[] }
    }

    /// What a number means among the choices.
    pub fn meaning(self, number: i64) -> Option<&'static str> {
        self.choices().iter().find(|(choice, _)| *choice == number).map(|(_, word)| *word)
    }

    /// The choice that someone typed, by its word or its number.
    pub fn chosen(self, typed: &str) -> Option<i64> {
        let is = |number: i64, word: &str| word.eq_ignore_ascii_case(typed) || typed.parse() == Ok(number);
        self.choices().iter().find(|(number, word)| is(*number, word)).map(|(number, _)| *number)
    }

    /// The choices in a sentence: `1 (sip) or 2 (sips)`.
    pub fn choices_in_words(self) -> String {
        self.choices().iter().map(|(number, word)| format!("{number} ({word})")).collect::<Vec<_>>().join(" or ")
    }
}

/// Whether a record can be saved without a value in this field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldPresence {
    /// The server refuses a record without it.
    Required,
    /// `null` (or an empty list) is a value in its own right.
    Optional,
}

/// What a node does at its next poll when this field of a loaded registration changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NodeEffect {
    /// Not loaded by nodes: nothing happens.
    Nothing,
    /// The set of nodes that load the record may change.
    Loading,
    /// Each node un-REGISTERs and REGISTERs again.
    Reregisters,
}

/// Group of fields under one heading in detail and form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FieldSection {
    /// Name and switch.
    Record,
    /// Which nodes, and how they reach the registrar.
    Placement,
    /// What is registered.
    Address,
    /// Digest credentials.
    Credentials,
    /// Seconds and tries.
    Timers,
}

impl FieldId {
    /// Label in front of the value of the field.
    pub const fn caption(self) -> &'static str {
        self.field().caption
    }
}

impl FieldSection {
    /// The heading.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Record => "RECORD",
            Self::Placement => "WHERE",
            Self::Address => "ADDRESS",
            Self::Credentials => "CREDENTIALS",
            Self::Timers => "TIMERS",
        }
    }
}

/// On which side of its column a value stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    /// Text.
    Left,
    /// Numbers.
    Right,
}

/// How a field looks as a column of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListColumn {
    /// Heading, short.
    pub title: &'static str,
    /// Cells it needs to be worth showing.
    pub min: u16,
    /// Cells that show most values whole: columns of a higher rank wait until those before have as many.
    pub good: u16,
    /// Cells beyond which more width shows nothing more.
    pub max: u16,
    /// Side on which values stand.
    pub align: Align,
    /// Columns of a higher rank give way first; 0 never does; [`ListColumn::HIDDEN`] is shown on request only.
    pub rank: u8,
}

impl ListColumn {
    /// Rank of a column that no width brings up by itself.
    pub const HIDDEN: u8 = u8::MAX;
}

/// One row of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// Which field this row describes.
    pub id: FieldId,
    /// The API's name, dasherized.
    pub name: &'static str,
    /// Its name in sentences.
    pub label: &'static str,
    /// Label in detail and form.
    pub caption: &'static str,
    /// One line of help: what it means.
    pub help: &'static str,
    /// More help: limits, what the server and the nodes do with it.
    pub more: &'static str,
    /// Shown in place of `null`.
    pub unset: &'static str,
    /// What values it takes.
    pub kind: ValueKind,
    /// Heading under which it stands.
    pub section: FieldSection,
    /// Whether it may be absent.
    pub presence: FieldPresence,
    /// What a change of it makes nodes do.
    pub effect: NodeEffect,
    /// Its column in the list.
    pub column: ListColumn,
}

const fn column(title: &'static str, [min, good, max]: [u16; 3], align: Align, rank: u8) -> ListColumn {
    ListColumn { title, min, good, max, align, rank }
}

use Align::{Left, Right};
use FieldPresence::{Optional, Required};
use FieldSection::{Address, Credentials, Placement, Record, Timers};
use NodeEffect::{Loading, Nothing, Reregisters};

const HIDDEN: u8 = ListColumn::HIDDEN;

/// Every attribute and relationship, in the order of detail and form.
///
/// Meanings and limits come from the switch's public documentation; defaults and server rules were
/// observed on the wire.
#[rustfmt::skip]
pub const FIELDS: [Field; FIELD_COUNT] = [
    Field {
        id: FieldId::Name, name: "name", label: "name", caption: "Name",
        help: "Label of this record. Not sent in SIP; changing it does not touch the nodes.",
        more: "Required and unique, upper and lower case counting as different. Spaces at the edges are kept.",
        unset: "not set", kind: ValueKind::Text, section: Record, presence: Required, effect: Nothing,
        column: column("NAME", [12, 18, 40], Left, 0),
    },
    Field {
        id: FieldId::Enabled, name: "enabled", label: "enabled", caption: "Enabled",
        help: "Disabled: nodes un-REGISTER at their next poll and stop trying.",
        more: "Disabling and enabling within one node poll changes nothing on the nodes.",
        unset: "not set", kind: ValueKind::Flag, section: Record, presence: Required, effect: Loading,
        column: column("ON", [3, 3, 3], Left, HIDDEN),
    },
    Field {
        id: FieldId::Pop, name: "pop", label: "pop", caption: "POP",
        help: "Only nodes of this point of presence register. Empty: any.",
        more: "Together with node: a node that is not in the chosen pop means that no node loads the record.",
        unset: "any", kind: ValueKind::Reference(Relation::Pop), section: Placement, presence: Optional, effect: Loading,
        column: column("POP", [3, 6, 18], Left, 2),
    },
    Field {
        id: FieldId::Node, name: "node", label: "node", caption: "Node",
        help: "Only this node registers. Empty: every node of the pop, or of all pops.",
        more: "With neither pop nor node every node of the switch registers the same address of record.",
        unset: "any", kind: ValueKind::Reference(Relation::Node), section: Placement, presence: Optional, effect: Loading,
        column: column("NODE", [6, 7, 16], Left, 3),
    },
    Field {
        id: FieldId::TransportProtocol, name: "transport-protocol", label: "transport", caption: "Transport",
        help: "Transport to the registrar, where no route set decides it: UDP, TCP or TLS.",
        more: "Required; UDP for a new record. With a route set its first entry decides; sips without one takes TLS.",
        unset: "not set", kind: ValueKind::Reference(Relation::TransportProtocol), section: Placement, presence: Required,
        effect: Reregisters, column: column("TR", [3, 3, 5], Left, 4),
    },
    Field {
        id: FieldId::SipInterfaceName, name: "sip-interface-name", label: "sip-interface", caption: "SIP interface",
        help: "Signalling interface named in the node's configuration. Empty: the node chooses.",
        more: "Must be the name of an interface in the configuration of every node that loads the record; default is one.",
        unset: "node chooses", kind: ValueKind::Text, section: Address, presence: Optional, effect: Reregisters,
        column: column("IFACE", [6, 8, 12], Left, 12),
    },
    Field {
        id: FieldId::SipSchemaId, name: "sip-schema-id", label: "sip-schema", caption: "SIP schema",
        help: "URI scheme of request URI, From and To.",
        more: "1 is sip, 2 is sips. sips asks for TLS on every hop (RFC 3261, 26.2.2); a route set can lead over UDP still.",
        unset: "not set", kind: ValueKind::Choice(&[(1, "sip"), (2, "sips")]), section: Address, presence: Required,
        effect: Reregisters, column: column("SCHEMA", [6, 6, 6], Left, 14),
    },
    Field {
        id: FieldId::Domain, name: "domain", label: "domain", caption: "Domain",
        help: "Registrar's domain: host of the request URI, From and To.",
        more: "Required. A host name or address and optionally :port. Without a port the node looks up SRV records itself.",
        unset: "not set", kind: ValueKind::Text, section: Address, presence: Required, effect: Reregisters,
        column: column("DOMAIN", [10, 10, 30], Left, HIDDEN),
    },
    Field {
        id: FieldId::Username, name: "username", label: "username", caption: "Username",
        help: "User part of the address of record (From and To). Not the digest user.",
        more: "Required. Characters such as space, @, < and > must be escaped in a SIP URI.",
        unset: "not set", kind: ValueKind::Text, section: Address, presence: Required, effect: Reregisters,
        column: column("USER", [8, 8, 24], Left, HIDDEN),
    },
    Field {
        id: FieldId::DisplayUsername, name: "display-username", label: "display-username", caption: "Display name",
        help: "Display name before the From and To address.",
        more: "Not needed by most registrars. Nodes older than May 2026 send quotes and backslashes unescaped.",
        unset: "not set", kind: ValueKind::Text, section: Address, presence: Optional, effect: Reregisters,
        column: column("DISPLAY", [8, 12, 20], Left, 13),
    },
    Field {
        id: FieldId::Contact, name: "contact", label: "contact", caption: "Contact",
        help: "Address to register, such as sip:user@host:port; with parameters <sip:user@host;transport=tcp>.",
        more: "Required, with sip: in lower case. The 200 OK must name the same user, host and port. Without <> parameters \
               belong to the header.",
        unset: "not set", kind: ValueKind::Text, section: Address, presence: Required, effect: Reregisters,
        column: column("CONTACT", [16, 28, 40], Left, 6),
    },
    Field {
        id: FieldId::RouteSet, name: "route-set", label: "route-set", caption: "Route set",
        help: "Proxies to pass, in order, sent as Route headers; best as <sip:host;lr>. Empty: straight to the domain.",
        more: "The first entry decides where and over what the REGISTER goes: transport= in its brackets, else UDP. \
               An invalid URI makes the node drop the whole set; an entry without lr in its brackets asks for strict \
               routing.",
        unset: "none", kind: ValueKind::Texts, section: Address, presence: Optional, effect: Reregisters,
        column: column("ROUTE SET", [12, 30, 40], Left, 9),
    },
    Field {
        id: FieldId::AuthUser, name: "auth-user", label: "auth-user", caption: "Auth user",
        help: "User name in the digest answer. Not copied from username when empty.",
        more: "Needs a password beside it. Spaces at the edges are sent.",
        unset: "not set", kind: ValueKind::Text, section: Credentials, presence: Optional, effect: Reregisters,
        column: column("AUTH USER", [9, 12, 20], Left, 10),
    },
    Field {
        id: FieldId::AuthPassword, name: "auth-password", label: "auth-password", caption: "Auth password",
        help: "Digest password. Shown only on request.",
        more: "Never in lists, logs, drafts or the clipboard.",
        unset: "not set", kind: ValueKind::Secret, section: Credentials, presence: Optional, effect: Reregisters,
        column: column("PASSWORD", [8, 8, 8], Left, HIDDEN),
    },
    Field {
        id: FieldId::Expire, name: "expire", label: "expire", caption: "Expire",
        help: "Expires we ask for. The node refreshes at half of the granted value.",
        more: "Empty or 0: the node's default, usually 1800. The server itself checks nothing here.",
        unset: "node default", kind: ValueKind::Number { min: 0, max: 2_147_483_647, unit: "s" }, section: Timers,
        presence: Optional, effect: Reregisters, column: column("EXPIRE", [6, 6, 10], Right, 5),
    },
    Field {
        id: FieldId::ForceExpire, name: "force-expire", label: "force-expire", caption: "Force expire",
        help: "Use our expire even where the registrar grants another.",
        more: "With expire empty or 0 the node's default is used.",
        unset: "not set", kind: ValueKind::Flag, section: Timers, presence: Required, effect: Reregisters,
        column: column("FORCE", [5, 5, 5], Left, 11),
    },
    Field {
        id: FieldId::RetryDelay, name: "retry-delay", label: "retry-delay", caption: "Retry delay",
        help: "Seconds to the next try after an error or a timeout.",
        more: "A short delay may look like a flood and get the address banned.",
        unset: "not set", kind: ValueKind::Number { min: 1, max: 32_767, unit: "s" }, section: Timers,
        presence: Required, effect: Reregisters, column: column("RETRY", [5, 5, 6], Right, 7),
    },
    Field {
        id: FieldId::MaxAttempts, name: "max-attempts", label: "max-attempts", caption: "Max attempts",
        help: "Tries after an error before giving up. Empty: no limit.",
        more: "To start again after they are used up: disable, wait one node poll, enable.",
        unset: "no limit", kind: ValueKind::Number { min: 1, max: 32_767, unit: "tries" }, section: Timers,
        presence: Optional, effect: Reregisters, column: column("TRIES", [5, 5, 6], Right, 8),
    },
];

/// Every field in the order in which people edit them: that of form and detail. What is rarely set stands last in its
/// section.
pub const EDIT_ORDER: [FieldId; FIELD_COUNT] = [
    FieldId::Name,
    FieldId::Enabled,
    FieldId::Node,
    FieldId::Pop,
    FieldId::TransportProtocol,
    FieldId::Username,
    FieldId::Domain,
    FieldId::Contact,
    FieldId::RouteSet,
    FieldId::DisplayUsername,
    FieldId::SipSchemaId,
    FieldId::SipInterfaceName,
    FieldId::AuthUser,
    FieldId::AuthPassword,
    FieldId::Expire,
    FieldId::RetryDelay,
    FieldId::MaxAttempts,
    FieldId::ForceExpire,
];

/// The attributes in the order in which the server writes them.
pub const WIRE_ATTRIBUTES: [FieldId; 15] = [
    FieldId::AuthPassword,
    FieldId::AuthUser,
    FieldId::Contact,
    FieldId::DisplayUsername,
    FieldId::Domain,
    FieldId::Enabled,
    FieldId::Expire,
    FieldId::ForceExpire,
    FieldId::MaxAttempts,
    FieldId::Name,
    FieldId::RouteSet,
    FieldId::RetryDelay,
    FieldId::SipInterfaceName,
    FieldId::Username,
    FieldId::SipSchemaId,
];

/// The relationships in the order in which the server writes them.
pub const WIRE_RELATIONSHIPS: [FieldId; 3] = [FieldId::TransportProtocol, FieldId::Pop, FieldId::Node];

impl FieldId {
    /// Every field, in table order.
    pub fn all() -> impl Iterator<Item = Self> {
        FIELDS.iter().map(|field| field.id)
    }

    /// Position in [`EDIT_ORDER`].
    pub fn place(self) -> usize {
        EDIT_ORDER.iter().position(|field| *field == self).unwrap_or_default()
    }

    /// Position in [`FIELDS`].
    pub const fn index(self) -> usize {
        self as usize
    }

    /// The row that describes this field.
    #[expect(clippy::indexing_slicing, reason = "the table has a row for each variant; a test compares them")]
    pub const fn field(self) -> &'static Field {
        &FIELDS[self.index()]
    }

    /// The relation that this field is, if it is a relationship.
    pub const fn relation(self) -> Option<Relation> {
        match self.field().kind {
            ValueKind::Reference(relation) => Some(relation),
            _ => None,
        }
    }

    /// The field with this name in the API.
    pub fn by_name(name: &str) -> Option<Self> {
        FIELDS.iter().find(|field| field.name == name).map(|field| field.id)
    }
}

impl Relation {
    /// The field of a registration that holds it; its name is the relationship's name in the API.
    pub const fn field(self) -> FieldId {
        match self {
            Self::Pop => FieldId::Pop,
            Self::Node => FieldId::Node,
            Self::TransportProtocol => FieldId::TransportProtocol,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_row_stands_at_the_index_of_its_field() {
        for (index, field) in FIELDS.iter().enumerate() {
            assert_eq!(field.id.index(), index, "{}", field.name);
            assert_eq!(field.id.field().name, field.name);
        }
    }

    #[test]
    fn the_order_of_editing_has_each_field_once_and_keeps_sections_together() {
        for field in FieldId::all() {
            assert_eq!(EDIT_ORDER.iter().filter(|other| **other == field).count(), 1, "{}", field.caption());
            assert_eq!(EDIT_ORDER[field.place()], field);
        }
        assert!(EDIT_ORDER.map(|field| field.field().section).is_sorted());
    }

    #[test]
    fn wire_order_names_each_field_once_on_the_right_side() {
        let mut seen: Vec<FieldId> = WIRE_ATTRIBUTES.to_vec();
        assert!(seen.iter().all(|id| id.relation().is_none()));
        assert!(WIRE_RELATIONSHIPS.iter().all(|id| id.relation().is_some()));
        seen.extend(WIRE_RELATIONSHIPS);
        seen.sort_unstable();
        assert_eq!(seen, FieldId::all().collect::<Vec<_>>());
    }

    #[test]
    fn names_and_help_are_there_and_names_are_unique() {
        for field in &FIELDS {
            assert_eq!(FieldId::by_name(field.name), Some(field.id));
            assert!(!field.help.is_empty() && !field.more.is_empty() && !field.label.is_empty());
            assert!(field.column.min <= field.column.good && field.column.good <= field.column.max, "{}", field.name);
        }
    }
}
