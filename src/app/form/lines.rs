//! What the form, the review and the conflict say, as lines.

use crate::domain::change::merge::{Choice, Fate, Merge, Row};
use crate::domain::record::draft::server_default;
use crate::domain::record::field::{FIELDS, FieldId, Kind};
use crate::domain::record::registration::Record as _;
use crate::domain::record::relation::Targets;
use crate::domain::record::show;
use crate::domain::record::value::Value;
use crate::domain::rules::check::Severity;
use crate::domain::text::{fit, width, wrap};

use crate::app::form::{Form, Review, Stage, value_text};
use crate::app::model::drafts::Kept;
use crate::app::widget::line::{Leads, Line, Meant};

/// Cells of a label in the form.
const LABEL: usize = 19;

/// A text in exactly so many cells.
fn cell(text: &str, cells: usize) -> String {
    let fitted = fit(text, cells);
    let used = width(&fitted);
    format!("{fitted}{:1$}", "", cells.saturating_sub(used))
}

/// The lines of a form at its stage, at most `room` cells each.
#[must_use]
pub fn lines(form: &Form, kept: Option<&Kept>, targets: &Targets, revealed: bool, room: usize) -> Vec<Line> {
    let Some(kept) = kept else {
        return vec![Line::new(Meant::Help, "reading the record …")];
    };
    match &form.stage {
        Stage::Reading => vec![Line::new(Meant::Help, "reading the record …")],
        Stage::Editing => fields(form, kept, targets, revealed, room),
        Stage::Checking => {
            let mut lines = changes(kept, targets, room);
            lines.push(Line::new(Meant::Help, "looking at the server …"));
            lines
        }
        Stage::Saving => {
            let mut lines = changes(kept, targets, room);
            lines.push(Line::new(Meant::Help, "sent; waiting for the answer …"));
            lines
        }
        Stage::Review(review) => review_lines(review, kept, targets, room),
        Stage::Conflict(merge) => conflict_lines(merge, targets, room),
    }
}

/// One line a field.
fn fields(form: &Form, kept: &Kept, targets: &Targets, revealed: bool, room: usize) -> Vec<Line> {
    let findings = form.findings(&kept.draft, targets);
    FIELDS
        .iter()
        .map(|field| {
            let worst =
                findings.iter().filter(|finding| finding.field == field.id).map(|finding| finding.severity).max();
            let changed = kept.draft.is_changed(field.id) || kept.draft.lost().any(|lost| lost == field.id);
            let sign = match (worst, changed) {
                (Some(Severity::Warning) | None, true) => '~',
                (Some(Severity::Error), _) | (Some(Severity::Warning), false) => '!',
                (None, false) => ' ',
            };
            let value = form.text(field, &kept.draft, targets, revealed);
            let mut text = format!("{sign} {} : {value}", cell(field.label, LABEL - 3));
            if changed && form.with_base && !kept.draft.is_fresh() {
                let base = kept.draft.base().value(field.id);
                let was = value_text(field, base, targets, false);
                // What is not set stands in brackets of its own.
                let unbracketed = was.strip_prefix('(').and_then(|was| was.strip_suffix(')'));
                let was = if field.kind == Kind::Secret {
                    "changed".to_owned()
                } else {
                    format!("was {}", unbracketed.filter(|_| base.is_unset()).unwrap_or(&was))
                };
                text = format!("{text}  ({was})");
            }
            let meant = if worst == Some(Severity::Error) { Meant::Bad } else { Meant::Text };
            Line { meant, label: "", text: fit(&text, room).into_owned(), leads: Leads::Nowhere, field: None }
        })
        .collect()
}

fn shown(field: FieldId, value: &Value, targets: &Targets) -> String {
    value_text(field.field(), value.as_ref(), targets, false)
}

/// Was and now of each change.
fn changes(kept: &Kept, targets: &Targets, room: usize) -> Vec<Line> {
    if kept.draft.is_fresh() {
        return values(kept, targets, room);
    }
    let half = room.saturating_sub(LABEL + 6) / 2;
    // A heading begins one cell further left than what is below it.
    let heading = format!("   {} {}  {}", cell("field", LABEL), cell("was", half), "now");
    let mut lines = vec![Line::new(Meant::Heading, heading)];
    for (field, value) in kept.draft.changes() {
        let row = field.field();
        let (was, now) = if row.kind == Kind::Secret {
            let now = if value.as_ref().is_unset() { "(removed)" } else { "(changed)" };
            (shown(*field, kept.draft.base().get(*field), targets), now.to_owned())
        } else {
            (shown(*field, kept.draft.base().get(*field), targets), shown(*field, value, targets))
        };
        let long = width(&was) > half || width(&now) > half;
        if long {
            lines.push(Line::new(Meant::Text, format!("~ {}", row.label)));
            for (word, text) in [("was", was), ("now", now)] {
                for (index, part) in wrap(&text, room.saturating_sub(10)).into_iter().enumerate() {
                    let word = if index == 0 { word } else { "" };
                    lines.push(Line::new(Meant::Text, format!("    {word:<4} {part}")));
                }
            }
        } else {
            lines.push(Line::new(Meant::Text, format!("~ {} {}  {now}", cell(row.label, LABEL), cell(&was, half))));
        }
    }
    lines
}

/// What a new record says, and what the server will fill in.
fn values(kept: &Kept, targets: &Targets, room: usize) -> Vec<Line> {
    let mut lines = vec![Line::new(Meant::Heading, format!("   {} value", cell("field", LABEL)))];
    for (field, value) in kept.draft.changes() {
        let text = shown(*field, value, targets);
        for (index, part) in wrap(&text, room.saturating_sub(LABEL + 4)).into_iter().enumerate() {
            let (sign, label) = if index == 0 { ('+', field.field().label) } else { (' ', "") };
            lines.push(Line::new(Meant::Text, format!("{sign} {} {part}", cell(label, LABEL))));
        }
    }
    lines
}

/// What the server fills in for what a new record leaves out.
fn filled_in(kept: &Kept, targets: &Targets) -> String {
    let left = FieldId::all().filter(|field| !kept.draft.is_changed(*field));
    let defaults: Vec<String> = left
        .filter_map(|field| {
            let value = server_default(field);
            let text = show::cell(field, value.as_ref(), targets).into_owned();
            (!value.as_ref().is_unset()).then(|| format!("{} {text}", field.field().label))
        })
        .collect();
    if defaults.is_empty() { String::new() } else { format!("The server fills in: {}.", defaults.join(", ")) }
}

fn review_lines(review: &Review, kept: &Kept, targets: &Targets, room: usize) -> Vec<Line> {
    let mut lines = Vec::new();
    if let (true, Some(body)) = (review.body, &review.body_text) {
        lines.push(Line::new(Meant::Heading, "BODY (a password is masked here, not in the request)"));
        for text in body.lines().flat_map(|line| wrap_code(line, room)) {
            lines.push(Line::new(Meant::Text, text));
        }
        return lines;
    }
    lines.extend(changes(kept, targets, room));
    let count = kept.draft.changes().len();
    let (noun, verb) = if count == 1 { ("field", "is") } else { ("fields", "are") };
    let sent = if kept.draft.is_fresh() {
        format!("{count} {noun} {verb} sent. {}", filled_in(kept, targets))
    } else {
        format!("{count} {noun} of {} {verb} sent; nothing else is touched.", FIELDS.len())
    };
    lines.extend(wrap(&sent, room).into_iter().map(|text| Line::new(Meant::Help, text)));
    for field in &review.merged {
        let value = shown(*field, kept.draft.base().get(*field), targets);
        let text = format!("theirs: {} is now {value}; you did not touch it, it stays", field.field().label);
        lines.extend(wrap(&text, room).into_iter().map(|text| Line::new(Meant::Text, text)));
    }
    let heading = if kept.draft.is_fresh() { "CHECK" } else { "SERVER CHECK" };
    lines.push(Line::new(Meant::Heading, heading));
    lines.extend(wrap(&review.check, room).into_iter().map(|text| Line::new(Meant::Text, text)));
    let effect = kept.draft.effect(targets);
    if !effect.is_empty() {
        lines.push(Line::new(Meant::Heading, "EFFECT"));
    }
    for sentence in effect {
        lines.extend(wrap(&sentence, room).into_iter().map(|text| Line::new(Meant::Text, text)));
    }
    if !review.warnings.is_empty() {
        lines.push(Line::new(Meant::Heading, "WARNINGS"));
    }
    for warning in &review.warnings {
        lines.extend(wrap(warning, room).into_iter().map(|text| Line::new(Meant::Bad, text)));
    }
    lines
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
#[must_use]
pub fn telling(merge: &Merge) -> Vec<&Row> {
    merge.rows().iter().filter(|row| row.fate != Fate::Untouched).collect()
}

/// One of the three values of a row, whole; of a secret only whose it is.
fn side_value(row: &Row, side: Sided, targets: &Targets) -> String {
    let (value, hidden) = match side {
        Sided::Base => (&row.base, "(set)"),
        Sided::Theirs => (&row.theirs, "(theirs, hidden)"),
        Sided::Mine => (&row.mine, "(yours, hidden)"),
    };
    let secret = row.field.field().kind == Kind::Secret;
    if secret && !value.as_ref().is_unset() { hidden.to_owned() } else { shown(row.field, value, targets) }
}

/// Whose value.
#[derive(Debug, Clone, Copy)]
enum Sided {
    Base,
    Theirs,
    Mine,
}

/// What the row under the cursor says in full, since columns cut: base, theirs, mine.
#[must_use]
pub fn conflict_foot(merge: &Merge, cursor: usize, targets: &Targets) -> Vec<String> {
    let Some(row) = cursor.checked_sub(1).and_then(|index| telling(merge).get(index).copied()) else {
        return vec!["base: as you read it; theirs: on the server now; mine: as you typed it".to_owned()];
    };
    let [base, theirs, mine] = [("base  ", Sided::Base), ("theirs", Sided::Theirs), ("mine  ", Sided::Mine)]
        .map(|(word, side)| format!("{word} {}", side_value(row, side, targets)));
    vec![base, theirs, format!("{mine}   ({})", row.fate.reason())]
}

/// What is to become of a row.
fn verdict(row: &Row, targets: &Targets) -> String {
    match (row.result(), &row.choice) {
        (None, _) => "? m t e".to_owned(),
        (Some(_), Some(Choice::Mine)) => "mine".to_owned(),
        (Some(_), Some(Choice::Theirs)) => "theirs".to_owned(),
        (Some(_), Some(Choice::Typed(_))) if row.field.field().kind == Kind::Secret => "typed".to_owned(),
        (Some(typed), Some(Choice::Typed(_))) => shown(row.field, typed, targets),
        (Some(_), None) => match row.fate {
            Fate::Mine => "mine".to_owned(),
            Fate::Theirs | Fate::Untouched | Fate::Conflict => "theirs".to_owned(),
            Fate::Same => "the same".to_owned(),
        },
    }
}

/// A line a field; the first line is the heading, so row n is line n + 1.
fn conflict_lines(merge: &Merge, targets: &Targets, room: usize) -> Vec<Line> {
    // Labels have 16 cells at most. The verdict takes what is left, and the reason what is left of that.
    let label = LABEL - 3;
    let left = room.saturating_sub(label + 2);
    // Where there is little room the reason is only at the foot.
    let column = if room < 70 { left.saturating_sub(8) / 3 } else { (left / 4).min(30) };
    let narrow = column.saturating_sub(1);
    let heading = format!(
        "   {} {} {} {} result",
        cell("field", label),
        cell("base", narrow),
        cell("theirs", narrow),
        cell("mine", narrow)
    );
    let mut lines = vec![Line::new(Meant::Heading, heading)];
    for row in telling(merge) {
        let reason = if room < 70 { String::new() } else { format!("  {}", row.fate.reason()) };
        let sign = if row.result().is_none() { '!' } else { ' ' };
        let text = format!(
            "{sign} {} {} {} {} {}{reason}",
            cell(row.field.field().label, label),
            cell(&side_value(row, Sided::Base, targets), narrow),
            cell(&side_value(row, Sided::Theirs, targets), narrow),
            cell(&side_value(row, Sided::Mine, targets), narrow),
            verdict(row, targets),
        );
        let meant = if row.result().is_none() { Meant::Bad } else { Meant::Text };
        lines.push(Line::new(meant, text));
    }
    lines
}
