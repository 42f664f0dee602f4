//! One view in the file of columns and views, as far as this version understands it.

use toml::{Table, Value};

use crate::app::model::columns::Columns;
use crate::app::model::looks::OWN;
use crate::app::model::looks::View;
use crate::domain::query::{Filter, FilterError, Order};

/// Names of columns with widths, some of which may mean nothing here.
#[derive(Debug, Clone, Default)]
pub(super) struct Words(pub(super) Vec<String>);

impl Words {
    /// `None` where it is no list of texts.
    pub(super) fn of(value: &Value) -> Option<Self> {
        let words = value.as_array()?.iter().map(|word| word.as_str().map(str::to_owned));
        words.collect::<Option<_>>().map(Self)
    }

    /// Those that mean no column here.
    pub(super) fn unknown(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str).filter(|word| !Columns::is_known(word))
    }

    /// Other columns in place of those that are known here; the unknown ones stay behind the column that they stood
    /// behind. Without any columns there is nothing to be kept: that is as the program comes.
    pub(super) fn replaced_by(&self, mut words: Vec<String>) -> Vec<String> {
        if words.is_empty() {
            return words;
        }
        let name = |word: &str| word.split_once(':').map_or(word, |(name, _)| name).to_owned();
        for (at, word) in self.0.iter().enumerate().filter(|(_, word)| !Columns::is_known(word)) {
            let before = at.checked_sub(1).and_then(|before| self.0.get(before));
            let place = match before {
                None => 0,
                Some(before) => {
                    words.iter().position(|word| name(word) == name(before)).map_or(words.len(), |place| place + 1)
                }
            };
            words.insert(place, word.clone());
        }
        words
    }
}

/// Why a view in the file cannot be shown.
#[derive(Debug, thiserror::Error)]
pub(super) enum ViewFault {
    /// A part of this name is of another kind.
    #[error("its {0} is not a text")]
    NotText(&'static str),
    /// Its filter is none.
    #[error("its filter is not valid ({0})")]
    Filter(FilterError),
    /// Its columns are of another kind.
    #[error("its columns are not a list of names")]
    Columns,
}

/// One view in the file.
#[derive(Debug)]
pub(super) struct ViewEntry {
    /// Its digit; `None` where it is none of ours.
    pub(super) number: Option<u8>,
    pub(super) name: String,
    /// The view, or why it cannot be shown.
    pub(super) view: Result<View, ViewFault>,
    /// Parts of it that are not understood.
    partly: Vec<String>,
}

impl ViewEntry {
    pub(super) fn of(value: &Value) -> Self {
        let empty = Table::new();
        let table = value.as_table().unwrap_or(&empty);
        let number = table.get("number").and_then(Value::as_integer).and_then(|number| u8::try_from(number).ok());
        let name = table.get("name").and_then(Value::as_str).unwrap_or_default().to_owned();
        let mut partly = Vec::new();
        let view = view(table, &name, &mut partly);
        Self { number: number.filter(|number| OWN.contains(number)), name, view, partly }
    }

    /// Whether it is the view that someone knows; `None` is one that cannot be shown.
    pub(super) fn is(&self, known: Option<&View>) -> bool {
        match (&self.view, known) {
            (Ok(view), Some(known)) => view.reads_like(known),
            (Err(_), None) => true,
            (Ok(_), None) | (Err(_), Some(_)) => false,
        }
    }

    /// What of it is not understood, in sentences.
    pub(super) fn notes(&self) -> Vec<String> {
        let display_name = match self.number {
            Some(number) => format!("view {number} {}", self.name),
            None => return vec![format!("view \"{}\" has no number from 4 to 9; it is kept and not shown", self.name)],
        };
        match &self.view {
            Err(why) => vec![format!("{display_name} is kept and not shown: {why}")],
            Ok(_) => self.partly.iter().map(|part| format!("{display_name}: {part}; it is kept")).collect(),
        }
    }
}

fn view(table: &Table, name: &str, partly: &mut Vec<String>) -> Result<View, ViewFault> {
    let text = |key: &'static str| match table.get(key) {
        None => Ok(""),
        Some(Value::String(text)) => Ok(text.as_str()),
        Some(_) => Err(ViewFault::NotText(key)),
    };
    let filter = text("filter")?;
    Filter::parse(filter).map_err(ViewFault::Filter)?;
    let order = Order::parse(text("sort")?).unwrap_or_else(|unknown| {
        partly.push(format!("it cannot be sorted ({unknown})"));
        Order::default()
    });
    let words = match table.get("columns") {
        None => Words::default(),
        Some(value) => Words::of(value).ok_or(ViewFault::Columns)?,
    };
    partly.extend(words.unknown().map(|word| format!("unknown column \"{word}\"")));
    let columns = Columns::of_words(&words.0);
    Ok(View { name: name.to_owned(), filter: filter.to_owned(), order, columns })
}

/// A view as it is written.
pub(super) fn written(digit: u8, view: &View) -> Value {
    let text = |text: &str| Value::String(text.to_owned());
    let columns = view.columns.words().into_iter().map(Value::String).collect();
    let parts = [
        ("number", Value::Integer(i64::from(digit))),
        ("name", text(&view.name)),
        ("filter", text(&view.filter)),
        ("sort", text(&view.order.to_string())),
        ("columns", Value::Array(columns)),
    ];
    Value::Table(parts.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
}
