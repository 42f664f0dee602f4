//! Upper and lower case as one, and a letter with an accent as one with its pieces: the folding that search and filter
//! share. Letter by letter, so that a piece of a folded text is the folded piece of the text; no language's own rules.

use std::borrow::Cow;
use std::ops::Range;

use icu_normalizer::properties::{CanonicalDecompositionBorrowed, Decomposed};

const DECOMPOSITION: CanonicalDecompositionBorrowed<'static> = CanonicalDecompositionBorrowed::new();

/// Letters before this one have no accent to take apart.
const FIRST_COMPOSED: char = '\u{c0}';

/// Hands on what a letter folds to: its base letter in lower case, then its accents. So `ü` is the same however it was
/// typed (Unicode canonical equivalence, UAX #15).
fn fold_letter(letter: char, put: &mut impl FnMut(char)) {
    if letter < FIRST_COMPOSED {
        put(letter.to_ascii_lowercase());
        return;
    }
    match DECOMPOSITION.decompose(letter) {
        Decomposed::Default => {
            for lower in letter.to_lowercase() {
                if lower == letter { put(lower) } else { fold_letter(lower, put) }
            }
        }
        Decomposed::Singleton(same) => fold_letter(same, put),
        Decomposed::Expansion(base, accent) => {
            fold_letter(base, put);
            fold_letter(accent, put);
        }
    }
}

/// Appends a text, folded.
pub fn fold_into(out: &mut String, text: &str) {
    if text.is_ascii() {
        out.extend(text.chars().map(|letter| letter.to_ascii_lowercase()));
        return;
    }
    for letter in text.chars() {
        fold_letter(letter, &mut |folded| out.push(folded));
    }
}

/// A text, folded; the text itself where nothing changes.
pub fn fold(text: &str) -> Cow<'_, str> {
    if is_folded(text) {
        return Cow::Borrowed(text);
    }
    let mut folded = String::with_capacity(text.len());
    fold_into(&mut folded, text);
    Cow::Owned(folded)
}

/// Whether folding would change nothing.
pub fn is_folded(text: &str) -> bool {
    if text.is_ascii() {
        return !text.bytes().any(|byte| byte.is_ascii_uppercase());
    }
    text.chars().all(|letter| {
        let mut same = true;
        fold_letter(letter, &mut |folded| same &= folded == letter);
        same
    })
}

/// Whether a text contains a folded word.
pub fn contains(text: &str, folded: &str) -> bool {
    let (word, bytes) = (folded.as_bytes(), text.as_bytes());
    if text.is_ascii() {
        word.is_empty() || bytes.windows(word.len()).any(|part| part.eq_ignore_ascii_case(word))
    } else {
        fold(text).contains(folded)
    }
}

/// Whether a text is a folded word.
pub fn equals(text: &str, folded: &str) -> bool {
    if text.is_ascii() { text.eq_ignore_ascii_case(folded) } else { fold(text) == folded }
}

/// Where a folded word stands in a text, in bytes of the text; places do not overlap.
pub fn places(text: &str, folded: &str) -> Vec<Range<usize>> {
    if folded.is_empty() {
        return Vec::new();
    }
    // For each byte of the folded text, the letter of the text that it comes from.
    let mut whole = String::with_capacity(text.len());
    let mut from = Vec::with_capacity(text.len());
    for (at, letter) in text.char_indices() {
        fold_letter(letter, &mut |folded| whole.push(folded));
        from.resize(whole.len(), at..at + letter.len_utf8());
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
            let mut letter = [0; 4];
            let once = fold(c.encode_utf8(&mut letter)).into_owned();
            assert_eq!(fold(&once), once, "{c:?}");
            let lower: String = c.to_lowercase().collect();
            assert_eq!(fold(&lower), once, "{c:?}");
            assert_eq!(is_folded(c.encode_utf8(&mut letter)), once.chars().eq([c]), "{c:?}");
        }
    }

    #[test]
    fn a_letter_with_accents_is_the_same_however_it_was_typed() {
        let pairs = [
            ("M\u{fc}nchen", "mu\u{308}nchen"),
            ("\u{c5}ngstr\u{f6}m", "A\u{30a}ngstro\u{308}m"),
            ("\u{212b}", "\u{e5}"),
            ("Vi\u{1ec7}t", "vie\u{323}\u{302}t"),
            ("\u{c11c}\u{c6b8}", "\u{1109}\u{1165}\u{110b}\u{116e}\u{11af}"),
            ("\u{39f}\u{314}\u{301}", "\u{1f45}"),
        ];
        for (one, other) in pairs {
            assert_eq!(fold(one), fold(other), "{one} and {other}");
            assert!(contains(one, &fold(other)) && contains(other, &fold(one)), "{one} and {other}");
            assert!(equals(one, &fold(other)) && equals(other, &fold(one)), "{one} and {other}");
        }
        assert_ne!(fold("M\u{fc}nchen"), fold("Munchen"), "an accent is not left out");
    }

    #[test]
    fn places_are_in_the_text_as_it_is() {
        assert_eq!(places("Überweg über", &fold("über")), [0..5, 9..14]);
        assert_eq!(places("İx x", "x"), [2..3, 4..5]);
        assert_eq!(places("u\u{308}ber \u{fc}ber", &fold("\u{fc}ber")), [0..6, 7..12]);
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
