//! Asks a Prometheus server that reads the nodes' exporters: one instant query for the three gauges. It knows no time
//! that is left, and no values but a few labels.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;

use super::answer::{AnswerFault, AnswerReader};
use super::{MOST_BYTES, MOST_ROWS, NodeAddress, PrometheusAuth, SecretReader, SharedTexts};
use crate::domain::live::loaded::{self, LOADED, LOADED_COUNT, TextsBuilder};
use crate::domain::live::node_list::{Initiator, LiveState, NodeList, NodeRow};
use crate::domain::live::round::{NodeAnswer, Unreachable};
use crate::domain::redactor::Redactor;

const STATE: &str = "registration_state";
const ATTEMPT: &str = "registration_attempt";
const POSTPONED: &str = "registration_postpone_timeout_msec";

#[derive(Debug, Deserialize)]
struct Sample<'a> {
    /// Names of labels may hold anything since version 3.
    metric: HashMap<Cow<'a, str>, Cow<'a, str>>,
    /// Time, and the value as a text.
    value: (f64, Cow<'a, str>),
}

#[derive(Debug, Default, Deserialize)]
struct Envelope {
    #[serde(default)]
    status: String,
    #[serde(default)]
    error: String,
}

/// Everything of one instance, by id.
type Instance = BTreeMap<u64, NodeRow>;

/// What each node lists according to the server.
///
/// # Errors
/// Why it reported nothing of any node.
pub(super) async fn ask(
    http: &reqwest::Client,
    url: &str,
    credentials: &PrometheusAuth,
    nodes: &[NodeAddress],
    timeout: Duration,
    texts: &SharedTexts,
) -> Result<Vec<NodeAnswer>, Unreachable> {
    let read = read(http, url, credentials, texts);
    let instances = tokio::time::timeout(timeout, read).await.unwrap_or(Err(Unreachable::TimedOut(timeout)))?;
    Ok(answers(nodes, instances))
}

async fn read(
    http: &reqwest::Client,
    url: &str,
    credentials: &PrometheusAuth,
    texts: &SharedTexts,
) -> Result<BTreeMap<String, Instance>, Unreachable> {
    let url = format!("{}/api/v1/query", url.trim_end_matches('/'));
    let query = format!("{{__name__=~\"{STATE}|{ATTEMPT}|{POSTPONED}\"}}");
    let request = http.get(url).query(&[("query", query.as_str())]);
    let mut secrets = Redactor::default();
    let request = match credentials {
        PrometheusAuth::None => request,
        PrometheusAuth::Bearer(token) => {
            let token = secret(token).await?;
            secrets.remember(&token);
            request.bearer_auth(token.expose())
        }
        PrometheusAuth::Basic { user, password } => {
            let password = secret(password).await?;
            secrets.remember(&password);
            request.basic_auth(user, Some(password.expose()))
        }
    };
    // What is quoted may hold what was sent.
    let garbage = |why: &str| garbage(&secrets.clean(why));
    let failed = |error: reqwest::Error| {
        // The address is ours, and shown elsewhere.
        let error = error.without_url();
        Unreachable::Provider(format!("Prometheus: {}", deepest(&error)))
    };
    let mut response = request.send().await.map_err(failed)?;
    let status = response.status();
    if !status.is_success() {
        let hint = match status.as_u16() {
            401 | 403 => ": check the credentials in [profile.NAME.live]",
            404 => ": check url in [profile.NAME.live]",
            _ => "",
        };
        return Err(Unreachable::Provider(format!("Prometheus answered {status}{hint}")));
    }
    let mut reader = AnswerReader::at_level(2);
    let mut instances = BTreeMap::new();
    let (mut bytes, mut rows) = (0_u64, 0);
    while let Some(chunk) = response.chunk().await.map_err(failed)? {
        bytes += chunk.len() as u64;
        if bytes > MOST_BYTES {
            return Err(Unreachable::TooLarge(format!("more than {MOST_BYTES} bytes")));
        }
        let fed = texts.with(|texts| {
            reader.feed(&chunk, &mut |object| {
                rows += 1;
                if rows > MOST_ROWS * 3 {
                    return Err(AnswerFault::TooMany(MOST_ROWS * 3, "samples"));
                }
                sample(object, &mut instances, texts)
            })
        });
        fed.map_err(|fault| garbage(&fault.to_string()))?;
    }
    let document = reader.finish().map_err(|fault| garbage(&fault.to_string()))?;
    let envelope: Envelope = serde_json::from_slice(&document).map_err(|error| garbage(&error.to_string()))?;
    match envelope.status.as_str() {
        "success" => Ok(instances),
        "error" => {
            // Masked before it is cut: half a secret is no longer recognised.
            let why: String = secrets.clean(&envelope.error).chars().take(200).collect();
            Err(Unreachable::Provider(format!("Prometheus refused the query: {why}")))
        }
        _ => Err(garbage("it has no status")),
    }
}

async fn secret(source: &SecretReader) -> Result<crate::domain::record::Secret, Unreachable> {
    source.ask().await.map_err(|why| Unreachable::Provider(format!("no credentials for Prometheus: {why}")))
}

fn garbage(why: &str) -> Unreachable {
    Unreachable::Garbage(format!("Prometheus: {why}"))
}

/// The innermost reason, which says most.
fn deepest(error: &dyn std::error::Error) -> String {
    let mut deepest = error;
    while let Some(source) = deepest.source() {
        deepest = source;
    }
    deepest.to_string()
}

fn sample(
    bytes: &[u8],
    instances: &mut BTreeMap<String, Instance>,
    texts: &mut TextsBuilder,
) -> Result<(), AnswerFault> {
    let sample: Sample<'_> = serde_json::from_slice(bytes).map_err(|error| AnswerFault::Json(error.to_string()))?;
    let label = |name: &str| sample.metric.get(name).map(Cow::as_ref);
    let Some(id) = label("id").and_then(|id| id.parse().ok()) else { return Ok(()) };
    let value: f64 = sample.value.1.parse().unwrap_or(f64::NAN);
    let instance = label("node").or_else(|| label("instance")).unwrap_or_default();
    let rows = instances.entry(instance.to_owned()).or_default();
    let row = rows.entry(id).or_insert_with(|| NodeRow::new(id, LiveState::Unclear));
    #[expect(clippy::cast_possible_truncation, reason = "casts of floats saturate, and gauges are whole")]
    let number = (!value.is_nan()).then_some(value as i64);
    match label("__name__") {
        Some(STATE) => {
            row.state = number.map_or(LiveState::Unclear, LiveState::of_code);
            row.code = label("error_code").and_then(|code| code.parse().ok()).unwrap_or_default();
            row.reason =
                label("error_reason").filter(|reason| !reason.is_empty()).and_then(|reason| texts.add_reason(reason));
            row.set_initiator(match label("error_initiator") {
                Some("local") => Initiator::Local,
                Some("remote") => Initiator::Remote,
                Some(_) | None => Initiator::Unsaid,
            });
            let mut values: [Option<Cow<'_, str>>; LOADED_COUNT] = std::array::from_fn(|_| None);
            for (slot, loaded) in values.iter_mut().zip(LOADED) {
                *slot = label(loaded.member).map(|value| match value {
                    "0" if loaded.shape == loaded::LoadedShape::ZeroIsUnset => Cow::Borrowed(""),
                    value if loaded.shape == loaded::LoadedShape::List => Cow::Owned(loaded::joined(value.split(','))),
                    value => Cow::Borrowed(value),
                });
            }
            if values.iter().any(Option::is_some) {
                row.loaded = texts.add(&loaded::pack(&values));
            }
        }
        Some(ATTEMPT) => row.set_attempt(number),
        Some(POSTPONED) => row.set_postponed(number),
        Some(_) | None => {}
    }
    Ok(())
}

/// Brings instances and nodes together: by name, by the whole address, or by its host where only one node has it.
fn answers(nodes: &[NodeAddress], mut instances: BTreeMap<String, Instance>) -> Vec<NodeAnswer> {
    let host = |address: &str| address.rsplit_once(':').map_or(address, |(host, _)| host).to_owned();
    let list = |rows: Instance| Arc::new(NodeList::of(rows.into_values().collect()));
    let mut answers = Vec::with_capacity(nodes.len());
    for node in nodes {
        let endpoint = node.endpoint.as_deref().unwrap_or_default();
        let alone = nodes.iter().filter(|other| host(other.endpoint.as_deref().unwrap_or_default()) == host(endpoint));
        let by_host = !endpoint.is_empty() && alone.count() == 1;
        let found = instances
            .keys()
            .find(|instance| **instance == node.name || **instance == endpoint)
            .or_else(|| instances.keys().find(|instance| by_host && host(instance) == host(endpoint)))
            .cloned();
        let rows = found.and_then(|instance| instances.remove(&instance));
        let nothing = || Unreachable::Provider("Prometheus has no samples of this node".to_owned());
        answers.push(NodeAnswer {
            node: Some(node.id),
            name: node.name.clone(),
            result: rows.map(list).ok_or_else(nothing),
        });
    }
    for (name, rows) in instances {
        let name = if name.is_empty() { "(no instance label)".to_owned() } else { name };
        answers.push(NodeAnswer { node: None, name, result: Ok(list(rows)) });
    }
    answers
}
