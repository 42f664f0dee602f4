//! One round: all nodes were asked, and each answered or did not.

use std::sync::Arc;
use std::time::Duration;

use super::loaded::LoadedTexts;
use super::node_list::NodeList;

/// Why a node reported nothing. What nodes write is hostile until sanitised.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unreachable {
    /// The API names no address to ask, or none that can be one.
    #[error("no address to ask: rpc-endpoint is {0}")]
    NoAddress(String),
    /// The connection was refused.
    #[error("connection refused ({0})")]
    Refused(String),
    /// No connection, for another reason.
    #[error("no connection to {address}: {reason}")]
    NoConnection {
        /// Where.
        address: String,
        /// What the system says.
        reason: String,
    },
    /// It took too long.
    #[error("no answer within {}", seconds(*.0))]
    TimedOut(Duration),
    /// The connection ended before the answer did.
    #[error("the connection ended in the middle of the answer")]
    Ended,
    /// The answer is none.
    #[error("the answer cannot be read: {0}")]
    Garbage(String),
    /// The answer is larger than sipreg takes.
    #[error("the answer is too large: {0}")]
    TooLarge(String),
    /// The node answered that it will not.
    #[error("the node refused: {message} ({code})")]
    Refusal {
        /// The code of JSON-RPC.
        code: i64,
        /// What the node says.
        message: String,
    },
    /// The provider failed, or has nothing of this node.
    #[error("{0}")]
    Provider(String),
}

fn seconds(span: Duration) -> String {
    match (span.as_secs(), span.subsec_millis()) {
        (0, millis) => format!("{millis} ms"),
        (seconds, _) => format!("{seconds} s"),
    }
}

/// What one node reported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeAnswer {
    /// The node's id in the API; `None`: the provider names a node that the API does not have.
    pub node: Option<u64>,
    /// Name of the node there.
    pub name: String,
    /// What it lists.
    pub result: Result<Arc<NodeList>, Unreachable>,
}

/// What all nodes reported.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Round {
    /// The answers.
    pub nodes: Vec<NodeAnswer>,
    /// Texts of all answers.
    pub texts: Arc<LoadedTexts>,
}
