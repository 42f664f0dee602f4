//! Help: what every command says of itself. After a wanted change: `INSTA_UPDATE=always cargo test --test cli help`.

use insta::assert_snapshot;

use crate::kit::Home;

/// Help without the options that every command has.
fn own(command: &str) -> String {
    let help = Home::new().sipreg(&[command, "--help"]).done();
    let mut kept = String::new();
    let mut common = false;
    for line in help.lines() {
        if line.starts_with("Options for every command") {
            common = true;
            kept.push_str("(options for every command)\n\n");
        } else if common && !line.is_empty() && !line.starts_with(' ') {
            common = false;
        }
        if !common {
            kept.push_str(line.trim_end());
            kept.push('\n');
        }
    }
    kept
}

#[test]
fn every_reading_command_explains_itself_with_examples() {
    let commands = ["list", "show", "export", "lint", "login", "logout", "whoami", "doctor", "completions", "man"];
    for command in commands {
        assert_snapshot!(format!("help-{command}"), own(command));
    }
}

#[test]
fn every_writing_command_explains_itself_with_examples() {
    for command in ["set", "enable", "disable", "bounce", "create", "clone", "delete", "apply"] {
        assert_snapshot!(format!("help-{command}"), own(command));
    }
}

#[test]
fn the_options_of_every_command_are_explained() {
    let help = Home::new().sipreg(&["logout", "--help"]).done();
    let (_, common) = help.split_once("Options for every command:\n").unwrap();
    let (common, _) = common.split_once("\nExamples:").unwrap();
    assert_snapshot!("help-options", common);
}

#[test]
fn usage_errors_keep_their_lines_and_show_those_of_arguments() {
    let told = Home::new().sipreg(&["list", "--oops"]).failed(2);
    assert!(told.lines().count() > 2 && !told.contains("^J"), "{told}");
    let told = Home::new().sipreg(&["list", "--a\nb"]).failed(2);
    assert!(told.contains("a^Jb"), "{told}");
}
