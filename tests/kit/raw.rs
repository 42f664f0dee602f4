//! A server that says exactly the bytes it is told to, and remembers what it was sent: for answers that no
//! well-meant server gives.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use base64::Engine;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// One request as it came.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    pub method: String,
    /// Path and query.
    pub target: String,
    pub headers: Vec<(String, String)>,
    pub body: String,
    /// How many requests to the same path came before it.
    pub before: usize,
    /// Which connection brought it.
    pub connection: usize,
}

impl Seen {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }

    pub fn is_sign_in(&self) -> bool {
        self.path().ends_with("/auth")
    }
}

/// What to do about a request.
pub enum Reply {
    /// Say this and keep the connection.
    Say(Vec<u8>),
    /// Say this and close.
    Last(Vec<u8>),
    /// Say nothing, ever.
    Silence,
    /// Say this byte by byte, so long apart.
    Trickle(Vec<u8>, Duration),
    /// Say the first, then the second over and over, for as long as someone reads.
    Endless(Vec<u8>, Vec<u8>),
    /// Break the connection off with a reset.
    Reset,
}

/// A whole answer.
pub fn answer(status: u16, headers: &[(&str, &str)], body: impl AsRef<[u8]>) -> Reply {
    let body = body.as_ref();
    let mut bytes = format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\n", body.len()).into_bytes();
    for (name, value) in headers {
        bytes.extend_from_slice(format!("{name}: {value}\r\n").as_bytes());
    }
    bytes.extend_from_slice(b"\r\n");
    bytes.extend_from_slice(body);
    Reply::Say(bytes)
}

/// A JSON:API answer.
pub fn json(status: u16, body: &str) -> Reply {
    answer(status, &[("content-type", "application/vnd.api+json")], body)
}

/// A token that ends at this time, signed by no one.
pub fn token(name: &str, exp: i64) -> String {
    let payload = format!(r#"{{"sub":1,"aud":["admin"],"exp":{exp},"name":"{name}"}}"#);
    format!("e30.{}.{name}", base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(payload))
}

/// A document with one registration.
pub fn record(id: u64) -> String {
    format!(
        r#"{{"data":{{"id":"{id}","type":"registrations","attributes":{{"name":"r{id}","enabled":true}},
        "relationships":{{"pop":{{"data":null}}}}}}}}"#
    )
}

/// A list of registrations.
pub fn list(ids: &[u64]) -> String {
    let entries: Vec<String> = ids
        .iter()
        .map(|id| format!(r#"{{"id":"{id}","type":"registrations","attributes":{{"name":"r{id}"}}}}"#))
        .collect();
    format!(r#"{{"data":[{}],"meta":{{"total-count":{}}}}}"#, entries.join(","), ids.len())
}

/// The running server; dropping it ends it.
pub struct Raw {
    pub address: std::net::SocketAddr,
    seen: Arc<Mutex<Vec<Seen>>>,
    connections: Arc<Mutex<usize>>,
    _tasks: JoinSet<()>,
}

impl Raw {
    /// Starts a server that answers each request as the closure says.
    pub async fn start(script: impl Fn(&Seen) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let connections = Arc::new(Mutex::new(0));
        let script: Arc<dyn Fn(&Seen) -> Reply + Send + Sync> = Arc::new(script);
        let mut tasks = JoinSet::new();
        let (log, count) = (Arc::clone(&seen), Arc::clone(&connections));
        tasks.spawn(async move {
            let mut open = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                let number = {
                    let mut count = count.lock().unwrap();
                    *count += 1;
                    *count
                };
                open.spawn(serve(stream, number, Arc::clone(&log), Arc::clone(&script)));
            }
        });
        Self { address, seen, connections, _tasks: tasks }
    }

    /// A server that also signs everyone in, with one token that lasts.
    pub async fn signing_in(script: impl Fn(&Seen) -> Reply + Send + Sync + 'static) -> Self {
        Self::start(move |seen| {
            if seen.is_sign_in() {
                json(201, &format!(r#"{{"jwt":"{}"}}"#, token("good", 4_000_000_000)))
            } else {
                script(seen)
            }
        })
        .await
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Everything that came, in order.
    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// What came besides sign-ins.
    pub fn requests(&self) -> Vec<Seen> {
        self.seen().into_iter().filter(|seen| !seen.is_sign_in()).collect()
    }

    pub fn connections(&self) -> usize {
        *self.connections.lock().unwrap()
    }
}

async fn serve(
    mut stream: TcpStream,
    connection: usize,
    log: Arc<Mutex<Vec<Seen>>>,
    script: Arc<dyn Fn(&Seen) -> Reply + Send + Sync>,
) {
    let mut buffer = Vec::new();
    while let Some(mut seen) = read(&mut stream, &mut buffer).await {
        seen.connection = connection;
        let reply = {
            let mut log = log.lock().unwrap();
            seen.before = log.iter().filter(|other| other.path() == seen.path()).count();
            log.push(seen.clone());
            drop(log);
            script(&seen)
        };
        match reply {
            Reply::Say(bytes) => {
                if stream.write_all(&bytes).await.is_err() {
                    return;
                }
            }
            Reply::Last(bytes) => {
                drop(stream.write_all(&bytes).await);
                return;
            }
            Reply::Silence => std::future::pending().await,
            Reply::Trickle(bytes, apart) => {
                for byte in bytes {
                    if stream.write_all(&[byte]).await.is_err() {
                        return;
                    }
                    tokio::time::sleep(apart).await;
                }
            }
            Reply::Endless(head, piece) => {
                drop(stream.write_all(&head).await);
                while stream.write_all(&piece).await.is_ok() {}
                return;
            }
            Reply::Reset => {
                // What is closed with no time to linger is reset (RFC 9293, 3.10.4).
                drop(stream.set_zero_linger());
                return;
            }
        }
    }
}

async fn read(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Option<Seen> {
    let head = loop {
        if let Some(end) = buffer.windows(4).position(|window| window == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&buffer[..end]).into_owned();
            buffer.drain(..end + 4);
            break head;
        }
        if stream.read_buf(buffer).await.ok()? == 0 {
            return None;
        }
    };
    let mut lines = head.split("\r\n");
    let mut first = lines.next()?.split(' ');
    let mut seen = Seen { method: first.next()?.to_owned(), target: first.next()?.to_owned(), ..Seen::default() };
    for line in lines {
        let (name, value) = line.split_once(':')?;
        seen.headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let length: usize = seen.header("content-length").and_then(|length| length.parse().ok()).unwrap_or_default();
    while buffer.len() < length {
        if stream.read_buf(buffer).await.ok()? == 0 {
            return None;
        }
    }
    seen.body = String::from_utf8_lossy(&buffer.drain(..length).collect::<Vec<u8>>()).into_owned();
    Some(seen)
}

/// Gzip that unpacks to so many MiB of blanks, and takes about a thousandth of it.
pub fn bomb(mebibytes: usize) -> Vec<u8> {
    use std::io::Write as _;
    let blanks = vec![b' '; 1 << 20];
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    // A flush ends a block at a byte. The second block of blanks may refer to the first, which is the same: it can be
    // repeated.
    packer.write_all(&blanks).unwrap();
    packer.flush().unwrap();
    let first = packer.get_ref().len();
    packer.write_all(&blanks).unwrap();
    packer.flush().unwrap();
    let (head, block) = packer.get_ref().split_at(first);
    [head, &block.repeat(mebibytes.saturating_sub(1))].concat()
}
