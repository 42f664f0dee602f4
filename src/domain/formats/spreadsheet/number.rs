//! Texts that are numbers to a spreadsheet, compared by what they say: leading zeros, group and decimal signs,
//! exponents, and lost digits aside.

use std::borrow::Cow;

/// A number: `0.digits * 10^exponent`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Number {
    negative: bool,
    /// Without zeros at either end.
    digits: Vec<u8>,
    exponent: i64,
}

/// What separates groups of three digits.
const GROUPS: [char; 6] = ['.', ',', ' ', '\'', '\u{a0}', '\u{202f}'];

/// Signs and words of money, in front of a number or behind it.
const CURRENCIES: [&str; 16] =
    ["$", "€", "£", "¥", "₽", "₴", "₺", "zł", "kr", "Kč", "EUR", "USD", "GBP", "CHF", "PLN", "JPY"];

/// The amount without the sign of its currency.
pub(super) fn without_currency(text: &str) -> &str {
    let without = |sign: &str| {
        let amount = text.strip_prefix(sign).or_else(|| text.strip_suffix(sign))?.trim();
        amount.contains(char::is_numeric).then_some(amount)
    };
    CURRENCIES.into_iter().find_map(without).unwrap_or(text)
}

/// Digits, signs and spaces of other scripts as ASCII has them.
fn plain_digits(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let plain = |c: char| match u32::from(c) {
        code @ 0xff10..=0xff19 => char::from_u32(code - 0xff10 + 0x30).unwrap_or(c),
        0xff0b => '+',
        0xff0d | 0x2212 => '-',
        0xa0 | 0x202f => ' ',
        _ => c,
    };
    Cow::Owned(text.chars().map(plain).collect())
}

/// The numbers that a text may be; `1.000` may be one thousand or one, `(5)` is -5, `5 %` is 0.05.
pub(super) fn readings(text: &str) -> Vec<Number> {
    let text = plain_digits(text.trim());
    let text = without_currency(&text);
    let loss = text.strip_prefix('(').and_then(|text| text.strip_suffix(')'));
    let text = loss.unwrap_or(text);
    let (text, percent) = text.strip_suffix('%').map_or((text, 0), |text| (text.trim_end(), -2));
    let (negative, plain) = match text.strip_prefix(['-', '\u{2212}']) {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (mantissa, power) = match plain.split_once(['e', 'E']) {
        None => (plain, percent),
        Some((mantissa, power)) => {
            let power = power.strip_prefix('+').unwrap_or(power);
            match power.parse::<i64>() {
                Ok(power) if power.abs() < 1000 => (mantissa, power + percent),
                Ok(_) | Err(_) => return Vec::new(),
            }
        }
    };
    let mut readings = Vec::new();
    let mut add = |whole: String, part: &str| {
        let digits = format!("{whole}{part}");
        if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) && whole.len() < 10_000 {
            let number =
                Number::of(negative || loss.is_some(), &digits, i64::try_from(whole.len()).unwrap_or_default() + power);
            if !readings.contains(&number) {
                readings.push(number);
            }
        }
    };
    if let Some(whole) = ungrouped(mantissa) {
        add(whole, "");
    }
    for sign in ['.', ','] {
        if let Some((whole, part)) = mantissa.split_once(sign)
            && let Some(whole) = if whole.is_empty() { Some(String::new()) } else { ungrouped(whole) }
        {
            add(whole, part);
        }
    }
    readings
}

/// The digits of a whole number, with or without signs between groups of three.
fn ungrouped(text: &str) -> Option<String> {
    let Some(sign) = text.chars().find(|c| GROUPS.contains(c)) else { return Some(text.to_owned()) };
    let mut groups = text.split(sign);
    let first = groups.next()?;
    let fits = (1..=3).contains(&first.len()) && groups.clone().all(|group| group.len() == 3);
    fits.then(|| std::iter::once(first).chain(groups).collect())
}

impl Number {
    fn of(negative: bool, digits: &str, exponent: i64) -> Self {
        let significant = digits.trim_start_matches('0');
        let exponent = exponent - i64::try_from(digits.len() - significant.len()).unwrap_or_default();
        let digits = significant.trim_end_matches('0').as_bytes().to_vec();
        if digits.is_empty() {
            return Self { negative: false, digits, exponent: 0 };
        }
        Self { negative, digits, exponent }
    }

    /// Whether this is the other one with fewer digits, cut or rounded, at least `least` of them.
    pub(super) fn is_shortened(&self, from: &Self, least: usize) -> bool {
        let kept = self.digits.len();
        if self.negative != from.negative || kept < least || kept >= from.digits.len() {
            return false;
        }
        let (head, tail) = from.digits.split_at(kept);
        let cut = Self { digits: head.to_vec(), ..from.clone() };
        let cut_text: String = cut.digits.iter().map(|byte| char::from(*byte)).collect();
        if *self == Self::of(from.negative, &cut_text, from.exponent) {
            return true;
        }
        let rounds = tail.first().is_some_and(|next| *next >= b'5');
        rounds && *self == cut.next()
    }

    /// One more at the last digit.
    fn next(&self) -> Self {
        let mut digits = self.digits.clone();
        let mut exponent = self.exponent;
        let mut at = digits.len();
        loop {
            if at == 0 {
                digits.insert(0, b'1');
                exponent += 1;
                break;
            }
            at -= 1;
            match digits.get_mut(at) {
                Some(digit) if *digit == b'9' => *digit = b'0',
                Some(digit) => {
                    *digit += 1;
                    break;
                }
                None => break,
            }
        }
        let text: String = digits.iter().map(|byte| char::from(*byte)).collect();
        Self::of(self.negative, &text, exponent)
    }
}

/// Whether a text has the form in which spreadsheets write long numbers: `4.9E+10`.
pub(super) fn is_scientific(text: &str) -> bool {
    let text = text.trim();
    let Some((mantissa, power)) = text.split_once(['E', 'e']) else { return false };
    let Some(power) = power.strip_prefix(['+', '-']) else { return false };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let mantissa = mantissa.strip_prefix(['-', '+']).unwrap_or(mantissa);
    let (whole, part) = mantissa.split_once(['.', ',']).unwrap_or((mantissa, "0"));
    digits(power) && digits(whole) && digits(part) && whole.len() <= 3
}
