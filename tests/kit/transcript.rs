//! A command on record: what it wrote, how it ended, which requests it made, and what server, journal and undo file
//! have of it. Without what differs between two runs: addresses, folders, tags, times, process and request ids.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use regex::{Captures, Regex};
use serde_json::Value as Json;
use sipreg::demo::Exchange;
use sipreg::domain::record::{FieldId, Record as _, Registration};

use super::command::{CommandResult, Desk};
use super::home::entries;
use super::server::is_sign_in;

/// Everything as it was before a command.
pub struct Before {
    records: BTreeMap<u64, Registration>,
    exchanges: usize,
    lines: usize,
}

impl Before {
    pub fn of(desk: &Desk) -> Self {
        Self { records: stored(desk), exchanges: desk.control.exchanges().len(), lines: desk.whole_journal().len() }
    }

    /// The command that has ended since.
    pub fn record(&self, desk: &Desk, arguments: &[&str], ended: &CommandResult) -> String {
        let exchanges = desk.control.exchanges();
        let exchanges = exchanges.get(self.exchanges..).unwrap_or_default();
        let mut text = format!("$ sipreg {}\n", arguments.join(" "));
        for line in ended.data.lines() {
            let _ = writeln!(text, "out: {line}");
        }
        for line in ended.messages.lines() {
            let _ = writeln!(text, "err: {line}");
        }
        let _ = writeln!(text, "exit: {:?}", ended.code.unwrap());
        text.push_str(&reads(exchanges));
        text.push_str(&writes(exchanges));
        text.push_str(&self.changed(desk));
        text.push_str(&self.journal(desk));
        text.push_str(&kept(desk));
        without_what_differs(&text, desk, exchanges)
    }

    /// What the server has that it had not.
    fn changed(&self, desk: &Desk) -> String {
        let now = stored(desk);
        let mut text = String::new();
        for id in self.records.keys().chain(now.keys()).collect::<BTreeSet<_>>() {
            match (self.records.get(id), now.get(id)) {
                (Some(before), Some(now)) => {
                    for field in FieldId::all().filter(|field| before.get(*field) != now.get(*field)) {
                        let name = field.field().name;
                        let _ = writeln!(text, "stored: {id} {name}: {:?} -> {:?}", before.get(field), now.get(field));
                    }
                }
                (None, Some(now)) => {
                    let fields = FieldId::all().filter(|field| !now.value(*field).is_unset());
                    let fields = fields.map(|field| format!("{}={:?}", field.field().name, now.get(field)));
                    let _ = writeln!(text, "created: {id} {}", fields.collect::<Vec<_>>().join(" "));
                }
                (Some(_), None) => {
                    let _ = writeln!(text, "deleted: {id}");
                }
                (None, None) => {}
            }
        }
        text
    }

    fn journal(&self, desk: &Desk) -> String {
        let lines = desk.whole_journal();
        let lines = lines.get(self.lines..).unwrap_or_default();
        let lines: Vec<Json> = lines.iter().map(|line| serde_json::to_value(line).unwrap()).collect();
        // Four writes run at a time: their lines are put together again.
        let mut order: Vec<(String, String)> = Vec::new();
        for line in &lines {
            let key = (line["name"].to_string(), line["write"].to_string());
            if !order.contains(&key) {
                order.push(key);
            }
        }
        order.sort_by(|one, other| one.0.cmp(&other.0));
        let mut text = String::new();
        for (index, (name, write)) in order.iter().enumerate() {
            for line in &lines {
                if (&line["name"].to_string(), &line["write"].to_string()) == (name, write) {
                    let mut line = line.clone();
                    let members = line.as_object_mut().unwrap();
                    members.remove("time").unwrap();
                    members.remove("pid").unwrap();
                    if members.contains_key("write") {
                        members.insert("write".to_owned(), Json::from(index + 1));
                    }
                    let _ = writeln!(text, "journal: {line}");
                }
            }
        }
        text
    }
}

fn stored(desk: &Desk) -> BTreeMap<u64, Registration> {
    desk.control.ids().into_iter().map(|id| (id, desk.record(id))).collect()
}

/// The reads, counted: in which order they come is no one's business.
fn reads(exchanges: &[Exchange]) -> String {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for exchange in exchanges.iter().filter(|exchange| exchange.method == "GET" || is_sign_in(exchange)) {
        let path = exchange.path().rsplit("/admin/").next().unwrap_or_default();
        *counts.entry(path.to_owned()).or_default() += 1;
    }
    let counts: Vec<String> = counts.iter().map(|(path, count)| format!("{path} {count}")).collect();
    if counts.is_empty() { String::new() } else { format!("reads: {}\n", counts.join(", ")) }
}

fn writes(exchanges: &[Exchange]) -> String {
    let mut writes: Vec<&Exchange> =
        exchanges.iter().filter(|exchange| exchange.method != "GET" && !is_sign_in(exchange)).collect();
    writes.sort_by_key(|write| (write.path().to_owned(), write.serial));
    let mut text = String::new();
    for write in writes {
        let tag = if write.header("if-match").is_some() { " if-match" } else { "" };
        let status = write.status.map_or_else(|| "no answer".to_owned(), |status| status.to_string());
        let target = write.target.rsplit("/admin/").next().unwrap_or_default();
        let _ = writeln!(text, "sent: {} {target}{tag} {} -> {status}", write.method, write.body);
    }
    text
}

/// What `undo` would be about, and what is left of work that is not done.
fn kept(desk: &Desk) -> String {
    let mut text = String::new();
    for file in entries(desk.home.state().join("undo")) {
        let lines = std::fs::read_to_string(file).unwrap();
        let mut whom: Vec<String> = lines
            .lines()
            .map(|line| {
                let line: Json = serde_json::from_str(line).unwrap();
                format!("{} {} {}", line["action"].as_str().unwrap(), line["id"], line["result"].as_str().unwrap())
            })
            .collect();
        whom.sort();
        let _ = writeln!(text, "undo: {}", if whom.is_empty() { "nothing".to_owned() } else { whom.join(", ") });
    }
    for folder in ["bulk", "unsent"] {
        let count = entries(desk.home.state().join(folder)).len();
        if count > 0 {
            let _ = writeln!(text, "{folder}: {count}");
        }
    }
    text
}

fn without_what_differs(text: &str, desk: &Desk, exchanges: &[Exchange]) -> String {
    // Named by what they were sent for, so that a wrong one shows.
    let mut names: BTreeMap<&str, String> = BTreeMap::new();
    for exchange in exchanges {
        if let Some(id) = exchange.header("x-request-id") {
            let path = exchange.path().rsplit("/admin").next().unwrap_or_default();
            let made = serde_json::from_str::<Json>(&exchange.body).ok();
            let made = made.as_ref().and_then(|body| body["data"]["attributes"]["name"].as_str());
            let made = made.filter(|_| exchange.method == "POST").map_or_else(String::new, |name| format!(" {name}"));
            let name = format!("<{} {path}{made}", exchange.method);
            let before = names.values().filter(|known| known.split('#').next() == Some(name.as_str())).count();
            names.insert(id, if before == 0 { name } else { format!("{name}#{}", before + 1) });
        }
    }
    let host = desk.server.url.strip_prefix("http://").unwrap();
    let text = text.replace(desk.home.path().to_str().unwrap(), "HOME");
    let text = text.replace(&host.replace(':', "%3A"), "SERVER").replace(host, "SERVER");
    let id = Regex::new(r"sipreg-[0-9a-f]{16}-\d+").unwrap();
    let name = |found: &Captures<'_>| format!("{}>", names.get(&found[0]).map_or("<unknown", String::as_str));
    let text = id.replace_all(&text, name);
    let tag = Regex::new(r#"W/"[^"]*"|W/\\"[^"]*\\""#).unwrap();
    let text = tag.replace_all(&text, "TAG");
    let unsent = Regex::new(r"unsent/[^ \n]*").unwrap();
    unsent.replace_all(&text, "unsent/FILE").into_owned()
}

impl Desk {
    /// Runs a command to its end, and puts it on record.
    pub fn on_record(&self, arguments: &[&str]) -> String {
        let before = Before::of(self);
        let ended = self.sipreg(arguments);
        before.record(self, arguments, &ended)
    }
}
