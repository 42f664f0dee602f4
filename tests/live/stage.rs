//! A demo with nodes, the targets as the API tells them, and a provider that asks.

use std::collections::BTreeMap;
use std::time::Duration;

use sipreg::demo::faults::{Fault, FaultEffect};
use sipreg::demo::{self, Control, NodeFault, RunningServer, ServerClock, ServerOptions};
use sipreg::domain::live::picture::Picture;
use sipreg::domain::live::round::Round;
use sipreg::domain::live::summary::{LiveSummary, RecentChange};
use sipreg::domain::record::{Relation, Targets};
use sipreg::live::{LiveOptions, Provider, Source};

/// The second at which all tests begin.
pub const START: u64 = 1_800_000_000;

pub use crate::kit::PATIENCE;
use crate::kit::server::client;

/// How long a node that hangs is waited for.
pub const SHORT: Duration = Duration::from_millis(300);

pub struct Stage {
    _running: RunningServer,
    pub control: Control,
    pub targets: Targets,
    pub provider: Provider,
}

pub async fn nodes(timeout: Duration) -> Stage {
    with(ServerOptions::default(), timeout).await
}

/// Nodes poll when a test says so: the period never ends.
pub async fn with(options: ServerOptions, timeout: Duration) -> Stage {
    let options =
        ServerOptions { nodes: Some(Duration::from_secs(86_400)), clock: ServerClock::Fixed(START), ..options };
    let running = demo::start(options).await.unwrap();
    let targets = targets(&running).await;
    let provider = provider(Source::Nodes, timeout, &[]);
    Stage { control: running.control(), _running: running, targets, provider }
}

pub fn provider(source: Source, timeout: Duration, endpoints: &[(&str, &str)]) -> Provider {
    let endpoints =
        endpoints.iter().map(|(name, at)| ((*name).to_owned(), (*at).to_owned())).collect::<BTreeMap<_, _>>();
    Provider::new(LiveOptions { source, timeout, endpoints })
}

async fn targets(running: &RunningServer) -> Targets {
    let client = client(running);
    let mut targets = Targets::default();
    for relation in Relation::ALL {
        for target in client.targets(relation).await.unwrap() {
            targets.add(target);
        }
        targets.note_complete(relation);
    }
    targets
}

impl Stage {
    pub async fn ask(&self) -> Round {
        self.provider.ask(&self.provider.addresses(&self.targets)).await
    }

    pub async fn picture(&self) -> Picture {
        let mut picture = Picture::default();
        picture.take(self.ask().await, Duration::from_secs(1), START.cast_signed());
        picture
    }

    pub fn later(&self, seconds: u64) {
        self.control.set_clock(ServerClock::Fixed(START + seconds));
    }

    pub fn fault(&self, node: &str, fault: NodeFault) {
        self.control.add_fault(Fault::always("NODE", &format!("/{node}"), FaultEffect::Node(fault)));
    }

    pub fn summary(&self, id: u64, picture: &Picture) -> LiveSummary {
        let record = self.control.registration(id).unwrap();
        LiveSummary::of(&record, &self.targets, picture, RecentChange::Quiet)
    }
}

/// How many nodes answered.
pub fn answered(round: &Round) -> usize {
    round.nodes.iter().filter(|node| node.result.is_ok()).count()
}

/// Why a node told nothing, by its name; empty where it did.
pub fn why(round: &Round, name: &str) -> String {
    let answer = round.nodes.iter().find(|answer| answer.name == name).unwrap();
    answer.result.as_ref().err().map(ToString::to_string).unwrap_or_default()
}
