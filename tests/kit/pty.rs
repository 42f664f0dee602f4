//! A program on a pseudo-terminal: what it writes is interpreted, and waited for.
//!
//! Nothing sleeps: every wait ends when the awaited thing happens, or after [`PATIENCE`] with a picture of the screen.
//! No question to the terminal is answered, so a program that asks one hangs here as it would on a bad link.

use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::slice;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use portable_pty::{ExitStatus, MasterPty};
use rustix::process::{Pid, Signal, kill_process, kill_process_group};

use super::PATIENCE;
use super::home::Home;
use super::launch::{Running, modes, size};
use super::process::memory;

/// A program on a pseudo-terminal. It is killed when this is dropped.
pub struct Pty {
    shared: Arc<Shared>,
    terminal: Option<(Box<dyn MasterPty + Send>, Box<dyn Write + Send>)>,
    pid: Pid,
    modes_at_start: String,
    _home: Option<Home>,
}

struct Shared {
    seen: Mutex<Seen>,
    changed: Condvar,
}

impl Shared {
    /// What was seen, also after a wait in vain, which fails with the lock held.
    fn look(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Seen {
    parser: vt100::Parser<Heard>,
    bytes: Vec<u8>,
    hang_up: bool,
    asleep: bool,
    closed: bool,
    exit: Option<ExitStatus>,
}

impl Seen {
    fn take_in(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
        // The interpreter fails where a text of the size before is wrapped in a window of one row or column. What the
        // program draws when it learns the size is seen again.
        for byte in bytes {
            let taken = catch_unwind(AssertUnwindSafe(|| self.parser.process(slice::from_ref(byte))));
            if taken.is_err() {
                let (rows, columns) = self.parser.screen().size();
                let modes = self.parser.screen().clone();
                let heard = self.parser.callbacks().clone();
                self.parser = vt100::Parser::new_with_callbacks(rows, columns, 0, heard);
                for (is_set, sequence) in [
                    (modes.alternate_screen(), "\x1b[?1049h"),
                    (modes.hide_cursor(), "\x1b[?25l"),
                    (modes.bracketed_paste(), "\x1b[?2004h"),
                ] {
                    if is_set {
                        self.parser.process(sequence.as_bytes());
                    }
                }
            }
        }
    }
}

/// What the program told the terminal beside the picture.
#[derive(Default, Clone)]
pub struct Heard {
    /// The title of the window.
    pub title: String,
    /// What was put on the clipboard last, in base64.
    pub clipboard: String,
}

impl vt100::Callbacks for Heard {
    fn set_window_title(&mut self, _: &mut vt100::Screen, title: &[u8]) {
        self.title = String::from_utf8_lossy(title).into_owned();
    }

    fn copy_to_clipboard(&mut self, _: &mut vt100::Screen, _: &[u8], base64: &[u8]) {
        self.clipboard = String::from_utf8_lossy(base64).into_owned();
    }
}

/// A point in the stream of bytes that the program writes.
#[derive(Debug, Clone, Copy)]
pub struct Mark(usize);

impl Mark {
    /// Before the first byte.
    pub const START: Self = Self(0);

    /// So many bytes later.
    #[must_use]
    pub const fn plus(self, bytes: usize) -> Self {
        Self(self.0 + bytes)
    }
}

impl Pty {
    /// Reads what it writes, and waits for its end.
    pub fn of(running: Running) -> Self {
        let Running { mut child, master, mut reader, writer, size, modes_at_start, home } = running;
        let pid = child.process_id().and_then(|id| Pid::from_raw(id.cast_signed())).expect("a process id");
        let shared = Arc::new(Shared {
            seen: Mutex::new(Seen {
                parser: vt100::Parser::new_with_callbacks(size.rows, size.cols, 0, Heard::default()),
                bytes: Vec::new(),
                hang_up: false,
                asleep: false,
                closed: false,
                exit: None,
            }),
            changed: Condvar::new(),
        });

        let on_read = Arc::clone(&shared);
        std::thread::spawn(move || {
            let mut piece = [0; 8192];
            loop {
                // At the end a pseudo-terminal fails with EIO on Linux and ends elsewhere.
                let count = reader.read(&mut piece).unwrap_or(0);
                let mut seen = on_read.look();
                seen.take_in(&piece[..count]);
                let finished = count == 0 || seen.hang_up;
                if finished {
                    // Close our end before anyone is told that it is closed.
                    drop(std::mem::replace(&mut reader, Box::new(std::io::empty())));
                    seen.closed = true;
                }
                on_read.changed.notify_all();
                if finished {
                    return;
                }
                while seen.asleep {
                    seen = on_read.changed.wait(seen).unwrap_or_else(PoisonError::into_inner);
                }
            }
        });
        let on_exit = Arc::clone(&shared);
        std::thread::spawn(move || {
            let status = child.wait().expect("the program can be waited for");
            on_exit.look().exit = Some(status);
            on_exit.changed.notify_all();
        });
        Self { shared, terminal: Some((master, writer)), pid, modes_at_start, _home: home }
    }
    /// Waits until the screen is as described; fails with the screen and `what` was expected.
    pub fn wait_for(&self, what: &str, is_so: impl Fn(&vt100::Screen) -> bool) {
        let seen = self.wait(|seen| is_so(seen.parser.screen()) || seen.closed);
        assert!(is_so(seen.parser.screen()), "waited in vain for {what}; the screen:\n{}", picture(&seen));
    }

    /// Waits until a text is somewhere on the screen.
    pub fn wait_for_text(&self, text: &str) {
        self.wait_for(&format!("{text:?}"), |screen| screen.contents().contains(text));
    }

    /// Waits until bytes with this text in them have arrived since the mark.
    pub fn wait_for_bytes(&self, mark: Mark, text: &[u8]) {
        let arrived = |seen: &Seen| contains(&seen.bytes[mark.0..], text);
        let seen = self.wait(|seen| arrived(seen) || seen.closed);
        let text = String::from_utf8_lossy(text);
        assert!(arrived(&seen), "waited in vain for the bytes {text:?}; the screen:\n{}", picture(&seen));
    }

    /// Types keys, as the bytes that a terminal sends for them.
    pub fn send(&mut self, keys: impl AsRef<[u8]>) {
        let (_, writer) = self.terminal.as_mut().expect("the terminal is there");
        writer.write_all(keys.as_ref()).and_then(|()| writer.flush()).expect("the program takes the keys");
    }

    /// Makes the window another size.
    pub fn resize(&mut self, columns: u16, rows: u16) {
        let mut seen = self.shared.look();
        // The interpreter fails on a wide character that is cut in half: take away what falls off.
        let (height, width) = seen.parser.screen().size();
        if columns < width {
            let cut: Vec<String> = (1..=height).map(|row| format!("\x1b[{row};{columns}H\x1b[K")).collect();
            seen.parser.process(format!("\x1b7{}\x1b8", cut.concat()).as_bytes());
        }
        seen.parser.screen_mut().set_size(rows, columns);
        drop(seen);
        let (master, _) = self.terminal.as_ref().expect("the terminal is there");
        master.resize(size(columns, rows)).expect("the terminal is resized");
    }

    /// Here, for [`Pty::bytes_since`].
    pub fn mark(&self) -> Mark {
        Mark(self.shared.look().bytes.len())
    }

    /// Everything that the program wrote since then.
    pub fn bytes_since(&self, mark: Mark) -> Vec<u8> {
        self.shared.look().bytes[mark.0..].to_vec()
    }

    /// Watches the program for that long and counts the bytes that it writes.
    pub fn quiet_for(&self, duration: Duration) -> usize {
        let seen = self.shared.look();
        let before = seen.bytes.len();
        let (seen, _) = self
            .shared
            .changed
            .wait_timeout_while(seen, duration, |seen| !seen.closed)
            .unwrap_or_else(PoisonError::into_inner);
        seen.bytes.len() - before
    }

    /// Waits until the program has written nothing for that long.
    pub fn settle(&self, quiet: Duration) {
        while self.quiet_for(quiet) > 0 {}
    }

    /// The picture, as text.
    pub fn contents(&self) -> String {
        self.shared.look().parser.screen().contents()
    }

    /// The picture, with everything that is known about it.
    pub fn screen(&self) -> vt100::Screen {
        self.shared.look().parser.screen().clone()
    }

    /// Title and clipboard.
    pub fn heard(&self) -> Heard {
        self.shared.look().parser.callbacks().clone()
    }

    /// Whether the terminal reads line by line with echo, as a shell wants it.
    pub fn is_cooked(&self) -> bool {
        let (master, _) = self.terminal.as_ref().expect("the terminal is there");
        let modes = master.get_termios().expect("the modes of the terminal");
        let modes = format!("{:?} {:?}", modes.local_flags, modes.output_flags);
        ["ICANON", "ECHO", "ISIG", "OPOST"].iter().all(|mode| modes.contains(mode))
    }

    /// Whether the terminal reads and echoes exactly as before the program started.
    pub fn has_its_modes_back(&self) -> bool {
        let (master, _) = self.terminal.as_ref().expect("the terminal is there");
        modes(master.as_ref()) == self.modes_at_start
    }

    /// Its process id.
    pub fn id(&self) -> i32 {
        self.pid.as_raw_nonzero().get()
    }

    /// Whether the program has not ended yet.
    pub fn runs(&self) -> bool {
        self.shared.look().exit.is_none()
    }

    /// Processor time that the program and its threads have taken, in ticks of the system.
    #[cfg(target_os = "linux")]
    pub fn ticks(&self) -> u64 {
        let path = format!("/proc/{}/stat", self.pid.as_raw_nonzero());
        let stat = std::fs::read_to_string(path).expect("the program is there");
        // The name, in parentheses, may hold anything; utime and stime are the 14th and 15th fields.
        let (_, fields) = stat.rsplit_once(") ").expect("a name");
        fields.split(' ').skip(11).take(2).map(|ticks| ticks.parse::<u64>().expect("a number")).sum()
    }

    /// Sends a signal to the program; under a shell, to the shell.
    pub fn signal(&self, signal: Signal) {
        kill_process(self.pid, signal).expect("the program is there");
    }

    /// Takes the terminal away, as a lost connection does. It makes the program write something first: the thread that
    /// reads from it cannot be stopped otherwise.
    pub fn hang_up(&mut self) {
        self.shared.look().hang_up = true;
        let (rows, columns) = self.screen().size();
        self.resize(columns + 1, rows);
        let seen = self.wait(|seen| seen.closed);
        assert!(seen.closed, "the program did not react to another size; the screen:\n{}", picture(&seen));
        drop(seen);
        self.terminal = None;
    }

    /// Reads no more from the terminal, as one does that was stopped with Ctrl-s or whose link is dead.
    pub fn stop_reading(&self) {
        self.shared.look().asleep = true;
    }

    /// Reads on.
    pub fn go_on_reading(&self) {
        self.shared.look().asleep = false;
        self.shared.changed.notify_all();
    }

    /// The most memory that the program ever took, in bytes.
    #[cfg(target_os = "linux")]
    pub fn peak_memory(&self) -> u64 {
        memory(self.id().cast_unsigned()).0 << 10
    }

    /// Fails unless the program takes next to no processor time while nothing happens.
    #[cfg(target_os = "linux")]
    pub fn assert_idle(&self) {
        let before = self.ticks();
        self.quiet_for(Duration::from_secs(1));
        let taken = self.ticks() - before;
        // A loop that never waits takes a hundred a second, and some dozens on a machine with other things to do.
        assert!(taken <= 8, "{taken} ticks in a second in which nothing happened");
    }

    /// Waits until the program has ended, whether or not what it wrote was read.
    pub fn wait_end(&self) -> ExitStatus {
        let seen = self.wait(|seen| seen.exit.is_some());
        seen.exit.clone().unwrap_or_else(|| panic!("the program did not end; the screen:\n{}", picture(&seen)))
    }

    /// Waits until the program has ended and all that it wrote has been read.
    pub fn wait_exit(&self) -> ExitStatus {
        let seen = self.wait(|seen| seen.closed && seen.exit.is_some());
        seen.exit.clone().unwrap_or_else(|| panic!("the program did not end; the screen:\n{}", picture(&seen)))
    }

    fn wait(&self, until: impl Fn(&Seen) -> bool) -> MutexGuard<'_, Seen> {
        let seen = self.shared.look();
        self.shared
            .changed
            .wait_timeout_while(seen, PATIENCE, |seen| !until(seen))
            .unwrap_or_else(PoisonError::into_inner)
            .0
    }
}

impl Drop for Pty {
    fn drop(&mut self) {
        let last = self.contents();
        assert!(std::thread::panicking() || !last.contains("(os error"), "a number of the system is shown:\n{last}");
        if self.runs() {
            // It leads a session, and with it a group of what it started.
            let _ = kill_process_group(self.pid, Signal::KILL);
        }
    }
}

fn picture(seen: &Seen) -> String {
    let screen = seen.parser.screen();
    let (rows, columns) = screen.size();
    let rule = "-".repeat(columns.into());
    let lines: Vec<String> = screen.rows(0, columns).map(|row| format!("|{row}\n")).collect();
    let lines = lines.concat();
    let end = if seen.closed { ", closed" } else { "" };
    format!("{rule}\n{lines}{rule}\n{columns}x{rows}, {} bytes so far{end}, exit {:?}", seen.bytes.len(), seen.exit)
}

/// Whether bytes have a sequence in them.
pub fn contains(bytes: &[u8], sequence: &[u8]) -> bool {
    memchr::memmem::find(bytes, sequence).is_some()
}
