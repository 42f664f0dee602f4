//! What nodes will do when a draft is saved: which un-REGISTER, which REGISTER, and because of what.

use crate::domain::record::{FieldId, NodeEffect, Record, Targets, ValueRef};
use crate::domain::rules::facts::Facts;
use crate::domain::rules::placement::{loaded_by, names};
use crate::domain::rules::{CheckContext, OnServer, Placement, Severity};

use crate::domain::change::draft::Draft;

/// What nodes make of a record. The one rule of this file: a REGISTER is promised only of nodes that load the record
/// and can send one, and an un-REGISTER only of nodes that sent one before.
#[derive(Debug, PartialEq, Eq)]
struct Side {
    placement: Placement,
    /// Whether the nodes that load it, if any, can send a REGISTER.
    sends: bool,
}

impl Side {
    fn of(record: &impl Record, targets: &Targets) -> Self {
        Self { placement: loaded_by(record, targets), sends: Facts::of(record).sends_register() }
    }

    const fn is_loaded(&self) -> bool {
        !matches!(self.placement, Placement::Off | Placement::Nowhere(_))
    }

    /// Whether nodes load it and send no REGISTER.
    const fn is_silent(&self) -> bool {
        self.is_loaded() && !self.sends
    }

    const fn registers(&self) -> bool {
        self.is_loaded() && self.sends
    }
}

/// What is DOWN in the record as it would be, what nodes do, and what leaves them alone.
pub(super) fn sentences(draft: &Draft, targets: &Targets) -> Vec<String> {
    let moved = moved(draft, targets).map(|[now, after]| format!("Loaded now: {now}; after saving: {after}."));
    let sentences: Vec<String> = moved.into_iter().chain(on_nodes(draft, targets)).collect();
    if sentences.is_empty() {
        return sentences;
    }
    // The worst first: what follows may be cut.
    down(draft, targets).into_iter().chain(sentences).collect()
}

/// Who loads an enabled record now, and who after saving, where that is not the same.
pub(super) fn moved(draft: &Draft, targets: &Targets) -> Option<[String; 2]> {
    let (before, after) = (loaded_by(draft.base(), targets), loaded_by(draft, targets));
    let moves = !draft.is_fresh() && before != after && ![&before, &after].contains(&&Placement::Off);
    moves.then(|| [before.sentence(targets), after.sentence(targets)])
}

/// Whether saving makes nodes load a record that none of them loads now, or would if any could.
pub(super) fn is_taken_up(draft: &Draft, targets: &Targets) -> bool {
    match [loaded_by(draft.base(), targets), loaded_by(draft, targets)] {
        [_, Placement::Off] | [Placement::Nowhere(_), Placement::Nowhere(_)] => false,
        [before, _] => matches!(before, Placement::Off | Placement::Nowhere(_)),
    }
}

/// What nodes do, and what leaves them alone.
pub(super) fn on_nodes(draft: &Draft, targets: &Targets) -> Vec<String> {
    if draft.changes().is_empty() {
        return Vec::new();
    }
    if draft.is_fresh() { vec![of_making(draft, targets)] } else { of_changing(draft, targets) }
}

fn of_changing(draft: &Draft, targets: &Targets) -> Vec<String> {
    let because = reregistering(draft);
    let before = Side::of(draft.base(), targets);
    let after = Side::of(draft, targets);
    let mut sentences = match (&before.placement, &after.placement) {
        (Placement::Off, Placement::Off) => vec!["Disabled before and after: no node does anything.".to_owned()],
        (Placement::Off, _) => vec![format!("Enabled: {}", takes_up(&after, targets))],
        (_, Placement::Off) => vec![format!("Disabled: {}", gives_up(&before, targets))],
        _ if before.is_silent() || after.is_silent() => unheard(&before, &after, &because, targets),
        (old, new) if old == new => stays(draft, new, &because, targets),
        (old, new) => moves(old, new, &because, targets),
    };
    if !because.is_empty() || sentences.is_empty() {
        sentences.extend(untouched(draft));
    }
    sentences
}

/// What nodes do where they send no REGISTER before or after; nothing where the change does not touch that.
fn unheard(before: &Side, after: &Side, because: &str, targets: &Targets) -> Vec<String> {
    let because = if because.is_empty() { String::new() } else { format!(" ({because})") };
    let poll = "at the next poll";
    if before.registers() {
        let gone = all_of(&before.placement, targets, "un-REGISTERs", "un-REGISTER");
        return vec![format!("{gone} {poll}{because}. No node REGISTERs it again.")];
    }
    if after.registers() {
        return vec![format!("{} {poll}{because}.", all_of(&after.placement, targets, "REGISTERs", "REGISTER"))];
    }
    let touched = !because.is_empty() || before != after;
    if touched { vec!["No node sends a REGISTER for it, before or after.".to_owned()] } else { Vec::new() }
}

/// The changed fields that touch no node, in a sentence.
fn untouched(draft: &Draft) -> Option<String> {
    let silent: Vec<String> = draft
        .changes()
        .keys()
        .filter(|field| !is_seen(**field, draft))
        .map(|field| match field {
            FieldId::Expire => format!("{} (0 is the same as empty)", field.field().label),
            _ => field.field().label.to_owned(),
        })
        .collect();
    (!silent.is_empty()).then(|| format!("No node notices the change of {}.", silent.join(", ")))
}

/// Whether a node sees that a field changed: `name` is not loaded, and an empty expire is read as 0.
fn is_seen(field: FieldId, draft: &Draft) -> bool {
    match (field, field.field().effect) {
        (_, NodeEffect::Nothing) => false,
        (FieldId::Expire, _) => {
            let seen = |value: ValueRef<'_>| if value.is_unset() { ValueRef::Number(0) } else { value }.to_value();
            seen(draft.base().value(field)) != seen(draft.value(field))
        }
        (_, NodeEffect::Loading | NodeEffect::Reregisters) => true,
    }
}

/// What nodes do about one record, without saying which nodes: so that many records can be counted by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NodeAct {
    /// They un-REGISTER it and stop trying.
    Stop,
    /// They un-REGISTER it, and REGISTER it again later.
    Bounce,
    /// Other nodes take it up.
    Move,
    /// They un-REGISTER and REGISTER it again.
    Again,
    /// They REGISTER it.
    Start,
    /// They would REGISTER it, but none loads it, or it cannot be sent.
    Silent,
    /// Nodes do nothing.
    Nothing,
}

impl NodeAct {
    /// What `count` records come to.
    pub fn counted(self, count: usize) -> String {
        let verb = match self {
            Self::Stop => "un-REGISTER",
            Self::Bounce => "un-REGISTER, then REGISTER",
            Self::Move => "move to other nodes",
            Self::Again => "REGISTER again",
            Self::Start => "REGISTER",
            Self::Silent => "cannot REGISTER (DOWN)",
            Self::Nothing => "not affected",
        };
        format!("{count} {verb}")
    }
}

/// What nodes do about a record that goes.
pub fn act_of_removal(record: &impl Record, targets: &Targets) -> NodeAct {
    if Side::of(record, targets).registers() { NodeAct::Stop } else { NodeAct::Nothing }
}

/// What nodes do about a record that is made.
pub fn act_of_making(record: &impl Record, targets: &Targets) -> NodeAct {
    let after = Side::of(&crate::domain::change::draft::completed(record), targets);
    match after.placement {
        Placement::Off => NodeAct::Nothing,
        _ if after.registers() => NodeAct::Start,
        _ => NodeAct::Silent,
    }
}

/// What nodes do when a draft is saved.
pub(super) fn act(draft: &Draft, targets: &Targets) -> NodeAct {
    if draft.is_fresh() {
        return act_of_making(draft, targets);
    }
    let (before, after) = (Side::of(draft.base(), targets), Side::of(draft, targets));
    let touched = before != after || !reregistering(draft).is_empty();
    match (before.registers(), after.registers()) {
        _ if !touched => NodeAct::Nothing,
        (false, false) if after.placement == Placement::Off => NodeAct::Nothing,
        (false, false) => NodeAct::Silent,
        (false, true) => NodeAct::Start,
        (true, false) => NodeAct::Stop,
        (true, true) if before != after => NodeAct::Move,
        (true, true) => NodeAct::Again,
    }
}

/// What of the record as it would be cannot work.
fn down(draft: &Draft, targets: &Targets) -> Vec<String> {
    let findings = draft.findings(&CheckContext::new(targets, None, OnServer::Loaded));
    let down = findings.into_iter().filter(|finding| finding.severity == Severity::Down);
    down.map(|finding| format!("DOWN after saving: {}: {}.", finding.field.field().label, finding.message)).collect()
}

/// What nodes do once a new record is there.
fn of_making(draft: &Draft, targets: &Targets) -> String {
    let after = Side::of(&crate::domain::change::draft::completed(draft), targets);
    match after.placement {
        Placement::Off => "Created disabled: no node does anything.".to_owned(),
        Placement::Nowhere(_) => format!("Loaded by {}; nothing happens.", after.placement.sentence(targets)),
        _ => takes_up(&after, targets),
    }
}

/// What nodes do once a record is deleted, in a sentence. Names are the server's: hostile until sanitised.
pub fn of_removal(record: &impl Record, targets: &Targets) -> String {
    let before = Side::of(record, targets);
    match before.placement {
        Placement::Off => "Disabled: no node does anything.".to_owned(),
        Placement::Nowhere(_) => {
            format!("Loaded by {}; nothing happens on the nodes.", before.placement.sentence(targets))
        }
        _ => gives_up(&before, targets),
    }
}

/// Labels of the changed fields because of which a node registers again.
fn reregistering(draft: &Draft) -> String {
    let changed = draft.changes().keys().copied();
    let labels: Vec<&str> = changed
        .filter(|field| field.field().effect == NodeEffect::Reregisters && is_seen(*field, draft))
        .map(|field| field.field().label)
        .collect();
    labels.join(", ")
}

fn stays(draft: &Draft, placement: &Placement, because: &str, targets: &Targets) -> Vec<String> {
    if !because.is_empty() {
        return match placement {
            Placement::Nowhere(_) => vec![format!("Loaded by {}; nothing happens.", placement.sentence(targets))],
            _ => vec![format!("{} at the next poll ({because}).", again(placement, targets))],
        };
    }
    let loading = draft.changes().keys().any(|field| field.field().effect == NodeEffect::Loading);
    if loading { vec![format!("Loaded before and after: {}.", placement.sentence(targets))] } else { Vec::new() }
}

fn moves(before: &Placement, after: &Placement, because: &str, targets: &Targets) -> Vec<String> {
    let mut sentences = Vec::new();
    let (Some(old), Some(new)) = (before.nodes(targets), after.nodes(targets)) else {
        sentences.push("Nodes that no longer load it un-REGISTER, new ones REGISTER, at their next poll.".to_owned());
        return sentences;
    };
    let only = |these: &[u64], others: &[u64]| -> Vec<u64> {
        these.iter().copied().filter(|node| !others.contains(node)).collect()
    };
    let (leaving, joining) = (only(&old, &new), only(&new, &old));
    let kept: Vec<u64> = old.iter().copied().filter(|node| new.contains(node)).collect();
    for (nodes, one, many) in [(&leaving, "un-REGISTERs", "un-REGISTER"), (&joining, "REGISTERs", "REGISTER")] {
        if !nodes.is_empty() {
            sentences.push(format!("{} {} at the next poll.", names(nodes, targets), number(nodes.len(), one, many)));
        }
    }
    if !kept.is_empty() && !because.is_empty() {
        let verb = number(kept.len(), "un-REGISTERs and REGISTERs", "un-REGISTER and REGISTER");
        sentences.push(format!("{} {verb} again at the next poll ({because}).", names(&kept, targets)));
    }
    sentences
}

const fn number<'a>(count: usize, one: &'a str, many: &'a str) -> &'a str {
    if count == 1 { one } else { many }
}

/// Subject and verb for all the nodes of a placement.
fn all_of(placement: &Placement, targets: &Targets, one: &str, many: &str) -> String {
    match placement {
        Placement::Unknown(_) => format!("the nodes that load it {many}"),
        Placement::Off | Placement::Nowhere(_) => placement.sentence(targets),
        Placement::OneNode(_) => format!("{} {one}", placement.sentence(targets)),
        Placement::OfPop { nodes, .. } => {
            format!("{} {}", placement.sentence(targets), number(nodes.len(), one, many))
        }
        Placement::EveryNode { .. } => format!("{} {many}", placement.sentence(targets)),
    }
}

fn takes_up(after: &Side, targets: &Targets) -> String {
    if after.is_silent() {
        let nodes = all_of(&after.placement, targets, "loads it", "load it");
        return format!("{nodes} at the next poll, but no REGISTER can be sent.");
    }
    format!("{} at the next poll.", all_of(&after.placement, targets, "REGISTERs", "REGISTER"))
}

fn gives_up(before: &Side, targets: &Targets) -> String {
    if before.is_silent() {
        let nodes = all_of(&before.placement, targets, "drops it", "drop it");
        return format!("{nodes} at the next poll; no REGISTER was sent for it.");
    }
    let (one, many) = ("un-REGISTERs and stops trying", "un-REGISTER and stop trying");
    format!("{} at the next poll.", all_of(&before.placement, targets, one, many))
}

fn again(placement: &Placement, targets: &Targets) -> String {
    all_of(placement, targets, "un-REGISTERs and REGISTERs again", "un-REGISTER and REGISTER again")
}
