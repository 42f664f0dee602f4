//! How long the console takes to change 1,000 records, beside a client that sends the same requests over four
//! connections and does nothing else. `cargo bench --bench bulk [RECORDS]`; ends in 1 where the console takes more
//! than 1.5 times the bare client. Both talk to the embedded server in this process, which answers after 20 ms.
#![expect(clippy::disallowed_methods, reason = "measuring takes a clock")]

#[path = "../tests/kit/kit.rs"]
mod kit;

use std::io::Write as _;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use color_eyre::eyre::{Result, bail, eyre};
use kit::server::{client, token};
use kit::setup::setup;
use sipreg::api::Client;
use sipreg::app::core::{Effect, Message, PlanNote};
use sipreg::app::model::time::Moment;
use sipreg::app::write::bulk::BatchStep;
use sipreg::app::{App, Setup};
use sipreg::demo::{self, RunningServer, ServerOptions};
use sipreg::keys::Key;
use sipreg::runtime::perform::{read, write};
use sipreg::state::plans::{OpenPlan, Plans};
use tokio::task::JoinSet;

/// How often each is measured; they take turns, so that a busy minute hits both alike.
const ROUNDS: usize = 3;

/// How long the server thinks.
const LATENCY: Duration = Duration::from_millis(20);

/// What the console may take of the bare client's time.
const LIMIT: f64 = 1.5;

const MEDIA: &str = "application/vnd.api+json";

fn main() -> Result<ExitCode> {
    let records = std::env::args().skip(1).find_map(|word| word.parse().ok()).unwrap_or(1_000);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    drop(rustls::crypto::ring::default_provider().install_default());
    let running = runtime.block_on(demo::start(ServerOptions { records, ..ServerOptions::default() }))?;
    let token = runtime.block_on(token(&running));
    // The made-up records have some that the server would not store again; they are none to measure with.
    for id in runtime.block_on(send_bare(&running, &token, false))? {
        let _ = running.control().remove(id);
    }
    let records = running.control().ids().len();
    running.control().set_latency(LATENCY);
    let mut out = std::io::stdout();
    writeln!(out, "{records} records switched off and on, {} ms, median of {ROUNDS}", LATENCY.as_millis())?;
    let (mut bare, mut console) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let from = Instant::now();
        let refused = runtime.block_on(send_bare(&running, &token, round % 2 == 0))?;
        bare.push(from.elapsed());
        if !refused.is_empty() {
            bail!("refused: {refused:?}");
        }
        console.push(runtime.block_on(switch_all(&running, round % 2 == 0))?);
    }
    bare.sort();
    console.sort();
    let (Some(bare), Some(console)) = (bare.get(ROUNDS / 2), console.get(ROUNDS / 2)) else { bail!("no rounds") };
    let times = console.as_secs_f64() / bare.as_secs_f64();
    writeln!(out, "bare client  {:>8.2} s", bare.as_secs_f64())?;
    writeln!(out, "console      {:>8.2} s   {times:.2} times", console.as_secs_f64())?;
    Ok(if times <= LIMIT { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// A look at each record and a change of it, over four connections. Answers with those that were refused.
async fn send_bare(running: &RunningServer, token: &str, enabled: bool) -> Result<Vec<u64>> {
    let ids = Arc::new(running.control().ids());
    let next = Arc::new(AtomicUsize::new(0));
    let mut tasks: JoinSet<Result<Vec<u64>>> = JoinSet::new();
    for _ in 0..4 {
        let (client, token, url) = (reqwest::Client::new(), token.to_owned(), running.url.clone());
        let (ids, next) = (Arc::clone(&ids), Arc::clone(&next));
        tasks.spawn(async move {
            let mut refused = Vec::new();
            while let Some(id) = ids.get(next.fetch_add(1, Ordering::Relaxed)) {
                let at = format!("{url}/api/rest/admin/registrations/{id}?include=pop,node,transport-protocol");
                let look = client.get(&at).header("Accept", MEDIA).header("Authorization", &token);
                look.send().await?.error_for_status()?.bytes().await?;
                let body = serde_json::json!({
                    "data": { "id": id.to_string(), "type": "registrations", "attributes": { "enabled": enabled } }
                });
                let change = client.patch(&at).header("Accept", MEDIA).header("Content-Type", MEDIA);
                let change = change.header("Authorization", &token).body(body.to_string());
                let answer = change.send().await?;
                if answer.status().is_client_error() {
                    refused.push(*id);
                }
                answer.bytes().await?;
            }
            Ok(refused)
        });
    }
    let mut refused = Vec::new();
    while let Some(ended) = tasks.join_next().await {
        refused.extend(ended??);
    }
    Ok(refused)
}

/// The console without a screen: its state, its requests, and the plan that it keeps on the disk.
struct Console {
    app: App,
    client: Client,
    tasks: JoinSet<Message>,
    started: Instant,
    plans: Plans,
    plan: Option<OpenPlan>,
}

impl Console {
    fn now(&self) -> Moment {
        Moment { mono: self.started.elapsed(), wall: chrono::Utc::now() }
    }

    fn tell(&mut self, message: Message) -> Result<()> {
        let now = self.now();
        let mut messages = vec![message];
        while let Some(message) = messages.pop() {
            let effects: Vec<_> = self.app.update(now, message).collect();
            for effect in effects {
                let client = self.client.clone();
                match effect {
                    Effect::Read { ticket, read: wanted } => {
                        self.tasks.spawn(async move {
                            let result = read(&client, &wanted).await;
                            Message::Reply { ticket, read: wanted, result }
                        });
                    }
                    Effect::WriteNoted { number, write: wanted, note } => {
                        if let Some(plan) = &mut self.plan {
                            plan.note(&note)?;
                        }
                        self.tasks.spawn(async move {
                            let outcome = write(&client, &wanted).await;
                            Message::Outcome { number, outcome }
                        });
                    }
                    Effect::Note(note) => match *note {
                        PlanNote::Begin(lines) => self.plan = Some(self.plans.begin(1, now.wall, lines.lines())?),
                        PlanNote::Add(line) => {
                            if let Some(plan) = &mut self.plan {
                                plan.note(&line)?;
                            }
                        }
                        PlanNote::End => {
                            if let Some(plan) = self.plan.take() {
                                plan.remove();
                            }
                        }
                    },
                    Effect::Arrange { ticket, job } => messages.push(Message::Arranged { ticket, ids: job.run() }),
                    Effect::Count { job, .. } => messages.push(Message::Counted { counted: Box::new(job.run()) }),
                    _ => {}
                }
            }
        }
        Ok(())
    }

    fn press(&mut self, keys: &str) -> Result<()> {
        for key in Key::parse_sequence(keys).map_err(|error| eyre!("{keys}: {error:?}"))? {
            self.tell(Message::Typed(key))?;
        }
        Ok(())
    }

    /// Until nothing is under way.
    async fn settle(&mut self) -> Result<()> {
        while let Some(message) = self.tasks.join_next().await {
            self.tell(message?)?;
        }
        Ok(())
    }
}

/// Marks everything and switches it, from the key to the last answer.
async fn switch_all(running: &RunningServer, on: bool) -> Result<Duration> {
    let client = client(running);
    let setup = Setup { profile: "bench".to_owned(), server: running.url.clone(), user: None, ..setup() };
    let (home, started) = (tempfile::tempdir()?, Instant::now());
    let first = Moment { mono: Duration::ZERO, wall: chrono::Utc::now() };
    let app = App::new(setup, (80, 24), first);
    let plans = Plans::open(home.path(), "bench");
    let mut console = Console { app, client, tasks: JoinSet::new(), started, plans, plan: None };
    console.tell(Message::Started)?;
    console.settle().await?;
    // What the bare client did is undone here, so that there is something to send.
    console.press("* t")?;
    let from = Instant::now();
    console.press(if on { "d" } else { "e" })?;
    console.settle().await?;
    let count = console.app.writes.bulk.as_ref().map_or(0, |batch| batch.foreseen.to_send);
    for digit in count.to_string().chars() {
        console.tell(Message::Typed(Key::char(digit)))?;
    }
    console.press("Enter")?;
    console.settle().await?;
    let took = from.elapsed();
    let Some(batch) = &console.app.writes.bulk else { bail!("nothing was done") };
    let done = batch.seen.counts.done;
    if !matches!(batch.step, BatchStep::Finished) || done != count || count == 0 {
        bail!("{done} of {count} were done: {:?}", batch.seen.counts);
    }
    Ok(took)
}
