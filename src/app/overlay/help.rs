//! Help of one screen: its keys and commands under headings, then the filter language. Typing filters, Enter runs
//! the line.

use crate::domain::query::filter::FILTER_HELP;
use crate::keys::group::Group;
use crate::keys::{Code, Command, Key, Keymap, Scope, sequence};

use crate::app::overlay::filter::Filtering;
use crate::app::overlay::{After, Dialog, DialogLines, Dialogs, KeyHandling, Overlay, palette};
use crate::app::rooms::Rooms;
use crate::app::widget::{LineEditor, Pager};

/// Help of one screen.
#[derive(Debug, Clone)]
pub struct Help {
    /// Whose keys.
    pub scope: Scope,
    /// Commands that the profile refuses altogether: they are not offered.
    refused: Vec<Command>,
    /// What was typed to filter.
    pub filter: LineEditor,
    /// Over the lines left.
    pub pager: Pager,
}

/// What Enter on a line does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Runs {
    /// Nothing: it is a heading.
    Nothing,
    /// A command.
    Command(Command),
    /// A filter, which is put into the filter box.
    Filter(&'static str),
}

/// A line of help.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HelpLine {
    /// What to press or to type.
    pub keys: String,
    /// What it does.
    pub text: String,
    /// What Enter on it does.
    pub runs: Runs,
}

impl Help {
    /// Help of a screen, unfiltered, with the cursor under the first heading.
    pub fn new(scope: Scope, refused: Vec<Command>) -> Self {
        Self { scope, refused, filter: LineEditor::default(), pager: Pager { cursor: 1, top: 0 } }
    }

    /// Columns of lines on a screen this wide.
    pub const fn columns(screen: u16) -> usize {
        match screen {
            160.. => 3,
            120.. => 2,
            _ => 1,
        }
    }

    /// Lines with every word that was typed, each command once with all its keys. Headings only while nothing is
    /// typed.
    pub fn lines(&self, keymap: &Keymap) -> Vec<HelpLine> {
        let typed = self.filter.text().to_lowercase();
        // The key that filters elsewhere is pressed here, too; alone it is a key that is looked for.
        let typed = typed.strip_prefix('/').filter(|rest| !rest.is_empty()).unwrap_or(&typed);
        let words: Vec<&str> = typed.split_whitespace().collect();
        let mut lines = keys(keymap, self.scope);
        // What the profile refuses altogether is not offered.
        lines.retain(|line| !matches!(line.runs, Runs::Command(command) if self.refused.contains(&command)));
        if self.scope == Scope::List {
            lines.push(HelpLine { keys: String::new(), text: "FILTER LANGUAGE".to_owned(), runs: Runs::Nothing });
            lines.extend(FILTER_HELP.iter().map(|(example, text)| HelpLine {
                keys: (*example).to_owned(),
                text: (*text).to_owned(),
                runs: Runs::Filter(example),
            }));
        }
        let has = |line: &HelpLine| {
            let (name, about) = match line.runs {
                Runs::Nothing => return words.is_empty(),
                Runs::Command(command) => (command.row().name, ""),
                Runs::Filter(_) => ("", "filter language"),
            };
            let texts = [line.keys.to_lowercase(), line.text.to_lowercase(), name.to_owned(), about.to_owned()];
            words.iter().all(|word| texts.iter().any(|text| text.contains(word)))
        };
        lines.retain(has);
        lines
    }
}

/// The commands of a screen under their headings: those with keys, then those that have only a name.
fn keys(keymap: &Keymap, scope: Scope) -> Vec<HelpLine> {
    let mut lines: Vec<HelpLine> = Vec::new();
    for binding in keymap.bindings_in(scope) {
        let keys = sequence(&binding.keys);
        let runs = Runs::Command(binding.command);
        match lines.iter_mut().find(|line| line.runs == runs) {
            Some(known) => {
                known.keys.push_str(", ");
                known.keys.push_str(&keys);
            }
            None => lines.push(HelpLine { keys, text: keymap.explain(binding.command.row().help), runs }),
        }
    }
    for row in keymap.rows().filter(|row| row.works_in(scope)) {
        let runs = Runs::Command(row.command);
        if !lines.iter().any(|line| line.runs == runs) {
            lines.push(HelpLine { keys: format!(":{}", row.name), text: keymap.explain(row.help), runs });
        }
    }
    let mut grouped = Vec::with_capacity(lines.len() + Group::ALL.len());
    for group in Group::ALL {
        let in_group = |line: &&HelpLine| matches!(line.runs, Runs::Command(command) if command.row().group == group);
        let mut members = lines.iter().filter(in_group).cloned().peekable();
        if members.peek().is_some() {
            grouped.push(HelpLine { keys: String::new(), text: group.title().to_owned(), runs: Runs::Nothing });
            grouped.extend(members);
        }
    }
    grouped
}

impl Dialog for Help {
    fn manner(&self, _: &Rooms) -> KeyHandling {
        KeyHandling::text()
    }

    fn key(&mut self, rooms: &mut Rooms, _: &mut Dialogs, key: Key) -> After {
        if key != Key::plain(Code::Enter) {
            return After::Unused;
        }
        match self.lines(&rooms.cx.setup.keymap).get(self.pager.cursor).map(|line| line.runs) {
            Some(Runs::Command(command)) => After::Run(command),
            Some(Runs::Filter(example)) => {
                let mut filtering = Filtering::begin(&mut rooms.list);
                filtering.line.set(example);
                filtering.changed(rooms);
                After::Open(Overlay::Filter(Box::new(filtering)))
            }
            Some(Runs::Nothing) | None => After::Stay,
        }
    }

    fn list(&mut self, rooms: &Rooms, _: &Dialogs) -> Option<DialogLines<'_>> {
        let len = self.lines(&rooms.cx.setup.keymap).len();
        Some(DialogLines { pager: &mut self.pager, len, height: rooms.cx.page_height() })
    }

    fn typed(&mut self, _: &mut Rooms, key: Key) {
        if self.filter.typed(key) {
            self.pager = Pager::default();
        }
    }

    fn pasted(&mut self, _: &mut Rooms, _: &mut Dialogs, text: &str) -> bool {
        self.filter.pasted(text);
        true
    }
}

/// A command that needs an argument was asked for without one: it is asked for on the command line.
pub(in crate::app) fn ask_argument(rooms: &mut Rooms, dialogs: &mut Dialogs, command: Command) {
    palette::open_palette(rooms, dialogs, &format!("{} ", command.row().name));
}
