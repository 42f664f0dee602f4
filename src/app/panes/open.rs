//! Opening what the list or a line leads to.

use crate::domain::record::Relation;

use crate::app::core::{Context, Read, Slot};
use crate::app::panes::record::Detail;
use crate::app::panes::stack::SidePane;
use crate::app::panes::target::TargetPane;
use crate::app::panes::{Focus, Panes};
use crate::app::store::Store;
use crate::app::widget::Pager;

impl Panes {
    /// Shows a record in detail and reads it from its own address.
    pub(in crate::app) fn open_detail(&mut self, cx: &mut Context, store: &Store, id: u64) {
        let already = matches!(self.stack.last(), Some(SidePane::Detail(pane)) if pane.id == id);
        if already {
            self.focus = Focus::Side;
            store.read_detail(cx, id);
        } else {
            self.push(SidePane::Detail(Detail::new(id)));
            cx.read(Slot::Detail, Read::Record { id, known: None });
        }
    }

    pub(in crate::app) fn open_target(
        &mut self,
        cx: &mut Context,
        store: &mut Store,
        relation: Relation,
        id: Option<u64>,
        link: Option<String>,
    ) {
        let mut pane = TargetPane::new(relation, id);
        pane.count(&store.records, &store.targets);
        self.push(SidePane::Target(pane));
        match (id, link) {
            (Some(id), _) => cx.read_target(relation, id),
            (None, Some(link)) => {
                cx.read(Slot::Target, Read::Related { relation, link });
            }
            (None, None) => {}
        }
    }

    pub(in crate::app) fn show_document(&mut self, store: &Store) {
        let Some(SidePane::Detail(pane)) = self.stack.last() else { return };
        let id = pane.id;
        if let Some(fetched) = store.fetched.get(&id) {
            let text = fetched.document.lines().map(str::to_owned).collect();
            self.stack.push(SidePane::Document { id, text, pager: Pager::default() });
        }
    }
}
