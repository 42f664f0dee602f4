//! `sipreg demo` and `sipreg serve-demo`: the embedded server with made-up records, with the console or alone.

use std::net::SocketAddr;
use std::time::Duration;

use clap::Args;
use color_eyre::eyre::{Report, WrapErr};
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::{CommandOutput, CommandResult, Exit, GlobalOptions, Machine, console, notes};
use crate::config::value::parse_span;
use crate::demo::faults::{self, Fault};
use crate::demo::{self, POLL, RunningServer};

/// Most records that the server makes up.
const MOST_RECORDS: i64 = 100_000;

/// Examples for `--help`.
pub const EXAMPLES: &str = "\
Examples:
  sipreg demo
  sipreg demo --records 2000 --latency 200";

/// Examples for `--help`.
pub const SERVE_EXAMPLES: &str = "\
Examples:
  sipreg serve-demo
  sipreg serve-demo --listen 127.0.0.1:4120 --records 1000 --token-lifetime 60 --nodes
  sipreg serve-demo --faults 'PATCH /registrations: cut-after x1; GET: delay 500ms'";

const FAULTS: &str = "Faults to simulate: \"[METHOD] [PATH]: FAULT [xN]\", separated by semicolons";

const FAULTS_AT_LENGTH: &str = "Faults to simulate: \"[METHOD] [PATH]: FAULT [xN]\", separated by semicolons

FAULT is one of: delay TIME, 401, 403, 404, 406, 409, 412, 415, 422, 429 [SECONDS], 500, html, 503 [SECONDS], 504, portal, empty, redirect URL, silence, cut-body, cut-before, cut-after; of lists also rows N, cut-rows N, one-page, page-max N, twice, count N, links TEXT. It applies to every request that matches METHOD and PATH, or to the first N. With --nodes, NODE in place of METHOD and a node's name as PATH: refuse, hang, garbage, half, huge, wrong-id, booleans, missing-members, duplicate-ids, no-ids, refusal, delay TIME.

Example: --faults \"PATCH /registrations: cut-after x1; GET: delay 500ms; NODE /lon-n1: hang\"";

/// What the server is like.
#[derive(Debug, Clone, Args)]
pub struct EstateOptions {
    /// Number of registrations, at most 100000
    #[arg(long, value_name = "N", default_value_t = 120, value_parser = clap::value_parser!(u32).range(0..=MOST_RECORDS))]
    pub records: u32,
    /// Delay added to every answer: milliseconds, or 500ms, 2s
    #[arg(long, value_name = "MS", default_value = "0", value_parser = latency)]
    pub latency: Duration,
    /// Token lifetime: seconds, or 10m, 1h
    #[arg(long, value_name = "S", default_value = "600", value_parser = lifetime)]
    pub token_lifetime: Duration,
}

/// The server alone.
#[derive(Debug, Clone, Args)]
pub struct Serve {
    /// Loopback address and port to listen on; port 0: any free port
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:0", value_parser = loopback)]
    pub listen: SocketAddr,
    /// What the server is like.
    #[command(flatten)]
    pub estate: EstateOptions,
    /// Also run 14 nodes that report live state over TCP and poll every 4 s
    #[arg(long)]
    pub nodes: bool,
    /// Faults to rehearse.
    #[arg(long, value_name = "FAULTS", value_parser = Faults::parse, help = FAULTS, long_help = FAULTS_AT_LENGTH)]
    pub faults: Option<Faults>,
}

/// Faults as they were typed.
#[derive(Debug, Clone, Default)]
pub struct Faults(Vec<Fault>);

impl Faults {
    fn parse(text: &str) -> Result<Self, faults::FaultError> {
        faults::parse(text).map(Self)
    }
}

fn latency(text: &str) -> Result<Duration, String> {
    let millis = text.parse().ok().map(Duration::from_millis);
    millis.or_else(|| parse_span(text)).ok_or_else(|| "use milliseconds, or a time such as 500ms, 2s".to_owned())
}

fn lifetime(text: &str) -> Result<Duration, String> {
    parse_span(text)
        .filter(|lifetime| *lifetime >= Duration::from_secs(1))
        .ok_or_else(|| "use at least 1 second, or a time such as 30s, 10m".to_owned())
}

fn loopback(text: &str) -> Result<SocketAddr, String> {
    let address: SocketAddr =
        text.parse().map_err(|_not_an_address| "use ADDRESS:PORT, such as 127.0.0.1:4120".to_owned())?;
    if address.ip().is_loopback() {
        Ok(address)
    } else {
        Err("the demo's password is public, so it listens only on loopback addresses such as 127.0.0.1".to_owned())
    }
}

/// Starts the server.
async fn start(
    estate: &EstateOptions,
    listen: Option<SocketAddr>,
    faults: Faults,
    nodes: Option<Duration>,
) -> Result<RunningServer, Report> {
    let defaults = demo::ServerOptions::default();
    let listen = listen.unwrap_or(defaults.listen);
    demo::start(demo::ServerOptions {
        listen,
        records: estate.records,
        latency: estate.latency,
        token_lifetime: Some(estate.token_lifetime),
        faults: faults.0,
        nodes,
        ..defaults
    })
    .await
    .wrap_err_with(|| format!("cannot listen on {listen}"))
}

/// Opens the console on a server of its own.
///
/// # Errors
/// What stopped it.
pub async fn open(
    estate: &EstateOptions,
    options: GlobalOptions,
    world: Machine,
    output: &mut CommandOutput,
) -> CommandResult {
    let sources = world.sources(options)?;
    let running = start(estate, None, Faults::default(), Some(POLL)).await?;
    let mut settings = sources.resolve_demo(&running.url, &running.username, running.password.expose())?;
    settings.ask_demo_nodes(POLL);
    // The records are gone with the server, and so are drafts of them: nothing is left to clean up.
    let state =
        tempfile::Builder::new().prefix("sipreg-demo-").tempdir().wrap_err("cannot create a directory for drafts")?;
    settings.places.state = Some(state.path().to_path_buf());
    notes(&settings.notes, output);
    let ended = console::open(settings, None, &mut None, output).await;
    running.stop().await;
    ended
}

/// Runs the server alone until Ctrl-c or SIGTERM, which is how it is meant to end.
///
/// # Errors
/// The address is taken; stdout does not take the data.
pub async fn serve(serve: Serve, output: &mut CommandOutput) -> CommandResult {
    // Before anything is printed: who reads the address may end the server at once.
    let mut interrupt = listen_for(SignalKind::interrupt())?;
    let mut terminate = listen_for(SignalKind::terminate())?;
    let running =
        start(&serve.estate, Some(serve.listen), serve.faults.unwrap_or_default(), serve.nodes.then_some(POLL)).await?;
    output.line(&format!("url       {}", running.url))?;
    output.line(&format!("username  {}", running.username))?;
    output.line(&format!("password  {}", running.password.expose()))?;
    output.flush()?;
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    running.stop().await;
    Ok(Exit::Done)
}

fn listen_for(kind: SignalKind) -> Result<Signal, Report> {
    signal(kind).wrap_err("cannot listen for signals")
}
