//! Asks the nodes themselves: one kept connection a node, all at once. What goes wrong with one stays with it.

use std::collections::HashMap;
use std::io::ErrorKind;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio_util::bytes::BytesMut;
use tokio_util::codec::{Decoder as _, Encoder as _};

use super::answer::{AnswerFault, AnswerReader};
use super::entry::entry;
use super::netstring::{FrameError, FramePiece, Netstring};
use super::rpc::{Method, envelope};
use super::{MOST_BYTES, MOST_ROWS, NodeAddress, SharedTexts};
use crate::domain::live::node_list::NodeList;
use crate::domain::live::round::{NodeAnswer, Unreachable};
use crate::domain::system_error::in_words;

/// Bytes that are read at once.
const ROOM: usize = 16 << 10;

/// The way to one node. Locked while a question is under way, so that answers cannot be mixed up.
#[derive(Debug, Default)]
struct NodeConnection {
    /// The connection of the last answer, if that was whole.
    open: Option<TcpStream>,
    /// Number of the last question.
    asked: u64,
    /// How many registrations the last answer listed: room for the next.
    rows: usize,
}

impl NodeConnection {
    /// A whole answer came over this connection.
    fn keep(&mut self, connection: TcpStream, method: Method, reported: &NodeReply) {
        self.open = Some(connection);
        if method == Method::Registrations {
            self.rows = reported.list.len();
        }
    }
}

type SharedLine = Arc<tokio::sync::Mutex<NodeConnection>>;

/// The ways to all nodes, by address.
#[derive(Debug, Default)]
pub(super) struct NodeConnections(Mutex<HashMap<String, SharedLine>>);

/// What a node says to one question.
struct NodeReply {
    list: NodeList,
    result: Value,
}

/// How an attempt failed.
enum Failed {
    /// The kept connection had ended before anything came: a new one may do.
    Stale,
    /// For good.
    Now(Unreachable),
}

impl From<Unreachable> for Failed {
    fn from(why: Unreachable) -> Self {
        Self::Now(why)
    }
}

impl NodeConnections {
    /// What each node lists, in the order of `nodes`.
    pub(super) async fn ask_all(
        &self,
        nodes: &[NodeAddress],
        timeout: Duration,
        texts: &SharedTexts,
    ) -> Vec<NodeAnswer> {
        let reported = self.all(nodes, Method::Registrations, timeout, texts).await;
        let answers = nodes.iter().zip(reported);
        answers
            .map(|(node, reported)| NodeAnswer {
                node: Some(node.id),
                name: node.name.clone(),
                result: reported.map(|reported| Arc::new(reported.list)),
            })
            .collect()
    }

    /// How many registrations each node lists.
    pub(super) async fn count_all(
        &self,
        nodes: &[NodeAddress],
        timeout: Duration,
    ) -> Vec<(NodeAddress, Result<u64, Unreachable>)> {
        let reported = self.all(nodes, Method::Count, timeout, &SharedTexts::default()).await;
        let counts = nodes.iter().zip(reported);
        counts
            .map(|(node, reported)| {
                let count = reported.and_then(|reported| {
                    let wrong = || Unreachable::Garbage("the count is not a number".to_owned());
                    reported.result.as_u64().ok_or_else(wrong)
                });
                (node.clone(), count)
            })
            .collect()
    }

    async fn all(
        &self,
        nodes: &[NodeAddress],
        method: Method,
        timeout: Duration,
        texts: &SharedTexts,
    ) -> Vec<Result<NodeReply, Unreachable>> {
        let mut tasks = JoinSet::new();
        let mut reported: Vec<Result<NodeReply, Unreachable>> = Vec::with_capacity(nodes.len());
        for (at, node) in nodes.iter().enumerate() {
            // Until its task says something else.
            reported.push(Err(Unreachable::TimedOut(timeout)));
            match address(node) {
                Ok(address) => {
                    let line = self.line(&address);
                    let texts = texts.clone();
                    tasks.spawn(async move {
                        let asked = tokio::time::timeout(timeout, ask(&line, &address, method, &texts)).await;
                        (at, asked.unwrap_or(Err(Unreachable::TimedOut(timeout))))
                    });
                }
                Err(why) => {
                    if let Some(slot) = reported.get_mut(at) {
                        *slot = Err(why);
                    }
                }
            }
        }
        while let Some(ended) = tasks.join_next().await {
            match ended {
                Ok((at, result)) => {
                    if let Some(slot) = reported.get_mut(at) {
                        *slot = result;
                    }
                }
                Err(stopped) => {
                    if let Ok(panic) = stopped.try_into_panic() {
                        std::panic::resume_unwind(panic);
                    }
                }
            }
        }
        reported
    }

    fn line(&self, address: &str) -> SharedLine {
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(lines.entry(address.to_owned()).or_default())
    }
}

/// The address of a node, if it can be one: `host:port`. It comes from the server.
fn address(node: &NodeAddress) -> Result<String, Unreachable> {
    let Some(reported) = node.endpoint.as_deref().map(str::trim).filter(|reported| !reported.is_empty()) else {
        return Err(Unreachable::NoAddress("not set".to_owned()));
    };
    let wrong = || {
        let shown: String = reported.chars().take(80).collect();
        Unreachable::NoAddress(format!("{shown:?}, not HOST:PORT"))
    };
    let (host, port) = reported.rsplit_once(':').ok_or_else(wrong)?;
    let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    let fits = !bare.is_empty()
        && (bare.parse::<std::net::Ipv6Addr>().is_ok() && bare != host
            || bare.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_')))
        && port.parse::<u16>().is_ok_and(|port| port > 0);
    if fits { Ok(reported.to_owned()) } else { Err(wrong()) }
}

async fn ask(line: &SharedLine, address: &str, method: Method, texts: &SharedTexts) -> Result<NodeReply, Unreachable> {
    let mut line = line.lock().await;
    line.asked += 1;
    let question = Question { method, number: line.asked, rows: line.rows };
    // Taken out: where this is given up in the middle, what is left of the answer must not be the next one.
    if let Some(mut open) = line.open.take() {
        match exchange(&mut open, question, texts, Fresh::No).await {
            Ok(reported) => {
                line.keep(open, method, &reported);
                return Ok(reported);
            }
            Err(Failed::Stale) => {}
            Err(Failed::Now(why)) => return Err(why),
        }
    }
    let mut fresh = connect(address).await?;
    match exchange(&mut fresh, question, texts, Fresh::Yes).await {
        Ok(reported) => {
            line.keep(fresh, method, &reported);
            Ok(reported)
        }
        Err(Failed::Stale) => Err(Unreachable::Ended),
        Err(Failed::Now(why)) => Err(why),
    }
}

async fn connect(address: &str) -> Result<TcpStream, Unreachable> {
    let stream = TcpStream::connect(address).await.map_err(|error| match error.kind() {
        ErrorKind::ConnectionRefused => Unreachable::Refused(address.to_owned()),
        _ => Unreachable::NoConnection { address: address.to_owned(), reason: in_words(&error) },
    })?;
    // Questions are small and wait for their answer; without it they wait a little longer.
    let _ = stream.set_nodelay(true);
    Ok(stream)
}

/// Whether a connection was made for this question.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fresh {
    Yes,
    No,
}

/// What is asked.
#[derive(Clone, Copy)]
struct Question {
    method: Method,
    number: u64,
    /// How many registrations the answer may list.
    rows: usize,
}

async fn exchange(
    stream: &mut TcpStream,
    question: Question,
    texts: &SharedTexts,
    fresh: Fresh,
) -> Result<NodeReply, Failed> {
    let Question { method, number, rows } = question;
    let stale = || if fresh == Fresh::Yes { Failed::Now(Unreachable::Ended) } else { Failed::Stale };
    let mut codec = Netstring::within(MOST_BYTES);
    let mut out = BytesMut::new();
    codec.encode(method.request(number).as_bytes(), &mut out).map_err(|error| frame(&error))?;
    if stream.write_all(&out).await.is_err() {
        return Err(stale());
    }
    let mut reader = AnswerReader::at_level(1);
    let mut rows = Vec::with_capacity(rows + rows / 16);
    let mut unusable = 0;
    let mut source = BytesMut::with_capacity(ROOM);
    let mut begun = false;
    loop {
        match codec.decode(&mut source).map_err(|error| frame(&error))? {
            Some(FramePiece::Bytes(bytes)) => {
                let fed = texts.with(|texts| {
                    reader.feed(&bytes, &mut |object| {
                        match entry(object, texts)?.row {
                            Some(_) if rows.len() >= MOST_ROWS => {
                                return Err(AnswerFault::TooMany(MOST_ROWS, "registrations"));
                            }
                            Some(row) => rows.push(row),
                            None => unusable += 1,
                        }
                        Ok(())
                    })
                });
                fed.map_err(Unreachable::from)?;
            }
            Some(FramePiece::End) => break,
            None => {
                source.reserve(ROOM);
                match stream.read_buf(&mut source).await {
                    Ok(0) | Err(_) if !begun => return Err(stale()),
                    Ok(0) | Err(_) => return Err(Unreachable::Ended.into()),
                    Ok(_) => begun = true,
                }
            }
        }
    }
    if !source.is_empty() {
        return Err(Unreachable::Garbage("something follows the answer".to_owned()).into());
    }
    let document = reader.finish().map_err(Unreachable::from)?;
    let result = envelope(&document, number)?;
    if method == Method::Registrations && !result.is_array() {
        return Err(Unreachable::Garbage("its result is not a list".to_owned()).into());
    }
    if rows.is_empty() && unusable > 0 {
        return Err(Unreachable::Garbage(format!("none of its {unusable} registrations has an id")).into());
    }
    Ok(NodeReply { list: NodeList::of(rows).beside(unusable), result })
}

fn frame(error: &FrameError) -> Failed {
    Failed::Now(match error {
        FrameError::TooLarge { .. } => Unreachable::TooLarge(error.to_string()),
        FrameError::NoLength(_) | FrameError::NoComma => Unreachable::Garbage(error.to_string()),
        FrameError::Io(_) => Unreachable::Ended,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_host_and_port_is_an_address() {
        let node =
            |endpoint: Option<&str>| NodeAddress { id: 1, name: "n1".into(), endpoint: endpoint.map(str::to_owned) };
        for right in ["10.0.0.5:7080", "[2001:db8::1]:7080", "n-1.example:1"] {
            assert_eq!(address(&node(Some(right))).unwrap(), right);
        }
        let wrong = [
            "",
            "10.0.0.5",
            "10.0.0.5:0",
            "10.0.0.5:99999",
            ":7080",
            "a b:1",
            "2001:db8::1:7080",
            "http://x:1",
            "x\u{1b}[2J:1",
        ];
        for wrong in wrong {
            assert!(address(&node(Some(wrong))).is_err(), "{wrong}");
        }
        assert_eq!(address(&node(None)).unwrap_err().to_string(), "no address to ask: rpc-endpoint is not set");
    }
}
