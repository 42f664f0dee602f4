//! What the rooms of the console may not become: methods of the whole app, structs of many fields, lists of effects
//! handed from hand to hand, and views that write cells where a widget does it.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use regex::Regex;

use super::{collect, without_prose, without_tests};

/// Fields that a room has at most.
const FIELDS: usize = 12;

#[rustfmt::skip]
const STRUCTS: [(&str, &str); 11] = [
    ("app.rs", "App"), ("app/rooms.rs", "Rooms"), ("app/core/context.rs", "Context"), ("app/store.rs", "Store"), ("app/list.rs", "List"), ("app/write.rs", "Writes"),
    ("app/sync.rs", "Sync"), ("app/panes.rs", "Panes"), ("app/overlay.rs", "Dialogs"), ("app/lock.rs", "Lock"), ("app/input.rs", "Input"),
];

/// Views that write single cells: the pen, and the signs for terminals without UTF-8.
const PENS: [&str; 2] = ["view/pen.rs", "view/ascii.rs"];

fn sources(below: &str) -> Vec<(String, String)> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files: Vec<PathBuf> = vec![source.join(format!("{below}.rs"))];
    collect(&source.join(below), &mut files);
    let read = |file: PathBuf| {
        let name = file.strip_prefix(&source).unwrap().to_str().unwrap().to_owned();
        (name, without_tests(&without_prose(&fs::read_to_string(&file).unwrap())))
    };
    files.into_iter().map(read).collect()
}

/// The text between the braces that open after `head`, each time it occurs.
fn bodies<'a>(code: &'a str, head: &str) -> Vec<&'a str> {
    let body = |at: usize| {
        let (mut depth, text) = (1_usize, &code[at + head.len()..]);
        let end = text.char_indices().find(|(_, c)| {
            depth = match c {
                '{' => depth + 1,
                '}' => depth - 1,
                _ => depth,
            };
            depth == 0
        });
        &text[..end.map_or(text.len(), |(end, _)| end)]
    };
    code.match_indices(head).map(|(at, _)| body(at)).collect()
}

#[test]
fn methods_of_the_whole_app_stand_in_one_file() {
    let elsewhere = |name: &str, file: &str| {
        let head = Regex::new(&format!(r"impl (?:[A-Za-z<>]+ for )?{name} \{{")).unwrap();
        let found = sources("app").into_iter().filter(|(known, code)| known != file && head.is_match(code));
        found.map(|(known, _)| known).collect::<Vec<_>>()
    };
    let none: [String; 0] = [];
    assert_eq!(elsewhere("App", "app.rs"), none, "`impl App` is for app.rs; a room has its own struct");
    assert_eq!(elsewhere("Rooms", "app/rooms.rs"), none, "what is about several rooms stands in rooms.rs");
}

#[test]
fn no_room_is_handed_the_whole_app() {
    let whole = Regex::new(r"&(?:mut )?App\b").unwrap();
    let handed = |(file, code): &(String, String)| file != "app.rs" && whole.is_match(code);
    let found: Vec<_> = sources("app").into_iter().filter(handed).map(|(file, _)| file).collect();
    assert!(found.is_empty(), "a signature says what a function may touch: {found:?}");
}

#[test]
fn no_room_has_more_than_twelve_fields() {
    let sources = sources("app");
    for (file, name) in STRUCTS {
        let (_, code) = sources.iter().find(|(known, _)| known == file).unwrap();
        let [body] = bodies(code, &format!("pub struct {name} {{"))[..] else { panic!("{file} has no {name}") };
        let fields = body.lines().filter(|line| line.contains(": ")).count();
        assert!((1..=FIELDS).contains(&fields), "{name} has {fields} fields");
    }
}

#[test]
fn no_function_of_the_app_returns_effects_for_its_caller_to_forward() {
    let mut complaints = String::new();
    for (file, code) in sources("app") {
        for (at, _) in code.match_indices("Vec<Effect>") {
            let line = code[..at].lines().next_back().unwrap_or_default();
            if line.contains("->") || line.trim_start().starts_with(')') {
                writeln!(complaints, "src/{file}: {}", line.trim()).unwrap();
            }
        }
    }
    assert!(complaints.is_empty(), "effects leave through the context:\n{complaints}");
}

/// Files of dialogs spell keys of their own, which no binding takes away; the first run has no keymap yet.
const OF_A_DIALOG: &str = "impl Dialog for";

#[test]
fn messages_name_keys_by_the_keymap() {
    let spelled = Regex::new(r#""(?:[^"]*[ .("])?(?:[A-Za-z!?/@*=]|PgDn): [a-z]"#).unwrap();
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    collect(&source.join("app"), &mut files);
    let mut complaints = String::new();
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        if code.contains(OF_A_DIALOG) || file.ends_with("app/first_run.rs") {
            continue;
        }
        for line in code.lines().filter(|line| !line.trim_start().starts_with("//") && spelled.is_match(line)) {
            writeln!(complaints, "{}: {}", file.display(), line.trim()).unwrap();
        }
    }
    assert!(complaints.is_empty(), "a keymap may have changed the key; use cx.key(..):\n{complaints}");
}

#[test]
fn views_write_no_cells_by_position() {
    let mut complaints = String::new();
    for (file, code) in sources("view").iter().filter(|(file, _)| !PENS.contains(&file.as_str())) {
        for word in ["cell_mut(", ".set_symbol(", ".set_char(", ".set_string(", ".set_stringn(", ".set_span("] {
            if code.contains(word) {
                writeln!(complaints, "src/{file} calls {word}").unwrap();
            }
        }
    }
    assert!(complaints.is_empty(), "a widget does it:\n{complaints}");
}
