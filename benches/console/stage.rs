//! What measurements share: servers that are started when they are first asked for, a console on them that has read
//! everything, the minimal program on the same rows, and the rows of the table.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::kit::home::Home;
use crate::measure::Outcome;
use crate::measure::link::Link;
use crate::measure::minimal;
use crate::measure::server::Server;
use crate::measure::table::Row;
use crate::measure::terminal::Terminal;
use sipreg::app::list::column_layout::SIGNS;
use sipreg::app::widget::{Layout, Opened};

/// Records of the large estate.
pub const MANY: u32 = 100_000;

/// The terminal that everyone has.
pub const SMALL: (u16, u16) = (80, 24);

/// A large one.
pub const LARGE: (u16, u16) = (160, 48);

/// Where it all happens.
pub struct Stage {
    servers: BTreeMap<u32, Server>,
    home: Home,
    /// What was measured so far.
    pub rows: Vec<Row>,
}

impl Stage {
    /// Empty.
    pub fn new() -> Self {
        Self { servers: BTreeMap::new(), home: Home::new(), rows: Vec::new() }
    }

    /// One more figure.
    pub fn tell(&mut self, row: Row) {
        self.rows.push(row);
    }

    /// The server with so many records.
    pub fn server(&mut self, records: u32) -> &Server {
        self.servers.entry(records).or_insert_with(|| Server::start(records))
    }

    /// The console on the server with so many records, everything read and quiet.
    ///
    /// # Errors
    /// It does not get there.
    pub fn console(&mut self, records: u32, size: (u16, u16), link: Link) -> Outcome<Terminal> {
        let mut console = Terminal::start(self.server(records).console().size(size.0, size.1), link)?;
        console.wait("the whole list", |screen| is_complete(screen, records))?;
        console.settle(Duration::from_millis(500))?;
        Ok(console)
    }

    /// The minimal program on the same rows.
    ///
    /// # Errors
    /// It does not start.
    pub fn minimal(&mut self, size: (u16, u16), link: Link) -> Outcome<Terminal> {
        let rows = self.home.path().join("rows");
        if !rows.exists() {
            minimal::write_rows(self.server(MANY), MANY, &rows)?;
        }
        let mut minimal = Terminal::start(minimal::launch(&rows, &self.home)?.size(size.0, size.1), link)?;
        minimal.wait("rows", |screen| screen.contents().contains("row 1"))?;
        minimal.settle(Duration::from_millis(300))?;
        Ok(minimal)
    }
}

/// Whether the console says that it has read everything.
pub fn is_complete(screen: &vt100::Screen, records: u32) -> bool {
    let text = screen.contents();
    text.contains("synced") && text.contains(&format!("All {records}"))
}

/// The rows of the list, as text: without borders, and without what stands beside or below it.
pub fn list(screen: &vt100::Screen) -> Vec<String> {
    let (rows, columns) = screen.size();
    let layout = Layout::of((columns, rows), None, Opened::Nothing);
    let within = |row: String| {
        let cells = row.chars().skip(usize::from(layout.rows.x)).take(usize::from(layout.rows.width));
        // A cell that was written with a space and one that was erased look the same.
        cells.collect::<String>().trim_end().to_owned()
    };
    screen.rows(0, columns).skip(usize::from(layout.rows.y)).take(layout.list_height()).map(within).collect()
}

/// The row of the list with the cursor's bar; the minimal program has a marker.
pub fn cursor(screen: &vt100::Screen) -> Option<(usize, String)> {
    let (rows, columns) = screen.size();
    let layout = Layout::of((columns, rows), None, Opened::Nothing);
    let is_bar = |y: u16| {
        let cell = screen.cell(layout.rows.y + y, layout.rows.x + SIGNS);
        let marker = screen.cell(layout.rows.y + y, 0).is_some_and(|cell| cell.contents() == ">");
        marker || cell.is_some_and(|cell| cell.bgcolor() == vt100::Color::Idx(4))
    };
    let at = (0..layout.rows.height).find(|y| is_bar(*y))?;
    Some((usize::from(at), list(screen).get(usize::from(at))?.clone()))
}

/// The id under the cursor.
pub fn cursor_id(screen: &vt100::Screen) -> Option<u64> {
    let (_, row) = cursor(screen)?;
    row.split_whitespace().find_map(|word| word.parse().ok())
}
