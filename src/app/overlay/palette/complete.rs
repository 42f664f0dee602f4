//! What a command line may become: commands by name, then their arguments. Everything offered is fit to be
//! shown, and nothing here looks at more records than can be looked at between two keys.

use crate::domain::query::{Column, RecordState, fold, listing};
use crate::domain::record::{FIELDS, Field, FieldPresence, Record as _, ValueKind, ValueRef};
use crate::domain::rules::check;
use crate::domain::text::visible;
use crate::keys::argument::{ArgumentKind, ArgumentNeed};
use crate::keys::{Command, CommandRow, Keymap, Scope};

use crate::app::list::List;
use crate::app::model::columns::heading;
use crate::app::overlay::Dialogs;
use crate::app::overlay::palette::fuzzy::{Fuzzy, words_in};
use crate::app::rooms::Rooms;
use crate::app::store::Store;

/// Offers at most: no one reads further.
const MOST: usize = 50;

/// Records whose names are looked at for one key. Under 8 ms, as measured over 100,000 records.
const LOOKED_AT: usize = 150_000;

/// What Enter on an offer does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Then {
    /// Runs the line.
    Run,
    /// Takes it into the line, which goes on.
    GoOn,
}

/// One thing that the line may become.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaletteOffer {
    /// What is offered; nothing in it moves a cursor.
    pub text: String,
    /// Letters of it that were typed.
    pub letters: Vec<u32>,
    /// What it means.
    pub note: String,
    /// Letters of that which were typed.
    pub note_letters: Vec<u32>,
    /// The command that it is, in place of an argument.
    pub command: Option<Command>,
    /// The whole line with it.
    pub line: String,
    /// What Enter does.
    pub then: Then,
}

/// Something that an argument can be, before it is compared with what was typed.
struct Candidate {
    text: String,
    note: String,
    /// What is put into the line.
    insert: String,
    then: Then,
}

impl Candidate {
    fn new(text: &str, note: &str) -> Self {
        Self { text: text.to_owned(), note: note.to_owned(), insert: text.to_owned(), then: Then::Run }
    }
}

/// What a line may become, the best first.
pub fn offers(rooms: &Rooms, dialogs: &Dialogs, line: &str) -> Vec<PaletteOffer> {
    let line = line.trim_start();
    if let Some((name, rest)) = line.split_once(' ')
        && let Some(argument) = Command::by_name(name).and_then(|command| command.row().argument)
    {
        return arguments(rooms, dialogs, argument.takes, &format!("{name} "), rest.trim_start());
    }
    if !line.is_empty() && line.trim_end().bytes().all(|byte| byte.is_ascii_digit()) {
        return rooms.list.records_like(&rooms.store, "", line.trim_end());
    }
    commands(line.trim_end(), rooms.panes.scope(), &rooms.cx.setup.keymap)
}

fn arguments(rooms: &Rooms, dialogs: &Dialogs, takes: ArgumentKind, head: &str, typed: &str) -> Vec<PaletteOffer> {
    match takes {
        ArgumentKind::Record => rooms.list.records_like(&rooms.store, head, typed.trim_end()),
        ArgumentKind::Filter => rooms.list.filters_like(&rooms.store, head, typed),
        ArgumentKind::Order => orders_like(head, typed),
        ArgumentKind::View => {
            let views = rooms.list.views.all().into_iter().map(|(digit, view)| {
                let filter = if view.filter.is_empty() { "all registrations" } else { &view.filter };
                let text = visible(&view.name).into_owned();
                Candidate { text, note: visible(filter).into_owned(), insert: digit.to_string(), then: Then::Run }
            });
            like(head, typed, views)
        }
        ArgumentKind::Columns => {
            let (before, word) = last_word(typed, |c| c == ' ' || c == ',');
            let columns = listing::all().into_iter().map(|column| {
                let name = heading(column.shows);
                Candidate { insert: format!("{name} "), then: Then::GoOn, ..Candidate::new(name, column.looks.title) }
            });
            like(&format!("{head}{before}"), word, columns)
        }
        ArgumentKind::FieldValue => match field_and_value(typed) {
            (name, None) => {
                let fields = FIELDS.iter().map(|field| Candidate {
                    insert: format!("{} ", field.name),
                    then: Then::GoOn,
                    ..Candidate::new(field.name, field.help)
                });
                like(head, name, fields)
            }
            (name, Some(value)) => {
                let Ok(Column::Field(field)) = Column::parse(name) else { return Vec::new() };
                let values = values_of(rooms, field.field());
                like(&format!("{head}{} ", field.field().name), value.trim_start(), values)
            }
        },
        ArgumentKind::Profile => {
            let profiles = dialogs.profiles.iter().filter(|profile| !profile.is_current);
            like(
                head,
                typed,
                profiles.map(|profile| Candidate::new(&profile.name, profile.server.as_deref().unwrap_or_default())),
            )
        }
        ArgumentKind::Words(words) => like(head, typed, words.iter().map(|word| Candidate::new(word, ""))),
    }
}

/// Values to set a field to: those to choose from, what it has now, and nothing where that is allowed.
fn values_of(rooms: &Rooms, field: &Field) -> Vec<Candidate> {
    let mut values = rooms.store.choices_of(field);
    let now = rooms.subject().map(|id| rooms.store.value_of(id, field.id));
    let now = now.and_then(|value| check::cell_text(field.id, value.as_ref(), &rooms.store.targets));
    if let Some(text) = now.filter(|text| !text.is_empty() && visible(text) == *text) {
        match values.iter_mut().find(|value| value.insert == text) {
            Some(known) => known.note.push_str("  unchanged"),
            None if field.kind != ValueKind::Secret => values.push(Candidate::new(&text, "unchanged")),
            None => {}
        }
    }
    if field.presence == FieldPresence::Optional && field.kind != ValueKind::Secret && field.unset != "any" {
        values.push(Candidate::new("\"\"", field.unset));
    }
    values
}

/// Commands that have what was typed: those of this name, those that begin so, those with these letters in
/// their name, those with these words in their help; of each kind those of this screen first.
fn commands(typed: &str, scope: Scope, keymap: &Keymap) -> Vec<PaletteOffer> {
    let mut fuzzy = Fuzzy::new(typed);
    let mut found: Vec<(u32, u32, PaletteOffer)> = Vec::new();
    for row in keymap.rows() {
        let elsewhere = u32::from(!row.works_in(scope));
        let help = keymap.explain(row.help);
        let (rank, points, letters, note_letters) = if typed.is_empty() {
            (place(&row, scope), 0, Vec::new(), Vec::new())
        } else if let (Some(rank), Some(hit)) = (rank_of_name(row.name, typed), fuzzy.find(row.name)) {
            (rank * 2 + elsewhere, hit.score, hit.letters, Vec::new())
        } else if let Some(letters) = words_in(&help, typed).filter(|_| has_words(&help, typed)) {
            (8 + elsewhere, 0, Vec::new(), letters)
        } else if let Some(hit) = fuzzy.find(row.name) {
            (10 + elsewhere, hit.score, hit.letters, Vec::new())
        } else if let Some(letters) = words_in(&help, typed) {
            (12 + elsewhere, 0, Vec::new(), letters)
        } else {
            continue;
        };
        let argument = row.argument;
        let text = argument.map_or_else(|| row.name.to_owned(), |argument| format!("{} {}", row.name, argument.words));
        let line = if argument.is_some() { format!("{} ", row.name) } else { row.name.to_owned() };
        let then = match argument {
            Some(argument) if argument.need == ArgumentNeed::Must => Then::GoOn,
            Some(_) | None => Then::Run,
        };
        let note = help;
        found.push((
            rank,
            points,
            PaletteOffer { text, letters, note, note_letters, command: Some(row.command), line, then },
        ));
    }
    found.sort_by_key(|(rank, points, _)| (*rank, std::cmp::Reverse(*points)));
    found.into_iter().map(|(_, _, offer)| offer).collect()
}

/// How well a name fits what was typed in one piece; `None` where only its letters are scattered over it.
fn rank_of_name(name: &str, typed: &str) -> Option<u32> {
    match () {
        () if name == typed => Some(0),
        () if name.starts_with(typed) => Some(1),
        () if name.split('-').any(|word| word.starts_with(typed)) => Some(2),
        () if name.contains(typed) => Some(3),
        () => None,
    }
}

/// Whether each typed word is a whole word of a text, or begins one.
fn has_words(text: &str, typed: &str) -> bool {
    let folded = fold::fold(text);
    let begins = |word: &str| folded.split(|c: char| !c.is_alphanumeric()).any(|known| known.starts_with(word));
    typed.split_whitespace().all(|word| begins(&fold::fold(word)))
}

/// Where a command stands while nothing is typed: this screen's own first, then those of every screen, then
/// movement, then what cannot be used here.
fn place(row: &CommandRow, scope: Scope) -> u32 {
    if row.scopes.contains(&scope) {
        0
    } else if !row.works_in(scope) {
        3
    } else {
        1 + u32::from(row.command.is_movement())
    }
}

/// Names of fields and states as they begin a term.
fn terms() -> impl Iterator<Item = Candidate> {
    let go_on = |text: String, note: &str| Candidate { then: Then::GoOn, ..Candidate::new(&text, note) };
    let fields = Column::all().map(move |column| match column {
        Column::Id => go_on("id:".to_owned(), "these ids, with commas between them"),
        Column::Field(field) => go_on(format!("{}:", field.field().name), field.field().help),
        Column::Live => go_on("live:".to_owned(), "what the nodes report"),
    });
    let states = RecordState::ALL.iter().map(|state| Candidate::new(&format!("is:{}", state.word()), ""));
    fields.chain(states)
}

fn orders_like(head: &str, typed: &str) -> Vec<PaletteOffer> {
    let (before, part) = last_word(typed, |c| c == ',');
    let part_typed = part.trim_start();
    let space = if before.is_empty() { "" } else { " " };
    let head = format!("{head}{before}{space}");
    if let Some((name, direction)) = part_typed.split_once(' ') {
        let directions = [Candidate::new("asc", "small first"), Candidate::new("desc", "large first")];
        return like(&format!("{head}{name} "), direction.trim_start(), directions);
    }
    let columns = Column::all().map(|column| match column {
        Column::Id => Candidate::new("id", ""),
        Column::Field(field) => Candidate::new(field.field().name, field.field().help),
        Column::Live => Candidate::new("live", "what the nodes report"),
    });
    like(&head, part_typed, columns)
}

/// Candidates with the letters typed, the best first; those that only mean it, last.
fn like(head: &str, typed: &str, candidates: impl IntoIterator<Item = Candidate>) -> Vec<PaletteOffer> {
    let mut fuzzy = Fuzzy::new(typed);
    let mut found: Vec<(u32, PaletteOffer)> = Vec::new();
    for candidate in candidates {
        let (score, letters, note_letters) = if let Some(hit) = fuzzy.find(&candidate.text) {
            (hit.score + 1, hit.letters, Vec::new())
        } else if let Some(letters) = words_in(&candidate.note, typed) {
            (0, Vec::new(), letters)
        } else {
            continue;
        };
        let Candidate { text, note, insert, then } = candidate;
        let line = format!("{head}{insert}");
        found.push((score, PaletteOffer { text, letters, note, note_letters, command: None, line, then }));
    }
    found.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
    found.truncate(MOST);
    found.into_iter().map(|(_, offer)| offer).collect()
}

/// A text up to and with its last separator, and the word behind; separators within quotes are none.
fn last_word(text: &str, separates: impl Fn(char) -> bool) -> (&str, &str) {
    let mut quoted = false;
    let mut at = 0;
    for (index, c) in text.char_indices() {
        match c {
            '"' => quoted = !quoted,
            c if separates(c) && !quoted => at = index + c.len_utf8(),
            _ => {}
        }
    }
    text.split_at(at)
}

/// Whether a name, or a word in it, begins with a folded text.
fn begins_a_word(name: &str, folded: &str) -> bool {
    if !name.is_ascii() {
        return fold::contains(name, folded);
    }
    let (bytes, word) = (name.as_bytes(), folded.as_bytes());
    let mut inside = false;
    bytes.iter().enumerate().any(|(at, byte)| {
        let begins = !std::mem::replace(&mut inside, byte.is_ascii_alphanumeric());
        begins && bytes.get(at..at + word.len()).is_some_and(|part| part.eq_ignore_ascii_case(word))
    })
}

impl List {
    /// Records whose id begins like this, or a word of whose name does; all of them where nothing was typed.
    fn records_like(&self, store: &Store, head: &str, typed: &str) -> Vec<PaletteOffer> {
        let offer = |id: u64, letters: Vec<u32>, note_letters: Vec<u32>| {
            let name = store.records.get(id).map(|row| visible(row.name()).into_owned()).unwrap_or_default();
            PaletteOffer {
                text: id.to_string(),
                letters,
                note: name,
                note_letters,
                command: None,
                line: format!("{head}{id}"),
                then: Then::Run,
            }
        };
        if typed.is_empty() {
            return self.rows.ids(&store.records).take(MOST).map(|id| offer(id, Vec::new(), Vec::new())).collect();
        }
        let digits = typed.trim_start_matches('#');
        let letters: Vec<u32> = (0..).take(digits.len()).collect();
        let by_id = store.ids_like(digits);
        let mut offers: Vec<PaletteOffer> = by_id.iter().map(|id| offer(*id, letters.clone(), Vec::new())).collect();
        let folded = fold::fold(typed);
        for row in store.records.iter().take(LOOKED_AT) {
            if offers.len() >= MOST {
                break;
            }
            if begins_a_word(row.name(), &folded) && !by_id.contains(&row.id()) {
                let found = words_in(&visible(row.name()), typed).unwrap_or_default();
                offers.push(offer(row.id(), Vec::new(), found));
            }
        }
        offers
    }

    /// The last term of a filter: names of fields, then what can stand behind them.
    fn filters_like(&self, store: &Store, head: &str, typed: &str) -> Vec<PaletteOffer> {
        if typed.is_empty() {
            let earlier = self.arranging.history.iter().rev().map(|text| Candidate {
                text: visible(text).into_owned(),
                insert: text.clone(),
                ..Candidate::new("", "used before")
            });
            let fields = terms();
            return like(head, "", earlier.chain(fields));
        }
        let (before, term) = last_word(typed, |c| c == ' ');
        let (not, term) = term.strip_prefix('!').map_or(("", term), |rest| ("!", rest));
        let head = format!("{head}{before}{not}");
        let Some((name, value)) = term.split_once(':') else {
            return like(&head, term, terms());
        };
        if name == "is" {
            let states = RecordState::ALL.iter().map(|state| Candidate::new(state.word(), ""));
            return like(&format!("{head}is:"), value, states);
        }
        let Ok(Column::Field(field)) = Column::parse(name) else { return Vec::new() };
        let quoted = |mut candidate: Candidate| {
            if candidate.insert.contains(' ') {
                candidate.insert = format!("\"{}\"", candidate.insert.replace('\\', "\\\\").replace('"', "\\\""));
            }
            candidate
        };
        let values = store.choices_of(field.field()).into_iter().map(quoted);
        like(&format!("{head}{name}:"), value.trim_start_matches('"'), values)
    }
}

impl List {
    /// How the last word of a filter can go on: names of fields, states, values that begin like it.
    pub fn completions(&self, store: &Store, typed: &str) -> Vec<PaletteOffer> {
        let part = last_word(typed, |c| c == ' ').1.trim_start_matches('!');
        let part =
            fold::fold(part.split_once(':').map_or(part, |(_, value)| value).trim_start_matches('"')).into_owned();
        // Filters that were used before are brought back with other keys.
        let mut offers = if typed.is_empty() { like("", "", terms()) } else { self.filters_like(store, "", typed) };
        offers.retain(|offer| offer.line != typed && fold::fold(&offer.text).starts_with(&part));
        offers
    }
}

impl Store {
    /// Loaded ids whose digits begin like this, in order of length: found by halving, not by looking at all.
    fn ids_like(&self, digits: &str) -> Vec<u64> {
        let mut found = Vec::new();
        let Ok(mut from) = digits.parse::<u64>() else { return found };
        let mut span = 1_u64;
        loop {
            let last = from.saturating_add(span - 1);
            let mut position = self.records.position_near(from);
            while let Some(id) = self.records.id_at(position).filter(|id| *id <= last)
                && found.len() < MOST
            {
                found.push(id);
                position += 1;
            }
            // No id but 0 begins with 0.
            match (from.checked_mul(10), span.checked_mul(10)) {
                (Some(next), Some(wider)) if next > 0 && found.len() < MOST => (from, span) = (next, wider),
                _ => return found,
            }
        }
    }

    /// Values of a field that can be listed: not those of free text.
    fn choices_of(&self, field: &Field) -> Vec<Candidate> {
        match field.kind {
            ValueKind::Flag => vec![Candidate::new("yes", ""), Candidate::new("no", "")],
            ValueKind::Choice(choices) => {
                choices.iter().map(|(number, word)| Candidate::new(word, &number.to_string())).collect()
            }
            ValueKind::Reference(relation) => {
                let mut found = Vec::new();
                for target in self.targets.of(relation) {
                    let name = target.name.as_deref().map(visible).unwrap_or_default();
                    let by_name = check::cell_text(field.id, ValueRef::Reference(target.id), &self.targets);
                    // A name that does not show as it is cannot be typed either.
                    let insert = match by_name {
                        Some(text) if visible(&text) == text => text,
                        Some(_) | None => format!("#{}", target.id),
                    };
                    let note = format!("{} {}", relation.noun(), target.id);
                    found.push(Candidate { text: name.into_owned(), note, insert, then: Then::Run });
                }
                if field.unset == "any" {
                    found.push(Candidate::new("any", "not set"));
                }
                found
            }
            ValueKind::Text | ValueKind::Secret | ValueKind::Number { .. } | ValueKind::Texts => Vec::new(),
        }
    }
}

/// What `set` is given: `expire 600`, `expire=600`, or just the beginning of a field.
pub(in crate::app) fn field_and_value(text: &str) -> (&str, Option<&str>) {
    match text.split_once([' ', '=']) {
        Some((name, value)) => (name, Some(value)),
        None => (text, None),
    }
}
