//! Taking the terminal over, drawing on it, and giving it back as it was: on quitting, on a panic, on Ctrl-z.
//!
//! It must not know what is drawn. Sizes, colours and the kind of terminal are found out by the caller, except the
//! size, which the kernel knows; the terminal itself is never asked.

use std::io::{self, Write as _};
use std::os::fd::OwnedFd;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crossterm::terminal::{disable_raw_mode, enable_raw_mode};
use ratatui::{Frame, Terminal};
use rustix::process::{Signal, getpid, getsid, kill_current_process_group};

use super::backend::{Backend, complete_wide};
use super::clipboard::{self, Multiplexer};
use super::depth::Depth;
use super::modes;
use super::outlet::Outlet;
use super::plain::plain;
use super::wire::Wire;

/// Whether the terminal is ours at the moment.
///
/// A process has one terminal, and a panic hook can be handed nothing: this cannot be a field. Together with it goes
/// the saved termios, which crossterm keeps for the same reason.
static ENTERED: AtomicBool = AtomicBool::new(false);

/// Alternate screen; no wrapping, so that a character that the terminal takes for wider cannot spill into the next
/// row; bracketed paste; no cursor.
const ENTER: &[u8] = b"\x1b[?1049h\x1b[?7l\x1b[?2004h\x1b[?25l";

/// The title that was there before, kept by the terminal.
const KEEP_TITLE: &[u8] = b"\x1b[22;0t";

/// Buttons and wheel, in SGR form.
const MOUSE: &[u8] = b"\x1b[?1000h\x1b[?1006h";

/// Everything back, whatever of it was on: end of a synchronized update, mouse, margins, pen, what was drawn, wrapping,
/// paste, cursor, title, screen. What was drawn is erased for terminals without a second screen (a VT100, the console
/// of Linux): there the shell goes on at the top of an empty one.
const LEAVE: &[u8] =
    b"\x1b[?2026l\x1b[?1006l\x1b[?1000l\x1b[r\x1b[m\x1b[H\x1b[J\x1b[?7h\x1b[?2004l\x1b[?25h\x1b[23;0t\x1b[?1049l";

/// How long a terminal that does not read may hold up giving it back.
const LAST_WAIT: Duration = Duration::from_secs(1);

/// Whether mouse events are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MouseReports {
    /// The terminal keeps the mouse, for selecting text.
    #[default]
    Off,
    /// Buttons and wheel are sent to us.
    On,
}

/// How to take the terminal over.
#[derive(Debug, Clone)]
pub struct ScreenOptions {
    /// Colours of the terminal.
    pub depth: Depth,
    /// What stands between us and it.
    pub multiplexer: Multiplexer,
    /// The value of `TERM`: the consoles of Linux and of the VT family have no title.
    pub term: String,
    /// Mouse events or not.
    pub mouse: MouseReports,
}

/// The terminal while it is ours. Dropping it gives the terminal back.
#[derive(Debug)]
pub struct Screen {
    terminal: Terminal<Backend<Outlet>>,
    options: ScreenOptions,
    title: Option<String>,
}

impl Screen {
    /// Takes over the terminal on standard output.
    ///
    /// # Errors
    /// Standard output is no terminal, or it cannot be switched.
    pub fn enter(options: ScreenOptions) -> io::Result<Self> {
        let terminal = io::stdout();
        if !rustix::termios::isatty(&terminal) {
            return Err(io::Error::new(io::ErrorKind::Unsupported, "standard output is not a terminal"));
        }
        let (width, height) = measure()?;
        // A descriptor of our own, without the line buffer of the standard library: one frame, one write.
        let out = Outlet::open()?;
        let terminal = Terminal::new(Backend::new(out, options.depth, width, height))?;
        let mut screen = Self { terminal, options, title: None };
        screen.take()?;
        Ok(screen)
    }

    fn take(&mut self) -> io::Result<()> {
        enable_raw_mode()?;
        // From here on there is something to give back, even if the write fails half way.
        ENTERED.store(true, Ordering::SeqCst);
        let mut bytes = Vec::new();
        if self.has_title() {
            bytes.extend_from_slice(KEEP_TITLE);
            bytes.extend(self.title.as_deref().map(title_bytes).unwrap_or_default());
        }
        bytes.extend_from_slice(ENTER);
        bytes.extend_from_slice(modes::reset(&self.options.term).as_bytes());
        if self.options.mouse == MouseReports::On {
            bytes.extend_from_slice(MOUSE);
        }
        self.wire().forget();
        self.wire().out().forget();
        self.wire().aside(&bytes)?;
        modes::flush_input();
        Ok(())
    }

    const fn wire(&mut self) -> &mut Wire<Outlet> {
        self.terminal.backend_mut().wire()
    }

    fn has_title(&self) -> bool {
        !modes::is_plain(&self.options.term)
    }

    /// Gives the terminal back, at once and once. Harmless when it is not ours.
    pub fn leave(&mut self) {
        leave_now();
    }

    /// Draws a frame of the size of the terminal and shows it. Returns the bytes written: 0 when nothing changed, while
    /// the terminal is not ours, or while it has not taken the frame before.
    ///
    /// # Errors
    /// The terminal is gone, or refuses the write.
    pub fn draw(&mut self, paint: impl FnOnce(&mut Frame<'_>)) -> io::Result<usize> {
        if !ENTERED.load(Ordering::SeqCst) || self.is_behind() {
            return Ok(0);
        }
        self.terminal.draw(|frame| {
            paint(frame);
            complete_wide(frame.buffer_mut());
        })?;
        Ok(self.terminal.backend().sent())
    }

    /// Whether the terminal has stopped reading in the middle of what it was sent: it is to be waited for before the
    /// next frame.
    #[must_use]
    pub fn is_behind(&mut self) -> bool {
        self.wire().out().is_behind()
    }

    /// Hands on what the terminal has not taken yet, without waiting for it.
    ///
    /// # Errors
    /// The terminal is gone.
    pub fn catch_up(&mut self) -> io::Result<()> {
        self.wire().out().catch_up()
    }

    /// A descriptor to wait on while the terminal is behind.
    ///
    /// # Errors
    /// The system refuses one.
    pub fn descriptor(&mut self) -> io::Result<OwnedFd> {
        self.wire().out().descriptor()
    }

    /// The next frame draws every cell, without clearing first: for Ctrl-l, when others wrote to the terminal.
    pub fn invalidate(&mut self) {
        self.wire().forget();
    }

    /// Columns and rows.
    pub fn size(&self) -> (u16, u16) {
        let size = self.terminal.backend().mirror().area;
        (size.width, size.height)
    }

    /// The terminal has another size now; the next frame draws every cell.
    pub fn resize(&mut self, width: u16, height: u16) {
        self.terminal.backend_mut().resize(width, height);
    }

    /// Takes the size that the kernel knows, after a signal that it changed. Returns whether it is another one; the
    /// next frame draws every cell in any case, since a terminal that was smaller for a moment has lost some.
    ///
    /// # Errors
    /// The terminal is gone.
    pub fn fit(&mut self) -> io::Result<bool> {
        let (width, height) = measure()?;
        let changed = (width, height) != self.size();
        self.resize(width, height);
        Ok(changed)
    }

    /// Sets the title of the window, made harmless. Nothing is written when it has that title already.
    ///
    /// # Errors
    /// That of the write.
    pub fn set_title(&mut self, title: &str) -> io::Result<()> {
        let title: String = plain(title).chars().take(200).collect();
        if self.title.as_deref() == Some(title.as_str()) {
            return Ok(());
        }
        let bytes = title_bytes(&title);
        self.title = Some(title);
        if self.has_title() && ENTERED.load(Ordering::SeqCst) { self.wire().aside(&bytes) } else { Ok(()) }
    }

    /// Puts a text on the user's clipboard, if the terminal takes it: it never says.
    ///
    /// # Errors
    /// [`io::ErrorKind::InvalidInput`] with a [`clipboard::TooLong`] for a text past the limit; otherwise that of the write.
    pub fn copy(&mut self, text: &str) -> io::Result<()> {
        let bytes = clipboard::copy(text, self.options.multiplexer)
            .map_err(|too_long| io::Error::new(io::ErrorKind::InvalidInput, too_long))?;
        self.wire().aside(&bytes)
    }

    /// Rings the bell.
    pub fn ring(&mut self) {
        // A terminal that is gone is noticed by the next frame.
        let _ = self.wire().aside(b"\x07");
    }

    /// Gives the terminal back and stops the process group, as Ctrl-z does for other programs.
    ///
    /// It may return before the process stops. When it goes on, SIGCONT arrives: [`Screen::resume`] takes the terminal
    /// again, then and not here, because another thread may be the one that the signal stops. Until then nothing is
    /// drawn.
    ///
    /// # Errors
    /// [`io::ErrorKind::Unsupported`] where no one could let it go on: the process is the leader of its session, with
    /// no shell above it (`ssh -t host sipreg`). The terminal stays ours then.
    pub fn suspend(&mut self) -> io::Result<()> {
        if getsid(None)? == getpid() {
            return Err(io::Error::new(io::ErrorKind::Unsupported, "no shell is there to come back from"));
        }
        leave_now();
        Ok(kill_current_process_group(Signal::STOP)?)
    }

    /// Takes the terminal again: after SIGCONT, or after another program (an editor) had it. The size is taken again
    /// and the next frame draws every cell.
    ///
    /// # Errors
    /// The terminal is gone or cannot be switched.
    pub fn resume(&mut self) -> io::Result<()> {
        // After a stop from outside we still believe that the terminal is in raw mode, but the shell has reset it.
        leave_now();
        self.fit()?;
        self.take()
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        leave_now();
    }
}

/// Whether a terminal of this `TERM` can be drawn on at all: the sequences used are those of a VT100, which all but the
/// dumb ones know.
pub fn can_be_drawn_on(term: Option<&str>) -> bool {
    !matches!(term, None | Some("" | "dumb" | "unknown" | "network" | "dialup"))
}

/// Columns and rows of the terminal on standard output. A terminal without a size (a serial line) has 80 x 24.
///
/// # Errors
/// Standard output is no terminal, or it is gone.
pub fn measure() -> io::Result<(u16, u16)> {
    let size = rustix::termios::tcgetwinsize(io::stdout())?;
    Ok(if size.ws_col == 0 || size.ws_row == 0 { (80, 24) } else { (size.ws_col, size.ws_row) })
}

/// Gives the terminal back, from wherever: needs no screen, takes no lock of standard output, reports no error, since
/// there is nothing to be done about one. Does nothing when the terminal is not ours.
pub fn leave_now() {
    if !ENTERED.swap(false, Ordering::SeqCst) {
        return;
    }
    if let Ok(mut outlet) = Outlet::open() {
        let _ = outlet.write_all(LEAVE);
        let _ = outlet.drain(LAST_WAIT);
    }
    let _ = disable_raw_mode();
}

/// From now on a panic gives the terminal back before the hook that is installed now reports it.
pub fn install_panic_hook() {
    let report = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        leave_now();
        report(panic);
    }));
}

fn title_bytes(title: &str) -> Vec<u8> {
    format!("\x1b]2;{title}\x07").into_bytes()
}
