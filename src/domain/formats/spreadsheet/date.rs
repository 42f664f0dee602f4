//! Texts that are dates or times to a spreadsheet: digits with separators between them, and names of months in the
//! languages of [`super::words`].

use chrono::{Datelike as _, Days, NaiveDate};

/// How names of months begin, January first.
const MONTHS: [&[&str]; 12] = [
    &["jan", "janv", "ene", "gen", "sty", "янв", "січ", "ian", "led", "oca"],
    &["feb", "févr", "fév", "fev", "lut", "фев", "лют", "úno", "şub"],
    &["mar", "mär", "mrz", "mrt", "maart", "мар", "бер", "bře", "márc"],
    &["apr", "avr", "abr", "kwi", "апр", "кві", "dub", "ápr", "nis"],
    &["may", "mai", "mag", "maj", "mei", "май", "тра", "kvě", "máj"],
    &["jun", "juin", "giu", "cze", "июн", "чер", "iun", "čer", "jún", "haz"],
    &["jul", "juil", "lug", "lip", "июл", "лип", "iul", "júl", "tem"],
    &["aug", "août", "aoû", "ago", "sie", "авг", "сер", "srp", "ağu"],
    &["sep", "sept", "set", "wrz", "сен", "вер", "zář", "szep", "eyl"],
    &["oct", "okt", "out", "ott", "paź", "окт", "жов", "říj", "eki"],
    &["nov", "lis", "ноя", "noi", "kas"],
    &["dec", "dez", "déc", "dic", "gru", "дек", "гру", "pro", "ara"],
];

/// The whole names that begin otherwise than by the letters of their month's beginning and nothing else.
const LONGEST: usize = 10;

/// The numbers in a date or time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Parts {
    numbers: Vec<u32>,
    afternoon: bool,
    /// A name of a month, or digits with a zero in front: the way in which spreadsheets write dates.
    dressed: bool,
}

/// The parts of a text that may be a date or a time.
pub(super) fn parts(text: &str) -> Option<Parts> {
    let mut parts = Parts::default();
    let mut rest = text.trim();
    let (mut separated, mut timed) = (false, false);
    while let Some(c) = rest.chars().next() {
        let same = |other: char| {
            if c.is_ascii_digit() {
                other.is_ascii_digit()
            } else {
                other.is_alphabetic() == c.is_alphabetic() && !other.is_ascii_digit()
            }
        };
        let end = rest.find(|other| !same(other)).unwrap_or(rest.len());
        let (run, behind) = rest.split_at(end);
        rest = behind;
        if c.is_ascii_digit() {
            if run.len() > 4 {
                return None;
            }
            parts.dressed |= run.len() == 2 && run.starts_with('0');
            parts.numbers.push(run.parse().ok()?);
        } else if c.is_alphabetic() {
            match run.to_lowercase().as_str() {
                "am" | "a" => (separated, timed) = (true, true),
                // Between a day and a time, and behind it, in the form of ISO 8601.
                "t" | "z" if parts.numbers.len() >= 3 => separated = true,
                "pm" | "p" => (separated, timed, parts.afternoon) = (true, true, true),
                word => {
                    parts.numbers.push(month(word)?);
                    (separated, parts.dressed) = (true, true);
                }
            }
        } else {
            if !run.chars().all(|sign| "-/.:, \u{a0}'’".contains(sign)) || run.chars().count() > 2 {
                return None;
            }
            separated = true;
        }
    }
    let plausible = (2..=6).contains(&parts.numbers.len()) || (parts.numbers.len() == 1 && timed);
    (separated && plausible).then_some(parts)
}

fn month(word: &str) -> Option<u32> {
    if word.chars().count() > LONGEST {
        return None;
    }
    let full = [
        "january",
        "february",
        "march",
        "april",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
        "januar",
        "februar",
        "märz",
        "juni",
        "juli",
        "oktober",
        "dezember",
    ];
    let known = |begins: &&&str| **begins == word || (full.contains(&word) && word.starts_with(**begins));
    (1..).zip(MONTHS).find(|(_, names)| names.iter().any(|name| known(&name))).map(|(number, _)| number)
}

/// Whether `new` is what a spreadsheet shows of the date or time that it took `old` for: the same numbers in any order,
/// with a year or seconds that were not there.
pub(super) fn is_shown_as(old: &Parts, new: &Parts) -> bool {
    let mut left = new.numbers.clone();
    for part in &old.numbers {
        let same = |other: &u32| {
            part == other
                || (*part >= 1900 && part % 100 == *other)
                || (*other >= 1900 && other % 100 == *part && old.numbers.len() > 2)
                || (new.afternoon && *part > 12 && part - 12 == *other)
        };
        // The same number first: 2 is not the 2 of 2002.
        let Some(at) = left.iter().position(|other| part == other).or_else(|| left.iter().position(same)) else {
            return false;
        };
        left.remove(at);
    }
    left.iter().all(|more| *more == 0 || *more >= 1900 || new.dressed)
}

/// The time that is this part of a day, as spreadsheets count, to the second.
pub(super) fn of_fraction(text: &str) -> Option<Parts> {
    let digits = text.trim().strip_prefix("0.").or_else(|| text.trim().strip_prefix("0,"))?;
    if digits.is_empty() || digits.len() > 20 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    // Fourteen digits are more than seconds need, and fit.
    let digits = format!("{:0<14}", digits.get(..14).unwrap_or(digits));
    let share: u64 = digits.parse().ok()?;
    let seconds = u32::try_from((share * 86_400 + 50_000_000_000_000) / 100_000_000_000_000).ok()?;
    let numbers = vec![seconds / 3_600, seconds / 60 % 60, seconds % 60];
    Some(Parts { numbers, afternoon: false, dressed: true })
}

/// The parts of the day with this number since the end of 1899, as spreadsheets count.
pub(super) fn of_serial(text: &str) -> Option<Parts> {
    let serial: u64 = text.parse().ok().filter(|_| text.len() == 5)?;
    let day = NaiveDate::from_ymd_opt(1899, 12, 30)?.checked_add_days(Days::new(serial))?;
    let year = u32::try_from(day.year()).ok()?;
    Some(Parts { numbers: vec![day.day(), day.month(), year], afternoon: false, dressed: true })
}
