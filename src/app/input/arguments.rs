//! Commands with an argument: how each reads the text behind its name. What cannot be done with it is reported,
//! and nothing has changed then.

use crate::domain::query::{Column, Filter, Order, fold, listing};
use crate::domain::record::{FieldId, Record as _, Value};
use crate::domain::rules::check;
use crate::domain::text::visible;
use crate::keys::{Command, Scope};

use crate::app::core::{Context, Tone};
use crate::app::form::{Form, FormStage};
use crate::app::list::List;
use crate::app::model::argument_mistake::ArgumentMistake;
use crate::app::model::columns::{Columns, heading};
use crate::app::model::looks::LooksChange;
use crate::app::overlay::palette::complete::field_and_value;
use crate::app::rooms::Rooms;
use crate::app::store::Store;

/// To a record by its id, or by its name.
///
/// # Errors
/// No loaded record has this name, or several have.
pub(in crate::app) fn go_to(rooms: &mut Rooms, argument: &str) -> Result<(), ArgumentMistake> {
    let id = match argument.trim_start_matches('#').parse() {
        Ok(id) => id,
        Err(_) => rooms.store.named_record(argument)?,
    };
    rooms.go_to(id);
    Ok(())
}

/// Gives a field of the record under the cursor another value: in the form, as if it had been typed there.
pub(in crate::app) fn set_field(rooms: &mut Rooms, argument: &str) -> Result<(), ArgumentMistake> {
    let (name, value) = field_and_value(argument);
    let field = field_called(name)?.field();
    let Some(id) = rooms.subject() else { return Err(ArgumentMistake::NoSubject) };
    let display_name = rooms.store.display_name(id);
    if field.id == FieldId::AuthPassword {
        return Err(ArgumentMistake::Password(display_name));
    }
    let Some(value) = value else {
        return Err(ArgumentMistake::NoValue(":set".to_owned(), field.name));
    };
    let text = unquoted(value.trim());
    let value = check::parse_cell(field.id, text, &rooms.store.targets)
        .map_err(|finding| ArgumentMistake::Value(Some(display_name.clone()), field.label, finding.message))?;
    rooms.panes.open_form(&mut rooms.cx, &mut rooms.store, id, Vec::new());
    let keys = |command| rooms.cx.key_in(Scope::Form, command);
    let (save, revert) = (keys(Command::Save), keys(Command::Revert));
    let shown = if text.is_empty() { field.unset.to_owned() } else { visible(text).into_owned() };
    let label = field.label;
    match rooms.panes.form().map(|form| &form.stage) {
        Some(FormStage::Editing) => {
            rooms.panes.change_field(&mut rooms.cx, &mut rooms.store, field.id, |draft| draft.set(field.id, value));
            rooms.panes.form_cursor(&rooms.cx, &rooms.store, field.id.place());
            let is_changed = rooms.panes.form_draft(&rooms.store).is_some_and(|open| open.draft.is_changed(field.id));
            let text = if is_changed {
                format!("{display_name}: {label} is {shown} in the draft. {save}: review and save, {revert}: revert")
            } else {
                format!("{display_name}: {label} is already {shown} on the server, nothing to send")
            };
            rooms.cx.say(Tone::Plain, text);
        }
        Some(FormStage::Reading) => {
            if let Some(Form { intended, .. }) = rooms.panes.form_mut() {
                intended.push((field.id, value));
            }
            let text = format!("{display_name}: {label} set to {shown} in the draft. {save}: review and save");
            rooms.cx.say(Tone::Plain, text);
        }
        Some(FormStage::Checking | FormStage::Review(_) | FormStage::Conflict(_) | FormStage::Saving) | None => {}
    }
    Ok(())
}

fn field_called(name: &str) -> Result<FieldId, ArgumentMistake> {
    match Column::parse(name)? {
        Column::Field(field) => Ok(field),
        Column::Id => Err(ArgumentMistake::Id),
        Column::Live => Err(ArgumentMistake::Live),
    }
}

/// An order such as `pop, expire desc` or `pop,-expire`.
fn order_of(text: &str) -> Result<Order, ArgumentMistake> {
    let mut parts = Vec::new();
    for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
        let (name, direction) = part.split_once(char::is_whitespace).unwrap_or((part, "asc"));
        let sign = match direction.trim().to_lowercase().as_str() {
            "asc" | "ascending" | "^" => "",
            "desc" | "descending" | "v" => "-",
            other => return Err(ArgumentMistake::Direction(other.to_owned())),
        };
        parts.push(format!("{sign}{name}"));
    }
    Ok(Order::parse(&parts.join(","))?)
}

/// The same text without the quotes around it, which keep spaces at its edges.
fn unquoted(text: &str) -> &str {
    text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text)
}

impl Store {
    /// The only loaded record with this name.
    fn named_record(&self, name: &str) -> Result<u64, ArgumentMistake> {
        let folded = fold::fold(name);
        let mut ids = self.records.iter().filter(|row| fold::equals(row.name(), &folded)).map(|row| row.id());
        match (ids.next(), ids.next()) {
            (Some(id), None) => Ok(id),
            (Some(first), Some(second)) => Err(ArgumentMistake::SeveralRecords(name.to_owned(), first, second)),
            (None, _) => Err(ArgumentMistake::NoRecord(name.to_owned())),
        }
    }

    /// A field and its value as the form would read them. Without a value for a `secret` field: that is asked for.
    pub(in crate::app) fn field_value(
        &self,
        command: &str,
        argument: &str,
        secret: FieldId,
    ) -> Result<(FieldId, Option<Value>), ArgumentMistake> {
        let (name, value) = field_and_value(argument);
        let field = field_called(name)?.field();
        match value.map(str::trim) {
            None | Some("") if field.id == secret => Ok((field.id, None)),
            Some(_) if field.id == secret => Err(ArgumentMistake::PasswordOfMany(command.to_owned(), field.name)),
            None | Some("") => Err(ArgumentMistake::NoValue(command.to_owned(), field.name)),
            Some(value) => check::parse_cell(field.id, unquoted(value), &self.targets)
                .map(|value| (field.id, Some(value)))
                .map_err(|finding| ArgumentMistake::Value(None, field.label, finding.message)),
        }
    }
}

impl List {
    pub(in crate::app) fn filter_by_text(
        &mut self,
        cx: &mut Context,
        store: &mut Store,
        text: &str,
    ) -> Result<(), ArgumentMistake> {
        Filter::parse(text).map_err(|mistake| ArgumentMistake::Filter(text.to_owned(), mistake))?;
        self.filter_by(cx, store, text);
        Ok(())
    }

    pub(in crate::app) fn sort_by_text(
        &mut self,
        cx: &mut Context,
        store: &mut Store,
        text: &str,
    ) -> Result<(), ArgumentMistake> {
        self.sort_by(cx, store, order_of(text)?);
        Ok(())
    }

    pub(in crate::app) fn view_called(
        &mut self,
        cx: &mut Context,
        store: &mut Store,
        argument: &str,
    ) -> Result<(), ArgumentMistake> {
        let all = self.views.all();
        let name = fold::fold(argument);
        let by_digit = argument.parse::<u8>().ok().filter(|digit| (1..=9).contains(digit));
        let by_name = || all.iter().find(|(_, view)| fold::equals(&view.name, &name)).map(|(digit, _)| *digit);
        let by_beginning = || {
            let mut found = all.iter().filter(|(_, view)| fold::fold(&view.name).starts_with(&*name));
            match (found.next(), found.next()) {
                (Some((digit, _)), None) => Some(*digit),
                _ => None,
            }
        };
        let Some(digit) = by_digit.or_else(by_name).or_else(by_beginning) else {
            let names: Vec<String> = all.iter().map(|(digit, view)| format!("{digit} {}", view.name)).collect();
            return Err(ArgumentMistake::NoView(argument.to_owned(), names.join(", ")));
        };
        if let Some(refusal) = self.no_view(cx, digit) {
            Err(ArgumentMistake::View(refusal.notice().1))
        } else {
            self.show_view(cx, store, digit);
            Ok(())
        }
    }

    pub(in crate::app) fn columns_of(&mut self, cx: &mut Context, argument: &str) -> Result<(), ArgumentMistake> {
        let all = listing::all();
        let mut words = Vec::new();
        for word in argument.split([' ', ',']).filter(|word| !word.is_empty()) {
            let (name, width) = word.split_once(':').map_or((word, None), |(name, width)| (name, Some(width)));
            if name == "default" {
                words.clear();
                break;
            }
            let known = all.iter().map(|column| heading(column.shows)).find(|known| *known == name);
            let name = match known {
                Some(name) => name,
                None => Column::parse(name).map_err(ArgumentMistake::ShownColumn)?.name(),
            };
            match width.map(str::parse::<u16>) {
                None => words.push(name.to_owned()),
                Some(Ok(width)) => words.push(format!("{name}:{width}")),
                Some(Err(_)) => return Err(ArgumentMistake::Width(word.to_owned(), name)),
            }
        }
        self.columns = Columns::of_words(&words);
        self.clamp_column();
        self.keep(cx, LooksChange::Columns(self.columns.clone()));
        Ok(())
    }
}
