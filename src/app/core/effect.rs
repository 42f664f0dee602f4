//! Everything the app can want from the world, as plain data.

use crate::domain::answer::Tag;
use crate::domain::change::draft::StoredDraft;
use crate::domain::change::verdict::WantedRecord;
use crate::domain::change::{Aim, Draft, JournalLine, PlanLine, Toggle, Version};
use crate::domain::clipping::Clipping;
use crate::domain::program::Program;
use crate::domain::record::{Registration, Relation, Secret};
use crate::domain::request_error::RequestError;

use crate::domain::change::plan::NewPlan;

use crate::app::core::ticket::{Slot, Ticket};
use crate::app::jobs::arrange::ArrangeJob;
use crate::app::jobs::count::CountJob;
use crate::app::jobs::export::ExportJob;
use crate::app::jobs::lint::LintJob;
use crate::app::jobs::overview::OverviewJob;
use crate::app::model::live::LiveJob;
use crate::app::model::looks::LooksChange;

/// What the app asks the runtime to do.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Read from the server and bring the reply with this ticket.
    Read {
        /// Brought back with the reply.
        ticket: Ticket,
        /// What to read.
        read: Read,
    },
    /// Change something on the server and bring the outcome with this number.
    Write {
        /// Brought back with the outcome.
        number: u64,
        /// What to change.
        write: Write,
    },
    /// Note on disk that one of many records is about to be changed; then as [`Effect::Write`].
    WriteNoted {
        /// Brought back with the outcome.
        number: u64,
        /// What to change.
        write: Write,
        /// What is noted before.
        note: PlanLine,
    },
    /// Note on disk what is done to many records, and how far it is.
    Note(Box<PlanNote>),
    /// Bring what an earlier run left unfinished.
    FindUnfinished,
    /// Bring the writes of which the journal has the intent and no result.
    FindPending,
    /// Forget one of those.
    Forget(String),
    /// Write records to a file.
    Export(Box<ExportJob>),
    /// Keep a draft on disk, without its secrets.
    KeepDraft(Box<StoredDraft>),
    /// Remove the draft of this record from the disk.
    DropDraft(u64),
    /// Bring the drafts that an earlier run left.
    FindDrafts,
    /// Take the right to write the draft of this record, where it has one on disk, and bring what is not known of it.
    ClaimDraft(u64),
    /// This version of a draft on disk is the one in memory: it may be written over.
    TakeDraft(u64, Version),
    /// Let other consoles write the draft of this record.
    ReleaseDraft(u64),
    /// Append a line to the journal.
    Record(Box<JournalLine>),
    /// Put text on the clipboard of the user's terminal.
    Copy(Clipping),
    /// Have the user edit text in their own editor. It may hold a password.
    EditText(Secret),
    /// Read the journal file: its last lines, or those about one registration.
    ReadJournal {
        /// What its answer comes with.
        ticket: Ticket,
        /// The registration.
        of: Option<u64>,
    },
    /// Ring the terminal's bell.
    Bell,
    /// Run a program of the user's own; on the terminal, or beside the console.
    Run {
        /// The ticket of its end.
        ticket: Ticket,
        /// The program.
        program: Box<Program>,
    },
    /// Filter and sort many records, and bring the result with this ticket.
    Arrange {
        /// Brought back with the result.
        ticket: Ticket,
        /// What to arrange, and how.
        job: Box<ArrangeJob>,
    },
    /// Count the records of each view.
    Count {
        /// What it is for.
        ticket: Ticket,
        /// What to count.
        job: Box<CountJob>,
    },
    /// Ask all nodes for the live state, and judge their answers.
    AskLive {
        /// Brought back with the answer.
        ticket: Ticket,
        /// What is needed for it.
        job: Box<LiveJob>,
    },
    /// Check all records.
    Lint {
        /// Brought back with the result.
        ticket: Ticket,
        /// What to look through.
        job: Box<LintJob>,
    },
    /// Count the registrations of each POP and node.
    Overview {
        /// Brought back with the result.
        ticket: Ticket,
        /// What to count.
        job: Box<OverviewJob>,
    },
    /// Keep a change of columns and views over the end of the program, and bring what is kept then.
    Keep(Box<LooksChange>),
    /// No one waits any more for what is under way in this slot.
    Cancel(Slot),
    /// Sign in with this token.
    UseToken(Secret),
    /// Forget token and password: nothing more is sent until someone signs in.
    SignOut,
    /// Draw everything again, trusting nothing of what the terminal shows.
    Redraw,
    /// Stop until the shell continues us.
    Suspend,
    /// Once this session has ended, open this profile.
    NextProfile(String),
    /// End the session.
    Quit,
}

/// A note about what is done to many records.
#[derive(Debug, Clone, PartialEq)]
pub enum PlanNote {
    /// It begins, and this is planned.
    Begin(NewPlan),
    /// One record advanced.
    Add(PlanLine),
    /// It ended, and was reported.
    End,
}

/// What to read.
#[derive(Debug, Clone, PartialEq)]
pub enum Read {
    /// A page of the list.
    Page {
        /// From 1.
        number: u32,
        /// Records a page.
        size: u32,
        /// Tag of what is known of it.
        known: Option<Tag>,
    },
    /// These records as they are now.
    Many {
        /// Their ids.
        ids: Vec<u64>,
        /// Whether their passwords are wanted, too.
        with_passwords: bool,
    },
    /// The records with these ids, in one answer.
    Some {
        /// In order.
        ids: Vec<u64>,
        /// Tag of the last answer for the same ids.
        known: Option<Tag>,
    },
    /// One record from its canonical address.
    Record {
        /// ID of the record.
        id: u64,
        /// Tag of what is known of it.
        known: Option<Tag>,
    },
    /// Where a record's relationship leads.
    Related {
        /// Which relationship.
        relation: Relation,
        /// Its `related` link as the server wrote it.
        link: String,
    },
    /// One pop, node or transport.
    Target {
        /// What it is.
        relation: Relation,
        /// ID of the target.
        id: u64,
    },
    /// All of a kind, unless they are as in the answer with this tag.
    Targets(Relation, Option<Tag>),
    /// What the server has, compared with a draft.
    Check(Box<Draft>),
    /// What a draft would send; asks no one.
    Preview(Box<Draft>),
    /// The last HTTP exchanges; asks no one.
    Exchanges,
    /// A new token before the old one ends.
    Renew,
    /// A token as the profile's own command gives it.
    SignInAgain,
    /// Whether the server of another profile can be reached.
    Profile(String),
    /// The token that `sipreg login` keeps meanwhile, once it does.
    Login,
    /// A token for the user and password typed.
    SignIn {
        /// User name.
        user: String,
        /// Password.
        password: Secret,
    },
}

/// Whether a write carries `If-Match`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum IfMatch {
    /// The write carries `If-Match`.
    #[default]
    Send,
    /// It does not: the server cannot compare its tags.
    Omit,
}

/// What to change.
#[derive(Debug, Clone, PartialEq)]
pub enum Write {
    /// The changes of a draft.
    Save {
        /// The draft.
        draft: Box<Draft>,
        /// Whether to send `If-Match`.
        if_match: IfMatch,
    },
    /// `enabled` alone.
    Switch {
        /// The record as it was shown.
        shown: Box<Registration>,
        /// Its tag, where known.
        tag: Option<Tag>,
        /// The state wanted.
        to: Toggle,
        /// Whether to send `If-Match`.
        if_match: IfMatch,
    },
    /// The changes of a draft over the record as it is found, where no one else changed the same: one of many.
    Change {
        /// The draft.
        draft: Box<Draft>,
        /// Whether to send `If-Match`.
        if_match: IfMatch,
    },
    /// A new record with the values of a draft.
    Create(Box<Draft>),
    /// Nothing: finds out what became of a write that got no clear answer.
    ReadBack {
        /// What was sent.
        write: Box<Self>,
        /// What came in place of an answer.
        error: Box<RequestError>,
    },
    /// A record away.
    Delete {
        /// The record as it was shown.
        shown: Box<Registration>,
        /// Its tag, where known.
        tag: Option<Tag>,
        /// Whether to send `If-Match`.
        if_match: IfMatch,
    },
}

impl Write {
    /// What it is to do to its record.
    pub const fn aim(&self) -> Aim {
        match self {
            Self::Save { .. } | Self::Change { .. } => Aim::Change,
            Self::Switch { to, .. } => Aim::Switch(*to),
            Self::Create(_) => Aim::Create,
            Self::Delete { .. } => Aim::Delete,
            Self::ReadBack { write, .. } => write.aim(),
        }
    }

    /// What it changes or creates, where that is a draft; not of what is read back.
    pub const fn draft(&self) -> Option<&Draft> {
        match self {
            Self::Save { draft, .. } | Self::Change { draft, .. } | Self::Create(draft) => Some(draft),
            Self::Switch { .. } | Self::Delete { .. } | Self::ReadBack { .. } => None,
        }
    }

    /// What was wanted of a record in words that console and commands share; `None` where it is a switch or only read
    /// back.
    pub const fn wanted(&self) -> Option<WantedRecord<'_>> {
        match self {
            Self::Save { draft, .. } | Self::Change { draft, .. } => Some(WantedRecord::Change(draft)),
            Self::Create(draft) => Some(WantedRecord::Create(draft)),
            Self::Delete { shown, .. } => Some(WantedRecord::Delete(shown)),
            Self::Switch { .. } | Self::ReadBack { .. } => None,
        }
    }
}
