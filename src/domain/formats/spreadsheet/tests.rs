use proptest::prelude::*;

use super::*;

#[test]
fn what_a_spreadsheet_would_change_is_known() {
    for text in [
        "49302235077",
        "123456789012",
        "0049301234",
        "00",
        "+4930",
        "1E5",
        "1e10",
        "4.9E+10",
        "1-2",
        "3/4",
        "12:30",
        "2024-01-02",
        "1.2.3",
        "1.10",
        "10,5",
        "mar1",
        "MAY-5",
        "1 May",
        "Okt 3",
        "TRUE",
        "falsch",
        "Вер 1",
        "5%",
        "$5",
        "(5)",
        "1 000",
        "#NAME?",
        "####",
        "-5",
        " 007 ",
        "01.02.2026",
        "1,234",
        "50%",
        "(123)",
        "-0049",
        "\u{2212}5",
        "５",
        "5 EUR",
        "CHF 5",
        "3 AM",
        "2026-01-02T03:04:05",
        "VRAI",
    ] {
        assert!(would_change(text), "{text:?}");
    }
    for text in [
        "",
        "493000",
        "0",
        "acme-fra-main",
        "sip:493000@192.0.2.10",
        "192.0.2.1",
        "192.0.2.1:5060",
        "betatel-1",
        "FRA",
        "#7",
        "fra-n1",
        "e164",
        "may",
        "x1-2",
        "<sip:a;lr>",
    ] {
        assert!(!would_change(text), "{text:?}");
    }
}

/// What `LibreOffice` 7.4 and Excel write for these texts.
#[test]
fn damage_is_recognised_by_what_was_there() {
    for (old, new, expected) in [
        ("49302235077", "4.9E+10", TextDamage::Exponent),
        ("49302235077", "4,93E+10", TextDamage::Exponent),
        ("1234567890123456789", "1.23456789012346E+018", TextDamage::Exponent),
        ("1234567890123456789", "1234567890123450000", TextDamage::Tail),
        ("1234567890123456789", "1234567890123460000", TextDamage::Tail),
        ("0049301234", "49301234", TextDamage::Number),
        ("+49301234", "49301234", TextDamage::Number),
        ("1E5", "100000", TextDamage::Number),
        ("10.10", "10.1", TextDamage::Number),
        ("49302235077", "49.302.235.077", TextDamage::Number),
        ("49302235077", "49302235077.0", TextDamage::Number),
        ("00", "0", TextDamage::Number),
        ("1-2", "02. Jan", TextDamage::Date),
        ("1-2", "Jan 02", TextDamage::Date),
        ("1-2", "46024", TextDamage::Date),
        ("3/4", "03/04/2026", TextDamage::Date),
        ("1.2.3", "02/01/2003", TextDamage::Date),
        ("mar1", "01. Mrz", TextDamage::Date),
        ("2024-01-02", "02.01.2024", TextDamage::Date),
        ("12:30", "12:30:00 PM", TextDamage::Date),
        ("17:30", "05:30:00 PM", TextDamage::Date),
        ("5:3", "05:03", TextDamage::Date),
        ("true", "WAHR", TextDamage::Flag),
        ("Müller", "MÃ¼ller", TextDamage::Encoding),
        ("Müller", "M?ller", TextDamage::Encoding),
        ("\"Acme\" <sip:a>", "“Acme” <sip:a>", TextDamage::Quotes),
        ("a\nb", "a\r\nb", TextDamage::Lines),
        ("=x", "#NAME?", TextDamage::Error),
        ("=1+1", "2", TextDamage::Formula),
        ("-1-1", "-2", TextDamage::Formula),
        ("anything", "####", TextDamage::Error),
        ("493000", "4.93E+05", TextDamage::Exponent),
        ("(123)", "-123", TextDamage::Number),
        ("50%", "0.5", TextDamage::Number),
        ("5 %", "0,05", TextDamage::Number),
        ("$5", "5", TextDamage::Number),
        ("1234 €", "1.234,00", TextDamage::Number),
        ("４９３", "493", TextDamage::Number),
        ("\u{2212}5", "-5", TextDamage::Number),
        ("12:30", "0.520833333333333", TextDamage::Date),
        ("0:01", "0,000694444444444444", TextDamage::Date),
        ("01.02.2026", "2/1/2026", TextDamage::Date),
        ("2026-01-02T03:04:05", "02.01.2026 03:04:05", TextDamage::Date),
        ("3 AM", "03:00:00 AM", TextDamage::Date),
    ] {
        assert_eq!(damage(old, new), Some(expected), "{old:?} -> {new:?}");
    }
}

#[test]
fn what_somebody_typed_is_no_damage() {
    for (old, new) in [
        ("49302235077", "49302235078"),
        ("493000", "493001"),
        ("0049301234", "0049301235"),
        ("1-2", "1-3"),
        ("1-2", "1-2-3"),
        ("acme", "Acme"),
        ("acme ", "acme"),
        ("true", "false"),
        ("123456789012", "123000000000"),
        ("sip:a@b", "sip:a@c"),
        ("x", ""),
        ("Müller", "Muller"),
    ] {
        assert_eq!(damage(old, new), None, "{old:?} -> {new:?}");
    }
}

proptest! {
    #[test]
    fn nothing_is_too_strange(old in any::<String>(), new in "[-+0-9eE., :/a-zäПри#?!]{0,40}") {
        let _ = (would_change(&old), would_change(&new), damage(&old, &new), damage(&new, &old));
        prop_assert_eq!(damage(&new, &new), None);
    }
}
