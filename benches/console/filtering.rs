//! Finding: a character of a filter, Enter, Esc, and sorting, each until the list is as it was when the same keys were
//! typed slowly.

use std::time::Duration;

use sipreg::domain::query::Column;

use crate::measure::Outcome;
use crate::measure::clock::{ms, now};
use crate::measure::link::Link;
use crate::measure::statistics::Samples;
use crate::measure::table::{Row, Target};
use crate::measure::terminal::{QUIET, Terminal};
use crate::stage::{MANY, SMALL, Stage, cursor_id, list};

/// Words that are typed: what people look for, and a worst case that is in almost every record.
const WORDS: [&str; 4] = ["edge", "acme-fra", "betatel", "4930"];

/// How often each is.
const ROUNDS: u32 = 5;

/// Time for anything to be done, in the round that is not measured.
const SLOWLY: Duration = Duration::from_millis(500);

/// How long a lone ESC waits for the rest of a key, in ms.
const ESCAPE_DELAY: f64 = 50.0;

/// The list and the line above it with the counts.
type Picture = (Vec<String>, Option<String>);

fn picture(screen: &vt100::Screen) -> Picture {
    (list(screen), screen.rows(0, screen.size().1).nth(1).map(|row| row.trim_end().to_owned()))
}

/// A key, and what is typed before it without being measured.
type Step<'a> = (&'a [u8], &'a [u8]);

/// Types keys and waits for what they led to before. `back` leads from the end to the beginning.
fn measure(terminal: &mut Terminal, steps: &[Step<'_>], back: &[&[u8]]) -> Outcome<Vec<Samples>> {
    let slowly = |terminal: &mut Terminal, keys: &[u8]| -> Outcome<Picture> {
        terminal.send(keys, now())?;
        terminal.settle(SLOWLY)?;
        Ok(picture(terminal.screen()))
    };
    let mut pictures = Vec::new();
    for (before, key) in steps {
        slowly(terminal, before)?;
        pictures.push(slowly(terminal, key)?);
    }
    for keys in back {
        slowly(terminal, keys)?;
    }
    let mut samples = vec![Samples::default(); steps.len()];
    for _ in 0..ROUNDS {
        for (((before, key), wanted), samples) in steps.iter().zip(&pictures).zip(&mut samples) {
            if !before.is_empty() {
                terminal.send(before, now())?;
                terminal.settle(QUIET)?;
            }
            let reaction = terminal.press(key, |screen| picture(screen) == *wanted)?;
            samples.extend(reaction.matched.map(ms));
        }
        for keys in back {
            slowly(terminal, keys)?;
        }
    }
    Ok(samples)
}

/// A character of a filter, Enter and Esc.
pub fn filter(stage: &mut Stage) -> Outcome<()> {
    let mut console = stage.console(MANY, SMALL, Link::LOCAL)?;
    let (mut typed, mut first, mut enter, mut esc, mut cleared) = <_>::default();
    for word in WORDS {
        samples_of(&mut console, word, [&mut first, &mut typed, &mut enter, &mut esc, &mut cleared])?;
    }
    drop(console);
    let mut minimal = stage.minimal(SMALL, Link::LOCAL)?;
    let mut floor = Samples::default();
    for word in WORDS {
        let keys: Vec<&[u8]> = word.as_bytes().chunks(1).collect();
        minimal.send(b"/", now())?;
        minimal.settle(QUIET)?;
        for key in keys {
            let before = minimal.screen().contents();
            let reaction = minimal.press(key, |screen| screen.contents() != before)?;
            floor.extend(reaction.done.map(ms));
        }
        minimal.send(b"\x1b", now())?;
        minimal.settle(SLOWLY)?;
    }
    let tell = |samples: &Samples| format!("95 % within {:.1}, at most {:.1}", samples.quantile(0.95), samples.max());
    for (name, samples) in [
        ("first character of a filter, 100,000 rows", &first),
        ("further character of a filter, 100,000 rows", &typed),
        ("Enter in the filter", &enter),
        ("Esc in the filter, back to a filter", &esc),
        ("Ctrl-u in the filter, back to all", &cleared),
    ] {
        let row = Row::new(name, samples.median(), "ms");
        let row = if name.contains("character") { row.floor(floor.median(), "minimal, memmem") } else { row };
        // A lone ESC waits for the rest of a key (`escape_delay`) before it is one.
        let limit = if name.starts_with("Esc") { ESCAPE_DELAY + 16.0 } else { 16.0 };
        stage.tell(row.target(Target::Most(limit)).note(tell(samples)));
    }
    Ok(())
}

/// Types a word into the box, accepts it, opens the box again and types one more character, leaves by Esc, clears.
fn samples_of(
    console: &mut Terminal,
    word: &str,
    [first, typed, enter, esc, cleared]: [&mut Samples; 5],
) -> Outcome<()> {
    let mut steps: Vec<Step<'_>> = vec![(b"", b"/")];
    steps.extend(word.as_bytes().chunks(1).map(|key| (&b""[..], key)));
    let accept = steps.len();
    steps.extend([&b"\r"[..], b"/", b"z", b"\x1b", b"/", b"\x15", b"\r"].map(|key| (&b""[..], key)));
    let samples = measure(console, &steps, &[b"gg"])?;
    for (at, samples) in samples.into_iter().enumerate() {
        match at {
            1 => first.extend(samples),
            at if at > 1 && at < accept => typed.extend(samples),
            at if at == accept => enter.extend(samples),
            at if at == accept + 3 => esc.extend(samples),
            at if at == accept + 5 => cleared.extend(samples),
            _ => {}
        }
    }
    Ok(())
}

/// Opens the choice of what is sorted by, and goes to the next column.
const NEXT_COLUMN: &[u8] = b"s\x1b[B";

/// Chooses to sort by the first column, then goes to the first row.
const BY_ID: [&[u8]; 2] = [b"s\x1b[H\r", b"gg"];

/// All records by each column, and a key meanwhile.
pub fn sort(stage: &mut Stage) -> Outcome<()> {
    let mut console = stage.console(MANY, SMALL, Link::LOCAL)?;
    let columns = Column::all().count();
    let steps: Vec<Step<'_>> = vec![(NEXT_COLUMN, b"\r"); columns - 1];
    let samples = measure(&mut console, &steps, &BY_ID)?;
    let slowest =
        Column::all().skip(1).zip(&samples).max_by(|left, right| left.1.median().total_cmp(&right.1.median()));
    let (name, slowest) = slowest.map(|(column, samples)| (column.name(), samples.median())).ok_or("no columns")?;
    let all: Samples = samples.into_iter().flatten().collect();
    let mut meanwhile = Samples::default();
    for _ in 1..columns {
        console.send(NEXT_COLUMN, now())?;
        console.settle(QUIET)?;
        console.send(b"\r", now())?;
        console.settle(Duration::from_millis(1))?;
        let before = cursor_id(console.screen());
        let sent = now();
        console.send(b"j", sent)?;
        let shown = console.wait("the next row", |screen| cursor_id(screen) != before)?;
        meanwhile.push(ms(shown - sent));
        console.settle(SLOWLY)?;
    }
    drop(console);
    let mut minimal = stage.minimal(SMALL, Link::LOCAL)?;
    let before = minimal.screen().contents();
    let floor = minimal.press(b"S", |screen| screen.contents() != before)?.done.map_or(0.0, ms);
    stage.tell(
        Row::new(format!("sort 100,000 rows, the slowest column ({name})"), slowest, "ms")
            .floor(floor, "minimal: strings by name")
            .target(Target::Most(60.0))
            .note(format!("median of all columns {:.1}, at most {:.1}", all.median(), all.max())),
    );
    stage.tell(
        Row::new("key during a sort", meanwhile.median(), "ms")
            .target(Target::Most(16.0))
            .note(format!("at most {:.1}", meanwhile.max())),
    );
    Ok(())
}
