//! A registration on all its nodes: which nodes are concerned, what each says, and the worst of it. The one place that
//! decides what is active, absent, off or unknown; list, detail, filter and command line ask here.

use std::time::Duration;

use super::drift::Expected;
use super::node_list::{LiveState, NodeRow};
use super::picture::{KnownNode, Picture};
use crate::domain::record::{Record, Targets};
use crate::domain::rules::Placement;
use crate::domain::rules::placement;

/// State of a registration over all its nodes. The order is that of urgency: the first is the worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Overall {
    /// A node could not register it.
    Error,
    /// It is enabled, and a node that should load it does not list it.
    Absent,
    /// A node registered it once, and the time is over.
    Expired,
    /// It is disabled, or moved elsewhere, and a node still lists it.
    Lingering,
    /// A node said something that sipreg does not know.
    Unclear,
    /// A node is trying.
    Pending,
    /// A node waits before it tries.
    Postponed,
    /// It was changed a moment ago, and a node does not show it yet.
    Waiting,
    /// Registered, but a node has loaded other values than the API has.
    Drift,
    /// No node that should have it could be asked.
    Unknown,
    /// Registered everywhere.
    Active,
    /// Disabled, and no node lists it.
    Off,
}

impl Overall {
    /// All, the worst first.
    #[cfg(test)]
    pub const ALL: [Self; 12] = [
        Self::Error,
        Self::Absent,
        Self::Expired,
        Self::Lingering,
        Self::Unclear,
        Self::Pending,
        Self::Postponed,
        Self::Waiting,
        Self::Drift,
        Self::Unknown,
        Self::Active,
        Self::Off,
    ];

    /// The word in lists, filters and JSON.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Absent => "absent",
            Self::Expired => "expired",
            Self::Lingering => "lingering",
            Self::Unclear => "unclear",
            Self::Pending => "pending",
            Self::Postponed => "postponed",
            Self::Waiting => "waiting",
            Self::Drift => "drift",
            Self::Unknown => "unknown",
            Self::Active => "active",
            Self::Off => "off",
        }
    }

    /// Whether someone should look: it is enabled and known not to work, or disabled and still there.
    pub const fn is_failing(self) -> bool {
        matches!(self, Self::Error | Self::Absent | Self::Expired)
    }

    /// Whether it is what the API has: registered with its values, or gone.
    const fn is_wanted(self, enabled: bool) -> bool {
        matches!((self, enabled), (Self::Active, true) | (Self::Off, false))
    }

    /// Whether a node looks so that has not polled since a change.
    pub const fn is_behind(self) -> bool {
        matches!(self, Self::Absent | Self::Lingering | Self::Drift)
    }

    /// What one node says.
    pub const fn of(state: LiveState) -> Self {
        match state {
            LiveState::Pending => Self::Pending,
            LiveState::Active => Self::Active,
            LiveState::Error => Self::Error,
            LiveState::Expired => Self::Expired,
            LiveState::Postponed => Self::Postponed,
            LiveState::Unclear => Self::Unclear,
        }
    }
}

/// Whether a registration was changed so recently that its nodes may not have polled since.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecentChange {
    /// Changed less than one node poll ago.
    Changed,
    /// Not that anyone knows.
    Quiet,
}

/// What a node says about one registration.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Says<'a> {
    /// The node lists the registration.
    Listed(&'a NodeRow),
    /// It answered, and does not list it.
    Missing,
    /// It could not be asked, or what it lists is not known; what it listed last, and when.
    Unknown(Option<(&'a NodeRow, Duration)>),
}

/// Whether a node should load the registration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// By pop and node it does.
    Yes,
    /// By POP and node the registration is not its own.
    No,
    /// Not known.
    Unknown,
}

/// One registration on one node.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OnNode<'a> {
    /// The node's id in the API, where it has one.
    pub node: Option<u64>,
    /// What is known of the node; `None`: it was not asked yet.
    pub known: Option<&'a KnownNode>,
    /// Whether it should load the registration.
    pub due: Due,
    /// What it says.
    pub says: Says<'a>,
}

/// The nodes that should load a registration if it were enabled, and those that list it all the same; those that
/// should first, by id.
pub fn on_nodes<'a>(record: &impl Record, targets: &Targets, picture: &'a Picture) -> Vec<OnNode<'a>> {
    let id = record.id();
    let placement = placement::where_enabled(record, targets);
    let due = placement.nodes(targets);
    let mut found: Vec<OnNode<'a>> = due
        .iter()
        .flatten()
        .map(|node| {
            let known = picture.node(*node);
            OnNode { node: Some(*node), known, due: Due::Yes, says: says(known, id) }
        })
        .collect();
    for known in picture.nodes() {
        let is_due = known.node.is_some_and(|node| due.as_ref().is_some_and(|due| due.contains(&node)));
        if is_due || !known.is_reachable() {
            continue;
        }
        if let Some(row) = known.row(id) {
            // A node that the API does not have may be any of those that should load it.
            let due = match (&placement, known.node) {
                (Placement::Unknown(_), _) | (_, None) => Due::Unknown,
                (_, Some(_)) if due.is_none() => Due::Unknown,
                (_, Some(_)) => Due::No,
            };
            found.push(OnNode { node: known.node, known: Some(known), due, says: Says::Listed(row) });
        }
    }
    found
}

fn says(known: Option<&KnownNode>, id: u64) -> Says<'_> {
    let Some(known) = known else { return Says::Unknown(None) };
    match (known.is_reachable(), known.row(id), known.heard) {
        (true, Some(row), _) => Says::Listed(row),
        // Any of those without an id may be this one.
        (true, None, _) if known.list().unusable() > 0 => Says::Unknown(None),
        (true, None, _) => Says::Missing,
        (false, Some(row), Some(heard)) => Says::Unknown(Some((row, heard))),
        (false, _, _) => Says::Unknown(None),
    }
}

/// A registration over all its nodes, in a few words of memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LiveSummary {
    /// The worst of what nodes say.
    pub overall: Overall,
    /// On how many nodes it is as it should be.
    pub good: u16,
    /// How many nodes are concerned.
    pub of: u16,
    /// How many of them could not be asked.
    pub unknown: u16,
    /// Code of the worst node's last error; 0 is none.
    pub code: u16,
    /// The worst node's attempt.
    pub attempt: Option<u32>,
    /// The fewest seconds that are left on any node where it is active.
    pub left: Option<u32>,
    /// Milliseconds until the worst node's next attempt, where it waits.
    pub postponed: Option<u32>,
    /// When one of its nodes that cannot be asked answered last, in seconds since the start of the program.
    pub heard: Option<u32>,
    /// Whether some node has loaded other values than the API has.
    pub drift: bool,
    /// The node that is waited for, where it is the only one.
    pub waits: Option<u64>,
}

impl LiveSummary {
    const UNKNOWN: Self = Self {
        overall: Overall::Unknown,
        good: 0,
        of: 0,
        unknown: 0,
        code: 0,
        attempt: None,
        left: None,
        postponed: None,
        heard: None,
        drift: false,
        waits: None,
    };

    /// The registration as its nodes show it.
    pub fn of(record: &impl Record, targets: &Targets, picture: &Picture, recent: RecentChange) -> Self {
        let Some(enabled) = record.enabled() else { return Self::UNKNOWN };
        if picture.at().is_none() {
            return Self::UNKNOWN;
        }
        let nodes = on_nodes(record, targets, picture);
        let mut summary = Self { overall: Overall::Off, ..Self::UNKNOWN };
        if nodes.is_empty() {
            summary.overall = match placement::where_enabled(record, targets) {
                Placement::Unknown(_) => Overall::Unknown,
                _ if !enabled => Overall::Off,
                _ => Overall::Absent,
            };
            return summary;
        }
        let expected = Expected::of(record, targets);
        let mut worst: Option<Overall> = None;
        for on_node in &nodes {
            summary.of = summary.of.saturating_add(1);
            if let Says::Unknown(last) = on_node.says {
                let heard = last.and_then(|(_, heard)| u32::try_from(heard.as_secs()).ok());
                summary.heard = summary.heard.max(heard);
            }
            let Some(state) = on_node.overall(enabled, &expected) else {
                summary.unknown = summary.unknown.saturating_add(1);
                continue;
            };
            summary.drift |= enabled && on_node.due != Due::No && on_node.drifts(&expected);
            let state = if state.is_behind() && recent == RecentChange::Changed {
                // Of several no name is shown.
                summary.waits = if worst == Some(Overall::Waiting) { None } else { on_node.node };
                Overall::Waiting
            } else {
                state
            };
            if matches!(state, Overall::Active | Overall::Off) {
                summary.good = summary.good.saturating_add(1);
            }
            if let Says::Listed(row) = on_node.says {
                if row.state == LiveState::Active {
                    summary.left = match (summary.left, row.left()) {
                        (Some(known), Some(left)) => Some(known.min(left)),
                        (known, left) => known.or(left),
                    };
                }
                if worst.is_none_or(|worst| state < worst) {
                    summary.code = row.code;
                    summary.attempt = row.attempt();
                    summary.postponed = row.postponed();
                }
            }
            worst = Some(worst.map_or(state, |worst| worst.min(state)));
        }
        summary.overall = worst.unwrap_or(Overall::Unknown);
        summary
    }

    /// Whether all nodes could be asked and show what the API has: registered with its values, or gone.
    pub const fn is_settled(&self, enabled: bool) -> bool {
        self.overall.is_wanted(enabled) && self.unknown == 0
    }
}

impl OnNode<'_> {
    /// Whether the node could be asked and shows what the API has.
    pub fn shows(&self, enabled: bool, expected: &Expected) -> bool {
        self.overall(enabled, expected).is_some_and(|overall| overall.is_wanted(enabled))
    }

    /// What the node says, compared with what the API has; `None` where it could not be asked.
    pub fn overall(&self, enabled: bool, expected: &Expected) -> Option<Overall> {
        Some(match (self.says, enabled) {
            (Says::Unknown(_), _) => return None,
            (Says::Missing, true) => Overall::Absent,
            (Says::Missing, false) => Overall::Off,
            (Says::Listed(_), false) => Overall::Lingering,
            (Says::Listed(_), true) if self.due == Due::No => Overall::Lingering,
            (Says::Listed(row), true) => match Overall::of(row.state) {
                Overall::Active if self.drifts(expected) => Overall::Drift,
                other => other,
            },
        })
    }

    /// Whether the node has loaded other values than the API has.
    pub fn drifts(&self, expected: &Expected) -> bool {
        self.loaded().is_some_and(|loaded| expected.differs(loaded))
    }

    /// What the node has loaded, where it said so.
    pub fn loaded(&self) -> Option<&str> {
        match self.says {
            Says::Listed(row) => Some(self.known?.texts().get(row.loaded?)),
            Says::Missing | Says::Unknown(_) => None,
        }
    }

    /// The reason of the last error as the node wrote it.
    pub fn reason(&self) -> Option<&str> {
        match self.says {
            Says::Listed(row) => Some(self.known?.texts().reason(row.reason?)),
            Says::Missing | Says::Unknown(_) => None,
        }
    }
}

#[cfg(test)]
mod tests;
