//! Everything that can happen to the app, as plain data.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::domain::answer::{Conditional, ConnectionState, Fetched, Page, Tag};
use crate::domain::change::journal::Pending;
pub use crate::domain::change::outcome::Outcome;
use crate::domain::change::{Checked, Draft, OtherDrafts, UnfinishedPlan};
use crate::domain::count::counted;
use crate::domain::http_exchange::HttpExchange;
use crate::domain::program::{ProgramEnd, ProgramError};
use crate::domain::record::{Secret, Target};
use crate::domain::request_error::RequestError;
use crate::domain::state_error::StateError;
use crate::domain::unreadable_draft::UnreadableDraft;
use crate::keys::Key;

use crate::app::core::effect::Read;
use crate::app::core::ticket::Ticket;
use crate::app::jobs::count::Counted;
use crate::app::jobs::export::ExportJob;
use crate::app::jobs::lint::Findings;
use crate::app::jobs::overview::OverviewRow;
use crate::app::model::drafts::DraftUnkept;
use crate::app::model::found_bounce::{FoundBounce, UnreadWork};
use crate::app::model::journal_file::FromFile;
use crate::app::model::live::LiveNews;
use crate::app::model::looks::{LooksChange, LooksConflict, LooksError, SavedLooks};

/// What the runtime reports to the app: keys, answers, time.
#[derive(Debug, Clone, PartialEq)]
pub enum Message {
    /// The program starts: read what the first screen needs.
    Started,
    /// A key was pressed.
    Typed(Key),
    /// A key is held down: the terminal says that this is one of its repeats.
    Held(Key),
    /// The terminal sent a sequence that is no known key, or a key that nothing can be bound to; as people write it.
    Unknown(String),
    /// Keys come at once, as those of a paste do.
    Burst(Burst),
    /// Text was pasted. It may be a password.
    Pasted(Secret),
    /// The mouse was clicked or its wheel turned, on this cell.
    Pointed {
        /// What it did.
        how: Pointing,
        /// Cells from the left edge of the screen.
        column: u16,
        /// Rows from its top.
        row: u16,
    },
    /// The terminal has this many columns and rows now.
    Resized(u16, u16),
    /// A read ended.
    Reply {
        /// What the reader was given.
        ticket: Ticket,
        /// What was asked.
        read: Read,
        /// What came of it.
        result: Result<Reply, RequestError>,
    },
    /// A write ended. Never stale.
    Outcome {
        /// What the writer was given.
        number: u64,
        /// How it ended.
        outcome: Outcome,
    },
    /// A write was not sent: what is noted on disk before it could not be.
    Unnoted {
        /// What the writer was given.
        number: u64,
        /// Why not.
        why: StateError,
    },
    /// A draft was kept on disk, or could not be.
    DraftKept {
        /// Of which record.
        id: u64,
        /// Why not, where it could not.
        result: Result<(), DraftUnkept>,
    },
    /// What an earlier run left: drafts with the time of their base, and what could not be read.
    DraftsFound {
        /// The drafts.
        drafts: Vec<(Draft, DateTime<Utc>)>,
        /// What could not be read.
        unreadable: Vec<UnreadableDraft>,
    },
    /// What became of drafts of other consoles.
    DraftsSeen(Box<OtherDrafts>),
    /// What an earlier run left unfinished.
    UnfinishedFound {
        /// Changes of many records that did not end.
        plans: Vec<UnfinishedPlan>,
        /// Bounces of which the record is still off.
        bounces: Vec<FoundBounce>,
        /// What could not be read.
        unreadable: Vec<UnreadWork>,
    },
    /// Writes of an earlier run of which no one knows what became, the last first.
    PendingFound(Vec<Pending>),
    /// Records were written to a file, or were not.
    Exported {
        /// What was to be written.
        export: Box<ExportJob>,
        /// How many records; or why not, and whether that is because the file is there already.
        result: Result<usize, Unexported>,
    },
    /// Something about settings, log or saved views, in a sentence.
    Report(String),
    /// The disk refused something that the user did not ask for.
    DiskFailed(StateError),
    /// The user's editor ended. The text may hold a password.
    TextEdited {
        /// The text; with a failure what was typed all the same, where it is known.
        text: Option<Secret>,
        /// The error, in a sentence.
        failure: Option<String>,
    },
    /// The journal file was read, or could not be.
    JournalRead {
        /// Of the effect that asked.
        ticket: Ticket,
        /// What it says.
        file: Box<FromFile>,
    },
    /// A program of the user's own ended.
    Ran {
        /// Of the effect that started it.
        ticket: Ticket,
        /// How it ended, or why it did not start.
        result: Result<ProgramEnd, ProgramError>,
    },
    /// Records were filtered and sorted.
    Arranged {
        /// What the worker was given.
        ticket: Ticket,
        /// Ids of the records that pass, in order.
        ids: Arc<[u64]>,
    },
    /// The records of each view were counted.
    Counted {
        /// What was counted.
        counted: Box<Counted>,
    },
    /// The records were checked.
    Linted {
        /// What the worker was given.
        ticket: Ticket,
        /// What was found.
        findings: Findings,
    },
    /// All nodes answered, or did not in time.
    Live {
        /// What the asker was given.
        ticket: Ticket,
        /// What came of it.
        news: LiveNews,
    },
    /// The registrations of each POP and node were counted.
    Surveyed {
        /// What the worker was given.
        ticket: Ticket,
        /// A row each.
        places: Vec<OverviewRow>,
    },
    /// What was kept of columns and views could not be read; why.
    NotKept(LooksError),
    /// A change of columns and views was kept, or was not.
    LooksKept {
        /// The change.
        change: Box<LooksChange>,
        /// What is kept now, and what became of the change where that is not what was wanted; or why it was not kept.
        result: Result<(Box<SavedLooks>, Option<LooksConflict>), LooksError>,
    },
    /// The connection changed: another token, another round trip.
    Linked(ConnectionState),
    /// A time the app asked to be woken at has come.
    Woke,
    /// From the system.
    System(System),
}

/// Which end of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Burst {
    /// The keys from here on.
    Begins,
    /// Up to here.
    Ends,
}

/// Why records were not written to a file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unexported {
    /// There is such a file.
    #[error("it exists already")]
    Exists,
    /// So many that the list has in part could not be read whole.
    #[error("{} could not be read whole: {}", counted(*.0, "registration"), .1.message)]
    Unread(usize, Box<RequestError>),
    /// The file cannot be written: what the system says.
    #[error("{0}")]
    Unwritten(String),
}

/// What a read brought.
#[derive(Debug, Clone, PartialEq)]
pub enum Reply {
    /// A page of the list.
    Page(Conditional<Page>),
    /// Several records, and passwords where those were asked for.
    Many(Page, Vec<(u64, Secret)>),
    /// The last HTTP exchanges, the oldest first.
    Exchanges(Vec<Arc<HttpExchange>>),
    /// One record.
    Record(Conditional<Box<Fetched>>),
    /// Where a link leads.
    Related(Option<Target>),
    /// One pop, node or transport.
    Target(Target),
    /// All of a kind, and the tag of the answer.
    Targets(Conditional<(Vec<Target>, Option<Tag>)>),
    /// What the server has, compared with a draft.
    Checked(Checked),
    /// What would be sent: the body, and a curl command.
    Preview {
        /// JSON, password masked.
        body: String,
        /// Without token and password.
        curl: String,
    },
    /// The server of another profile is there. What someone has to know before its profile is opened, if anything.
    Profile(Option<String>),
    /// A sign-in worked.
    SignedIn,
    /// `sipreg login` keeps a token: whose, and the token.
    Login(Option<String>, Secret),
}

/// What the system said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum System {
    /// SIGTERM.
    Terminate,
    /// SIGHUP, or the terminal is gone.
    HangUp,
    /// Back after a stop.
    Resumed,
}

/// What the mouse did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pointing {
    /// The left button was pressed.
    Click,
    /// The wheel was turned away from the user.
    WheelUp,
    /// The wheel was turned towards the user.
    WheelDown,
}
