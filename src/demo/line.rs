//! Connections that can be cut: a listener whose streams stop writing on request, as when a proxy
//! dies between request and answer.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};

const WHOLE: usize = usize::MAX;
const NOTHING: usize = usize::MAX - 1;

/// The other end of a connection, and the shears.
#[derive(Debug, Clone)]
pub(super) struct Peer {
    pub(super) address: SocketAddr,
    /// How many bytes of the next body may still pass; [`WHOLE`] and [`NOTHING`] are special.
    allowed: Arc<AtomicUsize>,
}

impl Peer {
    /// Not one byte more.
    pub(super) fn cut(&self) {
        self.allowed.store(NOTHING, Ordering::SeqCst);
    }

    /// The head of the answer and this much of its body, then nothing.
    pub(super) fn cut_body_after(&self, bytes: usize) {
        self.allowed.store(bytes.min(NOTHING - 1), Ordering::SeqCst);
    }
}

impl Connected<IncomingStream<'_, ServerSocket>> for Peer {
    fn connect_info(stream: IncomingStream<'_, ServerSocket>) -> Self {
        stream.remote_addr().clone()
    }
}

/// The listener.
#[derive(Debug)]
pub(super) struct ServerSocket(pub(super) TcpListener);

impl Listener for ServerSocket {
    type Io = Connection;
    type Addr = Peer;

    async fn accept(&mut self) -> (Connection, Peer) {
        let (stream, address) = Listener::accept(&mut self.0).await;
        // Answers are small and their reader waits for them.
        let _ = stream.set_nodelay(true);
        let allowed = Arc::new(AtomicUsize::new(WHOLE));
        (Connection { stream, allowed: Arc::clone(&allowed) }, Peer { address, allowed })
    }

    fn local_addr(&self) -> io::Result<Peer> {
        let address = self.0.local_addr()?;
        Ok(Peer { address, allowed: Arc::new(AtomicUsize::new(WHOLE)) })
    }
}

/// One connection.
#[derive(Debug)]
pub(super) struct Connection {
    stream: TcpStream,
    allowed: Arc<AtomicUsize>,
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

/// Where the body begins; the head is written in one piece.
fn body_start(bytes: &[u8]) -> usize {
    bytes.windows(4).position(|window| window == b"\r\n\r\n").map_or(0, |at| at + 4)
}

impl AsyncWrite for Connection {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let allowed = self.allowed.load(Ordering::SeqCst);
        match allowed {
            WHOLE => Pin::new(&mut self.stream).poll_write(context, bytes),
            NOTHING => Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into())),
            _ => {
                let part = bytes.len().min(body_start(bytes).saturating_add(allowed));
                let written = Pin::new(&mut self.stream).poll_write(context, bytes.get(..part).unwrap_or_default());
                if let Poll::Ready(Ok(_)) = written {
                    self.allowed.store(NOTHING, Ordering::SeqCst);
                }
                written
            }
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
