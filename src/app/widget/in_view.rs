//! Which part of a list of lines is in view.

/// The part of a pane that is in view.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InView {
    /// Lines above it.
    pub top: usize,
    /// The last line in view, counted from 1.
    pub last: usize,
    /// All of them.
    pub lines: usize,
}

impl InView {
    /// What `lines` lines from `top` on come to in `height` rows.
    pub fn of(top: usize, height: usize, lines: usize) -> Self {
        Self { top, last: (top + height).min(lines), lines }
    }

    /// Whether it is all there is.
    pub const fn is_all(self) -> bool {
        self.top == 0 && self.last >= self.lines
    }

    /// Whether there is more below.
    pub const fn has_more(self) -> bool {
        self.last < self.lines
    }
}
