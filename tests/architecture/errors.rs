//! What crosses a seam as an error is a type whose variants say what happened, never a finished sentence: who is given one
//! decides by it, and its wording stands once. A function that is private to its file may do as it likes.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use regex::Regex;

use super::{collect, without_prose, without_tests};

/// What stands around a piece of code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Around {
    /// A file, a module, or the items of a type of its own.
    Items,
    /// The items of a trait, declared or implemented: all of them are seen from outside.
    Trait,
    /// The fields of a type.
    Fields,
    /// A body.
    Body,
}

/// Finds results whose error is a text.
struct Finder {
    /// Where a statement ends or something is opened, and results.
    places: Regex,
    /// A function that is private to its file.
    private: Regex,
    /// What kind of braces a statement opens.
    head: Regex,
    /// Errors that are texts.
    text: Regex,
    /// The same as the error of a trait.
    of_trait: Regex,
    /// The same under another name.
    renamed: Regex,
}

impl Finder {
    fn new() -> Self {
        let of = |pattern: &str| Regex::new(pattern).unwrap();
        Self {
            places: of(r"[{};]|\bResult<"),
            private: of(r"^(?:#\[[^\]]*\]\s*)*(?:(?:const|async|unsafe)\s+)*fn\s"),
            head: of(r"\b(?:fn|struct|enum|union|trait|impl|mod)\b"),
            text: of(
                r"^(?:(?:std::string::)?String|&(?:'\w+ )?str|Box<str>|Cow<.*str>|Vec<String>|\([^()]*, String\))$",
            ),
            of_trait: of(r"\btype (?:Error|Err) = (?:String|&'static str)$"),
            renamed: of(r"^(?:pub(?:\([^)]*\))?\s+)?type \w+ = (?:String|&'static str)$"),
        }
    }

    /// Those that others than their own file may see, with the line.
    fn seams(&self, code: &str) -> Vec<(usize, String)> {
        let (mut around, mut start, mut found) = (vec![Around::Items], 0, Vec::new());
        for place in self.places.find_iter(code) {
            let statement = code[start..place.start()].trim_start();
            let here = *around.last().unwrap();
            match place.as_str() {
                "{" => around.push(self.opened(here, statement)),
                "}" => drop(around.pop()),
                ";" if here == Around::Trait && self.of_trait.is_match(statement) => found.push(place.start()),
                ";" if here == Around::Items && self.renamed.is_match(statement) => found.push(place.start()),
                ";" => {}
                _ => {
                    let hidden = here == Around::Body || here == Around::Items && self.private.is_match(statement);
                    let error = last_argument(&code[place.end()..]);
                    if !hidden && error.is_some_and(|error| self.text.is_match(error)) {
                        found.push(place.start());
                    }
                    continue;
                }
            }
            start = place.end();
        }
        let line = |at: usize| code[..at].matches('\n').count();
        let text = |at: usize| code.lines().nth(line(at)).unwrap_or_default().trim().to_owned();
        found.into_iter().map(|at| (line(at) + 1, text(at))).collect()
    }

    /// What a brace opens behind these words.
    fn opened(&self, here: Around, statement: &str) -> Around {
        match (here, self.head.find(statement).map(|word| word.as_str())) {
            (Around::Body, _) => Around::Body,
            (Around::Fields, _) | (_, Some("struct" | "enum" | "union")) => Around::Fields,
            (_, Some("trait")) => Around::Trait,
            (_, Some("impl")) if statement.contains(" for ") => Around::Trait,
            (_, Some("impl" | "mod")) => Around::Items,
            _ => Around::Body,
        }
    }
}

/// The last argument of a generic type whose opening bracket was read; `None` where it has one only.
fn last_argument(rest: &str) -> Option<&str> {
    let (mut depth, mut comma) = (0_usize, None);
    let mut before = ' ';
    for (at, c) in rest.char_indices() {
        match c {
            '<' | '(' | '[' => depth += 1,
            '>' if before == '-' => {}
            '>' if depth == 0 => return comma.map(|comma: usize| rest[comma + 1..at].trim().trim_end_matches(',')),
            '>' | ')' | ']' => depth = depth.saturating_sub(1),
            ',' if depth == 0 && !rest[at + 1..].trim_start().starts_with('>') => comma = Some(at),
            _ => {}
        }
        before = c;
    }
    None
}

#[test]
fn errors_cross_seams_as_types() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    collect(&source, &mut files);
    let (finder, mut complaints) = (Finder::new(), String::new());
    for file in files {
        let path = file.strip_prefix(&source).unwrap().display().to_string();
        if path.contains("tests/") {
            continue;
        }
        for (line, text) in finder.seams(&without_tests(&without_prose(&fs::read_to_string(&file).unwrap()))) {
            writeln!(complaints, "src/{path}:{line}: {text}").unwrap();
        }
    }
    assert!(complaints.is_empty(), "an error is a type with variants, worded once (thiserror):\n{complaints}");
}

#[test]
fn a_text_as_an_error_is_found_wherever_others_see_it_and_not_in_private_code() {
    let finder = Finder::new();
    let seen = |code: &str| finder.seams(code).len();
    for code in [
        "pub fn f() -> Result<(), String> { g() }",
        "pub(super) async fn f(\n    a: u8,\n) -> Result<Vec<(u8, String)>, String> {}",
        "impl A { pub(crate) fn f(&self) -> io::Result<u8> { a } pub fn g() -> Result<u8, &'static str> {} }",
        "trait T { fn f(&self) -> Result<(), String>; }",
        "impl T for A { type Error = String; fn f() {} }",
        "impl TryFrom<u8> for A { fn try_from(a: u8) -> Result<Self, String> { a } }",
        "enum M { A { result: Result<(), String> }, B }",
        "struct S { a: Option<Result<u8, Vec<String>>> }",
        "struct S(oneshot::Sender<Result<(), String>>);",
        "type Way = Arc<dyn Fn() -> Result<Secret, String> + Send>;",
        "pub type Wrong = String;",
        "pub fn f() -> Result<u8, (Tone, String)> {}",
        "impl A { pub fn f(g: impl Fn() -> Result<u8, String>) {} }",
    ] {
        assert_eq!(seen(code), 1, "{code}");
    }
    for code in [
        "fn f() -> Result<(), String> { let a: Result<u8, String> = g(); a }",
        "impl A { fn f(&self) -> Result<u8, String> { x } const fn g() -> Result<u8, String> { x } }",
        "pub fn f() -> Result<String, E> { let g = |a: Result<u8, String>| a; }",
        "pub fn f() -> io::Result<String> {}",
        "pub fn f() -> Result<HashMap<String, String>, E> {}",
        "impl fmt::Display for A { fn fmt(&self) -> fmt::Result { match a { B { c } => d } } }",
    ] {
        assert_eq!(seen(code), 0, "{code}");
    }
}
