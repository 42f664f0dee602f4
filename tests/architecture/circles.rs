//! No circles: files and folders that stand beside each other never name each other in one. A file and the folder of
//! its name are one, and what a folder's parts name above them is not looked at here. Plus the order of the rooms of
//! the console.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use regex::Regex;

use super::{collect, without_prose, without_tests};

/// The rooms of the console, the lowest first: a room names itself and those before it.
#[rustfmt::skip]
const ROOMS: [&str; 16] = [
    "widget", "model", "jobs", "core", "store", "list", "write", "sync", "form", "panes", "rooms", "overlay", "input",
    "lock", "dispatch", "first_run",
];

/// A file as the path of its module: `app/list.rs` is `["app", "list"]`.
type Module = Vec<String>;

/// Which files of `src` name which, by their modules.
fn arrows() -> BTreeMap<Module, BTreeSet<Module>> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    collect(&source, &mut files);
    // What tests name is theirs.
    files.retain(|file| !file.iter().any(|part| part == "tests"));
    let mut code = BTreeMap::new();
    for file in files {
        let path = file.strip_prefix(&source).unwrap().with_extension("");
        let module: Module = path.iter().map(|part| part.to_str().unwrap().to_owned()).collect();
        code.insert(module, without_tests(&without_prose(&fs::read_to_string(&file).unwrap())));
    }
    let modules: BTreeSet<Module> = code.keys().cloned().collect();
    let exports = exports(&code, &modules);
    let named = |(module, code): (&Module, &String)| {
        let found = paths(code).into_iter().filter_map(|path| declared(&path, module, &modules, &exports));
        (module.clone(), found.filter(|other| other != module).collect())
    };
    code.iter().map(named).collect()
}

/// Names that a file takes in from other files, so that they can be named as its own: where each comes from.
type Exports = BTreeMap<(Module, String), Module>;

fn exports(code: &BTreeMap<Module, String>, modules: &BTreeSet<Module>) -> Exports {
    let taken_in = Regex::new(r"(?m)^(?:pub(?:\([^)]*\))? )?use ([^;]+);").unwrap();
    let mut exports = Exports::new();
    for (module, code) in code {
        for found in taken_in.captures_iter(code) {
            let mut paths = Vec::new();
            expand("", &found[1], &mut paths);
            for path in paths {
                // A path without a root begins at the file's own folder.
                let rooted = path.starts_with("crate::") || path.starts_with("super::");
                let path = if rooted { path } else { format!("crate::{}::{path}", module.join("::")) };
                let name = path.rsplit("::").next().unwrap_or_default().to_owned();
                if let Some((from, rest)) = resolve(&path, module, modules)
                    && from != *module
                    && rest.as_deref() == Some(name.as_str())
                {
                    exports.insert((module.clone(), name), from);
                }
            }
        }
    }
    exports
}

/// The file that a path leads into, through files that only pass a name on.
fn declared(path: &str, from: &[String], modules: &BTreeSet<Module>, exports: &Exports) -> Option<Module> {
    let (mut module, name) = resolve(path, from, modules)?;
    if let Some(name) = name {
        while let Some(next) = exports.get(&(module.clone(), name.clone())) {
            module.clone_from(next);
        }
    }
    Some(module)
}

/// Every path that begins at the root of the crate or climbs to a parent, groups taken apart.
fn paths(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    for root in ["crate::", "super::"] {
        for (at, _) in code.match_indices(root) {
            if code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':') {
                continue;
            }
            expand("", &code[at..], &mut found);
        }
    }
    found
}

/// Takes `a::{b, c::{d, e}}` apart. Returns how much of the text it is.
fn expand(head: &str, text: &str, found: &mut Vec<String>) -> usize {
    let length = text.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':')).unwrap_or(text.len());
    let path = format!("{head}{}", &text[..length]);
    if !path.ends_with("::") || !text[length..].starts_with('{') {
        found.push(path);
        return length;
    }
    let mut at = length + 1;
    while at < text.len() && !text[at..].starts_with('}') {
        let rest = &text[at..];
        let skipped = rest.len() - rest.trim_start_matches([',', ' ', '\n', '\t']).len();
        if skipped > 0 {
            at += skipped;
            continue;
        }
        at += expand(&path, rest, found).max(1);
    }
    at + 1
}

/// The file that a path leads into, and the name in it.
fn resolve(path: &str, from: &[String], modules: &BTreeSet<Module>) -> Option<(Module, Option<String>)> {
    let mut parts: Vec<&str> = path.split("::").collect();
    let mut module: Module = Vec::new();
    if parts.first() == Some(&"super") {
        module = from.to_vec();
    }
    while let Some(part) = parts.first() {
        match *part {
            "crate" => {}
            "super" => drop(module.pop()),
            _ => break,
        }
        parts.remove(0);
    }
    let mut best = modules.contains(&module).then(|| module.clone());
    let mut name = parts.first().map(|part| (*part).to_owned());
    for (at, part) in parts.iter().enumerate() {
        module.push((*part).to_owned());
        if modules.contains(&module) {
            best = Some(module.clone());
            name = parts.get(at + 1).map(|part| (*part).to_owned());
        }
    }
    Some((best?, name))
}

/// The boxes of each folder, and which of them names which.
fn beside_each_other(arrows: &BTreeMap<Module, BTreeSet<Module>>) -> BTreeMap<String, BTreeSet<(String, String)>> {
    let mut folders: BTreeMap<String, BTreeSet<(String, String)>> = BTreeMap::new();
    for (from, to) in arrows.iter().flat_map(|(from, to)| to.iter().map(move |to| (from, to))) {
        let shared = from.iter().zip(to).take_while(|(a, b)| a == b).count();
        if let (Some(a), Some(b)) = (from.get(shared), to.get(shared)) {
            folders.entry(from[..shared].join("/")).or_default().insert((a.clone(), b.clone()));
        }
    }
    folders
}

/// Boxes that reach each other, as sets.
fn circles(arrows: &BTreeSet<(String, String)>) -> BTreeSet<BTreeSet<String>> {
    let reached = |from: &String| {
        let mut seen: BTreeSet<String> = BTreeSet::new();
        let mut next = vec![from.clone()];
        while let Some(here) = next.pop() {
            for (_, to) in arrows.iter().filter(|(a, _)| *a == here) {
                if seen.insert(to.clone()) {
                    next.push(to.clone());
                }
            }
        }
        seen
    };
    let all: BTreeMap<String, BTreeSet<String>> = arrows.iter().map(|(a, _)| (a.clone(), reached(a))).collect();
    let around = all.iter().filter(|(name, reached)| reached.contains(*name));
    let circle = |name: &String| {
        let back = |other: &String| all.get(other).is_some_and(|reached| reached.contains(name));
        all[name].iter().filter(|other| back(other)).cloned().collect()
    };
    around.map(|(name, _)| circle(name)).collect()
}

#[test]
fn files_and_folders_beside_each_other_name_each_other_in_no_circle() {
    let mut complaints = String::new();
    for (folder, arrows) in beside_each_other(&arrows()) {
        for circle in circles(&arrows) {
            let names = circle.into_iter().collect::<Vec<_>>().join(" ");
            writeln!(complaints, "in src/{folder}: {names}").unwrap();
        }
    }
    assert!(complaints.is_empty(), "\n{complaints}");
}

#[test]
fn rooms_of_the_console_name_those_below_them() {
    let rank = |room: &str| ROOMS.iter().position(|known| *known == room);
    let mut found = BTreeSet::new();
    for (from, to) in arrows().iter().flat_map(|(from, to)| to.iter().map(move |to| (from, to))) {
        let (Some("app"), Some("app")) = (from.first().map(String::as_str), to.first().map(String::as_str)) else {
            continue;
        };
        if let (Some(room), Some(other)) = (from.get(1), to.get(1)) {
            assert!(rank(room).is_some(), "src/app/{room} is a new room: say in this file where it stands");
            if rank(room) < rank(other) {
                found.insert((format!("{}.rs", from[1..].join("/")), other.clone()));
            }
        }
    }
    let mut complaints = String::new();
    for (file, room) in &found {
        writeln!(complaints, "src/app/{file} names `{room}`, a room above it").unwrap();
    }
    assert!(complaints.is_empty(), "\n{complaints}");
}

#[test]
fn circles_are_found_through_groups_and_parents() {
    let mut found = Vec::new();
    expand("", "crate::app::{list::{a, b}, write::C};", &mut found);
    assert_eq!(found, ["crate::app::list::a", "crate::app::list::b", "crate::app::write::C"]);
    let module = |path: &str| path.split('/').map(str::to_owned).collect::<Module>();
    let modules: BTreeSet<Module> = ["app/list", "app/list/sort", "app"].map(module).into();
    let passed_on = [((module("app"), "X".to_owned()), module("app/list"))].into();
    let leads = |path, from| declared(path, &module(from), &modules, &passed_on);
    assert_eq!(leads("super::super::list::sort::X", "app/write/bulk"), Some(module("app/list/sort")));
    assert_eq!(leads("crate::app::X", "view"), Some(module("app/list")));
    assert_eq!(leads("crate::app::Y", "view"), Some(module("app")));
    let arrow = |a: &str, b: &str| (a.to_owned(), b.to_owned());
    let arrows = [arrow("a", "b"), arrow("b", "c"), arrow("c", "a"), arrow("c", "d")].into();
    assert_eq!(circles(&arrows), [["a", "b", "c"].map(str::to_owned).into()].into());
}
