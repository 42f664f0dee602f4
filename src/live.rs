//! Asks for live state: the nodes themselves, a Prometheus server, or a command. Reads only: of the methods that nodes
//! have, the two in [`rpc::METHODS`] are sent and no other. Knows of no screen and no configuration file.

pub mod answer;
mod command;
mod entry;
pub mod netstring;
mod nodes;
mod prometheus;
pub mod rpc;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::domain::live::loaded::{LoadedTexts, TextsBuilder};
use crate::domain::live::round::{NodeAnswer, Round, Unreachable};
use crate::domain::record::{Relation, Secret, Targets};
use crate::domain::secret_error::SecretError;
use nodes::NodeConnections;

pub use entry::entry;

/// The attribute of a node in the API that says where to ask it.
const ENDPOINT: &str = "rpc-endpoint";

/// Most bytes that one node's answer may have; ten thousand registrations take about seven million.
pub const MOST_BYTES: u64 = 128 << 20;
/// Most registrations that one node may list.
pub const MOST_ROWS: usize = 250_000;

/// Gives the secret again each time it is asked for: runs a command, reads a file. Blocks.
#[derive(Clone)]
pub struct SecretReader(Arc<dyn Fn() -> Result<Secret, SecretError> + Send + Sync>);

impl SecretReader {
    /// From a function that may block.
    pub fn new(ask: impl Fn() -> Result<Secret, SecretError> + Send + Sync + 'static) -> Self {
        Self(Arc::new(ask))
    }

    async fn ask(&self) -> Result<Secret, SecretError> {
        let ask = Arc::clone(&self.0);
        let asked = tokio::task::spawn_blocking(move || ask()).await;
        asked.unwrap_or_else(|stopped| Err(SecretError::Cancelled(stopped.to_string())))
    }
}

impl fmt::Debug for SecretReader {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("SecretSource")
    }
}

/// How a Prometheus server knows us.
#[derive(Debug, Clone)]
pub enum PrometheusAuth {
    /// It does not ask.
    None,
    /// A bearer token.
    Bearer(SecretReader),
    /// User and password.
    Basic {
        /// The user.
        user: String,
        /// The password.
        password: SecretReader,
    },
}

/// The nodes to ask.
#[derive(Debug, Clone)]
pub enum Source {
    /// Each node, where the API says that it listens.
    Nodes,
    /// A Prometheus server that reads the nodes' exporters.
    Prometheus {
        /// A client for its address.
        http: reqwest::Client,
        /// Its address, without the path of the API.
        url: String,
        /// How it knows us.
        credentials: PrometheusAuth,
    },
    /// A command that prints an object a line, as nodes write them.
    Command(String),
}

/// How to ask.
#[derive(Debug, Clone)]
pub struct LiveOptions {
    /// The node.
    pub source: Source,
    /// Longest wait for the answer of one node, connection included.
    pub timeout: Duration,
    /// Addresses of nodes, by name, that replace what the API says.
    pub endpoints: BTreeMap<String, String>,
}

/// A node that is to be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeAddress {
    /// Its id in the API.
    pub id: u64,
    /// Name of the node.
    pub name: String,
    /// Where it listens: `host:port`, unchecked.
    pub endpoint: Option<String>,
}

/// The way to the live state. Cheap to clone; clones share connections.
#[derive(Debug, Clone)]
pub struct Provider {
    settings: Arc<LiveOptions>,
    lines: Arc<NodeConnections>,
    /// The texts of the last round, while none is under way.
    texts: Arc<Mutex<Option<TextsBuilder>>>,
}

/// Texts of a round, collected by several tasks at once.
#[derive(Debug, Clone, Default)]
struct SharedTexts(Arc<Mutex<TextsBuilder>>);

impl SharedTexts {
    fn with<T>(&self, work: impl FnOnce(&mut TextsBuilder) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The texts, and what the next round may begin with.
    fn finish(self) -> (Arc<LoadedTexts>, TextsBuilder) {
        self.with(|builder| (builder.finish(), std::mem::take(builder)))
    }
}

impl Provider {
    /// Makes ready; nothing is sent.
    pub fn new(settings: LiveOptions) -> Self {
        Self { settings: Arc::new(settings), lines: Arc::default(), texts: Arc::default() }
    }

    /// All nodes of the API, with the addresses where they are asked.
    pub fn addresses(&self, targets: &Targets) -> Vec<NodeAddress> {
        let nodes = targets.of(Relation::Node).into_iter();
        nodes
            .map(|node| {
                let name = targets.label(Relation::Node, node.id).into_owned();
                let reported = node.attributes.iter().find(|(attribute, _)| attribute == ENDPOINT);
                let reported = reported.map(|(_, value)| value.clone());
                NodeAddress { id: node.id, endpoint: self.settings.endpoints.get(&name).cloned().or(reported), name }
            })
            .collect()
    }

    /// What these nodes list. Never fails: a node that reported nothing says why.
    pub async fn ask(&self, nodes: &[NodeAddress]) -> Round {
        let kept = || self.texts.lock().unwrap_or_else(PoisonError::into_inner);
        let texts = SharedTexts(Arc::new(Mutex::new(kept().take().unwrap_or_default())));
        let timeout = self.settings.timeout;
        let answers = match &self.settings.source {
            Source::Nodes => self.lines.ask_all(nodes, timeout, &texts).await,
            Source::Prometheus { http, url, credentials } => {
                let asked = prometheus::ask(http, url, credentials, nodes, timeout, &texts).await;
                asked.unwrap_or_else(|why| all_unreachable(nodes, &why))
            }
            Source::Command(command) => {
                let asked = command::ask(command, nodes, timeout, &texts).await;
                asked.unwrap_or_else(|why| all_unreachable(nodes, &why))
            }
        };
        let (texts, builder) = texts.finish();
        *kept() = Some(builder);
        Round { nodes: answers, texts }
    }

    /// How many registrations each of these nodes lists: the cheapest question that shows that a node can be asked.
    /// Providers other than the nodes themselves are asked in full.
    pub async fn count(&self, nodes: &[NodeAddress]) -> Vec<(NodeAddress, Result<u64, Unreachable>)> {
        if matches!(self.settings.source, Source::Nodes) {
            return self.lines.count_all(nodes, self.settings.timeout).await;
        }
        let round = self.ask(nodes).await;
        let reported = round.nodes.into_iter().map(|answer| {
            let endpoint =
                nodes.iter().find(|node| Some(node.id) == answer.node).and_then(|node| node.endpoint.clone());
            let node = NodeAddress { id: answer.node.unwrap_or_default(), name: answer.name, endpoint };
            (node, answer.result.map(|list| list.len() as u64))
        });
        reported.collect()
    }
}

fn all_unreachable(nodes: &[NodeAddress], why: &Unreachable) -> Vec<NodeAnswer> {
    let answers = nodes.iter();
    answers.map(|node| NodeAnswer { node: Some(node.id), name: node.name.clone(), result: Err(why.clone()) }).collect()
}
