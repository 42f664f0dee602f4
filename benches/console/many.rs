//! A change of many records, watched from its question to its end: the largest memory, and how long it takes.

use std::time::Duration;

use crate::measure::Outcome;
use crate::measure::clock::{ms, now};
use crate::measure::link::Link;
use crate::measure::table::{Row, Target};
use crate::measure::terminal::Terminal;
use crate::stage::{MANY, SMALL, Stage};

/// Half of what it took once, 373 MB, in MiB.
const MOST: f64 = 177.9;

/// How long a look at the screen may take until the next.
const LOOK: Duration = Duration::from_secs(1);

/// Disables all records of a large server that are enabled.
pub fn change(stage: &mut Stage) -> Outcome<()> {
    let mut console = stage.console(MANY, SMALL, Link::LOCAL)?;
    let loaded = console.peak()?;
    console.send(b"*", now())?;
    console.wait("the marks", |screen| screen.contents().contains("marked"))?;
    console.send(b"t", now())?;
    console.wait("the choice", |screen| screen.contents().contains("isable"))?;
    console.send(b"d", now())?;
    until(&mut console, |text| text.contains("and press Enter to disable"))?;
    let asked = console.peak()?;
    let text = console.screen().contents();
    let count = text.split("Type ").nth(1).and_then(|rest| rest.split(' ').next()).ok_or("no number to type")?;
    let began = now();
    console.send(format!("{count}\r").as_bytes(), began)?;
    until(&mut console, |text| text.contains("Done: disable"))?;
    let took = ms(now() - began) / 1_000.0;
    let row = Row::new(format!("{count} of {MANY} records disabled: peak memory"), console.peak()?, "MiB");
    stage.tell(
        row.target(Target::Most(MOST)).note(format!("{loaded:.1} loaded, {asked:.1} at the question; {took:.0} s")),
    );
    Ok(())
}

/// However long it takes.
fn until(console: &mut Terminal, is_so: impl Fn(&str) -> bool) -> Outcome<()> {
    while !is_so(&console.screen().contents()) {
        // Nothing new is no reason to give up: the program would end by itself.
        let _ = console.take_in(LOOK)?;
    }
    Ok(())
}
