//! Which faults are rehearsed, what the user sees of each, and which tests try it: the table that
//! [`docs/faults.md`](../docs/faults.md) is written from.
//!
//! `README_UPDATE=1 cargo test --test faults` writes it anew.
#![expect(clippy::unwrap_used, reason = "a test may stop where it fails")]

#[path = "faults/link.rs"]
mod link;
#[path = "faults/machine.rs"]
mod machine;
#[path = "faults/server.rs"]
mod server;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use link::LINK;
use machine::MACHINE;
use server::SERVER;

/// A fault, its outcome, and the tests that try it, by the names of their functions.
type Row = (&'static str, &'static str, &'static [&'static str]);

fn document() -> String {
    let mut text = "# Faults, and what the user sees\n\nAfter each of these: no panic, no wait beyond the configured \
                    timeout, no lost draft, the terminal restored, no\nprocessor time while nothing happens, and a \
                    message that says what was tried, what is true now, and what to press.\nReads are retried \
                    automatically where that can help, writes never.\n\nWritten from the table in `tests/faults.rs`, \
                    which names the tests for each row.\n"
        .to_owned();
    for (title, rows) in [("Server", SERVER), ("Link and terminal", LINK), ("Machine", MACHINE)] {
        write!(text, "\n## {title}\n\n| fault | outcome |\n|---|---|\n").unwrap();
        for (fault, outcome, _) in rows {
            writeln!(text, "| {fault} | {outcome} |").unwrap();
        }
    }
    text
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn the_document_of_faults_is_the_table() {
    let path = root().join("docs/faults.md");
    if std::env::var_os("README_UPDATE").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, document()).unwrap();
    }
    let stored = fs::read_to_string(&path).unwrap_or_default();
    assert!(stored == document(), "docs/faults.md is not the table; README_UPDATE=1 rewrites it");
}

#[test]
fn each_fault_is_tried_by_tests_that_exist() {
    let mut sources = Vec::new();
    collect(&root().join("src"), &mut sources);
    collect(&root().join("tests"), &mut sources);
    let mut known = BTreeSet::new();
    for source in sources {
        let text = fs::read_to_string(source).unwrap();
        let mut is_test = false;
        for line in text.lines().map(str::trim) {
            is_test |= line == "#[test]" || line == "#[tokio::test]";
            let name = line.trim_start_matches("async ").strip_prefix("fn ").and_then(|rest| rest.split('(').next());
            if let Some(name) = name {
                if is_test {
                    known.insert(name.to_owned());
                }
                is_test = false;
            }
        }
    }
    for (fault, _, tests) in SERVER.iter().chain(LINK).chain(MACHINE) {
        assert!(!tests.is_empty(), "{fault} is tried by no test");
        for test in *tests {
            assert!(known.contains(*test), "{fault}: there is no test {test}");
        }
    }
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}
