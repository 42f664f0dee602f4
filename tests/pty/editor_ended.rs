//! What was typed in the user's editor when the connection was lost, or sipreg or the editor was killed.

use rustix::process::Signal;
use sipreg::demo::ServerOptions;

use crate::kit::console::Console;
use crate::kit::server::Server;

const ID: u64 = 13;

/// An editor that changes nothing, and at the end of its terminal leaves what was typed beside the file, as this does.
struct LeavingEditor(tempfile::TempDir);

impl LeavingEditor {
    fn new(at_the_end: &str) -> Self {
        let home = tempfile::tempdir().unwrap();
        let script = format!(
            "folder=$(dirname \"$1\")\ntrap 'echo SIZED' WINCH\necho OPEN\nwhile [ -t 0 ]; do sleep 0.05; done\n\
             {at_the_end}\nexit 1\n"
        );
        std::fs::write(home.path().join("editor"), script).unwrap();
        Self(home)
    }

    fn command(&self) -> String {
        format!("sh '{}'", self.0.path().join("editor").display())
    }
}

fn open_editor(server: &Server, editor: &str) -> Console {
    let mut console = Console::launch(server.launch().env("EDITOR", editor).size(100, 30));
    console.wait_until_read();
    console.send(format!(":{ID}\r"));
    console.wait_for_cursor_on(ID);
    console.send("E");
    console.wait_for_text("OPEN");
    console
}

/// The only text that was kept.
fn kept(console: &Console) -> String {
    std::fs::read_to_string(console.home().join("state/sipreg/unsaved/1.toml")).unwrap_or_default()
}

fn no_folder_is_left(console: &Console) {
    let names = std::fs::read_dir(console.home().join("state/sipreg")).unwrap().map(|entry| entry.unwrap().file_name());
    assert!(names.into_iter().all(|name| !name.to_string_lossy().starts_with("sipreg-edit-")));
}

#[test]
fn what_an_editor_saved_beside_the_file_when_the_connection_was_lost_is_a_draft() {
    let server = Server::start(ServerOptions::default());
    let editor = LeavingEditor::new(r#"sed 's/^retry-delay = .*/retry-delay = 47/' "$1" > "$1.save""#);
    let mut console = open_editor(&server, &editor.command());
    console.hang_up();
    console.wait_exit();
    let console = console.again(server.launch().size(100, 30));
    console.wait_for_text("from an earlier session: 13 acme-lon-main");
    no_folder_is_left(&console);
}

#[test]
fn an_editors_recovery_file_outlives_the_connection_and_is_named_at_the_next_start() {
    let server = Server::start(ServerOptions::default());
    let editor = LeavingEditor::new(r#"printf 'b0VIM\000x' > "$folder/.registration.toml.swp""#);
    let mut console = open_editor(&server, &editor.command());
    console.hang_up();
    console.wait_exit();
    no_folder_is_left(&console);
    assert!(console.home().join("state/sipreg/unsaved/.1.toml.swp").is_file());
    let mut console = console.again(server.launch().size(100, 30));
    console.send("!");
    console.wait_for_text("unsaved/1.toml");
}

#[test]
fn what_was_typed_when_sipreg_was_killed_is_kept_at_the_next_start_once_no_editor_has_it() {
    let server = Server::start(ServerOptions::default());
    let editor = r#"sh -c 'sed -i "s/^retry-delay = .*/retry-delay = 47/" "$1"; echo OPEN; read line' --"#;
    let console = open_editor(&server, editor);
    console.signal(Signal::KILL);
    assert!(!console.wait_exit().success());
    assert!(!console.home().join("state/sipreg/unsaved").exists());
    let mut console = console.again(server.launch().size(100, 30));
    console.send("!");
    console.wait_for_text("unsaved/1.toml");
    assert!(kept(&console).contains("\nretry-delay = 47"), "{}", kept(&console));
    no_folder_is_left(&console);
}
