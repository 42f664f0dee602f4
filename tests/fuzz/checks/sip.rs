//! Any text as host, URI, address, contact, route set and domain: read or refused, never with a panic; parts are
//! parts of the text, what a node would send can be read again, and the checks say the same twice.

use sipreg::domain::record::{FieldId, Registration, Targets, Value};
use sipreg::domain::rules::check;
use sipreg::domain::rules::preview::register;
use sipreg::domain::rules::sip::address::{SipAddress, list};
use sipreg::domain::rules::sip::contact::Contact;
use sipreg::domain::rules::sip::host::{self, Host};
use sipreg::domain::rules::sip::uri::Uri;
use sipreg::domain::rules::{Census, CheckContext, OnServer, next_hop};

/// The text.
pub fn check(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    hosts(&text);
    addresses(&text);
    record(&text);
}

fn hosts(text: &str) {
    for read in [host::parse(text), host::domain(text)] {
        match read {
            Err(fault) => assert!(!fault.reason().is_empty()),
            Ok(known) => {
                assert!(text.is_ascii() && !text.contains(char::is_whitespace), "{text:?} is a host");
                assert!(known.port != Some(0));
                if let Host::Name(name) = known.host {
                    assert!(name.len() <= 254 && !name.contains(['@', ';', ',', ':', '[']), "{name:?} is a name");
                }
                if !known.bare {
                    assert_eq!(host::parse(text), Ok(known), "a domain that is no host");
                }
            }
        }
    }
}

fn addresses(text: &str) {
    let pieces: Vec<&str> = list(text).collect();
    assert_eq!(pieces.join(","), text, "nothing is lost between commas");
    for piece in pieces {
        let Ok(address) = SipAddress::parse(piece) else { continue };
        for part in [address.display, address.uri, address.after] {
            assert!(piece.contains(part), "{part:?} is no part of {piece:?}");
        }
        if let Ok(uri) = Uri::parse(address.uri) {
            assert!(!uri.host.is_empty());
            assert!(uri.parameters().count() <= uri.parameters.len());
        }
    }
    if let Ok(contact) = Contact::parse(text) {
        let sent = contact.sent();
        if contact.address.is_clean() && !contact.several && !contact.address.uri.contains(['<', '>']) {
            let again = Contact::parse(&sent);
            assert_eq!(again.map(|again| again.uri), Ok(contact.uri), "{text:?} is sent as {sent:?}");
        }
    }
    for piece in next_hop::pieces(text) {
        let _ = next_hop::Route::parse(piece);
    }
}

fn record(text: &str) {
    let mut record = Registration::new(1);
    for field in FieldId::all() {
        record.set(field, Value::Text(text.to_owned()));
    }
    record.set(FieldId::RouteSet, Value::Texts(text.split(' ').map(str::to_owned).collect()));
    record.set(FieldId::Enabled, Value::Flag(true));
    record.set(FieldId::SipSchemaId, Value::Number(1));
    record.set(FieldId::Pop, Value::Null);
    record.set(FieldId::Node, Value::Null);
    let targets = Targets::default();
    let census = Census::of([&record, &record], &targets);
    let context = CheckContext::new(&targets, Some(&census), OnServer::Loaded);
    let found = check::record(&record, &context);
    assert_eq!(check::record(&record, &context), found);
    assert_eq!(check::verdict(&record, &context).worst, found.iter().map(|finding| finding.severity).max());
    assert!(found.iter().all(|finding| !finding.message.is_empty()));
    assert!(register(&record, &targets).len() >= 7);
}
