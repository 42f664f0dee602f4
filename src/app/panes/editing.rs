//! What is done in the form of a pane: opening it, typing, checking, saving, deciding a conflict.

pub(in crate::app) mod conflict;
pub(in crate::app) mod create;
pub(in crate::app) mod duplicate;
pub(in crate::app) mod edit;
pub(in crate::app) mod external_editor;
pub(in crate::app) mod find;
pub(in crate::app) mod others;
pub(in crate::app) mod review;
pub(in crate::app) mod save;
pub(in crate::app) mod seen;
