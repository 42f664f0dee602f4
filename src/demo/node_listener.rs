//! Connections to nodes: netstrings over TCP, and the faults that are rehearsed. Written apart from the client's codec, so
//! that a mistake in one is not a mistake in both.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value as Json, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

use super::CollectionKind;
use super::faults::FaultEffect;
use super::node::{NODE, Node, NodeFault, listing};
use super::store::AttributeValue;
use super::world::ServerWorld;

/// Longest request that is read, in bytes.
const LONGEST: usize = 4096;

/// Starts a node for each in the store, on a free port of the loopback interface, and gives the store its address.
///
/// # Errors
/// A port cannot be had.
pub(super) async fn start(world: &Arc<ServerWorld>, poll: Duration, stop: &CancellationToken) -> io::Result<()> {
    let rows: Vec<(u64, String, Option<u64>)> = {
        let inner = world.lock();
        let rows = inner.store.all(CollectionKind::Nodes).iter();
        rows.map(|row| (row.id, row.attribute(0).text().unwrap_or_default().to_owned(), row.link(0))).collect()
    };
    for (id, name, pop) in rows {
        let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await?;
        let address = listener.local_addr()?;
        world.lock().store.change(CollectionKind::Nodes, id, |row| {
            if let Some(cell) =
                CollectionKind::Nodes.attribute("rpc-endpoint").and_then(|at| row.attributes.get_mut(at))
            {
                *cell = AttributeValue::from(address.to_string().as_str());
            }
        });
        let node = Node { id, name: name.clone(), pop, address, loaded: std::collections::BTreeMap::new() };
        world.switch.lock().nodes.push(node);
        spawn(listen(Arc::clone(world), listener, id, name, stop.clone()));
    }
    world.poll_nodes();
    spawn(poll_for_ever(Arc::clone(world), poll, stop.clone()));
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "nodes are programs of their own; their owner holds what stops them")]
fn spawn(work: impl Future<Output = ()> + Send + 'static) {
    drop(tokio::spawn(work));
}

async fn poll_for_ever(world: Arc<ServerWorld>, poll: Duration, stop: CancellationToken) {
    let mut times = tokio::time::interval(poll);
    times.tick().await;
    loop {
        tokio::select! {
            _ = times.tick() => world.poll_nodes(),
            () = stop.cancelled() => return,
        }
    }
}

async fn listen(world: Arc<ServerWorld>, listener: TcpListener, id: u64, name: String, stop: CancellationToken) {
    let Ok(address) = listener.local_addr() else { return };
    let mut open = Some(listener);
    let mut faults = world.fault_changes();
    loop {
        if world.node_refuses(&name) {
            // No one listens: the system refuses connections.
            open = None;
        } else if open.is_none() {
            open = TcpListener::bind(address).await.ok();
        }
        let accepted = async {
            match &open {
                Some(listener) => listener.accept().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            Ok((stream, _)) = accepted => {
                world.switch.lock().connections += 1;
                spawn(serve(Arc::clone(&world), stream, id, name.clone(), stop.clone()));
            }
            _ = faults.changed() => {}
            () = stop.cancelled() => return,
        }
    }
}

async fn serve(world: Arc<ServerWorld>, stream: TcpStream, id: u64, name: String, stop: CancellationToken) {
    let mut stream = BufReader::new(stream);
    let mut faults = world.fault_changes();
    loop {
        if world.node_refuses(&name) {
            return;
        }
        let request = tokio::select! {
            request = read(&mut stream) => request,
            _ = faults.changed() => {
                // A request that is half read stays in the buffer of a connection that no one uses: tests change faults
                // between questions.
                continue;
            }
            () = stop.cancelled() => return,
        };
        let Some(request) = request else { return };
        let (fault, delay) = world.admit_at_node(&name);
        if !delay.is_zero() {
            tokio::time::sleep(delay).await;
        }
        let answer = answer(&world, id, &name, &request, fault);
        if send(&mut stream, &answer, fault, &stop).await.is_none() {
            return;
        }
    }
}

/// One netstring; `None` where the connection ends or something else comes.
async fn read(stream: &mut BufReader<TcpStream>) -> Option<Vec<u8>> {
    let mut length = 0_usize;
    loop {
        match stream.read_u8().await.ok()? {
            b':' => break,
            digit @ b'0'..=b'9' => length = length * 10 + usize::from(digit - b'0'),
            _ => return None,
        }
        if length > LONGEST {
            return None;
        }
    }
    let mut payload = vec![0; length];
    stream.read_exact(&mut payload).await.ok()?;
    (stream.read_u8().await.ok()? == b',').then_some(payload)
}

fn answer(world: &ServerWorld, id: u64, name: &str, request: &[u8], fault: Option<NodeFault>) -> String {
    let request: Json = serde_json::from_slice(request).unwrap_or_default();
    let method = request.get("method").and_then(Json::as_str).unwrap_or_default().to_owned();
    let now = world.now();
    let mut state = world.switch.lock();
    state.requests.push((name.to_owned(), method.clone()));
    let asked = request.get("id").cloned().unwrap_or_default();
    let number = if fault == Some(NodeFault::WrongId) { json!("another") } else { asked };
    let Some(node) = state.nodes.iter().find(|node| node.id == id) else { return String::new() };
    let refused =
        |code: i64, message: &str| json!({"id": number, "jsonrpc": "2.0", "error": {"code": code, "message": message}});
    let document = match (fault, method.as_str()) {
        (Some(NodeFault::Refusal), _) => refused(-32603, "not now"),
        (_, "yeti.show.registrations") => {
            json!({"id": number, "jsonrpc": "2.0", "result": listing::registrations(node, now, fault)})
        }
        (_, "yeti.show.registrations.count") => json!({"id": number, "jsonrpc": "2.0", "result": node.loaded.len()}),
        (_, _) => refused(-32601, "no such method"),
    };
    document.to_string()
}

/// Sends an answer; `None`: the connection is over.
async fn send(
    stream: &mut BufReader<TcpStream>,
    answer: &str,
    fault: Option<NodeFault>,
    stop: &CancellationToken,
) -> Option<()> {
    let frame = format!("{}:{answer},", answer.len());
    match fault {
        Some(NodeFault::Hang) => {
            stop.cancelled().await;
            None
        }
        Some(NodeFault::Garbage) => {
            stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await.ok()?;
            None
        }
        Some(NodeFault::Half) => {
            stream.write_all(frame.as_bytes().get(..frame.len() / 2).unwrap_or_default()).await.ok()?;
            None
        }
        Some(NodeFault::Huge) => {
            stream.write_all(b"9999999999:{").await.ok()?;
            None
        }
        Some(
            NodeFault::Refuse
            | NodeFault::WrongId
            | NodeFault::Booleans
            | NodeFault::MissingMembers
            | NodeFault::DuplicateIds
            | NodeFault::NoIds
            | NodeFault::Refusal,
        )
        | None => stream.write_all(frame.as_bytes()).await.ok(),
    }
}

impl ServerWorld {
    /// All nodes read the records now.
    pub(in crate::demo) fn poll_nodes(&self) {
        let inner = self.lock();
        self.switch.poll(&inner.store, inner.clock.now());
    }

    fn node_refuses(&self, name: &str) -> bool {
        let path = format!("/{name}");
        let inner = self.lock();
        let mut faults = inner.faults.iter();
        faults.any(|fault| fault.effect == FaultEffect::Node(NodeFault::Refuse) && fault.hits(NODE, &path))
    }

    /// Uses up the faults that hit a question to a node.
    fn admit_at_node(&self, name: &str) -> (Option<NodeFault>, Duration) {
        let path = format!("/{name}");
        let mut inner = self.lock();
        let (mut found, mut delay) = (None, Duration::ZERO);
        for fault in &mut inner.faults {
            if !fault.hits(NODE, &path) {
                continue;
            }
            match fault.effect {
                FaultEffect::Node(effect) if found.is_none() => found = Some(effect),
                FaultEffect::Delay(longer) if fault.method.is_some() => delay += longer,
                _ => continue,
            }
            fault.use_up();
        }
        inner.faults.retain(|fault| !fault.is_used_up());
        (found, delay)
    }
}
