//! Help: what every command says of itself. After a wanted change: `INSTA_UPDATE=always cargo test --test cli help`.

use insta::assert_snapshot;

use crate::kit::command::Desk;
use crate::kit::home::Home;

/// The help of a command.
fn own(command: &str) -> String {
    let help = Home::new().sipreg(&[command, "--help"]).done();
    let mut text = help.lines().map(str::trim_end).collect::<Vec<_>>().join("\n");
    text.push('\n');
    text
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
fn the_options_of_every_command_are_explained_once() {
    assert_snapshot!("help-options", Home::new().sipreg(&["help", "options"]).done());
    assert!(!own("list").contains("--password-command <"));
}

#[test]
fn help_groups_the_commands() {
    let help = Home::new().sipreg(&["--help"]).done();
    let at = |heading: &str| help.find(&format!("\n{heading}:\n")).unwrap();
    assert!(at("Read") < at("Change") && at("Change") < at("Session") && at("Session") < at("Setup"), "{help}");
    assert!(help.contains("sipreg help options"), "{help}");
}

#[test]
fn usage_errors_keep_their_lines_and_show_those_of_arguments() {
    let reported = Home::new().sipreg(&["list", "--oops"]).failed(2);
    assert!(reported.lines().count() > 2 && !reported.contains("^J"), "{reported}");
    let reported = Home::new().sipreg(&["list", "--a\nb"]).failed(2);
    assert!(reported.contains("a^Jb"), "{reported}");
}

#[test]
fn help_and_data_agree_on_colour() {
    type Variables<'t> = &'t [(&'t str, &'t str)];
    let decided: [(Variables<'_>, &[&str], bool); 9] = [
        (&[], &[], false),
        (&[("CLICOLOR_FORCE", "1")], &[], true),
        (&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")], &[], false),
        (&[("CLICOLOR_FORCE", "1"), ("SIPREG_COLOR", "never")], &[], false),
        (&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "")], &[], true),
        (&[("CLICOLOR", "0"), ("SIPREG_COLOR", "always")], &[], true),
        (&[("NO_COLOR", "1")], &["--color", "always"], true),
        (&[("NO_COLOR", "1")], &["--color=always"], true),
        (&[("SIPREG_COLOR", "always")], &["--color", "auto"], false),
    ];
    let desk = Desk::with_records(3);
    for (variables, options, colored) in decided {
        for last in [&["list"] as &[&str], &["list", "--help"], &["help", "options"]] {
            let arguments = [options, last].concat();
            let shown = desk.with(variables, &arguments).done();
            assert_eq!(shown.contains('\u{1b}'), colored, "{variables:?} {arguments:?}\n{shown}");
        }
    }
}
