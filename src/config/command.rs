//! Runs a command for a secret: with the whole terminal or without it, never longer than it may, and done with its
//! first line and its own end, whoever else still holds its output. Nothing here quotes the command.

use std::io::{self, PipeReader, Read};
use std::os::fd::AsFd;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use secrecy::zeroize::Zeroizing;

use crate::domain::record::SECRET_VARIABLES;
use crate::domain::redactor::complaint;

/// After how long it is said what is waited for.
const MENTIONED: Duration = Duration::from_secs(1);

/// Most bytes of the output, and of the complaints: more is no secret and no complaint.
const MOST_OUTPUT: usize = 64 << 10;

/// What a command may do with the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Terminal {
    /// All: no one else uses it now, so that it may ask there.
    Whole,
    /// Nothing: it runs in a session of its own, where none is. (Where the system has no `setsid`, it could.)
    None,
}

/// How a command is run.
#[derive(Debug)]
pub struct RunOptions<'a> {
    /// Longest time it may take.
    pub patience: Duration,
    /// What it may do with the terminal.
    pub terminal: Terminal,
    /// Called once after a second.
    pub say: Option<fn(&str)>,
    /// When the other end of this is closed, no one waits any more and the command is ended.
    pub wanted: Option<&'a PipeReader>,
}

/// Why a command gave nothing.
#[derive(Debug)]
pub enum Failed {
    /// It could not be started or listened to.
    NotStarted(io::Error),
    /// It failed: how, and what it complained about, without words of the command itself.
    Ended {
        /// How it ended.
        status: String,
        /// The complaint, shortened.
        complaint: String,
    },
    /// It took too long and was ended.
    TooSlow,
    /// It printed too much and was ended.
    Flood,
    /// No one waits any more; it was ended.
    Unwanted,
}

/// Runs a shell command and returns what it printed. `name` is what people read.
///
/// # Errors
/// See [`Failed`].
pub fn run(command: &str, name: &str, running: &RunOptions<'_>) -> Result<Zeroizing<String>, Failed> {
    let mut child = start(command, running.terminal).map_err(Failed::NotStarted)?;
    let process = Pid::from_child(&child);
    let (mut output, mut complaints) = (Stream::of(child.stdout.take()), Stream::of(child.stderr.take()));
    // Closed when the command itself has ended, whatever it left in the background.
    let (end, ending) = io::pipe().map_err(Failed::NotStarted)?;
    let waiter = std::thread::spawn(move || {
        let status = child.wait();
        drop(ending);
        status
    });
    let listened = listen(&mut output, &mut complaints, &end, name, running);
    if listened.is_err() {
        stop(process);
    }
    let status = waiter.join().map_err(|_panic| Failed::NotStarted(io::Error::other("it was given up")))?;
    listened?;
    let status = status.map_err(Failed::NotStarted)?;
    let output = Zeroizing::new(String::from_utf8_lossy(&output.bytes).into_owned());
    if status.success() {
        return Ok(output);
    }
    let printed = output.lines().next().unwrap_or_default();
    let complaint = complaint(command, printed, &String::from_utf8_lossy(&complaints.bytes));
    Err(Failed::Ended { status: status.to_string(), complaint })
}

fn start(command: &str, terminal: Terminal) -> io::Result<Child> {
    let mut shell = Command::new("sh");
    for variable in SECRET_VARIABLES {
        shell.env_remove(variable);
    }
    match terminal {
        Terminal::Whole => shell.arg("-c").arg(command),
        // `setsid` replaces the shell, so that the process stays the one that is waited for.
        Terminal::None => {
            let begin = "command -v setsid >/dev/null 2>&1 && exec setsid sh -c \"$1\"; exec sh -c \"$1\"";
            shell.arg("-c").arg(begin).arg("sh").arg(command)
        }
    };
    shell.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()
}

/// Ends a command and, where it has a session of its own, everything in it.
fn stop(process: Pid) {
    // Each fails where there is no such process any more, which is what is wanted.
    let _ = kill_process_group(process, Signal::KILL);
    let _ = kill_process(process, Signal::KILL);
}

/// Takes in both streams until the command has ended.
fn listen(
    output: &mut Stream<impl Read + AsFd>,
    complaints: &mut Stream<impl Read + AsFd>,
    end: &PipeReader,
    name: &str,
    running: &RunOptions<'_>,
) -> Result<(), Failed> {
    let begun = clock();
    let mut say = running.say;
    loop {
        let passed = clock().saturating_duration_since(begun);
        if passed >= MENTIONED
            && let Some(say) = say.take()
        {
            say(&format!("waiting for {name}, at most {} s", running.patience.as_secs_f64().ceil()));
        }
        let Some(left) = running.patience.checked_sub(passed).filter(|left| !left.is_zero()) else {
            return Err(Failed::TooSlow);
        };
        let next = if say.is_some() { left.min(MENTIONED.saturating_sub(passed)) } else { left };
        let [ended, unwanted] = wait(output, complaints, end, running.wanted, next).map_err(Failed::NotStarted)?;
        // What the command itself wrote is in the pipes by now.
        if output.take_in() == Room::Full || complaints.take_in() == Room::Full {
            return Err(Failed::Flood);
        }
        if ended {
            return Ok(());
        }
        if unwanted {
            return Err(Failed::Unwanted);
        }
    }
}

/// Waits until something happens, or for a time. Returns whether the command has ended, and whether no one wants it.
fn wait(
    output: &Stream<impl Read + AsFd>,
    complaints: &Stream<impl Read + AsFd>,
    end: &PipeReader,
    wanted: Option<&PipeReader>,
    time: Duration,
) -> io::Result<[bool; 2]> {
    let mut polled = vec![PollFd::new(end, PollFlags::IN)];
    polled.extend(wanted.map(|wanted| PollFd::new(wanted, PollFlags::IN)));
    polled.extend(output.open().map(|pipe| PollFd::new(pipe, PollFlags::IN)));
    polled.extend(complaints.open().map(|pipe| PollFd::new(pipe, PollFlags::IN)));
    let time = Timespec::try_from(time).map_err(io::Error::other)?;
    match poll(&mut polled, Some(&time)) {
        Ok(_) | Err(rustix::io::Errno::INTR) => {}
        Err(error) => return Err(error.into()),
    }
    let happened = |index: usize| polled.get(index).is_some_and(|fd| !fd.revents().is_empty());
    Ok([happened(0), wanted.is_some() && happened(1)])
}

#[expect(clippy::disallowed_methods, reason = "a command is waited for here, off every loop")]
fn clock() -> Instant {
    Instant::now()
}

#[derive(Debug, PartialEq, Eq)]
enum Room {
    Left,
    Full,
}

/// One of the streams, and what came through it.
struct Stream<P> {
    pipe: Option<P>,
    bytes: Zeroizing<Vec<u8>>,
}

impl<P: Read + AsFd> Stream<P> {
    fn of(pipe: Option<P>) -> Self {
        if let Some(pipe) = &pipe {
            // Only our end of it; without this the first read could wait.
            let _ = fcntl_getfl(pipe).and_then(|flags| fcntl_setfl(pipe, flags | OFlags::NONBLOCK));
        }
        Self { pipe, bytes: Zeroizing::new(Vec::with_capacity(MOST_OUTPUT + 1)) }
    }

    const fn open(&self) -> Option<&P> {
        self.pipe.as_ref()
    }

    /// Takes in what is there now.
    fn take_in(&mut self) -> Room {
        let mut part = Zeroizing::new([0; 4096]);
        while let Some(pipe) = &mut self.pipe {
            match pipe.read(&mut part[..]) {
                Ok(0) => self.pipe = None,
                Ok(count) => self.bytes.extend(part.iter().take(count)),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Room::Left,
                Err(_) => self.pipe = None,
            }
            if self.bytes.len() > MOST_OUTPUT {
                return Room::Full;
            }
        }
        Room::Left
    }
}

/// A command for people: its program. What it is given may be a secret, and so may be what is set in front of it.
pub fn named(command: &str) -> String {
    const HIDDEN: &str = "(arguments hidden)";
    let plain = |word: &&str| word.chars().all(|c| c.is_alphanumeric() || "/._+-~".contains(c));
    let mut words = command.split_whitespace();
    match (words.next().filter(plain), words.next()) {
        (Some(program), None) => program.to_owned(),
        (Some(program), Some(_)) => format!("{program} {HIDDEN}"),
        (None, _) => HIDDEN.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_secs(60);

    fn running(patience: Duration) -> RunOptions<'static> {
        RunOptions { patience, terminal: Terminal::None, say: None, wanted: None }
    }

    fn printed(command: &str) -> String {
        run(command, "it", &running(LONG)).unwrap().to_string()
    }

    #[test]
    fn a_child_that_keeps_the_output_open_is_not_waited_for() {
        // The reader of the first holds its pipe as long as it lives.
        for keeps in ["sleep 600 &", "sleep 600 2>&1 >/dev/null &", "sleep 600 >/dev/null &", "(exec sleep 600) &"] {
            assert_eq!(printed(&format!("{keeps} echo secret")), "secret\n", "{keeps}");
        }
    }

    #[test]
    fn the_first_line_does_not_do_without_the_end() {
        let failed = run("echo secret; exit 3", "it", &running(LONG)).unwrap_err();
        assert!(matches!(failed, Failed::Ended { .. }), "{failed:?}");
    }

    #[test]
    fn a_command_has_no_terminal_to_read() {
        // Also where the tests have one.
        assert_eq!(printed("if (exec </dev/tty) 2>/dev/null; then echo open; else echo none; fi"), "none\n");
        assert_eq!(printed("read x || echo closed"), "closed\n");
    }

    #[test]
    fn a_flood_ends_a_command() {
        for flood in ["yes", "yes >&2", "cat /dev/zero"] {
            assert!(matches!(run(flood, "it", &running(LONG)), Err(Failed::Flood)), "{flood}");
        }
    }

    #[test]
    fn a_command_that_nobody_waits_for_is_ended_with_all_that_it_started() {
        let folder = tempfile::tempdir().unwrap();
        let pid = folder.path().join("pid");
        let command = format!("sleep 600 & echo $! >'{0}.new'; mv '{0}.new' '{0}'; wait", pid.display());
        let (wanted, holder) = io::pipe().unwrap();
        let waiting =
            std::thread::spawn(move || run(&command, "it", &RunOptions { wanted: Some(&wanted), ..running(LONG) }));
        while !pid.exists() {
            std::thread::yield_now();
        }
        drop(holder);
        assert!(matches!(waiting.join().unwrap(), Err(Failed::Unwanted)));
        let child = std::fs::read_to_string(&pid).unwrap().trim().parse().ok().and_then(Pid::from_raw).unwrap();
        let alive = || {
            let stat = std::fs::read_to_string(format!("/proc/{}/stat", child.as_raw_nonzero())).unwrap_or_default();
            !stat.is_empty() && !stat.contains(") Z ")
        };
        while alive() {
            std::thread::yield_now();
        }
    }

    #[test]
    fn a_complaint_repeats_no_word_of_the_command() {
        let failed = |command: &str| match run(command, "it", &running(LONG)).unwrap_err() {
            Failed::Ended { complaint, .. } => complaint,
            other => panic!("{other:?}"),
        };
        let reported = failed("echo hunter2; echo \"no entry with t0ken-1234 and hunter2\" >&2; exit 3 # t0ken-1234");
        assert!(
            !reported.contains("hunter2") && !reported.contains("t0ken-1234") && reported.contains("********"),
            "{reported}"
        );
        let reported = failed("TOKEN=t0ken-1234 /no/such/program");
        assert!(!reported.contains("t0ken-1234"), "{reported}");
        let reported = failed("vault-get --token=t0ken-1234; 't0ken-1234");
        assert!(!reported.contains("t0ken-1234"), "{reported}");
        assert!(failed("ls /nowhere-7f3").starts_with("ls: "), "what explains it stays");
    }

    #[test]
    fn a_command_is_named_and_what_it_is_given_is_not() {
        assert_eq!(named("pass show yeti"), "pass (arguments hidden)");
        assert_eq!(named("/usr/local/bin/yeti-token"), "/usr/local/bin/yeti-token");
        for hidden in ["TOKEN=abc curl x", "echo\thunter2", "'hunter2'", "$(cat x) y", "echo|hunter2", "a;hunter2"] {
            assert!(!named(hidden).contains("hunter2") && named(hidden).contains("hidden"), "{hidden}");
        }
    }
}
