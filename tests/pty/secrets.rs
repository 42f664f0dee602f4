//! Known secrets are planted in the server, the configuration and the keyboard; then everything is done that can be
//! done, and every file, every byte on the terminal and every child is searched for them.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rustix::process::Signal;
use sipreg::demo::faults::{Effect, Fault};
use sipreg::demo::{Options, User};
use sipreg::domain::field::FieldId;
use sipreg::domain::value::{Secret, Value};

use crate::console::{Console, SIPREG, Server, cursor_on};
use crate::kit::{Launch, Mark, contains};

/// The record that everything happens to.
const ID: u64 = 13;

/// Each secret, and the part of it that is searched for: a secret cut short or spelled apart is one, too.
const USERS: (&str, &str) = ("us3r-Kranich-pw", "Kranich");
const RECORDS: (&str, &str) = ("r3cord-Milan-pw", "Milan");
const TYPED: (&str, &str) = ("typ3d-Bussard-pw", "Bussard");
const THEIRS: (&str, &str) = ("their5-Wiedehopf-pw", "Wiedehopf");

/// How the console comes by the user's password.
#[derive(Clone, Copy, PartialEq)]
enum By {
    Command,
    Variable,
    Prompt,
}

struct Planted {
    server: Server,
    by: By,
    /// Outside the console's home: what `password_command` reads.
    vault: tempfile::TempDir,
}

impl Planted {
    fn start(by: By) -> Self {
        let users = vec![User::new(1, "noc", USERS.0)];
        let server = Server::start(Options { users, ..Options::default() });
        let secret = Value::Secret(Secret::new(RECORDS.0));
        assert!(server.control().change(ID, FieldId::AuthPassword, secret));
        let vault = tempfile::tempdir().unwrap();
        fs::write(vault.path().join("password"), format!("{}\n", USERS.0)).unwrap();
        Self { server, by, vault }
    }

    /// A home with a configuration, an editor that looks round, and every directory that files may go to.
    fn prepare(&self, home: &Path) {
        for folder in ["config/sipreg", "tmp", "run", "seen"] {
            fs::create_dir_all(home.join(folder)).unwrap();
        }
        let url = &self.server.running.url;
        let command = match self.by {
            By::Command => {
                let vault = self.vault.path().join("password");
                let look = format!("{} command; cat {}", home.join("look").display(), vault.display());
                format!("password_command = \"{look}\"\n")
            }
            By::Variable | By::Prompt => String::new(),
        };
        let configuration = format!("[profile.noc]\nurl = \"{url}\"\nusername = \"noc\"\n{command}");
        fs::write(home.join("config/sipreg/config.toml"), configuration).unwrap();
        // Writes down the environment and the command lines of itself and of whoever started it.
        let look = "#!/bin/sh\nenv >>\"$HOME/seen/$1\"\n\
                    for process in self $PPID; do tr '\\0' '\\n' </proc/$process/cmdline >>\"$HOME/seen/$1\"; done\n";
        let editor = "#!/bin/sh\n\"$HOME/look\" editor\ncp \"$1\" \"$HOME/seen/text\"\n";
        for (name, script) in [("look", look), ("editor", editor)] {
            use std::os::unix::fs::PermissionsExt as _;
            fs::write(home.join(name), script).unwrap();
            fs::set_permissions(home.join(name), fs::Permissions::from_mode(0o700)).unwrap();
        }
    }

    fn launch(&self, home: &Path) -> Launch {
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
    fn secrets(&self) -> Vec<String> {
        let mut all: Vec<String> = [USERS, RECORDS, TYPED, THEIRS].map(|(_, part)| part.to_owned()).into();
        for exchange in self.server.control().exchanges() {
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

    /// Signs in where that is asked for.
    fn enter(&self, console: &mut Console) {
        if self.by == By::Prompt {
            console.wait_for_text("password");
            console.send(format!("{}\r", USERS.0));
        }
        console.wait_until_read();
        console.wait_for("the list", |screen| cursor_on(screen).is_some());
    }

    /// Looks through the last exchanges, each in full.
    fn exchanges(&self, console: &mut Console) {
        console.send("H");
        console.wait_for_text("GET");
        self.search(console);
        for _ in 0..8 {
            console.send("\r");
            console.wait_for_text("HTTP exchange");
            self.search(console);
            let mark = console.mark();
            console.send("Gc");
            console.wait_for_bytes(mark, b"\x1b]52;c;");
            self.search(console);
            console.send("\x1b");
            console.settle(Duration::from_millis(50));
            console.send("j");
        }
        console.send("\x1b");
        console.wait_for_text("Registrations");
    }

    fn search(&self, console: &Console) {
        let secrets = self.secrets();
        assert!(secrets.len() > 4, "there was a token");
        search_bytes("the terminal", &console.bytes_since(Mark::START), &secrets);
        search_bytes("the screen", console.contents().as_bytes(), &secrets);
        search_bytes("the title", console.heard().title.as_bytes(), &secrets);
        for copied in copied(&console.bytes_since(Mark::START)) {
            search_bytes("the clipboard", &copied, &secrets);
        }
        let files = walk(console.home());
        for path in &files {
            search_bytes(&path.display().to_string(), path.as_os_str().as_encoded_bytes(), &secrets);
            search_bytes(&path.display().to_string(), &fs::read(path).unwrap(), &secrets);
        }
    }
}

fn search_bytes(place: &str, bytes: &[u8], secrets: &[String]) {
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

fn refusal(status: u16, quoted: &str) -> Effect {
    Effect::Answer {
        status,
        content_type: "application/vnd.api+json".to_owned(),
        body: format!(
            r#"{{"errors":[{{"title":"'{quoted}' is invalid","detail":"auth-password - {quoted} is too short",
            "code":"100","source":{{"pointer":"/data/attributes/auth-password"}},"status":"{status}"}}]}}"#
        ),
    }
}

fn page(title: &str) -> Effect {
    let body = format!("<html><title>cannot store {title}</title></html>");
    Effect::Answer { status: 502, content_type: "text/html".to_owned(), body }
}

/// Opens the record's form and types the password.
fn type_password(console: &mut Console) {
    console.send("e");
    // Until the base is read there is no field to go to.
    console.wait_for_text("base W/");
    console.send("Gkkkk");
    console.send(format!("i\x15{}\r", TYPED.0));
    console.wait_for_text("1 changed");
    console.wait_for_text("DRAFT kept");
}

fn esc(console: &mut Console, back_at: &str) {
    console.send("\x1b");
    console.wait_for_text(back_at);
}

fn drive(planted: &Planted) -> Console {
    let home = tempfile::tempdir().unwrap();
    planted.prepare(home.path());
    let launch = planted.launch(home.path());
    let mut console = Console::in_home(home, launch);
    let control = planted.server.control();
    planted.enter(&mut console);

    // Looking: detail, document, everything that can be copied, a comparison, help, palette, what is not there yet.
    console.send(format!(":{ID}\r"));
    console.wait_for_cursor_on(ID);
    for copy in ["yi", "yn", "yc", "yu", "yo", "yj", "yl", "yt"] {
        let mark = console.mark();
        console.send(copy);
        console.wait_for_bytes(mark, b"\x1b]52;c;");
    }
    console.send("=j=");
    console.wait_for_text("DIFFERENT");
    console.send("G");
    console.wait_for_text("auth-password");
    planted.search(&console);
    console.send("\x1b");
    console.send(format!(":{ID}\r"));
    console.wait_for_cursor_on(ID);
    console.send("\r");
    console.wait_for_text("ETag");
    console.send("b");
    console.wait_for_text("JSON:API document");
    console.wait_for_text("\"data\"");
    console.send("G");
    planted.search(&console);
    esc(&mut console, "ETag");
    for (key, shown) in [("?", "Help"), (":", "Command"), ("!", "Messages"), ("J", "Changes")] {
        console.send(key);
        console.wait_for_text(shown);
        planted.search(&console);
        esc(&mut console, "ETag");
    }
    console.send("\x1b");
    console.wait_for_cursor_on(ID);
    for (key, shown) in [("L", "Lint"), ("x", "Actions"), ("D", "WHAT HAPPENS")] {
        console.send(key);
        console.wait_for_text(shown);
        planted.search(&console);
        console.send("\x1b");
        console.wait_for_cursor_on(ID);
    }
    console.send("W");
    planted.exchanges(&mut console);

    // A copy, with the password of the first.
    console.send("c");
    console.wait_for_text("its password too (not shown)");
    planted.search(&console);
    console.send("w");
    console.wait_for_text("POST");
    planted.search(&console);
    console.send("b");
    console.wait_for_text("********");
    planted.search(&console);
    console.send("by");
    console.wait_for_text("created");
    planted.exchanges(&mut console);
    console.send(format!(":{ID}\r"));
    console.wait_for_cursor_on(ID);

    // Editing: the form, the review with body and curl, refusals that quote the password, a conflict about it.
    type_password(&mut console);
    console.send("bK");
    planted.search(&console);
    console.send("w");
    console.wait_for_text("SAFE");
    let mark = console.mark();
    console.send("c");
    console.wait_for_bytes(mark, b"\x1b]52;c;");
    console.send("b");
    console.wait_for_text("BODY");
    console.wait_for_text("********");
    planted.search(&console);
    for fault in [refusal(422, TYPED.0), refusal(500, TYPED.0), page(TYPED.0), Effect::Unauthorized] {
        if !console.contents().contains("BODY") && !console.contents().contains("SAFE") {
            console.send("w");
            console.wait_for_text("SAFE");
        }
        control.add_fault(Fault::next("PATCH", "/registrations", fault));
        console.send("y");
        console.wait_for("the answer", |screen| {
            let text = screen.contents();
            !text.contains("SAFE") && !text.contains("BODY") && !text.contains("the outcome is told")
        });
        planted.search(&console);
        control.clear_faults();
        if console.contents().contains("saved 13") {
            // A 401 is replayed with a new token.
            break;
        }
    }
    console.wait_for_text("saved 13 acme-lon-main: auth-password");
    assert_eq!(
        control.registration(ID).map(|record| record.get(FieldId::AuthPassword).clone()),
        Some(Value::Secret(Secret::new(TYPED.0)))
    );
    console.send("u");
    console.wait_for_text("put back auth-password");
    planted.search(&console);
    console.send("y");
    console.wait_for_text("SAFE");
    console.send("y");
    // The message of the save before may still stand there.
    console.wait_for("the list, and the password put back", |screen| {
        let stored = control.registration(ID).map(|record| record.get(FieldId::AuthPassword).clone());
        stored == Some(Value::Secret(Secret::new(RECORDS.0))) && cursor_on(screen) == Some(ID)
    });
    console.send("J");
    console.wait_for_text("Changes of this session");
    planted.search(&console);
    esc(&mut console, "Registrations");
    planted.exchanges(&mut console);

    type_password(&mut console);
    assert!(control.change(ID, FieldId::AuthPassword, Value::Secret(Secret::new(THEIRS.0))));
    console.send("w");
    console.wait_for_text("CONFLICT");
    planted.search(&console);
    console.send("m");
    console.wait_for_text("all decided");
    console.send("t");
    console.send("m");
    planted.search(&console);
    console.send("w");
    console.wait_for_text("SAFE");
    console.send("n\x1b");
    console.wait_for_cursor_on(ID);

    // As text, without the password; switched; the sign-in refused with the password quoted.
    console.send("E");
    console.wait_for("the editor gone", |screen| {
        console_text(screen).contains("SAFE") || console_text(screen).contains("nothing was changed in the text")
    });
    let text = fs::read_to_string(console.home().join("seen/text")).unwrap();
    assert!(text.contains("acme-lon-main"), "{text}");
    planted.search(&console);
    console.send("\x1b");
    console.settle(Duration::from_millis(50));
    console.send("\x1b");
    console.wait_for_cursor_on(ID);
    console.send("t");
    console.wait_for_text("disabled 13 acme-lon-main");
    console.send("u");
    console.wait_for_text("Undo: enable");
    console.send("y");
    console.wait_for_text("enabled 13 acme-lon-main");
    control.revoke_tokens();
    control.add_fault(Fault::next("POST", "/auth", refusal(401, USERS.0)));
    console.send("r");
    console.wait_for_text("Sign in");
    planted.search(&console);
    console.send(format!("{}\r", USERS.0));
    console.wait_for_text("signed in as noc");
    planted.search(&console);

    // Locked with a password in a draft, killed with one, and back.
    console.send(":lock\r");
    console.wait_for_text("LOCKED");
    planted.search(&console);
    if planted.by == By::Command {
        console.wait_for_text("Enter uses password_command");
    } else {
        console.send(USERS.0);
        console.wait_for_text("*****");
    }
    console.send("\r");
    console.wait_for_text("wiped the password typed for 13");
    planted.search(&console);
    console.send("!");
    console.wait_for_text("Messages of this session");
    planted.search(&console);
    esc(&mut console, "Registrations");
    type_password(&mut console);
    console.signal(Signal::KILL);
    assert!(!console.wait_exit().success());
    planted.search(&console);
    let launch = planted.launch(console.home());
    let mut console = console.again(launch);
    planted.enter(&mut console);
    console.send(format!(":{ID}\r"));
    console.wait_for_cursor_on(ID);
    console.send("e");
    console.wait_for_text("Edit 13");
    console.wait_for_text("1 changed");
    planted.search(&console);
    console
}

fn console_text(screen: &vt100::Screen) -> String {
    screen.contents()
}

/// Command line and environment of a running program, as anybody in its group may see them.
fn process(console: &Console, file: &str) -> Vec<u8> {
    fs::read(format!("/proc/{}/{file}", console.id())).unwrap_or_default()
}

#[test]
fn no_secret_is_in_any_file_on_the_terminal_or_in_a_child_with_a_password_command() {
    let planted = Planted::start(By::Command);
    let console = drive(&planted);
    assert!(console.home().join("seen/command").exists() && console.home().join("seen/editor").exists());
    for file in ["cmdline", "environ"] {
        search_bytes(file, &process(&console, file), &planted.secrets());
    }
}

#[test]
fn no_secret_is_in_any_file_on_the_terminal_or_in_a_child_with_a_password_in_the_environment() {
    let planted = Planted::start(By::Variable);
    let console = drive(&planted);
    let seen = fs::read_to_string(console.home().join("seen/editor")).unwrap();
    assert!(seen.contains("XDG_STATE_HOME") && !seen.contains("SIPREG_PASSWORD"), "{seen}");
    search_bytes("cmdline", &process(&console, "cmdline"), &planted.secrets());
}

#[test]
fn no_secret_is_in_any_file_on_the_terminal_or_in_a_child_with_a_password_typed() {
    let planted = Planted::start(By::Prompt);
    let console = drive(&planted);
    for file in ["cmdline", "environ"] {
        search_bytes(file, &process(&console, file), &planted.secrets());
    }
}

#[test]
fn the_password_is_shown_and_edited_where_that_is_asked_for_and_leaves_no_file() {
    let planted = Planted::start(By::Prompt);
    let home = tempfile::tempdir().unwrap();
    planted.prepare(home.path());
    let launch = planted.launch(home.path());
    let mut console = Console::in_home(home, launch);
    planted.enter(&mut console);
    console.send(format!(":{ID}\r"));
    console.wait_for_cursor_on(ID);
    console.send("\r");
    console.wait_for_text("ETag");
    console.send("P");
    console.wait_for_text(RECORDS.0);
    console.send("P");
    console.wait_for_text("********");
    assert!(!console.contents().contains(RECORDS.1));
    console.send(":edit-text-with-password\r");
    console.wait_for_text("nothing was changed in the text");
    let given = console.home().join("seen/text");
    assert!(fs::read_to_string(&given).unwrap().contains(RECORDS.0), "the editor was given it");
    fs::remove_file(given).unwrap();
    for path in walk(console.home()) {
        search_bytes(&path.display().to_string(), &fs::read(&path).unwrap(), &planted.secrets());
    }
}

/// How often a text is in the memory of the running console; `None` where the system does not let us look.
#[cfg(target_os = "linux")]
fn in_memory(console: &Console, text: &str) -> Option<usize> {
    use std::os::unix::fs::FileExt as _;
    let maps = fs::read_to_string(format!("/proc/{}/maps", console.id())).ok()?;
    let memory = fs::File::open(format!("/proc/{}/mem", console.id())).ok()?;
    let mut count = 0;
    for line in maps.lines().filter(|line| line.contains(" rw")) {
        let (range, _) = line.split_once(' ')?;
        let (from, to) = range.split_once('-')?;
        let (from, to) = (u64::from_str_radix(from, 16).ok()?, u64::from_str_radix(to, 16).ok()?);
        let mut bytes = vec![0; usize::try_from(to - from).ok()?];
        // What the kernel keeps to itself cannot be read.
        if memory.read_exact_at(&mut bytes, from).is_ok() {
            count += bytes.windows(text.len()).filter(|window| *window == text.as_bytes()).count();
        }
    }
    Some(count)
}

#[cfg(target_os = "linux")]
#[test]
fn a_password_typed_is_not_in_memory_after_the_lock() {
    let planted = Planted::start(By::Prompt);
    let home = tempfile::tempdir().unwrap();
    planted.prepare(home.path());
    let launch = planted.launch(home.path());
    let mut console = Console::in_home(home, launch);
    planted.enter(&mut console);
    console.send(format!(":{ID}\r"));
    console.wait_for_cursor_on(ID);
    type_password(&mut console);
    let Some(before) = in_memory(&console, TYPED.0) else { return };
    assert!(before > 0, "the draft holds it");
    console.send(":lock\r");
    console.wait_for_text("LOCKED");
    assert_eq!(in_memory(&console, TYPED.0), Some(0));
}
