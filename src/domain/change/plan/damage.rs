//! Lines of a plan that cannot be read, and what is still known of them: which registration they are about.

use super::PlanLine;
use crate::domain::text::fit;

/// Cells of a damaged name that are shown.
const NAME: usize = 60;

/// A line that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanDamage {
    /// The registration that it names.
    pub id: Option<u64>,
    /// Name of that registration.
    pub name: Option<String>,
    /// Whether it said what was planned; else it said how far that came, or no one knows.
    pub is_planned: bool,
}

impl PlanDamage {
    fn of(line: &[u8]) -> Self {
        let text = String::from_utf8_lossy(line);
        let after = |key: &str| text.split_once(key).map(|(_, rest)| rest);
        let is_planned = text.starts_with("{\"planned\"");
        let keys: &[&str] = if is_planned { &["\"id\":"] } else { &["\"begun\":", "\"ended\":["] };
        let name = after("\"name\":\"").and_then(|rest| rest.split_once('"')).map(|(name, _)| name);
        Self {
            id: keys.iter().find_map(|key| after(key)).and_then(number),
            name: name.filter(|name| !name.is_empty()).map(|name| fit(name, NAME).into_owned()),
            is_planned,
        }
    }

    /// What people call the registration, where the line still says it.
    pub fn display_name(&self) -> Option<String> {
        match (self.id, &self.name) {
            (Some(id), Some(name)) => Some(format!("{id} {name}")),
            (Some(id), None) => Some(id.to_string()),
            (None, Some(name)) => Some(name.clone()),
            (None, None) => None,
        }
    }
}

/// A number that is there to its end: of one that was cut short no one knows which it was.
fn number(rest: &str) -> Option<u64> {
    let digits = rest.find(|c: char| !c.is_ascii_digit())?;
    rest.get(..digits)?.parse().ok()
}

/// Each line, or what is left of it. One at the end that was cut short was about to be written: what it says had not
/// happened yet, unless it is one of those that stand there before anything is sent.
pub(super) fn lines(file: &[u8]) -> impl Iterator<Item = Result<PlanLine, PlanDamage>> {
    file.split_inclusive(|byte| *byte == b'\n').filter_map(|line| {
        let (line, is_whole) = line.strip_suffix(b"\n").map_or((line, false), |line| (line, true));
        if line.is_empty() {
            return None;
        }
        match serde_json::from_slice(line) {
            Ok(line) => Some(Ok(line)),
            Err(_) => Some(Err(PlanDamage::of(line))).filter(|_| is_whole || line.starts_with(b"{\"pl")),
        }
    })
}
