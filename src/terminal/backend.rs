//! ratatui's backend for slow links: a picture of the wanted screen in memory, and one write a frame that turns what
//! the terminal shows into it.
//!
//! It answers everything from memory and never asks the terminal. It must not know what is drawn.

#[cfg(test)]
mod fidelity_tests;

use std::io::{self, ErrorKind, Write};

use ratatui::backend::{self, ClearType, WindowSize};
use ratatui::buffer::{Buffer, Cell, CellWidth as _};
use ratatui::layout::{Position, Rect, Size};

use super::depth::Depth;
use super::outlet::Outlet;
use super::wire::Wire;

/// Where the bytes of a frame go.
pub trait Way: Write {
    /// Whether the reader at its end has not taken yet what it was sent before. No frame is sent then; the next one
    /// that is sends the sum.
    fn is_behind(&self) -> bool;
}

impl Way for Outlet {
    fn is_behind(&self) -> bool {
        self.is_behind()
    }
}

impl Way for Vec<u8> {
    fn is_behind(&self) -> bool {
        false
    }
}

/// A terminal as ratatui draws on it.
#[derive(Debug)]
pub struct Backend<W> {
    wire: Wire<W>,
    /// What the terminal should show.
    mirror: Buffer,
    cursor: Position,
    cursor_is_shown: bool,
    sent: usize,
}

impl<W: Way> Backend<W> {
    /// Nothing is known about the terminal yet: the first frame draws every cell.
    pub fn new(out: W, depth: Depth, width: u16, height: u16) -> Self {
        Self {
            wire: Wire::new(out, depth, width, height),
            mirror: Buffer::empty(Rect::new(0, 0, width, height)),
            cursor: Position::ORIGIN,
            cursor_is_shown: false,
            sent: 0,
        }
    }

    /// The painter behind the picture.
    pub const fn wire(&mut self) -> &mut Wire<W> {
        &mut self.wire
    }

    /// What the terminal should show.
    pub const fn mirror(&self) -> &Buffer {
        &self.mirror
    }

    /// Bytes that the last flush sent: 0 when the terminal showed the frame already, or is behind.
    pub const fn sent(&self) -> usize {
        self.sent
    }

    /// The terminal has another size now, or lost cells; the next frame draws every cell.
    pub fn resize(&mut self, width: u16, height: u16) {
        let area = Rect::new(0, 0, width, height);
        if self.mirror.area != area {
            self.mirror = Buffer::empty(area);
        }
        self.wire.resize(width, height);
    }
}

impl<W: Way> backend::Backend for Backend<W> {
    type Error = io::Error;

    fn draw<'a, I>(&mut self, content: I) -> io::Result<()>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        for (x, y, cell) in content {
            if let Some(place) = self.mirror.cell_mut((x, y)) {
                place.clone_from(cell);
            }
            // ratatui never sends the cells that a wide symbol covers.
            cover(&mut self.mirror, x, y);
        }
        Ok(())
    }

    fn append_lines(&mut self, _: u16) -> io::Result<()> {
        Err(ErrorKind::Unsupported.into())
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        self.cursor_is_shown = false;
        Ok(())
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        self.cursor_is_shown = true;
        Ok(())
    }

    fn get_cursor_position(&mut self) -> io::Result<Position> {
        Ok(self.cursor)
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        self.cursor = position.into();
        Ok(())
    }

    fn clear(&mut self) -> io::Result<()> {
        self.clear_region(ClearType::All)
    }

    /// Blanks the picture and forgets what the terminal shows. Parts of the screen cannot be cleared.
    fn clear_region(&mut self, clear_type: ClearType) -> io::Result<()> {
        match clear_type {
            ClearType::All => {
                self.mirror.reset();
                self.wire.forget();
                Ok(())
            }
            ClearType::AfterCursor | ClearType::BeforeCursor | ClearType::CurrentLine | ClearType::UntilNewLine => {
                Err(ErrorKind::Unsupported.into())
            }
        }
    }

    fn size(&self) -> io::Result<Size> {
        Ok(self.mirror.area.as_size())
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        // No one here draws pixels.
        Ok(WindowSize { columns_rows: self.mirror.area.as_size(), pixels: Size::ZERO })
    }

    fn flush(&mut self) -> io::Result<()> {
        self.sent = 0;
        if !self.wire.out().is_behind() {
            let cursor = self.cursor_is_shown.then_some(self.cursor);
            self.sent = self.wire.present(&self.mirror, cursor)?;
        }
        Ok(())
    }
}

/// Blanks the cells behind a wide symbol, in its style.
fn cover(buffer: &mut Buffer, x: u16, y: u16) {
    let Some(head) = buffer.cell((x, y)) else { return };
    let (cells, style) = (head.cell_width(), head.style());
    let end = x.saturating_add(cells).min(buffer.area.right());
    for x in x + 1..end {
        if let Some(covered) = buffer.cell_mut((x, y)) {
            covered.reset();
            covered.set_style(style);
        }
    }
}

/// Gives every cell that a wide symbol covers the style of that symbol, and blanks a wide symbol over whose other half
/// something else was drawn, or that has no room at the right edge. Call it at the end of each frame: ratatui
/// compares covered cells with those of the next frame, but never sends them.
pub fn complete_wide(frame: &mut Buffer) {
    let Rect { width, height, .. } = frame.area;
    for y in 0..height {
        let mut x = 0;
        while x < width {
            let cells = frame.cell((x, y)).map_or(1, Cell::cell_width).max(1);
            let is_whole = (x + 1..x.saturating_add(cells))
                .all(|x| x < width && frame.cell((x, y)).is_some_and(|covered| covered.symbol() == " "));
            if !is_whole {
                if let Some(head) = frame.cell_mut((x, y)) {
                    head.set_symbol(" ");
                }
                x += 1;
                continue;
            }
            if cells > 1 {
                cover(frame, x, y);
            }
            x = x.saturating_add(cells);
        }
    }
}

#[cfg(test)]
mod tests {
    use ratatui::Terminal;
    use ratatui::style::{Color, Style};

    use super::*;

    fn terminal(width: u16, height: u16) -> Terminal<Backend<Vec<u8>>> {
        Terminal::new(Backend::new(Vec::new(), Depth::Ansi256, width, height)).unwrap()
    }

    #[test]
    fn an_unchanged_frame_sends_nothing_and_a_forgotten_one_everything() {
        let mut terminal = terminal(20, 3);
        let draw = |terminal: &mut Terminal<Backend<Vec<u8>>>| {
            terminal
                .draw(|frame| {
                    frame.buffer_mut().set_string(0, 1, "東京 five", Style::new().fg(Color::Red));
                    frame.set_cursor_position((3, 1));
                })
                .unwrap();
            terminal.backend().sent()
        };
        assert!(draw(&mut terminal) > 20);
        assert_eq!(draw(&mut terminal), 0);
        terminal.backend_mut().wire().forget();
        assert!(draw(&mut terminal) > 20);
    }

    #[test]
    fn size_and_cursor_are_answered_from_memory_and_parts_cannot_be_cleared() {
        use ratatui::backend::Backend as _;
        let mut backend = Backend::new(Vec::new(), Depth::Mono, 30, 4);
        backend.set_cursor_position((7, 2)).unwrap();
        assert_eq!(backend.get_cursor_position().unwrap(), Position::new(7, 2));
        backend.resize(31, 5);
        assert_eq!(backend.size().unwrap(), Size::new(31, 5));
        assert!(backend.clear_region(ClearType::CurrentLine).is_err() && backend.append_lines(1).is_err());
        assert!(backend.clear().is_ok());
        assert!(backend.wire().out().is_empty(), "nothing was asked");
    }

    #[test]
    fn a_box_over_half_of_a_wide_character_is_drawn_whole() {
        let mut frame = Buffer::empty(Rect::new(0, 0, 6, 1));
        frame.set_string(0, 0, "東京東", Style::new());
        frame.set_string(3, 0, "|", Style::new());
        frame[(5, 0)] = Cell::new("京");
        complete_wide(&mut frame);
        let shown: String = frame.content.iter().map(Cell::symbol).collect();
        assert_eq!(shown, "東  |  ");
    }

    #[test]
    fn a_terminal_that_is_behind_gets_the_sum_later() {
        struct Slow(bool, Vec<u8>);
        impl Write for Slow {
            fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
                self.1.write(bytes)
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        impl Way for Slow {
            fn is_behind(&self) -> bool {
                self.0
            }
        }
        let mut terminal = Terminal::new(Backend::new(Slow(true, Vec::new()), Depth::Mono, 20, 2)).unwrap();
        for text in ["one", "two", "three"] {
            terminal.draw(|frame| frame.buffer_mut().set_string(0, 0, text, Style::new())).unwrap();
            assert_eq!(terminal.backend().sent(), 0);
        }
        terminal.backend_mut().wire().out().0 = false;
        terminal.draw(|frame| frame.buffer_mut().set_string(0, 0, "three", Style::new())).unwrap();
        assert!(terminal.backend().sent() > 0);
        let mut shown = vt100::Parser::new(2, 20, 0);
        shown.process(&terminal.backend_mut().wire().out().1);
        assert_eq!(shown.screen().contents(), "three");
    }
}
