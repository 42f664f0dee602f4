//! `sipreg edit`: one record as TOML in the user's editor, as `E` does in the console, and back as a change.

use std::io::IsTerminal as _;

use clap::Args;

use super::apply::plan;
use super::records::{self, RecordArgument, TargetsNeeded};
use super::writing::{Desk, WriteJob, WriteKind, wording};
use super::{CommandFailure, CommandOutput, CommandResult, Exit, GlobalOptions, Machine};
use crate::domain::answer::Conditional;
use crate::domain::change::{Action, Draft};
use crate::domain::formats::toml::{self, TomlPassword};
use crate::domain::rules::OnServer;
use crate::runtime::rescued_text;
use crate::terminal::editor::Editor;
use crate::terminal::editor::folder::LeftText;

/// Examples for `--help`.
pub const EXAMPLES: &str = "\
Examples:
  sipreg edit 22
  sipreg edit carrierx-ams
  EDITOR='code --wait' sipreg edit 22

The record opens as TOML in VISUAL, EDITOR or vi; what is changed there is shown and saved, unless the same \
field changed on the server meanwhile. The password is not in the text; sipreg set changes it. Nothing is sent where the \
text is empty or unchanged; a text that is not saved is kept in a file, which is named.";

/// Which registration.
#[derive(Debug, Clone, Args)]
pub struct Edit {
    /// Its id, or its name
    #[arg(value_name = "ID|NAME")]
    pub whom: RecordArgument,
}

/// Has it edited.
///
/// # Errors
/// What stopped it before anything was sent.
pub async fn run(edit: &Edit, options: GlobalOptions, world: Machine, output: &mut CommandOutput) -> CommandResult {
    if !std::io::stdin().is_terminal() {
        return Err(CommandFailure::usage(
            "edit needs a terminal for the editor; sipreg set changes fields without one",
        ));
    }
    let (visual, chosen) = (std::env::var_os("VISUAL"), std::env::var_os("EDITOR"));
    let mut desk = Desk::open(options, world, output).await?;
    let ids = desk.named(std::slice::from_ref(&edit.whom)).await?;
    let selection = desk.select(&ids, TargetsNeeded::All).await?;
    let Some(id) = selection.ids.first().copied() else {
        return Ok(records::report_missing(&selection.missing, desk.output));
    };
    let client = desk.client.clone();
    let reading = async move { Ok(client.registration(id, None).await?) };
    let Conditional::Changed(now) = desk.unless_interrupted(reading).await? else { return Ok(Exit::Failed) };
    let draft = Draft::new(now.registration, now.tag);
    let state = desk.settings.places.state.clone();
    let folders = Editor::folders(state.clone());
    if let Some(found) = rescued_text::found(state.as_deref(), &folders) {
        desk.output.message(&found);
    }
    let editor = Editor::choose(visual, chosen, folders);
    let mut typed = None;
    let ended = edited_and_saved(&mut desk, draft, editor, &mut typed).await;
    if !matches!(ended, Ok(Exit::Done | Exit::NotLive))
        && let Some(text) = typed
    {
        desk.output.message(&rescued_text::keep_and_report(state.as_deref(), &text));
    }
    ended
}

/// Opens the editor until the text is valid, or no one wants to go on, and saves. What was typed last is in `typed`
/// then: it is not to be lost where it is not saved.
async fn edited_and_saved(
    desk: &mut Desk<'_>,
    base: Draft,
    editor: Editor,
    typed: &mut Option<LeftText>,
) -> CommandResult {
    let offered = toml::write(&base, &desk.targets, TomlPassword::Left);
    let mut text = offered.clone();
    let draft = loop {
        let edited = edited(editor.clone(), text, typed).await?;
        if edited.trim().is_empty() {
            desk.output.message("The text was empty. Nothing was sent.");
            return Ok(Exit::Done);
        }
        *typed = (edited != offered).then(|| LeftText::of(&edited));
        match toml::read(&edited, &base, &desk.targets) {
            Ok(changes) => {
                let mut draft = base.clone();
                for (field, value) in changes {
                    draft.set(field, value);
                }
                if draft.is_empty() {
                    desk.output.message("The text was not changed. Nothing was sent.");
                    return Ok(Exit::Done);
                }
                plan::sides(desk.output, &draft, &desk.targets);
                if desk.judge(&draft, OnServer::Loaded).is_none() {
                    break draft;
                }
                text = edited;
            }
            Err(mistakes) => {
                for mistake in &mistakes {
                    desk.output.message(&format!("sipreg: {mistake}"));
                }
                text = toml::with_mistakes(&edited, &mistakes);
            }
        }
        if !desk.again().await? {
            return Err(CommandFailure::NotCorrected);
        }
    };
    desk.confirm("change", &[wording::display_name(draft.base())]).await?;
    let jobs = [WriteJob { what: WriteKind::Change(Box::new(draft)), action: Action::Edit }];
    desk.run_or_rehearse(&jobs, &[]).await
}

/// The text as it is after the editor ended; where that failed, what was typed until then is in `typed`.
async fn edited(editor: Editor, text: String, typed: &mut Option<LeftText>) -> CommandResult<String> {
    let before = text.clone();
    let editing = tokio::task::spawn_blocking(move || editor.edit(&text)).await.map_err(color_eyre::Report::from)?;
    editing.map_err(|error| {
        let why = error.to_string();
        let is_typed = |text: &str| text != before && !text.trim().is_empty();
        let left = error.into_left().filter(|left| is_typed(left.text.as_str()) || !left.recovery.is_empty());
        *typed = left.or_else(|| typed.take());
        CommandFailure::NotEdited(why)
    })
}
