//! Questions before a write: none for a few records, the count for many, the name for what cannot be undone.
//! Without a terminal no one can be asked, and only `--yes` is an answer.

use std::io::{self, BufRead as _, IsTerminal as _};

use super::{Desk, wording};
use crate::cli::session::Echo;
use crate::cli::{CommandFailure, CommandResult};
use crate::config::words::AccessSetting;
use crate::domain::record::{FieldId, Secret};
use crate::domain::text::{visible, without_line_end};

/// Up to this many records are changed without a question.
const FEW: usize = 3;

/// What has to be typed where neither a count nor a name is asked for.
const YES: &str = "y";

impl Desk<'_> {
    /// Asks before records are changed: `verb` is what is done to them, such as `disable`.
    ///
    /// # Errors
    /// The answer is no, or no one can be asked.
    pub async fn confirm(&mut self, verb: &str, names: &[String]) -> CommandResult<()> {
        let wanted = match (names.len(), self.settings.access.value) {
            (0, _) => return Ok(()),
            (count, _) if count > FEW => count.to_string(),
            (_, AccessSetting::Confirm) => YES.to_owned(),
            (_, AccessSetting::Write | AccessSetting::ReadOnly) => return Ok(()),
        };
        self.ask(verb, names, wanted).await
    }

    /// Asks before records are changed where something about it is doubtful: also for one.
    ///
    /// # Errors
    /// The answer is no, or no one can be asked.
    pub async fn confirm_doubtful(&mut self, verb: &str, names: &[String]) -> CommandResult<()> {
        let wanted = match names.len() {
            0 => return Ok(()),
            count if count > FEW => count.to_string(),
            _ => YES.to_owned(),
        };
        self.ask(verb, names, wanted).await
    }

    /// Asks before records are deleted: for the name of one, for the count of more.
    ///
    /// # Errors
    /// The answer is no, or no one can be asked.
    pub async fn confirm_end(&mut self, verb: &str, ids: &[String], names: &[String]) -> CommandResult<()> {
        let wanted = match names {
            [] => return Ok(()),
            // A name that cannot be typed is no question; the id is always there.
            [name] if !name.is_empty() && visible(name) == *name => name.clone(),
            [_] => ids.first().cloned().unwrap_or_default(),
            many => many.len().to_string(),
        };
        let display_name: Vec<String> =
            ids.iter().zip(names).map(|(id, name)| format!("{id} {}", visible(name))).collect();
        self.ask(verb, &display_name, wanted).await
    }

    async fn ask(&mut self, verb: &str, names: &[String], answer: String) -> CommandResult<()> {
        if self.common.yes || self.common.dry_run {
            return Ok(());
        }
        let what = match names {
            [one] => one.clone(),
            many => format!("{} registrations ({})", many.len(), wording::some_of(many)),
        };
        let profile = self.display_name();
        if !io::stdin().is_terminal() {
            return Err(CommandFailure::usage(format!(
                "{verb} {what} on {profile}: needs --yes or a terminal to confirm. Nothing was sent."
            )));
        }
        self.output.prompt(&format!("{verb} {what} on {profile}? Type {answer}: "));
        let typed = self.unless_interrupted(line()).await;
        if !typed.as_ref().is_ok_and(|typed| typed.ends_with('\n')) {
            // No Enter ended the line.
            self.output.answered();
        }
        if typed?.trim() == answer.trim() {
            return Ok(());
        }
        Err(CommandFailure::usage(format!("That is not {}. Nothing was sent.", visible(&answer))))
    }

    /// Whether a text with mistakes is to be opened once more.
    ///
    /// # Errors
    /// Ctrl-c.
    pub async fn again(&mut self) -> CommandResult<bool> {
        self.output.prompt("Edit again? Type y: ");
        Ok(self.unless_interrupted(line()).await?.trim() == YES)
    }

    /// A secret that does not stand in the command: typed without echo, or the first line of standard input.
    ///
    /// # Errors
    /// Nothing came.
    pub async fn secret(&mut self, field: FieldId) -> CommandResult<Secret> {
        let name = field.field().name;
        let at_terminal = io::stdin().is_terminal();
        let echo = at_terminal.then(Echo::keep);
        if let Some(echo) = &echo {
            echo.hide().map_err(color_eyre::Report::from)?;
            self.output.prompt(&format!("{name}: "));
        }
        let typed = self.unless_interrupted(line()).await;
        if at_terminal {
            self.output.answered();
        }
        drop(echo);
        let typed = typed?;
        let secret = without_line_end(&typed);
        if secret.is_empty() {
            return Err(CommandFailure::usage(format!("No {name} given. Nothing was sent (--null {name} clears it).")));
        }
        Ok(Secret::new(secret))
    }
}

/// A line from standard input, with its end where it has one.
async fn line() -> CommandResult<String> {
    let reading = tokio::task::spawn_blocking(|| {
        let mut line = String::new();
        io::stdin().lock().read_line(&mut line).map(|_| line)
    });
    Ok(reading.await.map_err(color_eyre::Report::from)?.map_err(color_eyre::Report::from)?)
}
