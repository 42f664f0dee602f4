//! Which right name someone may have meant who typed a wrong one.

use strsim::osa_distance;

/// The candidate that is nearest to `typed`, if one is near enough to be meant: at most a third of its letters
/// differ (at least one may), where a pair of swapped neighbours counts as one difference. Case does not count.
pub fn nearest<'a>(typed: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // No one means a name of ten letters by a text of a thousand, and the table of differences grows with both.
    let typed: String = typed.chars().take(64).flat_map(char::to_lowercase).collect();
    candidates
        .into_iter()
        .filter_map(|candidate| {
            let candidate_lower = candidate.to_lowercase();
            let (letters, apart) = (candidate_lower.chars().count(), osa_distance(&typed, &candidate_lower));
            (apart <= (letters / 3).max(1) && apart < letters).then_some((apart, candidate))
        })
        .min_by_key(|(apart, _)| *apart)
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: [&str; 4] = ["password", "password_file", "url", "username"];

    #[test]
    fn a_slip_of_the_finger_is_recognised() {
        assert_eq!(nearest("pasword", NAMES), Some("password"));
        assert_eq!(nearest("psasword", NAMES), Some("password"));
        assert_eq!(nearest("URL", NAMES), Some("url"));
        assert_eq!(nearest("ulr", NAMES), Some("url"));
        assert_eq!(nearest("password-file", NAMES), Some("password_file"));
    }

    #[test]
    fn another_word_is_not_taken_for_a_slip() {
        assert_eq!(nearest("colour", NAMES), None);
        assert_eq!(nearest("", NAMES), None);
        assert_eq!(nearest("x", ["y"]), None);
        assert_eq!(nearest(&"password".repeat(1000), NAMES), None);
    }
}
