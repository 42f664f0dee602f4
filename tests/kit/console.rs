//! The console on a terminal, at home in an empty directory, and the embedded server that it is opened on.

use std::ops::{Deref, DerefMut};
use std::path::Path;
use std::time::Duration;

use sipreg::domain::record::{FIELDS, FieldId};

use super::home::{Home, SIPREG};
use super::launch::Launch;
use super::pty::{Mark, Pty};
use super::server::{Server, is_answered_catalogue};

/// The console, on a terminal.
pub struct Console {
    pty: Pty,
    home: Home,
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
        Self::in_home(Home::new(), launch)
    }

    /// A launch with this configuration file.
    pub fn configured(configuration: &str, launch: Launch) -> Self {
        Self::in_home(Home::configured(configuration), launch)
    }

    /// A launch in a home that something was done to before.
    pub fn prepared(prepare: impl FnOnce(&Path), launch: Launch) -> Self {
        let home = Home::new();
        prepare(home.path());
        Self::in_home(home, launch)
    }

    /// Another console in the same home, after this one ended.
    pub fn again(self, launch: Launch) -> Self {
        Self::in_home(self.home, launch)
    }

    /// A second console in the same home, while this one runs.
    pub fn beside(&self, launch: Launch) -> Self {
        Self::in_home(self.home.clone(), launch)
    }

    /// A launch in a home that is there already.
    pub fn in_home(home: Home, launch: Launch) -> Self {
        Self { pty: launch.at_home(&home).env("LANG", "C.UTF-8").start(), home }
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

    /// Goes to a record of the list.
    pub fn go_to(&mut self, id: u64) {
        self.send(format!(":{id}\r"));
        self.wait_for_cursor_on(id);
    }

    /// Opens the form of a record of the list.
    pub fn edit(&mut self, id: u64) {
        self.go_to(id);
        self.send("e");
        self.wait_for_text(&format!("Edit {id} "));
        self.wait_for_text("Auth user");
    }

    /// Types over the value of a field of the form.
    pub fn type_over(&mut self, field: FieldId, value: &str) {
        self.send(keys_to(field));
        self.send(format!("i\x15{value}"));
        self.wait_for_text(value);
    }

    /// Leaves the list, and with it the program; the terminal is as it was before.
    pub fn quit(&mut self) {
        self.send("q");
        assert!(self.wait_exit().success());
        self.assert_given_back();
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

impl Server {
    /// What starts the console on this server, with what it needs to sign in.
    pub fn launch(&self) -> Launch {
        self.tell(Launch::new(SIPREG))
    }

    /// The same after another program, such as a shell, that takes a command line.
    pub fn tell(&self, launch: Launch) -> Launch {
        launch.args(["--url", &self.url, "--username", &self.username]).env("SIPREG_PASSWORD", self.password.expose())
    }

    /// A server, and a console on it with everything read.
    pub fn open_one() -> (Self, Console) {
        let server = Self::new();
        let console = server.open();
        (server, console)
    }

    /// The console, open, with everything read.
    pub fn open(&self) -> Console {
        let console = Console::launch(self.launch());
        console.wait_until_read();
        self.wait_for_requests("catalogues", 3, is_answered_catalogue);
        console
    }
}
