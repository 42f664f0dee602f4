//! Subject, issuer and dates of a certificate, read from its DER (RFC 5280, 4.1). For showing only: nothing is
//! decided here, and what cannot be read is left out.

/// Longest part of a name that is shown, in characters.
const LONGEST: usize = 80;

const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;
const OBJECT_ID: u8 = 0x06;
const VERSION: u8 = 0xa0;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;
const UTF8: u8 = 0x0c;
const PRINTABLE: u8 = 0x13;
const T61: u8 = 0x14;
const IA5: u8 = 0x16;
const BMP: u8 = 0x1e;

/// Parts of a name that are shown, by the end of their object id under 2.5.4.
const PARTS: [(u8, &str); 4] = [(3, "CN"), (11, "OU"), (10, "O"), (6, "C")];

/// A certificate in words: whose it is, who signed it, from when to when it lasts.
pub(super) fn described(certificate: &[u8]) -> Option<String> {
    let (whole, _) = element(certificate, SEQUENCE)?;
    let (mut rest, _) = element(whole, SEQUENCE)?;
    if let Some((_, after)) = element(rest, VERSION) {
        rest = after;
    }
    // Serial number and algorithm.
    let rest = skip(skip(rest)?)?;
    let (issuer, rest) = element(rest, SEQUENCE)?;
    let (validity, rest) = element(rest, SEQUENCE)?;
    let (subject, _) = element(rest, SEQUENCE)?;
    let (from, validity) = day(validity)?;
    let (until, _) = day(validity)?;
    let signed = if issuer == subject { "itself".to_owned() } else { name(issuer) };
    Some(format!("it names {}, was signed by {signed}, and lasts from {from} to {until}", name(subject)))
}

/// The content of the first element and what follows it, where it has this tag.
fn element(bytes: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (found, content, rest) = any(bytes)?;
    (found == tag).then_some((content, rest))
}

fn skip(bytes: &[u8]) -> Option<&[u8]> {
    any(bytes).map(|(_, _, rest)| rest)
}

/// Tag, content and what follows.
fn any(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (tag, rest) = bytes.split_first()?;
    let (first, rest) = rest.split_first()?;
    let (length, rest) = match first {
        0..=0x7f => (usize::from(*first), rest),
        // More than four bytes would be a certificate of more than 4 GB.
        0x81..=0x84 => {
            let (digits, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
            let length = digits.iter().fold(0_u32, |length, digit| (length << 8) | u32::from(*digit));
            (usize::try_from(length).ok()?, rest)
        }
        _ => return None,
    };
    let (content, rest) = rest.split_at_checked(length)?;
    Some((*tag, content, rest))
}

/// The parts of a name that say who it is.
fn name(mut parts: &[u8]) -> String {
    let mut found = Vec::new();
    while let Some((mut set, rest)) = element(parts, SET) {
        parts = rest;
        while let Some((pair, more)) = element(set, SEQUENCE) {
            set = more;
            if let Some((label, text)) = part(pair) {
                found.push((label, text));
            }
        }
    }
    let wanted = PARTS.iter().flat_map(|(_, label)| found.iter().filter(move |(known, _)| known == label).take(1));
    let text: Vec<String> = wanted.map(|(label, text)| format!("{label}={text}")).collect();
    if text.is_empty() { "nobody".to_owned() } else { text.join(", ") }
}

fn part(pair: &[u8]) -> Option<(&'static str, String)> {
    let (id, value) = element(pair, OBJECT_ID)?;
    let [0x55, 0x04, last] = id else { return None };
    let (_, label) = PARTS.iter().find(|(known, _)| known == last)?;
    let (tag, text, _) = any(value)?;
    let text: String = match tag {
        UTF8 | PRINTABLE | IA5 => String::from_utf8_lossy(text).into_owned(),
        T61 => text.iter().map(|byte| char::from(*byte)).collect(),
        BMP => {
            let units =
                text.chunks_exact(2).map(|pair| pair.iter().fold(0, |unit, byte| (unit << 8) | u16::from(*byte)));
            char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
        }
        _ => return None,
    };
    Some((label, text.chars().take(LONGEST).collect()))
}

/// A day, and what follows. Years of two digits are of 1950 to 2049.
fn day(bytes: &[u8]) -> Option<(String, &[u8])> {
    let (tag, time, rest) = any(bytes)?;
    let time = std::str::from_utf8(time).ok()?;
    let (year, date) = match tag {
        UTC_TIME => {
            let (year, date) = time.split_at_checked(2)?;
            (format!("{}{year}", if year < "50" { "20" } else { "19" }), date)
        }
        GENERALIZED_TIME => {
            let (year, date) = time.split_at_checked(4)?;
            (year.to_owned(), date)
        }
        _ => return None,
    };
    let (month, date) = date.split_at_checked(2)?;
    let (day, _) = date.split_at_checked(2)?;
    Some((format!("{year}-{month}-{day}"), rest))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any as anything, prop, proptest};

    use super::*;

    #[test]
    fn dates_of_both_forms_are_read() {
        assert_eq!(day(b"\x17\x0d491231235959Z..").unwrap(), ("2049-12-31".to_owned(), &b".."[..]));
        assert_eq!(day(b"\x17\x0d500101000000Z").unwrap().0, "1950-01-01");
        assert_eq!(day(b"\x18\x0f20501231235959Z").unwrap().0, "2050-12-31");
        assert_eq!(day(b"\x17\x01x"), None);
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(anything::<u8>(), 0..200)) {
            drop(described(&bytes));
            drop(name(&bytes));
        }
    }
}
