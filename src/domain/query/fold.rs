//! Upper and lower case as one: the folding that search, filter and order share. Letter by letter, so that a
//! piece of a folded text is the folded piece of the text; no language's own rules.

use std::borrow::Cow;
use std::ops::Range;

/// Appends a text with its letters in lower case.
pub fn fold_into(out: &mut String, text: &str) {
    if text.is_ascii() {
        out.extend(text.chars().map(|c| c.to_ascii_lowercase()));
    } else {
        out.extend(text.chars().flat_map(char::to_lowercase));
    }
}

/// A text with its letters in lower case; the text itself where nothing changes.
#[must_use]
pub fn fold(text: &str) -> Cow<'_, str> {
    if is_folded(text) {
        return Cow::Borrowed(text);
    }
    let mut folded = String::with_capacity(text.len());
    fold_into(&mut folded, text);
    Cow::Owned(folded)
}

/// Whether folding would change nothing.
#[must_use]
pub fn is_folded(text: &str) -> bool {
    if text.is_ascii() {
        !text.bytes().any(|byte| byte.is_ascii_uppercase())
    } else {
        text.chars().all(|c| c.is_lowercase() || c.to_lowercase().eq([c]))
    }
}

/// Whether a text contains a folded word, its own case not counting.
#[must_use]
pub fn contains(text: &str, folded: &str) -> bool {
    let (word, bytes) = (folded.as_bytes(), text.as_bytes());
    if text.is_ascii() {
        word.is_empty() || bytes.windows(word.len()).any(|part| part.eq_ignore_ascii_case(word))
    } else {
        fold(text).contains(folded)
    }
}

/// Whether a text is a folded word, its own case not counting.
#[must_use]
pub fn equals(text: &str, folded: &str) -> bool {
    text.chars().flat_map(char::to_lowercase).eq(folded.chars())
}

/// Where a folded word stands in a text, in bytes of the text; places do not overlap.
#[must_use]
pub fn places(text: &str, folded: &str) -> Vec<Range<usize>> {
    if folded.is_empty() {
        return Vec::new();
    }
    // For each byte of the folded text, the letter of the text that it comes from.
    let mut whole = String::with_capacity(text.len());
    let mut from = Vec::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        whole.extend(c.to_lowercase());
        from.resize(whole.len(), at..at + c.len_utf8());
    }
    whole
        .match_indices(folded)
        .filter_map(|(at, found)| Some(from.get(at)?.start..from.get(at + found.len() - 1)?.end))
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn folding_twice_is_folding_once_for_every_letter() {
        for c in '\0'..=char::MAX {
            let once: String = c.to_lowercase().collect();
            assert_eq!(fold(&once), once, "{c:?}");
            assert_eq!(is_folded(c.encode_utf8(&mut [0; 4])), once.chars().eq([c]), "{c:?}");
        }
    }

    #[test]
    fn places_are_in_the_text_as_it_is() {
        assert_eq!(places("Überweg über", "über"), [0..5, 9..14]);
        assert_eq!(places("İx x", "x"), [2..3, 4..5]);
        assert_eq!(places("aaaaa", "aa"), [0..2, 2..4]);
        assert!(places("abc", "").is_empty());
    }

    proptest! {
        #[test]
        fn a_text_contains_its_own_pieces_in_any_case(before in ".*", piece in ".*", after in ".*") {
            let text = format!("{before}{piece}{after}");
            for word in [piece.clone(), fold(&piece).into_owned()] {
                prop_assert!(contains(&text, &fold(&word)));
            }
            prop_assert!(equals(&piece, &fold(&piece)));
            for place in places(&text, &fold(&piece)) {
                prop_assert!(contains(text.get(place).unwrap(), &fold(&piece)));
            }
        }
    }
}
