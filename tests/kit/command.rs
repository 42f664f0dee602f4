//! The program as a script or a person at a prompt meets it: run to its end, read along, or on a terminal.

use std::ffi::{OsStr, OsString};
use std::io::{BufRead as _, BufReader, Read, Write as _};
use std::ops::Deref;
use std::process::{Child, ChildStderr, ChildStdout, Command, Output, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value as Json;
use sipreg::demo::ServerOptions;
use sipreg::domain::change::JournalLine;

use super::home::{Home, SIPREG};
use super::launch::Launch;
use super::pty::Pty;
use super::server::Server;

/// What a command said, and how it ended.
#[derive(Debug)]
pub struct CommandResult {
    pub code: Option<i32>,
    pub data: String,
    pub messages: String,
}

impl CommandResult {
    /// Runs a command to its end.
    pub fn of(command: &mut Command) -> Self {
        command.output().unwrap().into()
    }

    fn new(code: Option<i32>, data: String, messages: String) -> Self {
        let result = Self { code, data, messages };
        // What the system says is for the log; people read what it means.
        assert!(!result.everything().contains("os error"), "{result:?}");
        result
    }

    /// All that it wrote.
    pub fn everything(&self) -> String {
        format!("{}{}", self.data, self.messages)
    }

    /// The data, where all went well.
    #[track_caller]
    pub fn done(self) -> String {
        assert_eq!(self.code, Some(0), "{self:?}");
        self.data
    }

    /// The messages, where it ended in this code and without data.
    #[track_caller]
    pub fn failed(self, code: i32) -> String {
        self.ends(code, "");
        self.messages
    }

    /// Fails unless it ended like this and wrote these data.
    #[track_caller]
    pub fn ends(&self, code: i32, data: &str) -> &Self {
        assert_eq!((self.code, self.data.as_str()), (Some(code), data), "{self:?}");
        self
    }

    /// Fails unless the messages hold this.
    #[track_caller]
    pub fn says(&self, text: &str) -> &Self {
        assert!(self.messages.contains(text), "{text:?} is not in {self:?}");
        self
    }

    /// Value and origin of a setting as `config show` prints it.
    pub fn setting(&self, key: &str) -> (String, String) {
        let line = self.data.lines().rev().find(|line| line.split_whitespace().next() == Some(key));
        let line = line.unwrap_or_else(|| panic!("{key} is not shown: {self:?}"));
        let mut parts = line.split("  ").map(str::trim).filter(|part| !part.is_empty()).skip(1);
        (parts.next().unwrap().to_owned(), parts.next().unwrap().to_owned())
    }
}

impl From<Output> for CommandResult {
    fn from(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Self::new(output.status.code(), text(output.stdout), text(output.stderr))
    }
}

/// A server, and a home whose environment leads there.
pub struct Desk {
    pub home: Home,
    pub server: Server,
    /// The home as commands find it: its environment names the server.
    there: Home,
}

impl Deref for Desk {
    type Target = Server;

    fn deref(&self) -> &Server {
        &self.server
    }
}

impl Desk {
    pub fn new() -> Self {
        Self::of(ServerOptions::default())
    }

    pub fn with_records(records: u32) -> Self {
        Self::of(ServerOptions { records, ..ServerOptions::default() })
    }

    pub fn of(options: ServerOptions) -> Self {
        let (home, server) = (Home::new(), Server::start(options));
        let there = home.telling(environment(&server));
        Self { home, server, there }
    }

    /// A configuration file with one profile, whose own server this is.
    pub fn configure(&self, lines: &str) {
        self.configure_exactly(&format!("url = {:?}\n{lines}", self.server.url));
    }

    /// A configuration file with one profile, and these lines in it.
    pub fn configure_exactly(&self, lines: &str) {
        self.home.configure(&format!("[profile.eu-noc]\n{lines}\n"));
    }

    /// A file in the home, with this text.
    pub fn file(&self, name: &str, text: impl AsRef<[u8]>) -> String {
        self.home.file(name, text)
    }

    /// A CSV file that gives the first so many records another `expire`.
    pub fn many_rows(&self, count: usize) -> String {
        let rows = self.control.ids().into_iter().take(count).map(|id| format!("{id},4321\n"));
        self.file("many.csv", format!("id,expire\n{}", rows.collect::<String>()))
    }

    pub fn journal(&self) -> Vec<JournalLine> {
        self.home.journal()
    }

    pub fn whole_journal(&self) -> Vec<JournalLine> {
        self.home.whole_journal()
    }

    /// A program that is told of the server.
    pub fn program(&self, program: impl AsRef<OsStr>) -> Command {
        self.there.program(program)
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        self.there.command(arguments)
    }

    pub fn sipreg(&self, arguments: &[&str]) -> CommandResult {
        self.there.sipreg(arguments)
    }

    pub fn with(&self, variables: &[(&str, &str)], arguments: &[&str]) -> CommandResult {
        self.there.with(variables, arguments)
    }

    /// With a text on standard input.
    pub fn sipreg_reading(&self, arguments: &[&str], input: &str) -> CommandResult {
        let mut child = self.command(arguments).stdin(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        child.wait_with_output().unwrap().into()
    }

    /// Runs a script.
    pub fn shell(&self, shell: &str, script: &str) -> CommandResult {
        CommandResult::of(self.program(shell).args(["-c", script]))
    }

    /// What it writes as JSON.
    #[track_caller]
    pub fn json(&self, arguments: &[&str]) -> Json {
        serde_json::from_str(&self.sipreg(arguments).done()).unwrap()
    }

    pub fn start(&self, arguments: &[&str]) -> Started {
        Started::of(&mut self.command(arguments))
    }

    /// On a terminal.
    pub fn at_terminal(&self, arguments: &[&str]) -> Pty {
        self.at_terminal_with(arguments, &[])
    }

    /// On a terminal, with more variables.
    pub fn at_terminal_with(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Pty {
        let launch = Launch::new(SIPREG).args(arguments).size(120, 24);
        launch.at_home(&self.there).envs(variables.iter().copied()).start()
    }
}

/// What says where a server is, and who signs in there.
fn environment(server: &Server) -> [(&'static str, OsString); 4] {
    [
        ("SIPREG_URL", server.url.clone().into()),
        ("SIPREG_USERNAME", server.username.clone().into()),
        ("SIPREG_PASSWORD", server.password.expose().into()),
        // Long enough for a busy machine.
        ("SIPREG_TIMEOUT", "60s".into()),
    ]
}

/// A command that runs. It is killed when this is dropped.
pub struct Started {
    child: Child,
    data: Option<BufReader<ChildStdout>>,
    messages: Option<BufReader<ChildStderr>>,
    heard: String,
}

impl Started {
    /// Starts a command whose outputs are piped.
    pub fn of(command: &mut Command) -> Self {
        let mut child = command.spawn().unwrap();
        let data = child.stdout.take().map(BufReader::new);
        let messages = child.stderr.take().map(BufReader::new);
        Self { child, data, messages, heard: String::new() }
    }

    /// The next line of its data.
    pub fn line(&mut self) -> String {
        let mut line = String::new();
        self.data.as_mut().unwrap().read_line(&mut line).unwrap();
        line.trim_end_matches('\n').to_owned()
    }

    /// The value behind this key, which must be in the next line.
    #[track_caller]
    pub fn value(&mut self, key: &str) -> String {
        let line = self.line();
        let (found, value) = line.split_once(' ').unwrap_or_default();
        assert_eq!(found, key, "{line:?}");
        value.trim().to_owned()
    }

    /// Reads no more of its data, as a pipe does whose other end has seen enough.
    pub fn stop_reading(&mut self) {
        self.data = None;
    }

    /// Waits for a message with this text in it.
    pub fn wait_for_message(&mut self, text: &str) {
        loop {
            let mut line = String::new();
            let count = self.messages.as_mut().unwrap().read_line(&mut line).unwrap();
            assert!(count > 0, "ended before it said {text:?}: {:?}", self.heard);
            self.heard.push_str(&line);
            if line.contains(text) {
                return;
            }
        }
    }

    pub fn interrupt(&self) {
        self.signal(Signal::INT);
    }

    pub fn signal(&self, signal: Signal) {
        kill_process(self.process(), signal).unwrap();
    }

    pub fn process(&self) -> Pid {
        Pid::from_child(&self.child)
    }

    /// The code it ended with, whether or not what it wrote was read.
    pub fn wait(&mut self) -> Option<i32> {
        self.child.wait().unwrap().code()
    }

    /// How it ended, with the data that were not read yet, and all messages.
    pub fn end(mut self) -> CommandResult {
        // Both at once: it would wait for ever with one pipe full while the other is read.
        let messages = self.messages.take();
        let messages = std::thread::spawn(move || rest(messages));
        let data = rest(self.data.take());
        let code = self.wait();
        let messages = messages.join().unwrap();
        CommandResult::new(code, data, std::mem::take(&mut self.heard) + &messages)
    }
}

fn rest(output: Option<impl Read>) -> String {
    let mut text = String::new();
    if let Some(mut output) = output {
        output.read_to_string(&mut text).unwrap();
    }
    text
}

impl Drop for Started {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
