//! What a side pane shows.

use std::time::Duration;

use crate::keys::Scope;

use crate::app::form::{Form, FormStage};
use crate::app::panes::record::Detail;
use crate::app::panes::target::TargetPane;
use crate::app::widget::Pager;

/// What a side pane shows.
#[derive(Debug, Clone)]
pub enum SidePane {
    /// One registration.
    Detail(Detail),
    /// Its JSON:API document.
    Document {
        /// Of which record.
        id: u64,
        /// The text, indented, password masked.
        text: Vec<String>,
        /// Scroll position.
        pager: Pager,
    },
    /// A pop, node or transport.
    Target(TargetPane),
    /// An edit.
    Form(Box<Form>),
}

impl SidePane {
    /// The keymap scope of the pane.
    pub const fn scope(&self) -> Scope {
        match self {
            Self::Detail(_) => Scope::Detail,
            Self::Document { .. } => Scope::Document,
            Self::Target(_) => Scope::Target,
            Self::Form(form) => match form.stage {
                FormStage::Reading | FormStage::Editing => Scope::Form,
                FormStage::Checking | FormStage::Review(_) | FormStage::Saving => Scope::Review,
                FormStage::Conflict(_) => Scope::Conflict,
            },
        }
    }
}

impl SidePane {
    /// Whether it is a review: text to be read, with nothing to choose.
    pub const fn is_review(&self) -> bool {
        matches!(self, Self::Form(form) if matches!(form.stage, FormStage::Review(_)))
    }

    /// Its cursor and scroll position.
    pub const fn pager(&self) -> &Pager {
        match self {
            Self::Detail(pane) => &pane.pager,
            Self::Document { pager, .. } => pager,
            Self::Target(pane) => &pane.pager,
            Self::Form(form) => &form.pager,
        }
    }

    pub(in crate::app) const fn pager_mut(&mut self) -> &mut Pager {
        match self {
            Self::Detail(pane) => &mut pane.pager,
            Self::Document { pager, .. } => pager,
            Self::Target(pane) => &mut pane.pager,
            Self::Form(form) => &mut form.pager,
        }
    }

    pub(in crate::app) const fn revealed_until_mut(&mut self) -> Option<&mut Option<Duration>> {
        match self {
            Self::Detail(pane) => Some(&mut pane.revealed_until),
            Self::Form(form) => Some(&mut form.revealed_until),
            Self::Document { .. } | Self::Target(_) => None,
        }
    }
}
