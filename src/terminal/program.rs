//! Gives the terminal to a program of the user's own until it ends. Leaving and entering the screen, and giving up the
//! keyboard meanwhile, is up to the caller.

use std::io::{self, ErrorKind, Write as _};
use std::process::Command;

use rustix::stdio::stdin;

use super::editor::wait;
use crate::domain::program::{Program, ProgramEnd, ProgramError, every_variable};
use crate::domain::record::SECRET_VARIABLES;
use crate::domain::system_error::in_words;

/// Runs it and returns how it ended. Where it did not end well, waits for Enter before the screen covers what it said.
///
/// # Errors
/// It was not run.
pub fn run(program: &Program) -> Result<ProgramEnd, ProgramError> {
    let Some((name, arguments)) = program.words.split_first() else { return Err(ProgramError::NoProgram) };
    let mut command = Command::new(name);
    surround(&mut command, program);
    command.args(arguments);
    let child = command.spawn().map_err(|error| not_started(name, &error))?;
    let status = wait(&child).map_err(|error| ProgramError::Unwatched(in_words(&error)))?;
    let ended = ProgramEnd::of(status.exit_status(), status.terminating_signal(), String::new());
    if !ended.well {
        // Where this fails, nothing can be shown.
        let _ = pause(&ended.how);
    }
    Ok(ended)
}

/// Gives it its variables, and none of a registration that it does not have: sipreg may itself run in such a program.
pub fn surround(command: &mut Command, program: &Program) {
    for variable in SECRET_VARIABLES {
        command.env_remove(variable);
    }
    for variable in every_variable() {
        command.env_remove(variable);
    }
    command.envs(program.variables.iter().map(|(name, value)| (name, value)));
    if let Some(password) = &program.password {
        command.env(Program::password_variable(), password.expose());
    }
}

/// Why a program did not start.
pub fn not_started(name: &str, error: &io::Error) -> ProgramError {
    let name = name.to_owned();
    match error.kind() {
        ErrorKind::NotFound => ProgramError::NotFound(name),
        ErrorKind::PermissionDenied => ProgramError::Denied(name),
        _ => ProgramError::NotStarted(name, in_words(error)),
    }
}

fn pause(how: &str) -> io::Result<()> {
    let mut terminal = io::stdout().lock();
    write!(terminal, "\n[sipreg] {how}. Press Enter to go back. ")?;
    terminal.flush()?;
    let mut byte = [0];
    // Byte by byte: what is typed after the line is meant for the console.
    while rustix::io::read(stdin(), &mut byte)? == 1 && byte != [b'\n'] {}
    Ok(())
}
