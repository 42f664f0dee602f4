//! Moving through the list: bytes and time of a row, of a page, of a key that is held, and all that on a bad line.

use std::time::Duration;

use crate::measure::Outcome;
use crate::measure::clock::ms;
use crate::measure::kinds::Kinds;
use crate::measure::link::Link;
use crate::measure::statistics::Samples;
use crate::measure::table::{Row, Target};
use crate::measure::terminal::{QUIET, Reaction, Terminal};
use crate::stage::{LARGE, MANY, SMALL, Stage, cursor};

/// A keyboard repeats a held key about so often.
const REPEAT: Duration = Duration::from_millis(33);

/// Repeats in three seconds.
const HELD: u32 = 90;

/// How often it is held.
const HOLDS: usize = 3;

const PAGE_DOWN: &[u8] = b"\x1b[6~";

/// What several reactions to the same key have in common.
#[derive(Default)]
struct Cost {
    bytes: Samples,
    matched: Samples,
    done: Samples,
    cpu: Samples,
    kinds: Kinds,
}

impl Cost {
    fn add(&mut self, reaction: &Reaction) {
        self.bytes.push(count(reaction.bytes));
        self.matched.extend(reaction.matched.map(ms));
        self.done.extend(reaction.done.map(ms));
        self.cpu.push(ms(reaction.cpu));
        self.kinds += reaction.kinds;
    }

    /// Presses a key some times; each is shown when the list is another.
    fn of(terminal: &mut Terminal, key: &[u8], times: u32) -> Outcome<Self> {
        let mut cost = Self::default();
        for _ in 0..times {
            let before = rows(terminal.screen());
            let reaction = terminal.press(key, |screen| rows(screen) != before)?;
            cost.add(&reaction);
        }
        Ok(cost)
    }
}

fn count(bytes: usize) -> f64 {
    u32::try_from(bytes).map_or(f64::INFINITY, f64::from)
}

/// What is in the list, and where its cursor is: with a bar, a row down changes no letter.
fn rows(screen: &vt100::Screen) -> (Vec<String>, Option<usize>) {
    (crate::stage::list(screen), cursor(screen).map(|(at, _)| at))
}

fn named(what: &str, (width, height): (u16, u16)) -> String {
    format!("{what}, {width}x{height}")
}

/// Down a row where nothing scrolls.
pub fn row_down(stage: &mut Stage) -> Outcome<()> {
    for size in [SMALL, LARGE] {
        let mut console = stage.console(MANY, size, Link::LOCAL)?;
        // From the first row, so that a page is not left.
        let times = u32::from(size.1) - 10;
        let mut ours = Cost::default();
        for _ in 0..100_u32.div_ceil(times) {
            console.send(b"gg", crate::measure::clock::now())?;
            console.settle(QUIET)?;
            let cost = Cost::of(&mut console, b"j", times)?;
            ours.merge(cost);
        }
        drop(console);
        let mut minimal = stage.minimal(size, Link::LOCAL)?;
        let floor = Cost::of(&mut minimal, b"j", times)?;
        let target =
            if size == SMALL { (Target::Most(125.0), Target::Most(2.0)) } else { (Target::None, Target::None) };
        stage.tell(
            Row::new(named("row down in page, bytes", size), ours.bytes.median(), "B")
                .floor(floor.bytes.median(), "minimal ratatui")
                .target(target.0)
                .note(format!("at most {:.0}", ours.bytes.max())),
        );
        stage.tell(
            Row::new(named("row down in page, done", size), ours.done.median(), "ms")
                .floor(floor.done.median(), "minimal ratatui")
                .target(target.1)
                .note(format!("95 % within {:.1}, CPU {:.2} ms", ours.done.quantile(0.95), ours.cpu.median())),
        );
    }
    Ok(())
}

/// Down with the key held, so that the list scrolls.
pub fn scroll(stage: &mut Stage) -> Outcome<()> {
    for (size, most) in [(SMALL, 300.0), (LARGE, 500.0)] {
        let mut console = stage.console(MANY, size, Link::LOCAL)?;
        let ours = held(&mut console, size)?;
        drop(console);
        let mut minimal = stage.minimal(size, Link::LOCAL)?;
        let floor = held(&mut minimal, size)?;
        let each = |held: &Reaction| count(held.bytes) / f64::from(HELD);
        stage.tell(
            Row::new(named("row down scrolling, held, bytes a key", size), each(&ours), "B")
                .floor(each(&floor), "minimal ratatui")
                .target(Target::Most(most))
                .note(ours.kinds.to_string()),
        );
        stage.tell(
            Row::new(named("row down scrolling, held, lag", size), ours.done.map_or(0.0, ms), "ms")
                .floor(floor.done.map_or(0.0, ms), "minimal ratatui")
                .target(Target::Most(5.0))
                .note(format!("CPU {:.2} ms a key", ms(ours.cpu) / f64::from(HELD))),
        );
    }
    Ok(())
}

/// Holds the key at the lower edge of the list, several times; the one whose lag is in the middle.
fn held(terminal: &mut Terminal, (_, height): (u16, u16)) -> Outcome<Reaction> {
    terminal.send(&b"j".repeat(usize::from(height)), crate::measure::clock::now())?;
    terminal.settle(Duration::from_millis(400))?;
    let mut all = Vec::new();
    for _ in 0..HOLDS {
        all.push(terminal.hold(b"j", HELD, REPEAT)?);
        terminal.settle(Duration::from_millis(300))?;
    }
    all.sort_by_key(|held| held.done);
    Ok(all.swap_remove(HOLDS / 2))
}

/// Down a page.
pub fn page_down(stage: &mut Stage) -> Outcome<()> {
    for size in [SMALL, LARGE] {
        let mut console = stage.console(MANY, size, Link::LOCAL)?;
        let ours = Cost::of(&mut console, PAGE_DOWN, 40)?;
        drop(console);
        let mut minimal = stage.minimal(size, Link::LOCAL)?;
        let floor = Cost::of(&mut minimal, PAGE_DOWN, 40)?;
        stage.tell(
            Row::new(named("page down, bytes", size), ours.bytes.median(), "B")
                .floor(floor.bytes.median(), "minimal ratatui")
                .target(Target::TimesFloor(1.3))
                .note(ours.kinds.to_string()),
        );
        stage.tell(
            Row::new(named("page down, done", size), ours.done.median(), "ms")
                .floor(floor.done.median(), "minimal ratatui"),
        );
    }
    Ok(())
}

/// Rows down over a bad line.
pub fn slow_link(stage: &mut Stage) -> Outcome<()> {
    let latency = ms(Link::SLOW.round_trip);
    let mut console = stage.console(MANY, SMALL, Link::SLOW)?;
    let ours = Cost::of(&mut console, b"j", 12)?;
    let ours_held = held(&mut console, SMALL)?;
    let at = cursor(console.screen());
    drop(console);
    let mut minimal = stage.minimal(SMALL, Link::SLOW)?;
    let floor = Cost::of(&mut minimal, b"j", 12)?;
    let floor_held = held(&mut minimal, SMALL)?;
    stage.tell(
        Row::new("80 ms, 256 kbit/s: row down shown", ours.matched.median(), "ms")
            .floor(floor.matched.median(), "minimal ratatui")
            .target(Target::Most(latency + 5.0))
            .note(format!("at most {:.1}", ours.matched.max())),
    );
    stage.tell(
        Row::new("80 ms, 256 kbit/s: lag after 3 s held", ours_held.done.map_or(0.0, ms), "ms")
            .floor(floor_held.done.map_or(0.0, ms), "minimal ratatui")
            .target(Target::Most(110.0))
            .note(at.map(|(_, row)| row.chars().take(30).collect::<String>()).unwrap_or_default()),
    );
    Ok(())
}

impl Cost {
    fn merge(&mut self, other: Self) {
        self.bytes.extend(other.bytes);
        self.matched.extend(other.matched);
        self.done.extend(other.done);
        self.cpu.extend(other.cpu);
        self.kinds += other.kinds;
    }
}
