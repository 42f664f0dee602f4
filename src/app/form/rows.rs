//! The rows of a form while fields are edited: headings, fields, and what is wrong under its field. Shared by the view
//! and by the mouse, since a row is not a field.

use crate::domain::record::{EDIT_ORDER, FieldId, FieldSection};
use crate::domain::rules::{CheckContext, Severity};
use crate::domain::text::wrap;

use crate::app::form::Form;
use crate::app::model::drafts::OpenDraft;

/// Cells in front of a value in the form.
pub const VALUE: usize = 18;

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FormRow {
    /// Heading of a section.
    Heading(FieldSection),
    /// A field, by its place in [`EDIT_ORDER`].
    Field(usize),
    /// What is wrong with the field above it, a line, and whether it is the first one.
    Note(Severity, String, bool),
}

/// All rows of a form, notes broken to a width.
pub fn rows(form: &Form, open: &OpenDraft, context: &CheckContext<'_>, width: usize) -> Vec<FormRow> {
    let findings = form.findings(open, context);
    let mut rows = Vec::new();
    let mut section = None;
    for (index, field) in EDIT_ORDER.map(FieldId::field).into_iter().enumerate() {
        if section != Some(field.section) {
            section = Some(field.section);
            rows.push(FormRow::Heading(field.section));
        }
        rows.push(FormRow::Field(index));
        let mut own: Vec<_> = findings.iter().filter(|finding| finding.field == field.id).collect();
        own.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
        for finding in own {
            let lines = wrap(&finding.message, width.saturating_sub(VALUE + 2).max(1));
            let notes = lines.into_iter().enumerate();
            rows.extend(notes.map(|(index, line)| FormRow::Note(finding.severity, line, index == 0)));
        }
    }
    rows
}

/// The first row in view, so that the field under the cursor is, with its notes where they fit.
pub fn first_in_view(rows: &[FormRow], form: &Form, height: usize) -> usize {
    let row_of = |field: usize| rows.iter().position(|row| *row == FormRow::Field(field)).unwrap_or(0);
    let top = row_of(form.pager.top);
    // A heading stays with its first field.
    let top = if top > 0 && matches!(rows.get(top - 1), Some(FormRow::Heading(_))) { top - 1 } else { top };
    let cursor = row_of(form.pager.cursor);
    let notes = rows.iter().skip(cursor + 1).take_while(|row| matches!(row, FormRow::Note(..))).count();
    let last = cursor + notes.min(height.saturating_sub(1));
    top.max((last + 1).saturating_sub(height)).min(cursor)
}
