use proptest::prelude::*;

use crate::domain::record::{Registration, Secret, Target, Value};
use crate::domain::rules::preview::*;

fn transports() -> Targets {
    let mut targets = Targets::default();
    for (id, name) in [(1, "UDP"), (2, "TCP"), (3, "TLS"), (5, "WS")] {
        targets.add(Target {
            relation: Relation::TransportProtocol,
            id,
            name: Some(name.to_owned()),
            pop: None,
            attributes: Vec::new(),
        });
    }
    targets
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

fn full() -> Registration {
    let mut record = Registration::new(13);
    record.set(FieldId::Domain, text("lon.acme.example"));
    record.set(FieldId::Username, text("493074"));
    record.set(FieldId::DisplayUsername, text("Acme"));
    record.set(FieldId::Contact, text("sip:493074@192.0.2.7:5060"));
    record.set(FieldId::SipSchemaId, Value::Number(1));
    record.set(FieldId::TransportProtocol, Value::Reference(3));
    record.set(FieldId::RouteSet, Value::Texts(vec!["<sip:a;lr>".into(), "<sip:b;lr>".into()]));
    record.set(FieldId::Expire, Value::Number(3600));
    record.set(FieldId::AuthUser, text("acme-auth"));
    record.set(FieldId::AuthPassword, Value::Secret(Secret::new("hunter2")));
    record
}

fn lines(record: &Registration) -> Vec<String> {
    register(record, &transports()).iter().map(PreviewLine::text).collect()
}

/// The estate of the examples: three pops with a node each.
fn estate() -> Targets {
    let mut targets = transports();
    for (relation, id, name, pop) in [
        (Relation::Pop, 2, "LON", None),
        (Relation::Pop, 3, "AMS", None),
        (Relation::Node, 12, "lon-n1", Some(2)),
        (Relation::Node, 13, "ams-n1", Some(3)),
        (Relation::Node, 14, "ams-n2", Some(3)),
    ] {
        targets.add(Target { relation, id, name: Some(name.to_owned()), pop, attributes: Vec::new() });
    }
    targets.note_complete(Relation::Node);
    targets.note_complete(Relation::Pop);
    targets
}

/// One line of the preview of the full record with these changes.
fn line(changes: &[(FieldId, Value)], header: &str) -> Option<String> {
    let mut record = full();
    for (field, value) in changes {
        record.set(*field, value.clone());
    }
    register(&record, &estate()).into_iter().find(|line| line.header == header).map(|line| line.value)
}

fn routes(entries: &[&str]) -> Value {
    Value::Texts(entries.iter().map(|entry| (*entry).to_owned()).collect())
}

/// Changes of the full record, and the line that they make.
type Case<'a> = (&'a [(FieldId, Value)], Option<&'a str>);

fn assert_lines(header: &str, cases: &[Case<'_>]) {
    for (changes, expected) in cases {
        assert_eq!(line(changes, header).as_deref(), *expected, "{header} with {changes:?}");
    }
}

use FieldId::{
    AuthPassword, AuthUser, Contact, DisplayUsername, Domain, Enabled, Expire, Node, Pop, RouteSet, SipSchemaId,
    TransportProtocol,
};

#[test]
fn a_complete_record_reads_like_the_request() {
    let mut record = full();
    record.set(RouteSet, routes(&["<sip:a:5061;transport=tls;lr>", "<sip:b;lr>"]));
    record.set(Enabled, Value::Flag(true));
    record.set(Pop, Value::Null);
    record.set(Node, Value::Reference(13));
    assert_eq!(
        register(&record, &estate()).iter().map(PreviewLine::text).collect::<Vec<_>>(),
        [
            "REGISTER sip:lon.acme.example;transport=tls SIP/2.0",
            "Route: <sip:a:5061;transport=tls;lr>,<sip:b;lr>",
            "From/To: \"Acme\" <sip:493074@lon.acme.example>",
            "Contact: <sip:493074@192.0.2.7:5060>",
            "Expires: 3600",
            "Authorization: Digest username=\"acme-auth\", realm=<from the challenge>",
            "next hop: a:5061 over TLS (first route)",
            "sent by: ams-n1",
        ]
    );
}

#[test]
fn the_request_uri_names_a_transport_only_where_it_is_not_udp_and_the_scheme_is_sip() {
    let (udp, tcp) = (Value::Reference(1), Value::Reference(2));
    let (sip, sips) = (Value::Number(1), Value::Number(2));
    assert_lines(
        "REGISTER",
        &[
            (&[], Some("sip:lon.acme.example;transport=tls SIP/2.0")),
            (&[(TransportProtocol, tcp.clone())], Some("sip:lon.acme.example;transport=tcp SIP/2.0")),
            (&[(TransportProtocol, udp.clone()), (SipSchemaId, sip)], Some("sip:lon.acme.example SIP/2.0")),
            (&[(SipSchemaId, sips.clone())], Some("sips:lon.acme.example SIP/2.0")),
            (&[(SipSchemaId, sips), (TransportProtocol, tcp)], Some("sips:lon.acme.example SIP/2.0")),
            (&[(TransportProtocol, udp), (Domain, text("2001:db8::1"))], Some("sip:[2001:db8::1] SIP/2.0")),
        ],
    );
}

#[test]
fn a_strict_first_route_takes_the_place_of_the_request_uri() {
    let strict = |entries: &[&str]| [(RouteSet, routes(entries))];
    assert_lines(
        "REGISTER",
        &[
            (&strict(&["<sip:a>", "<sip:b;lr>"]), Some("sip:a SIP/2.0")),
            (&strict(&["<sip:a;LR>"]), Some("sip:a;LR SIP/2.0")),
            (&strict(&["sip:a;lr"]), Some("sip:a SIP/2.0")),
            (&strict(&["<sip:a;lr>", "<sip:b>"]), Some("sip:lon.acme.example;transport=tls SIP/2.0")),
        ],
    );
    assert_lines(
        "Route",
        &[
            (&strict(&["<sip:a>", "<sip:b;lr>"]), Some("<sip:b;lr>,<sip:lon.acme.example;transport=tls>")),
            (&strict(&["sip:a;lr"]), Some("<sip:lon.acme.example;transport=tls>")),
            (&strict(&["<sip:a>,<sip:b;lr>"]), Some("<sip:b;lr>,<sip:lon.acme.example;transport=tls>")),
            (&strict(&["\"E\" <sip:a;lr>;x=y"]), Some("\"E\" <sip:a;lr>;x=y")),
            (&strict(&[]), None),
            (
                &strict(&["<sip:a;lr>", "tel:1"]),
                Some(
                    "<none: entry 2 is not a SIP URI, so the node drops the whole \
                                                      set>",
                ),
            ),
        ],
    );
}

#[test]
fn names_and_users_are_escaped_in_their_quotes() {
    assert_lines(
        "From/To",
        &[
            (&[], Some("\"Acme\" <sip:493074@lon.acme.example>")),
            (&[(DisplayUsername, text("a\"b\\c"))], Some("\"a\\\"b\\\\c\" <sip:493074@lon.acme.example>")),
            (
                &[(DisplayUsername, Value::Null), (SipSchemaId, Value::Number(2))],
                Some("<sips:493074@lon.acme.example>"),
            ),
            (&[(DisplayUsername, text("")), (Domain, text("2001:db8::1"))], Some("<sip:493074@[2001:db8::1]>")),
        ],
    );
    assert_lines(
        "Authorization",
        &[
            (&[(AuthUser, text("a\"b"))], Some("Digest username=\"a\\\"b\", realm=<from the challenge>")),
            (
                &[(AuthUser, Value::Null), (AuthPassword, Value::Null)],
                Some("<none: neither auth-user nor auth-password is set>"),
            ),
        ],
    );
}

#[test]
fn a_contact_is_sent_in_brackets_and_bare_parameters_outside_of_them() {
    let with = |contact: &str| [(Contact, text(contact))];
    assert_lines(
        "Contact",
        &[
            (&with("sip:1@h"), Some("<sip:1@h>")),
            (&with("sip:1@h;transport=tcp"), Some("<sip:1@h>;transport=tcp")),
            (&with("<sip:1@h;transport=tcp>"), Some("<sip:1@h;transport=tcp>")),
            (&with("\"Acme\"<sip:1@h>;q=0.5"), Some("\"Acme\" <sip:1@h>;q=0.5")),
            (&with("sip:1@h1,sip:2@h2"), Some("<sip:1@h1>")),
            (&with("foo sip:u@d bar"), Some("<sip:u@d>")),
            (&with("sip:1@"), Some("<none: the node cannot read \"sip:1@\" and sends no REGISTER>")),
        ],
    );
}

#[test]
fn expire_0_and_empty_are_the_default_of_the_node() {
    let default = Some("1800 (the node's default, unless it is configured otherwise)");
    assert_lines(
        "Expires",
        &[(&[], Some("3600")), (&[(Expire, Value::Null)], default), (&[(Expire, Value::Number(0))], default)],
    );
}

#[test]
fn the_next_hop_is_the_first_route_else_the_domain() {
    let direct = |changes: &[(FieldId, Value)]| [&[(RouteSet, routes(&[]))], changes].concat();
    let by = |route: &str| [(RouteSet, routes(&[route]))];
    let own = "or the node's own outbound proxy";
    let cases: [(Vec<(FieldId, Value)>, String); 11] = [
        (by("<sip:edge1.example;lr>").into(), "edge1.example over UDP (SRV, else port 5060) (first route)".into()),
        (by("<sip:192.0.2.9;transport=tcp;lr>").into(), "192.0.2.9:5060 over TCP (first route)".into()),
        (by("<sip:[2001:db8::9]:5070;lr>").into(), "[2001:db8::9]:5070 over UDP (first route)".into()),
        (by("sip:edge;transport=tls;lr").into(), "edge over UDP (SRV, else port 5060) (first route)".into()),
        (by("<sip:192.0.2.300;lr>").into(), "nowhere: 192.0.2.300 cannot be a host (first route)".into()),
        (by("tel:1").into(), format!("lon.acme.example over TLS (SRV, else port 5061), {own}")),
        (direct(&[]), format!("lon.acme.example over TLS (SRV, else port 5061), {own}")),
        (direct(&[(Domain, text("192.0.2.9"))]), format!("192.0.2.9:5061 over TLS, {own}")),
        (direct(&[(Domain, text("2001:db8::1"))]), format!("[2001:db8::1]:5061 over TLS, {own}")),
        (
            direct(&[(TransportProtocol, Value::Reference(1)), (Domain, text("reg.example:5080"))]),
            format!("reg.example:5080 over UDP, {own}"),
        ),
        (
            direct(&[(TransportProtocol, Value::Reference(1)), (SipSchemaId, Value::Number(2))]),
            format!("lon.acme.example over TLS (SRV, else port 5061), {own}"),
        ),
    ];
    for (changes, expected) in cases {
        assert_eq!(line(&changes, "next hop"), Some(expected), "{changes:?}");
    }
}

#[test]
fn nodes_that_differ_are_told_one_by_one() {
    let mut record = full();
    record.set(Enabled, Value::Flag(true));
    record.set(Pop, Value::Reference(3));
    record.set(Node, Value::Reference(12));
    let lines: Vec<String> = register(&record, &estate()).iter().skip(7).map(PreviewLine::text).collect();
    assert_eq!(
        lines,
        [
            "sent by: no node: lon-n1 is in POP LON, not AMS",
            "not sent by: lon-n1: it stands in LON, and the record is for AMS",
            "not sent by: ams-n1, ams-n2: in AMS, but the record names lon-n1",
        ]
    );
    record.set(Node, Value::Null);
    assert_eq!(register(&record, &estate()).last().map(PreviewLine::text), Some("sent by: ams-n1, ams-n2".to_owned()));
}

#[test]
fn a_node_that_loads_it_but_cannot_read_the_contact_sends_nothing() {
    let loaded = [(Enabled, Value::Flag(true)), (Pop, Value::Null), (Node, Value::Reference(13))];
    let with = |contact: &str| [&loaded[..], &[(Contact, text(contact))]].concat();
    let sent_by = |contact: &str| line(&with(contact), "sent by");
    assert_eq!(sent_by("sip:1@h").as_deref(), Some("ams-n1"));
    assert_eq!(sent_by("sip:1@").as_deref(), Some("no node: the contact cannot be read (loaded by ams-n1)"));
    let off = [&with("sip:1@")[..], &[(Enabled, Value::Flag(false))]].concat();
    assert_eq!(line(&off, "sent by").as_deref(), Some("no node: it is disabled"));
}

#[test]
fn what_is_missing_is_visible() {
    let mut record = Registration::new(1);
    for field in FieldId::all() {
        record.set(field, Value::Null);
    }
    record.set(TransportProtocol, Value::Reference(9));
    assert_eq!(
        lines(&record),
        [
            "REGISTER <sip-schema-id not set>:<domain not set>;transport=<transport-protocol 9> SIP/2.0",
            "From/To: <<sip-schema-id not set>:<username not set>@<domain not set>>",
            "Contact: <contact not set>",
            "Expires: 1800 (the node's default, unless it is configured otherwise)",
            "Authorization: <none: neither auth-user nor auth-password is set>",
            "next hop: <domain not set>",
            "sent by: unknown: the server did not show whether it is enabled",
        ]
    );
    record.set(AuthPassword, Value::Withheld);
    assert!(lines(&record)[4].contains("username=<auth-user not set>"));
    assert!(lines(&Registration::new(1))[0].contains("<domain not known yet>"));
}

proptest! {
    #[test]
    fn the_password_is_in_no_line(password in "[a-z]{12,20}", user in proptest::option::of("[A-Z]{3}")) {
        let mut record = full();
        record.set(FieldId::AuthPassword, Value::Secret(Secret::new(password.clone())));
        record.set(FieldId::AuthUser, user.map_or(Value::Null, Value::Text));
        for line in lines(&record) {
            prop_assert!(!line.contains(&password));
        }
    }
}
