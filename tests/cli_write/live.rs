//! Live state from the command line: status, the member `live`, waiting for nodes, and what doctor says.

use std::time::Duration;

use serde_json::Value as Json;
use sipreg::demo::faults::{Fault, FaultEffect};
use sipreg::demo::{NodeFault, ServerClock, ServerOptions};
use sipreg::domain::record::{FieldId, Value};

use crate::kit::command::Desk;

/// A desk whose profile asks the nodes; they poll when a test says so, and it is a minute after they loaded everything.
fn desk() -> Desk {
    desk_polling(Duration::from_secs(86_400))
}

fn desk_polling(poll: Duration) -> Desk {
    let desk = Desk::of(ServerOptions {
        nodes: Some(poll),
        clock: ServerClock::Fixed(1_700_000_000),
        ..ServerOptions::default()
    });
    desk.control.set_clock(ServerClock::System);
    let profile = "[profile.a]\nnode_poll = 300\n[profile.a.live]\nsource = \"nodes\"\ntimeout = 60\nevery = 5\n";
    desk.home.configure(profile);
    desk
}

/// The profile asks a command instead.
fn asks_a_command(desk: &Desk, command: &str) {
    let profile = format!("[profile.a]\n[profile.a.live]\nsource = \"command\"\ntimeout = 5\ncommand = {command:?}\n");
    desk.home.configure(&profile);
}

#[test]
fn status_says_what_is_registered_and_what_is_wrong_with_the_rest() {
    let desk = desk();
    let reported = desk.sipreg(&["status", "7", "13", "16", "22"]);
    assert_eq!(reported.code, Some(6), "{reported:?}");
    let lines: Vec<&str> = reported.data.lines().collect();
    assert!(lines[0].starts_with("ID NAME"), "{reported:?}");
    assert!(lines[1].contains("acme-fra-main") && lines[1].contains("active "), "{reported:?}");
    assert!(lines[3].contains("betatel-1") && lines[3].ends_with("off"), "{reported:?}");
    assert!(lines[4].contains("absent"), "{reported:?}");
    reported.says("4 registrations: 1 absent, 2 active, 1 off (14/14 nodes answered)");
    assert_eq!(desk.sipreg(&["status", "7", "16"]).code, Some(0), "what is active or off is fine");
    assert_eq!(desk.sipreg(&["status", "-f", "live:active", "-o", "ids", "7", "16"]).data, "7\n");
    desk.sipreg(&["status", "99999"]).says("no registration 99999");
}

#[test]
fn a_node_that_cannot_be_asked_makes_its_registrations_unknown_and_no_other() {
    let desk = desk();
    desk.fault(Fault::always("NODE", "/lon-n1", FaultEffect::Node(NodeFault::Refuse)));
    let reported = desk.sipreg(&["status", "7", "13"]);
    assert_eq!(reported.code, Some(7), "{reported:?}");
    reported.says("node lon-n1: state unknown: connection refused (127.0.0.1:");
    assert!(reported.data.lines().any(|line| line.contains("acme-lon-main") && line.contains("? ")), "{reported:?}");
    assert!(
        reported.data.lines().any(|line| line.contains("acme-fra-main") && line.contains("active")),
        "{reported:?}"
    );
    let doctor = desk.sipreg(&["doctor"]);
    assert!(
        doctor.data.contains("13 of 14 nodes answer") && doctor.data.contains("lon-n1: connection refused"),
        "{doctor:?}"
    );
}

#[test]
fn json_has_a_member_live_with_an_object_for_each_node() {
    let desk = desk();
    let json: Json =
        serde_json::from_str(&desk.sipreg(&["list", "--live", "-o", "json", "-f", "id:7,19"]).data).unwrap();
    let live = |at: usize| json[at]["live"].as_array().unwrap().clone();
    assert_eq!((live(0).len(), live(1).len()), (1, 3));
    assert_eq!(live(0)[0]["node"]["name"], "fra-n1");
    assert_eq!(live(0)[0]["state"], "active");
    assert!(live(0)[0]["expires_left"].as_u64().is_some());
    let table = desk.sipreg(&["list", "--columns", "id,name,live", "--sort", "live", "-f", "!live:active"]);
    let first = table.data.lines().nth(1).unwrap();
    assert!(first.contains("error") || first.contains("absent"), "the worst first: {table:?}");
    let without: Json = serde_json::from_str(&desk.sipreg(&["list", "-o", "json", "-f", "id:7"]).data).unwrap();
    assert_eq!(without[0].get("live"), None, "only when asked for");
}

#[test]
fn waiting_for_the_nodes_ends_when_they_show_it_or_in_10() {
    let desk = desk();
    let late = desk.sipreg(&["disable", "13", "--wait-live", "0s"]);
    assert_eq!(late.code, Some(10), "{late:?}");
    late.says("13 acme-lon-main: saved, but not off on all nodes within 0s: still on");
    desk.control.poll_nodes();
    let gone = desk.sipreg(&["disable", "13", "--wait-live", "60s"]);
    assert_eq!(gone.code, Some(0), "already disabled, and gone: {gone:?}");
    gone.says("13 acme-lon-main: live: off");
    let lines = desk.journal();
    let effects: Vec<&str> = lines.iter().filter_map(|line| line.live.as_deref()).collect();
    assert!(effects[0].starts_with("not yet off on all nodes after 0s: "), "{effects:?}");
    assert_eq!(effects.len(), 1, "what was as wanted was not changed: {effects:?}");
    let log = desk.sipreg(&["log", "13"]);
    assert!(log.data.contains("13 acme-lon-main: not yet off on all nodes after "), "{log:?}");
    let drift = desk.sipreg(&["set", "7", "expire=777", "--wait-live", "0s"]);
    assert_eq!(drift.code, Some(10), "{drift:?}");
    drift.says("fra-n1: still has expire ");
}

#[test]
fn the_journal_calls_an_effect_what_it_calls_the_change_and_tells_none_where_nothing_was_changed() {
    let desk = desk_polling(Duration::from_millis(300));
    for arguments in [
        &["set", "7", "expire=777", "--wait-live", "60s"][..],
        &["disable", "13", "--wait-live", "60s"],
        &["disable", "13", "--wait-live", "60s"],
        &["enable", "13", "--wait-live", "60s"],
        &["bounce", "13", "--wait-live", "60s"],
    ] {
        assert_eq!(desk.sipreg(arguments).code, Some(0), "{arguments:?}");
    }
    let words = |effects: bool| -> Vec<&str> {
        let lines = desk.journal();
        lines.iter().filter(|line| line.is_effect() == effects).map(|line| line.action.word()).collect()
    };
    assert_eq!(words(false), ["edit", "toggle", "toggle", "bounce", "bounce"]);
    assert_eq!(words(true), ["edit", "toggle", "toggle", "bounce"]);
    let summary = desk.sipreg(&["log", "--handover"]);
    assert!(summary.data.contains("5 changes of 2 registrations."), "effects are no changes: {summary:?}");
    let secret = desk.sipreg_reading(&["set", "7", "auth-password=-", "--wait-live", "60s"], "new-secret\n");
    assert_eq!(secret.code, Some(0), "{secret:?}");
    secret.says("(nodes do not show auth-password)");
}

#[test]
fn a_bounce_goes_on_once_the_node_has_dropped_the_registration() {
    let desk = desk_polling(Duration::from_millis(300));
    // The poll of the profile is five minutes: the test would not end in time if it were waited for.
    let reported = desk.sipreg(&["bounce", "13", "--wait-live", "60s"]);
    assert_eq!(reported.code, Some(0), "{reported:?}");
    reported.says("13 acme-lon-main: live: off").says("13 acme-lon-main: live: active");
    reported.says("disabled until the nodes have dropped it, at most 5m: 13 acme-lon-main. Ctrl-c leaves it disabled");
    let enabled = desk.control.registration(13).map(|record| record.get(FieldId::Enabled).clone());
    assert_eq!(enabled, Some(Value::Flag(true)));
    let two = desk.sipreg(&["bounce", "13", "7"]);
    assert_eq!(two.code, Some(0), "{two:?}");
    two.says("most 5m: 13 acme-lon-main, 7 acme-fra-main. Ctrl-c leaves them disabled");
}

#[test]
fn an_interrupt_ends_a_bounce_and_a_change_that_would_wait_for_the_nodes() {
    for (command, sent) in [
        (&["bounce", "13", "--wait", "1s", "--wait-live", "10m"][..], 2),
        (&["set", "13", "expire=777", "--wait-live", "10m"], 1),
    ] {
        let desk = desk();
        let mut running = desk.start(command);
        if sent == 2 {
            running.wait_for_message("disabled for 1s: ");
        }
        desk.fault(Fault::always("PATCH", "", FaultEffect::HoldAnswer));
        desk.wait_for("PATCH", sent);
        running.interrupt();
        running.wait_for_message("Interrupted: waiting for 1 running");
        desk.control.release();
        let told = running.end();
        assert_eq!(told.code, Some(130), "{told:?}");
        assert!(!told.messages.contains("on all nodes") && !told.messages.contains("DISABLED"), "{told:?}");
        assert_eq!(desk.control.node_requests().len(), 0, "{command:?}");
    }
}

#[test]
fn without_a_source_nothing_is_sent_and_the_setting_is_named() {
    let desk = Desk::new();
    for arguments in [&["status"][..], &["list", "--live"], &["enable", "16", "--wait-live", "5s"]] {
        let reported = desk.sipreg(arguments);
        assert_eq!(reported.code, Some(2), "{reported:?}");
        reported.says("live state is not configured: set source in [profile.NAME.live]");
    }
    desk.sipreg(&["enable", "-f", "live:error"]).says("live: works only with list and status");
    assert!(!desk.control.exchanges().iter().any(|exchange| exchange.method == "PATCH"));
}

#[test]
fn recipe_11_is_a_check_for_nagios() {
    let cookbook = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/cookbook.md")).unwrap();
    let (_, recipe) = cookbook.split_once("\n**11. ").unwrap();
    let commands: Vec<&str> = recipe.lines().skip(1).filter_map(|line| line.strip_prefix("    ")).take(2).collect();
    let commands = commands.join("\n");
    let check = |desk: &Desk| desk.shell("sh", &commands);
    let desk = desk();
    // One that no node can load, and one that its registrar refuses.
    for id in [73, 129] {
        desk.change(id, FieldId::Enabled, Value::Flag(false));
    }
    desk.control.poll_nodes();
    let well = check(&desk);
    assert_eq!(well.code, Some(0), "{well:?}");
    desk.control.lose_registrations(7);
    let alarm = check(&desk);
    assert_eq!(alarm.code, Some(2), "{alarm:?}");
    assert!(alarm.data.contains("acme-lon-main"), "{alarm:?}");
    desk.fault(Fault::always("NODE", "/lon-n1", FaultEffect::Node(NodeFault::Refuse)));
    assert_eq!(check(&desk).code, Some(3));
}

#[test]
fn watching_prints_each_change_once_and_goes_on_where_the_server_or_a_node_fails() {
    let desk = desk();
    let mut watching = desk.start(&["status", "13", "7", "--watch"]);
    watching.wait_for_message("2 registrations: 2 active (14/14 nodes answered)");
    desk.change(13, FieldId::Enabled, Value::Flag(false));
    desk.control.poll_nodes();
    desk.fault(Fault::always("NODE", "/fra-n1", FaultEffect::Node(NodeFault::Refuse)));
    watching.wait_for_message("node fra-n1: state unknown: connection refused (");
    desk.control.clear_faults();
    desk.fault(Fault::next("GET", "/registrations", FaultEffect::ServerError).times(10));
    watching.wait_for_message("; asking again in 5s");
    desk.control.clear_faults();
    watching.wait_for_message("node fra-n1 answers again");
    watching.interrupt();
    let reported = watching.end();
    let lines: Vec<&str> = reported.data.lines().filter(|line| line.starts_with("13 ")).collect();
    assert_eq!(lines, ["13 acme-lon-main: active -> off"], "{reported:?}");
    let seven: Vec<&str> = reported.data.lines().filter(|line| line.starts_with("7 ")).collect();
    assert!(seven[0].starts_with("7 acme-fra-main: active -> ? "), "{reported:?}");
    assert!(seven[1].starts_with("7 acme-fra-main: unknown -> active"), "{reported:?}");
}

#[test]
fn a_command_that_prints_garbage_hangs_fails_or_floods_makes_all_nodes_unknown_and_doctor_says_why_once() {
    let desk = desk();
    for (command, why) in [
        ("echo '<html>'", "the answer cannot be read: line 1 of the command's output: expected value"),
        ("printf 'no ro%s' ute >&2; exit 1", "the command failed (exit status: 1): no route"),
        ("yes '{\"node\":\"x\"}'", "the answer is too large: line 250001 of the command's output"),
        ("sleep 600", "no answer within 5 s"),
        ("true", "the command printed nothing about this node"),
    ] {
        asks_a_command(&desk, command);
        let reported = desk.sipreg(&["status", "7"]);
        assert_eq!(reported.code, Some(7), "{command}: {reported:?}");
        reported
            .says(&format!("node fra-n1: state unknown: {why}"))
            .says("1 registration: 1 unknown (0/14 nodes answered)");
    }
    let profile = format!("[profile.a]\n[profile.a.live]\nsource = \"prometheus\"\nurl = {:?}\n", desk.server.url);
    desk.home.configure(&profile);
    let reported = desk.sipreg(&["status", "7"]);
    reported.says("node fra-n1: state unknown: Prometheus answered 404 Not Found: check url in [profile.NAME.live]");
    asks_a_command(&desk, "true");
    let doctor = desk.sipreg(&["doctor"]);
    let reported = doctor.data.matches("the command printed nothing about this node").count();
    assert_eq!(reported, 1, "what all nodes have in common is told once: {doctor:?}");
    assert!(doctor.data.contains("run the command of [profile.NAME.live] by hand"), "{doctor:?}");
}

/// Something that answers every request with these bytes, or never.
fn answers(reply: Option<String>) -> String {
    use std::io::{Read as _, Write as _};
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        let mut silent = Vec::new();
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let mut request = [0; 4096];
            let _ = stream.read(&mut request);
            match &reply {
                Some(reply) => drop(stream.write_all(reply.as_bytes())),
                None => silent.push(stream),
            }
        }
    });
    url
}

/// What stands in for Prometheus answers oddly: what it did not say is unknown, and nothing it says acts on a terminal.
#[test]
fn whatever_stands_in_for_prometheus_answers_nothing_is_made_up() {
    let whole = |status: &str, body: &str| {
        let length = body.len();
        Some(format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"))
    };
    let success = |result: &str| {
        let body = format!(r#"{{"status":"success","data":{{"resultType":"vector","result":{result}}}}}"#);
        whole("200 OK", &body)
    };
    let sample = |node: &str, value: &str, more: &str| {
        format!(
            r#"{{"metric":{{"__name__":"registration_state","id":"13","node":"{node}"{more}}},"value":[1700000000,"{value}"]}}"#
        )
    };
    let huge = format!("HTTP/1.1 200 OK\r\nContent-Length: 999999999999\r\n\r\n{}", "[".repeat(100_000));
    let hostile = sample("lon-n1", "2", r#","error_code":"403","error_reason":"\u001b]0;owned\u0007\u202eno""#);
    let cases = [
        ("a login page", whole("200 OK", "<html><h1>Sign in</h1></html>"), "lon-n1: state unknown: "),
        ("an error page", whole("500 Internal Server Error", "<html>"), "Prometheus answered 500"),
        ("no permission", whole("403 Forbidden", ""), "check the credentials"),
        ("another type", success(r#"[1700000000,"1"]"#), "state unknown"),
        ("a type that is none", success("7"), "state unknown"),
        ("not a number", success(&format!("[{}]", sample("lon-n1", "NaN", ""))), ""),
        ("another node", success(&format!("[{}]", sample("\\u001b[31mfar", "3", ""))), "lon-n1: state unknown: "),
        ("hostile labels", success(&format!("[{hostile}]")), ""),
        ("the same twice", success(&format!("[{hostile},{hostile}]")), ""),
        (
            "half an answer",
            Some("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"status\":\"suc".to_owned()),
            "state unknown",
        ),
        ("a flood", Some(huge), "state unknown"),
        ("no answer", None, "state unknown: "),
    ];
    let desk = desk();
    for (case, reply, says) in cases {
        let url = answers(reply);
        let live = format!("[profile.a]\n[profile.a.live]\nsource = \"prometheus\"\nurl = {url:?}\ntimeout = 2\n");
        desk.home.configure(&live);
        let reported = desk.sipreg(&["status", "13"]);
        assert!(matches!(reported.code, Some(6 | 7)), "{case}: {reported:?}");
        reported.says(says);
        assert!(!reported.data.contains("active"), "{case}: {reported:?}");
        let all = reported.everything();
        assert!(!all.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{case}: {reported:?}");
        assert!(!reported.messages.contains("panicked"), "{case}: {reported:?}");
    }
}
