//! Secrets planted where a console has them, and the search for them in every place that it could leave them in.

use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sipreg::demo::{ServerOptions, User};
use sipreg::domain::record::{FieldId, Secret, Value};

use crate::kit::console::{Console, cursor_on};
use crate::kit::home::{Home, SIPREG};
use crate::kit::launch::Launch;
use crate::kit::pty::{Mark, contains};
use crate::kit::server::Server;

/// The record that everything happens to.
pub const ID: u64 = 13;

/// Each secret, and the part of it that is searched for: a secret cut short or spelled apart is one, too.
pub const USERS: (&str, &str) = ("us3r-Kranich-pw", "Kranich");
pub const RECORDS: (&str, &str) = ("r3cord-Milan-pw", "Milan");
pub const TYPED: (&str, &str) = ("typ3d-Bussard-pw", "Bussard");
pub const THEIRS: (&str, &str) = ("their5-Wiedehopf-pw", "Wiedehopf");

/// How the console comes by the user's password.
#[derive(Clone, Copy, PartialEq)]
pub enum By {
    Command,
    Variable,
    Prompt,
}

pub struct Planted {
    pub server: Server,
    pub by: By,
    /// Outside the console's home: what `password_command` reads.
    vault: tempfile::TempDir,
}

impl Planted {
    pub fn start(by: By) -> Self {
        let users = vec![User::new(1, "noc", USERS.0)];
        let server = Server::start(ServerOptions { users, ..ServerOptions::default() });
        let secret = Value::Secret(Secret::new(RECORDS.0));
        server.change(ID, FieldId::AuthPassword, secret);
        let vault = tempfile::tempdir().unwrap();
        fs::write(vault.path().join("password"), format!("{}\n", USERS.0)).unwrap();
        Self { server, by, vault }
    }

    /// A home with a configuration, an editor that looks round, and every directory that files may go to.
    fn prepare(&self, configured: &Home) {
        let home = configured.path();
        for folder in ["tmp", "run", "seen"] {
            fs::create_dir_all(home.join(folder)).unwrap();
        }
        let url = &self.server.url;
        let command = match self.by {
            By::Command => {
                let vault = self.vault.path().join("password");
                let look = format!("{} command; cat {}", home.join("look").display(), vault.display());
                format!("password_command = \"{look}\"\n")
            }
            By::Variable | By::Prompt => String::new(),
        };
        configured.configure(&format!("[profile.noc]\nurl = \"{url}\"\nusername = \"noc\"\n{command}"));
        // Writes down the environment and the command lines of itself and of whoever started it.
        let look = "#!/bin/sh\nenv >>\"$HOME/seen/$1\"\n\
                    for process in self $PPID; do tr '\\0' '\\n' </proc/$process/cmdline >>\"$HOME/seen/$1\"; done\n";
        let editor = "#!/bin/sh\n\"$HOME/look\" editor\ncp \"$1\" \"$HOME/seen/text\"\n";
        for (name, script) in [("look", look), ("editor", editor)] {
            fs::write(home.join(name), script).unwrap();
            fs::set_permissions(home.join(name), fs::Permissions::from_mode(0o700)).unwrap();
        }
    }

    pub fn launch(&self, home: &Path) -> Launch {
        let launch = Launch::new(SIPREG)
            .env("EDITOR", home.join("editor"))
            .env("TMPDIR", home.join("tmp"))
            .env("XDG_RUNTIME_DIR", home.join("run"))
            .env("RUST_LOG", "trace")
            .env("RUST_BACKTRACE", "full");
        match self.by {
            By::Variable => launch.env("SIPREG_PASSWORD", USERS.0),
            By::Command | By::Prompt => launch,
        }
    }

    /// What must be found nowhere, the tokens handed out so far included.
    pub fn secrets(&self) -> Vec<String> {
        let mut all: Vec<String> = [USERS, RECORDS, TYPED, THEIRS].map(|(_, part)| part.to_owned()).into();
        for exchange in self.server.control.exchanges() {
            if let Some(token) = exchange.authorization {
                // Header and payload say nothing secret; the signature makes it a token.
                let signature = token.expose().rsplit('.').next().unwrap_or_default().to_owned();
                assert!(signature.len() > 20, "a token has a signature");
                all.push(signature);
            }
        }
        all.sort();
        all.dedup();
        all
    }

    /// The console, signed in and with everything read.
    pub fn open(&self) -> Console {
        let home = Home::new();
        self.prepare(&home);
        let launch = self.launch(home.path());
        let mut console = Console::in_home(home, launch);
        self.enter(&mut console);
        console
    }

    /// Signs in where that is asked for.
    pub fn enter(&self, console: &mut Console) {
        if self.by == By::Prompt {
            console.wait_for_text("password");
            console.send(format!("{}\r", USERS.0));
        }
        console.wait_until_read();
        console.wait_for("the list", |screen| cursor_on(screen).is_some());
    }

    /// Looks through the last exchanges, each in full.
    pub fn exchanges(&self, console: &mut Console) {
        console.send("H");
        console.wait_for_text("GET");
        self.search(console);
        for _ in 0..8 {
            console.send("\r");
            console.wait_for_text("HTTP request ");
            self.search(console);
            let mark = console.mark();
            console.send("Gc");
            console.wait_for_bytes(mark, b"\x1b]52;c;");
            self.search(console);
            console.send("\x1b[27u");
            console.settle(Duration::from_millis(50));
            console.send("j");
        }
        console.send("\x1b[27u");
        console.wait_for_text("1 All ");
    }

    pub fn search(&self, console: &Console) {
        let secrets = self.secrets();
        assert!(secrets.len() > 4, "there was a token");
        search_bytes("the terminal", &console.bytes_since(Mark::START), &secrets);
        search_bytes("the screen", console.contents().as_bytes(), &secrets);
        search_bytes("the title", console.heard().title.as_bytes(), &secrets);
        for copied in copied(&console.bytes_since(Mark::START)) {
            search_bytes("the clipboard", &copied, &secrets);
        }
        search_files(console.home(), &secrets);
    }
}

/// Looks through all files below a folder. One that is replaced meanwhile is looked for again under its name.
pub fn search_files(folder: &Path, secrets: &[String]) {
    while !walk(folder).iter().all(|path| is_free_of(path, secrets)) {}
}

/// Looks through a file; `false` where it is gone.
fn is_free_of(path: &Path, secrets: &[String]) -> bool {
    let name = path.display().to_string();
    search_bytes(&name, path.as_os_str().as_encoded_bytes(), secrets);
    match fs::read(path) {
        Ok(bytes) => search_bytes(&name, &bytes, secrets),
        Err(error) if error.kind() == ErrorKind::NotFound => return false,
        Err(error) => panic!("{name}: {error}"),
    }
    true
}

pub fn search_bytes(place: &str, bytes: &[u8], secrets: &[String]) {
    for secret in secrets {
        assert!(!contains(bytes, secret.as_bytes()), "{secret} in {place}: {}", String::from_utf8_lossy(bytes));
    }
}

/// Everything that was put on the clipboard.
fn copied(written: &[u8]) -> Vec<Vec<u8>> {
    let text = String::from_utf8_lossy(written);
    let payloads = text.split("\x1b]52;c;").skip(1);
    payloads.filter_map(|rest| STANDARD.decode(rest.split('\x07').next()?).ok()).collect()
}

fn walk(directory: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory).into_iter().flatten().flatten().map(|entry| entry.path());
    entries.flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path] }).collect()
}
