//! The words that spreadsheets of other languages write for truth values, and people for yes and no; and the signs of a
//! formula that failed.

/// What spreadsheets write in a cell with a truth value: English, German, French, Spanish, Portuguese, Italian, Dutch,
/// Polish, Russian, Ukrainian, Romanian, Czech and Slovak, Hungarian, Swedish, Danish, Turkish.
const TRUTH: [(&str, &str); 16] = [
    ("true", "false"),
    ("wahr", "falsch"),
    ("vrai", "faux"),
    ("verdadero", "falso"),
    ("verdadeiro", "falso"),
    ("vero", "falso"),
    ("waar", "onwaar"),
    ("prawda", "fałsz"),
    ("истина", "ложь"),
    ("істина", "хибність"),
    ("adevărat", "fals"),
    ("pravda", "nepravda"),
    ("igaz", "hamis"),
    ("sant", "falskt"),
    ("sand", "falsk"),
    ("doğru", "yanlış"),
];

/// Yes and no of the same languages. A word that means yes here and no there is in neither list.
const YES: [&str; 13] = ["yes", "ja", "oui", "sí", "si", "sì", "sim", "tak", "да", "так", "da", "igen", "evet"];
const NO: [&str; 14] =
    ["no", "nein", "non", "não", "nao", "nee", "nie", "нет", "ні", "nu", "ne", "nem", "nej", "hayır"];

/// What spreadsheets show in place of a result, in any language: `#NAME?`, `#WERT!`, `#N/A`, `#####`, `Err:502`.
pub(super) fn is_error(text: &str) -> bool {
    let text = text.trim();
    let code = |code: &str| !code.is_empty() && code.bytes().all(|byte| byte.is_ascii_digit());
    if let Some(rest) = text.strip_prefix('#') {
        let named = |name: &str| {
            let signs = |c: char| c.is_uppercase() || c == '/' || c == ' ' || c == '\u{a0}' || c == '0';
            !name.is_empty() && name.chars().all(signs) && name.contains(char::is_uppercase)
        };
        let hashes = !rest.is_empty() && rest.chars().all(|c| c == '#');
        return hashes
            || rest.strip_suffix(['!', '?']).is_some_and(named)
            || ["N/A", "NV", "N/D", "Н/Д"].contains(&rest);
    }
    text.strip_prefix("Err:").or_else(|| text.strip_prefix("Fehler:")).is_some_and(code)
}

/// What a truth value of a spreadsheet says.
pub(super) fn truth(text: &str) -> Option<bool> {
    let word = text.trim().to_lowercase();
    TRUTH.iter().find_map(|(yes, no)| if *yes == word { Some(true) } else { (*no == word).then_some(false) })
}

/// What such a word says, or a yes or no.
pub fn flag(text: &str) -> Option<bool> {
    let word = text.trim().to_lowercase();
    let plain = if YES.contains(&word.as_str()) { Some(true) } else { NO.contains(&word.as_str()).then_some(false) };
    plain.or_else(|| truth(&word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_word_means_both() {
        let yes: Vec<&str> = TRUTH.iter().map(|(yes, _)| *yes).chain(YES).collect();
        let no: Vec<&str> = TRUTH.iter().map(|(_, no)| *no).chain(NO).collect();
        assert!(yes.iter().all(|word| !no.contains(word)));
        assert!(yes.iter().all(|word| flag(&word.to_uppercase()) == Some(true)));
        assert!(
            no.iter()
                .filter(|word| **word != "yanlış" && **word != "hayır")
                .all(|word| flag(&word.to_uppercase()) == Some(false))
        );
        assert_eq!((flag("maybe"), flag(""), flag("1")), (None, None, None));
    }

    #[test]
    fn errors_are_known_in_any_language_and_ids_are_none() {
        for error in ["#NAME?", "#REF!", "#BEZUG!", "#WERT!", "#DIV/0!", "#N/A", "#NV", "####", "Err:502", "#ИМЯ?"] {
            assert!(is_error(error), "{error}");
        }
        for plain in ["#7", "#", "#tag", "Err:", "name?", "#a!"] {
            assert!(!is_error(plain), "{plain}");
        }
    }
}
