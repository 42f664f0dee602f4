//! Where and over what a REGISTER really goes: the first entry of the route set decides, else the request URI. A
//! node can have an outbound proxy of its own, which the API does not show.

use crate::domain::record::{FieldId, Record, Relation, Resolved, Targets, ValueRef};
use crate::domain::rules::sip::address::{AddressFault, SipAddress, list};
use crate::domain::rules::sip::host::{self, Host};
use crate::domain::rules::sip::uri::{Scheme, Uri, UriFault};
use crate::domain::text::is_blank;

/// A transport, by its meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transport<'a> {
    /// UDP.
    Udp,
    /// TCP.
    Tcp,
    /// TLS.
    Tls,
    /// Anything else, as written.
    Other(&'a str),
}

impl<'a> Transport<'a> {
    /// The transport of this name, in any case.
    pub fn named(name: &'a str) -> Self {
        match name {
            udp if udp.eq_ignore_ascii_case("udp") => Self::Udp,
            tcp if tcp.eq_ignore_ascii_case("tcp") => Self::Tcp,
            tls if tls.eq_ignore_ascii_case("tls") => Self::Tls,
            other => Self::Other(other),
        }
    }

    /// Its name for people.
    pub const fn label(self) -> &'a str {
        match self {
            Self::Udp => "UDP",
            Self::Tcp => "TCP",
            Self::Tls => "TLS",
            Self::Other(name) => name,
        }
    }

    /// Its name in a URI.
    pub fn parameter(self) -> String {
        self.label().to_lowercase()
    }

    const fn port(self) -> u16 {
        if matches!(self, Self::Tls) { 5061 } else { 5060 }
    }
}

/// Why an entry of a route set is no URI.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RouteFault {
    /// It is no address.
    Address(AddressFault),
    /// Its URI is none.
    Uri(UriFault),
}

impl RouteFault {
    /// The reason, for a sentence that names the text.
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Address(fault) => fault.reason(),
            Self::Uri(fault) => fault.reason(),
        }
    }
}

/// One entry of a route set that is a URI.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Route<'a> {
    /// As written.
    pub address: SipAddress<'a>,
    /// Its URI.
    pub uri: Uri<'a>,
}

impl<'a> Route<'a> {
    /// Reads one entry without a comma.
    ///
    /// # Errors
    /// Why it is no URI.
    pub fn parse(text: &'a str) -> Result<Self, RouteFault> {
        let address = SipAddress::parse(text).map_err(RouteFault::Address)?;
        let uri = Uri::parse(address.uri).map_err(RouteFault::Uri)?;
        Ok(Self { address, uri })
    }

    /// Whether it asks for loose routing: `lr` in brackets. Outside of them it belongs to the header.
    pub fn is_loose(&self) -> bool {
        self.address.bracketed && self.uri.is_loose()
    }

    /// The transport that it names. Outside of brackets none.
    pub fn transport(&self) -> Option<Transport<'a>> {
        self.uri.transport().filter(|name| !name.is_empty()).map(Transport::named)
    }

    /// The entry as it should be written: in brackets, with `lr`, and over this transport where one is given. Its
    /// display name, its headers and the parameters of the header decide nothing and are left out.
    pub fn fixed(&self, transport: Option<Transport<'_>>) -> String {
        let user = self.uri.user.map(|user| format!("{user}@")).unwrap_or_default();
        let scheme = match self.uri.scheme {
            Scheme::Sip => "sip",
            Scheme::Sips => "sips",
        };
        // Those of a bare URI stand behind it.
        let written = if self.address.bracketed { self.uri.parameters } else { self.address.after };
        let name = |parameter: &str| parameter.split('=').next().unwrap_or_default().trim().to_lowercase();
        let kept = written.split(';').filter(|parameter| match name(parameter).as_str() {
            "" | "lr" => false,
            "transport" => transport.is_none(),
            _ => true,
        });
        let named = transport.map(|transport| format!("transport={}", transport.parameter()));
        let parts: Vec<String> = [format!("{scheme}:{user}{}", self.uri.host)]
            .into_iter()
            .chain(named)
            .chain(kept.map(|kept| kept.trim().to_owned()))
            .chain(["lr".to_owned()])
            .collect();
        format!("<{}>", parts.join(";"))
    }
}

/// The addresses in an entry of a route set. A comma at the end of one is not a second address.
pub fn pieces(entry: &str) -> impl Iterator<Item = &str> {
    let alone = list(entry).nth(1).is_none();
    list(entry).filter(move |piece| alone || !piece.trim().is_empty())
}

/// What a node makes of a route set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Routing<'a> {
    /// There is none: straight to the domain.
    Direct,
    /// The first entry.
    Via(Route<'a>),
    /// The entry with this number is no URI, so the node drops the whole set.
    Dropped(usize),
    /// The server did not say.
    Unknown,
}

impl<'a> Routing<'a> {
    /// Reads a route set.
    pub fn of(value: ValueRef<'a>) -> Self {
        read(value, |_, _| ())
    }
}

/// Reads a route set; hands out each route that can be read, with the number of its entry.
pub fn read<'a>(value: ValueRef<'a>, mut take: impl FnMut(usize, Route<'a>)) -> Routing<'a> {
    let texts = match value {
        ValueRef::Texts(texts) => texts,
        ValueRef::Null => return Routing::Direct,
        _ => return Routing::Unknown,
    };
    let (mut first, mut dropped) = (None, None);
    for (number, entry) in (1..).zip(texts.iter()) {
        for piece in pieces(entry) {
            match Route::parse(piece) {
                Ok(route) => {
                    first = first.or(Some(route));
                    take(number, route);
                }
                Err(_) => dropped = dropped.or(Some(number)),
            }
        }
    }
    match (dropped, first) {
        (Some(number), _) => Routing::Dropped(number),
        (None, Some(route)) => Routing::Via(route),
        (None, None) => Routing::Direct,
    }
}

/// The transport that a record asks for in `transport-protocol`; `None` where it is not known.
pub fn wanted<'t>(record: &impl Record, targets: &'t Targets) -> Option<Transport<'t>> {
    match targets.resolve(record.value(FieldId::TransportProtocol)) {
        Resolved::Target(id) => {
            targets.name(Relation::TransportProtocol, id).filter(|name| !name.is_empty()).map(Transport::named)
        }
        Resolved::Nothing | Resolved::Unknown => None,
    }
}

/// Where a REGISTER goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NextHop<'a> {
    /// Host and port, as the URI has them.
    pub host: &'a str,
    /// Over what.
    pub transport: Transport<'a>,
    /// Whether the route set decides.
    pub by_route: bool,
}

/// Where the REGISTER of a record goes; `None` while it is not known.
pub fn of<'a>(record: &'a impl Record, targets: &'a Targets) -> Option<NextHop<'a>> {
    by(record, Routing::of(record.value(FieldId::RouteSet)), targets)
}

/// The same of a record whose route set is read already.
pub fn by<'a>(record: &'a impl Record, routing: Routing<'a>, targets: &'a Targets) -> Option<NextHop<'a>> {
    match routing {
        Routing::Via(route) => {
            let transport = route.transport().unwrap_or(Transport::Udp);
            Some(NextHop { host: route.uri.host, transport, by_route: true })
        }
        Routing::Direct | Routing::Dropped(_) => {
            let host = record.text(FieldId::Domain).filter(|domain| !is_blank(domain))?;
            let transport =
                if record.number(FieldId::SipSchemaId) == Some(2) { Transport::Tls } else { wanted(record, targets)? };
            Some(NextHop { host, transport, by_route: false })
        }
        Routing::Unknown => None,
    }
}

impl NextHop<'_> {
    /// Host, port and transport, such as `192.0.2.7:5060 over UDP` or `reg.example over TLS (SRV, else port
    /// 5061)`. The host is the server's text: hostile until sanitised.
    pub fn sentence(&self) -> String {
        let over = self.transport.label();
        let port = self.transport.port();
        let read = if self.by_route { host::parse(self.host) } else { host::domain(self.host) };
        match read.map(|known| (known.host, known.port)) {
            Ok((Host::Name(_), None)) => format!("{} over {over} (SRV, else port {port})", self.host),
            Ok((Host::V6(address), None)) => format!("[{address}]:{port} over {over}"),
            Ok((Host::V4(address), None)) => format!("{address}:{port} over {over}"),
            Ok((_, Some(_))) => format!("{} over {over}", self.host),
            Err(_) => format!("nowhere: {} cannot be a host", self.host),
        }
    }
}
