//! A program on a pseudo-terminal, watched at the user's end of a link. Each piece of output is dated when it is read,
//! before anything is done with it, so that interpreting it costs the figures nothing.

use std::io::{self, Read as _, Write};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use portable_pty::{Child, MasterPty};

use super::Outcome;
use super::clock::{now, wait_until};
use super::kinds::Kinds;
use super::link::{Downlink, Link};
use crate::kit::home::Home;
use crate::kit::launch::{Launch, Running};
use crate::kit::process::{self, Usage};

/// Silence after which a program is taken to be done.
pub const QUIET: Duration = Duration::from_millis(60);

/// How long anything may take.
const PATIENCE: Duration = Duration::from_secs(20);

fn write(terminal: &Mutex<Box<dyn Write + Send>>, bytes: &[u8]) -> io::Result<()> {
    let mut terminal = terminal.lock().unwrap_or_else(PoisonError::into_inner);
    terminal.write_all(bytes)?;
    terminal.flush()
}

/// Some output and when the user sees it.
#[derive(Debug)]
struct Piece {
    seen_at: Instant,
    bytes: Vec<u8>,
}

/// What came of some keys.
#[derive(Debug, Clone, Default)]
pub struct Reaction {
    /// Until the first byte.
    pub first: Option<Duration>,
    /// Until the screen was as awaited.
    pub matched: Option<Duration>,
    /// Until the last byte before it was quiet.
    pub done: Option<Duration>,
    /// How many bytes came.
    pub bytes: usize,
    /// And of which kinds.
    pub kinds: Kinds,
    /// Time on a processor.
    pub cpu: Duration,
}

/// A program that runs on a terminal. It is killed when this is dropped.
pub struct Terminal {
    child: Box<dyn Child + Send + Sync>,
    /// Of the program.
    pub pid: u32,
    pieces: Receiver<Piece>,
    keys: Sender<(Instant, Vec<u8>)>,
    writer: Arc<Mutex<Box<dyn Write + Send>>>,
    parser: vt100::Parser,
    link: Link,
    /// When it was started.
    pub started: Instant,
    /// All bytes so far.
    pub all: Kinds,
    _master: Box<dyn MasterPty + Send>,
    _home: Option<Home>,
}

impl Terminal {
    /// Starts a program, with this line between its terminal and the user.
    ///
    /// # Errors
    /// It has no process id.
    pub fn start(launch: Launch, link: Link) -> Outcome<Self> {
        let started = now();
        let Running { child, master, mut reader, writer, size, home, .. } = launch.run();
        let (output, pieces) = mpsc::channel();
        let mut downlink = Downlink::new(link);
        thread::spawn(move || {
            let mut bytes = vec![0; 1 << 16];
            while let Ok(count @ 1..) = reader.read(&mut bytes) {
                let seen_at = downlink.carry(count, now());
                let piece = Piece { seen_at, bytes: bytes.get(..count).unwrap_or_default().to_vec() };
                if output.send(piece).is_err() {
                    return;
                }
                if let Some(at) = downlink.takes_more_at() {
                    wait_until(at);
                }
            }
        });
        let writer = Arc::new(Mutex::new(writer));
        let (keys, to_write) = mpsc::channel::<(Instant, Vec<u8>)>();
        let later = Arc::clone(&writer);
        thread::spawn(move || {
            for (at, bytes) in to_write {
                wait_until(at);
                if write(&later, &bytes).is_err() {
                    return;
                }
            }
        });
        let pid = child.process_id().ok_or("the program has no process id")?;
        let parser = vt100::Parser::new(size.rows, size.cols, 0);
        let all = Kinds::default();
        Ok(Self { child, pid, pieces, keys, writer, parser, link, started, all, _master: master, _home: home })
    }

    /// What is on the screen.
    pub fn screen(&self) -> &vt100::Screen {
        self.parser.screen()
    }

    /// Waits until the screen is as told; answers with when it was.
    ///
    /// # Errors
    /// It never was.
    pub fn wait(&mut self, what: &str, is_so: impl Fn(&vt100::Screen) -> bool) -> Outcome<Instant> {
        let mut at = now();
        let until = at + PATIENCE;
        while !is_so(self.screen()) {
            at = self
                .take_in(until.saturating_duration_since(now()))?
                .map(|(at, _)| at)
                .ok_or_else(|| format!("waited in vain for {what}; the screen:\n{}", self.screen().contents()))?;
        }
        wait_until(at);
        Ok(at)
    }

    /// Takes in what comes until nothing came for so long; answers with when the last byte was seen.
    ///
    /// # Errors
    /// The program ended.
    pub fn settle(&mut self, quiet: Duration) -> Outcome<Option<Instant>> {
        let mut last = None;
        while let Some((at, _)) = self.take_in(quiet)? {
            last = Some(at);
            wait_until(at);
        }
        Ok(last)
    }

    /// Types keys and watches until the screen is as told and quiet.
    ///
    /// # Errors
    /// It never was.
    pub fn press(&mut self, keys: &[u8], is_so: impl Fn(&vt100::Screen) -> bool) -> Outcome<Reaction> {
        let before = Usage::of(self.pid);
        let sent = now();
        self.send(keys, sent)?;
        let mut reaction = Reaction::default();
        loop {
            // A status line may tick on for ever, so that the time is counted from the key.
            let left = (sent + PATIENCE).saturating_duration_since(now());
            let patience = if reaction.matched.is_some() { QUIET } else { left };
            let Some((at, bytes)) = self.take_in(patience)? else {
                if reaction.matched.is_some() {
                    break;
                }
                return Err(format!("no matching screen after {keys:?}:\n{}", self.screen().contents()).into());
            };
            let after = at.saturating_duration_since(sent);
            reaction.first = reaction.first.or(Some(after));
            reaction.done = Some(after);
            reaction.bytes += bytes.len();
            reaction.kinds += Kinds::of(&bytes);
            if reaction.matched.is_none() && is_so(self.screen()) {
                reaction.matched = Some(after);
            }
            wait_until(at);
        }
        reaction.cpu = Usage::of(self.pid).since(before).cpu;
        Ok(reaction)
    }

    /// Types a key again and again, as a keyboard does while it is held, and watches until it is quiet. Times count
    /// from the last key.
    ///
    /// # Errors
    /// The program ended.
    pub fn hold(&mut self, key: &[u8], times: u32, apart: Duration) -> Outcome<Reaction> {
        let before = Usage::of(self.pid);
        let first = now();
        let last = first + apart * (times - 1);
        for number in 0..times {
            self.send(key, first + apart * number)?;
        }
        let mut reaction = Reaction::default();
        loop {
            let quiet = QUIET + self.link.round_trip + last.saturating_duration_since(now());
            let Some((at, bytes)) = self.take_in(quiet)? else { break };
            reaction.done = Some(at.saturating_duration_since(last));
            reaction.bytes += bytes.len();
            reaction.kinds += Kinds::of(&bytes);
            wait_until(at);
        }
        reaction.cpu = Usage::of(self.pid).since(before).cpu;
        Ok(reaction)
    }

    /// Types keys at a time, and waits for nothing.
    ///
    /// # Errors
    /// The program ended.
    pub fn send(&self, keys: &[u8], at: Instant) -> Outcome<()> {
        let due = at + self.link.up();
        if due <= now() { Ok(write(&self.writer, keys)?) } else { Ok(self.keys.send((due, keys.to_vec()))?) }
    }

    /// The next piece of output, if one comes in time, interpreted.
    ///
    /// # Errors
    /// The program ended.
    pub fn take_in(&mut self, patience: Duration) -> Outcome<Option<(Instant, Vec<u8>)>> {
        match self.pieces.recv_timeout(patience) {
            Ok(Piece { seen_at, bytes }) => {
                self.parser.process(&bytes);
                self.all += Kinds::of(&bytes);
                Ok(Some((seen_at, bytes)))
            }
            Err(RecvTimeoutError::Timeout) => Ok(None),
            Err(RecvTimeoutError::Disconnected) => {
                Err(format!("the program ended; the screen:\n{}", self.screen().contents()).into())
            }
        }
    }

    /// Peak memory so far, in MiB.
    ///
    /// # Errors
    /// The program ended.
    pub fn peak(&self) -> Outcome<f64> {
        let (peak, _) = process::memory(self.pid);
        Ok(f64::from(u32::try_from(peak)?) / 1024.0)
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
