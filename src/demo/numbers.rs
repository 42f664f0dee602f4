//! How the server reads numbers out of texts: strictly for ids in a path, leniently elsewhere.

/// The integer that a strict reader sees: `0x7`, `010` (octal), `1_000`, spaces around. `None` where it refuses.
/// Numbers beyond 128 bits count as the largest one.
pub(super) fn strict(text: &str) -> Option<i128> {
    let text = text.trim_matches(|character: char| character.is_ascii_whitespace());
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let lower = digits.to_ascii_lowercase();
    let (radix, digits) = match lower.strip_prefix('0') {
        Some("") => (10, "0"),
        Some(rest) => match rest.chars().next() {
            Some('x') => (16, rest.strip_prefix('x')?),
            Some('b') => (2, rest.strip_prefix('b')?),
            Some('o') => (8, rest.strip_prefix('o')?),
            Some('d') => (10, rest.strip_prefix('d')?),
            _ => (8, rest.strip_prefix('_').unwrap_or(rest)),
        },
        None => (10, lower.as_str()),
    };
    let well_formed = !digits.is_empty()
        && !digits.starts_with('_')
        && !digits.ends_with('_')
        && !digits.contains("__")
        && digits.chars().all(|character| character == '_' || character.is_digit(radix));
    if !well_formed {
        return None;
    }
    let value = i128::from_str_radix(&digits.replace('_', ""), radix).unwrap_or(i128::MAX);
    Some(if negative { -value } else { value })
}

/// The integer at the start of a text, 0 where there is none: `3x` is 3, `abc` is 0.
pub(super) fn lenient(text: &str) -> i128 {
    let text = text.trim_start();
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let mut value: i128 = 0;
    for digit in digits.chars().map_while(|character| character.to_digit(10)) {
        value = value.saturating_mul(10).saturating_add(i128::from(digit));
    }
    if negative { -value } else { value }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_in_a_path_are_read_strictly() {
        assert_eq!(strict("7"), Some(7));
        assert_eq!(strict("0x7"), Some(7));
        assert_eq!(strict("010"), Some(8));
        assert_eq!(strict("-1"), Some(-1));
        assert_eq!(strict("1_000"), Some(1000));
        for text in ["abc", "7x", "", "08", "_1", "1__0", "0x"] {
            assert_eq!(strict(text), None, "{text}");
        }
    }

    #[test]
    fn other_numbers_are_read_as_far_as_they_go() {
        assert_eq!(lenient("3x"), 3);
        assert_eq!(lenient("abc"), 0);
        assert_eq!(lenient(" -12 "), -12);
        assert_eq!(lenient(&"9".repeat(60)), i128::MAX);
    }
}
