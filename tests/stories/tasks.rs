//! What the daily tasks cost in keys. Each is done here key by key on the embedded server, and `docs/tasks.md` has the
//! table; `README_UPDATE=1 cargo test --test stories tasks` writes it anew.

use std::fmt::Write as _;
use std::path::Path;

use sipreg::app::core::effect::Effect;
use sipreg::domain::record::field::FieldId;
use sipreg::domain::record::registration::Record as _;

use super::creating::said;
use crate::sitting::Sitting;

/// One task, from the list.
struct Task {
    what: &'static str,
    /// The registration under the cursor at first.
    on: u64,
    /// Keys as a keymap names them; `'text'` is typed letter by letter.
    keys: &'static str,
    /// Whether it is done.
    done: fn(&Sitting) -> bool,
}

const fn task(what: &'static str, on: u64, keys: &'static str, done: fn(&Sitting) -> bool) -> Task {
    Task { what, on, keys, done }
}

fn is_on(sitting: &Sitting, id: u64) -> bool {
    sitting.server.control().registration(id).unwrap().enabled() == Some(true)
}

fn expire(sitting: &Sitting, id: u64) -> Option<i64> {
    sitting.server.control().registration(id).unwrap().number(FieldId::Expire)
}

fn disabled(sitting: &Sitting) -> usize {
    let control = sitting.server.control();
    control.ids().into_iter().filter(|id| control.registration(*id).unwrap().enabled() == Some(false)).count()
}

#[rustfmt::skip]
const TASKS: [Task; 12] = [
    task("find a registration by a part of its name", 1, "/ 'on-main' Enter", |it| it.app.list.rows.len(&it.app.store.records) < 10),
    task("show all again", 1, "Esc", |_| true),
    task("go to the registration with ID 22", 1, ": '22' Enter", |it| it.app.list.rows.cursor() == Some(22)),
    task("see what is wrong with it", 22, "Enter", |it| it.screen().contains("PROBLEMS")),
    task("go to the next one that is DOWN", 1, "n", |it| it.app.list.rows.cursor() == Some(5)),
    task("disable it", 13, "t", |it| !is_on(it, 13)),
    task("disable it, and undo that", 13, "t u y", |it| is_on(it, 13)),
    task("restart its attempts (bounce)", 13, "B y", |it| !is_on(it, 13)),
    task("change its expire and save", 13, "e e '3600' Ctrl-s y", |it| expire(it, 13) == Some(3600)),
    task("change its node and its expire, and save", 19, "e j j Enter 'ams' Enter e '3600' Ctrl-s y", |it| expire(it, 19) == Some(3600)),
    task("disable twelve in a row", 18, "v 1 1 j t d '12' Enter", |it| disabled(it) >= 21),
    task("copy a line for a ticket", 13, "y t", |it| it.asked.iter().any(|effect| matches!(effect, Effect::Copy(_)))),
];

/// The keys of a task, each by its name.
fn keys(task: &Task) -> Vec<String> {
    let of_word = |word: &str| match word.strip_prefix('\'').and_then(|word| word.strip_suffix('\'')) {
        Some(text) => text.chars().map(String::from).collect(),
        None => vec![word.to_owned()],
    };
    task.keys.split(' ').flat_map(of_word).collect()
}

#[test]
fn each_task_is_done_with_the_keys_that_are_told() {
    for task in TASKS {
        let mut sitting = Sitting::ready((80, 24), 120);
        sitting.press(":");
        sitting.write(&task.on.to_string());
        sitting.press("Enter");
        sitting.answer_all();
        for key in keys(&task) {
            sitting.press(&key);
            sitting.answer_all();
            // Somebody who presses a key looks at the answer first.
            sitting.pass(std::time::Duration::from_millis(400));
        }
        sitting.answer_all();
        assert!((task.done)(&sitting), "{}: {}\n{}", task.what, said(&sitting), sitting.screen());
    }
}

#[test]
fn the_document_has_each_task_with_its_keys() {
    let mut text = String::from(
        "# Keys per task\n\nCounted from the list, with the registration under the cursor; text is counted letter by letter. The keys are those\nof the default keymap.\n\n| task | keys | count |\n|---|---|---|\n",
    );
    for task in TASKS {
        let shown: Vec<String> = task.keys.split(' ').map(|word| format!("`{}`", word.trim_matches('\''))).collect();
        writeln!(text, "| {} | {} | {} |", task.what, shown.join(" "), keys(&task).len()).unwrap();
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/tasks.md");
    if std::env::var_os("README_UPDATE").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    let stored = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(stored == text, "docs/tasks.md is not the table; README_UPDATE=1 rewrites it");
}
