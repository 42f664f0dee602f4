//! `sipreg edit`: one record as TOML in the user's editor, as `E` does in the console, and back as a change.

use std::io::IsTerminal as _;

use clap::Args;

use super::Machine;
use super::apply::plan;
use super::exit::Exit;
use super::failure::CommandFailure;
use super::options::GlobalOptions;
use super::output::CommandOutput;
use super::records::{self, RecordArgument, TargetsNeeded};
use super::writing::{Desk, WriteJob, WriteKind, wording};
use crate::domain::answer::Conditional;
use crate::domain::change::journal::Action;
use crate::domain::formats::toml::{self, TomlPassword};
use crate::domain::record::draft::Draft;
use crate::domain::rules::check::OnServer;
use crate::terminal::editor::Editor;

/// Examples for `--help`.
pub const EXAMPLES: &str = "\
Examples:
  sipreg edit 22
  sipreg edit carrierx-ams
  EDITOR='code --wait' sipreg edit 22

The record opens as TOML in VISUAL, EDITOR or vi; what is changed there is shown and saved, unless the same \
field changed on the server meanwhile. The password is not in the text; sipreg set changes it. Nothing is sent where the \
text is empty or unchanged.";

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
pub async fn run(
    edit: &Edit,
    options: GlobalOptions,
    world: Machine,
    output: &mut CommandOutput,
) -> Result<Exit, CommandFailure> {
    if !std::io::stdin().is_terminal() {
        return Err(CommandFailure::usage(
            "edit needs a terminal for the editor; sipreg set changes fields without one",
        ));
    }
    let (visual, chosen) = (std::env::var_os("VISUAL"), std::env::var_os("EDITOR"));
    let runtime = std::env::var_os("XDG_RUNTIME_DIR");
    let mut desk = Desk::open(options, world, output).await?;
    let ids = desk.named(std::slice::from_ref(&edit.whom)).await?;
    let selection = desk.select(&ids, TargetsNeeded::All).await?;
    let Some(id) = selection.ids.first().copied() else {
        return Ok(records::report_missing(&selection.missing, desk.output));
    };
    let client = desk.client.clone();
    let reading = async move { Ok(client.registration(id, None).await?) };
    let Conditional::Changed(now) = desk.unless_interrupted(reading).await? else { return Ok(Exit::Failed) };
    let mut draft = Draft::new(now.registration, now.tag);
    let folders = Editor::folders(runtime, desk.settings.places.state.clone(), std::env::temp_dir());
    let editor = Editor::choose(visual, chosen, folders);
    let mut text = toml::write(&draft, &desk.targets, TomlPassword::Left);
    let changes = loop {
        let typed = edited(editor.clone(), text).await?;
        if typed.trim().is_empty() {
            desk.output.message("The text was empty. Nothing was sent.");
            return Ok(Exit::Done);
        }
        match toml::read(&typed, &draft, &desk.targets) {
            Ok(changes) => break changes,
            Err(mistakes) => {
                for mistake in &mistakes {
                    desk.output.message(&format!("sipreg: {mistake}"));
                }
                if !desk.again().await? {
                    return Err(CommandFailure::Said(Exit::Invalid, "nothing was sent".to_owned()));
                }
                text = toml::with_mistakes(&typed, &mistakes);
            }
        }
    };
    for (field, value) in changes {
        draft.set(field, value);
    }
    if draft.is_empty() {
        desk.output.message("The text was not changed. Nothing was sent.");
        return Ok(Exit::Done);
    }
    plan::sides(desk.output, &draft, &desk.targets);
    if let Some(exit) = desk.judge(&draft, OnServer::Loaded) {
        return Ok(exit);
    }
    desk.confirm("change", &[wording::display_name(draft.base())]).await?;
    let jobs = [WriteJob { what: WriteKind::Change(Box::new(draft)), action: Action::Edit }];
    if desk.common.dry_run {
        return desk.rehearse(&jobs, &[]).await;
    }
    Ok(desk.run(&jobs).await?.exit(&[]))
}

/// The text as it is after the editor ended.
async fn edited(editor: Editor, text: String) -> Result<String, CommandFailure> {
    let editing = tokio::task::spawn_blocking(move || editor.edit(&text)).await.map_err(color_eyre::Report::from)?;
    editing.map_err(|error| {
        let why = error.to_string();
        CommandFailure::Said(Exit::Failed, format!("nothing was sent: {why}"))
    })
}
