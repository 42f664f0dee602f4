//! Opening: the first rows, the whole list, and keys while it comes in.

use std::time::Duration;

use crate::measure::clock::{ms, now, wait_until};
use crate::measure::link::Link;
use crate::measure::statistics::Samples;
use crate::measure::table::{Row, Target};
use crate::measure::terminal::Terminal;
use crate::measure::{Outcome, bare, curl};
use crate::stage::{MANY, Stage, cursor_id, is_complete, list};

/// Records of the page for the first screen.
const FIRST_PAGE: u32 = 60;

/// How often the start is measured.
const STARTS: u32 = 15;

/// How often loading is.
const LOADS: u32 = 5;

/// Milliseconds between a frame and the next key.
const PAUSE: Duration = Duration::from_millis(8);

/// From the start of the program to rows on the screen, beside curl.
pub fn first_rows(stage: &mut Stage) -> Outcome<()> {
    let (mut ours, mut floor, mut here) = (Samples::default(), Samples::default(), Samples::default());
    for _ in 0..STARTS {
        let server = stage.server(MANY);
        if let Some(took) = curl::first_page(server, FIRST_PAGE)? {
            floor.push(ms(took));
        }
        let mut console = Terminal::start(server.console(), Link::LOCAL)?;
        let entered = console.take_in(Duration::from_secs(5))?;
        let shown = console.wait("rows", |screen| list(screen).iter().filter(|row| row.contains('@')).count() > 10)?;
        ours.push(ms(shown - console.started));
        here.extend(entered.map(|(at, _)| ms(at - console.started)));
        // Until it is killed it loads on: nothing of that is to fall into the next measurement.
        drop(console);
        std::thread::sleep(Duration::from_millis(150));
    }
    let mut row = Row::new("first rows of 100,000, from exec", ours.median(), "ms");
    row = if floor.count() == 0 {
        row.note("no curl to compare with")
    } else {
        row.floor(floor.median(), "curl: sign-in, first page").target(Target::AboveFloor(25.0))
    };
    stage.tell(row.note(format!("first byte {:.1}, at most {:.1}", here.median(), ours.max())));
    Ok(())
}

/// From the start of the program until all is read, beside a client that only fetches and parses.
pub fn everything(stage: &mut Stage) -> Outcome<()> {
    let (mut ours, mut floor, mut peaks) = (Samples::default(), Samples::default(), Samples::default());
    for _ in 0..LOADS {
        let server = stage.server(MANY);
        let (took, peak) = bare::run(server)?;
        floor.push(ms(took));
        peaks.push(peak);
        let mut console = Terminal::start(server.console(), Link::LOCAL)?;
        let complete = console.wait("the whole list", |screen| is_complete(screen, MANY))?;
        ours.push(ms(complete - console.started));
    }
    let row = Row::new("all 100,000 loaded, from exec", ours.median(), "ms");
    stage.tell(
        row.floor(floor.median(), "bare client")
            .target(Target::TimesFloor(2.0))
            .note(format!("bare client's peak {:.0} MiB", peaks.median())),
    );
    Ok(())
}

/// How long keys take while the list comes in.
pub fn keys_meanwhile(stage: &mut Stage) -> Outcome<()> {
    let mut keys = Samples::default();
    for _ in 0..LOADS {
        let mut console = Terminal::start(stage.server(MANY).console(), Link::LOCAL)?;
        console.wait("rows", |screen| cursor_id(screen).is_some())?;
        while !console.screen().contents().contains("synced") {
            let before = cursor_id(console.screen());
            let sent = now();
            console.send(b"j", sent)?;
            let shown = console.wait("the next row", |screen| cursor_id(screen) != before)?;
            keys.push(ms(shown - sent));
            wait_until(shown + PAUSE);
        }
    }
    let row = Row::new("key while 100,000 load, the slowest", keys.max(), "ms");
    let note = format!("of {} keys, median {:.1}, 95 % within {:.1}", keys.count(), keys.median(), keys.quantile(0.95));
    stage.tell(row.target(Target::Most(33.0)).note(note));
    Ok(())
}
