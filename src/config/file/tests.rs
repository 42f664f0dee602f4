//! What a file may contain, how mistakes are reported, and that the example is valid.

use super::*;

fn parse(text: &str) -> Result<File, Problems> {
    File::parse(text, Path::new("/etc/sipreg.toml"), None)
}

fn reported(text: &str) -> String {
    parse(text).unwrap_err().to_string()
}

#[test]
fn each_value_knows_its_line() {
    let file = parse("default_profile = \"a\"\n\n[profile.a]\nurl = \"https://a.example\"\n").unwrap();
    let url = file.profiles[0].layer.url.clone().unwrap();
    assert_eq!(url.value, "https://a.example");
    assert_eq!(url.origin.to_string(), "/etc/sipreg.toml:4");
}

#[test]
fn a_misspelt_key_is_told_with_its_place_and_the_right_one() {
    assert_eq!(
        reported("[profile.a]\nusrename = \"bob\"").split("; known").next().unwrap(),
        "/etc/sipreg.toml:2:1: unknown setting \"usrename\" in [profile.a] (did you mean \"username\"?)"
    );
    assert!(reported("[profiles.a]\n").contains("(did you mean \"profile\"?)"));
    assert!(reported("[ui]\nx = 1").ends_with(
        "known settings: theme, cursor, ascii, mouse, bell, color, escape_delay, lock_after, journal_size, journal_age, tips, output"
    ));
}

#[test]
fn a_key_in_the_wrong_table_is_told_where_it_belongs() {
    assert_eq!(reported("url = \"x\""), "/etc/sipreg.toml:1:1: \"url\" belongs in a [profile.NAME] table");
    assert_eq!(reported("[profile]\nurl = \"x\""), "/etc/sipreg.toml:2:1: \"url\" belongs in a [profile.NAME] table");
    assert_eq!(reported("[profile.a]\ntheme = \"mono\""), "/etc/sipreg.toml:2:1: \"theme\" belongs in the [ui] table");
}

#[test]
fn a_wrong_value_is_told_with_the_accepted_ones() {
    assert_eq!(
        reported("[profile.a]\naccess = \"confrim\""),
        "/etc/sipreg.toml:2:10: access cannot be \"confrim\" (did you mean \"confirm\"?); \
         accepted: \"write\", \"confirm\", \"read-only\""
    );
    assert!(reported("[profile.a]\nif_match = 1").ends_with("if_match cannot be 1; accepted: true, false"));
    assert!(reported("profile = 3").ends_with("profile cannot be a number; accepted: a table: [profile.NAME]"));
}

#[test]
fn all_mistakes_are_told_at_once_in_reading_order() {
    let problems = parse("[ui]\nmouse = 3\n[profile.a]\ntimeout = 0\nx = 1\n").unwrap_err();
    let lines: Vec<usize> = problems.0.iter().map(|problem| problem.place.position().0).collect();
    assert_eq!(lines, [2, 4, 5]);
}

#[test]
fn a_broken_line_is_told_without_repeating_the_secret_in_it() {
    let reported = reported("[profile.a]\npassword = \"hunter2\nx = 1\n");
    assert!(reported.starts_with("/etc/sipreg.toml:2:"), "{reported}");
    assert!(!reported.contains("hunter2"), "{reported}");
}

#[test]
fn two_ways_to_the_same_secret_are_one_too_many() {
    let reported = reported("[profile.a]\npassword_file = \"x\"\npassword = \"hunter2\"\n");
    assert_eq!(reported, "/etc/sipreg.toml:3:12: password and password_file are both set; use only one");
}

#[test]
fn a_file_that_spells_out_a_secret_is_known_to_do_so() {
    assert_eq!(parse("[profile.a]\npassword = \"x\"").unwrap().secret(), Some("a password"));
    assert_eq!(parse("[profile.a]\ntoken = \"x\"").unwrap().secret(), Some("a token"));
    assert_eq!(parse("[profile.a]\ntoken_file = \"x\"").unwrap().secret(), None);
}

#[test]
fn profiles_have_names_that_can_be_typed() {
    assert!(reported("[profile.\"../x\"]").contains("invalid profile name \"../x\""));
    assert!(reported("[profile.\"\"]").contains("invalid profile name"));
}

#[test]
fn keys_are_read_with_their_places_and_not_judged() {
    let file = parse("[keys]\ntoggle = \"t\"\n[keys.list]\nbottom = [\"G\", \"End\"]\nnone = []\n").unwrap();
    let lines: Vec<_> =
        file.keys.iter().map(|line| (line.screen.as_deref(), line.command.as_str(), line.keys.len())).collect();
    assert!(lines.contains(&(None, "toggle", 1)));
    assert!(lines.contains(&(Some("list"), "bottom", 2)));
    assert!(lines.contains(&(Some("list"), "none", 0)));
    assert!(reported("[keys]\ntoggle = 3").contains("a key cannot be a number"));
    assert!(reported("[keys.list.deeper]\nx = \"y\"").contains("a key cannot be a table"));
}

#[test]
fn the_embedded_example_is_a_valid_file() {
    let file = parse(crate::config::EXAMPLE).unwrap();
    assert_eq!(file.secret(), None);
}

/// Lifts the comment from each line that is a setting.
fn lifted(example: &str) -> String {
    let setting = |line: &str| {
        let key = line.split(" = ").next().unwrap_or_default();
        line.contains(" = ") && !key.is_empty() && key.chars().all(|c| c.is_ascii_lowercase() || c == '_')
    };
    let lift = |line: &'_ str| match line.strip_prefix("# ") {
        Some(rest) if setting(rest) || rest.starts_with('[') => rest.to_owned(),
        _ => line.to_owned(),
    };
    example.lines().map(|line| lift(line) + "\n").collect()
}

#[test]
fn the_embedded_example_shows_every_setting_with_its_default() {
    let text = lifted(crate::config::EXAMPLE);
    // The example shows each way to a secret; a file may have one.
    let alternatives = ["password", "password_file", "token", "token_file", "token_command"];
    let is_alternative = |line: &&str| alternatives.contains(&line.split(" = ").next().unwrap_or_default());
    let (alone, rest): (Vec<&str>, Vec<&str>) = text.lines().partition(is_alternative);
    // Each stands twice: for the API, and for the live state.
    assert_eq!(alone.len(), 2 * alternatives.len());
    for line in alone {
        parse(&format!("[profile.a]\n{line}")).unwrap();
    }
    let file = parse(&rest.join("\n")).unwrap_or_else(|problems| panic!("{problems}"));
    assert!(!file.profiles.is_empty() && file.default_profile.is_some());
    for row in &crate::config::SETTINGS {
        let default = format!("\n{} = {}", row.name(), row.default);
        assert!(text.contains(&default), "the example does not have {default}");
    }
}

#[test]
fn mistakes_in_the_live_table_are_told_with_its_keys() {
    let live = |line: &str| reported(&format!("[profile.a.live]\n{line}"));
    assert!(live("source = \"node\"").contains("live.source cannot be \"node\" (did you mean \"nodes\"?)"));
    assert!(live("every = 4").contains("live.every cannot be 4") && live("every = 4").contains("from 5s"));
    assert!(live("evry = 15").contains("unknown setting \"evry\" in [profile.a.live] (did you mean \"every\"?)"));
    assert!(
        live("endpoints = { a = \"b\" }").ends_with("live.endpoints cannot be \"b\" for \"a\"; accepted: HOST:PORT")
    );
    assert!(live("endpoints = [1]").contains("names of nodes with addresses"));
    assert!(live("url = \"https://a:hunter2@b\"").contains("an address that contains a user"));
    assert!(live("token = \"x\"\ntoken_file = \"y\"").contains("live.token_file and live.token are both set"));
    assert!(reported("[profile.a]\nevery = 5").contains("\"every\" belongs in the [profile.NAME.live] table"));
    assert_eq!(parse("[profile.a.live]\npassword = \"x\"").unwrap().secret(), Some("a password"));
}

#[test]
fn the_users_file_lies_over_that_of_the_host_setting_by_setting() {
    let parse = |text: &str, path: &str| File::parse(text, Path::new(path), None).unwrap();
    let host = "default_profile = \"eu\"\n[profile.eu]\nurl = \"https://a.example\"\naccess = \"confirm\"\n\
                [profile.us]\nurl = \"https://b.example\"\n[ui]\ntheme = \"light\"\nmouse = true\n\
                [keys]\nreload = \"F5\"\nundo = \"Z\"\n";
    let own = "[profile.eu]\naccess = \"read-only\"\n[ui]\ntheme = \"mono\"\n[keys]\nundo = \"u\"\n";
    let both = parse(own, "/h/config.toml").over(parse(host, "/etc/sipreg/config.toml"));
    assert_eq!(both.names(), ["eu", "us"]);
    let eu = &both.profiles[0].layer;
    assert_eq!(eu.access.as_ref().unwrap().origin.to_string(), "/h/config.toml:2");
    assert_eq!(eu.url.as_ref().unwrap().origin.to_string(), "/etc/sipreg/config.toml:3");
    assert_eq!(both.ui.theme.as_ref().unwrap().origin.to_string(), "/h/config.toml:4");
    assert!(both.ui.mouse.is_some() && both.default_profile.is_some());
    let keys: Vec<_> = both.keys.iter().map(|line| (line.command.as_str(), line.keys.join(" "))).collect();
    assert_eq!(keys, [("reload", "F5".to_owned()), ("undo", "u".to_owned())]);
    assert_eq!(both.paths, [Path::new("/h/config.toml"), Path::new("/etc/sipreg/config.toml")]);
}

#[test]
fn secrets_of_the_host_stay_with_their_server_and_user() {
    let parse = |text: &str| File::parse(text, Path::new("c.toml"), None).unwrap();
    let host = "[profile.eu]\nurl = \"https://a.example\"\nusername = \"alice\"\npassword_command = \"pass\"\n";
    let keeps = |own: &str| parse(own).over(parse(host)).profiles[0].layer.password.is_some();
    assert!(keeps("[profile.eu]\naccess = \"confirm\"\n"));
    assert!(keeps("[profile.eu]\nurl = \"https://A.example:443/\"\n"), "the same server, written otherwise");
    assert!(!keeps("[profile.eu]\nurl = \"https://evil.example\"\n"));
    assert!(!keeps("[profile.eu]\nusername = \"bob\"\n"));
}
