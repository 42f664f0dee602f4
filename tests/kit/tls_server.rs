//! A server that encrypts. The certificates and the key under `tests/data/tls` were made for these tests and are used
//! nowhere else.

use std::path::Path;
use std::sync::Arc;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

pub fn file(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/tls").join(name)).unwrap()
}

/// A server with this certificate, which signs in whoever gets through. Its URL, and what keeps it alive.
pub async fn server(certificate: &str) -> (String, JoinSet<()>) {
    let body = "{\"jwt\":\"a.e30.b\"}";
    saying(certificate, format!("HTTP/1.1 201 Created\r\ncontent-length: {}\r\n\r\n{body}", body.len())).await
}

/// The same with any answer.
pub async fn saying(certificate: &str, answer: String) -> (String, JoinSet<()>) {
    let chain = vec![CertificateDer::from_pem_slice(&file(certificate)).unwrap()];
    let key = PrivateKeyDer::from_pem_slice(&file("server.key")).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    let mut tasks = JoinSet::new();
    tasks.spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let Ok(mut stream) = acceptor.accept(stream).await else { continue };
            let mut buffer = [0; 4_096];
            drop(stream.read(&mut buffer).await);
            drop(stream.write_all(answer.as_bytes()).await);
        }
    });
    (url, tasks)
}
