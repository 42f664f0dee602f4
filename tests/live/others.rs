//! Prometheus and commands.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::mpsc;
use std::thread;

use sipreg::domain::live::node_list::{Initiator, LiveState};
use sipreg::domain::live::round::Round;
use sipreg::domain::record::Secret;
use sipreg::live::{NodeAddress, PrometheusAuth, SecretReader, Source};

use crate::stage::{PATIENCE, SHORT, provider, why};

fn addresses() -> Vec<NodeAddress> {
    let node =
        |id, name: &str, endpoint: &str| NodeAddress { id, name: name.to_owned(), endpoint: Some(endpoint.to_owned()) };
    vec![node(1, "fra-n1", "10.0.0.5:7080"), node(2, "fra-n2", "10.0.0.6:7080")]
}

/// Answers one request with this status and body; the request's head comes back.
fn serve(status: &'static str, body: String) -> (String, mpsc::Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (tell, reported) = mpsc::channel();
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            stream.read_exact(&mut byte).unwrap();
            head.push(byte[0]);
        }
        tell.send(String::from_utf8(head).unwrap()).unwrap();
        write!(stream, "HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len())
            .unwrap();
    });
    (url, reported)
}

async fn query(status: &'static str, body: &str, credentials: PrometheusAuth) -> (Round, String) {
    let (url, reported) = serve(status, body.to_owned());
    let source = Source::Prometheus { http: reqwest::Client::new(), url, credentials };
    let round = provider(source, PATIENCE, &[]).ask(&addresses()).await;
    (round, reported.recv().unwrap())
}

const SAMPLES: &str = r#"{"status":"success","data":{"resultType":"vector","result":[
{"metric":{"__name__":"registration_state","id":"7","instance":"10.0.0.5:9090","domain":"sip.acme.example","expires_interval":"0"},"value":[1435781451.781,"1"]},
{"metric":{"__name__":"registration_state","id":"9","instance":"10.0.0.5:9090","error_code":"403","error_reason":"Forbidden \"x\"","error_initiator":"remote"},"value":[1435781451.781,"2"]},
{"metric":{"__name__":"registration_attempt","id":"9","instance":"10.0.0.5:9090"},"value":[1435781451.781,"4"]},
{"metric":{"__name__":"registration_postpone_timeout_msec","id":"8","instance":"elsewhere:1"},"value":[1435781451.781,"1500"]},
{"metric":{"__name__":"registration_state","id":"8","instance":"elsewhere:1"},"value":[1435781451.781,"4"]}]}}"#;

#[tokio::test]
async fn samples_become_registrations_of_the_nodes_by_their_host() {
    let (round, head) = query("200 OK", SAMPLES, PrometheusAuth::None).await;
    assert!(head.starts_with("GET /api/v1/query?query="), "{head}");
    let list = round.nodes[0].result.as_ref().unwrap();
    assert_eq!(round.nodes[0].name, "fra-n1");
    assert_eq!((list.len(), list.get(7).unwrap().state, list.get(7).unwrap().left()), (2, LiveState::Active, None));
    let failed = list.get(9).unwrap();
    assert_eq!((failed.state, failed.code, failed.initiator()), (LiveState::Error, 403, Initiator::Remote));
    assert_eq!((failed.attempt(), round.texts.reason(failed.reason.unwrap())), (Some(4), "Forbidden \"x\""));
    assert_eq!(why(&round, "fra-n2"), "Prometheus has no samples of this node");
    let stranger = &round.nodes[2];
    assert_eq!((stranger.node, stranger.name.as_str()), (None, "elsewhere:1"));
    assert_eq!(stranger.result.as_ref().unwrap().get(8).unwrap().postponed(), Some(1500));
}

#[tokio::test]
async fn a_token_or_a_password_comes_from_its_source_and_goes_nowhere_else() {
    let secret = || SecretReader::new(|| Ok(Secret::new("hunter2")));
    let (_, head) = query("200 OK", SAMPLES, PrometheusAuth::Bearer(secret())).await;
    assert!(head.contains("authorization: Bearer hunter2"), "{head}");
    let (round, head) =
        query("401 Unauthorized", "", PrometheusAuth::Basic { user: "bob".into(), password: secret() }).await;
    assert!(head.contains("authorization: Basic Ym9iOmh1bnRlcjI="), "{head}");
    let reported = why(&round, "fra-n1");
    assert_eq!(reported, "Prometheus answered 401 Unauthorized: check the credentials in [profile.NAME.live]");
    assert!(!format!("{round:?}{:?}", PrometheusAuth::Bearer(secret())).contains("hunter2"));
}

#[tokio::test]
async fn what_is_no_answer_of_prometheus_makes_all_nodes_unreachable() {
    for (body, expected) in [
        (
            r#"{"status":"error","errorType":"bad_data","error":"parse error"}"#,
            "Prometheus refused the query: parse error",
        ),
        ("<html>Sign in</html>", "the answer cannot be read: Prometheus: "),
        (r#"{"status":"success","data":{"result":[{"metric":{}"#, "the answer cannot be read: Prometheus: it ends in"),
        (r#"{"status":"success","data":{"result":[{"metric":5}]}}"#, "the answer cannot be read: Prometheus: "),
        (
            r#"{"status":"success","data":{"resultType":"scalar","result":[1e9,"1"]}}"#,
            "the answer cannot be read: Prometheus: ",
        ),
        (
            r#"{"status":"success","data":{"result":[{"metric":{},"value":["x"]}]}}"#,
            "the answer cannot be read: Prometheus: ",
        ),
        ("", "the answer cannot be read: Prometheus: "),
        ("null", "the answer cannot be read: Prometheus: "),
        ("[]", "the answer cannot be read: Prometheus: "),
        (r#"{"status":"success","data":{}}"#, "Prometheus has no samples of this node"),
    ] {
        let (round, _) = query("200 OK", body, PrometheusAuth::None).await;
        for node in ["fra-n1", "fra-n2"] {
            assert!(why(&round, node).starts_with(expected), "{}", why(&round, node));
        }
    }
}

#[tokio::test]
async fn odd_samples_are_unclear_or_left_out_and_harm_no_other() {
    let sample = |metric: &str, value: &str| {
        format!(
            r#"{{"metric":{{"__name__":"registration_state","instance":"10.0.0.5:9090",{metric}}},"value":[1e9,"{value}"]}}"#
        )
    };
    let result = [
        sample(r#""id":"1""#, "NaN"),
        sample(r#""id":"2""#, "+Inf"),
        sample(r#""id":"3""#, "-1"),
        sample(r#""id":"4""#, "1e300"),
        sample(r#""id":"5""#, "x"),
        sample(r#""id":"6""#, "1"),
        sample(r#""id":"99999999999999999999999""#, "1"),
        sample(r#""id":"x""#, "1"),
        sample(r#""no_id":"7""#, "1"),
        sample(r#""id":"8","un\"known\n":"\u0000\u001b[2J","error_code":"99999""#, "2"),
        r#"{"metric":{"id":"9","instance":"10.0.0.5:9090"},"value":[1e9,"1"]}"#.to_owned(),
        r#"{"metric":{"__name__":"registration_state","id":"9"},"value":[1e9,"1"]}"#.to_owned(),
    ];
    let body = format!(
        r#"{{"status":"success","data":{{"resultType":"vector","result":[{}]}},"warnings":["x"]}}"#,
        result.join(",")
    );
    let (round, _) = query("200 OK", &body, PrometheusAuth::None).await;
    let list = round.nodes[0].result.as_ref().unwrap();
    let states: Vec<(u64, LiveState)> = list.rows().iter().map(|row| (row.id, row.state)).collect();
    let unclear = LiveState::Unclear;
    assert_eq!(
        states,
        [
            (1, unclear),
            (2, unclear),
            (3, unclear),
            (4, unclear),
            (5, unclear),
            (6, LiveState::Active),
            (8, LiveState::Error),
            (9, unclear)
        ]
    );
    assert_eq!(list.get(8).unwrap().code, 0, "a code that cannot be one was not said");
    assert_eq!(round.nodes[2].name, "(no instance label)");
    let (round, _) =
        query("200 OK", r#"{"status":"success","data":{"resultType":"vector","result":[]}}"#, PrometheusAuth::None)
            .await;
    assert_eq!(why(&round, "fra-n1"), "Prometheus has no samples of this node");
}

async fn command(line: &str) -> Round {
    provider(Source::Command(line.to_owned()), PATIENCE, &[]).ask(&addresses()).await
}

#[tokio::test]
async fn a_command_prints_an_object_a_line() {
    let round = command(
        r#"echo '{"node_id":1,"id":"7","state_code":1,"expires_left":60}'; echo; echo '{"node":"fra-n2"}'; echo '{"node":"x","id":3}'"#,
    )
    .await;
    assert_eq!(round.nodes[0].result.as_ref().unwrap().get(7).unwrap().left(), Some(60));
    assert!(round.nodes[1].result.as_ref().unwrap().is_empty(), "it answered, and lists none");
    assert_eq!((round.nodes[2].node, round.nodes[2].name.as_str()), (None, "x"));
}

#[tokio::test]
async fn a_command_that_fails_says_so_for_every_node() {
    for (line, expected) in [
        // Words of the command itself are not repeated: any of them may be a secret.
        (
            r"printf 'no rou\164e to hunter2' >&2; exit 3 # hunter2",
            "the command failed (exit status: 3): no route to ********",
        ),
        ("echo '{}'", "the answer cannot be read: line 1 of the command's output: it has neither node_id nor node"),
        ("echo hello", "the answer cannot be read: line 1 of the command's output: "),
        ("head -c 100000 /dev/zero", "the answer is too large: line 1 of the command's output"),
    ] {
        let round = command(line).await;
        assert!(why(&round, "fra-n2").starts_with(expected), "{}", why(&round, "fra-n2"));
    }
    let one = command(r#"echo '{"node_id":1,"error":"ssh: no route"}'"#).await;
    assert_eq!(why(&one, "fra-n1"), "ssh: no route");
    assert_eq!(why(&one, "fra-n2"), "the command printed nothing about this node");
}

#[tokio::test]
async fn a_command_that_does_not_end_is_ended_with_all_that_it_started() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("pid");
    let line = format!("sleep 1000 & echo $! > {}; wait", file.display());
    let round = provider(Source::Command(line), SHORT * 10, &[]).ask(&addresses()).await;
    assert_eq!(why(&round, "fra-n1"), "no answer within 3 s");
    let pid: i32 = std::fs::read_to_string(file).unwrap().trim().parse().unwrap();
    let pid = rustix::process::Pid::from_raw(pid).unwrap();
    let gone = async {
        while rustix::process::test_kill_process(pid).is_ok() && !is_zombie(pid) {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, gone).await.unwrap();
}

/// Ended, and no one has asked how: what is left of a process whose parent is gone.
fn is_zombie(pid: rustix::process::Pid) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_nonzero())).unwrap_or_default();
    stat.rsplit_once(')').is_none_or(|(_, rest)| rest.trim_start().starts_with('Z'))
}

#[tokio::test]
async fn secrets_of_the_environment_are_not_handed_to_the_command() {
    // Tests cannot set variables of their own process; the names are taken away whatever they hold.
    let round = command(r#"test -z "$SIPREG_PASSWORD$SIPREG_TOKEN" && echo '{"node_id":1}'"#).await;
    assert_eq!(why(&round, "fra-n1"), "");
}
