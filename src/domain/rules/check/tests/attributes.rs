//! The attributes of a registration, one by one and together: what may stand in each, what is refused, what cannot
//! work, what surprises. A row is values, what is found by them (severity and rule), and why.

use super::{estate, sound, text};
use crate::domain::record::FieldId::AuthPassword;
use crate::domain::record::FieldId::AuthUser;
use crate::domain::record::FieldId::Contact;
use crate::domain::record::FieldId::DisplayUsername;
use crate::domain::record::FieldId::Domain;
use crate::domain::record::FieldId::Enabled;
use crate::domain::record::FieldId::Expire;
use crate::domain::record::FieldId::ForceExpire;
use crate::domain::record::FieldId::MaxAttempts;
use crate::domain::record::FieldId::Name;
use crate::domain::record::FieldId::Node;
use crate::domain::record::FieldId::Pop;
use crate::domain::record::FieldId::RetryDelay;
use crate::domain::record::FieldId::RouteSet;
use crate::domain::record::FieldId::SipInterfaceName;
use crate::domain::record::FieldId::SipSchemaId;
use crate::domain::record::FieldId::TransportProtocol;
use crate::domain::record::FieldId::Username;
use crate::domain::record::{FieldId, Registration, Value};
use crate::domain::rules::check::{self, parse_cell};
use crate::domain::rules::{Census, CheckContext, Finding, OnServer, Severity};

/// Fields with what is typed into them.
type Typed = &'static [(FieldId, &'static str)];

type Row = (Typed, &'static [&'static str], &'static str);

#[rustfmt::skip]
const ROWS: &[Row] = &[
    // name
    (&[(Name, "acme-lon-2")], &[], "a label"),
    (&[(Name, "")], &["error required"], "blank"),
    (&[(Name, "   ")], &["error required"], "blank too"),
    (&[(Name, "taken")], &["warning same-name"], "another loaded record has it"),
    (&[(Name, "Taken ")], &["warning name-spaces", "warning similar-name"], "differs by case and a space"),
    (&[(Name, " acme")], &["warning name-spaces"], "a space at an edge"),
    // enabled, force-expire
    (&[(Enabled, "no")], &[], "off is a choice"),
    (&[(Enabled, "")], &["error required"], "null is none"),
    (&[(Enabled, "maybe")], &["error"], "neither yes nor no"),
    (&[(ForceExpire, "")], &["error required"], "null is none"),
    (&[(ForceExpire, "yes"), (Expire, "")], &[], "our default is forced then: no warning"),
    // pop and node
    (&[(Pop, "AMS"), (Node, "lon-n1")], &["down pop-mismatch"], "the node is in another pop: nobody loads it"),
    (&[(Pop, "LON"), (Node, "lon-n1")], &[], "the node's own pop"),
    (&[(Pop, ""), (Node, "lon-n1")], &[], "a node alone"),
    (&[(Pop, "AMS"), (Node, "")], &[], "a pop alone"),
    (&[(Pop, ""), (Node, "")], &["warning every-node"], "each of several nodes registers it"),
    (&[(Pop, "7"), (Node, "")], &["down pop-without-nodes"], "a pop without a node"),
    (&[(Pop, "#99"), (Node, "lon-n1")], &["down pop-mismatch", "warning unknown-target"], "a pop that does not exist"),
    (&[(Node, "#99")], &["warning unknown-target"], "a node that does not exist"),
    // transport-protocol and sip-schema-id
    (&[(TransportProtocol, "")], &["error required"], "none"),
    (&[(TransportProtocol, "#9")], &["warning unknown-target"], "one that does not exist"),
    (&[(TransportProtocol, "TLS"), (RouteSet, "<sip:edge1.example;lr>")], &["warning transport-overridden"], "goes out over UDP"),
    (&[(TransportProtocol, "TLS"), (RouteSet, "<sip:edge1.example;transport=tls;lr>")], &[], "field and route agree"),
    (&[(SipSchemaId, "sips"), (TransportProtocol, "UDP")], &[], "without a route set the node takes TLS for sips"),
    (&[(SipSchemaId, "2"), (TransportProtocol, "TLS")], &[], "sips over TLS"),
    (&[(SipSchemaId, "sips"), (RouteSet, "<sip:edge;lr>")], &["warning sips-without-tls"], "the route leads over UDP"),
    (&[(SipSchemaId, "3")], &["error"], "1 or 2 only"),
    (&[(SipSchemaId, "")], &["error required"], "null is none"),
    // sip-interface-name
    (&[(SipInterfaceName, "")], &[], "the node chooses"),
    (&[(SipInterfaceName, "default")], &[], "every node has it"),
    (&[(SipInterfaceName, "input")], &[], "another record names it"),
    (&[(SipInterfaceName, "inptu")], &["warning interface-unshared"], "no other record names it"),
    (&[(SipInterfaceName, "in put")], &["warning interface-spaces", "warning interface-unshared"], "a space"),
    // domain
    (&[(Domain, "")], &["error required"], "blank"),
    (&[(Domain, "acme.example.:5060")], &[], "the root's dot, and a port"),
    (&[(Domain, "2001:db8::1")], &["info domain-ipv6"], "sent with brackets added"),
    (&[(Domain, "[2001:db8::1]:5060")], &[], "in brackets a port can follow"),
    (&[(Domain, "acme_1.example")], &["info domain-underscore"], "with a note"),
    (&[(Domain, "_sip._udp.acme.example")], &["down domain-host"], "an SRV name cannot work"),
    (&[(Domain, "acme.example;transport=tcp")], &["down domain-host"], "parameters cannot work"),
    (&[(Domain, "acme.example:70000")], &["down domain-host"], "a port out of range cannot work"),
    (&[(Domain, "192.0.2.0/24")], &["down domain-host"], "a prefix length cannot work"),
    (&[(Domain, "*.acme.example")], &["down domain-host"], "a wildcard cannot work"),
    (&[(Domain, "tel:49")], &["down domain-host"], "another scheme cannot work"),
    (&[(Domain, "[2001:db8::1")], &["down domain-host"], "a bracket that is never closed cannot work"),
    (&[(Domain, "192.0.2.300")], &["down domain-host"], "no address"),
    (&[(Domain, "acme.example\u{200b}")], &["down domain-host"], "an invisible character"),
    // username, display-username
    (&[(Username, "")], &["error required"], "blank"),
    (&[(Username, "a b")], &["warning username-unescaped"], "a space"),
    (&[(Username, "a@b")], &["warning username-unescaped"], "an @"),
    (&[(Username, "<a>")], &["warning username-unescaped"], "brackets"),
    (&[(DisplayUsername, "Acme\u{7}")], &["warning control-character"], "a control character"),
    (&[(DisplayUsername, "Acme \"HQ\" \\")], &["warning display-name-quotes"], "older nodes send them broken"),
    (&[(DisplayUsername, "Acme <1>, Inc.")], &[], "inside of quotes anything else"),
    // auth-user, auth-password
    (&[(AuthUser, "acme"), (AuthPassword, "")], &["warning auth-user-alone"], "no password"),
    (&[(AuthUser, ""), (AuthPassword, "x")], &["warning auth-password-alone"], "not copied from username"),
    (&[(AuthUser, ""), (AuthPassword, "")], &[], "no digest at all"),
    (&[(AuthUser, "acme\u{a0}")], &["warning auth-user-spaces"], "a no-break space at the edge"),
    (&[(AuthUser, "ac\u{200b}me")], &["warning control-character"], "an invisible character"),
    (&[(AuthUser, "ac\"me")], &["warning auth-user-quotes"], "older nodes send it unescaped"),
    (&[(AuthUser, "ac\\me")], &["warning auth-user-quotes"], "a backslash as well"),
    (&[(AuthUser, "username=acme")], &["warning auth-user-prefix"], "a copied header"),
    (&[(AuthPassword, "x ")], &["warning auth-password-spaces"], "a space at the edge"),
    // contact
    (&[(Contact, "")], &["error required"], "required"),
    (&[(Contact, "sips:1@h")], &["error contact-scheme"], "the server looks for sip:"),
    (&[(Contact, "SIP:1@h")], &["error contact-scheme"], "in small letters"),
    (&[(Contact, "<sip:1@h;transport=tcp>")], &[], "a name-addr"),
    (&[(Contact, "\"Acme\" <sip:1@h>;q=0.5")], &[], "with a name and a parameter of the header"),
    (&[(Contact, "sip:1@h;transport=tcp")], &["warning contact-bare-parameters"], "the parameter goes to the header"),
    (&[(Contact, "sip:1@h?Subject=x")], &["warning contact-bare-parameters"], "headers need brackets"),
    (&[(Contact, "foo sip:1@h bar")], &["warning contact-text-around"], "the server takes it"),
    (&[(Contact, "sip:h")], &["warning contact-user"], "no user"),
    (&[(Contact, "sip:1@192.0.2.300")], &["warning contact-host"], "a host that cannot be one"),
    (&[(Contact, "sip:1@h1,sip:2@h2")], &["warning contact-several"], "the node reads up to the comma"),
    (&[(Contact, "sip:1@")], &["down contact-unreadable"], "the node sends no REGISTER"),
    (&[(Contact, "\"Acme <sip:1@h>")], &["down contact-unreadable"], "a quote that is never closed"),
    // route-set
    (&[(RouteSet, "")], &[], "straight to the domain"),
    (&[(RouteSet, "<sip:edge;lr> <sip:b;lr>")], &[], "a list"),
    (&[(RouteSet, "sip:edge;lr")], &["warning route-bare"], "strict routing"),
    (&[(RouteSet, "<sip:edge>")], &["warning route-strict"], "no lr"),
    (&[(RouteSet, "<sip:edge;LR>")], &["warning route-strict"], "capitals are not seen"),
    (&[(RouteSet, "<sip:a;lr>,<sip:b;lr>")], &["warning route-comma"], "a comma inside of an entry"),
    (&[(RouteSet, "<sip:edge:0;lr>")], &["down route-first-host"], "the next hop cannot be one"),
    (&[(RouteSet, "<sip:a;lr> <sip:edge:99999;lr>")], &["warning route-host"], "a later hop cannot be one"),
    (&[(RouteSet, "edge1.example")], &["down route-unreadable"], "no URI: the whole set is dropped"),
    (&[(RouteSet, "<sip:a;lr> tel:1")], &["down route-unreadable"], "one is enough"),
    (&[(RouteSet, "\"Edge\" <sip:edge;lr>;foo=bar")], &[], "names and parameters of the header are legal"),
    // expire
    (&[(Expire, "")], &[], "the node's default"),
    (&[(Expire, "0")], &["info expire-zero"], "the same as empty"),
    (&[(Expire, "1")], &["warning expire-short"], "short"),
    (&[(Expire, "59")], &["warning expire-short"], "short"),
    (&[(Expire, "60")], &[], "long enough"),
    (&[(Expire, "86400")], &[], "a day"),
    (&[(Expire, "86401")], &["warning expire-long"], "over a day"),
    (&[(Expire, "2147483647")], &["warning expire-long"], "the greatest"),
    (&[(Expire, "2147483648")], &["error out-of-range"], "no 32-bit integer"),
    (&[(Expire, "-1")], &["error out-of-range"], "negative"),
    (&[(Expire, "1.5")], &["error"], "no integer"),
    // retry-delay, max-attempts
    (&[(RetryDelay, "")], &["error required"], "null is none"),
    (&[(RetryDelay, "0")], &["error out-of-range"], "the server takes 1 and more"),
    (&[(RetryDelay, "1")], &["warning retry-delay-short"], "flood"),
    (&[(RetryDelay, "4")], &["warning retry-delay-short"], "flood"),
    (&[(RetryDelay, "5")], &[], "the default"),
    (&[(RetryDelay, "600")], &[], "ten minutes"),
    (&[(RetryDelay, "601")], &["warning retry-delay-long"], "a long time down"),
    (&[(RetryDelay, "32767")], &["warning retry-delay-long"], "the greatest"),
    (&[(RetryDelay, "32768")], &["error out-of-range"], "one too many"),
    (&[(MaxAttempts, "")], &[], "no limit"),
    (&[(MaxAttempts, "0")], &["error out-of-range"], "0 is not no limit"),
    (&[(MaxAttempts, "1")], &[], "one try"),
    (&[(MaxAttempts, "32767")], &[], "the greatest"),
    (&[(MaxAttempts, "32768")], &["error out-of-range"], "one too many"),
    // Several at once: each by itself, the worst first.
    (&[(RetryDelay, "1"), (Domain, "192.0.2.300")], &["down domain-host", "warning retry-delay-short"], "a short retry-delay is no outage"),
    (&[(Name, ""), (Contact, "sip:1@"), (Expire, "0")], &["down contact-unreadable", "error required", "info expire-zero"], "the order of severities"),
];

/// A record with which nothing is wrong, straight to its domain.
fn usual() -> Registration {
    let mut record = sound();
    record.set(RouteSet, Value::Texts(Vec::new()));
    record.set(Domain, text("reg.example"));
    record
}

/// What is found in the usual record with these texts typed into it, beside two others.
fn found(typed: Typed) -> Vec<Finding> {
    let targets = estate();
    let mut record = usual();
    for (field, words) in typed {
        match parse_cell(*field, words, &targets) {
            Ok(value) => record.set(*field, value),
            Err(finding) => return vec![finding],
        }
    }
    let mut named = Registration::new(25);
    named.set(Name, text("taken"));
    let mut beside = Registration::new(26);
    beside.set(SipInterfaceName, text("input"));
    let census = Census::of([&record, &named, &beside], &targets);
    check::record(&record, &CheckContext::new(&targets, Some(&census), OnServer::Loaded))
}

#[test]
fn each_attribute_takes_refuses_and_warns_as_the_table_says() {
    let mut wrong = Vec::new();
    for (typed, expected, why) in ROWS {
        let reported: Vec<String> = found(typed)
            .iter()
            .map(|finding| format!("{} {}", finding.severity.name(), finding.rule_id()).trim_end().to_owned())
            .collect();
        if reported != *expected {
            wrong.push(format!("{typed:?}: {reported:?}, not {expected:?} ({why})"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_field_has_a_row_and_no_error_is_a_range_without_a_verb() {
    for field in FieldId::all() {
        assert!(ROWS.iter().any(|(typed, ..)| typed.iter().any(|(of, _)| *of == field)), "{field:?}");
    }
    let errors = ROWS.iter().flat_map(|(typed, ..)| found(typed)).filter(|found| found.severity == Severity::Error);
    for finding in errors {
        let verbs = ["must be ", "cannot be ", "required", "needs "];
        assert!(verbs.iter().any(|verb| finding.message.starts_with(verb)), "{}", finding.line());
    }
}

#[test]
fn no_advice_leads_to_a_warning_of_its_own() {
    for (scheme, transport, routes) in [
        ("sips", "UDP", "<sip:edge;lr>"),
        ("sips", "TCP", "<sip:edge;transport=udp;lr>"),
        ("sips", "TLS", "<sips:edge;lr>"),
        ("sip", "TLS", "sip:edge;transport=tcp;lr"),
        ("sip", "TCP", "\"Edge\" <sip:u@edge:5070;x=y>;lr"),
        ("sip", "UDP", "<sip:edge;LR>"),
        ("sip", "UDP", "<sip:edge;transport=tls>"),
    ] {
        let targets = estate();
        let mut record = usual();
        for (field, words) in [(SipSchemaId, scheme), (TransportProtocol, transport), (RouteSet, routes)] {
            record.set(field, parse_cell(field, words, &targets).unwrap());
        }
        let context = CheckContext::new(&targets, None, OnServer::Loaded);
        let mut first = check::record(&record, &context);
        assert!(!first.is_empty(), "{routes}");
        // Each piece of advice is followed until there is none.
        for _ in 0..3 {
            let Some(finding) = first.first() else { break };
            let (field, value) = match finding.message.split_once("write ") {
                Some((_, entry)) => (RouteSet, entry.to_owned()),
                None => (TransportProtocol, "TLS".to_owned()),
            };
            record.set(field, parse_cell(field, &value, &targets).unwrap());
            first = check::record(&record, &context);
        }
        assert_eq!(first, [], "{scheme} {transport} {routes}");
    }
}
