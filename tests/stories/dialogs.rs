//! Every dialog alike: what leaves it, and that keys bound anew work in it.

use sipreg::app::core::Effect;
use sipreg::keys::{Command, Key, Scope};

use crate::sitting::Sitting;

/// A dialog: the keys that open it, whether the key that goes back leaves it, and whether the key that opened it does.
struct Dialog {
    opened_by: &'static str,
    back_leaves: bool,
    opener: Option<(Scope, Command)>,
}

const fn list(opened_by: &'static str, scope: Scope, command: Command) -> Dialog {
    Dialog { opened_by, back_leaves: true, opener: Some((scope, command)) }
}

const fn text(opened_by: &'static str) -> Dialog {
    Dialog { opened_by, back_leaves: false, opener: None }
}

const DIALOGS: [Dialog; 17] = [
    list("!", Scope::Global, Command::Messages),
    list("J", Scope::Global, Command::Journal),
    list("H", Scope::Global, Command::Exchanges),
    list("L", Scope::Global, Command::Lint),
    list("O", Scope::Global, Command::Overview),
    list("C", Scope::List, Command::Columns),
    list("Space Space =", Scope::List, Command::Compare),
    Dialog { opened_by: "Space t", back_leaves: true, opener: None },
    Dialog { opened_by: "l K", back_leaves: true, opener: Some((Scope::List, Command::ShowValue)) },
    Dialog { opened_by: "x", back_leaves: true, opener: Some((Scope::Global, Command::Actions)) },
    Dialog { opened_by: "F", back_leaves: false, opener: None },
    text("s"),
    text("?"),
    text(":"),
    text("/"),
    text("f"),
    text("D"),
];

impl Dialog {
    fn open(&self, sitting: &mut Sitting) {
        sitting.carry_out(self.opened_by);
        assert!(sitting.app.overlay.current.is_some(), "{} opens nothing: {}", self.opened_by, sitting.screen());
    }

    /// The last of the keys that open it.
    fn key(&self) -> &'static str {
        self.opened_by.rsplit(' ').next().unwrap()
    }
}

fn is_open(sitting: &Sitting) -> bool {
    sitting.app.overlay.current.is_some()
}

fn rebind(sitting: &mut Sitting, scope: Scope, command: Command, key: &str) {
    sitting.app.cx.setup.keymap.rebind(scope, command, &[Key::parse_sequence(key).unwrap()]);
}

#[test]
fn escape_and_ctrl_c_leave_each_of_them_and_the_key_that_goes_back_those_that_take_no_text() {
    for dialog in &DIALOGS {
        let keys = ["Esc", "Ctrl-c"].into_iter().chain(dialog.back_leaves.then_some("q"));
        for key in keys.chain(dialog.opener.map(|_| dialog.key())) {
            let mut sitting = Sitting::ready((100, 30), 20);
            dialog.open(&mut sitting);
            sitting.press(key);
            assert!(!is_open(&sitting), "{key} does not leave {}: {}", dialog.opened_by, sitting.screen());
            assert!(!sitting.asked.contains(&Effect::Quit), "{key} quits in {}", dialog.opened_by);
        }
    }
}

#[test]
fn keys_bound_anew_leave_each_of_them_and_the_former_ones_do_not() {
    for dialog in &DIALOGS {
        let mut sitting = Sitting::ready((100, 30), 20);
        rebind(&mut sitting, Scope::Global, Command::Escape, "Ctrl-g");
        rebind(&mut sitting, Scope::Global, Command::Back, "Z");
        dialog.open(&mut sitting);
        if dialog.back_leaves {
            sitting.press("q");
            assert!(is_open(&sitting), "q still leaves {}", dialog.opened_by);
            sitting.press("Z");
            assert!(!is_open(&sitting), "Z does not leave {}: {}", dialog.opened_by, sitting.screen());
            sitting = Sitting::ready((100, 30), 20);
            rebind(&mut sitting, Scope::Global, Command::Escape, "Ctrl-g");
            dialog.open(&mut sitting);
        }
        sitting.press("Ctrl-g");
        assert!(!is_open(&sitting), "Ctrl-g does not leave {}: {}", dialog.opened_by, sitting.screen());
        let Some((scope, command)) = dialog.opener else { continue };
        let mut sitting = Sitting::ready((100, 30), 20);
        rebind(&mut sitting, scope, command, "Z");
        let before = dialog.opened_by.strip_suffix(dialog.key()).unwrap();
        sitting.press(&format!("{before} Z"));
        assert!(is_open(&sitting), "Z does not open what {} opened", dialog.key());
        sitting.press(dialog.key());
        assert!(is_open(&sitting), "{} still leaves its dialog", dialog.key());
        sitting.press("Z");
        assert!(!is_open(&sitting), "Z opens the dialog of {} and does not leave it", dialog.key());
    }
}

#[test]
fn movement_bound_anew_moves_in_lists() {
    for dialog in DIALOGS.iter().filter(|dialog| ["C", "s", "Space t", "O"].contains(&dialog.opened_by)) {
        let mut sitting = Sitting::ready((100, 30), 20);
        rebind(&mut sitting, Scope::Global, Command::Down, "Z");
        dialog.open(&mut sitting);
        let before = sitting.screen();
        sitting.press("Z");
        assert_ne!(before, sitting.screen(), "Z does not move in {}", dialog.opened_by);
    }
}

#[test]
fn drawing_anew_and_stopping_work_in_each_of_them_with_the_keys_bound_to_them() {
    for dialog in &DIALOGS {
        let mut sitting = Sitting::ready((100, 30), 20);
        rebind(&mut sitting, Scope::Global, Command::Redraw, "Ctrl-g");
        rebind(&mut sitting, Scope::Global, Command::Suspend, "Ctrl-t");
        dialog.open(&mut sitting);
        for (key, effect) in [("Ctrl-g", Effect::Redraw), ("Ctrl-t", Effect::Suspend)] {
            sitting.press(key);
            assert!(sitting.asked.contains(&effect), "{key} does nothing in {}", dialog.opened_by);
        }
        assert!(is_open(&sitting), "{}", dialog.opened_by);
        sitting.asked.clear();
        sitting.press("Ctrl-l Ctrl-z");
        let display_name = |effect: &Effect| [Effect::Redraw, Effect::Suspend].contains(effect);
        assert!(!sitting.asked.iter().any(display_name), "the former keys still work in {}", dialog.opened_by);
    }
}
