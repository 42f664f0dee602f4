//! Findings in each form of output.

use std::fmt::Write as _;

use super::super::{CommandOutput, OutputFormat};
use super::{Found, Ignored};
use crate::domain::formats::csv;
use crate::domain::formats::json;
use crate::domain::text::visible;

/// Writes findings, in their order.
///
/// # Errors
/// Standard output does not take them.
pub fn findings(found: &[Found], form: OutputFormat, output: &mut CommandOutput) -> std::io::Result<()> {
    match form {
        OutputFormat::Table => {
            for Found { id, name, finding } in found {
                let (word, field) = (finding.severity.word(), finding.field.field().name);
                let text = visible(&finding.message);
                output.line(&format!("{word:<7} {id} {}: {field}: {text} [{}]", visible(name), finding.rule_id()))?;
            }
            Ok(())
        }
        OutputFormat::Ids => {
            let mut ids: Vec<u64> = found.iter().map(|found| found.id).collect();
            ids.sort_unstable();
            ids.dedup();
            ids.into_iter().try_for_each(|id| output.raw(&format!("{id}\n")))
        }
        OutputFormat::Csv => {
            output.raw("id,name,field,severity,rule,message\n")?;
            for each in found {
                let id = each.id.to_string();
                let [name, field, severity, rule, message] = values(each).map(|(_, value)| value);
                let row = csv::line(&[&id, name, field, severity, rule, message]);
                // A file gets it exactly; on a screen it could be anything.
                if output.width().is_some() { output.line(row.trim_end_matches('\n'))? } else { output.raw(&row)? }
            }
            Ok(())
        }
        OutputFormat::Json | OutputFormat::Jsonl => objects(found, form == OutputFormat::Json, output),
    }
}

/// The records of which something is ignored, so that no one takes them for clean.
///
/// # Errors
/// Standard output does not take them.
pub fn ignored(records: &[Ignored], output: &mut CommandOutput) -> std::io::Result<()> {
    records.iter().try_for_each(|Ignored { id, name, rules }| {
        let rules: Vec<&str> = rules.iter().map(|rule| rule.id).collect();
        output.line(&format!("ignored {id} {}: {}", visible(name), rules.join(", ")))
    })
}

/// What a finding says, beside the id of its record.
fn values(found: &Found) -> [(&'static str, &str); 5] {
    let finding = &found.finding;
    [
        ("name", found.name.as_str()),
        ("field", finding.field.field().name),
        ("severity", finding.severity.name()),
        ("rule", finding.rule_id()),
        ("message", finding.message.as_str()),
    ]
}

fn objects(found: &[Found], is_array: bool, output: &mut CommandOutput) -> std::io::Result<()> {
    for (index, each) in found.iter().enumerate() {
        let mut object = String::new();
        object.push_str(match (is_array, index) {
            (true, 0) => "[\n",
            (true, _) => ",\n",
            (false, _) => "",
        });
        // Writing to a string cannot fail.
        let _ = write!(object, "{{\"id\":\"{}\"", each.id);
        for (key, text) in values(each) {
            let _ = write!(object, ",\"{key}\":");
            json::string(&mut object, text);
        }
        object.push_str(if is_array { "}" } else { "}\n" });
        output.raw(&object)?;
    }
    match (is_array, found.is_empty()) {
        (true, true) => output.raw("[]\n"),
        (true, false) => output.raw("\n]\n"),
        (false, _) => Ok(()),
    }
}
