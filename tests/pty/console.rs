//! The console on a terminal, at home in an empty directory, and the embedded server that it is opened on.

use std::ops::{Deref, DerefMut};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use sipreg::demo::faults::{Fault, FaultEffect};
use sipreg::demo::{self, Control, Exchange, RunningServer, ServerOptions};
use sipreg::domain::record::field::{FIELDS, FieldId};
use tokio::runtime::Runtime;
use tokio::time::timeout;

use tempfile::TempDir;

use crate::kit::{Launch, Mark, PATIENCE, Pty};

/// The program under test.
pub const SIPREG: &str = env!("CARGO_BIN_EXE_sipreg");

/// The console, on a terminal.
pub struct Console {
    pty: Pty,
    home: Arc<TempDir>,
}

impl Deref for Console {
    type Target = Pty;

    fn deref(&self) -> &Pty {
        &self.pty
    }
}

impl DerefMut for Console {
    fn deref_mut(&mut self) -> &mut Pty {
        &mut self.pty
    }
}

impl Console {
    /// `sipreg` with these arguments.
    pub fn start(arguments: &[&str]) -> Self {
        Self::launch(Launch::new(SIPREG).args(arguments))
    }

    /// A launch, with a home.
    pub fn launch(launch: Launch) -> Self {
        Self::at_home(Arc::new(tempfile::tempdir().unwrap()), launch)
    }

    /// A launch with this configuration file.
    pub fn configured(configuration: &str, launch: Launch) -> Self {
        let home = Arc::new(tempfile::tempdir().unwrap());
        let directory = home.path().join("config/sipreg");
        std::fs::create_dir_all(&directory).unwrap();
        let path = directory.join("config.toml");
        std::fs::write(&path, configuration).unwrap();
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).unwrap();
        Self::at_home(home, launch)
    }

    /// A launch in a home that something was done to before.
    pub fn prepared(prepare: impl FnOnce(&Path), launch: Launch) -> Self {
        let home = Arc::new(tempfile::tempdir().unwrap());
        prepare(home.path());
        Self::at_home(home, launch)
    }

    /// Another console in the same home, after this one ended.
    pub fn again(self, launch: Launch) -> Self {
        Self::at_home(self.home, launch)
    }

    /// A launch in a home that is there already.
    pub fn in_home(home: TempDir, launch: Launch) -> Self {
        Self::at_home(Arc::new(home), launch)
    }

    /// A second console in the same home, while this one runs.
    pub fn beside(&self, launch: Launch) -> Self {
        Self::at_home(Arc::clone(&self.home), launch)
    }

    fn at_home(home: Arc<TempDir>, launch: Launch) -> Self {
        let directory = |name: &str| home.path().join(name);
        let pty = launch
            .directory(home.path())
            .env("HOME", home.path())
            .env("XDG_CONFIG_HOME", directory("config"))
            .env("XDG_STATE_HOME", directory("state"))
            .env("XDG_CACHE_HOME", directory("cache"))
            .env("XDG_DATA_HOME", directory("data"))
            .env("LANG", "C.UTF-8")
            .start();
        Self { pty, home }
    }

    /// Its directory.
    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// Waits until the list is read.
    pub fn wait_until_read(&self) {
        self.wait_for_text("synced");
    }

    /// Waits until something is so on disk: the screen may tell of it a moment earlier.
    pub fn wait_for_disk(&self, what: &str, is_so: impl Fn(&Path) -> bool) {
        for _ in 0..200 {
            if is_so(self.home()) {
                return;
            }
            self.settle(Duration::from_millis(50));
        }
        assert!(is_so(self.home()), "{what}, on disk");
    }

    /// Waits until the list's cursor is on the record with this id.
    pub fn wait_for_cursor_on(&self, id: u64) {
        self.wait_for(&format!("the cursor on {id}"), |screen| cursor_on(screen) == Some(id));
    }

    /// Presses a key that is refused while the record is being read, until this is on the screen.
    pub fn insist(&mut self, key: &str, shown: &str) {
        for _ in 0..200 {
            self.send(key);
            self.settle(Duration::from_millis(30));
            if self.contents().contains(shown) {
                return;
            }
        }
        self.wait_for_text(shown);
    }

    /// Fails unless the terminal is as it was before the console: modes, screen, cursor, pastes.
    pub fn assert_given_back(&self) {
        assert!(self.has_its_modes_back(), "the modes are as they were");
        let screen = self.screen();
        assert!(!screen.alternate_screen(), "the screen is left");
        assert!(!screen.hide_cursor(), "the cursor is shown");
        assert!(!screen.bracketed_paste(), "pastes are plain");
        let written = self.bytes_since(Mark::START);
        let left = last(&written, b"\x1b[?1049l");
        assert!(left > last(&written, b"\x1b[?1049h"), "the screen is left last");
        for sequence in [&b"\x1b[?25l"[..], b"\x1b[?2026h", b"\x1b[?2004h", b"\x1b[?7l"] {
            assert!(left > last(&written, sequence), "{:?} comes before the end", String::from_utf8_lossy(sequence));
        }
    }
}

fn last(bytes: &[u8], sequence: &[u8]) -> Option<usize> {
    bytes.windows(sequence.len()).rposition(|window| window == sequence)
}

/// The row with the list's cursor: a bar from the id on, or a marker in front.
pub fn cursor_row(screen: &vt100::Screen) -> Option<u16> {
    let (rows, columns) = screen.size();
    // A small window has no line of views.
    let first = if rows < 16 || columns < 60 { 1 } else { 2 };
    let is_bar = |y: u16| {
        screen.cell(y, 6).is_some_and(|cell| cell.bgcolor() == vt100::Color::Idx(4) || cell.inverse())
            || screen.cell(y, 0).is_some_and(|cell| cell.contents() == ">")
    };
    (first..rows).find(|y| is_bar(*y))
}

/// Keys that go to a field of the form.
pub fn keys_to(field: FieldId) -> String {
    format!("G{}", "k".repeat(FIELDS.len() - 1 - field.place()))
}

/// The id in the row with the list's cursor.
pub fn cursor_on(screen: &vt100::Screen) -> Option<u64> {
    let (_, columns) = screen.size();
    let row = screen.rows(0, columns).nth(usize::from(cursor_row(screen)?))?;
    row.split_whitespace().find_map(|word| word.parse().ok())
}

/// A server that runs while this lives.
pub struct Server {
    pub running: RunningServer,
    runtime: Runtime,
}

pub fn runtime() -> Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap()
}

impl Server {
    pub fn start(options: ServerOptions) -> Self {
        Self::start_on(runtime(), options)
    }

    pub fn start_on(runtime: Runtime, options: ServerOptions) -> Self {
        let running = runtime.block_on(demo::start(options)).unwrap();
        Self { running, runtime }
    }

    pub fn control(&self) -> Control {
        self.running.control()
    }

    /// What starts the console on this server, with what it needs to sign in.
    pub fn launch(&self) -> Launch {
        self.tell(Launch::new(SIPREG))
    }

    /// The same after another program, such as a shell, that takes a command line.
    pub fn tell(&self, launch: Launch) -> Launch {
        launch
            .args(["--url", &self.running.url, "--username", &self.running.username])
            .env("SIPREG_PASSWORD", self.running.password.expose())
    }

    /// The console, open, with everything read.
    pub fn open(&self) -> Console {
        let console = Console::launch(self.launch());
        console.wait_until_read();
        self.wait_for_requests("catalogues", 3, is_answered_catalogue);
        console
    }

    /// Stops it, with all its connections.
    pub fn stop(self) -> Runtime {
        let Self { running, runtime } = self;
        runtime.block_on(running.stop());
        runtime
    }

    /// Waits until as many requests as this came that are of a kind.
    pub fn wait_for_requests(&self, what: &str, count: usize, is_of_kind: impl Fn(&Exchange) -> bool) {
        let control = self.control();
        let came = async {
            loop {
                let arrivals = control.arrivals();
                if control.exchanges().iter().filter(|exchange| is_of_kind(exchange)).count() >= count {
                    break;
                }
                // An answer is noted after its request arrived, so that looking again has to be due to time, too.
                let _ = timeout(Duration::from_millis(50), control.arrived(arrivals + 1)).await;
            }
        };
        let waited = self.runtime.block_on(async { timeout(PATIENCE, came).await });
        assert!(waited.is_ok(), "waited for {count} {what} in vain: {:#?}", control.exchanges());
    }

    /// Holds the next read of this path.
    pub fn hold(&self, path: &str) {
        self.control().clear_exchanges();
        self.control().add_fault(Fault::next("GET", path, FaultEffect::Hold));
    }

    /// Lets that read go on, once it has arrived: one that comes later would wait for another word.
    pub fn let_go(&self, path: &str) {
        let held = |exchange: &Exchange| exchange.method == "GET" && exchange.path().ends_with(path);
        self.wait_for_requests("held reads", 1, held);
        self.control().release();
    }

    /// Waits until a request was applied long after its client gave up.
    pub fn wait_for_late_commit(&self) {
        let control = self.control();
        let waited = self.runtime.block_on(async { timeout(PATIENCE, control.committed(1)).await });
        assert!(waited.is_ok(), "waited for a late commit in vain: {:#?}", control.exchanges());
    }
}

/// A request for a page of the list.
pub fn is_list(exchange: &Exchange) -> bool {
    exchange.path() == "/api/rest/admin/registrations"
}

/// A sign-in.
pub fn is_sign_in(exchange: &Exchange) -> bool {
    exchange.path() == "/api/rest/admin/auth"
}

/// An answer that lists all pops, nodes or transport protocols.
pub fn is_answered_catalogue(exchange: &Exchange) -> bool {
    let kinds = ["/pops", "/nodes", "/transport-protocols"];
    kinds.iter().any(|kind| exchange.path().ends_with(kind)) && exchange.status.is_some()
}
