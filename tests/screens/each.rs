//! The screens that have no file of their own, in a table: each at four sizes, and by `look` in every theme.

use std::time::Duration;

use sipreg::app::Access;
use sipreg::domain::record::{FieldId, Value};

use crate::sitting::Sitting;
use crate::{list_at, look_at_each_size};

/// Presses keys, and answers what they ask the server.
fn pressed(mut sitting: Sitting, keys: &[&str]) -> Sitting {
    for keys in keys {
        sitting.carry_out(keys);
    }
    sitting
}

/// A form of record 13 with a change.
fn changed(size: (u16, u16)) -> Sitting {
    let mut sitting = pressed(list_at(size, "13"), &["e", ":"]);
    sitting.write("set expire 600");
    pressed(sitting, &["Enter", "Down", "Up"])
}

fn in_conflict(size: (u16, u16)) -> Sitting {
    let sitting = changed(size);
    sitting.server.change(13, FieldId::Expire, Value::Number(777));
    pressed(sitting, &["w"])
}

/// Changes are asked about first.
fn asked(size: (u16, u16)) -> Sitting {
    let mut sitting = list_at(size, "13");
    sitting.app.cx.setup.badge = Some("PROD".into());
    sitting.app.cx.setup.access = Access::Confirm;
    pressed(sitting, &["t"])
}

type Scene = fn((u16, u16)) -> Sitting;

const SCREENS: &[(&str, Scene)] = &[
    ("overview", |size| pressed(list_at(size, "13"), &["O"])),
    ("problems", |size| pressed(list_at(size, "13"), &["L", "n"])),
    ("form", changed),
    ("review", |size| pressed(changed(size), &["w"])),
    ("conflict", in_conflict),
    ("question", asked),
    ("undo", |size| {
        let mut sitting = pressed(list_at(size, "13"), &["t"]);
        sitting.pass(Duration::from_secs(2));
        pressed(sitting, &["u"])
    }),
    ("history", |size| pressed(list_at(size, "13"), &["t", "J"])),
    ("history-empty", |size| pressed(list_at(size, "13"), &["J"])),
    ("bounce-asked", |size| pressed(list_at(size, "13"), &["B"])),
    ("locked", |size| {
        let mut sitting = list_at(size, "13");
        sitting.press(":");
        sitting.write("lock");
        pressed(sitting, &["Enter"])
    }),
];

#[test]
fn each_screen_at_each_size_in_each_theme() {
    for (name, come_there) in SCREENS {
        look_at_each_size(&format!("each-{name}"), come_there);
    }
}
