//! A server, a home, and the binary told about both.

use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::Path;
use std::process::{Child, ChildStderr, Command, Output, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use sipreg::demo::{self, Control, Exchange, RunningServer, ServerOptions};
use sipreg::domain::change::journal::{Ending, JournalLine};
use sipreg::domain::record::field::FieldId;
use sipreg::domain::record::registration::Registration;
use sipreg::domain::record::value::Value;
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tokio::time::timeout;

use crate::kit::{Launch, PATIENCE, Pty};

/// The program under test.
pub const SIPREG: &str = env!("CARGO_BIN_EXE_sipreg");

/// Where a test works.
pub struct Desk {
    pub home: TempDir,
    pub control: Control,
    pub server: RunningServer,
    runtime: Runtime,
}

/// What a command said.
#[derive(Debug)]
pub struct CommandResult {
    pub code: Option<i32>,
    pub data: String,
    pub messages: String,
}

impl CommandResult {
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

impl Desk {
    pub fn new() -> Self {
        Self::with(ServerOptions::default())
    }

    pub fn with(options: ServerOptions) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let server = runtime.block_on(demo::start(options)).unwrap();
        Self { home: tempfile::tempdir().unwrap(), control: server.control(), server, runtime }
    }

    /// A file in the home, with this text.
    pub fn file(&self, name: &str, text: impl AsRef<[u8]>) -> String {
        let path = self.home.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }

    fn environment(&self) -> Vec<(&'static str, String)> {
        let path = |name: &str| self.home.path().join(name).to_str().unwrap().to_owned();
        vec![
            ("PATH", std::env::var("PATH").unwrap_or_default()),
            ("HOME", path("")),
            ("XDG_CONFIG_HOME", path("config")),
            ("XDG_STATE_HOME", path("state")),
            ("SIPREG_URL", self.server.url.clone()),
            ("SIPREG_USERNAME", self.server.username.clone()),
            ("SIPREG_PASSWORD", self.server.password.expose().to_owned()),
            // Long enough for a busy machine.
            ("SIPREG_TIMEOUT", "60s".to_owned()),
        ]
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(SIPREG);
        command.env_clear().envs(self.environment()).args(arguments).current_dir(self.home.path());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    pub fn sipreg(&self, arguments: &[&str]) -> CommandResult {
        self.command(arguments).output().unwrap().into()
    }

    /// With a text on standard input.
    pub fn sipreg_reading(&self, arguments: &[&str], input: &str) -> CommandResult {
        let mut child = self.command(arguments).stdin(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        child.wait_with_output().unwrap().into()
    }

    pub fn start(&self, arguments: &[&str]) -> Started {
        let mut child = self.command(arguments).spawn().unwrap();
        let messages = BufReader::new(child.stderr.take().unwrap());
        Started { child, messages, heard: String::new() }
    }

    /// On a terminal.
    pub fn at_terminal(&self, arguments: &[&str]) -> Pty {
        let launch = Launch::new(SIPREG).args(arguments).directory(self.home.path()).size(120, 24);
        self.environment().into_iter().fold(launch, |launch, (name, value)| launch.env(name, value)).start()
    }

    /// On a terminal, with more variables.
    pub fn at_terminal_with(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Pty {
        let launch = Launch::new(SIPREG).args(arguments).directory(self.home.path()).size(120, 24);
        let launch = self.environment().into_iter().fold(launch, |launch, (name, value)| launch.env(name, value));
        variables.iter().fold(launch, |launch, (name, value)| launch.env(*name, *value)).start()
    }

    /// A CSV file that gives the first so many records another `expire`.
    pub fn many_rows(&self, count: usize) -> String {
        let mut rows = "id,expire\n".to_owned();
        for id in self.control.ids().iter().take(count) {
            writeln!(rows, "{id},4321").unwrap();
        }
        self.file("many.csv", rows)
    }

    /// The requests that write.
    pub fn writes(&self) -> Vec<Exchange> {
        let is_write = |exchange: &Exchange| {
            matches!(exchange.method.as_str(), "PATCH" | "POST" | "DELETE") && !exchange.path().ends_with("/auth")
        };
        self.control.exchanges().into_iter().filter(is_write).collect()
    }

    /// Waits until so many requests with this method came, answered or not.
    pub fn wait_for(&self, method: &str, count: usize) {
        self.wait_until(count, |exchange| exchange.method == method && !exchange.path().ends_with("/auth"));
    }

    /// Waits until more requests came than these.
    pub fn wait_until_more(&self, count: usize) {
        self.wait_until(count + 1, |_| true);
    }

    /// Waits until a request came for this path.
    pub fn wait_for_path(&self, method: &str, path: &str) {
        self.wait_until(1, |exchange| exchange.method == method && exchange.path().ends_with(path));
    }

    fn wait_until(&self, count: usize, is_it: impl Fn(&Exchange) -> bool) {
        let control = &self.control;
        let came = async {
            loop {
                let arrivals = control.arrivals();
                if control.exchanges().iter().filter(|exchange| is_it(exchange)).count() >= count {
                    break;
                }
                let _ = timeout(Duration::from_millis(50), control.arrived(arrivals + 1)).await;
            }
        };
        let waited = self.runtime.block_on(async { timeout(PATIENCE, came).await });
        assert!(waited.is_ok(), "waited for {count} requests in vain: {:#?}", control.exchanges());
    }

    pub fn record(&self, id: u64) -> Registration {
        self.control.registration(id).unwrap()
    }

    pub fn stored(&self, id: u64, field: FieldId) -> Value {
        self.record(id).get(field).clone()
    }

    #[track_caller]
    pub fn change(&self, id: u64, field: FieldId, value: Value) {
        assert!(self.control.change(id, field, value));
    }

    /// The lines of the journal that tell an end, the first one first.
    pub fn journal(&self) -> Vec<JournalLine> {
        self.whole_journal().into_iter().filter(|line| line.ending != Ending::Sent).collect()
    }

    /// The lines of the journal, the first one first.
    pub fn whole_journal(&self) -> Vec<JournalLine> {
        let folder = self.home.path().join("state/sipreg/journal");
        let Ok(files) = std::fs::read_dir(folder) else { return Vec::new() };
        let texts = files.map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap());
        texts
            .flat_map(|text| text.lines().map(|line| serde_json::from_str(line).unwrap()).collect::<Vec<_>>())
            .collect()
    }

    pub fn stop_server(self) -> (TempDir, Vec<(&'static str, String)>) {
        let environment = self.environment();
        self.runtime.block_on(self.server.stop());
        (self.home, environment)
    }
}

/// A command that runs.
pub struct Started {
    child: Child,
    messages: BufReader<ChildStderr>,
    heard: String,
}

impl Started {
    /// Waits for a message with this text in it.
    pub fn wait_for_message(&mut self, text: &str) {
        loop {
            let mut line = String::new();
            assert!(self.messages.read_line(&mut line).unwrap() > 0, "ended before it said {text:?}");
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
        kill_process(Pid::from_child(&self.child), signal).unwrap();
    }

    /// How it ended, with everything that it said.
    pub fn end(mut self) -> CommandResult {
        self.messages.read_to_string(&mut self.heard).unwrap();
        let mut reported = CommandResult::from(self.child.wait_with_output().unwrap());
        reported.messages = self.heard;
        reported
    }
}

pub fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

/// A configuration file with one profile, whose own server this is.
pub fn configure(desk: &Desk, lines: &str) {
    configure_exactly(desk, &format!("url = {:?}\n{lines}", desk.server.url));
}

/// A configuration file with one profile, and these lines in it.
pub fn configure_exactly(desk: &Desk, lines: &str) {
    let folder = desk.home.path().join("config/sipreg");
    std::fs::create_dir_all(&folder).unwrap();
    let path: &Path = &folder.join("config.toml");
    std::fs::write(path, format!("[profile.eu-noc]\n{lines}\n")).unwrap();
}
