//! The journal on disk: one JSON line for each write, in `STATE/journal/PROFILE.jsonl`, appended by any number
//! of consoles. What grew too large becomes `PROFILE.jsonl.1`, and what was there before goes.

use std::fs::File;
use std::io::{self, Write};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::{DateTime, Utc};
use ring::digest::{SHA256, digest};
use rustix::fs::{FlockOperation, OFlags};

use crate::domain::change::JournalLine;

use crate::domain::state_error::{Attempt, FileFault, FileObstacle, StateError};
use crate::state::folder::Folder;
use crate::state::name;

/// When the next line begins a new file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rotation {
    /// From this size on, in bytes.
    pub largest: u64,
    /// Where the first line is older than this; `None`: whatever its age.
    pub oldest: Option<Duration>,
}

impl Default for Rotation {
    fn default() -> Self {
        Self { largest: 10_000_000, oldest: None }
    }
}

/// How much is read at once from the end, in bytes.
const CHUNK: usize = 64 << 10;

/// No line of ours is longer, in bytes.
const LONGEST: usize = 32 << 20;

/// The directory of all profiles' journals.
const JOURNAL: &str = "journal";

/// How one line is written: by [`write_once`], except in tests.
type Append = dyn Fn(&File, &[u8]) -> io::Result<usize> + Send + Sync;

/// The journal of one profile. All calls may block.
pub struct Journal {
    state: PathBuf,
    name: String,
    rotation: Rotation,
    append: Box<Append>,
}

impl std::fmt::Debug for Journal {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Journal").field("state", &self.state).field("name", &self.name).finish_non_exhaustive()
    }
}

/// The end of the journal.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JournalTail {
    /// The last line first.
    pub lines: Vec<JournalLine>,
    /// What distinguishes each line among them that could not be read: cut short, or written by a version that knows
    /// more.
    pub damaged: Vec<String>,
}

impl Journal {
    /// The journal of a profile, below the state directory. Touches nothing.
    pub fn open(state: &Path, profile: &str) -> Self {
        Self {
            state: state.to_path_buf(),
            name: format!("{}.jsonl", name::of_profile(profile)),
            rotation: Rotation::default(),
            append: Box::new(write_once),
        }
    }

    /// The same with other limits.
    #[must_use]
    pub fn rotating(self, rotation: Rotation) -> Self {
        Self { rotation, ..self }
    }

    pub fn path(&self) -> PathBuf {
        self.state.join(JOURNAL).join(&self.name)
    }

    /// Adds a line, in one piece however many consoles write.
    ///
    /// # Errors
    /// The disk does not let us.
    pub fn record(&self, line: &JournalLine) -> Result<(), StateError> {
        self.add(line).map_err(|fault| fault.during(Attempt::Record))
    }

    /// The last lines, at most `count`, without reading more of the file than they need.
    ///
    /// # Errors
    /// The disk does not let us. That there is no journal yet is no error.
    pub fn recent(&self, count: usize) -> Result<JournalTail, StateError> {
        self.last(count).map_err(|fault| fault.during(Attempt::ReadJournal))
    }

    fn rotated(&self) -> String {
        format!("{}.1", self.name)
    }

    fn add(&self, line: &JournalLine) -> Result<(), FileFault> {
        let folder = Folder::create(&self.state, &[JOURNAL])?;
        let fault = |error: io::Error| FileFault::at(folder.path_of(&self.name), error);
        self.rotate(&folder, line.time);
        let file = folder.open_file(&self.name, OFlags::RDWR | OFlags::APPEND | OFlags::CREATE)?;
        let mut bytes = Vec::new();
        if !ends_whole(&file).map_err(fault)? {
            bytes.push(b'\n');
        }
        serde_json::to_writer(&mut bytes, line).map_err(|error| fault(error.into()))?;
        bytes.push(b'\n');
        let written = (self.append)(&file, &bytes).map_err(fault)?;
        if written < bytes.len() {
            // The rest in a second write could stand behind another console's line. The next line sees the
            // torn one and begins on a line of its own.
            return Err(FileFault::new(folder.path_of(&self.name), FileObstacle::Full));
        }
        Ok(())
    }

    /// Begins a new file when the old one is large. Of two consoles that notice, one does it: the other does
    /// not get the lock, or finds the file replaced. Where it cannot be done, the old file grows on: a line is
    /// worth more than a tidy directory.
    fn rotate(&self, folder: &Folder, now: DateTime<Utc>) {
        let Ok(file) = folder.open_file(&self.name, OFlags::RDONLY) else { return };
        let large = file.metadata().is_ok_and(|metadata| metadata.len() >= self.rotation.largest);
        let old = self.rotation.oldest.is_some_and(|oldest| {
            let age = begun(&file).map(|begun| now.signed_duration_since(begun));
            age.is_some_and(|age| age.to_std().is_ok_and(|age| age >= oldest))
        });
        if (large || old)
            && rustix::fs::flock(&file, FlockOperation::NonBlockingLockExclusive).is_ok()
            && folder.leads_to(&self.name, &file)
        {
            let _ = folder.rename(&self.name, &self.rotated());
        }
    }

    fn last(&self, count: usize) -> Result<JournalTail, FileFault> {
        let mut recent = JournalTail::default();
        let Some(folder) = Folder::open(&self.state, &[JOURNAL])? else { return Ok(recent) };
        let mut newer: Option<File> = None;
        for name in [self.name.clone(), self.rotated()] {
            let file = match folder.open_file(&name, OFlags::RDONLY) {
                Ok(file) => file,
                Err(fault) if fault.obstacle == FileObstacle::Gone => continue,
                Err(fault) => return Err(fault),
            };
            // Another console began a new file between the two: this one was read already.
            if newer.as_ref().is_some_and(|newer| folder.leads_to(&name, newer)) {
                break;
            }
            let mut from_end = FromEnd::new(&file).map_err(|error| FileFault::at(folder.path_of(&name), error))?;
            while recent.lines.len() < count {
                let line = from_end.next().map_err(|error| FileFault::at(folder.path_of(&name), error))?;
                let Some(line) = line else { break };
                match serde_json::from_slice(&line) {
                    Ok(line) => recent.lines.push(line),
                    Err(_) => recent.damaged.push(mark_of(&line)),
                }
            }
            newer = Some(file);
        }
        Ok(recent)
    }
}

/// Distinguishes a line from others, and stays the same from start to start.
fn mark_of(line: &[u8]) -> String {
    let first = digest(&SHA256, line).as_ref().iter().take(8).fold(0_u64, |mark, byte| (mark << 8) | u64::from(*byte));
    format!("{first:016x}")
}

/// One `write`, so that with `O_APPEND` a line is in one piece.
fn write_once(mut file: &File, bytes: &[u8]) -> io::Result<usize> {
    loop {
        match file.write(bytes) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            written => return written,
        }
    }
}

/// When the first line of a file was written.
fn begun(file: &File) -> Option<DateTime<Utc>> {
    let mut beginning = vec![0; CHUNK];
    let read = file.read_at(&mut beginning, 0).ok()?;
    let line = beginning.get(..read)?.split(|byte| *byte == b'\n').next()?;
    serde_json::from_slice::<JournalLine>(line).ok().map(|line| line.time)
}

/// Whether a file is empty or ends with a line's end.
fn ends_whole(file: &File) -> io::Result<bool> {
    let Some(last) = file.metadata()?.len().checked_sub(1) else { return Ok(true) };
    let mut byte = [0];
    // Nothing read: another console began a new file.
    Ok(file.read_at(&mut byte, last)? == 0 || byte == *b"\n")
}

/// Lines of a file from the last to the first, without their ends. Empty ones are left out.
struct FromEnd<'a> {
    file: &'a File,
    /// Where the part that was read begins.
    start: u64,
    /// What was read and not handed out.
    part: Vec<u8>,
}

impl<'a> FromEnd<'a> {
    fn new(file: &'a File) -> io::Result<Self> {
        Ok(Self { file, start: file.metadata()?.len(), part: Vec::new() })
    }

    fn next(&mut self) -> io::Result<Option<Vec<u8>>> {
        loop {
            if let Some(end) = memchr::memrchr(b'\n', &self.part) {
                let line = self.part.split_off(end + 1);
                self.part.truncate(end);
                if line.is_empty() {
                    continue;
                }
                return Ok(Some(line));
            }
            if self.start == 0 {
                let line = std::mem::take(&mut self.part);
                return Ok((!line.is_empty()).then_some(line));
            }
            self.read_more()?;
        }
    }

    /// As much as there is already, so that a long line is not moved about often.
    fn read_more(&mut self) -> io::Result<()> {
        if self.part.len() > LONGEST {
            return Err(io::Error::other(format!("it has a line of more than {} MiB", LONGEST >> 20)));
        }
        let length = self.part.len().max(CHUNK);
        let length = usize::try_from(self.start).map_or(length, |left| left.min(length));
        let mut part = vec![0; length];
        self.start = self.start.saturating_sub(length as u64);
        self.file.read_exact_at(&mut part, self.start)?;
        part.append(&mut self.part);
        self.part = part;
        Ok(())
    }
}

#[cfg(test)]
mod tests;
