//! Runs a command that prints live state: an object a line, as nodes write them, with `node_id` or `node` (a name). A
//! line without `id` says that the node answered; one with `error`, why it did not.

use std::collections::BTreeMap;
use std::io;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader};
use tokio::process::{Child, Command};

use super::answer::AnswerFault;
use super::entry::entry;
use super::{MOST_BYTES, MOST_ROWS, NodeAddress, SharedTexts};
use crate::domain::live::node_list::{NodeList, NodeRow};
use crate::domain::live::round::{NodeAnswer, Unreachable};
use crate::domain::record::SECRET_VARIABLES;
use crate::domain::redactor;
use crate::domain::system_error::in_words;

/// Longest line, in bytes.
const LONGEST: u64 = 64 << 10;
/// Bytes of a complaint that are quoted.
const QUOTED: u64 = 2_000;

/// What lines said about one node.
#[derive(Default)]
struct Said {
    rows: Vec<NodeRow>,
    error: Option<String>,
}

/// Ends the command and what it started, when this is dropped.
struct Group(Option<Pid>);

impl Drop for Group {
    fn drop(&mut self) {
        if let Some(group) = self.0 {
            // Fails only where all have ended.
            let _ = kill_process_group(group, Signal::KILL);
        }
    }
}

/// What each node lists according to the command.
///
/// # Errors
/// Why it reported nothing of any node.
pub(super) async fn ask(
    command: &str,
    nodes: &[NodeAddress],
    timeout: Duration,
    texts: &SharedTexts,
) -> Result<Vec<NodeAnswer>, Unreachable> {
    let run = run(command, nodes, texts);
    let said = tokio::time::timeout(timeout, run).await.unwrap_or(Err(Unreachable::TimedOut(timeout)))?;
    Ok(answers(nodes, said))
}

/// Which node a line is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum About {
    Node(u64),
    Name(String),
}

async fn run(command: &str, nodes: &[NodeAddress], texts: &SharedTexts) -> Result<BTreeMap<About, Said>, Unreachable> {
    let mut child = start(command)
        .map_err(|error| Unreachable::Provider(format!("cannot run the command: {}", in_words(&error))))?;
    let _group = Group(child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw));
    let (Some(stdout), Some(stderr)) = (child.stdout.take(), child.stderr.take()) else {
        return Err(Unreachable::Provider("the command has no output".to_owned()));
    };
    let complaint = async {
        let mut text = Vec::new();
        let mut stderr = stderr.take(QUOTED);
        // What was read until it failed is all there is to quote.
        let _ = stderr.read_to_end(&mut text).await;
        // The rest must go somewhere, or the command waits for us.
        let _ = tokio::io::copy(&mut stderr.into_inner(), &mut tokio::io::sink()).await;
        String::from_utf8_lossy(&text).trim().to_owned()
    };
    let (said, complaint) = tokio::join!(lines(stdout, nodes, texts), complaint);
    let said = said?;
    let status =
        child.wait().await.map_err(|error| Unreachable::Provider(format!("the command: {}", in_words(&error))))?;
    if !status.success() {
        let complaint = redactor::complaint(command, "", &complaint);
        let complaint = if complaint.is_empty() { String::new() } else { format!(": {complaint}") };
        return Err(Unreachable::Provider(format!("the command failed ({status}){complaint}")));
    }
    Ok(said)
}

fn start(command: &str) -> io::Result<Child> {
    let mut shell = Command::new("sh");
    for variable in SECRET_VARIABLES {
        shell.env_remove(variable);
    }
    shell
        .arg("-c")
        .arg(command)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0)
        .kill_on_drop(true)
        .spawn()
}

async fn lines(
    stdout: tokio::process::ChildStdout,
    nodes: &[NodeAddress],
    texts: &SharedTexts,
) -> Result<BTreeMap<About, Said>, Unreachable> {
    let mut reader = BufReader::new(stdout);
    let mut said: BTreeMap<About, Said> = BTreeMap::new();
    let (mut line, mut number, mut bytes) = (Vec::new(), 0_usize, 0_u64);
    loop {
        line.clear();
        let read = (&mut reader).take(LONGEST + 1).read_until(b'\n', &mut line).await;
        let read =
            read.map_err(|error| Unreachable::Provider(format!("the command's output: {}", in_words(&error))))? as u64;
        if read == 0 {
            return Ok(said);
        }
        number += 1;
        bytes += read;
        if read > LONGEST || bytes > MOST_BYTES || number > MOST_ROWS {
            return Err(Unreachable::TooLarge(format!("line {number} of the command's output")));
        }
        let text = line.trim_ascii();
        if text.is_empty() {
            continue;
        }
        let wrong = |why: AnswerFault| Unreachable::Garbage(format!("line {number} of the command's output: {why}"));
        let entry = texts.with(|texts| entry(text, texts)).map_err(wrong)?;
        let about = match (entry.node_id, entry.node) {
            (Some(id), _) => About::Node(id),
            (None, Some(name)) => {
                let known = nodes.iter().find(|node| node.name == name);
                known.map_or(About::Name(name), |node| About::Node(node.id))
            }
            (None, None) => return Err(wrong(AnswerFault::NoNode)),
        };
        let said = said.entry(about).or_default();
        said.rows.extend(entry.row);
        said.error = said.error.take().or(entry.error);
    }
}

fn answers(nodes: &[NodeAddress], mut said: BTreeMap<About, Said>) -> Vec<NodeAnswer> {
    let result = |said: Said| match said.error {
        Some(error) => Err(Unreachable::Provider(error.chars().take(200).collect())),
        None => Ok(Arc::new(NodeList::of(said.rows))),
    };
    let nothing = || Unreachable::Provider("the command printed nothing about this node".to_owned());
    let mut answers: Vec<NodeAnswer> = nodes
        .iter()
        .map(|node| NodeAnswer {
            node: Some(node.id),
            name: node.name.clone(),
            result: said.remove(&About::Node(node.id)).map_or_else(|| Err(nothing()), result),
        })
        .collect();
    for (about, said) in said {
        let name = match about {
            About::Node(id) => format!("node {id}"),
            About::Name(name) => name,
        };
        answers.push(NodeAnswer { node: None, name, result: result(said) });
    }
    answers
}
