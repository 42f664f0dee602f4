//! From a record to text. Whatever came from a server is escaped as a value and made visible as a comment, so
//! that no name of a pop can end a comment or add a key.

use std::fmt::Write as _;

use crate::domain::record::{FIELDS, Field, FieldId, FieldPresence, Record, Relation, Targets, ValueKind, ValueRef};
use crate::domain::rules::check;
use crate::domain::text::{fit, wrap};

use crate::domain::formats::toml::{Said, TomlPassword, quoted, said, with_id};

/// Cells of a line of comment without its sign.
const WIDTH: usize = 98;

/// How many targets a comment lists.
const LISTED: usize = 24;

/// The record as TOML: a key for each field under the API's name, in the order of the field table, with what it
/// means, takes and refers to as comments. What is not set is a key behind a comment sign. The password's text is
/// in it only where asked for and known.
pub fn write(record: &impl Record, targets: &Targets, passwords: TomlPassword) -> String {
    let mut out = String::new();
    head(&mut out, record);
    let mut section = None;
    for row in &FIELDS {
        if section.replace(row.section) != Some(row.section) {
            let title = row.section.title();
            let _ = writeln!(out, "\n# == {title} {}", "=".repeat((WIDTH - 6).saturating_sub(title.len())));
        }
        out.push('\n');
        comment(&mut out, row.help);
        comment(&mut out, &takes(row));
        if let ValueKind::Reference(relation) = row.kind {
            comment(&mut out, &known(relation, targets));
        }
        entry(&mut out, row, said(record, row.id, targets), targets, passwords);
    }
    out
}

fn head(out: &mut String, record: &impl Record) {
    comment(out, &format!("Registration {}: {}", record.id(), fit(record.name(), 80)));
    comment(out, "Edit, save and close the editor. Nothing is sent before the review.");
    comment(out, "To cancel, change nothing or empty the file.");
    comment(
        out,
        "A removed or commented key clears an optional field; required fields and the password stay unchanged.",
    );
}

/// Comment lines; the text is made visible and broken.
fn comment(out: &mut String, text: &str) {
    for line in wrap(text, WIDTH) {
        let _ = writeln!(out, "# {}", line.trim_end());
    }
}

/// What may stand behind the key.
fn takes(row: &Field) -> String {
    let takes = match row.kind {
        ValueKind::Text => "Text in quotes.".to_owned(),
        ValueKind::Secret => "Text in quotes. \"\" clears it; without the key it stays unchanged.".to_owned(),
        ValueKind::Flag => "true or false.".to_owned(),
        ValueKind::Number { min, max, unit } => format!("{min}..{max} {unit}."),
        ValueKind::Texts => "A list of texts in quotes, separated by commas.".to_owned(),
        ValueKind::Choice(_) => format!("{}.", row.kind.choices_in_words()),
        ValueKind::Reference(relation) => format!("The name of a {} in quotes, or its id.", relation.noun()),
    };
    match (row.presence, row.kind) {
        (FieldPresence::Required, _) => format!("{takes} Required."),
        (FieldPresence::Optional, ValueKind::Secret) => takes,
        (FieldPresence::Optional, _) => format!("{takes} Not set: {}.", row.unset),
    }
}

fn known(relation: Relation, targets: &Targets) -> String {
    let all = targets.of(relation);
    if all.is_empty() {
        return "None loaded yet: use the ID.".to_owned();
    }
    let mut shown: Vec<String> = all.iter().take(LISTED).map(|target| with_id(relation, target.id, targets)).collect();
    if all.len() > LISTED {
        shown.push(format!("{} more", all.len() - LISTED));
    } else if !targets.is_complete(relation) {
        shown.push("maybe more".to_owned());
    }
    format!("Known: {}.", shown.join(", "))
}

fn entry(out: &mut String, row: &Field, said: Said<'_>, targets: &Targets, passwords: TomlPassword) {
    // Writing to a string cannot fail.
    let _ = match said {
        Said::Value(_) if matches!(row.kind, ValueKind::Secret) && passwords == TomlPassword::Left => {
            writeln!(out, "# {} =  # set, not in this text", row.name)
        }
        Said::Value(value) => {
            out.push_str(row.name);
            out.push_str(" = ");
            literal(out, row.id, value, targets);
            out.push_str(&note(row, value));
            out.write_char('\n')
        }
        Said::Unset => writeln!(out, "# {} =  # not set: {}", row.name, row.unset),
        Said::Unwritten(value) => writeln!(out, "# {} =  # {}", row.name, unwritten(row, value)),
    };
}

/// What stands behind the value.
fn note(row: &Field, value: ValueRef<'_>) -> String {
    match (row.kind, value) {
        (ValueKind::Number { unit, .. }, _) => format!("  # {unit}"),
        (ValueKind::Choice(_), ValueRef::Number(number)) => {
            row.kind.meaning(number).map_or_else(String::new, |word| format!("  # {word}"))
        }
        (ValueKind::Reference(_), ValueRef::Reference(id)) => format!("  # id {id}"),
        _ => String::new(),
    }
}

fn unwritten(row: &Field, value: ValueRef<'_>) -> String {
    match value {
        ValueRef::Missing => "not sent by the server".to_owned(),
        ValueRef::Linked(_) => "not known yet".to_owned(),
        ValueRef::Withheld => "set, not in this text".to_owned(),
        ValueRef::Cut(_) => "known in part only".to_owned(),
        _ if matches!(row.kind, ValueKind::Secret) => "holds a value of another type".to_owned(),
        ValueRef::Odd(json) => format!("holds a value of another type: {}", fit(json, 60)),
        _ => "holds a value of another type".to_owned(),
    }
}

/// The value in TOML.
fn literal(out: &mut String, field: FieldId, value: ValueRef<'_>, targets: &Targets) {
    match value {
        ValueRef::Text(text) => out.push_str(&quoted(text)),
        ValueRef::Secret(secret) => out.push_str(&quoted(secret.expose())),
        ValueRef::Flag(flag) => out.push_str(if flag { "true" } else { "false" }),
        ValueRef::Number(number) => {
            let _ = write!(out, "{number}");
        }
        ValueRef::Reference(id) => {
            out.push_str(&quoted(&check::edit_text(field, value, targets).unwrap_or_else(|| format!("#{id}"))));
        }
        ValueRef::Texts(texts) => {
            out.push_str("[\n");
            for text in texts.iter() {
                out.push_str("    ");
                out.push_str(&quoted(text));
                out.push_str(",\n");
            }
            out.push(']');
        }
        // Never written: `said` keeps them back.
        _ => out.push_str("\"\""),
    }
}
