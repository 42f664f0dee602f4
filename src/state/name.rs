//! A profile's name as the name of a file: never leaves its directory, never hidden, never too long, and
//! different for different names.

use std::fmt::Write as _;

use percent_encoding::{AsciiSet, utf8_percent_encode};
use ring::digest::{SHA256, digest};

use crate::domain::text::RESERVED;

/// Longest name, in bytes: with every ending that is put behind it, it stays under the usual limit of 255.
const LONGEST: usize = 120;

/// What stands by number.
const ENCODED: &AsciiSet = &RESERVED.add(b'~');

/// Letters, digits, `_`, `-` and inner dots stand for themselves; each other byte is `%` and two digits. What
/// gets too long ends in a digest behind `%%`, which nothing else contains.
pub(super) fn of_profile(profile: &str) -> String {
    if profile.is_empty() {
        return "%".to_owned();
    }
    let (first, rest) = profile.strip_prefix('.').map_or(("", profile), |rest| ("%2E", rest));
    let mut name = format!("{first}{}", utf8_percent_encode(rest, ENCODED));
    if name.len() > LONGEST {
        name.truncate(LONGEST / 2);
        name.push_str("%%");
        for byte in digest(&SHA256, profile.as_bytes()).as_ref().iter().take(16) {
            // Writing to a string cannot fail.
            let _ = write!(name, "{byte:02X}");
        }
    }
    name
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn plain_names_stay_readable() {
        assert_eq!(of_profile("PROD-eu_1.a"), "PROD-eu_1.a");
    }

    #[test]
    fn names_that_lead_elsewhere_stay_here() {
        assert_eq!(of_profile(".."), "%2E.");
        assert_eq!(of_profile("../../etc/passwd"), "%2E.%2F..%2Fetc%2Fpasswd");
        assert_eq!(of_profile("/"), "%2F");
        assert_eq!(of_profile(""), "%");
        assert_eq!(of_profile("a\0b\n"), "a%00b%0A");
    }

    proptest! {
        #[test]
        fn any_two_names_get_two_files(one in "(.{0,6}|[é/.]{0,200})", other in "(.{0,6}|[é/.]{0,200})") {
            let (left, right) = (of_profile(&one), of_profile(&other));
            prop_assert_eq!(one == other, left == right);
            for name in [left, right] {
                prop_assert!(!name.is_empty() && name.len() <= LONGEST && !name.starts_with('.'));
                prop_assert!(name.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'/'));
            }
        }
    }
}
