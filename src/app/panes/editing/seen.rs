//! A review is sent only after its end was in view: what a small screen hides has not been agreed to.

use crate::domain::text::wrap;
use crate::keys::Command;

use crate::app::core::Context;
use crate::app::form::{Form, FormStage};
use crate::app::panes::stack::SidePane;
use crate::app::panes::{Focus, Panes};
use crate::app::store::Store;
use crate::app::widget::{InView, TextLine};

impl Context {
    /// Rows of a pane that a message of more than one line covers.
    pub(in crate::app) fn covered_rows(&self) -> usize {
        let layout = self.layout();
        let Some(notice) = self.notices.current().filter(|_| !layout.tiny) else { return 0 };
        let lines = wrap(&notice.text, notice.room(layout.message.width)).len().min(notice.tone.lines());
        lines.saturating_sub(1)
    }

    /// Lines of a side pane that are in view at a time.
    pub(in crate::app) fn side_rows(&self, side: &SidePane) -> usize {
        let layout = self.layout();
        match side {
            SidePane::Form(_) if !side.is_review() => layout.form_height(),
            SidePane::Form(_) => layout.side_height().saturating_sub(self.covered_rows()),
            SidePane::Detail(_) | SidePane::Document { .. } | SidePane::Target(_) => layout.side_height(),
        }
    }
}

impl Panes {
    /// Notes whether the end of the review on top is in view.
    pub(in crate::app) fn note_seen(&mut self, cx: &Context, store: &Store) {
        if self.focus != Focus::Side {
            return;
        }
        let Some(part) = self.review_in_view(cx, store) else { return };
        if let Some(Form { stage: FormStage::Review(review), .. }) = self.form_mut()
            && !review.body
        {
            review.seen |= !part.has_more();
        }
    }

    /// The part of the review that is in view, where one is shown.
    pub fn review_in_view(&self, cx: &Context, store: &Store) -> Option<InView> {
        let side = self.stack.last()?;
        if !side.is_review() {
            return None;
        }
        let height = cx.side_rows(side);
        let lines: Vec<TextLine> = store.lines(cx, side);
        Some(InView::of(side.pager().top, height, lines.len()))
    }

    /// Why a review cannot be sent yet: its end was not in view.
    pub(in crate::app) fn unread_review(&self, cx: &Context, store: &Store) -> Option<String> {
        let Some(Form { stage: FormStage::Review(review), .. }) = self.form() else { return None };
        if review.seen {
            return None;
        }
        let part = self.review_in_view(cx, store)?;
        let keys = cx.key_in(self.scope(), Command::PageDown);
        Some(format!("Not sent. {} of {} lines were shown. {keys}: read on", part.last, part.lines))
    }

    /// Whether a review is shown whose end was not in view yet.
    pub fn review_is_unread(&self, cx: &Context, store: &Store) -> bool {
        self.unread_review(cx, store).is_some()
    }
}
