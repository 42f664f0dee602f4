//! Live state: what the nodes of the switch say about the registrations they have loaded. Pure: whoever asks nodes
//! is in `crate::live`. A node that could not be asked is unknown here, never a failure.
//!
//! - [`node_list`]: what one node lists, packed.
//! - [`loaded`]: the values that nodes have loaded, shared between nodes; [`drift`]: where they differ from the API's.
//! - [`round`]: the answers of all nodes to one question; [`picture`]: the last answer of each node.
//! - [`summary`]: a registration on all its nodes: the worst state, how many of how many.
//! - [`marks`]: the same for every registration, as lists and filters need it.
//! - [`words`]: states, errors and their usual causes in words.

pub mod drift;
pub mod loaded;
pub(crate) mod marks;
pub mod node_list;
pub mod picture;
pub mod round;
pub mod summary;
pub mod words;
