//! Reading: the list, the watch, replies, what others changed meanwhile, and what we did ourselves.

pub(crate) mod bell;
pub(in crate::app) mod links;
pub(crate) mod live;
pub(in crate::app) mod ours;
pub(in crate::app) mod reply;
pub(crate) mod sweep;
pub(in crate::app) mod timers;
pub(crate) mod watch;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use crate::app::sync::bell::Bell;
use crate::app::sync::sweep::Loading;
use crate::app::sync::watch::Watch;
use crate::domain::answer::Tag;
use crate::domain::record::Relation;

/// Reading, and the connection it happens on.
#[derive(Debug, Default)]
pub struct Sync {
    /// Reading the list.
    pub sweep: Loading,
    /// Reading again at every period.
    pub watch: Watch,
    /// The terminal's bell.
    pub bell: Bell,
    /// When the token ends.
    pub token_until: Option<Duration>,
    /// How long before that a new one is asked for.
    pub(in crate::app) renew_ahead: Duration,
    /// Tags of the lists of POPs, nodes and transport protocols.
    pub(in crate::app) catalogue: BTreeMap<Relation, Tag>,
    /// Whether they were read since the list was begun.
    pub(in crate::app) catalogue_is_new: bool,
    /// Links of labels that are being read.
    pub(in crate::app) links_under_way: BTreeSet<String>,
    /// Links of labels that could not be read.
    pub(in crate::app) links_failed: BTreeSet<String>,
    /// Since when the list is being read.
    pub(in crate::app) reading_since: Option<Duration>,
    /// How many records with shortened values the user was warned of.
    pub(in crate::app) cut_reported: usize,
}
