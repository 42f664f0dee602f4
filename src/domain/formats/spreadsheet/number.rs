//! Texts that are numbers to a spreadsheet, compared by what they say: leading zeros, group and decimal signs,
//! exponents, and lost digits aside.

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

/// The numbers that a text may be; `1.000` may be one thousand or one.
pub(super) fn readings(text: &str) -> Vec<Number> {
    let text = text.trim();
    let (negative, plain) = match text.strip_prefix(['-', '\u{2212}']) {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (mantissa, power) = match plain.split_once(['e', 'E']) {
        None => (plain, 0),
        Some((mantissa, power)) => {
            let power = power.strip_prefix('+').unwrap_or(power);
            match power.parse::<i64>() {
                Ok(power) if power.abs() < 1000 => (mantissa, power),
                Ok(_) | Err(_) => return Vec::new(),
            }
        }
    };
    let mut readings = Vec::new();
    let mut add = |whole: String, part: &str| {
        let digits = format!("{whole}{part}");
        if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) && whole.len() < 10_000 {
            let number = Number::of(negative, &digits, i64::try_from(whole.len()).unwrap_or_default() + power);
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
