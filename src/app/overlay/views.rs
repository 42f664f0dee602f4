//! The box of the saved views: showing, saving, renaming and deleting them.

use crate::keys::{Code, Key};

use crate::app::core::Tone;
use crate::app::list::views::Naming;
use crate::app::model::looks::LooksChange;
use crate::app::overlay::{After, Dialog, DialogLines, Dialogs, KeyHandling, Overlay};
use crate::app::rooms::Rooms;
use crate::app::widget::{LineEditor, Pager, leaves};

/// The box in which views are saved, renamed and deleted.
#[derive(Debug, Clone, Default)]
pub struct ViewsBox {
    /// Over the digits 1 to 9.
    pub pager: Pager,
    /// The name being typed, with what for.
    pub naming: Option<(Naming, LineEditor)>,
    /// The view that another D deletes.
    doomed: Option<u8>,
}

impl ViewsBox {
    /// A key of the name being typed.
    fn naming_key(
        &mut self,
        rooms: &mut Rooms,
        key: Key,
        digit: u8,
        (naming, mut line): (Naming, LineEditor),
    ) -> After {
        if leaves(key) {
            return After::Stay;
        }
        if key == Key::plain(Code::Enter) && !line.text().trim().is_empty() {
            rooms.list.named(&mut rooms.cx, digit, naming, line.text().trim());
            return After::Close;
        }
        line.typed(key);
        self.naming = Some((naming, line));
        After::Stay
    }
}

impl Dialog for ViewsBox {
    fn manner(&self, _: &Rooms) -> KeyHandling {
        if self.naming.is_some() { KeyHandling::text().without_wheel() } else { KeyHandling::question("seD") }
    }

    fn key(&mut self, rooms: &mut Rooms, _: &mut Dialogs, key: Key) -> After {
        let digit = u8::try_from(self.pager.cursor + 1).unwrap_or(1);
        if let Some(naming) = self.naming.take() {
            return self.naming_key(rooms, key, digit, naming);
        }
        let views = &rooms.list.views;
        let own = views.own.get(&digit).map(|view| view.name.clone());
        let foreign = views.foreign.get(&digit).filter(|_| own.is_none()).cloned();
        let doomed = self.doomed.take();
        match (key.code, own) {
            _ if key.ctrl => return After::Unused,
            (Code::Enter, _) if foreign.is_none() => {
                rooms.list.show_view(&mut rooms.cx, &mut rooms.store, digit);
                return After::Close;
            }
            // The cursor is on the view that is shown: what was meant is a place of its own.
            (Code::Char('s'), _) if digit <= 3 => {
                if let Some(free) = rooms.list.free_view() {
                    self.pager.move_to(usize::from(free) - 1, 9, rooms.cx.overlay_height());
                    self.naming = Some((Naming::Save, LineEditor::default()));
                } else {
                    let taken = "and 4 to 9 are in use. s on one of them: overwrite it";
                    rooms.cx.say(Tone::Plain, format!("View {digit} is built in, {taken}"));
                }
            }
            (Code::Char('e' | 'D'), _) if digit <= 3 => {
                rooms.cx.say(Tone::Plain, format!("View {digit} is built in; 4 to 9 are yours"));
            }
            (Code::Char('s' | 'e') | Code::Enter, _) if foreign.is_some() => {
                let name = foreign.unwrap_or_default();
                let text = format!("View {digit} {name}: this version of sipreg cannot show it; it stays in the file");
                rooms.cx.say(Tone::Plain, text);
            }
            (Code::Char('s'), own) => {
                self.naming = Some((Naming::Save, LineEditor::with(&own.unwrap_or_default())));
            }
            (Code::Char('e'), Some(name)) => self.naming = Some((Naming::Rename, LineEditor::with(&name))),
            (Code::Char('D'), own) if (own.is_some() || foreign.is_some()) && doomed != Some(digit) => {
                self.doomed = Some(digit);
                let name = own.unwrap_or_default();
                rooms.cx.say(Tone::Plain, format!("Delete view {digit} {name}? D again: delete, any other key: keep"));
            }
            (Code::Char('D'), own) if own.is_some() || foreign.is_some() => {
                rooms.list.delete_view(&mut rooms.cx, digit);
            }
            _ => return After::Unused,
        }
        After::Stay
    }

    fn list(&mut self, rooms: &Rooms, _: &Dialogs) -> Option<DialogLines<'_>> {
        Some(DialogLines { pager: &mut self.pager, len: 9, height: rooms.cx.overlay_height() })
    }

    fn pasted(&mut self, _: &mut Rooms, _: &mut Dialogs, text: &str) -> bool {
        if let Some((_, line)) = &mut self.naming {
            line.pasted(text);
        }
        true
    }
}

pub(in crate::app) fn open_views(rooms: &mut Rooms, dialogs: &mut Dialogs) {
    let mut views = ViewsBox::default();
    let at = rooms.list.active_view().or_else(|| rooms.list.free_view()).unwrap_or(9);
    views.pager.move_to(usize::from(at) - 1, 9, rooms.cx.overlay_height());
    dialogs.current = Some(Overlay::Views(Box::new(views)));
    // Other consoles may have saved some.
    rooms.list.keep(&mut rooms.cx, LooksChange::Nothing);
}
