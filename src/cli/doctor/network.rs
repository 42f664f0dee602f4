//! Checks of the way to the server: DNS, connection, TLS, sign-in, clock, one page.

use std::env;
use std::io;
use std::net::IpAddr;

use tokio::net::{TcpStream, lookup_host};
use tokio::time::{Instant, timeout};

use super::{DoctorVerdict, Report, live};
use crate::api::{self, Client, Endpoint, SetupError};
use crate::cli::login::ends;
use crate::cli::{Exit, session};
use crate::config::credentials::{Lack, MayPrompt};
use crate::config::{Settings, SignInMethod};
use crate::connect::{self, ConnectObstacle};
use crate::domain::answer::{Conditional, ConnectionState, Page};
use crate::domain::request_error::{RequestError, RequestErrorKind};
use crate::domain::system_error::in_words;

/// The checks, by name.
pub(super) const CHECKS: [&str; 6] = ["dns", "connection", "tls", "sign-in", "clock", "page"];

/// Records of the page that is read.
const PAGE: u32 = 50;

/// Seconds that clocks may be apart before someone should look at it.
const APART: i64 = 30;

pub(super) async fn all(settings: &Settings, report: &mut Report<'_>) -> io::Result<()> {
    let endpoint = match settings.url.as_ref().map(|url| Endpoint::parse(&url.value)) {
        Some(Ok(endpoint)) => endpoint,
        Some(Err(error)) => {
            report.line(DoctorVerdict::Fail(Exit::Usage), "dns", &error.to_string(), "correct the url setting")?;
            return skip_from(1, "no usable address", report);
        }
        None => return skip_from(0, "no server configured", report),
    };
    let choice = connect::proxy(settings);
    let proxy = match api::Proxy::of(endpoint.base(), &choice, |name| env::var(name).ok()) {
        Ok(proxy) => proxy,
        Err(why) => {
            report.line(DoctorVerdict::Fail(Exit::Usage), "connection", &why.to_string(), "correct or unset it")?;
            return skip_from(2, "the proxy is not a valid URL", report);
        }
    };
    if let Some(proxy) = proxy {
        report.skip("dns", &format!("{} resolves the server's name", proxy.display_name()))?;
        report.skip("connection", &format!("using {}", proxy.display_name()))?;
    } else {
        if !dns(&endpoint, report).await? {
            return skip_from(1, "no server address", report);
        }
        if !connection(&endpoint, settings, report).await? {
            return skip_from(2, "no connection", report);
        }
    }
    requests(&endpoint, settings, report).await
}

fn skip_from(first: usize, why: &str, report: &mut Report<'_>) -> io::Result<()> {
    CHECKS.iter().skip(first).try_for_each(|check| report.skip(check, why))
}

async fn dns(endpoint: &Endpoint, report: &mut Report<'_>) -> io::Result<bool> {
    let (host, port) = endpoint.host_and_port();
    if host.parse::<IpAddr>().is_ok() {
        report.well("dns", &format!("{host} is an IP address, no lookup needed"))?;
        return Ok(true);
    }
    let began = Instant::now();
    let fix = "check the url setting, the resolver (/etc/resolv.conf) and the VPN";
    let fail = DoctorVerdict::Fail(Exit::Unreachable);
    match lookup_host((host.as_str(), port)).await {
        Ok(found) => {
            let found: Vec<String> = found.map(|address| address.ip().to_string()).collect();
            if found.is_empty() {
                report.line(fail, "dns", &format!("{host} has no address"), fix)?;
                return Ok(false);
            }
            let shown = found.iter().take(4).cloned().collect::<Vec<_>>().join(", ");
            report.well("dns", &format!("{host}: {shown} ({} ms)", began.elapsed().as_millis()))?;
            Ok(true)
        }
        Err(error) => {
            report.line(fail, "dns", &format!("cannot resolve {host}: {}", in_words(&error)), fix)?;
            Ok(false)
        }
    }
}

async fn connection(endpoint: &Endpoint, settings: &Settings, report: &mut Report<'_>) -> io::Result<bool> {
    let (host, port) = endpoint.host_and_port();
    let began = Instant::now();
    let limit = settings.connect_timeout.value;
    let fail = DoctorVerdict::Fail(Exit::Unreachable);
    let fix = "check host and port in the url setting, the VPN and firewalls";
    let found = match timeout(limit, TcpStream::connect((host.as_str(), port))).await {
        Ok(Ok(stream)) => {
            let peer = stream.peer_addr().map(|peer| peer.to_string()).unwrap_or_default();
            report.well("connection", &format!("{peer} ({} ms)", began.elapsed().as_millis()))?;
            return Ok(true);
        }
        Ok(Err(error)) => format!("{host} port {port}: {}", in_words(&error)),
        Err(_elapsed) => format!("{host} port {port}: no answer within {} ms", limit.as_millis()),
    };
    report.line(fail, "connection", &found, fix)?;
    Ok(false)
}

/// How signing in came out.
enum SignedIn {
    /// It was done, or a token was at hand.
    Yes,
    /// There is nothing to sign in with.
    Lacking(String),
}

async fn requests(endpoint: &Endpoint, settings: &Settings, report: &mut Report<'_>) -> io::Result<()> {
    let (client, signed_in) = match client(settings, report).await {
        Ok(both) => both,
        Err((verdict, reported)) => {
            report.line(verdict, "tls", &reported, "correct that setting")?;
            return skip_from(3, "no request possible", report);
        }
    };
    let began = Instant::now();
    let result = client.page(1, PAGE, "id", None).await;
    let result = result.map(Conditional::or_default).map_err(|error| error.error());
    let took = began.elapsed().as_millis();
    let link = client.link().borrow().clone();
    if !tls(endpoint, settings.allow_plaintext.value, result.as_ref().err(), report)? {
        return skip_from(3, "no trusted connection", report);
    }
    sign_in(settings, &signed_in, &result, &link, report)?;
    clock(&link, report)?;
    page(&result, &signed_in, took, report)?;
    live::check(&client, settings, result.is_ok(), report).await
}

/// A client, and whether it can sign in. Without credentials it reads without a token: an answer is an answer.
async fn client(settings: &Settings, report: &mut Report<'_>) -> Result<(Client, SignedIn), (DoctorVerdict, String)> {
    let wrong = |reported: String| (DoctorVerdict::Fail(Exit::Usage), reported);
    let kept = if report.shows_elsewhere() { None } else { session::saved_token(settings, report.output) };
    let (prepared, signed_in) = if let Some(kept) = kept {
        (connect::with_token(settings, kept.token).map_err(|reported| wrong(reported.to_string()))?, SignedIn::Yes)
    } else {
        let prepared = if report.shows_elsewhere() {
            connect::unattended(settings)
        } else {
            let own = settings.clone();
            let prepared = tokio::task::spawn_blocking(move || {
                connect::prepare(&own, MayPrompt::Never, crate::cli::output::CommandOutput::aside)
            })
            .await;
            prepared.map_err(|error| (DoctorVerdict::Fail(Exit::Bug), error.to_string()))?
        };
        match prepared {
            Ok(prepared) => (prepared, SignedIn::Yes),
            Err(ConnectObstacle::Setting(problems)) => return Err(wrong(problems.to_string())),
            Err(ConnectObstacle::Credentials(lack)) => {
                let prepared =
                    connect::without_credentials(settings).map_err(|reported| wrong(reported.to_string()))?;
                let hint = match lack {
                    Lack::NoUser | Lack::NoPassword { .. } => "; or store a token: sipreg login",
                    _ => "",
                };
                (prepared, SignedIn::Lacking(format!("{lack}{hint}")))
            }
        }
    };
    Client::new(prepared).map(|client| (client, signed_in)).map_err(|error| match error {
        SetupError::CaFile(_) | SetupError::NoCertificate => {
            (DoctorVerdict::Certificate(Exit::Usage), error.to_string())
        }
        error => wrong(error.to_string()),
    })
}

fn tls(endpoint: &Endpoint, allowed: bool, error: Option<&RequestError>, report: &mut Report<'_>) -> io::Result<bool> {
    match error {
        Some(error) if error.kind == RequestErrorKind::Certificate => {
            let fix = "set ca_file to the signing authority, or renew the certificate";
            report.line(DoctorVerdict::Certificate(Exit::Unreachable), "tls", &error.message, fix)?;
            Ok(false)
        }
        Some(error) if error.status.is_none() && is_unreached(error.kind) => {
            let fix = "check scheme and port in the url setting, and proxies";
            report.line(DoctorVerdict::Fail(Exit::of_error(error)), "tls", &error.message, fix)?;
            Ok(false)
        }
        _ if endpoint.is_encrypted() => {
            report.well("tls", "encrypted, certificate trusted")?;
            Ok(true)
        }
        _ if endpoint.is_loopback() => {
            report.well("tls", "not needed: the server is this machine")?;
            Ok(true)
        }
        _ => {
            let fix = "enable https on the server and use it in the url setting; allow_plaintext = true in the \
                        profile says that it is meant so";
            let found = "PLAINTEXT: password and token can be read on the way";
            if allowed {
                report.well("tls", &format!("{found}; the profile allows it (allow_plaintext)"))?;
            } else {
                report.line(DoctorVerdict::Warn, "tls", found, fix)?;
            }
            Ok(true)
        }
    }
}

const fn is_unreached(kind: RequestErrorKind) -> bool {
    matches!(
        kind,
        RequestErrorKind::Unreachable
            | RequestErrorKind::Cut
            | RequestErrorKind::TimedOut
            | RequestErrorKind::Unreadable
    )
}

fn is_about_sign_in(kind: RequestErrorKind) -> bool {
    matches!(
        kind,
        RequestErrorKind::SignInNeeded
            | RequestErrorKind::SignInFailed
            | RequestErrorKind::SignInRefused
            | RequestErrorKind::TokenRefused
    )
}

fn sign_in(
    settings: &Settings,
    signed_in: &SignedIn,
    result: &Result<Page, RequestError>,
    link: &ConnectionState,
    report: &mut Report<'_>,
) -> io::Result<()> {
    let refused = DoctorVerdict::Fail(Exit::NotSignedIn);
    match (signed_in, result) {
        (SignedIn::Lacking(lack), _) => report.line(refused, "sign-in", lack, ""),
        (SignedIn::Yes, Err(error)) if is_about_sign_in(error.kind) => {
            let fix = match error.kind {
                RequestErrorKind::SignInRefused => {
                    let name = &settings.identity.name;
                    format!("check user name and password of {name}; the server may also refuse this client address")
                }
                RequestErrorKind::TokenRefused => match &settings.sign_in {
                    SignInMethod::Token(source) => format!("check the source of the token ({})", source.origin),
                    SignInMethod::Password { .. } => {
                        "the user may be removed or this client address refused: ask the server's administrator"
                            .to_owned()
                    }
                },
                _ => match &settings.sign_in {
                    SignInMethod::Token(source) => {
                        format!("set another token ({}), or user name and password", source.origin)
                    }
                    SignInMethod::Password { .. } => "sign in again: sipreg login".to_owned(),
                },
            };
            report.line(refused, "sign-in", &error.message, &fix)
        }
        (SignedIn::Yes, Err(error)) if error.kind == RequestErrorKind::NoSuchApi => {
            report.skip("sign-in", "no such API on the server")
        }
        (SignedIn::Yes, Ok(_) | Err(_)) => {
            let user = link.user.as_deref().unwrap_or("the token's user");
            report.well("sign-in", &format!("as {user}; the token {}", ends(link.token_left)))
        }
    }
}

fn clock(link: &ConnectionState, report: &mut Report<'_>) -> io::Result<()> {
    match link.skew {
        None => report.skip("clock", "the server sent no Date header"),
        Some(skew) if skew.abs() <= APART => {
            let seconds = skew.unsigned_abs();
            let found = if seconds <= 1 {
                "in sync with the server".to_owned()
            } else {
                format!("{seconds} s off the server's")
            };
            report.well("clock", &found)
        }
        Some(skew) => {
            let side = if skew > 0 { "behind" } else { "ahead of" };
            let found =
                format!("{} s {side} the server's clock; ages and token expiry will be wrong", skew.unsigned_abs());
            report.line(DoctorVerdict::Warn, "clock", &found, "correct the wrong clock (timedatectl)")
        }
    }
}

fn page(
    result: &Result<Page, RequestError>,
    signed_in: &SignedIn,
    took: u128,
    report: &mut Report<'_>,
) -> io::Result<()> {
    let page = match result {
        Err(_) if matches!(signed_in, SignedIn::Lacking(_)) => return report.skip("page", "not signed in"),
        Err(error) if is_about_sign_in(error.kind) => return report.skip("page", "not signed in"),
        Err(error) => {
            let fix = match error.kind {
                RequestErrorKind::NoSuchApi => "correct the url setting",
                RequestErrorKind::Busy | RequestErrorKind::ServerError => {
                    "retry; if it persists, ask the server's \
                                                                 administrator"
                }
                _ => "",
            };
            return report.line(DoctorVerdict::Fail(Exit::of_error(error)), "page", &error.message, fix);
        }
        Ok(page) => page,
    };
    let total = page.total.map_or_else(|| "an unknown number of".to_owned(), |total| total.to_string());
    let found = format!("{} of {total} registrations in {took} ms", page.segment.len());
    if let Some(first) = page.skipped.first() {
        let found = format!("{found}; {first}");
        return report.line(
            DoctorVerdict::Warn,
            "page",
            &found,
            "check these registrations in the switch's web interface",
        );
    }
    if page.linked {
        let found = format!("{found}; names load one by one because the server refuses `include`");
        return report.line(
            DoctorVerdict::Warn,
            "page",
            &found,
            "set labels = \"links\" in the profile to skip the attempt",
        );
    }
    report.well("page", &found)
}
