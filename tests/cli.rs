//! The binary as a script or a person at a prompt meets it: streams, exit codes, files. Each test has a home of
//! its own and no environment.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may fail")]

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Output, Stdio};

use assert_cmd::Command;
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

struct Home(TempDir);

impl Home {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn config(&self) -> PathBuf {
        self.0.path().join("config/sipreg/config.toml")
    }

    /// A configuration file with these permissions.
    fn holding(text: &str, mode: u32) -> Self {
        let home = Self::new();
        fs::create_dir_all(home.config().parent().unwrap()).unwrap();
        fs::write(home.config(), text).unwrap();
        fs::set_permissions(home.config(), fs::Permissions::from_mode(mode)).unwrap();
        home
    }

    fn command(&self) -> std::process::Command {
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

    fn sipreg(&self, arguments: &[&str]) -> Told {
        self.with(&[], arguments)
    }

    fn with(&self, variables: &[(&str, &str)], arguments: &[&str]) -> Told {
        let mut command = self.command();
        command.args(arguments).envs(variables.iter().copied()).stdin(Stdio::null());
        Told::from(Command::from_std(command).output().unwrap())
    }
}

#[derive(Debug)]
struct Told {
    code: Option<i32>,
    data: String,
    messages: String,
}

impl From<Output> for Told {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            data: String::from_utf8(output.stdout).unwrap(),
            messages: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl Told {
    /// Value and origin of a setting as `config show` prints it.
    fn setting(&self, key: &str) -> (String, String) {
        let line = self.data.lines().find(|line| line.split_whitespace().next() == Some(key));
        let line = line.unwrap_or_else(|| panic!("{key} is not shown: {self:?}"));
        let mut parts = line.split("  ").map(str::trim).filter(|part| !part.is_empty()).skip(1);
        (parts.next().unwrap().to_owned(), parts.next().unwrap().to_owned())
    }
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

#[test]
fn init_writes_an_example_for_its_owner_only_and_never_overwrites() {
    let home = Home::new();
    let first = home.sipreg(&["config", "init"]);
    assert_eq!((first.code, first.data.as_str()), (Some(0), ""), "{first:?}");
    assert!(first.messages.contains(&home.config().display().to_string()), "{first:?}");
    assert_eq!(mode(&home.config()), 0o600);
    assert_eq!(mode(home.config().parent().unwrap()), 0o700);
    assert!(fs::read_to_string(home.config()).unwrap().contains("[profile.example]"));
    assert_eq!(home.sipreg(&["config", "show"]).code, Some(0));

    fs::write(home.config(), "# mine\n").unwrap();
    let second = home.sipreg(&["config", "init"]);
    assert_eq!(second.code, Some(1));
    assert!(second.messages.contains("is there already and was not touched"), "{second:?}");
    assert_eq!(fs::read_to_string(home.config()).unwrap(), "# mine\n");
}

#[test]
fn init_does_not_write_through_a_link() {
    let home = Home::new();
    let (target, link) = (home.0.path().join("target"), home.0.path().join("link"));
    std::os::unix::fs::symlink(&target, &link).unwrap();
    assert_eq!(home.sipreg(&["config", "init", "--config", "link"]).code, Some(1));
    assert!(!target.exists());
}

#[test]
fn path_prints_where_the_configuration_is_read_from() {
    let home = Home::new();
    assert_eq!(home.sipreg(&["config", "path"]).data, format!("{}\n", home.config().display()));
    assert_eq!(home.with(&[("SIPREG_CONFIG", "/v")], &["config", "path"]).data, "/v\n");
    assert_eq!(home.with(&[("SIPREG_CONFIG", "/v")], &["--config", "/a", "config", "path"]).data, "/a\n");
}

#[test]
fn argument_beats_environment_beats_file_beats_default_and_show_says_so() {
    let home = Home::holding("[profile.a]\nurl = \"https://file.example\"\ntimeout = 10\n", 0o644);
    let file = home.config().display().to_string();
    let shown = home.sipreg(&["config", "show"]);
    assert_eq!(shown.setting("url"), ("https://file.example".to_owned(), format!("{file}:2")));
    assert_eq!(shown.setting("profile"), ("a".to_owned(), format!("{file}:1")));
    assert_eq!(shown.setting("connect_timeout"), ("5s".to_owned(), "default".to_owned()));
    assert_eq!(shown.setting("timezone"), ("(not set)".to_owned(), "default".to_owned()));
    let variables = [("SIPREG_TIMEOUT", "20s"), ("SIPREG_READ_ONLY", "1"), ("NO_COLOR", "1")];
    let shown = home.with(&variables, &["config", "show"]);
    assert_eq!(shown.setting("timeout"), ("20s".to_owned(), "environment SIPREG_TIMEOUT".to_owned()));
    assert_eq!(shown.setting("access"), ("read-only".to_owned(), "environment SIPREG_READ_ONLY".to_owned()));
    assert_eq!(shown.setting("color"), ("never".to_owned(), "environment NO_COLOR".to_owned()));
    let shown = home.with(&variables, &["--timeout", "40", "config", "show", "--timezone", "Europe/Kyiv"]);
    assert_eq!(shown.setting("timeout"), ("40s".to_owned(), "argument --timeout".to_owned()));
    assert_eq!(shown.setting("timezone"), ("Europe/Kyiv".to_owned(), "argument --timezone".to_owned()));
}

#[test]
fn secrets_are_never_shown() {
    let home = Home::holding("[profile.a]\nusername = \"bob\"\npassword = \"hunter2\"\n", 0o600);
    let shown = home.sipreg(&["config", "show"]);
    assert_eq!(shown.setting("password").0, "********");
    let token = home.with(&[("SIPREG_TOKEN", "hunter2")], &["config", "show"]);
    assert_eq!(token.setting("token"), ("********".to_owned(), "environment SIPREG_TOKEN".to_owned()));
    assert!(!format!("{shown:?}{token:?}").contains("hunter2"));
}

#[test]
fn a_world_readable_file_with_a_secret_is_refused_with_the_command_that_mends_it() {
    let home = Home::holding("[profile.a]\nusername = \"bob\"\npassword = \"hunter2\"\n", 0o644);
    for arguments in [&["config", "show"][..], &[]] {
        let told = home.sipreg(arguments);
        assert_eq!(told.code, Some(2));
        assert_eq!(told.data, "");
        let mend = told.messages.trim_end().rsplit("mend it with: ").next().unwrap().to_owned();
        assert_eq!(mend, format!("chmod 600 {}", home.config().display()));
        assert!(!told.messages.contains("hunter2"));
    }
    // The command does mend it.
    let mend = home.sipreg(&["config", "show"]).messages;
    let mend = mend.trim_end().rsplit("mend it with: ").next().unwrap();
    assert!(std::process::Command::new("sh").args(["-c", mend]).status().unwrap().success());
    assert_eq!(home.sipreg(&["config", "show"]).code, Some(0));
}

#[test]
fn every_mistake_is_told_with_file_line_and_what_is_accepted() {
    let home = Home::holding("[profile.a]\nurl = \"https://a.example\"\naccess = \"ro\"\nlables = \"links\"\n", 0o600);
    let told = home.sipreg(&["config", "show"]);
    assert_eq!((told.code, told.data.as_str()), (Some(2), ""));
    let file = home.config().display().to_string();
    let lines: Vec<&str> = told.messages.lines().collect();
    assert_eq!(
        lines[0],
        format!("sipreg: {file}:3:10: access cannot be \"ro\"; accepted: \"write\", \"confirm\", \"read-only\"")
    );
    assert!(
        lines[1].starts_with(&format!(
            "sipreg: {file}:4:1: unknown setting \"lables\" in [profile.a] (did you mean \"labels\"?); known here: url,"
        )),
        "{told:?}"
    );
}

#[test]
fn mistakes_in_options_and_variables_are_told_with_their_names() {
    let home = Home::new();
    let told = home.with(&[("SIPREG_TIMEOUT", "soon")], &["--timezone", "Europe/Kiyv", "config", "show"]);
    assert_eq!(told.code, Some(2));
    assert!(told.messages.contains("environment SIPREG_TIMEOUT: timeout cannot be \"soon\""), "{told:?}");
    assert!(told.messages.contains("argument --timezone: timezone cannot be \"Europe/Kiyv\" (did you"), "{told:?}");
}

#[test]
fn what_a_file_says_cannot_steer_the_terminal() {
    let home = Home::holding("[profile.a]\nbadge = \"\\u001b]0;owned\\u0007\"\n\"\\u001b[2J\" = 1\n", 0o600);
    let mistake = home.sipreg(&["config", "show"]);
    assert_eq!(mistake.code, Some(2));
    fs::write(home.config(), "[profile.a]\nbadge = \"\\u001b]0;owned\\u0007\\u009b2J\\u202e\"\n").unwrap();
    let shown = home.sipreg(&["config", "show"]);
    assert_eq!(shown.code, Some(0));
    for text in [mistake.messages, shown.data] {
        assert!(text.chars().all(|c| c == '\n' || (!c.is_control() && c != '\u{202e}')), "{text:?}");
    }
}

#[test]
fn a_file_that_was_asked_for_by_name_has_to_exist() {
    let told = Home::new().sipreg(&["--config", "missing.toml", "config", "show"]);
    assert_eq!(told.code, Some(2));
    assert!(told.messages.contains("argument --config: there is no file missing.toml"), "{told:?}");
}

#[test]
fn without_any_configuration_the_console_says_what_to_set() {
    let told = Home::new().sipreg(&[]);
    assert_eq!((told.code, told.data.as_str()), (Some(2), ""));
    assert!(told.messages.contains("--url") && told.messages.contains("sipreg demo"), "{told:?}");
}

#[test]
fn an_unknown_option_is_a_mistake_in_usage() {
    let told = Home::new().sipreg(&["--pasword", "x"]);
    assert_eq!((told.code, told.data.as_str()), (Some(2), ""));
    assert!(told.messages.contains("--password-command"), "{told:?}");
}

#[test]
fn help_and_version_are_data() {
    let help = Home::new().sipreg(&["--help"]);
    assert_eq!((help.code, help.messages.as_str()), (Some(0), ""));
    assert!(help.data.contains("Exit codes:") && help.data.contains("SIPREG_URL"));
    let version = Home::new().sipreg(&["--version"]);
    assert_eq!(version.data, format!("sipreg {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn a_closed_pipe_is_success() {
    let home = Home::new();
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let child = home.command().args(["config", "show"]).stdout(writer).stderr(Stdio::piped()).spawn().unwrap();
    let told = Told::from(child.wait_with_output().unwrap());
    assert_eq!((told.code, told.messages.as_str()), (Some(0), ""));
}

#[test]
fn a_full_disk_behind_stdout_is_a_failure() {
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let child = Home::new().command().args(["config", "show"]).stdout(full).stderr(Stdio::piped()).spawn().unwrap();
    let told = Told::from(child.wait_with_output().unwrap());
    assert_eq!(told.code, Some(1));
    assert!(told.messages.contains("cannot write to standard output"), "{told:?}");
}

/// A server of `serve-demo` that is ended when the test ends, however it ends.
struct Serving {
    child: Child,
    data: BufReader<ChildStdout>,
}

impl Serving {
    fn start(home: &Home, arguments: &[&str]) -> Self {
        let mut command = home.command();
        command.arg("serve-demo").args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let data = BufReader::new(child.stdout.take().unwrap());
        Self { child, data }
    }

    /// The second word of the next line, whose first must be `key`.
    fn read(&mut self, key: &str) -> String {
        let mut line = String::new();
        self.data.read_line(&mut line).unwrap();
        let (found, value) = line.trim_end().split_once(' ').unwrap_or_default();
        assert_eq!(found, key, "{line:?}");
        value.trim().to_owned()
    }

    fn end(mut self, signal: Signal) -> Option<i32> {
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

/// Status line and body of the answer to a request over a bare socket.
fn exchange(url: &str, request: &str) -> (String, String) {
    let address = url.strip_prefix("http://").unwrap();
    let mut socket = TcpStream::connect(address).unwrap();
    let request = request.replace('\n', "\r\n").replace("HOST", address);
    socket.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.lines().next().unwrap().to_owned(), body.to_owned())
}

fn sign_in(url: &str, username: &str, password: &str) -> (String, String) {
    let body = format!("{{\"auth\":{{\"username\":\"{username}\",\"password\":\"{password}\"}}}}");
    exchange(
        url,
        &format!(
            "POST /api/rest/admin/auth HTTP/1.1\nHost: HOST\nConnection: close\nContent-Type: application/json\n\
             Content-Length: {}\n\n{body}",
            body.len()
        ),
    )
}

#[test]
fn serve_demo_prints_how_to_reach_it_serves_and_ends_in_peace_on_sigterm_and_ctrl_c() {
    let home = Home::new();
    for signal in [Signal::TERM, Signal::INT] {
        let mut serving = Serving::start(&home, &["--records", "7"]);
        let (url, username, password) = (serving.read("url"), serving.read("username"), serving.read("password"));
        let (status, body) = sign_in(&url, &username, &password);
        assert!(status.starts_with("HTTP/1.1 201"), "{status}");
        let token = body.split('"').nth(3).unwrap();
        let (status, body) = exchange(
            &url,
            &format!(
                "GET /api/rest/admin/registrations HTTP/1.1\nHost: HOST\nConnection: close\n\
                 Accept: application/vnd.api+json\nAuthorization: {token}\n\n"
            ),
        );
        assert!(status.starts_with("HTTP/1.1 200"), "{status}");
        assert!(body.contains("\"total-count\":7"), "{body}");
        assert_eq!(serving.end(signal), Some(0));
    }
}

#[test]
fn serve_demo_rehearses_faults() {
    let mut serving = Serving::start(&Home::new(), &["--faults", "POST /auth: 503 3 x1"]);
    let (url, username, password) = (serving.read("url"), serving.read("username"), serving.read("password"));
    assert!(sign_in(&url, &username, &password).0.starts_with("HTTP/1.1 503"));
    assert!(sign_in(&url, &username, &password).0.starts_with("HTTP/1.1 201"));
}

#[test]
fn serve_demo_is_for_this_machine_only() {
    for address in ["0.0.0.0:0", "[::]:0", "192.0.2.1:80"] {
        let told = Home::new().sipreg(&["serve-demo", "--listen", address]);
        assert_eq!(told.code, Some(2));
        assert!(told.messages.contains("loopback addresses only"), "{told:?}");
    }
}

#[test]
fn serve_demo_tells_what_is_wrong_with_its_options() {
    let home = Home::new();
    for (arguments, expected) in [
        (["--records", "100001"], "100000"),
        (["--latency", "soon"], "500ms"),
        (["--token-lifetime", "0"], "at least 1"),
        (["--faults", "GET: explode"], "there are: delay TIME, 401"),
    ] {
        let told = home.sipreg(&[&["serve-demo"], &arguments[..]].concat());
        assert_eq!((told.code, told.data.as_str()), (Some(2), ""), "{told:?}");
        assert!(told.messages.contains(expected), "{told:?}");
    }
}

#[test]
fn serve_demo_says_when_the_address_is_taken() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let told = Home::new().sipreg(&["serve-demo", "--listen", &address]);
    assert_eq!((told.code, told.data.as_str()), (Some(1), ""));
    assert!(told.messages.starts_with(&format!("sipreg: cannot listen on {address}: ")), "{told:?}");
}
