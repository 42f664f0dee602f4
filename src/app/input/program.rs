//! From a command of the user's own to the program that it runs now: for which registrations, and why not.

use crate::domain::change::draft::is_fresh;
use crate::domain::program::{self, Program, Unfit};
use crate::domain::record::{FieldId, Record as _, ValueRef};
use crate::keys::{Command, CommandScope, CustomCommand, Password};

use crate::app::overlay::{Dialogs, Overlay, Question, Yes};
use crate::app::rooms::Rooms;
use crate::app::store::Store;
use crate::app::widget::{Meant, TextLine};

/// Registrations that a program gets at a time.
const MOST: usize = 1000;

/// Why a command of the user's own runs no program now. The first text is mostly the registration.
#[derive(Debug, thiserror::Error)]
pub(in crate::app) enum NotRun {
    #[error("{0} is still running. {1}: cancel it")]
    Running(String, String),
    #[error("no registration selected")]
    NoSubject,
    #[error("{0} are marked; a program gets at most {MOST}")]
    TooMany(usize),
    #[error("{0} does not exist on the server yet")]
    Fresh(String),
    #[error("{0} is not loaded")]
    NotLoaded(String),
    #[error("{0}: {1}")]
    Unfit(String, Unfit),
    #[error("its {0} arguments are too long for a program")]
    TooLong(usize),
    #[error("{0} has no password")]
    NoPassword(String),
    #[error("{0}: its password is not loaded. Open it first")]
    PasswordNotLoaded(String),
}

/// The program that a command would run now.
///
/// # Errors
/// Why it runs none.
pub(in crate::app) fn of(rooms: &Rooms, dialogs: &Dialogs, custom: &CustomCommand) -> Result<Program, NotRun> {
    if let Some(running) = &dialogs.program {
        let cancel = rooms.cx.key(Command::Interrupt);
        return Err(NotRun::Running(running.title.clone(), cancel));
    }
    let ids = match custom.about {
        CommandScope::Nothing => Vec::new(),
        CommandScope::Marked if rooms.many() => rooms.list.targets(&rooms.store),
        CommandScope::Record | CommandScope::Marked => vec![rooms.subject().ok_or(NotRun::NoSubject)?],
    };
    if ids.len() > MOST {
        return Err(NotRun::TooMany(ids.len()));
    }
    rooms.store.program(custom, &ids)
}

/// Runs the command's program; asks first where it is to.
pub(in crate::app) fn run(rooms: &mut Rooms, dialogs: &mut Dialogs, custom: &CustomCommand) {
    // Why not was said before it came here.
    let Ok(program) = of(rooms, dialogs, custom).map(Box::new) else { return };
    if !custom.is_asked() {
        return dialogs.start_program(&mut rooms.cx, program);
    }
    let about = match (custom.about, rooms.many(), rooms.subject()) {
        (CommandScope::Nothing, ..) | (_, _, None) => None,
        (CommandScope::Marked, true, _) => {
            let marked = crate::app::write::bulk::registrations(rooms.list.targets(&rooms.store).len());
            Some(TextLine::labelled("For", marked))
        }
        (CommandScope::Record | CommandScope::Marked, _, Some(id)) => {
            Some(TextLine::labelled("Registration", rooms.store.display_name(id)))
        }
    };
    let mut facts: Vec<TextLine> = about.into_iter().chain([TextLine::labelled("Call", program.to_string())]).collect();
    if program.password.is_some() {
        let text = format!("It gets the password, as the variable {}.", Program::password_variable());
        facts.push(TextLine::new(Meant::Warning, text));
    }
    let question = Question::new(format!("Run {}?", custom.title), "run", facts, Yes::Run(program));
    dialogs.current = Some(Overlay::Question(question));
}

impl Store {
    /// The program of a command for these registrations.
    fn program(&self, custom: &CustomCommand, ids: &[u64]) -> Result<Program, NotRun> {
        let mut records = Vec::with_capacity(ids.len());
        for id in ids {
            if is_fresh(*id) {
                return Err(NotRun::Fresh(self.display_name(*id)));
            }
            let (record, _) = self.shown(*id).ok_or_else(|| NotRun::NotLoaded(self.display_name(*id)))?;
            records.push(record);
        }
        let words = custom.call.words(&records, &self.targets);
        let words = words.map_err(|(id, why)| NotRun::Unfit(self.display_name(id), why))?;
        let mut variables = match records.as_slice() {
            [record] => program::variables(record, &self.targets),
            _ => Vec::new(),
        };
        if custom.about != CommandScope::Nothing {
            variables.push(program::variable_of_many(ids));
        }
        if program::is_too_long(&words, &variables) {
            return Err(NotRun::TooLong(words.len()));
        }
        let password = match (custom.password, records.as_slice()) {
            (Password::Given, [record]) => match record.value(FieldId::AuthPassword) {
                ValueRef::Secret(secret) => Some(secret.clone()),
                value if value.is_unset() => return Err(NotRun::NoPassword(self.display_name(record.id()))),
                _ => {
                    return Err(NotRun::PasswordNotLoaded(self.display_name(record.id())));
                }
            },
            _ => None,
        };
        Ok(Program { title: custom.title.clone(), words, variables, password, display: custom.display })
    }
}
