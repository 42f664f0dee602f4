//! What is linked into sipreg: licences, banned crates and sources, after the table in `deny.toml`. Asks cargo itself,
//! so that it needs neither a network nor another tool.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may fail")]

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use toml::{Table, Value};

/// A crate as `cargo tree` shows it.
struct Linked {
    name: String,
    licence: String,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn table() -> Table {
    std::fs::read_to_string(root().join("deny.toml")).unwrap().parse().unwrap()
}

fn texts(value: &Value) -> Vec<String> {
    value.as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned()).collect()
}

/// Every crate that ends up in the program or helps to build it; not those of tests.
fn linked() -> Vec<Linked> {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--locked", "--offline", "--edges", "no-dev", "--prefix", "none", "--format", "{p}|{l}"])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let mut seen = BTreeSet::new();
    let crates = text.lines().filter(|line| !line.is_empty()).map(|line| line.trim_end_matches(" (*)"));
    crates
        .filter(|line| seen.insert((*line).to_owned()))
        .map(|line| {
            let (package, licence) = line.split_once('|').unwrap();
            let name = package.split(' ').next().unwrap().to_owned();
            Linked { name, licence: licence.trim_end_matches(" (*)").to_owned() }
        })
        .collect()
}

/// Whether an SPDX expression can be met with the licences allowed. Old manifests write `/` for `OR`.
fn is_met(expression: &str, allowed: &mut impl FnMut(&str) -> bool) -> bool {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut at = 0;
    let met = either(&words, &mut at, allowed);
    assert_eq!(at, words.len(), "cannot read the licence {expression:?}");
    met
}

fn either(words: &[&str], at: &mut usize, allowed: &mut impl FnMut(&str) -> bool) -> bool {
    let mut met = both(words, at, allowed);
    while words.get(*at) == Some(&"OR") {
        *at += 1;
        met |= both(words, at, allowed);
    }
    met
}

fn both(words: &[&str], at: &mut usize, allowed: &mut impl FnMut(&str) -> bool) -> bool {
    let mut met = one(words, at, allowed);
    while words.get(*at) == Some(&"AND") {
        *at += 1;
        met &= one(words, at, allowed);
    }
    met
}

fn one(words: &[&str], at: &mut usize, allowed: &mut impl FnMut(&str) -> bool) -> bool {
    let Some(word) = words.get(*at) else { panic!("a licence ends early: {words:?}") };
    *at += 1;
    if *word == "(" {
        let met = either(words, at, allowed);
        assert_eq!(words.get(*at), Some(&")"), "a bracket is open in {words:?}");
        *at += 1;
        return met;
    }
    if words.get(*at) == Some(&"WITH") {
        let exception = words.get(*at + 1).unwrap();
        *at += 2;
        return allowed(&format!("{word} WITH {exception}"));
    }
    allowed(word)
}

#[test]
fn every_licence_is_allowed_and_every_allowed_one_is_needed() {
    let table = table();
    let allow = texts(&table["licenses"]["allow"]);
    let exceptions: Vec<(String, Vec<String>)> = table["licenses"]["exceptions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| (entry["crate"].as_str().unwrap().to_owned(), texts(&entry["allow"])))
        .collect();
    let (mut used, mut excepted) = (BTreeSet::new(), BTreeSet::new());
    let linked = linked();
    assert!(linked.len() > 50, "cargo names only {} crates", linked.len());
    let mut refused = Vec::new();
    for Linked { name, licence } in linked.iter().filter(|linked| linked.name != "sipreg") {
        let own = exceptions.iter().find(|(excepted, _)| excepted == name);
        let met = is_met(licence, &mut |word| {
            let by_rule = allow.iter().any(|allowed| allowed == word);
            let by_exception = own.is_some_and(|(_, licences)| licences.iter().any(|allowed| allowed == word));
            if by_rule {
                used.insert(word.to_owned());
            } else if by_exception {
                excepted.insert(name.clone());
            }
            by_rule || by_exception
        });
        if !met {
            refused.push(format!("{name}: {licence}"));
        }
    }
    assert!(refused.is_empty(), "not allowed in deny.toml: {refused:#?}");
    let idle: Vec<_> = allow.iter().filter(|licence| !used.contains(*licence)).collect();
    assert!(idle.is_empty(), "deny.toml allows what nothing needs: {idle:?}");
    let idle: Vec<_> = exceptions.iter().filter(|(name, _)| !excepted.contains(name)).collect();
    assert!(idle.is_empty(), "deny.toml has exceptions that nothing needs: {idle:?}");
}

#[test]
fn no_banned_crate_is_linked() {
    let banned: Vec<String> = table()["bans"]["deny"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["crate"].as_str().unwrap().to_owned())
        .collect();
    assert!(!banned.is_empty(), "deny.toml bans nothing");
    let found: Vec<_> = linked().into_iter().filter(|linked| banned.contains(&linked.name)).collect();
    assert!(found.is_empty(), "{:?}", found.iter().map(|linked| &linked.name).collect::<Vec<_>>());
}

#[test]
fn everything_comes_from_the_registry() {
    let lock: Table = std::fs::read_to_string(root().join("Cargo.lock")).unwrap().parse().unwrap();
    for package in lock["package"].as_array().unwrap() {
        let name = package["name"].as_str().unwrap();
        match package.get("source").and_then(Value::as_str) {
            None => assert_eq!(name, "sipreg", "a crate from a folder"),
            Some(source) => assert!(source.starts_with("registry+"), "{name} comes from {source}"),
        }
    }
}

#[test]
fn licences_are_read_as_spdx_has_them() {
    let mut mit = |word: &str| word == "MIT" || word == "Apache-2.0 WITH LLVM-exception";
    assert!(is_met("MIT OR GPL-3.0", &mut mit));
    assert!(is_met("GPL-3.0/MIT", &mut mit));
    assert!(!is_met("MIT AND GPL-3.0", &mut mit));
    assert!(is_met("(MIT OR GPL-3.0) AND MIT", &mut mit));
    assert!(!is_met("(GPL-2.0 OR GPL-3.0) AND MIT", &mut mit));
    assert!(is_met("GPL-3.0 OR Apache-2.0 WITH LLVM-exception", &mut mit));
    assert!(!is_met("Apache-2.0", &mut mit));
}
