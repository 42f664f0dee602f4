//! The setup of a console that knows no server: what is typed, what the checks found, and what is to be done next.
//! Nothing typed is lost by a check that fails. Knows no `App`, and does nothing itself.

pub mod profile_choice;

use std::collections::BTreeMap;

use crate::domain::record::Secret;
use crate::domain::request_error::RequestError;
use crate::keys::{Code, Key};

use crate::app::core::Access;
use crate::app::widget::LineEditor;

/// A row that the cursor can stand on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SetupRow {
    /// Address of the server.
    Url,
    /// User name.
    User,
    /// Password; drawn masked.
    Password,
    /// Command that prints it.
    Command,
    /// File with the certificate authority.
    CaFile,
    /// Runs the checks.
    Test,
    /// Name of the profile.
    Name,
    /// Word in front of it.
    Badge,
    /// What may be changed.
    Access,
    /// Saves the profile and opens the console.
    Save,
}

/// Every row, from the top.
pub const PLACES: [SetupRow; 10] = [
    SetupRow::Url,
    SetupRow::User,
    SetupRow::Password,
    SetupRow::Command,
    SetupRow::CaFile,
    SetupRow::Test,
    SetupRow::Name,
    SetupRow::Badge,
    SetupRow::Access,
    SetupRow::Save,
];

/// How a check came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SetupVerdict {
    /// Nothing to do.
    Well,
    /// Works, but someone should look at it.
    Warn,
    /// Does not work.
    Fail,
    /// The same because of certificates.
    Certificate,
    /// Could not be checked.
    Skip,
}

impl SetupVerdict {
    /// Whether something does not work.
    pub const fn is_failure(self) -> bool {
        matches!(self, Self::Fail | Self::Certificate)
    }
}

/// One check, as `sipreg doctor` has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// How it came out.
    pub verdict: SetupVerdict,
    /// What was checked.
    pub name: String,
    /// What was found.
    pub found: String,
    /// How to fix it; empty where there is nothing to.
    pub fix: String,
}

/// What was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answers {
    /// Address of the server.
    pub url: String,
    /// User name; empty: not typed.
    pub user: String,
    /// Password, where one was typed.
    pub password: Option<Secret>,
    /// Command that prints it; empty: none.
    pub command: String,
    /// File with the certificate authority; empty: none.
    pub ca_file: String,
    /// Name of the profile.
    pub name: String,
    /// Word in front of it; empty: none.
    pub badge: String,
    /// What may be changed.
    pub access: Access,
}

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SetupRequest {
    /// Nothing.
    Stay,
    /// Ask the server whether it is there, while the next fields are typed.
    Reach(Box<Answers>),
    /// Run the checks.
    Test(Box<Answers>),
    /// Stop them.
    Cancel,
    /// Save the profile, then open the console on it.
    Save(Box<Answers>),
    /// Open the console, saving nothing.
    Open(Box<Answers>),
    /// End.
    Quit,
    /// Stop until the shell continues us.
    Suspend,
    /// Draw everything again.
    Redraw,
}

/// What it waits for, beside typing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SetupStage {
    /// Nothing.
    Typing,
    /// The answer to whether an address without encryption is meant.
    Plaintext(Box<SetupRequest>),
    /// The checks.
    Testing,
}

/// The setup.
#[derive(Debug, Clone)]
pub struct FirstRun {
    lines: BTreeMap<SetupRow, LineEditor>,
    /// What may be changed.
    pub access: Access,
    /// Where the cursor is.
    pub place: SetupRow,
    /// What it waits for.
    pub stage: SetupStage,
    /// What the server at an address said, before anything else is typed: nothing where it is there, or why it is not.
    pub reached: Option<(String, Result<(), RequestError>)>,
    /// The checks that ended.
    pub checks: Vec<Check>,
    /// Whether all of them ended well, once they ended.
    pub passed: Option<bool>,
    /// The last error, or what has to be answered.
    pub reported: Option<String>,
    /// Where the profile would be saved; `None`: there is no place for it.
    pub file: Option<String>,
    /// What is at hand in place of a password, such as the name of a variable.
    pub at_hand: Option<String>,
    /// The address that may be used without encryption.
    accepted: Option<String>,
    quitting: bool,
}

impl FirstRun {
    /// Nothing typed yet.
    pub fn new(file: Option<String>, at_hand: Option<String>) -> Self {
        let is_text = |row: &SetupRow| !matches!(row, SetupRow::Test | SetupRow::Access | SetupRow::Save);
        Self {
            lines: PLACES.into_iter().filter(is_text).map(|row| (row, LineEditor::default())).collect(),
            access: Access::Write,
            place: SetupRow::Url,
            stage: SetupStage::Typing,
            reached: None,
            checks: Vec::new(),
            passed: None,
            reported: None,
            file,
            at_hand,
            accepted: None,
            quitting: false,
        }
    }

    /// Fills in what is known already.
    pub fn fill_in(&mut self, place: SetupRow, text: &str) {
        if let Some(line) = self.line_mut(place) {
            line.set(text);
        }
    }

    /// The line of a row, if it is one that takes text.
    pub fn line(&self, place: SetupRow) -> Option<&LineEditor> {
        self.lines.get(&place)
    }

    fn line_mut(&mut self, place: SetupRow) -> Option<&mut LineEditor> {
        self.lines.get_mut(&place)
    }

    fn text(&self, place: SetupRow) -> &str {
        self.line(place).map(LineEditor::text).unwrap_or_default()
    }

    fn trimmed(&self, place: SetupRow) -> String {
        self.text(place).trim().to_owned()
    }

    /// What is typed now. An address without a scheme means https.
    pub fn answers(&self) -> Answers {
        let url = self.trimmed(SetupRow::Url);
        let url = if url.is_empty() || url.contains("://") { url } else { format!("https://{url}") };
        let password = self.text(SetupRow::Password);
        Answers {
            url,
            user: self.trimmed(SetupRow::User),
            password: (!password.is_empty()).then(|| Secret::new(password)),
            command: self.trimmed(SetupRow::Command),
            ca_file: self.trimmed(SetupRow::CaFile),
            name: self.trimmed(SetupRow::Name),
            badge: self.trimmed(SetupRow::Badge),
            access: self.access,
        }
    }

    /// A paste goes into the line under the cursor, as one text.
    pub fn pasted(&mut self, text: &str) {
        if self.stage == SetupStage::Typing {
            let place = self.place;
            match self.line_mut(place) {
                Some(line) => {
                    line.pasted(text);
                    self.touched(place);
                }
                None => self.reported = Some("No text field here; the paste was ignored".to_owned()),
            }
        }
    }

    /// A key.
    pub fn typed(&mut self, key: Key) -> SetupRequest {
        let quitting = std::mem::take(&mut self.quitting);
        match key {
            Key { code: Code::Char('z'), ctrl: true } => return SetupRequest::Suspend,
            Key { code: Code::Char('l'), ctrl: true } => return SetupRequest::Redraw,
            _ => {}
        }
        match std::mem::replace(&mut self.stage, SetupStage::Typing) {
            SetupStage::Testing if key == Key::plain(Code::Esc) || key == Key::ctrl('c') => {
                self.reported = Some("Test cancelled. What you typed is kept.".to_owned());
                SetupRequest::Cancel
            }
            SetupStage::Testing => {
                self.stage = SetupStage::Testing;
                SetupRequest::Stay
            }
            SetupStage::Plaintext(next) => {
                self.reported = None;
                if key == Key::char('y') {
                    self.accepted = Some(self.answers().url);
                    return self.begin(*next);
                }
                self.move_to(SetupRow::Url);
                SetupRequest::Stay
            }
            SetupStage::Typing => self.typed_in_form(key, quitting),
        }
    }

    fn typed_in_form(&mut self, key: Key, quitting: bool) -> SetupRequest {
        self.reported = None;
        let place = self.place;
        match key {
            Key { code: Code::Char('c'), ctrl: true } => {
                let is_empty = PLACES.iter().all(|place| self.text(*place).is_empty() || *place == SetupRow::User);
                if quitting || is_empty {
                    return SetupRequest::Quit;
                }
                self.quitting = true;
                self.reported = Some("Nothing is saved yet. Ctrl-c again: quit".to_owned());
                SetupRequest::Stay
            }
            Key { code: Code::Esc, ctrl: false } => {
                if self.trimmed(SetupRow::Url).is_empty() {
                    return self.missing(SetupRow::Url, "Without a server URL there is nothing to open. Ctrl-c: quit");
                }
                self.begin(SetupRequest::Open(Box::new(self.answers())))
            }
            Key { code: Code::Tab | Code::Down, ctrl: false } => self.step(1),
            Key { code: Code::BackTab | Code::Up, ctrl: false } => self.step(PLACES.len() - 1),
            Key { code: Code::Char('s'), ctrl: true } => self.save(),
            Key { code: Code::Enter, ctrl: false } => match place {
                SetupRow::Test => self.test(),
                SetupRow::Save => self.save(),
                // No one types a password for a server that is not there.
                SetupRow::Url if !self.trimmed(SetupRow::Url).is_empty() => {
                    self.step(1);
                    SetupRequest::Reach(Box::new(self.answers()))
                }
                // One of the two is enough.
                SetupRow::Password if !self.text(SetupRow::Password).is_empty() => {
                    self.move_to(SetupRow::Test);
                    SetupRequest::Stay
                }
                _ => self.step(1),
            },
            Key { code: Code::Char(' ') | Code::Right | Code::Left, ctrl: false } if place == SetupRow::Access => {
                self.access = match (self.access, key.code == Code::Left) {
                    (Access::Write, false) | (Access::ReadOnly, true) => Access::Confirm,
                    (Access::Confirm, false) | (Access::Write, true) => Access::ReadOnly,
                    (Access::ReadOnly, false) | (Access::Confirm, true) => Access::Write,
                };
                SetupRequest::Stay
            }
            other => {
                if self.line_mut(place).is_some_and(|line| line.typed(other)) {
                    self.touched(place);
                }
                SetupRequest::Stay
            }
        }
    }

    fn step(&mut self, by: usize) -> SetupRequest {
        let at = PLACES.iter().position(|place| *place == self.place).unwrap_or_default();
        if let Some(place) = PLACES.get((at + by) % PLACES.len()) {
            self.move_to(*place);
        }
        SetupRequest::Stay
    }

    fn move_to(&mut self, place: SetupRow) {
        self.place = place;
        if place == SetupRow::Name && self.trimmed(SetupRow::Name).is_empty() {
            self.fill_in(SetupRow::Name, &name_for(&self.answers().url));
        }
    }

    /// What was checked is not what is there now.
    fn touched(&mut self, place: SetupRow) {
        if !matches!(place, SetupRow::Name | SetupRow::Badge) {
            self.passed = None;
        }
    }

    fn missing(&mut self, place: SetupRow, reported: &str) -> SetupRequest {
        self.reported = Some(reported.to_owned());
        self.move_to(place);
        SetupRequest::Stay
    }

    fn test(&mut self) -> SetupRequest {
        if self.trimmed(SetupRow::Url).is_empty() {
            return self.missing(SetupRow::Url, "Type the server URL first");
        }
        if self.at_hand.is_none() {
            if self.trimmed(SetupRow::User).is_empty() {
                return self.missing(SetupRow::User, "Type the user name first");
            }
            if self.text(SetupRow::Password).is_empty() && self.trimmed(SetupRow::Command).is_empty() {
                return self.missing(SetupRow::Password, "Type the password, or a command that prints it");
            }
        }
        self.begin(SetupRequest::Test(Box::new(self.answers())))
    }

    fn save(&mut self) -> SetupRequest {
        if self.trimmed(SetupRow::Url).is_empty() {
            return self.missing(SetupRow::Url, "Type the server URL first");
        }
        if self.trimmed(SetupRow::Name).is_empty() {
            return self.missing(SetupRow::Name, "Type a name for the profile first");
        }
        self.begin(SetupRequest::Save(Box::new(self.answers())))
    }

    fn begin(&mut self, next: SetupRequest) -> SetupRequest {
        if matches!(next, SetupRequest::Test(_)) {
            self.checks.clear();
            self.passed = None;
            self.stage = SetupStage::Testing;
        }
        next
    }

    /// Whether the address may be used without encryption: asks, where no one said so yet. What was to be done is
    /// done after a yes.
    pub fn allows_plaintext(&mut self, next: &SetupRequest) -> bool {
        let url = self.answers().url;
        if self.accepted.as_ref() == Some(&url) {
            return true;
        }
        self.reported = Some(format!(
            "{url} is not encrypted: password and token can be intercepted. y: continue, any other key: back"
        ));
        self.stage = SetupStage::Plaintext(Box::new(next.clone()));
        false
    }

    /// A check ended.
    pub fn checked(&mut self, check: Check) {
        if self.stage == SetupStage::Testing {
            self.checks.push(check);
        }
    }

    /// All checks ended. The cursor goes on, or to what has to be corrected.
    pub fn tested(&mut self) {
        if self.stage != SetupStage::Testing {
            return;
        }
        self.stage = SetupStage::Typing;
        let failed = self.checks.iter().find(|check| check.verdict.is_failure()).cloned();
        self.passed = Some(failed.is_none());
        // In sight also where the results are not.
        self.reported = failed.as_ref().map(|check| format!("{} failed: {}", check.name, check.found));
        let is_distrust = failed.as_ref().is_some_and(|check| check.verdict == SetupVerdict::Certificate);
        match failed.as_ref().map(|check| check.name.as_str()) {
            None => self.move_to(SetupRow::Name),
            Some(_) if is_distrust => self.move_to(SetupRow::CaFile),
            Some("sign-in") if !self.trimmed(SetupRow::Command).is_empty() => self.move_to(SetupRow::Command),
            Some("sign-in") => self.move_to(SetupRow::Password),
            Some(_) => self.move_to(SetupRow::Url),
        }
    }

    /// The server at an address answered, or did not.
    pub fn heard(&mut self, url: String, answer: Result<(), RequestError>) {
        self.reached = Some((url, answer));
    }

    /// What the server said at the address that is typed now.
    pub fn said_at_url(&self) -> Option<&Result<(), RequestError>> {
        let (url, answer) = self.reached.as_ref()?;
        (*url == self.answers().url).then_some(answer)
    }

    /// It cannot be used; why. What is typed stays.
    pub fn refused(&mut self, why: impl Into<String>) {
        self.stage = SetupStage::Typing;
        self.reported = Some(why.into());
    }
}

/// The host of an address.
fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let rest = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    match rest.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or(rest),
        None => rest.split(':').next().unwrap_or(rest),
    }
}

/// A name for the profile of this server: the first part of its host.
fn name_for(url: &str) -> String {
    let host = host(url);
    let first = host.split('.').next().unwrap_or_default().to_ascii_lowercase();
    let fits = first.starts_with(|c: char| c.is_ascii_alphabetic())
        && first.len() <= 64
        && first.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    if fits && first != "localhost" { first } else { "default".to_owned() }
}

#[cfg(test)]
mod tests;
