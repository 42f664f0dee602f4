//! Live state for commands: its source, one round of answers, and waiting until nodes show what was written.

use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use serde_json::{Value as Json, json};
use tokio::time::Instant;

use super::options::span;
use super::records::resolve_targets;
use super::writing::{Desk, wording};
use super::{CommandFailure, CommandOutput, CommandResult, Exit};
use crate::config::Settings;
use crate::config::value::show_span;
use crate::connect;
use crate::domain::change::Action;
use crate::domain::formats::json;
use crate::domain::live::drift::Expected;
use crate::domain::live::marks::mark;
use crate::domain::live::node_list::{Initiator, NodeRow};
use crate::domain::live::picture::Picture;
use crate::domain::live::summary::{Due, LiveSummary, OnNode, Overall, RecentChange, Says, on_nodes};
use crate::domain::live::words::{self, Grain, Now};
use crate::domain::query::Collection;
use crate::domain::record::{FieldId, LiveMark, LiveMarks, Record, Registration, Targets};
use crate::domain::rules::placement;
use crate::domain::text::visible;
use crate::live::Provider;

/// How often nodes are asked while a command waits for them.
const AGAIN: Duration = Duration::from_secs(2);

/// Waiting until the nodes show what was written.
#[derive(Debug, Clone, Copy, Default, Args)]
pub struct WaitLive {
    /// Wait at most this long until all nodes show it: seconds, or 30s, 5m; ends in 10 if they do not
    #[arg(long, value_name = "TIME", value_parser = span)]
    pub wait_live: Option<Duration>,
}

/// The source of the live state, where the profile has one.
///
/// # Errors
/// It does not, or its settings have a mistake.
pub fn provider(settings: &Settings) -> CommandResult<Provider> {
    connect::live_provider(settings)?.ok_or_else(|| {
        CommandFailure::usage(
            "live state is not configured: set source in [profile.NAME.live] (nodes, prometheus or \
                        command)",
        )
    })
}

/// Asks, and keeps the last word of each node.
#[derive(Debug)]
pub struct LiveReader {
    provider: Provider,
    picture: Picture,
    began: Instant,
}

impl LiveReader {
    /// Before the first question.
    pub fn of(provider: Provider) -> Self {
        Self { provider, picture: Picture::default(), began: Instant::now() }
    }

    /// Asks all nodes once.
    pub async fn ask(&mut self, targets: &Targets) {
        let round = self.provider.ask(&self.provider.addresses(targets)).await;
        let now = self.now();
        self.picture.take(round, now.mono, now.wall);
    }

    /// The last word of each node.
    pub const fn picture(&self) -> &Picture {
        &self.picture
    }

    /// Reports which nodes cannot be asked, and why.
    pub fn report_unreachable(&self, output: &mut CommandOutput) {
        for node in self.picture.nodes() {
            if let Some(why) = &node.unreachable {
                let (name, why) = (visible(&node.name), why.to_string());
                output.message(&format!("node {name}: state unknown: {}", visible(&why)));
            }
        }
    }

    /// A registration on its nodes.
    pub fn summary(&self, record: &impl Record, targets: &Targets) -> LiveSummary {
        LiveSummary::of(record, targets, &self.picture, RecentChange::Quiet)
    }

    /// The cell of a list.
    pub fn cell(&self, record: &impl Record, targets: &Targets) -> String {
        let summary = self.summary(record, targets);
        words::cell(&summary, record.number(FieldId::MaxAttempts), self.now().mono, targets)
    }

    /// What is wrong with a registration, from the worst node to the best, on one line; empty where nothing is.
    pub fn problems(&self, record: &impl Record, targets: &Targets) -> String {
        let enabled = record.enabled().unwrap_or_default();
        let expected = Expected::of(record, targets);
        let mut reported = Vec::new();
        let nodes = on_nodes(record, targets, &self.picture);
        if enabled && nodes.is_empty() {
            return placement::loaded_by(record, targets).sentence(targets);
        }
        for on_node in nodes {
            let problems = words::problems(&on_node, &expected, targets);
            let fine = match on_node.says {
                Says::Listed(_) => enabled && on_node.due != Due::No,
                Says::Missing => !enabled,
                Says::Unknown(_) => false,
            };
            let name = words::node_name(&on_node, targets);
            if !problems.is_empty() {
                reported.push(format!("{name}: {}", problems.join("; ")));
            } else if !fine {
                reported.push(format!("{name}: {}", words::state(&on_node, enabled, self.now())));
            }
        }
        reported.join(" | ")
    }

    /// The same of every registration, for lists and filters, with what each node says.
    pub fn marks(&self, records: &Collection, targets: &Targets) -> Arc<LiveMarks> {
        let mono = self.now().mono;
        let marks = records.iter().map(|row| LiveMark {
            json: Some(json::escaped(&self.nodes(&row, targets).to_string()).into()),
            ..mark(&row, targets, &self.picture, RecentChange::Quiet, mono)
        });
        Arc::new(LiveMarks::of(marks.collect()))
    }

    /// Every node that is concerned, as an array.
    pub fn nodes(&self, record: &impl Record, targets: &Targets) -> Json {
        let expected = Expected::of(record, targets);
        let nodes = on_nodes(record, targets, &self.picture);
        nodes.iter().map(|on_node| node(on_node, &expected, targets)).collect()
    }

    #[expect(clippy::disallowed_methods, reason = "a command has no loop that could hand it the time")]
    fn now(&self) -> Now {
        Now { wall: chrono::Utc::now().timestamp(), mono: self.began.elapsed(), grain: Grain::Seconds }
    }
}

fn node(on_node: &OnNode<'_>, expected: &Expected, targets: &Targets) -> Json {
    let drifts = on_node.loaded().map(|loaded| expected.drifts(loaded, targets)).unwrap_or_default();
    let drifts: Vec<Json> = drifts
        .iter()
        .map(|drift| json!({"field": drift.field.field().name, "node": drift.node, "api": drift.api}))
        .collect();
    let mut reported = json!({
        "node": {"id": on_node.node.map(|id| id.to_string()), "name": words::node_name(on_node, targets)},
        "due": match on_node.due {
            Due::Yes => Json::Bool(true),
            Due::No => Json::Bool(false),
            Due::Unknown => Json::Null,
        },
        "reachable": on_node.known.is_some_and(crate::domain::live::picture::KnownNode::is_reachable),
        "problem": on_node.known.and_then(|known| known.unreachable.as_ref()).map(ToString::to_string),
    });
    let more = match on_node.says {
        Says::Listed(row) => listed(row, on_node.reason(), &drifts),
        Says::Missing => json!({"state": "absent"}),
        Says::Unknown(_) => json!({"state": "unknown"}),
    };
    if let (Json::Object(reported), Json::Object(more)) = (&mut reported, more) {
        reported.extend(more);
    }
    reported
}

fn listed(row: &NodeRow, reason: Option<&str>, drifts: &[Json]) -> Json {
    let initiator = match row.initiator() {
        Initiator::Local => Some("local"),
        Initiator::Remote => Some("remote"),
        Initiator::Unsaid => None,
    };
    let error = (row.code > 0).then(|| json!({"code": row.code, "reason": reason, "initiator": initiator}));
    json!({
        "state": Overall::of(row.state).word(),
        "expires_left": row.left(),
        "attempt": row.attempt(),
        "last_request_time": row.asked_at(),
        "last_succ_reg_time": row.registered_at(),
        "postpone_timeout_msec": row.postponed(),
        "error": error,
        "drift": drifts,
    })
}

/// Records that were saved, what was done to them, and which fields that changed.
#[derive(Debug)]
pub struct SavedRecords<'a> {
    /// As they were saved.
    pub records: Vec<Registration>,
    /// What the journal calls it.
    pub action: Action,
    /// Those that were changed in any of them.
    pub fields: &'a [FieldId],
}

impl Desk<'_> {
    /// The source of the live state and how long to wait, with `--wait-live`.
    ///
    /// # Errors
    /// Live state is off.
    pub fn waits_live(&self, wait: WaitLive) -> CommandResult<Option<(Provider, Duration)>> {
        wait.wait_live.map(|limit| Ok((provider(&self.settings)?, limit))).transpose()
    }

    /// Waits until the nodes show these records as they are now: those that were saved, whose effect the journal gets
    /// under the name of what was done, and those that were as wanted before. Ends in `exit`, or in 10 where nodes do
    /// not show them in time.
    ///
    /// # Errors
    /// Ctrl-c, and standard output that does not take any more.
    pub async fn wait_live(
        &mut self,
        (provider, limit): (Provider, Duration),
        saved: SavedRecords<'_>,
        already: &[Registration],
        exit: Exit,
    ) -> CommandResult {
        let records: Vec<Registration> = saved.records.iter().chain(already).cloned().collect();
        if records.is_empty() {
            return Ok(exit);
        }
        let began = Instant::now();
        let (asking, open) = self.until_settled(provider, records, limit, saved.fields).await?;
        let after = show_span(Duration::from_secs(began.elapsed().as_secs()));
        for record in &saved.records {
            let is_open = open.iter().any(|late| late.id() == record.id());
            let (how, cell) = (if is_open { "not yet " } else { "" }, asking.cell(record, &self.targets));
            let wanted = if record.enabled().unwrap_or_default() { "active" } else { "off" };
            let state = if cell == wanted { String::new() } else { format!(": {cell}") };
            let live = format!("{how}{wanted} on all nodes after {after}{state}");
            self.record_effect(saved.action, record, &live);
        }
        if open.is_empty() {
            return Ok(exit);
        }
        for record in &open {
            let (cell, problems) = (asking.cell(record, &self.targets), asking.problems(record, &self.targets));
            let problems = if problems.is_empty() { problems } else { format!(" ({problems})") };
            let display_name = wording::display_name(record);
            let wanted = if record.enabled().unwrap_or_default() { "active" } else { "off" };
            let is_saved = saved.records.iter().any(|done| done.id() == record.id());
            let state = if is_saved { "saved" } else { "unchanged" };
            self.output.message(&format!(
                "sipreg: {display_name}: {state}, but not {wanted} on all nodes within {}: {cell}{}",
                show_span(limit),
                visible(&problems)
            ));
        }
        Ok(if exit == Exit::Done { Exit::NotLive } else { exit })
    }

    /// Polls the nodes until they show these records as saved, or until the time is over; prints each that they show.
    /// Returns those that they do not show.
    ///
    /// # Errors
    /// Ctrl-c, and standard output that does not take any more.
    pub async fn until_settled(
        &mut self,
        provider: Provider,
        mut open: Vec<Registration>,
        limit: Duration,
        changed: &[FieldId],
    ) -> CommandResult<(LiveReader, Vec<Registration>)> {
        let client = self.client.clone();
        let mut targets = std::mem::take(&mut self.targets);
        let learning = async move {
            let unread = resolve_targets(&client, &mut targets).await;
            Ok((targets, unread))
        };
        let (targets, unread) = self.unless_interrupted(learning).await?;
        self.targets = targets;
        unread.report(self.output);
        let mut asking = LiveReader::of(provider);
        let began = Instant::now();
        loop {
            let targets = self.targets.clone();
            let asked = async move {
                asking.ask(&targets).await;
                Ok(asking)
            };
            asking = self.unless_interrupted(asked).await?;
            let mut still = Vec::new();
            for record in open {
                let enabled = record.enabled().unwrap_or_default();
                if !asking.summary(&record, &self.targets).is_settled(enabled) {
                    still.push(record);
                    continue;
                }
                let cell = asking.cell(&record, &self.targets);
                let on_nodes = on_nodes(&record, &self.targets, asking.picture());
                let unseen = if enabled { words::unseen(&on_nodes, changed) } else { String::new() };
                self.output.message(&format!("{}: live: {cell}{unseen}", wording::display_name(&record)));
            }
            open = still;
            let left = limit.saturating_sub(began.elapsed());
            if open.is_empty() || left.is_zero() {
                return Ok((asking, open));
            }
            self.wait_until(Instant::now() + left.min(AGAIN)).await?;
        }
    }
}
