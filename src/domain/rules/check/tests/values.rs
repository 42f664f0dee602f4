//! Tables of values: what is found in each, by the names of the rules. A row is a value, the rules that find
//! something in it, and why.

use crate::domain::record::FieldId::AuthUser;
use crate::domain::record::FieldId::Contact;
use crate::domain::record::FieldId::DisplayUsername;
use crate::domain::record::FieldId::Domain;
use crate::domain::record::FieldId::RouteSet;
use crate::domain::record::FieldId::Username;
use crate::domain::record::{FieldId, Registration, Value};
use crate::domain::rules::{CheckContext, OnServer};

use super::{estate, sound};

type Row = (&'static str, &'static [&'static str], &'static str);

const HOST: &[&str] = &["domain-host"];
const UNDER: &[&str] = &["domain-underscore"];

#[rustfmt::skip]
const DOMAINS: &[Row] = &[
    ("acme.example", &[], "a name"),
    ("acme", &[], "a name of one label"),
    ("acme.example.", &[], "the root's dot is fine"),
    ("ACME.Example", &[], "any case"),
    ("acme.example:5060", &[], "a port"),
    ("acme.example:1", &[], "the least port"),
    ("acme.example:65535", &[], "the greatest port"),
    ("a-b.c9.example", &[], "hyphens and digits"),
    ("3com.example", &[], "a label may begin with a digit (RFC 1123, 2.1)"),
    ("xn--mnchen-3ya.example", &[], "an international name in its ASCII form"),
    ("192.0.2.7", &[], "IPv4"),
    ("192.0.2.7:5061", &[], "IPv4 and port"),
    ("[2001:db8::1]", &[], "IPv6 in brackets"),
    ("[2001:db8::1]:5060", &[], "IPv6 and port"),
    ("[::ffff:192.0.2.7]", &[], "IPv4 in IPv6"),
    ("2001:db8::1", &["domain-ipv6"], "the node adds the brackets"),
    ("2001:db8::1:5060", &["domain-ipv6"], "the port is part of the address"),
    ("reg_1.acme.example", UNDER, "an underscore"),
    ("_srv.acme.example", UNDER, "an underscore in front, but no service"),
    ("_sip._udp.acme.example", HOST, "an SRV name"),
    ("_sips._tcp.acme.example", HOST, "an SRV name"),
    ("_SIP._TCP.acme.example", HOST, "an SRV name in capitals"),
    ("_udp.acme.example", HOST, "half of an SRV name"),
    ("acme.example:99999", HOST, "a port out of range"),
    ("acme.example:65536", HOST, "one too many"),
    ("acme.example:0", HOST, "no port"),
    ("acme.example:", HOST, "a colon without a port"),
    ("acme.example:sip", HOST, "a port of letters"),
    ("acme.example:-1", HOST, "a negative port"),
    ("acme.example:+1", HOST, "a port with a sign"),
    ("acme.example:50 60", HOST, "a space in the port"),
    ("acme.example:5060:5061", HOST, "two ports"),
    ("192.0.2.300", HOST, "no IPv4 address"),
    ("192.0.2", HOST, "too short for IPv4"),
    ("192.0.2.1.5", HOST, "too long for IPv4"),
    ("192.0.02.1", HOST, "a leading zero may be octal"),
    ("3232235777", HOST, "an address as a number"),
    ("192.0.2.0/24", HOST, "a prefix length"),
    ("[2001:db8::1", HOST, "no closing bracket"),
    ("2001:db8::1]", HOST, "no opening bracket"),
    ("[2001:db8::1]x", HOST, "text behind the bracket"),
    ("[2001:db8::1]:99999", HOST, "a port out of range behind a bracket"),
    ("[acme.example]", HOST, "a name in brackets"),
    ("[fe80::1%eth0]", HOST, "a zone is not for the wire"),
    ("[]", HOST, "empty brackets"),
    ("2001:db8:::1", HOST, "three colons"),
    ("acme.example\u{200b}", HOST, "an invisible character at the end"),
    ("\u{feff}acme.example", HOST, "a byte order mark"),
    ("acme.example\u{a0}", HOST, "a no-break space"),
    ("acme.example ", HOST, "a space at the end"),
    (" acme.example", HOST, "a space in front"),
    ("acme example", HOST, "a space inside"),
    ("acme.example\t", HOST, "a tab"),
    ("acme.example\r\n", HOST, "a line end"),
    ("m\u{fc}nchen.example", HOST, "an international name as people write it"),
    ("\u{430}cme.example", HOST, "a Cyrillic letter that looks like a"),
    ("acme..example", HOST, "an empty label"),
    (".acme.example", HOST, "a dot in front"),
    (".", HOST, "a dot"),
    ("-acme.example", HOST, "a hyphen in front"),
    ("acme-.example", HOST, "a hyphen at the end of a label"),
    ("a,b", HOST, "two hosts"),
    ("acme.example;transport=tcp", HOST, "a parameter"),
    ("acme.example?x=y", HOST, "a header"),
    ("sip:acme.example", HOST, "a scheme"),
    ("SIPS:acme.example", HOST, "a scheme in capitals"),
    ("tel:4930", HOST, "another scheme"),
    ("http://acme.example", HOST, "a web address"),
    ("u@acme.example", HOST, "a user part"),
    ("<acme.example>", HOST, "angle brackets"),
    ("\"acme.example\"", HOST, "quotes"),
    ("acme.example/", HOST, "a path"),
    ("*.acme.example", HOST, "a wildcard"),
    ("acme.example#1", HOST, "a fragment"),
    ("acme!example", HOST, "a character that no name has"),
    ("", &["required"], "empty"),
    ("   ", &["required"], "blank"),
];

#[rustfmt::skip]
const CONTACTS: &[Row] = &[
    ("sip:1@192.0.2.7:5060", &[], "the usual form"),
    ("sip:1@h", &[], "no port"),
    ("sip:1@[2001:db8::1]:5060", &[], "IPv6"),
    ("sip:1:secret@h", &[], "a password"),
    ("sip:a%20b@h", &[], "an escaped space"),
    ("<sip:1@h>", &[], "a name-addr"),
    ("<sip:1@h;transport=tcp>", &[], "the only form that keeps a URI parameter"),
    ("<sip:1@h;transport=tcp>;q=0.5", &[], "parameters of URI and header"),
    ("\"Acme\" <sip:1@h>;q=0.5", &[], "a quoted name"),
    ("\"Acme, Inc. \\\"x\\\" <a>\" <sip:1@h>", &[], "comma, quotes and brackets inside of quotes"),
    ("Acme <sip:1@h>", &[], "a name of a plain word"),
    ("<sip:a,b@h>", &[], "a comma inside of the brackets"),
    ("<sip:+49;phone=1@h>", &[], "a parameter of the user part"),
    (" sip:1@h ", &[], "spaces around, which a parser skips"),
    ("sip:1@h;transport=tcp", &["contact-bare-parameters"], "the node sends <sip:1@h>;transport=tcp"),
    ("sip:1@h:5060;q=0.5", &["contact-bare-parameters"], "a parameter of the header without brackets"),
    ("sip:1@h?Subject=x", &["contact-bare-parameters"], "headers without brackets"),
    ("foo sip:u@d bar", &["contact-text-around"], "text around, which the server takes"),
    ("sip:u@d bar", &["contact-text-around"], "text behind"),
    ("<sip:1@h> hello", &["contact-text-around"], "text behind the bracket"),
    ("Ac:me <sip:1@h>", &["contact-text-around"], "a name that needs quotes"),
    ("M\u{fc}ller <sip:1@h>", &["contact-text-around"], "letters outside of ASCII need quotes"),
    ("sip:h", &["contact-user"], "no user part"),
    ("sip:@h", &["contact-user"], "an empty user part"),
    ("sip:1@h1,sip:2@h2", &["contact-several"], "two contacts"),
    ("<sip:1@h1>,<sip:2@h2>", &["contact-several"], "two contacts in brackets"),
    ("sip:1@192.0.2.300", &["contact-host"], "no IPv4 address"),
    ("sip:1@h:99999", &["contact-host"], "a port out of range"),
    ("sip:1@h:", &["contact-host"], "a colon without a port"),
    ("<sip:1@h:0;transport=tcp>", &["contact-host"], "port 0"),
    ("sip:1@2001:db8::1", &["contact-host"], "IPv6 without brackets"),
    ("sip:1@_sip._udp.h", &["contact-host"], "an SRV name"),
    ("<sip:1@h h>", &["contact-host"], "a space in the host"),
    ("sip:1@m\u{fc}nchen.example", &["contact-host"], "an international name"),
    ("sip:1@h@h", &["contact-host"], "two @"),
    ("<sip:a b@h>", &["contact-user-unescaped"], "a space in the user part"),
    ("<sip:\u{fc}@h>", &["contact-user-unescaped"], "a letter outside of ASCII"),
    ("sip:1@h\u{200b}", &["contact-host", "control-character"], "an invisible character"),
    ("sip:1@", &["contact-unreadable"], "no host"),
    ("sip:", &["contact-unreadable"], "nothing behind the scheme"),
    ("sip:1@:5060", &["contact-unreadable"], "a port without a host"),
    ("sip:1@[2001:db8::1", &["contact-unreadable"], "no closing bracket of IPv6"),
    ("<sip:1@h", &["contact-unreadable"], "no closing angle bracket"),
    ("sip:1@h>", &["contact-unreadable"], "no opening angle bracket"),
    ("\"Acme <sip:1@h>", &["contact-unreadable"], "a quote that is never closed"),
    ("\"Acme\" sip:1@h", &["contact-unreadable"], "a quoted name without brackets"),
    ("xsip:1@h", &["contact-unreadable"], "another scheme"),
    ("http://h/sip:1@h", &["contact-unreadable"], "a web address"),
    ("< sip:1@h>", &["contact-unreadable"], "a space in front of the scheme"),
    ("sips:1@h", &["contact-scheme"], "the server refuses sips:"),
    ("SIP:1@h", &["contact-scheme"], "the server looks for small letters"),
    ("*", &["contact-scheme"], "a star"),
    ("4930", &["contact-scheme"], "a number"),
    ("", &["required"], "empty"),
];

#[rustfmt::skip]
const ROUTES: &[Row] = &[
    ("<sip:edge;lr>", &[], "the usual form"),
    ("<sip:edge:5061;transport=udp;lr>", &[], "port and transport"),
    ("<sip:edge;lr=on>", &[], "lr with a value"),
    ("<sips:edge;lr>", &[], "sips"),
    ("<sip:edge;lr>;foo=bar", &[], "a parameter of the header"),
    ("\"Edge\" <sip:edge;lr>", &[], "a display name"),
    ("\"Edge, 1\" <sip:edge;lr>", &[], "a comma inside of quotes"),
    ("<sip:u@[2001:db8::1];lr>", &[], "user part and IPv6"),
    ("<sip:a;lr> <sip:b;lr>", &[], "two entries"),
    ("sip:edge;lr", &["route-bare"], "no brackets: lr is of the header, strict routing"),
    ("sip:edge", &["route-bare"], "a bare URI"),
    ("<sip:edge>", &["route-strict"], "no lr"),
    ("<sip:edge;LR>", &["route-strict"], "LR in capitals is not seen"),
    ("<sip:edge>;lr", &["route-strict"], "lr outside of the brackets"),
    ("<sip:edge?lr>", &["route-strict"], "lr among the headers"),
    ("<sip:a;lr> <sip:b>", &["route-strict"], "a later entry"),
    ("<sip:a;lr>,<sip:b;lr>", &["route-comma"], "two entries in one"),
    ("<sip:a;lr>,", &["route-comma"], "a comma at the end"),
    ("<sip:192.0.2.300;lr>", &["route-first-host"], "the first host cannot be one"),
    ("<sip:edge:99999;lr>", &["route-first-host"], "a port out of range"),
    ("<sip:edge:0;lr>", &["route-first-host"], "port 0"),
    ("<sip:2001:db8::1;lr>", &["route-first-host"], "IPv6 without brackets"),
    ("<sip:a;lr> <sip:edge:99999;lr>", &["route-host"], "a later port out of range"),
    ("<sip:edge;lr>x", &["route-text-around"], "text behind the bracket"),
    ("<sip:edge;transport=quic;lr>", &["route-transport", "transport-overridden"], "a transport that nodes do not have"),
    ("<sip:edge;transport=tcp;lr>", &["transport-overridden"], "the route wins over transport-protocol UDP"),
    ("tel:1", &["route-unreadable"], "another scheme: the whole set is dropped"),
    ("edge", &["route-unreadable"], "a host alone"),
    ("<edge;lr>", &["route-unreadable"], "no scheme"),
    ("<sip:edge;lr", &["route-unreadable"], "no closing bracket"),
    ("sip:edge;lr>", &["route-unreadable"], "no opening bracket"),
    ("<sip:;lr>", &["route-unreadable"], "no host"),
    ("sip:", &["route-unreadable"], "nothing behind the scheme"),
    ("<sip:[2001:db8::1;lr>", &["route-unreadable"], "no closing bracket of IPv6"),
    ("<sip:a;lr> tel:1", &["route-unreadable"], "one bad entry is enough"),
    ("http://edge", &["route-unreadable"], "a web address"),
];

#[rustfmt::skip]
const AUTH_USERS: &[Row] = &[
    ("acme", &[], "a word"),
    ("acme user", &[], "a space inside is legal in a quoted text"),
    ("acme@reg.example", &[], "an address is usual"),
    ("\u{fc}ser", &[], "letters outside of ASCII are UTF-8 in a quoted text"),
    (" acme", &["auth-user-spaces"], "a space in front"),
    ("acme ", &["auth-user-spaces"], "a space at the end"),
    ("acme\u{a0}", &["auth-user-spaces"], "a no-break space of a paste"),
    ("acme\u{200b}", &["control-character"], "an invisible character"),
    ("ac\u{2060}me", &["control-character"], "a word joiner"),
    ("acme\u{7}", &["control-character"], "a control character"),
    ("ac\"me", &["auth-user-quotes"], "a quote"),
    ("ac\\me", &["auth-user-quotes"], "a backslash"),
    ("username=acme", &["auth-user-prefix"], "a copied header"),
    ("USERNAME=\"acme\"", &["auth-user-prefix", "auth-user-quotes"], "a copied header with its quotes"),
    ("", &["auth-password-alone"], "no user beside a password"),
];

#[rustfmt::skip]
const USERNAMES: &[Row] = &[
    ("+493000", &[], "a number"),
    ("a.b-c_d", &[], "unreserved characters"),
    ("a%20b", &[], "escaped"),
    ("a;b=c?d/e", &[], "characters that a user part may have"),
    ("a b", &["username-unescaped"], "a space"),
    ("a@b", &["username-unescaped"], "an @"),
    ("<a>", &["username-unescaped"], "brackets"),
    ("a:b", &["username-unescaped"], "a colon begins a password"),
    ("a#b", &["username-unescaped"], "a number sign"),
    ("a%2", &["username-unescaped"], "half an escape"),
    ("a%zz", &["username-unescaped"], "no escape"),
    ("\u{fc}", &["username-unescaped"], "a letter outside of ASCII"),
    ("a\u{200b}", &["control-character"], "an invisible character"),
    ("", &["required"], "empty"),
];

#[rustfmt::skip]
const DISPLAY_NAMES: &[Row] = &[
    ("Acme", &[], "a word"),
    ("\u{53d7}\u{4ed8}", &[], "any script"),
    ("Acme <1>, Inc.", &[], "inside of quotes everything but two characters"),
    ("Acme \"HQ\"", &["display-name-quotes"], "quotes"),
    ("Acme\\HQ", &["display-name-quotes"], "a backslash"),
    ("Acme\u{7}", &["control-character"], "a control character"),
    ("a\u{200d}b", &[], "some scripts need joiners"),
    ("", &[], "empty"),
];

fn rules_of(record: &Registration) -> Vec<&'static str> {
    let targets = estate();
    let context = CheckContext::new(&targets, None, OnServer::Loaded);
    let mut rules: Vec<_> =
        crate::domain::rules::check::record(record, &context).iter().map(super::Finding::rule_id).collect();
    rules.sort_unstable();
    rules.dedup();
    rules
}

fn entries(value: &str) -> Value {
    // An entry may hold spaces in quotes; two entries are written with `> ` between them.
    let spaced = value.replace("> <", ">\n<").replace("> tel:", ">\ntel:");
    Value::Texts(spaced.split('\n').map(str::to_owned).collect())
}

#[test]
fn each_value_of_the_text_fields_is_judged_as_the_table_says() {
    let tables: [(FieldId, &[Row]); 6] = [
        (Domain, DOMAINS),
        (Contact, CONTACTS),
        (RouteSet, ROUTES),
        (AuthUser, AUTH_USERS),
        (Username, USERNAMES),
        (DisplayUsername, DISPLAY_NAMES),
    ];
    let mut wrong = Vec::new();
    for (field, rows) in tables {
        for (value, expected, why) in rows {
            let mut record = sound();
            let given = if field == RouteSet { entries(value) } else { Value::Text((*value).to_owned()) };
            record.set(field, given);
            let found = rules_of(&record);
            if found != *expected {
                wrong.push(format!("{field:?} {value:?}: {found:?}, not {expected:?} ({why})"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(tables.iter().map(|(_, rows)| rows.len()).sum::<usize>() >= 150);
}

/// Transport, scheme, routes; the rules that find something.
#[rustfmt::skip]
const COMBINATIONS: &[(&str, i64, &str, &[&str], &str)] = &[
    ("UDP", 1, "", &[], "the defaults"),
    ("TLS", 1, "", &[], "TLS to the domain"),
    ("UDP", 2, "", &[], "sips without a route set takes TLS whatever the field says"),
    ("TLS", 2, "", &[], "sips over TLS"),
    ("TLS", 1, "<sip:edge;lr>", &["transport-overridden"], "goes out over UDP"),
    ("TCP", 1, "<sip:edge;lr>", &["transport-overridden"], "goes out over UDP"),
    ("TLS", 1, "<sip:edge;transport=tls;lr>", &[], "named in the route"),
    ("TLS", 1, "<sip:edge;transport=TLS;lr>", &[], "in any case"),
    ("TCP", 1, "<sip:edge;transport=tls;lr>", &["transport-overridden"], "the route wins"),
    ("UDP", 2, "<sip:edge;lr>", &["sips-without-tls"], "sips over UDP by the route"),
    ("TLS", 2, "<sip:edge;lr>", &["sips-without-tls", "transport-overridden"], "neither scheme nor field count"),
    ("TLS", 2, "<sip:edge;transport=tls;lr>", &[], "sips, route and field agree"),
    ("UDP", 1, "sip:edge;transport=tcp;lr", &["route-bare"], "outside of brackets transport is not seen"),
    ("TLS", 1, "sip:edge;transport=tls;lr", &["route-bare", "transport-overridden"], "outside of brackets transport is not seen"),
    ("TLS", 1, "tel:1", &["route-unreadable"], "the set is dropped: TLS to the domain after all"),
    ("TLS", 1, "<sip:a;transport=tls;lr> <sip:b;lr>", &[], "only the first entry decides"),
];

#[test]
fn transport_scheme_and_route_set_are_judged_together() {
    for (transport, scheme, routes, expected, why) in COMBINATIONS {
        let mut record = sound();
        let id = match *transport {
            "UDP" => 1,
            "TCP" => 2,
            _ => 3,
        };
        record.set(FieldId::TransportProtocol, Value::Reference(id));
        record.set(FieldId::SipSchemaId, Value::Number(*scheme));
        record.set(RouteSet, if routes.is_empty() { Value::Texts(Vec::new()) } else { entries(routes) });
        assert_eq!(rules_of(&record), *expected, "{transport} {scheme} {routes}: {why}");
    }
}

#[test]
fn a_transport_that_is_not_used_is_told_with_what_to_write() {
    let mut record = sound();
    record.set(FieldId::TransportProtocol, Value::Reference(3));
    record.set(RouteSet, entries("<sip:edge1.example;lr>"));
    let targets = estate();
    let findings = crate::domain::rules::check::record(&record, &CheckContext::new(&targets, None, OnServer::Loaded));
    assert_eq!(
        findings.iter().map(super::Finding::line).collect::<Vec<_>>(),
        ["warning: transport: TLS is not used: the first route names no transport, so the REGISTER goes over UDP; \
             write <sip:edge1.example;transport=tls;lr>"]
    );
}
