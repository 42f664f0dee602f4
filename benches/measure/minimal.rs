//! The floor of drawing: the least that a program on ratatui can do with the same rows in memory. A list with a sign as
//! its cursor, ratatui's own backend behind a buffer, one arena of folded text that is searched with memmem.

use std::fs;
use std::io::{self, BufWriter, Write as _};
use std::path::Path;

use crossterm::event::{Event, KeyCode, KeyEvent, read};
use crossterm::execute;
use crossterm::terminal::{EnterAlternateScreen, disable_raw_mode, enable_raw_mode};
use memchr::memmem::Finder;
use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;
use ratatui::layout::{Constraint, Layout};
use ratatui::style::{Style, Stylize as _};
use ratatui::text::Line;
use ratatui::widgets::{List, ListItem, ListState, Paragraph};
use sipreg::api::{Client, ClientSettings, Credentials, Endpoint, SecretFrom};
use sipreg::domain::answer::Conditional;
use sipreg::domain::query::{Column, Listed};
use sipreg::domain::record::{FieldId, Record as _, Secret, Targets};
use sipreg::domain::text::{fit, width};

use super::Outcome;
use super::server::Server;
use crate::kit::home::Home;
use crate::kit::launch::Launch;

/// The argument that makes this program the minimal one.
pub const ROLE: &str = "--be-the-minimal-program";

/// What a row has, and in how many cells.
const COLUMNS: [(Listed, usize); 8] = [
    (Listed::Column(Column::Id), 7),
    (Listed::Column(Column::Field(FieldId::Name)), 20),
    (Listed::Address, 28),
    (Listed::Column(Column::Field(FieldId::Node)), 7),
    (Listed::Column(Column::Field(FieldId::Pop)), 6),
    (Listed::Column(Column::Field(FieldId::TransportProtocol)), 4),
    (Listed::Column(Column::Field(FieldId::Contact)), 60),
    (Listed::Column(Column::Field(FieldId::AuthUser)), 20),
];

/// Writes the rows of a server's list into a file.
///
/// # Errors
/// They cannot be read, or not be written.
pub fn write_rows(server: &Server, records: u32, file: &Path) -> Outcome<()> {
    let password = SecretFrom::Given(Secret::new(server.password.as_str()));
    let credentials = Credentials::Password { user: server.user.clone(), password };
    let client = Client::new(ClientSettings::new(Endpoint::parse(&server.url)?, credentials))?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut rows = BufWriter::new(fs::File::create(file)?);
    let mut targets = Targets::default();
    for number in 1..=records.div_ceil(1_000) {
        let page = runtime.block_on(client.page(number, 1_000, "id", None))?;
        let Conditional::Changed(page) = page else { return Err("a page without content".into()) };
        for target in page.targets {
            targets.add(target);
        }
        for record in page.segment.iter() {
            let state = match record.enabled() {
                Some(false) => '-',
                Some(true) | None => '+',
            };
            write!(rows, "{state} ")?;
            for (column, cells) in COLUMNS {
                let text = column.text(&record, &targets);
                let text = fit(&text, cells);
                write!(rows, "{text}{:gap$} ", "", gap = cells - width(&text))?;
            }
            writeln!(rows)?;
        }
    }
    Ok(rows.flush()?)
}

/// The minimal program on these rows.
///
/// # Errors
/// This program does not know where it is.
pub fn launch(rows: &Path, home: &Home) -> Outcome<Launch> {
    Ok(Launch::new(std::env::current_exe()?).at_home(home).args([ROLE, &rows.display().to_string()]))
}

/// Is the program, until `q`.
///
/// # Errors
/// There is no terminal, or there are no rows.
pub fn be(arguments: &[String]) -> Outcome<()> {
    let [file] = arguments else { return Err("the minimal program needs a file".into()) };
    let text = fs::read_to_string(file)?;
    let mut shown = Shown::of(&text);
    enable_raw_mode()?;
    execute!(io::stdout(), EnterAlternateScreen)?;
    let mut terminal = Terminal::new(CrosstermBackend::new(BufWriter::with_capacity(1 << 16, io::stdout())))?;
    loop {
        terminal.draw(|frame| shown.draw(frame))?;
        if let Event::Key(KeyEvent { code, .. }) = read()? {
            let page = usize::from(terminal.size()?.height.saturating_sub(5));
            match (code, &mut shown.typed) {
                (KeyCode::Char(c), Some(typed)) => {
                    typed.push(c);
                    shown.filter();
                }
                (KeyCode::Enter, typed) => *typed = None,
                (KeyCode::Esc, typed) => {
                    *typed = None;
                    shown.word.clear();
                    shown.filter();
                }
                (KeyCode::Char('/'), typed) => *typed = Some(String::new()),
                (KeyCode::Char('j'), None) => shown.move_by(1),
                (KeyCode::PageDown, _) => shown.move_by(page),
                (KeyCode::Char('S'), None) => shown.sort(),
                (KeyCode::Char('q'), None) => break,
                _ => {}
            }
        }
    }
    Ok(disable_raw_mode()?)
}

/// Rows, which of them are shown, and the cursor.
struct Shown<'a> {
    rows: Vec<&'a str>,
    folded: String,
    starts: Vec<usize>,
    passing: Vec<u32>,
    cursor: usize,
    top: usize,
    typed: Option<String>,
    word: String,
}

impl<'a> Shown<'a> {
    fn of(text: &'a str) -> Self {
        let rows: Vec<&str> = text.lines().collect();
        let mut folded = String::with_capacity(text.len());
        let mut starts = Vec::with_capacity(rows.len());
        for row in &rows {
            starts.push(folded.len());
            folded.extend(row.chars().map(|c| c.to_ascii_lowercase()));
            folded.push('\n');
        }
        let passing = (0_u32..).take(rows.len()).collect();
        Self { rows, folded, starts, passing, cursor: 0, top: 0, typed: None, word: String::new() }
    }

    fn move_by(&mut self, rows: usize) {
        self.cursor = (self.cursor + rows).min(self.passing.len().saturating_sub(1));
    }

    fn filter(&mut self) {
        if let Some(typed) = &self.typed {
            self.word = typed.to_lowercase();
        }
        self.cursor = 0;
        self.top = 0;
        if self.word.is_empty() {
            self.passing = (0_u32..).take(self.rows.len()).collect();
            return;
        }
        self.passing.clear();
        let finder = Finder::new(&self.word);
        let bytes = self.folded.as_bytes();
        let (mut from, mut row) = (0, 0);
        while let Some(at) = bytes.get(from..).and_then(|rest| finder.find(rest)) {
            let at = from + at;
            while self.starts.get(row + 1).is_some_and(|start| *start <= at) {
                row += 1;
            }
            self.passing.extend(u32::try_from(row).ok());
            from = self.starts.get(row + 1).copied().unwrap_or(bytes.len());
        }
    }

    /// By name, as strings compare.
    fn sort(&mut self) {
        let rows = &self.rows;
        let name = |row: u32| rows.get(row as usize).and_then(|row| row.get(10..)).unwrap_or_default();
        self.passing.sort_by(|left, right| name(*left).cmp(name(*right)));
    }

    fn draw(&mut self, frame: &mut ratatui::Frame<'_>) {
        let areas = Layout::vertical([Constraint::Length(3), Constraint::Min(1), Constraint::Length(2)]);
        let [head, list, foot] = areas.areas(frame.area());
        let title = Line::from(" [PROD rw] eu-noc  alice   synced 12s").reversed();
        let order = Line::from(format!("Registrations  {}/{}", self.cursor + 1, self.passing.len()));
        frame.render_widget(Paragraph::new(vec![title, order, Line::from("  NAME").bold()]), head);
        let height = usize::from(list.height);
        self.top = self.top.clamp((self.cursor + 1).saturating_sub(height), self.cursor);
        let items = self.passing.iter().skip(self.top).take(height);
        let items = items.filter_map(|row| self.rows.get(*row as usize)).map(|row| {
            let style = if row.starts_with('-') { Style::new().dark_gray() } else { Style::new() };
            ListItem::new(*row).style(style)
        });
        let mut state = ListState::default().with_selected(Some(self.cursor - self.top));
        frame.render_stateful_widget(List::new(items).highlight_symbol("> "), list, &mut state);
        let typed =
            self.typed.as_ref().map_or_else(|| "Enter open  / filter  q quit".to_owned(), |typed| format!("/{typed}"));
        let row = Line::from(format!("row {}", self.cursor + 1));
        frame.render_widget(Paragraph::new(vec![row, Line::from(typed)]), foot);
    }
}
