//! The terminal as the console holds it: entered once, drawn on frame by frame with one write each, left
//! however the program ends.

use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use crossterm::terminal::{disable_raw_mode, enable_raw_mode};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::cursor::Cursor;
use super::depth::Depth;
use super::paint::{Grid, difference};
use super::plain::plain;

/// Alternate screen, no cursor, bracketed paste, the title put aside.
const ENTER: &[u8] = b"\x1b[22;0t\x1b[?1049h\x1b[?25l\x1b[?2004h";

/// All of that undone, and what a frame may have left: pen, region, synchronized update.
const LEAVE: &[u8] = b"\x1b[?2026l\x1b[r\x1b[m\x1b[?2004l\x1b[?25h\x1b[?1049l\x1b[23;0t";

/// Frames of fewer bytes are written without the frame around a synchronized update: one short write is
/// shown in one piece anyway, and a row moved should not cost 16 bytes more.
const WORTH_SYNCHRONIZING: usize = 256;

/// Whether the terminal is entered. A panic hook has no other way to know.
static ENTERED: AtomicBool = AtomicBool::new(false);

/// How to use the terminal.
#[derive(Debug, Clone)]
pub struct Options {
    /// Colours it shows.
    pub depth: Depth,
    /// Its title.
    pub title: String,
}

/// An entered terminal.
#[derive(Debug)]
pub struct Screen {
    options: Options,
    buffer: Buffer,
    shown: Grid,
    cursor: Cursor,
    caret: Option<Position>,
}

impl Screen {
    /// Enters the terminal on standard output.
    ///
    /// # Errors
    /// It is no terminal, or is gone.
    pub fn enter(options: Options) -> io::Result<Self> {
        let (width, height) = crossterm::terminal::size()?;
        enable_raw_mode()?;
        ENTERED.store(true, Ordering::SeqCst);
        let mut screen = Self {
            options,
            buffer: Buffer::empty(Rect::new(0, 0, width, height)),
            shown: Grid::unknown(width, height),
            cursor: Cursor::UNKNOWN,
            caret: None,
        };
        screen.take_over()?;
        Ok(screen)
    }

    fn take_over(&mut self) -> io::Result<()> {
        let mut bytes = ENTER.to_vec();
        bytes.extend(format!("\x1b]2;{}\x07", plain(&self.options.title)).bytes());
        self.invalidate();
        write_all(&bytes)
    }

    /// Columns and rows.
    #[must_use]
    pub const fn size(&self) -> (u16, u16) {
        (self.buffer.area.width, self.buffer.area.height)
    }

    /// The terminal has another size now.
    pub fn resize(&mut self, width: u16, height: u16) {
        self.buffer = Buffer::empty(Rect::new(0, 0, width, height));
        self.invalidate();
    }

    /// Trusts nothing of what the terminal shows: the next frame is written whole.
    pub fn invalidate(&mut self) {
        let (width, height) = self.size();
        self.shown = Grid::unknown(width, height);
        self.cursor = Cursor::UNKNOWN;
        self.caret = None;
    }

    /// Paints a frame and sends what differs from the last, in one write. Nothing differs: nothing is sent.
    ///
    /// # Errors
    /// The terminal is gone.
    pub fn draw(&mut self, paint: impl FnOnce(Rect, &mut Buffer) -> Option<Position>) -> io::Result<()> {
        self.buffer.reset();
        let area = self.buffer.area;
        let caret = paint(area, &mut self.buffer);
        let next = Grid::of(&self.buffer, self.options.depth);
        let mut bytes = Vec::new();
        let changes = difference(&self.shown, &next, &mut self.cursor);
        if changes.is_empty() && caret == self.caret {
            return Ok(());
        }
        if self.caret.is_some() && !changes.is_empty() {
            bytes.extend(b"\x1b[?25l");
        }
        bytes.extend(&changes);
        match caret {
            Some(position) => {
                self.cursor.go(&mut bytes, (position.x, position.y));
                bytes.extend(b"\x1b[?25h");
            }
            None if self.caret.is_some() && changes.is_empty() => bytes.extend(b"\x1b[?25l"),
            None => {}
        }
        self.shown = next;
        self.caret = caret;
        if bytes.len() >= WORTH_SYNCHRONIZING {
            let mut framed = b"\x1b[?2026h".to_vec();
            framed.append(&mut bytes);
            framed.extend(b"\x1b[?2026l");
            bytes = framed;
        }
        write_all(&bytes)
    }

    /// Leaves the terminal, stops the process group as Ctrl-Z does in a shell, and enters again when
    /// continued.
    ///
    /// # Errors
    /// The terminal is gone.
    pub fn suspend(&mut self) -> io::Result<()> {
        leave();
        rustix::process::kill_current_process_group(rustix::process::Signal::STOP)?;
        self.resume()
    }

    /// Enters again after a stop, whoever caused it.
    ///
    /// # Errors
    /// The terminal is gone.
    pub fn resume(&mut self) -> io::Result<()> {
        // The shell, or whoever ran meanwhile, may have set the modes anew.
        let _ = disable_raw_mode();
        enable_raw_mode()?;
        ENTERED.store(true, Ordering::SeqCst);
        let (width, height) = crossterm::terminal::size()?;
        self.buffer = Buffer::empty(Rect::new(0, 0, width, height));
        self.take_over()
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        leave();
    }
}

/// Leaves the terminal if it is entered. May be called twice, and from a panic hook. Errors have nobody to
/// hear them: the terminal is gone.
pub fn leave() {
    if ENTERED.swap(false, Ordering::SeqCst) {
        let _ = write_all(LEAVE);
        let _ = disable_raw_mode();
    }
}

/// Has a panic leave the terminal before it is told.
pub fn install_panic_hook() {
    let told = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        leave();
        told(info);
    }));
}

/// One write past the line buffer of standard output.
fn write_all(bytes: &[u8]) -> io::Result<()> {
    let stdout = io::stdout();
    let mut locked = stdout.lock();
    // A BufWriter of its own would do the same: the line buffer hands on at once what ends in a long write.
    let mut file = io::BufWriter::with_capacity(bytes.len() + 1, &mut locked);
    file.write_all(bytes)?;
    file.flush()?;
    drop(file);
    locked.flush()
}
