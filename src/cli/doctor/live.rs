//! Checks of the live state: its source, and each node.

use std::collections::BTreeMap;
use std::io;

use super::{DoctorVerdict, Report};
use crate::api::Client;
use crate::cli::Exit;
use crate::cli::records::resolve_targets;
use crate::config::Settings;
use crate::config::words::LiveSource;
use crate::connect;
use crate::domain::record::Targets;
use crate::domain::text::visible;

/// The check, where the profile asks for live state; without it there is nothing to say.
pub(super) async fn check(client: &Client, settings: &Settings, read: bool, report: &mut Report<'_>) -> io::Result<()> {
    let provider = match connect::live_provider(settings) {
        Ok(None) => return Ok(()),
        Ok(Some(provider)) => provider,
        Err(problems) => {
            return report.line(DoctorVerdict::Fail(Exit::Usage), "live", &problems.to_string(), "correct the setting");
        }
    };
    if !read {
        return report.skip("live", "the nodes come from the API, which cannot be read");
    }
    let mut targets = Targets::default();
    let unread = resolve_targets(client, &mut targets).await;
    unread.report(report.output);
    let counts = provider.count(&provider.addresses(&targets)).await;
    let mut failed: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (node, count) in &counts {
        if let Err(why) = count {
            failed.entry(visible(&why.to_string()).into_owned()).or_default().push(visible(&node.name).into_owned());
        }
    }
    let listed: u64 = counts.iter().filter_map(|(_, count)| count.as_ref().ok()).sum();
    let reached = counts.iter().filter(|(_, count)| count.is_ok()).count();
    let found = format!("{reached} of {} nodes answer, {listed} registrations", counts.len());
    if failed.is_empty() {
        return report.well("live", &found);
    }
    // What many nodes have in common is said once.
    let failed: Vec<String> = failed.into_iter().map(|(why, nodes)| format!("{}: {why}", nodes.join(", "))).collect();
    let fix = match settings.live.source.as_ref().map(|source| source.value) {
        Some(LiveSource::Prometheus) => "check url and credentials in [profile.NAME.live], and the nodes' exporters",
        Some(LiveSource::Command) => "run the command of [profile.NAME.live] by hand",
        Some(LiveSource::Nodes) | None => {
            "check the node's rpc-endpoint, endpoints in [profile.NAME.live] and firewalls"
        }
    };
    report.line(DoctorVerdict::Warn, "live", &format!("{found}; {}", failed.join("; ")), fix)
}
