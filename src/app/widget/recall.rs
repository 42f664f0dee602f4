//! Lines that were used before, as the arrow keys bring them back.

/// Lines kept.
const KEPT: usize = 50;

/// Keeps a line as the newest of those that can be brought back.
pub(in crate::app) fn remember(lines: &mut Vec<String>, line: String) {
    lines.retain(|known| *known != line);
    lines.push(line);
    let surplus = lines.len().saturating_sub(KEPT);
    lines.drain(..surplus);
}

/// How far back in such lines the one being typed is.
#[derive(Debug, Clone, Default)]
pub(in crate::app) struct Recall {
    back: usize,
    /// What stood in the line before it was gone back.
    fresh: String,
}

impl Recall {
    /// Whether the line is one of those before.
    pub const fn is_back(&self) -> bool {
        self.back > 0
    }

    /// Goes so many lines back, or forth again to what was typed. Returns the line that is to stand there; `None` where
    /// there is no further one.
    pub fn go(&mut self, typed: &str, lines: &[String], steps: isize) -> Option<String> {
        let back = self.back.saturating_add_signed(steps).min(lines.len());
        if back == self.back {
            return None;
        }
        if self.back == 0 {
            typed.clone_into(&mut self.fresh);
        }
        self.back = back;
        match back {
            0 => Some(self.fresh.clone()),
            _ => lines.get(lines.len() - back).cloned(),
        }
    }
}
