//! The plan of `apply` as people and programs read it: a difference on stderr, or JSON on stdout.

use serde_json::{Value as Json, json};

use crate::cli::CommandOutput;
use crate::cli::output::DiffSide;
use crate::cli::writing::results::values;
use crate::cli::writing::wording;
use crate::domain::change::Draft;
use crate::domain::change::apply::{ApplyPlan, PlannedRow, RowStep};
use crate::domain::query::Collection;
use crate::domain::record::{Record, Targets};

/// Rows of the plan that are shown; more are counted.
const SHOWN: usize = 200;

/// What a plan comes to.
#[derive(Debug, Clone, Copy, Default)]
pub struct PlanCounts {
    /// Records to create.
    pub created: usize,
    /// Records to change.
    pub changed: usize,
    /// Rows that say what is there.
    pub unchanged: usize,
    /// Rows with damaged values.
    pub damaged: usize,
}

impl PlanCounts {
    /// Those of a plan.
    pub fn of(plan: &ApplyPlan) -> Self {
        let mut counts = Self::default();
        for planned in &plan.rows {
            counts.damaged += usize::from(!planned.damaged.is_empty());
            match planned.step {
                RowStep::Create(_) => counts.created += 1,
                RowStep::Change(_) => counts.changed += 1,
                RowStep::Unchanged(_) => counts.unchanged += 1,
            }
        }
        counts
    }
}

/// Prints the plan for people on stderr; results go to stdout, one line per record.
pub fn report(output: &mut CommandOutput, plan: &ApplyPlan, targets: &Targets) {
    let mut shown = 0_usize;
    for (index, planned) in plan.rows.iter().enumerate() {
        if matches!(planned.step, RowStep::Unchanged(_)) && planned.damaged.is_empty() {
            continue;
        }
        shown += 1;
        if shown <= SHOWN {
            row(output, plan, index, planned, targets);
        }
        for damaged in &planned.damaged {
            let name = damaged.field.field().name;
            let old = if damaged.old.is_empty() { String::new() } else { format!("{} -> ", damaged.old) };
            let words = damaged.damage.words();
            output.difference(
                DiffSide::Wrong,
                &format!("! DAMAGED row {}, column {name}: {old}{}: {words}", planned.row, damaged.new),
            );
        }
        if let Some(near) = &planned.similar {
            output.message(&format!(
                "warning: row {}, column name: differs from {} {} {} only",
                planned.row, near.id, near.name, near.differs
            ));
        }
        for warning in &planned.warnings {
            let (row, name) = (planned.row, warning.field.field().name);
            output.message(&format!("{}: row {row}, column {name}: {}", warning.severity.word(), warning.message));
        }
    }
    if shown > SHOWN {
        output.remark(&format!(".. and {} more", shown - SHOWN));
    }
    let PlanCounts { created, changed, unchanged, damaged } = PlanCounts::of(plan);
    let damaged = if damaged == 0 { String::new() } else { format!(", {damaged} DAMAGED") };
    output.remark(&format!(
        "plan: {created} to create, {changed} to change, {unchanged} unchanged{damaged}, {} not in the file (unchanged)",
        plan.absent
    ));
}

fn row(output: &mut CommandOutput, plan: &ApplyPlan, index: usize, planned: &PlannedRow, targets: &Targets) {
    match &planned.step {
        RowStep::Create(draft) => {
            let lost = planned.lost_id.map_or_else(String::new, |id| {
                format!(
                    " (no registration {id}; it gets a new \
                                                                              ID)"
                )
            });
            output.difference(DiffSide::Heading, &format!("create {}{lost}", wording::display_name(draft.as_ref())));
            sides(output, draft, targets);
        }
        RowStep::Change(draft) => {
            output.difference(DiffSide::Heading, &format!("change {}", wording::display_name(draft.base())));
            sides(output, draft, targets);
        }
        RowStep::Unchanged(_) => {}
    }
    for step in plan.moves.iter().filter(|step| step.row == index && step.temporary) {
        output.remark(&format!("  through the temporary name {}, so that names stay unique", step.draft.name()));
    }
}

/// The fields that a draft changes, before and after.
pub fn sides(output: &mut CommandOutput, draft: &Draft, targets: &Targets) {
    for field in draft.changes().keys() {
        let (before, after) = wording::sides(draft, *field, targets);
        let name = field.field().name;
        if let Some(before) = before {
            output.difference(DiffSide::Before, &format!("  - {name}: {before}"));
        }
        output.difference(DiffSide::After, &format!("  + {name}: {after}"));
    }
}

/// Collects it for programs: an object a row, unchanged ones too.
pub fn write(output: &mut CommandOutput, plan: &ApplyPlan, records: &Collection, targets: &Targets) {
    for (index, planned) in plan.rows.iter().enumerate() {
        // In the order of the file; what has the number 0 comes last.
        output.result(index as u64 + 1, object(plan, index, planned, records, targets));
    }
}

fn object(plan: &ApplyPlan, index: usize, planned: &PlannedRow, records: &Collection, targets: &Targets) -> Json {
    let (step, id, name, before, after) = match &planned.step {
        RowStep::Create(draft) => {
            ("create", None, draft.name().to_owned(), Json::Null, values(draft, draft.as_ref(), targets))
        }
        RowStep::Change(draft) => (
            "change",
            Some(draft.id()),
            draft.base().name().to_owned(),
            values(draft, draft.base(), targets),
            values(draft, draft.as_ref(), targets),
        ),
        RowStep::Unchanged(id) => {
            let name = records.get(*id).map(|row| row.name().to_owned());
            ("unchanged", Some(*id), name.unwrap_or_default(), json!({}), json!({}))
        }
    };
    let damaged = planned.damaged.iter().map(|damaged| {
        json!({
            "field": damaged.field.field().name, "before": damaged.old, "after": damaged.new,
            "message": damaged.damage.words(),
        })
    });
    let warnings = planned.warnings.iter().map(|finding| {
        json!({ "field": finding.field.field().name, "severity": finding.severity.word(), "message": finding.message })
    });
    let by_way = plan.moves.iter().find(|step| step.row == index && step.temporary).map(|step| step.draft.name());
    json!({
        "row": planned.row,
        "id": id.map(|id| id.to_string()),
        "name": name,
        "plan": step,
        "before": before,
        "after": after,
        "temporary-name": by_way,
        "damaged": damaged.collect::<Vec<_>>(),
        "warnings": warnings.collect::<Vec<_>>(),
        "similar": planned.similar.as_ref().map(|near| json!({ "id": near.id.to_string(), "name": near.name })),
    })
}
