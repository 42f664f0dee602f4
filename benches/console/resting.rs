//! Doing nothing, and having everything in memory.

use std::time::Duration;

use crate::kit::process::Usage;
use crate::measure::Outcome;
use crate::measure::clock::{ms, now};
use crate::measure::link::Link;
use crate::measure::table::{Row, Target};
use crate::measure::terminal::Terminal;
use crate::stage::{MANY, SMALL, Stage};

/// How long nothing is done.
const IDLE: Duration = Duration::from_secs(10);

/// After this the last of the connections that are kept for the next request has been given up.
const GIVEN_UP: Duration = Duration::from_secs(33);

/// Ten seconds without a key.
pub fn idle(stage: &mut Stage) -> Outcome<()> {
    let mut console = stage.console(MANY, SMALL, Link::LOCAL)?;
    let last_request = now();
    let soon = rest(&mut console)?;
    let mut minimal = stage.minimal(SMALL, Link::LOCAL)?;
    let floor = rest(&mut minimal)?;
    let left = (last_request + GIVEN_UP).saturating_duration_since(now());
    let mut finished = console.settle(left)?;
    while finished.is_some() && now() < last_request + GIVEN_UP {
        finished = console.settle((last_request + GIVEN_UP).saturating_duration_since(now()))?;
    }
    // A filter makes workers work that are to sleep again.
    console.send(b"/acme\r", now())?;
    console.settle(Duration::from_millis(300))?;
    let ours = rest(&mut console)?;
    for (name, measured, floor, unit) in [
        ("idle 10 s, bytes", ours.0, floor.0, "B"),
        ("idle 10 s, CPU", ms(ours.1.cpu), ms(floor.1.cpu), "ms"),
        ("idle 10 s, wake-ups", number(ours.1.wakeups), number(floor.1.wakeups), ""),
    ] {
        stage.tell(Row::new(name, measured, unit).floor(floor, "minimal ratatui").target(Target::Most(0.0)));
    }
    let note = format!("{} B, CPU {:.2} ms: connections are kept for a while", soon.0, ms(soon.1.cpu));
    stage.tell(Row::new("idle 10 s right behind the last request, wake-ups", number(soon.1.wakeups), "").note(note));
    Ok(())
}

fn rest(terminal: &mut Terminal) -> Outcome<(f64, Usage)> {
    let before = Usage::of(terminal.pid);
    let until = now() + IDLE;
    let mut bytes = 0;
    loop {
        let left = until.saturating_duration_since(now());
        if left.is_zero() {
            break;
        }
        if let Some((_, piece)) = terminal.take_in(left)? {
            bytes += piece.len();
        }
    }
    Ok((number(u64::try_from(bytes)?), Usage::of(terminal.pid).since(before)))
}

fn number(count: u64) -> f64 {
    u32::try_from(count).map_or(f64::INFINITY, f64::from)
}

/// Peak memory of estates of three sizes.
pub fn memory(stage: &mut Stage) -> Outcome<()> {
    for (records, most) in [(120, 12.0), (10_000, 20.0), (MANY, 72.0)] {
        let mut console = stage.console(records, SMALL, Link::LOCAL)?;
        let loaded = console.peak()?;
        console.send(b"/acme\r>", now())?;
        console.settle(Duration::from_millis(500))?;
        let row = Row::new(format!("peak memory, {records} records"), loaded, "MiB").target(Target::Most(most));
        stage.tell(row.note(format!("{:.1} after a filter and a sort", console.peak()?)));
    }
    Ok(())
}
