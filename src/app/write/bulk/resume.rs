//! What an earlier run left unfinished: bounces of which records are still off, and changes of many records that
//! ended in the middle. It is offered once at the start; nothing is sent without a word.

use crate::domain::change::journal::Unfinished;
use crate::domain::change::{Action, Ending, Mark, UnfinishedPlan};
use crate::domain::record::Record as _;

use crate::app::core::{Context, Effect, Tone};
use crate::app::model::found_bounce::FoundBounce;
use crate::app::store::Store;
use crate::app::write::Writes;
use crate::app::write::bulk::bounce::{is_on_again, meant_off, of_bounce};

/// What is left.
#[derive(Debug, Clone, Default)]
pub struct UnfinishedWrites {
    /// Records that are off because of a bounce.
    pub off: Vec<Unfinished>,
    /// Changes of many that did not end.
    pub plans: Vec<UnfinishedPlan>,
    /// Plans of bounces, of which the records above are what is left.
    spent: Vec<String>,
    /// Whether it was offered, and left for later.
    pub offered: bool,
}

impl UnfinishedWrites {
    /// Takes the plan that is offered; the next one is offered after it.
    pub(in crate::app) fn take_plan(&mut self) -> Option<UnfinishedPlan> {
        self.offered = self.plans.len() <= 1;
        if self.plans.is_empty() { None } else { Some(self.plans.remove(0)) }
    }
}

/// What cannot be read of a plan: how many lines, and each registration that they name.
fn damaged_lines(plan: &UnfinishedPlan) -> Vec<String> {
    let count = plan.damaged.len();
    if count == 0 {
        return Vec::new();
    }
    let many = if count == 1 { "1 line is".to_owned() } else { format!("{count} lines are") };
    let mut lines = vec![format!("{many} damaged, check by hand (bulk/{} in the state directory):", plan.name)];
    lines.extend(plan.damaged.iter().map(|damage| {
        let display_name = damage.display_name().unwrap_or_else(|| "some registration".to_owned());
        format!("        {display_name}  UNKNOWN: the line is damaged")
    }));
    lines
}

impl Writes {
    /// Leaves the registrations of unfinished bounces disabled, and notes that it was meant.
    pub(in crate::app) fn leave_bounces_off(&mut self, cx: &mut Context) {
        let left = std::mem::take(&mut self.unfinished.off);
        for bounce in &left {
            meant_off(cx, &of_bounce(bounce));
        }
        let many = crate::app::write::bulk::registrations(left.len());
        cx.say(Tone::Plain, format!("{many} left disabled as you asked. Nothing was sent."));
        self.unfinished.offered = self.unfinished.plans.is_empty();
        self.forget_spent(cx);
    }

    /// The disk reported what is left.
    pub(in crate::app) fn unfinished_found(
        &mut self,
        cx: &mut Context,
        plans: Vec<UnfinishedPlan>,
        bounces: Vec<FoundBounce>,
    ) {
        for FoundBounce { bounce, alive } in bounces {
            let age = (cx.now.wall - bounce.since).to_std().unwrap_or_default();
            // A number of a process is given again one day.
            if alive && age < cx.setup.node_poll * 2 {
                let text = format!(
                    "{} {} is disabled: process {} is bouncing it since {}",
                    bounce.id,
                    bounce.name,
                    bounce.pid,
                    cx.clock(bounce.since)
                );
                cx.say(Tone::Plain, text);
            } else {
                self.unfinished.off.push(bounce);
            }
        }
        for plan in plans {
            if plan.action() != Some(Action::Bounce) {
                self.unfinished.plans.push(plan);
                continue;
            }
            if let Some(damage) = plan.damage() {
                cx.say(Tone::Bad, format!("an unfinished bounce: {damage}"));
            }
            // Of a bounce the journal says what is disabled; the plan adds what may be.
            let unknown = plan.records.iter().filter(|(_, mark)| *mark == Mark::Unknown).map(|(line, _)| line);
            let unknown = unknown.map(|line| (line.id, line.name.clone(), line.time, line.author.pid));
            let first = plan.records.first().map(|(line, _)| (line.time, line.author.pid));
            let damaged = plan.damaged.iter().filter(|damage| damage.is_planned).filter_map(|damage| {
                let (since, pid) = first?;
                Some((damage.id, damage.name.clone().unwrap_or_default(), since, pid))
            });
            for (id, name, since, pid) in unknown.chain(damaged) {
                let Some(id) = id else { continue };
                if !self.unfinished.off.iter().any(|bounce| bounce.id == id) {
                    self.unfinished.off.push(Unfinished { id, name, since, pid, ending: Ending::Unknown });
                }
            }
            self.unfinished.spent.push(plan.name);
        }
        if self.unfinished.off.is_empty() && self.unfinished.plans.is_empty() {
            return;
        }
        if cx.why_read_only().is_some() {
            let lines = self.offer_lines(cx);
            cx.say(Tone::Bad, format!("{}; this profile is read-only", lines.first().cloned().unwrap_or_default()));
            self.unfinished.offered = true;
        }
    }

    /// What is offered, line by line.
    pub fn offer_lines(&self, cx: &Context) -> Vec<String> {
        if !self.unfinished.off.is_empty() {
            let off = self.unfinished.off.iter().map(|bounce| {
                let (at, certain) = (cx.clock(bounce.since), bounce.ending != Ending::Unknown);
                let is = if certain { "is disabled" } else { "may be disabled" };
                format!("{} {} {is} because of an unfinished bounce (since {at})", bounce.id, bounce.name)
            });
            return off.collect();
        }
        let Some(plan) = self.unfinished.plans.first() else { return Vec::new() };
        let (first, at) = match plan.records.first() {
            Some((line, _)) => (Some(line), cx.clock(line.time)),
            None => (None, String::new()),
        };
        let fields: Vec<&str> = first
            .map(|line| line.changes.iter().map(|change| change.field().field().label).collect())
            .unwrap_or_default();
        let what = match plan.action() {
            _ if plan.deletes() => "delete".to_owned(),
            Some(Action::Undo) => format!("undo ({})", fields.join(", ")),
            _ => fields.join(", "),
        };
        if plan.records.is_empty() {
            let mut lines = vec!["A bulk change did not finish, and its plan cannot be read:".to_owned()];
            lines.extend(damaged_lines(plan));
            return lines;
        }
        let many = crate::app::write::bulk::registrations(plan.records.len());
        let mut lines = vec![format!("A bulk change of {many} ({what}, {at}) did not finish:")];
        let unchanged = match plan.count(Mark::AlreadySo) {
            0 => String::new(),
            count => format!("{count} unchanged, "),
        };
        lines.push(format!(
            "{} done, {unchanged}{} not sent, {} failed, {} UNKNOWN",
            plan.count(Mark::Done),
            plan.count(Mark::NotSent),
            plan.count(Mark::NotDone),
            plan.count(Mark::Unknown),
        ));
        lines.extend(damaged_lines(plan));
        for (line, mark) in &plan.records {
            let word = match mark {
                Mark::Done => "done",
                Mark::AlreadySo => "unchanged",
                Mark::NotDone => "failed",
                Mark::Unknown => "UNKNOWN: it may have been sent",
                Mark::NotSent => "not sent",
            };
            lines.push(format!("{:>7} {}  {word}", line.id.unwrap_or_default(), line.name));
        }
        lines
    }

    pub(in crate::app) fn forget_spent(&mut self, cx: &mut Context) {
        let effects = std::mem::take(&mut self.unfinished.spent).into_iter().map(Effect::Forget);
        cx.extend(effects);
    }

    /// What the server shows as enabled is no unfinished bounce any more.
    pub(in crate::app) fn drop_what_is_on_again(&mut self, cx: &mut Context, store: &Store) {
        if self.unfinished.off.is_empty() || self.unfinished.offered || store.loaded.synced.is_none() {
            return;
        }
        let is_on = |bounce: &Unfinished| store.records.get(bounce.id).and_then(|row| row.enabled()) == Some(true);
        let (on, off) = std::mem::take(&mut self.unfinished.off).into_iter().partition(is_on);
        self.unfinished.off = off;
        for bounce in on {
            let (id, name) = (bounce.id, &bounce.name);
            let text = format!("{id} {name}: the bounce of an earlier session is complete, it is enabled");
            cx.say(Tone::Plain, text);
            is_on_again(cx, &of_bounce(&bounce), Ending::AppliedUnseen);
        }
    }
}
