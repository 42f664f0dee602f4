//! Where commands write: data to stdout, messages to stderr. Whatever comes from files or servers has its
//! control characters made visible, so that it cannot reach the terminal.

pub(crate) mod ascii;
pub(crate) mod rows;
pub(crate) mod table;

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::os::fd::AsFd as _;

use rustix::termios::{isatty, tcgetwinsize};

use crate::config::locate::is_colored;
use crate::config::words;
use crate::domain::formats::json;
use crate::domain::text::{Characters, in_ascii, visible};
use crate::terminal::charset::LocaleVariables;

use ascii::Ascii;

/// Whether headings are set off by escape sequences.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coloring {
    /// Headings are bold.
    On,
    /// Headings are plain text.
    Off,
}

/// Both streams of a command.
pub struct CommandOutput {
    data: Box<dyn Write>,
    messages: Box<dyn Write>,
    /// Cells of a line where data go to a terminal.
    width: Option<usize>,
    /// Characters that data may have.
    characters: Characters,
    color: Coloring,
    /// The same for messages, which go to another stream.
    message_color: Coloring,
    /// Nothing but errors is said.
    quiet: bool,
    /// Results of writes for programs, where they are wanted.
    results: Option<Results>,
}

/// What became of records, an object each, written when the command ends: in the order of ids, new records last.
#[derive(Debug, Default)]
struct Results {
    lines: bool,
    objects: Vec<(u64, serde_json::Value)>,
}

/// What a line of a difference says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DiffSide {
    /// It is so before.
    Before,
    /// It is so after.
    After,
    /// An error or a problem.
    Wrong,
    /// What the lines below it are about.
    Heading,
}

impl DiffSide {
    /// The beginning of its colour.
    const fn paint(self) -> &'static str {
        match self {
            Self::Before => "\u{1b}[31m",
            Self::After => "\u{1b}[32m",
            Self::Wrong => "\u{1b}[1;31m",
            Self::Heading => "\u{1b}[1m",
        }
    }
}

/// Cells of a terminal of unknown size.
const USUAL_WIDTH: u16 = 80;

/// Bytes that are gathered before they are written.
const BUFFER: usize = 64 << 10;

impl CommandOutput {
    /// Those of this process. Stdout stays locked.
    pub fn standard() -> Self {
        let stdout = io::stdout();
        let width = isatty(&stdout).then(|| {
            let reported = tcgetwinsize(&stdout).map_or(0, |size| size.ws_col);
            usize::from(if reported == 0 { USUAL_WIDTH } else { reported })
        });
        // A descriptor of our own, without the line buffer of the standard library.
        let data: Box<dyn Write> = match stdout.as_fd().try_clone_to_owned() {
            Ok(fd) => Box::new(BufWriter::with_capacity(BUFFER, File::from(fd))),
            Err(_) => Box::new(BufWriter::with_capacity(BUFFER, stdout.lock())),
        };
        let mut output = Self {
            data,
            messages: Box::new(io::stderr()),
            width,
            characters: Characters::Unicode,
            color: Coloring::Off,
            message_color: Coloring::Off,
            quiet: false,
            results: None,
        };
        // Before any settings are read there may be messages.
        output.spell(Characters::Unicode);
        output
    }

    /// One that writes nowhere, for while something else has the terminal.
    pub fn nowhere() -> Self {
        let sink = || Box::new(io::sink());
        Self {
            data: sink(),
            messages: sink(),
            width: None,
            characters: Characters::Unicode,
            color: Coloring::Off,
            message_color: Coloring::Off,
            quiet: true,
            results: None,
        }
    }

    /// Writes nothing but ASCII to terminals that take anything else for control characters, or where the user wants
    /// it so. What goes to a file or a pipe stays as it is.
    pub fn spell(&mut self, chosen: Characters) {
        if LocaleVariables::read().characters(chosen) != Characters::Ascii {
            return;
        }
        let sink = || Box::new(io::sink()) as Box<dyn Write>;
        if self.width.is_some() {
            self.characters = Characters::Ascii;
            self.data = Box::new(Ascii::over(std::mem::replace(&mut self.data, sink())));
        }
        if isatty(io::stderr()) {
            self.messages = Box::new(Ascii::over(std::mem::replace(&mut self.messages, sink())));
        }
    }

    /// Takes the user's word on colour.
    pub fn paint(&mut self, color: words::ColorSetting) {
        let choose = |is_terminal| if is_colored(color, is_terminal) { Coloring::On } else { Coloring::Off };
        self.color = choose(self.width.is_some());
        self.message_color = choose(isatty(io::stderr()));
    }

    /// Cells of a line where data go to a terminal; `None` where they go to a file or a pipe.
    pub const fn width(&self) -> Option<usize> {
        self.width
    }

    /// A text as data show it: what is measured for a column has to be this.
    pub fn shown<'t>(&self, text: &'t str) -> Cow<'t, str> {
        match (visible(text), self.characters) {
            (shown, Characters::Unicode) => shown,
            (Cow::Borrowed(shown), Characters::Ascii) => in_ascii(shown),
            (Cow::Owned(shown), Characters::Ascii) => Cow::Owned(in_ascii(&shown).into_owned()),
        }
    }

    /// Data that hold nothing that could steer a terminal, or that must go out exactly as they are.
    ///
    /// # Errors
    /// As [`CommandOutput::line`].
    pub fn raw(&mut self, text: &str) -> io::Result<()> {
        self.data.write_all(text.as_bytes())
    }

    /// One line of data, with its control characters made visible.
    ///
    /// # Errors
    /// The stream does not take it; a closed pipe is [`io::ErrorKind::BrokenPipe`].
    pub fn line(&mut self, text: &str) -> io::Result<()> {
        self.data.write_all(visible(text).as_bytes())?;
        self.data.write_all(b"\n")
    }

    /// A JSON document, members in lines of their own, with nothing in it that could steer a terminal.
    ///
    /// # Errors
    /// As [`CommandOutput::line`].
    pub fn json(&mut self, document: &serde_json::Value) -> io::Result<()> {
        let text = serde_json::to_string_pretty(document).map_err(io::Error::from)?;
        for line in text.lines() {
            self.raw(&json::escaped(line))?;
            self.raw("\n")?;
        }
        self.flush()
    }

    /// JSON objects, one a line: with brackets around all of them and commas between them where they are an array.
    ///
    /// # Errors
    /// As [`CommandOutput::line`].
    pub fn objects(&mut self, is_array: bool, objects: impl IntoIterator<Item = serde_json::Value>) -> io::Result<()> {
        let mut is_first = true;
        for object in objects {
            let before = if std::mem::take(&mut is_first) { "[\n" } else { ",\n" };
            let (before, after) = if is_array { (before, "") } else { ("", "\n") };
            self.raw(&format!("{before}{}{after}", json::escaped(&object.to_string())))?;
        }
        match (is_array, is_first) {
            (true, true) => self.raw("[]\n"),
            (true, false) => self.raw("\n]\n"),
            (false, _) => Ok(()),
        }
    }

    /// Sends off what was written so far. Call it before a wait, and at the end.
    ///
    /// # Errors
    /// As [`CommandOutput::line`].
    pub fn flush(&mut self) -> io::Result<()> {
        self.data.flush()
    }

    /// A question for people, on one line that the answer follows.
    pub fn prompt(&mut self, question: &str) {
        // stderr is gone: nothing can be shown.
        let _ = write!(self.messages, "{}", visible(question));
        let _ = self.messages.flush();
    }

    /// Ends the line of a question whose answer was not shown.
    pub fn answered(&mut self) {
        let _ = writeln!(self.messages);
    }

    /// A message for people, on one line: what it quotes cannot begin another one.
    pub fn message(&mut self, text: &str) {
        // stderr is gone: nothing can be shown.
        let _ = writeln!(self.messages, "{}", visible(text));
        let _ = self.messages.flush();
    }

    /// Says nothing but errors from now on.
    pub const fn hush(&mut self) {
        self.quiet = true;
    }

    /// Whether nothing but errors is to be said.
    pub const fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// A message that is no error.
    pub fn remark(&mut self, text: &str) {
        if !self.quiet {
            self.message(text);
        }
    }

    /// Collects results of writes as objects in place of lines: one array, or an object a line.
    pub fn collect_results(&mut self, lines: bool) {
        self.results.get_or_insert_default().lines = lines;
    }

    /// Whether results are collected.
    pub const fn collects(&self) -> bool {
        self.results.is_some()
    }

    /// What became of a record; 0 is the id of one that has none.
    pub fn result(&mut self, id: u64, object: serde_json::Value) {
        if let Some(results) = &mut self.results {
            results.objects.push((id, object));
        }
    }

    /// Writes the results that were collected.
    ///
    /// # Errors
    /// As [`CommandOutput::line`].
    pub fn end_results(&mut self) -> io::Result<()> {
        let Some(Results { lines, mut objects }) = self.results.take() else { return Ok(()) };
        objects.sort_by_key(|(id, _)| if *id == 0 { u64::MAX } else { *id });
        let objects = objects.into_iter().map(|(_, object)| object);
        if !lines {
            return self.json(&objects.collect());
        }
        self.objects(false, objects)?;
        self.flush()
    }

    /// A message that is a line of a difference: in colour on a terminal.
    pub fn difference(&mut self, side: DiffSide, text: &str) {
        if self.quiet && side != DiffSide::Wrong {
            return;
        }
        match self.message_color {
            Coloring::Off => self.message(text),
            Coloring::On => {
                // stderr is gone: nothing can be shown.
                let _ = writeln!(self.messages, "{}{}\u{1b}[m", side.paint(), visible(text));
                let _ = self.messages.flush();
            }
        }
    }

    /// A message from where no one has the output at hand.
    pub fn aside(text: &str) {
        Self::standard().message(&format!("sipreg: {text}"));
    }

    /// A message that has several lines of its own.
    pub fn messages(&mut self, text: &str) {
        for line in text.lines() {
            self.message(line);
        }
    }
}

impl std::fmt::Debug for CommandOutput {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Output")
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    /// What a command wrote.
    #[derive(Clone, Default)]
    pub struct Kept(Arc<Mutex<Vec<u8>>>);

    impl Kept {
        pub fn text(&self) -> String {
            String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
        }
    }

    impl Write for Kept {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl CommandOutput {
        /// One whose data can be looked at.
        pub fn kept(width: Option<usize>) -> (Self, Kept) {
            let kept = Kept::default();
            (Self { data: Box::new(kept.clone()), width, quiet: false, ..Self::nowhere() }, kept)
        }

        /// The same for a terminal that takes ASCII only.
        pub fn kept_in_ascii(width: usize) -> (Self, Kept) {
            let (mut output, kept) = Self::kept(Some(width));
            output.characters = Characters::Ascii;
            output.data = Box::new(Ascii::over(Box::new(kept.clone())));
            (output, kept)
        }
    }

    #[test]
    fn nothing_that_is_printed_can_steer_the_terminal() {
        let (mut output, kept) = CommandOutput::kept(None);
        output.line("a\x1b[2Jb\r\u{9b}1m \u{202e}evil\u{200b} zwölf 十二").unwrap();
        output.flush().unwrap();
        assert_eq!(kept.text(), "a^[[2Jb^M<9b>1m <202e>evil<200b> zwölf 十二\n");
    }
}
