//! What the form, the review and the conflict say, as lines.

use crate::domain::change::draft::server_default;
use crate::domain::change::merge::MergeRow;
use crate::domain::change::{Decision, FieldMerge, Merge};
use crate::domain::record::{EDIT_ORDER, FieldId, Targets, Value, ValueKind, show};
use crate::domain::rules::Severity;
use crate::domain::text::{fit, width, wrap};

use crate::app::form::{Form, FormStage, Review, value_text};
use crate::app::model::drafts::OpenDraft;
use crate::app::widget::line::finding_lines;
use crate::app::widget::{Meant, TextLine};

/// Cells of a label in the review.
pub const LABEL: usize = 15;

/// A text in exactly so many cells.
fn cell(text: &str, cells: usize) -> String {
    let fitted = fit(text, cells);
    let used = width(&fitted);
    format!("{fitted}{:1$}", "", cells.saturating_sub(used))
}

/// The lines of a form at its stage, at most `room` cells each. A blank line stands between the parts of a review
/// where its pane has the `height` for all of it then.
pub fn lines(form: &Form, open: Option<&OpenDraft>, targets: &Targets, [room, height]: [usize; 2]) -> Vec<TextLine> {
    let Some(open) = open else {
        return vec![TextLine::new(Meant::Help, "loading the registration …")];
    };
    match &form.stage {
        FormStage::Reading => vec![TextLine::new(Meant::Help, "loading the registration …")],
        FormStage::Editing => fields(),
        FormStage::Checking | FormStage::Saving => {
            let is_sent = matches!(form.stage, FormStage::Saving);
            let waits = if is_sent { "sent, waiting for the answer …" } else { "checking with the server …" };
            changes(open, targets, room).into_iter().chain([TextLine::new(Meant::Help, waits)]).collect()
        }
        FormStage::Review(review) => apart(review_lines(review, open, targets, room), height),
        FormStage::Conflict(merge) => conflict_lines(merge),
    }
}

/// One line a field: what it says is laid out from the rows of the form.
fn fields() -> Vec<TextLine> {
    EDIT_ORDER.iter().map(|field| TextLine { label: field.caption(), ..TextLine::new(Meant::Text, "") }).collect()
}

fn shown(field: FieldId, value: &Value, targets: &Targets) -> String {
    value_text(field.field(), value.as_ref(), targets, false)
}

/// Cells of the arrow between an old value and the new one.
pub const ARROW: usize = 4;

/// Cells of the old value, and of the new one.
fn half(room: usize) -> usize {
    (room.saturating_sub(LABEL + ARROW) / 2).max(1)
}

/// The old value and the new one of each change, side by side.
fn changes(open: &OpenDraft, targets: &Targets, room: usize) -> Vec<TextLine> {
    if open.draft.is_fresh() {
        return values(open, targets, room);
    }
    let half = half(room);
    let heading = format!("{}{}  {}", cell("CHANGES", LABEL), cell("ON THE SERVER", half + ARROW - 2), "AFTER SAVING");
    let mut lines = vec![TextLine::new(Meant::Heading, heading)];
    for (field, value) in open.draft.changes() {
        let was = shown(*field, open.draft.base().get(*field), targets);
        let now = match field.field().kind {
            ValueKind::Secret if value.as_ref().is_unset() => "(removed)".to_owned(),
            ValueKind::Secret => "(changed)".to_owned(),
            _ => shown(*field, value, targets),
        };
        lines.extend(difference(field.caption(), &was, &now, half));
    }
    lines
}

/// An old and a new value, both broken to their half of the line.
fn difference(label: &'static str, was: &str, now: &str, half: usize) -> Vec<TextLine> {
    let (was, now) = (wrap(was, half), wrap(now, half));
    (0..was.len().max(now.len()))
        .map(|index| {
            let old = cell(was.get(index).map_or("", String::as_str), half);
            let new = now.get(index).map_or("", String::as_str);
            let label = if index == 0 { label } else { "" };
            TextLine { label, ..TextLine::new(Meant::Change(old.len()), format!("{old}{new}")) }
        })
        .collect()
}

/// What a new record says, and what the server will fill in.
fn values(open: &OpenDraft, targets: &Targets, room: usize) -> Vec<TextLine> {
    let mut lines = vec![TextLine::new(Meant::Heading, format!("{}VALUE", cell("NEW", LABEL)))];
    for (field, value) in open.draft.changes() {
        let text = shown(*field, value, targets);
        lines.extend(wrap(&text, room.saturating_sub(LABEL).max(1)).into_iter().enumerate().map(|(index, part)| {
            let label = if index == 0 { field.caption() } else { "" };
            TextLine { label, ..TextLine::new(Meant::Change(0), part) }
        }));
    }
    lines
}

/// What the server fills in for what a new record leaves out.
fn filled_in(open: &OpenDraft, targets: &Targets) -> String {
    let left = FieldId::all().filter(|field| !open.draft.is_changed(*field));
    let defaults: Vec<String> = left
        .filter_map(|field| {
            let value = server_default(field);
            let text = show::cell(field, value.as_ref(), targets).into_owned();
            (!value.as_ref().is_unset()).then(|| format!("{} {text}", field.field().label))
        })
        .collect();
    if defaults.is_empty() { String::new() } else { format!("The server fills in: {}.", defaults.join(", ")) }
}

/// The same lines with a blank one above each part, if all of them fit then.
fn apart(lines: Vec<TextLine>, height: usize) -> Vec<TextLine> {
    let parts = lines.iter().skip(1).filter(|line| line.meant == Meant::Heading).count();
    if lines.len() + parts > height {
        return lines;
    }
    let mut spaced: Vec<TextLine> = Vec::with_capacity(lines.len() + parts);
    for line in lines {
        if line.meant == Meant::Heading && !spaced.is_empty() {
            spaced.push(TextLine::new(Meant::Text, ""));
        }
        spaced.push(line);
    }
    spaced
}

fn review_lines(review: &Review, open: &OpenDraft, targets: &Targets, room: usize) -> Vec<TextLine> {
    let mut lines = Vec::new();
    if let (true, Some(body)) = (review.body, &review.body_text) {
        lines.push(TextLine::new(Meant::Heading, "BODY (a password is masked here, not in the request)"));
        lines.extend(body.lines().flat_map(|line| wrap_code(line, room)).map(|text| TextLine::new(Meant::Text, text)));
        return lines;
    }
    // What is wrong comes first: no one reads on below a key that says save.
    let worst = review.warnings.iter().map(|finding| finding.severity).max();
    let count = review.warnings.iter().filter(|finding| finding.severity > Severity::Info).count();
    lines.extend(worst.map(|worst| match worst {
        Severity::Down | Severity::Error | Severity::Warning => TextLine::new(Meant::Problems(worst), problems(count)),
        Severity::Info => TextLine::new(Meant::Heading, "WORTH KNOWING"),
    }));
    lines.extend(review.warnings.iter().flat_map(|finding| finding_lines(finding, room)));
    lines.extend(changes(open, targets, room));
    let text = |meant, text: &str| TextLine::wrapped(meant, text, room.saturating_sub(2));
    let count = open.draft.changes().len();
    let sent = match (count, open.draft.is_fresh()) {
        (_, true) => filled_in(open, targets),
        (1, false) => "Only this field is sent.".to_owned(),
        (count, false) => format!("Only these {count} fields are sent."),
    };
    if !sent.is_empty() {
        lines.extend(text(Meant::Help, &sent));
    }
    for field in &review.merged {
        let value = shown(*field, open.draft.base().get(*field), targets);
        let name = field.caption();
        lines.extend(text(
            Meant::Text,
            &format!(
                "Theirs: {name} is now {value}; you did not change it, theirs is \
                                                 kept"
            ),
        ));
    }
    // What will be DOWN stands above.
    let (moved, effect) = (open.draft.moved(targets), open.draft.effect_on_nodes(targets));
    if moved.is_some() || !effect.is_empty() {
        lines.push(TextLine::new(Meant::Heading, "EFFECT"));
    }
    if let Some([now, after]) = moved {
        lines.extend(difference("Loaded by", &now, &after, half(room)));
    }
    for sentence in effect {
        lines.extend(text(Meant::Text, &sentence));
    }
    let heading = if open.draft.is_fresh() { "CHECK" } else { "SERVER CHECK" };
    lines.push(TextLine::new(Meant::Heading, heading));
    let check = text(Meant::Text, &review.check).enumerate().map(|(index, line)| match index {
        0 => TextLine { meant: Meant::Good, ..line },
        _ => TextLine { text: format!("  {}", line.text), ..line },
    });
    lines.extend(check);
    lines
}

fn problems(count: usize) -> String {
    if count == 1 { "1 PROBLEM".to_owned() } else { format!("{count} PROBLEMS") }
}

/// A line of JSON broken where it must be, its indentation kept.
fn wrap_code(line: &str, room: usize) -> Vec<String> {
    let indent = line.len() - line.trim_start().len();
    wrap(line.trim_start(), room.saturating_sub(indent))
        .into_iter()
        .map(|part| format!("{:indent$}{part}", ""))
        .collect()
}

/// The rows of a merge that say something.
pub fn shown_rows(merge: &Merge) -> Vec<&MergeRow> {
    merge.rows().iter().filter(|row| row.fate != FieldMerge::Untouched).collect()
}

/// One of the three values of a row, whole; of a secret only whose it is.
pub fn side_value(row: &MergeRow, side: Sided, targets: &Targets) -> String {
    let (value, hidden) = match side {
        Sided::Base => (&row.base, "(set)"),
        Sided::Theirs => (&row.theirs, "(theirs, hidden)"),
        Sided::Mine => (&row.mine, "(yours, hidden)"),
    };
    let secret = row.field.field().kind == ValueKind::Secret;
    if secret && !value.as_ref().is_unset() { hidden.to_owned() } else { shown(row.field, value, targets) }
}

/// Whose value.
#[derive(Debug, Clone, Copy)]
pub enum Sided {
    /// As it was read.
    Base,
    /// On the server now.
    Theirs,
    /// As it was typed.
    Mine,
}

/// What the row under the cursor says in full, since columns cut: base, theirs, mine.
pub fn conflict_foot(merge: &Merge, cursor: usize, targets: &Targets) -> Vec<String> {
    let Some(row) = cursor.checked_sub(1).and_then(|index| shown_rows(merge).get(index).copied()) else {
        return vec!["base: when you opened it; theirs: on the server now; mine: your value".to_owned()];
    };
    let [base, theirs, mine] = [("base  ", Sided::Base), ("theirs", Sided::Theirs), ("mine  ", Sided::Mine)]
        .map(|(word, side)| format!("{word} {}", side_value(row, side, targets)));
    vec![base, theirs, format!("{mine}   ({})", row.fate.reason())]
}

/// What is to become of a row; of an open one the keys of the choices.
pub fn verdict(row: &MergeRow, targets: &Targets, choices: &str) -> String {
    match (row.result(), &row.choice) {
        (None, _) => format!("choose: {choices}"),
        (Some(_), Some(Decision::Mine)) => "mine".to_owned(),
        (Some(_), Some(Decision::Theirs)) => "theirs".to_owned(),
        (Some(_), Some(Decision::Typed(_))) if row.field.field().kind == ValueKind::Secret => "typed".to_owned(),
        (Some(typed), Some(Decision::Typed(_))) => shown(row.field, typed, targets),
        (Some(_), None) => match row.fate {
            FieldMerge::Mine => "mine".to_owned(),
            FieldMerge::Theirs | FieldMerge::Untouched | FieldMerge::Conflict => "theirs".to_owned(),
            FieldMerge::Same => "the same".to_owned(),
        },
    }
}

/// A line a field; the first line is the heading, so row n is line n + 1. What they say is laid out as a table.
fn conflict_lines(merge: &Merge) -> Vec<TextLine> {
    let rows = shown_rows(merge);
    let labels = std::iter::once("").chain(rows.iter().map(|row| row.field.caption()));
    labels.map(|label| TextLine { label, ..TextLine::new(Meant::Text, "") }).collect()
}
