//! Certificates: what is refused, with which words, and that nothing is sent then.

use sipreg::api::{Client, ProxyChoice};
use sipreg::domain::request_error::{RequestError, RequestErrorKind};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::kit::tls_server::{file, saying, server};
use crate::{client, settings};

async fn error_with(certificate: &str, authority: Option<&str>) -> RequestError {
    let (url, _alive) = server(certificate).await;
    let mut settings = settings(&url);
    settings.ca_pem = authority.map(file);
    Client::new(settings).unwrap().sign_in().await.unwrap_err().error()
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
    let error = error_with("good.pem", None).await;
    assert_eq!(error.kind, RequestErrorKind::Certificate, "{}", error.message);
    assert!(error.message.contains("`ca_file`"), "{}", error.message);
}

#[tokio::test]
async fn a_certificate_that_has_ended_is_refused_with_its_day() {
    let error = error_with("ended.pem", Some("ca.pem")).await;
    assert_eq!(error.kind, RequestErrorKind::Certificate, "{}", error.message);
    assert!(error.message.contains("2021-01-01"), "{}", error.message);
}

#[tokio::test]
async fn a_certificate_for_another_name_is_refused_with_both() {
    let error = error_with("elsewhere.pem", Some("ca.pem")).await;
    assert_eq!(error.kind, RequestErrorKind::Certificate, "{}", error.message);
    assert!(error.message.contains("127.0.0.1") && error.message.contains("elsewhere.example"), "{}", error.message);
}

#[tokio::test]
async fn a_certificate_that_signed_itself_is_refused_and_shown() {
    let error = error_with("alone.pem", None).await;
    assert_eq!(error.kind, RequestErrorKind::Certificate, "{}", error.message);
    for words in [
        "CN=sipreg lonely server, O=Nobody Ltd, C=UA",
        "was signed by itself",
        "lasts from 2024-01-01 to 2124-01-01",
        "Nothing was sent",
        "`ca_file`",
    ] {
        assert!(error.message.contains(words), "{words}: {}", error.message);
    }
}

#[tokio::test]
async fn whatever_is_wrong_with_a_certificate_it_is_shown() {
    for (certificate, authority) in
        [("good.pem", None), ("ended.pem", Some("ca.pem")), ("elsewhere.pem", Some("ca.pem"))]
    {
        let message = error_with(certificate, authority).await.message;
        let shown = "it names CN=sipreg test server, was signed by CN=sipreg test authority, and lasts from 20";
        assert!(message.contains(shown), "{certificate}: {message}");
    }
}

#[tokio::test]
async fn a_certificate_that_signed_itself_is_trusted_when_it_is_named() {
    let (url, _alive) = server("alone.pem").await;
    let mut settings = settings(&url);
    settings.ca_pem = Some(file("alone.pem"));
    let result = Client::new(settings).unwrap().sign_in().await;
    assert!(result.is_ok(), "{result:?}");
}

#[tokio::test]
async fn a_redirect_from_https_to_plain_http_is_refused_and_nothing_goes_there() {
    let plain = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let target = format!("http://{}/api/rest/admin/registrations", plain.local_addr().unwrap());
    let redirect = format!("HTTP/1.1 302 Found\r\nlocation: {target}\r\ncontent-length: 0\r\n\r\n");
    let (url, _alive) = saying("good.pem", redirect).await;
    let mut settings = settings(&url);
    settings.ca_pem = Some(file("ca.pem"));
    settings.token = Some(sipreg::domain::record::Secret::new("a.e30.b"));
    let error = Client::new(settings).unwrap().page(1, 50, "id", None).await.unwrap_err().error();
    assert_eq!(error.kind, RequestErrorKind::ForeignOrigin);
    assert!(error.message.contains("redirects (302) to http://127.0.0.1"), "{}", error.message);
    let nobody = tokio::time::timeout(std::time::Duration::from_millis(50), plain.accept()).await;
    assert!(nobody.is_err(), "somebody came");
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
    let error = client(&plain).sign_in().await.unwrap_err().error();
    assert_eq!(error.kind, RequestErrorKind::Unreachable);
    assert!(error.message.contains("does not support TLS"), "{}", error.message);
}

#[test]
fn a_file_without_certificates_is_refused_at_once() {
    let mut settings = settings("https://switch.example");
    settings.ca_pem = Some(b"hello".to_vec());
    assert!(Client::new(settings).unwrap_err().to_string().contains("ca_file"));
}

/// What is said where this proxy is in front of this server.
async fn error_through(proxy: &str, url: &str, authority: Option<&str>) -> RequestError {
    let mut settings = settings(url);
    settings.proxy = ProxyChoice::This(proxy.to_owned());
    settings.ca_pem = authority.map(file);
    Client::new(settings).unwrap().sign_in().await.unwrap_err().error()
}

/// Reads what comes, answers with this, and hangs up.
async fn plain(answer: &'static [u8]) -> (String, JoinSet<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let mut tasks = JoinSet::new();
    tasks.spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            drop(stream.read(&mut [0; 4_096]).await);
            drop(stream.write_all(answer).await);
        }
    });
    (address, tasks)
}

#[tokio::test]
async fn whatever_fails_between_us_and_an_encrypted_proxy_is_said_of_the_proxy() {
    let (good, _alive) = server("good.pem").await;
    let (ended, _alive_too) = server("ended.pem").await;
    let (unencrypted, _plain) = plain(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n").await;
    let (closing, _closing) = plain(b"").await;
    let (unencrypted, closing) = (format!("https://{unencrypted}"), format!("https://{closing}"));
    for server in ["http://192.0.2.1", "https://192.0.2.1"] {
        for (proxy, authority, begins, says) in [
            (&good, None, "the certificate of", "`ca_file`"),
            (&ended, Some("ca.pem"), "the certificate of", "2021-01-01"),
            (&unencrypted, None, "no connection to", "does not support TLS"),
            (&closing, None, "no connection to", "eof"),
        ] {
            let message = error_through(proxy, server, authority).await.message;
            let named = format!("{begins} the proxy {proxy} (proxy of the profile)");
            assert!(message.contains(&named) && message.contains(says), "{server}, {says}: {message}");
        }
    }
}

#[tokio::test]
async fn what_fails_in_the_tunnel_of_a_proxy_is_said_of_the_server() {
    let (proxy, _alive) = plain(b"HTTP/1.1 200 OK\r\n\r\n").await;
    let message = error_through(&format!("http://{proxy}"), "https://192.0.2.1", None).await.message;
    assert!(message.contains("no connection to https://192.0.2.1"), "{message}");
}

#[tokio::test]
async fn an_encrypted_proxy_leads_to_a_server_without_encryption() {
    let (proxy, _alive) = server("good.pem").await;
    let mut settings = settings("http://192.0.2.1");
    settings.proxy = ProxyChoice::This(proxy);
    settings.ca_pem = Some(file("ca.pem"));
    Client::new(settings).unwrap().sign_in().await.unwrap();
}
