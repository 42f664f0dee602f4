//! Runs a program of the user's own beside the console: without the terminal, in a session of its own that ends with it
//! or when no one waits any more, and with a bound on what is kept of its output.

use std::io;
use std::process::Stdio;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::process::{Child, Command};
use tokio::sync::Mutex;

use crate::domain::program::{Program, ProgramEnd, ProgramError};
use crate::domain::redactor::Redactor;
use crate::domain::system_error::in_words;
use crate::terminal::program::{not_started, surround};

/// Bytes of output that are kept.
const MOST: usize = 64 << 10;

/// How long what it left in the background may still print once it has ended.
const AFTERWARDS: Duration = Duration::from_millis(200);

/// Begins a session, so that no terminal is there to ask on or to write to; the arguments stay arguments.
const APART: &str = "command -v setsid >/dev/null 2>&1 && exec setsid \"$@\"; exec \"$@\"";

/// Ends the program and all of its session, when this is dropped.
struct Session(Option<Pid>);

impl Drop for Session {
    fn drop(&mut self) {
        if let Some(process) = self.0 {
            // Each fails where there is none any more, which is what is wanted.
            let _ = kill_process_group(process, Signal::KILL);
            let _ = kill_process(process, Signal::KILL);
        }
    }
}

/// Runs it and returns how it ended.
///
/// # Errors
/// It was not run.
pub async fn run(program: &Program) -> Result<ProgramEnd, ProgramError> {
    let name = program.words.first().map(String::as_str).unwrap_or_default();
    let mut child = start(program).map_err(|error| not_started(name, &error))?;
    let mut session = Session(child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw));
    let bytes = Mutex::new(Vec::new());
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let mut printed = std::pin::pin!(async { tokio::join!(take_in(stdout, &bytes), take_in(stderr, &bytes)) });
    let status = tokio::select! {
        status = child.wait() => {
            // What it left in the background may hold the pipes for ever.
            let _ = tokio::time::timeout(AFTERWARDS, &mut printed).await;
            status
        }
        _ = &mut printed => child.wait().await,
    };
    let status = status.map_err(|error| ProgramError::Unwatched(in_words(&error)))?;
    // The number may be another process's from now on.
    session.0 = None;
    let bytes = bytes.lock().await;
    let cut = bytes.len() > MOST;
    let output = String::from_utf8_lossy(bytes.get(..MOST.min(bytes.len())).unwrap_or_default()).into_owned();
    let output = Redactor::knowing(program.password.clone()).clean(&output);
    let signal = std::os::unix::process::ExitStatusExt::signal(&status);
    Ok(ProgramEnd { cut, ..ProgramEnd::of(status.code(), signal, output) })
}

fn start(program: &Program) -> io::Result<Child> {
    let mut command = Command::new("sh");
    surround(command.as_std_mut(), program);
    command
        .args(["-c", APART, "sh"])
        .args(&program.words)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
}

/// Takes in a stream to its end, and keeps the beginning.
async fn take_in(stream: Option<impl AsyncRead + Unpin>, bytes: &Mutex<Vec<u8>>) {
    let Some(mut stream) = stream else { return };
    let mut part = [0; 4096];
    loop {
        match stream.read(&mut part).await {
            Ok(0) | Err(_) => return,
            Ok(count) => {
                let mut bytes = bytes.lock().await;
                let room = (MOST + 1).saturating_sub(bytes.len());
                bytes.extend(part.iter().take(count.min(room)));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::program::Display;
    use crate::domain::record::Secret;

    fn program(words: &[&str]) -> Program {
        Program {
            title: "test".to_owned(),
            words: words.iter().map(|word| (*word).to_owned()).collect(),
            variables: vec![("REGISTRATION_ID".to_owned(), "7".to_owned())],
            password: None,
            display: Display::Box,
        }
    }

    async fn ended(words: &[&str]) -> ProgramEnd {
        run(&program(words)).await.unwrap()
    }

    #[tokio::test]
    async fn arguments_arrive_as_they_are_and_no_shell_reads_them() {
        let hostile = ["$(echo x)", "; echo y", "`echo z`", "'", "\"", "a  b", "*", "~", "-n", "\\", "$HOME", "&", ""];
        let mut words = vec!["printf", "<%s>\n"];
        words.extend(hostile);
        let expected = format!("<{}>\n", hostile.join(">\n<"));
        let ended = ended(&words).await;
        assert_eq!((ended.well, ended.how.as_str(), ended.output), (true, "done", expected));
    }

    #[tokio::test]
    async fn both_streams_and_the_exit_code_are_told() {
        let ended = ended(&["sh", "-c", "echo $REGISTRATION_ID; echo no >&2; exit 3"]).await;
        assert_eq!((ended.well, ended.how.as_str()), (false, "exit code 3"));
        assert!(ended.output.contains("7\n") && ended.output.contains("no\n"), "{}", ended.output);
    }

    #[tokio::test]
    async fn a_flood_is_cut_and_what_stays_in_the_background_is_not_waited_for() {
        let flood = ended(&["sh", "-c", "head -c 200000 /dev/zero | tr '\\0' x"]).await;
        assert_eq!((flood.well, flood.cut, flood.output.len()), (true, true, MOST));
        let left = ended(&["sh", "-c", "echo here; sleep 60 &"]).await;
        assert_eq!((left.well, left.output.as_str()), (true, "here\n"));
    }

    #[tokio::test]
    async fn the_password_is_a_variable_and_is_masked_where_it_is_printed() {
        let mut asked = program(&["sh", "-c", "echo \"[$REGISTRATION_AUTH_PASSWORD]\"; env | grep -c hunter2"]);
        asked.password = Some(Secret::new("hunter2-secret"));
        let output = run(&asked).await.unwrap().output;
        assert!(!output.contains("hunter2") && output.ends_with("\n1\n"), "{output}");
    }

    #[tokio::test]
    async fn what_nobody_waits_for_is_ended_with_all_of_its_session() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("pid");
        let script = format!("sleep 600 & echo $! > '{0}.new'; mv '{0}.new' '{0}'; wait", path.display());
        let asked = program(&["sh", "-c", &script]);
        let pid = async {
            loop {
                if let Ok(text) = std::fs::read_to_string(&path) {
                    break text.trim().parse::<i32>().unwrap();
                }
                tokio::task::yield_now().await;
            }
        };
        let pid = tokio::select! {
            _ = run(&asked) => panic!("it ended"),
            pid = pid => pid,
        };
        let pid = Pid::from_raw(pid).unwrap();
        while rustix::process::test_kill_process(pid).is_ok() && !is_dead(pid) {
            tokio::task::yield_now().await;
        }
    }

    /// Whether a process ended and only waits for whoever inherits it to ask how.
    fn is_dead(pid: Pid) -> bool {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_nonzero()));
        stat.is_ok_and(|stat| stat.rsplit_once(") ").is_some_and(|(_, rest)| rest.starts_with('Z')))
    }

    #[tokio::test]
    async fn a_program_that_is_not_there_says_so() {
        let ended = ended(&["no-such-program-here"]).await;
        assert!(!ended.well && ended.output.contains("no-such-program-here"), "{ended:?}");
    }
}
