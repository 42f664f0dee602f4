//! Certificates: what is refused, with which words, and that nothing is sent then. The certificates and the
//! key under `tests/data/tls` were made for these tests and are used nowhere else.

use std::path::Path;
use std::sync::Arc;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use sipreg::api::Client;
use sipreg::domain::trouble::{Trouble, TroubleKind};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

use crate::{client, settings};

fn file(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/tls").join(name)).unwrap()
}

/// A server with this certificate, which signs in whoever gets through. Its URL, and what keeps it alive.
async fn server(certificate: &str) -> (String, JoinSet<()>) {
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
            let body = "{\"jwt\":\"a.e30.b\"}";
            let answer = format!("HTTP/1.1 201 Created\r\ncontent-length: {}\r\n\r\n{body}", body.len());
            drop(stream.write_all(answer.as_bytes()).await);
        }
    });
    (url, tasks)
}

async fn trouble_with(certificate: &str, authority: Option<&str>) -> Trouble {
    let (url, _alive) = server(certificate).await;
    let mut settings = settings(&url);
    settings.ca_pem = authority.map(file);
    Client::new(settings).unwrap().sign_in().await.unwrap_err().trouble()
}

#[tokio::test]
async fn a_private_authority_is_trusted_when_it_is_named() {
    let (url, _alive) = server("good.pem").await;
    let mut settings = settings(&url);
    settings.ca_pem = Some(file("ca.pem"));
    Client::new(settings).unwrap().sign_in().await.unwrap();
}

#[tokio::test]
async fn an_unknown_authority_is_refused_and_the_setting_named() {
    let trouble = trouble_with("good.pem", None).await;
    assert_eq!(trouble.kind, TroubleKind::Certificate, "{}", trouble.message);
    assert!(trouble.message.contains("`ca_file`"), "{}", trouble.message);
}

#[tokio::test]
async fn a_certificate_that_has_ended_is_refused_with_its_day() {
    let trouble = trouble_with("ended.pem", Some("ca.pem")).await;
    assert_eq!(trouble.kind, TroubleKind::Certificate, "{}", trouble.message);
    assert!(trouble.message.contains("2021-01-01"), "{}", trouble.message);
}

#[tokio::test]
async fn a_certificate_for_another_name_is_refused_with_both() {
    let trouble = trouble_with("elsewhere.pem", Some("ca.pem")).await;
    assert_eq!(trouble.kind, TroubleKind::Certificate, "{}", trouble.message);
    assert!(
        trouble.message.contains("127.0.0.1") && trouble.message.contains("elsewhere.example"),
        "{}",
        trouble.message
    );
}

#[tokio::test]
async fn a_server_without_tls_is_said_to_be_one() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let plain = format!("https://{}", listener.local_addr().unwrap());
    let mut tasks = JoinSet::new();
    tasks.spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            drop(stream.write_all(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n").await);
        }
    });
    let trouble = client(&plain).sign_in().await.unwrap_err().trouble();
    assert_eq!(trouble.kind, TroubleKind::Unreachable);
    assert!(trouble.message.contains("does not speak TLS"), "{}", trouble.message);
}

#[test]
fn a_file_without_certificates_is_refused_at_once() {
    let mut settings = settings("https://switch.example");
    settings.ca_pem = Some(b"hello".to_vec());
    assert!(Client::new(settings).unwrap_err().to_string().contains("ca_file"));
}
