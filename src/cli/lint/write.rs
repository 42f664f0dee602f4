//! Findings in each form of output.

use serde_json::{Value as Json, json};

use super::super::{CommandOutput, OutputFormat};
use super::{Found, Ignored};
use crate::domain::formats::csv;
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
                let [name, field, severity, rule, message] = values(each);
                let row = csv::line(&[&id, name, field, severity, rule, message]);
                // A file gets it exactly; on a screen it could be anything.
                if output.width().is_some() { output.line(row.trim_end_matches('\n'))? } else { output.raw(&row)? }
            }
            Ok(())
        }
        OutputFormat::Json | OutputFormat::Jsonl => {
            output.objects(form == OutputFormat::Json, found.iter().map(object))
        }
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

/// What a finding says, beside the id of its record: its name, the field, severity, rule and message.
fn values(found: &Found) -> [&str; 5] {
    let finding = &found.finding;
    [&found.name, finding.field.field().name, finding.severity.name(), finding.rule_id(), &finding.message]
}

fn object(found: &Found) -> Json {
    let [name, field, severity, rule, message] = values(found);
    json!({
        "id": found.id.to_string(), "name": name, "field": field, "severity": severity, "rule": rule, "message": message,
    })
}
