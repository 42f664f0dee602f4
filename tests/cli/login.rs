//! `login`, `logout`, `whoami`: what is kept, for whom, and who uses it.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::time::Duration;

use sipreg::demo::ServerOptions;

use crate::kit::command::Desk;
use crate::kit::home::entries;

/// Nothing to sign in with but what a login left behind.
const NO_PASSWORD: [(&str, &str); 1] = [("SIPREG_PASSWORD", "")];

fn kept(desk: &Desk) -> Vec<PathBuf> {
    entries(desk.home.state().join("tokens")).into_iter().flat_map(entries).collect()
}

#[test]
fn a_login_keeps_the_token_and_never_the_password() {
    let desk = Desk::new();
    let reported = desk.sipreg(&["login"]);
    assert_eq!((reported.code, reported.data.as_str()), (Some(0), ""), "{reported:?}");
    assert!(reported.messages.starts_with("Signed in as demo on http://"), "{reported:?}");
    let files = kept(&desk);
    assert_eq!(files.len(), 1);
    let metadata = fs::metadata(&files[0]).unwrap();
    assert_eq!(metadata.permissions().mode() & 0o7777, 0o600);
    let text = fs::read_to_string(&files[0]).unwrap();
    let written: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(written["username"], "demo");
    assert!(!reported.messages.contains(written["token"].as_str().unwrap()));
    assert_eq!(written.as_object().unwrap().keys().collect::<Vec<_>>(), ["server", "username", "expires", "token"]);
}

#[test]
fn later_commands_use_the_token_until_it_is_removed() {
    let desk = Desk::new();
    desk.sipreg(&["login"]).done();
    desk.control.clear_exchanges();
    assert_eq!(desk.with(&NO_PASSWORD, &["list", "-o", "ids"]).done().lines().count(), 120);
    let who = desk.with(&NO_PASSWORD, &["whoami"]).done();
    assert!(who.starts_with("user     demo\n"), "{who}");
    assert!(who.contains("token    expires in "), "{who}");
    assert_eq!(desk.sign_ins(), 0, "nobody signed in again");

    assert!(desk.with(&NO_PASSWORD, &["logout"]).messages.contains("Deleted the stored token"));
    assert!(kept(&desk).is_empty());
    assert!(desk.with(&NO_PASSWORD, &["logout"]).messages.contains("No stored token"));
    desk.with(&NO_PASSWORD, &["whoami"]).failed(4);
}

#[test]
fn a_token_goes_to_no_other_server_and_no_other_user() {
    let desk = Desk::new();
    let config = format!("[profile.a]\nurl = \"{}\"\nusername = \"demo\"\npassword = \"demo\"\n", desk.server.url);
    let other = Desk::new();
    desk.home.configure(&config);
    assert_eq!(desk.home.sipreg(&["login"]).code, Some(0));
    assert_eq!(desk.home.sipreg(&["--url", &other.server.url, "whoami"]).code, Some(4));
    assert_eq!(desk.home.sipreg(&["--username", "else", "whoami"]).code, Some(4));
    assert!(other.control.exchanges().is_empty());
}

#[test]
fn a_token_that_has_ended_is_not_used() {
    let desk = Desk::of(ServerOptions { token_lifetime: Some(Duration::from_secs(3)), ..ServerOptions::default() });
    desk.sipreg(&["login"]).done();
    desk.control.clear_exchanges();
    assert_eq!(desk.sipreg(&["whoami"]).code, Some(0));
    assert_eq!(desk.sign_ins(), 1, "it would end any moment");
    desk.with(&NO_PASSWORD, &["whoami"]).failed(4);
}

#[test]
fn a_token_that_the_server_forgot_is_replaced_where_there_is_a_password() {
    let desk = Desk::new();
    desk.sipreg(&["login"]).done();
    desk.control.revoke_tokens();
    assert_eq!(desk.sipreg(&["list", "-o", "ids"]).done().lines().count(), 120);
    assert!(desk.with(&NO_PASSWORD, &["list"]).failed(4).contains("sipreg login"));
}

#[test]
fn whoami_is_json_too() {
    let desk = Desk::new();
    let who = desk.json(&["whoami", "-o", "json"]);
    assert_eq!((&who["user"], &who["access"]), (&serde_json::json!("demo"), &serde_json::json!("write")));
    assert!(who["token-ends-in"].as_u64().is_some_and(|seconds| seconds > 500));
    assert!(who["server"].as_str().unwrap().starts_with(&desk.server.url));
}

#[test]
fn a_token_is_found_again_however_the_address_is_written() {
    let desk = Desk::new();
    desk.sipreg(&["login"]).done();
    for end in ["/", "/api/rest/admin", "/api/rest/admin/"] {
        let url = format!("{}{end}", desk.server.url);
        let reported = desk.with(&[("SIPREG_PASSWORD", ""), ("SIPREG_URL", &url)], &["whoami"]);
        assert_eq!(reported.code, Some(0), "{reported:?}");
    }
    let url = format!("{}/", desk.server.url);
    assert_eq!(desk.with(&[("SIPREG_URL", &url)], &["logout"]).code, Some(0));
    assert!(kept(&desk).is_empty());
}

#[test]
fn a_wrong_password_keeps_nothing() {
    let desk = Desk::new();
    desk.with(&[("SIPREG_PASSWORD", "wrong")], &["login"]).failed(4);
    assert!(kept(&desk).is_empty());
}

#[test]
fn a_configured_token_leaves_nothing_to_keep() {
    let desk = Desk::new();
    let reported = desk.with(&[("SIPREG_TOKEN", "x")], &["login"]).failed(2);
    assert!(reported.contains("environment SIPREG_TOKEN"), "{reported}");
}
