//! The binary as a script or a person at a prompt meets it. Each test has a home of its own and no environment.

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Output, Stdio};

use assert_cmd::Command;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value as Json;
use sipreg::demo::faults::Fault;
use sipreg::demo::{self, Control, RunningServer, ServerOptions};
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// A home of its own, without any environment.
pub struct Home(TempDir);

impl Home {
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// Where what sipreg keeps is.
    pub fn state(&self) -> PathBuf {
        self.path().join("state/sipreg")
    }

    pub fn config(&self) -> PathBuf {
        self.0.path().join("config/sipreg/config.toml")
    }

    /// A configuration file with these permissions.
    pub fn holding(text: &str, mode: u32) -> Self {
        let home = Self::new();
        fs::create_dir_all(home.config().parent().unwrap()).unwrap();
        fs::write(home.config(), text).unwrap();
        fs::set_permissions(home.config(), fs::Permissions::from_mode(mode)).unwrap();
        home
    }

    pub fn command(&self) -> std::process::Command {
        let mut command = std::process::Command::new(assert_cmd::cargo::cargo_bin!("sipreg"));
        command
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.0.path())
            .env("XDG_CONFIG_HOME", self.0.path().join("config"))
            .env("XDG_STATE_HOME", self.0.path().join("state"))
            .current_dir(self.0.path());
        command
    }

    pub fn sipreg(&self, arguments: &[&str]) -> CommandResult {
        self.with(&[], arguments)
    }

    pub fn with(&self, variables: &[(&str, &str)], arguments: &[&str]) -> CommandResult {
        let mut command = self.command();
        command.args(arguments).envs(variables.iter().copied()).stdin(Stdio::null());
        CommandResult::from(Command::from_std(command).output().unwrap())
    }
}

#[derive(Debug)]
pub struct CommandResult {
    pub code: Option<i32>,
    pub data: String,
    pub messages: String,
}

impl From<Output> for CommandResult {
    fn from(output: Output) -> Self {
        let reported = Self {
            code: output.status.code(),
            data: String::from_utf8(output.stdout).unwrap(),
            messages: String::from_utf8(output.stderr).unwrap(),
        };
        // What the system says is for the log; people read what it means.
        let all = format!("{}{}", reported.data, reported.messages);
        assert!(!all.contains("os error"), "{reported:?}");
        reported
    }
}

impl CommandResult {
    /// Value and origin of a setting as `config show` prints it.
    pub fn setting(&self, key: &str) -> (String, String) {
        let line = self.data.lines().rev().find(|line| line.split_whitespace().next() == Some(key));
        let line = line.unwrap_or_else(|| panic!("{key} is not shown: {self:?}"));
        let mut parts = line.split("  ").map(str::trim).filter(|part| !part.is_empty()).skip(1);
        (parts.next().unwrap().to_owned(), parts.next().unwrap().to_owned())
    }
}

impl CommandResult {
    /// The data, where all went well.
    #[track_caller]
    pub fn done(self) -> String {
        assert_eq!(self.code, Some(0), "{self:?}");
        self.data
    }

    /// All that it wrote.
    pub fn everything(&self) -> String {
        format!("{}{}", self.data, self.messages)
    }

    /// The messages, where it ended in this code and without data.
    #[track_caller]
    pub fn failed(self, code: i32) -> String {
        assert_eq!((self.code, self.data.as_str()), (Some(code), ""), "{self:?}");
        self.messages
    }
}

/// A switch to work on, and a home whose environment leads there.
pub struct Desk {
    pub home: Home,
    pub runtime: Runtime,
    pub running: RunningServer,
}

impl Desk {
    pub fn new() -> Self {
        Self::of(ServerOptions::default())
    }

    pub fn with_records(records: u32) -> Self {
        Self::of(ServerOptions { records, ..ServerOptions::default() })
    }

    pub fn of(options: ServerOptions) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let running = runtime.block_on(demo::start(options)).unwrap();
        Self { home: Home::new(), runtime, running }
    }

    pub fn control(&self) -> Control {
        self.running.control()
    }

    /// Has a request fail, always or as often as the fault says.
    pub fn fault(&self, fault: Fault) {
        self.control().add_fault(fault);
    }

    /// Waits until this many requests came, answered or not.
    pub fn arrived(&self, count: u64) {
        self.runtime.block_on(self.control().arrived(count));
    }

    pub fn command(&self, arguments: &[&str]) -> std::process::Command {
        let mut command = self.home.command();
        command
            .args(arguments)
            .env("SIPREG_URL", &self.running.url)
            .env("SIPREG_USERNAME", &self.running.username)
            .env("SIPREG_PASSWORD", self.running.password.expose())
            .stdin(Stdio::null());
        command
    }

    pub fn sipreg(&self, arguments: &[&str]) -> CommandResult {
        self.with(&[], arguments)
    }

    /// With more variables; an empty one takes one of ours away.
    pub fn with(&self, variables: &[(&str, &str)], arguments: &[&str]) -> CommandResult {
        let mut command = self.command(arguments);
        command.envs(variables.iter().copied());
        CommandResult::from(Command::from_std(command).output().unwrap())
    }

    /// What it writes as JSON.
    #[track_caller]
    pub fn json(&self, arguments: &[&str]) -> Json {
        serde_json::from_str(&self.sipreg(arguments).done()).unwrap()
    }

    /// Starts it, for who reads along; its messages are kept for the end.
    pub fn start(&self, arguments: &[&str]) -> (Child, BufReader<ChildStdout>) {
        let mut child = self.command(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let data = BufReader::new(child.stdout.take().unwrap());
        (child, data)
    }
}

/// The next line.
pub fn line(data: &mut impl BufRead) -> String {
    let mut line = String::new();
    data.read_line(&mut line).unwrap();
    line.trim_end_matches('\n').to_owned()
}

/// A server of `serve-demo` that is ended when the test ends, however it ends.
pub struct Serving {
    child: Child,
    data: BufReader<ChildStdout>,
}

impl Serving {
    pub fn start(home: &Home, arguments: &[&str]) -> Self {
        let mut command = home.command();
        command.arg("serve-demo").args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let data = BufReader::new(child.stdout.take().unwrap());
        Self { child, data }
    }

    /// The second word of the next line, whose first must be `key`.
    pub fn read(&mut self, key: &str) -> String {
        let mut line = String::new();
        self.data.read_line(&mut line).unwrap();
        let (found, value) = line.trim_end().split_once(' ').unwrap_or_default();
        assert_eq!(found, key, "{line:?}");
        value.trim().to_owned()
    }

    pub fn end(mut self, signal: Signal) -> Option<i32> {
        let process = Pid::from_child(&self.child);
        kill_process(process, signal).unwrap();
        self.child.wait().unwrap().code()
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
