//! `sipreg create` and `clone`: new records.

use clap::Args;

use super::records::{self, LoadedRecords, RecordArgument, TargetsNeeded};
use super::set::assignments;
use super::writing::{Desk, WriteJob, WriteKind, wording};
use super::{CommandFailure, CommandOutput, CommandResult, Exit, GlobalOptions, Machine};
use crate::api::Client;
use crate::domain::answer::Conditional;
use crate::domain::change::assignment::Assignments;
use crate::domain::change::{Action, Draft, Outlook};
use crate::domain::record::{FieldId, Record as _, Registration, Relation, Targets, ValueKind, ValueRef};
use crate::domain::rules::OnServer;

/// Examples for `--help`.
pub const EXAMPLES: &str = "Examples:
  sipreg create name=acme-ams domain=sip.acme.example username=493000 contact=sip:493000@192.0.2.10
  sipreg create name=acme-ams domain=.. username=.. contact=.. auth-user=493000 auth-password=-

name, domain, username and contact are required; other fields get the server's defaults.";

/// Examples for `--help`.
pub const CLONE_EXAMPLES: &str = "Examples:
  sipreg clone 7 name=acme-fra-spare
  sipreg clone 7 name=acme-ams pop=AMS node=ams-n1 enabled=no

Copies all fields, the password too, except ID and name.";

/// A new record.
#[derive(Debug, Clone, Args)]
pub struct Create {
    /// FIELD=VALUE pairs
    #[arg(value_name = "FIELD=VALUE", required = true)]
    pub fields: Vec<String>,
}

/// A new record like another one.
#[derive(Debug, Clone, Args)]
pub struct Clone {
    /// The registration to clone
    #[arg(value_name = "ID|NAME")]
    pub whom: RecordArgument,
    /// name=NEW-NAME and other FIELD=VALUE pairs
    #[arg(value_name = "FIELD=VALUE", required = true)]
    pub fields: Vec<String>,
    /// Do not copy this field
    #[arg(long, value_name = "FIELD")]
    pub null: Vec<String>,
}

/// Makes a record.
///
/// # Errors
/// What stopped it before anything was sent.
pub async fn create(
    create: &Create,
    options: GlobalOptions,
    world: Machine,
    output: &mut CommandOutput,
) -> CommandResult {
    let mut assigned = assignments(&create.fields, &[])?;
    let mut desk = Desk::open(options, world, output).await?;
    answer(&mut desk, &mut assigned).await?;
    let client = desk.client.clone();
    desk.targets = desk.unless_interrupted(async move { targets(&client).await }).await?;
    make(&mut desk, &assigned, Draft::new(Registration::default(), None)).await
}

/// Makes a record like another one.
///
/// # Errors
/// What stopped it before anything was sent.
pub async fn clone(clone: &Clone, options: GlobalOptions, world: Machine, output: &mut CommandOutput) -> CommandResult {
    let mut assigned = assignments(&clone.fields, &clone.null)?;
    if !assigned.fields().any(|field| field == FieldId::Name) {
        return Err(CommandFailure::usage("a clone needs a new name: add name=NEW-NAME"));
    }
    let mut desk = Desk::open(options, world, output).await?;
    answer(&mut desk, &mut assigned).await?;
    let ids = desk.named(std::slice::from_ref(&clone.whom)).await?;
    let selection = desk.select(&ids, TargetsNeeded::All).await?;
    let Some(row) = ids.first().and_then(|id| selection.loaded.records.get(*id)) else {
        return Ok(records::report_missing(&selection.missing, desk.output));
    };
    if let Err(exit) = desk.need(&assigned.refer_to()) {
        return Ok(exit);
    }
    let mut source = Registration::from_record(&row);
    let (client, id) = (desk.client.clone(), row.id());
    let reading = async move { Ok(client.registration(id, None).await?) };
    // The list keeps no passwords.
    if let Conditional::Changed(whole) = desk.unless_interrupted(reading).await? {
        for field in FieldId::all().filter(|field| matches!(field.field().kind, ValueKind::Secret)) {
            source.set(field, whole.registration.get(field).clone());
        }
    }
    let mut draft = Draft::new(Registration::default(), None);
    let mut hidden = Vec::new();
    for field in FieldId::all().filter(|field| *field != FieldId::Name) {
        match source.value(field) {
            ValueRef::Missing | ValueRef::Linked(_) | ValueRef::Withheld | ValueRef::Odd(_) => {
                hidden.push(field.field().name);
            }
            value if value.is_unset() => {}
            value => draft.set(field, value.to_value()),
        }
    }
    let display_name = wording::display_name(&source);
    if !hidden.is_empty() {
        let hidden = hidden.join(", ");
        desk.output
            .message(&format!("note: {display_name}: the server does not show {hidden}; the clone gets the defaults"));
    }
    let given: Vec<FieldId> = assigned.fields().collect();
    if draft.is_changed(FieldId::AuthPassword) && !given.contains(&FieldId::AuthPassword) {
        desk.output.message(&format!("note: the password of {display_name} is copied too"));
    }
    make(&mut desk, &assigned, draft).await
}

/// All pops, nodes and transports: without them no name that was typed means anything.
async fn targets(client: &Client) -> CommandResult<Targets> {
    let mut targets = Targets::default();
    for relation in Relation::ALL {
        for target in client.targets(relation).await? {
            targets.add(target);
        }
        targets.note_complete(relation);
    }
    Ok(targets)
}

async fn answer(desk: &mut Desk<'_>, assigned: &mut Assignments) -> CommandResult<()> {
    for field in assigned.asked().collect::<Vec<_>>() {
        let secret = desk.secret(field).await?;
        assigned.answer(field, secret);
    }
    Ok(())
}

/// Lays what was assigned over a draft of a new record, and creates it.
async fn make(desk: &mut Desk<'_>, assigned: &Assignments, mut draft: Draft) -> CommandResult {
    match assigned.values(&desk.targets) {
        Ok(values) => {
            for (field, value) in values {
                if value.as_ref().is_unset() {
                    // A new record has no value to take away: what is not sent gets the server's default.
                    draft.revert(field);
                } else {
                    draft.set(field, value);
                }
            }
        }
        Err(findings) => {
            desk.report_findings("the new registration", &findings);
            return Ok(Exit::Invalid);
        }
    }
    let mut outlook = Outlook::default();
    outlook.comes(&draft, draft.base().id());
    desk.compare(&LoadedRecords::default(), &outlook).await?;
    if let Some(exit) = desk.judge(&draft, OnServer::New) {
        return Ok(exit);
    }
    let display_name = [wording::display_name(&draft)];
    if desk.has_lookalike(&draft) {
        desk.confirm_doubtful("create", &display_name).await?;
    } else {
        desk.confirm("create", &display_name).await?;
    }
    let jobs = [WriteJob { what: WriteKind::Create(Box::new(draft)), action: Action::Create }];
    desk.run_or_rehearse(&jobs, &[]).await
}
