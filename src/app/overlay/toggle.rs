//! Enabling and disabling one registration: what is asked before it.

use crate::domain::change::Toggle;
use crate::domain::record::Record as _;
use crate::domain::text::capitalised;

use crate::app::core::Access;
use crate::app::overlay::{Dialogs, Overlay, Question, Yes};
use crate::app::rooms::Rooms;
use crate::app::widget::{Meant, TextLine};

/// `t`: switches the record that the focused pane is about.
pub(in crate::app) fn toggle(rooms: &mut Rooms, dialogs: &mut Dialogs) {
    let Some(id) = rooms.subject() else { return };
    let Some((record, _)) = rooms.store.shown(id) else { return };
    let Some(enabled) = record.enabled() else { return };
    let to = if enabled { Toggle::Off } else { Toggle::On };
    let loss = if enabled { rooms.store.loss_by_end_of(&record) } else { None };
    if rooms.cx.setup.access == Access::Confirm || loss.is_some() {
        let verb = if enabled { "disable" } else { "enable" };
        let title = format!("{} {}?", capitalised(verb), rooms.store.display_name(id));
        let loss = loss.map(|loss| TextLine::new(Meant::Warning, loss));
        let facts = loss.into_iter().chain(rooms.store.about_switch(&rooms.cx, id, to)).collect();
        dialogs.current = Some(Overlay::Question(Question::new(title, verb, facts, Yes::Switch(id, to))));
        return;
    }
    rooms.store.switch(&mut rooms.cx, id, to, None);
}
