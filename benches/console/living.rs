//! Live state of fourteen nodes with ten thousand registrations each, beside the same console without it.

use std::time::Duration;

use crate::kit::home::{Home, SIPREG};
use crate::kit::launch::Launch;
use crate::kit::process::Usage;
use crate::measure::Outcome;
use crate::measure::clock::{ms, now};
use crate::measure::link::Link;
use crate::measure::nodes::Nodes;
use crate::measure::statistics::Samples;
use crate::measure::table::{Row, Target};
use crate::measure::terminal::{QUIET, Terminal};
use crate::stage::{SMALL, Stage, cursor, is_complete, list};

const RECORDS: u32 = 10_000;

/// The shortest time between two rounds that a profile may ask for.
const EVERY: Duration = Duration::from_secs(5);

/// Rounds that are watched.
const ROUNDS: usize = 3;

/// What more of memory it may take, in MiB.
const MOST: f64 = 16.0;

/// Memory, keys, and what is written while nodes are asked again and again.
pub fn live(stage: &mut Stage) -> Outcome<()> {
    let mut without = stage.console(RECORDS, SMALL, Link::LOCAL)?;
    let usual = down(&mut without, 200)?;
    let floor = without.peak()?;
    drop(without);
    let nodes = Nodes::of(stage.server(RECORDS))?;
    let mut console = start(stage, &nodes)?;
    console.wait("all nodes", |screen| screen.contents().contains("14/14"))?;
    console.settle(QUIET)?;
    let ours = down(&mut console, 200)?;
    let quiet = rounds(&mut console, &nodes)?;
    // Each node says something new of every registration.
    nodes.say_left(stage.server(RECORDS), 600)?;
    let changed = rounds(&mut console, &nodes)?;
    let peak = console.peak()?;
    stage.tell(
        Row::new("live, 14 nodes x 10,000: row down, done", ours.median(), "ms")
            .floor(usual.median(), "without live")
            .target(Target::AboveFloor(1.0))
            .note(format!("95 % within {:.1}, without {:.1}", ours.quantile(0.95), usual.quantile(0.95))),
    );
    stage.tell(
        Row::new("the same: peak memory", peak, "MiB").floor(floor, "without live").target(Target::AboveFloor(MOST)),
    );
    stage.tell(
        Row::new("the same: bytes of a round that brings nothing new", quiet.bytes, "B")
            .target(Target::Most(0.0))
            .note(format!("CPU {:.0} ms", quiet.cpu)),
    );
    stage.tell(
        Row::new("the same: redraws of a round with news of every registration", changed.redraws, "")
            .target(Target::Most(1.0))
            .note(format!("{:.0} B, CPU {:.0} ms", changed.bytes, changed.cpu)),
    );
    Ok(())
}

/// The console with live state, everything read.
fn start(stage: &mut Stage, nodes: &Nodes) -> Outcome<Terminal> {
    let server = stage.server(RECORDS);
    let settings = format!(
        "[profile.eu]\nurl = {:?}\nusername = {:?}\nallow_plaintext = true\n\n[profile.eu.live]\nsource = \"nodes\"\n\
         every = {}\ntimeout = 60\n\n[profile.eu.live.endpoints]\n{}",
        server.url,
        server.user,
        EVERY.as_secs(),
        nodes.endpoints
    );
    let launch = Launch::new(SIPREG).at_home(&Home::configured(&settings)).args(["--profile", "eu"]);
    let launch = launch.env("SIPREG_PASSWORD", &server.password).size(SMALL.0, SMALL.1);
    let mut console = Terminal::start(launch, Link::LOCAL)?;
    console.wait("the whole list", |screen| is_complete(screen, RECORDS))?;
    Ok(console)
}

/// Keys down, over at least one round; how long each takes.
fn down(terminal: &mut Terminal, times: u32) -> Outcome<Samples> {
    let mut done = Samples::default();
    for number in 0..times {
        let key: &[u8] = if number % 20 < 10 { b"j" } else { b"k" };
        let before = (list(terminal.screen()), cursor(terminal.screen()));
        let reaction = terminal.press(key, |screen| (list(screen), cursor(screen)) != before)?;
        done.extend(reaction.matched.map(ms));
    }
    Ok(done)
}

/// What is written in a round, on average.
struct Written {
    bytes: f64,
    redraws: f64,
    cpu: f64,
}

fn rounds(terminal: &mut Terminal, nodes: &Nodes) -> Outcome<Written> {
    // Beside the minute in the top line.
    let (mut bytes, mut redraws) = (0_u32, 0_u32);
    let first = nodes.rounds() + 1;
    while nodes.rounds() < first {
        terminal.take_in(Duration::from_millis(20))?;
    }
    let before = Usage::of(terminal.pid);
    let until = now() + EVERY * u32::try_from(ROUNDS)?;
    while now() < until {
        let mut drawn = 0_u32;
        // What comes at once is one redraw.
        while let Some((_, piece)) = terminal.take_in(QUIET)? {
            drawn += u32::try_from(piece.len())?;
        }
        bytes += drawn;
        redraws += u32::from(drawn > 0);
    }
    let rounds = f64::from(u32::try_from((nodes.rounds() - first).max(1))?);
    let cpu = ms(Usage::of(terminal.pid).since(before).cpu);
    Ok(Written { bytes: f64::from(bytes) / rounds, redraws: f64::from(redraws) / rounds, cpu: cpu / rounds })
}
