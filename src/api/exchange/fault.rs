//! What the layers below say when an exchange fails, distinguished: no connection, a refused certificate, a
//! cut, no HTTP at all.

use std::error::Error as StdError;
use std::io;
use std::time::Duration;

use chrono::DateTime;
use rustls::{CertificateError, OtherError};
use tracing::{Level, event};

use crate::api::address::Endpoint;
use crate::api::error::{AnswerStage, Failure, PROXY_USER};
use crate::api::exchange::certificate::Refused;
use crate::domain::system_error::in_chain;

/// A request that got no answer.
pub(super) fn of_request(error: &reqwest::Error, endpoint: &Endpoint, proxy: Option<&str>, limit: Duration) -> Failure {
    let origin = endpoint.origin();
    let proxy = proxy.filter(|_| is_of_proxy(error, endpoint));
    if let Some(reason) = certificate(error) {
        return Failure::Certificate { origin: proxy.map_or(origin, str::to_owned), reason };
    }
    if error.is_connect() {
        event!(Level::DEBUG, origin, system = innermost(error), "no connection");
        let reason = match (error.is_timeout(), error.is_dns()) {
            (true, _) => "no answer".to_owned(),
            (false, true) => format!("the name cannot be resolved ({})", in_chain(error)),
            (false, false) => connect_reason(error),
        };
        // What the proxy says of the server behind it names that.
        if let Some(proxy) = proxy {
            let reason = if reason.contains("proxy authorization required") {
                format!("it wants a user name and password (407); {PROXY_USER}")
            } else if reason.contains("tunnel") || reason.contains("proxy") {
                format!("it does not connect to {origin} ({reason})")
            } else {
                reason
            };
            return Failure::Unreachable { origin: proxy.to_owned(), reason };
        }
        return Failure::Unreachable { origin, reason };
    }
    if error.is_timeout() {
        return Failure::TimedOut { limit };
    }
    if error.is_builder() {
        return Failure::Unsendable { reason: innermost(error) };
    }
    if find::<hyper::Error>(error).is_some_and(hyper::Error::is_parse) {
        return Failure::Unreadable { status: None, reason: format!("it is not HTTP ({})", innermost(error)) };
    }
    Failure::Cut { stage: AnswerStage::BeforeAnswer }
}

/// Whether a connection failed on the way to a proxy, or at it: only the proxy is connected to. What fails once it
/// has opened the tunnel to a server with TLS is between us and that server.
fn is_of_proxy(error: &reqwest::Error, endpoint: &Endpoint) -> bool {
    let tunnels = endpoint.base().scheme() == "https";
    // hyper-util names no type of it.
    let tells = |cause: &(dyn StdError + 'static)| cause.to_string().starts_with("tunnel error");
    let mut next = Some(error as &(dyn StdError + 'static));
    let mut reported = false;
    while let Some(cause) = next {
        reported |= tells(cause);
        next = cause.source();
    }
    !tunnels || error.is_timeout() || reported
}

/// An answer whose body could not be read to its end.
pub(super) fn of_body(error: &reqwest::Error, status: u16) -> Failure {
    let ended = find::<io::Error>(error).is_some_and(|io| {
        matches!(
            io.kind(),
            io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted
        )
    });
    let cut = find::<hyper::Error>(error).is_some_and(|hyper| hyper.is_incomplete_message() || hyper.is_closed());
    if error.is_decode() && !ended && !cut {
        return Failure::Unreadable {
            status: Some(status),
            reason: format!("its encoding is broken ({})", innermost(error)),
        };
    }
    Failure::Cut { stage: AnswerStage::WithinAnswer(status) }
}

fn connect_reason(error: &reqwest::Error) -> String {
    match tls(error) {
        Some(rustls::Error::InvalidMessage(_)) => "it does not support TLS (https)".to_owned(),
        Some(tls) => format!("no TLS connection ({tls})"),
        None => in_chain(error),
    }
}

/// What is wrong with the server's certificate, where that is the reason.
fn certificate(error: &reqwest::Error) -> Option<String> {
    let Some(rustls::Error::InvalidCertificate(reason)) = tls(error) else { return None };
    let refused = match reason {
        CertificateError::Other(OtherError(inner)) => inner.downcast_ref::<Refused>(),
        _ => None,
    };
    let Some(Refused { reason, described }) = refused else { return Some(wrong(reason)) };
    let wrong = wrong(reason);
    Some(if described.is_empty() { wrong } else { format!("{wrong}; {described}") })
}

/// What is wrong, in words.
fn wrong(reason: &CertificateError) -> String {
    let day = |time: &rustls::pki_types::UnixTime| {
        i64::try_from(time.as_secs())
            .ok()
            .and_then(|seconds| DateTime::from_timestamp(seconds, 0))
            .map_or_else(|| "an unknown day".to_owned(), |day| day.format("%Y-%m-%d %H:%M UTC").to_string())
    };
    match reason {
        CertificateError::ExpiredContext { not_after, .. } => format!("it ended on {}", day(not_after)),
        CertificateError::Expired => "it has ended".to_owned(),
        CertificateError::NotValidYetContext { not_before, .. } => format!("it begins on {}", day(not_before)),
        CertificateError::NotValidYet => "it has not begun".to_owned(),
        CertificateError::UnknownIssuer => "it is self-signed, or its authority is not trusted".to_owned(),
        CertificateError::NotValidForNameContext { expected, presented } => {
            let named: Vec<&str> = presented.iter().take(5).map(String::as_str).collect();
            format!("it is not for {} but for {}", expected.to_str(), named.join(", "))
        }
        CertificateError::NotValidForName => "it is for another name".to_owned(),
        CertificateError::Revoked => "it was revoked".to_owned(),
        other => other.to_string(),
    }
}

/// The word of the TLS layer, however deep it was wrapped.
fn tls<'e>(error: &'e (dyn StdError + 'static)) -> Option<&'e rustls::Error> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(tls) = error.downcast_ref::<rustls::Error>() {
            return Some(tls);
        }
        // An I/O error does not name what it wraps as its source.
        if let Some(inner) = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref)
            && let Some(tls) = tls(inner)
        {
            return Some(tls);
        }
        next = error.source();
    }
    None
}

fn find<'e, E: StdError + 'static>(error: &'e (dyn StdError + 'static)) -> Option<&'e E> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref::<E>() {
            return Some(found);
        }
        next = error.source();
    }
    None
}

/// The first cause, without the URLs that the outer layers repeat.
pub(super) fn innermost(error: &(dyn StdError + 'static)) -> String {
    let mut last = error;
    while let Some(inner) = last.source() {
        last = inner;
    }
    last.to_string()
}

#[cfg(test)]
mod tests {
    use rustls::pki_types::{ServerName, UnixTime};

    use super::*;

    #[test]
    fn each_reason_against_a_certificate_has_its_words() {
        let time = |seconds| UnixTime::since_unix_epoch(Duration::from_secs(seconds));
        let presented = |count: usize| (1..=count).map(|number| format!("n{number}")).collect();
        let expected = || ServerName::try_from("yeti.example").unwrap();
        for (reason, words) in [
            (
                CertificateError::ExpiredContext { time: time(0), not_after: time(1_000_000_000) },
                "it ended on 2001-09-09 01:46 UTC",
            ),
            (CertificateError::Expired, "it has ended"),
            (
                CertificateError::NotValidYetContext { time: time(0), not_before: time(1_000_000_000) },
                "it begins on 2001-09-09 01:46 UTC",
            ),
            (CertificateError::NotValidYet, "it has not begun"),
            (CertificateError::UnknownIssuer, "it is self-signed, or its authority is not trusted"),
            (
                CertificateError::NotValidForNameContext { expected: expected(), presented: presented(1) },
                "it is not for yeti.example but for n1",
            ),
            (
                CertificateError::NotValidForNameContext { expected: expected(), presented: presented(6) },
                "it is not for yeti.example but for n1, n2, n3, n4, n5",
            ),
            (CertificateError::NotValidForName, "it is for another name"),
            (CertificateError::Revoked, "it was revoked"),
            (CertificateError::BadEncoding, &CertificateError::BadEncoding.to_string()),
            (
                CertificateError::ExpiredContext { time: time(0), not_after: time(u64::MAX) },
                "it ended on an unknown day",
            ),
        ] {
            assert_eq!(wrong(&reason), words);
        }
    }

    #[test]
    fn the_word_of_tls_is_found_however_deep_it_was_wrapped() {
        let wrapped = || io::Error::other(io::Error::other(rustls::Error::DecryptError));
        assert_eq!(tls(&rustls::Error::DecryptError), Some(&rustls::Error::DecryptError));
        assert_eq!(tls(&wrapped()), Some(&rustls::Error::DecryptError));
        assert_eq!(tls(&io::Error::other("else")), None);
        let deep = io::Error::other(wrapped());
        assert_eq!(innermost(&deep), rustls::Error::DecryptError.to_string());
        assert!(find::<io::Error>(&deep).is_some() && find::<hyper::Error>(&deep).is_none());
    }
}
