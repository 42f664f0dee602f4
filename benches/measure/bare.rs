//! The floor of loading: a client that signs in, fetches the same pages with the same concurrency, parses them into
//! plain structs and throws them away. It runs as a process of its own, so that its memory can be told.

use std::borrow::Cow;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use serde::Deserialize;
use tokio::task::JoinSet;

use super::Outcome;
use super::clock::now;
use super::server::{Server, page};
use crate::kit::process;

/// The argument that makes this program the client.
pub const ROLE: &str = "--be-the-bare-client";

const FIRST_PAGE: u32 = 60;
const PAGE: u32 = 1_000;
const AT_ONCE: u32 = 2;

#[derive(Deserialize)]
struct Document<'a> {
    #[serde(borrow)]
    data: Vec<Resource<'a>>,
    meta: Meta,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Meta {
    total_count: u32,
}

#[derive(Deserialize)]
struct Resource<'a> {
    id: &'a str,
    #[serde(borrow)]
    attributes: Attributes<'a>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Attributes<'a> {
    #[serde(borrow)]
    name: Cow<'a, str>,
    enabled: bool,
    #[serde(borrow)]
    domain: Option<Cow<'a, str>>,
    #[serde(borrow)]
    username: Option<Cow<'a, str>>,
    #[serde(borrow)]
    contact: Option<Cow<'a, str>>,
    #[serde(borrow)]
    auth_user: Option<Cow<'a, str>>,
    expire: Option<i64>,
    retry_delay: Option<i64>,
    #[serde(borrow)]
    route_set: Option<Vec<Cow<'a, str>>>,
}

impl Resource<'_> {
    /// Something that depends on each value, so that none is left unread.
    fn weight(&self) -> usize {
        let Attributes { name, enabled, domain, username, contact, auth_user, expire, retry_delay, route_set } =
            &self.attributes;
        let texts = [domain, username, contact, auth_user].into_iter().flatten().map(|text| text.len()).sum::<usize>();
        let routes = route_set.iter().flatten().map(|text| text.len()).sum::<usize>();
        let numbers = usize::from(expire.is_some()) + usize::from(retry_delay.is_some()) + usize::from(*enabled);
        self.id.len() + name.len() + texts + routes + numbers
    }
}

/// How long the client took, from start to end, and its peak memory in MiB.
///
/// # Errors
/// It failed.
pub fn run(server: &Server) -> Outcome<(Duration, f64)> {
    let started = now();
    let ran = Command::new(std::env::current_exe()?)
        .args([ROLE, &server.url, &server.sign_in(), &server.credentials()])
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()?;
    let took = started.elapsed();
    if !ran.status.success() {
        return Err("the bare client failed".into());
    }
    let peak: u32 = String::from_utf8(ran.stdout)?.trim().parse()?;
    Ok((took, f64::from(peak) / 1024.0))
}

/// Is the client; tells its peak memory in KiB.
///
/// # Errors
/// The server did not answer as it should.
pub fn be(arguments: &[String]) -> Outcome<String> {
    let [url, sign_in, credentials] = arguments else { return Err("the bare client needs three arguments".into()) };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(load(url, sign_in, credentials))?;
    let (peak, _) = process::memory(std::process::id());
    Ok(peak.to_string())
}

async fn load(url: &str, sign_in: &str, credentials: &str) -> Outcome<()> {
    // What the console does too; no certificate is looked at.
    drop(rustls::crypto::ring::default_provider().install_default());
    let http = reqwest::Client::builder().no_proxy().http1_only().tcp_nodelay(true).tls_certs_only([]).build()?;
    let answer = http
        .post(sign_in)
        .header("accept", "application/vnd.api+json")
        .header("content-type", "application/vnd.api+json")
        .body(credentials.to_owned())
        .send()
        .await?
        .bytes()
        .await?;
    let answer: serde_json::Value = serde_json::from_slice(&answer)?;
    let token = answer.get("jwt").and_then(|token| token.as_str()).ok_or("no token")?.to_owned();
    let (total, _) = fetch(&http, &page(url, 1, FIRST_PAGE), &token).await?;
    let pages = total.div_ceil(PAGE);
    let next = Arc::new(AtomicU32::new(1));
    let mut clients = JoinSet::new();
    for _ in 0..AT_ONCE {
        let (http, url, token, next) = (http.clone(), url.to_owned(), token.clone(), Arc::clone(&next));
        clients.spawn(async move {
            let mut read = 0;
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number > pages {
                    return Outcome::Ok(read);
                }
                read += fetch(&http, &page(&url, number, PAGE), &token).await?.1;
            }
        });
    }
    let mut read = 0;
    while let Some(client) = clients.join_next().await {
        read += client??;
    }
    if u32::try_from(read)? == total { Ok(()) } else { Err(format!("{read} of {total} were read").into()) }
}

async fn fetch(http: &reqwest::Client, url: &str, token: &str) -> Outcome<(u32, usize)> {
    let answer = http
        .get(url)
        .header("accept", "application/vnd.api+json")
        .header("authorization", token)
        .send()
        .await?
        .bytes()
        .await?;
    let document: Document<'_> = serde_json::from_slice(&answer)?;
    let read = document.data.iter().filter(|resource| resource.weight() > 0).count();
    Ok((document.meta.total_count, read))
}
