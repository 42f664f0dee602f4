//! Completion scripts, run in the shells that are installed.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::process::{Command, Stdio};

use crate::kit::command::{CommandResult, Desk};

/// A shell with the binary on its path; `None`, with a word to who reads the log, where it is not installed.
fn shell(desk: &Desk, shell: &str, script: &str) -> Option<CommandResult> {
    if Command::new(shell).arg("-c").arg(":").stdin(Stdio::null()).status().is_err() {
        // Past the capture of the test harness, which shows only what failed.
        let _ = writeln!(std::io::stderr(), "completions of {shell}: SKIPPED ({shell} is not installed)");
        return None;
    }
    Some(desk.shell(shell, script))
}

/// A desk with the script of a shell in a file, a profile, and a list that was read.
fn desk_with(shell: &str, file: &str) -> Desk {
    let desk = Desk::new();
    desk.sipreg(&["list", "-o", "ids"]).done();
    desk.file(file, desk.sipreg(&["completions", shell]).done());
    desk
}

#[test]
fn bash_completes_commands_options_fields_and_ids_of_the_last_list() {
    let desk = desk_with("bash", "sipreg.bash");
    let complete = |words: &str| {
        let script = format!(
            "source ./sipreg.bash; COMP_WORDS=(sipreg {words}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); \
             _sipreg_with_values sipreg \"${{COMP_WORDS[COMP_CWORD]}}\" \"${{COMP_WORDS[COMP_CWORD - 1]}}\"; \
             printf '%s\\n' \"${{COMPREPLY[@]}}\""
        );
        shell(&desk, "bash", &script)
            .map(|reported| reported.data.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
    };
    let Some(commands) = complete("li") else { return };
    assert_eq!(commands, ["list", "lint"]);
    assert_eq!(complete("list --col").unwrap(), ["--columns", "--color"]);
    assert_eq!(complete("list -o js").unwrap(), ["json", "jsonl"]);
    assert_eq!(complete("list --columns na").unwrap(), ["name"]);
    assert_eq!(complete("list --columns name,exp").unwrap(), ["name,expire"]);
    assert_eq!(complete("list --sort name,-exp").unwrap(), ["name,-expire"]);
    assert_eq!(complete("list -f dom").unwrap(), ["domain:"]);
    assert_eq!(complete("show 22").unwrap(), ["22"]);
    assert_eq!(complete("show 7 22").unwrap(), ["22"]);
    assert_eq!(complete("lint --show").unwrap(), Vec::<String>::new());
}

#[test]
fn fish_completes_with_the_names_beside_the_ids() {
    let desk = desk_with("fish", "sipreg.fish");
    let complete = |line: &str| shell(&desk, "fish", &format!("source ./sipreg.fish; complete -C '{line}'"));
    let Some(commands) = complete("sipreg li") else { return };
    let commands: BTreeSet<&str> = commands.data.lines().filter_map(|line| line.split('\t').next()).collect();
    assert_eq!(commands, BTreeSet::from(["list", "lint"]));
    assert_eq!(complete("sipreg show 22").unwrap().data.lines().next(), Some("22\tcarrierx-ams"));
    assert!(complete("sipreg list --columns id,exp").unwrap().data.starts_with("id,expire\t"));
    assert!(complete("sipreg list -f dom").unwrap().data.starts_with("domain:\t"));
}

#[test]
fn zsh_takes_the_script_and_asks_for_values() {
    let desk = desk_with("zsh", "_sipreg");
    let script = desk.home.read("_sipreg");
    for wanted in ["_sipreg_ask profiles'", "_sipreg_ask columns'", "_sipreg_ask orders'", "_sipreg_ask filters'"] {
        assert!(script.contains(wanted), "{wanted}");
    }
    assert!(script.lines().any(|line| line.contains("whom -- ") && line.contains("_sipreg_ask ids'")));
    assert!(script.lines().any(|line| line.contains("words -- ") && line.contains("_sipreg_ask words'")));
    assert!(script.starts_with("#compdef sipreg\n"));
    let Some(reported) = shell(
        &desk,
        "zsh",
        "zsh -n ./_sipreg && autoload -U compinit && compinit -u -D && source ./_sipreg && print $_comps[sipreg]",
    ) else {
        return;
    };
    assert_eq!((reported.code, reported.data.trim()), (Some(0), "_sipreg"), "{reported:?}");
}

#[test]
fn other_shells_get_a_script_too() {
    let desk = Desk::new();
    for (shell, begins) in
        [("elvish", "use builtin;"), ("powershell", "using namespace"), ("nushell", "module completions")]
    {
        let script = desk.sipreg(&["completions", shell]).done();
        assert!(script.contains(begins) && script.contains("disable"), "{shell}: {script}");
    }
    let words = desk.sipreg(&["complete", "words"]).done();
    assert!(words.contains("expire=\t"), "{words}");
}

#[test]
fn what_is_not_known_completes_to_nothing_without_a_word() {
    let desk = Desk::new();
    for what in ["ids", "profiles"] {
        let reported = desk.with(&[("SIPREG_CONFIG", "/nonexistent.toml")], &["complete", what]);
        assert_eq!((reported.code, reported.data.as_str(), reported.messages.as_str()), (Some(0), "", ""));
    }
}
