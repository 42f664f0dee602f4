//! The overview: how many registrations each POP and each node has, and how they are. It is counted by a worker where
//! there are many.

use crate::domain::query::Column;
use crate::domain::record::FieldId;
use crate::keys::{Code, Command, Key};

use crate::app::core::{Context, Effect, Slot};
use crate::app::jobs::arrange::AT_ONCE;
use crate::app::jobs::overview::{OverviewJob, OverviewRow, OverviewScope};
use crate::app::overlay::{After, Dialog, DialogLines, Dialogs, KeyHandling, Overlay, filter};
use crate::app::rooms::Rooms;
use crate::app::store::Store;
use crate::app::widget::Pager;

/// Rows of the box above the table.
pub const ABOVE: usize = 1;

/// State of the box.
#[derive(Debug, Clone, Default)]
pub struct Overview {
    /// `None` until they are counted.
    pub places: Option<Vec<OverviewRow>>,
    /// Over the rows.
    pub pager: Pager,
}

impl Dialog for Overview {
    fn manner(&self, _: &Rooms) -> KeyHandling {
        KeyHandling::list(Some(Command::Overview), "").ending_when_locked()
    }

    fn key(&mut self, rooms: &mut Rooms, _: &mut Dialogs, key: Key) -> After {
        let places = self.places.as_deref().unwrap_or_default();
        let Some(place) = places.get(self.pager.cursor).filter(|_| key == Key::plain(Code::Enter)) else {
            return After::Unused;
        };
        let columns: &[Column] = match place.about {
            OverviewScope::Pop(_) => &[Column::Field(FieldId::Pop)],
            OverviewScope::Node(..) => &[Column::Field(FieldId::Pop), Column::Field(FieldId::Node)],
        };
        filter::only_like(rooms, place.example, columns);
        After::Close
    }

    fn list(&mut self, rooms: &Rooms, _: &Dialogs) -> Option<DialogLines<'_>> {
        let (len, height) = (self.places.as_ref().map_or(0, Vec::len), rooms.cx.page_height());
        Some(DialogLines { pager: &mut self.pager, len, height: height.saturating_sub(ABOVE).max(1) })
    }
}

impl Dialogs {
    /// The counts are there.
    pub(in crate::app) fn surveyed(&mut self, places: Vec<OverviewRow>) {
        if let Some(Overlay::Overview(overview)) = &mut self.current {
            overview.places = Some(places);
        }
    }

    pub(in crate::app) fn open_overview(&mut self, cx: &mut Context, store: &mut Store) {
        self.current = Some(Overlay::Overview(Box::default()));
        let ticket = cx.tickets.open(Slot::Overview);
        let job = OverviewJob {
            records: store.records.clone(),
            targets: store.targets.clone(),
            deleted: store.changes.deleted.keys().copied().collect(),
        };
        if job.records.len() <= AT_ONCE {
            self.surveyed(job.run());
            return;
        }
        cx.effect(Effect::Overview { ticket, job: Box::new(job) });
    }
}
