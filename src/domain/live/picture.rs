//! The last word of each node. A node that does not answer keeps its last list, which counts as unknown but can be
//! shown with its age.

use std::sync::Arc;
use std::time::Duration;

use super::loaded::LoadedTexts;
use super::node_list::{NodeList, NodeRow};
use super::round::{Round, Unreachable};

/// What is known of one node.
#[derive(Debug, Clone, PartialEq)]
pub struct KnownNode {
    /// Its id in the API, where it has one.
    pub node: Option<u64>,
    /// Name of the node.
    pub name: String,
    /// Why it reported nothing in the last round; `None`: it answered.
    pub unreachable: Option<Unreachable>,
    /// When it answered last, since the start of the program.
    pub heard: Option<Duration>,
    list: Arc<NodeList>,
    texts: Arc<LoadedTexts>,
}

impl KnownNode {
    /// Whether it answered in the last round.
    pub const fn is_reachable(&self) -> bool {
        self.unreachable.is_none()
    }

    /// What it listed when it answered last.
    pub fn list(&self) -> &NodeList {
        &self.list
    }

    /// The texts of its list.
    pub fn texts(&self) -> &LoadedTexts {
        &self.texts
    }

    /// A registration, as it was listed last.
    pub fn row(&self, id: u64) -> Option<&NodeRow> {
        self.list.get(id)
    }
}

/// All nodes.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Picture {
    nodes: Vec<KnownNode>,
    at: Option<Duration>,
    wall: i64,
}

impl Picture {
    /// Takes in a round that ended `now`; `wall` is the time of day in seconds of Unix time. Nodes that were not
    /// asked are forgotten.
    pub fn take(&mut self, round: Round, now: Duration, wall: i64) {
        let mut fresh = Vec::with_capacity(round.nodes.len());
        for answer in round.nodes {
            let same = |known: &KnownNode| known.node == answer.node && known.name == answer.name;
            let known = self.nodes.iter().position(same).map(|at| self.nodes.swap_remove(at));
            fresh.push(match answer.result {
                Ok(list) => KnownNode {
                    node: answer.node,
                    name: answer.name,
                    unreachable: None,
                    heard: Some(now),
                    list,
                    texts: Arc::clone(&round.texts),
                },
                Err(why) => {
                    let (heard, list, texts) =
                        known.map_or_else(Default::default, |known| (known.heard, known.list, known.texts));
                    KnownNode { node: answer.node, name: answer.name, unreachable: Some(why), heard, list, texts }
                }
            });
        }
        self.nodes = fresh;
        self.nodes.sort_by(|left, right| (left.node, &left.name).cmp(&(right.node, &right.name)));
        self.at = Some(now);
        self.wall = wall;
    }

    /// All nodes, by id.
    pub fn nodes(&self) -> &[KnownNode] {
        &self.nodes
    }

    /// A node of the API.
    pub fn node(&self, id: u64) -> Option<&KnownNode> {
        self.nodes.iter().find(|known| known.node == Some(id))
    }

    /// When the last round ended; `None`: there was none.
    pub const fn at(&self) -> Option<Duration> {
        self.at
    }

    /// The time of day then, in seconds of Unix time.
    pub const fn wall(&self) -> i64 {
        self.wall
    }

    /// How many nodes answered, and how many there are.
    pub fn reachable(&self) -> (usize, usize) {
        (self.nodes.iter().filter(|known| known.is_reachable()).count(), self.nodes.len())
    }
}
