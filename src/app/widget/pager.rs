//! A cursor over lines, and the part of them that is in view. Used by every pane that scrolls.

use crate::keys::Command;

/// Cursor and first line in view.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Pager {
    /// Line under the cursor.
    pub cursor: usize,
    /// First line in view.
    pub top: usize,
}

impl Pager {
    /// On the last of `len` lines.
    pub fn at_end(len: usize, height: usize) -> Self {
        let mut pager = Self::default();
        pager.follow(Command::Last, len, height);
        pager
    }

    /// Follows a movement over `len` lines of which `height` are in view. Returns whether the command was
    /// a movement at all.
    pub fn follow(&mut self, command: Command, len: usize, height: usize) -> bool {
        let page = height.max(1);
        let last = len.saturating_sub(1);
        let target = match command {
            Command::Down => self.cursor + 1,
            Command::Up => self.cursor.saturating_sub(1),
            Command::HalfDown => self.cursor + page.div_ceil(2),
            Command::HalfUp => self.cursor.saturating_sub(page.div_ceil(2)),
            Command::PageDown => {
                self.top = (self.top + page).min(len.saturating_sub(page));
                self.cursor + page
            }
            Command::PageUp => {
                self.top = self.top.saturating_sub(page);
                self.cursor.saturating_sub(page)
            }
            Command::First => 0,
            Command::Last => last,
            _ => return false,
        };
        self.move_to(target.min(last), len, height);
        true
    }

    /// Puts the cursor on a line and scrolls as little as needed to show it.
    pub fn move_to(&mut self, line: usize, len: usize, height: usize) {
        let height = height.max(1);
        self.cursor = line.min(len.saturating_sub(1));
        if self.cursor < self.top {
            self.top = self.cursor;
        } else if self.cursor >= self.top + height {
            self.top = self.cursor + 1 - height;
        }
        self.top = self.top.min(len.saturating_sub(height));
    }

    /// Scrolls by lines; the cursor stays on its line while that is in view.
    pub fn scroll(&mut self, by: isize, len: usize, height: usize) {
        let height = height.max(1);
        self.top = self.top.saturating_add_signed(by).min(len.saturating_sub(height));
        let last_in_view = (self.top + height - 1).min(len.saturating_sub(1));
        self.cursor = self.cursor.clamp(self.top.min(last_in_view), last_in_view);
    }

    /// Follows a movement where there is nothing to point at: the first line in view moves.
    pub fn scroll_by(&mut self, command: Command, len: usize, height: usize) {
        let by = match command {
            Command::Down => 1,
            Command::Up => -1,
            Command::First => isize::MIN,
            Command::Last => isize::MAX,
            Command::HalfDown | Command::PageDown => height.cast_signed(),
            Command::HalfUp | Command::PageUp => -height.cast_signed(),
            _ => 0,
        };
        self.scroll(by, len, height);
    }

    /// The lines changed under it: stays where it is as far as that still exists.
    pub fn clamp(&mut self, len: usize, height: usize) {
        self.move_to(self.cursor, len, height);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scrolling_starts_at_the_edge_and_moves_one_line() {
        let mut pager = Pager::default();
        for _ in 0..10 {
            pager.follow(Command::Down, 100, 10);
        }
        assert_eq!(pager, Pager { cursor: 10, top: 1 });
        pager.follow(Command::Last, 100, 10);
        assert_eq!(pager, Pager { cursor: 99, top: 90 });
        pager.follow(Command::PageUp, 100, 10);
        assert_eq!(pager, Pager { cursor: 89, top: 80 });
        pager.follow(Command::First, 100, 10);
        assert_eq!(pager, Pager { cursor: 0, top: 0 });
    }

    #[test]
    fn the_wheel_scrolls_and_takes_the_cursor_along_only_at_the_edge() {
        let mut pager = Pager { cursor: 5, top: 0 };
        pager.scroll(3, 100, 10);
        assert_eq!(pager, Pager { cursor: 5, top: 3 });
        pager.scroll(3, 100, 10);
        assert_eq!(pager, Pager { cursor: 6, top: 6 });
        pager.scroll(isize::MAX, 100, 10);
        assert_eq!(pager, Pager { cursor: 90, top: 90 });
        pager.scroll(-3, 100, 10);
        assert_eq!(pager, Pager { cursor: 90, top: 87 });
        pager.scroll(isize::MIN, 100, 10);
        assert_eq!(pager, Pager { cursor: 9, top: 0 });
        pager.scroll(3, 0, 0);
        assert_eq!(pager, Pager::default());
    }

    #[test]
    fn it_holds_within_nothing_and_within_one_line() {
        let mut pager = Pager::default();
        for command in [Command::Down, Command::PageDown, Command::Last, Command::HalfUp] {
            pager.follow(command, 0, 0);
            assert_eq!(pager, Pager::default());
            pager.follow(command, 1, 5);
            assert_eq!(pager, Pager::default());
        }
    }
}
