//! The texts of a record taken apart, once for everyone who asks: the rules, and the census that compares records.

use crate::domain::record::{FieldId, Record};
use crate::domain::rules::next_hop::{self, Route, Routing};
use crate::domain::rules::sip::contact::{Contact, ContactFault};
use crate::domain::rules::sip::host::{self, HostFault, HostPort};
use crate::domain::text::is_blank;

/// Domain, contact and route set of a record.
#[derive(Debug)]
pub struct Facts<'a> {
    /// The domain, where one is set.
    pub(in crate::domain::rules) domain: Option<Result<HostPort<'a>, HostFault>>,
    /// The contact, where one is set.
    pub(in crate::domain::rules) contact: Option<Result<Contact<'a>, ContactFault>>,
    /// Host and port of a contact that can be read.
    pub(in crate::domain::rules) contact_host: Option<Result<HostPort<'a>, HostFault>>,
    /// What a node makes of the route set.
    pub(in crate::domain::rules) routing: Routing<'a>,
    /// The routes that can be read, with the numbers of their entries.
    pub(in crate::domain::rules) routes: Vec<(usize, Route<'a>)>,
}

impl<'a> Facts<'a> {
    /// Takes the texts of a record apart.
    pub fn of(record: &'a impl Record) -> Self {
        let words = |field| record.text(field).filter(|text| !is_blank(text));
        let contact = words(FieldId::Contact).map(Contact::parse);
        let contact_host = contact.and_then(Result::ok).map(|contact| host::parse(contact.uri.host));
        let mut routes = Vec::new();
        let routing = next_hop::read(record.value(FieldId::RouteSet), |number, route| routes.push((number, route)));
        Self { domain: words(FieldId::Domain).map(host::domain), contact, contact_host, routing, routes }
    }

    /// Whether a node that loads the record sends a REGISTER for it: not where it cannot read the contact, and not
    /// where the domain, or the first route that it goes by, cannot be a host. A dropped route set keeps none back:
    /// the REGISTER goes straight to the domain then.
    pub fn sends_register(&self) -> bool {
        let contact = !matches!(self.contact, Some(Err(_)));
        let domain = !matches!(self.domain, Some(Err(_)));
        let route = match self.routing {
            Routing::Via(route) => host::parse(route.uri.host).is_ok(),
            Routing::Direct | Routing::Dropped(_) | Routing::Unknown => true,
        };
        contact && domain && route
    }
}
