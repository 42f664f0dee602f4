//! The directions of dependency between the rooms of `src/`, and what some rooms may not name at all. Code under
//! `#[cfg(test)]` is free.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice, reason = "a test may fail")]

#[path = "architecture/circles.rs"]
mod circles;
#[path = "architecture/errors.rs"]
mod errors;
#[path = "architecture/names.rs"]
mod names;
#[path = "architecture/rooms.rs"]
mod rooms;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// A directory (or file) of `src/`, the rooms it may name, and words that it may not.
struct Room {
    name: &'static str,
    may_name: &'static [&'static str],
    never: &'static [&'static str],
}

const SCREEN: [&str; 2] = ["ratatui", "crossterm"];

#[rustfmt::skip]
const ROOMS: [Room; 16] = [
    Room { name: "domain",   may_name: &[],                            never: &["tokio", "reqwest", "axum", "std::fs", "ratatui", "crossterm"] },
    Room { name: "keys",     may_name: &["domain"],                    never: &["tokio", "reqwest", "std::fs"] },
    Room { name: "api",      may_name: &["domain"],                    never: &SCREEN },
    Room { name: "live",     may_name: &["domain"],                    never: &["ratatui", "crossterm", "std::fs"] },
    Room { name: "edit",     may_name: &["domain", "api"],             never: &["ratatui", "crossterm", "std::fs", "reqwest"] },
    Room { name: "demo",     may_name: &["domain"],                    never: &SCREEN },
    Room { name: "config",   may_name: &["domain", "keys"],            never: &SCREEN },
    Room { name: "app",      may_name: &["domain", "keys"],            never: &["tokio", "reqwest", "std::fs", "std::net", "std::thread", "Instant::now", "SystemTime::now", "Utc::now"] },
    Room { name: "view",     may_name: &["domain", "keys", "app"],     never: &["tokio", "reqwest", "std::fs", "std::net", "Instant::now"] },
    Room { name: "terminal", may_name: &["domain"],                    never: &["reqwest", "axum"] },
    Room { name: "connect",  may_name: &["domain", "config", "api", "live"], never: &SCREEN },
    Room { name: "state",    may_name: &["domain"],                    never: &["tokio", "reqwest", "axum", "ratatui", "crossterm"] },
    Room { name: "runtime",  may_name: &["domain", "keys", "config", "api", "edit", "live", "app", "view", "terminal", "connect", "demo", "state"], never: &[] },
    Room { name: "cli",      may_name: &["domain", "keys", "config", "api", "edit", "live", "demo", "terminal", "connect", "runtime", "state"],     never: &[] },
    Room { name: "main",     may_name: &["cli"],                       never: &SCREEN },
    Room { name: "lib",      may_name: &[],                            never: &[] },
];

#[test]
fn rooms_name_only_the_rooms_they_may() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    collect(&source, &mut files);
    assert!(files.len() > 10, "the sources were not found");
    let mut complaints = String::new();
    for file in files {
        let path = file.strip_prefix(&source).unwrap();
        let text = fs::read_to_string(&file).unwrap();
        for (line, complaint) in judge(path, &text) {
            writeln!(complaints, "src/{}:{line}: {complaint}", path.display()).unwrap();
        }
    }
    assert!(complaints.is_empty(), "\n{complaints}");
}

/// Files that may say "someone": the type that knows when it is proven, the contract of the exit codes, and the server
/// that is made up.
const SAY_SOMEONE: [&str; 3] = ["domain/change/change_log.rs", "cli/exit.rs", "demo/errors.rs"];

#[test]
fn nobody_is_blamed_but_by_the_type_that_knows_when_it_is_proven() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    collect(&source, &mut files);
    let mut blaming = Vec::new();
    for file in files {
        let path = file.strip_prefix(&source).unwrap().display().to_string();
        if SAY_SOMEONE.contains(&path.as_str()) || path.contains("tests/") {
            continue;
        }
        let text = fs::read_to_string(&file).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        let says = |line: &&str| {
            let line = line.trim_start();
            !line.starts_with("//") && line.contains("someone")
        };
        blaming.extend(code.lines().filter(says).map(|line| format!("src/{path}: {}", line.trim())));
    }
    assert!(blaming.is_empty(), "use domain::change::change_log::By\n{}", blaming.join("\n"));
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") && !path.ends_with("tests.rs") {
            files.push(path);
        }
    }
}

/// What a file does that its room may not, with the line.
fn judge(path: &Path, text: &str) -> Vec<(usize, String)> {
    let parts: Vec<&str> = path.iter().map(|part| part.to_str().unwrap().trim_end_matches(".rs")).collect();
    let name = parts[0];
    let Some(room) = ROOMS.iter().find(|room| room.name == name) else {
        return vec![(1, format!("src/{name} is a new room: say in tests/architecture.rs what it may name"))];
    };
    let code = without_tests(&without_prose(text));
    let line = |at: usize| code[..at].bytes().filter(|byte| *byte == b'\n').count() + 1;
    let mut complaints = Vec::new();
    for (at, named) in rooms_named(&code, parts.len()) {
        if named != name && ROOMS.iter().any(|room| room.name == named) && !room.may_name.contains(&named.as_str()) {
            let may = if room.may_name.is_empty() { "no other room".to_owned() } else { room.may_name.join(", ") };
            complaints.push((line(at), format!("`{name}` names `{named}`, but may name {may}")));
        }
    }
    for word in room.never {
        for (at, _) in code.match_indices(word) {
            let before = code[..at].chars().next_back();
            let after = code[at + word.len()..].chars().next();
            let inside = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
            if !inside(before) && !inside(after) {
                complaints.push((line(at), format!("`{name}` names `{word}`, which it may never do")));
            }
        }
    }
    complaints
}

/// Each room that is named from the root of the crate, with its place: `crate::room`, `crate::{room, ..}`,
/// `sipreg::room`, and as many `super::` as lead to the root from a module at this depth.
fn rooms_named(code: &str, depth: usize) -> Vec<(usize, String)> {
    let climb = "super::".repeat(depth);
    let mut named = Vec::new();
    for root in ["crate::", "sipreg::", climb.as_str()] {
        for (at, _) in code.match_indices(root) {
            if code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':') {
                continue;
            }
            let rest = &code[at + root.len()..];
            match rest.strip_prefix('{') {
                Some(group) => named.extend(heads(group).into_iter().map(|head| (at, head))),
                None => named.push((at, word(rest))),
            }
        }
    }
    named
}

/// The first word of each member of a `{..}` group, the opening brace already read.
fn heads(group: &str) -> Vec<String> {
    let (mut heads, mut depth, mut fresh) = (Vec::new(), 0_usize, true);
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => fresh = true,
            c if fresh && depth == 0 && (c.is_alphabetic() || c == '_') => {
                heads.push(word(&group[at..]));
                fresh = false;
            }
            _ => {}
        }
    }
    heads
}

fn word(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

/// The code with comments, texts and characters blanked, line for line.
fn without_prose(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let length = prose(rest, code.chars().next_back());
        if length == 0 {
            code.push(c);
            rest = &rest[c.len_utf8()..];
        } else {
            code.extend(rest[..length].chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
            rest = &rest[length..];
        }
    }
    code
}

/// How many bytes of comment, text or character `rest` begins with.
fn prose(rest: &str, before: Option<char>) -> usize {
    if rest.starts_with("//") {
        return rest.find('\n').unwrap_or(rest.len());
    }
    if rest.starts_with("/*") {
        return rest.find("*/").map_or(rest.len(), |end| end + 2);
    }
    let raw = rest.trim_start_matches(['b', 'c']);
    if let Some(hashes) = raw.strip_prefix('r').map(|raw| raw.len() - raw.trim_start_matches('#').len()) {
        let fence = "#".repeat(hashes);
        let opening = format!("r{fence}\"");
        if raw.starts_with(&opening) && !before.is_some_and(|c| c.is_alphanumeric() || c == '_') {
            let skipped = rest.len() - raw.len() + opening.len();
            let closing = format!("\"{fence}");
            return rest[skipped..].find(&closing).map_or(rest.len(), |end| skipped + end + closing.len());
        }
    }
    if rest.starts_with('"') {
        return quoted(rest, '"').unwrap_or(rest.len());
    }
    if rest.starts_with('\'') {
        let mut after = rest.chars().skip(1);
        let (first, second) = (after.next(), after.next());
        // Otherwise it is a lifetime.
        if first == Some('\\') || second == Some('\'') {
            return quoted(rest, '\'').unwrap_or(1);
        }
    }
    0
}

fn quoted(rest: &str, quote: char) -> Option<usize> {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return Some(at + 1),
            _ => {}
        }
    }
    None
}

/// The code with every item under `#[cfg(test)]` blanked, line for line.
fn without_tests(code: &str) -> String {
    const MARK: &str = "#[cfg(test)]";
    let mut kept = code.to_owned();
    while let Some(start) = kept.find(MARK) {
        let (mut depth, mut end) = (0_usize, kept.len());
        for (at, c) in kept[start + MARK.len()..].char_indices() {
            match c {
                '{' => depth += 1,
                '}' => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth == 0 && matches!(c, '}' | ';') {
                end = start + MARK.len() + at + 1;
                break;
            }
        }
        let blank: String = kept[start..end].chars().map(|c| if c == '\n' { '\n' } else { ' ' }).collect();
        kept.replace_range(start..end, &blank);
    }
    kept
}

#[test]
fn a_wrong_direction_is_told_with_its_line_and_the_rule() {
    let reported = |path: &str, code: &str| {
        judge(Path::new(path), code).into_iter().map(|(line, text)| format!("{line} {text}")).collect::<Vec<_>>()
    };
    assert_eq!(
        reported("app/list.rs", "\nuse crate::api::Client;"),
        ["2 `app` names `api`, but may name domain, keys"]
    );
    assert_eq!(reported("app.rs", "use crate::{domain::x, view::{a, b}};").len(), 1);
    assert_eq!(reported("app/list.rs", "use super::super::runtime::x;").len(), 1);
    assert_eq!(reported("app/list.rs", "fn f() { let _ = Instant::now(); }").len(), 1);
    assert_eq!(
        reported("app/list.rs", "/// `tokio` and \n// crate::api\nconst X: &str = \"crate::api \\\" tokio\";").len(),
        0
    );
    assert_eq!(reported("app/list.rs", "const X: &str = r#\"\"tokio\"#; const Q: char = '\"'; use tokio::x;").len(), 1);
    assert_eq!(reported("app/list.rs", "#[cfg(test)]\nmod tests { use crate::api; fn f() {} }\n").len(), 0);
    assert_eq!(reported("app/list.rs", "#[cfg(test)]\nmod tests;\nuse crate::api;").len(), 1);
    assert_eq!(reported("attic.rs", "").len(), 1);
}
