//! What stands over the panes for a moment: help, palette, messages, the question who you are.

pub(crate) mod action_menu;
mod answer;
pub(crate) mod bulk;
pub(crate) mod cell_popup;
pub(crate) mod clipboard;
pub(crate) mod column_picker;
pub(crate) mod comparison;
pub(crate) mod deletion;
pub(in crate::app) mod dialog;
pub mod export;
pub(crate) mod filter;
pub(crate) mod filter_builder;
pub(crate) mod help;
pub(crate) mod history;
pub(crate) mod http_log;
pub mod lint_list;
pub(crate) mod many;
pub(crate) mod messages;
pub(crate) mod new_drafts;
pub(crate) mod output;
pub(crate) mod overview;
pub(crate) mod palette;
pub mod profiles;
pub(crate) mod progress;
pub(crate) mod question;
pub(in crate::app) mod recreate;
pub(in crate::app) mod reveal;
pub(in crate::app) mod sign_in;
pub(crate) mod sort;
pub(in crate::app) mod toggle;
pub(in crate::app) mod undo;
pub(crate) mod unfinished;
pub(crate) mod views;

use crate::domain::record::Secret;
use crate::domain::request_error::RequestError;

use crate::app::overlay::action_menu::Actions;
use crate::app::overlay::bulk::BulkBox;
use crate::app::overlay::cell_popup::Whole;
use crate::app::overlay::column_picker::ColumnPicker;
use crate::app::overlay::comparison::RecordComparison;
use crate::app::overlay::deletion::Deletion;
pub(in crate::app) use crate::app::overlay::dialog::{After, Dialog, DialogLines, KeyHandling};
use crate::app::overlay::filter::Filtering;
use crate::app::overlay::filter_builder::Building;
use crate::app::overlay::help::Help;
use crate::app::overlay::history::HistoryBox;
use crate::app::overlay::http_log::Inspector;
use crate::app::overlay::lint_list::LintList;
use crate::app::overlay::many::{Many, PasswordForMany};
use crate::app::overlay::messages::Messages;
use crate::app::overlay::new_drafts::NewDrafts;
use crate::app::overlay::output::{ProgramOutput, RunningProgram};
use crate::app::overlay::overview::Overview;
use crate::app::overlay::palette::Palette;
use crate::app::overlay::profiles::{ProfileOffer, Profiles};
use crate::app::overlay::progress::WorkProgress;
pub use crate::app::overlay::question::{Question, Yes};
use crate::app::overlay::sort::SortPicker;
use crate::app::overlay::unfinished::UnfinishedWork;
use crate::app::overlay::views::ViewsBox;
use crate::app::widget::LineEditor;

/// The dialog over the panes, and what the command line remembers.
#[derive(Debug, Default)]
pub struct Dialogs {
    /// The open dialog.
    pub current: Option<Overlay>,
    /// Command lines run this session, the newest last.
    pub asked: Vec<String>,
    /// The program of the user's own that runs beside the console.
    pub program: Option<RunningProgram>,
    /// What can be switched to.
    pub profiles: Vec<ProfileOffer>,
}

/// One of them; there is never more than one.
#[derive(Debug, Clone)]
pub enum Overlay {
    /// The keys of a screen.
    Help(Box<Help>),
    /// Commands by name.
    Palette(Box<Palette>),
    /// What can be done to the thing under the cursor.
    Actions(Actions),
    /// What was said this session.
    Messages(Messages),
    /// Something to answer with `y` or `n`.
    Question(Question),
    /// What was changed, by this session and before.
    Journal(Box<HistoryBox>),
    /// User and password.
    SignIn(Box<SignIn>),
    /// A filter being typed.
    Filter(Box<Filtering>),
    /// Columns, with a cursor over all of them.
    Columns(ColumnPicker),
    /// Two records side by side.
    Comparison(Box<RecordComparison>),
    /// Saved views.
    Views(Box<ViewsBox>),
    /// What to sort by.
    Sort(SortPicker),
    /// The last HTTP exchanges.
    Exchanges(Box<Inspector>),
    /// Problems of the loaded records.
    Lint(Box<LintList>),
    /// How many registrations each POP and node has.
    Overview(Box<Overview>),
    /// An empty form of a new record, or one of the drafts kept.
    NewDrafts(NewDrafts),
    /// What is done to many records; the state of it is the app's.
    Batch(BulkBox),
    /// What is to be done to the marked records.
    Many(Many),
    /// A password for many records.
    Password(Box<PasswordForMany>),
    /// What an earlier run left unfinished.
    Offer(UnfinishedWork),
    /// How far reading the list is.
    Progress(Box<WorkProgress>),
    /// Which profile to switch to.
    Profiles(Box<Profiles>),
    /// Whether a record is to be deleted.
    Deletion(Box<Deletion>),
    /// A filter being built step by step.
    Building(Box<Building>),
    /// The value of a cell in full.
    Whole(Box<Whole>),
    /// What a program of the user's own printed.
    Output(Box<ProgramOutput>),
}

/// The dialog in an overlay, borrowed in one way or the other: the one place besides the view that names them all.
macro_rules! dialog_of {
    ($overlay:expr, $boxed:ident) => {
        match $overlay {
            Overlay::Help(dialog) => dialog.$boxed(),
            Overlay::Palette(dialog) => dialog.$boxed(),
            Overlay::Actions(dialog) => dialog,
            Overlay::Messages(dialog) => dialog,
            Overlay::Question(dialog) => dialog,
            Overlay::Journal(dialog) => dialog.$boxed(),
            Overlay::SignIn(dialog) => dialog.$boxed(),
            Overlay::Filter(dialog) => dialog.$boxed(),
            Overlay::Columns(dialog) => dialog,
            Overlay::Comparison(dialog) => dialog.$boxed(),
            Overlay::Views(dialog) => dialog.$boxed(),
            Overlay::Sort(dialog) => dialog,
            Overlay::Exchanges(dialog) => dialog.$boxed(),
            Overlay::Lint(dialog) => dialog.$boxed(),
            Overlay::Overview(dialog) => dialog.$boxed(),
            Overlay::NewDrafts(dialog) => dialog,
            Overlay::Batch(dialog) => dialog,
            Overlay::Many(dialog) => dialog,
            Overlay::Password(dialog) => dialog.$boxed(),
            Overlay::Offer(dialog) => dialog,
            Overlay::Progress(dialog) => dialog.$boxed(),
            Overlay::Profiles(dialog) => dialog.$boxed(),
            Overlay::Deletion(dialog) => dialog.$boxed(),
            Overlay::Building(dialog) => dialog.$boxed(),
            Overlay::Whole(dialog) => dialog.$boxed(),
            Overlay::Output(dialog) => dialog.$boxed(),
        }
    };
}

impl Overlay {
    pub(in crate::app) fn dialog(&self) -> &dyn Dialog {
        dialog_of!(self, as_ref)
    }

    pub(in crate::app) fn dialog_mut(&mut self) -> &mut dyn Dialog {
        dialog_of!(self, as_mut)
    }
}

/// User and password, being typed.
#[derive(Debug, Clone)]
pub struct SignIn {
    /// User name.
    pub user: LineEditor,
    /// Password; drawn masked.
    pub password: LineEditor,
    /// Whether the password is being typed, else the user name.
    pub at_password: bool,
    /// Whether an answer is awaited.
    pub waiting: bool,
    /// Why it is asked, or why the last try failed.
    pub error: Option<RequestError>,
}

impl SignIn {
    /// Asks, with the user name as far as it is known.
    pub fn new(user: Option<&str>, error: Option<RequestError>) -> Self {
        Self {
            user: LineEditor::with(user.unwrap_or_default()),
            password: LineEditor::default(),
            at_password: user.is_some_and(|user| !user.is_empty()),
            waiting: false,
            error,
        }
    }

    /// The line being typed.
    pub fn line(&mut self) -> &mut LineEditor {
        if self.at_password { &mut self.password } else { &mut self.user }
    }

    /// Takes the password out of the line.
    pub fn take_password(&mut self) -> Secret {
        let secret = Secret::new(self.password.text());
        self.password = LineEditor::default();
        secret
    }
}
