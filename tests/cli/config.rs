//! Configuration, help, and streams that do not take what is written.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use crate::kit::command::{CommandResult, Desk};
use crate::kit::home::Home;

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

#[test]
fn init_writes_an_example_for_its_owner_only_and_never_overwrites() {
    let home = Home::new();
    let first = home.sipreg(&["config", "init"]);
    assert_eq!((first.code, first.data.as_str()), (Some(0), ""), "{first:?}");
    assert!(first.messages.contains(&home.config().display().to_string()), "{first:?}");
    assert_eq!(mode(&home.config()), 0o600);
    assert_eq!(mode(home.config().parent().unwrap()), 0o700);
    assert!(fs::read_to_string(home.config()).unwrap().contains("[profile.example]"));
    assert_eq!(home.sipreg(&["config", "show"]).code, Some(0));

    fs::write(home.config(), "# mine\n").unwrap();
    let second = home.sipreg(&["config", "init"]);
    assert_eq!(second.code, Some(1));
    assert!(second.messages.contains("exists already and was not changed"), "{second:?}");
    assert_eq!(fs::read_to_string(home.config()).unwrap(), "# mine\n");
}

#[test]
fn init_does_not_write_through_a_link() {
    let home = Home::new();
    let (target, link) = (home.path().join("target"), home.path().join("link"));
    std::os::unix::fs::symlink(&target, &link).unwrap();
    assert_eq!(home.sipreg(&["config", "init", "--config", "link"]).code, Some(1));
    assert!(!target.exists());
}

#[test]
fn init_with_a_url_writes_a_profile_that_works_at_once() {
    let Desk { home, server, .. } = Desk::new();
    let command = format!("echo {}", server.password.expose());
    let reported = home.sipreg(&[
        "config",
        "init",
        "--profile",
        "eu",
        "--url",
        &server.url,
        "--username",
        &server.username,
        "--password-command",
        &command,
        "--badge",
        "PROD",
        "--badge-color",
        "yellow",
        "--read-only",
    ]);
    assert_eq!((reported.code, reported.data.as_str()), (Some(0), ""), "{reported:?}");
    assert!(
        reported.messages.contains("with profile eu") && reported.messages.contains("--profile eu doctor"),
        "{reported:?}"
    );
    assert_eq!(mode(&home.config()), 0o600);
    let shown = home.sipreg(&["config", "show"]);
    for (key, value) in [("url", server.url.as_str()), ("badge", "PROD"), ("access", "read-only")] {
        assert_eq!(shown.setting(key).0, value);
    }
    assert_eq!(home.sipreg(&["list", "--limit", "1"]).code, Some(0));
}

#[test]
fn init_adds_a_profile_and_leaves_the_rest_as_it_is() {
    let before = "# mine\ndefault_profile = \"a\"\n[profile.a] # first\nurl = \"https://a.example\"\n";
    let home = Home::holding(before, 0o640);
    let init = ["config", "init", "--profile", "eu", "--url", "https://yeti.example", "--username", "alice"];
    assert_eq!(home.sipreg(&init).code, Some(0));
    let after = fs::read_to_string(home.config()).unwrap();
    assert_eq!(after, format!("{before}\n[profile.eu]\nurl = \"https://yeti.example\"\nusername = \"alice\"\n"));
    assert_eq!(mode(&home.config()), 0o640);

    let again = home.sipreg(&init);
    assert_eq!(again.code, Some(1));
    assert!(again.messages.contains("profile eu exists already") && again.messages.contains("--replace"), "{again:?}");
    assert_eq!(fs::read_to_string(home.config()).unwrap(), after);

    let other = ["config", "init", "--profile", "eu", "--url", "https://other.example", "--replace", "--default"];
    assert_eq!(home.sipreg(&other).code, Some(0));
    assert_eq!(
        fs::read_to_string(home.config()).unwrap(),
        format!("{}\n[profile.eu]\nurl = \"https://other.example\"\n", before.replace("\"a\"", "\"eu\""))
    );
}

#[test]
fn the_only_profile_is_still_used_after_init_added_a_second_one() {
    let home = Home::configured("[profile.a]\nurl = \"https://a.example\"\n");
    let added = home.sipreg(&["config", "init", "--profile", "b", "--url", "https://b.example"]);
    assert_eq!(added.code, Some(0), "{added:?}");
    assert_eq!(home.sipreg(&["config", "show"]).setting("profile").0, "a");
}

#[test]
fn init_refuses_what_is_no_profile_and_writes_nothing() {
    let home = Home::new();
    for (arguments, reported) in [
        (&["--profile", "eu"][..], "a profile needs --url"),
        (&["--username", "alice"], "a profile needs --url"),
        (&["--url", "yeti.example"], "argument --url: url cannot be"),
        (&["--url", "https://alice:hunter2@yeti.example"], "an address that contains a user"),
        (&["--url", "https://yeti.example", "--profile", "e u"], "argument --profile: invalid profile name"),
        (&["--url", "https://yeti.example", "--access", "ro"], "argument --access: access cannot be \"ro\""),
        (&["--url", "https://yeti.example", "--access", "write", "--read-only"], "cannot be used with"),
        (&["--url", "https://yeti.example", "--timezone", "Mars"], "argument --timezone"),
        (&["--url", "https://yeti.example", "--password", "hunter2"], "unexpected argument '--password'"),
    ] {
        let refused = home.sipreg(&[&["config", "init"], arguments].concat());
        assert_eq!(refused.code, Some(2), "{arguments:?} {refused:?}");
        assert!(refused.messages.contains(reported), "{arguments:?} {refused:?}");
        assert!(!refused.messages.contains("alice:hunter2"), "{refused:?}");
        assert!(!home.config().exists(), "{arguments:?}");
    }
}

#[test]
fn init_tells_why_a_file_cannot_be_written_and_leaves_it() {
    let home = Home::configured("[profile.a]\nlables = 1\n");
    let init = ["config", "init", "--profile", "eu", "--url", "https://yeti.example"];
    let reported = home.sipreg(&init);
    assert_eq!(reported.code, Some(2), "{reported:?}");
    assert!(reported.messages.contains("unknown setting \"lables\""), "{reported:?}");
    fs::write(home.config(), "profile = { a = { url = \"https://a.example\" } }\n").unwrap();
    let reported = home.sipreg(&init);
    assert_eq!(reported.code, Some(1), "{reported:?}");
    assert!(reported.messages.contains("not written as [profile.NAME] tables. Nothing was changed"), "{reported:?}");
    let reported = home.sipreg(&[&init[..], &["--config", "/proc/sipreg/config.toml"]].concat());
    assert_eq!(reported.code, Some(1), "{reported:?}");
    assert!(reported.messages.contains("cannot add profile eu to /proc/sipreg/config.toml"), "{reported:?}");
}

#[test]
fn paths_of_a_new_profile_are_meant_where_they_were_typed() {
    let home = Home::new();
    let init = ["config", "init", "--url", "https://yeti.example", "--ca-file", "ca.pem", "--password-file", "~/p"];
    assert_eq!(home.sipreg(&init).code, Some(0));
    let shown = home.sipreg(&["config", "show"]);
    assert_eq!(shown.setting("ca_file").0, home.path().join("ca.pem").display().to_string());
    assert_eq!(shown.setting("password_file").0, home.path().join("p").display().to_string());
    assert_eq!(shown.setting("profile").0, "default");
}

#[test]
fn path_prints_where_the_configuration_is_read_from() {
    let home = Home::new();
    assert_eq!(home.sipreg(&["config", "path"]).data, format!("{}\n", home.config().display()));
    assert_eq!(home.with(&[("SIPREG_CONFIG", "/v")], &["config", "path"]).data, "/v\n");
    assert_eq!(home.with(&[("SIPREG_CONFIG", "/v")], &["--config", "/a", "config", "path"]).data, "/a\n");
}

#[test]
fn argument_beats_environment_beats_file_beats_default_and_show_says_so() {
    let home = Home::holding("[profile.a]\nurl = \"https://file.example\"\ntimeout = 10\n", 0o644);
    let file = home.config().display().to_string();
    let shown = home.sipreg(&["config", "show"]);
    assert_eq!(shown.setting("url"), ("https://file.example".to_owned(), format!("{file}:2")));
    assert_eq!(shown.setting("profile"), ("a".to_owned(), format!("{file}:1")));
    assert_eq!(shown.setting("connect_timeout"), ("5s".to_owned(), "default".to_owned()));
    assert_eq!(shown.setting("timezone"), ("(not set)".to_owned(), "default".to_owned()));
    let variables = [("SIPREG_TIMEOUT", "20s"), ("SIPREG_READ_ONLY", "1"), ("NO_COLOR", "1")];
    let shown = home.with(&variables, &["config", "show"]);
    assert_eq!(shown.setting("timeout"), ("20s".to_owned(), "environment SIPREG_TIMEOUT".to_owned()));
    assert_eq!(shown.setting("access"), ("read-only".to_owned(), "environment SIPREG_READ_ONLY".to_owned()));
    assert_eq!(shown.setting("color"), ("never".to_owned(), "environment NO_COLOR".to_owned()));
    let shown = home.with(&variables, &["--timeout", "40", "config", "show", "--timezone", "Europe/Kyiv"]);
    assert_eq!(shown.setting("timeout"), ("40s".to_owned(), "argument --timeout".to_owned()));
    assert_eq!(shown.setting("timezone"), ("Europe/Kyiv".to_owned(), "argument --timezone".to_owned()));
}

#[test]
fn secrets_are_never_shown() {
    let home = Home::configured("[profile.a]\nusername = \"bob\"\npassword = \"hunter2\"\n");
    let shown = home.sipreg(&["config", "show"]);
    assert_eq!(shown.setting("password").0, "********");
    let token = home.with(&[("SIPREG_TOKEN", "hunter2")], &["config", "show"]);
    assert_eq!(token.setting("token"), ("********".to_owned(), "environment SIPREG_TOKEN".to_owned()));
    assert!(!format!("{shown:?}{token:?}").contains("hunter2"));
}

#[test]
fn a_world_readable_file_with_a_secret_is_refused_with_the_command_that_mends_it() {
    let home = Home::holding("[profile.a]\nusername = \"bob\"\npassword = \"hunter2\"\n", 0o644);
    for arguments in [&["config", "show"][..], &[]] {
        let reported = home.sipreg(arguments);
        assert_eq!(reported.code, Some(2));
        assert_eq!(reported.data, "");
        let fix = reported.messages.trim_end().rsplit("fix: ").next().unwrap().to_owned();
        assert_eq!(fix, format!("chmod 600 {}", home.config().display()));
        assert!(!reported.messages.contains("hunter2"));
    }
    // The command does mend it.
    let fix = home.sipreg(&["config", "show"]).messages;
    let fix = fix.trim_end().rsplit("fix: ").next().unwrap();
    assert!(std::process::Command::new("sh").args(["-c", fix]).status().unwrap().success());
    assert_eq!(home.sipreg(&["config", "show"]).code, Some(0));
}

#[test]
fn every_mistake_is_told_with_file_line_and_what_is_accepted() {
    let home = Home::configured("[profile.a]\nurl = \"https://a.example\"\naccess = \"ro\"\nlables = \"links\"\n");
    let reported = home.sipreg(&["config", "show"]);
    assert_eq!((reported.code, reported.data.as_str()), (Some(2), ""));
    let file = home.config().display().to_string();
    let lines: Vec<&str> = reported.messages.lines().collect();
    assert_eq!(
        lines[0],
        format!("sipreg: {file}:3:10: access cannot be \"ro\"; accepted: \"write\", \"confirm\", \"read-only\"")
    );
    assert!(
        lines[1].starts_with(&format!(
            "sipreg: {file}:4:1: unknown setting \"lables\" in [profile.a] (did you mean \"labels\"?); known \
             settings: url,"
        )),
        "{reported:?}"
    );
}

#[test]
fn mistakes_in_options_and_variables_are_told_with_their_names() {
    let home = Home::new();
    let reported = home.with(&[("SIPREG_TIMEOUT", "soon")], &["--timezone", "Europe/Kiyv", "config", "show"]);
    assert_eq!(reported.code, Some(2));
    assert!(reported.messages.contains("environment SIPREG_TIMEOUT: timeout cannot be \"soon\""), "{reported:?}");
    assert!(
        reported.messages.contains("argument --timezone: timezone cannot be \"Europe/Kiyv\" (did you"),
        "{reported:?}"
    );
}

#[test]
fn what_a_file_says_cannot_steer_the_terminal() {
    let home = Home::configured("[profile.a]\nbadge = \"\\u001b]0;owned\\u0007\"\n\"\\u001b[2J\" = 1\n");
    let mistake = home.sipreg(&["config", "show"]);
    assert_eq!(mistake.code, Some(2));
    fs::write(home.config(), "[profile.a]\nbadge = \"\\u001b]0;owned\\u0007\\u009b2J\\u202e\"\n").unwrap();
    let shown = home.sipreg(&["config", "show"]);
    assert_eq!(shown.code, Some(0));
    for text in [mistake.messages, shown.data] {
        assert!(text.chars().all(|c| c == '\n' || (!c.is_control() && c != '\u{202e}')), "{text:?}");
    }
}

#[test]
fn a_file_that_was_asked_for_by_name_has_to_exist() {
    let reported = Home::new().sipreg(&["--config", "missing.toml", "config", "show"]);
    assert_eq!(reported.code, Some(2));
    assert!(reported.messages.contains("argument --config: no file missing.toml"), "{reported:?}");
}

#[test]
fn without_any_configuration_the_console_says_what_to_set() {
    let reported = Home::new().sipreg(&[]);
    assert_eq!((reported.code, reported.data.as_str()), (Some(2), ""));
    assert_eq!(
        reported.messages,
        "sipreg: no server configured.\n  sipreg config init --url URL --username NAME   create a profile\n  sipreg \
         --url URL                                connect once\n  sipreg demo                                     try \
         it with sample data\n"
    );
}

#[test]
fn an_unknown_option_is_a_mistake_in_usage() {
    let reported = Home::new().sipreg(&["--pasword", "x"]);
    assert_eq!((reported.code, reported.data.as_str()), (Some(2), ""));
    assert!(reported.messages.contains("--password-command"), "{reported:?}");
}

#[test]
fn help_and_version_are_data() {
    let help = Home::new().sipreg(&["--help"]);
    assert_eq!((help.code, help.messages.as_str()), (Some(0), ""));
    assert!(help.data.contains("Exit codes:") && help.data.contains("sipreg help options"));
    let version = Home::new().sipreg(&["--version"]);
    assert_eq!(version.data, format!("sipreg {}\n", sipreg::VERSION));
}

#[test]
fn a_closed_pipe_is_success() {
    let home = Home::new();
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let reported = CommandResult::of(home.command(&["config", "show"]).stdout(writer));
    assert_eq!((reported.code, reported.messages.as_str()), (Some(0), ""));
}

#[test]
fn a_full_disk_behind_stdout_is_a_failure() {
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let reported = CommandResult::of(Home::new().command(&["config", "show"]).stdout(full));
    assert_eq!(reported.code, Some(1));
    assert!(reported.messages.contains("cannot write to standard output"), "{reported:?}");
}
