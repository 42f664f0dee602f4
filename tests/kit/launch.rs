//! What is started on a pseudo-terminal, and how.

use std::ffi::{OsStr, OsString};
use std::io::{Read, Write};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use rustix::fs::{Mode, OFlags};
use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};

use super::home::Home;
use super::pty::Pty;

/// What to start, and on what terminal. The environment is empty but for `PATH`, `TERM` and what is added.
pub struct Launch {
    command: CommandBuilder,
    size: PtySize,
    home: Option<Home>,
}

impl Launch {
    /// On a terminal of 80 x 24 with 256 colours.
    pub fn new(program: impl AsRef<OsStr>) -> Self {
        let mut command = CommandBuilder::new(program);
        command.env_clear();
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.env("TERM", "xterm-256color");
        Self { command, size: size(80, 24), home: None }
    }

    /// The program under a shell with job control. When the program stops, the shell says `[stopped]` and waits for
    /// a line; then it lets the program go on in the foreground. At the end it says `[status N]`.
    pub fn under_shell(program: impl AsRef<OsStr>) -> Self {
        let script = r#"set -m; "$@"; status=$?
            while [ "$(kill -l $status 2>&1)" = STOP ]; do echo '[stopped]'; read line; fg >/dev/null; status=$?; done
            echo "[status $status]""#;
        Self::new("sh").args(["-c", script, "sh"]).arg(program)
    }

    pub fn arg(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.command.arg(argument);
        self
    }

    pub fn args(mut self, arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Self {
        self.command.args(arguments);
        self
    }

    pub fn env(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    pub fn envs(self, variables: impl IntoIterator<Item = (impl AsRef<OsStr>, impl AsRef<OsStr>)>) -> Self {
        variables.into_iter().fold(self, |launch, (name, value)| launch.env(name, value))
    }

    /// In a home, which is there for as long as the program, and told of it.
    pub fn at_home(self, home: &Home) -> Self {
        Self { home: Some(home.clone()), ..self.directory(home.path()).envs(home.environment()) }
    }

    /// Without this variable.
    pub fn without_env(mut self, name: impl AsRef<OsStr>) -> Self {
        self.command.env_remove(name);
        self
    }

    /// Where to start it.
    pub fn directory(mut self, directory: impl AsRef<OsStr>) -> Self {
        self.command.cwd(directory);
        self
    }

    pub fn size(mut self, columns: u16, rows: u16) -> Self {
        self.size = size(columns, rows);
        self
    }

    /// Runs it, and interprets what it writes.
    pub fn start(self) -> Pty {
        Pty::of(self.run())
    }

    /// Runs it.
    pub fn run(self) -> Running {
        let pair = native_pty_system().openpty(self.size).expect("a pseudo-terminal");
        keep_output_at_ctrl_c(pair.master.as_ref());
        let modes_at_start = modes(pair.master.as_ref());
        let reader = pair.master.try_clone_reader().expect("a reader");
        let writer = pair.master.take_writer().expect("a writer");
        let child = pair.slave.spawn_command(self.command).expect("the program starts");
        Running { child, master: pair.master, reader, writer, size: self.size, modes_at_start, home: self.home }
    }
}

/// A program that was started, and the other end of its terminal.
pub struct Running {
    pub child: Box<dyn Child + Send + Sync>,
    pub master: Box<dyn MasterPty + Send>,
    pub reader: Box<dyn Read + Send>,
    pub writer: Box<dyn Write + Send>,
    pub size: PtySize,
    /// How the terminal read and echoed before.
    pub modes_at_start: String,
    pub home: Option<Home>,
}

pub const fn size(cols: u16, rows: u16) -> PtySize {
    PtySize { rows, cols, pixel_width: 0, pixel_height: 0 }
}

/// With Ctrl-c the system throws away what the terminal has not read yet: also the last words of a program that
/// answers the signal at once, and ends. NOFLSH keeps them.
fn keep_output_at_ctrl_c(master: &dyn MasterPty) {
    let path = master.tty_name().expect("the terminal has a name");
    let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC;
    let terminal = rustix::fs::open(path, flags, Mode::empty()).expect("the terminal can be opened");
    let mut modes = tcgetattr(&terminal).expect("the modes of the terminal");
    modes.local_modes |= LocalModes::NOFLSH;
    tcsetattr(&terminal, OptionalActions::Now, &modes).expect("the terminal takes its modes");
}

/// The modes of the terminal, for comparison.
pub fn modes(master: &dyn MasterPty) -> String {
    format!("{:?}", master.get_termios().expect("the modes of the terminal"))
}

/// This test program itself, told to run only `test`, one that is ignored otherwise: a program for a terminal.
pub fn ourselves(test: &str) -> (OsString, [String; 4]) {
    let program = std::env::current_exe().expect("the path of this program");
    (program.into_os_string(), [test, "--exact", "--ignored", "--nocapture"].map(str::to_owned))
}
