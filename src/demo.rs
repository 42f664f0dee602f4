//! The server that comes with sipreg: a real JSON:API server on the loopback interface with made-up records,
//! which speaks the wire of a Yeti switch. It serves demonstrations and tests; it guards nothing.
//!
//! - `exchange`: one request to one answer, without sockets and with the time as an argument; with `routes`,
//!   `query`, `directives`, `document`, `media`, `origin`, `token`, `render`, `answer` and `errors`.
//! - `store`: the records, and what the server's models and its database do to values.
//! - `seed`, `estate`: the records to start with.
//! - `node`: the switch's nodes, which report the live state over TCP.
//! - `server`, `line`, `world`: connections, state, time.
//! - [`faults`], [`Control`]: what is rehearsed, and what tests see.

mod answer;
mod control;
mod directives;
mod document;
mod errors;
mod estate;
mod exchange;
pub mod faults;
mod json;
mod kind;
mod line;
mod media;
mod node;
mod node_listener;
mod numbers;
mod options;
mod origin;
mod query;
mod render;
mod request_log;
mod routes;
mod seed;
mod server;
mod store;
mod token;
mod world;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

pub use control::Control;
pub use estate::Estate;
pub use node::{NodeFault, NodePlace, POLL};
pub use options::{Creation, Network, Preconditions, ServerClock, ServerOptions, User};
pub use request_log::Exchange;

use crate::domain::record::Secret;
use exchange::ServerSite;
use kind::CollectionKind;
use world::ServerWorld;

/// How long a stopping server waits for answers that are under way.
const PATIENCE: Duration = Duration::from_secs(1);

/// A server that runs. It stops when this is dropped.
#[derive(Debug)]
pub struct RunningServer {
    /// Its origin, such as `http://127.0.0.1:4120`.
    pub url: String,
    /// Where it listens.
    pub address: SocketAddr,
    /// Who may sign in.
    pub username: String,
    /// With which password.
    pub password: Secret,
    control: Control,
    stop: CancellationToken,
    task: JoinHandle<io::Result<()>>,
}

impl RunningServer {
    /// A handle that may outlive this value; it does not keep the server running.
    pub fn control(&self) -> Control {
        self.control.clone()
    }

    /// Stops, letting answers that are under way go out for a second.
    pub async fn stop(mut self) {
        self.stop.cancel();
        // Whether it ended by itself or in time makes no difference to who wants it gone.
        let _ = tokio::time::timeout(PATIENCE, &mut self.task).await;
    }
}

impl Drop for RunningServer {
    fn drop(&mut self) {
        self.stop.cancel();
        self.task.abort();
    }
}

/// Starts a server. It listens before this returns.
///
/// # Errors
///
/// Where the address cannot be listened on.
pub async fn start(options: ServerOptions) -> io::Result<RunningServer> {
    let ServerOptions { listen, records, seed, estate, latency, token_lifetime, faults, users, .. } = options;
    let listener = TcpListener::bind(listen).await?;
    let address = listener.local_addr()?;
    let store = estate.unwrap_or_else(|| seed::estate(seed, records)).into_store();
    let (username, password) = users
        .first()
        .map_or_else(|| (String::new(), Secret::new("")), |user| (user.name.clone(), user.password.clone()));
    let site = ServerSite {
        users,
        signing_key: options.signing_key,
        token_lifetime: token_lifetime.map(|lifetime| lifetime.as_secs()),
        creation: options.creation,
        preconditions: options.preconditions,
    };
    let world = Arc::new(ServerWorld::new(store, site, faults, latency, options.clock));
    let stop = CancellationToken::new();
    if let Some(poll) = options.nodes {
        node_listener::start(&world, poll, &stop).await?;
    }
    let task = server::spawn(listener, Arc::clone(&world), stop.clone());
    Ok(RunningServer {
        url: format!("http://{address}"),
        address,
        username,
        password,
        control: Control(world),
        stop,
        task,
    })
}
