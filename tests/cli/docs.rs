//! What README and `docs/` say holds: links lead somewhere, commands parse, settings are read, checks exist.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use clap::Parser as _;
use sipreg::cli::Cli;
use sipreg::config::SETTINGS;
use sipreg::config::file::File;

use crate::kit::command::Desk;

/// Longest README.
const README_LINES: usize = 150;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every document for people: its path from the root, and its text.
fn documents() -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for folder in ["", "docs", "benches"] {
        for entry in fs::read_dir(root().join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "md") {
                let name = path.strip_prefix(root()).unwrap().to_owned();
                found.push((name, fs::read_to_string(path).unwrap()));
            }
        }
    }
    found.sort();
    assert!(found.len() > 10, "{found:?}");
    found
}

/// What headings are called in links.
fn anchors(text: &str) -> BTreeSet<String> {
    let headings = text.lines().filter_map(|line| line.strip_prefix('#')).map(|line| line.trim_start_matches('#'));
    headings
        .map(|heading| {
            let kept = heading.trim().to_lowercase();
            kept.chars().filter(|c| c.is_alphanumeric() || " -_".contains(*c)).collect::<String>().replace(' ', "-")
        })
        .collect()
}

#[test]
fn every_link_leads_somewhere() {
    let mut broken = Vec::new();
    for (name, text) in documents() {
        for link in text.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(link, _)| link) {
            if link.contains("://") {
                continue;
            }
            let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
            let target = root().join(&name).parent().unwrap().join(file);
            let target = if file.is_empty() { root().join(&name) } else { target };
            let found = fs::read_to_string(&target).ok();
            let leads = match &found {
                None => target.exists() && anchor.is_empty(),
                Some(text) => anchor.is_empty() || anchors(text).contains(anchor),
            };
            if !leads {
                broken.push(format!("{}: {link}", name.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn the_book_has_every_document() {
    let summary = fs::read_to_string(root().join("docs/SUMMARY.md")).unwrap();
    for (name, _) in documents() {
        let Ok(name) = name.strip_prefix("docs") else { continue };
        let listed = summary.contains(&format!("]({})", name.display()));
        assert!(listed || name == Path::new("SUMMARY.md"), "{} is not in docs/SUMMARY.md", name.display());
    }
    let book: toml::Table = fs::read_to_string(root().join("book.toml")).unwrap().parse().unwrap();
    assert_eq!(book["book"]["src"].as_str(), Some("docs"));
}

#[test]
fn the_messages_of_troubleshooting_are_messages_of_the_program() {
    fn texts(folder: &Path, into: &mut String) {
        for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            if entry.file_type().unwrap().is_dir() {
                texts(&entry.path(), into);
            } else {
                into.push_str(&fs::read_to_string(entry.path()).unwrap());
            }
        }
    }
    let mut source = String::new();
    texts(&root().join("src"), &mut source);
    let guide = fs::read_to_string(root().join("docs/troubleshooting.md")).unwrap();
    let (_, common) = guide.split_once("## Common messages").unwrap();
    let (common, _) = common.split_once("\n## ").unwrap();
    let quoted: Vec<&str> = common.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next()).collect();
    assert!(quoted.len() > 5, "{quoted:?}");
    for message in quoted {
        // Up to the first value in it.
        let fixed = message.split(|c: char| c.is_ascii_digit()).next().unwrap().trim();
        assert!(source.contains(fixed), "no text of the program says {fixed:?}");
    }
}

#[test]
fn the_readme_is_short() {
    let lines = fs::read_to_string(root().join("README.md")).unwrap().lines().count();
    assert!(lines < README_LINES, "README.md has {lines} lines");
}

/// The words of each `sipreg` in a line of shell, as the shell would split it.
fn sipregs(line: &str) -> Vec<Vec<String>> {
    let mut commands = vec![Vec::new()];
    let (mut word, mut begun, mut quote) = (String::new(), false, None);
    for c in line.chars() {
        match (quote, c) {
            (Some(open), _) if c == open => quote = None,
            (Some(_), _) => word.push(c),
            (None, '\'' | '"') => (quote, begun) = (Some(c), true),
            (None, '#') if !begun => break,
            (None, ' ' | '|' | ';' | '&' | '>' | '(' | ')') => {
                // The 2 of 2> says which output goes there.
                let is_output = c == '>' && matches!(word.as_str(), "1" | "2");
                let whole = std::mem::take(&mut word);
                if begun && !is_output {
                    commands.last_mut().unwrap().push(whole);
                }
                begun = false;
                if c != ' ' {
                    commands.push(Vec::new());
                }
                // Where it goes is no argument.
                if c == '>' {
                    commands.push(vec!["FILE".to_owned()]);
                }
            }
            (None, _) => {
                word.push(c);
                begun = true;
            }
        }
    }
    if begun {
        commands.last_mut().unwrap().push(word);
    }
    commands.retain(|words| words.first().is_some_and(|first| first == "sipreg"));
    commands
}

#[test]
fn a_line_of_shell_is_split_as_a_shell_does() {
    let line = "test -z \"$x\" || sipreg list -o ids -f 'a b' > file && sipreg doctor # sipreg no";
    assert_eq!(sipregs(line), [vec!["sipreg", "list", "-o", "ids", "-f", "a b"], vec!["sipreg", "doctor"]]);
}

#[test]
fn every_command_in_the_documents_is_one() {
    let (mut tried, mut wrong) = (0, Vec::new());
    for (name, text) in documents() {
        for line in text.lines().filter_map(|line| line.strip_prefix("    ")) {
            for words in sipregs(line) {
                tried += 1;
                if let Err(error) = Cli::try_parse_from(&words)
                    && error.use_stderr()
                {
                    wrong.push(format!("{}: {words:?}: {error}", name.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(tried >= 35, "only {tried} commands were found");
}

#[test]
fn every_configuration_in_the_documents_is_read() {
    let mut tried = 0;
    for (name, text) in documents() {
        for block in text.split("\n\n") {
            let lines: Option<Vec<&str>> = block.lines().map(|line| line.strip_prefix("    ")).collect();
            let Some(lines) = lines.filter(|lines| lines.first().is_some_and(|line| line.starts_with('['))) else {
                continue;
            };
            tried += 1;
            let read = File::parse(&lines.join("\n"), Path::new("config.toml"), None);
            assert!(read.is_ok(), "{}: {read:?}", name.display());
        }
    }
    assert!(tried >= 3, "only {tried} were found");
}

#[test]
fn every_variable_in_the_documents_is_read() {
    let known: BTreeSet<&str> = SETTINGS
        .iter()
        .filter_map(|row| row.environment)
        .chain(["SIPREG_CONFIG", "SIPREG_PROFILE", "SIPREG_COMMIT", "SIPREG_LOG"])
        .collect();
    for (name, text) in documents() {
        for rest in text.split("SIPREG_").skip(1) {
            let word = rest.split(|c: char| !c.is_ascii_uppercase() && c != '_').next().unwrap();
            let variable = format!("SIPREG_{}", word.trim_end_matches('_'));
            assert!(known.contains(variable.as_str()), "{}: {variable}", name.display());
        }
    }
}

#[test]
fn troubleshooting_explains_every_line_of_doctor() {
    let reported = Desk::new().sipreg(&["doctor"]).done();
    let text = fs::read_to_string(root().join("docs/troubleshooting.md")).unwrap();
    for line in reported.lines() {
        let check = line.split_whitespace().nth(1).unwrap();
        assert!(text.contains(&format!("\n| `{check}` | ")), "{check} is not explained");
    }
}

#[test]
fn no_document_names_a_directory_of_the_machine_that_wrote_it() {
    for (name, text) in documents() {
        for place in [concat!("/wo", "rk/"), "/root/", "/tmp/", concat!("/ho", "me/")] {
            assert!(!text.contains(place), "{} names {place}", name.display());
        }
    }
}

/// All that the program is made of.
fn source(folder: &Path) -> String {
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    paths.map(|path| if path.is_dir() { source(&path) } else { fs::read_to_string(path).unwrap_or_default() }).collect()
}

#[test]
fn messages_that_troubleshooting_explains_are_those_of_the_program() {
    let text = fs::read_to_string(root().join("docs/troubleshooting.md")).unwrap();
    let (_, table) = text.split_once("## Common messages").unwrap();
    let (table, _) = table.split_once("\n## ").unwrap();
    let messages: Vec<&str> = table.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next()).collect();
    assert!(messages.len() > 8, "{messages:?}");
    let source = source(&root().join("src"));
    for message in messages {
        // Figures are examples, and what stands between them is put together.
        let parts =
            message.split(|c: char| c.is_ascii_digit() || c == ',').map(str::trim).filter(|part| part.len() > 2);
        for part in parts {
            assert!(source.contains(part), "{message}: nothing says {part:?}");
        }
    }
}
