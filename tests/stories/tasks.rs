//! What the daily tasks cost in keys. Each is done here key by key on the embedded server, and `docs/tasks.md` has the
//! table; `README_UPDATE=1 cargo test --test stories tasks` writes it anew.

use std::fmt::Write as _;
use std::path::Path;

use sipreg::app::core::Effect;
use sipreg::domain::record::{FieldId, Record as _, show};

use super::creating::said;
use crate::sitting::Sitting;

/// One task, from the list.
struct Task {
    what: &'static str,
    /// The registration under the cursor at first.
    on: u64,
    /// Keys as a keymap names them; `'text'` is typed letter by letter.
    keys: &'static str,
    /// Those of the first version, from its keymap and the order of its form; empty where it had none for this.
    first: &'static str,
    /// Whether it is done; not so before its keys.
    done: fn(&Sitting) -> bool,
    /// Keys that bring about what it starts from.
    before: &'static str,
}

const fn task(
    what: &'static str,
    on: u64,
    keys: &'static str,
    first: &'static str,
    done: fn(&Sitting) -> bool,
) -> Task {
    Task { what, on, keys, first, done, before: "" }
}

impl Task {
    const fn after(self, before: &'static str) -> Self {
        Self { before, ..self }
    }
}

fn is_on(sitting: &Sitting, id: u64) -> bool {
    sitting.server.control().registration(id).unwrap().enabled() == Some(true)
}

fn expire(sitting: &Sitting, id: u64) -> Option<i64> {
    sitting.server.control().registration(id).unwrap().number(FieldId::Expire)
}

/// The name of its node.
fn node(sitting: &Sitting, id: u64) -> String {
    let row = sitting.app.store.records.get(id).unwrap();
    show::cell(FieldId::Node, row.value(FieldId::Node), &sitting.app.store.targets).into_owned()
}

/// Whether it was disabled and enabled again.
fn switched(sitting: &Sitting, id: u64) -> bool {
    let path = format!("/registrations/{id}");
    let all = sitting.server.control().exchanges();
    all.iter().filter(|exchange| exchange.method == "PATCH" && exchange.path().contains(&path)).count() == 2
}

fn disabled(sitting: &Sitting) -> usize {
    let control = sitting.server.control();
    control.ids().into_iter().filter(|id| control.registration(*id).unwrap().enabled() == Some(false)).count()
}

#[rustfmt::skip]
const TASKS: [Task; 12] = [
    task("find a registration by a part of its name", 1, "/ 'on-main' Enter", "/ 'on-main' Enter", |it| it.app.list.rows.len(&it.app.store.records) < 10),
    task("show all again", 1, "Esc", "/ Ctrl-u Enter", |it| it.app.list.rows.len(&it.app.store.records) == 120).after("/ 'on-main' Enter"),
    task("go to the registration with ID 22", 1, ": '22' Enter", ": '22' Enter", |it| it.app.list.rows.cursor() == Some(22)),
    task("see its problems", 22, "Enter", "", |it| it.screen().contains("PROBLEMS")),
    task("go to the next one that is DOWN", 1, "n", "", |it| it.app.list.rows.cursor() == Some(5)),
    task("disable it", 13, "t", "t", |it| !is_on(it, 13)),
    task("disable it, and undo that", 13, "t u y", "t u y", |it| is_on(it, 13) && switched(it, 13)),
    task("restart its attempts (bounce)", 13, "B y", "B y", |it| !is_on(it, 13)),
    task("change its expire and save", 19, "e e e '3600' Ctrl-s y", "e j*14 i '3600' Enter w y", |it| expire(it, 19) == Some(3600)),
    task("change its node and its expire, and save", 19, "e j j Enter 'ams' Enter e '3600' Ctrl-s y", "e j*3 Enter 'ams' Enter j*11 i '3600' Enter w y", |it| expire(it, 19) == Some(3600) && node(it, 19).starts_with("ams")),
    task("disable twelve in a row", 18, "v 1 1 j t d '12' Enter", "v j*11 v t d '12' Enter", |it| disabled(it) >= 21),
    task("copy a line for a ticket", 13, "y t", "y t", |it| it.asked.iter().any(|effect| matches!(effect, Effect::Copy(_)))),
];

/// Keys, each by its name: `'ams'` is three, and so is `j*3`.
fn keys(keys: &str) -> Vec<String> {
    let of_word =
        |word: &str| match (word.strip_prefix('\'').and_then(|word| word.strip_suffix('\'')), word.split_once('*')) {
            (Some(text), _) => text.chars().map(String::from).collect(),
            (None, Some((key, times))) => vec![key.to_owned(); times.parse().unwrap()],
            (None, None) => vec![word.to_owned()],
        };
    keys.split_whitespace().flat_map(of_word).collect()
}

/// Keys as a document shows them.
fn shown(keys: &str) -> String {
    let of_word = |word: &str| match word.split_once('*') {
        Some((key, times)) => format!("{times} x `{key}`"),
        None => format!("`{}`", word.trim_matches('\'')),
    };
    keys.split_whitespace().map(of_word).collect::<Vec<_>>().join(" ")
}

#[test]
fn each_task_is_done_with_the_keys_that_are_told() {
    for task in TASKS {
        let mut sitting = Sitting::ready((80, 24), 120);
        sitting.press(":");
        sitting.write(&task.on.to_string());
        sitting.carry_out("Enter");
        for key in keys(task.before) {
            sitting.carry_out(&key);
        }
        assert!(!(task.done)(&sitting), "{}: done before its keys\n{}", task.what, sitting.screen());
        for key in keys(task.keys) {
            sitting.carry_out(&key);
            // Someone who presses a key looks at the answer first.
            sitting.pass(std::time::Duration::from_millis(400));
        }
        sitting.answer_all();
        assert!((task.done)(&sitting), "{}: {}\n{}", task.what, said(&sitting), sitting.screen());
    }
}

#[test]
fn the_document_has_each_task_with_its_keys() {
    let mut text = String::from(
        "# Keys per task\n\nCounted from the list, with the registration under the cursor; text is counted letter by letter. \
         The keys are those\nof the default keymap. What the first version needed is derived from its keymap and the order of \
         its form, not\npressed; where it had no keys for a task the column is empty.\n\n\
         | task | keys | count | first version |\n|---|---|---|---|\n",
    );
    for task in TASKS {
        let first = match keys(task.first).len() {
            0 => String::new(),
            count if task.first == task.keys => count.to_string(),
            count => format!("{count}: {}", shown(task.first)),
        };
        let row = format!("| {} | {} | {} | {first} |", task.what, shown(task.keys), keys(task.keys).len());
        writeln!(text, "{}", row.replace("  |", " |")).unwrap();
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/tasks.md");
    if std::env::var_os("README_UPDATE").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    let stored = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(stored == text, "docs/tasks.md is not the table; README_UPDATE=1 rewrites it");
}
