//! Which right name somebody may have meant who typed a wrong one.

/// The candidate that is nearest to `typed`, if one is near enough to be meant: at most a third of its letters
/// differ (at least one may), where a pair of swapped neighbours counts as one difference. Case does not count.
pub fn nearest<'a>(typed: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // Nobody means a name of ten letters by a text of a thousand; and the table below grows with both.
    let typed: Vec<char> = typed.chars().take(64).flat_map(char::to_lowercase).collect();
    candidates
        .into_iter()
        .filter_map(|candidate| {
            let letters: Vec<char> = candidate.chars().flat_map(char::to_lowercase).collect();
            let apart = distance(&typed, &letters);
            (apart <= (letters.len() / 3).max(1) && apart < letters.len()).then_some((apart, candidate))
        })
        .min_by_key(|(apart, _)| *apart)
        .map(|(_, candidate)| candidate)
}

/// Optimal string alignment distance: insertions, deletions, substitutions, swaps of neighbours.
fn distance(left: &[char], right: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=right.len()).collect();
    let mut last_left = None;
    for (row, a) in left.iter().enumerate() {
        let mut current = Vec::with_capacity(above.len());
        current.push(row + 1);
        let mut last_right = None;
        for (column, b) in right.iter().enumerate() {
            let at = |line: &[usize], index: usize| line.get(index).copied().unwrap_or(usize::MAX / 2);
            let mut best = (at(&above, column) + usize::from(a != b))
                .min(at(&above, column + 1) + 1)
                .min(at(&current, column) + 1);
            if last_left == Some(b) && last_right == Some(a) && column > 0 {
                best = best.min(at(&before, column - 1) + 1);
            }
            current.push(best);
            last_right = Some(b);
        }
        before = std::mem::replace(&mut above, current);
        last_left = Some(a);
    }
    above.last().copied().unwrap_or_default()
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
