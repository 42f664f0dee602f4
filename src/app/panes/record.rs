//! One registration in full: its fields under headings, what it sends, who loads it.

use std::cmp::Reverse;
use std::time::Duration;

use crate::domain::record::{EDIT_ORDER, FieldId, MASK, Record, Targets, ValueRef, show};
use crate::domain::request_error::RequestError;
use crate::domain::rules::lint::UNREAD;
use crate::domain::rules::{CheckContext, Placement, check, placement, preview};
use crate::domain::text::wrap;

use crate::app::widget::line::finding_lines;
use crate::app::widget::{Leads, Meant, Pager, TextLine};

/// How long the password stays in sight.
pub const REVEALED: Duration = Duration::from_secs(10);

/// Cells of the labels' column in a pane.
pub const LABEL: usize = 15;

/// State of the pane.
#[derive(Debug, Clone)]
pub struct Detail {
    /// Which record.
    pub id: u64,
    /// Cursor and scroll position over [`lines`].
    pub pager: Pager,
    /// Why it could not be read.
    pub error: Option<RequestError>,
    /// Until when the password is shown.
    pub revealed_until: Option<Duration>,
}

impl Detail {
    /// Nothing read yet.
    pub fn new(id: u64) -> Self {
        // The first line is a heading.
        Self { id, pager: Pager { cursor: 1, top: 0 }, error: None, revealed_until: None }
    }
}

/// What the pane says about a record, in lines of at most `width` cells: problems, what its nodes say (`live`) or which
/// nodes load it, fields, the REGISTER.
pub fn lines(
    record: &impl Record,
    unknown: &[(String, String)],
    context: &CheckContext<'_>,
    live: Vec<TextLine>,
    revealed: bool,
    width: usize,
) -> Vec<TextLine> {
    let targets = context.targets();
    let mut lines = problem_lines(record, context, width);
    if live.is_empty() {
        lines.push(TextLine::new(Meant::Heading, "LOADED BY"));
        let placement = placement::loaded_by(record, targets);
        let meant = if matches!(placement, Placement::Nowhere(_)) { Meant::Bad } else { Meant::Text };
        lines.extend(TextLine::wrapped(meant, &placement.sentence(targets), width.saturating_sub(1)));
    }
    lines.extend(live);
    let mut section = None;
    for field in EDIT_ORDER.map(FieldId::field) {
        if section != Some(field.section) {
            section = Some(field.section);
            lines.push(TextLine::new(Meant::Heading, field.section.title()));
        }
        field_lines(&mut lines, record, field.id, targets, revealed, width);
    }
    if !unknown.is_empty() {
        lines.push(TextLine::new(Meant::Heading, "ALSO SENT BY THE SERVER"));
        for (name, json) in unknown {
            lines.extend(TextLine::wrapped(Meant::Text, &format!("{name}: {json}"), width.saturating_sub(1)));
        }
    }
    lines.push(TextLine::new(Meant::Heading, "ON THE WIRE"));
    for line in preview::register(record, targets) {
        lines.extend(TextLine::wrapped(Meant::Text, &line.text(), width.saturating_sub(1)));
    }
    lines
}

/// What is wrong, the worst first; what the profile ignores is named, so that no one takes the record for clean.
fn problem_lines(record: &impl Record, context: &CheckContext<'_>, width: usize) -> Vec<TextLine> {
    let (mut findings, ignored) = (check::record(record, context), check::ignored(record, context));
    findings.sort_by_key(|finding| Reverse(finding.severity));
    let mut lines = Vec::new();
    let unread = context.targets().is_unread(record);
    if unread || !findings.is_empty() || !ignored.is_empty() {
        lines.push(TextLine::new(Meant::Heading, "PROBLEMS"));
    }
    lines.extend(findings.iter().flat_map(|finding| finding_lines(finding, width)));
    if unread {
        lines.extend(TextLine::wrapped(Meant::Help, &format!("not fully checked: its {UNREAD}"), width));
    }
    if !ignored.is_empty() {
        let rules: Vec<&str> = ignored.iter().map(|rule| rule.id).collect();
        let text = format!("ignored by the profile: {}", rules.join(", "));
        lines.extend(TextLine::wrapped(Meant::Help, &text, width));
    }
    lines
}

fn field_lines(
    lines: &mut Vec<TextLine>,
    record: &impl Record,
    id: FieldId,
    targets: &Targets,
    revealed: bool,
    width: usize,
) {
    let value = record.value(id);
    let room = width.saturating_sub(LABEL).max(1);
    let texts: Vec<String> = match value {
        ValueRef::Secret(secret) if revealed && !value.is_unset() => wrap(secret.expose(), room),
        ValueRef::Withheld | ValueRef::Secret(_) if !value.is_unset() => {
            vec![format!("{MASK}  (set)")]
        }
        ValueRef::Texts(texts) if !texts.is_empty() => {
            texts.iter().enumerate().flat_map(|(index, text)| numbered(index + 1, text, room)).collect()
        }
        _ => wrap(&show::full(id, value, targets), room),
    };
    let leads = if id.relation().is_some() { Leads::Relationship(id) } else { Leads::Nowhere };
    let meant = if value.is_unset() { Meant::Unset } else { Meant::Value };
    for (index, text) in texts.into_iter().enumerate() {
        let label = if index == 0 { id.caption() } else { "" };
        lines.push(TextLine { meant, label, text, leads: leads.clone(), field: Some(id) });
    }
}

/// An entry of a list behind its number, wrapped beside it.
fn numbered(number: usize, text: &str, room: usize) -> Vec<String> {
    let mark = format!("{number} ");
    wrap(text, room.saturating_sub(mark.len()))
        .into_iter()
        .enumerate()
        .map(|(line, part)| if line == 0 { format!("{mark}{part}") } else { format!("{:1$}{part}", "", mark.len()) })
        .collect()
}
