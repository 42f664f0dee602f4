//! Asking nodes for the live state: when, what becomes of their answers, and following a record after a change until its
//! nodes show it, for at most two polls.

use std::sync::Arc;
use std::time::Duration;

use crate::domain::change::{Action, Ending};
use crate::domain::live::drift::Expected;
use crate::domain::live::marks::mark;
use crate::domain::live::summary::{Due, OnNode, Overall, RecentChange, Says, on_nodes};
use crate::domain::live::words::{self, Grain, Now};
use crate::domain::query::{Column, Filter, Test};
use crate::domain::record::{FieldId, Record, Relation};
use crate::domain::rules::placement;
use crate::domain::text::wrap;

use crate::app::core::{Context, Effect, Slot, Tone};
use crate::app::list::List;
use crate::app::model::live::{Followed, LiveJob, LiveNews, Took};
use crate::app::model::piece::{StatusPiece, Weight, plain};
use crate::app::model::time::coarse;
use crate::app::store::Store;
use crate::app::widget::{Meant, TextLine};

/// Nodes where all is well are named one by one up to so many.
const NAMED: usize = 3;

impl Store {
    /// Nodes were asked. What was changed meanwhile was judged by what it was before.
    pub(in crate::app) fn live_came(&mut self, cx: &mut Context, news: LiveNews) {
        let asked = self.live.asked.take().unwrap_or_default();
        self.live.picture = news.picture;
        self.targets.set_live(Some(news.marks));
        let meanwhile: Vec<u64> =
            self.writes.touched.iter().filter(|(_, at)| **at >= asked).map(|(id, _)| *id).collect();
        for id in meanwhile {
            self.mark_live(cx, id);
        }
    }

    /// A change was applied: its nodes are followed until they show it, where they are asked at all.
    pub(in crate::app) fn live_touched(&mut self, cx: &Context, id: u64, action: Action, fields: Vec<FieldId>) {
        if self.live.every.is_some() {
            self.live.followed.insert(id, Followed { since: cx.now.mono, action, fields });
            self.live.effects.remove(&id);
            self.mark_live(cx, id);
        }
    }

    /// How many registrations are in which state on a node, or on each node of a POP: a line a node.
    pub(in crate::app) fn live_counts(&self, relation: Relation, id: Option<u64>) -> Vec<TextLine> {
        let targets = &self.targets;
        let here = |node: u64| match relation {
            Relation::Node => Some(node) == id,
            Relation::Pop => id.is_some() && targets.get(Relation::Node, node).and_then(|node| node.pop) == id,
            Relation::TransportProtocol => false,
        };
        let picture = &self.live.picture;
        let nodes = picture.nodes().iter().filter(|known| known.node.is_some_and(here));
        let lines = nodes.map(|known| {
            let name =
                known.node.map_or_else(|| known.name.clone(), |id| targets.label(Relation::Node, id).into_owned());
            match &known.unreachable {
                Some(why) => TextLine::new(Meant::Bad, format!("{name}: unknown: {why}")),
                None => TextLine::new(Meant::Text, format!("{name}: {}", words::counts(known.list()))),
            }
        });
        let lines: Vec<TextLine> = lines.collect();
        if lines.is_empty() {
            return lines;
        }
        std::iter::once(TextLine::new(Meant::Heading, "LIVE")).chain(lines).collect()
    }

    /// What the nodes say about a record, a few lines: what is wrong first.
    pub(in crate::app) fn live_lines(&self, cx: &Context, record: &impl Record, width: usize) -> Vec<TextLine> {
        if self.live.every.is_none() || self.live.picture.at().is_none() {
            return Vec::new();
        }
        // Each line stands one cell to the right.
        let width = width.saturating_sub(1);
        let (targets, enabled) = (&self.targets, record.enabled().unwrap_or_default());
        // Times count from the last answer, to the minute: what did not change is not drawn with each round.
        let picture = &self.live.picture;
        let now = Now { wall: picture.wall(), mono: picture.at().unwrap_or_default(), grain: Grain::Minutes };
        let expected = Expected::of(record, targets);
        let on_nodes = on_nodes(record, targets, picture);
        let changed = self.writes.touched.get(&record.id()).copied();
        let changed = changed.filter(|at| cx.now.mono.saturating_sub(*at) < cx.lately());
        let mut lines = vec![TextLine::new(Meant::Heading, "LIVE")];
        let mut well = Vec::new();
        for on_node in &on_nodes {
            let (name, state) = (words::node_name(on_node, targets), words::state(on_node, enabled, now));
            let problems = words::problems(on_node, &expected, targets);
            let fine = problems.is_empty()
                && match on_node.says {
                    Says::Listed(_) => enabled && on_node.due != Due::No,
                    Says::Missing => !enabled,
                    Says::Unknown(_) => false,
                };
            if fine {
                well.push((name, state));
                continue;
            }
            let waits = changed.filter(|_| on_node.overall(enabled, &expected).is_some_and(Overall::is_behind));
            let calm = waits.is_some() || matches!(on_node.says, Says::Unknown(_));
            let meant = if calm { Meant::Text } else { Meant::Bad };
            lines.extend(TextLine::wrapped(meant, &format!("{name}: {state}"), width));
            for problem in problems.into_iter().chain(waits.map(|at| words::not_polled(at, now))) {
                for text in wrap(&problem, width.saturating_sub(2)) {
                    lines.push(TextLine::new(meant, format!("  {text}")));
                }
            }
        }
        if well.len() > NAMED {
            let first = well.first().map(|(_, state)| state.as_str()).unwrap_or_default();
            let text = format!("{} nodes: {first}", well.len());
            lines.extend(TextLine::wrapped(Meant::Text, &text, width));
        } else {
            for (name, state) in well {
                lines.extend(TextLine::wrapped(Meant::Text, &format!("{name}: {state}"), width));
            }
        }
        if lines.len() == 1 {
            // Where no node has a registration that is enabled, something is wrong.
            let meant = if enabled { Meant::Bad } else { Meant::Text };
            lines.extend(TextLine::wrapped(meant, &placement::loaded_by(record, targets).sentence(targets), width));
        }
        lines
    }

    /// Says of each followed record how it took effect, or that it did not in time.
    pub(in crate::app) fn follow_live(&mut self, cx: &mut Context) {
        let now = cx.now.mono;
        let lately = cx.lately();
        let followed: Vec<(u64, Followed)> = self.live.followed.iter().map(|(id, it)| (*id, it.clone())).collect();
        // Of many at once the list speaks.
        let alone = followed.len() <= NAMED;
        for (id, Followed { since, action, fields }) in followed {
            let took = now.saturating_sub(since);
            let Some(row) = self.records.get(id).filter(|_| took < lately * 2) else {
                self.live.followed.remove(&id);
                continue;
            };
            let Some(mark) = self.targets.live_mark(id) else { continue };
            let enabled = row.enabled().unwrap_or_default();
            let finished = mark.settled;
            let failed = enabled && mark.word == Overall::Error.word();
            if !finished && !failed && took < lately {
                continue;
            }
            let expected = Expected::of(&row, &self.targets);
            let mut on_nodes = on_nodes(&row, &self.targets, &self.live.picture);
            if !finished {
                // Those that do not show it are named.
                on_nodes.retain(|on_node| !on_node.shows(enabled, &expected));
            }
            let is_unknown = |on_node: &OnNode<'_>| matches!(on_node.says, Says::Unknown(_));
            let unknown = !on_nodes.is_empty() && on_nodes.iter().all(is_unknown);
            let names: Vec<String> =
                on_nodes.iter().take(NAMED).map(|on_node| words::node_name(on_node, &self.targets)).collect();
            let more = on_nodes.len().saturating_sub(names.len());
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            let nodes = if names.is_empty() { "any node".to_owned() } else { format!("{}{more}", names.join(", ")) };
            let after = words::age(took.as_secs());
            let display_name = self.display_name(id);
            let (good, text) = if finished && enabled {
                let unseen = words::unseen(&on_nodes, &fields);
                (true, format!("active on {nodes} after {after}{unseen}"))
            } else if finished {
                (true, format!("gone from {nodes} after {after}"))
            } else if failed {
                let problem = on_nodes
                    .iter()
                    .find_map(|on_node| words::problems(on_node, &expected, &self.targets).into_iter().next());
                (false, format!("enabled, but {}", problem.unwrap_or_else(|| mark.cell.to_string())))
            } else {
                let wanted = if enabled { "active" } else { "off" };
                let not = if unknown { "not known to be" } else { "not" };
                (false, format!("{not} {wanted} on {nodes} after {after}: {}", mark.cell))
            };
            self.live.followed.remove(&id);
            if action != Action::Bounce {
                // The history has no entry of a bounce.
                self.history.took_effect(id, &text);
            }
            let line = cx.line_of_changes(action, &row, Vec::new(), Ending::Applied).with_live(&text);

            if alone {
                let cell = if good && enabled { format!(": {}", mark.cell) } else { String::new() };
                cx.say(if good { Tone::Good } else { Tone::Bad }, format!("{display_name}: {text}{cell}"));
            }
            self.live.effects.insert(id, Took { good, text });
            cx.record(line);
        }
    }

    /// How many nodes answered, for the status line.
    pub(in crate::app) fn live_piece(&self, cx: &Context) -> Option<StatusPiece> {
        let every = self.live.every?;
        let Some(at) = self.live.picture.at() else {
            return Some(plain(3, "live", "…"));
        };
        let (reachable, of) = self.live.picture.reachable();
        let age = cx.now.since(at);
        let old = age > every * 3 + Duration::from_secs(30);
        let age = if old { format!(" {}", coarse(age)) } else { String::new() };
        let weight = if reachable < of || old { Weight::Alarm } else { Weight::Plain };
        Some(StatusPiece { weight, ..plain(3, "live", format!("{reachable}/{of}{age}")) })
    }

    /// When nodes are to be asked next. They cannot be before they are all known.
    pub(in crate::app) fn live_wakes_at(&self) -> Option<Duration> {
        self.live.due().filter(|_| self.targets.is_complete(Relation::Node))
    }

    /// Asks nodes where that is due.
    pub(in crate::app) fn ask_live(&mut self, cx: &mut Context) {
        let now = cx.now.mono;
        if self.live_wakes_at().is_none_or(|at| at > now) {
            return;
        }
        let lately = cx.lately();
        let recent = self.writes.touched.iter().filter(|(_, at)| now.saturating_sub(**at) < lately);
        let job = LiveJob {
            recent: recent.map(|(id, _)| *id).collect(),
            records: self.records.clone(),
            targets: self.targets.clone(),
            picture: Arc::clone(&self.live.picture),
        };
        self.live.asked = Some(now);
        let ticket = cx.tickets.open(Slot::Live);
        cx.effect(Effect::AskLive { ticket, job: Box::new(job) });
    }

    pub(in crate::app) fn mark_live(&mut self, cx: &Context, id: u64) {
        let now = cx.now.mono;
        let Some(row) = self.records.get(id) else { return };
        let mark = mark(&row, &self.targets, &self.live.picture, RecentChange::Changed, now);
        // Taken out, so that they are copied only where someone else holds them.
        let mut marks = self.targets.take_live().unwrap_or_default();
        Arc::make_mut(&mut marks).put(mark);
        self.targets.set_live(Some(marks));
    }
}

impl Context {
    /// So long nodes may take to show a change: two of their polls.
    pub(in crate::app) fn lately(&self) -> Duration {
        self.setup.node_poll * 2
    }
}

impl List {
    /// Rebuilds lists and counts that depend on the live state.
    pub(in crate::app) fn live_changed(&mut self, store: &Store) {
        let asks = |filter: &Filter| filter.terms.iter().any(|term| matches!(term.test, Test::Live(_)));
        let arranging = &mut self.arranging;
        let sorted = arranging.order.keys.iter().any(|key| key.column == Column::Live);
        arranging.stale |= sorted || asks(&arranging.filter);
        let views = self.views.all();
        let counted = views.iter().any(|(_, view)| Filter::parse(&view.filter).is_ok_and(|filter| asks(&filter)));
        self.views.stale |= counted;
        // The matcher holds what was known when it was made.
        let arranging = &mut self.arranging;
        if asks(&arranging.filter) {
            arranging.matcher = Some(arranging.filter.prepare(&store.targets));
        }
    }
}
