//! HTTP around the exchanges: connections, headers, latency, and the faults that are rehearsed.

use std::io;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header};
use chrono::DateTime;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::answer::{Answer, Voice, digest};
use super::exchange::Request;
use super::faults::FaultEffect;
use super::line::{Peer, ServerSocket};
use super::world::ServerWorld;

/// Largest body that is read, in bytes: what the proxy in front of a real server takes.
const LARGEST_BODY: usize = 100 * 1024 * 1024;
/// Longest request id that is echoed, in characters.
const LONGEST_REQUEST_ID: usize = 255;

/// Serves until the token is cancelled.
pub(super) fn spawn(
    listener: TcpListener,
    world: Arc<ServerWorld>,
    stop: CancellationToken,
) -> JoinHandle<io::Result<()>> {
    let service = Router::new().fallback(respond).with_state(world).into_make_service_with_connect_info::<Peer>();
    let server = axum::serve(ServerSocket(listener), service).with_graceful_shutdown(stop.cancelled_owned());
    #[expect(clippy::disallowed_methods, reason = "a server is a program of its own; its owner holds the handle")]
    tokio::spawn(server.into_future())
}

async fn respond(
    State(world): State<Arc<ServerWorld>>,
    ConnectInfo(peer): ConnectInfo<Peer>,
    request: axum::extract::Request,
) -> Response<Body> {
    let started = Instant::now();
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, LARGEST_BODY).await else {
        return response(&Answer::proxy_page(413, "Request Entity Too Large"), &HeaderMap::new(), 0, started, &world);
    };
    let mut request = Request {
        method: parts.method.as_str().to_owned(),
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        headers: parts.headers,
        body: body.into(),
        peer: peer.address.ip(),
    };
    let admission = world.admit(&request);
    if let Some(mut releases) = admission.held {
        // An error would mean that the sender is gone, which is in `world`.
        let _ = releases.changed().await;
    }
    if !admission.delay.is_zero() {
        tokio::time::sleep(admission.delay).await;
    }
    if let Some(late) = admission.late {
        let (world, serial) = (Arc::clone(&world), admission.serial);
        let applied = spawned(async move {
            let answer = world.answer_late(late, &request).await;
            world.finish(serial, answer.status);
            response(&answer, &request.headers, serial, started, &world)
        });
        return applied.await.unwrap_or_default();
    }
    let answer = match &admission.effect {
        Some(FaultEffect::CutBefore) => {
            peer.cut();
            return Response::new(Body::empty());
        }
        Some(FaultEffect::Silence) => std::future::pending().await,
        Some(FaultEffect::CutAfter) => {
            world.answer(&request);
            peer.cut();
            return Response::new(Body::empty());
        }
        Some(FaultEffect::After(then)) => {
            let answer = world.answer(&request);
            then.answer().unwrap_or(answer)
        }
        Some(FaultEffect::Ignored) => world.shown(&request),
        Some(FaultEffect::Paged(paging)) => match paging.question(&request.query) {
            Ok(query) => {
                request.query = query;
                paging.answer(world.answer(&request))
            }
            Err(answer) => answer,
        },
        Some(effect) => {
            let answer = effect.answer().unwrap_or_else(|| world.answer(&request));
            if *effect == FaultEffect::CutBody {
                peer.cut_body_after(answer.body.len() / 2);
            }
            answer
        }
        None => world.answer(&request),
    };
    if let Some(mut releases) = admission.answer_held {
        let _ = releases.changed().await;
    }
    world.finish(admission.serial, answer.status);
    response(&answer, &request.headers, admission.serial, started, &world)
}

/// What goes on although the connection ends.
#[expect(clippy::disallowed_methods, reason = "a server is a program of its own, and this ends by itself")]
fn spawned<T: Send + 'static>(task: impl Future<Output = T> + Send + 'static) -> JoinHandle<T> {
    tokio::spawn(task)
}

const SECURITY: [(&str, &str); 5] = [
    ("x-frame-options", "SAMEORIGIN"),
    ("x-xss-protection", "0"),
    ("x-content-type-options", "nosniff"),
    ("x-permitted-cross-domain-policies", "none"),
    ("referrer-policy", "strict-origin-when-cross-origin"),
];

fn response(
    answer: &Answer,
    request: &HeaderMap,
    serial: u64,
    started: Instant,
    world: &ServerWorld,
) -> Response<Body> {
    let mut response = Response::new(Body::from(answer.body.clone()));
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    let mut set = |name: HeaderName, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    };
    set(header::DATE, &http_date(world.now()));
    if let Some(content_type) = &answer.content_type {
        set(header::CONTENT_TYPE, content_type);
    }
    if let Some(seconds) = answer.retry_after {
        set(header::RETRY_AFTER, &seconds.to_string());
    }
    if answer.voice == Voice::Application {
        for (name, value) in SECURITY {
            set(HeaderName::from_static(name), value);
        }
        if let Some(location) = &answer.location {
            set(header::LOCATION, location);
        }
        if answer.varies {
            set(header::VARY, "Accept");
        }
        if let Some(etag) = &answer.etag {
            set(header::ETAG, etag);
        }
        let caching = if answer.etag.is_some() { "max-age=0, private, must-revalidate" } else { "no-cache" };
        set(header::CACHE_CONTROL, caching);
    }
    match answer.voice {
        Voice::Application | Voice::Framework => {
            set(HeaderName::from_static("x-request-id"), &request_id(request, serial));
            set(HeaderName::from_static("x-runtime"), &format!("{:.6}", started.elapsed().as_secs_f64()));
        }
        Voice::Door if answer.status == 400 => set(header::CONNECTION, "close"),
        Voice::Door => {}
    }
    response
}

/// The client's id for this request, cleaned as the server cleans it, or one of our own.
fn request_id(request: &HeaderMap, serial: u64) -> String {
    let sent = request.get("x-request-id").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kept =
        sent.chars().filter(|character| character.is_ascii_alphanumeric() || matches!(character, '_' | '-' | '@'));
    let kept: String = kept.take(LONGEST_REQUEST_ID).collect();
    if !kept.is_empty() {
        return kept;
    }
    let hex = digest(&serial.to_be_bytes());
    let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
    format!("{}-{}-4{}-a{}-{}", part(0, 8), part(8, 12), part(13, 16), part(17, 20), part(20, 32))
}

fn http_date(second: u64) -> String {
    let date = i64::try_from(second).ok().and_then(|second| DateTime::from_timestamp(second, 0)).unwrap_or_default();
    date.format("%a, %d %b %Y %H:%M:%S GMT").to_string()
}
