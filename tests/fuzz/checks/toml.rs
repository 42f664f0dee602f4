//! A record as TOML and back: untouched it changes nothing, and whatever is typed into it is read or complained
//! about; what is read is written and read again as the same.

use sipreg::domain::formats::toml::{TomlPassword, read, with_mistakes, write};
use sipreg::domain::record::{FieldId, Registration, Relation, Secret, Target, Targets, Value};

/// The first byte says where, the second how much of the text is replaced by the rest; the rest is also the name of
/// the record.
pub fn check(data: &[u8]) {
    let ([at, length, ..], Some(rest)) = (data, data.get(2..)) else { return };
    let typed = String::from_utf8_lossy(rest);
    let targets = known();
    let base = record(&typed);
    let text = write(&base, &targets, TomlPassword::Included);
    assert_eq!(read(&text, &base, &targets), Ok(Vec::new()), "{text}");
    let characters: Vec<char> = text.chars().collect();
    let start = usize::from(*at) * characters.len() / 256;
    let end = (start + usize::from(*length)).min(characters.len());
    let edited: String =
        characters[..start].iter().copied().chain(typed.chars()).chain(characters[end..].iter().copied()).collect();
    match read(&edited, &base, &targets) {
        Ok(changes) => {
            let mut result = base.clone();
            for (field, value) in changes {
                result.set(field, value);
            }
            let text = write(&result, &targets, TomlPassword::Included);
            assert_eq!(read(&text, &result, &targets), Ok(Vec::new()), "{text}");
        }
        Err(mistakes) => {
            assert!(!mistakes.is_empty());
            let reported = with_mistakes(&edited, &mistakes);
            // CommandResult twice is told once.
            let _ = read(&reported, &base, &targets);
        }
    }
}

fn known() -> Targets {
    let mut targets = Targets::default();
    for (relation, id, name, pop) in [
        (Relation::Pop, 2, "AMS", None),
        (Relation::Node, 7, "lon-n1", Some(4)),
        (Relation::TransportProtocol, 1, "UDP", None),
    ] {
        targets.add(Target { relation, id, name: Some(name.into()), pop, attributes: Vec::new() });
    }
    targets
}

fn record(typed: &str) -> Registration {
    let mut record = Registration::new(13);
    let text = || Value::Text(typed.to_owned());
    for (field, value) in [
        (FieldId::Name, text()),
        (FieldId::Enabled, Value::Flag(true)),
        (FieldId::Pop, Value::Reference(2)),
        (FieldId::Node, Value::Null),
        (FieldId::TransportProtocol, Value::Reference(1)),
        (FieldId::SipSchemaId, Value::Number(1)),
        (FieldId::Domain, text()),
        (FieldId::Contact, text()),
        (FieldId::RouteSet, Value::Texts(typed.split(' ').map(str::to_owned).collect())),
        (FieldId::AuthPassword, Value::Secret(Secret::new(typed))),
        (FieldId::Expire, Value::Null),
        (FieldId::RetryDelay, Value::Number(5)),
    ] {
        record.set(field, value);
    }
    record
}
